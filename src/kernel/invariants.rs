//! Is the kernel in a state that it can be in?
//!
//! Everything here is recounted from the tables and records, and compared with what the headers say.
//!
//! ```
//! use handlelab::kernel::{Kernel, Log, Options};
//!
//! let mut kernel = Kernel::new(Options::default());
//! kernel.start_process("p", &mut Log::quiet());
//! assert_eq!(kernel.violations(), []);
//! assert_eq!(kernel.references().count(), 3, "the process runs, the thread runs, and refers to its process");
//! ```

use super::Kernel;
use super::ids::{ObjectId, ObjectNo, ThreadId};
use super::object::Reference;
use super::objects::Typed;
use super::objects::mutant::Mutant;
use super::store::slot;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// Something that must never be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "invariant")]
#[non_exhaustive]
pub enum Violation {
    /// The handle count is not the number of entries that point at the object.
    HandleCount {
        /// The object.
        object: ObjectNo,
        /// What its header says.
        counted: u32,
        /// What the tables say.
        found: u32,
    },
    /// The pointer count is not the number of handles and other references.
    PointerCount {
        /// The object.
        object: ObjectNo,
        /// What its header says.
        counted: u32,
        /// What was found.
        found: u32,
    },
    /// An object lives though nothing refers to it.
    Unreferenced {
        /// The object.
        object: ObjectNo,
    },
    /// Something refers to an object that does not live.
    Dangling {
        /// What refers to it.
        by: String,
    },
    /// A name that finds an object without a handle, or another object than the one that bears it.
    Name {
        /// The name.
        name: String,
    },
    /// A mutex and a thread that do not agree whether the one owns the other.
    Ownership {
        /// The thread.
        thread: ObjectNo,
    },
    /// A thread that stands in the queue of an object that it does not wait for, or waits and does not stand there.
    Queue {
        /// The thread.
        thread: ObjectNo,
    },
    /// A handle value that no table can hold.
    HandleValue {
        /// The value.
        value: u64,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Violation::HandleCount { object, counted, found } => {
                write!(f, "object {object} counts {counted} handles, but {found} entries point at it")
            }
            Violation::PointerCount { object, counted, found } => {
                write!(f, "object {object} counts {counted} references, but it has {found}")
            }
            Violation::Unreferenced { object } => {
                write!(f, "object {object} lives though nothing refers to it")
            }
            Violation::Dangling { by } => write!(f, "{by} refers to an object that is no more"),
            Violation::Name { name } => {
                write!(f, "the name \"{name}\" finds an object that should not have it")
            }
            Violation::Ownership { thread } => {
                write!(f, "thread {thread} and the mutexes do not agree which of them it owns")
            }
            Violation::Queue { thread } => {
                write!(f, "thread {thread} does not stand in the queues of what it waits for")
            }
            Violation::HandleValue { value } => write!(f, "{value:#x} is a value that no handle can have"),
        }
    }
}

/// How many of something each living object has, by the object's slot: a slot has no two objects that live.
#[derive(Default)]
struct Tally(Vec<u32>);

impl Tally {
    fn add(&mut self, id: ObjectId) {
        let slot = slot(id) as usize;
        if slot >= self.0.len() {
            self.0.resize(slot + 1, 0);
        }
        self.0[slot] += 1;
    }

    fn of(&self, id: ObjectId) -> u32 {
        self.0.get(slot(id) as usize).copied().unwrap_or_default()
    }
}

impl Kernel {
    /// Everything that refers to an object, handles left out.
    pub fn references(&self) -> impl Iterator<Item = (ObjectId, Reference)> {
        let mut found = Vec::new();
        self.each_reference(|object, reference| found.push((object, reference)));
        found.into_iter()
    }

