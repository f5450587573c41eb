//! What does the whole state look like now?
//!
//! It is kept from step to step; only what a step's effects tell of is looked at again.

use super::trace::{HandleRow, ObjectState, ProcessState, Snapshot};
use crate::kernel::{Effect, Handle, HandleEntry, Kernel, Object, ObjectId, ObjectNo, Reference};
use std::collections::{BTreeSet, HashMap};

/// The whole state, without knowing of an earlier one.
pub(crate) fn take(kernel: &Kernel) -> Snapshot {
    let mut keeper = Keeper::default();
    keeper.everything(kernel);
    keeper.state
}

/// Keeps the state of one kernel up to date.
#[derive(Default)]
pub(crate) struct Keeper {
    state: Snapshot,
    ids: HashMap<ObjectNo, ObjectId>,
    newest: Option<ObjectNo>,
}

/// What a step touched.
#[derive(Default)]
struct Touched {
    entries: BTreeSet<(ObjectNo, Handle)>,
    objects: BTreeSet<ObjectNo>,
    created: bool,
    references: bool,
    files: bool,
    /// Something whose traces may be anywhere: time, threads, data.
    everything: bool,
}

impl Keeper {
    /// The state behind a step with these effects.
    pub(crate) fn after(&mut self, kernel: &Kernel, effects: &[Effect]) -> Snapshot {
        let touched = Touched::by(effects);
        if touched.everything {
            self.everything(kernel);
        } else if !effects.is_empty() {
            self.touched(kernel, &touched);
        }
        #[cfg(test)]
        assert_eq!(self.state, take(kernel), "the effects tell of everything");
        self.state.clone()
    }

    fn touched(&mut self, kernel: &Kernel, touched: &Touched) {
        if touched.created {
            self.learn_ids(kernel);
        }
        if touched.files {
            self.files(kernel);
        }
        for (process, handle) in &touched.entries {
            self.entry(kernel, *process, *handle);
        }
        let references = touched.references.then(|| references(kernel, |no| touched.objects.contains(&no)));
        for no in &touched.objects {
            let object = self.ids.get(no).and_then(|id| Some((*id, kernel.objects().get(*id)?)));
            let Some((id, object)) = object else {
                self.ids.remove(no);
                self.state.objects.remove(*no);
                self.state.processes.remove(*no);
                continue;
            };
            let references = match &references {
                Some(references) => references.get(no).cloned().unwrap_or_default(),
                None => self.state.objects.get(*no).map(|old| old.references.clone()).unwrap_or_default(),
            };
            self.state.objects.put(describe(kernel, id, object, references));
        }
    }

    /// Looks at one entry of one table.
    fn entry(&mut self, kernel: &Kernel, process: ObjectNo, handle: Handle) {
        let Some((_, record)) = kernel.processes().find(|(_, record)| record.no == process) else { return };
        let Some(mut known) = self.state.processes.get(process).cloned() else { return };
        let entry = record.table.as_ref().and_then(|table| table.get(handle));
        match entry.and_then(|entry| row(kernel, handle, entry)) {
            Some(row) => known.handles.put(row),
            None => known.handles.remove(handle),
        }
        self.state.processes.put(known);
    }

    /// Looks at everything, and shares what is as it was.
    fn everything(&mut self, kernel: &Kernel) {
        self.state.now = kernel.now();
        self.learn_ids(kernel);
        self.files(kernel);
        let processes = kernel.processes().map(|(_, record)| {
            let known = self.state.processes.get(record.no);
            let mut handles = known.map(|known| known.handles.clone()).unwrap_or_default();
            let entries = record.table.iter().flat_map(|table| table.iter());
            handles.turn_into(entries.filter_map(|(handle, entry)| row(kernel, handle, entry)).collect());
            ProcessState {
                object: record.no,
                name: record.name.clone(),
                pid: record.pid,
                exit_code: record.exit_code,
                handles,
            }
        });
        let processes = processes.collect();
        self.state.processes.turn_into(processes);
        self.ids.retain(|_, id| kernel.objects().get(*id).is_some());
        let mut references = references(kernel, |_| true);
        let objects = self.ids.iter().filter_map(|(no, id)| {
            let object = kernel.objects().get(*id)?;
            Some(describe(kernel, *id, object, references.remove(no).unwrap_or_default()))
        });
        let objects = objects.collect();
        self.state.objects.turn_into(objects);
    }

