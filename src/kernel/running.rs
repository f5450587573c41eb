//! How does a program call that makes millions of calls?
//!
//! Through [`Kernel::run`]: a thread runs, nobody else acts meanwhile, and its calls are functions with arguments of their own
//! types. They do what the calls of the same name do, through the same code, but for one short cut: when nobody wants to know
//! of effects, duplicating an ordinary entry within the process and closing an entry that is not the object's last need only
//! the process's table and the object's count. For that the table is taken out of the process while the thread runs; whatever
//! needs more than the table finds it back in its place.

use super::Kernel;
use super::answer::{Refusal, Standstill};
use super::cx::{Caller, Cx};
use super::effects::Log;
use super::ids::{Handle, ThreadId};
use super::object::HandleCounts;
use super::services::{Duplication, close, duplicate};
use super::status::Status;
use super::table::{HandleAttributes, HandleEntry, HandleTable};

/// A thread that makes calls, one after the other, with nobody in between.
///
/// ```
/// use handlelab::kernel::{Handle, Kernel, Log, Options, Refusal, Status};
///
/// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
/// let (_, thread) = kernel.start_process("p", &mut log);
/// let mut running = kernel.run(thread, &mut log).unwrap();
/// let handle = running.duplicate(Handle::CURRENT_PROCESS, false).unwrap();
/// assert_eq!(running.close_handle(handle), Ok(()));
/// assert_eq!(running.close_handle(handle), Err(Refusal::Failed(Status::InvalidHandle)));
/// ```
///
/// Whoever waits, is suspended or has ended cannot run:
///
/// ```
/// use handlelab::kernel::{CallSpec, Kernel, Log, Options, Standstill};
///
/// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
/// let (_, thread) = kernel.start_process("p", &mut log);
/// kernel.call(thread, CallSpec::find("ExitThread").expect("a call"), &[], &mut log);
/// assert_eq!(kernel.run(thread, &mut log).err(), Some(Standstill::Ended));
/// ```
pub struct Running<'k> {
    cx: Cx<'k>,
    who: Caller,
    /// The process's table while it is taken out, else an empty one.
    table: HandleTable,
    counts: HandleCounts,
    is_taken: bool,
}

impl Kernel {
    /// Lets a thread make calls by [`Running`]'s functions, if it can make any.
    pub fn run<'k>(&'k mut self, thread: ThreadId, log: &'k mut Log) -> Result<Running<'k>, Standstill> {
        let who = self.caller(thread)?;
        let table = HandleTable::new(self.options.reuse);
        let mut running =
            Running { cx: Cx { k: self, log }, who, table, counts: HandleCounts::default(), is_taken: false };
        running.take_table();
        Ok(running)
    }
}

impl Running<'_> {
    /// Duplicates a handle within the process, with the same rights: DuplicateHandle with DUPLICATE_SAME_ACCESS.
    #[inline]
    pub fn duplicate(&mut self, source: Handle, inherit: bool) -> Result<Handle, Refusal> {
        match self.duplicate_entry(source, inherit) {
            Some(handle) => Ok(handle),
            None => self.duplicate_handle(&Duplication::here(source, inherit)),
        }
    }

    /// DuplicateHandle.
    pub fn duplicate_handle(&mut self, request: &Duplication) -> Result<Handle, Refusal> {
        self.call(|cx, who| duplicate::duplicate_handle(cx, who, request))
    }

    /// CloseHandle.
    #[inline]
    pub fn close_handle(&mut self, handle: Handle) -> Result<(), Refusal> {
        if self.close_one_of_several(handle) {
            return Ok(());
        }
        self.call(|cx, who| close::close_handle(cx, who, handle))
    }

    /// The short cut for an entry of the own table and a new one beside it.
    #[inline]
    fn duplicate_entry(&mut self, source: Handle, inherit: bool) -> Option<Handle> {
        let entries = self.table.entries_mut();
        let HandleEntry { object, granted_access, .. } = *entries.get(source.place())?;
        let attributes = HandleAttributes::inherit(inherit);
        let index = entries.insert_last_freed(HandleEntry { object, granted_access, attributes })?;
        self.counts.add(object);
        Some(Handle::from_index(index))
    }

    /// The short cut for an entry without flags whose object has others.
    #[inline]
    fn close_one_of_several(&mut self, handle: Handle) -> bool {
        let counts = &mut self.counts;
        let entries = self.table.entries_mut();
        entries.remove_plain_if(handle.place(), |entry| counts.lose_one_of_several(entry.object))
    }

    /// Makes a call in the way in which all calls are made.
    #[cold]
    fn call<T>(&mut self, call: impl FnOnce(&mut Cx<'_>, Caller) -> Result<T, Status>) -> Result<T, Refusal> {
        self.put_table_back();
        self.who = self.cx.k.caller(self.who.thread)?;
        let result = call(&mut self.cx, self.who);
        let result = result.map_err(|status| self.cx.k.refuse(self.who.thread, status));
        self.take_table();
        result
    }

    /// Takes the table out of the process, if the thread can run, nobody wants to know of effects, and values are given anew in
    /// the usual order.
    fn take_table(&mut self) {
        let is_watched = self.cx.log.is_recording() || self.cx.k.processes.notes().wanted();
        let usual = self.table.entries_mut().takes_the_last_freed();
        if is_watched || !usual || self.cx.k.caller(self.who.thread).is_err() {
            return;
        }
        let record = self.cx.k.processes.get_mut(self.who.process);
        if let Some(table) = record.and_then(|record| record.table.take()) {
            (self.table, self.is_taken) = (table, true);
            self.counts = std::mem::take(self.cx.k.objects.handle_counts_mut());
        }
    }

    fn put_table_back(&mut self) {
        if self.is_taken
            && let Some(record) = self.cx.k.processes.get_mut(self.who.process)
        {
            let empty = HandleTable::new(self.cx.k.options.reuse);
            record.table = Some(std::mem::replace(&mut self.table, empty));
            *self.cx.k.objects.handle_counts_mut() = std::mem::take(&mut self.counts);
            self.is_taken = false;
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.put_table_back();
    }
}
