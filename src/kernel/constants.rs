//! Which constants does Win32 have names for?
//!
//! Rights come from the types, errors and statuses from their tables; the rest is here.
//!
//! ```
//! use handlelab::kernel::constants::{Constant, Family};
//!
//! let right = Constant::find("EVENT_MODIFY_STATE").expect("a constant");
//! assert_eq!((right.value, right.family), (2, Family::Right));
//! assert!(Constant::all().iter().any(|constant| constant.name == "ERROR_INVALID_HANDLE"));
//! ```

use super::access::{COMMON_RIGHTS, SECOND_NAMES, STANDARD_RIGHTS};
use super::objects::ObjectType;
use super::status::{Status, Win32Error};
use foldhash::HashMap;
use std::sync::LazyLock;

/// A name for a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Constant {
    /// Win32's name.
    pub name: &'static str,
    /// The number, as 64 bits.
    pub value: u64,
    /// What kind of number it is.
    pub family: Family,
    /// What it means, in a learner's words.
    pub about: &'static str,
}

/// Kinds of constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// Access rights.
    Right,
    /// Flags and choices of one parameter; see [`Kind::Flags`](super::calls::Kind::Flags).
    Flag(&'static str),
    /// Errors of GetLastError.
    Error,
    /// NTSTATUS values.
    Status,
    /// Results of waits and other answers.
    Answer,
    /// Everything else: TRUE, NULL, INFINITE, ...
    Value,
}

const fn flag(family: &'static str, name: &'static str, value: u64, about: &'static str) -> Constant {
    Constant { name, value, family: Family::Flag(family), about }
}

const fn answer(name: &'static str, value: u64, about: &'static str) -> Constant {
    Constant { name, value, family: Family::Answer, about }
}

const fn value(name: &'static str, value: u64, about: &'static str) -> Constant {
    Constant { name, value, family: Family::Value, about }
}

/// The constants that no other table has.
const OTHERS: &[Constant] = &[
    value("TRUE", 1, "yes; as an answer: the call did what it was asked to do"),
    value("FALSE", 0, "no; as an answer: the call failed"),
    value("NULL", 0, "nothing: no handle, no name, no variable to fill"),
    value("INFINITE", 0xFFFF_FFFF, "as a timeout: the wait never gives up"),
    value(
        "INVALID_HANDLE_VALUE",
        u64::MAX,
        "what CreateFile gives when it fails; used as a handle, it is the number that GetCurrentProcess gives",
    ),
    value("STILL_ACTIVE", 259, "the exit code of a process or thread that still runs"),
    answer(
        "WAIT_OBJECT_0",
        0,
        "the wait was satisfied: the object was signaled; of several objects, the index of that one is added",
    ),
    answer(
        "WAIT_ABANDONED_0",
        0x80,
        "the wait got a mutex whose owner had ended without releasing it; of several objects, its index is added",
    ),
    answer("WAIT_ABANDONED", 0x80, "the wait got a mutex whose owner had ended without releasing it"),
    answer(
        "WAIT_IO_COMPLETION",
        0xC0,
        "the wait ended because a completion routine was called; it does not happen in this model",
    ),
    answer("WAIT_TIMEOUT", 0x102, "the time was over before the wait was satisfied"),
    answer("WAIT_FAILED", 0xFFFF_FFFF, "there was no wait at all; GetLastError says why"),
    answer(
        "INVALID_FILE_ATTRIBUTES",
        0xFFFF_FFFF,
        "what GetFileAttributes gives when it fails; GetLastError says why",
    ),
    flag(
        "duplicate",
        "DUPLICATE_CLOSE_SOURCE",
        1,
        "close the source handle too, even when the duplication fails; with it a handle is moved",
    ),
    flag(
        "duplicate",
        "DUPLICATE_SAME_ACCESS",
        2,
        "the new handle allows what the source allows, whatever access is asked for",
    ),
    flag(
        "duplicate",
        "DUPLICATE_SAME_ATTRIBUTES",
        4,
        "the new handle is inheritable and protected if the source is",
    ),
    flag(
        "handle",
        "HANDLE_FLAG_INHERIT",
        1,
        "the handle is inheritable: children that CreateProcess makes with bInheritHandles get a copy",
    ),
    flag(
        "handle",
        "HANDLE_FLAG_PROTECT_FROM_CLOSE",
        2,
        "the handle is protected: CloseHandle refuses to close it",
    ),
    flag("attributes", "OBJ_PROTECT_CLOSE", 1, "the new handle is protected from closing"),
    flag("attributes", "OBJ_INHERIT", 2, "the new handle is inheritable"),
    flag(
        "creation",
        "CREATE_SUSPENDED",
        4,
        "it starts suspended, and runs only when ResumeThread resumes it",
    ),
    flag(
        "creation",
        "DETACHED_PROCESS",
        8,
        "the child has no console, and no standard handles unless they are named",
    ),
    flag("share", "FILE_SHARE_READ", 1, "others may open the file to read it, while this handle is open"),
    flag(
        "share",
        "FILE_SHARE_WRITE",
        2,
        "others may open the file to write to it, while this handle is open",
    ),
    flag(
        "share",
        "FILE_SHARE_DELETE",
        4,
        "others may delete the file, or open it to delete it, while this handle is open",
    ),
    flag("disposition", "CREATE_NEW", 1, "make the file; fail if it is there already"),
    flag("disposition", "CREATE_ALWAYS", 2, "make the file; if it is there already, open it and empty it"),
    flag("disposition", "OPEN_EXISTING", 3, "open the file; fail if it is not there"),
    flag("disposition", "OPEN_ALWAYS", 4, "open the file, and make it if it is not there"),
    flag("disposition", "TRUNCATE_EXISTING", 5, "open the file and empty it; fail if it is not there"),
    flag("file", "FILE_ATTRIBUTE_ARCHIVE", 0x20, "the file is an ordinary one that has been written"),
    flag("file", "FILE_ATTRIBUTE_NORMAL", 0x80, "the file is nothing special"),
    flag(
        "file",
        "FILE_FLAG_DELETE_ON_CLOSE",
        0x0400_0000,
        "the file is deleted when the last handle that was opened so is closed",
    ),
    flag("protection", "PAGE_READONLY", 0x02, "views of the mapping can be read"),
    flag("protection", "PAGE_READWRITE", 0x04, "views of the mapping can be read and written"),
    flag(
        "protection",
        "PAGE_WRITECOPY",
        0x08,
        "views of the mapping can be read; whoever writes gets a copy of his own",
    ),
    flag("protection", "PAGE_EXECUTE_READ", 0x20, "views of the mapping can be read and executed"),
    flag(
        "protection",
        "PAGE_EXECUTE_READWRITE",
        0x40,
        "views of the mapping can be read, written and executed",
    ),
    flag(
        "protection",
        "PAGE_EXECUTE_WRITECOPY",
        0x80,
        "views of the mapping can be read and executed; whoever writes gets a copy of his own",
    ),
    flag(
        "protection",
        "SEC_COMMIT",
        0x0800_0000,
        "the memory is there from the start, which is the default anyway",
    ),
    flag("view", "FILE_MAP_COPY", 0x01, "a view to read; whoever writes gets a copy of his own"),
    flag("view", "FILE_MAP_WRITE", 0x02, "a view to read and to write"),
    flag("view", "FILE_MAP_READ", 0x04, "a view to read, and to do nothing else"),
    flag("view", "FILE_MAP_EXECUTE", 0x20, "a view to read and to execute"),
    flag("view", "FILE_MAP_ALL_ACCESS", 0xF_001F, "a view to read and to write, like FILE_MAP_WRITE"),
    flag(
        "job information",
        "JobObjectExtendedLimitInformation",
        9,
        "the limits of a job, which SetInformationJobObject sets",
    ),
    flag(
        "job limit",
        "JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE",
        0x2000,
        "the processes of the job end when its last handle is closed",
    ),
    flag(
        "standard",
        "STD_INPUT_HANDLE",
        0xFFFF_FFF6,
        "means the process's standard input, wherever a handle or its number is asked for",
    ),
    flag(
        "standard",
        "STD_OUTPUT_HANDLE",
        0xFFFF_FFF5,
        "means the process's standard output, wherever a handle or its number is asked for",
    ),
    flag(
        "standard",
        "STD_ERROR_HANDLE",
        0xFFFF_FFF4,
        "means the process's standard error output, wherever a handle or its number is asked for",
    ),
];

