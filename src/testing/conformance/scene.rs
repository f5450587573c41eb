//! What is a call about, as far as properties ask?

use crate::kernel::calls::Kind;
use crate::kernel::{Arg, CallSpec, ObjectType, Status};
use crate::testing::picture::{EntryView, Picture};
use crate::testing::system::{Fate, Happening, Request};

/// What the first handle of a call is, before the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// It takes none.
    Nothing,
    /// NULL, or a value that nobody was ever given.
    Unknown,
    /// One of the values that name no entry but stand for something, such as that of GetCurrentProcess.
    Special,
    /// A handle of another process that is none in the one where it is looked up.
    Foreign,
    /// A handle that has been closed.
    Closed,
    /// An open handle.
    Open,
}

/// What a call stands on: known before it is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Footing {
    /// What its first handle is.
    pub(super) given: Given,
    /// The entry that its first handle names.
    pub(super) entry: Option<EntryView>,
    /// Does it duplicate between processes?
    pub(super) across: bool,
}

impl Footing {
    /// `home` is the process in which the first handle is looked up; `was_open` says whether a value has been a handle of a
    /// process, or of any.
    pub(super) fn new(
        request: &Request,
        before: &Picture,
        home: u32,
        was_open: impl Fn(Option<u32>, u64) -> bool,
    ) -> Footing {
        let value = subject(request);
        let table = before.processes.get(&home).and_then(|process| process.table.as_ref());
        let entry = value.and_then(|value| table?.get(&(value & !3)).copied());
        let given = match value {
            None => Given::Nothing,
            Some(_) if entry.is_some() => Given::Open,
            Some(value) if value > u64::MAX - 16 => Given::Special,
            Some(value) if was_open(Some(home), value & !3) => Given::Closed,
            Some(value) if was_open(None, value & !3) => Given::Foreign,
            Some(_) => Given::Unknown,
        };
        let processes =
            ["hSourceProcessHandle", "hTargetProcessHandle", "SourceProcessHandle", "TargetProcessHandle"];
        let across = processes.iter().any(|param| !matches!(request.number(param), 0 | u64::MAX));
        Footing { given, entry, across }
    }
}

/// A call and what came of it in the simulator.
pub(super) struct Scene<'s> {
    pub(super) request: &'s Request,
    pub(super) happening: &'s Happening,
    pub(super) given: Given,
    pub(super) entry: Option<EntryView>,
    pub(super) across: bool,
}

impl<'s> Scene<'s> {
    pub(super) fn new(request: &'s Request, happening: &'s Happening, footing: Footing) -> Scene<'s> {
        let Footing { given, entry, across } = footing;
        Scene { request, happening, given, entry, across }
    }

    pub(super) fn is(&self, calls: &[&str]) -> bool {
        calls.contains(&self.request.call)
    }

    pub(super) fn duplicates(&self) -> bool {
        self.is(&["DuplicateHandle", "NtDuplicateObject"])
    }

    /// Does it duplicate and close the source?
    pub(super) fn closes_source(&self) -> bool {
        self.duplicates() && (self.request.dword("dwOptions") | self.request.dword("Options")) & 1 != 0
    }

    pub(super) fn succeeds(&self) -> bool {
        match &self.happening.fate {
            Fate::Returned(reply) => reply.succeeded(),
            Fate::Ended => true,
            _ => false,
        }
    }

    pub(super) fn fails(&self) -> bool {
        self.failure().is_some()
    }

    pub(super) fn failure(&self) -> Option<Status> {
        match &self.happening.fate {
            Fate::Returned(reply) => reply.failure,
            _ => None,
        }
    }

    /// Is it about a name in the directory?
    pub(super) fn is_named(&self) -> bool {
        self.request.text("lpName").or(self.request.text("lpTimerName")).is_some()
    }

    /// Is it a call of one of these types?
    pub(super) fn is_of(&self, types: &[ObjectType]) -> bool {
        types.iter().any(|one| one.spec().calls.iter().any(|spec| spec.name == self.request.call))
    }
}

/// The value of the handle that a call is about.
fn subject(request: &Request) -> Option<u64> {
    let spec = CallSpec::find(request.call)?;
    for param in spec.params {
        let processes = ["hSourceProcessHandle", "SourceProcessHandle"];
        let is_handle = matches!(param.kind, Kind::Handle { .. } | Kind::AnyHandle);
        if is_handle && !processes.contains(&param.name) {
            match request.get(param.name) {
                Some(Arg::Number(value)) => return Some(*value),
                _ => continue,
            }
        }
    }
    None
}
