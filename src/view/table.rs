//! How is a handle table drawn?
//!
//! ```
//! use handlelab::kernel::Handle;
//! use handlelab::run::record;
//! use handlelab::scenario::Document;
//! use handlelab::view::{effects::Names, markup::Markup, table};
//!
//! let text = "process p\np: h = CreateEvent()\np: m = CreateMutex()\n";
//! let (_, trace) = record("a.hlab", &Document::read(text).expect("it can be read"));
//! let (mut names, mut out, mut same) = (Names::default(), Markup::default(), Markup::default());
//! trace.steps.iter().for_each(|step| names.learn_step(step));
//! let step = &trace.steps[2];
//! table::changed(step, &names, 80, &mut out);
//! assert!(out.plain().contains("    0x4     Event #3") && out.plain().contains("  * 0x8     Mutex #4"), "{}", out.plain());
//! let p = step.state.processes.iter().next().expect("a process");
//! table::draw(p, &step.state, &names, &[Handle(8)], 80, &mut same);
//! assert_eq!(out, same);
//! ```

use super::effects::{Names, count};
use super::markup::{Markup, Role};
use crate::kernel::{Effect, Handle};
use crate::run::trace::{HandleRow, ProcessState, Snapshot, TraceStep};

/// No table is drawn longer than this; what did not change is left out first.
const MOST_ROWS: usize = 16;
/// So many columns the rights have at least, and then the object.
const LEAST_ACCESS: usize = 16;
const LEAST_OBJECT: usize = 12;

/// Draws the tables of the processes in which a step changed something.
pub fn changed(step: &TraceStep, names: &Names, width: usize, out: &mut Markup) {
    for process in &step.state.processes {
        let changed: Vec<Handle> = step
            .effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::HandleOpened { process: of, handle, .. }
                | Effect::HandleChanged { process: of, handle, .. }
                | Effect::HandleClosed { process: of, handle, .. }
                    if *of == process.object =>
                {
                    Some(*handle)
                }
                _ => None,
            })
            .collect();
        if !changed.is_empty() && process.exit_code.is_none() {
            draw(process, &step.state, names, &changed, width, out);
        }
    }
}

/// Draws one table; rows whose handle is in `marked` are marked.
pub fn draw(
    process: &ProcessState,
    state: &Snapshot,
    names: &Names,
    marked: &[Handle],
    width: usize,
    out: &mut Markup,
) {
    if process.handles.is_empty() {
        out.push(Role::Faint, format!("      {}'s handle table is empty", process.name)).line();
        return;
    }
    // Of a long table only what changed is looked at at all.
    let all = process.handles.len() <= MOST_ROWS;
    let shown: Vec<&HandleRow> = match all {
        true => process.handles.iter().collect(),
        false => marked.iter().filter_map(|handle| process.handles.get(*handle)).collect(),
    };
    let rows: Vec<[String; 4]> = shown.iter().map(|row| cells(row, state, names)).collect();
    let flags_width = rows.iter().map(|row| row[3].chars().count()).max().unwrap_or(0);
    let room = width.saturating_sub(6 + 2 + 8 + 2 + 2 + flags_width);
    let object_width = rows.iter().map(|row| row[1].chars().count()).max().unwrap_or(0).clamp(6, 30);
    let object_width = object_width.min(room.saturating_sub(LEAST_ACCESS).max(LEAST_OBJECT));
    let access_width = room.saturating_sub(object_width).max(LEAST_ACCESS);
    let title = format!("{}'s handles", process.name);
    out.push(Role::Faint, format!("      {title}")).line();
    for (row, [handle, object, access, flags]) in shown.iter().zip(&rows) {
        let is_marked = marked.contains(&row.handle);
        let mark = if is_marked { "*" } else { " " };
        let role = if is_marked { Role::Strong } else { Role::Plain };
        let object = cut(object, object_width);
        let access = cut(access, access_width);
        let line =
            format!("      {mark} {handle:<7} {object:<object_width$}  {access:<access_width$}  {flags}");
        out.push(role, line.trim_end()).line();
    }
    let left_out = process.handles.len() - shown.len();
    if left_out > 0 {
        out.push(Role::Faint, format!("        … and {left_out} more that did not change")).line();
    }
}

fn cells(row: &HandleRow, state: &Snapshot, names: &Names) -> [String; 4] {
    let counts = state.object(row.object).map(|object| object.handle_count).unwrap_or_default();
    let mut flags = vec![count(counts, "handle")];
    if row.inherit {
        flags.push("inherit".to_owned());
    }
    if row.protect_from_close {
        flags.push("protect".to_owned());
    }
    [row.handle.to_string(), names.object(row.object), row.access.clone(), flags.join(", ")]
}

/// Cuts a text to a width: where it can, between two rights.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let ends = text.match_indices(" | ").map(|(at, _)| at);
    if let Some(end) = ends.filter(|at| at + 4 <= width).last() {
        return format!("{} | …", &text[..end]);
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}
