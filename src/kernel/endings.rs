//! How do processes and threads end?
//!
//! A process that ends closes its handles first and is signaled last (fact 6.27), so whoever has waited for it finds all
//! its handles closed. What one process does to another is asynchronous (fact 6.34): the end is put down as pending and
//! happens when the world [settles](Kernel::settle).

use super::Kernel;
use super::cx::Cx;
use super::effects::{CloseReason, Effect, Log};
use super::ids::{ProcessId, ThreadId};
use super::object::Reference;
use super::objects::{job, mutant, section};
use super::options::Sweep;

/// An end that has been ordered but has not happened yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// Of a process, with its exit code.
    Process(ProcessId, u32),
    /// Of a thread, with its exit code.
    Thread(ThreadId, u32),
}

impl Kernel {
    /// The ends that are pending, in the order in which they were ordered.
    pub fn endings(&self) -> &[Ending] {
        &self.endings
    }

    /// Lets one pending end happen; nothing if it is pending no more.
    pub fn end(&mut self, ending: Ending, log: &mut Log) {
        if let Some(index) = self.endings.iter().position(|pending| *pending == ending) {
            self.endings.remove(index);
            Cx { k: self, log }.end(ending);
        }
    }

    /// Lets every pending end happen.
    pub fn settle(&mut self, log: &mut Log) {
        while let Some(&ending) = self.endings.first() {
            self.end(ending, log);
        }
    }
}

impl Cx<'_> {
    fn end(&mut self, ending: Ending) {
        match ending {
            Ending::Process(process, code) => self.end_process(process, code),
            Ending::Thread(thread, code) => self.end_thread(thread, code),
        }
    }

    /// Ends a process: its threads, then its handles, then it is signaled.
    pub(crate) fn end_process(&mut self, process: ProcessId, exit_code: u32) {
        let Some(record) = self.k.processes.get_mut(process) else { return };
        if record.exit_code.is_some() {
            return;
        }
        record.exit_code = Some(exit_code);
        let (object, no, threads) = (record.object, record.no, record.threads.clone());
        // All of them stop before any mutex is free: none that is about to end gets what another one leaves behind.
        for &thread in &threads {
            self.cancel_wait(thread);
        }
        for &thread in &threads {
            self.abandon_mutexes(thread);
        }
        self.sweep_table(process);
        job::leave(self, process);
        section::release_views(self, process);
        self.log.end(object, exit_code);
        self.log.push(|| Effect::ProcessExited { process: no, exit_code });
        self.wake(object);
        for thread in threads {
            self.finish_thread(thread, exit_code);
        }
        self.drop_reference(object, Reference::Running);
    }

    /// Ends a thread; with the last one its process ends (fact 6.11).
    pub(crate) fn end_thread(&mut self, thread: ThreadId, exit_code: u32) {
        let Some(record) = self.k.threads.get(thread).filter(|record| record.exit_code.is_none()) else {
            return;
        };
        let process = record.process;
        let others_run = self.k.processes.get(process).is_some_and(|record| {
            let mut others = record.threads.iter().filter(|other| **other != thread);
            others.any(|other| self.k.threads.get(*other).is_some_and(|other| other.exit_code.is_none()))
        });
        if others_run {
            self.cancel_wait(thread);
            self.abandon_mutexes(thread);
            self.finish_thread(thread, exit_code);
        } else {
            self.end_process(process, exit_code);
        }
    }

    /// The thread runs no more and leaves its mutexes behind.
    fn abandon_mutexes(&mut self, thread: ThreadId) {
        let owned = self.k.threads.get_mut(thread).map(|record| std::mem::take(&mut record.owned));
        for mutex in owned.unwrap_or_default() {
            mutant::abandon(self, mutex, thread);
        }
    }

    /// The thread is signaled, and its object no longer keeps itself.
    fn finish_thread(&mut self, thread: ThreadId, exit_code: u32) {
        let Some(record) = self.k.threads.get_mut(thread).filter(|record| record.exit_code.is_none()) else {
            return;
        };
        record.exit_code = Some(exit_code);
        let (object, no) = (record.object, record.no);
        self.log.end(object, exit_code);
        self.log.push(|| Effect::ThreadExited { thread: no, exit_code });
        self.wake(object);
        self.drop_reference(object, Reference::Running);
    }

    /// Closes every handle of a process, protected or not (fact 6.28).
    fn sweep_table(&mut self, process: ProcessId) {
        let Some(record) = self.k.processes.get_mut(process) else { return };
        let (no, Some(table)) = (record.no, record.table.take()) else { return };
        let mut entries: Vec<_> = table.iter().map(|(handle, entry)| (handle, *entry)).collect();
        if self.k.options.sweep == Sweep::Descending {
            entries.reverse();
        }
        for (handle, entry) in entries {
            self.release_entry(no, handle, entry, CloseReason::Exit);
        }
    }
}
