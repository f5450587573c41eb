//! From what does a generated exercise follow?
//!
//! From a text alone: `g1-autumn` is the seed `autumn` of the first generator. The text is turned into numbers by FNV-1a,
//! and these into choices by SplitMix64 (see [`Chance`]): both are short and written down, so that a seed gives the same on
//! every system. What the first generator makes never changes; one that makes something else gets the next number.

use crate::learn::chance::Chance;
use crate::testing::strategy::Dice;
use std::fmt;
use std::str::FromStr;

/// The number of this generator.
pub const GENERATOR: u32 = 1;
/// A seed is at most so long.
const LONGEST: usize = 100;

/// The seed of exercises.
///
/// ```
/// use handlelab::learn::generate::{NoSeed, Seed};
///
/// let seed: Seed = "autumn".parse()?;
/// assert_eq!(seed.to_string(), "g1-autumn", "which generator it is for, is written with it");
/// assert_eq!(seed.numbered(3).to_string(), "g1-autumn-3");
/// assert_eq!("g9-autumn".parse::<Seed>(), Err(NoSeed::OtherGenerator("9".to_owned())));
/// # Ok::<(), NoSeed>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Seed {
    text: String,
}

/// Why a text is no seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoSeed {
    /// It is of a generator that is not known here.
    OtherGenerator(String),
    /// It has letters that cannot be written everywhere, or too many, or none.
    OddText,
}

impl FromStr for Seed {
    type Err = NoSeed;

    fn from_str(text: &str) -> Result<Seed, NoSeed> {
        let generator = text.strip_prefix('g').and_then(|rest| rest.split_once('-'));
        let generator = generator.filter(|(number, _)| is_number(number));
        let own = match generator {
            Some((number, own)) if number == GENERATOR.to_string() => own,
            Some((number, _)) => return Err(NoSeed::OtherGenerator(number.to_owned())),
            None => text,
        };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if own.is_empty() || own.len() > LONGEST || !own.chars().all(is_plain) {
            return Err(NoSeed::OddText);
        }
        Ok(Seed { text: own.to_owned() })
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "g{GENERATOR}-{}", self.text)
    }
}

impl fmt::Display for NoSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoSeed::OtherGenerator(number) => write!(
                f,
                "a seed of generator {number}, which this handlelab does not have; it has generator {GENERATOR}. Use the \
                 handlelab that made it, or write the seed with g{GENERATOR}- in front for other exercises"
            ),
            NoSeed::OddText => {
                write!(f, "a seed is 1 to {LONGEST} letters, digits, `-`, `_` or `.`, such as autumn or 7")
            }
        }
    }
}

impl Seed {
    /// The seed of the exercise with this number in a batch.
    pub fn numbered(&self, number: usize) -> Seed {
        Seed { text: format!("{}-{number}", self.text) }
    }

    /// Choices that follow from the seed and from what else is said.
    pub(super) fn chance(&self, further: &[&str]) -> Chance {
        // Behind each piece stands a byte that is in no text: `ab`, `c` is not `a`, `bc`.
        let pieces = [self.text.as_str()].into_iter().chain(further.iter().copied());
        let bytes = pieces.flat_map(|piece| piece.bytes().chain([0xFF]));
        let hash = bytes.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        Chance::new(hash, 0)
    }
}

impl Dice for Chance {
    fn below(&mut self, limit: u32) -> u32 {
        (self.number() % u64::from(limit.max(1))) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_without_a_generator_is_one_of_this_generator() {
        let seed: Seed = "autumn-7".parse().unwrap();
        assert_eq!(seed.to_string(), "g1-autumn-7");
        assert_eq!("g1-autumn-7".parse(), Ok(seed));
        assert_eq!("g-7".parse::<Seed>().unwrap().to_string(), "g1-g-7");
    }

    #[test]
    fn a_seed_of_another_generator_is_refused_and_told() {
        let refused = "g2-autumn".parse::<Seed>().unwrap_err();
        assert_eq!(refused, NoSeed::OtherGenerator("2".to_owned()));
        assert!(refused.to_string().contains("it has generator 1"));
    }

    #[test]
    fn what_cannot_be_typed_everywhere_is_no_seed() {
        for odd in ["", "g1-", "a b", "ü", "a/b", "\"", &"x".repeat(101)] {
            assert_eq!(odd.parse::<Seed>(), Err(NoSeed::OddText), "{odd}");
        }
    }

    #[test]
    fn the_same_seed_and_words_give_the_same_choices_for_ever() {
        let seed: Seed = "autumn".parse().unwrap();
        let mut chance = seed.chance(&["handles", "2"]);
        let numbers: Vec<usize> = (0..4).map(|_| chance.below(100)).collect();
        assert_eq!(numbers, [84, 30, 51, 38]);
        assert_ne!(seed.chance(&["ab", "c"]).number(), seed.chance(&["a", "bc"]).number());
    }
}
