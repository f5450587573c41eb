//! Which plots are there?
//!
//! Tables: what is drawn for each topic. Nothing here does anything.

pub(super) mod data;
pub(super) mod objects;
pub(super) mod processes;
pub(super) mod waiting;

use crate::testing::program::Kind;
use crate::testing::strategy::Given;

/// An argument of a call.
type Argument = (&'static str, Given);

const NAMED: Argument = ("lpName", Given::Always);
const UNNAMED: Argument = ("lpName", Given::Never);
const TIMER_NAMED: Argument = ("lpTimerName", Given::Always);
const TIMER_UNNAMED: Argument = ("lpTimerName", Given::Never);
const PRIVATE: Argument = ("bInheritHandle", Given::Never);
const PERMITS: Argument = ("lInitialCount", Given::Numbers(&[1, 2, 3]));
const NO_PERMITS: Argument = ("lInitialCount", Given::Numbers(&[0]));
const AT_MOST: Argument = ("lMaximumCount", Given::Numbers(&[3, 4, 5]));
const UNOWNED: Argument = ("bInitialOwner", Given::Never);
const UNSIGNALED: Argument = ("bInitialState", Given::Never);
/// Waiting, signaling, both.
const FEW_RIGHTS: Argument = ("dwDesiredAccess", Given::Numbers(&[0x10_0000, 2, 0x10_0002]));
const WAITING_RIGHT: Argument = ("dwDesiredAccess", Given::Numbers(&[0x10_0000]));
const BOTH_RIGHTS: Argument = ("dwDesiredAccess", Given::Numbers(&[0x10_0002]));
const OUT: Argument = ("lpTargetHandle", Given::Always);
const INFORMATION: Argument = ("lpProcessInformation", Given::Always);
const FOREVER: Argument = ("dwMilliseconds", Given::Numbers(&[0xFFFF_FFFF]));
const AT_ONCE: Argument = ("dwMilliseconds", Given::Numbers(&[0]));
const NO_FLAGS: Argument = ("dwCreationFlags", Given::Never);
const NO_LIST: Argument = ("handleList", Given::Never);
const OWN_PARENT: Argument = ("parentProcess", Given::Never);
const NO_INPUT: Argument = ("hStdInput", Given::Never);
const NO_OUTPUT: Argument = ("hStdOutput", Given::Never);
const PRIVATE_PROCESS: Argument = ("lpProcessAttributes.bInheritHandle", Given::Never);
const PRIVATE_THREAD: Argument = ("lpThreadAttributes.bInheritHandle", Given::Never);

/// A process that inherits nothing.
const STRANGER: &[Argument] = &[
    ("bInheritHandles", Given::Never),
    NO_FLAGS,
    INFORMATION,
    NO_LIST,
    OWN_PARENT,
    NO_INPUT,
    NO_OUTPUT,
    PRIVATE_PROCESS,
    PRIVATE_THREAD,
];
/// A process that inherits what is inheritable.
const HEIR: &[Argument] = &[
    ("bInheritHandles", Given::Always),
    NO_FLAGS,
    INFORMATION,
    NO_LIST,
    OWN_PARENT,
    NO_INPUT,
    NO_OUTPUT,
    PRIVATE_PROCESS,
    PRIVATE_THREAD,
];

const SIGNALS: &[Kind] = &[Kind::Event, Kind::Semaphore];
const NAMEABLE: &[Kind] = &[Kind::Event, Kind::Mutex, Kind::Semaphore, Kind::Timer];
