//! What is wrong with a handle?

use super::words::list;
use super::{Look, Shortfall, ShortfallKind};
use crate::kernel::{AccessMask, Handle, HandleEntry, ObjectType};
use crate::run::world::Value;
use crate::scenario::eye::Question;
use crate::scenario::program::{ActorId, Operand, Term, VariableId};
use crate::scenario::tree::BinaryOp;

impl Look<'_> {
    /// Rights that a handle lacks, or should not have; only those in `mask` are looked at.
    pub(super) fn rights(
        &self,
        operands: &[Operand],
        mask: u64,
        op: BinaryOp,
        wanted: u64,
    ) -> Option<Shortfall> {
        let (process, value) = handle_of(operands)?;
        let Some(entry) = self.entry(process, value) else { return Some(self.no_handle(process, value)) };
        let wanted = AccessMask(wanted as u32);
        let found = entry.granted_access & AccessMask(mask as u32);
        let object = self.world.kernel.objects().get(entry.object)?;
        let words = |mask| in_words(object.object_type(), mask);
        let (missing, extra) = (wanted & !found, found & !wanted);
        let (kind, sentence) = match op {
            BinaryOp::NotEqual => {
                (ShortfallKind::ExtraRights, format!("The handle carries exactly {}.", words(found)))
            }
            BinaryOp::Equal if missing.is_empty() => {
                (ShortfallKind::ExtraRights, format!("The handle exists but also carries {}.", words(extra)))
            }
            BinaryOp::Equal if extra.is_empty() => {
                (ShortfallKind::MissingRights, format!("The handle exists but lacks {}.", words(missing)))
            }
            BinaryOp::Equal => (
                ShortfallKind::MissingRights,
                format!("The handle exists but lacks {}, and also carries {}.", words(missing), words(extra)),
            ),
            _ => return None,
        };
        Some(Shortfall::new(kind, sentence))
    }

    pub(super) fn valid(&self, operands: &[Operand], wanted: bool) -> Option<Shortfall> {
        let (process, value) = handle_of(operands)?;
        if wanted {
            return Some(self.no_handle(process, value));
        }
        let entry = self.entry(process, value)?;
        let (process, object) = (self.actor(process), self.object(entry.object));
        let sentence = format!("{process} still has the handle; it names {object}.");
        Some(Shortfall::new(ShortfallKind::StillThere, sentence))
    }

    pub(super) fn flag(&self, question: Question, operands: &[Operand], wanted: bool) -> Option<Shortfall> {
        let (process, value) = handle_of(operands)?;
        if self.entry(process, value).is_none() {
            return Some(self.no_handle(process, value));
        }
        let flag = if question == Question::Inherits { "inheritable" } else { "protected from closing" };
        let not = if wanted { "not " } else { "" };
        Some(Shortfall::new(ShortfallKind::Flag, format!("The handle exists but is {not}{flag}.")))
    }

    fn entry(&self, process: ActorId, value: &Term) -> Option<HandleEntry> {
        let Value::Number(handle) = self.world.eval(value, None) else { return None };
        let living = self.world.living(process)?;
        self.world.kernel.process(living.process)?.table.as_ref()?.get(Handle(handle)).copied()
    }

    /// Why a process has no such handle.
    pub(super) fn no_handle(&self, process: ActorId, value: &Term) -> Shortfall {
        let name = self.actor(process);
        let Some(living) = self.world.living(process) else {
            return Shortfall::new(ShortfallKind::Actor, format!("{name} has not been created."));
        };
        if living.exit_code.is_some() {
            let sentence = format!("{name} has ended, and its handles are closed.");
            return Shortfall::new(ShortfallKind::Actor, sentence);
        }
        let Term::Variable(id, _) = value else {
            let sentence = format!("{name} has no handle {}.", self.value(value));
            return Shortfall::new(ShortfallKind::NoHandle, sentence);
        };
        let variable = self.variable(*id);
        let binding = self.world.binding(*id);
        let Value::Number(number) = binding.value else {
            return self.no_value(*id);
        };
        if let Some(shortfall) = self.set_by_failure(*id) {
            return shortfall;
        }
        let handle = Handle(number);
        let alive = binding.object.filter(|object| self.world.kernel.objects().get(*object).is_some());
        let Some(object) = alive else {
            let sentence = match binding.object {
                Some(_) => format!("{name} has no handle `{variable}` any more; its object is gone with it."),
                None => format!("`{variable}` is {handle}, which is no handle in {name}."),
            };
            return Shortfall::new(ShortfallKind::HandleClosed, sentence);
        };
        let holders = self.holders(object);
        // Told by another process, whose handle it is: the same number in a third table would mean nothing.
        let teller = self.program.variable(*id).process;
        let teller = self.world.living(teller).map(|living| living.process);
        let teller = teller.filter(|teller| *teller != living.process);
        let elsewhere: Vec<String> = holders
            .iter()
            .filter(|(process, other, _)| Some(*process) == teller && *other == handle)
            .map(|(process, ..)| self.process(*process))
            .collect();
        let what = self.object(object);
        if !elsewhere.is_empty() {
            let sentence = format!(
                "The handle `{variable}` to {what} is in the table of {}, not of {name}.",
                list(elsewhere)
            );
            return Shortfall::new(ShortfallKind::OtherProcess, sentence);
        }
        let mut sentence = format!("{name} has no handle `{variable}` to {what}");
        sentence.push_str(&match holders.is_empty() {
            true => "; nobody has one.".to_owned(),
            false => format!("; handles to it: {}.", self.holders_in_words(object)),
        });
        Shortfall::new(ShortfallKind::HandleClosed, sentence)
    }

    /// No step has given a variable a value, or none that is a number.
    pub(super) fn no_value(&self, id: VariableId) -> Shortfall {
        let variable = self.variable(id);
        match self.world.binding(id).value {
            Value::Nothing => {
                Shortfall::new(ShortfallKind::NeverSet, format!("No step gives `{variable}` a value."))
            }
            _ => Shortfall::new(ShortfallKind::Value, format!("`{variable}` holds no handle.")),
        }
    }

    /// The variable holds what a call leaves that failed.
    pub(super) fn set_by_failure(&self, id: VariableId) -> Option<Shortfall> {
        let variable = self.variable(id);
        let binding = self.world.binding(id);
        if binding.object.is_some() && matches!(binding.value, Value::Number(PSEUDO_THREAD..)) {
            let sentence =
                format!("`{variable}` is a pseudohandle: it means whoever uses it, and stands in no table.");
            return Some(Shortfall::new(ShortfallKind::NoHandle, sentence));
        }
        let word = match binding.value {
            Value::Number(0) => "NULL",
            Value::Number(u64::MAX) => "INVALID_HANDLE_VALUE",
            _ => return None,
        };
        let sentence = format!("`{variable}` is {word}: the call that should have filled it failed.");
        Some(Shortfall::new(ShortfallKind::SetByFailure, sentence))
    }
}

/// What GetCurrentThread answers; one above it is what GetCurrentProcess does.
const PSEUDO_THREAD: u64 = u64::MAX - 1;

fn handle_of(operands: &[Operand]) -> Option<(ActorId, &Term)> {
    match operands {
        [Operand::Actor(process), Operand::Value(value)] => Some((*process, value)),
        _ => None,
    }
}

fn in_words(of: ObjectType, mask: AccessMask) -> String {
    list(of.access_in_words(mask).split(" | ").map(str::to_owned).collect())
}
