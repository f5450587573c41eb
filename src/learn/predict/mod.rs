//! What can be predicted of a run, and was the prediction right?
//!
//! [`questions`] asks one small thing about each chosen step: what it answers, which value or which rights the new handle
//! has, how many handles an object has, what dies. [`between`] asks the other way round: which call turns one state into
//! another? A [`Question`] knows its answer and why it is right; [`Question::mark`] marks what was typed.
//!
//! ```
//! use handlelab::learn::predict::between;
//! use handlelab::run::record;
//! use handlelab::scenario::Document;
//!
//! let document = Document::read("process p\np: h = CreateEvent()\np: CloseHandle(h)\np: SetEvent(h)\n").expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! for question in between(&document, &trace, 1) {
//!     assert!(question.is_right(&question.right_letter().to_string()));
//! }
//! ```

mod asking;
mod between;
mod choices;
mod marking;
mod reason;

pub use asking::questions;
pub use between::between;

use crate::run::history::Moment;

/// Which steps are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Which {
    /// Those that are marked `=> ?`; all, if none is.
    Marked,
    /// All.
    All,
}

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asks {
    /// What the call answers.
    Answer,
    /// The value of the new handle.
    Value,
    /// The rights of the new handle.
    Rights,
    /// The number of an object's handles.
    Count,
    /// What dies.
    Death,
    /// Which call was made.
    Call,
}

/// One small thing to predict.
///
/// ```
/// use handlelab::learn::predict::{Mark, Question, Which, questions};
/// use handlelab::run::{history::History, record};
/// use handlelab::scenario::Document;
///
/// let document = Document::read("process p\np: SetEvent(0x10) => ?\n").expect("it can be read");
/// let (_, trace) = record("a.hlab", &document);
/// let asked = &questions(&document, &trace, &History::of(&trace), Which::Marked, 0)[0];
/// assert_eq!(asked.answer, "FALSE ERROR_INVALID_HANDLE");
/// assert_eq!(asked.mark("ERROR_INVALID_HANDLE"), Mark::Right, "words that fit one choice alone will do");
/// assert_eq!(asked.mark("z"), Mark::Unclear);
/// assert!(asked.is_right(&asked.right_letter().to_string()) && Question::letter(1) == 'b');
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Counted from 1.
    pub number: usize,
    /// The step that it is about: an index into the trace's steps.
    pub moment: Moment,
    /// The step's line.
    pub line: u32,
    /// What it is about.
    pub asks: Asks,
    /// The question itself.
    pub prompt: String,
    /// Answers to choose from, one of them right.
    pub choices: Vec<String>,
    /// The right one.
    pub answer: String,
    /// Why it is right, in sentences, where what the step changes does not say it.
    pub why: Vec<String>,
}

/// How something that was typed is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is the right answer.
    Right,
    /// It is another one.
    Wrong,
    /// It is no answer: nothing, a letter of no choice, or words that fit several choices.
    Unclear,
}

impl Question {
    /// The letter of a choice: `a` for the first.
    pub fn letter(index: usize) -> char {
        char::from(b'a' + (index % 26) as u8)
    }

    /// The letter of the right choice.
    pub fn right_letter(&self) -> char {
        Question::letter(self.choices.iter().position(|choice| *choice == self.answer).unwrap_or_default())
    }

    /// Marks what was typed: the letter of a choice, or words that mean one.
    pub fn mark(&self, typed: &str) -> Mark {
        marking::mark(self, typed)
    }

    /// Is what was typed the right answer?
    pub fn is_right(&self, typed: &str) -> bool {
        self.mark(typed) == Mark::Right
    }
}

#[cfg(test)]
mod tests;
