//! What is behind a handle value?
//!
//! Each process has one [`HandleTable`]. As on x64 NT its entries take 16 bytes and stand 256 to a page, the first of
//! each page reserved, so that the values 0, 0x400, 0x800, ... never occur (facts 1.03, 1.12, 1.13). The [`Entries`] themselves
//! know nothing but values; the table notes beside it what is touched.

use super::access::AccessMask;
use super::canonical::{Canonical, Sink};
use super::ids::{Handle, ObjectId};
use super::options::{ChildValues, Reuse};
use super::touched::{Notes, Touched};
pub(crate) use entries::Entries;
use serde::{Deserialize, Serialize};

mod entries;
mod free;
mod inherited;
mod places;
#[cfg(test)]
mod tests;

/// Entries of a page, one of them reserved.
const PAGE: u32 = 256;
/// No table has more entries than this, reserved ones included (fact 1.15).
const MAX_ENTRIES: u32 = 1 << 24;

/// The flags of an entry (fact 4.11: OBJ_PROTECT_CLOSE and OBJ_INHERIT).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HandleAttributes {
    /// A child that is created with bInheritHandles gets a copy of the entry.
    pub inherit: bool,
    /// CloseHandle refuses the entry.
    pub protect_from_close: bool,
}

impl HandleAttributes {
    /// Is no flag set?
    #[inline]
    pub(crate) fn is_plain(self) -> bool {
        self == HandleAttributes::default()
    }

    /// Only the inherit flag, as given.
    pub fn inherit(inherit: bool) -> HandleAttributes {
        HandleAttributes { inherit, protect_from_close: false }
    }
}

/// An entry that is in use (fact 1.22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HandleEntry {
    /// The object.
    pub object: ObjectId,
    /// The rights that were granted when the entry was made; nothing else is asked later.
    pub granted_access: AccessMask,
    /// Its flags.
    pub attributes: HandleAttributes,
}

/// The handles of one process.
///
/// ```
/// use handlelab::kernel::options::Reuse;
/// use handlelab::kernel::HandleTable;
///
/// let table = HandleTable::new(Reuse::Lifo);
/// assert!(table.is_empty() && table.iter().next().is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HandleTable {
    entries: Entries,
    notes: Notes,
}

impl Canonical for HandleTable {
    fn write(&self, to: &mut Sink<'_>) {
        self.entries.write(to);
    }
}

impl HandleTable {
    /// How many handles a table can hold (fact 1.15).
    pub const CAPACITY: usize = (MAX_ENTRIES - MAX_ENTRIES / PAGE) as usize;

    /// An empty table.
    pub fn new(reuse: Reuse) -> HandleTable {
        HandleTable { entries: Entries::new(reuse), notes: Notes::default() }
    }

    /// The table of a child that inherits all entries with the inherit flag. The values between them are free; which of these
    /// the child uses first is not established (fact 1.20). Each entry is shown to `see` when it is copied.
    pub(crate) fn heirs(&self, order: ChildValues, see: impl FnMut(&HandleEntry)) -> HandleTable {
        self.notes.read_all();
        HandleTable { entries: self.entries.heirs(order, see), notes: Notes::default() }
    }

    /// The same of a child that inherits only the `entries` of a list, which come by ascending value.
    pub(crate) fn listed(
        reuse: Reuse,
        order: ChildValues,
        entries: impl Iterator<Item = (Handle, HandleEntry)>,
    ) -> HandleTable {
        HandleTable { entries: Entries::listed(reuse, order, entries), notes: Notes::default() }
    }

    /// The entry that `handle` names, its tag bits ignored.
    #[inline]
    pub fn get(&self, handle: Handle) -> Option<&HandleEntry> {
        let index = handle.index()?;
        self.notes.read(index);
        self.entries.get(index as usize)
    }

    /// How many entries are in use.
    pub fn len(&self) -> usize {
        self.notes.read_set();
        self.entries.len()
    }

    /// Is no entry in use?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entries in use, by ascending value.
    pub fn iter(&self) -> impl Iterator<Item = (Handle, &HandleEntry)> {
        self.notes.read_all();
        self.entries.iter().map(|(index, entry)| (Handle::from_index(index), entry))
    }