    /// Numbers only grow: what is older than the newest is known.
    fn learn_ids(&mut self, kernel: &Kernel) {
        let newest = self.newest;
        for (id, object) in kernel.objects().iter() {
            let no = object.header.no;
            if newest.is_none_or(|newest| no > newest) {
                self.ids.insert(no, id);
                self.newest = self.newest.max(Some(no));
            }
        }
    }

    fn files(&mut self, kernel: &Kernel) {
        self.state.files = kernel.files().iter().map(|node| node.path.clone()).collect();
    }
}

impl Touched {
    fn by(effects: &[Effect]) -> Touched {
        let mut touched = Touched::default();
        for effect in effects {
            touched.learn(effect);
        }
        touched
    }

    fn learn(&mut self, effect: &Effect) {
        match effect {
            Effect::ObjectCreated { object, .. } => {
                self.created = true;
                self.objects.insert(*object);
            }
            Effect::NameAdded { object, .. }
            | Effect::NameRemoved { object, .. }
            | Effect::ObjectDeleted { object }
            | Effect::StateChanged { object, .. } => {
                self.objects.insert(*object);
            }
            Effect::HandleOpened { process, handle, object, .. }
            | Effect::HandleClosed { process, handle, object, .. } => {
                self.entries.insert((*process, *handle));
                self.objects.insert(*object);
            }
            Effect::HandleChanged { process, handle, .. } => {
                self.entries.insert((*process, *handle));
            }
            Effect::ReferenceTaken { object, reference, .. }
            | Effect::ReferenceDropped { object, reference, .. } => {
                self.references |= *reference != Reference::Handle;
                self.objects.insert(*object);
            }
            Effect::FileCreated { .. } | Effect::FileDeleted { .. } => self.files = true,
            _ => self.everything = true,
        }
    }
}

fn references(kernel: &Kernel, wanted: impl Fn(ObjectNo) -> bool) -> HashMap<ObjectNo, Vec<Reference>> {
    let mut references: HashMap<ObjectNo, Vec<Reference>> = HashMap::new();
    for (object, reference) in kernel.references() {
        let no = kernel.objects().header(object).map(|header| header.no);
        if let Some(no) = no.filter(|no| wanted(*no)) {
            references.entry(no).or_default().push(reference);
        }
    }
    references.values_mut().for_each(|references| references.sort());
    references
}

fn row(kernel: &Kernel, handle: Handle, entry: &HandleEntry) -> Option<HandleRow> {
    let object = kernel.objects().get(entry.object)?;
    Some(HandleRow {
        handle,
        object: object.header.no,
        granted_access: entry.granted_access,
        access: object.object_type().access_in_words(entry.granted_access),
        inherit: entry.attributes.inherit,
        protect_from_close: entry.attributes.protect_from_close,
    })
}

fn describe(kernel: &Kernel, id: ObjectId, object: &Object, references: Vec<Reference>) -> ObjectState {
    let header = &object.header;
    let name = header.name.as_ref().map(ToString::to_string);
    ObjectState {
        object: header.no,
        object_type: object.object_type(),
        named: name.is_some(),
        name: name.or_else(|| kernel.label_of(id).map(Into::into)),
        handle_count: kernel.objects().handle_count(id),
        pointer_count: kernel.objects().pointer_count(id),
        references,
        state: kernel.state_of(id),
    }
}

#[cfg(test)]
mod tests {
    use crate::run::record;
    use crate::scenario::Document;
    use std::fs;
    use std::path::Path;

    fn recorded(folder: &Path) -> usize {
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths
            .map(|path| match path.extension() {
                _ if path.is_dir() => recorded(&path),
                Some(ending) if ending == "hlab" => {
                    let document = Document::read(fs::read_to_string(&path).unwrap());
                    document.map_or(0, |document| record("", &document).1.steps.len())
                }
                _ => 0,
            })
            .sum()
    }

    /// The keeper itself compares its state with the whole one after every step.
    #[test]
    fn what_the_effects_tell_is_all_that_changes_in_any_scenario() {
        let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        assert!(recorded(&scenarios) > 5_000);
    }
}
