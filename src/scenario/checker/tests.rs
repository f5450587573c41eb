use super::check;
use crate::scenario::diagnostic::Code;
use crate::scenario::parser::parse;

fn codes(source: &str) -> Vec<Code> {
    let (tree, mistakes) = parse(source);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    match check(&tree) {
        Ok(_) => Vec::new(),
        Err(diagnostics) => diagnostics.iter().map(|diagnostic| diagnostic.code).collect(),
    }
}

#[test]
fn a_variable_that_no_earlier_line_set_is_reported() {
    assert_eq!(codes("process p\np: SetEvent(h)\n"), [Code::UnknownVariable]);
    assert_eq!(codes("process p\np: SetEvent(h)\np: h = CreateEvent()\n"), [Code::UnknownVariable]);
    assert_eq!(codes("process p\np: h = CreateEvent()\np: SetEvent(h)\n"), []);
}

#[test]
fn several_mistakes_are_reported_in_one_go() {
    let source =
        "process p\np: SetEvnt(4)\nq: SetEvent(4)\np: SetEvent(\"x\")\np: SetEvent()\np: SetEvent(4, 5)\n";
    let expected = [
        Code::UnknownCall,
        Code::UnknownActor,
        Code::WrongKind,
        Code::MissingArgument,
        Code::TooManyArguments,
    ];
    assert_eq!(codes(source), expected);
}

#[test]
fn one_mistake_is_reported_once_however_often_its_variable_is_used() {
    let source = "process p\np: CreatePip(&r, &w)\np: CloseHandle(r)\ncheck handles(p.w) == 1\n";
    assert_eq!(codes(source), [Code::UnknownCall]);
}

#[test]
fn an_out_parameter_is_filled_wherever_it_stands() {
    assert_eq!(
        codes(
            "process p\np: DuplicateHandle(GetCurrentProcess(), 4, GetCurrentProcess(), &d, 0, FALSE, 2)\n"
        ),
        []
    );
    assert_eq!(codes("process p\np: ReleaseSemaphore(4, 1, &before)\n"), []);
    assert_eq!(codes("process p\np: ReleaseSemaphore(&before, 4, 1)\n"), [Code::TooManyArguments]);
}

#[test]
fn in_always_and_finally_a_variable_need_have_no_value_yet() {
    assert_eq!(codes("process p\nalways !valid(p, p.h)\np: h = CreateEvent()\n"), []);
    assert_eq!(codes("process p\ncheck !valid(p, p.h)\np: h = CreateEvent()\n"), [Code::UnknownVariable]);
}

#[test]
fn a_variable_that_only_the_gap_can_set_is_accepted() {
    let source = "exercise\n  task \"t\"\n  goal valid(p, p.h)\nprocess p\nbegin\nend\np: SetEvent(h)\n";
    assert_eq!(codes(&source.replace("SetEvent(h)", "SetEvent(p.h)")), []);
}

#[test]
fn texts_and_numbers_are_not_compared() {
    assert_eq!(codes("process p\ncheck open_handles(p) == \"one\"\n"), [Code::WrongKind]);
    assert_eq!(codes("process p\ncheck open_handles(p)\n"), [Code::WrongKind]);
}

#[test]
fn an_answer_of_exit_process_cannot_be_expected() {
    assert_eq!(codes("process p\np: ExitProcess(0) => TRUE\n"), [Code::NoAnswer]);
}

#[test]
fn what_a_broken_step_would_have_created_is_not_reported_as_missing() {
    let source = "process p\np: CreateProcess(\"c\", CREATE_SUSPENDED, &pi)\nc: CreateProcess(\"d\", &pi)\nd: Sleep(1)\n\
                  p: CloseHandle(pi.hProcess)\ncheck valid(c, c.pi.hThread)\n";
    assert_eq!(codes(source), [Code::TooManyArguments]);
}

#[test]
fn the_count_of_an_array_and_the_length_of_a_buffer_are_not_written() {
    assert_eq!(codes("process p\np: WaitForMultipleObjects(2, [4, 8], TRUE, 0)\n"), [Code::TooManyArguments]);
    assert_eq!(codes("process p\np: WriteFile(4, \"ab\", 2, &n, NULL)\n"), [Code::WrongKind]);
}

#[test]
fn a_value_in_the_place_of_another_parameter_is_sent_to_its_own() {
    let help = |source: &str| {
        let (tree, _) = parse(source);
        let diagnostics = check(&tree).expect_err("a mistake");
        diagnostics.iter().flat_map(|diagnostic| diagnostic.help.clone()).collect::<Vec<String>>().join(" ")
    };
    let opened = help("process p\np: CreateFile(\"x\", GENERIC_READ, FILE_SHARE_READ, OPEN_EXISTING)\n");
    assert!(opened.contains("`dwCreationDisposition: OPEN_EXISTING`"), "{opened}");
    let timer = help("process p\np: CreateWaitableTimer(TRUE)\n");
    assert!(timer.contains("`bManualReset: TRUE`"), "{timer}");
    let named = help("process p\np: CreateMutex(\"m\")\n");
    assert!(named.contains("`lpName: \"m\"`"), "{named}");
    let limit = help("process p\np: SetInformationJobObject(4, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE)\n");
    assert!(limit.contains("`LimitFlags: JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE`"), "{limit}");
}

