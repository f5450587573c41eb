//! Exercises: what counts as solved, what does not, and what is said of it.

#[path = "common/attempt.rs"]
mod attempt;

use attempt::{EXERCISE, MOVE, exercise, filled, handed_in, points};
use handlelab::learn::feedback::{FindingKind, Rule, ShortfallKind, TroubleKind};
use handlelab::learn::{Exercise, Limits, Score, judge_bytes};

#[test]
fn a_solution_gets_every_point() {
    let found = filled(MOVE);
    assert!(found.is_solved(), "{found:?}");
    assert_eq!(found.score(), Score { points: 5, of: 5 });
    assert_eq!(found.steps, 1);
}

#[test]
fn a_goal_that_is_not_met_says_by_how_little() {
    let found = filled(&MOVE.replace("EVENT_MODIFY_STATE", "EVENT_MODIFY_STATE | SYNCHRONIZE"));
    let [goal, others @ ..] = found.findings.as_slice() else { panic!("{found:?}") };
    assert_eq!(goal.shortfalls[0].kind, ShortfallKind::ExtraRights);
    assert_eq!(goal.shortfalls[0].sentence, "The handle exists but also carries SYNCHRONIZE.");
    assert!(others.iter().all(|finding| finding.met), "{others:?}");
    assert_eq!(points(&found), 4);
}

#[test]
fn whoever_does_nothing_gets_nothing_even_for_what_is_so_from_the_start() {
    for gap in ["", "// nothing", "check handles(parent.hEvent) == 1"] {
        let found = filled(gap);
        assert_eq!((points(&found), found.is_solved()), (0, false), "{gap}");
        assert_eq!(found.trouble.unwrap().kind, TroubleKind::Empty);
    }
    let found = filled("parent: x = 4");
    assert_eq!((points(&found), found.trouble), (0, None));
    assert!(found.findings.iter().any(|finding| finding.met && finding.from_start));
}

#[test]
fn lines_outside_the_gap_do_not_come_from_the_student() {
    let exercise = exercise(EXERCISE);
    let submission = EXERCISE
        .replace("begin\nend\n", "begin\nparent: x = 4\nend\n")
        .replace("  goal access(child, parent.hChilds) == EVENT_MODIFY_STATE\n", "")
        .replace("handles(parent.hEvent) == 1", "handles(parent.hEvent) == 1 || TRUE == TRUE")
        .replace("allow", "require")
        .replace("child: SetEvent(parent.hChilds) => TRUE\n", "");
    let found = judge_bytes(&exercise, submission.as_bytes(), &Limits::default());
    assert_eq!(found.score(), Score { points: 0, of: 5 }, "{found:?}");
    let only_the_step = format!("begin\n{MOVE}\nend\n");
    assert!(judge_bytes(&exercise, only_the_step.as_bytes(), &Limits::default()).is_solved());
}

#[test]
fn ending_a_process_reaches_nothing() {
    let free = EXERCISE.replace("  allow DuplicateHandle, CloseHandle\n", "");
    for gap in [
        "parent: ExitProcess(0)",
        "parent: TerminateProcess(GetCurrentProcess(), 1)",
        "parent: TerminateProcess(pi.hProcess, 1)",
        "parent: TerminateThread(pi.hThread, 1)",
    ] {
        let found = handed_in(&free, gap);
        assert_eq!(points(&found), 0, "{gap}: {found:?}");
        let told =
            found.trouble.is_some() || found.broken_rules.iter().any(|broken| broken.rule == Rule::MustLive);
        assert!(told, "{gap}: {found:?}");
    }
    let alive =
        "exercise\n  task \"t\"\n  goal handles(p.h) == 0\nprocess p, q\np: h = CreateEvent()\nbegin\nend\n";
    assert_eq!(points(&handed_in(alive, "p: ExitProcess(0)")), 0);
    assert!(handed_in(alive, "p: CloseHandle(h)").is_solved());
    let asked = alive.replace("goal handles", "goal exited(p) && handles");
    assert!(handed_in(&asked, "p: ExitProcess(0)").is_solved());
    let allowed = alive.replace("  goal", "  allow ExitProcess\n  goal");
    assert!(handed_in(&allowed, "p: ExitProcess(0)").is_solved());
}

