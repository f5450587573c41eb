//! How are the calls requested that make up the life of a handle?

use super::handle_system::Duplicate;
use super::system::Request;
use crate::kernel::Arg;

pub(crate) fn create_event(inherit: bool) -> Request {
    Request { call: "CreateEvent", args: vec![("bInheritHandle", number(inherit))] }
}

pub(crate) fn close_handle(handle: u64) -> Request {
    Request { call: "CloseHandle", args: vec![("hObject", number(handle))] }
}

/// A handle to the process with this id.
pub(crate) fn open_process(desired_access: u32, inherit: bool, id: impl Into<u64>) -> Request {
    let args = vec![
        ("dwDesiredAccess", number(desired_access)),
        ("bInheritHandle", number(inherit)),
        ("dwProcessId", number(id)),
    ];
    Request { call: "OpenProcess", args }
}

/// The two processes are named by handles of the caller.
pub(crate) fn duplicate_handle(
    source_process: u64,
    source: u64,
    target_process: u64,
    how: Duplicate,
) -> Request {
    let args = vec![
        ("hSourceProcessHandle", number(source_process)),
        ("hSourceHandle", number(source)),
        ("hTargetProcessHandle", number(target_process)),
        ("lpTargetHandle", Arg::Out),
        ("dwDesiredAccess", number(how.desired_access)),
        ("bInheritHandle", number(how.inherit)),
        ("dwOptions", number(how.options)),
    ];
    Request { call: "DuplicateHandle", args }
}

fn number(number: impl Into<u64>) -> Arg {
    Arg::Number(number.into())
}
