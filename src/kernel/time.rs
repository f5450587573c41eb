//! What happens when time passes?
//!
//! The clock stands still until somebody moves it. On its way it ends the waits whose time is over, in the order of their
//! deadlines, and lets the objects change whose time has come.

use super::Kernel;
use super::answer::Reply;
use super::cx::Cx;
use super::effects::{Effect, Log};
use super::ids::{ObjectId, ThreadId};
use super::objects::ObjectType;
use super::status::Status;
use super::touched::Notes;
use super::waits::WAIT_TIMEOUT;

/// The clock. What happens by it next depends on every timer and every timeout: a change of one of these is a change of the
/// clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Clock {
    now: u64,
    notes: Notes,
}

impl Clock {
    /// Milliseconds since the start.
    pub(crate) fn now(&self) -> u64 {
        self.notes.read(0);
        self.now
    }

    /// A timer or a timeout changes.
    pub(crate) fn change(&self) {
        self.notes.write(0);
    }

    pub(crate) fn notes(&self) -> &Notes {
        &self.notes
    }
}

impl Kernel {
    /// Moves the clock to the moment `until` (milliseconds from the start), never back.
    pub fn pass_time(&mut self, until: u64, log: &mut Log) {
        Cx { k: self, log }.pass_time(until);
    }

    /// Moves the clock until the wait of a blocked thread ends: by its deadline, or by what happens before it.
    pub fn pass_wait(&mut self, thread: ThreadId, log: &mut Log) {
        while self.wait_change(thread).is_some() {
            let mut cx = Cx { k: self, log };
            let Some((due, what)) = cx.next_due() else { return };
            cx.happen(due, what);
        }
    }

    /// When the clock alone next changes something for a blocked thread: its wait gives up, or an object changes that it
    /// waits for. Nothing changes for a suspended one.
    pub fn wait_change(&self, thread: ThreadId) -> Option<u64> {
        let record = self.threads.get(thread).filter(|record| record.suspend_count == 0)?;
        let wait = record.wait.as_ref()?;
        let due = wait.objects.iter().filter_map(|id| self.objects.due(*id));
        due.chain(wait.deadline).min()
    }

    /// The earliest such moment of all threads.
    ///
    /// ```
    /// use handlelab::kernel::{Arg, CallSpec, Handle, Kernel, Log, Options};
    ///
    /// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
    /// let threads = ["p", "q"].map(|name| kernel.start_process(name, &mut log).1);
    /// let wait = CallSpec::find("WaitForSingleObject").expect("a call");
    /// for (thread, milliseconds) in threads.into_iter().zip([70, 30]) {
    ///     let own_end = [Handle::CURRENT_PROCESS.0, milliseconds].map(Arg::Number);
    ///     kernel.call(thread, wait, &own_end, &mut log);
    /// }
    /// assert_eq!((kernel.wait_change(threads[0]), kernel.next_wait_change()), (Some(70), Some(30)));
    /// kernel.pass_time(40, &mut log);
    /// assert_eq!((kernel.can_run(threads[1]), kernel.next_wait_change()), (Ok(()), Some(70)));
    /// ```
    pub fn next_wait_change(&self) -> Option<u64> {
        self.threads.iter().filter_map(|(id, _)| self.wait_change(id)).min()
    }
}

/// Something that happens at its time.
enum Due {
    /// An object changes.
    Object(ObjectId, ObjectType),
    /// A wait gives up.
    Wait(ThreadId),
}

impl Cx<'_> {
    pub(crate) fn pass_time(&mut self, until: u64) {
        while let Some((due, what)) = self.next_due().filter(|(due, _)| *due <= until) {
            self.happen(due, what);
        }
        self.set_clock(until);
    }

    fn happen(&mut self, due: u64, what: Due) {
        self.set_clock(due);
        match what {
            Due::Object(id, object_type) => (object_type.spec().behaviour.fire)(self, id),
            Due::Wait(thread) => self.time_out(thread),
        }
    }

    fn set_clock(&mut self, to: u64) {
        if to > self.k.now() {
            self.k.clock.change();
            self.k.clock.now = to;
            self.log.push(|| Effect::TimePassed { now: to });
        }
    }

    /// What happens next. At the same moment objects change before waits give up, and the older comes first.
    fn next_due(&self) -> Option<(u64, Due)> {
        self.k.clock.now();
        let objects = self.k.objects.glance().filter_map(|(id, object)| {
            let due = object.body.due()?;
            Some(((due, false, object.header.no), Due::Object(id, object.object_type())))
        });
        let waits = self
            .k
            .threads
            .glance()
            .filter_map(|(id, record)| Some(((record.deadline()?, true, record.no), Due::Wait(id))));
        objects.chain(waits).min_by_key(|(order, _)| *order).map(|((due, ..), what)| (due, what))
    }

    /// Ends a wait whose time is over.
    pub(crate) fn time_out(&mut self, thread: ThreadId) {
        self.end_wait(thread, Ok(Reply { status: Status::Timeout, ..Reply::number(WAIT_TIMEOUT) }));
    }
}
