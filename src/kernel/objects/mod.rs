//! Which types of objects are there, and what must each say of itself?
//!
//! One file a type, always in the same order: description, rights and generic mapping, the struct, its behaviour, its
//! calls. A new type is its file, which is named here, and one row in the table below.
//!
//! ```
//! use handlelab::kernel::ObjectType;
//!
//! let spec = ObjectType::Mutant.spec();
//! assert_eq!((spec.name, spec.win32), ("Mutant", "Mutex"));
//! assert!(spec.calls.iter().any(|call| call.name == "ReleaseMutex"));
//! ```

use super::Kernel;
use super::access::{AccessMask, GenericMapping, Right};
use super::calls::CallSpec;
use super::canonical::{Canonical, Sink};
use super::cx::Cx;
use super::ids::{ObjectId, ThreadId};
use super::object::{Object, Reference};
use super::status::Status;
use serde::{Serialize, Serializer};
use smol_str::SmolStr;

pub mod event;
pub mod file;
pub mod job;
pub mod mutant;
pub mod process;
pub mod section;
pub mod semaphore;
pub mod thread;
pub mod timer;

/// What a type says of itself.
///
/// ```
/// use handlelab::kernel::objects::Widening;
/// use handlelab::kernel::{AccessMask, ObjectType};
///
/// let (event, file) = (ObjectType::Event.spec(), ObjectType::File.spec());
/// assert_eq!([event.widening, file.widening], [Widening::AskSecurity, Widening::Refused]);
/// assert!(event.valid_access.contains(AccessMask::SYNCHRONIZE));
/// assert_eq!(event.all_access, "EVENT_ALL_ACCESS");
/// ```
#[non_exhaustive]
pub struct TypeSpec {
    /// NT's name.
    pub name: &'static str,
    /// The word that Win32 uses.
    pub win32: &'static str,
    /// What such an object is, in a learner's words.
    pub about: &'static str,
    /// Its specific rights.
    pub rights: &'static [Right],
    /// Names that Win32 has for several of its rights together.
    pub sets: &'static [Right],
    /// The name of the right that contains all others.
    pub all_access: &'static str,
    /// What the generic rights mean for it.
    pub generic: GenericMapping,
    /// Every right that a handle to it can carry.
    pub valid_access: AccessMask,
    /// May DuplicateHandle give more rights than the source handle has (facts 3.17 and 3.19)?
    pub widening: Widening,
    /// Rights that bring others with them: whoever is granted the first gets the second too (fact 9.02).
    pub implied: &'static [(AccessMask, AccessMask)],
    /// The calls that belong to it.
    pub calls: &'static [CallSpec],
    /// How it behaves.
    pub(crate) behaviour: Behaviour,
}

/// What happens when a duplicate asks for more rights than its source has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Widening {
    /// The object's security is asked, which in this model grants the user everything.
    AskSecurity,
    /// It is refused, always.
    Refused,
}