    /// Visits the entries in use, by ascending value: the same in a tight loop.
    pub(crate) fn each(&self, mut visit: impl FnMut(Handle, &HandleEntry)) {
        self.notes.read_all();
        self.entries.each(|index, entry| visit(Handle::from_index(index), entry));
    }

    /// Puts an entry into the table and gives its value: by default the one freed last, else the next fresh one (facts
    /// 1.17 to 1.19). `None` when the table is full (fact 1.16).
    ///
    /// ```
    /// use handlelab::kernel::options::Reuse;
    /// use handlelab::kernel::{AccessMask, Handle, HandleAttributes, HandleEntry, HandleTable, ObjectId};
    ///
    /// let granted_access = AccessMask::SYNCHRONIZE;
    /// let entry = HandleEntry { object: ObjectId::default(), granted_access, attributes: HandleAttributes::default() };
    /// let mut table = HandleTable::new(Reuse::Lifo);
    /// assert_eq!([(); 3].map(|()| table.insert(entry)), [4, 8, 12].map(|value| Some(Handle(value))));
    /// table.remove(Handle(4));
    /// table.remove(Handle(8));
    /// assert_eq!(table.insert(entry), Some(Handle(8)), "freed last, used first");
    /// ```
    #[inline]
    pub fn insert(&mut self, entry: HandleEntry) -> Option<Handle> {
        let index = self.entries.insert(entry)?;
        self.note_change(index);
        Some(Handle::from_index(index))
    }

    /// Takes an entry out of the table; its value is free from now on.
    #[inline]
    pub fn remove(&mut self, handle: Handle) -> Option<HandleEntry> {
        let index = handle.index()?;
        self.notes.read(index);
        let entry = self.entries.remove(index as usize)?;
        self.note_change(index);
        Some(entry)
    }

    /// Changes the flags of an entry, and gives them as they are then.
    ///
    /// ```
    /// use handlelab::kernel::options::Reuse;
    /// use handlelab::kernel::{AccessMask, Handle, HandleAttributes, HandleEntry, HandleTable, ObjectId};
    ///
    /// let mut table = HandleTable::new(Reuse::default());
    /// let (object, attributes) = (ObjectId::default(), HandleAttributes::inherit(true));
    /// table.insert(HandleEntry { object, granted_access: AccessMask::NONE, attributes });
    /// let now = table.change(Handle(5), |flags| flags.protect_from_close = true);
    /// assert_eq!(now, table.get(Handle(4)).map(|entry| entry.attributes), "tag bits are ignored");
    /// assert_eq!(now, Some(HandleAttributes { inherit: true, protect_from_close: true }));
    /// ```
    pub fn change(
        &mut self,
        handle: Handle,
        change: impl FnOnce(&mut HandleAttributes),
    ) -> Option<HandleAttributes> {
        let index = handle.index()?;
        self.notes.write(index);
        self.entries.change(index, change)
    }

    /// An entry comes or goes. Which values come next depends on the order of that, so it is a change of the list of free
    /// entries too, and that list is looked at.
    fn note_change(&self, index: u32) {
        if self.notes.wanted() {
            self.notes.write(index);
            self.notes.write_set();
            self.notes.read_set();
        }
    }

    pub(crate) fn notes(&self) -> &Notes {
        &self.notes
    }

    /// The entries in use that share a bit of the notes, for whoever notes himself what it depends on.
    pub(crate) fn used(&self, bit: u32) -> impl Iterator<Item = (u32, &HandleEntry)> {
        self.entries.iter_every(bit as usize, Touched::SLOTS)
    }

    /// Writes down the list of free entries, which decides which values come next.
    pub(crate) fn write_free(&self, to: &mut Sink<'_>) {
        self.entries.write_free(to);
    }

    /// The entries, for whoever changes them while nobody wants to know what is touched.
    pub(crate) fn entries_mut(&mut self) -> &mut Entries {
        &mut self.entries
    }
}
