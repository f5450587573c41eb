//! What came of testing an implementation, and how is it told?

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

/// How long a line of a list is at most.
const LINE: usize = 96;

/// What came of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It held, as often as it was tried.
    Passed {
        /// How many calls were about it.
        tried: usize,
        /// Of a fact: how many of its calls were left out, because they are not offered.
        left: usize,
    },
    /// It did not hold.
    Failed(Box<Counterexample>),
    /// It could not be tried.
    Skipped {
        /// What is not offered.
        why: String,
    },
    /// It does not hold, and the implementation said so before.
    Known {
        /// What it does instead.
        why: String,
    },
}

/// How something fails, as short as possible.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counterexample {
    /// What it is a counterexample to, as a name for a file.
    pub name: String,
    /// The program, as a scenario that `handlelab run` runs: it expects what Windows answers.
    pub scenario: String,
    /// How many calls it makes.
    pub calls: usize,
    /// Does it fail each time? If not, nothing could be left out of the program.
    pub steady: bool,
    /// The line in which the implementation does something else.
    pub line: String,
    /// What is not as it should be: the answer, the rights of a handle.
    pub what: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub got: String,
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.line)?;
        writeln!(f, "  what differs: {}", self.what)?;
        writeln!(f, "  expected:     {}", self.expected)?;
        writeln!(f, "  got:          {}", self.got)?;
        let calls = if self.calls == 1 { "1 call".to_owned() } else { format!("{} calls", self.calls) };
        match self.steady {
            true => writeln!(f, "The shortest program that shows it ({calls}); `handlelab run` runs it:\n")?,
            false => writeln!(f, "This program showed it once, and not again ({calls}):\n")?,
        }
        self.scenario.lines().try_for_each(|line| writeln!(f, "    {line}"))
    }
}

/// One test of the suite.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its name: that of a property, or of a fact's file.
    pub name: String,
    /// The group of facts that it belongs to; nothing for a property.
    pub group: Option<&'static str>,
    /// What is true of Windows.
    pub sentence: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of the whole suite.
///
/// ```
/// use handlelab::testing::conformance::{Report, Suite};
/// use handlelab::testing::simulator::Simulator;
///
/// let (suite, mut report) = (Suite::new().cases(1).calls(6), Report::default());
/// assert!(!report.is_good(), "nothing was tried");
/// report.add(suite.property("pseudohandles_need_no_entry", Simulator::default));
/// assert!(report.is_good() && report.left_out().is_empty(), "{report}");
/// assert_eq!((report.passed(), report.skipped(), report.failed().count()), (1, 0, 0));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The tests, in order.
    pub entries: Vec<Entry>,
    /// Calls and parts that the implementation does not offer, with how often one would have been used.
    pub not_offered: BTreeMap<String, usize>,
    /// In what the implementation is known to differ from Windows, with how often such a call was left out.
    pub known: BTreeMap<String, usize>,
    /// What handles do not tell when they are asked.
    pub untold: BTreeSet<&'static str>,
    /// The seed of the random programs.
    pub seed: u64,
    /// What some handle told.
    pub(super) told: BTreeSet<&'static str>,
}

impl Report {
    /// Did everything hold that could be tried, and was anything tried at all?
    pub fn is_good(&self) -> bool {
        self.failed().next().is_none() && self.passed() > 0
    }

    /// How many tests held.
    pub fn passed(&self) -> usize {
        self.entries.iter().filter(|entry| matches!(entry.outcome, Outcome::Passed { .. })).count()
    }

    /// How many tests could not be tried.
    pub fn skipped(&self) -> usize {
        self.entries.iter().filter(|entry| matches!(entry.outcome, Outcome::Skipped { .. })).count()
    }

    /// The tests that did not hold, with what shows it.
    pub fn failed(&self) -> impl Iterator<Item = (&Entry, &Counterexample)> {
        self.entries.iter().filter_map(|entry| match &entry.outcome {
            Outcome::Failed(counterexample) => Some((entry, &**counterexample)),
            _ => None,
        })
    }

    /// How many tests are known not to hold.
    pub fn known(&self) -> usize {
        self.entries.iter().filter(|entry| matches!(entry.outcome, Outcome::Known { .. })).count()
    }

    /// What could not be tried, or is known not to hold, a line each; facts are counted by their groups.
    pub fn left_out(&self) -> String {
        let properties = self.entries.iter().filter(|entry| entry.group.is_none());
        let lines = properties.filter_map(|entry| match &entry.outcome {
            Outcome::Skipped { why } => Some(format!("skipped  {} ({why})\n", entry.sentence)),
            Outcome::Known { why } => Some(format!("known    {} ({why})\n", entry.sentence)),
            Outcome::Passed { .. } | Outcome::Failed(_) => None,
        });
        let is_in_part = |line: &&str| line.ends_with("skipped") || line.contains("known not to");
        let facts = self.facts();
        lines.chain(facts.lines().filter(is_in_part).map(|line| format!("{line}\n"))).collect()
    }