#[test]
fn the_variables_of_the_exercise_keep_naming_its_objects() {
    for gap in [
        "parent: hEvent = 0",
        "parent: DuplicateHandle(GetCurrentProcess(), hEvent, GetCurrentProcess(), &hEvent, 0, FALSE, 2)",
    ] {
        let found = filled(gap);
        assert_eq!(found.broken_rules[0].rule, Rule::OwnVariable, "{found:?}");
        assert_eq!(points(&found), 0);
    }
}

#[test]
fn what_a_call_should_tell_cannot_be_written_down_instead() {
    let source = "exercise\n  task \"t\"\n  goal p.ended == WAIT_OBJECT_0\n  goal p.code == 7\n  hidden goal p.hHidden == 3\n\
                  process p\np: CreateProcess(\"q\", &pi)\nq: ExitProcess(7)\nbegin\nend\n";
    let code = "p: GetExitCodeProcess(pi.hProcess, &code)";
    let wait = "p: ended = WaitForSingleObject(pi.hProcess, 0)";
    for gap in [
        format!("{code}\np: ended = 0"),
        format!("{code}\np: ended = WAIT_OBJECT_0"),
        format!("{code}\np: ended = code & 0"),
        format!("{code}\np: mine = 0\np: ended = mine"),
        format!("{wait}\np: code = 7"),
    ] {
        let found = handed_in(source, &gap);
        assert_eq!(
            found.broken_rules.first().map(|broken| broken.rule),
            Some(Rule::ByHand),
            "{gap}: {found:?}"
        );
        assert_eq!(points(&found), 0);
    }
    for gap in [
        format!("{code}\n{wait}"),
        format!("{code}\np: wait = WaitForSingleObject(pi.hProcess, 0)\np: ended = wait"),
        format!("p: time = 0\n{code}\np: ended = WaitForSingleObject(pi.hProcess, time)"),
        // What only a hidden goal asks about is not given away.
        format!("{code}\n{wait}\np: hHidden = 3"),
    ] {
        let found = handed_in(source, &gap);
        assert!(
            found.broken_rules.is_empty() && found.findings[..2].iter().all(|finding| finding.met),
            "{found:?}"
        );
    }
}

#[test]
fn the_courses_exercise_about_a_wait_is_not_solved_without_one() {
    let source = include_str!("../scenarios/course/14-has-it-ended.hlab").replace("// your steps\n", "");
    let code = "parent: GetExitCodeProcess(pi.hProcess, &code)";
    // FALSE is 0, as WAIT_OBJECT_0 is.
    for instead in ["parent: ended = 0", "parent: ended = GetExitCodeProcess(NULL, &nothing)"] {
        let found = handed_in(&source, &format!("{code}\n{instead}"));
        assert!(!found.is_solved(), "{instead}: {found:?}");
    }
    assert!(
        handed_in(&source, &format!("{code}\nparent: ended = WaitForSingleObject(pi.hProcess, 0)"))
            .is_solved()
    );
}

#[test]
fn a_call_of_ones_own_that_fails_is_told_until_the_exercise_is_solved() {
    let found =
        filled("parent: DuplicateHandle(pi.hThread, hEvent, pi.hProcess, &hChilds, EVENT_MODIFY_STATE)");
    assert_eq!(found.remarks, ["Line 15: DuplicateHandle answers FALSE ERROR_INVALID_HANDLE."]);
    let expected = filled("parent: CloseHandle(hChild) => FALSE\n");
    assert!(expected.remarks.is_empty(), "{expected:?}");
    assert!(filled(&format!("{MOVE}\nparent: CloseHandle(0)")).remarks.is_empty(), "it is solved");
}

#[test]
fn a_value_that_is_a_handle_is_told_like_one() {
    let source = "exercise\n  task \"t\"\n  goal p.a == p.b\nprocess p\np: a = CreateEvent()\nbegin\nend\n";
    let found = handed_in(source, "p: b = CreateEvent()");
    assert_eq!(found.findings[0].shortfalls[0].sentence, "`p.a` is 0x4, not 0x8.");
}

