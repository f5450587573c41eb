//! Which calls are worth trying, how often, and with which arguments?

use super::Theme;
use super::arguments::{
    Argument, CURRENT_PROCESS, CURRENT_THREAD, access, any_handle, flag, handle, handle_of, handles, maybe,
    name, new_process, new_thread, number, out, process, process_access, process_id, text, thread_id,
    timeout,
};
use crate::testing::program::{Action, Kind, Operand, Source, VARIABLES, Variable};
use proptest::prelude::*;

/// Kinds of variables that hold handles.
pub(super) const HANDLES: &[Kind] = &[
    Kind::Event,
    Kind::Mutex,
    Kind::Semaphore,
    Kind::Timer,
    Kind::Process,
    Kind::Thread,
    Kind::File,
    Kind::ReadEnd,
    Kind::WriteEnd,
    Kind::Mapping,
    Kind::Job,
    Kind::ChildProcess,
    Kind::ChildThread,
];
/// Those that a value can be copied into: CreateProcess alone fills the others.
pub(super) const PLAIN: &[Kind] = HANDLES.split_at(11).0;
const PROCESSES: &[Kind] = &[Kind::ChildProcess, Kind::Process];
const THREADS: &[Kind] = &[Kind::Thread, Kind::ChildThread];
const WAITABLE: &[Kind] = &[
    Kind::Event,
    Kind::Mutex,
    Kind::Semaphore,
    Kind::Timer,
    Kind::ChildProcess,
    Kind::Process,
    Kind::Thread,
    Kind::Mutex,
    Kind::Event,
];
const SIGNALABLE: &[Kind] = &[Kind::Event, Kind::Mutex, Kind::Semaphore];
const INPUT: &[Kind] = &[Kind::ReadEnd, Kind::File];
const OUTPUT: &[Kind] = &[Kind::WriteEnd, Kind::File];
const FILES: &[&str] = &["one.txt", "one.txt", "TWO.txt", "two.txt", "x\\y", "a?"];
const EXIT_CODES: &[u64] = &[0, 1, 7, 259];

/// A call that is worth trying.
pub(super) struct Row {
    /// How often.
    pub(super) weight: u32,
    call: &'static str,
    args: Vec<Argument>,
    keep: Option<Kind>,
}

impl Row {
    pub(super) fn strategy(self) -> BoxedStrategy<Action> {
        let Row { call, args, keep, .. } = self;
        let duplicates = matches!(call, "DuplicateHandle" | "NtDuplicateObject");
        (args, 0..VARIABLES)
            .prop_map(move |(args, index)| {
                let mut args: Vec<_> = args.into_iter().flatten().collect();
                if duplicates {
                    same_kind(&mut args);
                }
                Action::Call { call, args, keep: keep.map(|kind| Variable { kind, index }) }
            })
            .boxed()
    }
}

