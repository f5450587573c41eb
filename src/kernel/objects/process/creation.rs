//! What happens between CreateProcess and the child's first call?
//!
//! The child gets copies of the inheritable entries at this moment and never later (fact 5.07), standard handles, one
//! thread; and the creator two handles.

use super::{CREATE_PROCESS, referenced, start};
use crate::kernel::Kernel;
use crate::kernel::access::AccessMask;
use crate::kernel::answer::{CallResult, OutValue, Reply};
use crate::kernel::calls::{Args, CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::cx::{Caller, Cx};
use crate::kernel::effects::{Effect, OpenReason};
use crate::kernel::ids::{Handle, ProcessId};
use crate::kernel::objects::thread::{self, CREATE_SUSPENDED};
use crate::kernel::objects::{ObjectType, job};
use crate::kernel::options::{ListBadHandle, ListTwice, Options, ParentPseudo};
use crate::kernel::status::Status;
use crate::kernel::table::{HandleAttributes, HandleEntry, HandleTable};

/// The child has no console and no standard handles.
const DETACHED_PROCESS: u32 = 8;

// The places of the parameters below.
const NAME: usize = 0;
const INHERIT: usize = 1;
const FLAGS: usize = 2;
const OUT: usize = 3;
const LIST: usize = 4;
const PARENT: usize = 5;
const STANDARD: [usize; 3] = [6, 7, 8];
const PROCESS_INHERIT: usize = 9;
const THREAD_INHERIT: usize = 10;

pub(super) const CREATE_PROCESS_CALL: CallSpec = CallSpec {
    name: "CreateProcess",
    about: "Starts a process. With bInheritHandles TRUE it gets a copy of every inheritable entry of its parent's table, \
            with the same value. The creator gets two handles, to the process and to its first thread.",
    returns: Returns::Bool,
    params: &[
        ParamSpec::required("lpApplicationName", Kind::NewProcess, "the process's name in the scenario"),
        ParamSpec::field("bInheritHandles", Kind::Bool, "TRUE: the child inherits the inheritable handles"),
        ParamSpec::field(
            "dwCreationFlags",
            Kind::Flags("creation"),
            "whether it starts suspended, or without standard handles",
        ),
        ParamSpec::optional(
            "lpProcessInformation",
            Kind::OutRecord(&["hProcess", "hThread", "dwProcessId", "dwThreadId"]),
            "gets the two handles and the two ids",
        ),
        ParamSpec::field(
            "handleList",
            Kind::Handles { access: AccessMask::NONE },
            "PROC_THREAD_ATTRIBUTE_HANDLE_LIST: only these are inherited, and each must be inheritable",
        )
        .in_table_of("parentProcess"),
        ParamSpec::field(
            "parentProcess",
            Kind::AnyHandle,
            "PROC_THREAD_ATTRIBUTE_PARENT_PROCESS: the process to inherit from; needs PROCESS_CREATE_PROCESS",
        )
        .must_be(ObjectType::Process),
        ParamSpec::field(
            "hStdInput",
            Kind::AnyHandle,
            "the child's standard input, with STARTF_USESTDHANDLES",
        )
        .kept()
        .in_table_of("parentProcess"),
        ParamSpec::field("hStdOutput", Kind::AnyHandle, "the child's standard output")
            .kept()
            .in_table_of("parentProcess"),
        ParamSpec::field("hStdError", Kind::AnyHandle, "the child's standard error output")
            .kept()
            .in_table_of("parentProcess"),
        ParamSpec::field(
            "lpProcessAttributes.bInheritHandle",
            Kind::Bool,
            "TRUE: the handle to the child can be inherited by later children",
        ),
        ParamSpec::field(
            "lpThreadAttributes.bInheritHandle",
            Kind::Bool,
            "TRUE: the handle to its first thread can be inherited by later children",
        ),
    ],
    fails: &[
        (
            Status::InvalidParameter,
            "the handle list holds a handle that is not inheritable, or bInheritHandles is FALSE",
        ),
        (Status::InfoLengthMismatch, "the handle list is empty"),
        (Status::InvalidHandle, "parentProcess names no handle of the calling process"),
        (Status::ObjectTypeMismatch, "parentProcess is a handle to something else than a process"),
        (Status::ProcessIsTerminating, "the process that parentProcess names has ended"),
        (Status::AccessDenied, "the handle to the parent process lacks PROCESS_CREATE_PROCESS"),
    ],
    facts: "5.01-5.45 6.19",
    example: "process parent\nparent: h = CreateEvent(bInheritHandle: TRUE)  => HANDLE\n\
              parent: CreateProcess(\"child\", bInheritHandles: TRUE, &pi)  => TRUE\nchild: SetEvent(parent.h)  => TRUE\n",
    tells: None,
    run: create_process,
};

fn create_process(cx: &mut Cx<'_>, who: Caller, a: &Args<'_>) -> CallResult {
    let parent = if a.given(PARENT) { designated_parent(cx, who, a.handle(PARENT))? } else { who.process };
    cx.k.room_for_handles(who.process, 2)?;
    let counted = if a.bool(INHERIT) && !a.given(LIST) { counted_heirs(cx, parent) } else { None };
    let is_counted = counted.is_some();
    let table = match counted {
        Some(table) => table,
        None => inherited_table(cx, parent, a.bool(INHERIT), a.list(LIST))?,
    };

    let child = start(cx, a.text(NAME).unwrap_or_default(), table);
    let parent_pid = cx.k.processes.get(parent).map_or(0, |record| record.pid);
    if let Some(record) = cx.k.processes.get_mut(child) {
        record.parent_pid = parent_pid;
    }
    if !is_counted {
        count_inherited(cx, parent, child);
    }
    job::join_parents_jobs(cx, parent, child);
    let suspended = a.dword(FLAGS) & CREATE_SUSPENDED != 0;
    let thread = thread::start(cx, child, "", suspended);
    set_standard_handles(cx, who, child, a);

    let all = AccessMask(0x1F_FFFF);
    let ids = (cx.k.processes.get(child), cx.k.threads.get(thread));
    let (Some(process), Some(thread)) = ids else { return Err(Status::InsufficientResources.into()) };
    let (process, pid, thread, tid) = (process.object, process.pid, thread.object, thread.tid);
    let mut handles = [(process, a.bool(PROCESS_INHERIT)), (thread, a.bool(THREAD_INHERIT))].into_iter().map(
        |(object, inherit)| {
            cx.open_handle(who.process, object, all, HandleAttributes::inherit(inherit), || {
                OpenReason::Create
            })
        },
    );
    let (first, second) = (handles.next(), handles.next());
    let (Some(Ok(h_process)), Some(Ok(h_thread))) = (first, second) else {
        return Err(Status::InsufficientResources.into());
    };
    let reply = Reply { object: Some(process), ..Reply::done() };
    if !a.given(OUT) {
        return Ok(reply);
    }
    let fields = vec![
        (h_process.0, Some(process)),
        (h_thread.0, Some(thread)),
        (pid.into(), None),
        (tid.into(), None),
    ];
    Ok(reply.out(OUT as u8, OutValue::Record(fields)))
}

/// The process that shall count as the parent (facts 5.40 to 5.43).
fn designated_parent(cx: &Cx<'_>, who: Caller, handle: Handle) -> Result<ProcessId, Status> {
    if handle.is_pseudo() && cx.k.options.parent_pseudo == ParentPseudo::InvalidHandle {
        return Err(Status::InvalidHandle);
    }
    referenced(cx, who, handle, CREATE_PROCESS)
}

/// The child's table with the entries of the parent that it gets: those with the inherit flag, if handles are inherited at
/// all, and of these only the listed ones, if there is a list (facts 5.01, 5.25 to 5.35).
fn inherited_table(
    cx: &Cx<'_>,
    parent: ProcessId,
    inherit: bool,
    list: Option<&[u64]>,
) -> Result<HandleTable, Status> {
    let record = cx.k.processes.get(parent).ok_or(Status::ProcessIsTerminating)?;
    let table = record.table.as_ref().ok_or(Status::ProcessIsTerminating)?;
    let Options { reuse, child_values, .. } = cx.k.options;
    Ok(match list {
        Some(list) => {
            let listed = listed_entries(table, inherit, list, &cx.k.options)?;
            HandleTable::listed(reuse, child_values, listed.into_iter())
        }
        None if inherit => table.heirs(child_values, |_| ()),
        None => HandleTable::new(reuse),
    })
}

/// The child's table with all that is inheritable, each entry counted while it is at hand: the short cut when nobody wants to
/// know of effects.
fn counted_heirs(cx: &mut Cx<'_>, parent: ProcessId) -> Option<HandleTable> {
    let Kernel { processes, objects, options, .. } = &mut *cx.k;
    if cx.log.is_recording() || objects.count_notes().wanted() {
        return None;
    }
    let counts = objects.handle_counts_mut();
    let table = processes.get(parent)?.table.as_ref()?;
    Some(table.heirs(options.child_values, |entry| counts.add(entry.object)))
}

/// The entries of a handle list, by ascending value. Each must be inheritable.
fn listed_entries(
    table: &HandleTable,
    inherit: bool,
    list: &[u64],
    options: &Options,
) -> Result<Vec<(Handle, HandleEntry)>, Status> {
    if list.is_empty() {
        return Err(Status::InfoLengthMismatch);
    }
    if !inherit {
        return Err(Status::InvalidParameter);
    }
    if list.contains(&0) {
        return Ok(Vec::new());
    }
    let mut listed: Vec<(Handle, HandleEntry)> = Vec::with_capacity(list.len());
    for handle in list.iter().copied().map(Handle) {
        let Some(entry) = table.get(handle) else {
            if options.list_bad_handle == ListBadHandle::Skipped && !handle.is_pseudo() {
                continue;
            }
            return Err(Status::InvalidParameter);
        };
        if !entry.attributes.inherit {
            return Err(Status::InvalidParameter);
        }
        let handle = handle.untagged();
        match listed.binary_search_by_key(&handle, |(handle, _)| *handle) {
            Ok(_) if options.list_twice == ListTwice::Fails => return Err(Status::InvalidParameter),
            Ok(_) => {}
            Err(place) => listed.insert(place, (handle, *entry)),
        }
    }
    Ok(listed)
}

/// Each inherited entry counts as a handle of its own (fact 5.06).
fn count_inherited(cx: &mut Cx<'_>, parent: ProcessId, child: ProcessId) {
    let parent = cx.k.processes.get(parent).map(|record| record.no).unwrap_or_default();
    let Kernel { processes, objects, .. } = &mut *cx.k;
    let Some(record) = processes.get(child) else { return };
    let Some(table) = &record.table else { return };
    table.each(|handle, entry| {
        objects.add_handle(entry.object);
        cx.log.push(|| {
            let (handle_count, pointer_count) = objects.peek_counts(entry.object);
            Effect::HandleOpened {
                process: record.no,
                handle,
                object: objects.number(entry.object).unwrap_or_default(),
                granted_access: entry.granted_access,
                attributes: entry.attributes,
                reason: OpenReason::Inherit { process: parent },
                handle_count,
                pointer_count,
            }
        });
    });
}

/// The child's standard handles (facts 5.18 to 5.24). Named ones are written down unchecked; else the creator's are copied
/// as they are when everything is inherited, and duplicated when not.
fn set_standard_handles(cx: &mut Cx<'_>, who: Caller, child: ProcessId, a: &Args<'_>) {
    let named = STANDARD.iter().any(|param| a.given(*param));
    let own = cx.k.processes.get(who.process).map(|record| record.standard).unwrap_or_default();
    let standard = if named && a.bool(INHERIT) {
        STANDARD.map(|param| a.handle(param))
    } else if named || a.dword(FLAGS) & DETACHED_PROCESS != 0 {
        [Handle::NULL; 3]
    } else if a.bool(INHERIT) && !a.given(LIST) {
        own
    } else {
        own.map(|handle| duplicate_standard(cx, who, child, handle).unwrap_or(Handle::NULL))
    };
    if let Some(record) = cx.k.processes.get_mut(child) {
        record.standard = standard;
    }
}

fn duplicate_standard(cx: &mut Cx<'_>, who: Caller, child: ProcessId, handle: Handle) -> Option<Handle> {
    let record = cx.k.processes.get(who.process)?;
    let (process, entry) = (record.no, *record.table.as_ref()?.get(handle)?);
    let attributes = HandleAttributes::inherit(entry.attributes.inherit);
    let reason = || OpenReason::Duplicate { process, handle };
    cx.open_handle(child, entry.object, entry.granted_access, attributes, reason).ok()
}
