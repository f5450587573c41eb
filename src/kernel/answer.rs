//! What does a call give back?

use super::ids::{Handle, ObjectId};
use super::status::{Status, Win32Error};
use smol_str::SmolStr;

/// What a call answers: its return value, the error that GetLastError now gives if the call set one, and its out
/// parameters.
///
/// ```
/// use handlelab::kernel::{Arg, CallSpec, Kernel, Log, Options, Outcome, Status, Win32Error};
///
/// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
/// let (_, thread) = kernel.start_process("p", &mut log);
/// let close = CallSpec::find("CloseHandle").expect("a call");
/// let outcome = kernel.call(thread, close, &[Arg::Number(64)], &mut log);
/// let Outcome::Returned(answer) = outcome else { panic!("it waits") };
/// assert_eq!((answer.value, answer.succeeded), (0, false), "FALSE");
/// assert_eq!((answer.status, answer.error), (Status::InvalidHandle, Some(Win32Error::INVALID_HANDLE)));
/// assert_eq!(kernel.last_error(thread), answer.error);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Answer {
    /// The return value, 64 bits as the caller sees them.
    pub value: u64,
    /// Did the call do what was asked?
    pub succeeded: bool,
    /// The kernel's own word for the outcome.
    pub status: Status,
    /// The last error, where the call set it.
    pub error: Option<Win32Error>,
    /// The object that a returned handle names.
    pub object: Option<ObjectId>,
    /// The out parameters that were filled.
    pub outs: Vec<Out>,
}

/// An out parameter that was filled.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Out {
    /// The parameter's place in the call's description.
    pub param: u8,
    /// What was written there.
    pub value: OutValue,
}

/// What is written to an out parameter.
///
/// ```
/// use handlelab::kernel::{Arg, CallSpec, Handle, Kernel, Log, Options, OutValue, Outcome};
///
/// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
/// let (_, thread) = kernel.start_process("p", &mut log);
/// let create = CallSpec::find("CreatePipe").expect("a call");
/// let outcome = kernel.call(thread, create, &[Arg::Out, Arg::Out], &mut log);
/// let Outcome::Returned(answer) = outcome else { panic!("it waits") };
/// assert!(matches!(answer.outs[1].value, OutValue::Handle(Handle(8), Some(_))));
/// assert_eq!(create.params[usize::from(answer.outs[1].param)].name, "hWritePipe");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OutValue {
    /// A number.
    Number(u64),
    /// A handle, and the object that it names.
    Handle(Handle, Option<ObjectId>),
    /// Data that was read.
    Text(SmolStr),
    /// The fields of a structure, in the order of the call's description.
    Record(Vec<(u64, Option<ObjectId>)>),
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It returned.
    Returned(Answer),
    /// The thread waits; the answer comes as a [`Release`](super::effects::Release).
    Blocked,
    /// The thread ended with this call; there is no answer.
    Ended,
    /// The thread cannot make calls now; nothing happened.
    CannotRun(Standstill),
}

/// Why a thread can make no call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Standstill {
    /// It waits in an earlier call.
    Blocked,
    /// It is suspended.
    Suspended,
    /// It has ended.
    Ended,
}

/// Why a call by one of the functions of a [running](super::Running) thread gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The call failed; the thread's last error says so too.
    Failed(Status),
    /// The thread cannot make calls now; nothing happened.
    CannotRun(Standstill),
}

impl From<Standstill> for Refusal {
    fn from(standstill: Standstill) -> Refusal {
        Refusal::CannotRun(standstill)
    }
}

/// What the code of a call gives back when it succeeds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reply {
    pub(crate) value: u64,
    pub(crate) status: Status,
    pub(crate) last_error: Option<Win32Error>,
    pub(crate) object: Option<ObjectId>,
    pub(crate) outs: Vec<Out>,
    pub(crate) after: After,
}

/// How a call goes on after its code has run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum After {
    #[default]
    Return,
    Block,
    End,
}

/// What the code of a call gives back when it fails.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) status: Status,
    /// The last error, where the Win32 call gives another than its status means.
    pub(crate) error: Option<Win32Error>,
    pub(crate) outs: Vec<Out>,
}

impl From<Status> for Failure {
    fn from(status: Status) -> Failure {
        Failure { status, error: None, outs: Vec::new() }
    }
}

pub(crate) type CallResult = Result<Reply, Failure>;

impl Reply {
    /// TRUE, or STATUS_SUCCESS for a native call.
    pub(crate) fn done() -> Reply {
        Reply { value: 1, ..Reply::default() }
    }

    pub(crate) fn number(value: u64) -> Reply {
        Reply { value, ..Reply::default() }
    }

    pub(crate) fn handle(handle: Handle, object: ObjectId) -> Reply {
        Reply { value: handle.0, object: Some(object), ..Reply::default() }
    }

    pub(crate) fn blocked() -> Reply {
        Reply { after: After::Block, ..Reply::default() }
    }

    pub(crate) fn ended() -> Reply {
        Reply { after: After::End, ..Reply::default() }
    }

    pub(crate) fn out(mut self, param: u8, value: OutValue) -> Reply {
        self.outs.push(Out { param, value });
        self
    }
}
