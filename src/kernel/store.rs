//! How are things kept that are named by an identity?
//!
//! A slotmap never gives an identity twice. It lacks equality and hashing, which make the kernel a value; here they are.

use super::touched::Notes;
use slotmap::{Key, SlotMap};
use std::hash::{Hash, Hasher};

/// Values under keys that are never reused.
#[derive(Clone, Debug)]
pub(crate) struct Store<K: Key, V> {
    map: SlotMap<K, V>,
    notes: Notes,
}

impl<K: Key, V> Default for Store<K, V> {
    fn default() -> Store<K, V> {
        Store { map: SlotMap::with_key(), notes: Notes::default() }
    }
}

impl<K: Key, V> Store<K, V> {
    #[inline]
    pub(crate) fn get(&self, key: K) -> Option<&V> {
        self.notes.read(slot(key));
        let found = self.map.get(key);
        if found.is_none() {
            // Where nothing is, it shows in what exists.
            self.notes.read_set();
        }
        found
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, key: K) -> Option<&mut V> {
        self.notes.write(slot(key));
        self.map.get_mut(key)
    }

    /// To change a part of the value that notes for itself what is touched.
    #[inline]
    pub(crate) fn get_part_mut(&mut self, key: K) -> Option<&mut V> {
        self.notes.read(slot(key));
        self.map.get_mut(key)
    }

    pub(crate) fn insert(&mut self, value: V) -> K {
        self.notes.write_set();
        self.map.insert(value)
    }

    pub(crate) fn remove(&mut self, key: K) -> Option<V> {
        self.notes.write(slot(key));
        self.notes.write_set();
        self.map.remove(key)
    }

    pub(crate) fn len(&self) -> usize {
        self.map.len()
    }

    /// All values; whoever asks so has looked at everything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.notes.read_all();
        self.map.iter()
    }

    /// All values, for whoever notes himself what it depends on.
    pub(crate) fn glance(&self) -> impl Iterator<Item = (K, &V)> {
        self.map.iter()
    }

    /// The same of one value.
    #[inline]
    pub(crate) fn peek(&self, key: K) -> Option<&V> {
        self.map.get(key)
    }

    /// To change a part of the value for which somebody else notes what is touched.
    #[inline]
    pub(crate) fn peek_mut(&mut self, key: K) -> Option<&mut V> {
        self.map.get_mut(key)
    }

    /// What was found at a glance; nothing, which may change with whatever is new.
    pub(crate) fn get_if(&self, found: Option<K>) -> Option<&V> {
        if found.is_none() {
            self.notes.read_set();
        }
        self.get(found?)
    }

    pub(crate) fn notes(&self) -> &Notes {
        &self.notes
    }
}

/// The slot of a key: the lower half of the number that a slotmap makes of it.
#[inline]
pub(crate) fn slot<K: Key>(key: K) -> u32 {
    key.data().as_ffi() as u32
}

impl<K: Key, V: PartialEq> PartialEq for Store<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.map.len() == other.map.len() && self.map.iter().eq(other.map.iter())
    }
}

impl<K: Key, V: Eq> Eq for Store<K, V> {}

impl<K: Key, V: Hash> Hash for Store<K, V> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.map.len().hash(state);
        self.map.iter().for_each(|pair| pair.hash(state));
    }
}
