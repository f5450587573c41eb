//! Which hint comes next?
//!
//! ```
//! use handlelab::learn::Exercise;
//!
//! let text = "exercise\n  hint \"Who holds it?\"\n  goal dead(p.h)\nprocess p\np: h = CreateEvent()\nbegin\nend\n";
//! let exercise = Exercise::read(text).expect("an exercise");
//! assert_eq!(exercise.hint(1).map(|hint| (hint.text, hint.of)), Some(("Who holds it?", 1)));
//! assert_eq!(exercise.hint(2), None);
//! ```

use super::exercise::Exercise;

/// A hint and where it stands among its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint<'e> {
    /// Counted from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// What it says.
    pub text: &'e str,
}

impl Exercise {
    /// The hint with this number, counted from 1.
    pub fn hint(&self, number: usize) -> Option<Hint<'_>> {
        let hints = &self.terms().hints;
        let text = hints.get(number.checked_sub(1)?)?;
        Some(Hint { number, of: hints.len(), text })
    }
}
