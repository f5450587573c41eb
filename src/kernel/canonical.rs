//! When are two kernels in the same state, however they came there?
//!
//! A state is written down without any identity that depends on the order of events: objects, processes and threads by their
//! numbers, pipes by that of an end, files by their paths. Whoever compares states gives out the numbers by who makes
//! an object at which of its steps ([`Kernel::number_from`]).

use super::Kernel;
use super::endings::Ending;
use super::files::Node;
use super::ids::{NodeId, ObjectId, ObjectNo, ProcessId, ThreadId};
use super::object::Object;
use super::objects::file::pipe::Pipe;
use super::objects::process::ProcessRecord;
use super::objects::thread::ThreadRecord;
use super::prints::print_of;
use super::status::Win32Error;
use super::touched::slot_of_name;
use std::hash::{Hash, Hasher};

/// Something that can be written down without identities.
pub(crate) trait Canonical {
    /// Writes all of it. What holds identities takes itself apart field by field, so that none can be forgotten.
    fn write(&self, to: &mut Sink<'_>);
}

/// Where a state is written to.
pub(crate) struct Sink<'s> {
    kernel: &'s Kernel,
    bytes: Bytes<'s>,
}

/// Writes down what would be hashed.
struct Bytes<'b>(&'b mut Vec<u8>);

impl Hasher for Bytes<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    #[inline]
    fn write_u8(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// The discriminants of enums come so, and are all small.
    #[inline]
    fn write_isize(&mut self, number: isize) {
        self.0.push(number as u8);
    }

    fn finish(&self) -> u64 {
        0
    }
}

impl<'s> Sink<'s> {
    pub(crate) fn new(kernel: &'s Kernel, bytes: &'s mut Vec<u8>) -> Sink<'s> {
        Sink { kernel, bytes: Bytes(bytes) }
    }

    /// Writes something that holds no identity.
    #[inline]
    pub(crate) fn plain(&mut self, value: impl Hash) {
        value.hash(&mut self.bytes);
    }

    pub(crate) fn object(&mut self, id: ObjectId) {
        self.plain(self.kernel.objects.number(id));
    }

    /// How many handles and references an object has.
    pub(crate) fn counts(&mut self, id: ObjectId) {
        self.plain((self.kernel.objects.number(id), self.kernel.objects.peek_counts(id)));
    }

    pub(crate) fn objects(&mut self, ids: &[ObjectId]) {
        self.plain(ids.len());
        ids.iter().for_each(|id| self.object(*id));
    }

    pub(crate) fn process(&mut self, id: ProcessId) {
        self.plain(self.kernel.processes.get(id).map(|record| record.no));
    }

    pub(crate) fn thread(&mut self, id: ThreadId) {
        self.plain(self.kernel.threads.get(id).map(|record| record.no));
    }

    pub(crate) fn threads(&mut self, ids: &[ThreadId]) {
        self.plain(ids.len());
        ids.iter().for_each(|id| self.thread(*id));
    }

    /// The directory.
    pub(crate) fn names(&mut self) {
        for (name, object) in self.kernel.names.iter() {
            self.plain(name);
            self.object(object);
        }
    }

    /// The files, in the order of their names; then those without a name, each by who has it open.
    pub(crate) fn files(&mut self) {
        for (key, node) in self.kernel.files.named() {
            self.plain((true, key));
            self.plain(self.file(node));
        }
        let mut unnamed: Vec<_> = self
            .kernel
            .files
            .ids()
            .filter(|id| !self.kernel.files.is_named(*id))
            .map(|id| self.file(id))
            .collect();
        unnamed.sort();
        self.plain(unnamed);
    }

    /// The files with a path, by its number.
    pub(crate) fn files_at(&mut self, path: u32) {
        let files = &self.kernel.files;
        let mut found: Vec<_> = files
            .ids()
            .filter(|id| files.peek(*id).is_some_and(|node| slot_of_name(&node.path) == path))
            .map(|id| (files.is_named(id), self.file(id)))
            .collect();
        if !found.is_empty() {
            found.sort();
            self.plain(found);
        }
    }

    fn file(&self, id: NodeId) -> Option<FileSeen<'s>> {
        let Node { path, data, opens, delete_pending } = self.kernel.files.get(id)?;
        let number = |id: ObjectId| self.kernel.objects.number(id);
        let mut opens: Vec<_> =
            opens.iter().map(|open| (number(open.object), open.access.0, open.share)).collect();
        opens.sort_unstable();
        Some((opens, path, data, *delete_pending))
    }
}

/// Who has a file open, its path, what is in it, and whether it is about to go.
type FileSeen<'s> = (Vec<(Option<ObjectNo>, u32, u32)>, &'s str, &'s [u8], bool);

impl Kernel {
    /// The next objects get the numbers from `no` on, and the next processes and threads that get a fresh id the ids from
    /// `client_id` on. Whoever calls this answers for no number being given twice.
    pub fn number_from(&mut self, no: ObjectNo, client_id: u32) {
        self.objects.number_from(no);
        self.client_ids.number_from(client_id);
    }

