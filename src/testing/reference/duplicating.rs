//! What does DuplicateHandle do, and what of it when it fails? (Facts 3.01 to 3.50.)

use super::handles::Found;
use super::state::Entry;
use super::{Bad, Good, Outcome, Reference, Who, rights};
use crate::kernel::options::{DupBadTarget, DupMaximumAllowed, DupTargetError};
use crate::kernel::{ObjectType, Status};
use crate::testing::system::{Filled, Request};

const CLOSE_SOURCE: u32 = 1;
const SAME_ACCESS: u32 = 2;
const SAME_ATTRIBUTES: u32 = 4;
const DUP_HANDLE: u32 = 0x40;
/// The bits that no type gives a meaning (fact 3.23).
const RESERVED: u32 = 0x0CE0_0000;

/// The parameters of both calls, under one name each.
struct Wish {
    out: &'static str,
    wants_value: bool,
    source_process: u64,
    source: u64,
    target_process: u64,
    access: u32,
    inherit: bool,
    protect: bool,
    options: u32,
}

impl Wish {
    fn read(r: &Request) -> Wish {
        let native = r.call == "NtDuplicateObject";
        let name = |native_name, win32_name| if native { native_name } else { win32_name };
        let out = name("TargetHandle", "lpTargetHandle");
        let attributes = r.dword("HandleAttributes");
        Wish {
            out,
            wants_value: r.given(out),
            source_process: r.number(name("SourceProcessHandle", "hSourceProcessHandle")),
            source: r.number(name("SourceHandle", "hSourceHandle")),
            target_process: r.number(name("TargetProcessHandle", "hTargetProcessHandle")),
            access: r.dword(name("DesiredAccess", "dwDesiredAccess")),
            inherit: if native { attributes & 2 != 0 } else { r.flag("bInheritHandle") },
            protect: native && attributes & 1 != 0,
            options: r.dword(name("Options", "dwOptions")),
        }
    }
}

impl Reference {
    pub(super) fn duplicate(&mut self, who: Who, r: &Request) -> Outcome {
        let mut wish = Wish::read(r);
        if r.call == "DuplicateHandle" {
            wish.source = self.translated(who, wish.source);
        }
        let outs = |value, object| match wish.wants_value {
            true => vec![(wish.out, Filled::Handle(value, object))],
            false => Vec::new(),
        };
        match self.duplicated(who, &wish) {
            Ok(made) => {
                let (value, object) = made.map_or((0, None), |(value, object)| (value, Some(object)));
                Ok(Good { value: 1, object, outs: outs(value, object), ..Good::default() })
            }
            // NULL is written before anything is looked at (fact 3.08).
            Err(status) => Err(Bad { outs: outs(0, None), ..Bad::from(status) }),
        }
    }

    /// The order is that of fact 3.48. Gives the new value and its object, if one was to be made.
    fn duplicated(&mut self, who: Who, wish: &Wish) -> Result<Option<(u64, u32)>, Status> {
        let process = Some(ObjectType::Process);
        let source_process = self.object(who, wish.source_process, process, DUP_HANDLE)?;
        // From here on the source is closed if that is asked for, whatever happens (fact 3.32).
        let closes = wish.options & CLOSE_SOURCE != 0;
        let result = self.checked(who, wish, source_process);
        if !closes {
            let (found, place) = result?;
            let target = place.ok_or(Status::InvalidParameter)?;
            return Ok(Some(self.enter(wish, found, target)));
        }
        // Nobody looks between closing the source and opening the new handle: the object is held.
        self.close_source(who, wish, source_process);
        let made = result.map(|(found, place)| place.map(|target| self.enter(wish, found, target)));
        self.react();
        made
    }

    /// The source, and the target process with the rights of the new handle, if all is well.
    fn checked(
        &self,
        who: Who,
        wish: &Wish,
        source_process: u32,
    ) -> Result<(Found, Option<(u32, u32)>), Status> {
        let target = self.target(who, wish)?;
        if wish.options & SAME_ACCESS == 0 && wish.access & RESERVED != 0 {
            return Err(Status::AccessDenied);
        }
        if !self.has_table(source_process) {
            return Err(Status::ProcessIsTerminating);
        }
        // -1 means the source process, -2 the calling thread (facts 3.12 and 3.13).
        let found = self.look_up(Who { process: source_process, ..who }, wish.source)?;
        let Some(target) = target else { return Ok((found, None)) };
        if !self.has_table(target) {
            return Err(Status::ProcessIsTerminating);
        }
        if wish.options & SAME_ACCESS != 0 {
            return Ok((found, Some((target, found.access))));
        }
        let maximum = self.options.dup_maximum_allowed == DupMaximumAllowed::Granted;
        let object_type = self.thing(found.object).body.object_type();
        let access = rights::duplicated(object_type, found.access, wish.access, maximum)?;
        Ok((found, Some((target, access))))
    }

    fn target(&self, who: Who, wish: &Wish) -> Result<Option<u32>, Status> {
        if wish.target_process == 0 {
            return Ok(None);
        }
        let target = self.object(who, wish.target_process, Some(ObjectType::Process), DUP_HANDLE);
        match target {
            Ok(target) => Ok(Some(target)),
            Err(_)
                if wish.options & CLOSE_SOURCE != 0
                    && self.options.dup_bad_target == DupBadTarget::NoTarget =>
            {
                Ok(None)
            }
            Err(Status::AccessDenied)
                if self.options.dup_target_error == DupTargetError::InvalidParameter =>
            {
                Err(Status::InvalidParameter)
            }
            Err(status) => Err(status),
        }
    }

    fn has_table(&self, process: u32) -> bool {
        self.process(process).is_some_and(|process| process.table.is_some())
    }

    fn enter(&mut self, wish: &Wish, found: Found, (target, access): (u32, u32)) -> (u64, u32) {
        let flags = match found.entry {
            _ if wish.options & SAME_ATTRIBUTES == 0 => (wish.inherit, wish.protect),
            Some(entry) => (entry.inherit, entry.protect),
            None => (false, false),
        };
        let entry = Entry { value: 0, object: found.object, access, inherit: flags.0, protect: flags.1 };
        (self.insert(target, entry), found.object)
    }

    /// A protected source stays open, and nobody is told (fact 3.33).
    fn close_source(&mut self, who: Who, wish: &Wish, source_process: u32) {
        let found = self.look_up(Who { process: source_process, ..who }, wish.source);
        if let Some(entry) = found.ok().and_then(|found| found.entry).filter(|entry| !entry.protect) {
            self.remove(source_process, entry.value);
        }
    }
}
