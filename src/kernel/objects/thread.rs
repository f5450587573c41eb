//! What is a thread?
//!
//! A line of execution inside a process: it makes the calls, waits, owns mutexes and has a last error of its own. Its
//! object outlives it while a handle to it is open, and keeps the process's object too (fact 6.14).
//!
//! ```
//! use handlelab::kernel::objects::thread::CREATE_SUSPENDED;
//! use handlelab::kernel::{Arg, CallSpec, Kernel, Log, Options, Outcome, Standstill};
//!
//! let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
//! let (_, first) = kernel.start_process("p", &mut log);
//! let create = CallSpec::find("CreateThread").expect("a call");
//! let args = [Arg::Text("worker".into()), Arg::Number(CREATE_SUSPENDED.into())];
//! let Outcome::Returned(made) = kernel.call(first, create, &args, &mut log) else { panic!("it waits") };
//! let worker = made.object.and_then(|object| kernel.thread_id(object)).expect("a thread");
//! assert_eq!(kernel.can_run(worker), Err(Standstill::Suspended));
//! let resume = CallSpec::find("ResumeThread").expect("a call");
//! kernel.call(first, resume, &[Arg::Number(made.value)], &mut log);
//! assert_eq!(kernel.can_run(worker), Ok(()));
//! ```

use super::{Behaviour, ObjectType, TypeSpec, Widening};
use crate::kernel::Kernel;
use crate::kernel::access::{AccessMask, GenericMapping, Right};
use crate::kernel::answer::{OutValue, Reply};
use crate::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::canonical::{Canonical, Sink};
use crate::kernel::client_ids::ClientIds;
use crate::kernel::cx::{Caller, Cx};
use crate::kernel::effects::{Effect, OpenReason};
use crate::kernel::endings::Ending;
use crate::kernel::ids::{Handle, ObjectId, ObjectNo, ProcessId, ThreadId};
use crate::kernel::object::{Object, Reference};
use crate::kernel::status::{Status, Win32Error};
use crate::kernel::table::HandleAttributes;
use crate::kernel::waits::Wait;
use smol_str::{SmolStr, format_smolstr};

const TERMINATE: u32 = 1;
const SUSPEND_RESUME: u32 = 2;
const QUERY_LIMITED: u32 = 0x800;
/// The exit code of whatever still runs (fact 6.25).
pub const STILL_ACTIVE: u32 = 259;
/// A thread cannot be suspended more often.
const MAXIMUM_SUSPEND_COUNT: u32 = 127;
/// The flag that makes a process or thread start suspended.
pub const CREATE_SUSPENDED: u32 = 4;

/// The type.
pub(crate) const TYPE: TypeSpec = TypeSpec {
    name: "Thread",
    win32: "Thread",
    about: "A line of execution inside a process. It is signaled when it has ended, and stays so.",
    rights: &[
        Right::new("THREAD_TERMINATE", TERMINATE, "end the thread"),
        Right::new("THREAD_SUSPEND_RESUME", SUSPEND_RESUME, "suspend and resume the thread"),
        Right::new("THREAD_ALERT", 4, "wake the thread from a wait that can be alerted"),
        Right::new("THREAD_GET_CONTEXT", 8, "read the thread's registers"),
        Right::new("THREAD_SET_CONTEXT", 0x10, "write the thread's registers"),
        Right::new("THREAD_SET_INFORMATION", 0x20, "change the thread's properties"),
        Right::new(
            "THREAD_QUERY_INFORMATION",
            0x40,
            "ask for the thread's properties, such as the exit code",
        ),
        Right::new("THREAD_SET_THREAD_TOKEN", 0x80, "let the thread act as another user"),
        Right::new("THREAD_IMPERSONATE", 0x100, "use the thread's security information"),
        Right::new("THREAD_DIRECT_IMPERSONATION", 0x200, "let a server's thread act as this thread's user"),
        Right::new("THREAD_SET_LIMITED_INFORMATION", 0x400, "change a few of the thread's properties"),
        Right::new(
            "THREAD_QUERY_LIMITED_INFORMATION",
            QUERY_LIMITED,
            "ask for a few of the thread's properties, such as the exit code",
        ),
        Right::new("THREAD_RESUME", 0x1000, "resume the thread"),
    ],
    sets: &[],
    all_access: "THREAD_ALL_ACCESS",
    generic: GenericMapping::new(0x2_0048, 0x2_0437, 0x12_1800, 0x1F_FFFF),
    valid_access: AccessMask(0x1F_FFFF),
    implied: &[(AccessMask(0x40), AccessMask(QUERY_LIMITED)), (AccessMask(0x20), AccessMask(0x400))],
    widening: Widening::AskSecurity,
    calls: CALLS,
    behaviour: Behaviour {
        is_signaled: |kernel, id, _| kernel.thread_of(id).is_none_or(|thread| thread.exit_code.is_some()),
        deleted,
        label: |kernel, id| {
            let record = kernel.thread_of(id)?;
            let process = &kernel.processes.get(record.process)?.name;
            Some(if record.name.is_empty() {
                process.clone()
            } else {
                format_smolstr!("{process}.{}", record.name)
            })
        },
        state: |kernel, id| match kernel.thread_of(id) {
            Some(ThreadRecord { exit_code: Some(code), .. }) => format!("ended with {code}"),
            Some(ThreadRecord { wait: Some(_), .. }) => "waiting".to_owned(),
            Some(ThreadRecord { suspend_count: 1.., .. }) => "suspended".to_owned(),
            _ => "running".to_owned(),
        },
        ..Behaviour::DEFAULT
    },
};

