//! What is an event?
//!
//! A flag. While it is set, waits succeed. A manual-reset event stays set until somebody resets it (fact 8.01); an
//! auto-reset event is reset by the one wait that it satisfies (fact 8.02).
//!
//! ```
//! use handlelab::kernel::objects::event::Event;
//! use handlelab::kernel::{Arg, CallSpec, Kernel, Log, Options, Outcome};
//!
//! let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
//! let (_, thread) = kernel.start_process("p", &mut log);
//! let create = CallSpec::find("CreateEvent").expect("a call");
//! let (automatic, set) = (Arg::Number(0), Arg::Number(1));
//! let made = kernel.call(thread, create, &[Arg::Absent, automatic, set], &mut log);
//! let Outcome::Returned(made) = made else { panic!("it waits") };
//! let event = made.object.expect("a handle names an object");
//! assert!(kernel.is_signaled(event, thread));
//!
//! let wait = CallSpec::find("WaitForSingleObject").expect("a call");
//! kernel.call(thread, wait, &[Arg::Number(made.value), Arg::Number(0)], &mut log);
//! let left = kernel.objects().body::<Event>(event);
//! assert_eq!(left, Some(&Event { manual_reset: false, set: false }), "one wait was let through");
//! ```

use super::{Acquired, Behaviour, ObjectType, TypeSpec, Widening};
use crate::kernel::access::{AccessMask, GenericMapping, Right};
use crate::kernel::answer::{CallResult, Reply};
use crate::kernel::calls::{Args, CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::canonical::{Canonical, Sink};
use crate::kernel::cx::{Caller, Cx};
use crate::kernel::ids::{ObjectId, ThreadId};

const MODIFY_STATE: u32 = 2;

/// The type.
pub(crate) const TYPE: TypeSpec = TypeSpec {
    name: "Event",
    win32: "Event",
    about: "A flag that threads wait for. A manual-reset event lets everybody through while it is set; an auto-reset \
            event lets one waiter through and resets itself.",
    rights: &[
        Right::new("EVENT_QUERY_STATE", 1, "ask whether the event is set (only the kernel's own calls do)"),
        Right::new("EVENT_MODIFY_STATE", MODIFY_STATE, "set, reset and pulse the event"),
    ],
    sets: &[],
    all_access: "EVENT_ALL_ACCESS",
    generic: GenericMapping::new(0x2_0001, 0x2_0002, 0x12_0000, 0x1F_0003),
    valid_access: AccessMask(0x1F_0003),
    implied: &[],
    widening: Widening::AskSecurity,
    calls: CALLS,
    behaviour: Behaviour {
        is_signaled: |kernel, id, _| kernel.objects.body::<Event>(id).is_some_and(|event| event.set),
        acquire,
        signal: Some((AccessMask(MODIFY_STATE), |cx, id, _| {
            set(cx, id, true);
            Ok(())
        })),
        state: |kernel, id| {
            let set = kernel.objects.body::<Event>(id).is_some_and(|event| event.set);
            if set { "signaled" } else { "not signaled" }.to_owned()
        },
        ..Behaviour::DEFAULT
    },
};

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    /// Stays set until it is reset by a call.
    pub manual_reset: bool,
    /// Is it set?
    pub set: bool,
}

impl Canonical for Event {
    fn write(&self, to: &mut Sink<'_>) {
        to.plain(self);
    }
}

fn acquire(cx: &mut Cx<'_>, id: ObjectId, _: ThreadId) -> Acquired {
    if let Some(event) = cx.k.objects.body_mut::<Event>(id)
        && !event.manual_reset
    {
        event.set = false;
        cx.state_changed(id);
    }
    Acquired::Normally
}

/// Sets or resets the event and serves its queue; gives the state before.
fn set(cx: &mut Cx<'_>, id: ObjectId, to: bool) -> bool {
    let Some(event) = cx.k.objects.body_mut::<Event>(id) else { return false };
    let before = std::mem::replace(&mut event.set, to);
    if before != to {
        cx.state_changed(id);
        cx.wake(id);
    }
    before
}

