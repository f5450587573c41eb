//! What has been looked at, and what changed?
//!
//! Whoever wants to know whether two calls depend on each other asks what each of them touched. Every store of the kernel
//! notes that for itself, one bit for a slot (several slots share a bit in a large store): too much can be noted, never too
//! little. Nothing is noted before somebody [begins](Notes::begin), a copy of a kernel starts with nothing touched, and nothing
//! here belongs to the kernel's value.

use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// How many bits slots share.
const SLOTS: u32 = 63;
/// The bit of the set itself: what exists at all.
const SET: u64 = 1 << SLOTS;

/// Which slots of a store were looked at and changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched {
    pub(crate) read: u64,
    pub(crate) written: u64,
}

impl Touched {
    /// How many bits the slots share.
    pub(crate) const SLOTS: usize = SLOTS as usize;
    /// Everything was looked at and changed.
    pub(crate) const ALL: Touched = Touched { read: u64::MAX, written: u64::MAX };
    /// Everything was changed.
    pub(crate) const WRITTEN: Touched = Touched { read: 0, written: u64::MAX };

    /// The bit of a slot.
    pub(crate) fn bit(slot: u32) -> u64 {
        1 << (slot % SLOTS)
    }

    /// Was nothing touched?
    pub(crate) fn is_empty(self) -> bool {
        self.read | self.written == 0
    }

    /// Only what is about a slot.
    pub(crate) fn at(self, slot: u32) -> Touched {
        self.within(Touched::bit(slot))
    }

    /// Only what is about the set itself.
    pub(crate) fn set(self) -> Touched {
        self.within(SET)
    }

    fn within(self, bits: u64) -> Touched {
        Touched { read: self.read & bits, written: self.written & bits }
    }

    /// Takes something else to it.
    pub(crate) fn add(&mut self, other: Touched) {
        self.read |= other.read;
        self.written |= other.written;
    }

    /// Takes it apart by the bits of slots.
    pub(crate) fn each_slot(self, mut visit: impl FnMut(u32, Touched)) {
        let mut left = (self.read | self.written) & !SET;
        while left != 0 {
            let slot = left.trailing_zeros();
            let bit = 1 << slot;
            visit(slot, Touched { read: self.read & bit, written: self.written & bit });
            left &= !bit;
        }
    }
}

/// Where a store notes what is touched, once somebody wants to know.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    wanted: AtomicBool,
    read: AtomicU64,
    written: AtomicU64,
}

impl Notes {
    /// What was touched since the kernel was copied.
    pub(crate) fn touched(&self) -> Touched {
        Touched { read: self.read.load(Relaxed), written: self.written.load(Relaxed) }
    }

    /// From now on it is noted what is touched, here and in copies.
    pub(crate) fn begin(&self) {
        self.wanted.store(true, Relaxed);
    }

    /// Does anybody want to know? All that notes cost when nobody does is this question.
    #[inline]
    pub(crate) fn wanted(&self) -> bool {
        self.wanted.load(Relaxed)
    }

    #[inline]
    pub(crate) fn read(&self, slot: u32) {
        if self.wanted() {
            add(&self.read, Touched::bit(slot));
        }
    }

    #[inline]
    pub(crate) fn write(&self, slot: u32) {
        if self.wanted() {
            add(&self.written, Touched::bit(slot));
        }
    }

    /// Everything that exists was looked at.
    #[inline]
    pub(crate) fn read_all(&self) {
        if self.wanted() {
            self.read.store(u64::MAX, Relaxed);
        }
    }

    /// Something is new, or no longer there.
    #[inline]
    pub(crate) fn write_set(&self) {
        if self.wanted() {
            add(&self.written, SET);
        }
    }

    /// What exists was counted, or asked for something that may not exist.
    #[inline]
    pub(crate) fn read_set(&self) {
        if self.wanted() {
            add(&self.read, SET);
        }
    }
}

/// Nobody else writes at the same time: a kernel changes in one thread, and what two readers note is not asked for.
#[cold]
fn add(to: &AtomicU64, bits: u64) {
    to.store(to.load(Relaxed) | bits, Relaxed);
}

impl Clone for Notes {
    fn clone(&self) -> Notes {
        Notes { wanted: AtomicBool::new(self.wanted()), ..Notes::default() }
    }
}

impl PartialEq for Notes {
    fn eq(&self, _: &Notes) -> bool {
        true
    }
}

impl Eq for Notes {}

impl Hash for Notes {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// The bit of a name.
pub(crate) fn slot_of_name(name: &str) -> u32 {
    name.bytes().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_noted_before_somebody_wants_to_know() {
        let notes = Notes::default();
        let touch = || {
            notes.read(3);
            notes.write(4);
            notes.read_set();
            notes.write_set();
        };
        touch();
        assert!(notes.touched().is_empty());
        notes.begin();
        touch();
        assert!(!notes.touched().is_empty());
        assert!(notes.clone().touched().is_empty(), "a copy starts anew");
    }

    #[test]
    fn what_was_touched_is_taken_apart_by_slots() {
        let notes = Notes::default();
        notes.begin();
        notes.read(3);
        notes.read(4);
        notes.write(4);
        notes.write(SLOTS + 5);
        notes.read_set();
        let mut seen = Vec::new();
        notes.touched().each_slot(|slot, touched| seen.push((slot, touched.read != 0, touched.written != 0)));
        assert_eq!(seen, [(3, true, false), (4, true, true), (5, false, true)]);
        assert_eq!(notes.touched().at(5), Touched { read: 0, written: 1 << 5 });
        assert_eq!(notes.touched().set(), Touched { read: SET, written: 0 });
    }

    #[test]
    fn names_that_are_alike_have_slots_of_their_own() {
        let slots = ["a", "b", "ab", "ba", "", "a.txt", "b.txt"].map(slot_of_name);
        assert!((1..slots.len()).all(|n| !slots[n..].contains(&slots[n - 1])), "{slots:?}");
    }
}
