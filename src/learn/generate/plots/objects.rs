//! What is drawn about handles, names, rights and duplicates?

use super::{
    AT_MOST, AT_ONCE, BOTH_RIGHTS, FEW_RIGHTS, NAMEABLE, NAMED, OUT, PERMITS, PRIVATE, SIGNALS, STRANGER,
    TIMER_NAMED, TIMER_UNNAMED, UNNAMED, UNOWNED, WAITING_RIGHT,
};
use crate::learn::generate::scene::{By, Must, Plot, Scene, Shows, Times, scene};
use crate::learn::generate::topic::{Quiz, TopicSpec};
use crate::testing::program::Kind;
use crate::testing::strategy::Given;

const CREATE: &[(&str, u32)] =
    &[("CreateEvent", 3), ("CreateMutex", 2), ("CreateSemaphore", 2), ("CreateWaitableTimer", 1)];
const OPEN: &[(&str, u32)] =
    &[("OpenEvent", 2), ("OpenMutex", 2), ("OpenSemaphore", 2), ("OpenWaitableTimer", 1)];

const NEW: Scene = scene(CREATE).with(&[UNNAMED, TIMER_UNNAMED, PRIVATE, PERMITS, AT_MOST, UNOWNED]);
const NEW_NAMED: Scene = scene(CREATE).with(&[NAMED, TIMER_NAMED, PRIVATE, PERMITS, AT_MOST, UNOWNED]);
const OPENED: Scene = scene(OPEN).with(&[WAITING_RIGHT, PRIVATE]);
const END: Scene = scene(&[("ExitProcess", 1)]).with(&[("uExitCode", Given::Numbers(&[0]))]);
const CHILD: Scene = scene(&[("CreateProcess", 1)]).with(STRANGER).by(By::One(0));
const DUPLICATE_CALL: &[(&str, u32)] = &[("DuplicateHandle", 1)];

/// Everything about closing.
pub(in crate::learn::generate) static HANDLES: TopicSpec = TopicSpec {
    name: "handles",
    about: "An object lives as long as somebody, anybody, has a handle to it.",
    lesson: "An object lives as long as one handle to it is open, whoever has it.",
    plots: &[
        // The last handle of all goes.
        Plot {
            cast: 2,
            opening: &[
                NEW_NAMED.by(By::One(0)),
                OPENED.by(By::Not(0)).times(Times::Steps(-1)),
                NEW.times(Times::Distractors),
            ],
            solution: &[scene(&[("CloseHandle", 1)]).of(NAMEABLE).times(Times::Steps(0))],
            after: &[],
            shows: &[Shows::Death],
            levels: (1, 3),
        },
        // Some go by hand, the others with their process.
        Plot {
            cast: 3,
            opening: &[
                NEW_NAMED.by(By::One(0)),
                OPENED.times(Times::Steps(0)),
                NEW.times(Times::Distractors),
            ],
            solution: &[scene(&[("CloseHandle", 1)]).of(NAMEABLE).times(Times::Steps(0))],
            after: &[END.times(Times::Later)],
            shows: &[Shows::Death],
            levels: (3, 5),
        },
        // Somebody must have one before the creator lets go.
        Plot {
            cast: 3,
            opening: &[NEW_NAMED.by(By::One(0)).times(Times::Steps(0)), NEW.times(Times::Distractors)],
            solution: &[OPENED.by(By::Not(0)).times(Times::Steps(0)).once()],
            after: &[END.by(By::One(0))],
            shows: &[Shows::Life],
            levels: (1, 5),
        },
    ],
    quiz: Quiz {
        title: "Who still has one?",
        cast: 2,
        opening: &[NEW_NAMED.by(By::One(0)), OPENED.by(By::One(1)), NEW],
        questions: &[scene(&[
            ("CloseHandle", 6),
            ("SetEvent", 3),
            ("ReleaseSemaphore", 2),
            ("WaitForSingleObject", 4),
            ("OpenEvent", 3),
            ("OpenMutex", 3),
            ("OpenSemaphore", 2),
            ("CreateEvent", 2),
            ("CreateMutex", 1),
        ])
        .of(NAMEABLE)
        .with(&[NAMED, PRIVATE, AT_ONCE, UNOWNED, BOTH_RIGHTS, ("lReleaseCount", Given::Numbers(&[1]))])
        .hostile(35)
        .must(Must::Anything)
        .times(Times::Questions)],
    },
    tempting: &["SetEvent", "OpenEvent", "SetHandleInformation", "DuplicateHandle"],
};

