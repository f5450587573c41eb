use super::{Class, Misuse};
use crate::run::record;
use crate::scenario::Document;

fn found(source: &str) -> Vec<Misuse> {
    let document = Document::read(source).unwrap_or_else(|mistakes| panic!("{source}\n{mistakes:#?}"));
    let (report, trace) = record("test.hlab", &document);
    assert!(report.is_good(), "{source}\n{report:#?}");
    trace.misuses
}

fn told(source: &str) -> Vec<(u32, Class)> {
    found(source).iter().map(|misuse| (misuse.line, misuse.class)).collect()
}

fn sentence(source: &str) -> String {
    found(source).into_iter().map(|misuse| misuse.what).collect::<Vec<_>>().join(" / ")
}

#[test]
fn the_wrong_example_of_each_class_has_it_once_and_the_right_one_has_none() {
    for class in Class::ALL {
        let spec = class.spec();
        let classes: Vec<Class> = found(spec.wrong).iter().map(|misuse| misuse.class).collect();
        assert_eq!(classes, [*class], "{}", spec.wrong);
        assert_eq!(found(spec.right), [], "{}", spec.right);
        assert!(spec.wrong.contains("=> ") || spec.wrong.contains("check"), "{}", spec.name);
    }
}

#[test]
fn a_misuse_is_meant_only_in_its_step_and_only_of_its_class() {
    let source = "process p\np: h = CreateEvent()\np: CloseHandle(h)\nmisuse use-after-close\n/// Told.\np: CloseHandle(h)\n\
                  p: CloseHandle(h)\nmisuse null-handle, use-after-close\np: WaitForMultipleObjects([h, NULL], FALSE, 0)\n";
    let meant: Vec<(u32, bool)> = found(source).iter().map(|misuse| (misuse.line, misuse.meant)).collect();
    assert_eq!(meant, [(6, true), (7, false), (9, true), (9, true)]);
}

#[test]
fn what_shows_only_at_the_end_of_the_run_can_be_meant_too() {
    let source =
        "process p\nmisuse unclosed-process-information\np: CreateProcess(\"q\", &pi)\nq: ExitProcess(0)\n";
    assert!(found(source).iter().all(|misuse| misuse.meant) && told(source).len() == 1);
}

#[test]
fn closing_twice_is_told_and_so_is_every_later_use() {
    let source = "process p\np: h = CreateEvent()\np: CloseHandle(h)\np: CloseHandle(h)\np: WaitForSingleObject(h, 0)\n";
    assert_eq!(told(source), [(4, Class::UseAfterClose), (5, Class::UseAfterClose)]);
    assert!(sentence(source).starts_with("h (0x4) was closed at line 3 and names nothing any more."));
}

#[test]
fn a_closed_value_is_known_again_behind_copies_tag_bits_and_as_a_number() {
    let source = "process p\np: h = CreateEvent()\np: other = h\np: CloseHandle(h)\np: SetEvent(other)\np: SetEvent(0x4)\n\
                  p: SetEvent(0x6)\n";
    assert_eq!(
        told(source),
        [(5, Class::UseAfterClose), (6, Class::UseAfterClose), (7, Class::UseAfterClose)]
    );
}

#[test]
fn a_handle_that_was_moved_away_is_told_only_when_the_old_value_is_used() {
    let moved = "process p\np: CreateProcess(\"q\", &pi)\np: h = CreateEvent()\n\
        p: DuplicateHandle(GetCurrentProcess(), h, pi.hProcess, &hThere, dwOptions: DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE)\n\
        q: SetEvent(p.hThere)\n";
    assert_eq!(told(moved), []);
    let used = format!("{moved}p: SetEvent(h)\n");
    assert_eq!(told(&used), [(6, Class::UseAfterClose)]);
    assert!(sentence(&used).contains("was moved away at line 4"));
}

#[test]
fn a_variable_that_was_assigned_anew_names_what_it_names() {
    let source =
        "process p\np: h = CreateEvent()\np: CloseHandle(h)\np: h = CreateMutex()\np: CloseHandle(h)\n";
    assert_eq!(told(source), []);
}

#[test]
fn a_value_that_was_given_out_anew_says_whom_it_meets_and_that_nobody_complains() {
    let source = "process p\np: a = CreateEvent()\np: CloseHandle(a)\np: b = CreateEvent(lpName: \"Go\")\np: SetEvent(a)\n";
    assert_eq!(
        sentence(source),
        "a (0x4) was closed at line 3. Since line 4 0x4 names a stranger: Event #4 \"Go\". \
         The call succeeds all the same."
    );
}

