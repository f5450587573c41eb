//! What the kernel says of itself as a whole.

use super::effects::Transfer;
use super::invariants::Violation;
use super::options::{ChildValues, Reuse};
use super::*;

/// A kernel with a process that has an event, and the event.
fn with_event() -> (Kernel, ProcessId, ThreadId, ObjectId) {
    let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
    let (process, thread) = kernel.start_process("p", &mut log);
    call(&mut kernel, thread, "CreateEvent", &[]);
    let (_, entry) = kernel.processes.get(process).unwrap().table.as_ref().unwrap().iter().next().unwrap();
    let event = entry.object;
    (kernel, process, thread, event)
}

fn call(kernel: &mut Kernel, thread: ThreadId, name: &str, given: &[Arg]) {
    let spec = CallSpec::find(name).unwrap();
    let mut values = given.to_vec();
    values.resize(spec.params.len(), Arg::default());
    let outcome = kernel.call(thread, spec, &values, &mut Log::quiet());
    assert!(matches!(outcome, Outcome::Returned(answer) if answer.succeeded));
}

fn table(kernel: &mut Kernel, process: ProcessId) -> &mut HandleTable {
    kernel.processes.get_mut(process).unwrap().table.as_mut().unwrap()
}

#[test]
fn rights_that_both_sides_have_remain_when_they_are_joined() {
    assert_eq!(AccessMask(3) | AccessMask(5), AccessMask(7));
}

#[test]
fn the_options_are_those_that_were_chosen() {
    let options = Options { reuse: Reuse::Lowest, ..Options::default() };
    assert_eq!(*Kernel::new(options).options(), options);
}

#[test]
fn objects_are_counted() {
    assert!(Kernel::new(Options::default()).objects().is_empty());
    let (kernel, ..) = with_event();
    assert!(!kernel.objects().is_empty());
    assert_eq!(kernel.objects().len(), 3, "the process, its thread and the event");
}

#[test]
fn kernels_are_equal_when_nothing_in_them_differs() {
    let (kernel, process, thread, event) = with_event();
    assert_eq!(kernel.objects(), with_event().0.objects());
    // Another handle is another count.
    let mut other = kernel.clone();
    let copy = *table(&mut other, process).iter().next().unwrap().1;
    table(&mut other, process).insert(copy);
    other.objects.handle_counts_mut().add(event);
    assert_ne!(kernel.objects(), other.objects());
    // Another state, with the same counts.
    let mut other = kernel.clone();
    call(&mut other, thread, "SetEvent", &[Arg::Number(4)]);
    assert_ne!(kernel.objects(), other.objects());
    // The next object gets another number.
    let mut other = kernel.clone();
    other.objects.number_from(ObjectNo(100));
    assert_ne!(kernel.objects(), other.objects());
}

#[test]
fn a_file_without_name_and_handles_is_forgotten() {
    let (mut kernel, _, thread, _) = with_event();
    let before = kernel.files().clone();
    let text = Arg::Text("a.txt".into());
    // GENERIC_READ and DELETE, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE
    let number = Arg::Number;
    let arguments =
        [text, number(0x8001_0000), number(0), number(0), number(2), number(0x0400_0000), Arg::default()];
    call(&mut kernel, thread, "CreateFile", &arguments);
    assert_ne!(*kernel.files(), before);
    call(&mut kernel, thread, "CloseHandle", &[Arg::Number(8)]);
    assert_eq!(kernel.files().ids().count(), 0);
}

#[test]
fn nothing_is_wrong_with_a_kernel_that_was_left_alone() {
    assert_eq!(with_event().0.violations(), []);
}

#[test]
fn a_handle_that_nobody_counted_is_found() {
    let (mut kernel, process, _, event) = with_event();
    let copy = *table(&mut kernel, process).iter().next().unwrap().1;
    table(&mut kernel, process).insert(copy);
    let object = kernel.objects.number(event).unwrap();
    assert_eq!(
        kernel.violations(),
        [
            Violation::HandleCount { object, counted: 1, found: 2 },
            Violation::PointerCount { object, counted: 1, found: 2 },
        ]
    );
}

