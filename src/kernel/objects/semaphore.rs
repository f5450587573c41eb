//! What is a semaphore?
//!
//! A number of permits. A wait takes one and succeeds while there is one (fact 8.16); ReleaseSemaphore puts some back, but
//! never more than the maximum (fact 8.17). Nobody owns it.
//!
//! ```
//! use handlelab::kernel::objects::semaphore::Semaphore;
//! use handlelab::kernel::{Arg, CallSpec, Kernel, Log, ObjectType, Options, Outcome, Status};
//!
//! let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
//! let (_, thread) = kernel.start_process("p", &mut log);
//! let mut call = |name, args: &[Arg]| {
//!     let outcome = kernel.call(thread, CallSpec::find(name).expect("a call"), args, &mut log);
//!     if let Outcome::Returned(answer) = outcome { answer.status } else { panic!("it waits") }
//! };
//! call("CreateSemaphore", &[Arg::Absent, Arg::Number(1), Arg::Number(2)]);
//! let two_more = [Arg::Number(4), Arg::Number(2)];
//! assert_eq!(call("ReleaseSemaphore", &two_more), Status::SemaphoreLimitExceeded);
//! let semaphores = kernel.objects().iter().filter(|(_, object)| object.object_type() == ObjectType::Semaphore);
//! let left: Vec<_> = semaphores.filter_map(|(id, _)| kernel.objects().body::<Semaphore>(id)).collect();
//! assert_eq!(left, [&Semaphore { count: 1, maximum: 2 }], "nothing was put back");
//! ```

use super::{Acquired, Behaviour, ObjectType, TypeSpec, Widening};
use crate::kernel::access::{AccessMask, GenericMapping, Right};
use crate::kernel::answer::{OutValue, Reply};
use crate::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::canonical::{Canonical, Sink};
use crate::kernel::cx::Cx;
use crate::kernel::ids::{ObjectId, ThreadId};
use crate::kernel::status::Status;

const MODIFY_STATE: u32 = 2;

/// The type.
pub(crate) const TYPE: TypeSpec = TypeSpec {
    name: "Semaphore",
    win32: "Semaphore",
    about: "A number of permits. A wait takes one, ReleaseSemaphore puts some back, up to a maximum.",
    rights: &[
        Right::new(
            "SEMAPHORE_QUERY_STATE",
            1,
            "ask for the semaphore's count (only the kernel's own calls do)",
        ),
        Right::new("SEMAPHORE_MODIFY_STATE", MODIFY_STATE, "put permits back into the semaphore"),
    ],
    sets: &[],
    all_access: "SEMAPHORE_ALL_ACCESS",
    generic: GenericMapping::new(0x2_0001, 0x2_0002, 0x12_0000, 0x1F_0003),
    valid_access: AccessMask(0x1F_0003),
    implied: &[],
    widening: Widening::AskSecurity,
    calls: CALLS,
    behaviour: Behaviour {
        is_signaled: |kernel, id, _| {
            kernel.objects.body::<Semaphore>(id).is_some_and(|found| found.count > 0)
        },
        acquire,
        signal: Some((AccessMask(MODIFY_STATE), |cx, id, _| release(cx, id, 1).map(|_| ()))),
        state: |kernel, id| {
            kernel
                .objects
                .body::<Semaphore>(id)
                .map(|found| format!("count {}", found.count))
                .unwrap_or_default()
        },
        ..Behaviour::DEFAULT
    },
};

/// A semaphore.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Semaphore {
    /// How many permits there are.
    pub count: i32,
    /// How many there can be.
    pub maximum: i32,
}

impl Canonical for Semaphore {
    fn write(&self, to: &mut Sink<'_>) {
        to.plain(self);
    }
}

fn acquire(cx: &mut Cx<'_>, id: ObjectId, _: ThreadId) -> Acquired {
    if let Some(semaphore) = cx.k.objects.body_mut::<Semaphore>(id) {
        semaphore.count -= 1;
        cx.state_changed(id);
    }
    Acquired::Normally
}

