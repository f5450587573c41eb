//! Where does Wine use and wait for objects otherwise than Windows?

use super::{DOCUMENTED, INFERRED, REACTOS, Rule, TESTED};
use crate::export::agent::mirror;
use crate::kernel::{Arg, ObjectType, Status};
use crate::testing::picture::{EntryView, State};

const SYNCHRONIZE: u32 = 0x10_0000;
const HALF: u64 = 0xFFFF_FFFF;

pub(super) const RULES: &[Rule] = &[
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
        name: "a mapping of NULL",
        fact: "",
        about: "Whether NULL means the paging file is not settled here; Wine takes it so.",
        source: "",
        applies: |question, _| question.is(&["CreateFileMapping"]) && question.request.number("hFile") == 0,
    },
    Rule {
        name: "a mapping of a pipe",
        fact: "",
        about: "A pipe cannot be mapped: STATUS_INVALID_FILE_FOR_SECTION. Wine takes its handle for no handle to a file.",
        source: "documented by Microsoft of ZwCreateSection",
        applies: |question, _| {
            let file = question.object("hFile").map(|file| &file.state);
            question.is(&["CreateFileMapping"]) && matches!(file, Some(State::PipeEnd { .. }))
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
        source: DOCUMENTED,
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
        name: "reading and writing what is no file",
        fact: "1.24",
        about: "A handle to a file mapping is no handle to a file: 6. Wine reads and writes the file behind it.",
        source: TESTED,
        applies: |question, _| {
            question.is(&["ReadFile", "WriteFile", "PeekNamedPipe"])
                && question.failure() == Some(Status::ObjectTypeMismatch)
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
        name: "a timer that ticks backwards",
        fact: "9.07",
        about: "A negative period answers 87; Wine does not look.",
        source: DOCUMENTED,
        applies: |question, _| {
            question.is(&["SetWaitableTimer"]) && (question.request.dword("lPeriod") as i32) < 0
        },
    },
    Rule {
        name: "setting an auto-reset timer whose time has come",
        fact: "9.07",
        about: "Setting a timer makes it unsignaled; Wine leaves an auto-reset timer signaled.",
        source: REACTOS,
        applies: |question, _| {
            let timer = question.object("hTimer").map(|timer| &timer.state);
            question.is(&["SetWaitableTimer"])
                && matches!(timer, Some(State::Timer { manual_reset: false, signaled: true, .. }))
        },
    },
    Rule {
        name: "waiting for a file or a pipe",
        fact: "8.29",
        about: "Its handle is signaled as its reads and writes come and go, which tells nothing; Wine has it signaled at other moments.",
        source: DOCUMENTED,
        applies: |question, _| {
            let waits = ["WaitForSingleObject", "WaitForMultipleObjects", "SignalObjectAndWait"];
            let one = ["hHandle", "hObjectToWaitOn"].iter().filter_map(|param| question.entry(param));
            let list = question.request.list("lpHandles").unwrap_or_default();
            let several = list.iter().filter_map(|value| question.entry_of(question.own(), *value));
            let object = |entry: EntryView| question.before.objects.get(&entry.object);
            let mut objects = one.chain(several).filter_map(object);
            question.is(&waits) && objects.any(|object| object.object_type == ObjectType::File)
        },
    },
    Rule {
        name: "closing the end of a pipe at which somebody waits",
        fact: "11.12",
        about: "Whoever waits there goes on and what it had written stays; Wine takes that back. Windows may let the closing wait.",
        source: INFERRED,
        applies: |question, _| {
            let is_closed =
                |number: &u32| question.after.objects.get(number).is_none_or(|end| end.handles == 0);
            question.awaited_ends(|_| true).any(|end| is_closed(&end))
        },
    },
    Rule {
        name: "a pipe at whose end a suspended thread waits",
        fact: "",
        about: "Each end serves one call after another, so the next has to wait for the suspended thread's; Wine goes on without it.",
        source: "The Old New Thing, 22 August 2013; documented by Microsoft of PeekNamedPipe",
        applies: |question, _| {
            let mut ends = question.awaited_ends(|thread| thread.suspend_count > 0);
            let calls = ["ReadFile", "WriteFile", "PeekNamedPipe"];
            question.is(&calls) && ends.next().is_some()
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
