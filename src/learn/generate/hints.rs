//! What helps, and does not give it away?

use super::names::Names;
use super::play::{Line, Part};
use super::task::{list, number};
use super::topic::TopicSpec;

/// Hints, the most general first: what the topic teaches, what the calls do, who has to act.
pub(super) fn hints(topic: &TopicSpec, lines: &[Line], names: &Names, most: usize) -> Vec<String> {
    let solution: Vec<&Line> = lines.iter().filter(|line| line.part == Part::Solution).collect();
    let mut calls: Vec<&str> = solution.iter().map(|line| line.call()).collect();
    // What everybody knows comes last.
    calls.sort_unstable_by_key(|call| (*call == "CloseHandle", *call));
    calls.dedup();
    let of_calls = calls.iter().filter_map(|call| of_call(call)).map(ToOwned::to_owned);
    let mut hints = vec![topic.lesson.to_owned()];
    hints.extend(of_calls.take(1));
    hints.extend(who(&solution, names));
    hints.truncate(most);
    hints
}

/// What is worth knowing about a call.
fn of_call(call: &str) -> Option<&'static str> {
    Some(match call {
        "CloseHandle" => {
            "CloseHandle looks into the caller's own table only: each process has to close its own handles."
        }
        "OpenEvent" | "OpenMutex" | "OpenSemaphore" | "OpenWaitableTimer" => {
            "Open takes the rights that are wanted, the inherit flag and the name. Who opens gets a handle of its own."
        }
        "OpenFileMapping" => "OpenFileMapping takes what is wanted, the inherit flag and the name.",
        "CreateEvent" | "CreateMutex" | "CreateSemaphore" | "CreateWaitableTimer" => {
            "A name is free again when the last handle to its object is closed, in all processes."
        }
        "DuplicateHandle" => {
            "Where the new handle goes is said by the handle to the target process; GetCurrentProcess() means the caller. \
             DUPLICATE_SAME_ACCESS keeps the rights, DUPLICATE_CLOSE_SOURCE closes the source."
        }
        "SetHandleInformation" => {
            "SetHandleInformation takes a mask, which flags to change, and their new values. HANDLE_FLAG_INHERIT is the flag."
        }
        "SetEvent" => {
            "How many SetEvent lets through depends on how the event was created: look at bManualReset."
        }
        "ResetEvent" => "ResetEvent takes the signal back; what somebody did because of it stays done.",
        "PulseEvent" => "PulseEvent lets through who waits already, and leaves the event unsignaled.",
        "ReleaseMutex" => "Only the thread that owns a mutex can release it.",
        "ReleaseSemaphore" => "ReleaseSemaphore adds permits, and each waiting thread takes one.",
        "WaitForSingleObject" => {
            "A wait that succeeds takes what it waited for: a permit, a mutex, the signal of an auto-reset event."
        }
        "GetExitCodeProcess" => {
            "The exit code is kept in the process object; GetExitCodeProcess fills the variable behind &."
        }
        "TerminateProcess" => "TerminateProcess needs a handle with PROCESS_TERMINATE. Who has one?",
        "OpenProcess" => "OpenProcess takes an id: behind the name of a process, .pid is its id.",
        "AssignProcessToJobObject" => "Somebody is in a job only after AssignProcessToJobObject.",
        "SetInformationJobObject" => {
            "The limit belongs to the job and is set by SetInformationJobObject, LimitFlags: ..."
        }
        "TerminateJobObject" => "TerminateJobObject ends who is in the job at that moment, and nobody else.",
        "WriteFile" => "What is written waits in the pipe until somebody reads it.",
        "ReadFile" => "One ReadFile takes all that is there.",
        "UnmapViewOfFile" => "A view is taken away by its address, in the process that has it.",
        "MapViewOfFile" => "MapViewOfFile answers the address of a view, and the view keeps the mapping.",
        _ => return None,
    })
}

/// Who has to act, and how often.
fn who(solution: &[&Line], names: &Names) -> Option<String> {
    let mut actors: Vec<u8> = solution.iter().map(|line| line.actor()).collect();
    actors.sort_unstable();
    let mut counted: Vec<(u8, usize)> = Vec::new();
    for actor in actors {
        match counted.iter_mut().find(|(other, _)| *other == actor) {
            Some((_, count)) => *count += 1,
            None => counted.push((actor, 1)),
        }
    }
    match counted.as_slice() {
        [(one, 1)] => Some(format!("It takes one step, and {} has to do it.", names.process(*one))),
        [(one, count)] => {
            Some(format!("It takes {} steps, all of them by {}.", number(*count), names.process(*one)))
        }
        _ => {
            let parts = counted
                .iter()
                .map(|(actor, count)| format!("{} by {}", number(*count), names.process(*actor)));
            let all = list(parts)?;
            Some(format!("It takes {} steps: {all}.", number(solution.len())))
        }
    }
}
