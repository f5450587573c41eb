//! Which calls are worth trying when a program is about something?

use super::Subject;
use super::arguments::{
    Argument, access, any_handle, flag, handle, handles, maybe, name, new_thread, number, number_or_handle,
    object_access, out, process_access, process_id, text, thread_id, timeout,
};
use super::calls::{EXIT_CODES, PROCESSES, Row, WAITABLE, keep, row};
use crate::testing::program::Kind;

const THREADS: &[Kind] = &[Kind::Thread, Kind::ChildThread];
const INPUT: &[Kind] = &[Kind::ReadEnd, Kind::File];
const OUTPUT: &[Kind] = &[Kind::WriteEnd, Kind::File];
const FILES: &[&str] =
    &["one.txt", "one.txt", "one.txt", "ONE.txt", "two.txt", "two.txt", "two.txt", "x\\y", "a?"];
/// Rights to ask for when a file is opened.
const OPENINGS: &[u64] =
    &[0xC000_0000, 0xC000_0000, 0xC000_0000, 0x8000_0000, 0x8000_0000, 0x4000_0000, 0, 0x1_0000, 0x0100_0000];
/// The constants of the three standard handles, with and without their sign, and one that is none.
const STANDARD: &[u64] = &[0xFFFF_FFF5, 0xFFFF_FFF6, 0xFFFF_FFF4, u64::MAX - 10, 3];

pub(super) fn rows(subject: Subject) -> Vec<Row> {
    match subject {
        Subject::Events => events(),
        Subject::Mutexes => mutexes(),
        Subject::Semaphores => semaphores(),
        Subject::Threads => threads(),
        Subject::Processes => processes(),
        Subject::Pipes => pipes(),
        Subject::Files => files(),
        Subject::Timers => timers(),
        Subject::Mappings => mappings(),
        Subject::Jobs => jobs(),
        Subject::StandardHandles => standard(),
    }
}

fn inherit() -> Argument {
    flag("bInheritHandle", 45)
}

/// Open* by a name.
fn by_name(kind: Kind, weight: u32, call: &'static str, param: &'static str, mostly: &'static str) -> Row {
    let name = maybe(97, name(param, mostly));
    keep(kind, weight, call, vec![object_access("dwDesiredAccess"), inherit(), name])
}

fn signal_and_wait(kind: &'static [Kind]) -> Row {
    let first = handle("hObjectToSignal", kind);
    row(3, "SignalObjectAndWait", vec![first, handle("hObjectToWaitOn", WAITABLE), timeout("dwMilliseconds")])
}

fn events() -> Vec<Row> {
    let named = maybe(60, name("lpName", "A"));
    vec![
        keep(
            Kind::Event,
            14,
            "CreateEvent",
            vec![flag("bManualReset", 50), flag("bInitialState", 40), named, inherit()],
        ),
        by_name(Kind::Event, 5, "OpenEvent", "lpName", "A"),
        row(8, "SetEvent", vec![handle("hEvent", &[Kind::Event])]),
        row(4, "ResetEvent", vec![handle("hEvent", &[Kind::Event])]),
        row(3, "PulseEvent", vec![handle("hEvent", &[Kind::Event])]),
        signal_and_wait(&[Kind::Event]),
    ]
}

fn mutexes() -> Vec<Row> {
    let named = maybe(60, name("lpName", "B"));
    vec![
        keep(Kind::Mutex, 14, "CreateMutex", vec![flag("bInitialOwner", 50), named, inherit()]),
        by_name(Kind::Mutex, 5, "OpenMutex", "lpName", "B"),
        row(8, "ReleaseMutex", vec![handle("hMutex", &[Kind::Mutex])]),
        row(12, "WaitForSingleObject", vec![handle("hHandle", &[Kind::Mutex]), timeout("dwMilliseconds")]),
        signal_and_wait(&[Kind::Mutex]),
    ]
}

fn semaphores() -> Vec<Row> {
    let named = maybe(60, name("lpName", "C"));
    vec![
        keep(
            Kind::Semaphore,
            14,
            "CreateSemaphore",
            vec![
                number("lInitialCount", &[0, 1, 2, 0, 1, 0, 1, u64::MAX]),
                number("lMaximumCount", &[2, 3, 2, 3, 2, 1, 0x7FFF_FFFF, 0]),
                named,
                inherit(),
            ],
        ),
        by_name(Kind::Semaphore, 4, "OpenSemaphore", "lpName", "C"),
        row(
            8,
            "ReleaseSemaphore",
            vec![
                handle("hSemaphore", &[Kind::Semaphore]),
                number("lReleaseCount", &[1, 1, 2, 1, 0, 0x7FFF_FFFF, u64::MAX]),
                maybe(50, out("lpPreviousCount", Kind::Number)),
            ],
        ),
        signal_and_wait(&[Kind::Semaphore]),
    ]
}

