//! How is one moment written as a graph for Graphviz?
//!
//! ```
//! use handlelab::run::{history::History, record};
//! use handlelab::scenario::Document;
//! use handlelab::view::{Run, dot::dot};
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\n";
//! let document = Document::read(text).expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! let history = History::of(&trace);
//! let run = Run { source: text, trace: &trace, history: &history, moment: history.moment(Some(2)) };
//! assert!(dot(&run)?.contains("digraph"));
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
pub fn dot(run: &Run<'_>) -> serde_json::Result<String> {
    let graph = Graph::of(run);
    let mut out = String::from(
        "digraph handles {\n  rankdir=LR;\n  labelloc=t;\n  fontname=\"sans-serif\";\n  \
            node [shape=box, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\"];\n",
    );
    // Writing into a string cannot fail.
    let _ = writeln!(out, "  label={};", quote(&[&graph.caption()]));
    for lane in &graph.lanes {
        let process = lane.process.0;
        let _ = writeln!(out, "  subgraph cluster_{process} {{\n    label={};", quote(&[&lane.title]));
        if lane.rows.is_empty() {
            let _ = writeln!(out, "    empty_{process} [shape=plaintext, label=\"no handles\"];");
        }
        for row in &lane.rows {
            let label = quote(&[&row.handle, &row.held, &row.access, &row.flags]);
            let _ = writeln!(
                out,
                "    h_{process}_{} [shape=note, label={label}];",
                row.handle.replace('-', "m")
            );
        }
        out.push_str("  }\n");
    }
    for node in &graph.objects {
        let _ =
            writeln!(out, "  o_{} [label={}];", node.no.0, quote(&[&node.called, &node.counts, &node.state]));
    }
    for lane in &graph.lanes {
        for row in &lane.rows {
            let handle = row.handle.replace('-', "m");
            let _ = writeln!(out, "  h_{}_{handle} -> o_{};", lane.process.0, row.object.0);
        }
    }
    for (from, to, what) in &graph.ties {
        let _ = writeln!(out, "  o_{} -> o_{} [style=dashed, label={}];", from.0, to.0, quote(&[what]));
    }
    out.push_str("}\n");
    Ok(out)
}

/// A quoted text of several lines; empty ones are left out.
fn quote(lines: &[&str]) -> String {
    let lines = lines.iter().filter(|line| !line.is_empty());
    let lines: Vec<String> =
        lines.map(|line| visible(line).replace('\\', "\\\\").replace('"', "\\\"")).collect();
    format!("\"{}\"", lines.join("\\n"))
}
