//! What does DuplicateHandle do, in which order, and what of it remains when it fails?
//!
//! Up to three processes take part: the caller, the source, whose handle is duplicated, and the target, which gets the new
//! entry. The order of the checks follows fact 3.48.

use super::standard;
use crate::kernel::access::AccessMask;
use crate::kernel::answer::{CallResult, Failure, Out, OutValue, Reply};
use crate::kernel::calls::{Args, CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::cx::{Caller, Cx};
use crate::kernel::effects::{CloseReason, OpenReason};
use crate::kernel::ids::{Handle, ObjectId, ObjectNo, ProcessId};
use crate::kernel::objects::ObjectType;
use crate::kernel::objects::process::{self, DUP_HANDLE};
use crate::kernel::options::{DupBadTarget, DupTargetError};
use crate::kernel::status::Status;
use crate::kernel::table::HandleAttributes;

/// DUPLICATE_CLOSE_SOURCE
const CLOSE_SOURCE: u32 = 1;
/// DUPLICATE_SAME_ACCESS
const SAME_ACCESS: u32 = 2;
/// DUPLICATE_SAME_ATTRIBUTES
const SAME_ATTRIBUTES: u32 = 4;
/// The place of the out parameter, in both calls.
const TARGET_HANDLE: usize = 3;

pub(super) const FAILS: &[(Status, &str)] = &[
    (
        Status::InvalidHandle,
        "a process handle names nothing, or the source handle names nothing in the source process",
    ),
    (Status::ObjectTypeMismatch, "a process handle names something that is no process"),
    (
        Status::AccessDenied,
        "a process handle lacks PROCESS_DUP_HANDLE, or more rights are asked for than may be given",
    ),
    (Status::ProcessIsTerminating, "the source or the target process has ended"),
    (
        Status::InvalidParameter,
        "the target process is NULL, and DUPLICATE_CLOSE_SOURCE is not asked for either",
    ),
];

pub(super) const CALLS: &[CallSpec] = &[CallSpec {
    name: "DuplicateHandle",
    about: "Makes a second, distinct handle to the object of a handle, in the same or in another process, with the same or \
            other rights. Only the target can use it, and somebody must tell it the value.",
    returns: Returns::Bool,
    params: &[
        ParamSpec::required(
            "hSourceProcessHandle",
            Kind::AnyHandle,
            "the process whose handle is duplicated; needs PROCESS_DUP_HANDLE",
        )
        .must_be(ObjectType::Process),
        ParamSpec::required(
            "hSourceHandle",
            Kind::AnyHandle,
            "the handle to duplicate, as the source process knows it",
        )
        .in_table_of("hSourceProcessHandle"),
        ParamSpec::required(
            "hTargetProcessHandle",
            Kind::AnyHandle,
            "the process that gets the new handle; needs PROCESS_DUP_HANDLE",
        )
        .must_be(ObjectType::Process)
        .or_null(),
        ParamSpec::optional(
            "lpTargetHandle",
            Kind::OutHandle,
            "gets the new handle's value, which is valid in the target",
        ),
        ParamSpec::optional(
            "dwDesiredAccess",
            Kind::Access(None),
            "what the new handle shall allow; passed over with DUPLICATE_SAME_ACCESS",
        ),
        ParamSpec::optional(
            "bInheritHandle",
            Kind::Bool,
            "TRUE: children of the target may inherit the new handle",
        ),
        ParamSpec::optional(
            "dwOptions",
            Kind::Flags("duplicate"),
            "whether to keep the source's rights, and whether to close it",
        ),
    ],
    fails: FAILS,
    facts: "3.01-3.50",
    example: "process p\np: h = CreateEvent()  => HANDLE\n\
              p: DuplicateHandle(GetCurrentProcess(), h, GetCurrentProcess(), &dup, SYNCHRONIZE, FALSE, 0)  => TRUE\n\
              check handles(p.h) == 2\ncheck access(p, p.dup) == SYNCHRONIZE\n",
    tells: None,
    run: |cx, who, a| {
        let request = Duplication::read(a, HandleAttributes::inherit(a.bool(5)), a.dword(6));
        duplicate(cx, who, a, &request.with_standard_handle(cx, who))
    },
}];

/// What is to be duplicated, and how: what the parameters of DuplicateHandle say.
///
/// ```
/// use handlelab::kernel::{AccessMask, Duplication, Handle, Kernel, Log, Options};
///
/// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
/// let (process, thread) = kernel.start_process("p", &mut log);
/// let only_wait = Duplication {
///     desired_access: AccessMask::SYNCHRONIZE,
///     options: 0, // without DUPLICATE_SAME_ACCESS
///     ..Duplication::here(Handle::CURRENT_PROCESS, false)
/// };
/// let mut running = kernel.run(thread, &mut log).expect("it runs");
/// let handle = running.duplicate_handle(&only_wait).expect("fewer rights are always granted");
/// drop(running);
/// let granted = kernel.resolve(process, thread, handle).map(|(_, granted)| granted);
/// assert_eq!(granted, Some(AccessMask::SYNCHRONIZE));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Duplication {
    /// The process whose handle is duplicated, as the caller knows it.
    pub source_process: Handle,
    /// The handle, as the source process knows it.
    pub source: Handle,
    /// The process that gets the new handle, as the caller knows it.
    pub target_process: Handle,
    /// What the new handle shall allow; passed over with DUPLICATE_SAME_ACCESS.
    pub desired_access: AccessMask,
    /// The flags of the new entry.
    pub attributes: HandleAttributes,
    /// `DUPLICATE_*`
    pub options: u32,
}

