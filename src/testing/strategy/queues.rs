//! Which steps are worth trying when threads shall stand in line?
//!
//! There are few things to wait for, three threads that wait, and the first thread, which never does: it signals,
//! suspends, resumes and lets time pass.

use super::arguments::{Argument, HOSTILE, first_handle, handles, number, out};
use super::calls::{Row, row};
use super::pick;
use super::subjects::{reading, writing};
use crate::testing::program::{Action, Kind, Operand, Step, THREADS, Variable};
use proptest::prelude::*;
use proptest::sample::subsequence;

const WAITED_FOR: &[Kind] = &[Kind::Event, Kind::Event, Kind::Mutex, Kind::Semaphore];

fn create(call: &'static str, args: &[(&'static str, Operand)], keep: Option<Variable>) -> Step {
    Step { actor: (0, 0), instead: true, action: Action::Call { call, args: args.to_vec(), keep } }
}

/// The threads and one or two things to wait for.
pub(super) fn openings() -> impl Strategy<Value = Vec<Step>> {
    let first = |kind| Variable { kind, index: 0 };
    let threads = (1..THREADS).map(move |thread| {
        let name = ("lpStartAddress", Operand::NewThread(thread));
        create("CreateThread", &[name], Some(Variable { kind: Kind::Thread, index: thread - 1 }))
    });
    let one = Operand::Number(1);
    let ends = [
        ("hReadPipe", Operand::Out(first(Kind::ReadEnd))),
        ("hWritePipe", Operand::Out(first(Kind::WriteEnd))),
        ("nSize", Operand::Number(4)),
    ];
    let counts = [("lInitialCount", one.clone()), ("lMaximumCount", Operand::Number(2))];
    let things = vec![
        create("CreateEvent", &[], Some(first(Kind::Event))),
        create("CreateEvent", &[("bManualReset", one.clone())], Some(first(Kind::Event))),
        create("CreateMutex", &[("bInitialOwner", one)], Some(first(Kind::Mutex))),
        create("CreateSemaphore", &counts, Some(first(Kind::Semaphore))),
        create("CreatePipe", &ends, None),
    ];
    let threads: Vec<Step> = threads.collect();
    subsequence(things, 1..=2).prop_map(move |things| [threads.clone(), things].concat())
}

/// What happens then. Nobody waits in the stead of one who waits already.
pub(super) fn steps() -> BoxedStrategy<Step> {
    let strategies =
        |rows: Vec<Row>| pick(rows.into_iter().map(|row| (row.weight, row.strategy(HOSTILE))).collect());
    let waits = ((1..THREADS), strategies(waits()));
    let waits = waits.prop_map(|(thread, action)| Step { actor: (0, thread), instead: false, action });
    let others = strategies(others());
    let others = others.prop_map(|action| Step { actor: (0, 0), instead: false, action });
    prop_oneof![2 => waits, 3 => others].boxed()
}

fn patience() -> Argument {
    number("dwMilliseconds", &[0xFFFF_FFFF, 0xFFFF_FFFF, 50, 10])
}

fn waits() -> Vec<Row> {
    vec![
        row(6, "WaitForSingleObject", vec![first_handle("hHandle", WAITED_FOR), patience()]),
        row(
            1,
            "WaitForMultipleObjects",
            vec![handles("lpHandles", WAITED_FOR, 2), number("bWaitAll", &[0, 1]), patience()],
        ),
        row(1, "ReleaseMutex", vec![first_handle("hMutex", &[Kind::Mutex])]),
        reading(3),
        writing(3),
    ]
}

fn others() -> Vec<Row> {
    let thread = || first_handle("hThread", &[Kind::Thread]);
    vec![
        row(4, "CloseHandle", vec![first_handle("hObject", &[Kind::WriteEnd, Kind::ReadEnd])]),
        row(12, "SetEvent", vec![first_handle("hEvent", &[Kind::Event])]),
        row(3, "PulseEvent", vec![first_handle("hEvent", &[Kind::Event])]),
        row(4, "ReleaseMutex", vec![first_handle("hMutex", &[Kind::Mutex])]),
        row(
            6,
            "ReleaseSemaphore",
            vec![first_handle("hSemaphore", &[Kind::Semaphore]), number("lReleaseCount", &[1, 2])],
        ),
        row(
            2,
            "PeekNamedPipe",
            vec![first_handle("hNamedPipe", &[Kind::ReadEnd]), out("lpTotalBytesAvail", Kind::Number)],
        ),
        row(8, "SuspendThread", vec![thread()]),
        row(20, "ResumeThread", vec![thread()]),
        row(8, "Sleep", vec![number("dwMilliseconds", &[10, 10, 50])]),
        row(2, "TerminateThread", vec![thread(), number("dwExitCode", &[7])]),
        row(1, "ExitProcess", vec![number("uExitCode", &[7])]),
    ]
}