fn threads() -> Vec<Row> {
    let code = || number("dwExitCode", EXIT_CODES);
    vec![
        keep(
            Kind::Thread,
            16,
            "CreateThread",
            vec![
                new_thread("lpStartAddress"),
                maybe(10, number("dwCreationFlags", &[4])),
                maybe(70, out("lpThreadId", Kind::ThreadId)),
                inherit(),
            ],
        ),
        keep(
            Kind::Thread,
            4,
            "OpenThread",
            vec![access("dwDesiredAccess"), inherit(), thread_id("dwThreadId")],
        ),
        row(2, "ExitThread", vec![code()]),
        row(3, "TerminateThread", vec![handle("hThread", THREADS), code()]),
        row(7, "SuspendThread", vec![handle("hThread", THREADS)]),
        row(6, "ResumeThread", vec![handle("hThread", THREADS)]),
        // Something to wait for: who is suspended, or ends, may be waiting.
        keep(Kind::Event, 4, "CreateEvent", vec![flag("bManualReset", 50)]),
        row(6, "SetEvent", vec![handle("hEvent", &[Kind::Event])]),
        row(9, "WaitForSingleObject", vec![handle("hHandle", &[Kind::Event]), timeout("dwMilliseconds")]),
        row(2, "GetExitCodeThread", vec![handle("hThread", THREADS), out("lpExitCode", Kind::Number)]),
        row(1, "GetCurrentThreadId", vec![]),
    ]
}

fn processes() -> Vec<Row> {
    vec![
        keep(
            Kind::Process,
            14,
            "OpenProcess",
            vec![process_access("dwDesiredAccess"), inherit(), process_id("dwProcessId")],
        ),
        row(4, "TerminateProcess", vec![handle("hProcess", PROCESSES), number("uExitCode", EXIT_CODES)]),
        row(3, "ExitProcess", vec![number("uExitCode", EXIT_CODES)]),
        row(3, "GetExitCodeProcess", vec![handle("hProcess", PROCESSES), out("lpExitCode", Kind::Number)]),
        row(1, "GetProcessId", vec![handle("Process", PROCESSES)]),
        row(
            2,
            "GetProcessHandleCount",
            vec![handle("hProcess", PROCESSES), out("pdwHandleCount", Kind::Number)],
        ),
        row(1, "GetCurrentProcessId", vec![]),
    ]
}

pub(super) fn reading(weight: u32) -> Row {
    row(
        weight,
        "ReadFile",
        vec![
            handle("hFile", INPUT),
            out("lpBuffer", Kind::Data),
            maybe(50, number("nNumberOfBytesToRead", &[3, 1, 0])),
            maybe(30, out("lpNumberOfBytesRead", Kind::Number)),
        ],
    )
}

pub(super) fn writing(weight: u32) -> Row {
    row(
        weight,
        "WriteFile",
        vec![
            handle("hFile", OUTPUT),
            text("lpBuffer", &["one", "x", "twelve bytes", ""]),
            maybe(30, out("lpNumberOfBytesWritten", Kind::Number)),
        ],
    )
}

fn pipes() -> Vec<Row> {
    vec![
        row(
            12,
            "CreatePipe",
            vec![
                out("hReadPipe", Kind::ReadEnd),
                out("hWritePipe", Kind::WriteEnd),
                maybe(60, number("nSize", &[4, 1, 8])),
                inherit(),
            ],
        ),
        reading(10),
        writing(12),
        row(
            3,
            "PeekNamedPipe",
            vec![
                handle("hNamedPipe", INPUT),
                maybe(70, out("lpBuffer", Kind::Data)),
                maybe(50, out("lpTotalBytesAvail", Kind::Number)),
            ],
        ),
    ]
}

fn files() -> Vec<Row> {
    vec![
        keep(
            Kind::File,
            18,
            "CreateFile",
            vec![
                text("lpFileName", FILES),
                number("dwDesiredAccess", OPENINGS),
                number("dwShareMode", &[7, 7, 7, 3, 1, 0]),
                number("dwCreationDisposition", &[4, 2, 4, 2, 3, 1, 5, 9]),
                maybe(25, number("dwFlagsAndAttributes", &[0x0400_0000, 0x80])),
                inherit(),
            ],
        ),
        reading(5),
        writing(8),
        row(3, "DeleteFile", vec![text("lpFileName", FILES)]),
        row(2, "GetFileAttributes", vec![text("lpFileName", FILES)]),
    ]
}

