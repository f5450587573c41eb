//! When are two kernels in the same state, however they came there?
//!
//! A state is written into a hasher without any identity that depends on the order of events: objects, processes and
//! threads by their numbers, pipes and files by what is in them. Whoever compares states gives out the numbers by who makes
//! an object at which of its steps ([`Kernel::number_from`]).

use super::Kernel;
use super::endings::Ending;
use super::files::Node;
use super::ids::{NodeId, ObjectId, ObjectNo, PipeId, ProcessId, ThreadId};
use super::object::Object;
use super::objects::process::ProcessRecord;
use super::objects::thread::ThreadRecord;
use std::hash::{Hash, Hasher};

/// Something that can be written down without identities.
pub(crate) trait Canonical {
    /// Writes all of it. What holds identities takes itself apart field by field, so that none can be forgotten.
    fn write(&self, to: &mut Sink<'_>);
}

/// Where a state is written to.
pub(crate) struct Sink<'s> {
    kernel: &'s Kernel,
    hasher: &'s mut dyn Hasher,
}

impl Sink<'_> {
    /// Writes something that holds no identity.
    pub(crate) fn plain(&mut self, value: impl Hash) {
        value.hash(&mut self.hasher);
    }

    pub(crate) fn object(&mut self, id: ObjectId) {
        self.plain(self.kernel.objects.header(id).map(|header| header.no));
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

    /// A pipe is what is in it and its two ends.
    pub(crate) fn pipe(&mut self, id: PipeId) {
        let Some(pipe) = self.kernel.pipes.get(id) else { return self.plain(false) };
        let ends = [pipe.reader, pipe.writer];
        self.plain((true, &pipe.data, pipe.size));
        for end in ends {
            self.plain(end.and_then(|id| self.kernel.objects.header(id)).map(|header| header.no));
        }
    }

    /// A file is its name, what is in it, and who has it open.
    pub(crate) fn node(&mut self, id: NodeId) {
        let Some(Node { path, data, opens, delete_pending }) = self.kernel.files.get(id) else {
            return self.plain(false);
        };
        self.plain((true, self.kernel.files.is_named(id), path, data, delete_pending));
        let number = |id: ObjectId| self.kernel.objects.header(id).map(|header| header.no);
        let mut opens: Vec<_> =
            opens.iter().map(|open| (number(open.object), open.access, open.share)).collect();
        opens.sort_unstable_by_key(|(no, ..)| *no);
        self.plain(opens);
    }
}

impl Kernel {
    /// The next objects get the numbers from `no` on, and the next processes and threads that get a fresh id the ids from
    /// `client_id` on. Whoever calls this answers for no number being given twice.
    pub fn number_from(&mut self, no: ObjectNo, client_id: u32) {
        self.objects.number_from(no);
        self.client_ids.number_from(client_id);
    }

    /// Writes the state into a hasher. Two kernels with the same options write the same if nothing that can happen later
    /// tells them apart, the numbers that are still to be given left aside.
    pub fn canonical(&self, hasher: &mut dyn Hasher) {
        let to = &mut Sink { kernel: self, hasher };
        to.plain((self.clock.now(), self.client_ids.freed()));
        let mut objects: Vec<(ObjectNo, &Object)> =
            self.objects.glance().map(|(_, object)| (object.header.no, object)).collect();
        objects.sort_unstable_by_key(|(no, _)| *no);
        to.plain(objects.len());
        for (_, object) in objects {
            object.write(to);
        }
        let mut processes: Vec<_> = self.processes.glance().map(|(_, record)| record).collect();
        processes.sort_unstable_by_key(|record| record.no);
        processes.into_iter().for_each(|record| record.write(to));
        let mut threads: Vec<_> = self.threads.glance().map(|(_, record)| record).collect();
        threads.sort_unstable_by_key(|record| record.no);
        threads.into_iter().for_each(|record| record.write(to));
        for (name, object) in self.names.iter() {
            to.plain(name);
            to.object(object);
        }
        for (key, node) in self.files.named() {
            to.plain(key);
            to.node(node);
        }
        let mut endings: Vec<_> = self
            .endings_to_come()
            .map(|ending| match ending {
                Ending::Process(id, code) => (0, self.processes.get(id).map(|record| record.no), code),
                Ending::Thread(id, code) => (1, self.threads.get(id).map(|record| record.no), code),
            })
            .collect();
        endings.sort_unstable();
        to.plain(endings);
    }
}

impl Canonical for Object {
    fn write(&self, to: &mut Sink<'_>) {
        let header = &self.header;
        to.plain((header.no, header.handle_count, header.pointer_count, &header.name, header.permanent));
        to.threads(&header.waiters);
        self.body.write(to);
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
        to.plain((no, name, pid, parent_pid, exit_code, standard, table.is_some(), views.len()));
        if let Some(table) = table {
            table.write(to);
        }
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
            last_error,
            suspend_count,
            wait,
            owned,
        } = self;
        to.plain((no, name, tid, exit_code, last_error, suspend_count));
        to.process(*process);
        to.objects(owned);
        to.plain(wait.as_ref().map(|wait| (&wait.kind, wait.deadline, wait.call.name)));
        if let Some(wait) = wait {
            to.objects(&wait.objects);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Log, Options};
    use std::hash::DefaultHasher;

    fn written(kernel: &Kernel) -> u64 {
        let mut hasher = DefaultHasher::new();
        kernel.canonical(&mut hasher);
        hasher.finish()
    }

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
        assert_eq!(written(&started(0, 1)), written(&started(1, 0)));
    }

    #[test]
    fn whatever_differs_later_is_written() {
        let mut later = started(0, 1);
        later.pass_time(5, &mut Log::quiet());
        assert_ne!(written(&started(0, 1)), written(&later));
    }
}
