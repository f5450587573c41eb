//! How can a long list be kept once a step when a step changes only a few of its rows?
//!
//! [`Rows`] are sorted by their keys and stand in pieces. A clone shares all pieces; a change copies one. So ten thousand
//! states of ten thousand rows take little more room than one, and what is different between two of them is found by looking
//! at the pieces that they do not share.
//!
//! ```
//! use handlelab::run::record;
//! use handlelab::scenario::Document;
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\n";
//! let document = Document::read(text).expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! let [before, after] = [0, 1].map(|moment| &trace.steps[moment].state.objects);
//! assert_eq!(after.len(), before.len() + 1);
//! assert_eq!(after.news(before).count(), 1, "the event; everybody else is as before");
//! ```

use serde::{Serialize, Serializer};
use std::collections::HashSet;
use std::iter;
use std::slice;
use std::sync::Arc;

/// No piece is longer.
const LONGEST: usize = 64;

/// A row with a key of its own.
///
/// ```
/// use handlelab::run::{record, rows::Keyed};
/// use handlelab::scenario::Document;
///
/// let (_, trace) = record("a.hlab", &Document::read("process b, a\n").expect("it can be read"));
/// let processes = &trace.steps[0].state.processes;
/// let [b, a] = processes.iter().collect::<Vec<_>>()[..] else { panic!("two processes") };
/// assert!(b.name == "b" && b.key() < a.key(), "processes are sorted by their objects' numbers, not by their names");
/// assert_eq!(processes.get(a.key()), Some(a));
/// ```
pub trait Keyed {
    /// What rows are sorted by and found with.
    type Key: Ord + Copy;
    /// The key of this row.
    fn key(&self) -> Self::Key;
}

/// Rows in the order of their keys, each key once.
///
/// ```
/// use handlelab::kernel::Handle;
/// use handlelab::run::record;
/// use handlelab::scenario::Document;
///
/// let text = "process p\np: a = CreateEvent()\np: b = CreateMutex()\np: CloseHandle(a)\n";
/// let (_, trace) = record("a.hlab", &Document::read(text).expect("it can be read"));
/// let [before, after] = [2, 3].map(|moment| &trace.steps[moment].state.processes.iter().next().expect("p").handles);
/// assert_eq!(before.missing(after).collect::<Vec<_>>(), [Handle(4)]);
/// assert!(after.get(Handle(8)).is_some_and(|row| row.access == "MUTEX_ALL_ACCESS"));
/// assert!(after.len() == 1 && after.iter().all(|row| row.handle > Handle(4)));
/// ```
#[derive(Clone, Debug)]
pub struct Rows<T> {
    pieces: Vec<Arc<Vec<T>>>,
}

