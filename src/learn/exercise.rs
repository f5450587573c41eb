//! What did the instructor write?
//!
//! An exercise is everything outside its gap. Whatever stands in the gap of its file is put aside: nobody's attempt depends
//! on it.
//!
//! ```
//! use handlelab::learn::Exercise;
//!
//! let text = "exercise\n  task \"Close it.\"\n  goal dead(p.h)\nprocess p\np: h = CreateEvent() => HANDLE\nbegin\np: CloseHandle(h)\nend\n";
//! let exercise = Exercise::read(text).expect("an exercise");
//! assert_eq!(exercise.terms().task, "Close it.");
//! assert!(!exercise.handout().contains("CloseHandle"), "students get an empty gap");
//! ```

use super::gap::Gap;
use super::limits::Limits;
use super::orders::Orders;
use super::rules;
use super::running::{Seen, walk_through};
use super::wanted::Wanted;
use crate::run::world::World;
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::program::{self, Action, ActorId, Program, StatementKind, Step, VariableId};
use crate::scenario::tree::{Clause, ItemKind, Scenario};
use crate::scenario::{Document, Span, checker, parser};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// An exercise that can be attempted.
///
/// ```
/// use handlelab::learn::Exercise;
///
/// let text = "exercise\n  goal alive(p.h)\n  hidden goal signaled(p.h)\n  limit 2\nprocess p\nbegin\nend\n";
/// let exercise = Exercise::read(text).expect("an exercise");
/// assert_eq!(exercise.points(), exercise.wanted().len());
/// assert!(exercise.with("p: h = CreateEvent()\n").contains("begin\np: h = CreateEvent()\nend\n"));
/// assert!(!exercise.handout().contains("signaled"), "hidden goals stay with the instructor");
/// assert!(!exercise.is_solved_untouched());
/// ```
#[derive(Clone, Debug)]
pub struct Exercise {
    /// The exercise with an empty gap.
    pub document: Document,
    /// Where the gap is in its text: behind the line `begin`, up to the line `end`.
    pub(super) gap: usize,
    /// The world at the end when nobody does anything in the gap; nothing if the exercise cannot go on then.
    pub(super) untouched: Option<World>,
    /// What it wants.
    pub(super) wants: Vec<Wanted>,
    /// Which of that is so without any step in the gap.
    met_untouched: Vec<bool>,
    /// The variables of which students can read, by their full names.
    pub(super) spoken_of: HashSet<String>,
}

/// Why a file is not an exercise that can be attempted.
///
/// ```
/// use handlelab::learn::{Exercise, exercise::NoExercise};
///
/// assert!(matches!(Exercise::read("process p\np: CreateEvent()\n"), Err(NoExercise::NoExercise)));
/// let Err(NoExercise::Mistakes(mistakes)) = Exercise::read("exercise\nprocess p\n") else { panic!("it has no gap") };
/// assert!(!mistakes.is_empty());
/// ```
#[derive(Clone, Debug)]
pub enum NoExercise {
    /// It cannot be read.
    Mistakes(Vec<Diagnostic>),
    /// It has no line `exercise`.
    NoExercise,
}

impl Exercise {
    /// Reads an exercise; what stands in its gap is put aside.
    ///
    /// # Errors
    /// See [`NoExercise`].
    pub fn read(source: &str) -> Result<Exercise, NoExercise> {
        let (tree, mistakes) = parser::parse(source);
        if !mistakes.is_empty() {
            return Err(NoExercise::Mistakes(mistakes));
        }
        if !tree.items.iter().any(|item| item.kind == ItemKind::Exercise) {
            return Err(NoExercise::NoExercise);
        }
        let Some((begin, end)) = gap_lines(source, &tree) else {
            return Err(NoExercise::Mistakes(checker::check(&tree).err().unwrap_or_default()));
        };
        let empty = format!("{}{}", &source[..begin], &source[end..]);
        // Mistakes are told with their places in the text as it was given.
        let in_whole = |mistakes| checker::check_attempt(&tree).err().unwrap_or(mistakes);
        let document = read_attempt(empty).map_err(in_whole).map_err(NoExercise::Mistakes)?;
        let untouched = walk_through(&document, &Limits::default());
        let wants = Wanted::all(&document.program);
        let met_untouched =
            wants.iter().map(|wanted| is_met(*wanted, &document.program, &untouched)).collect();
        let (untouched, spoken_of) = (untouched.end, HashSet::new());
        let mut exercise = Exercise { document, gap: begin, untouched, wants, met_untouched, spoken_of };
        exercise.spoken_of = exercise.variables_handed_out();
        exercise.look_at_every_order();
        Ok(exercise)
    }

