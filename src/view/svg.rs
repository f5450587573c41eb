//! How is one moment drawn as a picture, such as one would put in a book?
//!
//! Tables at the left, objects at the right, in an order in which few arrows cross. What nobody has a handle to is drawn
//! small, beside what it belongs to. The letters' widths are not known here, so boxes are wide enough for ordinary ones.

use super::Run;
use super::graph::{Graph, Node};
use super::html::escape;
use super::story::wrap;
use crate::kernel::ObjectNo;
use std::collections::HashMap;
use std::fmt::Write;

const LEFT: usize = 20;
const LANE_WIDTH: usize = 330;
const OBJECTS_AT: usize = 460;
const OBJECT_WIDTH: usize = 280;
const WIDTH: usize = OBJECTS_AT + OBJECT_WIDTH + 50;
const ROW: usize = 36;
const TITLE_COLUMNS: usize = 88;
const STYLE: &str = "text{font:13px system-ui,Helvetica,Arial,sans-serif;fill:#1d2430}.b{font-weight:600}\
    .f{fill:#5c6675;font-size:11.5px}.v{font:600 13px ui-monospace,Menlo,Consolas,monospace}.e{text-anchor:end}\
    rect{fill:#fff;stroke:#8a94a3}.h{fill:#eef1f5;stroke:none}.q{stroke-dasharray:3 3}.l{stroke:#d5d9df}\
    path{fill:none;stroke:#1f5fbf;stroke-width:1.5}.t{stroke-dasharray:4 4;stroke:#8a5a00}\
    .tip{fill:#1f5fbf;stroke:none}.tie{fill:#8a5a00;stroke:none}";

/// The picture.
///
/// # Errors
/// None; all views have this type.
pub fn svg(run: &Run<'_>) -> serde_json::Result<String> {
    let graph = Graph::of(run);
    let mut sheet = Sheet::default();
    let mut y = 28;
    for line in wrap(&graph.title, TITLE_COLUMNS) {
        sheet.text(LEFT, y, "b", &line, TITLE_COLUMNS + 4);
        y += 18;
    }
    sheet.text(LEFT, y, "f", &graph.place, 110);
    let top = y + 16;
    let (rows, left) = lanes(&graph, top, &mut sheet);
    let (places, right) = objects(&graph, &rows, top, &mut sheet);
    for (from, object) in &rows {
        if let Some(to) = places.get(object) {
            let (x, end) = (LEFT + LANE_WIDTH, OBJECTS_AT - 1);
            let bend = (end - x) / 2;
            sheet.arrow("", "tip", &format!("M{x} {from}C{0} {from} {0} {to} {end} {to}", x + bend), None);
        }
    }
    for (from, to, what) in &graph.ties {
        if let (Some(from), Some(to)) = (places.get(from), places.get(to)) {
            let (x, out) = (OBJECTS_AT + OBJECT_WIDTH, OBJECTS_AT + OBJECT_WIDTH + 44);
            let path = format!("M{x} {from}C{out} {from} {out} {to} {0} {to}", x + 1);
            sheet.arrow("t", "tie", &path, Some(what));
        }
    }
    Ok(sheet.finish(&graph.caption(), left.max(right) + 8))
}

/// Draws the tables; gives the height of each row with the object that it points at, and where the last table ends.
fn lanes(graph: &Graph, top: usize, sheet: &mut Sheet) -> (Vec<(usize, ObjectNo)>, usize) {
    let (mut y, mut rows) = (top, Vec::new());
    for lane in &graph.lanes {
        let height = 28 + ROW * lane.rows.len() + if lane.rows.is_empty() { 24 } else { 0 };
        sheet.rect("", LEFT, y, LANE_WIDTH, height);
        sheet.rect("h", LEFT + 1, y + 1, LANE_WIDTH - 2, 26);
        sheet.text(LEFT + 12, y + 18, "b", &lane.title, 40);
        if lane.rows.is_empty() {
            sheet.text(LEFT + 12, y + 28 + 16, "f", "no handles", 40);
        }
        for (at, row) in lane.rows.iter().enumerate() {
            let row_y = y + 28 + ROW * at;
            if at > 0 {
                let end = LEFT + LANE_WIDTH;
                sheet.line(&format!("M{LEFT} {row_y}H{end}"));
            }
            sheet.text(LEFT + 12, row_y + 15, "v", &row.handle, 10);
            sheet.text(LEFT + 68, row_y + 15, "", &row.held, 26);
            sheet.text(LEFT + LANE_WIDTH - 12, row_y + 15, "f e", &row.flags, 16);
            sheet.text(LEFT + 68, row_y + 30, "f", &row.access, 40);
            rows.push((row_y + ROW / 2, row.object));
        }
        y += height + 14;
    }
    (rows, y)
}