/// Everything about names.
pub(in crate::learn::generate) static NAMES: TopicSpec = TopicSpec {
    name: "names",
    about: "A name finds an object from any process, and goes with the object's last handle.",
    lesson: "Open finds what is there; Create finds it too, and makes it only if nothing has the name.",
    plots: &[
        // Handles by name, with what is wanted of them.
        Plot {
            cast: 3,
            opening: &[
                NEW_NAMED.by(By::One(0)).times(Times::Steps(0)),
                NEW.times(Times::Distractors).by(By::Not(1)),
            ],
            solution: &[scene(OPEN).with(&[FEW_RIGHTS, PRIVATE]).by(By::Not(0)).times(Times::Steps(0))],
            after: &[],
            shows: &[Shows::Handle],
            levels: (1, 5),
        },
        // The name is in the way of another type.
        Plot {
            cast: 3,
            opening: &[
                scene(CREATE)
                    .with(&[
                        ("lpName", Given::Texts(&["A"])),
                        ("lpTimerName", Given::Texts(&["A"])),
                        PRIVATE,
                        PERMITS,
                        AT_MOST,
                        UNOWNED,
                    ])
                    .by(By::One(0)),
                scene(OPEN)
                    .with(&[
                        ("lpName", Given::Texts(&["A"])),
                        ("lpTimerName", Given::Texts(&["A"])),
                        WAITING_RIGHT,
                        PRIVATE,
                    ])
                    .by(By::Not(0))
                    .times(Times::Steps(-2)),
                NEW.times(Times::Distractors),
            ],
            solution: &[
                scene(&[("CloseHandle", 1)]).of(NAMEABLE).times(Times::Steps(-1)),
                scene(CREATE).with(&[
                    ("lpName", Given::Texts(&["A"])),
                    ("lpTimerName", Given::Texts(&["A"])),
                    PRIVATE,
                    PERMITS,
                    AT_MOST,
                    UNOWNED,
                ]),
            ],
            after: &[],
            shows: &[Shows::Name],
            levels: (2, 4),
        },
    ],
    quiz: Quiz {
        title: "What is in a name?",
        cast: 2,
        opening: &[NEW_NAMED.by(By::One(0))],
        questions: &[scene(&[
            ("OpenEvent", 4),
            ("OpenMutex", 4),
            ("CreateEvent", 4),
            ("CreateMutex", 4),
            ("CloseHandle", 7),
        ])
        .of(&[Kind::Event, Kind::Mutex])
        .with(&[("lpName", Given::Texts(&["A", "A", "B"])), PRIVATE, UNOWNED, BOTH_RIGHTS])
        .must(Must::Anything)
        .times(Times::Questions)],
    },
    tempting: &["CloseHandle", "OpenEvent", "CreateEvent", "DuplicateHandle"],
};

