//! Which mistakes of a file show only when it runs?
//!
//! A step for somebody who is not there, or cannot act now.

use super::runner::Runner;
use crate::kernel::Standstill;
use crate::scenario::Span;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::ActorId;

impl Runner<'_, '_> {
    pub(super) fn never_created(&self, actor: ActorId, span: Span) -> Diagnostic {
        let actor = &self.program.actor(actor).name;
        let message = format!("`{actor}` was never created");
        let diagnostic = Diagnostic::new(Code::NeverCreated, span, message, "nobody is there to do this");
        diagnostic
            .help(format!("The call that should have created `{actor}` failed, or has not been reached."))
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
                        "Let somebody release it first: set the event, end the process, write to the pipe.",
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
