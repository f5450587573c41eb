//! Does a step make sense, and what is there behind it?

use super::Checker;
use super::terms::Scope;
use crate::kernel::calls::{CallSpec, Returns};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::{Action, ActorId, StatementKind, Step, VariableId};
use crate::scenario::span::Span;
use crate::scenario::tree;

impl Checker<'_> {
    /// A step: who does it, what, and what is expected.
    pub(super) fn step(&mut self, index: usize, span: Span, step: &tree::Step) {
        let Some(actor) = self.actor(&step.actor) else {
            self.excuse_everywhere(step);
            self.excuse_created(step);
            return;
        };
        let process = self.program.actor(actor).process;
        let (lowered, spec) = match &step.action {
            tree::Action::Call(call) => {
                let spec = CallSpec::find(&call.name.text);
                let lowered = self.call(process, spec, call);
                (lowered.map(|call| (call.action, call.assigns)), spec)
            }
            tree::Action::Copy(expr) => {
                (self.copy(process, step, expr).map(|action| (action, Vec::new())), None)
            }
        };
        let expect = step.expect.as_ref().and_then(|expect| self.expect(expect, spec));
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

    /// A step by nobody knows whom: whatever it assigns, any process may have.
    fn excuse_everywhere(&mut self, step: &tree::Step) {
        let outs = match &step.action {
            tree::Action::Call(call) => &*call.args,
            tree::Action::Copy(_) => &[],
        };
        let outs = outs.iter().filter_map(|arg| match &arg.value.kind {
            tree::ExprKind::Out(path) => Some(&path.text),
            _ => None,
        });
        for name in step.variable.iter().map(|name| &name.text).chain(outs) {
            self.names.excuse_for_all(name);
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
