//! How does a child hold what it has inherited?
//!
//! Inherited entries keep their values (facts 5.02 and 5.09), so one with a high value means a large table with much that is
//! free. Unless they fit a page, the entries stay close together first, and are laid out to their places with the first handle
//! that comes or goes.

use super::entries::{Entries, NONE, Slot};
use super::places::Places;
use super::{HandleEntry, PAGE};
use crate::kernel::ids::Handle;
use crate::kernel::options::{ChildValues, Reuse};

/// Inherited entries, close together.
#[derive(Clone, Debug)]
pub(super) struct Inherited {
    places: Places,
    /// The entries, by ascending place.
    entries: Vec<HandleEntry>,
    /// How many entries come before those of each word of the places.
    before: Vec<u32>,
    order: ChildValues,
}

impl Inherited {
    fn get(&self, place: u32) -> Option<&HandleEntry> {
        if !self.places.contains(place) {
            return None;
        }
        let before = *self.before.get(Places::word_of(place))? as usize;
        self.entries.get(before + self.places.before_in_word(place))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &HandleEntry)> {
        self.places.iter().zip(&self.entries)
    }
}

impl Entries {
    /// Those of a child that inherits `entries`, which come by ascending value.
    pub(super) fn inherited(
        reuse: Reuse,
        order: ChildValues,
        entries: impl Iterator<Item = (Handle, HandleEntry)>,
    ) -> Entries {
        let mut own = Entries::new(reuse);
        let mut inherited =
            Inherited { places: Places::default(), entries: Vec::new(), before: Vec::new(), order };
        for (handle, entry) in entries {
            let Some(place) = handle.index() else { continue };
            while inherited.before.len() <= Places::word_of(place) {
                inherited.before.push(inherited.entries.len() as u32);
            }
            inherited.places.insert(place);
            inherited.entries.push(entry);
        }
        own.used = inherited.entries.len() as u32;
        // Whatever is inherited can be inherited again.
        own.inheritable = inherited.places.clone();
        let fits_a_page = inherited.before.len() <= Places::word_of(PAGE);
        own.inherited = Some(Box::new(inherited));
        if fits_a_page {
            own.lay_out();
        }
        own
    }

    #[cold]
    pub(super) fn inherited_at(&self, place: usize) -> Option<&HandleEntry> {
        self.inherited.as_ref()?.get(u32::try_from(place).ok()?)
    }

    /// Puts inherited entries into their places, and makes a list of the free ones between them.
    #[cold]
    pub(super) fn lay_out(&mut self) {
        let Some(inherited) = self.inherited.take() else { return };
        for (place, entry) in inherited.iter() {
            self.leave_free_up_to(place);
            self.slots.push(Slot::Used(*entry));
        }
        let places = 0..self.slots.len() as u32;
        let free: Vec<u32> = places.filter(|place| self.slots[*place as usize].is_free()).collect();
        match inherited.order {
            ChildValues::Lowest => self.chain_free(free.into_iter()),
            ChildValues::Highest => self.chain_free(free.into_iter().rev()),
        }
    }

    fn leave_free_up_to(&mut self, place: u32) {
        let places = self.slots.len() as u32..place;
        self.slots.extend(places.map(|place| {
            if place.is_multiple_of(PAGE) { Slot::Reserved } else { Slot::Free { next: NONE } }
        }));
    }
}
