//! `run --warn` shows misuses of handles, `run --deny` makes them fail.

#[path = "common/command.rs"]
mod command;

use std::fs;
use std::path::{Path, PathBuf};

const TWICE: &str = "process p\np: h = CreateEvent()                     => HANDLE\np: CloseHandle(h)                        => TRUE\n\
    p: CloseHandle(h)                        => FALSE ERROR_INVALID_HANDLE\n\
    p: WaitForSingleObject(NULL, 0)          => WAIT_FAILED ERROR_INVALID_HANDLE\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn run(source: &str, options: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.hlab"), source).unwrap();
    let args: Vec<&str> = ["run"].iter().chain(options).chain(&["x.hlab"]).copied().collect();
    command::handlelab(folder.path(), &args)
}

#[test]
fn nobody_is_bothered_who_does_not_ask() {
    let (code, out, err) = run(TWICE, &[]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(!out.contains("use-after-close") && !out.contains("misuse"), "{out}");
}

#[test]
fn a_warning_stands_below_its_step_and_fails_nothing() {
    let (code, out, _) = run(TWICE, &["--warn"]);
    assert_eq!(code, 0);
    let below = "   4 p: CloseHandle(h)\n  ok => FALSE ERROR_INVALID_HANDLE\n   ! use-after-close\n     \
                 h (0x4) was closed at line 3 and names nothing any more.\n     help: Close a handle once";
    assert!(out.contains(below), "{out}");
    assert!(out.contains("ok       x.hlab (4 steps, 2 misuses)"), "{out}");
    assert!(out.ends_with("1 file, 4 steps: 1 ok, 2 misuses\n"), "{out}");
}

#[test]
fn what_is_denied_fails() {
    let (code, out, _) = run(TWICE, &["--deny"]);
    assert_eq!(code, 1);
    assert!(out.contains("FAIL use-after-close") && out.contains("FAILED   x.hlab"), "{out}");
    let clean = "process p\np: h = CreateEvent()\np: CloseHandle(h)\n";
    assert_eq!(run(clean, &["--deny"]).0, 0);
}

#[test]
fn what_the_file_means_is_told_as_meant_and_fails_nothing() {
    let meant = TWICE.replace(
        "p: CloseHandle(h)                        => FALSE",
        "misuse use-after-close\np: CloseHandle(h) => FALSE",
    );
    let (code, out, _) = run(&meant, &["--deny"]);
    assert_eq!(code, 1, "the other one is not meant");
    assert!(out.contains("   ! use-after-close, meant\n") && out.contains("FAIL null-handle\n"), "{out}");
    assert!(out.ends_with("1 file, 4 steps: 0 ok, 1 failed, 2 misuses, 1 of them meant\n"), "{out}");
    let both = meant.replace("p: WaitFor", "misuse null-handle\np: WaitFor");
    let (code, out, _) = run(&both, &["--deny", "--quiet"]);
    assert_eq!(code, 0);
    assert!(
        out.starts_with("ok       x.hlab (4 steps, 2 misuses, all meant)\n"),
        "nothing else is told: {out}"
    );
    let (_, out, _) = run(&meant, &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let misuses = &json["runs"][0]["misuses"];
    assert_eq!((&misuses[0]["meant"], &misuses[1]["meant"]), (&true.into(), &false.into()));
}

#[test]
fn a_file_that_means_a_misuse_which_does_not_happen_fails_whoever_runs_it() {
    let source = "process p\np: h = CreateEvent()\nmisuse use-after-close\np: SetEvent(h)\n";
    for options in [&[][..], &["--quiet"], &["--warn"], &["--allow=use-after-close", "--deny"]] {
        let (code, out, _) = run(source, options);
        assert_eq!(code, 1, "{options:?}");
        assert!(
            out.contains("use-after-close") && out.contains("no such misuse at line 4"),
            "{options:?}: {out}"
        );
        assert!(out.contains("x.hlab:3"), "{options:?}: {out}");
    }
}

#[test]
fn classes_can_be_chosen_one_by_one() {
    let (code, out, _) = run(TWICE, &["--deny=null-handle", "--quiet"]);
    assert_eq!(code, 1);
    assert!(out.starts_with("x.hlab:5  null-handle\n"), "{out}");
    assert!(!out.contains("use-after-close"), "{out}");
    let (code, out, _) = run(TWICE, &["--warn", "--deny=foreign-value,wrong-type", "--quiet"]);
    assert_eq!(code, 0);
    assert!(out.contains("x.hlab:4  use-after-close") && out.contains("x.hlab:5  null-handle"), "{out}");
    assert_eq!(run(TWICE, &["--deny", "--allow", "null-handle,use-after-close"]).0, 0);
    assert_eq!(run(TWICE, &["--deny", "--allow=null-handle"]).0, 1);
}

#[test]
fn an_unknown_class_is_answered_with_the_known_ones() {
    let (code, _, err) = run(TWICE, &["--deny=use-after-clos"]);
    assert_eq!(code, 2);
    assert!(err.contains("use-after-close") && err.contains("accidental-inheritance"), "{err}");
}

#[test]
fn programs_get_the_misuses_with_the_run_whether_or_not_they_ask() {
    let (code, out, _) = run(TWICE, &["--format", "json"]);
    assert_eq!(code, 0);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let misuses = &json["runs"][0]["misuses"];
    let first = &misuses[0];
    assert_eq!(misuses.as_array().unwrap().len(), 2);
    assert_eq!(
        (&first["class"], &first["line"], &first["step"]),
        (&"use-after-close".into(), &4.into(), &3.into())
    );
    assert_eq!(first["actor"], "p");
    assert!(first["what"].as_str().unwrap().contains("line 3") && first["advice"].is_string());
    let given = &json["runs"][0]["steps"][3]["given"][0];
    assert_eq!((&given["param"], &given["variable"]), (&"hObject".into(), &"p.h".into()));
    assert_eq!(run(TWICE, &["--format", "json", "--deny"]).0, 1);
    assert_eq!(run(TWICE, &["--format", "json", "--warn"]).0, 0);
}

#[test]
fn lessons_that_show_a_misuse_stay_green_and_say_where_it_is() {
    let (code, out, _) =
        command::handlelab(&root(), &["run", "--quiet", "--warn", "scenarios/lessons/programs"]);
    assert_eq!(code, 0);
    assert!(out.contains("ok       scenarios/lessons/programs/65-grepmp.hlab (48 steps)"), "{out}");
    assert!(out.contains("66-wrong-forgotten-close.hlab:11  accidental-inheritance"), "{out}");
}

#[test]
fn lessons_mean_every_misuse_that_they_show_but_the_one_that_is_there_to_be_found() {
    let (code, out, _) = command::handlelab(&root(), &["run", "--quiet", "--deny", "scenarios/lessons"]);
    assert_eq!(code, 1);
    let failed: Vec<&str> = out.lines().filter(|line| line.starts_with("FAILED")).collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0].contains("66-wrong-forgotten-close.hlab") && out.contains(" of them meant"), "{out}");
}

#[test]
fn every_class_has_a_page_with_its_two_files_and_stands_in_the_index() {
    let (_, index, _) = command::handlelab(&root(), &["explain"]);
    for class in handlelab::run::misuse::Class::ALL {
        let (code, page, _) = command::handlelab(&root(), &["explain", class.name()]);
        assert_eq!(code, 0);
        assert!(page.contains("a misuse of a handle") && page.contains("A file with this misuse"), "{page}");
        assert!(index.contains(class.name()), "{index}");
    }
    let (code, _, err) = command::handlelab(&root(), &["explain", "use-after-colse"]);
    assert_eq!(code, 2);
    assert!(err.contains("Did you mean use-after-close?"), "{err}");
}
