//! What did a call change?
//!
//! Every change is reported as data, in the order in which it happened. Whoever shows, explains or checks something
//! reads effects; nobody needs to compare kernels.
//!
//! ```
//! use handlelab::kernel::{Arg, CallSpec, Effect, Kernel, Log, Options};
//!
//! let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::recording());
//! let (process, thread) = kernel.start_process("p", &mut log);
//! log.take_effects();
//! let create = CallSpec::find("CreateEvent").expect("a call");
//! kernel.call(thread, create, &[], &mut log);
//! let effects = log.take_effects();
//! assert!(matches!(effects.as_slice(), [Effect::ObjectCreated { .. }, Effect::HandleOpened { .. }, ..]));
//! # let _ = (process, Arg::Absent);
//! ```

use super::access::AccessMask;
use super::answer::Answer;
use super::ids::{Handle, ObjectId, ObjectNo, ThreadId};
use super::namespace::ObjectName;
use super::object::Reference;
use super::objects::ObjectType;
use super::table::HandleAttributes;
use serde::Serialize;
use smol_str::SmolStr;

/// Why a handle was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "by")]
#[non_exhaustive]
pub enum OpenReason {
    /// The call made the object.
    Create,
    /// The object existed and was found by its name or id.
    Open,
    /// Duplicated from this entry.
    Duplicate {
        /// The process whose entry was the source.
        process: ObjectNo,
        /// The source handle.
        handle: Handle,
    },
    /// Inherited: the parent has, or had, an entry with the same value.
    Inherit {
        /// The process it was inherited from.
        process: ObjectNo,
    },
}

/// Why a handle was closed.
///
/// ```
/// use handlelab::kernel::effects::CloseReason;
/// use handlelab::kernel::{CallSpec, Effect, Kernel, Log, Options};
///
/// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::recording());
/// let (_, thread) = kernel.start_process("p", &mut log);
/// kernel.call(thread, CallSpec::find("CreateEvent").expect("a call"), &[], &mut log);
/// kernel.call(thread, CallSpec::find("ExitProcess").expect("a call"), &[], &mut log);
/// let closed = log.take_effects().into_iter().find_map(|effect| match effect {
///     Effect::HandleClosed { reason, .. } => Some(reason),
///     _ => None,
/// });
/// assert_eq!(closed, Some(CloseReason::Exit), "a process that ends leaks nothing");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CloseReason {
    /// CloseHandle.
    Close,
    /// DUPLICATE_CLOSE_SOURCE.
    CloseSource,
    /// The process ended.
    Exit,
}

/// One change. Objects, processes and threads are named by the numbers of their objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "effect")]
#[non_exhaustive]
pub enum Effect {
    /// An object came into being.
    ObjectCreated {
        /// Its number.
        object: ObjectNo,
        /// Its type.
        object_type: ObjectType,
        /// What users call it: the name of a process or thread, the path of a file.
        label: Option<SmolStr>,
    },
    /// An object was entered into the directory.
    NameAdded {
        /// The object.
        object: ObjectNo,
        /// Its name.
        name: ObjectName,
    },
    /// The name was removed from the directory: the first of the two deaths.
    NameRemoved {
        /// The object.
        object: ObjectNo,
        /// The name that it had.
        name: ObjectName,
    },
    /// A table got an entry; the object's two counts rose by one.
    HandleOpened {
        /// Whose table.
        process: ObjectNo,
        /// The new value.
        handle: Handle,
        /// The object.
        object: ObjectNo,
        /// What the handle allows.
        granted_access: AccessMask,
        /// Its flags.
        attributes: HandleAttributes,
        /// Why.
        reason: OpenReason,
        /// The object's handle count now.
        handle_count: u32,
        /// The object's pointer count now.
        pointer_count: u32,
    },
    /// A table lost an entry; the object's handle count fell by one. Its pointer count follows when the name has gone, as
    /// a dropped reference.
    HandleClosed {
        /// Whose table.
        process: ObjectNo,
        /// The value.
        handle: Handle,
        /// The object.
        object: ObjectNo,
        /// Why.
        reason: CloseReason,
        /// The object's handle count now.
        handle_count: u32,
    },
    /// The flags of an entry changed.
    HandleChanged {
        /// Whose table.
        process: ObjectNo,
        /// The value.
        handle: Handle,
        /// Its flags now.
        attributes: HandleAttributes,
    },
    /// Something that is no handle refers to the object from now on.
    ReferenceTaken {
        /// The object.
        object: ObjectNo,
        /// What refers to it.
        reference: Reference,
        /// The object's pointer count now.
        pointer_count: u32,
    },
    /// It refers to it no longer.
    ReferenceDropped {
        /// The object.
        object: ObjectNo,
        /// What referred to it.
        reference: Reference,
        /// The object's pointer count now.
        pointer_count: u32,
    },
    /// The last reference went: the object is no more.
    ObjectDeleted {
        /// The number that it had.
        object: ObjectNo,
    },
    /// What a wait would find has changed.
    StateChanged {
        /// The object.
        object: ObjectNo,
        /// Its state in words: `signaled`, `count 2`, `owned by parent`.
        state: String,
    },
    /// A process began.
    ProcessStarted {
        /// The process.
        process: ObjectNo,
        /// Its id.
        pid: u32,
    },
    /// A process ended; its table is gone.
    ProcessExited {
        /// The process.
        process: ObjectNo,
        /// Its exit code.
        exit_code: u32,
    },
    /// A thread began.
    ThreadStarted {
        /// The thread.
        thread: ObjectNo,
        /// Its process.
        process: ObjectNo,
        /// Its id.
        tid: u32,
    },
    /// A thread ended.
    ThreadExited {
        /// The thread.
        thread: ObjectNo,
        /// Its exit code.
        exit_code: u32,
    },
    /// A thread waits and will go on when what it waits for is there.
    ThreadBlocked {
        /// The thread.
        thread: ObjectNo,
        /// The objects it waits for.
        objects: Vec<ObjectNo>,
    },
    /// A thread that waited goes on.
    ThreadReleased {
        /// The thread.
        thread: ObjectNo,
    },
    /// A thread was suspended or resumed.
    ThreadSuspended {
        /// The thread.
        thread: ObjectNo,
        /// How often it is suspended now.
        suspend_count: u32,
    },
    /// A mutex lost its owner, who ended without releasing it.
    MutexAbandoned {
        /// The mutex.
        object: ObjectNo,
        /// The thread that owned it.
        thread: ObjectNo,
    },
    /// Data went into a file or pipe, or came out of it.
    DataMoved {
        /// The file object.
        object: ObjectNo,
        /// What happened.
        how: Transfer,
        /// How many bytes.
        bytes: u32,
    },
    /// A file came into being on the disk.
    FileCreated {
        /// Its name.
        path: SmolStr,
    },
    /// A file's name is gone from the disk.
    FileDeleted {
        /// Its name.
        path: SmolStr,
    },
    /// The clock moved.
    TimePassed {
        /// To this moment, in milliseconds from the start.
        now: u64,
    },
}

