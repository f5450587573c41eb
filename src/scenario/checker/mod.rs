//! Does a scenario make sense?
//!
//! The checker reads the tree once, in order, and knows at each line what exists by then. It alone knows the kernel's
//! tables: which calls there are, what each takes, and what the constants mean.
//!
//! ```
//! use handlelab::scenario::{checker, parser};
//!
//! let (tree, _) = parser::parse("process p\np: h = CreateEvent()\n");
//! let program = checker::check(&tree).expect("it makes sense");
//! assert_eq!((program.actors.len(), program.variables.len(), program.statements.len()), (1, 1, 1));
//! ```

mod calls;
mod declare;
mod exercise;
mod expect;
mod meant;
mod misused;
mod names;
mod placing;
mod questions;
mod step;
mod taken;
mod terms;
mod unknown;
mod unknown_call;

use super::diagnostic::{Code, Diagnostic};
use super::misuse::Class;
use super::program::{Condition, Program, Statement, StatementKind};
use super::span::Span;
use super::suggest::closest;
use super::tree::{self, ItemKind, Scenario};
use crate::kernel::Options;
use names::Names;
pub(crate) use taken::taken;
use terms::Scope;

/// Understands a scenario, or says what is wrong with it.
pub fn check(scenario: &Scenario) -> Result<Program, Vec<Diagnostic>> {
    read(Checker::new(scenario))
}

/// The same for an attempt at an exercise: what the gap should set and does not (rule 17) is no mistake of the file, but
/// names nothing, so that everything else can be judged.
///
/// ```
/// use handlelab::scenario::{checker, parser};
///
/// let text = "exercise\n  task \"Open it.\"\n  goal alive(p.h)\nprocess p\nbegin\nend\np: SetEvent(h)\n";
/// let (tree, _) = parser::parse(text);
/// assert!(checker::check_attempt(&tree).is_ok(), "the gap never sets `h`: the goal does not hold");
/// ```
pub fn check_attempt(scenario: &Scenario) -> Result<Program, Vec<Diagnostic>> {
    read(Checker { attempt: true, ..Checker::new(scenario) })
}

fn read(mut checker: Checker<'_>) -> Result<Program, Vec<Diagnostic>> {
    let scenario = checker.tree;
    for (index, item) in scenario.items.iter().enumerate() {
        checker.item(index, item);
    }
    checker.finish()
}

/// After so many mistakes the rest is only counted.
const MOST: usize = 100;

/// What is known while the tree is being read.
struct Checker<'t> {
    tree: &'t Scenario,
    program: Program,
    names: Names,
    diagnostics: Vec<Diagnostic>,
    /// How many more mistakes there are, which are not shown.
    further: usize,
    /// Where the title stands.
    title: Option<Span>,
    narration: Option<u32>,
    /// The misuses that the next step means.
    meant: Vec<(Class, Span)>,
    gap: Gap,
    /// Where the exercise and its task stand.
    exercise: Option<Span>,
    task: Option<Span>,
    /// Has a `begin` too many been reported? Then there is an `end` too many as well.
    second_gap: bool,
    /// May the gap leave out what it should set?
    attempt: bool,
    /// Empty room for the places of a call's arguments.
    places: Vec<usize>,
    /// Conditions that may speak of what comes later.
    later: Vec<(Later, &'t tree::Expr)>,
}

/// What kind of condition may speak of what comes later.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Later {
    Always,
    Finally,
    Goal,
    Hidden,
}

/// How far the gap of an exercise has been read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    Open(Span),
    Closed,
}