impl Duplication {
    /// Within the calling process, with all rights of the source: what `dup` is elsewhere.
    pub fn here(source: Handle, inherit: bool) -> Duplication {
        Duplication {
            source_process: Handle::CURRENT_PROCESS,
            source,
            target_process: Handle::CURRENT_PROCESS,
            desired_access: AccessMask::NONE,
            attributes: HandleAttributes::inherit(inherit),
            options: SAME_ACCESS,
        }
    }

    /// The parameters that both calls have in the same places.
    pub(super) fn read(a: &Args<'_>, attributes: HandleAttributes, options: u32) -> Duplication {
        Duplication {
            source_process: a.handle(0),
            source: a.handle(1),
            target_process: a.handle(2),
            desired_access: a.access(4),
            attributes,
            options,
        }
    }

    /// DuplicateHandle takes STD_INPUT_HANDLE and so on for the caller's standard handles (fact 4.08).
    fn with_standard_handle(self, cx: &Cx<'_>, who: Caller) -> Duplication {
        Duplication { source: standard::translate(cx, who, self.source), ..self }
    }

    fn has(&self, option: u32) -> bool {
        self.options & option != 0
    }
}

/// DuplicateHandle, with the parameters that it takes.
pub(in crate::kernel) fn duplicate_handle(
    cx: &mut Cx<'_>,
    who: Caller,
    request: &Duplication,
) -> Result<Handle, Status> {
    let request = request.with_standard_handle(cx, who);
    duplicated(cx, who, &request).map(|(handle, _)| handle)
}

/// The source of a duplication: whose it is, the object, and the entry's rights and flags.
struct Source {
    process: ObjectNo,
    object: ObjectId,
    access: AccessMask,
    attributes: HandleAttributes,
}

pub(super) fn duplicate(cx: &mut Cx<'_>, who: Caller, a: &Args<'_>, request: &Duplication) -> CallResult {
    let out = |handle, object| {
        let filled = Out { param: TARGET_HANDLE as u8, value: OutValue::Handle(handle, object) };
        if a.given(TARGET_HANDLE) { vec![filled] } else { Vec::new() }
    };
    match duplicated(cx, who, request) {
        Ok((value, object)) => Ok(Reply { object, outs: out(value, object), ..Reply::done() }),
        // NULL is written before anything is looked at (fact 3.08).
        Err(status) => Err(Failure { outs: out(Handle::NULL, None), ..Failure::from(status) }),
    }
}

fn duplicated(
    cx: &mut Cx<'_>,
    who: Caller,
    request: &Duplication,
) -> Result<(Handle, Option<ObjectId>), Status> {
    let source_process = process::referenced(cx, who, request.source_process, DUP_HANDLE)?;
    // From here on DUPLICATE_CLOSE_SOURCE closes the source, whatever happens (fact 3.32).
    let target = match target_process(cx, who, request) {
        Ok(target) => target,
        Err(_) if request.has(CLOSE_SOURCE) && cx.k.options.dup_bad_target == DupBadTarget::NoTarget => None,
        Err(status) => return Err(give_up(cx, source_process, request, status)),
    };
    if !request.has(SAME_ACCESS) && request.desired_access.intersects(AccessMask::RESERVED) {
        return Err(give_up(cx, source_process, request, Status::AccessDenied));
    }
    let source = find_source(cx, who, source_process, request.source)?;
    let Some(target) = target else {
        if request.has(CLOSE_SOURCE) {
            close_source(cx, source_process, request);
            return Ok((Handle::NULL, None));
        }
        return Err(Status::InvalidParameter);
    };
    let granted = match check(cx, target, &source, request) {
        Ok(granted) => granted,
        Err(status) => return Err(give_up(cx, source_process, request, status)),
    };
    let attributes = if request.has(SAME_ATTRIBUTES) { source.attributes } else { request.attributes };
    // The object is counted for the new entry first, so that it lives through a move (fact 3.31); the source's value is free
    // before the new entry needs one.
    cx.k.objects.add_handle(source.object);
    if request.has(CLOSE_SOURCE) {
        close_source(cx, source_process, request);
    }
    let reason = || OpenReason::Duplicate { process: source.process, handle: request.source };
    let handle = cx.open_counted_handle(target, source.object, granted, attributes, reason)?;
    Ok((handle, Some(source.object)))
}

