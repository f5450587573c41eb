//! How is one moment drawn as a picture, such as one would put in a book?
//!
//! Tables at the left, objects at the right, in an order in which few arrows cross. What nobody has a handle to is drawn
//! small, beside what it belongs to.
//!
//! ```
//! use handlelab::run::{history::History, record};
//! use handlelab::scenario::Document;
//! use handlelab::view::{Run, svg::svg};
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\n";
//! let document = Document::read(text).expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! let history = History::of(&trace);
//! let run = Run { source: text, trace: &trace, history: &history, moment: history.moment(Some(2)) };
//! assert!(svg(&run)?.contains("<svg"));
//! # Ok::<(), serde_json::Error>(())
//! ```

mod letters;
mod sheet;
mod ties;

use super::Run;
use super::graph::{Graph, Lane, Node};
use crate::kernel::ObjectNo;
use letters::{Font, lines};
use sheet::Sheet;
use std::collections::HashMap;
use ties::Tie;

const LEFT: usize = 20;
const LANE_WIDTH: usize = 380;
const OBJECTS_AT: usize = 500;
const OBJECT_WIDTH: usize = 270;
const OBJECTS_END: usize = OBJECTS_AT + OBJECT_WIDTH;
/// What a box keeps free at its left and right.
const INSET: usize = 12;
/// Where the variable and the rights stand in a row.
const HELD_AT: usize = 68;
const HEAD: usize = 28;
/// Room for `inherit, protect`.
const FLAGS: usize = 110;
/// A row with one line of rights, and each further line.
const ROW: usize = 36;
const LINE: usize = 14;
/// The picture.
///
/// # Errors
/// None; all views have this type.
pub fn svg(run: &Run<'_>) -> serde_json::Result<String> {
    let graph = Graph::of(run);
    let mut sheet = Sheet::default();
    let mut y = 28;
    for line in lines(&graph.title, OBJECTS_END - LEFT, Font::of("b")) {
        sheet.text(LEFT, y, "b", &line, OBJECTS_END);
        y += 18;
    }
    sheet.text(LEFT, y, "f", &graph.place, OBJECTS_END);
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
    let ties = graph
        .ties
        .iter()
        .filter_map(|(from, to, what)| Some(Tie { from: *places.get(from)?, to: *places.get(to)?, what }));
    let width = ties::draw(ties.collect(), OBJECTS_END, &mut sheet);
    Ok(sheet.finish(&graph.caption(), width, left.max(right) + 8))
}

/// Draws the tables; gives the height of each row with the object that it points at, and where the last table ends.
fn lanes(graph: &Graph, top: usize, sheet: &mut Sheet) -> (Vec<(usize, ObjectNo)>, usize) {
    let (mut y, mut rows) = (top, Vec::new());
    for lane in &graph.lanes {
        y = table(lane, y, sheet, &mut rows) + 14;
    }
    (rows, y)
}

/// Draws one table; gives where it ends.
fn table(lane: &Lane, top: usize, sheet: &mut Sheet, rows: &mut Vec<(usize, ObjectNo)>) -> usize {
    let rights_room = LANE_WIDTH - HELD_AT - INSET;
    let rights: Vec<_> = lane.rows.iter().map(|row| lines(&row.access, rights_room, Font::of("f"))).collect();
    let height = |lines: &Vec<String>| ROW + LINE * lines.len().saturating_sub(1);
    let all: usize = rights.iter().map(height).sum();
    let end = top + HEAD + if lane.rows.is_empty() { 24 } else { all };
    sheet.rect("", LEFT, top, LANE_WIDTH, end - top);
    sheet.rect("h", LEFT + 1, top + 1, LANE_WIDTH - 2, HEAD - 2);
    sheet.text(LEFT + INSET, top + 18, "b", &lane.title, LANE_WIDTH - 2 * INSET);
    if lane.rows.is_empty() {
        sheet.text(LEFT + INSET, top + HEAD + 16, "f", "no handles", LANE_WIDTH - 2 * INSET);
    }
    let mut y = top + HEAD;
    for (row, rights) in lane.rows.iter().zip(&rights) {
        if y > top + HEAD {
            sheet.line(&format!("M{LEFT} {y}H{}", LEFT + LANE_WIDTH));
        }
        sheet.text(LEFT + INSET, y + 15, "v", &row.handle, HELD_AT - INSET);
        let (class, held) = if row.held.is_empty() { ("f", "in no variable") } else { ("", &*row.held) };
        sheet.text(LEFT + HELD_AT, y + 15, class, held, LANE_WIDTH - HELD_AT - INSET - FLAGS);
        sheet.text(LEFT + LANE_WIDTH - INSET, y + 15, "f e", &row.flags, FLAGS);
        for (at, line) in rights.iter().enumerate() {
            sheet.text(LEFT + HELD_AT, y + 30 + LINE * at, "f", line, rights_room);
        }
        rows.push((y + height(rights) / 2, row.object));
        y += height(rights);
    }
    end
}

/// Draws the objects; gives the height at which arrows meet each of them, and where the last one ends.
fn objects(
    graph: &Graph,
    rows: &[(usize, ObjectNo)],
    top: usize,
    sheet: &mut Sheet,
) -> (HashMap<ObjectNo, usize>, usize) {
    let (mut y, mut places) = (top, HashMap::new());
    let (x, room) = (OBJECTS_AT + INSET, OBJECT_WIDTH - 2 * INSET);
    for node in ordered(graph, rows) {
        let small = is_small(node, rows);
        let height = if small { 26 } else { 62 };
        sheet.rect(if small { "q" } else { "" }, OBJECTS_AT, y, OBJECT_WIDTH, height);
        if small {
            sheet.text(x, y + 17, "f", &format!("{} · {}", node.called, node.state), room);
        } else {
            sheet.text(x, y + 19, "b", &node.called, room);
            sheet.text(x, y + 36, "", &node.counts, room);
            sheet.text(x, y + 52, "f", &node.state, room);
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
