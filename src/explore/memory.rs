//! What comes of a move that was made before?
//!
//! The same as then, wherever it finds the same at every spot that it touches. So a move is made once for each of the
//! circumstances in which it is found, and looked up everywhere else.

use super::moves::Returned;
use super::spots::{Spots, Values, value};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// What comes of a move.
pub(super) struct Change {
    /// The spots that change, and what is there then.
    pub(super) writes: Vec<(u32, u32)>,
    /// What is added to the number of the state.
    pub(super) adds: u128,
    pub(super) returned: Vec<Returned>,
}

/// Everything that is remembered, of one scenario.
pub(super) struct Memory {
    pub(super) spots: Spots,
    /// By the number of what happens.
    events: Vec<Event>,
    pub(super) changes: Vec<Change>,
    /// Which `always` hold, in each of the circumstances that they look at.
    pub(super) holds: Vec<Vec<bool>>,
}

/// What was found of something that happens, by what it touches: that is not the same in all circumstances.
#[derive(Default)]
struct Event(Vec<Circumstances>);

struct Circumstances {
    spots: Vec<u32>,
    found: HashMap<Box<[u32]>, u32, BuildHasherDefault<Mix>>,
}

impl Memory {
    pub(super) fn new(actors: usize, events: usize) -> Memory {
        let events = std::iter::repeat_with(Event::default).take(events).collect();
        Memory { spots: Spots::new(actors), events, changes: Vec::new(), holds: Vec::new() }
    }

    /// What was found of an event in the same circumstances. `detail` tells events of the same number apart.
    pub(super) fn look_up(
        &self,
        event: usize,
        detail: u32,
        values: &[u32],
        scratch: &mut Vec<u32>,
    ) -> Option<u32> {
        self.events[event].0.iter().find_map(|circumstances| {
            gather(&circumstances.spots, detail, values, scratch);
            circumstances.found.get(scratch.as_slice()).copied()
        })
    }

    /// Remembers what was found of an event that touches these spots.
    pub(super) fn remember(
        &mut self,
        event: usize,
        detail: u32,
        spots: Vec<u32>,
        values: &[u32],
        found: u32,
    ) {
        let mut key = Vec::new();
        gather(&spots, detail, values, &mut key);
        let all = &mut self.events[event].0;
        let place = all.iter().position(|known| known.spots == spots).unwrap_or_else(|| {
            all.push(Circumstances { spots, found: HashMap::default() });
            all.len() - 1
        });
        all[place].found.insert(key.into(), found);
    }

    /// The state that a change makes of another.
    pub(super) fn after(&self, values: &[u32], change: u32) -> Values {
        let writes = &self.changes[change as usize].writes;
        let longest = writes.iter().map(|(spot, _)| *spot as usize + 1).max().unwrap_or(0);
        let mut after = Vec::with_capacity(longest.max(values.len()));
        after.extend_from_slice(values);
        after.resize(longest.max(values.len()), 0);
        for (spot, value) in writes {
            after[*spot as usize] = *value;
        }
        after.into()
    }
}

fn gather(spots: &[u32], detail: u32, values: &[u32], to: &mut Vec<u32>) {
    to.clear();
    to.extend(spots.iter().map(|spot| value(values, *spot)));
    to.push(detail);
}

/// Short lists of small numbers are all that is hashed here.
#[derive(Default)]
struct Mix(u64);

impl Mix {
    fn add(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        let (chunks, rest) = bytes.as_chunks::<8>();
        chunks.iter().for_each(|chunk| self.add(u64::from_ne_bytes(*chunk)));
        self.add(rest.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)));
    }

    fn write_usize(&mut self, number: usize) {
        self.add(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}
