//! What is one call of a random program, before the real system is asked?

use super::mirror::{Mirror, Unknown, home};
use crate::kernel::calls::Kind;
use crate::kernel::{Arg, CallSpec, ObjectType, Status};
use crate::testing::picture::{EntryView, ObjectView, Picture, State, ThreadView};
use crate::testing::program::THREADS;
use crate::testing::stage::{Act, Deed};
use crate::testing::system::{Fate, Happening, Reply, Request};
use std::fmt::Write;

/// A call with what the model knows in front of it and behind it.
pub(super) struct Question<'q> {
    pub(super) deed: &'q Deed,
    pub(super) request: &'q Request,
    pub(super) spec: &'static CallSpec,
    pub(super) before: &'q Picture,
    pub(super) after: &'q Picture,
    pub(super) expected: &'q Happening,
}

/// The arguments of DuplicateHandle or NtDuplicateObject.
pub(super) struct Duplication {
    pub(super) source_process: u64,
    pub(super) source: u64,
    pub(super) target: u64,
    pub(super) access: u32,
    pub(super) options: u32,
}

impl Question<'_> {
    /// The process that asks.
    pub(super) fn own(&self) -> u32 {
        self.deed.actor.process
    }

    /// What the model answers, if it answers at once.
    pub(super) fn reply(&self) -> Option<&Reply> {
        match &self.expected.fate {
            Fate::Returned(reply) => Some(reply),
            _ => None,
        }
    }

    /// Why the model refuses.
    pub(super) fn failure(&self) -> Option<Status> {
        self.reply().and_then(|reply| reply.failure)
    }

    /// Is the call one of these?
    pub(super) fn is(&self, calls: &[&str]) -> bool {
        calls.contains(&self.request.call)
    }

    /// The entry that the value behind a parameter names where it is looked up.
    pub(super) fn entry(&self, param: &str) -> Option<EntryView> {
        let home = home(self.request, param, self.before, self.own());
        self.entry_of(home, self.request.number(param))
    }

    /// The entry that a value names in a process.
    pub(super) fn entry_of(&self, process: u32, value: u64) -> Option<EntryView> {
        self.before.entry(process, value)
    }

    /// The object that the handle behind a parameter names.
    pub(super) fn object(&self, param: &str) -> Option<&ObjectView> {
        self.before.objects.get(&self.entry(param)?.object)
    }

    /// What a call that duplicates was given.
    pub(super) fn duplication(&self) -> Option<Duplication> {
        let r = self.request;
        match r.call {
            "DuplicateHandle" => Some(Duplication {
                source_process: r.number("hSourceProcessHandle"),
                source: r.number("hSourceHandle"),
                target: r.number("hTargetProcessHandle"),
                access: r.dword("dwDesiredAccess"),
                options: r.dword("dwOptions"),
            }),
            "NtDuplicateObject" => Some(Duplication {
                source_process: r.number("SourceProcessHandle"),
                source: r.number("SourceHandle"),
                target: r.number("TargetProcessHandle"),
                access: r.dword("DesiredAccess"),
                options: r.dword("Options"),
            }),
            _ => None,
        }
    }

    /// The type of the object that is duplicated.
    pub(super) fn source_type(&self) -> Option<ObjectType> {
        match self.duplication()?.source {
            u64::MAX => return Some(ObjectType::Process),
            value if value == u64::MAX - 1 => return Some(ObjectType::Thread),
            _ => {}
        }
        let entry = self.entry("hSourceHandle").or_else(|| self.entry("SourceHandle"))?;
        self.before.objects.get(&entry.object).map(|object| object.object_type)
    }

    /// Does a handle of the caller name a process that has ended?
    pub(super) fn has_ended(&self, handle: u64) -> bool {
        let process =
            self.entry_of(self.own(), handle).and_then(|entry| self.before.processes.get(&entry.object));
        process.is_some_and(|process| process.exit_code.is_some())
    }

    /// Does the call wait for an object of this type?
    pub(super) fn waits_for(&self, of_type: ObjectType) -> bool {
        let one = ["hHandle", "hObjectToWaitOn"].iter().filter_map(|param| self.entry(param));
        let list = self.request.list("lpHandles").unwrap_or_default();
        let several = list.iter().filter_map(|value| self.entry_of(self.own(), *value));
        let mut objects = one.chain(several).filter_map(|entry| self.before.objects.get(&entry.object));
        let waits = ["WaitForSingleObject", "WaitForMultipleObjects", "SignalObjectAndWait"];
        self.is(&waits) && objects.any(|object| object.object_type == of_type)
    }

    /// The ends of pipes at which such threads wait.
    pub(super) fn awaited_ends(&self, such: impl Fn(&ThreadView) -> bool) -> impl Iterator<Item = u32> {
        let threads = self.before.threads.values().filter(move |thread| such(thread));
        let awaited = threads.filter_map(|thread| thread.waits_for.as_ref()).flat_map(|(objects, _)| objects);
        let is_end = |number: &&u32| {
            let object = self.before.objects.get(number);
            object.is_some_and(|object| matches!(object.state, State::PipeEnd { .. }))
        };
        awaited.filter(is_end).copied()
    }

    /// The place of the process or thread that it creates.
    pub(super) fn creates(&self) -> Option<usize> {
        match &self.deed.act {
            Act::Call { creates: Some(place), .. } => Some(number_of(*place)),
            _ => None,
        }
    }

    /// The call as it is said to the agent.
    pub(super) fn line(&self, mirror: &Mirror) -> Result<String, Unknown> {
        let mut line = self.request.call.to_owned();
        for (name, arg) in &self.request.args {
            let kind = self.spec.param(name).map_or(Kind::Dword, |place| self.spec.params[place].kind);
            let home = home(self.request, name, self.before, self.own());
            let handle = |value: u64| mirror.handle(self.before, home, value);
            let _ = write!(line, " {name}=");
            let _ = match (kind, arg) {
                (Kind::NewProcess | Kind::NewThread, _) => {
                    write!(line, "{:x}", self.creates().unwrap_or_default())
                }
                (Kind::Handle { .. } | Kind::AnyHandle, Arg::Number(value)) => {
                    write!(line, "{:x}", handle(*value)?)
                }
                (Kind::Address, Arg::Number(value)) => {
                    write!(line, "{:x}", mirror.address(self.before, self.own(), *value)?)
                }
                (_, Arg::Number(id)) if matches!(*name, "dwProcessId" | "dwThreadId") => {
                    write!(line, "{:x}", mirror.meant_id(*id))
                }
                (_, Arg::Number(number)) => write!(line, "{number:x}"),
                (_, Arg::Text(text)) => text.bytes().try_for_each(|byte| write!(line, "{byte:02x}")),
                (_, Arg::List(values)) => {
                    let values = values.iter().map(|value| handle(*value).map(|real| format!("{real:x}")));
                    write!(line, "{}", values.collect::<Result<Vec<_>, _>>()?.join(","))
                }
                (_, Arg::Out | Arg::Absent) => Ok(()),
            };
        }
        Ok(line)
    }
}

/// The agent's number for a place in a program.
pub(super) fn number_of(place: (u8, u8)) -> usize {
    usize::from(place.0 * THREADS + place.1)
}
