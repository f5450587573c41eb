//! What is a process?
//!
//! A handle table with threads around it. Its object outlives it while a handle to it, or to one of its threads, is open
//! (facts 6.12 and 6.14): it is signaled from its end on, and tells its exit code.
//!
//! ```
//! use handlelab::kernel::{Arg, CallSpec, Kernel, Log, Options, Outcome};
//!
//! let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
//! let (_, parent) = kernel.start_process("parent", &mut log);
//! let create = CallSpec::find("CreateProcess").expect("a call");
//! kernel.call(parent, create, &[Arg::Text("child".into())], &mut log);
//! let child = kernel.processes().find(|(_, record)| record.name == "child").expect("it runs");
//! let (child, thread) = (child.0, child.1.threads[0]);
//!
//! let exit = CallSpec::find("ExitProcess").expect("a call");
//! assert_eq!(kernel.call(thread, exit, &[Arg::Number(7)], &mut log), Outcome::Ended);
//! let ended = kernel.process(child).expect("the parent has a handle to it");
//! assert_eq!((ended.exit_code, ended.table.is_none()), (Some(7), true));
//! assert!(kernel.process_of(ended.object).is_some_and(|same| same.pid == ended.pid));
//! ```

use super::{Behaviour, ObjectType, TypeSpec, Widening};
use crate::kernel::Kernel;
use crate::kernel::access::{AccessMask, GenericMapping, Right};
use crate::kernel::answer::{OutValue, Reply};
use crate::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::canonical::{Canonical, Sink};
use crate::kernel::client_ids::ClientIds;
use crate::kernel::cx::{Caller, Cx};
use crate::kernel::effects::Effect;
use crate::kernel::endings::Ending;
use crate::kernel::ids::{Handle, ObjectId, ObjectNo, ProcessId, ThreadId};
use crate::kernel::object::{Object, Reference};
use crate::kernel::objects::section::View;
use crate::kernel::objects::thread::STILL_ACTIVE;
use crate::kernel::status::Status;
use crate::kernel::table::HandleTable;
use smol_str::SmolStr;

mod creation;

/// PROCESS_TERMINATE
const TERMINATE: u32 = 1;
/// PROCESS_DUP_HANDLE
pub(crate) const DUP_HANDLE: u32 = 0x40;
/// PROCESS_CREATE_PROCESS
const CREATE_PROCESS: u32 = 0x80;
/// PROCESS_QUERY_LIMITED_INFORMATION
pub(crate) const QUERY_LIMITED: u32 = 0x1000;
/// The id of the system's own process, which nobody may open (fact 6.17).
const SYSTEM_PID: u32 = 4;

/// The type.
pub(crate) const TYPE: TypeSpec = TypeSpec {
    name: "Process",
    win32: "Process",
    about: "A running or ended program: a handle table with threads around it. It is signaled when it has ended.",
    rights: &[
        Right::new("PROCESS_TERMINATE", TERMINATE, "end the process"),
        Right::new("PROCESS_CREATE_THREAD", 2, "start a thread in the process"),
        Right::new("PROCESS_SET_SESSIONID", 4, "move the process into another session"),
        Right::new("PROCESS_VM_OPERATION", 8, "change the process's address space"),
        Right::new("PROCESS_VM_READ", 0x10, "read the process's memory"),
        Right::new("PROCESS_VM_WRITE", 0x20, "write the process's memory"),
        Right::new(
            "PROCESS_DUP_HANDLE",
            DUP_HANDLE,
            "duplicate handles out of the process and into it, and close them there: as good as every right to it",
        ),
        Right::new("PROCESS_CREATE_PROCESS", CREATE_PROCESS, "make the process the parent of a new one"),
        Right::new("PROCESS_SET_QUOTA", 0x100, "change the process's limits, as putting it into a job does"),
        Right::new("PROCESS_SET_INFORMATION", 0x200, "change the process's properties"),
        Right::new(
            "PROCESS_QUERY_INFORMATION",
            0x400,
            "ask for the process's properties, such as the exit code",
        ),
        Right::new("PROCESS_SUSPEND_RESUME", 0x800, "suspend and resume the process"),
        Right::new(
            "PROCESS_QUERY_LIMITED_INFORMATION",
            QUERY_LIMITED,
            "ask for a few of the process's properties, such as the exit code",
        ),
        Right::new("PROCESS_SET_LIMITED_INFORMATION", 0x2000, "change a few of the process's properties"),
    ],
    sets: &[],
    all_access: "PROCESS_ALL_ACCESS",
    generic: GenericMapping::new(0x2_0410, 0x2_0BEA, 0x12_1001, 0x1F_FFFF),
    valid_access: AccessMask(0x1F_FFFF),
    implied: &[(AccessMask(0x400), AccessMask(QUERY_LIMITED)), (AccessMask(0x200), AccessMask(0x2000))],
    widening: Widening::AskSecurity,
    calls: CALLS,
    behaviour: Behaviour {
        is_signaled: |kernel, id, _| kernel.process_of(id).is_none_or(|process| process.table.is_none()),
        deleted,
        label: |kernel, id| kernel.process_of(id).map(|process| process.name.clone()),
        state: |kernel, id| match kernel.process_of(id) {
            Some(ProcessRecord { exit_code: Some(code), .. }) => format!("ended with {code}"),
            _ => "running".to_owned(),
        },
        ..Behaviour::DEFAULT
    },
};

