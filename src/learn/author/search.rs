//! Which is the shortest solution?
//!
//! Sequences of plausible steps are tried, the shorter ones first. Those that lead to a world that was there before are not
//! followed, nor are steps that change nothing.

use super::super::exercise::{Exercise, read_attempt};
use super::super::gap::Gap;
use super::super::judging::judge;
use super::super::limits::Limits;
use super::vocabulary::Vocabulary;
use crate::kernel::{ThreadId, Win32Error};
use crate::run::umpire::{Point, Umpire};
use crate::run::world::{Binding, Value, World};
use crate::run::{Watch, run};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::{Document, parser};
use serde::Serialize;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

/// The shortest solution that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Shortest {
    /// How many steps it has.
    pub steps: usize,
    /// Its lines, if the search found it; none if it is the instructor's.
    pub lines: Vec<String>,
    /// How many attempts were made.
    pub tried: usize,
    /// Was everything tried that the search knows of? Otherwise it was cut, and there may be a shorter one still.
    pub complete: bool,
}

/// Looks for a solution that is shorter than this one.
pub(super) fn shortest(exercise: &Exercise, known: &Gap, solutions: &[Gap], tries: usize) -> Shortest {
    let known_steps = judge(exercise, known, &Limits::default()).steps;
    let Some(start) = walk(exercise, &[]).and_then(|walked| walked.behind_gap) else {
        return Shortest { steps: known_steps, ..Shortest::default() };
    };
    if known_steps < 2 {
        return Shortest { steps: known_steps, complete: true, ..Shortest::default() };
    }
    let mut words = Vocabulary::new(exercise, &start, solutions);
    let shared = |steps: Vec<String>| steps.into_iter().map(Rc::from).collect();
    let (first, others) = (shared(words.steps(true)), shared(words.steps(false)));
    let mut search =
        Search { exercise, first, others, tries, tried: 0, seen: HashSet::from([mark(&start, &[])]) };
    let mut layer: Vec<Vec<Rc<str>>> = vec![Vec::new()];
    for length in 1..known_steps {
        let mut next = Vec::new();
        for before in &layer {
            match search.go_on(before, &mut next) {
                Found::Solution(lines) => {
                    // All shorter ones have been tried.
                    let complete = !words.cut;
                    return Shortest { steps: length, lines, tried: search.tried, complete };
                }
                Found::Nothing => {}
                Found::Cut => {
                    return Shortest { steps: known_steps, tried: search.tried, ..Shortest::default() };
                }
            }
        }
        layer = next;
    }
    Shortest { steps: known_steps, lines: Vec::new(), tried: search.tried, complete: !words.cut }
}

struct Search<'s> {
    exercise: &'s Exercise,
    /// What can be the first step, and what the others.
    first: Rc<[Rc<str>]>,
    others: Rc<[Rc<str>]>,
    tries: usize,
    tried: usize,
    seen: HashSet<u64>,
}

enum Found {
    Solution(Vec<String>),
    Nothing,
    Cut,
}

impl Search<'_> {
    /// Tries every step behind some others.
    fn go_on(&mut self, before: &[Rc<str>], next: &mut Vec<Vec<Rc<str>>>) -> Found {
        let steps = Rc::clone(if before.is_empty() { &self.first } else { &self.others });
        for step in steps.iter() {
            if self.tried == self.tries {
                return Found::Cut;
            }
            self.tried += 1;
            let sequence: Vec<Rc<str>> = before.iter().chain([step]).map(Rc::clone).collect();
            let lines: Vec<&str> = sequence.iter().map(|line| &**line).collect();
            let Some(walked) = walk(self.exercise, &lines) else { continue };
            if walked.reaches_goals && self.is_solution(&lines) {
                return Found::Solution(lines.iter().map(|line| (*line).to_owned()).collect());
            }
            let required = self.required(&lines);
            if walked.behind_gap.is_some_and(|world| self.seen.insert(mark(&world, &required))) {
                next.push(sequence);
            }
        }
        Found::Nothing
    }

    fn is_solution(&self, lines: &[&str]) -> bool {
        let text = lines.iter().map(|line| format!("{line}\n")).collect();
        let gap = Gap { text, first_line: 1, remarks: Vec::new() };
        judge(self.exercise, &gap, &Limits::default()).is_solved()
    }

    /// Which of the required calls have been made: that is no less than what they have done.
    fn required(&self, lines: &[&str]) -> Vec<bool> {
        let required = self.exercise.terms().require.iter();
        required.map(|spec| lines.iter().any(|line| line.contains(&format!("{}(", spec.name)))).collect()
    }
}

/// What was seen of an attempt.
#[derive(Default)]
struct Walked {
    /// The world behind the gap.
    behind_gap: Option<World>,
    reaches_goals: bool,
}

/// Runs an attempt; nothing if it cannot be read or a step of it cannot happen.
fn walk(exercise: &Exercise, lines: &[&str]) -> Option<Walked> {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let (_, mistakes) = parser::parse(&text);
    let document = read_attempt(exercise.with(&text)).ok().filter(|_| mistakes.is_empty())?;
    let statements = &document.program.statements;
    let before_gap =
        statements.iter().filter(|statement| (statement.span.start as usize) < exercise.gap).count();
    let last_of_gap = before_gap + lines.len();
    let mut follower = Follower { document: &document, last_of_gap, walked: Walked::default() };
    run(&document, Watch::World(&mut follower));
    Some(follower.walked).filter(|walked| walked.behind_gap.is_some())
}

struct Follower<'f> {
    document: &'f Document,
    /// How many statements there are up to the end of the gap.
    last_of_gap: usize,
    walked: Walked,
}

impl Umpire for Follower<'_> {
    fn see(&mut self, at: Point, world: &World) -> bool {
        let behind = match at {
            Point::Start => Some(0),
            Point::Behind(statement) => Some(statement + 1),
            Point::End => None,
        };
        if behind == Some(self.last_of_gap) {
            self.walked.behind_gap = Some(world.clone());
        }
        if at == Point::End {
            let terms = self.document.program.exercise.iter();
            let mut goals = terms.flat_map(|terms| terms.goals.iter().chain(&terms.hidden));
            self.walked.reaches_goals = goals.all(|goal| world.holds(&goal.term));
        }
        true
    }

    fn pass_over(&mut self, statement: usize, mistake: &Diagnostic) -> bool {
        let is_missing = matches!(mistake.code, Code::WrongValue | Code::NeverCreated);
        !self.document.program.statements[statement].in_gap && is_missing
    }
}

/// What tells two worlds apart, leaving out what a call leaves that failed: its error, and variables with nothing in them.
fn mark(world: &World, required: &[bool]) -> u64 {
    let mut world = world.clone();
    let threads: Vec<ThreadId> = world.kernel.threads().map(|(id, _)| id).collect();
    for id in threads {
        if let Some(thread) = world.kernel.threads.get_mut(id) {
            thread.last_error = Win32Error::SUCCESS;
        }
    }
    for binding in &mut world.bindings {
        if matches!(binding.value, Value::Number(0 | u64::MAX)) {
            *binding = Binding::default();
        }
    }
    let mut hasher = DefaultHasher::new();
    (world, required).hash(&mut hasher);
    hasher.finish()
}