/// The rows, one after the other.
pub type Iter<'r, T> = iter::FlatMap<
    slice::Iter<'r, Arc<Vec<T>>>,
    slice::Iter<'r, T>,
    fn(&'r Arc<Vec<T>>) -> slice::Iter<'r, T>,
>;

impl<T> Default for Rows<T> {
    fn default() -> Rows<T> {
        Rows { pieces: Vec::new() }
    }
}

impl<T> Rows<T> {
    /// The rows in order.
    pub fn iter(&self) -> Iter<'_, T> {
        let of_piece: fn(&Arc<Vec<T>>) -> slice::Iter<'_, T> = |piece| piece.iter();
        self.pieces.iter().flat_map(of_piece)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.pieces.iter().map(|piece| piece.len()).sum()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

impl<T: Keyed + Clone> Rows<T> {
    /// The row with a key.
    pub fn get(&self, key: T::Key) -> Option<&T> {
        let piece = self.pieces.get(self.piece_of(key))?;
        piece.binary_search_by_key(&key, T::key).ok().map(|at| &piece[at])
    }

    /// The rows that are not in `before`, or were otherwise there. Both ought to be states of the same list: the more they
    /// share, the quicker it is.
    pub fn news<'r>(&'r self, before: &'r Rows<T>) -> impl Iterator<Item = &'r T>
    where
        T: PartialEq,
    {
        let known: HashSet<*const Vec<T>> = before.pieces.iter().map(Arc::as_ptr).collect();
        let others = self.pieces.iter().filter(move |piece| !known.contains(&Arc::as_ptr(piece)));
        others.flat_map(|piece| piece.iter()).filter(|row| before.get(row.key()) != Some(row))
    }

    /// The keys of rows that are not in `after`. What was said of [`Rows::news`] holds here too.
    pub fn missing<'r>(&'r self, after: &'r Rows<T>) -> impl Iterator<Item = T::Key> + 'r {
        let known: HashSet<*const Vec<T>> = after.pieces.iter().map(Arc::as_ptr).collect();
        let others = self.pieces.iter().filter(move |piece| !known.contains(&Arc::as_ptr(piece)));
        others.flat_map(|piece| piece.iter()).map(T::key).filter(|key| after.get(*key).is_none())
    }

    /// Puts a row in its place, instead of the one with the same key if there is one.
    pub(crate) fn put(&mut self, row: T) {
        let at = self.piece_of(row.key()).min(self.pieces.len().saturating_sub(1));
        let Some(piece) = self.pieces.get_mut(at) else {
            self.pieces.push(Arc::new(vec![row]));
            return;
        };
        let place = piece.binary_search_by_key(&row.key(), T::key);
        // What comes behind everything else leaves full pieces as they are.
        if place == Err(LONGEST) {
            self.pieces.insert(at + 1, Arc::new(vec![row]));
            return;
        }
        let piece = Arc::make_mut(piece);
        match place {
            Ok(place) => piece[place] = row,
            Err(place) => piece.insert(place, row),
        }
        if piece.len() > LONGEST {
            let rest = piece.split_off(LONGEST / 2);
            self.pieces.insert(at + 1, Arc::new(rest));
        }
    }

    /// Takes a row out.
    pub(crate) fn remove(&mut self, key: T::Key) {
        let at = self.piece_of(key);
        let Some(piece) = self.pieces.get_mut(at) else { return };
        let Ok(place) = piece.binary_search_by_key(&key, T::key) else { return };
        if piece.len() == 1 {
            self.pieces.remove(at);
        } else {
            Arc::make_mut(piece).remove(place);
        }
    }

    /// Becomes these rows, and shares with before what is as it was.
    pub(crate) fn turn_into(&mut self, rows: Rows<T>)
    where
        T: PartialEq,
    {
        let gone: Vec<T::Key> = self.iter().map(T::key).filter(|key| rows.get(*key).is_none()).collect();
        gone.into_iter().for_each(|key| self.remove(key));
        for row in rows.iter() {
            if self.get(row.key()) != Some(row) {
                self.put(row.clone());
            }
        }
    }

    /// The first piece that does not end before the key.
    fn piece_of(&self, key: T::Key) -> usize {
        self.pieces.partition_point(|piece| piece.last().is_some_and(|last| last.key() < key))
    }
}

impl<'r, T> IntoIterator for &'r Rows<T> {
    type Item = &'r T;
    type IntoIter = Iter<'r, T>;
    fn into_iter(self) -> Iter<'r, T> {
        self.iter()
    }
}

impl<T: PartialEq> PartialEq for Rows<T> {
    fn eq(&self, other: &Rows<T>) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: Serialize> Serialize for Rows<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<T: Keyed + Clone> FromIterator<T> for Rows<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Rows<T> {
        let mut all = Rows::default();
        rows.into_iter().for_each(|row| all.put(row));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug, PartialEq)]
    struct Row(u32, u32);

    impl Keyed for Row {
        type Key = u32;
        fn key(&self) -> u32 {
            self.0
        }
    }

    /// Puts and takes at random, beside a map that does the same.
    fn shuffled(changes: u32) -> Vec<(Rows<Row>, BTreeMap<u32, u32>)> {
        let (mut rows, mut naive) = (Rows::default(), BTreeMap::new());
        let (mut random, mut states) = (7u32, Vec::new());
        for change in 0..changes {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let key = (random >> 16) % 500;
            if random >> 30 == 0 {
                rows.remove(key);
                naive.remove(&key);
            } else {
                rows.put(Row(key, change));
                naive.insert(key, change);
            }
            states.push((rows.clone(), naive.clone()));
        }
        states
    }

    #[test]
    fn rows_are_what_a_map_would_hold_and_earlier_states_stay_as_they_were() {
        for (rows, naive) in shuffled(3_000) {
            assert!(rows.iter().map(|row| (&row.0, &row.1)).eq(&naive));
            assert_eq!((rows.len(), rows.is_empty()), (naive.len(), naive.is_empty()));
            assert!((0..500).all(|key| rows.get(key).map(|row| row.1) == naive.get(&key).copied()));
        }
    }

    #[test]
    fn news_are_the_rows_that_a_map_would_miss() {
        let states = shuffled(3_000);
        for (old, new) in states.iter().zip(&states[40..]) {
            let news: Vec<_> = new.0.news(&old.0).map(|row| row.0).collect();
            let missed = new.1.iter().filter(|(key, value)| old.1.get(key) != Some(value));
            assert_eq!(news, missed.map(|(key, _)| *key).collect::<Vec<_>>());
            let gone = old.1.keys().filter(|key| !new.1.contains_key(key)).copied();
            assert_eq!(old.0.missing(&new.0).collect::<Vec<_>>(), gone.collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_change_copies_one_piece_only() {
        let before: Rows<Row> = (0..10_000).map(|key| Row(key, 0)).collect();
        let mut after = before.clone();
        after.put(Row(5_000, 1));
        let shared = before.pieces.iter().zip(&after.pieces).filter(|(old, new)| Arc::ptr_eq(old, new));
        assert_eq!(shared.count(), before.pieces.len() - 1);
    }
}
