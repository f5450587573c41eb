//! Which calls are there, and what does each take and give?
//!
//! Every call is one [`CallSpec`], written beside its code. Dispatch, checking, printing, help, generation and export
//! read the specs; none of them names a particular call.
//!
//! ```
//! use handlelab::kernel::{CallSpec, Status, calls::Kind};
//!
//! let close = CallSpec::find("CloseHandle").expect("a call of the model");
//! assert_eq!(close.short_signature(), "CloseHandle(hObject)");
//! assert!(matches!(close.params[0].kind, Kind::AnyHandle | Kind::Handle { .. }));
//! assert!(CallSpec::find("GetCurrentProcess").is_some_and(|call| call.only_tells()));
//!
//! let failure = |call| CallSpec::find(call).map(|call| call.returns.failure(Status::AccessDenied));
//! assert_eq!([failure("CreateEvent"), failure("CreateFile")], [Some(0), Some(u64::MAX)], "not the same everywhere");
//! ```

use super::access::AccessMask;
use super::answer::{CallResult, Reply};
use super::cx::{Caller, Cx};
use super::handle_use::HandleUse;
use super::ids::{Handle, ObjectId};
use super::objects::ObjectType;
use super::status::Status;
use super::{Kernel, objects, services};
use foldhash::HashMap;
use smol_str::SmolStr;
use std::sync::LazyLock;

#[cfg(test)]
mod tests;

/// A call, as everybody knows it.
pub struct CallSpec {
    /// Win32's name.
    pub name: &'static str,
    /// What it does, in a learner's words.
    pub about: &'static str,
    /// What it gives back, and what it gives back when it fails.
    pub returns: Returns,
    /// Its parameters in Win32's order, fields of structures among them.
    pub params: &'static [ParamSpec],
    /// The ways in which it can fail, beside those that follow from the kinds of its parameters.
    pub fails: &'static [(Status, &'static str)],
    /// Facts that it follows.
    pub facts: &'static str,
    /// A tiny scenario that shows it.
    pub example: &'static str,
    pub(crate) run: fn(&mut Cx<'_>, Caller, &Args<'_>) -> CallResult,
    /// For a call that takes nothing and only tells something: what it tells. It may stand inside another call.
    pub(crate) tells: Option<Tells>,
}

pub(crate) type Tells = fn(&Kernel, Caller) -> u64;

/// What a call gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// TRUE or FALSE.
    Bool,
    /// A handle or NULL.
    Handle,
    /// A handle or INVALID_HANDLE_VALUE.
    FileHandle,
    /// A wait's result or WAIT_FAILED.
    Wait,
    /// A number; the given value means failure.
    Number {
        /// What is given back on failure.
        failure: u64,
    },
    /// A number, of a call that cannot fail.
    Plain,
    /// An address or NULL.
    Address,
    /// An NTSTATUS; the last error stays as it is.
    Status,
    /// Nothing: it cannot fail, and may not even return.
    Nothing,
}

impl Returns {
    /// The return value of a call that failed.
    pub fn failure(self, status: Status) -> u64 {
        match self {
            Returns::Bool | Returns::Handle | Returns::Address | Returns::Plain | Returns::Nothing => 0,
            Returns::FileHandle => u64::MAX,
            Returns::Wait => 0xFFFF_FFFF,
            Returns::Number { failure } => failure,
            Returns::Status => u64::from(status.code()),
        }
    }
}

/// A parameter of a call.
pub struct ParamSpec {
    /// Win32's name; for the field of a structure the field's.
    pub name: &'static str,
    /// What is passed.
    pub kind: Kind,
    /// Must it be written, or does leaving it out mean NULL, 0 or FALSE?
    pub required: bool,
    /// Does it take part in the order of arguments, or is it only ever named?
    pub positional: bool,
    /// What it is for.
    pub about: &'static str,
    /// What becomes of a handle, where the kind does not say.
    pub handle_use: HandleUse,
}

/// The kinds of parameters. A new kind is dear: the checker, the generator and the exporter must learn it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A handle that is looked up in the caller's table.
    Handle {
        /// The type that the object must have, if it must have one.
        of: Option<ObjectType>,
        /// The rights that the handle must have been granted.
        access: AccessMask,
    },
    /// A handle value that the call treats in its own way.
    AnyHandle,
    /// Several handles, with their count.
    Handles {
        /// The rights that each must have been granted.
        access: AccessMask,
    },
    /// Desired access to an object of a type (of any type: `None`).
    Access(Option<ObjectType>),
    /// Flags of a family of [constants](super::constants).
    Flags(&'static str),
    /// A number of 32 bits without sign.
    Dword,
    /// A number of 32 bits with sign.
    Long,
    /// A number of 64 bits with sign.
    Large,
    /// TRUE or FALSE.
    Bool,
    /// Milliseconds or INFINITE.
    Timeout,
    /// An object's name or NULL.
    ObjectName,
    /// A file's name.
    FileName,
    /// Data to write.
    Data,
    /// An address.
    Address,
    /// The name that a new process gets in the scenario.
    NewProcess,
    /// The name that a new thread gets in the scenario.
    NewThread,
    /// A structure that is given by its fields; written in its place, it can only be NULL.
    Structure,
    /// A number is written to a variable.
    OutNumber,
    /// A handle is written to a variable.
    OutHandle,
    /// Data is written to a variable.
    OutData,
    /// The fields of a structure are written to a variable.
    OutRecord(&'static [&'static str]),
}

