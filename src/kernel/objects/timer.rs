//! What is a waitable timer?
//!
//! It becomes signaled when its time has come. A manual-reset timer stays so until it is set again; the other kind, a
//! synchronization timer, is reset by the one wait that it satisfies.
//!
//! ```
//! use handlelab::kernel::{Arg, CallSpec, Kernel, Log, Options, Outcome};
//!
//! let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
//! let (_, thread) = kernel.start_process("p", &mut log);
//! let create = CallSpec::find("CreateWaitableTimer").expect("a call");
//! let Outcome::Returned(made) = kernel.call(thread, create, &[], &mut log) else { panic!("it waits") };
//! let timer = made.object.expect("a handle names an object");
//!
//! // A negative due time counts from now, in units of 100 nanoseconds.
//! let set = CallSpec::find("SetWaitableTimer").expect("a call");
//! kernel.call(thread, set, &[Arg::Number(made.value), Arg::Number(-250_000_i64 as u64)], &mut log);
//! assert_eq!(kernel.state_of(timer), "due at 25 ms");
//! kernel.pass_time(25, &mut log);
//! assert!(kernel.is_signaled(timer, thread));
//! ```

use super::{Acquired, Behaviour, ObjectType, TypeSpec, Typed, Widening};
use crate::kernel::Kernel;
use crate::kernel::access::{AccessMask, GenericMapping, Right};
use crate::kernel::answer::Reply;
use crate::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::canonical::{Canonical, Sink};
use crate::kernel::cx::Cx;
use crate::kernel::ids::{ObjectId, ThreadId};
use crate::kernel::status::Status;

const MODIFY_STATE: u32 = 2;
/// Due times are counted in units of 100 nanoseconds.
const UNITS_PER_MILLISECOND: u64 = 10_000;

/// The type.
pub(crate) const TYPE: TypeSpec = TypeSpec {
    name: "Timer",
    win32: "WaitableTimer",
    about: "A clock that threads wait for. It becomes signaled when its time has come, once or again and again.",
    rights: &[
        Right::new(
            "TIMER_QUERY_STATE",
            1,
            "ask how long the timer will take (only the kernel's own calls do)",
        ),
        Right::new("TIMER_MODIFY_STATE", MODIFY_STATE, "set and cancel the timer"),
    ],
    sets: &[],
    all_access: "TIMER_ALL_ACCESS",
    generic: GenericMapping::new(0x2_0001, 0x2_0002, 0x12_0000, 0x1F_0003),
    valid_access: AccessMask(0x1F_0003),
    implied: &[],
    widening: Widening::AskSecurity,
    calls: CALLS,
    behaviour: Behaviour {
        is_signaled: |kernel, id, _| is_signaled(kernel, id),
        acquire,
        // A timer that is signaled already ticks on, but that changes nothing.
        due: |body| Timer::of(body).filter(|timer| !timer.signaled)?.due,
        deleted: |cx, _| cx.k.clock.change(),
        fire,
        state: |kernel, id| match kernel.objects.body::<Timer>(id) {
            Some(Timer { signaled: true, .. }) => "signaled".to_owned(),
            Some(Timer { due: Some(due), .. }) => format!("due at {due} ms"),
            _ => "not set".to_owned(),
        },
        ..Behaviour::DEFAULT
    },
};

/// A waitable timer.
///
/// ```
/// use handlelab::kernel::objects::timer::Timer;
///
/// let ticking = Timer { manual_reset: false, signaled: false, due: Some(30), period: 20 };
/// assert_eq!([10, 30, 69].map(|now| ticking.next_due(now)), [Some(30), Some(50), Some(70)]);
/// let once = Timer { period: 0, ..ticking };
/// assert_eq!(once.next_due(30), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Timer {
    /// Stays signaled until it is set again.
    pub manual_reset: bool,
    /// Has its time come?
    pub signaled: bool,
    /// When its time comes next, in milliseconds from the start; of a signaled timer, whose ticks nobody sees, one of
    /// those times.
    pub due: Option<u64>,
    /// Milliseconds from one time to the next; 0 for a timer that comes once.
    pub period: u32,
}

impl Timer {
    /// The first of its times behind the moment `now`, if another one comes.
    pub fn next_due(&self, now: u64) -> Option<u64> {
        let (due, period) = (self.due?, u64::from(self.period));
        let Some(past) = now.checked_sub(due) else { return Some(due) };
        Some(due + (past.checked_div(period)? + 1) * period)
    }
}

fn is_signaled(kernel: &Kernel, id: ObjectId) -> bool {
    kernel.objects.body::<Timer>(id).is_some_and(|timer| timer.signaled)
}

impl Canonical for Timer {
    fn write(&self, to: &mut Sink<'_>) {
        to.plain(self);
    }
}

fn acquire(cx: &mut Cx<'_>, id: ObjectId, _: ThreadId) -> Acquired {
    let manual_reset = cx.k.objects.body::<Timer>(id).is_none_or(|timer| timer.manual_reset);
    let now = if manual_reset { 0 } else { cx.k.now() };
    if let Some(timer) = cx.k.objects.body_mut::<Timer>(id)
        && !manual_reset
    {
        (timer.signaled, timer.due) = (false, timer.next_due(now));
        cx.k.clock.change();
        cx.state_changed(id);
    }
    Acquired::Normally
}