    /// Its terms.
    pub fn terms(&self) -> &program::Exercise {
        static NONE: LazyLock<program::Exercise> = LazyLock::new(program::Exercise::default);
        self.document.program.exercise.as_ref().unwrap_or(&NONE)
    }

    /// What it wants, in its own words, as far as students may read them: one point each.
    pub fn wanted(&self) -> Vec<String> {
        let text = |wanted: &Wanted| match wanted {
            Wanted::Goal(_) => format!("goal {}", wanted.text(&self.document)),
            _ => wanted.text(&self.document),
        };
        self.wants.iter().map(text).collect()
    }

    /// How many points it gives.
    pub fn points(&self) -> usize {
        self.wants.len()
    }

    /// The exercise with these lines in its gap. Each must end with a line's end.
    pub fn with(&self, gap: &str) -> String {
        let (before, after) = self.document.source.split_at(self.gap);
        format!("{before}{gap}{after}")
    }

    /// Is this so without any step in the gap?
    pub(super) fn is_met_untouched(&self, wanted: Wanted) -> bool {
        let place = self.wants.iter().position(|other| *other == wanted);
        place.and_then(|place| self.met_untouched.get(place)).is_some_and(|met| *met)
    }

    /// Is it solved when nobody does anything?
    pub fn is_solved_untouched(&self) -> bool {
        self.met_untouched.iter().all(|met| *met)
    }

    /// The variables in what students get: those of hidden goals alone are not among them.
    fn variables_handed_out(&self) -> HashSet<String> {
        let Ok(Document { program, .. }) = read_attempt(self.handout()) else { return HashSet::new() };
        let all = (0..program.variables.len()).map(|place| VariableId(place as u32));
        all.map(|id| rules::full_name(&program, id)).collect()
    }

    /// What must hold in every order is not so from the start if it holds in the order of the file only.
    fn look_at_every_order(&mut self) {
        let Some(end) = self.untouched.as_ref().filter(|_| self.terms().every_order) else { return };
        let limits = Limits::default();
        let orders = Orders::of(&self.document, end, &limits, limits.time);
        let met =
            self.wants.iter().zip(&self.met_untouched).map(|(wanted, met)| *met && orders.all_have(*wanted));
        self.met_untouched = met.collect();
    }

    /// Processes and threads of which the exercise speaks and which only the gap can create.
    pub(super) fn awaited(&self) -> impl Iterator<Item = &str> {
        let program = &self.document.program;
        let created = created(program);
        let others =
            program.actors.iter().enumerate().filter(move |(place, actor)| {
                !actor.from_start && !created.contains(&ActorId(*place as u32))
            });
        others.map(|(_, actor)| actor.name.as_str())
    }

    /// Whom an attempt creates, by name.
    pub(super) fn created_by(&self, gap: &Gap) -> Vec<String> {
        let document = read_attempt(self.with(&gap.text)).ok();
        let program = document.iter().map(|document| &document.program);
        let names = |program: &Program| {
            created(program).into_iter().map(|id| program.actor(id).name.to_string()).collect::<Vec<String>>()
        };
        program.flat_map(names).collect()
    }

    /// The line of the exercise with a filled gap in which the gap starts, counted from 1.
    pub(super) fn first_line(&self) -> usize {
        self.document.source[..self.gap].matches('\n').count() + 1
    }

    /// The exercise as it is handed out: without hidden goals and with an empty gap.
    pub fn handout(&self) -> String {
        let mut text = self.with("// your steps\n");
        let (tree, _) = parser::parse(&text);
        let is_hidden = |kind: &ItemKind| matches!(kind, ItemKind::Clause(Clause::Hidden(_)));
        for item in tree.items.iter().rev().filter(|item| is_hidden(&item.kind)) {
            text.replace_range(line_of(&text, item.span), "");
        }
        text
    }
}

