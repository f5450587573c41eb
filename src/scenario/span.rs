//! Where in a file does something stand?

use serde::{Deserialize, Serialize};

/// A range of bytes in a source text, end exclusive. The default span stands for "no place": generated trees have it.
///
/// ```
/// use handlelab::scenario::Span;
///
/// let (one, two) = (Span::new(0, 1), Span::new(4, 5));
/// assert_eq!(one.to(two).text("a = b"), "a = b");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// The byte behind the last one.
    pub end: u32,
}

impl Span {
    /// A span from two byte positions.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end as u32 }
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The text under the span; empty when the span does not lie in `source` on character boundaries.
    pub fn text(self, source: &str) -> &str {
        source.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}
