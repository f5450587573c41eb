//! Who points at what at one moment: what every picture of handle tables and objects is drawn from?

use super::Run;
use super::effects::count;
use crate::kernel::{ObjectNo, Reference};
use crate::run::history::History;
use crate::run::trace::ObjectState;

/// The picture before it is drawn.
pub(super) struct Graph {
    pub(super) title: String,
    /// Of which file, behind which line.
    pub(super) place: String,
    pub(super) lanes: Vec<Lane>,
    pub(super) objects: Vec<Node>,
    /// From one object to another that it keeps, with what the tie is.
    pub(super) ties: Vec<(ObjectNo, ObjectNo, &'static str)>,
}

/// A process with its table.
pub(super) struct Lane {
    pub(super) process: ObjectNo,
    pub(super) title: String,
    pub(super) rows: Vec<Row>,
}

/// An entry.
pub(super) struct Row {
    pub(super) handle: String,
    pub(super) held: String,
    pub(super) access: String,
    pub(super) flags: String,
    pub(super) object: ObjectNo,
}

/// An object.
pub(super) struct Node {
    pub(super) no: ObjectNo,
    pub(super) called: String,
    pub(super) counts: String,
    pub(super) state: String,
}

impl Graph {
    pub(super) fn of(run: &Run<'_>) -> Graph {
        let history = run.history;
        let place = format!("{}, behind {}", run.trace.file, history.place(run.moment));
        let title = run.trace.title.clone().unwrap_or_default();
        let mut graph = Graph { title, place, lanes: Vec::new(), objects: Vec::new(), ties: Vec::new() };
        let Some(step) = run.trace.steps.get(run.moment) else { return graph };
        let holders = history.holders(run.moment);
        for process in &step.state.processes {
            let rows = process.handles.iter().map(|row| {
                let entry = history.entry_at(process.object, row.handle, run.moment);
                let held = entry.and_then(|entry| holders.get(&entry)).map(|names| own(names, &process.name));
                let flags = [(row.inherit, "inherit"), (row.protect_from_close, "protect")];
                let flags: Vec<&str> = flags.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
                Row {
                    handle: row.handle.to_string(),
                    held: held.unwrap_or_default(),
                    access: if row.access == "0" { "no right at all".to_owned() } else { row.access.clone() },
                    flags: flags.join(", "),
                    object: row.object,
                }
            });
            let title = match process.exit_code {
                Some(code) => format!("{} (ended with {code})", process.name),
                None => format!("{} (pid {})", process.name, process.pid),
            };
            graph.lanes.push(Lane { process: process.object, title, rows: rows.collect() });
        }
        for object in &step.state.objects {
            graph.objects.push(Node {
                no: object.object,
                called: history.called(object.object),
                counts: format!(
                    "{}, {}",
                    count(object.handle_count, "handle"),
                    count(object.pointer_count, "reference")
                ),
                state: state(object, history),
            });
            for reference in &object.references {
                let (from, what) = match *reference {
                    Reference::Wait(thread) => (thread, "waits for"),
                    Reference::View(process) => (process, "has a view of"),
                    Reference::Section(section) => (section, "maps"),
                    Reference::Job(process) => (process, "runs in"),
                    Reference::ThreadOf(thread) => (thread, "thread of"),
                    Reference::Handle | Reference::Running | Reference::Name => continue,
                };
                graph.ties.push((from, object.object, what));
            }
        }
        graph
    }
}

/// What an object is in, and whether it has lost the name by which it is called.
fn state(object: &ObjectState, history: &History) -> String {
    let had_a_name = history.objects.get(&object.object).is_some_and(|life| life.name.is_some());
    let lost = (had_a_name && !object.named).then_some("its name is gone");
    let parts = [Some(&*object.state).filter(|state| !state.is_empty()), lost];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The variables that hold a handle; beside its own table a variable needs no process in front.
fn own(names: &[&str], process: &str) -> String {
    let own = |name: &&str| {
        let rest = name.strip_prefix(process).and_then(|rest| rest.strip_prefix('.'));
        rest.unwrap_or(name).to_owned()
    };
    names.iter().map(own).collect::<Vec<_>>().join(", ")
}

impl Graph {
    /// The title and the place in one line.
    pub(super) fn caption(&self) -> String {
        if self.title.is_empty() { self.place.clone() } else { format!("{} ({})", self.title, self.place) }
    }
}