/// A thread object: it stands for a [`ThreadRecord`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Thread {
    /// The thread.
    pub id: ThreadId,
}

impl Canonical for Thread {
    fn write(&self, to: &mut Sink<'_>) {
        to.thread(self.id);
    }
}

/// What the kernel knows of a thread, as long as its object exists.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ThreadRecord {
    /// Its object.
    pub object: ObjectId,
    /// Its object's number.
    pub no: ObjectNo,
    /// Its process.
    pub process: ProcessId,
    /// Its name in the scenario; the first thread of a process has none.
    pub name: SmolStr,
    /// Its id.
    pub tid: u32,
    /// Its exit code, once it has ended.
    pub exit_code: Option<u32>,
    /// What GetLastError gives.
    pub last_error: Win32Error,
    /// It runs only while this is 0.
    pub suspend_count: u32,
    /// What it waits for.
    pub wait: Option<Wait>,
    /// The mutexes that it owns.
    pub owned: Vec<ObjectId>,
}

impl ThreadRecord {
    /// When its wait gives up; a suspended thread's wait does not.
    pub(crate) fn deadline(&self) -> Option<u64> {
        self.wait.as_ref().filter(|_| self.suspend_count == 0)?.deadline
    }
}

impl Kernel {
    /// The identity of the thread that a thread object stands for.
    pub fn thread_id(&self, object: ObjectId) -> Option<ThreadId> {
        self.objects.body::<Thread>(object).map(|thread| thread.id)
    }

    /// The thread that a thread object stands for.
    pub fn thread_of(&self, object: ObjectId) -> Option<&ThreadRecord> {
        self.threads.get(self.objects.body::<Thread>(object)?.id)
    }
}

/// Starts a thread in a process.
pub(crate) fn start(cx: &mut Cx<'_>, process: ProcessId, name: &str, suspended: bool) -> ThreadId {
    let (owner, process_no, process_name) = match cx.k.processes.get(process) {
        Some(record) => (record.object, record.no, record.name.clone()),
        None => Default::default(),
    };
    let tid = cx.k.client_ids.take();
    let id = cx.k.threads.insert(ThreadRecord {
        object: ObjectId::default(),
        no: ObjectNo::default(),
        process,
        name: name.into(),
        tid,
        exit_code: None,
        last_error: Win32Error::SUCCESS,
        suspend_count: suspended.into(),
        wait: None,
        owned: Vec::new(),
    });
    let label = if name.is_empty() { process_name } else { format_smolstr!("{process_name}.{name}") };
    let object = cx.create_object(Thread { id }, Some(label));
    let no = cx.k.objects.number(object).unwrap_or_default();
    if let Some(record) = cx.k.threads.get_mut(id) {
        (record.object, record.no) = (object, no);
    }
    if let Some(record) = cx.k.processes.get_mut(process) {
        record.threads.push(id);
    }
    cx.log.push(|| Effect::ThreadStarted { thread: no, process: process_no, tid });
    cx.take_reference(object, Reference::Running);
    cx.take_reference(owner, Reference::ThreadOf(no));
    id
}