impl<'t> Checker<'t> {
    fn new(tree: &'t Scenario) -> Checker<'t> {
        Checker {
            tree,
            program: Program::default(),
            names: Names::default(),
            diagnostics: Vec::new(),
            further: 0,
            title: None,
            narration: None,
            meant: Vec::new(),
            gap: Gap::None,
            exercise: None,
            task: None,
            second_gap: false,
            attempt: false,
            places: Vec::new(),
            later: Vec::new(),
        }
    }

    fn item(&mut self, index: usize, item: &'t tree::Item) {
        match &item.kind {
            ItemKind::Blank | ItemKind::Comment(_) | ItemKind::Version(_) => {}
            ItemKind::Narration(_) => {
                self.narration.get_or_insert(index as u32);
            }
            ItemKind::Title(title) => {
                self.program.title = Some(title.value.clone());
                if let Some(first) = self.title.replace(item.span) {
                    let message = "the file has a title already";
                    self.report(
                        Diagnostic::new(Code::Twice, item.span, message, "a second title")
                            .also(first, "the first one")
                            .help("Leave one of them out; what a step shows can be said in a `///` line above it."),
                    );
                }
            }
            ItemKind::Process(names) => names.iter().for_each(|name| self.declare_process(name)),
            ItemKind::Option { name, value } => self.option(name, value),
            ItemKind::Step(step) => {
                self.step(index, item.span, step);
                // A step that could not be understood has been reported already.
                self.meant.clear();
            }
            ItemKind::Misuse(classes) => self.means(classes),
            ItemKind::Check(expr) => {
                self.no_step_follows("a check misuses nothing");
                if let Some(condition) = self.condition(expr, Scope::Eye) {
                    self.statement(index, item.span, StatementKind::Check(condition));
                }
            }
            ItemKind::Always(expr) => self.later.push((Later::Always, expr)),
            ItemKind::Finally(expr) => self.later.push((Later::Finally, expr)),
            ItemKind::Exercise => self.exercise(item.span),
            ItemKind::Clause(clause) => self.clause(item.span, clause),
            ItemKind::Begin => {
                self.no_step_follows("the gap begins here, and its steps are the student's");
                self.begin(item.span);
            }
            ItemKind::End => {
                self.no_step_follows("the gap ends here");
                self.end(item.span);
            }
        }
    }

    fn finish(mut self) -> Result<Program, Vec<Diagnostic>> {
        self.no_step_follows("nothing follows");
        for (later, expr) in std::mem::take(&mut self.later) {
            if let Some(condition) = self.condition(expr, Scope::EyeAtAnyTime) {
                match later {
                    Later::Always => self.program.always.push(condition),
                    Later::Finally => self.program.finally.push(condition),
                    Later::Goal => self.exercise_mut().goals.push(condition),
                    Later::Hidden => self.exercise_mut().hidden.push(condition),
                }
            }
        }
        self.check_exercise();
        if self.program.actors.is_empty() && self.diagnostics.is_empty() {
            let diagnostic = Diagnostic::new(
                Code::NoProcess,
                Span::default(),
                "the file has no process",
                "nobody can do anything",
            );
            self.report(diagnostic.help("A scenario starts with a line such as `process parent`."));
        }
        self.say_how_many_more();
        if self.diagnostics.is_empty() { Ok(self.program) } else { Err(self.diagnostics) }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        if !self.is_full() {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Is another mistake only counted? Whoever has to search for the words of one asks first.
    fn is_full(&mut self) -> bool {
        let full = self.diagnostics.len() >= MOST;
        self.further += usize::from(full);
        full
    }

    /// How many mistakes there are so far.
    fn said(&self) -> usize {
        self.diagnostics.len() + self.further
    }

    fn say_how_many_more(&mut self) {
        let Some(last) = self.diagnostics.last().filter(|_| self.further > 0) else { return };
        let mistakes = if self.further == 1 { "mistake is" } else { "mistakes are" };
        let message = format!("{} more {mistakes} not shown", self.further);
        self.diagnostics.push(
            Diagnostic::new(Code::TooManyMistakes, last.span(), message, "the last one that is shown")
                .help("Mend the first mistakes and try again; one of them may be the cause of the others."),
        );
    }

    fn statement(&mut self, index: usize, span: Span, kind: StatementKind) {
        let narration = self.narration.take();
        self.meant_here();
        let in_gap = matches!(self.gap, Gap::Open(_));
        self.program.statements.push(Statement { kind, span, item: index as u32, narration, in_gap });
    }

    fn condition(&mut self, expr: &tree::Expr, scope: Scope) -> Option<Condition> {
        let term = self.truth(expr, scope)?;
        Some(Condition { term, span: expr.span })
    }

    fn option(&mut self, name: &tree::Name, value: &tree::Name) {
        if !self.program.statements.is_empty() {
            let message = "an option stands before the first step";
            self.report(
                Diagnostic::new(
                    Code::OptionTooLate,
                    name.span,
                    message,
                    "the model cannot change while it runs",
                )
                .help("Move the line above the first step."),
            );
            return;
        }
        let Some(spec) = Options::ALL.iter().find(|spec| spec.name == name.text) else {
            let names: Vec<&str> = Options::ALL.iter().map(|spec| spec.name).collect();
            let mut diagnostic = Diagnostic::new(
                Code::UnknownOption,
                name.span,
                format!("there is no option `{}`", name.text),
                "not an option",
            );
            diagnostic = match closest(&name.text, names.iter().copied()) {
                Some(meant) => diagnostic.help(format!("Did you mean `{meant}`?")),
                None => diagnostic.help(format!("The options are: {}.", names.join(", "))),
            };
            self.report(diagnostic);
            return;
        };
        if !self.program.options.set(&name.text, &value.text) {
            let values: Vec<&str> = spec.values.iter().map(|(value, _)| *value).collect();
            self.report(
                Diagnostic::new(
                    Code::UnknownOption,
                    value.span,
                    format!("the option `{}` has no value `{}`", name.text, value.text),
                    "not one of its values",
                )
                .help(format!("Its values are: {} (the first one is the default).", values.join(", "))),
            );
        }
    }
}

#[cfg(test)]
mod tests;
