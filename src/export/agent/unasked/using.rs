//! Where does Wine use and wait for objects otherwise than Windows?

use super::{DOCUMENTED, INFERRED, REACTOS, Rule, TESTED};
use crate::export::agent::mirror;
use crate::kernel::{Arg, ObjectType, Status};
use crate::testing::picture::State;

const SYNCHRONIZE: u32 = 0x10_0000;
const HALF: u64 = 0xFFFF_FFFF;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "signaling one thing and waiting for another, both impossible",
        fact: "8.26",
        about: "What is to be signaled is looked at first; Wine looks first at what is waited for.",
        source: "ReactOS's code (NtSignalAndWaitForSingleObject); not seen on Windows",
        applies: |question, _| {
            let waitable =
                question.entry("hObjectToWaitOn").is_some_and(|entry| entry.access & SYNCHRONIZE != 0);
            question.is(&["SignalObjectAndWait"]) && question.failure().is_some() && !waitable
        },
    },
    Rule {
        name: "signaling a mutex without SYNCHRONIZE",
        fact: "8.26",
        about: "Whether the caller owns the mutex is all that counts: 288 if not. Wine answers 5.",
        source: "documented by Microsoft of SignalObjectAndWait",
        applies: |question, _| {
            let is_mutex = question
                .object("hObjectToSignal")
                .is_some_and(|object| object.object_type == ObjectType::Mutant);
            let entry = question.entry("hObjectToSignal");
            is_mutex && entry.is_some_and(|entry| entry.access & SYNCHRONIZE == 0)
        },
    },
    Rule {
        name: "signaling and waiting for the same",
        fact: "8.26",
        about: "The two are no single act, so others that wait may come first, as they do in this model; in Wine the caller may.",
        source: "documented by Microsoft of SignalObjectAndWait",
        applies: |question, _| {
            let both = (question.entry("hObjectToSignal"), question.entry("hObjectToWaitOn"));
            matches!(both, (Some(first), Some(second)) if first.object == second.object)
        },
    },
    Rule {
        name: "waiting for a process or its thread, whichever ends first",
        fact: "6.27",
        about: "The process is signaled before its last thread; Wine does it the other way round.",
        source: REACTOS,
        applies: |question, _| {
            let list = question.request.list("lpHandles").unwrap_or_default();
            let entries = list.iter().filter_map(|value| question.entry_of(question.own(), *value));
            let objects: Vec<u32> = entries.map(|entry| entry.object).collect();
            let process = |object: &u32| question.before.threads.get(object).map(|thread| thread.process);
            let both = objects.iter().filter_map(process).any(|process| objects.contains(&process));
            both && !question.request.flag("bWaitAll")
        },
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
        name: "closing a pseudohandle of 32 bits",
        fact: "1.10",
        about: "A value whose upper half is lost names nothing: 6. Wine looks at the lower half alone and closes it.",
        source: TESTED,
        applies: |question, _| {
            let value = question.request.number("hObject") | question.request.number("Handle");
            question.is(&["CloseHandle", "NtClose"]) && (0xFFFF_FFFA..=HALF).contains(&value)
        },
    },
    Rule {
        name: "the pseudohandles of tokens",
        fact: "1.07",
        about: "-4, -5 and -6 name tokens, which this model does not have.",
        source: TESTED,
        applies: |question, _| {
            let is_token = |value: u64| (-6..=-4).contains(&(value as i64));
            !question.is(&["CloseHandle", "NtClose"])
                && question.request.args.iter().any(|(_, arg)| match arg {
                    Arg::Number(number) => is_token(*number),
                    Arg::List(list) => list.iter().any(|value| is_token(*value)),
                    _ => false,
                })
        },
    },
    Rule {
        name: "the flags of a standard handle by its number",
        fact: "4.08",
        about: "The number means the standard handle; Wine knows that in CloseHandle and DuplicateHandle alone.",
        source: REACTOS,
        applies: |question, _| {
            question.is(&["GetHandleInformation", "SetHandleInformation"])
                && mirror::slot(question.request.number("hObject")).is_some()
        },
    },
    Rule {
        name: "the number of a standard handle that cannot be closed",
        fact: "2.15",
        about: "Closed by its number a standard handle becomes NULL; whether it does where closing fails is not settled. Wine forgets it, this model does not.",
        source: "",
        applies: |question, _| {
            let own = question.before.processes.get(&question.own());
            let slot = mirror::slot(question.request.number("hObject"));
            let value = own.zip(slot).and_then(|(own, slot)| own.standard.get(slot));
            question.is(&["CloseHandle"])
                && question.failure().is_some()
                && value.is_some_and(|value| *value != 0)
        },
    },
    Rule {
        name: "a timer that ticks backwards",
        fact: "",
        about: "A negative period answers 87; Wine does not look.",
        source: "documented by Microsoft of SetWaitableTimer",
        applies: |question, _| {
            question.is(&["SetWaitableTimer"]) && (question.request.dword("lPeriod") as i32) < 0
        },
    },
    Rule {
        name: "setting an auto-reset timer whose time has come",
        fact: "",
        about: "Setting a timer makes it unsignaled; Wine leaves an auto-reset timer signaled.",
        source: "ReactOS's code (KeSetTimerEx); not seen on Windows",
        applies: |question, _| {
            let timer = question.object("hTimer").map(|timer| &timer.state);
            question.is(&["SetWaitableTimer"])
                && matches!(timer, Some(State::Timer { manual_reset: false, signaled: true, .. }))
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
        name: "releasing nothing",
        fact: "8.18",
        about: "Releasing 0 or fewer permits answers 87; Wine does not look.",
        source: DOCUMENTED,
        applies: |question, _| {
            question.is(&["ReleaseSemaphore"]) && question.request.dword("lReleaseCount") as i32 <= 0
        },
    },
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