#[test]
fn an_object_that_nothing_refers_to_is_found() {
    let (mut kernel, process, _, event) = with_event();
    table(&mut kernel, process).remove(Handle(4));
    let object = kernel.objects.number(event).unwrap();
    assert!(kernel.violations().contains(&Violation::Unreferenced { object }));
    kernel.objects.remove(event);
    assert_eq!(kernel.violations(), []);
}

#[test]
fn a_handle_to_nothing_is_found() {
    let (mut kernel, _, _, event) = with_event();
    kernel.objects.remove(event);
    assert_eq!(kernel.violations(), [Violation::Dangling { by: "p's handle 0x4".to_owned() }]);
}

#[test]
fn a_handle_in_a_reserved_place_is_found() {
    let (mut kernel, process, ..) = with_event();
    let entry = *table(&mut kernel, process).iter().next().unwrap().1;
    let reserved = [(Handle(0x400), entry)].into_iter();
    *table(&mut kernel, process) = HandleTable::listed(Reuse::Lifo, ChildValues::Lowest, reserved);
    assert_eq!(kernel.violations(), [Violation::HandleValue { value: 0x400 }]);
}

#[test]
fn a_name_that_finds_what_does_not_bear_it_is_found() {
    let (mut kernel, process, thread, _) = with_event();
    let name = [Arg::default(), Arg::default(), Arg::default(), Arg::Text("Ready".into())];
    call(&mut kernel, thread, "CreateEvent", &name);
    assert_eq!(kernel.violations(), []);
    let named = kernel.names().iter().map(|(_, id)| id).next().unwrap();
    // Neither a name that the object does not know of, nor one without a handle, is good.
    let kept = kernel.objects.header_mut(named).unwrap().name.take();
    assert_eq!(kernel.violations(), [Violation::Name { name: "Ready".to_owned() }]);
    kernel.objects.header_mut(named).unwrap().name = kept;
    assert_eq!(kernel.violations(), []);
    let process = kernel.processes.get(process).unwrap().object;
    let name = ObjectName::parse("Held by nobody").unwrap();
    kernel.objects.header_mut(process).unwrap().name = Some(name.clone());
    kernel.names.insert(name, process);
    assert!(kernel.violations().contains(&Violation::Name { name: "Held by nobody".to_owned() }));
}

#[test]
fn a_mutex_and_a_queue_that_a_thread_knows_nothing_of_are_found() {
    let (kernel, _, thread, event) = with_event();
    let no = kernel.threads.get(thread).unwrap().no;
    let mut other = kernel.clone();
    other.threads.get_mut(thread).unwrap().owned.push(event);
    assert_eq!(other.violations(), [Violation::Ownership { thread: no }]);
    let mut other = kernel.clone();
    other.objects.header_mut(event).unwrap().waiters.push(thread);
    assert_eq!(other.violations(), [Violation::Queue { thread: no }]);
}

#[test]
fn an_end_that_was_ordered_comes_once_and_only_to_whoever_still_runs() {
    let (mut kernel, process, thread, _) = with_event();
    let (ended, _) = kernel.start_process("ended", &mut Log::quiet());
    kernel.end(Ending::Process(ended, 1), &mut Log::quiet());
    assert!(kernel.process(ended).unwrap().exit_code.is_none(), "nobody has ordered its end");
    kernel.endings = vec![Ending::Process(ended, 1)];
    kernel.end(Ending::Process(ended, 1), &mut Log::quiet());
    assert!(kernel.process(ended).is_none_or(|record| record.exit_code == Some(1)));
    let to_come = [Ending::Process(process, 2), Ending::Thread(thread, 3)];
    kernel.endings = vec![to_come[0], Ending::Process(ended, 4), to_come[1], to_come[0]];
    assert_eq!(kernel.endings_to_come().collect::<Vec<_>>(), to_come);
}

