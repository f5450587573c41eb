//! How is a run written for programs?

use crate::run::trace::{Trace, VERSION};
use serde::Serialize;

/// A file that could not be read as a scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Unreadable {
    /// The file, as it was named.
    pub file: String,
    /// What is wrong with it.
    pub mistakes: Vec<Mistake>,
}

/// One mistake in a file.
#[derive(Clone, Debug, Serialize)]
pub struct Mistake {
    /// The diagnostic's code, such as `HL054`; nothing if the file could not even be opened.
    pub code: Option<&'static str>,
    /// The line, counted from 1; 0 if it is about the whole file.
    pub line: usize,
    /// The column, counted from 1 in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub help: Vec<String>,
}

/// Several runs as one JSON object: `{"format": "handlelab traces", "version": 1, "runs": [...], "unreadable": [...]}`.
///
/// # Errors
/// Never for the traces that running gives; the serializer's own type says otherwise.
pub fn traces(runs: &[Trace], unreadable: &[Unreadable]) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Traces<'t> {
        format: &'static str,
        version: u32,
        runs: &'t [Trace],
        unreadable: &'t [Unreadable],
    }
    serde_json::to_string_pretty(&Traces { format: "handlelab traces", version: VERSION, runs, unreadable })
}

/// One run in the same form.
///
/// # Errors
/// As for [`traces`].
pub fn json(run: &super::Run<'_>) -> serde_json::Result<String> {
    traces(std::slice::from_ref(run.trace), &[]).map(|text| text + "\n")
}
