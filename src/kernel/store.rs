//! How are things kept that are named by an identity?
//!
//! A slotmap never gives an identity twice. It lacks equality and hashing, which make the kernel a value; here they are.

use slotmap::{Key, SlotMap};
use std::hash::{Hash, Hasher};

/// Values under keys that are never reused.
#[derive(Clone, Debug)]
pub(crate) struct Store<K: Key, V> {
    map: SlotMap<K, V>,
}

impl<K: Key, V> Default for Store<K, V> {
    fn default() -> Store<K, V> {
        Store { map: SlotMap::with_key() }
    }
}

impl<K: Key, V> Store<K, V> {
    #[inline]
    pub(crate) fn get(&self, key: K) -> Option<&V> {
        self.map.get(key)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, key: K) -> Option<&mut V> {
        self.map.get_mut(key)
    }

    pub(crate) fn insert(&mut self, value: V) -> K {
        self.map.insert(value)
    }

    pub(crate) fn remove(&mut self, key: K) -> Option<V> {
        self.map.remove(key)
    }

    pub(crate) fn len(&self) -> usize {
        self.map.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.map.iter()
    }
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
