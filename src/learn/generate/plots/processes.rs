//! What is drawn about processes: inheritance, ends, jobs?

use super::{AT_MOST, AT_ONCE, HEIR, NAMEABLE, PERMITS, PRIVATE, STRANGER, TIMER_UNNAMED, UNNAMED, UNOWNED};
use crate::learn::generate::scene::{By, Must, Plot, Scene, Shows, Times, scene};
use crate::learn::generate::topic::{Quiz, TopicSpec};
use crate::testing::program::Kind;
use crate::testing::strategy::Given;

const CHILD: Scene = scene(&[("CreateProcess", 1)]).with(STRANGER).by(By::One(0));
const CHILD_THAT_INHERITS: Scene = scene(&[("CreateProcess", 1)]).with(HEIR).by(By::One(0));
const CREATE: &[(&str, u32)] =
    &[("CreateEvent", 3), ("CreateMutex", 2), ("CreateSemaphore", 2), ("CreateWaitableTimer", 1)];
const INHERITABLE_OR_NOT: Scene =
    scene(CREATE).with(&[UNNAMED, TIMER_UNNAMED, PERMITS, AT_MOST, UNOWNED]).by(By::One(0));
const ABOUT_PROCESSES: &[Kind] = &[Kind::ChildProcess, Kind::Process];
const ENDS: Scene =
    scene(&[("ExitProcess", 1)]).with(&[("uExitCode", Given::Numbers(&[1, 3, 7, 42]))]).by(By::Not(0));

/// Everything about inheritance.
pub(in crate::learn::generate) static INHERITANCE: TopicSpec = TopicSpec {
    name: "inheritance",
    about: "A child gets a handle only if it is inheritable and the child is created to inherit.",
    lesson: "CreateProcess with bInheritHandles takes every handle that is inheritable in that moment, and no other.",
    plots: &[Plot {
        cast: 1,
        opening: &[INHERITABLE_OR_NOT.times(Times::Steps(0)), INHERITABLE_OR_NOT.times(Times::Distractors)],
        solution: &[scene(&[("SetHandleInformation", 5), ("CloseHandle", 1)])
            .of(NAMEABLE)
            .with(&[("dwMask", Given::Numbers(&[1])), ("dwFlags", Given::Numbers(&[0, 1]))])
            .by(By::One(0))
            .times(Times::Steps(0))
            .once()],
        after: &[CHILD_THAT_INHERITS],
        shows: &[Shows::Handle],
        levels: (1, 5),
    }],
    quiz: Quiz {
        title: "What did the child get?",
        cast: 1,
        opening: &[INHERITABLE_OR_NOT.times(Times::Exactly(2)), CHILD_THAT_INHERITS],
        questions: &[scene(&[
            ("SetHandleInformation", 4),
            ("CloseHandle", 3),
            ("SetEvent", 4),
            ("ReleaseSemaphore", 3),
            ("WaitForSingleObject", 5),
        ])
        .of(NAMEABLE)
        .with(&[
            ("dwMask", Given::Numbers(&[1, 2])),
            ("dwFlags", Given::Numbers(&[0, 3])),
            AT_ONCE,
            ("lReleaseCount", Given::Numbers(&[1])),
            ("lpPreviousCount", Given::Never),
        ])
        .hostile(50)
        .must(Must::Anything)
        .times(Times::Questions)],
    },
    tempting: &["DuplicateHandle", "CloseHandle", "CreateEvent", "GetHandleInformation"],
};

