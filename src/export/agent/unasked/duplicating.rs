//! Where does Wine duplicate otherwise than Windows?

use super::{DOCUMENTED, REACTOS, RUN_ON_WINDOWS, Rule, TESTED};
use crate::kernel::{ObjectType, Status};

/// The generic rights and MAXIMUM_ALLOWED, which stand for rights of the type.
const MAPPED: u32 = 0xF200_0000;
const SAME_ACCESS: u32 = 2;

const MAXIMUM_ALLOWED: u32 = 0x0200_0000;

pub(super) const RULES: &[Rule] = &[
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
        about: "A file's duplicate never has more rights than its source, whatever MAXIMUM_ALLOWED means; Wine grants them.",
        source: TESTED,
        applies: |question, _| {
            let is_file = question.source_type() == Some(ObjectType::File);
            let is_refused = question.failure() == Some(Status::AccessDenied);
            question.duplication().is_some_and(|all| {
                is_file && all.options & SAME_ACCESS == 0 && (is_refused || all.access & MAXIMUM_ALLOWED != 0)
            })
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
        source: RUN_ON_WINDOWS,
        applies: |question, _| question.duplication().is_some_and(|all| all.options & 4 != 0),
    },
    Rule {
        name: "a duplicate that is protected from the start",
        fact: "3.28",
        about: "OBJ_PROTECT_CLOSE is honoured; Wine honours OBJ_INHERIT alone.",
        source: RUN_ON_WINDOWS,
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
];