/// Puts permits back, all or none; gives the count before.
fn release(cx: &mut Cx<'_>, id: ObjectId, permits: i32) -> Result<i32, Status> {
    let semaphore = cx.k.objects.body_mut::<Semaphore>(id).ok_or(Status::ObjectTypeMismatch)?;
    let before = semaphore.count;
    match before.checked_add(permits) {
        Some(count) if count <= semaphore.maximum => semaphore.count = count,
        _ => return Err(Status::SemaphoreLimitExceeded),
    }
    cx.state_changed(id);
    cx.wake(id);
    Ok(before)
}

const CALLS: &[CallSpec] = &[
    CallSpec {
        name: "CreateSemaphore",
        about: "Makes a semaphore and opens a handle to it, or opens the semaphore that has the name already (ERROR_ALREADY_EXISTS says so).",
        returns: Returns::Handle,
        params: &[
            ParamSpec::attributes("lpSemaphoreAttributes"),
            ParamSpec::optional("lInitialCount", Kind::Long, "how many permits there are at first"),
            ParamSpec::required("lMaximumCount", Kind::Long, "how many there can be"),
            ParamSpec::NAME,
            ParamSpec::INHERIT,
        ],
        fails: &[(
            Status::InvalidParameter,
            "the maximum is not positive, or the initial count is not between 0 and it",
        )],
        facts: "7.01-7.05 8.15 9.06",
        example: "process p\np: h = CreateSemaphore(NULL, 1, 3)  => HANDLE\ncheck count(p.h) == 1\n",
        tells: None,
        run: |cx, who, a| {
            let (count, maximum) = (a.long(1), a.long(2));
            if maximum <= 0 || count < 0 || count > maximum {
                return Err(Status::InvalidParameter.into());
            }
            cx.create_named(who, a.text(3), a.bool(4), |_| Ok(Semaphore { count, maximum }))
        },
    },
    CallSpec {
        name: "OpenSemaphore",
        about: "Opens a handle to a semaphore that has a name.",
        params: &ParamSpec::opening(ObjectType::Semaphore, "lpName", "the semaphore's name"),
        example: "process p\np: h = CreateSemaphore(NULL, 0, 1, \"Slots\")  => HANDLE\n\
                  p: again = OpenSemaphore(SYNCHRONIZE, FALSE, \"Slots\")  => HANDLE\ncheck same_object(p.h, p.again)\n",
        run: |cx, who, a| cx.open_named::<Semaphore>(who, a.access(0), a.bool(1), a.text(2)),
        ..CallSpec::OPENING
    },
    CallSpec {
        name: "ReleaseSemaphore",
        about: "Puts permits back, all of them or, if that would exceed the maximum, none.",
        returns: Returns::Bool,
        params: &[
            ParamSpec::object("hSemaphore", ObjectType::Semaphore, MODIFY_STATE, "the semaphore"),
            ParamSpec::required("lReleaseCount", Kind::Long, "how many, at least one"),
            ParamSpec::optional("lpPreviousCount", Kind::OutNumber, "gets the count before"),
        ],
        fails: &[
            (Status::InvalidParameter, "the number of permits is not positive"),
            (
                Status::SemaphoreLimitExceeded,
                "there would be more permits than the maximum; none is put back",
            ),
        ],
        facts: "8.17 8.18",
        example: "process p\np: h = CreateSemaphore(NULL, 0, 1)  => HANDLE\np: ReleaseSemaphore(h, 1, &before)  => TRUE\n\
                  check p.before == 0\np: ReleaseSemaphore(h, 1)  => FALSE ERROR_TOO_MANY_POSTS\n",
        tells: None,
        run: |cx, who, a| {
            let permits = a.long(1);
            if permits <= 0 {
                return Err(Status::InvalidParameter.into());
            }
            let id = a.object(cx, who, 0)?;
            let before = release(cx, id, permits)?;
            let reply = Reply::done();
            Ok(if a.given(2) { reply.out(2, OutValue::Number(before as u32 as u64)) } else { reply })
        },
    },
];