/// Everything about rights.
pub(in crate::learn::generate) static RIGHTS: TopicSpec = TopicSpec {
    name: "rights",
    about: "A handle allows what was asked for when it was opened, and nothing else.",
    lesson: "Rights are fixed when a handle is opened or duplicated. Nobody can add some to it later.",
    plots: &[
        // Each gets what it needs.
        Plot {
            cast: 3,
            opening: &[
                scene(&[("CreateEvent", 2), ("CreateSemaphore", 2)])
                    .with(&[NAMED, PRIVATE, PERMITS, AT_MOST])
                    .by(By::One(0)),
                NEW_NAMED.times(Times::Distractors),
            ],
            solution: &[scene(&[
                ("OpenEvent", 3),
                ("OpenSemaphore", 3),
                ("CloseHandle", 1),
                ("DuplicateHandle", 2),
            ])
            .of(SIGNALS)
            .with(&[
                FEW_RIGHTS,
                PRIVATE,
                OUT,
                ("hTargetProcessHandle", Given::Always),
                ("dwOptions", Given::Numbers(&[0, 0, 1])),
            ])
            .times(Times::Steps(0))],
            after: &[],
            shows: &[Shows::Handle],
            levels: (1, 5),
        },
    ],
    quiz: Quiz {
        title: "Who may do what?",
        cast: 2,
        opening: &[
            scene(&[("CreateEvent", 1), ("CreateSemaphore", 1)])
                .with(&[NAMED, PRIVATE, PERMITS, AT_MOST])
                .by(By::One(0)),
            scene(&[("OpenEvent", 1), ("OpenSemaphore", 1)]).with(&[FEW_RIGHTS, PRIVATE]).by(By::One(1)),
        ],
        questions: &[scene(&[
            ("OpenEvent", 2),
            ("OpenSemaphore", 2),
            ("SetEvent", 4),
            ("ReleaseSemaphore", 4),
            ("WaitForSingleObject", 5),
            ("DuplicateHandle", 4),
        ])
        .of(SIGNALS)
        .with(&[
            FEW_RIGHTS,
            PRIVATE,
            OUT,
            AT_ONCE,
            NAMED,
            ("lReleaseCount", Given::Numbers(&[1])),
            ("lpPreviousCount", Given::Never),
            ("dwOptions", Given::Numbers(&[0, 2])),
        ])
        .must(Must::Anything)
        .times(Times::Questions)],
    },
    tempting: &["SetHandleInformation", "DuplicateHandle", "OpenEvent", "SetEvent"],
};

/// Everything about DuplicateHandle.
pub(in crate::learn::generate) static DUPLICATE: TopicSpec = TopicSpec {
    name: "duplicate",
    about: "DuplicateHandle gives a handle to another process, with fewer rights, or moves it there.",
    lesson: "DuplicateHandle takes its source from one process's table and puts the new handle into another's.",
    plots: &[
        // The parent gives to its children.
        Plot {
            cast: 1,
            opening: &[NEW.by(By::One(0)), CHILD, NEW.by(By::One(0)).times(Times::Distractors)],
            solution: &[scene(DUPLICATE_CALL)
                .of(NAMEABLE)
                .with(&[FEW_RIGHTS, PRIVATE, OUT, ("dwOptions", Given::Numbers(&[0, 0, 2, 3, 1]))])
                .times(Times::Steps(0))],
            after: &[],
            shows: &[Shows::Handle],
            levels: (1, 5),
        },
        // What was given must outlive the giver.
        Plot {
            cast: 1,
            opening: &[NEW.by(By::One(0)).times(Times::Steps(0)), CHILD, CHILD],
            solution: &[scene(DUPLICATE_CALL)
                .of(NAMEABLE)
                .with(&[FEW_RIGHTS, PRIVATE, OUT, ("dwOptions", Given::Numbers(&[0, 2]))])
                .by(By::One(0))
                .times(Times::Steps(0))
                .once()],
            after: &[END.by(By::One(0))],
            shows: &[Shows::Life],
            levels: (2, 5),
        },
    ],
    quiz: Quiz {
        title: "Handles that travel",
        cast: 1,
        opening: &[NEW.by(By::One(0)), CHILD],
        questions: &[scene(&[
            ("DuplicateHandle", 8),
            ("CloseHandle", 4),
            ("SetEvent", 2),
            ("ReleaseSemaphore", 2),
            ("WaitForSingleObject", 3),
        ])
        .of(NAMEABLE)
        .with(&[
            FEW_RIGHTS,
            PRIVATE,
            OUT,
            AT_ONCE,
            ("lReleaseCount", Given::Numbers(&[1])),
            ("lpPreviousCount", Given::Never),
            ("dwOptions", Given::Numbers(&[0, 2, 3, 1])),
        ])
        .hostile(25)
        .must(Must::Anything)
        .times(Times::Questions)],
    },
    tempting: &["CloseHandle", "SetHandleInformation", "OpenProcess", "CreateEvent"],
};