/// In which direction data moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Transfer {
    /// Out of the file.
    Read,
    /// Into the file.
    Written,
}

/// The answer to a call that had blocked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Release {
    /// The thread that goes on.
    pub thread: ThreadId,
    /// What its call answers.
    pub answer: Answer,
}

/// Where the kernel reports to. Effects are written down only if somebody wants them; answers to calls that had blocked,
/// and who has ended, always are.
///
/// ```
/// use handlelab::kernel::waits::WAIT_TIMEOUT;
/// use handlelab::kernel::{Arg, CallSpec, Handle, Kernel, Log, Options};
///
/// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
/// let (_, thread) = kernel.start_process("p", &mut log);
/// let own_end = [Handle::CURRENT_PROCESS.0, 50].map(Arg::Number);
/// kernel.call(thread, CallSpec::find("WaitForSingleObject").expect("a call"), &own_end, &mut log);
/// kernel.pass_wait(thread, &mut log);
/// assert_eq!(log.take_released()[0].answer.value, WAIT_TIMEOUT);
/// kernel.call(thread, CallSpec::find("ExitProcess").expect("a call"), &[Arg::Number(3)], &mut log);
/// assert!(matches!(log.take_ended().as_slice(), [(_thread, 3), (_process, 3)]));
/// assert!(log.take_effects().is_empty(), "nobody wanted them");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Log {
    effects: Option<Vec<Effect>>,
    released: Vec<Release>,
    ended: Vec<(ObjectId, u32)>,
}

impl Log {
    /// A log that keeps effects.
    pub fn recording() -> Log {
        Log { effects: Some(Vec::new()), ..Log::default() }
    }

    /// A log that keeps none.
    pub fn quiet() -> Log {
        Log::default()
    }

    /// Takes out the effects that were reported since the last time.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        self.effects.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Takes out the answers to calls that had blocked.
    pub fn take_released(&mut self) -> Vec<Release> {
        std::mem::take(&mut self.released)
    }

    /// Takes out the objects of the processes and threads that ended, with their exit codes.
    pub fn take_ended(&mut self) -> Vec<(ObjectId, u32)> {
        std::mem::take(&mut self.ended)
    }

    /// Does it keep effects?
    pub(crate) fn is_recording(&self) -> bool {
        self.effects.is_some()
    }

    pub(crate) fn end(&mut self, object: ObjectId, exit_code: u32) {
        self.ended.push((object, exit_code));
    }

    #[inline]
    pub(crate) fn push(&mut self, effect: impl FnOnce() -> Effect) {
        if let Some(effects) = &mut self.effects {
            effects.push(effect());
        }
    }

    pub(crate) fn release(&mut self, thread: ThreadId, answer: Answer) {
        self.released.push(Release { thread, answer });
    }
}
