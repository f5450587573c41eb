//! How is one moment drawn as a picture?

use super::Run;
use super::graph::Graph;
use super::html::escape;
use std::collections::HashMap;
use std::fmt::Write;

const ROW: usize = 22;
const LANE_WIDTH: usize = 300;
const OBJECTS_AT: usize = 440;
const OBJECT_WIDTH: usize = 300;
const OBJECT_HEIGHT: usize = 58;
const STYLE: &str = "text{font:13px sans-serif;fill:#1d2430}.b{font-weight:bold}.f{fill:#5c6675;font-size:12px}\
    rect{fill:#fff;stroke:#8a94a3}path{fill:none;stroke:#1f5fbf;stroke-width:1.5}.t{stroke-dasharray:4 4;stroke:#8a5a00}";

/// The picture: tables at the left, objects at the right, an arrow from every entry.
///
/// # Errors
/// None; all views have this type.
pub fn svg(run: &Run<'_>) -> serde_json::Result<String> {
    let graph = Graph::of(run);
    let (mut body, mut arrows) = (String::new(), String::new());
    let mut places = HashMap::new();
    let mut y = 60;
    for node in &graph.objects {
        places.insert(node.no, y + 20);
        // Writing into a string cannot fail.
        let _ = writeln!(
            body,
            "<rect x=\"{OBJECTS_AT}\" y=\"{y}\" width=\"{OBJECT_WIDTH}\" height=\"{OBJECT_HEIGHT}\" rx=\"6\"/>"
        );
        for (at, (class, text)) in
            [("b", &node.called), ("", &node.counts), ("f", &node.state)].iter().enumerate()
        {
            write_text(&mut body, OBJECTS_AT + 10, y + 17 + at * 17, class, text, 42);
        }
        y += OBJECT_HEIGHT + 12;
    }
    for (from, to, what) in &graph.ties {
        let (Some(from), Some(to)) = (places.get(from), places.get(to)) else { continue };
        let x = OBJECTS_AT + OBJECT_WIDTH;
        let _ = writeln!(
            arrows,
            "<path class=\"t\" marker-end=\"url(#tip)\" d=\"M{x} {from}C{0} {from} {0} {to} {x} {to}\"><title>{1}</title></path>",
            x + 60,
            escape(what)
        );
    }
    let mut lane_y = 60;
    for lane in &graph.lanes {
        let height = ROW * (lane.rows.len().max(1) + 1) + 10;
        let _ = writeln!(
            body,
            "<rect x=\"20\" y=\"{lane_y}\" width=\"{LANE_WIDTH}\" height=\"{height}\" rx=\"6\"/>"
        );
        write_text(&mut body, 30, lane_y + 18, "b", &lane.title, 38);
        if lane.rows.is_empty() {
            write_text(&mut body, 30, lane_y + 18 + ROW, "f", "no handles", 38);
        }
        for (at, row) in lane.rows.iter().enumerate() {
            let text_y = lane_y + 18 + ROW * (at + 1);
            let words = [row.handle.as_str(), &row.held, &row.flags];
            let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
            write_text(&mut body, 30, text_y, "", &words.join("  "), 38);
            let (x, from) = (20 + LANE_WIDTH, text_y - 5);
            if let Some(to) = places.get(&row.object) {
                let _ = writeln!(
                    arrows,
                    "<path marker-end=\"url(#tip)\" d=\"M{x} {from}C{0} {from} {0} {to} {OBJECTS_AT} {to}\"/>",
                    x + 60
                );
            }
        }
        lane_y += height + 14;
    }
    let (width, height) = (OBJECTS_AT + OBJECT_WIDTH + 70, y.max(lane_y) + 10);
    let mut title = String::new();
    write_text(&mut title, 20, 30, "b", &graph.title, 110);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
         <path d=\"M0 0 8 4 0 8z\" style=\"fill:#1f5fbf;stroke:none\"/></marker></defs>\n\
         <rect width=\"100%\" height=\"100%\" style=\"fill:#fafaf7;stroke:none\"/>\n{title}{body}{arrows}</svg>\n",
        escape(&graph.title)
    ))
}

/// A line of text, cut where its box ends.
fn write_text(out: &mut String, x: usize, y: usize, class: &str, text: &str, most: usize) {
    let shown: String = if text.chars().count() > most {
        text.chars().take(most - 1).chain(['…']).collect()
    } else {
        text.to_owned()
    };
    let _ = writeln!(out, "<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{}</text>", escape(&shown));
}
