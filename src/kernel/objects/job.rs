//! What is a job?
//!
//! A group of processes that can be limited and ended together. It lives while processes are in it, handle or no handle
//! (fact 11.28), unless it is told to end them with its last handle (fact 2.17). Jobs may be nested: a process can be in a
//! job inside another.
//!
//! ```
//! use handlelab::kernel::{Arg, CallSpec, Handle, Kernel, Log, Options, Outcome};
//!
//! let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
//! let (process, thread) = kernel.start_process("p", &mut log);
//! let create = CallSpec::find("CreateJobObject").expect("a call");
//! let Outcome::Returned(made) = kernel.call(thread, create, &[], &mut log) else { panic!("it waits") };
//! let (job, handle) = (made.object.expect("a handle names an object"), Arg::Number(made.value));
//! let assign = CallSpec::find("AssignProcessToJobObject").expect("a call");
//! let this_process = Arg::Number(Handle::CURRENT_PROCESS.0);
//! kernel.call(thread, assign, &[handle.clone(), this_process], &mut log);
//! kernel.call(thread, CallSpec::find("CloseHandle").expect("a call"), &[handle], &mut log);
//! assert_eq!((kernel.objects().handle_count(job), kernel.objects().pointer_count(job)), (0, 1));
//! assert_eq!(kernel.process(process).map(|record| record.jobs.as_slice()), Some([job].as_slice()));
//! ```

use super::process::{self, Process};
use super::{Behaviour, ObjectType, TypeSpec, Widening};
use crate::kernel::access::{AccessMask, GenericMapping, Right};
use crate::kernel::answer::{CallResult, OutValue, Reply};
use crate::kernel::calls::{Args, CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::canonical::{Canonical, Sink};
use crate::kernel::cx::{Caller, Cx};
use crate::kernel::endings::Ending;
use crate::kernel::ids::{ObjectId, ProcessId};
use crate::kernel::object::Reference;
use crate::kernel::status::Status;

const ASSIGN_PROCESS: u32 = 1;
const SET_ATTRIBUTES: u32 = 2;
const QUERY: u32 = 4;
const TERMINATE: u32 = 8;
/// PROCESS_SET_QUOTA and PROCESS_TERMINATE, which assigning a process needs
const PROCESS_ASSIGNABLE: u32 = 0x101;
/// JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
const KILL_ON_JOB_CLOSE: u32 = 0x2000;

/// The type.
pub(crate) const TYPE: TypeSpec = TypeSpec {
    name: "Job",
    win32: "Job",
    about: "A group of processes that can be limited and ended together. A child joins the job of its parent.",
    rights: &[
        Right::new("JOB_OBJECT_ASSIGN_PROCESS", ASSIGN_PROCESS, "put processes into the job"),
        Right::new("JOB_OBJECT_SET_ATTRIBUTES", SET_ATTRIBUTES, "set the job's limits"),
        Right::new("JOB_OBJECT_QUERY", QUERY, "ask who is in the job"),
        Right::new("JOB_OBJECT_TERMINATE", TERMINATE, "end all processes of the job"),
        Right::new("JOB_OBJECT_SET_SECURITY_ATTRIBUTES", 0x10, "limit what the job's processes may do"),
        Right::new("JOB_OBJECT_IMPERSONATE", 0x20, "use the job's security information"),
    ],
    sets: &[],
    all_access: "JOB_OBJECT_ALL_ACCESS",
    generic: GenericMapping::new(0x2_0004, 0x2_000B, 0x12_0000, 0x1F_003F),
    valid_access: AccessMask(0x1F_003F),
    implied: &[],
    widening: Widening::AskSecurity,
    calls: CALLS,
    behaviour: Behaviour {
        is_signaled: |kernel, id, _| kernel.objects.body::<Job>(id).is_some_and(|job| job.terminated),
        last_handle_closed: |cx, id| {
            if cx.k.objects.body::<Job>(id).is_some_and(|job| job.kill_on_close) {
                end_members(cx, id, 0);
            }
        },
        state: |kernel, id| {
            let members = kernel.processes.iter().filter(|(_, record)| record.jobs.contains(&id)).count();
            let Some(job) = kernel.objects.body::<Job>(id) else { return String::new() };
            let signaled = if job.terminated { "signaled, " } else { "" };
            let kills = if job.kill_on_close { ", ends them with its last handle" } else { "" };
            format!("{signaled}{members} running{kills}")
        },
        ..Behaviour::DEFAULT
    },
};

/// A job. Who is in it is written down with the processes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Job {
    /// Ends its processes when its last handle is closed.
    pub kill_on_close: bool,
    /// TerminateJobObject was called; it is signaled from then on (fact 8.28).
    pub terminated: bool,
}

impl Canonical for Job {
    fn write(&self, to: &mut Sink<'_>) {
        to.plain(self);
    }
}

