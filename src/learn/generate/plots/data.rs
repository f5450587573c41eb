//! What is drawn about pipes, files and memory?

use super::{HEIR, NAMED, PRIVATE};
use crate::learn::generate::scene::{By, Must, Plot, Scene, Shows, Times, scene};
use crate::learn::generate::topic::{Quiz, TopicSpec};
use crate::testing::program::Kind;
use crate::testing::strategy::Given;

const ENDS_OF_PIPE: &[Kind] = &[Kind::ReadEnd, Kind::WriteEnd];
const PIPE: Scene = scene(&[("CreatePipe", 1)])
    .with(&[("bInheritHandle", Given::Always), ("nSize", Given::Never)])
    .by(By::One(0));
const HEIRS: Scene = scene(&[("CreateProcess", 1)]).with(HEIR).by(By::One(0));
const READ: Scene = scene(&[("ReadFile", 1)])
    .of(&[Kind::ReadEnd])
    .with(&[("nNumberOfBytesToRead", Given::Never), ("lpNumberOfBytesRead", Given::Never)])
    .by(By::One(0));
const TALK: (&str, Given) =
    ("WriteFile.lpBuffer", Given::Texts(&["tea;", "milk;", "sugar;", "bread;", "salt;", "rice;"]));

/// Everything about pipes.
pub(in crate::learn::generate) static PIPES: TopicSpec = TopicSpec {
    name: "pipes",
    about: "Who reads from a pipe waits for data, or for the end: until the last write end is closed.",
    lesson: "A reader sees the end of a pipe only when no process has a handle to the write end any more.",
    plots: &[
        Plot {
            cast: 1,
            opening: &[PIPE, HEIRS.times(Times::Exactly(2))],
            solution: &[scene(&[("CloseHandle", 5), ("WriteFile", 1)])
                .of(&[Kind::WriteEnd])
                .with(&[TALK, ("lpNumberOfBytesWritten", Given::Never)])
                .times(Times::Steps(0))],
            after: &[
                scene(&[("ExitProcess", 1)]).with(&[("uExitCode", Given::Numbers(&[0]))]).by(By::One(1)),
                READ.must(Must::Anything),
            ],
            shows: &[Shows::Release, Shows::Value],
            levels: (1, 2),
        },
        Plot {
            cast: 1,
            opening: &[PIPE, HEIRS.times(Times::Exactly(2))],
            solution: &[scene(&[("CloseHandle", 4), ("WriteFile", 2), ("ReadFile", 1)])
                .of(ENDS_OF_PIPE)
                .with(&[
                    TALK,
                    ("lpNumberOfBytesWritten", Given::Never),
                    ("nNumberOfBytesToRead", Given::Never),
                    ("lpNumberOfBytesRead", Given::Never),
                ])
                .times(Times::Steps(0))],
            after: &[READ.must(Must::Anything)],
            shows: &[Shows::Release, Shows::Value, Shows::Death],
            levels: (2, 5),
        },
    ],
    quiz: Quiz {
        title: "What comes out of the pipe?",
        cast: 1,
        opening: &[PIPE, HEIRS],
        questions: &[scene(&[("WriteFile", 5), ("ReadFile", 6), ("CloseHandle", 6), ("ExitProcess", 1)])
            .of(ENDS_OF_PIPE)
            .with(&[
                TALK,
                ("ReadFile.hFile", Given::Always),
                ("nNumberOfBytesToRead", Given::Never),
                ("lpNumberOfBytesRead", Given::Never),
                ("lpNumberOfBytesWritten", Given::Never),
                ("uExitCode", Given::Numbers(&[0])),
            ])
            .hostile(15)
            .must(Must::Anything)
            .times(Times::Questions)],
    },
    tempting: &["WriteFile", "SetHandleInformation", "PeekNamedPipe", "DuplicateHandle"],
};

