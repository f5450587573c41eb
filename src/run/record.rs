//! How does a run become a trace?

use super::misuse;
use super::runner::{Report, Watch, run};
use super::trace::{Trace, TraceStep, VERSION};
use crate::scenario::Document;

/// Runs a scenario and keeps every step. `file` is what the file is called in the trace.
///
/// ```
/// use handlelab::run::record;
/// use handlelab::scenario::Document;
///
/// let document = Document::read("process p\np: h = CreateEvent()\n").expect("it can be read");
/// let (report, trace) = record("a.hlab", &document);
/// assert!(report.is_good());
/// assert_eq!(trace.steps.len(), 3, "the start, the step and the end");
/// ```
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
