//! What is wrong with an object?

use super::words::{ITS_NAME, article, list};
use super::{Compared, Look, Shortfall, ShortfallKind};
use crate::kernel::ObjectId;
use crate::run::world::Value;
use crate::scenario::eye::Question;
use crate::scenario::program::{ObjectRef, Operand};
use crate::scenario::suggest::closest;
use crate::scenario::tree::BinaryOp;

impl Look<'_> {
    /// The object that is meant, as long as it lives; else why there is none.
    fn living(&self, object: &ObjectRef) -> Result<ObjectId, Shortfall> {
        let found = self.world.object(object);
        if let Some(id) = found.filter(|id| self.world.kernel.objects().get(*id).is_some()) {
            return Ok(id);
        }
        let said = self.said(object);
        Err(match object {
            ObjectRef::Name(name) => self.no_such_name(name),
            ObjectRef::Variable(id) if self.world.binding(*id).value == Value::Nothing => self.no_value(*id),
            ObjectRef::Variable(id) if found.is_none() => {
                let nothing =
                    || Shortfall::new(ShortfallKind::NoHandle, format!("{said} has never named an object."));
                self.set_by_failure(*id).unwrap_or_else(nothing)
            }
            ObjectRef::Actor(id) if self.world.living(*id).is_none() => {
                Shortfall::new(ShortfallKind::Actor, format!("{said} has not been created."))
            }
            ObjectRef::At(process, value) => self.no_handle(*process, value),
            _ => Shortfall::new(ShortfallKind::Gone, format!("The object of {said} is gone.")),
        })
    }

    pub(super) fn count(
        &self,
        question: Question,
        operand: &Operand,
        compared: Compared,
    ) -> Option<Shortfall> {
        let Operand::Object(object) = operand else { return None };
        let id = match self.living(object) {
            Ok(id) => id,
            Err(shortfall) => return Some(shortfall),
        };
        let (found, what) = (compared.found, self.object(id));
        let off = match compared.difference() {
            Some(difference) => format!(", {difference}"),
            None => String::new(),
        };
        let sentence = match question {
            Question::Handles if found == 0 => format!("Nobody has a handle to {what}{off}."),
            Question::Handles => {
                let handles = if found == 1 { "is 1 handle" } else { &format!("are {found} handles") };
                format!("There {handles} to {what}{off}: {}.", self.holders_in_words(id))
            }
            Question::Pointers => {
                let handles = self.holders(id).len();
                let mut kept = vec![format!("{handles} {}", if handles == 1 { "handle" } else { "handles" })];
                kept.extend(self.other_references(id));
                format!("The pointer count of {what} is {found}{off}: {}.", list(kept))
            }
            _ => format!("The count of {what} is {found}{off}."),
        };
        Some(Shortfall::new(ShortfallKind::Count, sentence))
    }

    /// Something should be alive, or dead.
    pub(super) fn life(&self, operand: &Operand, alive: bool) -> Option<Shortfall> {
        let Operand::Object(object) = operand else { return None };
        let id = match self.living(object) {
            Ok(id) if !alive => id,
            Ok(_) => return None,
            Err(shortfall) => return Some(shortfall),
        };
        let mut kept = self.other_references(id);
        if !self.holders(id).is_empty() {
            kept.retain(|reference| reference != ITS_NAME);
            kept.insert(0, format!("handles of {}", self.holders_in_words(id)));
        }
        let what = self.object(id);
        let sentence = match kept.is_empty() {
            true => format!("{} is still there.", capital(&what)),
            false => format!("{} is still there. What keeps it: {}.", capital(&what), list(kept)),
        };
        Some(Shortfall::new(ShortfallKind::StillThere, sentence))
    }

    pub(super) fn named(&self, operand: &Operand, wanted: bool) -> Option<Shortfall> {
        let Operand::Object(object @ ObjectRef::Name(name)) = operand else { return None };
        if wanted {
            return Some(self.no_such_name(name));
        }
        let id = self.world.object(object)?;
        let sentence = format!(
            "The name {name:?} is still taken. Handles to {}: {}.",
            self.object(id),
            self.holders_in_words(id)
        );
        Some(Shortfall::new(ShortfallKind::StillThere, sentence))
    }

    fn no_such_name(&self, name: &str) -> Shortfall {
        let kernel = &self.world.kernel;
        let names: Vec<(&str, ObjectId)> =
            kernel.names().iter().map(|(name, id)| (name.as_str(), id)).collect();
        let words = || names.iter().map(|(other, _)| *other);
        let near = words().find(|other| other.eq_ignore_ascii_case(name));
        let Some(other) = near.or_else(|| closest(name, words())) else {
            return Shortfall::new(ShortfallKind::NoSuchName, format!("No object has the name {name:?}."));
        };
        let id = names.iter().find(|(found, _)| *found == other).map(|(_, id)| *id);
        let what = id.map_or_else(String::new, |id| self.object(id));
        let capitals = if near.is_some() { ", and capitals count" } else { "" };
        let sentence = format!("No object has the name {name:?}; there is {what}{capitals}.");
        Shortfall::new(ShortfallKind::OtherName, sentence)
    }

    pub(super) fn object_type(&self, operands: &[Operand], op: BinaryOp, wanted: &str) -> Option<Shortfall> {
        let Operand::Object(object) = operands.first()? else { return None };
        let id = match self.living(object) {
            Ok(id) => id,
            Err(shortfall) => return Some(shortfall),
        };
        let found = self.world.kernel.objects().get(id)?.object_type().win32();
        let said = self.said(object);
        let sentence = match op {
            BinaryOp::Equal => {
                format!("{said} is {} {found}, not {} {wanted}.", article(found), article(wanted))
            }
            _ => format!("{said} is {} {found}.", article(found)),
        };
        Some(Shortfall::new(ShortfallKind::OtherType, sentence))
    }

    pub(super) fn signaled(&self, operand: &Operand, wanted: bool) -> Option<Shortfall> {
        let Operand::Object(object) = operand else { return None };
        let id = match self.living(object) {
            Ok(id) => id,
            Err(shortfall) => return Some(shortfall),
        };
        let not = if wanted { "not " } else { "" };
        let sentence = format!("{} is {not}signaled.", capital(&self.object(id)));
        Some(Shortfall::new(ShortfallKind::State, sentence))
    }

    pub(super) fn owner(&self, operands: &[Operand], op: BinaryOp, wanted: &Value) -> Option<Shortfall> {
        let Operand::Object(object) = operands.first()? else { return None };
        let id = match self.living(object) {
            Ok(id) => id,
            Err(shortfall) => return Some(shortfall),
        };
        let mutant = self.world.kernel.objects().body::<crate::kernel::objects::mutant::Mutant>(id)?;
        let label = |thread: ObjectId| self.world.kernel.label_of(thread).map(|label| label.to_string());
        let owner = mutant.owner.and_then(|owner| label(self.world.kernel.thread(owner)?.object));
        let found = owner.map_or("nobody owns it".to_owned(), |owner| format!("its owner is {owner}"));
        let not = match (op, wanted) {
            (BinaryOp::Equal, Value::Object(Some(thread))) => {
                label(*thread).map(|name| format!(", not {name}")).unwrap_or_default()
            }
            _ => String::new(),
        };
        Some(Shortfall::new(ShortfallKind::State, format!("{}: {found}{not}.", capital(&self.object(id)))))
    }

    pub(super) fn same_object(&self, operands: &[Operand], wanted: bool) -> Option<Shortfall> {
        let [Operand::Object(one), Operand::Object(other)] = operands else { return None };
        let (first, second) = match (self.living(one), self.living(other)) {
            (Ok(first), Ok(second)) => (first, second),
            (Err(shortfall), _) | (_, Err(shortfall)) => return Some(shortfall),
        };
        let (one, other) = (self.said(one), self.said(other));
        let sentence = match wanted {
            true => format!("{one} is {}, and {other} is {}.", self.object(first), self.object(second)),
            false => format!("{one} and {other} are both {}.", self.object(first)),
        };
        Some(Shortfall::new(ShortfallKind::OtherObject, sentence))
    }
}

/// With a capital letter, as a sentence starts.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
