//! In which ways can a call fail?
//!
//! In those that its description names, and in those that follow from the kinds of its parameters: whatever looks a handle up
//! can meet a closed one, one to another type, one without the right.

use super::mentions::mentioned;
use super::page::{listed, with_article};
use super::right;
use super::subject::Subject;
use crate::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::{ObjectType, Status, Win32Error};

/// One way in which a call can fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The kernel's own word for it.
    pub status: Status,
    /// The last error that the caller finds; a call that answers with the status itself leaves it alone.
    pub error: Option<Win32Error>,
    /// When it happens.
    pub when: String,
    /// Does it follow from the kinds of the parameters, as for every such call?
    pub derived: bool,
}

/// Every way in which a call can fail: what is wrong with its parameters first, a full table last.
///
/// ```
/// use handlelab::explain::failures;
/// use handlelab::kernel::CallSpec;
///
/// let ways = failures(CallSpec::find("ReleaseMutex").expect("a call"));
/// let errors: Vec<_> = ways.iter().filter_map(|way| way.error?.name()).collect();
/// assert!(errors.contains(&"ERROR_NOT_OWNER") && errors.contains(&"ERROR_INVALID_HANDLE"));
/// ```
pub fn failures(spec: &'static CallSpec) -> Vec<Failure> {
    let described = spec.fails.iter().map(|(status, when)| (*status, (*when).to_owned(), false));
    let by_params = by_params(spec).into_iter().map(|(status, when)| (status, when, true));
    let no_room =
        (Status::InsufficientResources, "the handle table has no room for another handle".to_owned(), true);
    let no_room = opens_a_handle(spec).then_some(no_room);
    let native = spec.returns == Returns::Status;
    let all = by_params.chain(described).chain(no_room).map(|(status, when, derived)| {
        let error = (!native).then(|| named_error(&when).unwrap_or(status.win32()));
        Failure { status, error, when, derived }
    });
    all.collect()
}

/// A description that names an error means that one, instead of the status's usual one.
fn named_error(when: &str) -> Option<Win32Error> {
    mentioned(when).into_iter().find_map(|subject| match subject {
        Subject::Error(_, error) => Some(error),
        _ => None,
    })
}

/// What the kinds of the parameters bring with them. What is the same for several parameters is said once.
fn by_params(spec: &'static CallSpec) -> Vec<(Status, String)> {
    let mut ways: Vec<(Status, String, Vec<&'static str>)> = Vec::new();
    for param in spec.params {
        for (status, when) in of_param(param) {
            match ways.iter_mut().find(|(other, text, _)| (*other, text.as_str()) == (status, when.as_str()))
            {
                Some((.., params)) => params.push(param.name),
                None => ways.push((status, when, vec![param.name])),
            }
        }
    }
    let named = ways.into_iter();
    named.map(|(status, when, params)| (status, when.replace(PARAM, &listed(&params, "or")))).collect()
}

/// Stands for the names of the parameters until they are known.
const PARAM: &str = "{}";

type Way = (Status, String);

fn of_param(param: &ParamSpec) -> Vec<Way> {
    match param.kind {
        Kind::Handle { of, .. } => of_handle(param, of),
        // A list that needs no right is looked up by the call in its own way, and described there.
        Kind::Handles { access } if access.is_empty() => Vec::new(),
        Kind::Handles { .. } => of_handles(param),
        Kind::Access(Some(of)) => of_access(param, of),
        Kind::ObjectName => of_object_name(param.required),
        Kind::FileName => of_file_name(),
        Kind::AnyHandle
        | Kind::Access(None)
        | Kind::Flags(_)
        | Kind::Dword
        | Kind::Long
        | Kind::Large
        | Kind::Bool
        | Kind::Timeout
        | Kind::Data
        | Kind::Address
        | Kind::NewProcess
        | Kind::NewThread
        | Kind::Structure
        | Kind::OutNumber
        | Kind::OutHandle
        | Kind::OutData
        | Kind::OutRecord(_) => Vec::new(),
    }
}

fn of_handle(param: &ParamSpec, of: Option<ObjectType>) -> Vec<Way> {
    let mut ways = vec![(Status::InvalidHandle, format!("{PARAM} names no handle of the calling process"))];
    if let Some(of) = of {
        let of = with_article(of.win32());
        ways.push((Status::ObjectTypeMismatch, format!("{PARAM} is a handle to something else than {of}")));
    }
    ways.extend(lacking(param, format!("the handle {PARAM} was not granted")));
    ways
}

fn of_handles(param: &ParamSpec) -> Vec<Way> {
    let invalid = (Status::InvalidHandle, format!("one of {PARAM} names no handle of the calling process"));
    let lacking = lacking(param, format!("one of {PARAM} was not granted"));
    std::iter::once(invalid).chain(lacking).collect()
}

fn lacking(param: &ParamSpec, what: String) -> Option<Way> {
    let (access, of) = right::needed(param)?;
    Some((Status::AccessDenied, format!("{what} {}", right::in_words(access, of))))
}

fn of_access(param: &ParamSpec, of: ObjectType) -> Vec<Way> {
    let of = with_article(of.win32());
    let right = if param.required { "no right at all, or for one" } else { "a right" };
    vec![
        (Status::AccessDenied, format!("{PARAM} asks for {right} that {of} does not have")),
        (
            Status::PrivilegeNotHeld,
            format!("{PARAM} asks for ACCESS_SYSTEM_SECURITY, and the user does not hold the privilege"),
        ),
    ]
}

/// A name that must be there is to be found; one that need not be is given to a new object.
fn of_object_name(required: bool) -> Vec<Way> {
    let mut ways = if required {
        vec![
            (Status::ObjectNameNotFound, format!("no object has the name {PARAM}")),
            (Status::ObjectTypeMismatch, format!("the object with the name {PARAM} is of another type")),
            (Status::InvalidParameter, format!("{PARAM} is NULL")),
        ]
    } else {
        vec![(Status::ObjectTypeMismatch, format!("an object of another type has the name {PARAM} already"))]
    };
    ways.push((
        Status::ObjectPathNotFound,
        format!("{PARAM} has a backslash elsewhere than in Local\\ or Global\\ at its start"),
    ));
    ways.push((Status::ObjectNameInvalid, format!("{PARAM} has nothing behind Local\\ or Global\\")));
    ways
}

fn of_file_name() -> Vec<Way> {
    vec![
        (
            Status::ObjectPathNotFound,
            format!("{PARAM} is empty, or has a directory in it: there are none here"),
        ),
        (Status::ObjectNameInvalid, format!("{PARAM} has a character that no file name has, such as * or ?")),
    ]
}

/// Does the call put a new handle into a table? Then there must be room.
fn opens_a_handle(spec: &CallSpec) -> bool {
    let opens = |kind| {
        matches!(
            kind,
            Kind::Access(_) | Kind::ObjectName | Kind::NewProcess | Kind::NewThread | Kind::OutHandle
        )
    };
    spec.params.iter().any(|param| opens(param.kind))
}
