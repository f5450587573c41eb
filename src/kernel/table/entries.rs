//! How are the entries of a table kept?
//!
//! In one array: a value is the place of its entry times four, so that looking it up is one step. A free place names the next
//! free one; opening takes the first of them, or the next place that was never used, and closing puts it back.

use super::inherited::Inherited;
use super::places::Places;
use super::{HandleAttributes, HandleEntry};
use crate::kernel::canonical::{Canonical, Sink};
use crate::kernel::options::Reuse;
use std::borrow::Cow;
use std::hash::{Hash, Hasher};

/// The end of the list of free places: place 0 is reserved and never in it.
pub(super) const NONE: u32 = 0;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Slot {
    Used(HandleEntry),
    Free { next: u32 },
    Reserved,
}

impl Slot {
    pub(super) fn is_free(&self) -> bool {
        matches!(self, Slot::Free { .. })
    }

    /// The next free place behind a free one.
    pub(super) fn next(&self) -> u32 {
        match self {
            Slot::Free { next } => *next,
            Slot::Used(_) | Slot::Reserved => NONE,
        }
    }
}

const _: () = assert!(size_of::<Slot>() == 16, "an entry takes 16 bytes, as on x64 NT");

/// The entries of one table, each at its place.
#[derive(Clone, Debug)]
pub(crate) struct Entries {
    pub(super) slots: Vec<Slot>,
    pub(super) first_free: u32,
    /// The end of the list of free places while there is one; only first in, first out needs it.
    pub(super) last_free: u32,
    pub(super) used: u32,
    pub(super) reuse: Reuse,
    /// The places with the inherit flag, so that a child's entries are found without looking at all the others.
    pub(super) inheritable: Places,
    /// What the process has inherited, as long as none of its entries has come, gone or changed: then there are no slots.
    pub(super) inherited: Option<Box<Inherited>>,
}

impl Entries {
    pub(super) fn new(reuse: Reuse) -> Entries {
        Entries {
            slots: Vec::new(),
            first_free: NONE,
            last_free: NONE,
            used: 0,
            reuse,
            inheritable: Places::default(),
            inherited: None,
        }
    }

    #[inline]
    pub(crate) fn get(&self, place: usize) -> Option<&HandleEntry> {
        match self.slots.get(place) {
            Some(Slot::Used(entry)) => Some(entry),
            Some(_) => None,
            None => self.inherited_at(place),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.used as usize
    }

    /// All entries, by ascending place.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &HandleEntry)> {
        self.iter_every(0, 1)
    }

    /// The entries at every so many places, from a first one on.
    pub(super) fn iter_every(&self, first: usize, step: usize) -> impl Iterator<Item = (u32, &HandleEntry)> {
        let inherited = self.inherited.iter().flat_map(|inherited| inherited.iter(&self.inheritable));
        let inherited = inherited.filter(move |(index, _)| *index as usize % step == first);
        let own = self.slots.iter().enumerate().skip(first).step_by(step);
        let own = own.filter_map(|(index, slot)| match slot {
            Slot::Used(entry) => Some((index as u32, entry)),
            Slot::Free { .. } | Slot::Reserved => None,
        });
        inherited.chain(own)
    }

    /// Visits all entries, by ascending place.
    pub(super) fn each(&self, mut visit: impl FnMut(u32, &HandleEntry)) {
        match &self.inherited {
            Some(inherited) => inherited.each(&self.inheritable, visit),
            None => self.iter().for_each(|(index, entry)| visit(index, entry)),
        }
    }

    /// Puts an entry where the next one comes, and gives the place; `None` if the table is full.
    #[inline]
    pub(super) fn insert(&mut self, entry: HandleEntry) -> Option<u32> {
        if self.takes_the_last_freed() {
            return self.insert_last_freed(entry).or_else(|| self.insert_elsewhere(entry));
        }
        self.insert_elsewhere(entry)
    }