/// The thread's object is gone: so is the thread's record, and its hold on the process.
fn deleted(cx: &mut Cx<'_>, object: Object) {
    let super::Body::Thread(Thread { id }) = object.body else { return };
    let Some(record) = cx.k.threads.remove(id) else { return };
    cx.k.client_ids.free(record.tid);
    let Some(process) = cx.k.processes.get_mut(record.process) else { return };
    process.threads.retain(|thread| *thread != id);
    let owner = process.object;
    cx.drop_reference(owner, Reference::ThreadOf(record.no));
}

const CALLS: &[CallSpec] = &[
    CallSpec {
        name: "CreateThread",
        about: "Starts a thread in the calling process and opens a handle to it.",
        returns: Returns::Handle,
        params: &[
            ParamSpec::required("lpStartAddress", Kind::NewThread, "the thread's name in the scenario"),
            ParamSpec::field(
                "dwCreationFlags",
                Kind::Flags("creation"),
                "CREATE_SUSPENDED: it runs only when resumed",
            ),
            ParamSpec::optional("lpThreadId", Kind::OutNumber, "gets the thread's id"),
            ParamSpec::INHERIT,
        ],
        fails: &[],
        facts: "6.10 6.11 9.03",
        example: "process p\np: h = CreateThread(\"worker\")  => HANDLE\np.worker: ExitThread(5)\n\
                  p: WaitForSingleObject(h, 0)  => WAIT_OBJECT_0\n",
        tells: None,
        run: |cx, who, a| {
            cx.k.room_for_handles(who.process, 1)?;
            let suspended = a.dword(1) & CREATE_SUSPENDED != 0;
            let thread = start(cx, who.process, a.text(0).unwrap_or_default(), suspended);
            let record = cx.k.threads.get(thread).ok_or(Status::InsufficientResources)?;
            let (object, tid) = (record.object, record.tid);
            let attributes = HandleAttributes::inherit(a.bool(3));
            let handle =
                cx.open_handle(who.process, object, TYPE.generic.all, attributes, || OpenReason::Create)?;
            let reply = Reply::handle(handle, object);
            Ok(if a.given(2) { reply.out(2, OutValue::Number(tid.into())) } else { reply })
        },
    },
    CallSpec {
        name: "OpenThread",
        about: "Opens a handle to the thread that has the id.",
        returns: Returns::Handle,
        params: &[
            ParamSpec::required(
                "dwDesiredAccess",
                Kind::Access(Some(ObjectType::Thread)),
                "what the handle shall allow",
            ),
            ParamSpec::optional("bInheritHandle", Kind::Bool, "TRUE: children may inherit the handle"),
            ParamSpec::required("dwThreadId", Kind::Dword, "the thread's id"),
        ],
        fails: &[(Status::InvalidCid, "no thread has this id")],
        facts: "1.21 6.16",
        example: "process p\np: tid = GetCurrentThreadId()\np: h = OpenThread(SYNCHRONIZE, FALSE, tid)  => HANDLE\n",
        tells: None,
        run: |cx, who, a| {
            let tid = ClientIds::meant(a.dword(2));
            let found = cx.k.threads.glance().find(|(_, record)| record.tid == tid).map(|(id, _)| id);
            let object = cx.k.threads.get_if(found).map(|record| record.object).ok_or(Status::InvalidCid)?;
            cx.open_by_id(who, object, ObjectType::Thread.grant(a.access(0))?, a.bool(1))
        },
    },
    CallSpec {
        name: "ExitThread",
        about: "Ends the calling thread. With the last thread its process ends.",
        returns: Returns::Nothing,
        params: &[ParamSpec::required("dwExitCode", Kind::Dword, "the exit code")],
        fails: &[],
        facts: "6.11 6.26 8.13",
        example: "process p\np: h = CreateThread(\"worker\")  => HANDLE\np.worker: ExitThread(5)\n\
                  p: GetExitCodeThread(h, &code)  => TRUE\ncheck p.code == 5\n",
        tells: None,
        run: |cx, who, a| {
            cx.end_thread(who.thread, a.dword(0));
            Ok(Reply::ended())
        },
    },
    CallSpec {
        name: "TerminateThread",
        about: "Ends another thread, wherever it is. What it owned is abandoned.",
        returns: Returns::Bool,
        params: &[
            ParamSpec::object("hThread", ObjectType::Thread, TERMINATE, "the thread"),
            ParamSpec::required("dwExitCode", Kind::Dword, "its exit code"),
        ],
        fails: &[],
        facts: "8.13 9.03",
        example: "process p\np: h = CreateThread(\"worker\")  => HANDLE\np: TerminateThread(h, 9)  => TRUE\n\
                  p: WaitForSingleObject(h, INFINITE)  => WAIT_OBJECT_0\n",
        tells: None,
        run: |cx, who, a| {
            let thread = referenced(cx, who, a.object(cx, who, 0)?)?;
            if thread == who.thread {
                cx.end_thread(thread, a.dword(1));
                return Ok(Reply::ended());
            }
            if cx.k.threads.get(thread).is_some_and(|record| record.exit_code.is_none()) {
                cx.k.endings.push(Ending::Thread(thread, a.dword(1)));
            }
            Ok(Reply::done())
        },
    },
    CallSpec {
        name: "SuspendThread",
        about: "Stops a thread until it has been resumed as often as it was suspended. It still counts as running.",
        returns: Returns::Number { failure: 0xFFFF_FFFF },
        params: &[ParamSpec::object("hThread", ObjectType::Thread, SUSPEND_RESUME, "the thread")],
        fails: &[
            (Status::ThreadIsTerminating, "the thread has ended"),
            (Status::SuspendCountExceeded, "the thread has been suspended 127 times already"),
        ],
        facts: "6.48 9.03",
        example: "process p\np: h = CreateThread(\"worker\")  => HANDLE\np: SuspendThread(h)  => 0\n\
                  p: ResumeThread(h)  => 1\np.worker: ExitThread(0)\n",
        tells: None,
        run: |cx, who, a| {
            let thread = referenced(cx, who, a.object(cx, who, 0)?)?;
            let record = cx.k.threads.get_mut(thread).filter(|record| record.exit_code.is_none());
            let record = record.ok_or(Status::ThreadIsTerminating)?;
            let before = record.suspend_count;
            if before >= MAXIMUM_SUSPEND_COUNT {
                return Err(Status::SuspendCountExceeded.into());
            }
            record.suspend_count += 1;
            if record.wait.as_ref().is_some_and(|wait| wait.deadline.is_some()) {
                cx.k.clock.change();
            }
            let (thread, suspend_count) = (record.no, record.suspend_count);
            cx.log.push(|| Effect::ThreadSuspended { thread, suspend_count });
            Ok(Reply::number(before.into()))
        },
    },
    CallSpec {
        name: "ResumeThread",
        about: "Undoes one suspension; gives how often the thread was suspended before.",
        returns: Returns::Number { failure: 0xFFFF_FFFF },
        params: &[ParamSpec::object("hThread", ObjectType::Thread, SUSPEND_RESUME, "the thread")],
        fails: &[],
        facts: "6.48 9.03",
        example: "process p\np: h = CreateThread(\"worker\", dwCreationFlags: CREATE_SUSPENDED)  => HANDLE\n\
                  p: ResumeThread(h)  => 1\np.worker: ExitThread(0)\n",
        tells: None,
        run: |cx, who, a| {
            let thread = referenced(cx, who, a.object(cx, who, 0)?)?;
            let Some(record) = cx.k.threads.get_mut(thread) else { return Ok(Reply::number(0)) };
            let before = record.suspend_count;
            if before > 0 {
                record.suspend_count -= 1;
                if record.wait.as_ref().is_some_and(|wait| wait.deadline.is_some()) {
                    cx.k.clock.change();
                }
                let (no, suspend_count) = (record.no, record.suspend_count);
                cx.log.push(|| Effect::ThreadSuspended { thread: no, suspend_count });
                resumed(cx, thread);
            }
            Ok(Reply::number(before.into()))
        },
    },
    CallSpec {
        name: "GetExitCodeThread",
        about: "Gives the exit code of a thread that has ended, and STILL_ACTIVE (259) while it runs. A thread may end with 259 \
                too: to learn whether it has ended, wait for its handle.",
        returns: Returns::Bool,
        params: &[
            ParamSpec::object("hThread", ObjectType::Thread, QUERY_LIMITED, "the thread"),
            ParamSpec::required("lpExitCode", Kind::OutNumber, "gets the exit code"),
        ],
        fails: &[],
        facts: "6.25",
        example: "process p\np: h = CreateThread(\"worker\")  => HANDLE\np: GetExitCodeThread(h, &code)  => TRUE\n\
                  check p.code == STILL_ACTIVE\n",
        tells: None,
        run: |cx, who, a| {
            let thread = referenced(cx, who, a.object(cx, who, 0)?)?;
            let code = cx.k.threads.get(thread).and_then(|record| record.exit_code).unwrap_or(STILL_ACTIVE);
            Ok(Reply::done().out(1, OutValue::Number(code.into())))
        },
    },
    CallSpec::telling(
        "GetCurrentThread",
        "Gives the pseudohandle -2, which means the thread that uses it. It is no entry of any table.",
        "1.06 3.12",
        "process p\np: h = GetCurrentThread()  => -2\ncheck open_handles(p) == 0\n",
        |_, _| Handle::CURRENT_THREAD.0,
    ),
    CallSpec::telling(
        "GetCurrentThreadId",
        "Gives the calling thread's id.",
        "1.21",
        "process p\np: tid = GetCurrentThreadId()\ncheck p.tid != p.pid\n",
        |kernel, who| kernel.threads.get(who.thread).map_or(0, |record| record.tid.into()),
    ),
];