impl Kind {
    /// Is it an out parameter?
    pub fn is_out(self) -> bool {
        matches!(self, Kind::OutNumber | Kind::OutHandle | Kind::OutData | Kind::OutRecord(_))
    }
}

impl ParamSpec {
    fn written(&self) -> String {
        let and = if self.kind.is_out() { "&" } else { "" };
        let text =
            if self.positional { format!("{and}{}", self.name) } else { format!("{}: …", self.name) };
        if self.required { text } else { format!("[{text}]") }
    }

    const fn new(name: &'static str, kind: Kind, about: &'static str) -> ParamSpec {
        ParamSpec { name, kind, required: false, positional: true, about, handle_use: HandleUse::PLAIN }
    }

    /// A handle to an object of type `of`, granted `access`.
    pub(crate) const fn object(
        name: &'static str,
        of: ObjectType,
        access: u32,
        about: &'static str,
    ) -> ParamSpec {
        ParamSpec {
            required: true,
            ..ParamSpec::new(name, Kind::Handle { of: Some(of), access: AccessMask(access) }, about)
        }
    }

    /// A handle to an object of any type, granted `access`.
    pub(crate) const fn any_object(name: &'static str, access: u32, about: &'static str) -> ParamSpec {
        ParamSpec {
            required: true,
            ..ParamSpec::new(name, Kind::Handle { of: None, access: AccessMask(access) }, about)
        }
    }

    /// A parameter that must be written.
    pub(crate) const fn required(name: &'static str, kind: Kind, about: &'static str) -> ParamSpec {
        ParamSpec { required: true, ..ParamSpec::new(name, kind, about) }
    }

    /// A parameter that may be left out.
    pub(crate) const fn optional(name: &'static str, kind: Kind, about: &'static str) -> ParamSpec {
        ParamSpec::new(name, kind, about)
    }

    /// A field of a structure, which is only ever named.
    pub(crate) const fn field(name: &'static str, kind: Kind, about: &'static str) -> ParamSpec {
        ParamSpec { positional: false, ..ParamSpec::new(name, kind, about) }
    }

    /// What every call takes that opens an object by its name.
    pub(crate) const fn opening(of: ObjectType, name: &'static str, about: &'static str) -> [ParamSpec; 3] {
        [
            ParamSpec::required("dwDesiredAccess", Kind::Access(Some(of)), "what the handle shall allow"),
            ParamSpec::optional("bInheritHandle", Kind::Bool, "TRUE: children may inherit the handle"),
            ParamSpec::required(name, Kind::ObjectName, about),
        ]
    }

    /// `bInheritHandle` of SECURITY_ATTRIBUTES.
    pub(crate) const INHERIT: ParamSpec = ParamSpec::field(
        "bInheritHandle",
        Kind::Bool,
        "TRUE: a child created with bInheritHandles inherits the handle",
    );

    /// The `lp...Attributes` parameter itself.
    pub(crate) const fn attributes(name: &'static str) -> ParamSpec {
        ParamSpec::new(
            name,
            Kind::Structure,
            "SECURITY_ATTRIBUTES; of its fields only bInheritHandle matters here",
        )
    }

    /// `lpName`.
    pub(crate) const NAME: ParamSpec = ParamSpec::optional(
        "lpName",
        Kind::ObjectName,
        "the object's name, or NULL for an object without one",
    );
}

/// An argument as the kernel gets it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Arg {
    /// Left out; or an out parameter that is NULL.
    #[default]
    Absent,
    /// A number, a truth value, a handle, an address.
    Number(u64),
    /// A name or data.
    Text(SmolStr),
    /// Several handles.
    List(Vec<u64>),
    /// An out parameter that is wanted.
    Out,
}

/// The arguments of one call, read by their place in its description.
pub(crate) struct Args<'a> {
    pub(crate) spec: &'static CallSpec,
    pub(crate) values: &'a [Arg],
}

