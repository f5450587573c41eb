//! How does a program wait?

use crate::kernel::access::AccessMask;
use crate::kernel::answer::{CallResult, Reply, Standstill};
use crate::kernel::calls::{Args, CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::cx::{Caller, Cx};
use crate::kernel::ids::{Handle, ObjectId};
use crate::kernel::status::Status;
use crate::kernel::waits::{INFINITE, WaitKind};

/// No wait takes more objects (fact 8.19).
const MAXIMUM_WAIT_OBJECTS: usize = 64;

pub(super) const CALLS: &[CallSpec] = &[
    CallSpec {
        name: "WaitForSingleObject",
        about: "Waits until the object is signaled or the time is over. 0 milliseconds: looks and never waits.",
        returns: Returns::Wait,
        params: &[
            ParamSpec::any_object("hHandle", AccessMask::SYNCHRONIZE.0, "the object"),
            ParamSpec::required("dwMilliseconds", Kind::Timeout, "how long, at most"),
        ],
        fails: &[],
        facts: "6.07 6.41-6.46",
        example: "process p\np: h = CreateEvent(bInitialState: TRUE)  => HANDLE\np: WaitForSingleObject(h, 0)  => WAIT_OBJECT_0\n\
                  p: WaitForSingleObject(h, 0)  => WAIT_TIMEOUT\n",
        tells: None,
        run: |cx, who, a| {
            let id = a.object(cx, who, 0)?;
            cx.wait(who, &[id], WaitKind::Any, a.dword(1), a.spec)
        },
    },
    CallSpec {
        name: "WaitForMultipleObjects",
        about: "Waits for one of several objects, or for all of them at once. For one, the answer tells which.",
        returns: Returns::Wait,
        params: &[
            ParamSpec::required(
                "lpHandles",
                Kind::Handles { access: AccessMask::SYNCHRONIZE },
                "the objects, at most 64",
            ),
            ParamSpec::required("bWaitAll", Kind::Bool, "TRUE: all of them at once; FALSE: any"),
            ParamSpec::required("dwMilliseconds", Kind::Timeout, "how long, at most"),
        ],
        fails: &[
            (Status::InvalidParameter, "there are no objects, or more than 64"),
            (Status::InvalidParameterMix, "all are waited for, and two handles name the same object"),
        ],
        facts: "6.47 8.19-8.25",
        example: "process p\np: a = CreateEvent()  => HANDLE\np: b = CreateEvent(bInitialState: TRUE)  => HANDLE\n\
                  p: WaitForMultipleObjects([a, b], FALSE, 0)  => WAIT_OBJECT_0 + 1\n",
        tells: None,
        run: wait_for_multiple,
    },
    CallSpec {
        name: "SignalObjectAndWait",
        about: "Signals one object (sets an event, releases a mutex or a permit of a semaphore) and waits for another, with one call.",
        returns: Returns::Wait,
        params: &[
            ParamSpec::any_object(
                "hObjectToSignal",
                0,
                "the object to signal: an event (needs EVENT_MODIFY_STATE), a semaphore (SEMAPHORE_MODIFY_STATE) or a mutex",
            ),
            ParamSpec::any_object("hObjectToWaitOn", AccessMask::SYNCHRONIZE.0, "the object to wait for"),
            ParamSpec::required("dwMilliseconds", Kind::Timeout, "how long, at most"),
            ParamSpec::optional("bAlertable", Kind::Bool, "not used here"),
        ],
        fails: &[
            (Status::ObjectTypeMismatch, "the first object is no event, mutex or semaphore"),
            (Status::AccessDenied, "the first handle lacks EVENT_MODIFY_STATE or SEMAPHORE_MODIFY_STATE"),
            (Status::MutantNotOwned, "the first object is a mutex that the calling thread does not own"),
            (Status::SemaphoreLimitExceeded, "the first object is a semaphore that has all its permits"),
        ],
        facts: "8.26",
        example: "process p\np: go = CreateEvent()  => HANDLE\np: done = CreateEvent(bInitialState: TRUE)  => HANDLE\n\
                  p: SignalObjectAndWait(go, done, 0)  => WAIT_OBJECT_0\ncheck signaled(p.go)\n",
        tells: None,
        run: signal_and_wait,
    },
    CallSpec {
        name: "Sleep",
        about: "Lets time pass: timeouts and timers that are due happen, in their order.",
        returns: Returns::Nothing,
        params: &[ParamSpec::required("dwMilliseconds", Kind::Timeout, "how long")],
        fails: &[],
        facts: "",
        example: "process p\np: h = CreateWaitableTimer()  => HANDLE\np: SetWaitableTimer(h, -1000000)  => TRUE\n\
                  p: Sleep(100)\np: WaitForSingleObject(h, 0)  => WAIT_OBJECT_0\n",
        tells: None,
        run: |cx, who, a| {
            cx.settle_while_sleeping();
            if cx.k.can_run(who.thread) == Err(Standstill::Ended) {
                return Ok(Reply::ended());
            }
            if a.dword(0) == INFINITE {
                return Ok(cx.block(who.thread, &[], WaitKind::Sleep, INFINITE, a.spec));
            }
            let until = cx.k.now() + u64::from(a.dword(0));
            cx.pass_time(until);
            Ok(Reply::number(0))
        },
    },
];

fn wait_for_multiple(cx: &mut Cx<'_>, who: Caller, a: &Args<'_>) -> CallResult {
    let handles = a.list(0).unwrap_or_default();
    if handles.is_empty() || handles.len() > MAXIMUM_WAIT_OBJECTS {
        return Err(Status::InvalidParameter.into());
    }
    let mut objects: Vec<ObjectId> = Vec::with_capacity(handles.len());
    for handle in handles.iter().copied().map(Handle) {
        if handle.is_pseudo() {
            return Err(Status::InvalidHandle.into());
        }
        objects.push(cx.k.reference(who, handle, None, AccessMask::SYNCHRONIZE)?);
    }
    let all = a.bool(1);
    if all && (1..objects.len()).any(|i| objects[..i].contains(&objects[i])) {
        return Err(Status::InvalidParameterMix.into());
    }
    cx.wait(who, &objects, if all { WaitKind::All } else { WaitKind::Any }, a.dword(2), a.spec)
}

fn signal_and_wait(cx: &mut Cx<'_>, who: Caller, a: &Args<'_>) -> CallResult {
    let (first, granted) = cx.k.look_up(who, a.handle(0))?;
    let object_type = cx.k.objects.type_of(first).ok_or(Status::InvalidHandle)?;
    let (needed, signal) = object_type.spec().behaviour.signal.ok_or(Status::ObjectTypeMismatch)?;
    if !granted.contains(needed) {
        return Err(Status::AccessDenied.into());
    }
    let second = a.object(cx, who, 1)?;
    signal(cx, first, who.thread)?;
    cx.wait(who, &[second], WaitKind::Any, a.dword(2), a.spec)
}
