//! How does a run become a page that plays it?
//!
//! One file without any network. What comes from the scenario stands in it as data only: the player puts it into the page
//! as text, never as markup, and the data cannot end the element in which they stand.
//!
//! ```
//! use handlelab::run::{history::History, record};
//! use handlelab::scenario::Document;
//! use handlelab::view::{Run, html::html};
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\n";
//! let document = Document::read(text).expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! let history = History::of(&trace);
//! let run = Run { source: text, trace: &trace, history: &history, moment: history.moment(Some(2)) };
//! assert!(html(&run)?.contains("<!"));
//! # Ok::<(), serde_json::Error>(())
//! ```

mod data;
mod inner;

use super::Run;
use super::markup::visible;
use data::Data;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("player.css");
const PLAYER: &str = concat!(
    include_str!("model.js"),
    include_str!("words.js"),
    include_str!("picture.js"),
    include_str!("why.js"),
    include_str!("player.js"),
);

/// The player for a run.
///
/// # Errors
/// Never for the runs that running gives; the serializer's own type says otherwise.
pub fn html(run: &Run<'_>) -> serde_json::Result<String> {
    let data = harmless(&serde_json::to_string(&Data::of(run))?);
    let title = escape(run.trace.title.as_deref().unwrap_or("A scenario without a title"));
    let mut page = String::with_capacity(PAGE.len() + STYLE.len() + PLAYER.len() + data.len());
    // Each place is looked for in the template only, so that no data can pass for a place.
    let mut rest = PAGE;
    for (place, text) in [("@title@", &*title), ("@style@", STYLE), ("@data@", &*data), ("@player@", PLAYER)]
    {
        if let Some((before, behind)) = rest.split_once(place) {
            page.push_str(before);
            page.push_str(text);
            rest = behind;
        }
    }
    page.push_str(rest);
    Ok(page)
}

/// JSON that can stand inside a script element: nothing in it ends the element or opens a comment.
fn harmless(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                safe.push_str(&format!("\\u{:04x}", c as u32));
            }
            c => safe.push(c),
        }
    }
    safe
}

/// Text for markup.
pub(super) fn escape(text: &str) -> String {
    visible(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