/// Draws the objects; gives the height at which arrows meet each of them, and where the last one ends.
fn objects(
    graph: &Graph,
    rows: &[(usize, ObjectNo)],
    top: usize,
    sheet: &mut Sheet,
) -> (HashMap<ObjectNo, usize>, usize) {
    let (mut y, mut places) = (top, HashMap::new());
    for node in ordered(graph, rows) {
        let small = is_small(node, rows);
        let height = if small { 26 } else { 62 };
        sheet.rect(if small { "q" } else { "" }, OBJECTS_AT, y, OBJECT_WIDTH, height);
        if small {
            sheet.text(OBJECTS_AT + 12, y + 17, "f", &format!("{} · {}", node.called, node.state), 46);
        } else {
            sheet.text(OBJECTS_AT + 12, y + 19, "b", &node.called, 36);
            sheet.text(OBJECTS_AT + 12, y + 36, "", &node.counts, 38);
            sheet.text(OBJECTS_AT + 12, y + 52, "f", &node.state, 44);
        }
        places.insert(node.no, y + if small { 13 } else { 20 });
        y += height + 10;
    }
    (places, y)
}

/// Nobody has a handle to it, and it is there all the same.
fn is_small(node: &Node, rows: &[(usize, ObjectNo)]) -> bool {
    !rows.iter().any(|(_, object)| *object == node.no)
        && (node.called.starts_with("Process ") || node.called.starts_with("Thread "))
}

/// Each object as high as the entries that point at it; what has none follows what it is tied to.
fn ordered<'g>(graph: &'g Graph, rows: &[(usize, ObjectNo)]) -> Vec<&'g Node> {
    let mean = |no: ObjectNo| {
        let heights: Vec<usize> =
            rows.iter().filter(|(_, object)| *object == no).map(|(height, _)| *height).collect();
        (!heights.is_empty()).then(|| heights.iter().sum::<usize>() / heights.len())
    };
    let key = |node: &Node| {
        let others = graph.ties.iter().filter_map(|(from, to, _)| match node.no {
            no if no == *from => mean(*to),
            no if no == *to => mean(*from),
            _ => None,
        });
        let tied = others.min();
        let (own, behind) = (mean(node.no), usize::from(mean(node.no).is_none()));
        (own.or(tied).unwrap_or(usize::MAX), behind, node.no)
    };
    let mut nodes: Vec<&Node> = graph.objects.iter().collect();
    nodes.sort_by_key(|node| key(node));
    nodes
}

/// What is drawn, arrows above everything else.
#[derive(Default)]
struct Sheet {
    body: String,
    arrows: String,
}

// Writing into a string cannot fail.
impl Sheet {
    fn rect(&mut self, class: &str, x: usize, y: usize, width: usize, height: usize) {
        let _ = writeln!(
            self.body,
            "<rect{} x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>",
            of(class)
        );
    }

    fn line(&mut self, path: &str) {
        let _ = writeln!(self.body, "<path class=\"l\" d=\"{path}\"/>");
    }

    fn arrow(&mut self, class: &str, tip: &str, path: &str, what: Option<&str>) {
        let title = what.map(|what| format!("<title>{}</title>", escape(what))).unwrap_or_default();
        let _ = writeln!(
            self.arrows,
            "<path{} marker-end=\"url(#{tip})\" d=\"{path}\">{title}</path>",
            of(class)
        );
    }

    /// A line of text, cut where its box ends.
    fn text(&mut self, x: usize, y: usize, class: &str, text: &str, most: usize) {
        if text.is_empty() {
            return;
        }
        let shown: String = if text.chars().count() > most {
            text.chars().take(most - 1).chain(['…']).collect()
        } else {
            text.to_owned()
        };
        let _ = writeln!(self.body, "<text x=\"{x}\" y=\"{y}\"{}>{}</text>", of(class), escape(&shown));
    }

    fn finish(&self, caption: &str, height: usize) -> String {
        let tip = |name: &str| {
            format!(
                "<marker id=\"{name}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
                 orient=\"auto\"><path class=\"{name}\" d=\"M0 0 8 4 0 8z\"/></marker>"
            )
        };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" \
             role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n<defs>{}{}</defs>\n\
             <rect width=\"100%\" height=\"100%\" style=\"fill:#fafaf7;stroke:none\"/>\n{}{}</svg>\n",
            escape(caption),
            tip("tip"),
            tip("tie"),
            self.body,
            self.arrows
        )
    }
}

fn of(class: &str) -> String {
    if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") }
}
