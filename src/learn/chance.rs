//! How is something chosen so that it looks random and is the same everywhere?
//!
//! ```
//! use handlelab::learn::chance::Chance;
//!
//! let throw = || Chance::new(7, 0).below(6);
//! assert_eq!(throw(), throw(), "the same seed gives the same");
//! ```

/// Choices that follow from a seed alone: the same on every system, and in every release.
///
/// ```
/// use handlelab::learn::chance::Chance;
///
/// let mut cards = [1, 2, 3, 4, 5, 6, 7, 8];
/// Chance::new(7, 0).shuffle(&mut cards);
/// let mut again = [1, 2, 3, 4, 5, 6, 7, 8];
/// Chance::new(7, 0).shuffle(&mut again);
/// assert_eq!(cards, again);
/// assert_ne!(Chance::new(7, 0).number(), Chance::new(7, 1).number(), "another place, another choice");
/// ```
#[derive(Clone, Debug)]
pub struct Chance {
    state: u64,
}

impl Chance {
    /// Choices for a seed and for the place where they are made.
    pub fn new(seed: u64, place: u64) -> Chance {
        Chance { state: seed ^ place.wrapping_mul(0xD6E8_FEB8_6659_FD93) }
    }

    /// The next number: SplitMix64, which is short, fixed and spreads neighbouring seeds.
    pub fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 when there is none.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.number() % (limit.max(1) as u64)) as usize
    }

    /// Another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn a_seed_gives_the_same_choices_for_ever() {
        let mut chance = Chance::new(1, 2);
        let numbers: Vec<usize> = (0..5).map(|_| chance.below(100)).collect();
        assert_eq!(numbers, [20, 11, 92, 21, 94]);
    }

    #[test]
    fn shuffling_loses_nothing() {
        let mut items: Vec<u32> = (0..20).collect();
        Chance::new(7, 7).shuffle(&mut items);
        assert_ne!(items, (0..20).collect::<Vec<u32>>());
        items.sort_unstable();
        assert_eq!(items, (0..20).collect::<Vec<u32>>());
    }
}