    /// Takes what came of another part of the suite, which was run with the same seed.
    pub fn add(&mut self, other: Report) {
        self.seed = other.seed;
        self.entries.extend(other.entries);
        self.told.extend(other.told);
        self.untold.extend(other.untold);
        self.untold.retain(|what| !self.told.contains(what));
        count(&mut self.not_offered, other.not_offered);
        count(&mut self.known, other.known);
    }
}

/// Adds what was counted elsewhere.
pub(super) fn count(total: &mut BTreeMap<String, usize>, more: BTreeMap<String, usize>) {
    for (what, often) in more {
        *total.entry(what).or_default() += often;
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in self.entries.iter().filter(|entry| entry.group.is_none()) {
            match &entry.outcome {
                Outcome::Passed { tried: 1, .. } => writeln!(f, "passed   {} (1 call)", entry.sentence)?,
                Outcome::Passed { tried, .. } => writeln!(f, "passed   {} ({tried} calls)", entry.sentence)?,
                Outcome::Failed(_) => writeln!(f, "FAILED   {}", entry.sentence)?,
                Outcome::Skipped { why } => writeln!(f, "skipped  {} ({why})", entry.sentence)?,
                Outcome::Known { why } => writeln!(f, "known    {} ({why})", entry.sentence)?,
            }
        }
        f.write_str(&self.facts())?;
        for (entry, counterexample) in self.failed() {
            writeln!(f, "\n{}\n{counterexample}", entry.sentence)?;
        }
        let left = self.not_offered.iter().map(|(what, often)| format!("{what} {often}"));
        wrapped(f, "Not offered, and so left out (with how often)", left)?;
        wrapped(f, "What handles do not tell", self.untold.iter().map(|what| (*what).to_owned()))?;
        if !self.known.is_empty() {
            writeln!(f, "\nKnown to differ from Windows, and so left out (with how often):")?;
            self.known.iter().try_for_each(|(what, often)| writeln!(f, "{often:>6}  {what}"))?;
        }
        let failed = self.failed().count();
        let known = match self.known() {
            0 => String::new(),
            known => format!(", {known} known not to hold"),
        };
        let (passed, skipped, seed) = (self.passed(), self.skipped(), self.seed);
        write!(f, "\n{passed} passed, {failed} failed{known}, {skipped} skipped (seed {seed})")
    }
}

/// A list in lines of readable length.
fn wrapped(
    f: &mut fmt::Formatter<'_>,
    title: &str,
    words: impl ExactSizeIterator<Item = String>,
) -> fmt::Result {
    if words.len() == 0 {
        return Ok(());
    }
    write!(f, "\n{title}:")?;
    let mut column = LINE;
    for (place, word) in words.enumerate() {
        if place > 0 {
            write!(f, ",")?;
        }
        column += word.chars().count() + 2;
        if column > LINE {
            write!(f, "\n ")?;
            column = word.chars().count() + 2;
        }
        write!(f, " {word}")?;
    }
    writeln!(f)
}

impl Report {
    /// A line for each group of facts.
    fn facts(&self) -> String {
        let mut out = String::new();
        let mut groups: Vec<&'static str> = self.entries.iter().filter_map(|entry| entry.group).collect();
        groups.dedup();
        for group in groups {
            let facts: Vec<&Entry> = self.entries.iter().filter(|entry| entry.group == Some(group)).collect();
            let mut why: BTreeMap<&str, usize> = BTreeMap::new();
            let (mut passed, mut in_part, mut failed, mut known) = (0_usize, 0_usize, 0_usize, 0_usize);
            for fact in &facts {
                match &fact.outcome {
                    Outcome::Passed { left, .. } => {
                        passed += 1;
                        in_part += usize::from(*left > 0);
                    }
                    Outcome::Failed(_) => failed += 1,
                    Outcome::Known { .. } => known += 1,
                    Outcome::Skipped { why: reason } => *why.entry(reason).or_default() += 1,
                }
            }
            let word = match (passed, failed, known) {
                (_, 1.., _) => "FAILED ",
                (1.., 0, _) => "passed ",
                (0, 0, 1..) => "known  ",
                (0, 0, 0) => "skipped",
            };
            let all = facts.len();
            let _ = write!(out, "{word}  Facts about {group}: {passed} of {all} hold");
            if in_part > 0 {
                let _ = write!(out, " ({in_part} of them in part)");
            }
            if failed > 0 {
                let _ = write!(out, ", {failed} {} not", if failed == 1 { "does" } else { "do" });
            }
            if known > 0 {
                let _ = write!(out, ", {known} {} known not to", if known == 1 { "is" } else { "are" });
            }
            let skipped: usize = why.values().sum();
            if skipped > 0 {
                let _ = write!(out, ", {skipped} skipped");
            }
            let _ = writeln!(out);
        }
        out
    }
}

/// A name as a sentence: `a_name_finds_it` says "A name finds it".
pub(super) fn sentence_of(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
