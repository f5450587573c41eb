//! What is drawn about waiting and locking?

use super::{
    AT_MOST, AT_ONCE, BOTH_RIGHTS, FOREVER, NAMED, NO_PERMITS, PERMITS, PRIVATE, UNNAMED, UNOWNED,
    UNSIGNALED, WAITING_RIGHT,
};
use crate::learn::generate::scene::{By, Must, Plot, Scene, Shows, Times, scene};
use crate::learn::generate::topic::{Quiz, TopicSpec};
use crate::testing::program::Kind;
use crate::testing::strategy::Given;

const EVENT: Scene = scene(&[("CreateEvent", 1)]).with(&[NAMED, PRIVATE, UNSIGNALED]).by(By::One(0));
const OTHER_EVENT: Scene = scene(&[("CreateEvent", 1)]).with(&[UNNAMED, PRIVATE]).by(By::One(0));
const ANY_EVENT: Scene = scene(&[("CreateEvent", 1)]).with(&[UNNAMED, PRIVATE]);
const OPENED: Scene = scene(&[("OpenEvent", 1)]).with(&[BOTH_RIGHTS, PRIVATE]);
const WAIT: Scene = scene(&[("WaitForSingleObject", 1)]).with(&[FOREVER]).must(Must::Wait).of(&[Kind::Event]);

/// Everything about events and waits.
pub(in crate::learn::generate) static WAITS: TopicSpec = TopicSpec {
    name: "waits",
    about: "Whoever waits goes on when the object is signaled; an auto-reset event lets one through.",
    lesson: "SetEvent on a manual-reset event lets everybody through, on an auto-reset event one, which takes the signal with it.",
    plots: &[
        Plot {
            cast: 3,
            opening: &[
                EVENT,
                OPENED.by(By::One(1)),
                OPENED.by(By::One(2)),
                OTHER_EVENT.times(Times::Distractors),
                WAIT.by(By::One(1)),
                WAIT.by(By::One(2)),
            ],
            solution: &[scene(&[("SetEvent", 4), ("ResetEvent", 2), ("PulseEvent", 1)])
                .of(&[Kind::Event])
                .times(Times::Steps(0))],
            after: &[],
            shows: &[Shows::Release],
            levels: (1, 4),
        },
        // Signals for those who will ask later.
        Plot {
            cast: 3,
            opening: &[
                EVENT,
                OPENED.by(By::One(1)),
                ANY_EVENT.times(Times::Steps(-1)),
                ANY_EVENT.times(Times::Distractors),
            ],
            solution: &[scene(&[("SetEvent", 3), ("ResetEvent", 2), ("WaitForSingleObject", 1)])
                .of(&[Kind::Event])
                .with(&[AT_ONCE])
                .times(Times::Steps(0))
                .once()],
            after: &[WAIT.by(By::One(1)).must(Must::Work)],
            shows: &[Shows::State, Shows::Release],
            levels: (1, 5),
        },
    ],
    quiz: Quiz {
        title: "Who waits, who goes on?",
        cast: 2,
        opening: &[EVENT, OPENED.by(By::One(1)), OTHER_EVENT],
        questions: &[scene(&[
            ("SetEvent", 5),
            ("ResetEvent", 3),
            ("PulseEvent", 1),
            ("WaitForSingleObject", 9),
            ("WaitForMultipleObjects", 2),
        ])
        .of(&[Kind::Event])
        .with(&[("dwMilliseconds", Given::Numbers(&[0, 0, 0, 0xFFFF_FFFF]))])
        .must(Must::Anything)
        .times(Times::Questions)],
    },
    tempting: &["ResetEvent", "PulseEvent", "WaitForSingleObject", "CloseHandle"],
};

const LOCK_KINDS: &[Kind] = &[Kind::Mutex, Kind::Semaphore];
const NEW_LOCKS: &[(&str, u32)] = &[("CreateMutex", 1), ("CreateSemaphore", 1)];
const OPENED_LOCKS: &[(&str, u32)] = &[("OpenMutex", 1), ("OpenSemaphore", 1)];
const LOCK: Scene =
    scene(&[("CreateMutex", 1)]).with(&[NAMED, PRIVATE, ("bInitialOwner", Given::Always)]).by(By::One(0));
