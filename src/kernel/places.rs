//! What did a call touch, and what is there now?
//!
//! A kernel is made of places. Each has a name that holds in every state, and what is there has a number that stays the same
//! until somebody writes there. So two calls do not depend on each other if neither looks at what the other changes, and a
//! call does the same wherever it finds the same at the places that it touches.

use super::Kernel;
use super::canonical::{Canonical, Sink};
use super::ids::ObjectNo;
use super::prints::print_of;
use super::store::{Store, slot};
use super::table::HandleTable;
use super::touched::{Notes, Touched, slot_of_name};
use super::{ProcessRecord, ThreadRecord};
use slotmap::Key;
use std::collections::BTreeMap;

/// A place of a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Place {
    /// An object, its counts left aside.
    Object(ObjectNo),
    /// How many handles and references an object has.
    Counts(ObjectNo),
    /// A process, its table left aside.
    Process(ObjectNo),
    /// A thread, its last error left aside.
    Thread(ObjectNo),
    LastError(ObjectNo),
    Pipe(ObjectNo),
    /// The files with a path, by its number.
    Node(u32),
    /// Some names of the directory.
    Name(u32),
    /// Some names of files.
    Path(u32),
    /// Some entries of a process's table.
    Entry(ObjectNo, u32),
    /// The list of free entries of a process's table.
    FreeEntries(ObjectNo),
    /// What exists of a kind at all.
    Set(u8),
    Clock,
    ClientIds,
}

impl Place {
    /// Do two that write here without looking come to the same in either order? Each only adds something.
    pub(crate) fn only_grows(self) -> bool {
        matches!(self, Place::Set(_) | Place::Counts(_))
    }
}

/// A place that was touched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    pub(crate) place: Place,
    pub(crate) touched: Touched,
    /// What is there did not exist before, so nobody else can have touched it.
    pub(crate) new: bool,
    /// The number of what is there now, if it was written; 0 if there is nothing.
    pub(crate) print: u128,
}

/// The places that were touched, while they are collected.
struct Visits<'k> {
    kernel: &'k Kernel,
    before: Option<&'k Kernel>,
    found: Vec<Visit>,
    bytes: Vec<u8>,
}

impl Kernel {
    /// Lets every store note from now on what is touched, here and in copies.
    pub(crate) fn note_what_is_touched(&self) {
        let [paths, nodes] = self.files.notes();
        let stores = [
            self.objects.store().notes(),
            self.objects.count_notes(),
            self.processes.notes(),
            self.threads.notes(),
            self.pipes.notes(),
        ];
        stores.into_iter().for_each(Notes::begin);
        let others = [paths, nodes, self.names.notes(), self.clock.notes(), self.client_ids.notes()];
        others.into_iter().chain([&self.last_errors]).for_each(Notes::begin);
        let tables = self.processes.glance().filter_map(|(_, record)| record.table.as_ref());
        tables.for_each(|table| table.notes().begin());
    }

    /// The places that were touched since this kernel was copied from the one before; without one, every place.
    pub(crate) fn visits<'k>(&'k self, before: Option<&'k Kernel>) -> Vec<Visit> {
        // What is read from here on belongs to no call.
        let touched = |notes: &Notes| before.map_or(Touched::ALL, |_| notes.touched());
        let [paths, nodes] = self.files.notes().map(touched);
        let stores =
            [self.objects.store().notes(), self.processes.notes(), self.threads.notes(), self.pipes.notes()];
        let [objects, processes, threads, pipes] = stores.map(touched);
        let last_errors = touched(&self.last_errors);
        let (counts, names) = (touched(self.objects.count_notes()), touched(self.names.notes()));
        let (clock, client_ids) = (touched(self.clock.notes()), touched(self.client_ids.notes()));

