//! The suite for implementations of handles, tried on implementations.

mod naive;

use handlelab::testing::conformance::{Outcome, Suite, check};
use handlelab::testing::simulator::Simulator;
use naive::Naive;

/// What the simulator itself cannot be asked, because its files choose another answer, or time passes by itself.
const NOT_ASKED: &[&str] = &["the option", "time that passes by itself", "ids of threads", "OpenProcess"];

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

#[test]
fn a_right_and_naive_implementation_passes() {
    let report = check(Naive::default);
    println!("{report}");
    assert!(report.is_good(), "{report}");
}

#[test]
fn the_same_seed_gives_the_same_report() {
    let report = || Suite::new().seed(3).cases(4).check(Naive::default);
    assert_eq!(report(), report());
}