#[test]
fn calls_that_are_not_allowed_or_forbidden_count_for_nothing() {
    let found = filled(&format!("{MOVE}\nparent: hX = CreateEvent()"));
    assert_eq!((found.broken_rules[0].rule, found.broken_rules[0].line), (Rule::Allow, 16));
    assert_eq!(points(&found), 0);
    let forbidding = EXERCISE.replace("allow DuplicateHandle, CloseHandle", "forbid DuplicateHandle");
    assert_eq!(handed_in(&forbidding, MOVE).broken_rules[0].rule, Rule::Forbid);
}

#[test]
fn a_required_call_and_the_limit_are_points_of_their_own() {
    let requiring = EXERCISE.replace("limit 2 steps", "limit 1 step\n  require CloseHandle");
    let in_two = MOVE.replace("DUPLICATE_CLOSE_SOURCE", "0");
    let found = handed_in(&requiring, MOVE);
    assert_eq!(found.score(), Score { points: 5, of: 6 });
    let missing = found.findings.iter().find(|finding| finding.kind == FindingKind::Require).unwrap();
    assert_eq!(missing.shortfalls[0].sentence, "None of your steps calls CloseHandle.");
    let found = handed_in(&requiring, &format!("{in_two}\nparent: CloseHandle(hEvent)"));
    assert_eq!(found.score(), Score { points: 5, of: 6 });
    let limit = found.findings.iter().find(|finding| finding.kind == FindingKind::Limit).unwrap();
    assert_eq!(limit.shortfalls[0].sentence, "You have 2 steps; that is one too many.");
}

#[test]
fn only_steps_stand_in_the_gap() {
    for line in [
        "process q",
        "option reuse = fifo",
        "goal alive(parent)",
        "always alive(parent)",
        "title \"t\"",
        "exercise",
    ] {
        let found = filled(&format!("{MOVE}\n{line}"));
        assert_eq!(points(&found), 0, "{line}");
        assert!(found.trouble.is_some(), "{line}: {found:?}");
    }
}

#[test]
fn an_expectation_of_ones_own_that_does_not_come_is_a_remark_and_no_loss() {
    let found = filled(&format!("{MOVE} => FALSE"));
    assert!(found.is_solved(), "{found:?}");
    assert_eq!(found.remarks, ["Line 15: you expect FALSE, and what comes is TRUE."]);
}

#[test]
fn mistakes_in_the_gap_are_told_with_the_lines_of_the_submission() {
    let submission =
        format!("// my name\n\n{}", EXERCISE.replace("begin\nend", "begin\nparent: ClosHandle(hEvent)\nend"));
    let found = judge_bytes(&exercise(EXERCISE), submission.as_bytes(), &Limits::default());
    let trouble = found.trouble.unwrap();
    assert_eq!(
        (trouble.mistakes[0].line, trouble.mistakes[0].column, trouble.mistakes[0].code),
        (17, 9, "HL054")
    );
    let submission = submission.replace("ClosHandle(hEvent)", "");
    let found = judge_bytes(&exercise(EXERCISE), submission.as_bytes(), &Limits::default());
    assert_eq!(found.trouble.unwrap().mistakes[0].line, 17);
}

#[test]
fn a_gap_that_swallows_what_follows_swallows_nothing() {
    let found = filled(&format!("{MOVE}\nparent: CloseHandle("));
    assert_eq!(found.trouble.unwrap().kind, TroubleKind::Mistakes);
}

#[test]
fn no_feedback_holds_the_text_of_a_hidden_goal() {
    for gap in
        [MOVE, "", "parent: x = 4", "parent: hChilds = 8", "parent: ExitProcess(0)", "parent: (", "process p"]
    {
        let json = serde_json::to_string(&filled(gap)).unwrap();
        assert!(!json.contains("inherits"), "{gap}: {json}");
    }
    let every = EXERCISE.replace("  hidden", "  every order\n  hidden");
    let json = serde_json::to_string(&handed_in(&every, "parent: x = 4")).unwrap();
    assert!(!json.contains("inherits"), "{json}");
    assert!(!exercise(EXERCISE).handout().contains("inherits"));
    assert!(exercise(EXERCISE).handout().contains("goal handles(parent.hEvent) == 1"));
}

