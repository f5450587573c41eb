//! What happens when a scenario is run?
//!
//! [`run`] takes the steps in the order of the file, judges the answers, asks the kernel's eye, and hands each
//! step on as a [`TraceStep`](trace::TraceStep) to whoever watches.
//!
//! ```
//! use handlelab::run::record;
//! use handlelab::scenario::Document;
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => FALSE\n";
//! let document = Document::read(text).expect("it can be read");
//! let (report, trace) = record("a.hlab", &document);
//! assert_eq!(report.failure_count(), 1);
//! assert!(trace.steps.iter().any(|step| step.text.contains("CloseHandle(h)")));
//! ```

mod binding;
pub mod bless;
pub mod change;
mod given;
pub mod history;
pub(crate) mod judge;
mod mistakes;
pub mod misuse;
mod record;
pub(crate) mod report;
pub mod rows;
mod runner;
pub(crate) mod snapshot;
pub(crate) mod stopwatch;
pub mod trace;
pub mod umpire;
pub mod words;
pub mod world;
pub mod written;

pub use record::record;
pub use runner::{Report, Watch, run};
