//! Which of Win32's names do the headers of some compilers lack, or define as they were once?

use crate::kernel::constants::Constant;
use std::fmt::Write;

const NAMES: &[&str] = &[
    "DUPLICATE_SAME_ATTRIBUTES",
    "ERROR_CANT_TERMINATE_SELF",
    "ERROR_MUTANT_LIMIT_EXCEEDED",
    "ERROR_NOTHING_TO_TERMINATE",
    "ERROR_NOT_SAME_OBJECT",
    "ERROR_OBJECT_NAME_EXISTS",
    "ERROR_QUOTA_EXCEEDED",
    "EVENT_QUERY_STATE",
    "JOB_OBJECT_ALL_ACCESS",
    "JOB_OBJECT_IMPERSONATE",
    "OBJ_INHERIT",
    "OBJ_PROTECT_CLOSE",
    "PROCESS_SET_LIMITED_INFORMATION",
    "SEMAPHORE_QUERY_STATE",
    "THREAD_ALERT",
    "THREAD_RESUME",
];

/// The definitions, in C, of those that a program uses.
pub(super) fn definitions(program: &str) -> String {
    let mut out = String::new();
    for constant in
        NAMES.iter().filter(|name| program.contains(*name)).filter_map(|name| Constant::find(name))
    {
        let Constant { name, value, .. } = constant;
        let _ = writeln!(out, "#undef {name}\n#define {name} {value:#x}");
    }
    out
}