/// A duplicate is kept where handles of its kind are kept.
fn same_kind(args: &mut [(&'static str, Operand)]) {
    let source = args.iter().find(|(param, _)| matches!(*param, "hSourceHandle" | "SourceHandle"));
    let kind = match source.map(|(_, operand)| operand) {
        Some(Operand::Value(Source::Variable { variable, .. })) => match variable.kind {
            Kind::ChildProcess => Kind::Process,
            Kind::ChildThread => Kind::Thread,
            kind => kind,
        },
        Some(Operand::Value(Source::Call(CURRENT_PROCESS))) => Kind::Process,
        Some(Operand::Value(Source::Call(CURRENT_THREAD))) => Kind::Thread,
        _ => Kind::Event,
    };
    for (_, operand) in args {
        if let Operand::Out(variable) = operand {
            variable.kind = kind;
        }
    }
}

fn row(weight: u32, call: &'static str, args: Vec<Argument>) -> Row {
    Row { weight, call, args, keep: None }
}

fn keep(kind: Kind, weight: u32, call: &'static str, args: Vec<Argument>) -> Row {
    Row { weight, call, args, keep: Some(kind) }
}

/// The calls, the simplest first: what is shrunk goes that way.
pub(super) fn rows(theme: Theme) -> Vec<Row> {
    let groups = [signaling(), opening(), duplicating(), processes(), waiting(), files(), grouping()];
    let factors = match theme {
        Theme::Everything => [2, 2, 2, 2, 2, 2, 2],
        Theme::Sharing => [2, 4, 6, 3, 1, 1, 1],
        Theme::Waiting => [4, 1, 1, 2, 6, 1, 1],
        Theme::Files => [1, 1, 3, 2, 1, 9, 0],
        Theme::Groups => [1, 2, 1, 2, 2, 1, 9],
    };
    let of_theme = |(group, factor): (Vec<Row>, u32)| {
        group
            .into_iter()
            .map(move |row| Row { weight: row.weight * factor, ..row })
            .filter(|row| row.weight > 0)
    };
    groups.into_iter().zip(factors).flat_map(of_theme).collect()
}

fn signaling() -> Vec<Row> {
    let inherit = || flag("bInheritHandle", 45);
    let named = |mostly| maybe(35, name("lpName", mostly));
    vec![
        row(15, "CloseHandle", vec![any_handle("hObject")]),
        row(2, "NtClose", vec![any_handle("Handle")]),
        keep(
            Kind::Event,
            10,
            "CreateEvent",
            vec![flag("bManualReset", 50), flag("bInitialState", 40), named("A"), inherit()],
        ),
        keep(Kind::Mutex, 6, "CreateMutex", vec![flag("bInitialOwner", 50), named("B"), inherit()]),
        keep(
            Kind::Semaphore,
            5,
            "CreateSemaphore",
            vec![
                number("lInitialCount", &[0, 1, 2, u64::MAX]),
                number("lMaximumCount", &[2, 1, 3, 0x7FFF_FFFF, 0]),
                named("C"),
                inherit(),
            ],
        ),
        row(7, "SetEvent", vec![handle("hEvent", &[Kind::Event])]),
        row(3, "ResetEvent", vec![handle("hEvent", &[Kind::Event])]),
        row(2, "PulseEvent", vec![handle("hEvent", &[Kind::Event])]),
        row(6, "ReleaseMutex", vec![handle("hMutex", &[Kind::Mutex])]),
        row(
            5,
            "ReleaseSemaphore",
            vec![
                handle("hSemaphore", &[Kind::Semaphore]),
                number("lReleaseCount", &[1, 2, 0, 0x7FFF_FFFF, u64::MAX]),
                maybe(50, out("lpPreviousCount", Kind::Number)),
            ],
        ),
    ]
}

fn by_name(kind: Kind, weight: u32, call: &'static str, param: &'static str, mostly: &'static str) -> Row {
    let name = maybe(97, name(param, mostly));
    keep(kind, weight, call, vec![access("dwDesiredAccess"), flag("bInheritHandle", 40), name])
}

fn opening() -> Vec<Row> {
    vec![
        by_name(Kind::Event, 4, "OpenEvent", "lpName", "A"),
        by_name(Kind::Mutex, 3, "OpenMutex", "lpName", "B"),
        by_name(Kind::Semaphore, 2, "OpenSemaphore", "lpName", "C"),
        keep(
            Kind::Process,
            8,
            "OpenProcess",
            vec![process_access("dwDesiredAccess"), flag("bInheritHandle", 40), process_id("dwProcessId")],
        ),
        keep(
            Kind::Thread,
            3,
            "OpenThread",
            vec![access("dwDesiredAccess"), flag("bInheritHandle", 40), thread_id("dwThreadId")],
        ),
        row(
            6,
            "SetHandleInformation",
            vec![any_handle("hObject"), number("dwMask", &[1, 2, 3, 7]), number("dwFlags", &[0, 1, 2, 3])],
        ),
        row(2, "GetHandleInformation", vec![any_handle("hObject"), out("lpdwFlags", Kind::Number)]),
        row(
            2,
            "CompareObjectHandles",
            vec![any_handle("hFirstObjectHandle"), any_handle("hSecondObjectHandle")],
        ),
        row(1, "NtMakePermanentObject", vec![any_handle("Handle")]),
        row(1, "NtMakeTemporaryObject", vec![any_handle("Handle")]),
        row(1, "SetStdHandle", vec![number("nStdHandle", STANDARD), any_handle("hHandle")]),
        keep(Kind::File, 1, "GetStdHandle", vec![number("nStdHandle", STANDARD)]),
        row(1, "CloseHandle", vec![number("hObject", STANDARD)]),
        row(1, "SetLastError", vec![number("dwErrCode", &[0, 6, 1000])]),
        row(1, "GetLastError", vec![]),
    ]
}

/// The constants of the three standard handles, with and without their sign, and one that is none.
const STANDARD: &[u64] = &[0xFFFF_FFF5, 0xFFFF_FFF6, 0xFFFF_FFF4, u64::MAX - 10, 3];

fn duplicating() -> Vec<Row> {
    let source = |param| {
        let other = super::from_anybody();
        let sources = prop_oneof![6 => handle_of(HANDLES), 3 => other];
        sources.prop_map(move |source| Some((param, Operand::Value(source)))).boxed()
    };
    vec![
        row(
            24,
            "DuplicateHandle",
            vec![
                process("hSourceProcessHandle"),
                source("hSourceHandle"),
                process("hTargetProcessHandle"),
                maybe(95, out("lpTargetHandle", Kind::Event)),
                access("dwDesiredAccess"),
                flag("bInheritHandle", 40),
                number("dwOptions", &[2, 2, 2, 3, 3, 1, 0, 7, 0x80]),
            ],
        ),
        row(
            4,
            "NtDuplicateObject",
            vec![
                process("SourceProcessHandle"),
                source("SourceHandle"),
                process("TargetProcessHandle"),
                maybe(95, out("TargetHandle", Kind::Event)),
                access("DesiredAccess"),
                number("HandleAttributes", &[0, 1, 2, 3]),
                number("Options", &[2, 4, 6, 7, 3, 0]),
            ],
        ),
    ]
}

fn processes() -> Vec<Row> {
    let exit_code = |param| number(param, EXIT_CODES);
    vec![
        row(
            11,
            "CreateProcess",
            vec![
                new_process("lpApplicationName"),
                flag("bInheritHandles", 75),
                maybe(12, number("dwCreationFlags", &[4, 8])),
                maybe(90, out("lpProcessInformation", Kind::ChildProcess)),
                maybe(15, handles("handleList", HANDLES, 2)),
                maybe(8, handle("parentProcess", PROCESSES)),
                maybe(6, any_handle("hStdInput")),
                maybe(4, any_handle("hStdOutput")),
                flag("lpProcessAttributes.bInheritHandle", 20),
                flag("lpThreadAttributes.bInheritHandle", 20),
            ],
        ),
        keep(
            Kind::Thread,
            7,
            "CreateThread",
            vec![
                new_thread("lpStartAddress"),
                maybe(10, number("dwCreationFlags", &[4])),
                maybe(70, out("lpThreadId", Kind::ThreadId)),
                flag("bInheritHandle", 30),
            ],
        ),
        row(2, "ExitProcess", vec![exit_code("uExitCode")]),
        row(2, "ExitThread", vec![exit_code("dwExitCode")]),
        row(3, "TerminateProcess", vec![handle("hProcess", PROCESSES), exit_code("uExitCode")]),
        row(2, "TerminateThread", vec![handle("hThread", THREADS), exit_code("dwExitCode")]),
        row(2, "SuspendThread", vec![handle("hThread", THREADS)]),
        row(4, "ResumeThread", vec![handle("hThread", THREADS)]),
        row(2, "GetExitCodeProcess", vec![handle("hProcess", PROCESSES), out("lpExitCode", Kind::Number)]),
        row(1, "GetExitCodeThread", vec![handle("hThread", THREADS), out("lpExitCode", Kind::Number)]),
        row(1, "GetProcessId", vec![handle("Process", PROCESSES)]),
        row(
            1,
            "GetProcessHandleCount",
            vec![handle("hProcess", PROCESSES), out("pdwHandleCount", Kind::Number)],
        ),
        row(1, "GetCurrentProcessId", vec![]),
        row(1, "GetCurrentThreadId", vec![]),
    ]
}

fn waiting() -> Vec<Row> {
    vec![
        row(13, "WaitForSingleObject", vec![handle("hHandle", WAITABLE), timeout("dwMilliseconds")]),
        row(
            6,
            "WaitForMultipleObjects",
            vec![handles("lpHandles", WAITABLE, 3), flag("bWaitAll", 45), timeout("dwMilliseconds")],
        ),
        row(
            3,
            "SignalObjectAndWait",
            vec![
                handle("hObjectToSignal", SIGNALABLE),
                handle("hObjectToWaitOn", WAITABLE),
                timeout("dwMilliseconds"),
            ],
        ),
        row(3, "Sleep", vec![number("dwMilliseconds", &[10, 5, 50, 100, 0])]),
    ]
}

fn files() -> Vec<Row> {
    vec![
        row(
            5,
            "CreatePipe",
            vec![
                out("hReadPipe", Kind::ReadEnd),
                out("hWritePipe", Kind::WriteEnd),
                maybe(60, number("nSize", &[4, 1, 8])),
                flag("bInheritHandle", 45),
            ],
        ),
        keep(
            Kind::File,
            6,
            "CreateFile",
            vec![
                text("lpFileName", FILES),
                number("dwDesiredAccess", &[0xC000_0000, 0x8000_0000, 0x4000_0000, 0, 0x1_0000, 0x0100_0000]),
                number("dwShareMode", &[7, 3, 1, 0]),
                number("dwCreationDisposition", &[4, 2, 3, 1, 5, 9]),
                maybe(25, number("dwFlagsAndAttributes", &[0x0400_0000, 0x80])),
                flag("bInheritHandle", 40),
            ],
        ),
        row(
            6,
            "ReadFile",
            vec![
                handle("hFile", INPUT),
                out("lpBuffer", Kind::Data),
                maybe(50, number("nNumberOfBytesToRead", &[3, 1, 0])),
                maybe(30, out("lpNumberOfBytesRead", Kind::Number)),
            ],
        ),
        row(
            6,
            "WriteFile",
            vec![
                handle("hFile", OUTPUT),
                text("lpBuffer", &["one", "x", "twelve bytes", ""]),
                maybe(30, out("lpNumberOfBytesWritten", Kind::Number)),
            ],
        ),
        row(
            2,
            "PeekNamedPipe",
            vec![
                handle("hNamedPipe", INPUT),
                maybe(70, out("lpBuffer", Kind::Data)),
                maybe(50, out("lpTotalBytesAvail", Kind::Number)),
            ],
        ),
        row(2, "DeleteFile", vec![text("lpFileName", FILES)]),
        row(1, "GetFileAttributes", vec![text("lpFileName", FILES)]),
    ]
}

fn grouping() -> Vec<Row> {
    let nobody_or_file = prop_oneof![
        6 => Just(Source::Number(u64::MAX)),
        4 => handle_of(&[Kind::File]),
    ];
    let job_or_none = prop_oneof![1 => Just(Source::Number(0)), 2 => handle_of(&[Kind::Job])];
    let value = |param, source: BoxedStrategy<Source>| -> Argument {
        source.prop_map(move |source| Some((param, Operand::Value(source)))).boxed()
    };
    let due_times = &[-100_000i64 as u64, -1i64 as u64, 0, -300_000i64 as u64];
    vec![
        keep(
            Kind::Timer,
            2,
            "CreateWaitableTimer",
            vec![flag("bManualReset", 50), maybe(50, name("lpTimerName", "D")), flag("bInheritHandle", 40)],
        ),
        row(
            3,
            "SetWaitableTimer",
            vec![
                handle("hTimer", &[Kind::Timer]),
                number("lpDueTime", due_times),
                maybe(40, number("lPeriod", &[10, 3, u64::MAX])),
            ],
        ),
        row(1, "CancelWaitableTimer", vec![handle("hTimer", &[Kind::Timer])]),
        keep(
            Kind::Mapping,
            2,
            "CreateFileMapping",
            vec![
                value("hFile", nobody_or_file.boxed()),
                number("flProtect", &[4, 2, 0x40, 8, 3]),
                maybe(80, number("dwMaximumSizeHigh", &[0])),
                maybe(80, number("dwMaximumSizeLow", &[4096, 0x2_0000, 0])),
                maybe(50, name("lpName", "F")),
                flag("bInheritHandle", 40),
            ],
        ),
        keep(
            Kind::View,
            3,
            "MapViewOfFile",
            vec![
                handle("hFileMappingObject", &[Kind::Mapping]),
                number("dwDesiredAccess", &[4, 2, 0xF_001F, 0x20]),
                maybe(20, number("dwFileOffsetHigh", &[0])),
                maybe(20, number("dwFileOffsetLow", &[0x1_0000, 7])),
                maybe(20, number("dwNumberOfBytesToMap", &[100, 0x2_0000])),
            ],
        ),
        by_name(Kind::Timer, 2, "OpenWaitableTimer", "lpTimerName", "D"),
        by_name(Kind::Job, 2, "OpenJobObject", "lpName", "E"),
        by_name(Kind::Mapping, 2, "OpenFileMapping", "lpName", "F"),
        row(2, "UnmapViewOfFile", vec![handle("lpBaseAddress", &[Kind::View])]),
        keep(
            Kind::Job,
            2,
            "CreateJobObject",
            vec![maybe(50, name("lpName", "E")), flag("bInheritHandle", 40)],
        ),
        row(
            3,
            "AssignProcessToJobObject",
            vec![handle("hJob", &[Kind::Job]), handle("hProcess", &[Kind::ChildProcess, Kind::Process])],
        ),
        row(1, "TerminateJobObject", vec![handle("hJob", &[Kind::Job]), number("uExitCode", EXIT_CODES)]),
        row(
            1,
            "SetInformationJobObject",
            vec![handle("hJob", &[Kind::Job]), number("LimitFlags", &[0x2000, 0])],
        ),
        row(
            1,
            "IsProcessInJob",
            vec![
                handle("ProcessHandle", PROCESSES),
                value("JobHandle", job_or_none.boxed()),
                out("Result", Kind::Number),
            ],
        ),
    ]
}
