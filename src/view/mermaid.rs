//! How is one moment written as a graph for Mermaid?
//!
//! ```
//! use handlelab::run::{history::History, record};
//! use handlelab::scenario::Document;
//! use handlelab::view::{Run, mermaid::mermaid};
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\n";
//! let document = Document::read(text).expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! let history = History::of(&trace);
//! let run = Run { source: text, trace: &trace, history: &history, moment: history.moment(Some(2)) };
//! assert!(mermaid(&run)?.contains("flowchart"));
//! # Ok::<(), serde_json::Error>(())
//! ```

use super::Run;
use super::graph::Graph;
use super::markup::visible;
use std::fmt::Write;

/// The graph.
///
/// # Errors
/// None; all views have this type.
pub fn mermaid(run: &Run<'_>) -> serde_json::Result<String> {
    let graph = Graph::of(run);
    let mut out = String::from("flowchart LR\n");
    // Writing into a string cannot fail.
    let _ = writeln!(out, "  title[{}]\n  style title fill:none,stroke:none", quote(&[&graph.caption()]));
    for lane in &graph.lanes {
        let process = lane.process.0;
        let _ = writeln!(out, "  subgraph p{process}[{}]", quote(&[&lane.title]));
        if lane.rows.is_empty() {
            let _ = writeln!(out, "    empty{process}[\"no handles\"]");
        }
        for row in &lane.rows {
            let label = quote(&[&row.handle, &row.held, &row.access, &row.flags]);
            let _ = writeln!(out, "    h{process}_{}[{label}]", row.handle);
        }
        out.push_str("  end\n");
    }
    for node in &graph.objects {
        let _ = writeln!(out, "  o{}({})", node.no.0, quote(&[&node.called, &node.counts, &node.state]));
    }
    for lane in &graph.lanes {
        for row in &lane.rows {
            let _ = writeln!(out, "  h{}_{} --> o{}", lane.process.0, row.handle, row.object.0);
        }
    }
    for (from, to, what) in &graph.ties {
        let _ = writeln!(out, "  o{} -. {what} .-> o{}", from.0, to.0);
    }
    Ok(out)
}

/// A quoted text of several lines; empty ones are left out. Whatever Mermaid or a browser could take for more than text is
/// written as a number.
fn quote(lines: &[&str]) -> String {
    let lines = lines.iter().filter(|line| !line.is_empty()).map(|line| {
        visible(line).chars().fold(String::new(), |mut text, c| {
            if c.is_alphanumeric() || " ,.-_:()/".contains(c) {
                text.push(c);
            } else {
                let _ = write!(text, "#{};", c as u32);
            }
            text
        })
    });
    format!("\"{}\"", lines.collect::<Vec<_>>().join("<br>"))
}
