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

/// Inherited entries, close together. Their places are those that can be inherited again, which is all of them.
#[derive(Clone, Debug)]
pub(super) struct Inherited {
    /// The entries, by ascending place.
    entries: Vec<HandleEntry>,
    /// How many entries come before those of each word of the places.
    before: Vec<u32>,
    order: ChildValues,
}

impl Inherited {
    fn get(&self, places: &Places, place: u32) -> Option<&HandleEntry> {
        if !places.contains(place) {
            return None;
        }
        let before = *self.before.get(Places::word_of(place))? as usize;
        self.entries.get(before + places.before_in_word(place))
    }

    pub(super) fn iter(&self, places: &Places) -> impl Iterator<Item = (u32, &HandleEntry)> {
        places.iter().zip(&self.entries)
    }

    /// The same in a tight loop.
    pub(super) fn each(&self, places: &Places, mut visit: impl FnMut(u32, &HandleEntry)) {
        let mut entries = self.entries.iter();
        places.each_word(|first, ones| {
            for (bit, entry) in ones.zip(entries.by_ref()) {
                visit(first + bit, entry);
            }
        });
    }
}

impl Entries {
    /// Those of a child that inherits all that can be inherited.
    pub(super) fn heirs(&self, order: ChildValues, mut see: impl FnMut(&HandleEntry)) -> Entries {
        let places = self.inheritable.clone();
        let inherited = match &self.inherited {
            Some(inherited) => {
                inherited.entries.iter().for_each(see);
                Inherited { order, ..Inherited::clone(inherited) }
            }
            None => {
                let mut entries = Vec::with_capacity(places.len());
                let mut before = Vec::with_capacity(places.words());
                places.each_word(|first, ones| {
                    before.push(entries.len() as u32);
                    let slots = self.slots.get(first as usize..).unwrap_or_default();
                    for bit in ones {
                        if let Some(Slot::Used(entry)) = slots.get(bit as usize) {
                            see(entry);
                            entries.push(*entry);
                        }
                    }
                });
                Inherited { entries, before, order }
            }
        };
        Entries::close_together(self.reuse, places, inherited)
    }

    /// Those of a child that inherits `listed` entries, which come by ascending value.
    pub(super) fn listed(
        reuse: Reuse,
        order: ChildValues,
        listed: impl Iterator<Item = (Handle, HandleEntry)>,
    ) -> Entries {
        let (mut places, mut entries, mut before) = (Places::default(), Vec::new(), Vec::new());
        for (handle, entry) in listed {
            let Some(place) = handle.index() else { continue };
            before.resize(before.len().max(Places::word_of(place) + 1), entries.len() as u32);
            places.insert(place);
            entries.push(entry);
        }
        Entries::close_together(reuse, places, Inherited { entries, before, order })
    }

    fn close_together(reuse: Reuse, places: Places, inherited: Inherited) -> Entries {
        let used = inherited.entries.len() as u32;
        let fits_a_page = inherited.before.len() <= Places::word_of(PAGE);
        let inherited = Some(Box::new(inherited));
        let mut own = Entries { used, inheritable: places, inherited, ..Entries::new(reuse) };
        if fits_a_page {
            own.lay_out();
        }
        own
    }

    #[cold]
    pub(super) fn inherited_at(&self, place: usize) -> Option<&HandleEntry> {
        self.inherited.as_ref()?.get(&self.inheritable, u32::try_from(place).ok()?)
    }

    /// Puts inherited entries into their places, and makes a list of the free ones between them.
    #[cold]
    pub(super) fn lay_out(&mut self) {
        let Some(inherited) = self.inherited.take() else { return };
        let places = std::mem::take(&mut self.inheritable);
        for (place, entry) in inherited.iter(&places) {
            self.leave_free_up_to(place);
            self.slots.push(Slot::Used(*entry));
        }
        self.inheritable = places;
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
