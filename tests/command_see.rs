//! What the commands that look at a run answer, and how they end.

use std::path::Path;
use std::process::{Command, Output};

const FORGOTTEN: &str = "scenarios/lessons/programs/66-wrong-forgotten-close.hlab";

fn handlelab(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_handlelab"))
        .args(args)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .output()
        .unwrap()
}

fn ended(args: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = handlelab(args);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn why_of_an_object_that_is_there_ends_well() {
    let (code, out, _) = ended(&["why", FORGOTTEN, "grepMP.hOut1", "--at", "29"]);
    assert_eq!(code, 0);
    assert!(out.contains("opened at line 6"), "{out}");
}

#[test]
fn why_of_an_unknown_object_ends_with_two_and_suggests_one() {
    let (code, out, err) = ended(&["why", FORGOTTEN, "grepMP.hOutt1"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("Did you mean `grepMP.hOut1`?"), "{err}");
}

#[test]
fn why_of_a_file_that_is_not_there_ends_with_two() {
    let (code, _, err) = ended(&["why", "no-such-file.hlab", "x"]);
    assert_eq!(code, 2);
    assert!(err.contains("there is no file no-such-file.hlab"), "{err}");
}

#[test]
fn leaks_end_with_one_when_something_is_held_and_with_zero_when_nothing_is() {
    let (code, out, _) = ended(&["leaks", FORGOTTEN]);
    assert_eq!(code, 1);
    assert!(out.contains("line 6\n"), "{out}");
    assert_eq!(ended(&["leaks", "scenarios/lessons/counts/20-last-handle-anywhere.hlab", "--at", "1"]).0, 0);
}

#[test]
fn diff_ends_well_for_lines_and_for_files_and_refuses_both_at_once() {
    let other = "scenarios/lessons/programs/65-grepmp.hlab";
    assert_eq!(ended(&["diff", FORGOTTEN, "--from", "6", "--to", "11"]).0, 0);
    assert_eq!(ended(&["diff", FORGOTTEN, other]).0, 0);
    assert_eq!(ended(&["diff", FORGOTTEN, other, "--from", "6"]).0, 2);
    assert_eq!(ended(&["diff", FORGOTTEN, "no-such-file.hlab"]).0, 2);
}

#[test]
fn render_writes_to_the_standard_output_or_into_a_file() {
    let (code, out, _) = ended(&["render", FORGOTTEN, "--as", "html"]);
    assert_eq!(code, 0);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    let path = path.to_str().unwrap();
    assert_eq!(ended(&["render", FORGOTTEN, "--as", "html", "-o", path]), (0, String::new(), String::new()));
    assert_eq!(std::fs::read_to_string(path).unwrap(), out);
    let beside = folder.path().join("beside");
    std::fs::write(&beside, "").unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions();
    assert_eq!(mode(Path::new(path)), mode(&beside), "a page to hand out can be read by others");
}

#[test]
fn render_refuses_unknown_views_and_unsolved_exercises() {
    let (code, _, err) = ended(&["render", FORGOTTEN, "--as", "pdf"]);
    assert_eq!(code, 2);
    assert!(err.contains("mermaid"), "{err}");
    let folder = tempfile::tempdir().unwrap();
    let exercise = folder.path().join("exercise.hlab");
    let text = "process p\nexercise\n  task \"Make an event.\"\n  goal open_handles(p) == 1\nbegin\nend\n";
    std::fs::write(&exercise, text).unwrap();
    let (code, out, err) = ended(&["render", exercise.to_str().unwrap(), "--as", "html"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("nobody has solved"), "{err}");
    assert_eq!(ended(&["render", FORGOTTEN, "--as", "svg", "-o", "no/such/folder/x.svg"]).0, 2);
}

#[test]
fn step_without_a_terminal_says_what_to_do_instead() {
    let (code, out, err) = ended(&["step", FORGOTTEN]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("handlelab run FILE"), "{err}");
}
