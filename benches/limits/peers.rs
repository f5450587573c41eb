//! What would do the least: handles in a bare array, and the same on two slotmaps?

use slotmap::{SlotMap, new_key_type};

/// An entry of 16 bytes. In a child's list of what it has inherited, `next` is its place.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) object: u32,
    pub(super) access: u32,
    pub(super) flags: u32,
    pub(super) next: u32,
}

const _: () = assert!(size_of::<Entry>() == 16);
const USED: u32 = 1;
const INHERIT: u32 = 2;

/// `(a)`: an array with a list of free entries through it, and a count for each object.
pub(super) struct Bare {
    pub(super) entries: Vec<Entry>,
    first_free: u32,
    pub(super) counts: Vec<u32>,
}

impl Bare {
    /// So many handles to objects of their own, every tenth inheritable.
    pub(super) fn filled(handles: usize) -> (Bare, Vec<u32>) {
        let reserved = Entry { object: 0, access: 0, flags: 0, next: 0 };
        let mut bare = Bare { entries: vec![reserved], first_free: 0, counts: vec![1; handles] };
        let values = (0..handles as u32).map(|object| {
            let flags = if object % 10 == 0 { USED | INHERIT } else { USED };
            bare.insert(Entry { object, access: 7, flags, next: 0 })
        });
        let values = values.collect();
        assert!(bare.entries[1..].iter().all(|entry| entry.access != 0), "every handle allows something");
        (bare, values)
    }

    #[inline]
    fn insert(&mut self, entry: Entry) -> u32 {
        if self.first_free == 0 {
            self.entries.push(entry);
            return self.entries.len() as u32 - 1;
        }
        let at = self.first_free;
        let slot = &mut self.entries[at as usize];
        self.first_free = slot.next;
        *slot = entry;
        at
    }

    #[inline]
    pub(super) fn duplicate(&mut self, source: u32) -> Option<u32> {
        let entry = *self.entries.get(source as usize)?;
        if entry.flags & USED == 0 {
            return None;
        }
        self.counts[entry.object as usize] += 1;
        Some(self.insert(Entry { flags: USED, ..entry }))
    }

    /// Says how many handles the object has left.
    #[inline]
    pub(super) fn close(&mut self, handle: u32) -> Option<u32> {
        let slot = self.entries.get_mut(handle as usize).filter(|slot| slot.flags & USED != 0)?;
        let object = slot.object;
        slot.flags = 0;
        slot.next = self.first_free;
        self.first_free = handle;
        let count = &mut self.counts[object as usize];
        *count -= 1;
        Some(*count)
    }

    pub(super) fn is_inheritable(entry: &Entry) -> bool {
        entry.flags & INHERIT != 0
    }
}

new_key_type! {
    pub(super) struct HandleKey;
    pub(super) struct ObjectKey;
}

#[derive(Clone, Copy)]
struct MapEntry {
    object: ObjectKey,
    _access: u32,
    _flags: u32,
}

/// `(b)`: one slotmap of entries and one of objects.
pub(super) struct Maps {
    entries: SlotMap<HandleKey, MapEntry>,
    objects: SlotMap<ObjectKey, u32>,
}

impl Maps {
    pub(super) fn filled(handles: usize) -> (Maps, Vec<HandleKey>) {
        let mut maps = Maps { entries: SlotMap::with_key(), objects: SlotMap::with_key() };
        let values = (0..handles).map(|_| {
            let object = maps.objects.insert(1);
            maps.entries.insert(MapEntry { object, _access: 7, _flags: 0 })
        });
        let values = values.collect();
        (maps, values)
    }

    #[inline]
    pub(super) fn duplicate(&mut self, source: HandleKey) -> Option<HandleKey> {
        let entry = *self.entries.get(source)?;
        *self.objects.get_mut(entry.object)? += 1;
        Some(self.entries.insert(entry))
    }

    /// Says how many handles the object has left.
    #[inline]
    pub(super) fn close(&mut self, handle: HandleKey) -> Option<u32> {
        let entry = self.entries.remove(handle)?;
        let count = self.objects.get_mut(entry.object)?;
        *count -= 1;
        let left = *count;
        if left == 0 {
            self.objects.remove(entry.object);
        }
        Some(left)
    }
}
