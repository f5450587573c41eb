//! How is a run shown?
//!
//! A view is a function from what is known of a run to text. It opens no file and touches no terminal. Those that can be asked
//! for by name stand in [`VIEWS`].
//!
//! ```
//! use handlelab::run::history::History;
//! use handlelab::run::record;
//! use handlelab::scenario::Document;
//! use handlelab::view::{Run, VIEWS};
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\n";
//! let (_, trace) = record("a.hlab", &Document::read(text).expect("it can be read"));
//! let history = History::of(&trace);
//! let run = Run { source: text, trace: &trace, history: &history, moment: history.moment(None) };
//! let svg = VIEWS.iter().find(|view| view.name == "svg").expect("a view");
//! assert!((svg.render)(&run)?.starts_with("<svg"));
//! # Ok::<(), serde_json::Error>(())
//! ```

pub mod diff;
pub mod dot;
pub mod effects;
pub mod explore;
mod graph;
pub mod html;
pub mod json;
pub mod leaks;
pub mod learn;
pub mod markup;
pub mod mermaid;
pub mod misuse;
pub mod page;
pub mod predict;
pub mod story;
pub mod svg;
pub mod table;
pub mod text;
pub mod why;

use crate::run::history::{History, Moment};
use crate::run::trace::Trace;

/// What a view is made from.
#[derive(Clone, Copy)]
pub struct Run<'r> {
    /// The text of the scenario.
    pub source: &'r str,
    /// The run.
    pub trace: &'r Trace,
    /// Its lives.
    pub history: &'r History,
    /// The moment that a single picture shows.
    pub moment: Moment,
}

/// A view that can be asked for by name.
///
/// ```
/// use handlelab::run::{history::History, record};
/// use handlelab::scenario::Document;
/// use handlelab::view::{Run, VIEWS};
///
/// let source = "process p\np: CreateJobObject()\n";
/// let (_, trace) = record("a.hlab", &Document::read(source).expect("it can be read"));
/// let history = History::of(&trace);
/// let run = Run { source, trace: &trace, history: &history, moment: history.moment(None) };
/// for view in VIEWS {
///     assert!((view.render)(&run)?.contains("Job"), "{} shows the job", view.name);
/// }
/// # Ok::<(), serde_json::Error>(())
/// ```
pub struct View {
    /// Its name.
    pub name: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// Makes it.
    pub render: fn(&Run<'_>) -> serde_json::Result<String>,
}

/// All views.
pub const VIEWS: &[View] = &[
    View { name: "text", about: "the whole run as a story", render: text::text },
    View { name: "html", about: "a page that plays the run, in one file", render: html::html },
    View { name: "svg", about: "a picture of one moment", render: svg::svg },
    View { name: "dot", about: "the same as a graph for Graphviz", render: dot::dot },
    View { name: "mermaid", about: "the same as a graph for Mermaid", render: mermaid::mermaid },
    View {
        name: "json",
        about: "the whole run as data: the first state, and what changes in each step",
        render: json::json,
    },
    View { name: "json-full", about: "the same with the whole state in every step", render: json::json_full },
];