        let mut to = Visits { kernel: self, before, found: Vec::with_capacity(32), bytes: Vec::new() };
        to.tables();
        let all = |kernel: &'k Kernel| kernel.objects.store();
        to.each(all, objects, |object| Place::Object(object.header.no), |_, object, to| object.write(to));
        to.each(all, counts, |object| Place::Counts(object.header.no), |id, _, to| to.counts(id));
        let (process, thread) = (
            |record: &ProcessRecord| Place::Process(record.no),
            |record: &ThreadRecord| Place::Thread(record.no),
        );
        to.each(|kernel| &kernel.processes, processes, process, |_, record, to| record.write(to));
        to.each(|kernel| &kernel.threads, threads, thread, |_, record, to| record.write(to));
        to.each(
            |kernel| &kernel.threads,
            last_errors,
            |record| Place::LastError(record.no),
            |_, record, to| record.last_error.write(to),
        );
        to.each(|kernel| &kernel.pipes, pipes, |pipe| Place::Pipe(pipe.no), |_, pipe, to| pipe.write(to));
        to.nodes(nodes);
        to.names(names);
        to.paths(paths);
        let sets = [objects, processes, threads, pipes, nodes].map(Touched::set);
        for (kind, touched) in sets.into_iter().enumerate().filter(|(_, touched)| !touched.is_empty()) {
            let print = self.all_that_exist(kind);
            to.found.push(Visit { place: Place::Set(kind as u8), touched, new: false, print });
        }
        if !clock.is_empty() {
            let due = self.all_that_are_due();
            to.tell(Place::Clock, clock, false, |to| to.plain((self.clock.now(), due)));
        }
        if !client_ids.is_empty() {
            to.tell(Place::ClientIds, client_ids, false, |to| to.plain(self.client_ids.freed()));
        }
        to.found
    }

    /// A number for everything of a kind that exists.
    fn all_that_exist(&self, kind: usize) -> u128 {
        let mut sum = 0u128;
        let mut add = |what: &dyn Fn(&mut Sink<'_>)| {
            let mut bytes = Vec::new();
            what(&mut Sink::new(self, &mut bytes));
            sum = sum.wrapping_add(print_of(&bytes));
        };
        match kind {
            0 => self.objects.glance().for_each(|(_, object)| add(&|to| to.plain(object.header.no))),
            1 => self.processes.glance().for_each(|(_, record)| add(&|to| to.plain((record.no, record.pid)))),
            2 => self.threads.glance().for_each(|(_, record)| add(&|to| to.plain((record.no, record.tid)))),
            3 => self.pipes.glance().for_each(|(_, pipe)| add(&|to| to.plain(pipe.no))),
            _ => self.files.each_node(|_, node| add(&|to| to.plain(&node.path))),
        }
        sum
    }

    /// When which object changes by itself, and when which thread waits no more.
    fn all_that_are_due(&self) -> Vec<(u64, bool, ObjectNo)> {
        let objects = self.objects.glance();
        let objects = objects.filter_map(|(_, object)| Some((object.body.due()?, false, object.header.no)));
        let waits = self.threads.glance();
        let waits = waits.filter_map(|(_, record)| Some((record.deadline()?, true, record.no)));
        let mut due: Vec<_> = objects.chain(waits).collect();
        due.sort_unstable();
        due
    }
}