/// Whom the steps of a program create.
fn created(program: &Program) -> HashSet<ActorId> {
    let created = program.statements.iter().filter_map(|statement| match &statement.kind {
        StatementKind::Step(Step { action: Action::Call { creates, .. }, .. }) => *creates,
        _ => None,
    });
    created.collect()
}

fn is_met(wanted: Wanted, program: &Program, seen: &Seen) -> bool {
    match wanted {
        Wanted::Goal(_) | Wanted::Hidden(_) => {
            let condition = wanted.condition(program);
            condition.zip(seen.end.as_ref()).is_some_and(|(goal, world)| world.holds(&goal.term))
        }
        Wanted::Call(_) => false,
        Wanted::Limit(_) => true,
        Wanted::Rest => {
            seen.end.is_some()
                && seen.failures.is_empty()
                && seen.broken.is_empty()
                && seen.passed_over.is_empty()
        }
    }
}

/// What is wrong with an exercise and the steps in its gap. What the gap should set and does not is nothing wrong.
///
/// ```
/// use handlelab::learn::exercise::mistakes;
///
/// let with = |step: &str| format!("exercise\n  goal dead(p.h)\nprocess p\np: h = CreateEvent()\nbegin\n{step}\nend\n");
/// assert!(mistakes(&with("")).is_empty(), "a gap may be empty");
/// assert!(mistakes(&with("p: CloseHandel(h)"))[0].message.contains("CloseHandel"));
/// ```
pub fn mistakes(source: &str) -> Vec<Diagnostic> {
    read_attempt(source.to_owned()).err().unwrap_or_default()
}

/// Where the solutions of an exercise are looked for: `NAME.solution.hlab` beside `NAME.hlab`, and others as
/// `NAME.solution-2.hlab`, `NAME.solution-3.hlab`, ...
///
/// ```
/// use handlelab::learn::exercise::{is_solution, solutions};
/// use std::path::Path;
///
/// let places: Vec<_> = solutions(Path::new("week1/leak.hlab")).collect();
/// assert_eq!(places[0], Path::new("week1/leak.solution.hlab"));
/// assert_eq!(places[1], Path::new("week1/leak.solution-2.hlab"));
/// assert!(places.iter().all(|place| is_solution(place)) && !is_solution(Path::new("leak.hlab")));
/// ```
pub fn solutions(exercise: &Path) -> impl Iterator<Item = PathBuf> {
    let stem = exercise.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let exercise = exercise.to_owned();
    (1..=9).map(move |number| {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        exercise.with_file_name(format!("{stem}.solution{number}.hlab"))
    })
}

/// Is this the name of a solution?
pub fn is_solution(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    stem.rsplit_once('.').is_some_and(|(_, ending)| {
        let rest = ending.strip_prefix("solution");
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })
}

/// Reads an attempt: what the gap leaves out is no mistake of the file.
pub(super) fn read_attempt(source: String) -> Result<Document, Vec<Diagnostic>> {
    let (tree, mistakes) = parser::parse(&source);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let program = checker::check_attempt(&tree)?;
    Ok(Document { source, tree, program })
}

/// The end of the line `begin` and the start of the line `end`.
fn gap_lines(source: &str, tree: &Scenario) -> Option<(usize, usize)> {
    let place = |kind: &ItemKind| {
        let item = tree.items.iter().find(|item| item.kind == *kind)?;
        Some(line_of(source, item.span))
    };
    let (begin, end) = (place(&ItemKind::Begin)?, place(&ItemKind::End)?);
    (begin.end <= end.start).then_some((begin.end, end.start))
}

/// The whole lines in which something stands, with the last one's end.
fn line_of(source: &str, span: Span) -> std::ops::Range<usize> {
    let (start, end) = (span.start as usize, span.end as usize);
    let start = source[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = source[end..].find('\n').map_or(source.len(), |newline| end + newline + 1);
    start..end
}

pub(super) fn steps(number: usize) -> String {
    if number == 1 { "1 step".to_owned() } else { format!("{number} steps") }
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
