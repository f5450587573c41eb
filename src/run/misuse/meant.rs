//! Does a file misuse handles just where it says that it means to?
//!
//! Some misuses show only when the run is over, so that is when it is judged.

use super::super::record::trace_of;
use super::super::runner::{Report, Watch, run_steps};
use super::super::trace::{Broken, StepKind, Trace, TraceStep};
use super::{Misuse, find};
use crate::scenario::Document;

/// The misuses of a run, those that the file means marked as meant.
pub(in crate::run) fn judged(document: &Document, trace: &Trace) -> Vec<Misuse> {
    let mut found = find(trace);
    for misuse in &mut found {
        let mut meant = document.program.misuses.iter();
        misuse.meant =
            meant.any(|meant| meant.class == misuse.class && meant.statement as usize + 1 == misuse.step);
    }
    found
}

/// Runs a scenario that means misuses, and judges whether it has them.
pub(in crate::run) fn run_and_judge(document: &Document, mut watch: Watch<'_>) -> Report {
    let mut steps: Vec<TraceStep> = Vec::new();
    let mut tell = |step: TraceStep| {
        if let Watch::Steps(watch) = &mut watch {
            watch(step);
        }
    };
    let mut report = run_steps(
        document,
        Watch::Steps(&mut |step| {
            // What does not hold is told with the end.
            if step.kind != StepKind::End {
                tell(step.clone());
            }
            steps.push(step);
        }),
    );
    let trace = trace_of("", document, &report, steps);
    let missing = missing(document, &trace);
    if let Some(mut end) = trace.steps.into_iter().next_back().filter(|step| step.kind == StepKind::End) {
        end.broken.extend(missing.iter().cloned());
        report.broken.extend(missing);
        tell(end);
    }
    report
}

/// The misuses that a file means and that do not happen.
fn missing(document: &Document, trace: &Trace) -> Vec<Broken> {
    let found = find(trace);
    let missing = document.program.misuses.iter().filter_map(|meant| {
        let number = meant.statement as usize + 1;
        let here: Vec<&Misuse> = found.iter().filter(|misuse| misuse.step == number).collect();
        if here.iter().any(|misuse| misuse.class == meant.class) {
            return None;
        }
        let step = trace.steps.iter().find(|step| step.number == number)?;
        let mut found = format!("no such misuse at line {}", step.line);
        if let Some(other) = here.first() {
            found += &format!(", but {}", other.class.name());
        }
        let line = crate::run::report::line_of(&document.source, meant.span);
        Some(Broken { kind: "misuse", line, expected: meant.class.name().to_owned(), found })
    });
    missing.collect()
}
