//! Do two calls depend on each other?
//!
//! Not if neither looked at or changed what the other changed: then it makes no difference which of them comes first. A
//! [`Footprint`] says what one call touched in one state; its [places](Kernel::places) have names that hold in every state.

use super::Kernel;
use super::ids::ObjectNo;
use super::store::{Store, slot};
use super::touched::{Notes, Touched, slot_of_name};
use slotmap::Key;

/// What was touched of one state. Two footprints can be compared if they start from the same state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Footprint {
    parts: [Touched; PARTS],
    /// Of each process whose table was touched, by its slot.
    tables: Vec<(u32, Touched)>,
}

const PARTS: usize = 9;

/// What exists in a state: nobody else can have touched what is made later.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Existing([u64; PARTS]);

/// A place that has the same name in every state, and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Place {
    Object(ObjectNo),
    Process(ObjectNo),
    Thread(ObjectNo),
    Pipe(ObjectNo),
    /// A file on the disk, by its path.
    Node(u32),
    /// A name in the directory.
    Name(u32),
    /// A file's name.
    Path(u32),
    /// An entry of a process's table.
    Entry(ObjectNo, u32),
    /// The list of free entries of a process's table.
    FreeEntries(ObjectNo),
    /// What exists of a kind at all.
    Set(u8),
    Clock,
    ClientIds,
}

impl Footprint {
    /// Does the order of the two matter?
    pub(crate) fn conflicts(&self, other: &Footprint) -> bool {
        let parts = self.parts.iter().zip(&other.parts).any(|(one, other)| one.conflicts(*other));
        parts
            || self.tables.iter().any(|(slot, one)| {
                other.tables.iter().any(|(process, other)| process == slot && one.conflicts(*other))
            })
    }
}

impl Kernel {
    fn notes(&self) -> [&Notes; PARTS] {
        let [paths, nodes] = self.files.notes();
        [
            self.objects.store().notes(),
            self.processes.notes(),
            self.threads.notes(),
            self.pipes.notes(),
            nodes,
            self.names.notes(),
            paths,
            self.clock.notes(),
            self.client_ids.notes(),
        ]
    }

    /// Begins a footprint: from here on nothing has been touched.
    pub(crate) fn touch_nothing(&self) {
        self.notes().into_iter().for_each(Notes::begin);
        self.processes
            .glance()
            .filter_map(|(_, record)| record.table.as_ref())
            .for_each(|table| table.notes().begin());
    }

    /// What exists now.
    pub(crate) fn existing(&self) -> Existing {
        let (objects, pipes) = (self.objects.store().slots(), self.pipes.slots());
        let (processes, threads) = (self.processes.slots(), self.threads.slots());
        let all = u64::MAX;
        Existing([objects, processes, threads, pipes, self.files.slots(), all, all, all, all])
    }

    /// What was touched since this kernel was copied from one in which that existed.
    pub(crate) fn footprint(&self, before: &Existing) -> Footprint {
        let notes = self.notes();
        let parts = std::array::from_fn(|part| notes[part].touched().within(before.0[part]));
        let tables = self.processes.glance().filter_map(|(id, record)| {
            let touched = record.table.as_ref()?.notes().touched();
            let existed = Touched::bit(slot(id)) & before.0[1] != 0;
            (existed && !touched.is_empty()).then(|| (slot(id), touched))
        });
        Footprint { parts, tables: tables.collect() }
    }

    /// Tells each place that was touched since this kernel was copied, and whether it was read and written.
    pub(crate) fn places(&self, before: &Kernel, tell: &mut dyn FnMut(Place, Touched)) {
        for kernel in [before, self] {
            let mut told = |touched: Touched, slot: u32, place: Place| {
                let bit = Touched::bit(slot);
                let here = Touched { read: touched.read & bit, written: touched.written & bit };
                if !here.is_empty() {
                    tell(place, here);
                }
            };
            let [objects, processes, threads, pipes, nodes, ..] = self.notes().map(Notes::touched);
            each(kernel.objects.store(), |slot, object| told(objects, slot, Place::Object(object.header.no)));
            each(&kernel.processes, |slot, record| told(processes, slot, Place::Process(record.no)));
            each(&kernel.threads, |slot, record| told(threads, slot, Place::Thread(record.no)));
            each(&kernel.pipes, |slot, pipe| told(pipes, slot, Place::Pipe(pipe.no)));
            kernel.files.each_node(|slot, path| told(nodes, slot, Place::Node(slot_of_name(path))));
        }
        let [.., names, paths, clock, ids] = self.notes().map(Notes::touched);
        Touched::each_slot(names, |bit, touched| tell(Place::Name(bit), touched));
        Touched::each_slot(paths, |bit, touched| tell(Place::Path(bit), touched));
        Touched::each_slot(clock, |_, touched| tell(Place::Clock, touched));
        Touched::each_slot(ids, |_, touched| tell(Place::ClientIds, touched));
        for (part, notes) in self.notes().into_iter().enumerate() {
            let set = notes.touched().set();
            if !set.is_empty() {
                tell(Place::Set(part as u8), set);
            }
        }
        for (_, record) in self.processes.glance() {
            let Some(table) = &record.table else { continue };
            let touched = table.notes().touched();
            Touched::each_slot(touched, |bit, touched| tell(Place::Entry(record.no, bit), touched));
            let list = touched.set();
            if !list.is_empty() {
                tell(Place::FreeEntries(record.no), list);
            }
        }
    }
}

fn each<K: Key, V>(store: &Store<K, V>, mut visit: impl FnMut(u32, &V)) {
    store.glance().for_each(|(key, value)| visit(slot(key), value));
}
