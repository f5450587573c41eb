//! What must be true of handles, in one sentence each?

use super::look::Tell;
use super::report::{Entry, Outcome};
use super::scene::{Given, Scene};
use super::unlike::{Aspect, Unlike};
use crate::kernel::{ObjectType, Status};
use crate::testing::handle_system::Part;
use crate::testing::strategy::{Knobs, Subject};

/// A property: on what programs it is tried, which calls are about it, and which differences break it.
pub(super) struct Property {
    /// What its test is called.
    pub(super) name: &'static str,
    /// What is true.
    pub(super) sentence: &'static str,
    /// What the programs are about, beside handles.
    pub(super) subjects: &'static [Subject],
    /// Is this call about it?
    pub(super) touches: fn(&Scene<'_>) -> bool,
    /// What must be offered for it.
    pub(super) needs: Option<Part>,
    /// What handles must tell for it; one of these is enough.
    pub(super) tells: &'static [Tell],
    /// Does this difference, behind this call, break it?
    pub(super) breaks: fn(&Scene<'_>, &Unlike) -> bool,
}

/// The properties that are about handles that name nothing.
const ABOUT_HOSTILE: &[&str] =
    &["a_closed_handle_names_nothing", "an_unknown_value_names_nothing", "a_handle_means_nothing_elsewhere"];

impl Property {
    /// The knobs of its programs. Where handles that name nothing are what it is about, many do.
    pub(super) fn knobs(&self) -> Knobs {
        let knobs = Knobs::about(self.subjects);
        let hostile = if ABOUT_HOSTILE.contains(&self.name) { 60 } else { knobs.hostile };
        Knobs { hostile, ..knobs }
    }

    /// What came of it.
    pub(super) fn entry(&self, outcome: Outcome) -> Entry {
        let (name, sentence) = (self.name.to_owned(), self.sentence.to_owned());
        Entry { name, group: None, sentence, outcome }
    }
}

const DUPLICATING: &[&str] = &["DuplicateHandle", "NtDuplicateObject"];
const CLOSING: &[&str] = &["CloseHandle", "NtClose"];
const FLAGS: &[&str] = &["SetHandleInformation", "GetHandleInformation"];
const ENDING: &[&str] = &["ExitProcess", "TerminateProcess"];
const WAITING: &[&str] = &["WaitForSingleObject", "WaitForMultipleObjects", "SignalObjectAndWait"];
const NAMED: &[Subject] = &[Subject::Events, Subject::Mutexes, Subject::Semaphores];
const HANDLES: &[Subject] = &[Subject::Events];
const PROCESSES: &[Subject] = &[Subject::Events, Subject::Processes];

fn any(_: &Scene<'_>, _: &Unlike) -> bool {
    true
}

fn in_the_answer(_: &Scene<'_>, unlike: &Unlike) -> bool {
    matches!(unlike.aspect, Aspect::Outcome | Aspect::Error | Aspect::Value)
}

fn in_sight(unlike: &Unlike) -> bool {
    use Aspect::{Access, Flags, HandleCount, Left, Lost, Object, OpenHandles, Released};
    matches!(unlike.aspect, Access | Flags | HandleCount | Left | Lost | Object | OpenHandles | Released)
}

fn opens(scene: &Scene<'_>) -> bool {
    scene.succeeds() && (scene.duplicates() || scene.request.call.starts_with("Create"))
}

/// A property about all calls of some types.
macro_rules! about {
    ($name:literal $sentence:literal $subject:ident $($Type:ident)+) => {
        Property {
            name: $name,
            sentence: $sentence,
            subjects: &[Subject::$subject, Subject::Threads],
            needs: None,
            tells: &[],
            touches: |scene| scene.is_of(&[$(ObjectType::$Type),+]),
            breaks: |scene, _| scene.is_of(&[$(ObjectType::$Type),+]),
        }
    };
}

/// The properties, in the order in which they are learned.
pub(super) const ALL: &[Property] = &[
    Property {
        name: "a_closed_handle_names_nothing",
        sentence: "A handle that was closed names nothing any more: whoever uses it is told ERROR_INVALID_HANDLE.",
        subjects: HANDLES,
        needs: None,
        tells: &[],
        touches: |scene| scene.given == Given::Closed || scene.is(CLOSING) && scene.succeeds(),
        breaks: |scene, unlike| {
            unlike.aspect == Aspect::Left || scene.given == Given::Closed && in_the_answer(scene, unlike)
        },
    },
    Property {
        name: "closing_a_handle_leaves_the_others",
        sentence: "Closing a handle leaves every other handle as it was.",
        subjects: HANDLES,
        needs: None,
        tells: &[],
        touches: |scene| scene.is(CLOSING) && scene.succeeds(),
        breaks: |scene, unlike| {
            use Aspect::{Access, Flags, Lost, Object};
            scene.is(CLOSING) && matches!(unlike.aspect, Lost | Object | Access | Flags)
        },
    },
    Property {
        name: "an_open_handle_can_be_closed",
        sentence: "An open handle can be closed, unless it is protected.",
        subjects: HANDLES,
        needs: None,
        tells: &[],
        touches: |scene| scene.is(CLOSING) && scene.given == Given::Open && scene.succeeds(),
        breaks: |scene, unlike| {
            scene.is(CLOSING)
                && scene.given == Given::Open
                && scene.succeeds()
                && in_the_answer(scene, unlike)
        },
    },
    Property {
        name: "open_handles_have_different_values",
        sentence: "No two open handles of a process have the same value.",
        subjects: HANDLES,
        needs: None,
        tells: &[],
        touches: opens,
        breaks: |_, unlike| unlike.aspect == Aspect::Unique,
    },
    Property {
        name: "an_unknown_value_names_nothing",
        sentence: "A value that nobody was given names nothing: it answers ERROR_INVALID_HANDLE.",
        subjects: HANDLES,
        needs: None,
        tells: &[],
        touches: |scene| scene.given == Given::Unknown,
        breaks: |scene, unlike| scene.given == Given::Unknown && in_the_answer(scene, unlike),
    },
    Property {
        name: "every_object_is_its_own",
        sentence: "A new object is another one than all that live.",
        subjects: HANDLES,
        needs: None,
        tells: &[Tell::Object],
        touches: |scene| scene.succeeds() && scene.is(&["CreateEvent"]),
        breaks: |scene, unlike| scene.is(&["CreateEvent"]) && unlike.aspect == Aspect::Object,
    },
    Property {
        name: "a_duplicate_names_the_same_object",
        sentence: "A duplicate names the object that its source names.",
        subjects: HANDLES,
        needs: None,
        tells: &[Tell::Object],
        touches: |scene| scene.duplicates() && scene.succeeds(),
        breaks: |scene, unlike| scene.duplicates() && matches!(unlike.aspect, Aspect::Object | Aspect::Lost),
    },
    Property {
        name: "a_duplicate_has_the_rights_asked_for",
        sentence: "A duplicate has the rights that were asked for, or its source's with DUPLICATE_SAME_ACCESS.",
        subjects: HANDLES,
        needs: None,
        tells: &[Tell::Access],
        touches: |scene| scene.duplicates() && scene.succeeds(),
        breaks: |scene, unlike| scene.duplicates() && unlike.aspect == Aspect::Access,
    },
    Property {
        name: "a_duplicate_has_flags_of_its_own",
        sentence: "A duplicate is inheritable exactly if that was asked for, and never protected.",
        subjects: HANDLES,
        needs: None,
        tells: &[Tell::Inherit, Tell::Protect],
        touches: |scene| scene.duplicates() && scene.succeeds(),
        breaks: |scene, unlike| scene.duplicates() && unlike.aspect == Aspect::Flags,
    },
    Property {
        name: "close_source_closes_the_source",
        sentence: "DUPLICATE_CLOSE_SOURCE closes the source, and the object lives on through the duplicate.",
        subjects: HANDLES,
        needs: None,
        tells: &[],
        touches: |scene| scene.closes_source(),
        breaks: |scene, _| scene.closes_source(),
    },
    Property {
        name: "objects_count_their_handles",
        sentence: "An object counts its handles: every entry that names it, in all processes, and no other.",
        subjects: PROCESSES,
        needs: None,
        tells: &[Tell::HandleCount],
        touches: |scene| opens(scene) || scene.succeeds() && scene.is(CLOSING),
        breaks: |_, unlike| unlike.aspect == Aspect::HandleCount,
    },
    Property {
        name: "processes_count_their_handles",
        sentence: "A process has as many handles open as it was given and has not closed.",
        subjects: PROCESSES,
        needs: None,
        tells: &[Tell::OpenHandles],
        touches: |scene| opens(scene) || scene.succeeds() && scene.is(CLOSING),
        breaks: |_, unlike| unlike.aspect == Aspect::OpenHandles,
    },
    Property {
        name: "a_call_that_fails_changes_nothing",
        sentence: "A call that fails changes nothing, except that DUPLICATE_CLOSE_SOURCE may close the source.",
        subjects: PROCESSES,
        needs: None,
        tells: &[],
        touches: |scene| scene.fails(),
        breaks: |scene, unlike| scene.fails() && in_sight(unlike),
    },
    Property {
        name: "a_call_that_must_fail_fails",
        sentence: "What Windows refuses is refused, with the same error.",
        subjects: PROCESSES,
        needs: None,
        tells: &[],
        touches: |scene| scene.fails(),
        breaks: |scene, unlike| scene.fails() && in_the_answer(scene, unlike),
    },
    Property {
        name: "a_call_that_must_succeed_succeeds",
        sentence: "What Windows does is done.",
        subjects: PROCESSES,
        needs: None,
        tells: &[],
        touches: |scene| scene.succeeds(),
        breaks: |scene, unlike| scene.succeeds() && unlike.aspect == Aspect::Outcome,
    },
    Property {
        name: "flags_change_one_by_one",
        sentence: "SetHandleInformation changes the flags in its mask, and no others.",
        subjects: HANDLES,
        needs: None,
        tells: &[],
        touches: |scene| scene.is(FLAGS) && scene.succeeds(),
        breaks: |scene, _| scene.is(FLAGS),
    },
    Property {
        name: "a_protected_handle_stays_open",
        sentence: "A handle with HANDLE_FLAG_PROTECT_FROM_CLOSE cannot be closed: not by CloseHandle, nor with \
                   DUPLICATE_CLOSE_SOURCE.",
        subjects: HANDLES,
        needs: None,
        tells: &[],
        touches: |scene| closes_protected(scene),
        breaks: |scene, _| closes_protected(scene),
    },
    Property {
        name: "a_handle_means_nothing_elsewhere",
        sentence: "A handle means nothing in another process.",
        subjects: PROCESSES,
        needs: None,
        tells: &[],
        touches: |scene| scene.given == Given::Foreign,
        breaks: |scene, unlike| scene.given == Given::Foreign && in_the_answer(scene, unlike),
    },
    Property {
        name: "a_child_inherits_exactly_what_is_inheritable",
        sentence: "A child gets exactly the inheritable handles of its parent, if bInheritHandles is TRUE: with the same \
                   values, objects, rights and flags.",
        subjects: HANDLES,
        needs: None,
        tells: &[],
        touches: |scene| scene.is(&["CreateProcess"]) && scene.succeeds(),
        breaks: |scene, _| scene.is(&["CreateProcess"]),
    },
    Property {
        name: "a_duplicate_can_go_to_another_process",
        sentence: "DuplicateHandle looks the source up in the source process and puts the duplicate into the target's table.",
        subjects: PROCESSES,
        needs: None,
        tells: &[],
        touches: |scene| scene.across,
        breaks: |scene, _| scene.across && scene.is(DUPLICATING),
    },
    Property {
        name: "the_end_of_a_process_closes_its_handles",
        sentence: "When a process ends, its handles are closed, and no others.",
        subjects: PROCESSES,
        needs: None,
        tells: &[],
        touches: |scene| scene.is(ENDING) && scene.succeeds(),
        breaks: |scene, _| scene.is(ENDING),
    },
    Property {
        name: "values_are_chosen_as_by_windows",
        sentence: "Values are multiples of four from 4 upwards, and the value freed last is given out first.",
        subjects: PROCESSES,
        needs: Some(Part::WindowsValues),
        tells: &[],
        touches: |scene| opens(scene),
        breaks: |scene, unlike| opens(scene) && matches!(unlike.aspect, Aspect::Value | Aspect::Unique),
    },
    Property {
        name: "pseudohandles_need_no_entry",
        sentence: "GetCurrentProcess and GetCurrentThread give values that work like handles and need not be closed.",
        subjects: PROCESSES,
        needs: None,
        tells: &[],
        touches: |scene| scene.given == Given::Special,
        breaks: |scene, _| scene.given == Given::Special,
    },
    Property {
        name: "a_name_finds_what_has_a_handle",
        sentence: "A name finds its object as long as a handle to it is open, and what is created again under it is opened.",
        subjects: NAMED,
        needs: None,
        tells: &[],
        touches: |scene| scene.is_named(),
        breaks: |scene, _| scene.is_named(),
    },
    Property {
        name: "rights_are_checked",
        sentence: "A handle allows what it was granted, and answers ERROR_ACCESS_DENIED to anything else.",
        subjects: &[Subject::Events, Subject::Semaphores, Subject::Processes],
        needs: None,
        tells: &[],
        touches: |scene| scene.failure() == Some(Status::AccessDenied),
        breaks: |scene, unlike| scene.failure() == Some(Status::AccessDenied) && in_the_answer(scene, unlike),
    },
    Property {
        name: "waits_end_when_they_must",
        sentence: "A wait ends when what it waits for is signaled, or when its time is over, and not before.",
        subjects: &[Subject::Events, Subject::Mutexes, Subject::Semaphores, Subject::Threads],
        needs: None,
        tells: &[],
        touches: |scene| scene.is(WAITING),
        breaks: |scene, unlike| scene.is(WAITING) || unlike.aspect == Aspect::Released,
    },
    about!("events_are_set_and_reset" "An event is set until it is reset, or until one wait was satisfied." Events Event),
    about!("mutexes_have_one_owner" "A mutex has one owner, who may take it again and must release it as often." Mutexes Mutant),
    about!("semaphores_count" "A semaphore has as many permits as were released and not taken, and never more than its maximum." Semaphores Semaphore),
    about!("threads_live_and_end" "A thread runs until it ends, and is suspended as often as it was not resumed." Threads Thread),
    about!("processes_live_and_end" "A process runs until it ends; its object stays as long as a handle does." Processes Process),
    about!("files_and_pipes_keep_data" "What is written is read; a file is shared as agreed, and a pipe ends with its last writer." Pipes File),
    about!("timers_fire" "A timer is signaled when its time has come." Timers Timer),
    about!("mappings_last" "A mapping lasts as long as a handle or a view." Mappings Section),
    about!("jobs_hold_processes" "A job holds the processes assigned to it, and ends them when it must." Jobs Job),
    Property {
        name: "nothing_panics",
        sentence: "No call panics, whatever it is given.",
        subjects: PROCESSES,
        needs: None,
        tells: &[],
        touches: |_| true,
        breaks: |_, unlike| unlike.aspect == Aspect::Panic,
    },
    Property {
        name: "random_programs_agree",
        sentence: "Every answer to a random program is the simulator's, and so is everything that handles show.",
        subjects: Subject::ALL,
        needs: None,
        tells: &[],
        touches: |_| true,
        breaks: any,
    },
];

fn closes_protected(scene: &Scene<'_>) -> bool {
    (scene.is(CLOSING) || scene.closes_source()) && scene.entry.is_some_and(|entry| entry.protect)
}
