//! The suite for implementations of handles, tried on implementations.

mod naive;
mod planted;

use handlelab::run::{Watch, run};
use handlelab::scenario::Document;
use handlelab::testing::conformance::{Outcome, Report, Suite, check};
use handlelab::testing::simulator::Simulator;
use naive::Naive;
use planted::{Bug, Planted};

/// What the simulator itself cannot be asked, because files choose another Windows, or time passes by itself.
const NOT_ASKED: &[&str] =
    &["another version of Windows", "time that passes by itself", "ids of threads", "OpenProcess of an id"];
/// No counterexample is longer.
const LONGEST: usize = 6;

fn shortest(report: &Report) -> Option<usize> {
    report.failed().map(|(_, found)| found.calls).min()
}

#[test]
fn the_simulator_passes_its_own_suite() {
    let report = check(Simulator::default);
    println!("{report}");
    assert!(report.is_good(), "{report}");
    for entry in &report.entries {
        if let Outcome::Skipped { why } = &entry.outcome {
            assert!(NOT_ASKED.iter().any(|known| why.starts_with(known)), "{}: {why}", entry.name);
        }
    }
}

/// Every property and every group of facts as a test of its own, as users of the library have them.
mod right_and_naive {
    handlelab::testing::conformance!(super::Naive);
}

#[test]
fn the_report_says_what_is_not_offered() {
    let report = Suite::new().cases(4).check(Naive::default);
    assert!(report.is_good(), "{report}");
    let text = report.to_string();
    for word in
        ["skipped  A mutex has one owner", "CreateMutex", "rights", "handle values as Windows chooses them"]
    {
        assert!(text.contains(word), "{word}:\n{text}");
    }
    assert!(!text.contains("What handles do not tell"), "{text}");
}

#[test]
fn an_implementation_passes_as_long_as_no_bug_is_planted() {
    let report = check(|| Planted::with(Bug::None));
    println!("{report}");
    assert!(report.is_good(), "{report}");
}

#[test]
fn every_planted_bug_is_caught_with_a_short_counterexample() {
    for bug in Bug::ALL {
        let report = Suite::new().cases(10).check(|| Planted::with(bug));
        let (all, first) = (report.failed().count(), report.failed().next());
        println!("{bug:?}: {all} do not hold, the shortest program makes {:?} calls", shortest(&report));
        let (entry, found) = first.unwrap_or_else(|| panic!("{bug:?} is not caught:\n{report}"));
        println!("{}\n{found}", entry.sentence);
        for (entry, found) in report.failed() {
            assert!(found.calls <= LONGEST, "{bug:?}, {}:\n{found}", entry.sentence);
            let document = Document::read(found.scenario.as_str()).unwrap();
            assert!(run(&document, Watch::Quietly).is_good(), "{bug:?}, {}:\n{found}", entry.sentence);
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_report() {
    let report = || Suite::new().seed(3).cases(2).check(Naive::default);
    assert_eq!(report(), report());
}
