//! What is different between two moments, of one run or of two?
//!
//! ```
//! use handlelab::run::{history::History, record};
//! use handlelab::scenario::Document;
//! use handlelab::view::diff::{Scene, diff};
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\n";
//! let document = Document::read(text).expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! let history = History::of(&trace);
//! let scene = |line| Scene { trace: &trace, history: &history, moment: history.moment(Some(line)) };
//! assert!(diff(&scene(2), &scene(3)).plain().contains("Event"));
//! assert!(diff(&scene(2), &scene(2)).plain().contains("Nothing is different."));
//! ```

mod pairs;

use super::markup::{Markup, Role};
use crate::kernel::ObjectNo;
use crate::run::history::{History, Moment};
use crate::run::trace::{HandleRow, ObjectState, ProcessState, Snapshot, Trace};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// A moment of a run, to be compared with another.
#[derive(Clone, Copy)]
pub struct Scene<'t> {
    /// The run.
    pub trace: &'t Trace,
    /// Its lives.
    pub history: &'t History,
    /// The moment.
    pub moment: Moment,
}

impl<'t> Scene<'t> {
    fn state(&self) -> &'t Snapshot {
        static NOTHING: LazyLock<Snapshot> = LazyLock::new(Snapshot::default);
        self.trace.steps.get(self.moment).map_or(&NOTHING, |step| &*step.state)
    }
}

/// The objects, handles and files that came, went or changed from one moment to the other.
///
/// ```
/// use handlelab::run::{history::History, record};
/// use handlelab::scenario::Document;
/// use handlelab::view::diff::{Scene, diff};
///
/// let run = |text| record("a.hlab", &Document::read(text).expect("it can be read")).1;
/// let leaky = run("process p\np: h = CreateEvent()\np: m = CreateMutex()\n");
/// let clean = run("process p\np: h = CreateEvent()\np: m = CreateMutex()\np: CloseHandle(m)\n");
/// let [old, new] = [&leaky, &clean].map(|trace| (trace, History::of(trace)));
/// let [old, new] = [&old, &new].map(|(trace, history)| Scene { trace, history, moment: history.moment(None) });
/// assert!(diff(&old, &new).plain().contains("- Mutex #4"), "runs of two files can be compared as well");
/// ```
pub fn diff(old: &Scene, new: &Scene) -> Markup {
    let comparison = Comparison { old, new, pairs: pairs::pairs(old, new) };
    let mut out = Markup::default();
    let place = |scene: &Scene| format!("{}, {}", scene.trace.file, scene.history.place(scene.moment));
    out.push(Role::Faint, format!("from  {}", place(old))).line();
    out.push(Role::Faint, format!("to    {}", place(new))).line();
    let before = out.clone();
    comparison.section("Objects", comparison.objects(), &mut out);
    for (name, lines) in comparison.tables() {
        comparison.section(&format!("{name}'s handles"), lines, &mut out);
    }
    comparison.section("Files on the disk", comparison.files(), &mut out);
    if out == before {
        out.line().push(Role::Good, "Nothing is different.").line();
    }
    out
}

struct Comparison<'c, 't> {
    old: &'c Scene<'t>,
    new: &'c Scene<'t>,
    pairs: BTreeMap<ObjectNo, ObjectNo>,
}

type Line = (Role, String);

fn came(text: impl std::fmt::Display) -> Line {
    (Role::New, format!("+ {text}"))
}

fn went(text: impl std::fmt::Display) -> Line {
    (Role::Gone, format!("- {text}"))
}

fn changed(what: impl std::fmt::Display, changes: &[String]) -> Option<Line> {
    (!changes.is_empty()).then(|| (Role::Plain, format!("~ {what}: {}", changes.join("; "))))
}

/// `what old -> new`, when they differ.
fn change<T: PartialEq + std::fmt::Display>(what: &str, old: T, new: T) -> Option<String> {
    (old != new).then(|| format!("{what} {old} -> {new}"))
}

impl Comparison<'_, '_> {
    fn section(&self, title: &str, lines: Vec<Line>, out: &mut Markup) {
        if lines.is_empty() {
            return;
        }
        out.line().push(Role::Strong, title).line();
        for (role, line) in lines {
            out.push(role, format!("  {line}")).line();
        }
    }

    fn objects(&self) -> Vec<Line> {
        let paired: BTreeSet<ObjectNo> = self.pairs.values().copied().collect();
        let mut lines = Vec::new();
        for object in &self.old.state().objects {
            let called = self.old.history.called(object.object);
            match self.pairs.get(&object.object).and_then(|no| self.new.state().object(*no)) {
                Some(other) => lines.extend(changed(called, &object_changes(object, other))),
                None => lines.push(went(called)),
            }
        }
        let fresh = self.new.state().objects.iter().filter(|object| !paired.contains(&object.object));
        lines.extend(fresh.map(|object| {
            let counts = format!("handles {}, references {}", object.handle_count, object.pointer_count);
            came(format!("{} ({counts})", self.new.history.called(object.object)))
        }));
        lines
    }

