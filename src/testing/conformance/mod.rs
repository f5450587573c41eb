//! Does an implementation of handles do what Windows does?
//!
//! The suite tries three things on a [`HandleSystem`]: properties, each on random programs that are about it; the facts
//! of Windows, each a scenario; and random programs about everything. In each the implementation plays beside the simulator,
//! call by call, and every answer is compared, and with it everything that the open handles show. What fails is made as short
//! as possible and told as a scenario.
//!
//! In a test of your own, for a type that is `Default`, one line makes a test of every property and of every group of facts:
//!
//! ```
//! # use handlelab::testing::simulator::Simulator;
//! # type MyTable = Simulator;
//! # mod tests { use super::MyTable;
//! handlelab::testing::conformance!(MyTable);
//! # }
//! # fn main() {}
//! ```
//!
//! Or all at once, with knobs:
//!
//! ```
//! use handlelab::testing::conformance::Suite;
//! # use handlelab::testing::simulator::Simulator;
//! # type MyTable = Simulator;
//!
//! let report = Suite::new().seed(7).cases(4).check(MyTable::default);
//! println!("{report}");
//! assert!(report.is_good());
//! ```

mod duet;
mod facts;
mod index;
mod look;
mod offer;
mod play;
mod property;
mod report;
mod scene;
mod unlike;
mod values;

pub use report::{Counterexample, Entry, Outcome, Report};

use super::handle_system::HandleSystem;
use super::strategy::steps;
use play::{Play, counterexample, play};
use property::Property;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// Runs the whole suite with its ordinary knobs. `new` gives a system before its first call.
pub fn check<S: HandleSystem>(new: impl Fn() -> S) -> Report {
    Suite::new().check(new)
}

/// The suite with its knobs. The same knobs try the same programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suite {
    seed: u64,
    cases: u32,
    calls: usize,
}

impl Default for Suite {
    fn default() -> Suite {
        Suite { seed: 1, cases: 48, calls: 24 }
    }
}

/// So many steps are drawn at most for each call that is made: some of them nobody can do, or nobody offers.
const ATTEMPTS: usize = 6;

impl Suite {
    /// Seed 1, 48 programs of at most 24 calls for each property.
    pub fn new() -> Suite {
        Suite::default()
    }

    /// Other programs.
    #[must_use]
    pub fn seed(self, seed: u64) -> Suite {
        Suite { seed, ..self }
    }

    /// How many programs are tried for each property.
    #[must_use]
    pub fn cases(self, cases: u32) -> Suite {
        Suite { cases, ..self }
    }

    /// How many calls a program makes at most.
    #[must_use]
    pub fn calls(self, calls: usize) -> Suite {
        Suite { calls, ..self }
    }

    /// The names of the properties, each with its sentence.
    pub fn properties() -> impl Iterator<Item = (&'static str, &'static str)> {
        property::ALL.iter().map(|property| (property.name, property.sentence))
    }

    /// What the groups of facts are about, each with the number of its facts.
    pub fn groups() -> impl Iterator<Item = (&'static str, usize)> {
        index::GROUPS.iter().map(|group| (group.about, group.files.len()))
    }

    /// Runs everything.
    pub fn check<S: HandleSystem>(&self, new: impl Fn() -> S) -> Report {
        let mut report = Report { seed: self.seed, ..Report::default() };
        Suite::properties().for_each(|(name, _)| report.add(self.property(name, &new)));
        Suite::groups().for_each(|(about, _)| report.add(self.facts(about, &new)));
        report
    }

    /// Tries one property; nothing, if there is none of this name.
    pub fn property<S: HandleSystem>(&self, name: &str, new: impl Fn() -> S) -> Report {
        let mut report = Report { seed: self.seed, ..Report::default() };
        for (place, property) in property::ALL.iter().enumerate() {
            if property.name == name {
                self.try_property(place, property, &new, &mut report);
            }
        }
        report
    }

    /// Tries the facts of one group; nothing, if there is none that is about this.
    pub fn facts<S: HandleSystem>(&self, about: &str, new: impl Fn() -> S) -> Report {
        let mut report = Report { seed: self.seed, ..Report::default() };
        for group in index::GROUPS.iter().filter(|group| group.about == about) {
            report.entries.extend(facts::check(group, &new, &mut report.not_offered));
        }
        report
    }

    fn try_property<S: HandleSystem>(
        &self,
        place: usize,
        property: &Property,
        new: &dyn Fn() -> S,
        report: &mut Report,
    ) {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seed.to_le_bytes());
        seed[8..16].copy_from_slice(&(place as u64).to_le_bytes());
        let config = Config { failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
        let strategy = steps(property.subjects);
        let mut tried = 0;
        let mut told: BTreeMap<&str, bool> = BTreeMap::new();
        let mut outcome = None;
        for _ in 0..self.cases {
            let mut attempts = self.calls * ATTEMPTS;
            let mut draw = |_: &Play| {
                attempts = attempts.checked_sub(1)?;
                strategy.new_tree(&mut runner).ok().map(|tree| tree.current())
            };
            let play = play(new(), property, self.calls, &mut draw);
            tried += play.touched;
            for (what, tells) in &play.told {
                *told.entry(what).or_default() |= tells;
            }
            for (what, often) in &play.left {
                *report.not_offered.entry(what.clone()).or_default() += often;
            }
            if play.broken().is_some() {
                outcome =
                    counterexample(new, property, play.steps).map(|found| Outcome::Failed(found.into()));
                break;
            }
        }
        for (what, _) in told.into_iter().filter(|(_, tells)| !tells) {
            report.not_offered.entry(what.to_owned()).or_default();
        }
        let outcome = outcome.unwrap_or_else(|| match tried {
            0 => Outcome::Skipped { why: "no call is offered that is about it".to_owned() },
            tried => Outcome::Passed { tried },
        });
        report.entries.push(Entry {
            name: property.name.to_owned(),
            group: None,
            sentence: property.sentence.to_owned(),
            outcome,
        });
    }
}

impl Report {
    /// Saves every counterexample as a scenario in a folder, which is created. Gives the files.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn save(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        self.failed().map(|(_, found)| super::saved::save(folder, &found.name, &found.scenario)).collect()
    }
}