#[test]
fn a_value_that_meets_its_old_object_again_meets_it_by_chance() {
    let source = "process p, q\nq: keep = CreateEvent(lpName: \"Go\")\np: a = CreateEvent(lpName: \"Go\")\n\
                  p: CloseHandle(a)\np: b = CreateEvent(lpName: \"Go\")\np: SetEvent(a)\n";
    assert_eq!(told(source), [(6, Class::ReusedValue)]);
    assert!(
        sentence(source).contains("names the same Event #5 \"Go\" again, by chance."),
        "{}",
        sentence(source)
    );
}

#[test]
fn an_inherited_value_is_no_stranger_however_many_generations_it_has_come() {
    let source = "process a\na: h = CreateEvent(bInheritHandle: TRUE)\na: CreateProcess(\"b\", bInheritHandles: TRUE)\n\
                  b: CreateProcess(\"c\", bInheritHandles: TRUE)\nc: SetEvent(a.h)\nc: CloseHandle(a.h)\n";
    assert_eq!(told(source), []);
    assert_eq!(told(&format!("{source}c: SetEvent(a.h)\n")), [(7, Class::UseAfterClose)]);
}

#[test]
fn the_value_that_duplicating_gave_is_the_targets_and_nobody_elses() {
    let source = "process p\np: CreateProcess(\"q\", &pi)\np: h = CreateEvent()\n\
        p: DuplicateHandle(GetCurrentProcess(), h, pi.hProcess, &hThere, dwOptions: DUPLICATE_SAME_ACCESS)\n\
        q: SetEvent(p.hThere)\np: SetEvent(hThere)\n";
    assert_eq!(told(source), [(6, Class::ForeignValue)]);
    assert!(sentence(source).contains("names a stranger: Process #3 q."), "{}", sentence(source));
}

#[test]
fn a_source_handle_is_looked_up_in_the_source_process() {
    let setting =
        "process p, q\nq: h = CreateEvent()\np: hq = OpenProcess(PROCESS_DUP_HANDLE, FALSE, q.pid)\n";
    let right = format!(
        "{setting}p: DuplicateHandle(hq, q.h, GetCurrentProcess(), &mine, dwOptions: DUPLICATE_SAME_ACCESS)\n"
    );
    assert_eq!(told(&right), []);
    let wrong = format!(
        "{setting}p: own = CreateMutex()\np: DuplicateHandle(hq, own, GetCurrentProcess(), &mine, SYNCHRONIZE)\n"
    );
    assert_eq!(told(&wrong), [(5, Class::ForeignValue)]);
}

#[test]
fn telling_a_value_is_no_misuse_and_a_missing_right_is_an_answer() {
    let source = "process p, q\np: h = CreateEvent(lpName: \"Go\")\nq: told = p.h\n\
                  q: weak = OpenEvent(SYNCHRONIZE, FALSE, \"Go\")\nq: SetEvent(weak)  => FALSE ERROR_ACCESS_DENIED\n";
    assert_eq!(told(source), []);
}

#[test]
fn a_pseudohandle_is_at_home_with_whoever_was_told_it() {
    let source = "process p\np: hThread = CreateThread(\"worker\")\np: self = GetCurrentProcess()\np: me = GetCurrentThread()\n\
        p: GetProcessId(self)\np.worker: GetProcessId(self)\np: WaitForSingleObject(me, 0)\n\
        p.worker: WaitForSingleObject(me, 0)\n";
    assert_eq!(told(source), [(8, Class::ForeignPseudohandle)]);
    assert_eq!(
        sentence(source),
        "me (-2) is what GetCurrentThread() told p at line 4. Here it means the thread p.worker."
    );
}

#[test]
fn a_wrong_type_names_what_is_there_and_what_is_needed() {
    let source = "process p\np: CreateProcess(\"q\", &pi)\np: TerminateProcess(pi.hThread, 0)\np: SetEvent(GetCurrentProcess())\n";
    assert_eq!(told(source), [(3, Class::WrongType), (4, Class::WrongType)]);
    assert!(
        sentence(source)
            .starts_with("pi.hThread (0x8) names Thread #4 q, and TerminateProcess needs a Process.")
    );
}

#[test]
fn invalid_handle_value_is_meant_where_somebody_writes_it() {
    let source = "process p\np: hMap = CreateFileMapping(INVALID_HANDLE_VALUE, flProtect: PAGE_READWRITE, dwMaximumSizeLow: 4096)  => HANDLE\n\
                  p: WaitForSingleObject(INVALID_HANDLE_VALUE, 0)\n";
    assert_eq!(told(source), []);
}

#[test]
fn a_mapping_of_a_file_that_could_not_be_opened_is_told_although_it_succeeds() {
    let source = "process p\np: hFile = CreateFile(\"none\", GENERIC_READ, dwCreationDisposition: OPEN_EXISTING)\n\
                  p: hMap = CreateFileMapping(hFile, flProtect: PAGE_READWRITE, dwMaximumSizeLow: 4096)  => HANDLE\n";
    assert_eq!(told(source), [(3, Class::FailedFileHandle)]);
    assert!(sentence(source).contains("CreateFile failed at line 2"), "{}", sentence(source));
}