fn timers() -> Vec<Row> {
    let due_times = &[-100_000i64 as u64, -1i64 as u64, 0, -300_000i64 as u64];
    vec![
        keep(
            Kind::Timer,
            12,
            "CreateWaitableTimer",
            vec![flag("bManualReset", 50), maybe(60, name("lpTimerName", "D")), inherit()],
        ),
        by_name(Kind::Timer, 4, "OpenWaitableTimer", "lpTimerName", "D"),
        row(
            9,
            "SetWaitableTimer",
            vec![
                handle("hTimer", &[Kind::Timer]),
                number("lpDueTime", due_times),
                maybe(40, number("lPeriod", &[10, 3, u64::MAX])),
            ],
        ),
        row(2, "CancelWaitableTimer", vec![handle("hTimer", &[Kind::Timer])]),
        row(6, "Sleep", vec![number("dwMilliseconds", &[10, 5, 50, 30])]),
        row(6, "WaitForSingleObject", vec![handle("hHandle", &[Kind::Timer]), timeout("dwMilliseconds")]),
    ]
}

fn mappings() -> Vec<Row> {
    vec![
        keep(
            Kind::Mapping,
            14,
            "CreateFileMapping",
            vec![
                number_or_handle("hFile", u64::MAX, 1, &[Kind::File]),
                number("flProtect", &[4, 4, 4, 4, 2, 0x40, 8, 3]),
                maybe(80, number("dwMaximumSizeHigh", &[0])),
                maybe(80, number("dwMaximumSizeLow", &[4096, 4096, 0x2_0000, 0])),
                maybe(60, name("lpName", "F")),
                inherit(),
            ],
        ),
        by_name(Kind::Mapping, 4, "OpenFileMapping", "lpName", "F"),
        keep(
            Kind::View,
            16,
            "MapViewOfFile",
            vec![
                handle("hFileMappingObject", &[Kind::Mapping]),
                number("dwDesiredAccess", &[4, 4, 4, 2, 2, 0xF_001F, 0x20]),
                maybe(10, number("dwFileOffsetHigh", &[0])),
                maybe(10, number("dwFileOffsetLow", &[0x1_0000, 7])),
                maybe(20, number("dwNumberOfBytesToMap", &[100, 100, 0x2_0000])),
            ],
        ),
        row(8, "UnmapViewOfFile", vec![handle("lpBaseAddress", &[Kind::View])]),
        // A file that shares everything, to map and to delete.
        keep(
            Kind::File,
            5,
            "CreateFile",
            vec![
                text("lpFileName", &["one.txt"]),
                number("dwDesiredAccess", &[0xC000_0000]),
                number("dwShareMode", &[7]),
                number("dwCreationDisposition", &[4]),
            ],
        ),
        row(6, "DeleteFile", vec![text("lpFileName", &["one.txt"])]),
    ]
}

fn jobs() -> Vec<Row> {
    vec![
        keep(Kind::Job, 12, "CreateJobObject", vec![maybe(60, name("lpName", "E")), inherit()]),
        by_name(Kind::Job, 4, "OpenJobObject", "lpName", "E"),
        row(
            12,
            "AssignProcessToJobObject",
            vec![handle("hJob", &[Kind::Job]), handle("hProcess", PROCESSES)],
        ),
        row(2, "TerminateJobObject", vec![handle("hJob", &[Kind::Job]), number("uExitCode", EXIT_CODES)]),
        row(
            4,
            "SetInformationJobObject",
            vec![handle("hJob", &[Kind::Job]), number("LimitFlags", &[0x2000, 0])],
        ),
        row(
            3,
            "IsProcessInJob",
            vec![
                handle("ProcessHandle", PROCESSES),
                number_or_handle("JobHandle", 0, 2, &[Kind::Job]),
                out("Result", Kind::Number),
            ],
        ),
        row(
            4,
            "WaitForMultipleObjects",
            vec![
                handles("lpHandles", &[Kind::Job, Kind::ChildProcess], 2),
                flag("bWaitAll", 45),
                timeout("dwMilliseconds"),
            ],
        ),
    ]
}

fn standard() -> Vec<Row> {
    vec![
        row(8, "SetStdHandle", vec![number("nStdHandle", STANDARD), any_handle("hHandle")]),
        keep(Kind::File, 4, "GetStdHandle", vec![number("nStdHandle", STANDARD)]),
        row(4, "CloseHandle", vec![number("hObject", STANDARD)]),
        row(2, "GetHandleInformation", vec![number("hObject", STANDARD), out("lpdwFlags", Kind::Number)]),
    ]
}
