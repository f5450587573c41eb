//! What is a real system not asked, and why?
//!
//! Every restriction is a row of this one table. Some things no program can ask. Others Wine is known to answer otherwise
//! than Windows: those rows name the fact that says what Windows does, and where that is known from; the model follows
//! Windows. A row never hides more than its condition says, and each program counts how often each row applied.

use super::mirror::{self, Mirror};
use super::question::Question;
use crate::kernel::{Arg, ObjectType, Status};
use crate::testing::picture::{ObjectView, State};

/// Why a call is not made.
#[derive(Clone, Copy)]
pub struct Rule {
    /// What it is called.
    pub name: &'static str,
    /// The row of the facts that says what Windows does; empty if it is about asking alone.
    pub fact: &'static str,
    /// The reason: what Windows does and Wine does not, or why nobody can ask.
    pub about: &'static str,
    /// Where it is known from what Windows does.
    pub source: &'static str,
    applies: fn(&Question<'_>, &Mirror) -> bool,
}

const DOCUMENTED: &str = "documented by Microsoft";
const TESTED: &str = "Wine's test suite asserts it of Windows";
const LISTS: &str = "Chromium's and Microsoft's own tests of handle lists, as the facts cite them";
const REACTOS: &str = "ReactOS's code; not seen on Windows";
const INFERRED: &str = "inferred; not seen on Windows";

const OPENING: &[&str] = &[
    "OpenEvent",
    "OpenMutex",
    "OpenSemaphore",
    "OpenWaitableTimer",
    "OpenJobObject",
    "OpenFileMapping",
    "OpenProcess",
    "OpenThread",
];
/// The generic rights and MAXIMUM_ALLOWED, which stand for rights of the type.
const MAPPED: u32 = 0xF200_0000;
const SYSTEM_SECURITY: u32 = 0x0100_0000;
const SAME_ACCESS: u32 = 2;
const SYNCHRONIZE: u32 = 0x10_0000;
const HALF: u64 = 0xFFFF_FFFF;

/// The table. A call is counted for the first row that applies.
pub const RULES: &[Rule] = &[
    // What nobody can ask.
    Rule {
        name: "an unknown value",
        fact: "",
        about: "The model knows a handle that no call told anybody, so nobody knows its real value.",
        source: "",
        applies: |question, mirror| question.line(mirror).is_err(),
    },
    Rule {
        name: "a standard handle that means something else",
        fact: "",
        about: "The value of a standard handle was closed or given again, and values differ from system to system.",
        source: "",
        applies: standard_is_unclear,
    },
    // Duplicating.
    Rule {
        name: "no target, and the source is closed",
        fact: "3.03",
        about: "The source is closed and the call succeeds; Wine fails with 6, and in another process leaves the source open.",
        source: DOCUMENTED,
        applies: |question, _| {
            question.duplication().is_some_and(|all| all.target == 0 && all.options & 1 != 0)
        },
    },
    Rule {
        name: "no target",
        fact: "3.04",
        about: "The call answers 87; Wine answers 6.",
        source: REACTOS,
        applies: |question, _| question.duplication().is_some_and(|all| all.target == 0),
    },
    Rule {
        name: "a pseudohandle in another source process",
        fact: "3.13",
        about: "The pseudohandle -1 in another source process is that process; Wine takes the caller itself.",
        source: DOCUMENTED,
        applies: |question, _| {
            question
                .duplication()
                .is_some_and(|all| (all.source as i64) < 0 && all.source_process != u64::MAX)
        },
    },
    Rule {
        name: "a file's duplicate with more rights",
        fact: "3.19",
        about: "A file's duplicate never has more rights than its source: 5. Wine grants them.",
        source: TESTED,
        applies: |question, _| {
            question.duplication().is_some_and(|all| {
                all.options & SAME_ACCESS == 0 && question.source_type() == Some(ObjectType::File)
            }) && question.failure() == Some(Status::AccessDenied)
        },
    },
    Rule {
        name: "a duplicate with rights that there are not",
        fact: "3.22",
        about: "Bits that the type has no right for are refused; Wine duplicates.",
        source: "Wine's test suite asserts it of Windows for reserved bits; by analogy with opening for the others",
        applies: |question, _| {
            let valid = question.source_type().map_or(0, |of_type| of_type.spec().valid_access.0) | MAPPED;
            question
                .duplication()
                .is_some_and(|all| all.options & SAME_ACCESS == 0 && all.access & !valid != 0)
        },
    },
    Rule {
        name: "a duplicate out of another process that nobody wants to know",
        fact: "3.06",
        about: "Without a place for the value the handle is made all the same; Wine answers 998.",
        source: TESTED,
        applies: |question, _| {
            let wants = ["lpTargetHandle", "TargetHandle"].iter().any(|name| question.request.given(name));
            !wants && question.duplication().is_some_and(|all| all.source_process != u64::MAX)
        },
    },
    Rule {
        name: "the source's attributes",
        fact: "3.27",
        about: "DUPLICATE_SAME_ATTRIBUTES keeps the flags; Wine ignores it.",
        source: REACTOS,
        applies: |question, _| question.duplication().is_some_and(|all| all.options & 4 != 0),
    },
    Rule {
        name: "a duplicate that is protected from the start",
        fact: "3.28",
        about: "OBJ_PROTECT_CLOSE is honoured; Wine honours OBJ_INHERIT alone.",
        source: REACTOS,
        applies: |question, _| {
            question.is(&["NtDuplicateObject"]) && question.request.dword("HandleAttributes") & 1 != 0
        },
    },
    Rule {
        name: "a duplicate out of a process that has ended",
        fact: "3.38",
        about: "A source process that has ended has no table: 5. Wine answers 6.",
        source: REACTOS,
        applies: |question, _| {
            question.duplication().is_some_and(|all| question.has_ended(all.source_process))
        },
    },
    // Creating processes.
    Rule {
        name: "inheritable handles to a new process",
        fact: "5.15",
        about: "bInheritHandle of the process's and the thread's attributes makes the handles inheritable; Wine ignores it.",
        source: DOCUMENTED,
        applies: |question, _| {
            question.request.flag("lpProcessAttributes.bInheritHandle")
                || question.request.flag("lpThreadAttributes.bInheritHandle")
        },
    },
    Rule {
        name: "standard handles of a new process",
        fact: "5.18-5.24",
        about: "Which standard handles a child gets depends on how it is created; Wine duplicates and passes on others.",
        source: LISTS,
        applies: |question, _| {
            let own = question.before.processes.get(&question.own());
            question.is(&["CreateProcess"])
                && (own.is_some_and(|own| own.standard != [0; 3])
                    || ["hStdInput", "hStdOutput", "hStdError"]
                        .iter()
                        .any(|name| question.request.given(name)))
        },
    },
    Rule {
        name: "a detached process",
        fact: "5.22",
        about: "Its standard handles are NULL; Wine gives it handles to its parent.",
        source: LISTS,
        applies: |question, _| {
            question.is(&["CreateProcess"]) && question.request.dword("dwCreationFlags") & 8 != 0
        },
    },
    Rule {
        name: "an empty handle list",
        fact: "5.26",
        about: "It is refused with 24; Wine accepts it.",
        source: LISTS,
        applies: |question, _| question.request.list("handleList").is_some_and(<[u64]>::is_empty),
    },
    Rule {
        name: "a handle list without inheritance",
        fact: "5.32",
        about: "It is refused with 87; Wine ignores the list.",
        source: LISTS,
        applies: |question, _| {
            question.request.list("handleList").is_some() && !question.request.flag("bInheritHandles")
        },
    },
    Rule {
        name: "NULL in a handle list",
        fact: "5.33",
        about: "Nothing is inherited; Wine passes over the NULL alone.",
        source: LISTS,
        applies: |question, _| question.request.list("handleList").is_some_and(|list| list.contains(&0)),
    },
    Rule {
        name: "a listed handle that cannot be inherited",
        fact: "5.30 5.31",
        about: "A listed handle that is not inheritable, or a pseudohandle, fails with 87; Wine skips it.",
        source: LISTS,
        applies: |question, _| {
            question.request.list("handleList").is_some()
                && question.failure() == Some(Status::InvalidParameter)
        },
    },
    // Opening.
    Rule {
        name: "opening without any wish",
        fact: "6.18 7.10",
        about: "Opening with access 0 is refused with 5; Wine opens.",
        source: TESTED,
        applies: |question, _| question.is(OPENING) && question.request.dword("dwDesiredAccess") == 0,
    },
    Rule {
        name: "opening with rights that there are not",
        fact: "7.12",
        about: "Opening with a bit that the type has no right for is refused; Wine opens.",
        source: TESTED,
        applies: |question, _| {
            let refused = [Some(Status::AccessDenied), Some(Status::PrivilegeNotHeld)];
            question.is(OPENING) && refused.contains(&question.failure())
        },
    },
    Rule {
        name: "a file with rights that there are not",
        fact: "7.12",
        about: "ACCESS_SYSTEM_SECURITY needs a privilege; Wine opens.",
        source: TESTED,
        applies: |question, _| {
            question.is(&["CreateFile"]) && question.request.dword("dwDesiredAccess") & SYSTEM_SECURITY != 0
        },
    },
    Rule {
        name: "truncating without GENERIC_WRITE",
        fact: "11.19",
        about: "TRUNCATE_EXISTING needs GENERIC_WRITE: 87. Wine does not look.",
        source: DOCUMENTED,
        applies: |question, _| {
            question.is(&["CreateFile"])
                && question.request.dword("dwCreationDisposition") == 5
                && question.request.dword("dwDesiredAccess") & 0x4000_0000 == 0
        },
    },
    // Names and the lives of objects.
    Rule {
        name: "making objects permanent",
        fact: "6.04",
        about: "Wine has no NtMakePermanentObject.",
        source: DOCUMENTED,
        applies: |question, _| question.is(&["NtMakePermanentObject"]),
    },
    Rule {
        name: "a name while somebody waits for an object without handles",
        fact: "6.02",
        about: "The name goes with the last handle; Wine keeps it while a wait holds the object.",
        source: DOCUMENTED,
        applies: waits_without_handles,
    },
    Rule {
        name: "deleting a mapped file",
        fact: "6.08",
        about: "A mapped file cannot be deleted in this model, as the native call is documented; Wine deletes it.",
        source: INFERRED,
        applies: |question, _| question.failure() == Some(Status::CannotDelete),
    },
    Rule {
        name: "a file's name while a deleted file is open",
        fact: "11.24",
        about: "The name of a deleted file is gone at once; Wine keeps it until the last handle is closed.",
        source: TESTED,
        applies: |question, _| {
            let opens = question.before.files.values().flat_map(|file| &file.opens);
            let named: Vec<u32> = opens.map(|(object, ..)| *object).collect();
            let is_nameless = |(number, object): (&u32, &ObjectView)| {
                matches!(object.state, State::File { .. }) && object.handles > 0 && !named.contains(number)
            };
            question.request.given("lpFileName") && question.before.objects.iter().any(is_nameless)
        },
    },
    // Processes and threads.
    Rule {
        name: "closing the job that one is in",
        fact: "2.17",
        about: "With the last handle of a job that ends its members the caller ends too; Wine's server breaks down.",
        source: DOCUMENTED,
        applies: |question, _| {
            let ends =
                ["ExitProcess", "ExitThread", "TerminateProcess", "TerminateThread", "TerminateJobObject"];
            let own = question.after.processes.get(&question.own());
            own.is_none_or(|own| own.exit_code.is_some()) && !question.is(&ends)
        },
    },
    Rule {
        name: "suspending oneself",
        fact: "",
        about: "A thread that suspends itself can tell nothing until somebody lets it go on.",
        source: "",
        applies: |question, _| {
            let own = question.after.threads.get(&question.deed.actor.thread);
            own.is_some_and(|own| own.suspend_count > 0)
        },
    },
    Rule {
        name: "the number of open handles",
        fact: "11.03",
        about: "GetProcessHandleCount tells the number of handles; Wine's always tells the same.",
        source: DOCUMENTED,
        applies: |question, _| question.is(&["GetProcessHandleCount"]),
    },
    Rule {
        name: "ending a process that has ended",
        fact: "6.36",
        about: "TerminateProcess on a process that has ended answers 5; Wine answers TRUE.",
        source: DOCUMENTED,
        applies: |question, _| {
            question.is(&["TerminateProcess"]) && question.has_ended(question.request.number("hProcess"))
        },
    },
    Rule {
        name: "closing from outside what somebody waits for",
        fact: "2.22 3.35",
        about: "A wait holds the object and goes on; Wine has the waiting thread close the handle, and the wait fails.",
        source: REACTOS,
        applies: |question, _| {
            let closing =
                question.duplication().filter(|all| all.options & 1 != 0 && all.source_process != u64::MAX);
            let source = closing.and_then(|all| question.entry_of(question.own(), all.source_process));
            let waits = |process: u32| {
                question
                    .before
                    .threads
                    .values()
                    .any(|thread| thread.process == process && thread.waits_for.is_some())
            };
            source.is_some_and(|process| waits(process.object))
        },
    },
    // Using objects.
    Rule {
        name: "signaling one thing and waiting for another, both impossible",
        fact: "8.26",
        about: "What is to be signaled is looked at first; Wine looks first at what is waited for.",
        source: REACTOS,
        applies: |question, _| {
            let waitable =
                question.entry("hObjectToWaitOn").is_some_and(|entry| entry.access & SYNCHRONIZE != 0);
            question.is(&["SignalObjectAndWait"]) && question.failure().is_some() && !waitable
        },
    },
    Rule {
        name: "a mapping of NULL",
        fact: "",
        about: "Whether NULL means the paging file is not settled here; Wine takes it so.",
        source: "",
        applies: |question, _| question.is(&["CreateFileMapping"]) && question.request.number("hFile") == 0,
    },
    Rule {
        name: "a standard handle's number with its sign",
        fact: "2.15",
        about: "Only the lower half of the number counts; Wine knows it in the caller's 32 bits alone.",
        source: INFERRED,
        applies: |question, _| {
            let is_signed = |arg: &Arg| matches!(arg, Arg::Number(number) if mirror::slot(*number).is_some() && *number > HALF);
            !question.is(&["GetStdHandle", "SetStdHandle"])
                && question.request.args.iter().any(|(_, arg)| is_signed(arg))
        },
    },
    Rule {
        name: "a timer that ticks backwards",
        fact: "9.07",
        about: "A negative period answers 87; Wine does not look.",
        source: DOCUMENTED,
        applies: |question, _| {
            question.is(&["SetWaitableTimer"]) && (question.request.dword("lPeriod") as i32) < 0
        },
    },
    Rule {
        name: "making an object temporary without DELETE",
        fact: "6.04",
        about: "It answers STATUS_ACCESS_DENIED; Wine does not look.",
        source: "NTDOC",
        applies: |question, _| {
            question.is(&["NtMakeTemporaryObject"]) && question.failure() == Some(Status::AccessDenied)
        },
    },
    Rule {
        name: "peeking into a file",
        fact: "",
        about: "What Windows answers is not settled here; Wine answers 50.",
        source: "",
        applies: |question, _| {
            question.is(&["PeekNamedPipe"]) && question.failure() == Some(Status::InvalidParameter)
        },
    },
    Rule {
        name: "a view beyond the end",
        fact: "9.09",
        about: "STATUS_INVALID_VIEW_SIZE becomes 5; Wine answers 87.",
        source: REACTOS,
        applies: |question, _| question.failure() == Some(Status::InvalidViewSize),
    },
    Rule {
        name: "a view without the right and at a bad offset",
        fact: "9.09",
        about: "The handle is looked at before the offset: 5. Wine answers 1132.",
        source: REACTOS,
        applies: |question, _| {
            question.is(&["MapViewOfFile"])
                && question.request.dword("dwFileOffsetLow") & 0xFFFF != 0
                && matches!(
                    question.failure(),
                    Some(Status::AccessDenied | Status::InvalidHandle | Status::ObjectTypeMismatch)
                )
        },
    },
    Rule {
        name: "releasing nothing",
        fact: "8.18",
        about: "Releasing 0 or fewer permits answers 87; Wine does not look.",
        source: DOCUMENTED,
        applies: |question, _| {
            question.is(&["ReleaseSemaphore"]) && question.request.dword("lReleaseCount") as i32 <= 0
        },
    },
    Rule {
        name: "a view to execute",
        fact: "9.09",
        about: "It needs SECTION_MAP_EXECUTE; Wine does not look.",
        source: DOCUMENTED,
        applies: |question, _| {
            question.is(&["MapViewOfFile"])
                && question.request.dword("dwDesiredAccess") & 0x20 != 0
                && question.failure() == Some(Status::AccessDenied)
        },
    },
    // Waiting.
    Rule {
        name: "pseudohandles in WaitForMultipleObjects",
        fact: "6.47",
        about: "A pseudohandle in WaitForMultipleObjects fails with 6; Wine allows it.",
        source: TESTED,
        applies: |question, _| {
            question.is(&["WaitForMultipleObjects"])
                && question
                    .request
                    .list("lpHandles")
                    .is_some_and(|list| list.iter().any(|value| (*value as i64) < 0))
        },
    },
    Rule {
        name: "waiting for all with one object twice",
        fact: "8.22",
        about: "It answers 87; Wine does not check.",
        source: REACTOS,
        applies: |question, _| question.failure() == Some(Status::InvalidParameterMix),
    },
];

/// The row because of which a call is not made.
pub(super) fn rule(question: &Question<'_>, mirror: &Mirror) -> Option<&'static Rule> {
    RULES.iter().find(|rule| (rule.applies)(question, mirror))
}

fn standard_is_unclear(question: &Question<'_>, mirror: &Mirror) -> bool {
    let own = question.own();
    let is_unclear = |slot| mirror.standard(question.before, own, slot).is_err();
    let names_a_slot = |number: u64| number > u64::MAX - 12 || question.is(&["GetStdHandle"]);
    let numbers = question.request.args.iter().filter_map(|(_, arg)| match arg {
        Arg::Number(number) if names_a_slot(*number) => Some(*number),
        _ => None,
    });
    numbers.filter_map(mirror::slot).any(is_unclear)
}

fn waits_without_handles(question: &Question<'_>, _: &Mirror) -> bool {
    let is_named = ["lpName", "lpTimerName"].iter().any(|name| question.request.given(name));
    let waited_for = question.before.threads.values().filter_map(|thread| thread.waits_for.as_ref());
    let mut objects =
        waited_for.flat_map(|(objects, _)| objects).filter_map(|number| question.before.objects.get(number));
    is_named
        && objects
            .any(|object| object.handles == 0 && !matches!(object.state, State::Process | State::Thread))
}