impl<'k> Visits<'k> {
    fn tell(&mut self, place: Place, touched: Touched, new: bool, write: impl FnOnce(&mut Sink<'_>)) {
        let mut print = 0;
        if touched.written != 0 {
            self.bytes.clear();
            write(&mut Sink::new(self.kernel, &mut self.bytes));
            print = if self.bytes.is_empty() { 0 } else { print_of(&self.bytes) };
        }
        self.found.push(Visit { place, touched, new, print });
    }

    /// The values of a store that were touched, are new, or are gone.
    fn each<K: Key + 'k, V: 'k>(
        &mut self,
        store: impl Fn(&'k Kernel) -> &'k Store<K, V>,
        touched: Touched,
        name: impl Fn(&'k V) -> Place,
        write: impl Fn(K, &'k V, &mut Sink<'_>),
    ) {
        let (now, before) = (store(self.kernel), self.before.map(&store));
        for (key, value) in now.glance() {
            let new = before.is_none_or(|before| before.peek(key).is_none());
            let here = if new { Touched::WRITTEN } else { touched.at(slot(key)) };
            if !here.is_empty() {
                self.tell(name(value), here, new, |to| write(key, value, to));
            }
        }
        for (key, value) in before.into_iter().flat_map(Store::glance) {
            if now.peek(key).is_none() {
                self.tell(name(value), Touched::ALL, false, |_| {});
            }
        }
    }

    /// Files are known by their paths; several can have had the same one.
    fn nodes(&mut self, touched: Touched) {
        let mut paths: BTreeMap<u32, Touched> = BTreeMap::new();
        let before = self.before.map(|before| &before.files);
        self.kernel.files.each_node(|id, node| {
            let new = before.is_none_or(|before| before.peek(id).is_none());
            let here = if new { Touched::WRITTEN } else { touched.at(slot(id)) };
            paths.entry(slot_of_name(&node.path)).or_default().add(here);
        });
        if let Some(before) = before {
            before.each_node(|id, node| {
                let gone = self.kernel.files.peek(id).is_none();
                let here = if gone { Touched::ALL } else { Touched::default() };
                paths.entry(slot_of_name(&node.path)).or_default().add(here);
            });
        }
        for (path, touched) in paths.into_iter().filter(|(_, touched)| !touched.is_empty()) {
            self.tell(Place::Node(path), touched, false, |to| to.files_at(path));
        }
    }

    fn names(&mut self, touched: Touched) {
        let directory = &self.kernel.names;
        touched.each_slot(|bit, touched| {
            self.tell(Place::Name(bit), touched, false, |to| {
                for (name, id) in directory.iter().filter(|(name, _)| bit_of(name.as_str()) == bit) {
                    to.plain(name);
                    to.object(id);
                }
            });
        });
    }

    fn paths(&mut self, touched: Touched) {
        let files = &self.kernel.files;
        touched.each_slot(|bit, touched| {
            self.tell(Place::Path(bit), touched, false, |to| {
                files.named().filter(|(key, _)| bit_of(key) == bit).for_each(|(key, _)| to.plain(key));
            });
        });
    }

    fn tables(&mut self) {
        let (now, before) = (&self.kernel.processes, self.before.map(|before| &before.processes));
        for (key, record) in now.glance() {
            let old = before.and_then(|before| before.peek(key));
            let table = old.and_then(|record| record.table.as_ref());
            self.table(record.no, table, record.table.as_ref(), old.is_none());
        }
        for (key, record) in before.into_iter().flat_map(Store::glance) {
            if now.peek(key).is_none() {
                self.table(record.no, record.table.as_ref(), None, false);
            }
        }
    }

    /// Of a table that is new or gone every entry was touched.
    fn table(
        &mut self,
        process: ObjectNo,
        old: Option<&'k HandleTable>,
        now: Option<&'k HandleTable>,
        new: bool,
    ) {
        let touched = match (old, now) {
            (None, None) => return,
            (Some(_), Some(table)) => table.notes().touched(),
            _ => Touched::ALL,
        };
        let is_used =
            |table: Option<&HandleTable>, bit| table.is_some_and(|table| table.used(bit).next().is_some());
        touched.each_slot(|bit, here| {
            // Whoever looks at all entries has looked at the list of the free ones.
            if touched.read == Touched::ALL.read && !is_used(old, bit) && !is_used(now, bit) {
                return;
            }
            self.tell(Place::Entry(process, bit), here, new, |to| {
                for (index, entry) in now.into_iter().flat_map(|table| table.used(bit)) {
                    to.plain((index, entry.granted_access, entry.attributes));
                    to.object(entry.object);
                }
            });
        });
        if !touched.set().is_empty() {
            self.tell(Place::FreeEntries(process), touched.set(), new, |to| {
                now.into_iter().for_each(|table| table.write_free(to));
            });
        }
    }
}

/// The bit of a name, by its number.
fn bit_of(name: &str) -> u32 {
    Touched::bit(slot_of_name(name)).trailing_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::files::Open;
    use crate::kernel::{AccessMask, Log, Options};

    #[test]
    fn only_what_exists_and_how_often_it_is_referred_to_grows_in_any_order() {
        let no = ObjectNo::default();
        assert!(Place::Set(0).only_grows() && Place::Counts(no).only_grows());
        let others = [Place::Object(no), Place::Process(no), Place::Pipe(no), Place::Entry(no, 1)];
        assert!(!others.into_iter().any(Place::only_grows));
        assert!(![Place::FreeEntries(no), Place::Name(1), Place::Clock].into_iter().any(Place::only_grows));
    }

    #[test]
    fn a_process_that_has_ended_has_no_table_that_could_be_touched() {
        let mut kernel = Kernel::new(Options::default());
        let (process, _) = kernel.start_process("p", &mut Log::quiet());
        let of_tables = |kernel: &Kernel| {
            let visits = kernel.visits(None);
            visits.iter().filter(|visit| matches!(visit.place, Place::FreeEntries(_))).count()
        };
        assert_eq!(of_tables(&kernel), 1);
        kernel.processes.get_mut(process).unwrap().table = None;
        assert_eq!(of_tables(&kernel), 0);
    }

    #[test]
    fn which_of_two_files_of_a_path_still_has_its_name_makes_a_difference() {
        let print = |named: usize| {
            let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
            let openers = ["p", "q"].map(|name| {
                let (process, _) = kernel.start_process(name, &mut log);
                kernel.processes.get(process).unwrap().object
            });
            for who in [1 - named, named] {
                let node = kernel.files.create("a".to_owned(), "a");
                let open = Open { object: openers[who], access: AccessMask(1), share: 0 };
                kernel.files.get_mut(node).unwrap().opens.push(open);
                if who != named {
                    kernel.files.remove_name(node);
                }
            }
            let visits = kernel.visits(None);
            visits.iter().find(|visit| matches!(visit.place, Place::Node(_))).unwrap().print
        };
        assert_ne!(print(0), print(1));
    }
}