/// Puts a process into a job, which it keeps alive while it runs.
fn join(cx: &mut Cx<'_>, process: ProcessId, job: ObjectId) {
    let Some(record) = cx.k.processes.get_mut(process) else { return };
    record.jobs.push(job);
    let no = record.no;
    cx.take_reference(job, Reference::Job(no));
}

/// A child is in the jobs of its parent.
pub(crate) fn join_parents_jobs(cx: &mut Cx<'_>, parent: ProcessId, child: ProcessId) {
    let jobs = cx.k.processes.get(parent).map(|record| record.jobs.clone()).unwrap_or_default();
    for job in jobs {
        join(cx, child, job);
    }
}

/// A process that ends leaves its jobs.
pub(crate) fn leave(cx: &mut Cx<'_>, process: ProcessId) {
    let Some(record) = cx.k.processes.get_mut(process) else { return };
    let no = record.no;
    for job in std::mem::take(&mut record.jobs) {
        cx.drop_reference(job, Reference::Job(no));
    }
}

fn members(cx: &Cx<'_>, job: ObjectId) -> Vec<ProcessId> {
    let mut members: Vec<_> =
        cx.k.processes
            .iter()
            .filter(|(_, record)| record.jobs.contains(&job))
            .map(|(id, record)| (record.no, id))
            .collect();
    members.sort_unstable();
    members.into_iter().map(|(_, id)| id).collect()
}

/// The job and the jobs that are nested in it, the innermost first.
fn with_nested(cx: &Cx<'_>, job: ObjectId) -> Vec<ObjectId> {
    let mut chain = vec![job];
    for process in members(cx, job) {
        let jobs = cx.k.processes.get(process).map(|record| record.jobs.as_slice()).unwrap_or_default();
        for inner in jobs.iter().skip_while(|outer| **outer != job) {
            if !chain.contains(inner) {
                chain.push(*inner);
            }
        }
    }
    chain.reverse();
    chain
}

fn end_members(cx: &mut Cx<'_>, job: ObjectId, exit_code: u32) {
    for process in members(cx, job) {
        cx.k.endings.push(Ending::Process(process, exit_code));
    }
}