#[test]
fn time_that_does_not_pass_is_not_reported() {
    let mut kernel = Kernel::new(Options::default());
    let mut log = Log::recording();
    kernel.pass_time(7, &mut log);
    assert_eq!(log.take_effects(), [Effect::TimePassed { now: 7 }]);
    kernel.pass_time(7, &mut log);
    kernel.pass_time(6, &mut log);
    assert_eq!(log.take_effects(), []);
}

/// What is told of data that moves while a thread makes a call.
fn moved(kernel: &mut Kernel, thread: ThreadId, name: &str, args: &[Arg]) -> Vec<(Transfer, u32)> {
    let mut log = Log::recording();
    kernel.call(thread, CallSpec::find(name).unwrap(), args, &mut log);
    let effects = log.take_effects().into_iter();
    effects
        .filter_map(|effect| match effect {
            Effect::DataMoved { how, bytes, .. } => Some((how, bytes)),
            _ => None,
        })
        .collect()
}

#[test]
fn every_byte_that_moves_through_a_pipe_is_told_once_and_nothing_else_is() {
    use Transfer::{Read, Written};
    let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
    let (_, thread) = kernel.start_process("p", &mut log);
    call(&mut kernel, thread, "CreatePipe", &[Arg::Out, Arg::Out, Arg::Absent, Arg::Number(4)]);
    call(&mut kernel, thread, "CreateThread", &[Arg::Text("writer".into()), Arg::Out]);
    let (writer, _) = kernel.threads().find(|(id, _)| *id != thread).unwrap();
    let read = |kernel: &mut Kernel, most: u64| {
        moved(kernel, thread, "ReadFile", &[Arg::Number(4), Arg::Out, Arg::Number(most)])
    };
    let text = [Arg::Number(8), Arg::Text("twelve bytes".into())];
    assert_eq!(moved(&mut kernel, writer, "WriteFile", &text), [(Written, 4)]);
    assert_eq!(read(&mut kernel, 0), []);
    assert_eq!(read(&mut kernel, 6), [(Written, 2), (Read, 6), (Written, 4)]);
    assert_eq!(read(&mut kernel, 1), [(Read, 1), (Written, 1)]);
    assert_eq!(read(&mut kernel, 9), [(Written, 1), (Read, 5)]);
    assert_eq!(read(&mut kernel, 9), []);
}

#[test]
fn a_wait_that_takes_too_long_ends_with_the_status_of_it() {
    let (mut kernel, _, thread, _) = with_event();
    let (spec, mut log) = (CallSpec::find("WaitForSingleObject").unwrap(), Log::quiet());
    let outcome = kernel.call(thread, spec, &[Arg::Number(4), Arg::Number(5)], &mut log);
    assert!(matches!(outcome, Outcome::Blocked));
    kernel.pass_time(5, &mut log);
    let answers: Vec<_> = log.take_released().into_iter().map(|release| release.answer.status).collect();
    assert_eq!(answers, [Status::Timeout]);
}

#[test]
fn a_timer_that_goes_is_a_change_of_the_clock() {
    let (mut kernel, _, thread, _) = with_event();
    kernel.note_what_is_touched();
    call(&mut kernel, thread, "CreateWaitableTimer", &[]);
    let before = kernel.clone();
    let mut kernel = before.clone();
    call(&mut kernel, thread, "CloseHandle", &[Arg::Number(8)]);
    assert_ne!(kernel.clock.notes().touched().written, 0);
}

#[test]
fn tables_are_equal_when_nothing_in_them_differs() {
    let (mut kernel, process, thread, _) = with_event();
    let before = table(&mut kernel, process).clone();
    call(&mut kernel, thread, "CreateEvent", &[]);
    assert_eq!(before, before.clone());
    assert_ne!(before, *table(&mut kernel, process));
}
