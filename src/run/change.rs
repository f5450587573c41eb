//! What is different between two states of a run?
//!
//! A [`Change`] names the rows that came, went or are otherwise now, so that a long run can be written without writing its
//! whole state at every step. Whoever reads it starts with the first state and takes one change after the other.
//!
//! ```
//! use handlelab::run::{change::Change, record};
//! use handlelab::scenario::Document;
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\n";
//! let document = Document::read(text).expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! let change = Change::between(&trace.steps[0].state, &trace.steps[1].state);
//! assert!(!change.is_empty());
//! assert!(Change::between(&trace.steps[0].state, &trace.steps[0].state).is_empty());
//! ```

use super::rows::Rows;
use super::trace::{HandleRow, ObjectState, ProcessState, Snapshot};
use crate::kernel::{Handle, ObjectNo};
use serde::Serialize;
use smol_str::SmolStr;
use std::sync::Arc;

/// What is different from the state before. A list that is empty is not written. First take away what is gone, then put each
/// row in the place of the one with the same key, if there is one.
///
/// ```
/// use handlelab::kernel::Handle;
/// use handlelab::run::{change::Change, record};
/// use handlelab::scenario::Document;
///
/// let text = "process p, q\np: h = CreateEvent(lpName: \"Go\")\n\
///             q: h = OpenEvent(SYNCHRONIZE, FALSE, \"Go\")\np: CloseHandle(h)\n";
/// let (_, trace) = record("a.hlab", &Document::read(text).expect("it can be read"));
/// let change = Change::between(&trace.steps[2].state, &trace.steps[3].state);
/// assert_eq!((change.handles_gone.len(), change.handles_gone[0].handle), (1, Handle(4)));
/// assert!(change.objects_gone.is_empty(), "q has the event open");
/// assert_eq!(change.objects[0].handle_count, 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The clock, if it moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<u64>,
    /// Processes whose objects are gone, and their tables with them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub processes_gone: Vec<ObjectNo>,
    /// Processes that are new, or have ended: by `object`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub processes: Vec<ProcessChange>,
    /// Entries that are gone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub handles_gone: Vec<EntryGone>,
    /// Entries that are new or otherwise: by `process` and `handle`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub handles: Vec<EntryChange>,
    /// Objects that are gone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub objects_gone: Vec<ObjectNo>,
    /// Objects that are new or otherwise: by `object`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<ObjectState>,
    /// The names of all files on the disk, if there are others now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<Arc<[SmolStr]>>,
}

/// A process as it is now, without its table.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ProcessChange {
    /// Its object.
    pub object: ObjectNo,
    /// Its name.
    pub name: SmolStr,
    /// Its id.
    pub pid: u32,
    /// Its exit code, once it has ended.
    pub exit_code: Option<u32>,
}

/// An entry that is no longer in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EntryGone {
    /// Whose table.
    pub process: ObjectNo,
    /// The value.
    pub handle: Handle,
}

/// An entry as it is now.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EntryChange {
    /// Whose table.
    pub process: ObjectNo,
    /// The entry.
    #[serde(flatten)]
    pub row: HandleRow,
}

impl Change {
    /// What leads from one state to another.
    pub fn between(old: &Snapshot, new: &Snapshot) -> Change {
        let none = Rows::default();
        let mut change = Change {
            now: (old.now != new.now).then_some(new.now),
            processes_gone: old.processes.missing(&new.processes).collect(),
            objects_gone: old.objects.missing(&new.objects).collect(),
            objects: new.objects.news(&old.objects).cloned().collect(),
            files: (old.files != new.files).then(|| Arc::clone(&new.files)),
            ..Change::default()
        };
        for process in new.processes.news(&old.processes) {
            let before = old.processes.get(process.object);
            let now = head(process);
            if before.map(head).as_ref() != Some(&now) {
                change.processes.push(now);
            }
            let table = before.map_or(&none, |before| &before.handles);
            let gone = table.missing(&process.handles);
            change.handles_gone.extend(gone.map(|handle| EntryGone { process: process.object, handle }));
            let rows = process.handles.news(table).cloned();
            change.handles.extend(rows.map(|row| EntryChange { process: process.object, row }));
        }
        change
    }

    /// Is nothing different?
    pub fn is_empty(&self) -> bool {
        *self == Change::default()
    }
}

fn head(process: &ProcessState) -> ProcessChange {
    let ProcessState { object, name, pid, exit_code, .. } = process;
    ProcessChange { object: *object, name: name.clone(), pid: *pid, exit_code: *exit_code }
}
