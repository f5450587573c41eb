//! What do the words and signs of the scenario language mean?

use super::page::{Block, Page, PageKind};
use crate::scenario::eye::OBJECT;
use crate::scenario::keyword::Keyword;
use crate::scenario::misuse::Class;

/// A sign, or a word that does not start a line.
#[derive(Debug)]
pub struct Sign {
    /// The sign itself.
    pub name: &'static str,
    /// What it means.
    pub about: &'static str,
    /// A tiny scenario that has it; may be empty.
    pub example: &'static str,
}

/// Every sign that has a page.
pub const SIGNS: &[Sign] = &[
    Sign {
        name: ":",
        about: "Stands behind whoever makes a step: a process, or a thread of it as `process.thread`. Without a thread the \
                first one is meant. Inside the parentheses of a call it stands behind the name of a parameter.",
        example: "process parent\nparent: hEvent = CreateEvent(bManualReset: TRUE)\n",
    },
    Sign {
        name: "=",
        about: "Puts the answer of a call, or a value, into a variable. Variables belong to the process that makes the step; \
                other processes read them as `process.variable`.",
        example: "process parent, child\nparent: hEvent = CreateEvent()  => HANDLE\nchild: h = parent.hEvent\n",
    },
    Sign {
        name: "=>",
        about: "Stands in front of the answer that is expected: a value, and behind it the error if you like. If another \
                answer comes, the run fails. A step without it may answer anything.",
        example: "process p\np: CloseHandle(0x4)  => FALSE ERROR_INVALID_HANDLE\n",
    },
    Sign {
        name: "?",
        about: "Behind `=>`: the answer is to be predicted by whoever reads the file.",
        example: "process p\np: CloseHandle(NULL)  => ?\n",
    },
    Sign {
        name: "&",
        about: "Gives a call a variable to fill, as in C. It fills the next out parameter that is still free.",
        example: "process p\np: CreatePipe(&hRead, &hWrite)  => TRUE\ncheck valid(p, p.hRead)\n",
    },
    Sign {
        name: "|",
        about: "Joins rights or flags. It binds tighter than comparisons.",
        example: "process p\n\
                  p: h = CreateEvent(lpName: \"Ready\")  => HANDLE\n\
                  p: again = OpenEvent(SYNCHRONIZE | EVENT_MODIFY_STATE, lpName: \"Ready\")  => HANDLE\n\
                  check access(p, p.again) == SYNCHRONIZE | EVENT_MODIFY_STATE\n",
    },
    Sign {
        name: ".",
        about: "Leads from a process to what belongs to it: `parent.hEvent` is its variable, `parent.worker` its thread, \
                `parent.pid` its id. Behind a variable it leads to a field: `pi.hProcess`.",
        example: "process parent\n\
                  parent: CreateProcess(\"child\", &pi)  => TRUE\n\
                  check valid(parent, parent.pi.hProcess)\n",
    },
    Sign {
        name: "==",
        about: "Compares two values in a check. The others are !=, <, <=, > and >=. Conditions are joined with && (and) and \
                || (or), and ! turns one into its opposite.",
        example: "process p\ncheck open_handles(p) == 0 && running(p)\n",
    },
    Sign {
        name: "//",
        about: "Starts a comment, which is for whoever reads the file. It may follow a step.",
        example: "process p\np: h = CreateEvent()  // a comment\n",
    },
    Sign {
        name: "///",
        about: "Starts narration, which belongs to the next step or check. Every view shows it.",
        example: "process p\n/// The event is made.\np: h = CreateEvent()  => HANDLE\n",
    },
    Sign {
        name: "[",
        about: "Puts handles into an array: `[h1, h2]`. It brings its own length, which is not written.",
        example: "process p\n\
                  p: h1 = CreateEvent()  => HANDLE\n\
                  p: h2 = CreateEvent(bInitialState: TRUE)  => HANDLE\n\
                  p: WaitForMultipleObjects([h1, h2], FALSE, 0)  => WAIT_OBJECT_0 + 1\n",
    },
    Sign {
        name: "HANDLE",
        about: "Behind `=>`: any handle, whatever its value, but neither NULL nor INVALID_HANDLE_VALUE.",
        example: "process p\np: h = CreateEvent()  => HANDLE\n",
    },
    Sign { name: "ADDRESS", about: "Behind `=>`: any address but NULL.", example: "" },
    Sign {
        name: OBJECT,
        about: "object(PROCESS, VALUE) stands in a question in the place of an object: what the value names in the process's \
                table now. A variable alone means what it named when it was last assigned.",
        example: "process parent, child\n\
                  parent: hEvent = CreateEvent(bInheritHandle: TRUE)  => HANDLE\n\
                  parent: CreateProcess(\"heir\", bInheritHandles: TRUE)  => TRUE\n\
                  check same_object(object(heir, parent.hEvent), parent.hEvent)\n\
                  check dead(object(child, parent.hEvent))\n",
    },
    Sign {
        name: "pid",
        about: "process.pid is the id of a process: a number by which other processes find it.",
        example: "process p, q\np: h = OpenProcess(SYNCHRONIZE, FALSE, q.pid)  => HANDLE\n",
    },
];

pub(super) fn sign_page(sign: &'static Sign) -> Page {
    let others = SIGNS.iter().map(|other| other.name).filter(|name| *name != sign.name);
    Page::new(sign.name, PageKind::Word, sign.about)
        .section("Example", [Block::code(sign.example)])
        .section("Other signs", [Block::names(others)])
}