/// A process object: it stands for a [`ProcessRecord`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Process {
    /// The process.
    pub id: ProcessId,
}

impl Canonical for Process {
    fn write(&self, to: &mut Sink<'_>) {
        to.process(self.id);
    }
}

/// What the kernel knows of a process, as long as its object exists.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ProcessRecord {
    /// Its object.
    pub object: ObjectId,
    /// Its object's number.
    pub no: ObjectNo,
    /// Its name in the scenario.
    pub name: SmolStr,
    /// Its id.
    pub pid: u32,
    /// The id of the process that created it, or was designated as its parent; 0 if there is none.
    pub parent_pid: u32,
    /// Its handles; gone with its end.
    pub table: Option<HandleTable>,
    /// Its threads, ended ones included as long as their objects exist; the first is the first.
    pub threads: Vec<ThreadId>,
    /// Its exit code, once it has ended.
    pub exit_code: Option<u32>,
    /// What GetStdHandle gives for input, output and error.
    pub standard: [Handle; 3],
    /// Its views of file mappings.
    pub views: Vec<View>,
    /// The jobs that it is in while it runs, the innermost last.
    pub jobs: Vec<ObjectId>,
}

impl Kernel {
    /// The process that a process object stands for.
    pub fn process_of(&self, object: ObjectId) -> Option<&ProcessRecord> {
        self.processes.get(self.objects.body::<Process>(object)?.id)
    }

    /// Fails unless the process's table has room for so many more handles (fact 1.16).
    pub(crate) fn room_for_handles(&self, process: ProcessId, handles: usize) -> Result<(), Status> {
        let table = self.processes.get(process).and_then(|record| record.table.as_ref());
        let room = table.map_or(0, |table| HandleTable::CAPACITY - table.len());
        if room >= handles { Ok(()) } else { Err(Status::InsufficientResources) }
    }
}

/// Starts a process without threads, with the table that it begins with.
pub(crate) fn start(cx: &mut Cx<'_>, name: &str, table: HandleTable) -> ProcessId {
    if cx.k.processes.notes().wanted() {
        table.notes().begin();
    }
    let pid = cx.k.client_ids.take();
    let id = cx.k.processes.insert(ProcessRecord {
        object: ObjectId::default(),
        no: ObjectNo::default(),
        name: name.into(),
        pid,
        parent_pid: 0,
        table: Some(table),
        threads: Vec::new(),
        exit_code: None,
        standard: [Handle::NULL; 3],
        views: Vec::new(),
        jobs: Vec::new(),
    });
    let object = cx.create_object(Process { id }, Some(name.into()));
    let no = cx.k.objects.number(object).unwrap_or_default();
    if let Some(record) = cx.k.processes.get_mut(id) {
        (record.object, record.no) = (object, no);
    }
    cx.log.push(|| Effect::ProcessStarted { process: no, pid });
    cx.take_reference(object, Reference::Running);
    id
}

