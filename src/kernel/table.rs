//! What is behind a handle value?
//!
//! Each process has one [`HandleTable`]. As on x64 NT its entries take 16 bytes and stand 256 to a page, the first of
//! each page reserved, so that the values 0, 0x400, 0x800, ... never occur (facts 1.03, 1.12, 1.13).

use super::access::AccessMask;
use super::canonical::{Canonical, Sink};
use super::ids::{Handle, ObjectId};
use super::options::{ChildValues, Reuse};
use super::touched::{Notes, Touched};
use serde::{Deserialize, Serialize};

/// Entries of a page, one of them reserved.
const PAGE: u32 = 256;
/// No table has more entries than this, reserved ones included (fact 1.15).
const MAX_ENTRIES: u32 = 1 << 24;
/// The end of the list of free entries: entry 0 is reserved and never in it.
const NONE: u32 = 0;

/// The flags of an entry (fact 4.11: OBJ_PROTECT_CLOSE and OBJ_INHERIT).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HandleAttributes {
    /// A child that is created with bInheritHandles gets a copy of the entry.
    pub inherit: bool,
    /// CloseHandle refuses the entry.
    pub protect_from_close: bool,
}

impl HandleAttributes {
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Slot {
    Used(HandleEntry),
    Free { next: u32 },
}

const _: () = assert!(size_of::<Slot>() == 16, "an entry takes 16 bytes, as on x64 NT");

/// The handles of one process.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HandleTable {
    slots: Vec<Slot>,
    first_free: u32,
    last_free: u32,
    used: u32,
    reuse: Reuse,
    notes: Notes,
}

/// The list of free entries decides which values come next, so it belongs to the state.
impl Canonical for HandleTable {
    fn write(&self, to: &mut Sink<'_>) {
        let HandleTable { slots, first_free, last_free, used: _, reuse: _, notes: _ } = self;
        to.plain((slots.len(), first_free, last_free));
        for slot in slots {
            match slot {
                Slot::Used(entry) => {
                    to.plain((true, entry.granted_access, entry.attributes));
                    to.object(entry.object);
                }
                Slot::Free { next } => to.plain((false, next)),
            }
        }
    }
}

impl HandleTable {
    /// How many handles a table can hold (fact 1.15).
    pub const CAPACITY: usize = (MAX_ENTRIES - MAX_ENTRIES / PAGE) as usize;

    /// An empty table.
    pub fn new(reuse: Reuse) -> HandleTable {
        let (slots, notes) = (Vec::new(), Notes::default());
        HandleTable { slots, first_free: NONE, last_free: NONE, used: 0, reuse, notes }
    }

    /// The entry that `handle` names, its tag bits ignored.
    #[inline]
    pub fn get(&self, handle: Handle) -> Option<&HandleEntry> {
        let index = handle.index()?;
        self.notes.read(index);
        match self.slots.get(index as usize) {
            Some(Slot::Used(entry)) => Some(entry),
            _ => None,
        }
    }

    /// The same, to change the entry's rights or flags.
    #[inline]
    pub fn get_mut(&mut self, handle: Handle) -> Option<&mut HandleEntry> {
        let index = handle.index()?;
        self.notes.write(index);
        match self.slots.get_mut(index as usize) {
            Some(Slot::Used(entry)) => Some(entry),
            _ => None,
        }
    }

    /// How many entries are in use.
    pub fn len(&self) -> usize {
        self.notes.read_set();
        self.used as usize
    }

    /// Is no entry in use?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entries in use, by ascending value.
    pub fn iter(&self) -> impl Iterator<Item = (Handle, &HandleEntry)> {
        self.notes.read_all();
        self.slots.iter().enumerate().filter_map(|(index, slot)| match slot {
            Slot::Used(entry) => Some((Handle::from_index(index as u32), entry)),
            Slot::Free { .. } => None,
        })
    }

    /// Puts an entry into the table and gives its value: by default the one freed last, else the next fresh one (facts
    /// 1.17 to 1.19). `None` when the table is full (fact 1.16).
    #[inline]
    pub fn insert(&mut self, entry: HandleEntry) -> Option<Handle> {
        let index = match self.reuse {
            Reuse::Lifo if self.first_free != NONE => self.take_first_free(),
            Reuse::Lowest if self.first_free != NONE => self.take_lowest_free(),
            Reuse::Fifo if self.page_is_full() && self.first_free != NONE => self.take_first_free(),
            _ => self.grow()?,
        };
        self.note_change(index);
        self.slots[index as usize] = Slot::Used(entry);
        self.used += 1;
        Some(Handle::from_index(index))
    }

