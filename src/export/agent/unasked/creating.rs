//! Where does Wine create processes and open objects otherwise than Windows?

use super::{DOCUMENTED, LISTS, Rule, TESTED};
use crate::kernel::Status;

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
const SYSTEM_SECURITY: u32 = 0x0100_0000;

pub(super) const RULES: &[Rule] = &[
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
        fact: "5.18 5.19 5.20 5.21 5.22 5.23 5.24",
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
        fact: "",
        about: "TRUNCATE_EXISTING needs GENERIC_WRITE: 87. Wine does not look.",
        source: "documented by Microsoft of CreateFile; the error itself is inferred",
        applies: |question, _| {
            question.is(&["CreateFile"])
                && question.request.dword("dwCreationDisposition") == 5
                && question.request.dword("dwDesiredAccess") & 0x4000_0000 == 0
        },
    },
];
