//! How long do scenarios take: one with a million lines, and one lesson?
//!
//! Of the instructions for a line nearly half go into reading (a tree with all that was written, so that it can be printed again),
//! a quarter into checking (names are looked up by their texts), and the rest into running, a part of that into recounting the
//! kernel behind every step. Of the time a third goes into the 520 bytes that a line takes: they are touched for the first time.

use super::{best, nanoseconds, row};
use handlelab::run::{Watch, run};
use handlelab::scenario::{Document, checker, parser};
use std::process::Command;
use std::time::{Duration, Instant};

pub(super) fn million_lines() {
    const LINES: usize = 1_000_000;
    let mut source = String::from("process parent\n");
    for n in 0..LINES / 4 {
        source.push_str(&format!("parent: h{} = CreateEvent(bManualReset: TRUE) => HANDLE\n", n % 1000));
        source.push_str(&format!("parent: SetEvent(h{}) => TRUE\n", n % 1000));
        source.push_str(&format!("check handles(parent.h{}) == 1\n", n % 1000));
        source.push_str(&format!("parent: CloseHandle(h{}) => TRUE\n", n % 1000));
    }
    let per_second = |time: Duration| format!("{:.2} M/s", LINES as f64 / time.as_secs_f64() / 1e6);
    let start = Instant::now();
    let (tree, mistakes) = parser::parse(&source);
    let read = start.elapsed();
    assert!(mistakes.is_empty());
    let start = Instant::now();
    let program = checker::check(&tree).expect("the scenario makes sense");
    let checked = start.elapsed();
    let document = Document { source, tree, program };
    let start = Instant::now();
    let report = run(&document, Watch::Quietly);
    let ran = start.elapsed();
    assert!(report.is_good());
    row("1,000,000 lines: read", &per_second(read));
    row("1,000,000 lines: checked", &per_second(checked));
    row("1,000,000 lines: run", &per_second(ran));
    row("1,000,000 lines: all, per line", &format!("{:.0} ns", nanoseconds(read + checked + ran, LINES)));
    if let Some(peak) = super::memory_in_kib("VmHWM:") {
        row("peak memory of all this", &format!("{} MiB", peak >> 10));
    }
}

pub(super) fn one_lesson() {
    let lesson = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/tour/first.hlab");
    let times = (0..21).map(|_| {
        let start = Instant::now();
        let output = Command::new(env!("CARGO_BIN_EXE_handlelab")).args(["run", lesson]).output();
        assert!(output.expect("the command starts").status.success());
        start.elapsed().as_secs_f64() * 1000.0
    });
    row("one lesson from start to end", &format!("{:.1} ms", best(times)));
}
