//! What does a value name, and what happens when it is closed or changed?

use super::state::{Entry, Table};
use super::{Good, Outcome, Reference, Who};
use crate::kernel::options::{ChildValues, CreatePermanentPrivilege, Reuse, SetPseudo};
use crate::kernel::{ObjectType, Status};
use crate::testing::system::Request;

/// What a value names for somebody: an entry, or a pseudohandle's object.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) object: u32,
    pub(super) access: u32,
    pub(super) entry: Option<Entry>,
}

impl Table {
    /// Puts an entry in. Which value it gets is a matter of the order in which values were freed (facts 1.13, 1.17 to
    /// 1.19).
    pub(super) fn insert(&mut self, reuse: Reuse, entry: Entry) -> u64 {
        let page_is_used_up = self.fresh.is_multiple_of(0x400);
        let place = match reuse {
            _ if self.freed.is_empty() => None,
            Reuse::Lifo => Some(self.freed.len() - 1),
            Reuse::Lowest => (0..self.freed.len()).min_by_key(|place| self.freed[*place]),
            Reuse::Fifo => page_is_used_up.then_some(0),
        };
        let value = match place {
            Some(place) => self.freed.remove(place),
            None => {
                self.fresh += if page_is_used_up { 8 } else { 4 };
                self.fresh - 4
            }
        };
        self.entries.push(Entry { value, ..entry });
        value
    }

    /// Takes an entry out.
    pub(super) fn remove(&mut self, value: u64) {
        if self.entries.iter().any(|entry| entry.value == value) {
            self.entries.retain(|entry| entry.value != value);
            self.freed.push(value);
        }
    }

    /// The first table of a child: its entries, and the values between them, free (facts 5.02, 5.09 and 1.20).
    pub(super) fn inherited(entries: Vec<Entry>, order: ChildValues) -> Table {
        let fresh = entries.iter().map(|entry| entry.value + 4).max().unwrap_or(0);
        let is_free =
            |value: &u64| !value.is_multiple_of(0x400) && !entries.iter().any(|entry| entry.value == *value);
        let mut freed: Vec<u64> = (0..fresh).step_by(4).filter(is_free).collect();
        if order == ChildValues::Lowest {
            freed.reverse();
        }
        Table { entries, freed, fresh }
    }

    /// The entry that a value names; the two lowest bits do not count, more than 32 bits name nothing (facts 1.02, 1.10).
    pub(super) fn find(&self, value: u64) -> Option<Entry> {
        self.entries.iter().copied().find(|entry| entry.value == value - value % 4)
    }
}

/// Which standard handle one of the constants STD_INPUT_HANDLE (-10) to STD_ERROR_HANDLE (-12) means.
fn standard_slot(value: u64) -> Option<usize> {
    let signed = if value <= u32::MAX.into() { i64::from(value as u32 as i32) } else { value as i64 };
    (-12..=-10).contains(&signed).then(|| (-10 - signed) as usize)
}

impl Reference {
    /// What a value names when this thread uses it in this process (facts 1.05 to 1.07 and 1.27).
    pub(super) fn look_up(&self, who: Who, value: u64) -> Result<Found, Status> {
        let process = self.process(who.process).ok_or(Status::InvalidHandle)?;
        if let Some(entry) = process.table.as_ref().and_then(|table| table.find(value)) {
            return Ok(Found { object: entry.object, access: entry.access, entry: Some(entry) });
        }
        let everything = 0x1F_FFFF;
        match value as i64 {
            -1 => Ok(Found { object: who.process, access: everything, entry: None }),
            -2 => Ok(Found { object: who.thread, access: everything, entry: None }),
            -6..=-4 => Err(Status::ObjectTypeMismatch),
            _ => Err(Status::InvalidHandle),
        }
    }

    /// The object behind a value, for use: first the entry, then the type, then the rights (fact 1.23).
    pub(super) fn object(
        &self,
        who: Who,
        value: u64,
        object_type: Option<ObjectType>,
        needed: u32,
    ) -> Result<u32, Status> {
        let found = self.look_up(who, value)?;
        if object_type.is_some_and(|wanted| !self.is(found.object, wanted)) {
            return Err(Status::ObjectTypeMismatch);
        }
        if found.access & needed == needed { Ok(found.object) } else { Err(Status::AccessDenied) }
    }

    /// Opens a handle in a process that runs.
    pub(super) fn open_handle(&mut self, process: u32, object: u32, access: u32, inherit: bool) -> u64 {
        let entry = Entry { value: 0, object, access, inherit, protect: false };
        self.insert(process, entry)
    }

