//! Where do names, processes and threads live otherwise in Wine than in Windows?

use super::{DOCUMENTED, INFERRED, REACTOS, Rule, TESTED};
use crate::kernel::{ObjectType, Status};
use crate::testing::picture::{ObjectView, State};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "making objects permanent",
        fact: "6.04",
        about: "Wine has no NtMakePermanentObject.",
        source: DOCUMENTED,
        applies: |question, _| question.is(&["NtMakePermanentObject"]),
    },
    Rule {
        name: "a name while an object without handles lives",
        fact: "6.02 11.28",
        about: "The name goes with the last handle; Wine keeps it while a wait, a view or a process holds the object.",
        source: DOCUMENTED,
        applies: |question, _| {
            let is_named = ["lpName", "lpTimerName"].iter().any(|name| question.request.given(name));
            let types = [ObjectType::Process, ObjectType::Thread, ObjectType::File];
            let mut objects = question.before.objects.values();
            is_named && objects.any(|object| object.handles == 0 && !types.contains(&object.object_type))
        },
    },
    Rule {
        name: "the name of a job whose processes have ended",
        fact: "11.28",
        about: "The name goes with the last handle; Wine keeps it as long as somebody has a handle to such a process.",
        source: DOCUMENTED,
        applies: |question, mirror| {
            let name = question.request.text("lpName").unwrap_or_default();
            let mut processes = question.before.processes.values();
            mirror.was_a_job(name)
                && !question.before.names.contains_key(name)
                && processes.any(|process| process.exit_code.is_some())
        },
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
        about: "The name of a deleted file is gone at once; Wine keeps it until its last handle and its last mapping are gone.",
        source: TESTED,
        applies: |question, _| {
            let opens = question.before.files.values().flat_map(|file| &file.opens);
            let named: Vec<u32> = opens.map(|(object, ..)| *object).collect();
            let is_nameless = |(number, object): (&u32, &ObjectView)| {
                matches!(object.state, State::File { .. }) && !named.contains(number)
            };
            question.request.given("lpFileName") && question.before.objects.iter().any(is_nameless)
        },
    },
    Rule {
        name: "the name of a file that goes with its last handle",
        fact: "11.23",
        about: "When the handle with FILE_FLAG_DELETE_ON_CLOSE is closed nobody can open the file any more; Wine still opens it.",
        source: "The Old New Thing, 8 January 2016",
        applies: |question, _| {
            let name = question.request.text("lpFileName").unwrap_or_default().to_lowercase();
            question.before.files.get(&name).is_some_and(|file| file.delete_pending)
        },
    },
    Rule {
        name: "deleting a file that goes with its last handle",
        fact: "11.23",
        about: "A file that is open with FILE_FLAG_DELETE_ON_CLOSE can be deleted before; Wine does it otherwise.",
        source: INFERRED,
        applies: |question, _| {
            let name = question.request.text("lpFileName").unwrap_or_default().to_lowercase();
            let opens =
                question.before.files.get(&name).map(|file| file.opens.as_slice()).unwrap_or_default();
            let mut states =
                opens.iter().filter_map(|(object, ..)| Some(&question.before.objects.get(object)?.state));
            question.is(&["DeleteFile"])
                && states.any(|state| matches!(state, State::File { delete_on_close: true, .. }))
        },
    },
    Rule {
        name: "closing the job that one is in",
        fact: "2.17",
        about: "With the last handle of a job that ends its members the caller ends too; Wine's server breaks down.",
        source: TESTED,
        applies: |question, _| {
            let ends =
                ["ExitProcess", "ExitThread", "TerminateProcess", "TerminateThread", "TerminateJobObject"];
            let own = question.after.processes.get(&question.own());
            own.is_none_or(|own| own.exit_code.is_some()) && !question.is(&ends)
        },
    },
    Rule {
        name: "terminating a job with a nested one whose processes have ended",
        fact: "8.28",
        about: "The nested jobs are terminated too; in this model a job is nested while it has processes, for Wine as long as it exists.",
        source: INFERRED,
        applies: |question, mirror| {
            let job = question.entry("hJob").filter(|_| question.is(&["TerminateJobObject"]));
            let is_spared = |job: u32| {
                let object = question.after.objects.get(&job);
                object.is_some_and(|object| matches!(object.state, State::Job { terminated: false, .. }))
            };
            job.is_some_and(|job| mirror.nested_in(job.object).any(is_spared))
        },
    },
    Rule {
        name: "closing a job that somebody waits for",
        fact: "8.28",
        about: "TerminateJobObject alone signals a job; Wine signals it too when its last handle is closed and it ends its members.",
        source: INFERRED,
        applies: |question, _| {
            let waits = |job: &u32| {
                let mut threads = question.before.threads.values();
                threads
                    .any(|thread| thread.waits_for.as_ref().is_some_and(|(objects, _)| objects.contains(job)))
            };
            let closes = |(job, object): (&u32, &ObjectView)| {
                matches!(object.state, State::Job { kill_on_close: true, .. })
                    && object.handles > 0
                    && question.after.objects.get(job).is_none_or(|after| after.handles == 0)
                    && waits(job)
            };
            question.before.objects.iter().any(closes)
        },
    },
    Rule {
        name: "a parent that has ended",
        fact: "5.40",
        about: "There is nothing to inherit from: 5. Wine's server breaks down.",
        source: INFERRED,
        applies: |question, _| question.has_ended(question.request.number("parentProcess")),
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
        name: "ending a thread that has ended",
        fact: "6.26",
        about: "Its exit code stays; Wine writes the new one over it.",
        source: "ReactOS's code (PspTerminateThreadByPointer); not seen on Windows",
        applies: |question, _| {
            let thread =
                question.entry("hThread").and_then(|entry| question.before.threads.get(&entry.object));
            question.is(&["TerminateThread"]) && thread.is_some_and(|thread| thread.exit_code.is_some())
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
    Rule {
        name: "the job of a process that has ended",
        fact: "11.28",
        about: "A job lasts as long as its processes run, so in this model they leave it with their end; Wine does not let them go.",
        source: INFERRED,
        applies: |question, _| {
            question.is(&["IsProcessInJob"]) && question.has_ended(question.request.number("ProcessHandle"))
        },
    },
    Rule {
        name: "asking for jobs with the lesser right",
        fact: "11.27",
        about: "PROCESS_QUERY_LIMITED_INFORMATION is enough; Wine wants PROCESS_QUERY_INFORMATION.",
        source: DOCUMENTED,
        applies: |question, _| {
            let limited = question.entry("ProcessHandle").is_some_and(|entry| entry.access & 0x400 == 0);
            question.is(&["IsProcessInJob"]) && limited
        },
    },
];