    /// Does the place that was freed last come first?
    pub(crate) fn takes_the_last_freed(&self) -> bool {
        self.reuse == Reuse::Lifo
    }

    /// Puts an entry to the place that was freed last, if there is one.
    #[inline]
    pub(crate) fn insert_last_freed(&mut self, entry: HandleEntry) -> Option<u32> {
        let index = self.first_free;
        // Behind the last free place stands NONE, which is a reserved one.
        let slot = self.slots.get_mut(index as usize).filter(|slot| slot.is_free())?;
        self.first_free = slot.next();
        *slot = Slot::Used(entry);
        self.count_in(index, &entry);
        Some(index)
    }

    #[cold]
    fn insert_elsewhere(&mut self, entry: HandleEntry) -> Option<u32> {
        let index = self.take_place()?;
        *self.slots.get_mut(index as usize)? = Slot::Used(entry);
        self.count_in(index, &entry);
        Some(index)
    }

    #[inline]
    fn count_in(&mut self, index: u32, entry: &HandleEntry) {
        if entry.attributes.inherit {
            self.inheritable.insert(index);
        }
        self.used += 1;
    }

    /// Takes an entry out.
    pub(super) fn remove(&mut self, place: usize) -> Option<HandleEntry> {
        self.lay_out();
        let Slot::Used(entry) = *self.slots.get(place)? else { return None };
        self.inheritable.remove(place as u32);
        match self.reuse {
            Reuse::Lifo | Reuse::Lowest => self.free_place(place),
            Reuse::Fifo => self.free_place_at_the_end(place),
        }
        Some(entry)
    }

    /// Takes an entry without flags out, if it shall go, in a table that takes the last freed place first.
    #[inline]
    pub(crate) fn remove_plain_if(
        &mut self,
        place: usize,
        shall_go: impl FnOnce(&HandleEntry) -> bool,
    ) -> bool {
        match self.slots.get(place) {
            Some(Slot::Used(entry)) if entry.attributes.is_plain() && shall_go(entry) => {
                self.free_place(place);
                true
            }
            _ => false,
        }
    }

    /// Changes the flags of an entry, and gives them as they are then.
    pub(super) fn change(
        &mut self,
        index: u32,
        change: impl FnOnce(&mut HandleAttributes),
    ) -> Option<HandleAttributes> {
        self.lay_out();
        let Slot::Used(entry) = self.slots.get_mut(index as usize)? else { return None };
        change(&mut entry.attributes);
        if entry.attributes.inherit {
            self.inheritable.insert(index);
        } else {
            self.inheritable.remove(index);
        }
        Some(entry.attributes)
    }

    /// Writes down the list of free places, which decides which values come next.
    pub(super) fn write_free(&self, to: &mut Sink<'_>) {
        let entries = self.laid_out();
        to.plain((entries.slots.len(), entries.first_free));
        for (index, slot) in entries.slots.iter().enumerate() {
            if let Slot::Free { next } = slot {
                to.plain((index, next));
            }
        }
    }

    /// The same with all entries in their places.
    fn laid_out(&self) -> Cow<'_, Entries> {
        if self.inherited.is_none() {
            return Cow::Borrowed(self);
        }
        let mut entries = self.clone();
        entries.lay_out();
        Cow::Owned(entries)
    }
}

impl Canonical for Entries {
    fn write(&self, to: &mut Sink<'_>) {
        self.write_free(to);
        for (index, entry) in self.iter() {
            to.plain((index, entry.granted_access, entry.attributes));
            to.object(entry.object);
        }
    }
}

impl PartialEq for Entries {
    fn eq(&self, other: &Entries) -> bool {
        let (one, other) = (self.laid_out(), other.laid_out());
        (&one.slots, one.first_free, one.reuse) == (&other.slots, other.first_free, other.reuse)
    }
}

impl Eq for Entries {}

impl Hash for Entries {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let entries = self.laid_out();
        (&entries.slots, entries.first_free, entries.reuse).hash(state);
    }
}