/// Its time has come.
fn fire(cx: &mut Cx<'_>, id: ObjectId) {
    let now = cx.k.now();
    let Some(timer) = cx.k.objects.body_mut::<Timer>(id) else { return };
    (timer.signaled, timer.due) = (true, timer.next_due(now));
    cx.k.clock.change();
    cx.state_changed(id);
    cx.wake(id);
}

/// When a timer is due that is set now: negative due times are counted from now, and any other moment is long past.
fn due_at(now: u64, due_time: i64) -> u64 {
    if due_time >= 0 { now } else { now + due_time.unsigned_abs().div_ceil(UNITS_PER_MILLISECOND) }
}

const CALLS: &[CallSpec] = &[
    CallSpec {
        name: "CreateWaitableTimer",
        about: "Makes a timer, which is not set yet, and opens a handle to it, or opens the timer that has the name already (ERROR_ALREADY_EXISTS says so).",
        returns: Returns::Handle,
        params: &[
            ParamSpec::attributes("lpTimerAttributes"),
            ParamSpec::optional("bManualReset", Kind::Bool, "TRUE: stays signaled until it is set again"),
            ParamSpec { name: "lpTimerName", ..ParamSpec::NAME },
            ParamSpec::INHERIT,
        ],
        fails: &[],
        facts: "7.01-7.05 9.07",
        example: "process p\np: h = CreateWaitableTimer()  => HANDLE\ncheck !signaled(p.h)\n",
        tells: None,
        run: |cx, who, a| {
            let timer = Timer { manual_reset: a.bool(1), signaled: false, due: None, period: 0 };
            cx.create_named(who, a.text(2), a.bool(3), |_| Ok(timer))
        },
    },
    CallSpec {
        name: "OpenWaitableTimer",
        about: "Opens a handle to a timer that has a name.",
        params: &ParamSpec::opening(ObjectType::Timer, "lpTimerName", "the timer's name"),
        example: "process p\np: h = CreateWaitableTimer(lpTimerName: \"Tick\")  => HANDLE\n\
                  p: again = OpenWaitableTimer(SYNCHRONIZE, FALSE, \"Tick\")  => HANDLE\ncheck same_object(p.h, p.again)\n",
        run: |cx, who, a| cx.open_named::<Timer>(who, a.access(0), a.bool(1), a.text(2)),
        ..CallSpec::OPENING
    },
    CallSpec {
        name: "SetWaitableTimer",
        about: "Sets the timer: it is no longer signaled, and will be when its time comes.",
        returns: Returns::Bool,
        params: &[
            ParamSpec::object("hTimer", ObjectType::Timer, MODIFY_STATE, "the timer"),
            ParamSpec::required(
                "lpDueTime",
                Kind::Large,
                "when, in units of 100 ns: negative is counted from now, 0 means at once",
            ),
            ParamSpec::optional(
                "lPeriod",
                Kind::Long,
                "milliseconds between the times that follow; 0 means once",
            ),
            ParamSpec::optional("pfnCompletionRoutine", Kind::Structure, "not used here: NULL"),
            ParamSpec::optional("lpArgToCompletionRoutine", Kind::Structure, "not used here: NULL"),
            ParamSpec::optional("fResume", Kind::Bool, "not used here"),
        ],
        fails: &[(Status::InvalidParameter, "the period is negative")],
        facts: "9.07",
        example: "process p\np: h = CreateWaitableTimer()  => HANDLE\np: SetWaitableTimer(h, -50000)  => TRUE\n\
                  p: WaitForSingleObject(h, 0)  => WAIT_TIMEOUT\np: Sleep(5)\np: WaitForSingleObject(h, 0)  => WAIT_OBJECT_0\n",
        tells: None,
        run: |cx, who, a| {
            let period = u32::try_from(a.long(2)).map_err(|_| Status::InvalidParameter)?;
            let id = a.object(cx, who, 0)?;
            let (now, due_time) = (cx.k.now(), a.number(1) as i64);
            let timer = cx.k.objects.body_mut::<Timer>(id).ok_or(Status::ObjectTypeMismatch)?;
            let due = due_at(now, due_time);
            (timer.signaled, timer.due, timer.period) = (false, Some(due), period);
            cx.k.clock.change();
            if due <= now {
                fire(cx, id);
            } else {
                cx.state_changed(id);
            }
            Ok(Reply::done())
        },
    },
    CallSpec {
        name: "CancelWaitableTimer",
        about: "Cancels what the timer was set to. A timer that is signaled stays signaled.",
        returns: Returns::Bool,
        params: &[ParamSpec::object("hTimer", ObjectType::Timer, MODIFY_STATE, "the timer")],
        fails: &[],
        facts: "9.07",
        example: "process p\np: h = CreateWaitableTimer()  => HANDLE\np: SetWaitableTimer(h, -50000)  => TRUE\n\
                  p: CancelWaitableTimer(h)  => TRUE\np: Sleep(5)\np: WaitForSingleObject(h, 0)  => WAIT_TIMEOUT\n",
        tells: None,
        run: |cx, who, a| {
            let id = a.object(cx, who, 0)?;
            let timer = cx.k.objects.body_mut::<Timer>(id).ok_or(Status::ObjectTypeMismatch)?;
            (timer.due, timer.period) = (None, 0);
            cx.k.clock.change();
            cx.state_changed(id);
            Ok(Reply::done())
        },
    },
];
