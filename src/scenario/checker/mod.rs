//! Does a scenario make sense?
//!
//! The checker reads the tree once, in order, and knows at each line what exists by then. It alone knows the kernel's
//! tables: which calls there are, what each takes, and what the constants mean.

mod calls;
mod exercise;
mod expect;
mod misused;
mod names;
mod terms;
mod unknown;

use super::diagnostic::{Code, Diagnostic};
use super::program::{Action, ActorId, Condition, Program, Statement, StatementKind, Step, VariableId};
use super::span::Span;
use super::suggest::closest;
use super::tree::{self, ItemKind, Scenario};
use crate::kernel::Options;
use crate::kernel::calls::Returns;
use names::Names;
use terms::Scope;

/// Understands a scenario, or says what is wrong with it.
pub fn check(scenario: &Scenario) -> Result<Program, Vec<Diagnostic>> {
    let mut checker = Checker::new(scenario);
    for (index, item) in scenario.items.iter().enumerate() {
        checker.item(index, item);
    }
    checker.finish()
}

/// What is known while the tree is being read.
struct Checker<'t> {
    tree: &'t Scenario,
    program: Program,
    names: Names,
    diagnostics: Vec<Diagnostic>,
    narration: Option<u32>,
    gap: Gap,
    /// Conditions that may speak of what comes later.
    later: Vec<(Later, &'t tree::Expr)>,
}

/// What kind of condition may speak of what comes later.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Later {
    Always,
    Finally,
    Goal,
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
            narration: None,
            gap: Gap::None,
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
                if self.program.title.replace(title.value.clone()).is_some() {
                    self.report(Diagnostic::new(
                        Code::Twice,
                        item.span,
                        "the file has a title already",
                        "a second title",
                    ));
                }
            }
            ItemKind::Process(names) => names.iter().for_each(|name| self.declare_process(name)),
            ItemKind::Option { name, value } => self.option(name, value),
            ItemKind::Step(step) => self.step(index, item.span, step),
            ItemKind::Check(expr) => {
                if let Some(condition) = self.condition(expr, Scope::Eye) {
                    self.statement(index, item.span, StatementKind::Check(condition));
                }
            }
            ItemKind::Always(expr) => self.later.push((Later::Always, expr)),
            ItemKind::Finally(expr) => self.later.push((Later::Finally, expr)),
            ItemKind::Exercise => self.exercise(item.span),
            ItemKind::Clause(clause) => self.clause(item.span, clause),
            ItemKind::Begin => self.begin(item.span),
            ItemKind::End => self.end(item.span),
        }
    }

    fn finish(mut self) -> Result<Program, Vec<Diagnostic>> {
        for (later, expr) in std::mem::take(&mut self.later) {
            if let Some(condition) = self.condition(expr, Scope::EyeAtAnyTime) {
                match later {
                    Later::Always => self.program.always.push(condition),
                    Later::Finally => self.program.finally.push(condition),
                    Later::Goal => self.exercise_mut().goals.push(condition),
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
        if self.diagnostics.is_empty() { Ok(self.program) } else { Err(self.diagnostics) }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn statement(&mut self, index: usize, span: Span, kind: StatementKind) {
        let narration = self.narration.take();
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
                .help("Move the line to the top of the file."),
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

    fn step(&mut self, index: usize, span: Span, step: &tree::Step) {
        let Some(actor) = self.actor(&step.actor) else {
            self.excuse_created(step);
            return;
        };
        let process = self.program.actor(actor).process;
        let lowered = match &step.action {
            tree::Action::Call(call) => self.call(process, call).map(|call| (call.action, call.assigns)),
            tree::Action::Copy(expr) => self.copy(process, step, expr).map(|action| (action, Vec::new())),
        };
        let expect = step.expect.as_ref().and_then(|expect| self.expect(expect));
        let Some((action, assigns)) = lowered else {
            self.excuse(process, step);
            return;
        };
        let nothing = matches!(&action, Action::Call { spec, .. } if spec.returns == Returns::Nothing);
        if nothing {
            self.refuse_answer(step, &action);
        }
        let variable = step.variable.as_ref().and_then(|name| self.assign(process, name));
        for id in assigns {
            self.names.set(id);
        }
        let expect = expect.filter(|_| !nothing);
        self.statement(index, span, StatementKind::Step(Step { actor, variable, action, expect }));
    }

    /// A step that could not be understood still assigns and creates: what follows shall not be blamed for it.
    fn excuse(&mut self, process: ActorId, step: &tree::Step) {
        if let Some(name) = &step.variable {
            self.assign(process, name);
        }
        let tree::Action::Call(call) = &step.action else { return };
        for arg in &call.args {
            if let tree::ExprKind::Out(path) = &arg.value.kind {
                self.names.excuse_variable(process, &path.text);
            }
        }
        self.excuse_created(step);
    }

    fn excuse_created(&mut self, step: &tree::Step) {
        let tree::Action::Call(call) = &step.action else { return };
        for arg in &call.args {
            if let tree::ExprKind::Text(text) = &arg.value.kind {
                self.names.excuse_actor(&text.value);
            }
        }
    }

    fn refuse_answer(&mut self, step: &tree::Step, action: &Action) {
        let Action::Call { spec, .. } = action else { return };
        let place = match (&step.expect, &step.variable) {
            (Some(expect), _) => expect.span,
            (None, Some(name)) => name.span,
            (None, None) => return,
        };
        self.report(
            Diagnostic::new(
                Code::NoAnswer,
                place,
                format!("{} gives no answer", spec.name),
                "there is nothing to expect or to keep",
            )
            .help("Leave this out; look at what the call did with a `check` on a line of its own."),
        );
    }

    fn copy(&mut self, process: ActorId, step: &tree::Step, expr: &tree::Expr) -> Option<Action> {
        let term = self.value(expr, Scope::Step(process))?;
        if step.variable.is_none() {
            self.report(
                Diagnostic::new(Code::NothingDone, expr.span, "this step does nothing", "a value alone")
                    .help("Write a call, or put the value into a variable: `child: h = parent.hEvent`."),
            );
            return None;
        }
        Some(Action::Copy(term))
    }

    fn assign(&mut self, process: ActorId, name: &tree::Name) -> Option<VariableId> {
        let id = self.variable_to_set(process, &name.text, name.span)?;
        self.names.set(id);
        Some(id)
    }
}

#[cfg(test)]
mod tests;
