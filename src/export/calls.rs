//! How is each call written in C?
//!
//! Most calls take their parameters as the call's description has them. The others have a row here: a pattern in which
//! `{name}` is the C of that parameter, `{name#}` the length of its data, and everything else stands as it is.

/// A call whose real list of parameters is not the one of its description.
struct Pattern {
    call: &'static str,
    c: &'static str,
}

const fn row(call: &'static str, c: &'static str) -> Pattern {
    Pattern { call, c }
}

const PATTERNS: &[Pattern] = &[
    row(
        "CreateEvent",
        "CreateEventA(inheritable({bInheritHandle}), {bManualReset}, {bInitialState}, {lpName})",
    ),
    row("OpenEvent", "OpenEventA({dwDesiredAccess}, {bInheritHandle}, {lpName})"),
    row("CreateMutex", "CreateMutexA(inheritable({bInheritHandle}), {bInitialOwner}, {lpName})"),
    row("OpenMutex", "OpenMutexA({dwDesiredAccess}, {bInheritHandle}, {lpName})"),
    row(
        "CreateSemaphore",
        "CreateSemaphoreA(inheritable({bInheritHandle}), {lInitialCount}, {lMaximumCount}, {lpName})",
    ),
    row("OpenSemaphore", "OpenSemaphoreA({dwDesiredAccess}, {bInheritHandle}, {lpName})"),
    row(
        "CreateWaitableTimer",
        "CreateWaitableTimerA(inheritable({bInheritHandle}), {bManualReset}, {lpTimerName})",
    ),
    row("OpenWaitableTimer", "OpenWaitableTimerA({dwDesiredAccess}, {bInheritHandle}, {lpTimerName})"),
    row(
        "SetWaitableTimer",
        "SetWaitableTimer({hTimer}, &(LARGE_INTEGER){ .QuadPart = {lpDueTime} }, {lPeriod}, NULL, NULL, FALSE)",
    ),
    row(
        "CreateFileMapping",
        "CreateFileMappingA({hFile}, inheritable({bInheritHandle}), {flProtect}, {dwMaximumSizeHigh}, {dwMaximumSizeLow}, {lpName})",
    ),
    row("OpenFileMapping", "OpenFileMappingA({dwDesiredAccess}, {bInheritHandle}, {lpName})"),
    row(
        "MapViewOfFile",
        "MapViewOfFile({hFileMappingObject}, {dwDesiredAccess}, {dwFileOffsetHigh}, {dwFileOffsetLow}, (SIZE_T){dwNumberOfBytesToMap})",
    ),
    row("UnmapViewOfFile", "UnmapViewOfFile(H({lpBaseAddress}))"),
    row("CreateJobObject", "CreateJobObjectA(inheritable({bInheritHandle}), {lpName})"),
    row("OpenJobObject", "OpenJobObjectA({dwDesiredAccess}, {bInheritHandle}, {lpName})"),
    row(
        "SetInformationJobObject",
        "SetInformationJobObject({hJob}, JobObjectExtendedLimitInformation, &(JOBOBJECT_EXTENDED_LIMIT_INFORMATION){ .BasicLimitInformation.LimitFlags = {LimitFlags} }, sizeof(JOBOBJECT_EXTENDED_LIMIT_INFORMATION))",
    ),
    row(
        "CreateFile",
        "CreateFileA({lpFileName}, {dwDesiredAccess}, {dwShareMode}, inheritable({bInheritHandle}), {dwCreationDisposition}, {dwFlagsAndAttributes}, NULL)",
    ),
    row("DeleteFile", "DeleteFileA({lpFileName})"),
    row("GetFileAttributes", "GetFileAttributesA({lpFileName})"),
    row(
        "ReadFile",
        "ReadFile({hFile}, {lpBuffer}, {nNumberOfBytesToRead|LAST_TEXT - 1}, {lpNumberOfBytesRead}, NULL)",
    ),
    row("WriteFile", "WriteFile({hFile}, {lpBuffer}, {lpBuffer#}, {lpNumberOfBytesWritten}, NULL)"),
    row("CreatePipe", "CreatePipe({hReadPipe}, {hWritePipe}, inheritable({bInheritHandle}), {nSize})"),
    row(
        "PeekNamedPipe",
        "PeekNamedPipe({hNamedPipe}, {lpBuffer}, {lpBuffer#}, {lpBytesRead}, {lpTotalBytesAvail}, NULL)",
    ),
    row(
        "WaitForMultipleObjects",
        "WaitForMultipleObjects({lpHandles#}, {lpHandles}, {bWaitAll}, {dwMilliseconds})",
    ),
    row("CreateThread", "create_thread({lpStartAddress}, {bInheritHandle}, {dwCreationFlags}, {lpThreadId})"),
    row(
        "CreateProcess",
        "create_process({lpApplicationName}, (struct child){ .inherit = {bInheritHandles}, .flags = {dwCreationFlags}, .process_inherit = {lpProcessAttributes.bInheritHandle}, .thread_inherit = {lpThreadAttributes.bInheritHandle}, .list = {handleList}, .listed = {handleList#}, .parent = {parentProcess&}, .has_standard = {hStdInput?hStdOutput?hStdError?}, .standard = { {hStdInput}, {hStdOutput}, {hStdError} } }, &information)",
    ),
];

