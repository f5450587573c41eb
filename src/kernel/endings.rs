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
use super::options::{Ends, Sweep};

/// An end that has been ordered but has not happened yet.
///
/// ```
/// use handlelab::kernel::{Arg, CallSpec, Ending, Kernel, Log, Options};
///
/// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
/// let (_, parent) = kernel.start_process("parent", &mut log);
/// let create = CallSpec::find("CreateProcess").expect("a call");
/// kernel.call(parent, create, &[Arg::Text("child".into())], &mut log);
/// let terminate = CallSpec::find("TerminateProcess").expect("a call");
/// kernel.call(parent, terminate, &[Arg::Number(4), Arg::Number(1)], &mut log);
/// let &[ending @ Ending::Process(child, 1)] = kernel.endings() else { panic!("it is ordered") };
/// assert!(kernel.process(child).is_some_and(|record| record.exit_code.is_none()), "it still runs");
/// kernel.end(ending, &mut log);
/// assert!(kernel.endings_to_come().next().is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
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

    /// The pending ends that will still end somebody, each once, in the order in which they were ordered.
    pub fn endings_to_come(&self) -> impl Iterator<Item = Ending> {
        self.endings.iter().enumerate().filter_map(|(index, ending)| {
            let ends_somebody = match *ending {
                Ending::Process(id, _) => {
                    self.processes.get(id).is_some_and(|record| record.exit_code.is_none())
                }
                Ending::Thread(id, _) => self.thread_runs(id),
            };
            (ends_somebody && !self.endings[..index].contains(ending)).then_some(*ending)
        })
    }

    /// Lets one pending end happen; nothing if it is pending no more.
    pub fn end(&mut self, ending: Ending, log: &mut Log) {
        let mut cx = Cx { k: self, log };
        if let Some(index) = cx.k.endings.iter().position(|pending| *pending == ending) {
            cx.k.endings.remove(index);
            cx.end(ending);
        }
    }

    fn thread_runs(&self, thread: ThreadId) -> bool {
        self.threads.get(thread).is_some_and(|record| record.exit_code.is_none())
    }

    /// Lets every pending end happen.
    pub fn settle(&mut self, log: &mut Log) {
        Cx { k: self, log }.settle();
    }
}

impl Cx<'_> {
    pub(crate) fn settle(&mut self) {
        while !self.k.endings.is_empty() {
            let ending = self.k.endings.remove(0);
            self.end(ending);
        }
    }

    /// Lets those pending ends happen that come while somebody sleeps.
    pub(crate) fn settle_while_sleeping(&mut self) {
        let last = match self.k.options.ends {
            Ends::AtOnce => return,
            Ends::WhileSleeping => return self.settle(),
            Ends::OneByOne => false,
            Ends::LastFirst => true,
        };
        let next = if last { self.k.endings_to_come().last() } else { self.k.endings_to_come().next() };
        if let Some(ending) = next {
            self.k.endings.retain(|pending| *pending != ending);
            self.end(ending);
        }
    }

    fn end(&mut self, ending: Ending) {
        match ending {
            Ending::Process(process, code) => self.end_process(process, code),
            Ending::Thread(thread, code) => self.end_thread(thread, code),
        }
    }

    /// Ends a process from outside. Which of its threads is the last to end is not settled; here it is the first that runs.
    pub(crate) fn end_process(&mut self, process: ProcessId, exit_code: u32) {
        let Some(record) = self.k.processes.get(process) else { return };
        let first = record.threads.iter().copied().find(|thread| self.k.thread_runs(*thread));
        if let Some(last) = first {
            self.end_process_of(last, exit_code);
        }
    }

    /// Ends the process of a thread, which is its last one to end: first the other threads, then the handles, then the
    /// process is signaled, and then the thread itself (fact 6.27).
    pub(crate) fn end_process_of(&mut self, last: ThreadId, exit_code: u32) {
        let Some(process) = self.k.threads.get(last).map(|record| record.process) else { return };
        let Some(record) = self.k.processes.get_mut(process).filter(|record| record.exit_code.is_none())
        else {
            return;
        };
        record.exit_code = Some(exit_code);
        let (object, no, threads) = (record.object, record.no, record.threads.clone());
        // What follows wakes others, but none of these: no thread of the process returns from a wait any more.
        self.cancel_waits(&threads);
        for thread in threads.into_iter().filter(|thread| *thread != last) {
            self.stop_thread(thread);
            self.finish_thread(thread, exit_code);
        }
        self.stop_thread(last);
        self.sweep_table(process);
        job::leave(self, process);
        section::release_views(self, process);
        self.log.end(object, exit_code);
        self.log.push(|| Effect::ProcessExited { process: no, exit_code });
        self.wake(object);
        self.finish_thread(last, exit_code);
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
            others.any(|other| self.k.thread_runs(*other))
        });
        if others_run {
            self.stop_thread(thread);
            self.finish_thread(thread, exit_code);
        } else {
            self.end_process_of(thread, exit_code);
        }
    }

    /// The thread runs no more: it waits for nothing and leaves its mutexes behind.
    fn stop_thread(&mut self, thread: ThreadId) {
        self.cancel_waits(&[thread]);
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
        match self.k.options.sweep {
            Sweep::Ascending => {
                table.each(|handle, entry| self.release_entry(no, handle, *entry, CloseReason::Exit));
            }
            Sweep::Descending => {
                let entries: Vec<_> = table.iter().collect();
                for (handle, entry) in entries.into_iter().rev() {
                    self.release_entry(no, handle, *entry, CloseReason::Exit);
                }
            }
        }
    }
}