static ALL: LazyLock<Vec<Constant>> = LazyLock::new(|| {
    let mut all = OTHERS.to_vec();
    let of_types = ObjectType::ALL.iter().map(|kind| kind.spec());
    for spec in of_types.clone() {
        let value = spec.generic.all.0.into();
        all.push(Constant {
            name: spec.all_access,
            value,
            family: Family::Right,
            about: "every right that a handle to such an object can carry",
        });
    }
    let specific = of_types.flat_map(|spec| spec.rights.iter().chain(spec.sets));
    for right in STANDARD_RIGHTS.iter().chain(COMMON_RIGHTS).chain(specific) {
        let value = right.mask.0.into();
        all.push(Constant { name: right.name, value, family: Family::Right, about: right.about });
    }
    for (name, first) in SECOND_NAMES {
        let found = all.iter().find(|constant| constant.name == *first).copied();
        all.extend(found.map(|found| Constant { name, ..found }));
    }
    for (name, error, about) in Win32Error::ALL {
        all.push(Constant { name, value: error.0.into(), family: Family::Error, about });
    }
    for status in Status::ALL {
        let value = status.code().into();
        let about = status.win32().meaning().unwrap_or_default();
        all.push(Constant { name: status.name(), value, family: Family::Status, about });
    }
    all
});

static BY_NAME: LazyLock<HashMap<&'static str, Constant>> =
    LazyLock::new(|| ALL.iter().map(|constant| (constant.name, *constant)).collect());

impl Constant {
    /// Every constant.
    pub fn all() -> &'static [Constant] {
        &ALL
    }

    /// The constant with this name.
    pub fn find(name: &str) -> Option<Constant> {
        // Most names are variables, and need not be looked up here.
        if name.starts_with(|first: char| first.is_ascii_uppercase()) {
            BY_NAME.get(name).copied()
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_name_stands_for_the_same_right() {
        for (second, first) in SECOND_NAMES {
            let value = |name| Constant::find(name).map(|found| (found.value, found.family));
            assert!(value(second).is_some() && value(second) == value(first), "{second}");
        }
    }

    #[test]
    fn no_name_stands_for_two_numbers() {
        for constant in Constant::all() {
            assert_eq!(
                Constant::find(constant.name).map(|found| found.value),
                Some(constant.value),
                "{}",
                constant.name
            );
        }
    }
}
