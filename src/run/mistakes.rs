//! Which mistakes of a file show only when it runs?
//!
//! A step for somebody who is not there, or cannot act now; a variable that holds something of the wrong kind.

use super::judge;
use super::runner::Runner;
use super::world::Value;
use crate::kernel::Standstill;
use crate::kernel::calls::{CallSpec, ParamSpec};
use crate::scenario::Span;
use crate::scenario::checker::taken;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::{Action, ActorId, StatementKind, Step};

impl Runner<'_, '_> {
    pub(super) fn never_created(&self, actor: ActorId, span: Span) -> Diagnostic {
        let name = &self.program.actor(actor).name;
        let message = format!("`{name}` was never created");
        let diagnostic = Diagnostic::new(Code::NeverCreated, span, message, "nobody is there to do this");
        let creates = self.program.statements.iter().find(|statement| match &statement.kind {
            StatementKind::Step(Step { action: Action::Call { creates, .. }, .. }) => *creates == Some(actor),
            _ => false,
        });
        match creates {
            Some(call) => diagnostic.also(call.span, "this should have created it").help(
                "That call failed, or still waits. Expect `=> TRUE` of it, or a handle, and the run shows why it failed.",
            ),
            None => diagnostic.help("Create it with CreateProcess or CreateThread first."),
        }
    }

    pub(super) fn cannot_run(&self, actor: ActorId, span: Span, standstill: Standstill) -> Diagnostic {
        let name = &self.program.actor(actor).name;
        match standstill {
            Standstill::Ended => Diagnostic::new(
                Code::HasEnded,
                span,
                format!("`{name}` has ended"),
                "nobody is there to do this",
            )
            .help("Move the step in front of the one that ends it, or let somebody else do it."),
            Standstill::Suspended => Diagnostic::new(
                Code::IsSuspended,
                span,
                format!("`{name}` is suspended"),
                "it cannot do anything now",
            )
            .help("Somebody has to call ResumeThread with a handle to the thread first."),
            Standstill::Blocked => {
                let message = format!("`{name}` still waits in an earlier call");
                let diagnostic = Diagnostic::new(Code::IsBlocked, span, message, "it cannot do anything now")
                    .help(
                        "Let another process or thread release it first: set the event, release the mutex, end the process, write to the pipe.",
                    );
                match self.waiting[actor.0 as usize] {
                    Some(index) => diagnostic.also(self.program.statements[index].span, "it waits here"),
                    None => diagnostic,
                }
            }
        }
    }

    pub(super) fn name_in_use(&self, created: ActorId, span: Span) -> Diagnostic {
        let name = &self.program.actor(created).name;
        let message = format!("`{name}` has been created already");
        Diagnostic::new(Code::NameInUse, span, message, "a second one of the same name")
            .help("Give the new one a name of its own; the first keeps its name even after its end.")
    }
}

/// A sum of something that is no number.
pub(super) fn no_number(span: Span, value: &Value) -> Diagnostic {
    let label = format!("the variable holds {}", judge::plain(value));
    Diagnostic::new(Code::WrongValue, span, "only numbers are added, subtracted and combined", label)
        .help("Copy a text as it is: `parent: copy = data`.")
}

/// An argument whose variable holds something of the wrong kind.
pub(super) fn wrong_value(spec: &CallSpec, param: &ParamSpec, span: Span, value: &Value) -> Diagnostic {
    let ParamSpec { name, about, .. } = param;
    let label = format!("the variable holds {}", judge::plain(value));
    let message = format!("{}: `{name}` takes {}", spec.name, taken(param.kind));
    let diagnostic = Diagnostic::new(Code::WrongValue, span, message, label);
    match value {
        Value::Nothing => diagnostic.help(
            "The call that should have filled it failed; expect `=> TRUE` of it, and the run shows why.",
        ),
        _ => diagnostic
            .help("Pass another variable, or give this one another value first.")
            .help(format!("`{name}`: {about}.")),
    }
}