    /// The processes of both moments with what is different in their tables.
    fn tables(&self) -> Vec<(String, Vec<Line>)> {
        let (old, new) = (self.old.state(), self.new.state());
        let mut tables = Vec::new();
        let mut paired = BTreeSet::new();
        for process in &old.processes {
            let other = self.pairs.get(&process.object).and_then(|no| new.processes.get(*no));
            paired.extend(other.map(|process| process.object));
            tables.push((process.name.to_string(), self.rows(Some(process), other)));
        }
        for process in &new.processes {
            if !paired.contains(&process.object) {
                tables.push((process.name.to_string(), self.rows(None, Some(process))));
            }
        }
        tables
    }

    fn rows(&self, old: Option<&ProcessState>, new: Option<&ProcessState>) -> Vec<Line> {
        let rows = |process: Option<&'_ ProcessState>| -> Vec<HandleRow> {
            process.map(|process| process.handles.iter().cloned().collect()).unwrap_or_default()
        };
        let (old, new) = (rows(old), rows(new));
        let partner = self.partners(&old, &new);
        let mut lines = Vec::new();
        for (at, row) in old.iter().enumerate() {
            let what = tell(row, &self.old.history.called(row.object));
            match partner.get(&at) {
                Some(other) => lines.extend(changed(what, &row_changes(row, &new[*other]))),
                None => lines.push(went(format!("{what}  {}", rights(row)))),
            }
        }
        let taken: BTreeSet<usize> = partner.into_values().collect();
        for (_, row) in new.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
            lines.push(came(format!("{}  {}", tell(row, &self.new.history.called(row.object)), rights(row))));
        }
        lines
    }

    /// The same value for the same object is the same entry; between two runs the value may be another.
    fn partners(&self, old: &[HandleRow], new: &[HandleRow]) -> BTreeMap<usize, usize> {
        let mut free: BTreeMap<(ObjectNo, u64), usize> =
            new.iter().enumerate().map(|(at, row)| ((row.object, row.handle.0), at)).collect();
        let mut partners = BTreeMap::new();
        for (at, row) in old.iter().enumerate() {
            let Some(object) = self.pairs.get(&row.object) else { continue };
            partners.extend(free.remove(&(*object, row.handle.0)).map(|other| (at, other)));
        }
        if std::ptr::eq(self.old.trace, self.new.trace) {
            return partners;
        }
        for (at, row) in old.iter().enumerate() {
            let Some(object) = self.pairs.get(&row.object) else { continue };
            if partners.contains_key(&at) {
                continue;
            }
            let next = free.range((*object, 0)..=(*object, u64::MAX)).next().map(|(key, _)| *key);
            partners.extend(next.and_then(|key| free.remove(&key)).map(|other| (at, other)));
        }
        partners
    }

    fn files(&self) -> Vec<Line> {
        let (old, new) = (&self.old.state().files, &self.new.state().files);
        let gone = old.iter().filter(|file| !new.contains(file)).map(went);
        gone.chain(new.iter().filter(|file| !old.contains(file)).map(came)).collect()
    }
}

fn tell(row: &HandleRow, called: &str) -> String {
    format!("{} -> {called}", row.handle)
}

fn rights(row: &HandleRow) -> String {
    let inherit = if row.inherit { ", inheritable" } else { "" };
    let protect = if row.protect_from_close { ", protected from closing" } else { "" };
    format!("{}{inherit}{protect}", row.access)
}

fn object_changes(old: &ObjectState, new: &ObjectState) -> Vec<String> {
    let name = |object: &ObjectState| match &object.name {
        Some(name) if object.named => format!("\"{name}\""),
        _ => "none".to_owned(),
    };
    let changes = [
        change("handles", old.handle_count, new.handle_count),
        change("references", old.pointer_count, new.pointer_count),
        change("name", name(old), name(new)),
        change("state", &old.state, &new.state),
    ];
    changes.into_iter().flatten().collect()
}

fn row_changes(old: &HandleRow, new: &HandleRow) -> Vec<String> {
    let yes = |flag: bool| if flag { "yes" } else { "no" };
    let changes = [
        change("value", old.handle, new.handle),
        change("rights", &old.access, &new.access),
        change("inheritable", yes(old.inherit), yes(new.inherit)),
        change("protected", yes(old.protect_from_close), yes(new.protect_from_close)),
    ];
    changes.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