/// The process's object is gone: its id is free (fact 6.19).
fn deleted(cx: &mut Cx<'_>, object: Object) {
    let super::Body::Process(Process { id }) = object.body else { return };
    if let Some(record) = cx.k.processes.remove(id) {
        cx.k.client_ids.free(record.pid);
    }
}

/// The process that a handle names, for a call that a running process is needed for.
pub(crate) fn referenced(cx: &Cx<'_>, who: Caller, handle: Handle, access: u32) -> Result<ProcessId, Status> {
    if handle == Handle::CURRENT_PROCESS {
        return Ok(who.process);
    }
    let object = cx.k.reference(who, handle, Some(ObjectType::Process), AccessMask(access))?;
    of_object(cx, object)
}

fn of_object(cx: &Cx<'_>, object: ObjectId) -> Result<ProcessId, Status> {
    cx.k.objects.body::<Process>(object).map(|process| process.id).ok_or(Status::ObjectTypeMismatch)
}

const CALLS: &[CallSpec] = &[
    creation::CREATE_PROCESS_CALL,
    CallSpec {
        name: "OpenProcess",
        about: "Opens a handle to the process that has the id, running or ended.",
        returns: Returns::Handle,
        params: &[
            ParamSpec::required(
                "dwDesiredAccess",
                Kind::Access(Some(ObjectType::Process)),
                "what the handle shall allow",
            ),
            ParamSpec::optional("bInheritHandle", Kind::Bool, "TRUE: children may inherit the handle"),
            ParamSpec::required("dwProcessId", Kind::Dword, "the process's id"),
        ],
        fails: &[(Status::InvalidCid, "no process has this id (a thread's id will not do)")],
        facts: "6.15-6.19",
        example: "process p, q\np: h = OpenProcess(SYNCHRONIZE, FALSE, q.pid)  => HANDLE\n\
                  p: WaitForSingleObject(h, 0)  => WAIT_TIMEOUT\n",
        tells: None,
        run: |cx, who, a| {
            let pid = ClientIds::meant(a.dword(2));
            if pid == SYSTEM_PID {
                return Err(Status::AccessDenied.into());
            }
            let found = cx.k.processes.glance().find(|(_, record)| record.pid == pid).map(|(id, _)| id);
            let object =
                cx.k.processes.get_if(found).map(|record| record.object).ok_or(Status::InvalidCid)?;
            cx.open_by_id(who, object, ObjectType::Process.grant(a.access(0))?, a.bool(1))
        },
    },
    CallSpec {
        name: "ExitProcess",
        about: "Ends the calling process with all its threads. Its handles are closed.",
        returns: Returns::Nothing,
        params: &[ParamSpec::required("uExitCode", Kind::Dword, "the exit code")],
        fails: &[],
        facts: "6.26-6.30",
        example: "process p, q\np: h = OpenProcess(PROCESS_ALL_ACCESS, FALSE, q.pid)  => HANDLE\nq: ExitProcess(3)\n\
                  p: GetExitCodeProcess(h, &code)  => TRUE\ncheck p.code == 3\n",
        tells: None,
        run: |cx, who, a| {
            cx.end_process_of(who.thread, a.dword(0));
            Ok(Reply::ended())
        },
    },
    CallSpec {
        name: "TerminateProcess",
        about: "Ends another process, or the own one. Another one may still run for a moment: wait for its handle.",
        returns: Returns::Bool,
        params: &[
            ParamSpec::object("hProcess", ObjectType::Process, TERMINATE, "the process"),
            ParamSpec::required("uExitCode", Kind::Dword, "its exit code"),
        ],
        fails: &[(Status::ProcessIsTerminating, "the process has ended already")],
        facts: "6.31-6.37",
        example: "process p\np: CreateProcess(\"child\", &pi)  => TRUE\np: TerminateProcess(pi.hProcess, 198)  => TRUE\n\
                  check exit_code(child) == 198\np: TerminateProcess(pi.hProcess, 1)  => FALSE ERROR_ACCESS_DENIED\n",
        tells: None,
        run: |cx, who, a| {
            let process = of_object(cx, a.object(cx, who, 0)?)?;
            if cx.k.processes.get(process).is_none_or(|record| record.exit_code.is_some()) {
                return Err(Status::ProcessIsTerminating.into());
            }
            if process == who.process {
                cx.end_process_of(who.thread, a.dword(1));
                return Ok(Reply::ended());
            }
            cx.k.endings.push(Ending::Process(process, a.dword(1)));
            Ok(Reply::done())
        },
    },
    CallSpec {
        name: "GetExitCodeProcess",
        about: "Gives the exit code of a process that has ended, and STILL_ACTIVE (259) while it runs. A process may end with \
                259 too: to learn whether it has ended, wait for its handle.",
        returns: Returns::Bool,
        params: &[
            ParamSpec::object("hProcess", ObjectType::Process, QUERY_LIMITED, "the process"),
            ParamSpec::required("lpExitCode", Kind::OutNumber, "gets the exit code"),
        ],
        fails: &[],
        facts: "6.22-6.24",
        example: "process p\np: GetExitCodeProcess(GetCurrentProcess(), &code)  => TRUE\ncheck p.code == STILL_ACTIVE\n",
        tells: None,
        run: |cx, who, a| {
            let process = of_object(cx, a.object(cx, who, 0)?)?;
            let code =
                cx.k.processes.get(process).and_then(|record| record.exit_code).unwrap_or(STILL_ACTIVE);
            Ok(Reply::done().out(1, OutValue::Number(code.into())))
        },
    },
    CallSpec {
        name: "GetProcessId",
        about: "Gives the id of the process that a handle names, running or ended.",
        returns: Returns::Number { failure: 0 },
        params: &[ParamSpec::object("Process", ObjectType::Process, QUERY_LIMITED, "the process")],
        fails: &[],
        facts: "11.05",
        example: "process p\np: id = GetProcessId(GetCurrentProcess())\ncheck p.id == p.pid\n",
        tells: None,
        run: |cx, who, a| {
            let process = of_object(cx, a.object(cx, who, 0)?)?;
            Ok(Reply::number(cx.k.processes.get(process).map_or(0, |record| record.pid.into())))
        },
    },
    CallSpec {
        name: "GetProcessHandleCount",
        about: "Gives the number of handles that a process has open. It says nothing of the objects.",
        returns: Returns::Bool,
        params: &[
            ParamSpec::object("hProcess", ObjectType::Process, QUERY_LIMITED, "the process"),
            ParamSpec::required("pdwHandleCount", Kind::OutNumber, "gets the number"),
        ],
        fails: &[],
        facts: "11.03 11.04",
        example: "process p\np: h = CreateEvent()  => HANDLE\n\
                  p: GetProcessHandleCount(GetCurrentProcess(), &n)  => TRUE\ncheck p.n == 1\n",
        tells: None,
        run: |cx, who, a| {
            let process = of_object(cx, a.object(cx, who, 0)?)?;
            let table = cx.k.processes.get(process).and_then(|record| record.table.as_ref());
            Ok(Reply::done().out(1, OutValue::Number(table.map_or(0, |table| table.len() as u64))))
        },
    },
    CallSpec::telling(
        "GetCurrentProcess",
        "Gives the pseudohandle -1, which means the process that uses it. It is no entry of any table.",
        "1.05 1.26 3.10",
        "process p\np: h = GetCurrentProcess()  => -1\ncheck open_handles(p) == 0\n",
        |_, _| Handle::CURRENT_PROCESS.0,
    ),
    CallSpec::telling(
        "GetCurrentProcessId",
        "Gives the calling process's id.",
        "1.21",
        "process p\np: id = GetCurrentProcessId()\ncheck p.id == p.pid\n",
        |kernel, who| kernel.processes.get(who.process).map_or(0, |record| record.pid.into()),
    ),
];
