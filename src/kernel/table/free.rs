//! Which value does a new handle get?
//!
//! Free places form a list: each names the next one, so that the list needs no memory of its own. By default the place of a
//! closed entry comes to the front and is used again first (facts 1.17 to 1.19); the other orders are options.

use super::entries::{Entries, NONE, Slot};
use super::{MAX_ENTRIES, PAGE};
use crate::kernel::options::Reuse;

impl Entries {
    /// Takes the place where the next entry comes, whatever the order; `None` when the table is full.
    #[cold]
    pub(super) fn take_place(&mut self) -> Option<u32> {
        self.lay_out();
        let reused = match self.reuse {
            Reuse::Lifo => true,
            Reuse::Fifo => self.page_is_full(),
            Reuse::Lowest => {
                self.bring_lowest_to_front();
                true
            }
        };
        if reused && self.first_free != NONE {
            let index = self.first_free;
            self.first_free = self.next_of(index);
            return Some(index);
        }
        self.take_fresh_place()
    }

    /// The next place that was never used; `None` when the table is full (fact 1.16).
    fn take_fresh_place(&mut self) -> Option<u32> {
        if self.page_is_full() {
            if self.slots.len() as u32 >= MAX_ENTRIES {
                return None;
            }
            self.slots.push(Slot::Reserved);
        }
        self.slots.push(Slot::Free { next: NONE });
        Some(self.slots.len() as u32 - 1)
    }

    fn page_is_full(&self) -> bool {
        (self.slots.len() as u32).is_multiple_of(PAGE)
    }

    /// Gives a place back that was in use: it is the first of the free ones now.
    #[inline]
    pub(super) fn free_place(&mut self, place: usize) {
        let Some(slot) = self.slots.get_mut(place) else { return };
        *slot = Slot::Free { next: self.first_free };
        self.first_free = place as u32;
        self.used -= 1;
    }

    /// The same, but it is the last of the free ones.
    pub(super) fn free_place_at_the_end(&mut self, place: usize) {
        self.append_free(place as u32);
        self.used -= 1;
    }

    fn append_free(&mut self, index: u32) {
        self.set_next(index, NONE);
        if self.first_free == NONE {
            self.first_free = index;
        } else {
            self.set_next(self.last_free, index);
        }
        self.last_free = index;
    }

    /// Makes a list of free places, in this order.
    pub(super) fn chain_free(&mut self, order: impl Iterator<Item = u32>) {
        order.for_each(|index| self.append_free(index));
    }

    fn set_next(&mut self, index: u32, next: u32) {
        if let Some(slot) = self.slots.get_mut(index as usize) {
            *slot = Slot::Free { next };
        }
    }

    fn next_of(&self, index: u32) -> u32 {
        self.slots.get(index as usize).map_or(NONE, Slot::next)
    }

    fn bring_lowest_to_front(&mut self) {
        let (mut before, mut lowest, mut before_lowest) = (NONE, self.first_free, NONE);
        let mut index = self.first_free;
        while index != NONE {
            if index < lowest {
                (lowest, before_lowest) = (index, before);
            }
            (before, index) = (index, self.next_of(index));
        }
        if before_lowest != NONE {
            self.set_next(before_lowest, self.next_of(lowest));
            self.set_next(lowest, self.first_free);
            self.first_free = lowest;
        }
    }
}