const SEATS: Scene =
    scene(&[("CreateSemaphore", 1)]).with(&[NAMED, PRIVATE, NO_PERMITS, AT_MOST]).by(By::One(0));
const WAIT_FOR_LOCK: Scene =
    scene(&[("WaitForSingleObject", 1)]).with(&[FOREVER]).must(Must::Wait).of(LOCK_KINDS);

/// Everything about mutexes and semaphores.
pub(in crate::learn::generate) static LOCKS: TopicSpec = TopicSpec {
    name: "locks",
    about: "A mutex belongs to the thread that took it, as often as it did; a semaphore counts permits.",
    lesson: "A mutex is taken by a wait and given back by ReleaseMutex, by its owner only; as often as it was taken.",
    plots: &[
        Plot {
            cast: 3,
            opening: &[
                LOCK,
                SEATS,
                scene(OPENED_LOCKS).with(&[WAITING_RIGHT, PRIVATE]).by(By::One(1)),
                scene(OPENED_LOCKS).with(&[WAITING_RIGHT, PRIVATE]).by(By::One(2)),
                WAIT_FOR_LOCK.by(By::One(1)),
                WAIT_FOR_LOCK.by(By::One(2)),
                scene(NEW_LOCKS)
                    .with(&[UNNAMED, PRIVATE, PERMITS, AT_MOST, UNOWNED])
                    .by(By::One(0))
                    .times(Times::Distractors),
            ],
            solution: &[scene(&[("ReleaseMutex", 3), ("ReleaseSemaphore", 3), ("WaitForSingleObject", 2)])
                .of(LOCK_KINDS)
                .with(&[
                    AT_ONCE,
                    ("lReleaseCount", Given::Numbers(&[1, 1, 2])),
                    ("lpPreviousCount", Given::Never),
                ])
                .times(Times::Steps(0))
                .once()],
            after: &[],
            shows: &[Shows::Release],
            levels: (1, 4),
        },
        Plot {
            cast: 2,
            opening: &[
                scene(NEW_LOCKS)
                    .with(&[NAMED, PRIVATE, PERMITS, AT_MOST, UNOWNED])
                    .by(By::One(0))
                    .times(Times::Exactly(2)),
                scene(OPENED_LOCKS).with(&[WAITING_RIGHT, PRIVATE]).by(By::One(1)),
                scene(NEW_LOCKS)
                    .with(&[UNNAMED, PRIVATE, PERMITS, AT_MOST, UNOWNED])
                    .by(By::One(0))
                    .times(Times::Distractors),
            ],
            solution: &[scene(&[("WaitForSingleObject", 5), ("ReleaseMutex", 1), ("ReleaseSemaphore", 2)])
                .of(LOCK_KINDS)
                .with(&[
                    AT_ONCE,
                    ("lReleaseCount", Given::Numbers(&[1, 1, 2])),
                    ("lpPreviousCount", Given::Never),
                ])
                .times(Times::Steps(0))
                .once()],
            after: &[],
            shows: &[Shows::State],
            levels: (1, 5),
        },
    ],
    quiz: Quiz {
        title: "Whose turn is it?",
        cast: 2,
        opening: &[
            scene(NEW_LOCKS)
                .with(&[NAMED, PRIVATE, PERMITS, AT_MOST])
                .by(By::One(0))
                .times(Times::Exactly(2))
                .once(),
            scene(OPENED_LOCKS)
                .with(&[("dwDesiredAccess", Given::Numbers(&[0x1F_0003, 0x1F_0001])), PRIVATE])
                .by(By::One(1)),
        ],
        questions: &[scene(&[
            ("WaitForSingleObject", 8),
            ("ReleaseMutex", 5),
            ("ReleaseSemaphore", 4),
            ("ExitProcess", 1),
        ])
        .of(LOCK_KINDS)
        .with(&[
            ("dwMilliseconds", Given::Numbers(&[0, 0, 0, 0xFFFF_FFFF])),
            ("lReleaseCount", Given::Numbers(&[1, 2])),
            ("lpPreviousCount", Given::Never),
            ("uExitCode", Given::Numbers(&[0])),
        ])
        .must(Must::Anything)
        .times(Times::Questions)],
    },
    tempting: &["CloseHandle", "ReleaseMutex", "ReleaseSemaphore", "WaitForSingleObject"],
};
