//! What is a mutex?
//!
//! A lock that a thread owns, not a process and not a handle (fact 8.12). NT calls it mutant. Its owner may take it again
//! and must release it as often (fact 8.09). When the owner ends without releasing it, it is abandoned: free, and the next
//! thread to get it is told (fact 8.13).
//!
//! ```
//! use handlelab::kernel::objects::mutant::Mutant;
//! use handlelab::kernel::{Arg, CallSpec, Kernel, Log, Options, Outcome};
//!
//! let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
//! let [(_, owner), (_, other)] = ["p", "q"].map(|name| kernel.start_process(name, &mut log));
//! let create = CallSpec::find("CreateMutex").expect("a call");
//! let made = kernel.call(owner, create, &[Arg::Absent, Arg::Number(1)], &mut log);
//! let Outcome::Returned(made) = made else { panic!("it waits") };
//! let mutex = made.object.expect("a handle names an object");
//! assert!(kernel.objects().body::<Mutant>(mutex).is_some_and(|mutant| mutant.owner == Some(owner)));
//! assert!(kernel.is_signaled(mutex, owner), "its owner may take it again");
//! assert!(!kernel.is_signaled(mutex, other), "anybody else waits");
//! assert_eq!(kernel.state_of(mutex), "owned by p");
//! ```

use super::{Acquired, Behaviour, ObjectType, TypeSpec, Widening};
use crate::kernel::Kernel;
use crate::kernel::access::{AccessMask, GenericMapping, Right};
use crate::kernel::answer::Reply;
use crate::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::canonical::{Canonical, Sink};
use crate::kernel::cx::Cx;
use crate::kernel::effects::Effect;
use crate::kernel::ids::{ObjectId, ThreadId};
use crate::kernel::status::Status;

/// The type.
pub(crate) const TYPE: TypeSpec = TypeSpec {
    name: "Mutant",
    win32: "Mutex",
    about: "A lock that one thread owns. A wait takes it, ReleaseMutex gives it back; its owner can take it again.",
    rights: &[Right::new("MUTANT_QUERY_STATE", 1, "ask who owns the mutex (only the kernel's own calls do)")],
    sets: &[],
    all_access: "MUTEX_ALL_ACCESS",
    generic: GenericMapping::new(0x2_0001, 0x2_0000, 0x12_0000, 0x1F_0001),
    valid_access: AccessMask(0x1F_0001),
    implied: &[],
    widening: Widening::AskSecurity,
    calls: CALLS,
    behaviour: Behaviour {
        is_signaled: |kernel, id, thread| {
            let mutant = kernel.objects.body::<Mutant>(id);
            mutant.is_some_and(|mutant| mutant.owner.is_none_or(|owner| owner == thread))
        },
        acquire,
        signal: Some((AccessMask::NONE, release)),
        deleted: |cx, object| {
            if let super::Body::Mutant(Mutant { owner: Some(owner), .. }) = object.body
                && let Some(record) = cx.k.threads.get_mut(owner)
            {
                record.owned.retain(|no| cx.k.objects.get(*no).is_some());
            }
        },
        state,
        ..Behaviour::DEFAULT
    },
};

/// A mutex.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mutant {
    /// The thread that owns it.
    pub owner: Option<ThreadId>,
    /// How often its owner has taken it.
    pub recursion: u32,
    /// Its last owner ended without releasing it, and nobody has got it since.
    pub abandoned: bool,
}

impl Canonical for Mutant {
    fn write(&self, to: &mut Sink<'_>) {
        let Mutant { owner, recursion, abandoned } = self;
        to.plain((owner.is_some(), recursion, abandoned));
        if let Some(owner) = owner {
            to.thread(*owner);
        }
    }
}

fn state(kernel: &Kernel, id: ObjectId) -> String {
    let Some(mutant) = kernel.objects.body::<Mutant>(id) else { return String::new() };
    let owner = mutant.owner.and_then(|owner| kernel.threads.get(owner));
    match owner.and_then(|owner| kernel.label_of(owner.object)) {
        Some(owner) if mutant.recursion > 1 => format!("owned by {owner}, {} times", mutant.recursion),
        Some(owner) => format!("owned by {owner}"),
        None if mutant.abandoned => "free, abandoned".to_owned(),
        None => "free".to_owned(),
    }
}