#[test]
fn a_variable_of_a_broken_step_is_told_with_its_process() {
    let source = "process p\np: WriteFile(4, \"ab\", 2, &n)\ncheck n == 2\n";
    let (tree, _) = parse(source);
    let diagnostics = check(&tree).expect_err("two mistakes");
    assert!(diagnostics[1].help.concat().contains("`p.n`"), "{:?}", diagnostics[1].help);
}

#[test]
fn a_process_of_a_broken_step_is_not_unknown_to_a_check() {
    assert_eq!(
        codes("process p\np: CreateProcess(\"c\", TRUE, &pi)\ncheck running(c)\ncheck dead(c)\n").len(),
        1
    );
}

#[test]
fn a_process_whose_name_was_refused_is_not_unknown_to_later_steps() {
    assert_eq!(
        codes("process p\np: child = CreateEvent()\np: CreateProcess(\"child\", &pi)\nchild: Sleep(1)\n"),
        [Code::NameTaken]
    );
}

#[test]
fn what_is_to_be_filled_is_a_variable_also_if_its_parameter_is_named() {
    assert_eq!(
        codes("process p\np: r = CreateEvent()\np: CreatePipe(hReadPipe: r, hWritePipe: &w)\n"),
        [Code::WrongKind]
    );
    assert_eq!(codes("process p\np: CreatePipe(hReadPipe: NULL, hWritePipe: &w)\n"), []);
}

#[test]
fn only_a_name_that_is_free_can_be_created_in_the_gap() {
    let checked = |name: &str| {
        codes(&format!(
            "exercise\n  task \"t\"\nprocess p\np: hEvent = CreateEvent()\np: CreateThread(\"w\")\nbegin\nend\n\
             check exit_code({name}) == 1\n"
        ))
    };
    assert_eq!(checked("child"), []);
    assert_eq!(checked("p.other"), []);
    for taken in ["p.hEvent", "TRUE", "exercise", "p.pid", "p.TRUE", "p.end", "p.a.b", "q.w"] {
        assert_ne!(checked(taken), [], "{taken}");
    }
}

#[test]
fn the_threads_of_a_process_that_a_broken_step_would_have_created_are_not_unknown() {
    let source =
        "process p\np: CreateProcess(\"c\", TRUE, &pi)\nc.worker: Sleep(1)\ncheck blocked(c.worker)\n";
    assert_eq!(codes(source).len(), 1);
}

#[test]
fn an_argument_that_fills_is_not_taken_for_the_one_too_many() {
    let source = "process p\np: WaitForSingleObject(&x, 4, 5, 6)\n";
    assert_eq!(codes(source), [Code::TooManyArguments]);
}

#[test]
fn what_a_step_by_somebody_unknown_would_have_filled_is_not_unknown() {
    assert_eq!(codes("process p\nq: CreatePipe(&r, &w)\ncheck valid(p, p.r)\n"), [Code::UnknownActor]);
}

#[test]
fn an_object_is_compared_with_an_object_or_a_number_only() {
    let start = "process p\np: h = CreateEvent()\n";
    assert_eq!(codes(&format!("{start}check p == p.h\n")), [Code::WrongKind]);
}

#[test]
fn before_the_gap_nothing_is_set_in_it_but_for_those_who_look_at_any_time() {
    let before_gap = |line: &str| codes(&format!("exercise\n  task \"t\"\nprocess p\n{line}\nbegin\nend\n"));
    for looks in ["p.h == 4", "valid(p, p.h)", "handles(p.h) == 1"] {
        assert_eq!(before_gap(&format!("check {looks}")), [Code::UnknownVariable], "{looks}");
        assert_eq!(before_gap(&format!("always {looks}")), [], "{looks}");
    }
}

#[test]
fn a_line_with_a_stray_argument_is_one_mistake_also_when_it_is_only_counted() {
    let source = format!("process p\n{}p: SetEvent(\"x\", 5)\n", "p: SetEvnt(4)\n".repeat(100));
    let (tree, _) = parse(&source);
    let diagnostics = check(&tree).expect_err("many mistakes");
    assert_eq!(diagnostics.last().unwrap().message, "1 more mistake is not shown");
}

#[test]
fn an_exercise_without_a_gap_is_one_mistake_whatever_its_goal_asks_for() {
    assert_eq!(codes("exercise\n  task \"t\"\n  goal valid(p, p.h)\nprocess p\n").len(), 1);
}