/// Everything about the ends of processes.
pub(in crate::learn::generate) static PROCESSES: TopicSpec = TopicSpec {
    name: "processes",
    about: "A process that has ended remains as an object until the last handle to it is closed.",
    lesson: "Handles to a process keep its object, also when it has ended. CreateProcess opens two: hProcess and hThread.",
    plots: &[
        // What remains of those who have ended.
        Plot {
            cast: 2,
            opening: &[
                CHILD,
                scene(&[("OpenProcess", 1)])
                    .with(&[("dwDesiredAccess", Given::Numbers(&[0x10_0000, 0x10_1000])), PRIVATE])
                    .by(By::One(1)),
                CHILD,
                ENDS.by(By::One(2)),
            ],
            solution: &[scene(&[("CloseHandle", 5), ("GetExitCodeProcess", 2)])
                .of(&[Kind::ChildProcess, Kind::ChildThread, Kind::Process])
                .times(Times::Steps(0))],
            after: &[],
            shows: &[Shows::Death, Shows::Value],
            levels: (1, 5),
        },
        // Who ends whom.
        Plot {
            cast: 2,
            opening: &[
                CHILD,
                CHILD,
                scene(&[("OpenProcess", 1)])
                    .with(&[("dwDesiredAccess", Given::Numbers(&[0x1, 0x1001])), PRIVATE])
                    .by(By::One(1)),
            ],
            solution: &[scene(&[
                ("TerminateProcess", 4),
                ("CloseHandle", 2),
                ("GetExitCodeProcess", 2),
                ("OpenProcess", 1),
            ])
            .of(ABOUT_PROCESSES)
            .with(&[
                ("uExitCode", Given::Numbers(&[1, 3, 7, 42])),
                ("dwDesiredAccess", Given::Numbers(&[0x1])),
                PRIVATE,
            ])
            .times(Times::Steps(0))],
            after: &[],
            shows: &[Shows::End],
            levels: (1, 5),
        },
    ],
    quiz: Quiz {
        title: "Running, ended, gone",
        cast: 2,
        opening: &[
            CHILD,
            scene(&[("OpenProcess", 1)])
                .with(&[("dwDesiredAccess", Given::Numbers(&[0x10_0000, 0x10_1000, 1])), PRIVATE])
                .by(By::One(1)),
        ],
        questions: &[scene(&[
            ("ExitProcess", 2),
            ("TerminateProcess", 4),
            ("GetExitCodeProcess", 5),
            ("WaitForSingleObject", 5),
            ("CloseHandle", 3),
            ("OpenProcess", 3),
        ])
        .of(ABOUT_PROCESSES)
        .with(&[
            ("uExitCode", Given::Numbers(&[3, 7])),
            ("dwDesiredAccess", Given::Numbers(&[0x10_0000, 0x10_1000, 1])),
            PRIVATE,
            AT_ONCE,
        ])
        .hostile(10)
        .must(Must::Anything)
        .times(Times::Questions)],
    },
    tempting: &["SetHandleInformation", "WaitForSingleObject", "TerminateProcess", "OpenProcess"],
};

const JOB: Scene = scene(&[("CreateJobObject", 1)]).with(&[UNNAMED, PRIVATE]).by(By::One(0));
const KILLS: Scene = scene(&[("SetInformationJobObject", 1)])
    .with(&[("LimitFlags", Given::Numbers(&[0x2000]))])
    .by(By::One(0));
const ASSIGN: Scene =
    scene(&[("AssignProcessToJobObject", 1)]).of(&[Kind::ChildProcess]).by(By::One(0)).once();
const OWNER_ENDS: Scene =
    scene(&[("ExitProcess", 1)]).with(&[("uExitCode", Given::Numbers(&[0]))]).by(By::One(0));

/// Everything about jobs.
pub(in crate::learn::generate) static JOBS: TopicSpec = TopicSpec {
    name: "jobs",
    about: "A job holds processes together, and can end them all with its last handle.",
    lesson: "A job with the limit JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE ends its members when the last handle to it is closed.",
    plots: &[
        // The job has its limit; who belongs into it?
        Plot {
            cast: 2,
            opening: &[JOB, KILLS, CHILD.times(Times::Exactly(3))],
            solution: &[ASSIGN.times(Times::Steps(0))],
            after: &[OWNER_ENDS],
            shows: &[Shows::End],
            levels: (1, 3),
        },
        // The limit is to be set as well.
        Plot {
            cast: 2,
            opening: &[JOB, CHILD.times(Times::Exactly(3))],
            solution: &[ASSIGN.times(Times::Steps(-1)), KILLS],
            after: &[OWNER_ENDS],
            shows: &[Shows::End],
            levels: (2, 5),
        },
        // The job is ended by hand, with an exit code for all.
        Plot {
            cast: 2,
            opening: &[JOB, CHILD.times(Times::Exactly(3))],
            solution: &[
                ASSIGN.times(Times::Steps(-1)),
                scene(&[("TerminateJobObject", 1)])
                    .with(&[("uExitCode", Given::Numbers(&[1, 3, 7, 42]))])
                    .by(By::One(0)),
            ],
            after: &[],
            shows: &[Shows::End],
            levels: (2, 5),
        },
    ],
    quiz: Quiz {
        title: "All together",
        cast: 1,
        opening: &[
            scene(&[("CreateJobObject", 1)]).with(&[UNNAMED, PRIVATE]).by(By::One(0)),
            CHILD.times(Times::Exactly(2)),
        ],
        questions: &[scene(&[
            ("AssignProcessToJobObject", 5),
            ("SetInformationJobObject", 3),
            ("TerminateJobObject", 2),
            ("CloseHandle", 3),
            ("WaitForSingleObject", 4),
            ("GetExitCodeProcess", 3),
        ])
        .of(&[Kind::ChildProcess])
        .with(&[
            ("LimitFlags", Given::Numbers(&[0x2000])),
            ("uExitCode", Given::Numbers(&[3, 7])),
            ("CloseHandle.hObject", Given::Always),
            AT_ONCE,
        ])
        .hostile(10)
        .must(Must::Anything)
        .times(Times::Questions)],
    },
    tempting: &["GetExitCodeProcess", "CloseHandle", "WaitForSingleObject", "OpenJobObject"],
};