    /// Visits the same, kind by kind.
    fn each_reference(&self, mut visit: impl FnMut(ObjectId, Reference)) {
        let running_processes = self.processes.iter().filter(|(_, record)| record.exit_code.is_none());
        running_processes.for_each(|(_, record)| visit(record.object, Reference::Running));
        let running_threads = self.threads.iter().filter(|(_, record)| record.exit_code.is_none());
        running_threads.for_each(|(_, record)| visit(record.object, Reference::Running));
        for (_, record) in self.threads.iter() {
            if let Some(process) = self.processes.get(record.process) {
                visit(process.object, Reference::ThreadOf(record.no));
            }
        }
        for (_, record) in self.threads.iter() {
            let objects = record.wait.iter().flat_map(|wait| &wait.objects);
            objects.for_each(|object| visit(*object, Reference::Wait(record.no)));
        }
        self.names.iter().for_each(|(_, object)| visit(object, Reference::Name));
        for (_, record) in self.processes.iter() {
            record.views.iter().for_each(|view| visit(view.section, Reference::View(record.no)));
        }
        for (_, record) in self.processes.iter() {
            record.jobs.iter().for_each(|job| visit(*job, Reference::Job(record.no)));
        }
        for (id, object) in self.objects.iter() {
            let refers_to = object.object_type().spec().behaviour.refers_to;
            if let Some((object, reference)) = refers_to(self, id) {
                visit(object, reference);
            }
        }
    }

    /// Recounts everything; gives what is wrong. An empty answer is the only right one.
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        let (mut handles, mut references) = (Tally::default(), Tally::default());
        for (_, record) in self.processes.iter() {
            let Some(table) = &record.table else { continue };
            table.each(|handle, entry| {
                if handle.0 % 0x400 == 0 {
                    found.push(Violation::HandleValue { value: handle.0 });
                }
                match self.objects.get(entry.object) {
                    Some(_) => handles.add(entry.object),
                    None => {
                        found.push(Violation::Dangling { by: format!("{}'s handle {handle}", record.name) });
                    }
                }
            });
        }
        self.each_reference(|object, reference| match self.objects.get(object) {
            Some(_) => references.add(object),
            None => found.push(Violation::Dangling { by: format!("{reference:?}") }),
        });
        for (id, object) in self.objects.iter() {
            let header = &object.header;
            let handles = handles.of(id);
            let all = handles + references.of(id);
            let counted = self.objects.handle_count(id);
            if counted != handles {
                found.push(Violation::HandleCount { object: header.no, counted, found: handles });
            }
            let counted = self.objects.pointer_count(id);
            if counted != all {
                found.push(Violation::PointerCount { object: header.no, counted, found: all });
            }
            if all == 0 {
                found.push(Violation::Unreferenced { object: header.no });
            }
        }
        for (name, id) in self.names.iter() {
            let good = self.objects.header(id).is_some_and(|header| {
                header.name.as_ref() == Some(name) && (self.objects.handle_count(id) > 0 || header.permanent)
            });
            if !good {
                found.push(Violation::Name { name: name.to_string() });
            }
        }
        self.waits_and_mutexes(&mut found);
        found
    }

    /// What is written down twice, with the threads and with the objects, must be the same.
    fn waits_and_mutexes(&self, found: &mut Vec<Violation>) {
        let mut owned: BTreeMap<(ThreadId, ObjectId), i32> = BTreeMap::new();
        let mut queued = owned.clone();
        for (thread, record) in self.threads.iter() {
            record.owned.iter().for_each(|id| *owned.entry((thread, *id)).or_default() += 1);
            let waits_for = record.wait.iter().flat_map(|wait| &wait.objects);
            waits_for.for_each(|id| *queued.entry((thread, *id)).or_default() += 1);
        }
        for (id, object) in self.objects.iter() {
            let owner = Mutant::of(&object.body).and_then(|mutex| mutex.owner);
            owner.iter().for_each(|thread| *owned.entry((*thread, id)).or_default() -= 1);
            let waiters = object.header.waiters.iter();
            waiters.for_each(|thread| *queued.entry((*thread, id)).or_default() -= 1);
        }
        let no = |thread| self.threads.get(thread).map(|record| record.no).unwrap_or_default();
        let differs = |((thread, _), difference): (_, i32)| (difference != 0).then(|| no(thread));
        found.extend(owned.into_iter().filter_map(differs).map(|thread| Violation::Ownership { thread }));
        found.extend(queued.into_iter().filter_map(differs).map(|thread| Violation::Queue { thread }));
    }
}