fn referenced(cx: &Cx<'_>, _: Caller, object: ObjectId) -> Result<ThreadId, Status> {
    cx.k.objects.body::<Thread>(object).map(|thread| thread.id).ok_or(Status::ObjectTypeMismatch)
}

/// A thread that is no longer suspended looks again for what it was waiting for.
fn resumed(cx: &mut Cx<'_>, thread: ThreadId) {
    let Some(record) = cx.k.threads.get(thread).filter(|record| record.suspend_count == 0) else { return };
    let Some(wait) = &record.wait else { return };
    let (objects, overdue) =
        (wait.objects.clone(), wait.deadline.is_some_and(|deadline| deadline <= cx.k.now()));
    cx.wake_thread(thread);
    for object in objects {
        super::file::pipe::serve(cx, object);
    }
    if overdue {
        cx.time_out(thread);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Arg, Log, Options, Outcome};

    #[test]
    fn a_thread_that_was_suspended_too_often_refuses() {
        let mut log = Log::quiet();
        let mut kernel = Kernel::new(Options::default());
        let (_, main) = kernel.start_process("p", &mut log);
        let mut call = |name: &str, arg: Arg| match CallSpec::find(name) {
            Some(spec) => kernel.call(main, spec, &[arg], &mut log),
            None => panic!("{name}"),
        };
        call("CreateThread", Arg::Text("worker".into()));
        for before in 0..MAXIMUM_SUSPEND_COUNT {
            let outcome = call("SuspendThread", Arg::Number(4));
            assert!(
                matches!(&outcome, Outcome::Returned(answer) if answer.value == u64::from(before)),
                "{outcome:?}"
            );
        }
        let outcome = call("SuspendThread", Arg::Number(4));
        let Outcome::Returned(answer) = outcome else { panic!("{outcome:?}") };
        assert_eq!((answer.value, answer.error), (0xFFFF_FFFF, Some(Win32Error::SIGNAL_REFUSED)));
    }
}
