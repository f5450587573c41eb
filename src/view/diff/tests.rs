use super::*;
use crate::run::record;
use crate::scenario::Document;

fn ran(source: &str) -> (Trace, History) {
    let (report, trace) = record("test.hlab", &Document::read(source).unwrap());
    assert!(report.is_good(), "{report:#?}");
    let history = History::of(&trace);
    (trace, history)
}

fn within(source: &str, from: u32, to: u32) -> String {
    let (trace, history) = ran(source);
    let scene = |line| Scene { trace: &trace, history: &history, moment: history.moment(Some(line)) };
    diff(&scene(from), &scene(to)).plain()
}

fn between(old: &str, new: &str) -> String {
    let (old, new) = (ran(old), ran(new));
    let end =
        |(trace, history): &'static (Trace, History)| Scene { trace, history, moment: history.moment(None) };
    diff(&end(Box::leak(Box::new(old))), &end(Box::leak(Box::new(new)))).plain()
}

const MOVES: &str = "process p\n\
    p: h = CreateEvent(lpName: \"Go\")\n\
    p: SetHandleInformation(h, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT)\n\
    p: h2 = CreateEvent()\n\
    p: SetEvent(h)\n\
    p: CloseHandle(h2)\n";

#[test]
fn a_line_compared_with_itself_shows_nothing() {
    assert!(within(MOVES, 4, 4).ends_with("Nothing is different.\n"));
}

#[test]
fn flags_states_and_new_rows_are_told_within_one_run() {
    let text = within(MOVES, 2, 5);
    assert!(text.contains("~ Event #3 \"Go\": state not signaled -> signaled"), "{text}");
    assert!(text.contains("+ Event #4 (handles 1, references 1)"), "{text}");
    assert!(text.contains("~ 0x4 -> Event #3 \"Go\": inheritable no -> yes"), "{text}");
    assert!(text.contains("+ 0x8 -> Event #4  EVENT_ALL_ACCESS"), "{text}");
}

#[test]
fn what_came_and_went_between_the_lines_is_not_there_and_the_way_back_is_the_mirror() {
    assert!(!within(MOVES, 3, 6).contains("#4"));
    assert!(within(MOVES, 5, 2).contains("- Event #4"));
}

#[test]
fn two_runs_that_differ_only_in_the_order_of_creation_differ_in_values_only() {
    let old = "process p\np: a = CreateEvent()\np: b = CreateMutex()\n";
    let new = "process p\np: b = CreateMutex()\np: a = CreateEvent()\n";
    let text = between(old, new);
    assert!(text.contains("~ 0x4 -> Event #3: value 0x4 -> 0x8"), "{text}");
    assert!(!text.contains("\n  +") && !text.contains("\n  -"), "{text}");
}

#[test]
fn a_close_that_one_run_lacks_shows_as_one_row_and_one_count() {
    let old = "process p, q\np: a = CreateEvent(lpName: \"Go\")\nq: b = OpenEvent(EVENT_MODIFY_STATE, FALSE, \"Go\")\n";
    let text = between(old, &format!("{old}q: CloseHandle(b)\n"));
    assert!(text.contains("handles 2 -> 1; references 3 -> 2"), "{text}");
    assert!(text.contains("q's handles\n  - 0x4 -> Event #5 \"Go\"  EVENT_MODIFY_STATE"), "{text}");
}