/// Calls that not every system has, and where they would be.
const LOOKED_UP: &[(&str, &str)] = &[
    ("CompareObjectHandles", "kernelbase.dll"),
    ("NtMakePermanentObject", "ntdll.dll"),
    ("NtMakeTemporaryObject", "ntdll.dll"),
];

/// The module in which a call is looked up when the program runs, if it may be missing there.
pub(super) fn looked_up(call: &str) -> Option<&'static str> {
    LOOKED_UP.iter().find(|(name, _)| *name == call).map(|(_, module)| *module)
}

/// Fields that C sets to zero by itself, so that nobody has to read them.
const ZERO: &[&str] = &[
    ", .flags = 0",
    ", .process_inherit = FALSE",
    ", .thread_inherit = FALSE",
    ", .list = NULL, .listed = 0",
    ", .parent = NULL",
    ", .has_standard = FALSE, .standard = { NULL, NULL, NULL }",
];

/// A call in C without the fields that are zero, and without structures that say nothing.
pub(super) fn without_zeros(call: &str) -> String {
    let call = ZERO.iter().fold(call.to_owned(), |call, zero| call.replace(zero, ""));
    call.replace("inheritable(FALSE)", "NULL")
}

/// Calls and out parameters whose numbers belong to one system alone: ids, and how many handles are open.
const PRIVATE: &[&str] =
    &["GetCurrentProcessId", "GetCurrentThreadId", "GetProcessId", "lpThreadId", "pdwHandleCount"];

/// The pattern of a call, if it has one.
pub(super) fn pattern(call: &str) -> Option<&'static str> {
    PATTERNS.iter().find(|row| row.call == call).map(|row| row.c)
}

/// Does the number belong to one system alone?
pub(super) fn is_private(name: &str) -> bool {
    PRIVATE.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::CallSpec;

    #[test]
    fn every_pattern_is_of_a_call_and_names_its_parameters() {
        for Pattern { call, c } in PATTERNS {
            let spec = CallSpec::find(call).unwrap_or_else(|| panic!("{call} is no call"));
            for part in c.split('{').skip(1).filter_map(|rest| rest.split_once('}')) {
                let part = part.0;
                if part.starts_with(' ') || part.is_empty() {
                    continue;
                }
                for name in part.split(['#', '&', '?', '|']).take(1) {
                    assert!(spec.param(name).is_some(), "{call} has no parameter {name}");
                }
            }
        }
    }
}