const CALLS: &[CallSpec] = &[
    CallSpec {
        name: "CreateJobObject",
        about: "Makes a job without processes and opens a handle to it, or opens the job that has the name already (ERROR_ALREADY_EXISTS says so).",
        returns: Returns::Handle,
        params: &[ParamSpec::attributes("lpJobAttributes"), ParamSpec::NAME, ParamSpec::INHERIT],
        fails: &[],
        facts: "7.01-7.05 9.13 11.28",
        example: "process p\np: h = CreateJobObject()  => HANDLE\ncheck !signaled(p.h)\n",
        tells: None,
        run: |cx, who, a| cx.create_named(who, a.text(1), a.bool(2), |_| Ok(Job::default())),
    },
    CallSpec {
        name: "OpenJobObject",
        about: "Opens a handle to a job that has a name.",
        params: &ParamSpec::opening(ObjectType::Job, "lpName", "the job's name"),
        example: "process p\np: h = CreateJobObject(NULL, \"Build\")  => HANDLE\n\
                  p: again = OpenJobObject(JOB_OBJECT_QUERY, FALSE, \"Build\")  => HANDLE\ncheck same_object(p.h, p.again)\n",
        run: |cx, who, a| cx.open_named::<Job>(who, a.access(0), a.bool(1), a.text(2)),
        ..CallSpec::OPENING
    },
    CallSpec {
        name: "AssignProcessToJobObject",
        about: "Puts a running process into a job. Its later children will be in it too.",
        returns: Returns::Bool,
        params: &[
            ParamSpec::object("hJob", ObjectType::Job, ASSIGN_PROCESS, "the job"),
            ParamSpec::object("hProcess", ObjectType::Process, PROCESS_ASSIGNABLE, "the process"),
        ],
        fails: &[
            (Status::ProcessIsTerminating, "the process has ended"),
            (Status::AccessDenied, "the process is in a job into which this one cannot be nested"),
        ],
        facts: "6.39 9.24",
        example: "process p\np: CreateProcess(\"child\", &pi)  => TRUE\np: h = CreateJobObject()  => HANDLE\n\
                  p: AssignProcessToJobObject(h, pi.hProcess)  => TRUE\np: TerminateJobObject(h, 9)  => TRUE\n\
                  check exit_code(child) == 9\n",
        tells: None,
        run: assign,
    },
    CallSpec {
        name: "TerminateJobObject",
        about: "Ends every process in the job. The job and those that are nested in it are signaled from then on. Who is in the job itself does not return from the call.",
        returns: Returns::Bool,
        params: &[
            ParamSpec::object("hJob", ObjectType::Job, TERMINATE, "the job"),
            ParamSpec::required("uExitCode", Kind::Dword, "the exit code of each process"),
        ],
        fails: &[],
        facts: "6.40 8.28",
        example: "process p\np: h = CreateJobObject()  => HANDLE\np: TerminateJobObject(h, 0)  => TRUE\ncheck signaled(p.h)\n",
        tells: None,
        run: |cx, who, a| {
            let (id, exit_code) = (a.object(cx, who, 0)?, a.dword(1));
            for job in with_nested(cx, id) {
                cx.k.objects.body_mut::<Job>(job).ok_or(Status::ObjectTypeMismatch)?.terminated = true;
                cx.state_changed(job);
                cx.wake(job);
            }
            let is_member = members(cx, id).contains(&who.process);
            end_members(cx, id, exit_code);
            if is_member {
                // The caller's own end does not wait, and nobody is left to hear an answer.
                cx.k.endings.retain(|ending| *ending != Ending::Process(who.process, exit_code));
                cx.end_process_of(who.thread, exit_code);
                return Ok(Reply::ended());
            }
            Ok(Reply::done())
        },
    },
    CallSpec {
        name: "SetInformationJobObject",
        about: "Sets the limits of a job; here only whether it ends its processes with its last handle.",
        returns: Returns::Bool,
        params: &[
            ParamSpec::object("hJob", ObjectType::Job, SET_ATTRIBUTES, "the job"),
            ParamSpec::optional(
                "JobObjectInformationClass",
                Kind::Flags("job information"),
                "which properties are set; there is only one kind here",
            ),
            ParamSpec {
                required: true,
                ..ParamSpec::field(
                    "LimitFlags",
                    Kind::Flags("job limit"),
                    "JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, or 0",
                )
            },
        ],
        fails: &[],
        facts: "2.17",
        example: "process p\np: CreateProcess(\"child\", &pi)  => TRUE\np: h = CreateJobObject()  => HANDLE\n\
                  p: SetInformationJobObject(h, LimitFlags: JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE)  => TRUE\n\
                  p: AssignProcessToJobObject(h, pi.hProcess)  => TRUE\np: CloseHandle(h)  => TRUE\ncheck exited(child)\n",
        tells: None,
        run: |cx, who, a| {
            let id = a.object(cx, who, 0)?;
            let job = cx.k.objects.body_mut::<Job>(id).ok_or(Status::ObjectTypeMismatch)?;
            job.kill_on_close = a.dword(2) & KILL_ON_JOB_CLOSE != 0;
            cx.state_changed(id);
            Ok(Reply::done())
        },
    },
    CallSpec {
        name: "IsProcessInJob",
        about: "Tells whether a process is in a job, or with NULL whether it is in any.",
        returns: Returns::Bool,
        params: &[
            ParamSpec::object("ProcessHandle", ObjectType::Process, process::QUERY_LIMITED, "the process"),
            ParamSpec::optional(
                "JobHandle",
                Kind::AnyHandle,
                "the job, or NULL for any; needs JOB_OBJECT_QUERY",
            )
            .must_be(ObjectType::Job),
            ParamSpec::required("Result", Kind::OutNumber, "gets TRUE or FALSE"),
        ],
        fails: &[(Status::AccessDenied, "the job's handle lacks JOB_OBJECT_QUERY")],
        facts: "11.27",
        example: "process p\np: IsProcessInJob(GetCurrentProcess(), NULL, &inJob)  => TRUE\ncheck p.inJob == FALSE\n",
        tells: None,
        run: |cx, who, a| {
            let process = process_of(cx, a.object(cx, who, 0)?)?;
            let jobs = cx.k.processes.get(process).map(|record| record.jobs.as_slice()).unwrap_or_default();
            let is_in = if a.number(1) == 0 {
                !jobs.is_empty()
            } else {
                jobs.contains(&cx.k.reference(who, a.handle(1), Some(ObjectType::Job), AccessMask(QUERY))?)
            };
            Ok(Reply::done().out(2, OutValue::Number(is_in.into())))
        },
    },
];

fn process_of(cx: &Cx<'_>, object: ObjectId) -> Result<ProcessId, Status> {
    cx.k.objects.body::<Process>(object).map(|process| process.id).ok_or(Status::ObjectTypeMismatch)
}

fn assign(cx: &mut Cx<'_>, who: Caller, a: &Args<'_>) -> CallResult {
    let job = a.object(cx, who, 0)?;
    let process = process_of(cx, a.object(cx, who, 1)?)?;
    let record = cx.k.processes.get(process).filter(|record| record.exit_code.is_none());
    let jobs = &record.ok_or(Status::ProcessIsTerminating)?.jobs;
    // To be assigned to the job that one is in changes nothing.
    if jobs.last() == Some(&job) {
        return Ok(Reply::done());
    }
    // A job can be nested into the process's innermost one only if everybody in it is in that one too.
    let nestable = jobs.last().is_none_or(|innermost| {
        let outer = members(cx, *innermost);
        !jobs.contains(&job) && members(cx, job).iter().all(|member| outer.contains(member))
    });
    if !nestable {
        return Err(Status::AccessDenied.into());
    }
    join(cx, process, job);
    cx.state_changed(job);
    Ok(Reply::done())
}
