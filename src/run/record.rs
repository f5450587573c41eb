//! How does a run become a trace?

use super::misuse;
use super::runner::{Report, Watch, run};
use super::trace::{Trace, TraceStep, VERSION};
use crate::scenario::Document;

/// Runs a scenario and keeps every step. `file` is what the file is called in the trace.
pub fn record(file: impl Into<String>, document: &Document) -> (Report, Trace) {
    let mut steps = Vec::new();
    let report = run(document, Watch::Steps(&mut |step| steps.push(step)));
    let mut trace = trace_of(file, document, &report, steps);
    trace.misuses = misuse::judged(document, &trace);
    (report, trace)
}

/// What was seen of a run, before anybody looks for misuses in it.
pub(super) fn trace_of(
    file: impl Into<String>,
    document: &Document,
    report: &Report,
    steps: Vec<TraceStep>,
) -> Trace {
    let program = &document.program;
    let chosen = program.options.chosen();
    Trace {
        format: "handlelab trace",
        version: VERSION,
        file: file.into(),
        title: program.title.clone(),
        options: chosen.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        unsolved: report.unsolved,
        failures: report.failure_count(),
        still_blocked: report.still_blocked.clone(),
        mistake: report.mistake.clone(),
        steps,
        misuses: Vec::new(),
    }
}
