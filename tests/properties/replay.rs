//! Promise: every program can be written as a scenario; it reads again as the same, runs with the same answers, and the
//! same file gives the same bytes twice.

use crate::harness::try_programs;
use handlelab::run::{Watch, run};
use handlelab::scenario::{Document, parser, printer};

#[test]
fn a_program_replays_as_a_scenario() {
    try_programs("a_program_replays_as_a_scenario", 96, 40, |program| {
        let text = program.text("A program");
        let document = Document::read(text.as_str()).map_err(|mistakes| format!("{mistakes:#?}\n{text}"))?;
        let report = run(&document, Watch::Quietly);
        if report.is_good() {
            return Ok(());
        }
        Err(format!("{:#?}\n{:#?}\n{:#?}", report.failures, report.broken, report.mistake))
    });
}

#[test]
fn what_is_printed_reads_as_the_same_tree() {
    try_programs("what_is_printed_reads_as_the_same_tree", 64, 40, |program| {
        let tree = program.scenario("A program");
        let text = printer::print(&tree);
        let (read, mistakes) = parser::parse(&text);
        if mistakes.is_empty() && printer::print(&read) == text {
            return Ok(());
        }
        Err(format!("{mistakes:#?}"))
    });
}

#[test]
fn the_same_file_gives_the_same_bytes_twice() {
    try_programs("the_same_file_gives_the_same_bytes_twice", 32, 40, |program| {
        let text = program.text("A program");
        let trace = || {
            let document = Document::read(text.as_str()).map_err(|mistakes| format!("{mistakes:#?}"))?;
            let mut steps = Vec::new();
            run(&document, Watch::Steps(&mut |step| steps.push(step)));
            serde_json::to_string(&steps).map_err(|error| error.to_string())
        };
        let (first, second) = (trace()?, trace()?);
        if first == second { Ok(()) } else { Err("two runs print different traces".to_owned()) }
    });
}
