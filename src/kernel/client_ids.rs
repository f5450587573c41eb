//! Which number does a new process or thread get?
//!
//! Both come from one space and are multiples of four (fact 1.21); no two that live share one (fact 6.19).

use super::options::PidReuse;
use super::touched::Notes;

/// Where numbering starts: far enough from the first handle values that a reader does not take one for the other.
const FIRST: u32 = 1000;

/// The ids that are free.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ClientIds {
    next: u32,
    freed: Vec<u32>,
    reuse: PidReuse,
    notes: Notes,
}

impl ClientIds {
    pub(crate) fn new(reuse: PidReuse) -> ClientIds {
        ClientIds { next: FIRST, freed: Vec::new(), reuse, notes: Notes::default() }
    }

    /// The id that a number means: the two low bits do not count, as in a handle.
    pub(crate) fn meant(number: u32) -> u32 {
        number & !3
    }

    pub(crate) fn take(&mut self) -> u32 {
        if self.reuse == PidReuse::AtOnce {
            self.notes.write(0);
        }
        if let Some(id) = self.freed.pop() {
            return id;
        }
        let id = self.next;
        self.next = self.next.wrapping_add(4).max(FIRST);
        id
    }

    /// The next fresh id is this one.
    pub(crate) fn number_from(&mut self, id: u32) {
        self.next = id;
    }

    pub(crate) fn notes(&self) -> &Notes {
        &self.notes
    }

    /// Ids that will be given again, the next one last.
    pub(crate) fn freed(&self) -> &[u32] {
        &self.freed
    }

    pub(crate) fn free(&mut self, id: u32) {
        if self.reuse == PidReuse::AtOnce {
            self.notes.write(0);
            self.freed.push(id);
        }
    }
}
