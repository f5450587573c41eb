//! Which calls are worth trying when threads shall stand in line?
//!
//! Few things to wait for and many who wait; some of these are suspended meanwhile, and what they wait for happens.

use super::arguments::{Argument, flag, handle, handles, new_thread, number, out};
use super::calls::{Row, keep, row};
use super::subjects::{reading, writing};
use crate::testing::program::Kind;

const WAITED_FOR: &[Kind] = &[Kind::Event, Kind::Event, Kind::Mutex, Kind::Semaphore];
const THREADS: &[Kind] = &[Kind::Thread];

/// Mostly for ever.
fn patience() -> Argument {
    number("dwMilliseconds", &[0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF, 10, 50])
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row(1, "CloseHandle", vec![handle("hObject", Kind::HANDLES)]),
        row(3, "CloseHandle", vec![handle("hObject", &[Kind::WriteEnd, Kind::ReadEnd])]),
        keep(Kind::Thread, 14, "CreateThread", vec![new_thread("lpStartAddress")]),
        keep(Kind::Event, 5, "CreateEvent", vec![flag("bManualReset", 40)]),
        keep(Kind::Mutex, 2, "CreateMutex", vec![flag("bInitialOwner", 60)]),
        keep(
            Kind::Semaphore,
            2,
            "CreateSemaphore",
            vec![number("lInitialCount", &[0, 1]), number("lMaximumCount", &[2, 3])],
        ),
        row(
            3,
            "CreatePipe",
            vec![
                out("hReadPipe", Kind::ReadEnd),
                out("hWritePipe", Kind::WriteEnd),
                number("nSize", &[4, 1, 8]),
            ],
        ),
        row(16, "WaitForSingleObject", vec![handle("hHandle", WAITED_FOR), patience()]),
        row(
            4,
            "WaitForMultipleObjects",
            vec![handles("lpHandles", WAITED_FOR, 2), flag("bWaitAll", 45), patience()],
        ),
        reading(5),
        writing(7),
        row(8, "SetEvent", vec![handle("hEvent", &[Kind::Event])]),
        row(2, "PulseEvent", vec![handle("hEvent", &[Kind::Event])]),
        row(3, "ReleaseMutex", vec![handle("hMutex", &[Kind::Mutex])]),
        row(
            3,
            "ReleaseSemaphore",
            vec![handle("hSemaphore", &[Kind::Semaphore]), number("lReleaseCount", &[1, 2])],
        ),
        row(9, "SuspendThread", vec![handle("hThread", THREADS)]),
        row(9, "ResumeThread", vec![handle("hThread", THREADS)]),
        row(6, "Sleep", vec![number("dwMilliseconds", &[10, 50])]),
        row(1, "TerminateThread", vec![handle("hThread", THREADS), number("dwExitCode", &[7])]),
    ]
}
