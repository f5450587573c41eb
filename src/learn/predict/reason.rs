//! Why does a step answer what it answers?
//!
//! What a step changes shows that by itself. A step that is refused changes nothing, and then it is said what was wrong: with
//! the value, with the right, or whatever the call's own description says of such a failure.

use crate::explain::failures;
use crate::kernel::calls::{CallSpec, Kind, Returns};
use crate::kernel::{Effect, Handle};
use crate::run::history::History;
use crate::run::misuse::{Class, Misuse};
use crate::run::trace::{AnswerRecord, HandleRow, Snapshot, TraceStep};

/// A step, and the state in front of it.
pub(super) struct Reasons<'r> {
    pub(super) step: &'r TraceStep,
    pub(super) spec: &'static CallSpec,
    pub(super) before: &'r Snapshot,
    pub(super) history: &'r History,
    pub(super) misuses: &'r [Misuse],
}

impl Reasons<'_> {
    /// In sentences; none where the effects say it all.
    pub(super) fn told(&self) -> Vec<String> {
        let values = self.wrong_values();
        if !values.is_empty() {
            return values;
        }
        let failed = self.step.answer.as_ref().filter(|answer| !answer.succeeded);
        match failed {
            Some(answer) => self.lacking().or_else(|| self.described(answer)).into_iter().collect(),
            None => self.waited_for(),
        }
    }

    /// Values that do not mean what they once meant, or mean something elsewhere.
    fn wrong_values(&self) -> Vec<String> {
        let is_value =
            |class: Class| !matches!(class, Class::AccidentalInheritance | Class::UnclosedProcessInformation);
        let here = self.misuses.iter().filter(|misuse| misuse.step == self.step.number);
        here.filter(|misuse| is_value(misuse.class)).map(|misuse| misuse.what.clone()).collect()
    }

    /// The handle that has not the rights which the call needs.
    fn lacking(&self) -> Option<String> {
        self.looked_up().find_map(|(subject, row, kind)| {
            let (Kind::Handle { access, .. } | Kind::Handles { access }) = kind else { return None };
            let missing = access & !row.granted_access;
            let of = self.before.object(row.object)?.object_type;
            let needs = || format!("{} needs {}", self.spec.name, of.access_in_words(missing));
            (!missing.is_empty()).then(|| format!("{subject} has {}; {}.", row.access, needs()))
        })
    }

    /// What the call's description says of such a failure.
    fn described(&self, answer: &AnswerRecord) -> Option<String> {
        let is_it = |failure: &crate::explain::Failure| {
            let error = failure.error.map(|error| error.to_string());
            answer.status == Some(failure.status.name()) && (error.is_none() || error == answer.error)
        };
        let mut all = failures(self.spec).into_iter().filter(is_it);
        // Of several ways to the same error it is not known here which one it was.
        let when = all.next().filter(|_| all.next().is_none())?.when;
        let error = answer.error.as_deref().or(answer.status)?;
        Some(format!("{error} means: {when}."))
    }

    /// In which state the object was that was waited for, where the wait changes nothing about it.
    fn waited_for(&self) -> Vec<String> {
        let changes = |effect: &Effect| matches!(effect, Effect::StateChanged { .. });
        if self.spec.returns != Returns::Wait || self.step.effects.iter().any(changes) {
            return Vec::new();
        }
        let told = self.looked_up().filter_map(|(_, row, _)| {
            let state = &self.before.object(row.object)?.state;
            let called = self.history.called(row.object);
            (!state.is_empty()).then(|| format!("{called} was: {state}."))
        });
        told.collect()
    }

    /// The handles that the call looks up in its own process: how the file writes each, its entry, and what the call wants.
    fn looked_up(&self) -> impl Iterator<Item = (String, &HandleRow, Kind)> {
        let process = self.step.actor.as_deref().and_then(|actor| actor.split('.').next());
        let table = self.before.processes.iter().find(|state| Some(state.name.as_str()) == process);
        self.step.given.iter().filter_map(move |given| {
            let kind = self.spec.params[self.spec.param(given.param)?].kind;
            let row = table?.handles.iter().find(|row| row.handle == given.value)?;
            let own =
                given.variable.as_deref().map(|variable| own_name(variable, process.unwrap_or_default()));
            Some((subject(own, given.value), row, kind))
        })
    }
}

/// `hEvent (0x4)`, or the value alone.
fn subject(variable: Option<&str>, value: Handle) -> String {
    variable.map_or_else(|| value.to_string(), |variable| format!("{variable} ({value})"))
}

/// A variable as its own process writes it.
fn own_name<'v>(variable: &'v str, process: &str) -> &'v str {
    variable.strip_prefix(process).and_then(|rest| rest.strip_prefix('.')).unwrap_or(variable)
}
