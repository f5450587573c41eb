//! Which method of a [`HandleSystem`] is a call for?

use super::values::FIRST_SPECIAL;
use crate::kernel::calls::{CallSpec, Kind};
use crate::kernel::{Arg, Handle};
use crate::testing::handle_system::{Answer, Duplicate, HandleSystem, Outcome, Refusal, Returned, Thread};
use crate::testing::system::{Filled, Request};

/// Has a call made. `of` is the number of the process that an id in the call means.
pub(super) fn ask<S: HandleSystem>(
    system: &mut S,
    who: Thread,
    spec: &CallSpec,
    request: &Request,
    of: Option<u32>,
) -> Answer<Outcome> {
    let answer = match plain(system, who, spec, request, of) {
        Err(Refusal::NotOffered) if spec.name != "OpenProcess" => system.call(who, request),
        answer => answer,
    };
    let answer = match answer {
        Err(Refusal::NotOffered) => by_query(system, who.process, request),
        answer => answer,
    };
    match answer {
        Err(Refusal::Error(error)) => Ok(super::unlike::failed(spec.returns, error).into()),
        answer => answer,
    }
}

/// Is nothing but these parameters given, except flags that are not set?
fn has_only(spec: &CallSpec, request: &Request, params: &[&str]) -> bool {
    let is_flag = |name: &str| {
        let kind = spec.param(name).map(|place| spec.params[place].kind);
        matches!(kind, Some(Kind::Bool | Kind::Flags(_)))
    };
    request.args.iter().all(|(name, arg)| {
        params.contains(name) || *arg == Arg::Absent || *arg == Arg::Number(0) && is_flag(name)
    })
}

fn value(value: u64) -> Outcome {
    Returned { value, ..Returned::default() }.into()
}

fn filled(param: &'static str, filled: Filled) -> Outcome {
    Returned { value: 1, error: 0, outs: vec![(param, filled)] }.into()
}

/// By a method of its own, if there is one that says all that the call says.
fn plain<S: HandleSystem>(
    system: &mut S,
    who: Thread,
    spec: &CallSpec,
    request: &Request,
    of: Option<u32>,
) -> Answer<Outcome> {
    let own = who.process;
    match request.call {
        // Only the call itself tells which thread means itself.
        "DuplicateHandle"
            if who.thread > 0 && request.number("hSourceHandle") == Handle::CURRENT_THREAD.0 =>
        {
            Err(Refusal::NotOffered)
        }
        "CreateEvent" if has_only(spec, request, &["bInheritHandle"]) => {
            system.create(own, request.flag("bInheritHandle")).map(value)
        }
        "CloseHandle" => system.close(own, request.number("hObject")).map(|()| value(1)),
        "DuplicateHandle" if request.dword("dwOptions") <= 3 && request.given("lpTargetHandle") => {
            let how = Duplicate {
                desired_access: request.dword("dwDesiredAccess"),
                inherit: request.flag("bInheritHandle"),
                options: request.dword("dwOptions"),
            };
            let from = request.number("hSourceProcessHandle");
            let (source, to) = (request.number("hSourceHandle"), request.number("hTargetProcessHandle"));
            let duplicate = match (from, to) {
                (u64::MAX, u64::MAX) => system.duplicate(own, source, how),
                _ => system.duplicate_between(own, from, source, to, how),
            };
            duplicate.map(|value| filled("lpTargetHandle", Filled::Handle(value, None)))
        }
        "SetHandleInformation" => {
            let (mask, flags) = (request.dword("dwMask"), request.dword("dwFlags"));
            system.set_flags(own, request.number("hObject"), mask, flags).map(|()| value(1))
        }
        "GetProcessHandleCount"
            if request.number("hProcess") == u64::MAX && request.given("pdwHandleCount") =>
        {
            let count = system.handle_count(own)?;
            Ok(filled("pdwHandleCount", Filled::Number(count.into())))
        }
        "CreateProcess"
            if has_only(spec, request, &["lpApplicationName", "bInheritHandles", "lpProcessInformation"])
                && request.given("lpProcessInformation") =>
        {
            let (process, thread) = system.create_process(own, request.flag("bInheritHandles"))?;
            let fields = [process, thread, 0, 0].map(|value| (value, None)).to_vec();
            Ok(filled("lpProcessInformation", Filled::Record(fields)))
        }
        "OpenProcess" => {
            let (access, inherit) = (request.dword("dwDesiredAccess"), request.flag("bInheritHandle"));
            let of = of.ok_or(Refusal::NotOffered)?;
            system.open_process(own, access, inherit, of).map(value)
        }
        "ExitProcess" => system.exit(own, request.dword("uExitCode")).map(|()| Outcome::Ended),
        _ => Err(Refusal::NotOffered),
    }
}

/// GetHandleInformation, where it is not offered, says what a look at the handle shows. A pseudohandle is no handle to look at.
fn by_query<S: HandleSystem>(system: &mut S, own: u32, request: &Request) -> Answer<Outcome> {
    let handle = request.number("hObject");
    if request.call != "GetHandleInformation" || !request.given("lpdwFlags") || handle >= FIRST_SPECIAL {
        return Err(Refusal::NotOffered);
    }
    let about = system.query(own, handle)?;
    let (Some(inherit), Some(protect)) = (about.inherit, about.protect) else {
        return Err(Refusal::NotOffered);
    };
    let flags = u64::from(inherit) | u64::from(protect) << 1;
    Ok(filled("lpdwFlags", Filled::Number(flags)))
}