const READ_ACCESS: u64 = 0x8000_0000;
const WRITE_ACCESS: u64 = 0x4000_0000;
const TWO_FILES: (&str, Given) = ("lpFileName", Given::Texts(&["one.txt", "two.txt"]));
const ONE_FILE: (&str, Given) = ("lpFileName", Given::Texts(&["one.txt"]));
const PLAIN: (&str, Given) = ("dwFlagsAndAttributes", Given::Never);
const LISTED: (&str, Given) = ("dwCreationDisposition", Given::Numbers(&[4]));
const OLD: (&str, Given) = ("dwCreationDisposition", Given::Numbers(&[3]));
const ANY_ACCESS: (&str, Given) = ("dwDesiredAccess", Given::Numbers(&[READ_ACCESS, WRITE_ACCESS]));
const ANY_SHARING: (&str, Given) = ("dwShareMode", Given::Numbers(&[0, 1, 2, 3]));
const OPEN_FILE: Scene = scene(&[("CreateFile", 1)]).with(&[
    TWO_FILES,
    ANY_ACCESS,
    ("dwShareMode", Given::Numbers(&[0, 1, 3])),
    LISTED,
    PLAIN,
    PRIVATE,
]);

/// Everything about files.
pub(in crate::learn::generate) static FILES: TopicSpec = TopicSpec {
    name: "files",
    about: "A file can be opened only if that fits the share modes of all who have it open.",
    lesson: "Each opening says what it wants and what it lets others do; both sides must agree, in both directions.",
    plots: &[
        Plot {
            cast: 3,
            opening: &[
                scene(&[("CreateFile", 1)])
                    .with(&[
                        ONE_FILE,
                        ("dwDesiredAccess", Given::Numbers(&[READ_ACCESS])),
                        ("dwShareMode", Given::Numbers(&[1])),
                        LISTED,
                        PLAIN,
                        PRIVATE,
                    ])
                    .times(Times::Steps(0)),
                OPEN_FILE
                    .with(&[
                        TWO_FILES,
                        ("dwDesiredAccess", Given::Numbers(&[READ_ACCESS])),
                        ("dwShareMode", Given::Numbers(&[3])),
                        LISTED,
                        PLAIN,
                        PRIVATE,
                    ])
                    .times(Times::Distractors),
            ],
            solution: &[scene(&[("CloseHandle", 1)]).of(&[Kind::File]).times(Times::Steps(0))],
            after: &[scene(&[("CreateFile", 1)]).with(&[
                ONE_FILE,
                ("dwDesiredAccess", Given::Numbers(&[WRITE_ACCESS])),
                ("dwShareMode", Given::Numbers(&[1, 3])),
                OLD,
                PLAIN,
                PRIVATE,
            ])],
            shows: &[Shows::Handle],
            levels: (2, 5),
        },
        // Who stands in the way?
        Plot {
            cast: 3,
            opening: &[
                OPEN_FILE
                    .with(&[ONE_FILE, ANY_ACCESS, ANY_SHARING, LISTED, PLAIN, PRIVATE])
                    .times(Times::Steps(1)),
                OPEN_FILE.times(Times::Distractors),
            ],
            solution: &[scene(&[("CloseHandle", 1)]).of(&[Kind::File]).times(Times::Steps(0))],
            after: &[scene(&[("CreateFile", 1)]).with(&[
                ONE_FILE,
                ANY_ACCESS,
                ANY_SHARING,
                OLD,
                PLAIN,
                PRIVATE,
            ])],
            shows: &[Shows::Handle],
            levels: (1, 2),
        },
    ],
    quiz: Quiz {
        title: "Can it be opened?",
        cast: 2,
        opening: &[OPEN_FILE.by(By::One(0))],
        questions: &[scene(&[("CreateFile", 8), ("CloseHandle", 4), ("DeleteFile", 2), ("WriteFile", 1)])
            .of(&[Kind::File])
            .with(&[
                TWO_FILES,
                ANY_ACCESS,
                ("dwShareMode", Given::Numbers(&[0, 1, 3, 7])),
                ("dwCreationDisposition", Given::Numbers(&[3, 3, 4, 1])),
                PLAIN,
                PRIVATE,
                TALK,
                ("lpNumberOfBytesWritten", Given::Never),
            ])
            .must(Must::Anything)
            .times(Times::Questions)],
    },
    tempting: &["DeleteFile", "CreateFile", "DuplicateHandle", "WriteFile"],
};

const MAP: Scene = scene(&[("CreateFileMapping", 1)])
    .with(&[
        NAMED,
        PRIVATE,
        ("hFile", Given::Numbers(&[u64::MAX])),
        ("flProtect", Given::Numbers(&[4])),
        ("dwMaximumSizeHigh", Given::Always),
        ("dwMaximumSizeLow", Given::Numbers(&[4096])),
    ])
    .by(By::One(0));
