//! What do the kernel's objects and handle tables do?
//!
//! A [`Kernel`] is a value: it can be cloned, compared and hashed, does no I/O, knows no clock, no chance and no text, and
//! cannot fail, only answer. All change goes through [`Kernel::call`] (and the three moves of the world around the
//! processes: [`start_process`](Kernel::start_process), [`settle`](Kernel::settle), [`pass_time`](Kernel::pass_time)), which
//! report every effect to a [`Log`].
//!
//! ```
//! use handlelab::kernel::{Arg, CallSpec, Effect, Kernel, Log, Options, Outcome, Status};
//!
//! let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::recording());
//! let (process, thread) = kernel.start_process("p", &mut log);
//! let create = CallSpec::find("CreateEvent").expect("a call");
//! let Outcome::Returned(created) = kernel.call(thread, create, &[], &mut log) else { panic!("it waits") };
//! assert_eq!((created.status, created.value), (Status::Success, 4));
//! assert!(log.take_effects().iter().any(|effect| matches!(effect, Effect::HandleOpened { .. })));
//!
//! let close = CallSpec::find("CloseHandle").expect("a call");
//! kernel.call(thread, close, &[Arg::Number(created.value)], &mut log);
//! let table = kernel.process(process).and_then(|record| record.table.as_ref());
//! assert!(table.is_some_and(|table| table.is_empty()));
//! ```

pub mod access;
mod answer;
pub mod calls;
pub(crate) mod canonical;
mod client_ids;
pub mod constants;
mod cx;
pub mod effects;
mod endings;
pub mod files;
pub mod handle_use;
mod ids;
pub mod invariants;
mod namespace;
mod naming;
pub mod object;
pub mod objects;
pub mod options;
pub(crate) mod places;
pub(crate) mod prints;
mod running;
mod services;
mod status;
mod store;
mod table;
mod time;
pub(crate) mod touched;
pub mod waits;

#[cfg(test)]
mod tests;

pub use access::AccessMask;
pub use answer::{Answer, Out, OutValue, Outcome, Refusal, Standstill};
pub use calls::{Arg, CallSpec};
pub use effects::{Effect, Log};
pub use endings::Ending;
pub use ids::{Handle, NodeId, ObjectId, ObjectNo, PipeId, ProcessId, ThreadId};
pub use namespace::{Directory, ObjectName};
pub use object::{Object, ObjectHeader, ObjectStore, Reference};
pub use objects::{ObjectType, process::ProcessRecord, thread::ThreadRecord};
pub use options::Options;
pub use running::Running;
pub use services::Duplication;
pub use status::{Status, Win32Error};
pub use table::{HandleAttributes, HandleEntry, HandleTable};

use answer::{After, Failure, Reply};
use calls::{Args, Returns};
use client_ids::ClientIds;
use cx::{Caller, Cx};
use files::FileSystem;
use objects::file::pipe::Pipe;
use smol_str::SmolStr;
use store::{Store, slot};
use time::Clock;
use touched::Notes;

/// The whole simulated system.
///
/// ```
/// use handlelab::kernel::{Kernel, Log, Options};
///
/// let (mut one, mut other) = (Kernel::new(Options::default()), Kernel::new(Options::default()));
/// let (process, _) = one.start_process("p", &mut Log::quiet());
/// other.start_process("p", &mut Log::quiet());
/// assert_eq!(one, other, "a kernel is a value");
/// assert!(one.process(process).is_some_and(|record| record.name == "p"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kernel {
    pub(crate) options: Options,
    pub(crate) objects: ObjectStore,
    pub(crate) processes: Store<ProcessId, ProcessRecord>,
    pub(crate) threads: Store<ThreadId, ThreadRecord>,
    /// What is touched of the threads' last errors, which most calls set and few ask for.
    pub(crate) last_errors: Notes,
    pub(crate) names: Directory,
    pub(crate) client_ids: ClientIds,
    pub(crate) files: FileSystem,
    pub(crate) pipes: Store<PipeId, Pipe>,
    pub(crate) endings: Vec<Ending>,
    pub(crate) clock: Clock,
}