/// The target process; `None` if none is named.
fn target_process(cx: &Cx<'_>, who: Caller, request: &Duplication) -> Result<Option<ProcessId>, Status> {
    if request.target_process == Handle::NULL {
        return Ok(None);
    }
    match process::referenced(cx, who, request.target_process, DUP_HANDLE) {
        Ok(target) => Ok(Some(target)),
        Err(Status::AccessDenied) if cx.k.options.dup_target_error == DupTargetError::InvalidParameter => {
            Err(Status::InvalidParameter)
        }
        Err(status) => Err(status),
    }
}

/// The entry behind the source handle, as the source process sees it: -1 is the source process itself (fact 3.13), -2 the
/// calling thread (fact 3.12).
fn find_source(cx: &Cx<'_>, who: Caller, process: ProcessId, handle: Handle) -> Result<Source, Status> {
    let record = cx.k.processes.get(process).ok_or(Status::ProcessIsTerminating)?;
    let table = record.table.as_ref().ok_or(Status::ProcessIsTerminating)?;
    if let Some(entry) = table.get(handle) {
        return Ok(Source {
            process: record.no,
            object: entry.object,
            access: entry.granted_access,
            attributes: entry.attributes,
        });
    }
    let (object, access) = cx.k.look_up(Caller { process, thread: who.thread }, handle)?;
    Ok(Source { process: record.no, object, access, attributes: HandleAttributes::default() })
}

/// The rights of the new handle, if it may be made at all.
fn check(
    cx: &Cx<'_>,
    target: ProcessId,
    source: &Source,
    request: &Duplication,
) -> Result<AccessMask, Status> {
    if cx.k.processes.get(target).is_none_or(|record| record.table.is_none()) {
        return Err(Status::ProcessIsTerminating);
    }
    if request.has(SAME_ACCESS) {
        return Ok(source.access);
    }
    let object_type = cx.k.objects.type_of(source.object).ok_or(Status::InvalidHandle)?;
    object_type.grant_duplicate(cx.k, source.access, request.desired_access)
}

fn close_source(cx: &mut Cx<'_>, process: ProcessId, request: &Duplication) {
    let table = cx.k.processes.get(process).and_then(|record| record.table.as_ref());
    let entry = table.and_then(|table| table.get(request.source));
    // A protected source stays open, and nobody is told (fact 3.33).
    if entry.is_some_and(|entry| !entry.attributes.protect_from_close) {
        cx.close_handle(process, request.source.untagged(), CloseReason::CloseSource);
    }
}

/// The call fails; the source is closed all the same if that was asked for.
fn give_up(cx: &mut Cx<'_>, source_process: ProcessId, request: &Duplication, status: Status) -> Status {
    if request.has(CLOSE_SOURCE) {
        close_source(cx, source_process, request);
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Arg, Kernel, Log, Options, Outcome, ThreadId};

    fn call(kernel: &mut Kernel, thread: ThreadId, name: &str, args: &[Arg]) -> (u64, Status) {
        let spec = CallSpec::find(name).unwrap();
        match kernel.call(thread, spec, args, &mut Log::quiet()) {
            Outcome::Returned(answer) => (answer.value, answer.status),
            other => panic!("{name} did not return: {other:?}"),
        }
    }

    /// Facts 1.16 and 3.49: no scenario is long enough to fill a table.
    #[test]
    fn a_full_table_refuses_new_handles_and_a_handle_moved_there_is_lost() {
        let mut log = Log::quiet();
        let mut kernel = Kernel::new(Options::default());
        let (source, thread) = kernel.start_process("source", &mut log);
        let (target, target_thread) = kernel.start_process("target", &mut log);
        let pid = kernel.processes.get(target).unwrap().pid;
        let open = [Arg::Number(DUP_HANDLE.into()), Arg::Absent, Arg::Number(pid.into())];
        let (there, _) = call(&mut kernel, thread, "OpenProcess", &open);
        let (event, _) = call(&mut kernel, thread, "CreateEvent", &[]);
        let entry =
            *kernel.processes.get(source).unwrap().table.as_ref().unwrap().get(Handle(event)).unwrap();
        let table = kernel.processes.get_mut(target).unwrap().table.as_mut().unwrap();
        while table.insert(entry).is_some() {}

        assert_eq!(call(&mut kernel, target_thread, "CreateEvent", &[]), (0, Status::InsufficientResources));
        // A new process gives its creator two handles.
        let create = [Arg::Text("child".into()), Arg::Out];
        for (room, status) in [(1, Status::InsufficientResources), (2, Status::Success)] {
            call(&mut kernel, target_thread, "CloseHandle", &[Arg::Number(4 * room)]);
            assert_eq!(call(&mut kernel, target_thread, "CreateProcess", &create).1, status);
        }
        let me = Arg::Number(Handle::CURRENT_PROCESS.0);
        let options = Arg::Number((SAME_ACCESS | CLOSE_SOURCE).into());
        let (event, there) = (Arg::Number(event), Arg::Number(there));
        let moved = [me, event.clone(), there, Arg::Out, Arg::Absent, Arg::Absent, options];
        assert_eq!(call(&mut kernel, thread, "DuplicateHandle", &moved), (0, Status::InsufficientResources));
        assert_eq!(call(&mut kernel, thread, "SetEvent", &[event]), (0, Status::InvalidHandle));
    }
}
