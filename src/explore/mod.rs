//! What can happen in any order that the processes and threads of a scenario could really take?
//!
//! [`explore`] follows every order of their steps, of the ends that one orders for another, and of timeouts, and says of each
//! expectation, `always` and `finally` whether it holds never, sometimes or always, with a scenario that shows it.
//!
//! ```
//! use handlelab::explore::{Limits, Often, explore};
//! use handlelab::scenario::Document;
//!
//! let text = "process p, q\np: h = CreateEvent(bInitialState: TRUE) => HANDLE\nq: h = p.h\np: CloseHandle(h) => TRUE\n";
//! let document = Document::read(text).expect("it can be read");
//! let found = explore(&document, Limits::default());
//! assert!(!found.is_broken() && found.facts.iter().all(|fact| fact.often == Often::Always));
//! ```

mod dependence;
mod ends;
mod layers;
mod memory;
mod model;
mod moments;
mod moves;
mod paths;
mod search;
mod sight;
mod spots;
mod verdicts;
mod watch;
mod witness;

#[cfg(test)]
mod tests;

pub use ends::{End, EndActor, EndObject, Fate};
pub use moments::{Moment, Moments, Turn};
pub use search::explore;

use crate::run::stopwatch::Stopwatch;
use crate::scenario::diagnostic::Diagnostic;
use serde::{Serialize, Serializer};
use std::fmt;
use std::time::Duration;

/// How much is to be looked at.
///
/// ```
/// use handlelab::explore::Limits;
/// use std::time::Duration;
///
/// let limits = Limits { states: 10_000, time: Some(Duration::from_secs(5)), ..Limits::default() };
/// assert!(limits.reduce && limits.count);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// No more states than this.
    pub states: usize,
    /// No longer than this. (In a browser there is no clock, and this limit never comes.)
    pub time: Option<Duration>,
    /// Look first only at as many orders as are enough for the verdicts.
    pub reduce: bool,
    /// Look at every order then, to count them and to find the shortest witnesses.
    pub count: bool,
    /// In so many threads at most.
    pub threads: usize,
}

impl Limits {
    /// Is the time over?
    fn is_over(&self, started: Stopwatch) -> bool {
        self.time.is_some_and(|limit| started.elapsed() > limit)
    }
}

impl Default for Limits {
    fn default() -> Limits {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Limits { states: 500_000, time: None, reduce: true, count: true, threads }
    }
}

/// What was found.
///
/// ```
/// use handlelab::explore::{Limits, explore};
/// use handlelab::scenario::Document;
///
/// let text = "process p, q\np: h = CreateEvent(lpName: \"Once\")\n\
///             q: h = CreateEvent(lpName: \"Once\")\nq: CloseHandle(h)\nfinally handles(\"Once\") == 1\n";
/// let document = Document::read(text).expect("it can be read");
/// let found = explore(&document, Limits { threads: 1, ..Limits::default() });
/// assert!(found.counted && !found.is_broken());
/// assert_eq!(found.orders.0, 3, "p's step comes before, between or behind q's two");
/// ```
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Exploration {
    /// It is an exercise that nobody has solved; nothing was looked at.
    pub unsolved: bool,
    /// How many different states there are.
    pub states: usize,
    /// How many of them were enough for the verdicts.
    pub judged: usize,
    /// Was every order followed? Then the numbers of states and orders are exact and the witnesses the shortest; if not, there
    /// are at least so many.
    pub counted: bool,
    /// How many orders lead to an end.
    pub orders: Count,
    /// How many moves the longest order has.
    pub longest: usize,
    /// The limit that came before everything was seen.
    pub stopped: Option<Stopped>,
    /// Each expectation, `always`, `finally` and goal, in the order of the file.
    pub facts: Vec<Fact>,
    /// The different ends, in the order in which they were found: the shortest way first.
    pub ends: Vec<End>,
    /// A mistake of the file that showed only in some order; nothing is known beyond it.
    pub mistake: Option<Diagnostic>,
}