impl Kernel {
    /// A system without any process.
    pub fn new(options: Options) -> Kernel {
        Kernel {
            options,
            objects: ObjectStore::default(),
            processes: Store::default(),
            threads: Store::default(),
            last_errors: Notes::default(),
            names: Directory::default(),
            client_ids: ClientIds::new(options.pid_reuse),
            files: FileSystem::default(),
            pipes: Store::default(),
            endings: Vec::new(),
            clock: Clock::default(),
        }
    }

    /// Starts a process that nobody created: it has an empty table, one thread, and nobody has a handle to it.
    pub fn start_process(&mut self, name: &str, log: &mut Log) -> (ProcessId, ThreadId) {
        let table = HandleTable::new(self.options.reuse);
        let mut cx = Cx { k: self, log };
        let process = objects::process::start(&mut cx, name, table);
        let thread = objects::thread::start(&mut cx, process, "", false);
        (process, thread)
    }

    /// One thread makes one call. This is the door through which all change by programs comes.
    pub fn call(
        &mut self,
        thread: ThreadId,
        spec: &'static CallSpec,
        values: &[Arg],
        log: &mut Log,
    ) -> Outcome {
        let who = match self.caller(thread) {
            Ok(who) => who,
            Err(standstill) => return Outcome::CannotRun(standstill),
        };
        let mut cx = Cx { k: self, log };
        match (spec.run)(&mut cx, who, &Args { spec, values }) {
            Ok(Reply { after: After::Block, .. }) => Outcome::Blocked,
            Ok(Reply { after: After::End, .. }) => Outcome::Ended,
            result => Outcome::Returned(self.answer(thread, spec, result)),
        }
    }

    /// What a call answers that takes nothing and only tells something, such as GetCurrentProcess.
    ///
    /// ```
    /// use handlelab::kernel::{CallSpec, Kernel, Log, Options};
    ///
    /// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
    /// let (process, thread) = kernel.start_process("p", &mut log);
    /// let tell = |call| kernel.tell(thread, CallSpec::find(call).expect("a call"));
    /// assert_eq!(tell("GetCurrentProcess"), Some(u64::MAX), "a pseudohandle: it is in no table");
    /// assert_eq!(tell("GetCurrentProcessId"), kernel.process(process).map(|record| record.pid.into()));
    /// assert_eq!(tell("CreateEvent"), None, "it does something");
    /// ```
    pub fn tell(&self, thread: ThreadId, spec: &'static CallSpec) -> Option<u64> {
        let process = self.threads.get(thread)?.process;
        spec.tells.map(|tell| tell(self, Caller { process, thread }))
    }

    /// Can the thread make a call now?
    pub fn can_run(&self, thread: ThreadId) -> Result<(), Standstill> {
        self.caller(thread).map(|_| ())
    }

    /// Who makes a call, if the thread can.
    pub(crate) fn caller(&self, thread: ThreadId) -> Result<Caller, Standstill> {
        match self.threads.get(thread) {
            None => Err(Standstill::Ended),
            Some(record) if record.exit_code.is_some() => Err(Standstill::Ended),
            Some(record) if record.wait.is_some() => Err(Standstill::Blocked),
            Some(record) if record.suspend_count > 0 => Err(Standstill::Suspended),
            Some(record) => Ok(Caller { process: record.process, thread }),
        }
    }

    /// Notes why a call failed as the thread's last error.
    pub(crate) fn refuse(&mut self, thread: ThreadId, status: Status) -> Refusal {
        self.set_last_error(thread, status.win32());
        Refusal::Failed(status)
    }

    /// Makes an answer of what a call's code gave back, and sets the thread's last error.
    pub(crate) fn answer(
        &mut self,
        thread: ThreadId,
        spec: &'static CallSpec,
        result: Result<Reply, Failure>,
    ) -> Answer {
        let native = spec.returns == Returns::Status;
        let answer = match result {
            Ok(reply) => Answer {
                value: if native { u64::from(reply.status.code()) } else { reply.value },
                succeeded: true,
                status: reply.status,
                error: reply.last_error.filter(|_| !native),
                object: reply.object,
                outs: reply.outs,
            },
            Err(failure) => Answer {
                value: spec.returns.failure(failure.status),
                succeeded: false,
                status: failure.status,
                error: (!native).then(|| failure.error.unwrap_or(failure.status.win32())),
                object: None,
                outs: failure.outs,
            },
        };
        if let Some(error) = answer.error {
            self.set_last_error(thread, error);
        }
        answer
    }

