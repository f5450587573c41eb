//! Which entries of a table are meant?

/// A set of places in a table, one bit for each.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    words: Vec<u64>,
}

/// How many places share a word.
const BITS: u32 = u64::BITS;

impl Places {
    #[inline]
    pub(super) fn contains(&self, place: u32) -> bool {
        self.words.get((place / BITS) as usize).is_some_and(|word| word >> (place % BITS) & 1 == 1)
    }

    #[cold]
    pub(super) fn insert(&mut self, place: u32) {
        let word = (place / BITS) as usize;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (place % BITS);
    }

    pub(super) fn remove(&mut self, place: u32) {
        if let Some(word) = self.words.get_mut((place / BITS) as usize) {
            *word &= !(1 << (place % BITS));
        }
    }

    /// Which word a place belongs to.
    pub(super) fn word_of(place: u32) -> usize {
        (place / BITS) as usize
    }

    /// How many places of the same word come before this one.
    pub(super) fn before_in_word(&self, place: u32) -> usize {
        let lower = (1 << (place % BITS)) - 1;
        self.words.get(Places::word_of(place)).map_or(0, |word| (word & lower).count_ones() as usize)
    }

    /// How many words there are.
    pub(super) fn words(&self) -> usize {
        self.words.len()
    }

    /// How many places there are.
    pub(super) fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The places, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        let words = (0..).step_by(BITS as usize).zip(&self.words);
        words.flat_map(|(first, word)| Ones(*word).map(move |bit| first + bit))
    }

    /// Visits each word of places: the first place that it stands for, and which of those from there on are in the set.
    #[inline]
    pub(super) fn each_word(&self, mut visit: impl FnMut(u32, Ones)) {
        let mut first = 0;
        for word in &self.words {
            visit(first, Ones(*word));
            first += BITS;
        }
    }
}

/// The ones of a word, ascending.
pub(super) struct Ones(u64);

impl Iterator for Ones {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros();
        self.0 &= self.0 - 1;
        Some(bit)
    }
}