const CALLS: &[CallSpec] = &[
    CallSpec {
        name: "CreateEvent",
        about: "Makes an event and opens a handle to it, or opens the event that has the name already (ERROR_ALREADY_EXISTS says so).",
        returns: Returns::Handle,
        params: &[
            ParamSpec::attributes("lpEventAttributes"),
            ParamSpec::optional(
                "bManualReset",
                Kind::Bool,
                "TRUE: stays set until ResetEvent; FALSE: one wait resets it",
            ),
            ParamSpec::optional("bInitialState", Kind::Bool, "TRUE: set from the start"),
            ParamSpec::NAME,
            ParamSpec::INHERIT,
        ],
        fails: &[],
        facts: "7.01-7.05 8.01 8.02 8.06 9.04",
        example: "process p\np: h = CreateEvent(bManualReset: TRUE)  => HANDLE\ncheck !signaled(p.h)\n",
        tells: None,
        run: |cx, who, a| {
            cx.create_named(who, a.text(3), a.bool(4), |_| {
                Ok(Event { manual_reset: a.bool(1), set: a.bool(2) })
            })
        },
    },
    CallSpec {
        name: "OpenEvent",
        about: "Opens a handle to an event that has a name.",
        params: &ParamSpec::opening(ObjectType::Event, "lpName", "the event's name"),
        example: "process p\np: h = CreateEvent(lpName: \"Ready\")  => HANDLE\n\
                  p: again = OpenEvent(SYNCHRONIZE, FALSE, \"Ready\")  => HANDLE\ncheck same_object(p.h, p.again)\n",
        run: |cx, who, a| cx.open_named::<Event>(who, a.access(0), a.bool(1), a.text(2)),
        ..CallSpec::OPENING
    },
    CallSpec {
        name: "SetEvent",
        about: "Sets the event. An auto-reset event lets one wait succeed and resets itself; a manual-reset event lets all waits \
                succeed until it is reset.",
        returns: Returns::Bool,
        params: &[EVENT_TO_MODIFY],
        fails: &[],
        facts: "8.01-8.03",
        example: "process p\np: h = CreateEvent()  => HANDLE\np: SetEvent(h)  => TRUE\ncheck signaled(p.h)\n",
        tells: None,
        run: |cx, who, a| change(cx, who, a, |cx, id| _ = set(cx, id, true)),
    },
    CallSpec {
        name: "ResetEvent",
        about: "Resets the event: waits for it block until it is set again.",
        returns: Returns::Bool,
        params: &[EVENT_TO_MODIFY],
        fails: &[],
        facts: "8.01 8.03",
        example: "process p\np: h = CreateEvent(NULL, TRUE, TRUE)  => HANDLE\np: ResetEvent(h)  => TRUE\n\
                  check !signaled(p.h)\n",
        tells: None,
        run: |cx, who, a| change(cx, who, a, |cx, id| _ = set(cx, id, false)),
    },
    CallSpec {
        name: "PulseEvent",
        about: "Sets the event, lets those go on who wait at this moment, and resets it. Whoever comes later waits.",
        returns: Returns::Bool,
        params: &[EVENT_TO_MODIFY],
        fails: &[],
        facts: "8.05",
        example: "process p\np: h = CreateEvent(bManualReset: TRUE)  => HANDLE\np: PulseEvent(h)  => TRUE\n\
                  p: WaitForSingleObject(h, 0)  => WAIT_TIMEOUT\n",
        tells: None,
        run: |cx, who, a| {
            change(cx, who, a, |cx, id| {
                set(cx, id, true);
                set(cx, id, false);
            })
        },
    },
];

const EVENT_TO_MODIFY: ParamSpec = ParamSpec::object("hEvent", ObjectType::Event, MODIFY_STATE, "the event");

fn change(cx: &mut Cx<'_>, who: Caller, a: &Args<'_>, how: impl FnOnce(&mut Cx<'_>, ObjectId)) -> CallResult {
    let id = a.object(cx, who, 0)?;
    how(cx, id);
    Ok(Reply::done())
}
