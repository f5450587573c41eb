use crate::learn::feedback::ShortfallKind::{self, *};
use crate::learn::gap::Gap;
use crate::learn::{Exercise, Limits, judge};

/// What is missing for a goal when a gap is filled so.
fn missing(goal: &str, gap: &str) -> (ShortfallKind, String) {
    let source = format!(
        "exercise\n  task \"t\"\n  goal {goal}\nprocess parent, child\n\
         parent: hEvent = CreateEvent(lpName: \"Ready\")\nparent: hMutex = CreateMutex()\nbegin\nend\n"
    );
    let exercise = Exercise::read(&source).unwrap();
    let text = gap.replace("; ", "\n") + "\n";
    let found = judge(&exercise, &Gap { text, first_line: 8, remarks: Vec::new() }, &Limits::default());
    assert!(!found.is_solved(), "{goal}: {found:?}");
    assert_eq!(found.findings[0].shortfalls.len(), 1, "{goal}: {found:?}");
    let shortfall = &found.findings[0].shortfalls[0];
    (shortfall.kind, shortfall.sentence.clone())
}

const OPEN: &str = "child: h = OpenEvent(SYNCHRONIZE, FALSE, \"Ready\")";

#[test]
fn every_kind_of_goal_tells_its_difference() {
    for (goal, gap, kind, sentence) in [
        (
            "access(child, child.h) == EVENT_MODIFY_STATE",
            "child: h = OpenEvent(SYNCHRONIZE | EVENT_MODIFY_STATE, FALSE, \"Ready\")",
            ExtraRights,
            "The handle exists but also carries SYNCHRONIZE.",
        ),
        (
            "access(child, child.h) == EVENT_MODIFY_STATE | SYNCHRONIZE",
            OPEN,
            MissingRights,
            "The handle exists but lacks EVENT_MODIFY_STATE.",
        ),
        (
            "access(child, child.h) == EVENT_MODIFY_STATE",
            OPEN,
            MissingRights,
            "The handle exists but lacks EVENT_MODIFY_STATE, and also carries SYNCHRONIZE.",
        ),
        (
            "access(child, child.h) & SYNCHRONIZE == 0",
            OPEN,
            ExtraRights,
            "The handle exists but also carries SYNCHRONIZE.",
        ),
        ("valid(child, child.h)", "child: g = 0x4", NeverSet, "No step gives `child.h` a value."),
        (
            "valid(child, child.h)",
            "child: h = OpenEvent(SYNCHRONIZE, FALSE, \"Steady\")",
            SetByFailure,
            "`child.h` is NULL: the call that should have filled it failed.",
        ),
        (
            "valid(child, child.h)",
            "child: h = GetCurrentProcess()",
            NoHandle,
            "`child.h` is a pseudohandle: it means whoever uses it, and stands in no table.",
        ),
        (
            "valid(child, parent.hEvent)",
            "child: h = parent.hEvent",
            OtherProcess,
            "The handle `parent.hEvent` to the Event \"Ready\" is in the table of parent, not of child.",
        ),
        (
            "valid(child, child.h)",
            "child: h = OpenEvent(SYNCHRONIZE, FALSE, \"Ready\"); child: CloseHandle(h)",
            HandleClosed,
            "child has no handle `child.h` to the Event \"Ready\"; handles to it: parent 0x4 (hEvent).",
        ),
        (
            "valid(parent, parent.hMutex)",
            "parent: CloseHandle(hMutex)",
            HandleClosed,
            "parent has no handle `parent.hMutex` any more; its object is gone with it.",
        ),
        (
            "!valid(child, child.h)",
            OPEN,
            StillThere,
            "child still has the handle; it names the Event \"Ready\".",
        ),
        ("inherits(child, child.h)", OPEN, Flag, "The handle exists but is not inheritable."),
        ("protected(child, child.h)", OPEN, Flag, "The handle exists but is not protected from closing."),
        (
            "!inherits(parent, parent.hEvent)",
            "parent: SetHandleInformation(hEvent, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT)",
            Flag,
            "The handle exists but is inheritable.",
        ),
        (
            "handles(parent.hEvent) == 1",
            OPEN,
            Count,
            "There are 2 handles to the Event \"Ready\", one too many: parent 0x4 (hEvent) and child 0x4 (h).",
        ),
        (
            "handles(parent.hMutex) >= 3",
            OPEN,
            Count,
            "There is 1 handle to the Mutex of `parent.hMutex`, 2 too few: parent 0x8 (hMutex).",
        ),
        (
            "pointers(parent.hEvent) == 1",
            OPEN,
            Count,
            "The pointer count of the Event \"Ready\" is 3, 2 too many: 2 handles and its name.",
        ),
        (
            "dead(parent.hEvent)",
            "parent: CloseHandle(hMutex)",
            StillThere,
            "The Event \"Ready\" is still there. What keeps it: handles of parent 0x4 (hEvent).",
        ),
        (
            "alive(parent.hEvent)",
            "parent: CloseHandle(hEvent)",
            Gone,
            "The object of `parent.hEvent` is gone.",
        ),
        (
            "named(\"Redy\")",
            OPEN,
            OtherName,
            "No object has the name \"Redy\"; there is the Event \"Ready\".",
        ),
        (
            "named(\"ready\")",
            OPEN,
            OtherName,
            "No object has the name \"ready\"; there is the Event \"Ready\", and capitals count.",
        ),
        ("named(\"Quite different\")", OPEN, NoSuchName, "No object has the name \"Quite different\"."),
        (
            "!named(\"Ready\")",
            OPEN,
            StillThere,
            "The name \"Ready\" is still taken. Handles to the Event \"Ready\": parent 0x4 (hEvent) and child 0x4 (h).",
        ),
        ("type(parent.hMutex) == \"Event\"", OPEN, OtherType, "`parent.hMutex` is a Mutex, not an Event."),
        ("signaled(parent.hEvent)", OPEN, State, "The Event \"Ready\" is not signaled."),
        (
            "owner(parent.hMutex) == parent",
            OPEN,
            State,
            "The Mutex of `parent.hMutex`: nobody owns it, not parent.",
        ),
        (
            "count(parent.hMutex) == 2",
            "parent: WaitForSingleObject(hMutex, 0)",
            Count,
            "The count of the Mutex of `parent.hMutex` is 1, one too few.",
        ),
        (
            "same_object(parent.hEvent, parent.hMutex)",
            OPEN,
            OtherObject,
            "`parent.hEvent` is the Event \"Ready\", and `parent.hMutex` is the Mutex of `parent.hMutex`.",
        ),
        (
            "same_object(object(child, parent.hEvent), parent.hEvent)",
            "child: h = 0x0",
            OtherProcess,
            "The handle `parent.hEvent` to the Event \"Ready\" is in the table of parent, not of child.",
        ),
        ("exited(child)", OPEN, Actor, "child still runs."),
        ("exit_code(child) == 3", "child: ExitProcess(5)", Actor, "child has ended with 5, not with 3."),
        ("running(child)", "child: ExitProcess(5)", Actor, "child has ended, with the exit code 5."),
        ("blocked(child)", OPEN, Actor, "child does not wait."),
        (
            "open_handles(child) == 0",
            OPEN,
            Count,
            "child has 1 open handle, one too many: 0x4 to the Event \"Ready\".",
        ),
        ("child.h == 0x8", OPEN, Value, "`child.h` is 0x4, not 0x8."),
        ("child.g == 0x8", OPEN, NeverSet, "No step gives `child.g` a value."),
        ("8 == child.h || child.h == 12", OPEN, Other, "Now child.h is 4."),
    ] {
        assert_eq!(missing(goal, gap), (kind, sentence.to_owned()), "{goal}");
    }
}

#[test]
fn of_several_facts_only_those_are_told_that_are_not_so() {
    let (kind, _) = missing("alive(parent.hEvent) && handles(parent.hEvent) == 2", "child: h = 0x4");
    assert_eq!(kind, Count);
    let (kind, _) = missing("!(dead(parent.hMutex) || alive(parent.hEvent))", "child: h = 0x4");
    assert_eq!(kind, StillThere);
}