    /// What GetLastError gives in a thread.
    pub fn last_error(&self, thread: ThreadId) -> Option<Win32Error> {
        self.last_errors.read(slot(thread));
        self.threads.peek(thread).map(|record| record.last_error)
    }

    pub(crate) fn set_last_error(&mut self, thread: ThreadId, error: Win32Error) {
        self.last_errors.write(slot(thread));
        if let Some(record) = self.threads.peek_mut(thread) {
            record.last_error = error;
        }
    }

    /// The options that were chosen.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// All objects.
    pub fn objects(&self) -> &ObjectStore {
        &self.objects
    }

    /// The names of the session.
    pub fn names(&self) -> &Directory {
        &self.names
    }

    /// The files on the disk.
    pub fn files(&self) -> &FileSystem {
        &self.files
    }

    /// A process, running or ended, as long as its object exists.
    pub fn process(&self, id: ProcessId) -> Option<&ProcessRecord> {
        self.processes.get(id)
    }

    /// All processes whose objects exist, in no particular order.
    pub fn processes(&self) -> impl Iterator<Item = (ProcessId, &ProcessRecord)> {
        self.processes.iter()
    }

    /// A thread, running or ended, as long as its object exists.
    pub fn thread(&self, id: ThreadId) -> Option<&ThreadRecord> {
        self.threads.get(id)
    }

    /// All threads whose objects exist, in no particular order.
    pub fn threads(&self) -> impl Iterator<Item = (ThreadId, &ThreadRecord)> {
        self.threads.iter()
    }

    /// Milliseconds since the start.
    pub fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Would a wait by this thread for this object be satisfied now?
    pub fn is_signaled(&self, object: ObjectId, thread: ThreadId) -> bool {
        let found = self.objects.type_of(object);
        found.is_some_and(|found| (found.spec().behaviour.is_signaled)(self, object, thread))
    }

    /// The object's state in words, such as `signaled` or `count 2`.
    pub fn state_of(&self, object: ObjectId) -> String {
        self.objects
            .get(object)
            .map(|found| (found.object_type().spec().behaviour.state)(self, object))
            .unwrap_or_default()
    }

    /// What users call an object that has no name in the directory: the name of a process or thread, a file's path.
    pub fn label_of(&self, object: ObjectId) -> Option<SmolStr> {
        objects::label(self, object)
    }

    /// The entry that a value names for a thread, pseudohandles included: the object and the rights granted.
    pub fn resolve(
        &self,
        process: ProcessId,
        thread: ThreadId,
        handle: Handle,
    ) -> Option<(ObjectId, AccessMask)> {
        self.look_up(Caller { process, thread }, handle).ok()
    }

    pub(crate) fn look_up(&self, who: Caller, handle: Handle) -> Result<(ObjectId, AccessMask), Status> {
        let record = self.processes.get(who.process).ok_or(Status::InvalidHandle)?;
        if let Some(entry) = record.table.as_ref().and_then(|table| table.get(handle)) {
            return Ok((entry.object, entry.granted_access));
        }
        if handle == Handle::CURRENT_PROCESS {
            return Ok((record.object, ObjectType::Process.spec().generic.all));
        }
        if handle == Handle::CURRENT_THREAD {
            let thread = self.threads.get(who.thread).ok_or(Status::InvalidHandle)?;
            return Ok((thread.object, ObjectType::Thread.spec().generic.all));
        }
        Err(if handle.names_a_token() { Status::ObjectTypeMismatch } else { Status::InvalidHandle })
    }

    /// Looks a handle up for use: first the entry, then the object's type, then the rights (fact 1.23).
    #[inline]
    pub(crate) fn reference(
        &self,
        who: Caller,
        handle: Handle,
        of: Option<ObjectType>,
        access: AccessMask,
    ) -> Result<ObjectId, Status> {
        let (id, granted) = self.look_up(who, handle)?;
        if let Some(wanted) = of
            && self.objects.type_of(id) != Some(wanted)
        {
            return Err(Status::ObjectTypeMismatch);
        }
        if granted.contains(access) { Ok(id) } else { Err(Status::AccessDenied) }
    }
}