#[test]
fn null_is_no_misuse_where_it_stands_for_nothing() {
    let source = "process p\np: CreateProcess(\"q\", &pi)\nq: h = CreateEvent()\n\
        p: DuplicateHandle(pi.hProcess, q.h, NULL, NULL, dwOptions: DUPLICATE_CLOSE_SOURCE)  => TRUE\n\
        p: IsProcessInJob(GetCurrentProcess(), NULL, &inJob)  => TRUE\np: SetStdHandle(STD_OUTPUT_HANDLE, NULL)\n";
    assert_eq!(told(source), []);
}

#[test]
fn null_of_a_call_that_failed_is_told_even_where_null_would_mean_something() {
    let source = "process p\np: hJob = OpenJobObject(JOB_OBJECT_QUERY, FALSE, \"None\")\n\
                  p: IsProcessInJob(GetCurrentProcess(), hJob, &inJob)  => TRUE\n";
    assert_eq!(told(source), [(3, Class::NullHandle)]);
}

#[test]
fn a_child_that_uses_or_only_closes_what_it_inherited_was_meant_to_have_it() {
    let source = "process p\np: CreatePipe(&r, &w, bInheritHandle: TRUE)\n\
        p: CreateProcess(\"a\", bInheritHandles: TRUE, hStdOutput: w)\np: CreateProcess(\"b\", bInheritHandles: TRUE)\n\
        a: CloseHandle(p.r)\nb: CloseHandle(p.w)\n";
    assert_eq!(told(source), []);
}

#[test]
fn who_inherits_everything_while_nobody_was_named_is_not_told() {
    let source = "process p\np: h = CreateEvent(bInheritHandle: TRUE)\np: CreateProcess(\"a\", bInheritHandles: TRUE)\n\
                  p: CreateProcess(\"b\", bInheritHandles: TRUE)\n";
    assert_eq!(told(source), []);
}

#[test]
fn the_window_between_making_and_giving_a_handle_is_seen_whichever_child_comes_first() {
    let source = "process p\np: CreateThread(\"other\")\np: CreatePipe(&r, &w, bInheritHandle: TRUE)\n\
        p: SetHandleInformation(r, HANDLE_FLAG_INHERIT, 0)\np.other: CreateProcess(\"stray\", bInheritHandles: TRUE)\n\
        p: CreateProcess(\"right\", bInheritHandles: TRUE, hStdOutput: w)\n";
    assert_eq!(told(source), [(5, Class::AccidentalInheritance)]);
    assert!(sentence(source).contains("meant for right"), "{}", sentence(source));
}

#[test]
fn process_information_is_no_leak_while_the_child_runs_or_when_its_holder_has_ended() {
    let running = "process p\np: CreateProcess(\"q\", &pi)\n";
    assert_eq!(told(running), []);
    assert_eq!(told("process p\np: CreateProcess(\"q\", &pi)\nq: ExitProcess(0)\np: ExitProcess(0)\n"), []);
    assert_eq!(told(&format!("{running}q: ExitProcess(0)\n")), [(2, Class::UnclosedProcessInformation)]);
}

#[test]
fn process_information_whose_variable_was_used_again_is_lost_even_while_the_child_runs() {
    let source = "process p\np: CreateProcess(\"q\", &pi)\np: CreateProcess(\"r\", &pi)\n";
    assert_eq!(told(source), [(2, Class::UnclosedProcessInformation)]);
    assert_eq!(
        sentence(source),
        "p never closes pi.hProcess (0x4, Process #3 q) and pi.hThread (0x8, Thread #4 q). \
         From line 3 on no variable holds them."
    );
}

#[test]
fn a_value_that_went_with_its_process_is_not_told() {
    let source = "process p\np: CreateProcess(\"q\", &pi)\nq: h = CreateEvent()\nq: ExitProcess(0)\n\
        p: DuplicateHandle(pi.hProcess, q.h, GetCurrentProcess(), &mine, SYNCHRONIZE)  => FALSE\n\
        p: CloseHandle(pi.hThread)\np: CloseHandle(pi.hProcess)\n";
    assert_eq!(told(source), []);
}

#[test]
fn closing_what_was_set_to_null_is_the_cure_and_using_it_is_none() {
    let source = "process p\np: h = CreateEvent()\np: CloseHandle(h)\np: h = NULL\np: CloseHandle(h)\n";
    assert_eq!(told(source), []);
    assert_eq!(told(&format!("{source}p: SetEvent(h)\n")), [(6, Class::NullHandle)]);
    assert_eq!(told("process p\np: CloseHandle(NULL)\n"), [(2, Class::NullHandle)]);
}