    /// Takes an entry out of the table; its value is free from now on.
    #[inline]
    pub fn remove(&mut self, handle: Handle) -> Option<HandleEntry> {
        let index = handle.index()?;
        self.notes.read(index);
        let slot = self.slots.get_mut(index as usize)?;
        let Slot::Used(entry) = *slot else { return None };
        self.note_change(index);
        let slot = self.slots.get_mut(index as usize)?;
        *slot = Slot::Free { next: NONE };
        self.used -= 1;
        match self.reuse {
            Reuse::Lifo | Reuse::Lowest => self.push_front(index),
            Reuse::Fifo => self.push_back(index),
        }
        Some(entry)
    }

    /// The table of a child that inherits `entries`, which come by ascending value (facts 5.02 and 5.09). The values
    /// between them are free; which of these the child uses first is not established (fact 1.20).
    pub(crate) fn inherited(
        reuse: Reuse,
        order: ChildValues,
        entries: impl Iterator<Item = (Handle, HandleEntry)>,
    ) -> HandleTable {
        let mut table = HandleTable::new(reuse);
        for (handle, entry) in entries {
            let Some(index) = handle.index() else { continue };
            table.slots.resize(index as usize, Slot::Free { next: NONE });
            table.slots.push(Slot::Used(entry));
            table.used += 1;
        }
        let free: Vec<u32> = (0..table.slots.len() as u32)
            .filter(|index| index % PAGE != 0 && matches!(table.slots[*index as usize], Slot::Free { .. }))
            .collect();
        match order {
            ChildValues::Lowest => free.into_iter().for_each(|index| table.push_back(index)),
            ChildValues::Highest => free.into_iter().for_each(|index| table.push_front(index)),
        }
        table
    }

    /// An entry comes or goes. Which values come next depends on the order of that, so it is a change of the list of free
    /// entries too, and that list is looked at.
    #[inline]
    fn note_change(&self, index: u32) {
        self.notes.write(index);
        self.notes.write_set();
        self.notes.read_set();
    }

    pub(crate) fn notes(&self) -> &Notes {
        &self.notes
    }

    /// The entries in use that share a bit of the notes, for whoever notes himself what it depends on.
    pub(crate) fn used(&self, bit: u32) -> impl Iterator<Item = (usize, &HandleEntry)> {
        let slots = self.slots.iter().enumerate().skip(bit as usize).step_by(Touched::SLOTS);
        slots.filter_map(|(index, slot)| match slot {
            Slot::Used(entry) => Some((index, entry)),
            Slot::Free { .. } => None,
        })
    }

    /// Writes down the list of free entries, which decides which values come next.
    pub(crate) fn write_free(&self, to: &mut Sink<'_>) {
        to.plain((self.slots.len(), self.first_free, self.last_free));
        for (index, slot) in self.slots.iter().enumerate() {
            if let Slot::Free { next } = slot {
                to.plain((index, next));
            }
        }
    }

    fn page_is_full(&self) -> bool {
        (self.slots.len() as u32).is_multiple_of(PAGE)
    }

    fn grow(&mut self) -> Option<u32> {
        if self.page_is_full() {
            if self.slots.len() as u32 >= MAX_ENTRIES {
                return None;
            }
            self.slots.push(Slot::Free { next: NONE });
        }
        self.slots.push(Slot::Free { next: NONE });
        Some(self.slots.len() as u32 - 1)
    }

    fn next_of(&self, index: u32) -> u32 {
        match self.slots[index as usize] {
            Slot::Free { next } => next,
            Slot::Used(_) => NONE,
        }
    }

    fn take_first_free(&mut self) -> u32 {
        let index = self.first_free;
        self.first_free = self.next_of(index);
        if self.first_free == NONE {
            self.last_free = NONE;
        }
        index
    }

    fn take_lowest_free(&mut self) -> u32 {
        let (mut before, mut lowest, mut before_lowest) = (NONE, self.first_free, NONE);
        let mut index = self.first_free;
        while index != NONE {
            if index < lowest {
                (lowest, before_lowest) = (index, before);
            }
            (before, index) = (index, self.next_of(index));
        }
        let next = self.next_of(lowest);
        if before_lowest == NONE {
            self.first_free = next;
        } else {
            self.slots[before_lowest as usize] = Slot::Free { next };
        }
        if self.last_free == lowest {
            self.last_free = before_lowest;
        }
        lowest
    }