pub(super) fn keyword_page(keyword: Keyword) -> Page {
    let others = Keyword::ALL.iter().filter(|other| **other != keyword).map(|other| other.word());
    Page::new(keyword.word(), PageKind::Word, about(keyword))
        .section("How it is written", [Block::code(format!("{}\n", keyword.example()))])
        .section("Example", [Block::code(example(keyword))])
        .section("What can stand behind it", [Block::names(behind(keyword))])
        .section("Other words", [Block::names(others)])
}

/// The names behind a word, if there is a list of them.
fn behind(keyword: Keyword) -> impl Iterator<Item = &'static str> {
    let classes = (keyword == Keyword::Misuse).then_some(Class::ALL);
    classes.into_iter().flatten().map(|class| class.name())
}

fn about(keyword: Keyword) -> &'static str {
    match keyword {
        Keyword::Version => {
            "The version of the format in which the file is written. The line may be left out."
        }
        Keyword::Title => "Says in one line what the scenario shows. Every view puts it above the run.",
        Keyword::Process => {
            "Names processes that exist from the start: each with an empty handle table and one thread. All others are created \
             by a call, later in the file."
        }
        Keyword::Option => {
            "Chooses what the model does where versions of Windows differ, or where nobody knows for sure. It stands before \
             the first step."
        }
        Keyword::Check => {
            "Asks the kernel's eye, which sees all tables and counts that programs never see. What stands behind it must be \
             true at this point of the file, or the run fails."
        }
        Keyword::Always => {
            "Says what must be true in every state from the start to the end, wherever the line stands."
        }
        Keyword::Finally => {
            "Says what must be true at the end; when all orders of the steps are explored, at the end of each."
        }
        Keyword::Misuse => {
            "Says of the step below that it misuses a handle, and is meant to: behind the word stand the kinds of misuse, with \
             commas between them. `run --deny` does not fail for these, and every view calls them meant. If a misuse that is \
             named does not happen there, the run fails."
        }
        Keyword::Exercise => {
            "Starts an exercise. Directly below it stand its task, its rules, its hints and its goals; further down a gap \
             between `begin` and `end`, which the student fills. `handlelab try FILE` says how far it is solved."
        }
        Keyword::Begin => {
            "Opens the gap of an exercise: what follows is the student's, up to `end`. Goals, and lines behind the gap, may \
             speak of variables that only the gap sets and of processes and threads that only it creates."
        }
        Keyword::End => "Closes the gap of an exercise.",
        Keyword::Task => "Says what the student of an exercise shall do.",
        Keyword::Allow => "Names the only calls that the gap of an exercise may use.",
        Keyword::Forbid => "Names calls that the gap of an exercise may not use.",
        Keyword::Require => "Names calls that must happen in the gap of an exercise.",
        Keyword::Limit => "Says how many steps the gap of an exercise may have.",
        Keyword::Hint => {
            "Helps the student of an exercise. There may be several hints; they are shown one by one."
        }
        Keyword::Goal => {
            "Says what must be true at the end, so that the exercise is solved. There may be several goals."
        }
        Keyword::Hidden => {
            "`hidden goal` says what else must be true at the end. It is judged like any other goal, and whoever solves the \
             exercise never reads it: `author handout` leaves it out, and no report shows its text."
        }
        Keyword::Every => {
            "`every order` asks more of an exercise: its goals must hold at the end of every order in which the processes and \
             threads could take their steps, and not only in the order of the file."
        }
    }
}

/// A scenario that has the word.
pub(super) fn example(keyword: Keyword) -> &'static str {
    match keyword {
        Keyword::Version | Keyword::Title | Keyword::Process | Keyword::Option | Keyword::Check => {
            "handlelab 1\n\
             title \"A value is given to the next handle\"\n\
             process parent\n\
             option reuse = lowest\n\
             \n\
             parent: h = CreateEvent()  => 0x4\n\
             parent: CloseHandle(h)  => TRUE\n\
             parent: again = CreateEvent()  => 0x4\n\
             check !same_object(parent.h, parent.again)\n"
        }
        Keyword::Always | Keyword::Finally => {
            "process p\n\
             always open_handles(p) <= 2\n\
             finally open_handles(p) == 0\n\
             \n\
             p: h = CreateEvent()  => HANDLE\n\
             p: CloseHandle(h)  => TRUE\n"
        }
        Keyword::Misuse => {
            "process p\n\
             p: h = CreateEvent()  => HANDLE\n\
             p: CloseHandle(h)  => TRUE\n\
             misuse use-after-close\n\
             p: CloseHandle(h)  => FALSE ERROR_INVALID_HANDLE\n"
        }
        Keyword::Exercise
        | Keyword::Begin
        | Keyword::End
        | Keyword::Task
        | Keyword::Allow
        | Keyword::Forbid
        | Keyword::Require
        | Keyword::Limit
        | Keyword::Hint
        | Keyword::Goal
        | Keyword::Hidden
        | Keyword::Every => {
            "process p\n\
             \n\
             exercise\n  \
               task \"Make the event go, while the process goes on.\"\n  \
               allow CloseHandle, SetEvent\n  \
               forbid ExitProcess\n  \
               require CloseHandle\n  \
               limit 1 step\n  \
               hint \"The event lives as long as a handle to it is open.\"\n  \
               goal dead(p.h)\n  \
               hidden goal open_handles(p) == 0\n  \
               every order\n\
             \n\
             p: h = CreateEvent()  => HANDLE\n\
             begin\n\
             p: CloseHandle(h)\n\
             end\n"
        }
    }
}
