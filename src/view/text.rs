//! How is a run told as plain text?
//!
//! ```
//! use handlelab::run::{history::History, record};
//! use handlelab::scenario::Document;
//! use handlelab::view::{Run, text::text};
//!
//! let source = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\n";
//! let document = Document::read(source).expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! let history = History::of(&trace);
//! let run = Run { source, trace: &trace, history: &history, moment: history.moment(Some(2)) };
//! assert!(text(&run)?.contains("CreateEvent"));
//! # Ok::<(), serde_json::Error>(())
//! ```

use super::story::Story;
use super::{Run, misuse};

/// The columns of a text that nobody's terminal measures.
const WIDTH: usize = 80;

/// The whole story.
///
/// # Errors
/// None; all views have this type.
pub fn text(run: &Run<'_>) -> serde_json::Result<String> {
    let trace = run.trace;
    let mut story = Story::new(trace.file.clone(), WIDTH);
    let options: Vec<(&str, &str)> =
        trace.options.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut text = story.heading(trace.title.as_deref(), &options).plain();
    let mut misuses = trace.misuses.iter().peekable();
    for step in &trace.steps {
        text.push_str(&story.step(step).plain());
        while let Some(found) = misuses.next_if(|found| found.step == step.number) {
            text.push_str(&misuse::below(found, false, WIDTH).plain());
        }
    }
    Ok(text)
}