const RACE: &str = include_str!("../scenarios/exercises/08-not-too-early.hlab");

#[test]
fn what_must_hold_in_every_order_is_not_met_by_the_order_of_the_file() {
    let race = RACE.replace("// your steps\n", "");
    let found = handed_in(&race, "parent: WaitForSingleObject(hReady, 0)");
    let goal = &found.findings[0];
    assert_eq!((goal.met, goal.from_start), (false, false));
    assert_eq!(goal.shortfalls[0].kind, ShortfallKind::Order);
    let order = goal.order.as_ref().unwrap();
    assert!(order.find("CloseHandle(hReady)").unwrap() < order.find("OpenEvent").unwrap(), "{order}");
    assert!(handed_in(&race, "parent: WaitForSingleObject(hOpened, INFINITE)").is_solved());
}

#[test]
fn an_order_that_breaks_several_things_is_shown_once() {
    let source = "exercise\n  task \"t\"\n  every order\n  goal signaled(p.h)\n  goal signaled(p.h) && alive(p.h)\n  hidden goal handles(p.h) <= 7171\n\
                  process p\np: h = CreateEvent(bManualReset: TRUE)\np: CreateThread(\"t\")\nbegin\nend\n\
                  p.t: ResetEvent(h)\np: SetEvent(h)\n";
    let found = handed_in(source, "p: own = CreateEvent()");
    let [first, second, ..] = found.findings.as_slice() else { panic!("{found:?}") };
    assert!(first.order.is_some() && second.order.is_none(), "{found:?}");
    assert_eq!(second.shortfalls[0].sentence, "It holds in the order of the file, but not in the one above.");
    let json = serde_json::to_string(&found).unwrap();
    assert!(json.contains("finally signaled") && !json.contains("7171"), "{json}");
}

/// Nobody but the student's steps creates the child of whom the goals, a check and a step speak.
const CHILD: &str = "\
exercise
  task \"Create a child that inherits the event.\"
  goal valid(child, parent.hEvent)
  goal running(child)
  goal !dead(child)
process parent
parent: hEvent = CreateEvent(bInheritHandle: TRUE) => HANDLE
begin
end
child: SetEvent(parent.hEvent) => TRUE
check !blocked(child)
";

#[test]
fn goals_and_later_lines_may_speak_of_a_process_that_only_the_gap_creates() {
    let solved = handed_in(CHILD, "parent: CreateProcess(\"child\", bInheritHandles: TRUE)");
    assert!(solved.is_solved(), "{solved:?}");
    let empty_handed = handed_in(CHILD, "parent: CreateProcess(\"child\")");
    assert_eq!(empty_handed.score(), Score { points: 2, of: 4 }, "{empty_handed:?}");
    let nobody = handed_in(CHILD, "parent: SetEvent(hEvent)");
    let sentences: Vec<&str> = nobody
        .findings
        .iter()
        .flat_map(|finding| &finding.shortfalls)
        .map(|short| short.sentence.as_str())
        .collect();
    assert_eq!(points(&nobody), 0);
    assert!(sentences.contains(&"child has not been created."), "{sentences:?}");
    assert!(
        sentences.iter().any(|sentence| sentence.contains("cannot happen: `child` was never created")),
        "{sentences:?}"
    );
}

#[test]
fn a_thread_that_only_the_gap_creates_can_be_spoken_of() {
    let source = CHILD
        .replace("valid(child, parent.hEvent)", "running(parent.worker)")
        .replace("child: SetEvent", "parent.worker: SetEvent");
    let source: String =
        source.lines().filter(|line| !line.contains("child)")).map(|line| format!("{line}\n")).collect();
    let solved = handed_in(&source, "parent: CreateThread(\"worker\")");
    assert!(solved.is_solved(), "{solved:?}");
}

#[test]
fn before_the_gap_nobody_can_be_spoken_of_who_is_not_there() {
    let early = CHILD.replace("begin\nend\n", "child: SetEvent(parent.hEvent)\nbegin\nend\n");
    assert!(Exercise::read(&early).is_err());
}