    pub(super) fn insert(&mut self, process: u32, entry: Entry) -> u64 {
        let reuse = self.options.reuse;
        let table = self.process_mut(process).and_then(|process| process.table.as_mut());
        table.map_or(0, |table| table.insert(reuse, entry))
    }

    pub(super) fn remove(&mut self, process: u32, value: u64) {
        if let Some(table) = self.process_mut(process).and_then(|process| process.table.as_mut()) {
            table.remove(value);
        }
    }

    pub(super) fn close_handle(&mut self, who: Who, r: &Request) -> Outcome {
        let value = r.number(if r.call == "NtClose" { "Handle" } else { "hObject" });
        match standard_slot(value).filter(|_| r.call == "CloseHandle") {
            Some(slot) => {
                let standard = self.process(who.process).map_or(0, |process| process.standard[slot]);
                let closed = self.close(who, standard)?;
                self.process_mut(who.process).into_iter().for_each(|process| process.standard[slot] = 0);
                Ok(closed)
            }
            None => self.close(who, value),
        }
    }

    /// Pseudohandles can be closed without effect (fact 2.06); a protected handle cannot be closed (fact 2.12).
    fn close(&mut self, who: Who, value: u64) -> Outcome {
        if (-6..=-1).contains(&(value as i64)) {
            return Good::done();
        }
        let entry = self.look_up(who, value)?.entry.ok_or(Status::InvalidHandle)?;
        if entry.protect {
            return Err(Status::HandleNotClosable.into());
        }
        self.remove(who.process, entry.value);
        self.react();
        Good::done()
    }

    pub(super) fn handle_information(&mut self, who: Who, r: &Request) -> Outcome {
        let value = self.translated(who, r.number("hObject"));
        let entry = self.look_up(who, value)?.entry;
        if r.call == "GetHandleInformation" {
            let flags = entry.map_or(0, |entry| u64::from(entry.inherit) + 2 * u64::from(entry.protect));
            return Good::filled("lpdwFlags", flags);
        }
        let Some(entry) = entry else {
            return Err(match self.options.set_pseudo {
                SetPseudo::AccessDenied => Status::AccessDenied,
                SetPseudo::InvalidHandle => Status::InvalidHandle,
            }
            .into());
        };
        let (mask, flags) = (r.dword("dwMask"), r.dword("dwFlags"));
        let table = self.process_mut(who.process).and_then(|process| process.table.as_mut());
        for own in table.into_iter().flat_map(|table| &mut table.entries) {
            if own.value == entry.value {
                own.inherit = if mask & 1 != 0 { flags & 1 != 0 } else { own.inherit };
                own.protect = if mask & 2 != 0 { flags & 2 != 0 } else { own.protect };
            }
        }
        Good::done()
    }

    /// The constants of the standard handles stand for these (fact 4.08).
    pub(super) fn translated(&self, who: Who, value: u64) -> u64 {
        match (standard_slot(value), self.process(who.process)) {
            (Some(slot), Some(process)) => process.standard[slot],
            _ => value,
        }
    }

    pub(super) fn compare(&mut self, who: Who, r: &Request) -> Outcome {
        let first = self.look_up(who, r.number("hFirstObjectHandle"))?.object;
        let second = self.look_up(who, r.number("hSecondObjectHandle"))?.object;
        if first == second { Good::done() } else { Err(Status::NotSameObject.into()) }
    }

    pub(super) fn change_permanence(&mut self, who: Who, r: &Request) -> Outcome {
        let permanent = r.call == "NtMakePermanentObject";
        if permanent && self.options.create_permanent_privilege == CreatePermanentPrivilege::No {
            return Err(Status::PrivilegeNotHeld.into());
        }
        let delete = 0x1_0000;
        let object = self.object(who, r.number("Handle"), None, if permanent { 0 } else { delete })?;
        self.thing_mut(object).permanent = permanent;
        self.react();
        Good::done()
    }

    pub(super) fn standard_handle(&mut self, who: Who, r: &Request) -> Outcome {
        let slot = standard_slot(r.number("nStdHandle")).ok_or(Status::InvalidHandle)?;
        if r.call == "SetStdHandle" {
            let value = r.number("hHandle");
            self.process_mut(who.process).into_iter().for_each(|process| process.standard[slot] = value);
            return Good::done();
        }
        let value = self.process(who.process).map_or(0, |process| process.standard[slot]);
        let object = self.look_up(who, value).ok().map(|found| found.object);
        Ok(Good { value, object, ..Good::default() })
    }
}