impl Args<'_> {
    pub(crate) fn number(&self, param: usize) -> u64 {
        match self.values.get(param) {
            Some(Arg::Number(number)) => *number,
            _ => 0,
        }
    }

    pub(crate) fn dword(&self, param: usize) -> u32 {
        self.number(param) as u32
    }

    pub(crate) fn long(&self, param: usize) -> i32 {
        self.number(param) as i32
    }

    pub(crate) fn bool(&self, param: usize) -> bool {
        self.dword(param) != 0
    }

    pub(crate) fn handle(&self, param: usize) -> Handle {
        Handle(self.number(param))
    }

    pub(crate) fn access(&self, param: usize) -> AccessMask {
        AccessMask(self.dword(param))
    }

    pub(crate) fn text(&self, param: usize) -> Option<&str> {
        match self.values.get(param) {
            Some(Arg::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn list(&self, param: usize) -> Option<&[u64]> {
        match self.values.get(param) {
            Some(Arg::List(list)) => Some(list),
            _ => None,
        }
    }

    /// Was the argument written at all?
    pub(crate) fn given(&self, param: usize) -> bool {
        !matches!(self.values.get(param), None | Some(Arg::Absent))
    }

    /// The object that a handle parameter names, if it has the type and the handle the rights that the call's
    /// description asks for.
    pub(crate) fn object(&self, cx: &Cx<'_>, who: Caller, param: usize) -> Result<ObjectId, Status> {
        match self.spec.params.get(param).map(|spec| spec.kind) {
            Some(Kind::Handle { of, access }) => cx.k.reference(who, self.handle(param), of, access),
            _ => Err(Status::InvalidParameter),
        }
    }
}

static TABLE: LazyLock<Vec<&'static CallSpec>> = LazyLock::new(|| {
    let of_types = objects::ObjectType::ALL.iter().map(|kind| kind.spec().calls);
    of_types.chain(services::CALLS.iter().copied()).flatten().collect()
});

static BY_NAME: LazyLock<HashMap<&'static str, &'static CallSpec>> =
    LazyLock::new(|| TABLE.iter().map(|spec| (spec.name, *spec)).collect());

impl CallSpec {
    /// What the calls have in common that open an object by its name.
    pub(crate) const OPENING: CallSpec = CallSpec {
        name: "",
        about: "",
        returns: Returns::Handle,
        params: &[],
        fails: &[],
        facts: "7.07-7.13",
        example: "",
        run: |_, _, _| Err(Status::NotSupported.into()),
        tells: None,
    };

    /// A call that takes nothing and only tells something.
    pub(crate) const fn telling(
        name: &'static str,
        about: &'static str,
        facts: &'static str,
        example: &'static str,
        tells: Tells,
    ) -> CallSpec {
        CallSpec {
            name,
            about,
            returns: Returns::Plain,
            params: &[],
            fails: &[],
            facts,
            example,
            run: |cx, who, a| {
                let value = a.spec.tells.map_or(0, |tells| tells(cx.k, who));
                let object =
                    Handle(value).is_pseudo().then(|| cx.k.look_up(who, Handle(value)).ok()).flatten();
                Ok(Reply { object: object.map(|(object, _)| object), ..Reply::number(value) })
            },
            tells: Some(tells),
        }
    }

    /// What Win32 puts behind a name for a variant that this model does not tell apart, longest first.
    pub const ENDINGS: [&'static str; 5] = ["ExW", "ExA", "Ex", "W", "A"];

    /// Every call, those of the types first.
    pub fn all() -> &'static [&'static CallSpec] {
        &TABLE
    }

    /// The call with this name, without one of the [endings](CallSpec::ENDINGS).
    pub fn find(name: &str) -> Option<&'static CallSpec> {
        BY_NAME.get(name).copied()
    }

    /// The calls that stand in the same table as this one: those of its type, or of its service.
    pub fn sisters(&self) -> &'static [CallSpec] {
        let of_types = objects::ObjectType::ALL.iter().map(|kind| kind.spec().calls);
        let mut tables = of_types.chain(services::CALLS.iter().copied());
        tables.find(|table| table.contains(self)).unwrap_or_default()
    }

    /// May it stand inside another call? It takes nothing and only tells something.
    pub fn only_tells(&self) -> bool {
        self.tells.is_some()
    }

    /// The call as one writes it, what may be left out in brackets: `SetEvent(hEvent)`.
    pub fn signature(&self) -> String {
        format!(
            "{}({})",
            self.name,
            self.params.iter().map(ParamSpec::written).collect::<Vec<_>>().join(", ")
        )
    }

    /// The same without the parameters that are only ever named and may be left out; `…` stands for them.
    pub fn short_signature(&self) -> String {
        let short = self.params.iter().filter(|param| param.positional || param.required);
        let mut written: Vec<String> = short.map(ParamSpec::written).collect();
        if written.len() < self.params.len() {
            written.push("…".to_owned());
        }
        format!("{}({})", self.name, written.join(", "))
    }

    /// The place of the parameter with this name.
    pub fn param(&self, name: &str) -> Option<usize> {
        self.params.iter().position(|param| param.name == name)
    }
}

impl PartialEq for CallSpec {
    fn eq(&self, other: &CallSpec) -> bool {
        self.name == other.name
    }
}

impl Eq for CallSpec {}

impl std::hash::Hash for CallSpec {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl std::fmt::Debug for CallSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