fn acquire(cx: &mut Cx<'_>, id: ObjectId, thread: ThreadId) -> Acquired {
    let Some(mutant) = cx.k.objects.body_mut::<Mutant>(id) else { return Acquired::Normally };
    let abandoned = std::mem::take(&mut mutant.abandoned);
    let first = mutant.owner.replace(thread).is_none();
    mutant.recursion = mutant.recursion.saturating_add(1);
    if first && let Some(record) = cx.k.threads.get_mut(thread) {
        record.owned.push(id);
    }
    cx.state_changed(id);
    if abandoned { Acquired::Abandoned } else { Acquired::Normally }
}

fn release(cx: &mut Cx<'_>, id: ObjectId, thread: ThreadId) -> Result<(), Status> {
    let mutant = cx.k.objects.body_mut::<Mutant>(id).ok_or(Status::ObjectTypeMismatch)?;
    if mutant.owner != Some(thread) {
        return Err(Status::MutantNotOwned);
    }
    mutant.recursion = mutant.recursion.saturating_sub(1);
    let free = mutant.recursion == 0;
    if free {
        mutant.owner = None;
        if let Some(record) = cx.k.threads.get_mut(thread) {
            record.owned.retain(|owned| *owned != id);
        }
    }
    cx.state_changed(id);
    if free {
        cx.wake(id);
    }
    Ok(())
}

/// The owner has ended: the mutex is free, and the next thread that gets it will know (fact 8.13).
pub(crate) fn abandon(cx: &mut Cx<'_>, id: ObjectId, thread: ThreadId) {
    let Some(mutant) = cx.k.objects.body_mut::<Mutant>(id) else { return };
    (mutant.owner, mutant.recursion, mutant.abandoned) = (None, 0, true);
    let numbers = (cx.k.objects.header(id), cx.k.threads.get(thread));
    if let (Some(header), Some(record)) = numbers {
        let (object, thread) = (header.no, record.no);
        cx.log.push(|| Effect::MutexAbandoned { object, thread });
    }
    cx.wake(id);
}

const CALLS: &[CallSpec] = &[
    CallSpec {
        name: "CreateMutex",
        about: "Makes a mutex and opens a handle to it, or opens the mutex that has the name already (ERROR_ALREADY_EXISTS says so).",
        returns: Returns::Handle,
        params: &[
            ParamSpec::attributes("lpMutexAttributes"),
            ParamSpec::optional(
                "bInitialOwner",
                Kind::Bool,
                "TRUE: the calling thread owns a new mutex from the start",
            ),
            ParamSpec::NAME,
            ParamSpec::INHERIT,
        ],
        fails: &[],
        facts: "7.01-7.05 8.08 9.05",
        example: "process p\np: h = CreateMutex(bInitialOwner: TRUE)  => HANDLE\ncheck count(p.h) == 1\n",
        tells: None,
        run: |cx, who, a| {
            let free = Mutant { owner: None, recursion: 0, abandoned: false };
            let reply = cx.create_named(who, a.text(2), a.bool(3), |_| Ok(free))?;
            if a.bool(1)
                && reply.status == Status::Success
                && let Some(id) = reply.object
            {
                acquire(cx, id, who.thread);
            }
            Ok(reply)
        },
    },
    CallSpec {
        name: "OpenMutex",
        about: "Opens a handle to a mutex that has a name.",
        params: &ParamSpec::opening(ObjectType::Mutant, "lpName", "the mutex's name"),
        example: "process p\np: h = CreateMutex(lpName: \"One\")  => HANDLE\n\
                  p: again = OpenMutex(SYNCHRONIZE, FALSE, \"One\")  => HANDLE\ncheck same_object(p.h, p.again)\n",
        run: |cx, who, a| cx.open_named::<Mutant>(who, a.access(0), a.bool(1), a.text(2)),
        ..CallSpec::OPENING
    },
    CallSpec {
        name: "ReleaseMutex",
        about: "Gives the mutex back once; when it has been given back as often as it was taken, it is free.",
        returns: Returns::Bool,
        params: &[ParamSpec::object("hMutex", ObjectType::Mutant, 0, "the mutex; any handle will do")],
        fails: &[(Status::MutantNotOwned, "the calling thread does not own the mutex")],
        facts: "8.09-8.12",
        example: "process p\np: h = CreateMutex(bInitialOwner: TRUE)  => HANDLE\np: ReleaseMutex(h)  => TRUE\n\
                  p: ReleaseMutex(h)  => FALSE ERROR_NOT_OWNER\n",
        tells: None,
        run: |cx, who, a| {
            let id = a.object(cx, who, 0)?;
            release(cx, id, who.thread)?;
            Ok(Reply::done())
        },
    },
];