const OPENED_MAP: Scene = scene(&[("OpenFileMapping", 1)])
    .with(&[("dwDesiredAccess", Given::Numbers(&[4, 6])), PRIVATE])
    .by(By::Not(0));
const WHOLE: &[(&str, Given)] = &[
    ("dwDesiredAccess", Given::Numbers(&[4])),
    ("dwFileOffsetHigh", Given::Never),
    ("dwFileOffsetLow", Given::Never),
    ("dwNumberOfBytesToMap", Given::Never),
];
const VIEW: Scene = scene(&[("MapViewOfFile", 1)]).with(WHOLE);

const OTHER_MAP: Scene = MAP.with(&[
    ("lpName", Given::Never),
    PRIVATE,
    ("hFile", Given::Numbers(&[u64::MAX])),
    ("flProtect", Given::Numbers(&[4])),
    ("dwMaximumSizeHigh", Given::Always),
    ("dwMaximumSizeLow", Given::Numbers(&[4096])),
]);
const LET_GO: Scene =
    scene(&[("UnmapViewOfFile", 1), ("CloseHandle", 1)]).of(&[Kind::Mapping]).times(Times::Steps(0));
const END: Scene = scene(&[("ExitProcess", 1)]).with(&[("uExitCode", Given::Numbers(&[0]))]);

/// Everything about file mappings.
pub(in crate::learn::generate) static SECTIONS: TopicSpec = TopicSpec {
    name: "sections",
    about: "A file mapping lives as long as a handle or a view of it; its name goes with the last handle.",
    lesson: "A view is a reference without a handle: it keeps the mapping, but neither its name nor a table entry.",
    plots: &[
        // One process has a handle, or a handle and a view.
        Plot {
            cast: 1,
            opening: &[MAP, VIEW.by(By::One(0)).times(Times::Steps(-1)), OTHER_MAP],
            solution: &[LET_GO],
            after: &[],
            shows: &[Shows::Death],
            levels: (1, 2),
        },
        // Another one will end.
        Plot {
            cast: 2,
            opening: &[
                MAP,
                VIEW.by(By::One(0)),
                OPENED_MAP,
                VIEW.by(By::One(1)),
                OTHER_MAP.times(Times::Distractors),
            ],
            solution: &[LET_GO.by(By::One(0))],
            after: &[END.by(By::One(1))],
            shows: &[Shows::Death],
            levels: (3, 3),
        },
        // Two have it, and a third will end.
        Plot {
            cast: 3,
            opening: &[
                MAP,
                VIEW.by(By::One(0)),
                OPENED_MAP.by(By::One(1)),
                VIEW.by(By::One(1)).times(Times::Steps(-3)),
                OPENED_MAP.by(By::One(2)),
                VIEW.by(By::One(2)),
                OTHER_MAP,
            ],
            solution: &[LET_GO.by(By::Not(2))],
            after: &[END.by(By::One(2))],
            shows: &[Shows::Death],
            levels: (4, 5),
        },
    ],
    quiz: Quiz {
        title: "Handles, views, names",
        cast: 2,
        opening: &[MAP, OPENED_MAP, VIEW.by(By::One(0))],
        questions: &[scene(&[
            ("MapViewOfFile", 4),
            ("UnmapViewOfFile", 3),
            ("CloseHandle", 6),
            ("OpenFileMapping", 4),
            ("CreateFileMapping", 1),
        ])
        .of(&[Kind::Mapping])
        .with(&[
            NAMED,
            PRIVATE,
            ("hFile", Given::Numbers(&[u64::MAX])),
            ("flProtect", Given::Numbers(&[4])),
            ("dwMaximumSizeHigh", Given::Always),
            ("dwMaximumSizeLow", Given::Numbers(&[4096])),
            ("dwDesiredAccess", Given::Numbers(&[4, 2])),
            ("dwFileOffsetHigh", Given::Never),
            ("dwFileOffsetLow", Given::Never),
            ("dwNumberOfBytesToMap", Given::Never),
        ])
        .hostile(20)
        .must(Must::Anything)
        .times(Times::Questions)],
    },
    tempting: &["OpenFileMapping", "MapViewOfFile", "DuplicateHandle", "SetHandleInformation"],
};
