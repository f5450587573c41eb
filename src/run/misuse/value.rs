//! Is a value that a call was given one that it should have been given?

use super::ledger::{Ledger, Origin, process_name};
use super::sentence::Sentences;
use super::{Class, Misuse};
use crate::kernel::calls::{Kind, ParamSpec};
use crate::kernel::effects::{CloseReason, OpenReason};
use crate::kernel::{CallSpec, Handle, ObjectNo, ObjectType};
use crate::run::history::Moment;
use crate::run::trace::{Given, TraceStep};

/// What is wrong with a value, if anything is.
pub(super) fn judge(
    ledger: &Ledger,
    spec: &'static CallSpec,
    step: &TraceStep,
    given: &Given,
) -> Option<Misuse> {
    let param = spec.param(given.param).map(|place| &spec.params[place])?;
    let table = ledger.table_of(spec, step, given)?;
    let case = Case { ledger, param, step, given, table, say: Sentences { ledger, step, given } };
    let (class, what) = case.judge()?;
    Some(Misuse::new(class, step, what))
}

struct Case<'c, 't> {
    ledger: &'c Ledger<'t>,
    param: &'static ParamSpec,
    step: &'c TraceStep,
    given: &'c Given,
    /// The process in whose table the value is looked up.
    table: ObjectNo,
    say: Sentences<'c, 't>,
}

type Verdict = Option<(Class, String)>;

impl Case<'_, '_> {
    fn judge(&self) -> Verdict {
        let value = self.given.value;
        match self.ledger.origin(self.given) {
            Some(Origin::Failed(moment)) if value == Handle::CURRENT_PROCESS => {
                Some((Class::FailedFileHandle, self.say.failed_file(moment)))
            }
            origin if value == Handle::NULL => self.null(origin),
            Some(Origin::Pseudo(moment)) => self.pseudo(moment).or_else(|| self.wrong_type()),
            Some(Origin::Entry(entry)) => self.entry(entry),
            Some(Origin::Failed(_) | Origin::Emptied) | None => match self.ledger.latest(self.table, value) {
                Some(entry) if self.ledger.named(self.table, value).is_none() => self.closed(entry),
                _ => self.wrong_type(),
            },
        }
    }

    /// Where NULL stands for nothing it is no misuse, unless a call that failed left it there. A variable that was emptied on
    /// purpose may be closed again: that is what it was emptied for.
    fn null(&self, origin: Option<Origin>) -> Verdict {
        let failed = match origin {
            Some(Origin::Failed(moment)) => Some(moment),
            Some(Origin::Emptied) if self.param.takes_anything() => return None,
            _ => None,
        };
        let misused = if self.param.takes_null() { failed.is_some() } else { self.refused() };
        misused.then(|| (Class::NullHandle, self.say.null(failed)))
    }

    fn refused(&self) -> bool {
        self.step.answer.as_ref().is_some_and(|answer| !answer.succeeded)
    }

    /// A pseudohandle means whoever uses it.
    fn pseudo(&self, moment: Moment) -> Verdict {
        let told = self.ledger.trace.steps.get(moment)?.actor.as_deref()?;
        let user = self.step.actor.as_deref()?;
        let same = match self.given.value {
            Handle::CURRENT_PROCESS => process_name(told) == process_name(user),
            _ => told == user,
        };
        (!same).then(|| (Class::ForeignPseudohandle, self.say.foreign_pseudohandle(moment)))
    }

    /// The value was given out for an entry. Is it that entry which the call meets?
    fn entry(&self, entry: usize) -> Verdict {
        let named = self.ledger.named(self.table, self.given.value);
        if named.is_some_and(|named| self.is_inherited_from(named, entry)) {
            return self.wrong_type();
        }
        let own = self.ledger.life(entry).process == self.table;
        match (named, self.ledger.latest(self.table, self.given.value)) {
            (None, Some(latest)) if self.ledger.descends(latest, entry) => self.closed(latest),
            (None, _) if own => self.closed(entry),
            (Some(named), _) if own => Some((Class::ReusedValue, self.say.reused(entry, named))),
            _ => Some((Class::ForeignValue, self.say.foreign(entry, self.table, named))),
        }
    }

    /// Is it the entry itself, or one that came from it by inheritance? The variable may have got the same value for the same
    /// object anew since.
    fn is_inherited_from(&self, named: usize, entry: usize) -> bool {
        let (life, from) = (self.ledger.life(named), self.ledger.life(entry));
        let inherited = matches!(life.reason, OpenReason::Inherit { .. }) && life.object == from.object;
        inherited || self.ledger.descends(named, entry)
    }

    /// An ended process has no handles, and nobody has closed them.
    fn closed(&self, entry: usize) -> Verdict {
        let (moment, reason) = self.ledger.closed(entry)?;
        let by_somebody = match reason {
            CloseReason::Close | CloseReason::CloseSource => true,
            CloseReason::Exit => false,
        };
        // A value that is only written down, and not out of a variable, may stand for anything.
        let meant = self.given.variable.is_some() || !self.param.handle_use.kept;
        (by_somebody && meant).then(|| (Class::UseAfterClose, self.say.closed(moment, reason)))
    }

    fn wrong_type(&self) -> Verdict {
        let wanted = self.param.wanted_type()?;
        let value = self.given.value;
        let object = self.ledger.named(self.table, value).map(|entry| self.ledger.life(entry).object);
        let (found, called) = match (object, value) {
            (Some(object), _) => {
                let object_type = self.ledger.history.objects.get(&object)?.object_type;
                (object_type, self.ledger.history.called(object))
            }
            // Where the call looks the value up in its own way, -1 may be something else than a handle.
            (None, _) if wanted != ObjectType::Process && self.param.kind == Kind::AnyHandle => return None,
            (None, Handle::CURRENT_PROCESS) => (ObjectType::Process, "the process itself".to_owned()),
            (None, Handle::CURRENT_THREAD) => (ObjectType::Thread, "the thread itself".to_owned()),
            _ => return None,
        };
        (self.refused() && found != wanted).then(|| (Class::WrongType, self.say.wrong_type(&called, wanted)))
    }
}
