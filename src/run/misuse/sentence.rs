//! How is it said what is wrong with a value?

use super::ledger::{Ledger, process_name};
use crate::kernel::effects::CloseReason;
use crate::kernel::{ObjectNo, ObjectType};
use crate::run::history::Moment;
use crate::run::trace::{Given, TraceStep};

/// What can be said of a value that a step was given.
pub(super) struct Sentences<'c, 't> {
    pub(super) ledger: &'c Ledger<'t>,
    pub(super) step: &'c TraceStep,
    pub(super) given: &'c Given,
}

impl Sentences<'_, '_> {
    /// The variable as the acting process writes it: its own ones without its name.
    fn variable(&self) -> Option<&str> {
        let variable = self.given.variable.as_deref()?;
        let own = self
            .step
            .actor
            .as_deref()
            .map(process_name)
            .and_then(|process| variable.strip_prefix(process).and_then(|rest| rest.strip_prefix('.')));
        Some(own.unwrap_or(variable))
    }

    /// `hEvent (0x4)`, or the value alone.
    fn subject(&self) -> String {
        let value = self.given.value;
        self.variable().map_or_else(|| value.to_string(), |variable| format!("{variable} ({value})"))
    }

    fn place(&self, moment: Moment) -> String {
        self.ledger.history.place(moment)
    }

    fn actor_at(&self, moment: Moment) -> &str {
        self.ledger.trace.steps.get(moment).and_then(|step| step.actor.as_deref()).unwrap_or("somebody")
    }

    fn call_at(&self, moment: Moment) -> &str {
        self.ledger.trace.steps.get(moment).and_then(|step| step.call).unwrap_or("the call")
    }

    /// What a call that succeeds all the same adds to the trouble.
    fn all_the_same(&self) -> &'static str {
        let succeeded = self.step.answer.as_ref().is_some_and(|answer| answer.succeeded);
        if succeeded { " The call succeeds all the same." } else { "" }
    }

    pub(super) fn closed(&self, moment: Moment, reason: CloseReason) -> String {
        let how = match reason {
            CloseReason::CloseSource => "was moved away",
            CloseReason::Close | CloseReason::Exit => "was closed",
        };
        format!("{} {how} at {} and names nothing any more.", self.subject(), self.place(moment))
    }

    pub(super) fn reused(&self, entry: usize, named: usize) -> String {
        let (old, new) = (self.ledger.life(entry), self.ledger.life(named));
        let closed = old.closed.map(|(moment, _)| self.place(moment)).unwrap_or_default();
        let now = self.ledger.history.called(new.object);
        let now = if old.object == new.object {
            format!("names the same {now} again, by chance.")
        } else {
            format!("names a stranger: {now}.{}", self.all_the_same())
        };
        let value = self.given.value;
        format!("{} was closed at {closed}. Since {} {value} {now}", self.subject(), self.place(new.opened))
    }

    pub(super) fn foreign(&self, entry: usize, table: ObjectNo, named: Option<usize>) -> String {
        let history = self.ledger.history;
        let life = self.ledger.life(entry);
        let (owner, here) = (history.actor(life.process), history.actor(table));
        let now = match named.map(|named| self.ledger.life(named).object) {
            None => "it names nothing.".to_owned(),
            Some(object) if object == life.object => "it names the same object only by chance.".to_owned(),
            Some(object) => {
                format!("it names a stranger: {}.{}", history.called(object), self.all_the_same())
            }
        };
        let subject = self.subject();
        format!(
            "{subject} is a handle of {owner}, to {}. In {here}'s table {now}",
            history.called(life.object)
        )
    }

    pub(super) fn foreign_pseudohandle(&self, moment: Moment) -> String {
        let (told, user) = (self.actor_at(moment), self.step.actor.as_deref().unwrap_or_default());
        let (call, place) = (self.call_at(moment), self.place(moment));
        let whom = if call.ends_with("Thread") { "the thread" } else { "the process" };
        let user = if whom == "the process" { process_name(user) } else { user };
        format!("{} is what {call}() told {told} at {place}. Here it means {whom} {user}.", self.subject())
    }

    pub(super) fn failed_file(&self, moment: Moment) -> String {
        let variable = self.variable().unwrap_or("The value");
        let (call, place) = (self.call_at(moment), self.place(moment));
        format!(
            "{variable} is INVALID_HANDLE_VALUE, because {call} failed at {place}. That is -1, and so is \
             GetCurrentProcess().{}",
            self.all_the_same()
        )
    }

    pub(super) fn null(&self, failed: Option<Moment>) -> String {
        match (self.variable(), failed) {
            (Some(variable), Some(moment)) => {
                format!(
                    "{variable} is NULL, because {} failed at {}.",
                    self.call_at(moment),
                    self.place(moment)
                )
            }
            (Some(variable), None) => format!("{variable} is NULL, and NULL is no handle."),
            (None, _) => "NULL is no handle.".to_owned(),
        }
    }

    pub(super) fn wrong_type(&self, called: &str, wanted: ObjectType) -> String {
        let call = self.step.call.unwrap_or("the call");
        format!("{} names {called}, and {call} needs {}.", self.subject(), of_type(wanted))
    }
}

fn of_type(wanted: ObjectType) -> String {
    let word = wanted.win32();
    let article = if word.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    format!("{article} {word}")
}
