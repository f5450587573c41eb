//! The suite for implementations of handles, tried on implementations.

use handlelab::testing::conformance::Suite;
use handlelab::testing::simulator::Simulator;

#[test]
fn the_simulator_passes_its_own_suite_and_skips_nothing_that_it_has() {
    let mut failed = false;
    for (name, _) in Suite::properties() {
        let start = std::time::Instant::now();
        let report = Suite::new().property(name, Simulator::default);
        println!("{name} {:?}", start.elapsed());
        failed |= report.failed().next().is_some();
        if report.skipped() > 0 || report.failed().next().is_some() {
            println!("{report}");
        }
    }
    for (name, _) in Suite::groups() {
        let start = std::time::Instant::now();
        let report = Suite::new().facts(name, Simulator::default);
        failed |= report.failed().next().is_some();
        println!("{name} {:?}", start.elapsed());
        if report.failed().next().is_some() {
            println!("{report}");
        }
    }
    assert!(!failed);
}