/// Signals an object for a thread.
pub(crate) type Signal = fn(&mut Cx<'_>, ObjectId, ThreadId) -> Result<(), Status>;

/// How the objects of a type behave. What is not said is the default: never signaled, nothing to do.
pub(crate) struct Behaviour {
    /// Would a wait by this thread be satisfied now?
    pub(crate) is_signaled: fn(&Kernel, ObjectId, ThreadId) -> bool,
    /// A wait was satisfied: take what it takes.
    pub(crate) acquire: fn(&mut Cx<'_>, ObjectId, ThreadId) -> Acquired,
    /// SignalObjectAndWait: the right it needs, and what it does. `None`: such an object cannot be signaled.
    pub(crate) signal: Option<(AccessMask, Signal)>,
    /// When it will change by itself, in milliseconds from the start.
    pub(crate) due: fn(&Body) -> Option<u64>,
    /// That time has come.
    pub(crate) fire: fn(&mut Cx<'_>, ObjectId),
    /// What it refers to for as long as it exists.
    pub(crate) refers_to: fn(&Kernel, ObjectId) -> Option<(ObjectId, Reference)>,
    /// The last handle was closed.
    pub(crate) last_handle_closed: fn(&mut Cx<'_>, ObjectId),
    /// The last reference went; the object is out of the store already.
    pub(crate) deleted: fn(&mut Cx<'_>, Object),
    /// What users call it if it has no name in the directory.
    pub(crate) label: fn(&Kernel, ObjectId) -> Option<SmolStr>,
    /// Its state in words, for traces.
    pub(crate) state: fn(&Kernel, ObjectId) -> String,
}

impl Behaviour {
    pub(crate) const DEFAULT: Behaviour = Behaviour {
        is_signaled: |_, _, _| false,
        acquire: |_, _, _| Acquired::Normally,
        signal: None,
        due: |_| None,
        fire: |_, _| {},
        refers_to: |_, _| None,
        last_handle_closed: |_, _| {},
        deleted: |_, _| {},
        label: |_, _| None,
        state: |_, _| String::new(),
    };
}

/// How a wait got its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Acquired {
    Normally,
    /// A mutex whose owner ended without releasing it.
    Abandoned,
}

/// A body of one particular type.
///
/// ```
/// use handlelab::kernel::ObjectType;
/// use handlelab::kernel::objects::{Body, Typed, event::Event, semaphore::Semaphore};
///
/// let body = Body::from(Event { manual_reset: true, set: false });
/// assert_eq!(body.object_type(), Event::TYPE);
/// assert!(Event::of(&body).is_some_and(|event| event.manual_reset) && Semaphore::of(&body).is_none());
/// assert_eq!(Semaphore::TYPE, ObjectType::Semaphore);
/// ```
pub trait Typed: Sized {
    /// The type.
    const TYPE: ObjectType;
    /// The body, if it is of this type.
    fn of(body: &Body) -> Option<&Self>;
    /// The same, to change it.
    fn of_mut(body: &mut Body) -> Option<&mut Self>;
}

macro_rules! object_types {
    ($($Type:ident in $module:ident: $about:literal;)+) => {
        /// The types of objects.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ObjectType { $(#[doc = $about] $Type,)+ }

        /// What a type adds to the header.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum Body { $(#[doc = $about] $Type($module::$Type),)+ }

        impl ObjectType {
            /// All types.
            pub const ALL: &'static [ObjectType] = &[$(ObjectType::$Type,)+];

            /// What the type says of itself.
            pub fn spec(self) -> &'static TypeSpec {
                match self { $(ObjectType::$Type => &$module::TYPE,)+ }
            }
        }

        impl Body {
            /// The type.
            pub fn object_type(&self) -> ObjectType {
                match self { $(Body::$Type(_) => ObjectType::$Type,)+ }
            }
        }

        impl Canonical for Body {
            fn write(&self, to: &mut Sink<'_>) {
                to.plain(self.object_type());
                match self { $(Body::$Type(body) => body.write(to),)+ }
            }
        }

        $(
            impl From<$module::$Type> for Body {
                fn from(body: $module::$Type) -> Body { Body::$Type(body) }
            }

            impl Typed for $module::$Type {
                const TYPE: ObjectType = ObjectType::$Type;
                fn of(body: &Body) -> Option<&Self> {
                    match body { Body::$Type(body) => Some(body), _ => None }
                }
                fn of_mut(body: &mut Body) -> Option<&mut Self> {
                    match body { Body::$Type(body) => Some(body), _ => None }
                }
            }
        )+
    };
}

object_types! {
    Process in process: "a running or ended program";
    Thread in thread: "a line of execution inside a process";
    Event in event: "a flag that threads wait for";
    Mutant in mutant: "a lock that one thread owns: Win32's mutex";
    Semaphore in semaphore: "a number of permits";
    File in file: "an open file, or an end of a pipe";
    Timer in timer: "something that is signaled when its time has come";
    Section in section: "memory that processes share: Win32's file mapping";
    Job in job: "a group of processes";
}

/// What users call an object that has no name in the directory.
pub(crate) fn label(kernel: &Kernel, id: ObjectId) -> Option<SmolStr> {
    let object = kernel.objects.get(id)?;
    (object.object_type().spec().behaviour.label)(kernel, id)
}

impl Body {
    /// When it will change by itself, in milliseconds from the start.
    pub(crate) fn due(&self) -> Option<u64> {
        (self.object_type().spec().behaviour.due)(self)
    }
}

impl ObjectType {
    /// Win32's word for it: `Mutex`, where NT says `Mutant`.
    ///
    /// ```
    /// use handlelab::kernel::ObjectType;
    ///
    /// let words = ObjectType::ALL.iter().map(|found| (found.win32(), found.spec().name));
    /// let unlike: Vec<_> = words.filter(|(win32, nt)| win32 != nt).collect();
    /// assert_eq!(unlike, [("Mutex", "Mutant"), ("WaitableTimer", "Timer"), ("FileMapping", "Section")]);
    /// ```
    pub fn win32(self) -> &'static str {
        self.spec().win32
    }
}

impl Serialize for ObjectType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.win32())
    }
}
