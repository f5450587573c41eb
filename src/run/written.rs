//! How is a run written as data?
//!
//! The first step has the whole `state` behind it. Every other one has a `change`: what is different from the state behind the
//! step before, and nothing if that is nothing. So the text grows with what happens, and not with how much there is.
//!
//! ```
//! use handlelab::run::{record, written::Written};
//! use handlelab::scenario::Document;
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\n";
//! let (_, trace) = record("a.hlab", &Document::read(text).expect("it can be read"));
//! let [short, full] = [false, true].map(|full| serde_json::json!(Written { trace: &trace, full }));
//! assert_eq!(short["steps"][2]["change"]["objects_gone"], serde_json::json!([3]));
//! assert!(short["steps"][2]["state"].is_null() && full["steps"][2]["state"].is_object());
//! ```

use super::change::Change;
use super::trace::{Snapshot, Trace, TraceStep};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// A run in the form in which it shall be written.
#[derive(Clone, Copy)]
pub struct Written<'t> {
    /// The run.
    pub trace: &'t Trace,
    /// Shall every step have the whole state behind it, so that any step can be read without its neighbours?
    pub full: bool,
}

/// A step with what is told of the state.
#[derive(Serialize)]
struct Step<'t> {
    #[serde(flatten)]
    step: &'t TraceStep,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'t Snapshot>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Change>,
}

/// The steps of a run, made one by one while they are written.
struct Steps<'t>(Written<'t>);

impl Serialize for Steps<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Written { trace, full } = self.0;
        let mut before: Option<&Snapshot> = None;
        serializer.collect_seq(trace.steps.iter().map(|step| {
            let state = (full || before.is_none()).then_some(&*step.state);
            let change = before.filter(|_| !full).map(|before| Change::between(before, &step.state));
            before = Some(&step.state);
            Step { step, state, change: change.filter(|change| !change.is_empty()) }
        }))
    }
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let trace = self.trace;
        let mut fields = serializer.serialize_struct("Trace", 11)?;
        fields.serialize_field("format", trace.format)?;
        fields.serialize_field("version", &trace.version)?;
        fields.serialize_field("file", &trace.file)?;
        fields.serialize_field("title", &trace.title)?;
        fields.serialize_field("options", &trace.options)?;
        fields.serialize_field("unsolved", &trace.unsolved)?;
        fields.serialize_field("steps", &Steps(*self))?;
        fields.serialize_field("still_blocked", &trace.still_blocked)?;
        fields.serialize_field("mistake", &trace.mistake)?;
        fields.serialize_field("failures", &trace.failures)?;
        fields.serialize_field("misuses", &trace.misuses)?;
        fields.end()
    }
}

impl Serialize for Trace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { trace: self, full: false }.serialize(serializer)
    }
}
