//! What the command `explore` promises.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const RACE: &str = "process parent\nparent: hEvent = CreateEvent(lpName: \"Ready\")  => HANDLE\n\
    parent: CreateProcess(\"child\", &pi)  => TRUE\nchild: hMine = OpenEvent(SYNCHRONIZE, FALSE, \"Ready\")  => HANDLE\n\
    parent: CloseHandle(hEvent)  => TRUE\n";
const SAFE: &str = "process p, q\np: h = CreateEvent()  => HANDLE\nq: h = CreateEvent()  => HANDLE\n\
    p: CloseHandle(h)  => TRUE\nq: CloseHandle(h)  => TRUE\nfinally open_handles(p) == 0\n";

fn explore(arguments: &[&str], file: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handlelab"));
    command.arg("explore").args(arguments).arg(file).output().unwrap()
}

fn file(folder: &TempDir, text: &str) -> PathBuf {
    let path = folder.path().join("a.hlab");
    fs::write(&path, text).unwrap();
    path
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_exit_code_tells_what_was_found() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, SAFE);
    assert_eq!(explore(&[], &path).status.code(), Some(0), "every order keeps everything");
    assert_eq!(explore(&["--limit-states", "3"], &path).status.code(), Some(3), "a limit came first");
    let path = file(&folder, RACE);
    assert_eq!(explore(&[], &path).status.code(), Some(1), "some order breaks something");
    let path = file(&folder, "process p\np: NoSuchCall()\n");
    assert_eq!(explore(&[], &path).status.code(), Some(2), "it cannot be read");
}

#[test]
fn a_limit_stops_the_counting_before_it_stops_the_verdicts() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, SAFE);
    let output = explore(&["--limit-states", "6"], &path);
    assert_eq!(output.status.code(), Some(0), "5 states are enough for the verdicts, 9 are there");
    let text = printed(&output);
    assert!(text.contains("Every verdict and every end is certain: 5 states were enough"), "{text}");
    assert!(text.contains("All orders end:") && text.contains("at least 1 order"), "{text}");
    let output = explore(&["--limit-states", "6", "--no-reduction"], &path);
    assert_eq!(output.status.code(), Some(3));
    let text = printed(&output);
    assert!(
        text.contains("--limit-states came first") && text.contains("first 2 moves of any order"),
        "{text}"
    );
    let output = explore(&["--no-count", "--format", "json"], &path);
    let found: serde_json::Value = serde_json::from_str(&printed(&output)).unwrap();
    let found = &found["explorations"][0];
    assert_eq!((&found["counted"], &found["judged"]), (&false.into(), &5.into()));
    let output = explore(&["--format", "json"], &path);
    let found: serde_json::Value = serde_json::from_str(&printed(&output)).unwrap();
    let found = &found["explorations"][0];
    assert_eq!(
        (&found["counted"], &found["states"], &found["orders"]),
        (&true.into(), &9.into(), &"6".into())
    );
}

#[test]
fn the_order_that_breaks_something_is_a_scenario_that_runs() {
    let folder = TempDir::new().unwrap();
    let output = explore(&["--format", "json"], &file(&folder, RACE));
    let found: serde_json::Value = serde_json::from_str(&printed(&output)).unwrap();
    assert_eq!(found["format"], "handlelab explorations");
    let facts = found["explorations"][0]["facts"].as_array().unwrap();
    let fact = facts.iter().find(|fact| fact["often"] == "sometimes").unwrap();
    assert_eq!(fact["line"], 4);
    assert_eq!(fact["bad"]["replays"], true);
    let path = file(&folder, fact["bad"]["scenario"].as_str().unwrap());
    let mut run = Command::new(env!("CARGO_BIN_EXE_handlelab"));
    assert_eq!(run.arg("run").arg(&path).output().unwrap().status.code(), Some(0));
}

#[test]
fn the_same_file_gives_the_same_bytes() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, RACE);
    for format in ["text", "json"] {
        let arguments = ["--format", format];
        assert_eq!(explore(&arguments, &path).stdout, explore(&arguments, &path).stdout);
    }
}

#[test]
fn people_are_told_the_verdicts_the_orders_and_the_ends() {
    let folder = TempDir::new().unwrap();
    let text = printed(&explore(&[], &file(&folder, RACE)));
    assert!(text.contains("2 orders, 7 states, at most 4 moves in an order"), "{text}");
    assert!(text.contains("Sometimes  child: hMine = OpenEvent"), "{text}");
    assert!(text.contains("found NULL ERROR_FILE_NOT_FOUND"), "{text}");
    assert!(text.contains("Event \"Ready\" of line 2: 1 handle, 2 references, not signaled"), "{text}");
}

/// The folders whose scenarios are explored here.
const FOLDERS: [&str; 4] = ["scenarios/tour", "scenarios/lessons", "scenarios/facts", "scenarios/golden"];

#[test]
fn every_witness_of_the_lessons_replays() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handlelab"));
    let output = command.args(["explore", "--format", "json"]).args(FOLDERS).output().unwrap();
    let found: serde_json::Value = serde_json::from_str(&printed(&output)).unwrap();
    let mut witnesses = 0;
    for exploration in found["explorations"].as_array().unwrap() {
        for fact in exploration["facts"].as_array().unwrap() {
            for witness in
                ["good", "bad"].map(|which| &fact[which]).into_iter().filter(|found| !found.is_null())
            {
                witnesses += 1;
                assert_eq!(witness["replays"], true, "{} {fact:#}", exploration["file"]);
            }
        }
    }
    assert!(witnesses > 500, "{witnesses}");
}