    /// A number of the state. Two kernels with the same options have the same one if nothing that can happen later tells them
    /// apart, the numbers that are still to be given left aside; else with a chance of one in 2^128 only.
    ///
    /// ```
    /// use handlelab::kernel::{Handle, Kernel, Log, Options};
    ///
    /// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
    /// let (_, thread) = kernel.start_process("p", &mut log);
    /// let before = kernel.fingerprint();
    /// let mut running = kernel.run(thread, &mut log).expect("it runs");
    /// let handles = [(); 2].map(|()| running.duplicate(Handle::CURRENT_PROCESS, false).expect("there is room"));
    /// assert_eq!(handles, [Handle(4), Handle(8)]);
    /// handles.map(|handle| running.close_handle(handle));
    /// drop(running);
    /// assert_ne!(kernel.fingerprint(), before, "which value comes next is a part of the state");
    /// ```
    pub fn fingerprint(&self) -> u128 {
        self.print_of_parts().wrapping_add(self.moment())
    }

    /// The number of what belongs to no part: the time, ids that will be given again, and the ends that are pending.
    fn moment(&self) -> u128 {
        let mut endings: Vec<_> = self
            .endings_to_come()
            .map(|ending| match ending {
                Ending::Process(id, code) => (0, self.processes.get(id).map(|record| record.no), code),
                Ending::Thread(id, code) => (1, self.threads.get(id).map(|record| record.no), code),
            })
            .collect();
        endings.sort_unstable();
        let mut bytes = vec![6];
        Sink::new(self, &mut bytes).plain((self.clock.now(), self.client_ids.freed(), endings));
        print_of(&bytes)
    }
}

impl Canonical for Object {
    fn write(&self, to: &mut Sink<'_>) {
        let header = &self.header;
        to.plain((header.no, &header.name, header.permanent));
        to.threads(&header.waiters);
        self.body.write(to);
    }
}

impl Canonical for Pipe {
    fn write(&self, to: &mut Sink<'_>) {
        let Pipe { data, size, reader, writer, no } = self;
        to.plain((no, data, size));
        for end in [reader, writer] {
            to.plain(end.is_some());
            end.iter().for_each(|id| to.object(*id));
        }
    }
}

impl Canonical for ProcessRecord {
    fn write(&self, to: &mut Sink<'_>) {
        let ProcessRecord {
            object: _,
            no,
            name,
            pid,
            parent_pid,
            table,
            threads,
            exit_code,
            standard,
            views,
            jobs,
        } = self;
        // The table is written by itself.
        to.plain((no, name, pid, parent_pid, exit_code, standard, table.is_some(), views.len()));
        to.threads(threads);
        for view in views {
            to.plain((view.address, view.size));
            to.object(view.section);
        }
        to.objects(jobs);
    }
}

impl Canonical for ThreadRecord {
    fn write(&self, to: &mut Sink<'_>) {
        let ThreadRecord {
            object: _,
            no,
            process,
            name,
            tid,
            exit_code,
            last_error: _,
            suspend_count,
            wait,
            owned,
        } = self;
        // The last error is written by itself.
        to.plain((no, name, tid, exit_code, suspend_count));
        to.process(*process);
        to.objects(owned);
        to.plain(wait.as_ref().map(|wait| (&wait.kind, wait.deadline, wait.call.name)));
        if let Some(wait) = wait {
            to.objects(&wait.objects);
        }
    }
}

impl Canonical for Win32Error {
    fn write(&self, to: &mut Sink<'_>) {
        to.plain(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Log, Options};

    /// A kernel with two processes that were started in one order or the other, numbered alike.
    fn started(first: u32, second: u32) -> Kernel {
        let mut kernel = Kernel::new(Options::default());
        for n in [first, second] {
            kernel.number_from(ObjectNo(100 + n * 2), 1000 + n * 8);
            kernel.start_process(["a", "b"][n as usize], &mut Log::quiet());
        }
        kernel
    }

    #[test]
    fn the_order_in_which_objects_were_made_leaves_no_trace() {
        assert_ne!(started(0, 1), started(1, 0), "the identities differ");
        assert_eq!(started(0, 1).fingerprint(), started(1, 0).fingerprint());
    }

    #[test]
    fn what_differs_by_nothing_but_its_variant_is_written_differently() {
        let kernel = started(0, 1);
        let written = |value: Option<()>| {
            let mut bytes = Vec::new();
            Sink::new(&kernel, &mut bytes).plain(value);
            bytes
        };
        assert_ne!(written(None), written(Some(())));
    }

    #[test]
    fn whatever_differs_later_gives_another_number() {
        let mut later = started(0, 1);
        later.pass_time(5, &mut Log::quiet());
        assert_ne!(started(0, 1).fingerprint(), later.fingerprint());
    }
}
