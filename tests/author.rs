//! `handlelab author`: an exercise that is not fit to be given out is told so, and why.

#[path = "common/command.rs"]
mod command;

use command::handlelab;
use handlelab::learn::Exercise;
use handlelab::learn::author::{Checkup, TRIES, check};
use handlelab::learn::gap::Gap;
use std::fs;
use std::path::Path;

const EXERCISE: &str = "\
exercise
  task \"Make the event go.\"
  allow CloseHandle
  limit 2 steps
  hint \"Who has a handle?\"
  goal dead(p.h)
  hidden goal alive(p.hMutex)
process p, q
p: h = CreateEvent(lpName: \"E\") => HANDLE
p: hMutex = CreateMutex() => HANDLE
q: h = OpenEvent(SYNCHRONIZE, FALSE, \"E\") => HANDLE
begin
end
";
const SOLUTION: &str = "p: CloseHandle(h)\nq: CloseHandle(h)\n";

fn checked_with(source: &str, solutions: &[&str], tries: usize) -> Checkup {
    let exercise = Exercise::read(source).unwrap();
    let solutions: Vec<String> = solutions.iter().map(|gap| format!("begin\n{gap}end\n")).collect();
    let solutions: Vec<&str> = solutions.iter().map(String::as_str).collect();
    check(&exercise, &Gap::find(source, &exercise), &solutions, tries)
}

fn complaints(source: &str, solution: &str) -> Vec<String> {
    checked_with(source, &[solution], TRIES).complaints
}

#[test]
fn every_exercise_of_the_project_is_fit() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (code, out, err) = handlelab(root, &["author", "check", "scenarios/exercises", "scenarios/course"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.ends_with("42 exercises: 42 fit, 0 to be mended\n"), "{out}");
    assert!(!out.contains("cut"), "{out}");
}

#[test]
fn a_good_exercise_has_nothing_to_mend_and_its_solution_is_the_shortest() {
    let found = checked_with(EXERCISE, &[SOLUTION], TRIES);
    assert_eq!(found.complaints, Vec::<String>::new());
    let shortest = found.shortest.unwrap();
    assert_eq!((shortest.steps, shortest.lines.len(), shortest.complete), (2, 0, true));
    assert!(shortest.tried > 3);
}

#[test]
fn a_name_that_nobody_bears_is_told() {
    let source = EXERCISE.replace("hidden goal alive(p.hMutex)", "goal !running(r)");
    assert!(
        complaints(&source, SOLUTION)
            .contains(&"It speaks of r, whom nobody creates: neither its lines nor a solution.".to_owned())
    );
}

#[test]
fn what_is_wrong_with_an_exercise_is_told() {
    for (from, to, complaint) in [
        ("  task \"Make the event go.\"\n", "  task \"\"\n", "It has no task."),
        ("  goal dead(p.h)\n  hidden goal alive(p.hMutex)\n", "", "It has no goal."),
        ("goal dead(p.h)", "goal alive(p.h)", "It is solved without any step"),
        ("  hint \"Who has a handle?\"\n", "", "It has no hint."),
        ("Who has a handle?", " ", "Hint 1 is empty."),
        ("Who has a handle?", "Try p: CloseHandle( h ).", "Hint 1 tells a step of the solution."),
        ("Who has a handle?", "try closehandle(h)", "Hint 1 tells a step of the solution."),
        ("Make the event go.", "Write q: CloseHandle(h).", "The task tells a step of the solution."),
        ("  limit", "  hint \"Who has a handle?\"\n  limit", "Hint 2 is there twice."),
        (
            "allow CloseHandle",
            "forbid CloseHandle",
            "The solution does not solve it: CloseHandle is forbidden here.",
        ),
        (
            "allow CloseHandle",
            "allow CloseHandle\n  forbid CloseHandle",
            "CloseHandle is allowed and forbidden.",
        ),
        (
            "limit 2 steps",
            "limit 1 step",
            "The solution does not solve it: You have 2 steps; that is one too many.",
        ),
        ("begin\nend", "begin\np: CloseHandle(h)\nend", "There are steps in its gap"),
    ] {
        let source = EXERCISE.replace(
            "  hidden goal alive(p.hMutex)\n",
            if from.contains("hidden") { "  hidden goal alive(p.hMutex)\n" } else { "" },
        );
        assert!(source.contains(from), "{from}");
        let told = complaints(&source.replace(from, to), SOLUTION);
        assert!(told.iter().any(|told| told.starts_with(complaint)), "{complaint}: {told:?}");
    }
}

#[test]
fn a_solution_with_a_needless_line_or_with_mistakes_is_told() {
    let wide = EXERCISE.replace("limit 2", "limit 3");
    let told = complaints(&wide, "p: CloseHandle(h)\np: CloseHandle(h)\nq: CloseHandle(h)\n");
    assert_eq!(told, [2, 3].map(|line| format!("The solution solves it without its line {line} as well.")));
    let told = complaints(EXERCISE, "p: ClosHandle(h)\n");
    assert!(told[0].contains("line 2 has a mistake. there is no call `ClosHandle`"), "{told:?}");
    assert_eq!(
        checked_with(EXERCISE, &[], TRIES).complaints[0],
        "There is no solution: NAME.solution.hlab beside it."
    );
}

#[test]
fn a_shorter_solution_is_found_and_a_search_that_was_cut_says_so() {
    let free = EXERCISE
        .replace("allow CloseHandle", "allow CloseHandle, DuplicateHandle")
        .replace("limit 2", "limit 4");
    let long = "p: DuplicateHandle(GetCurrentProcess(), h, GetCurrentProcess(), &other, 0, FALSE, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE)\np: CloseHandle(other)\nq: CloseHandle(h)\n";
    let found = checked_with(&free, &[long], 200_000);
    let shortest = found.shortest.unwrap();
    assert_eq!((shortest.steps, shortest.lines.len()), (2, 2), "{shortest:?}");
    let cut = checked_with(&free, &[long], 10).shortest.unwrap();
    assert_eq!((cut.steps, cut.lines.len(), cut.tried, cut.complete), (3, 0, 10, false));
}

#[test]
fn the_command_finds_exercises_and_their_solutions_by_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("a.hlab", EXERCISE);
    write("a.solution.hlab", &EXERCISE.replace("begin\n", &format!("begin\n{SOLUTION}")));
    write("lesson.hlab", "process p\n");
    let (code, out, err) = handlelab(folder.path(), &["author", "check", "."]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(
        out.contains("ok       ./a.hlab") && out.ends_with("1 exercise: 1 fit, 0 to be mended\n"),
        "{out}"
    );
    write("b.hlab", EXERCISE);
    let (code, out, _) = handlelab(folder.path(), &["author", "check", "."]);
    assert_eq!(code, 1);
    assert!(out.contains("TO MEND  ./b.hlab\n         There is no solution"), "{out}");
    write("c.hlab", "exercise\n  task \"t\"\n");
    assert_eq!(handlelab(folder.path(), &["author", "check", "."]).0, 2);
    assert_eq!(handlelab(folder.path(), &["author", "check", "lesson.hlab"]).0, 2);
    let (code, out, _) = handlelab(folder.path(), &["author", "handout", "a.hlab"]);
    assert_eq!(code, 0);
    assert!(!out.contains("hidden") && out.contains("begin\n// your steps\nend\n"), "{out}");
    let (code, ..) = handlelab(folder.path(), &["author", "handout", "a.hlab", "-o", "students.hlab"]);
    assert_eq!(code, 0);
    let (code, out, _) = handlelab(folder.path(), &["try", "students.hlab"]);
    assert_eq!(code, 1, "{out}");
}