    fn push_front(&mut self, index: u32) {
        self.slots[index as usize] = Slot::Free { next: self.first_free };
        if self.first_free == NONE {
            self.last_free = index;
        }
        self.first_free = index;
    }

    fn push_back(&mut self, index: u32) {
        if self.last_free == NONE {
            self.first_free = index;
        } else {
            self.slots[self.last_free as usize] = Slot::Free { next: index };
        }
        self.last_free = index;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use slotmap::KeyData;

    fn entry(number: u64) -> HandleEntry {
        HandleEntry {
            object: ObjectId::from(KeyData::from_ffi(number)),
            granted_access: AccessMask(7),
            attributes: HandleAttributes::default(),
        }
    }

    fn filled(reuse: Reuse, count: u64) -> HandleTable {
        let mut table = HandleTable::new(reuse);
        for n in 0..count {
            table.insert(entry(n)).unwrap();
        }
        table
    }

    #[test]
    fn values_start_at_four_and_are_multiples_of_four() {
        let mut table = HandleTable::new(Reuse::Lifo);
        assert_eq!(table.insert(entry(1)), Some(Handle(4)));
        assert_eq!(table.insert(entry(2)), Some(Handle(8)));
        assert_eq!(table.insert(entry(3)), Some(Handle(12)));
    }

    #[test]
    fn the_first_entry_of_every_page_is_never_handed_out() {
        let table = filled(Reuse::Lifo, 1000);
        assert_eq!(table.iter().count(), 1000);
        assert!(table.iter().all(|(handle, _)| handle.0 % 0x400 != 0));
        assert!(table.get(Handle(0x400)).is_none());
        assert!(table.get(Handle(0x404)).is_some());
    }

    #[test]
    fn the_value_freed_last_is_handed_out_first() {
        let mut table = filled(Reuse::Lifo, 5);
        table.remove(Handle(4));
        table.remove(Handle(12));
        assert_eq!(table.insert(entry(9)), Some(Handle(12)));
        assert_eq!(table.insert(entry(9)), Some(Handle(4)));
        assert_eq!(table.insert(entry(9)), Some(Handle(24)));
    }

    #[test]
    fn with_fifo_a_freed_value_rests_until_the_page_is_used_up() {
        let mut table = filled(Reuse::Fifo, 254);
        table.remove(Handle(8));
        table.remove(Handle(4));
        assert_eq!(table.insert(entry(9)), Some(Handle(255 * 4)));
        assert_eq!(table.insert(entry(9)), Some(Handle(8)));
        assert_eq!(table.insert(entry(9)), Some(Handle(4)));
        assert_eq!(table.insert(entry(9)), Some(Handle(257 * 4)));
    }

    #[test]
    fn with_lowest_the_smallest_free_value_comes_first() {
        let mut table = filled(Reuse::Lowest, 5);
        for value in [8, 4, 16, 12] {
            table.remove(Handle(value));
        }
        for value in [4, 8, 12, 16, 24] {
            assert_eq!(table.insert(entry(9)), Some(Handle(value)));
        }
    }

    #[test]
    fn tag_bits_are_ignored_and_high_bits_are_not() {
        let table = filled(Reuse::Lifo, 1);
        for tag in 0..4 {
            assert!(table.get(Handle(4 + tag)).is_some());
        }
        assert!(table.get(Handle(4 + (1 << 32))).is_none());
        assert!(table.get(Handle(0)).is_none());
        assert!(table.get(Handle(u64::MAX)).is_none());
    }

    #[test]
    fn a_full_table_refuses_and_holds_16_711_680_handles() {
        let mut table = HandleTable::new(Reuse::Lifo);
        while table.insert(entry(1)).is_some() {}
        assert_eq!(table.len(), 16_711_680);
    }

    #[test]
    fn a_child_uses_the_values_between_its_inherited_ones() {
        let inherited = [(Handle(8), entry(1)), (Handle(20), entry(2))];
        let mut table = HandleTable::inherited(Reuse::Lifo, ChildValues::Lowest, inherited.into_iter());
        for value in [4, 12, 16, 24] {
            assert_eq!(table.insert(entry(3)), Some(Handle(value)));
        }
        let mut table = HandleTable::inherited(Reuse::Lifo, ChildValues::Highest, inherited.into_iter());
        for value in [16, 12, 4, 24] {
            assert_eq!(table.insert(entry(3)), Some(Handle(value)));
        }
    }
}
