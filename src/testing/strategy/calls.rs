//! Which calls are worth trying whatever a program is about?

use super::arguments::{
    Argument, CURRENT_PROCESS, CURRENT_THREAD, access, any_handle, flag, handle, handles, maybe, new_process,
    number, out, process, timeout,
};
use crate::testing::program::{Action, Kind, Operand, Source, VARIABLES, Variable};
use proptest::prelude::*;

/// Those that a value can be copied into: CreateProcess alone fills the others.
pub(super) const PLAIN: &[Kind] = Kind::HANDLES.split_at(11).0;
pub(super) const PROCESSES: &[Kind] = &[Kind::ChildProcess, Kind::Process];
pub(super) const WAITABLE: &[Kind] = &[
    Kind::Event,
    Kind::Mutex,
    Kind::Semaphore,
    Kind::Timer,
    Kind::ChildProcess,
    Kind::Process,
    Kind::Thread,
    Kind::ChildThread,
    Kind::Job,
];

/// A call that is worth trying.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// How often.
    pub(super) weight: u32,
    pub(super) call: &'static str,
    pub(super) args: Vec<Argument>,
    pub(super) keep: Option<Kind>,
}

impl Row {
    pub(super) fn strategy(&self, hostile: u32) -> BoxedStrategy<Action> {
        let row = self.clone();
        let args: Vec<_> = self.args.iter().map(|argument| argument.strategy(hostile)).collect();
        (args, 0..VARIABLES)
            .prop_map(move |(args, index)| row.action(args.into_iter().flatten().collect(), index))
            .boxed()
    }

    /// The call with arguments, its answer kept in the variable with this index.
    pub(super) fn action(&self, mut args: Vec<(&'static str, Operand)>, index: u8) -> Action {
        if matches!(self.call, "DuplicateHandle" | "NtDuplicateObject") {
            same_kind(&mut args);
        }
        Action::Call { call: self.call, args, keep: self.keep.map(|kind| Variable { kind, index }) }
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

pub(super) fn row(weight: u32, call: &'static str, args: Vec<Argument>) -> Row {
    Row { weight, call, args, keep: None }
}

pub(super) fn keep(kind: Kind, weight: u32, call: &'static str, args: Vec<Argument>) -> Row {
    Row { weight, call, args, keep: Some(kind) }
}

/// The calls, the simplest first: what is shrunk goes that way.
pub(super) fn general() -> Vec<Row> {
    vec![
        row(12, "CloseHandle", vec![any_handle("hObject")]),
        row(1, "NtClose", vec![any_handle("Handle")]),
        row(
            6,
            "SetHandleInformation",
            vec![any_handle("hObject"), number("dwMask", &[1, 2, 3, 7]), number("dwFlags", &[0, 1, 2, 3])],
        ),
        row(1, "GetHandleInformation", vec![any_handle("hObject"), out("lpdwFlags", Kind::Number)]),
        row(
            1,
            "CompareObjectHandles",
            vec![any_handle("hFirstObjectHandle"), any_handle("hSecondObjectHandle")],
        ),
        row(
            20,
            "DuplicateHandle",
            vec![
                process("hSourceProcessHandle"),
                any_handle("hSourceHandle"),
                process("hTargetProcessHandle"),
                maybe(95, out("lpTargetHandle", Kind::Event)),
                access("dwDesiredAccess"),
                flag("bInheritHandle", 40),
                number("dwOptions", &[2, 2, 2, 3, 3, 1, 0, 7, 0x80]),
            ],
        ),
        row(
            3,
            "NtDuplicateObject",
            vec![
                process("SourceProcessHandle"),
                any_handle("SourceHandle"),
                process("TargetProcessHandle"),
                maybe(95, out("TargetHandle", Kind::Event)),
                access("DesiredAccess"),
                number("HandleAttributes", &[0, 1, 2, 3]),
                number("Options", &[2, 4, 6, 7, 3, 0]),
            ],
        ),
        row(
            11,
            "CreateProcess",
            vec![
                new_process("lpApplicationName"),
                flag("bInheritHandles", 75),
                maybe(10, number("dwCreationFlags", &[4, 8])),
                maybe(90, out("lpProcessInformation", Kind::ChildProcess)),
                maybe(15, handles("handleList", Kind::HANDLES, 2)),
                maybe(8, handle("parentProcess", PROCESSES)),
                maybe(6, any_handle("hStdInput")),
                maybe(4, any_handle("hStdOutput")),
                flag("lpProcessAttributes.bInheritHandle", 20),
                flag("lpThreadAttributes.bInheritHandle", 20),
            ],
        ),
        row(1, "ExitProcess", vec![number("uExitCode", EXIT_CODES)]),
        row(6, "WaitForSingleObject", vec![handle("hHandle", WAITABLE), timeout("dwMilliseconds")]),
        row(
            4,
            "WaitForMultipleObjects",
            vec![handles("lpHandles", WAITABLE, 3), flag("bWaitAll", 45), timeout("dwMilliseconds")],
        ),
        row(2, "Sleep", vec![number("dwMilliseconds", &[10, 5, 50, 100, 0])]),
        row(1, "NtMakePermanentObject", vec![any_handle("Handle")]),
        row(1, "NtMakeTemporaryObject", vec![any_handle("Handle")]),
        row(1, "SetLastError", vec![number("dwErrCode", &[0, 6, 1000])]),
        row(1, "GetLastError", vec![]),
    ]
}

pub(super) const EXIT_CODES: &[u64] = &[0, 1, 7, 259];