impl Exploration {
    /// Did some order break something?
    pub fn is_broken(&self) -> bool {
        self.facts.iter().any(|fact| fact.broken)
    }
}

/// Which limit came first.
///
/// ```
/// use handlelab::explore::{Limits, Often, Stopped, explore};
/// use handlelab::scenario::Document;
///
/// let text = "process p, q\np: h = CreateEvent() => HANDLE\nq: h = CreateEvent() => HANDLE\nfinally alive(p.h)\n";
/// let document = Document::read(text).expect("it can be read");
/// let found = explore(&document, Limits { states: 1, threads: 1, ..Limits::default() });
/// assert_eq!(found.stopped, Some(Stopped::States));
/// assert_eq!(found.facts.last().map(|fact| fact.often), Some(Often::Undecided), "no end was seen");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stopped {
    /// There are more states than were to be looked at.
    States,
    /// The time was over.
    Time,
}

/// A number of orders; it can be too large to be counted.
///
/// ```
/// use handlelab::explore::Count;
///
/// let mut orders = Count(u128::MAX);
/// orders.add(Count::ONE);
/// assert_eq!(orders.to_string(), "at least 2^128 - 1", "it stays as large as it can be");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count(pub u128);

impl Count {
    /// One order.
    pub const ONE: Count = Count(1);

    /// More orders.
    pub fn add(&mut self, more: Count) {
        self.0 = self.0.saturating_add(more.0);
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == u128::MAX { f.write_str("at least 2^128 - 1") } else { write!(f, "{}", self.0) }
    }
}

/// As a string: such numbers are more than most readers of JSON can hold.
impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Something that the file says, and how often it is so.
///
/// ```
/// use handlelab::explore::{FactKind, Limits, Often, explore};
/// use handlelab::scenario::Document;
///
/// let text = "process p, q\np: h = CreateMutex(lpName: \"M\") => HANDLE\n\
///             q: h = CreateMutex(lpName: \"M\") => HANDLE ERROR_ALREADY_EXISTS\n";
/// let document = Document::read(text).expect("it can be read");
/// let found = explore(&document, Limits { threads: 1, ..Limits::default() });
/// let [always, sometimes] = found.facts.as_slice() else { panic!("two expectations") };
/// assert_eq!((always.often, sometimes.often), (Often::Always, Often::Sometimes));
/// assert_eq!((sometimes.kind, sometimes.line), (FactKind::Expectation, 3));
/// let witness = sometimes.bad.as_ref().expect("an order that breaks it");
/// assert!(witness.replays && Document::read(witness.scenario.as_str()).is_ok());
/// ```
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Fact {
    /// What kind of thing.
    pub kind: FactKind,
    /// The line where it is written.
    pub line: u32,
    /// What is written there.
    pub text: String,
    /// How often it holds.
    pub often: Often,
    /// Is there an order that breaks it?
    pub broken: bool,
    /// What was found instead, in the shortest order that breaks it.
    pub found: Option<String>,
    /// In how many orders its step does not happen at all.
    pub left_out: Count,
    /// The shortest order in which it holds, where that is not all of them.
    pub good: Option<Witness>,
    /// The shortest order that breaks it.
    pub bad: Option<Witness>,
}

/// What a [`Fact`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FactKind {
    /// `=>`
    Expectation,
    /// `always`
    Always,
    /// `finally`
    Finally,
    /// `goal` of an exercise that somebody has solved
    Goal,
}

/// How often something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Often {
    /// In every order.
    Always,
    /// In some, and not in others.
    Sometimes,
    /// In none.
    Never,
    /// A limit came before that was known.
    Undecided,
}

/// An order, as a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Witness {
    /// How many moves it has.
    pub moves: usize,
    /// The scenario's text.
    pub scenario: String,
    /// Does `run` take it to the same state? An order may hold more than a file can say: which of several ends comes first,
    /// or which value was told before its variable changed.
    pub replays: bool,
}
