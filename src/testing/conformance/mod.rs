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
mod named;
mod offer;
mod offers;
mod play;
mod property;
mod report;
mod scene;
mod unlike;
mod values;

use report::count;
pub use report::{Counterexample, Entry, Outcome, Report};

use super::handle_system::HandleSystem;
use crate::kernel::Options;
use look::Told;
use offers::Offers;
use play::{Play, counterexample, play};
use property::Property;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::io;
use std::path::{Path, PathBuf};

/// Runs the whole suite with its ordinary knobs. `new` gives a system before its first call.
pub fn check<S: HandleSystem>(new: impl Fn() -> S) -> Report {
    Suite::new().check(new)
}

/// The suite with its knobs. The same knobs try the same programs.
///
/// ```
/// use handlelab::testing::conformance::Suite;
/// use handlelab::testing::simulator::Simulator;
///
/// let suite = Suite::new().seed(3).cases(2).calls(8);
/// let (name, _) = Suite::properties().next().expect("there are properties");
/// assert!(suite.property(name, Simulator::default).is_good());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suite {
    seed: u64,
    cases: u32,
    calls: usize,
    options: Options,
}

impl Default for Suite {
    fn default() -> Suite {
        Suite { seed: 1, cases: 32, calls: 24, options: Options::default() }
    }
}

/// So many steps are drawn at most for each call that is made: some of them nobody can do, or nobody offers.
const ATTEMPTS: usize = 4;

impl Suite {
    /// Seed 1, 32 programs of at most 24 calls for each property.
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

    /// What Windows does in random programs where it is not settled, or not the same in every version. Facts are about Windows
    /// as the options are from the start.
    #[must_use]
    pub fn options(self, options: Options) -> Suite {
        Suite { options, ..self }
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
            facts::check(group, &new, &mut report);
        }
        report
    }

    /// What draws the programs of the property with this number. A plain generator: a stronger one would take a third of
    /// the time.
    fn runner(&self, property: usize) -> TestRunner {
        let mut seed = [0; 16];
        seed[..8].copy_from_slice(&self.seed.to_le_bytes());
        seed[8..].copy_from_slice(&(property as u64 + 1).to_le_bytes());
        let config = Config { failure_persistence: None, ..Config::default() };
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::XorShift, &seed))
    }

    fn try_property<S: HandleSystem>(
        &self,
        place: usize,
        property: &Property,
        new: &dyn Fn() -> S,
        report: &mut Report,
    ) {
        let mut runner = self.runner(place);
        if let Some(part) = property.needs.filter(|part| !new().offers(*part)) {
            let outcome = Outcome::Skipped { why: format!("it needs {}", part.name()) };
            report.entries.push(property.entry(outcome));
            return;
        }
        let knobs = property.knobs();
        let mut offers = Offers::default();
        let mut strategy = knobs.steps();
        let mut tried = 0;
        let mut told = Told::default();
        let mut outcome = None;
        for _ in 0..self.cases {
            let mut attempts = self.calls.saturating_mul(ATTEMPTS);
            let mut draw = |_: &Play| {
                attempts = attempts.checked_sub(1)?;
                strategy.new_tree(&mut runner).ok().map(|tree| tree.current())
            };
            let mut play = play(new(), self.options, property, self.calls, &mut draw);
            if offers.learn(&play) {
                strategy = offers.turned(&knobs).steps();
            }
            tried += play.touched;
            told.add(play.told);
            count(&mut report.not_offered, std::mem::take(&mut play.left));
            count(&mut report.known, std::mem::take(&mut play.known));
            if play.broken().is_some() {
                outcome = counterexample(new, self.options, property, play)
                    .map(|found| Outcome::Failed(found.into()));
                break;
            }
        }
        (report.told, report.untold) = told.sorted();
        let needed = property.tells.iter().map(|tell| tell.name());
        let outcome = outcome.unwrap_or_else(|| match tried {
            0 => Outcome::Skipped { why: "no call was made that is about it".to_owned() },
            _ if !property.tells.is_empty() && !property.tells.iter().any(|tell| told.is_told(*tell)) => {
                Outcome::Skipped {
                    why: format!("handles do not tell {}", needed.collect::<Vec<_>>().join(" or ")),
                }
            }
            tried => Outcome::Passed { tried, left: 0 },
        });
        report.entries.push(property.entry(outcome));
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

    /// Saves every counterexample, and says where it is, or why it is not.
    pub fn saved(&self, folder: &Path) -> String {
        match self.save(folder) {
            Ok(files) => files.iter().map(|file| format!("Saved as {}\n", file.display())).collect(),
            Err(error) => format!("{} cannot be written: {error}\n", folder.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Suite;

    /// The tests that the macro makes, as they stand in its text.
    fn named() -> Vec<&'static str> {
        let text = include_str!("named.rs");
        let inside = text.split("@tests || $new:expr, $suite:expr) =>").nth(1).unwrap_or_default();
        let inside = inside.split("    };").next().unwrap_or_default();
        inside.split_whitespace().filter(|word| word.contains('_') && !word.contains(['$', '!'])).collect()
    }

    #[test]
    fn every_property_and_every_group_of_facts_becomes_a_test() {
        let facts = Suite::groups().map(|(about, _)| format!("facts_about_{}", about.replace(' ', "_")));
        let expected: Vec<String> =
            Suite::properties().map(|(name, _)| name.to_owned()).chain(facts).collect();
        assert_eq!(named(), expected);
    }

    #[test]
    fn every_fact_that_has_a_scenario_is_in_the_suite() {
        for group in super::index::GROUPS {
            let folder = format!("{}/scenarios/facts/{}", env!("CARGO_MANIFEST_DIR"), group.folder);
            let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
            let names = names.filter_map(|name| Some(name.to_str()?.strip_suffix(".hlab")?.to_owned()));
            let mut names: Vec<String> = names.collect();
            names.sort();
            assert_eq!(names, group.files.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        }
    }
}
