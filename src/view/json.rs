//! How is a run written for programs?
//!
//! ```
//! use handlelab::run::record;
//! use handlelab::scenario::Document;
//! use handlelab::view::json::traces;
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\n";
//! let document = Document::read(text).expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! let json = traces(&[trace], &[], false)?;
//! assert!(json.contains("\"version\""));
//! # Ok::<(), serde_json::Error>(())
//! ```

use crate::run::trace::{Trace, VERSION};
use crate::run::written::Written;
use crate::scenario::exchange::in_escapes;
use serde::Serialize;

/// A file that could not be read as a scenario.
///
/// ```
/// use handlelab::view::json::{Mistake, Unreadable, traces};
///
/// let mistake = Mistake { code: None, line: 0, column: 0, message: "there is no such file".to_owned(), help: Vec::new() };
/// let unreadable = Unreadable { file: "a.hlab".to_owned(), mistakes: vec![mistake] };
/// assert!(traces(&[], &[unreadable], false)?.contains("there is no such file"), "who reads the runs misses no file");
/// # Ok::<(), serde_json::Error>(())
/// ```
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

/// Several runs as one JSON object: `{"format": "handlelab traces", "version": 2, "runs": [...], "unreadable": [...]}`.
/// [`Written`] says what is told of the state in each step; with `full` it is the whole.
///
/// # Errors
/// Never for the traces that running gives; the serializer's own type says otherwise.
pub fn traces(runs: &[Trace], unreadable: &[Unreadable], full: bool) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Traces<'t> {
        format: &'static str,
        version: u32,
        runs: Vec<Written<'t>>,
        unreadable: &'t [Unreadable],
    }
    let runs = runs.iter().map(|trace| Written { trace, full }).collect();
    let traces = Traces { format: "handlelab traces", version: VERSION, runs, unreadable };
    serde_json::to_string_pretty(&traces).map(|json| in_escapes(&json))
}

/// One run in the same form.
///
/// # Errors
/// As for [`traces`].
pub fn json(run: &super::Run<'_>) -> serde_json::Result<String> {
    traces(std::slice::from_ref(run.trace), &[], false).map(|text| text + "\n")
}

/// One run with the whole state in every step.
///
/// ```
/// use handlelab::run::{history::History, record};
/// use handlelab::scenario::Document;
/// use handlelab::view::Run;
/// use handlelab::view::json::{json, json_full};
///
/// let source = "process p\np: CreateEvent()\n";
/// let (_, trace) = record("a.hlab", &Document::read(source).expect("it can be read"));
/// let history = History::of(&trace);
/// let run = Run { source, trace: &trace, history: &history, moment: 0 };
/// let states = |text: String| text.matches("\"state\": {").count();
/// assert_eq!((states(json(&run)?), states(json_full(&run)?)), (1, 3), "of the first step alone, or of each");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// As for [`traces`].
pub fn json_full(run: &super::Run<'_>) -> serde_json::Result<String> {
    traces(std::slice::from_ref(run.trace), &[], true).map(|text| text + "\n")
}
