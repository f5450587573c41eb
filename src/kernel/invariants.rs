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
use std::fmt;

/// Something that must never be.
///
/// ```
/// use handlelab::kernel::ObjectNo;
/// use handlelab::kernel::invariants::Violation;
///
/// let (object, counted, found) = (ObjectNo(3), 2, 1);
/// let violation = Violation::HandleCount { object, counted, found };
/// assert!(violation.to_string().contains("#3"));
/// ```
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

/// How many handles and other references each living object has, by the object's slot: a slot has no two objects that live.
#[derive(Default)]
struct Tally {
    /// Those of a small system, which need no memory of their own.
    few: [(u32, u32); 16],
    more: Vec<(u32, u32)>,
}

impl Tally {
    fn of(&mut self, id: ObjectId) -> &mut (u32, u32) {
        let slot = slot(id) as usize;
        if slot < self.few.len() {
            return &mut self.few[slot];
        }
        if slot >= self.more.len() {
            self.more.resize(slot + 1, (0, 0));
        }
        &mut self.more[slot]
    }
}

impl Kernel {
    /// Everything that refers to an object, handles left out, kind by kind.
    pub fn references(&self) -> impl Iterator<Item = (ObjectId, Reference)> {
        let mut found = Vec::new();
        self.each_reference(|object, reference| found.push((object, reference)));
        found.sort_by_key(|(_, reference)| *reference);
        found.into_iter()
    }

    /// Visits the same, as it comes.
    fn each_reference(&self, mut visit: impl FnMut(ObjectId, Reference)) {
        for (_, record) in self.processes.iter() {
            if record.exit_code.is_none() {
                visit(record.object, Reference::Running);
            }
            record.views.iter().for_each(|view| visit(view.section, Reference::View(record.no)));
            record.jobs.iter().for_each(|job| visit(*job, Reference::Job(record.no)));
        }
        for (_, record) in self.threads.iter() {
            if record.exit_code.is_none() {
                visit(record.object, Reference::Running);
            }
            if let Some(process) = self.processes.get(record.process) {
                visit(process.object, Reference::ThreadOf(record.no));
            }
            let objects = record.wait.iter().flat_map(|wait| &wait.objects);
            objects.for_each(|object| visit(*object, Reference::Wait(record.no)));
        }
        self.names.iter().for_each(|(_, object)| visit(object, Reference::Name));
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
        let mut tally = Tally::default();
        for (_, record) in self.processes.iter() {
            let Some(table) = &record.table else { continue };
            table.each(|handle, entry| {
                if handle.0 % 0x400 == 0 {
                    found.push(Violation::HandleValue { value: handle.0 });
                }
                match self.objects.get(entry.object) {
                    Some(_) => tally.of(entry.object).0 += 1,
                    None => {
                        found.push(Violation::Dangling { by: format!("{}'s handle {handle}", record.name) });
                    }
                }
            });
        }
        self.each_reference(|object, reference| match self.objects.get(object) {
            Some(_) => tally.of(object).1 += 1,
            None => found.push(Violation::Dangling { by: format!("{reference:?}") }),
        });
        for (id, object) in self.objects.iter() {
            let header = &object.header;
            let (handles, others) = *tally.of(id);
            let all = handles + others;
            let (counted_handles, counted) = self.objects.counts(id);
            if counted_handles != handles {
                let (object, counted) = (header.no, counted_handles);
                found.push(Violation::HandleCount { object, counted, found: handles });
            }
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
        let (mut owned, mut queued) = (Vec::new(), Vec::new());
        for (thread, record) in self.threads.iter() {
            owned.extend(record.owned.iter().map(|id| (thread, *id, 1)));
            let waits_for = record.wait.iter().flat_map(|wait| &wait.objects);
            queued.extend(waits_for.map(|id| (thread, *id, 1)));
        }
        for (id, object) in self.objects.iter() {
            let owner = Mutant::of(&object.body).and_then(|mutex| mutex.owner);
            owned.extend(owner.map(|thread| (thread, id, -1)));
            queued.extend(object.header.waiters.iter().map(|thread| (*thread, id, -1)));
        }
        let no = |thread| self.threads.get(thread).map(|record| record.no).unwrap_or_default();
        found.extend(unbalanced(owned).into_iter().map(|id| Violation::Ownership { thread: no(id) }));
        found.extend(unbalanced(queued).into_iter().map(|id| Violation::Queue { thread: no(id) }));
    }
}

/// The threads of those pairs, of a thread and an object, that one side has written down more often than the other.
fn unbalanced(mut sides: Vec<(ThreadId, ObjectId, i32)>) -> Vec<ThreadId> {
    if sides.is_empty() {
        return Vec::new();
    }
    sides.sort_unstable();
    let pairs = sides.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1));
    let differing = pairs.filter(|pair| pair.iter().map(|(_, _, side)| side).sum::<i32>() != 0);
    differing.filter_map(|pair| pair.first().map(|(thread, _, _)| *thread)).collect()
}
