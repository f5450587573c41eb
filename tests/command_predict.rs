//! What `predict` asks, how it marks, and how it ends.

use handlelab::learn::predict::{Which, questions};
use handlelab::run::history::History;
use handlelab::run::record;
use handlelab::scenario::Document;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const LESSON: &str = "scenarios/lessons/counts/22-name-goes-with-last-handle.hlab";

fn ended(args: &[&str], typed: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_handlelab"))
        .arg("predict")
        .args(args)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that asks nothing may have ended before it could listen.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

fn file(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn answers() -> Vec<String> {
    let (code, out, _) = ended(&[LESSON, "--reveal"], "");
    assert_eq!(code, 0);
    out.lines().map(|line| line.split_once(": ").unwrap().1.to_owned()).collect()
}

#[test]
fn typing_every_revealed_answer_is_all_right() {
    let answers = answers();
    let (code, out, _) = ended(&[LESSON], &answers.join("\n"));
    assert_eq!(code, 0, "{out}");
    assert_eq!(out.matches("Right.").count(), answers.len());
    assert!(out.ends_with(&format!("{0} of {0} right\n", answers.len())), "{out}");
}

#[test]
fn a_wrong_answer_is_told_the_right_one_at_once_and_ends_with_one() {
    let mut answers = answers();
    answers[0] = "no idea".to_owned();
    let (code, out, _) = ended(&[LESSON], &answers.join("\n"));
    assert_eq!(code, 1);
    let (wrong, next) = (out.find("     No: ").unwrap(), out.find("     2. ").unwrap());
    assert!(wrong < next, "{out}");
}

#[test]
fn what_is_no_answer_is_asked_for_again_and_q_stops() {
    let answers = answers();
    let typed = format!("\n?\nz\n{}\nq\n", answers[0]);
    let (code, out, err) = ended(&[LESSON], &typed);
    assert_eq!(code, 1);
    assert_eq!(out.matches("     Type a letter from a to ").count(), 3, "{out}");
    assert!(out.ends_with("1 of 1 right\n"), "{out}");
    assert!(err.contains("stopped at question 2 of 11"), "{err}");
}

#[test]
fn a_refusal_is_explained_whether_or_not_it_was_foreseen() {
    let course = "scenarios/course/23-inheritance.predict.hlab";
    let (_, out, _) = ended(&[course], "1\n6\ntrue\ninvalid handle\ntrue\n");
    for told in ["parent.hNo (0x8) is a handle of parent, to Event #4.", "In second's table it"] {
        assert!(out.contains(told), "{told}: {out}");
    }
    assert!(out.ends_with("4 of 5 right\n"), "{out}");
}

#[test]
fn stopping_early_says_where_and_ends_with_one() {
    let (code, out, err) = ended(&[LESSON], "a\nb\n");
    assert_eq!(code, 1);
    assert!(err.contains("stopped at question 3 of 11"), "{err}");
    assert!(out.contains(" of 2 right"), "{out}");
}

#[test]
fn the_sheet_has_no_answers_and_the_key_has_all() {
    let (_, sheet, _) = ended(&[LESSON, "--sheet"], "");
    let (_, key, _) = ended(&[LESSON, "--key"], "");
    assert!(!sheet.contains("=>") && !sheet.contains("check "), "{sheet}");
    assert!(sheet.contains("Answer: ______"), "{sheet}");
    for answer in answers() {
        assert!(key.contains(&format!(") {answer}\n")), "{answer}: {key}");
    }
}

#[test]
fn a_file_of_answers_is_marked_by_number() {
    let (_folder, path) = file("answers.txt", "# mine\n9: null error_file_not_found\n6) WAIT_OBJECT_0\n");
    let (code, out, err) = ended(&[LESSON, "--answers", path.to_str().unwrap()], "");
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.ends_with("2 of 11 right\n"), "{out}");
    assert_eq!(out.matches("     Not answered.\n").count(), 9, "{out}");
    let (_folder, path) = file("answers.txt", "9: f\u{1b}[2Jalse\n6: wait\n");
    let (_, out, _) = ended(&[LESSON, "--answers", path.to_str().unwrap()], "");
    assert!(!out.contains('\u{1b}'), "{out}");
    assert!(out.contains("     Your answer: wait (which choice is meant?)\n     No: "), "{out}");
}

#[test]
#[cfg(unix)]
fn answers_that_never_end_are_not_read() {
    let (code, _, err) = ended(&[LESSON, "--answers", "/dev/zero"], "");
    assert_eq!(code, 2);
    assert!(!err.is_empty());
}

#[test]
fn a_file_of_answers_that_cannot_be_understood_says_where() {
    let (_folder, path) = file("answers.txt", "TRUE\n99: a\n2: a\n2: b\n");
    let (code, _, err) = ended(&[LESSON, "--answers", path.to_str().unwrap()], "");
    assert_eq!(code, 2);
    assert!(err.contains("answers.txt:1: write the question's number first"), "{err}");
    assert!(err.contains("answers.txt:2: there is no question 99"), "{err}");
    assert!(err.contains("answers.txt:4: question 2 is answered twice"), "{err}");
}

#[test]
fn two_states_are_shown_and_the_call_between_them_is_not() {
    let lesson = "scenarios/lessons/options/49-same-value.hlab";
    let (code, sheet, _) = ended(&[lesson, "--between", "--sheet"], "");
    assert_eq!(code, 0);
    let first = sheet.split("Answer:").next().unwrap();
    assert!(
        first.contains("before") && first.contains("after") && first.contains("CreateProcess"),
        "{first}"
    );
    assert!(!first.contains("   5 parent:"), "{first}");
}

#[test]
fn the_same_seed_asks_the_same_and_another_one_something_else() {
    let sheet = |seed: &str| ended(&[LESSON, "--sheet", "--seed", seed], "").1;
    assert_eq!(sheet("5"), sheet("5"));
    assert_ne!(sheet("5"), sheet("6"));
}

#[test]
fn a_file_that_cannot_be_read_ends_with_two() {
    assert_eq!(ended(&["no-such-file.hlab"], "").0, 2);
    let (_folder, path) = file("empty.hlab", "process p\n");
    let (code, _, err) = ended(&[path.to_str().unwrap()], "");
    assert_eq!(code, 2);
    assert!(err.contains("can be asked about"), "{err}");
}

fn lessons(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { lessons(&path, found) } else { found.push(path) }
    }
}

#[test]
fn every_lesson_has_questions_and_each_is_right_with_its_own_answer_only() {
    let mut files = Vec::new();
    lessons(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/lessons"), &mut files);
    assert!(files.len() > 60);
    for path in files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "hlab")) {
        let document = Document::read(fs::read_to_string(path).unwrap()).unwrap();
        let (_, trace) = record("", &document);
        let asked = questions(&document, &trace, &History::of(&trace), Which::All, 1);
        assert!(!asked.is_empty(), "{}", path.display());
        for question in asked {
            let right = question.choices.iter().filter(|choice| question.is_right(choice));
            assert_eq!(right.count(), 1, "{}: {question:?}", path.display());
        }
    }
}

#[test]
fn a_prediction_about_a_call_that_waits_for_ever_fails_nothing() {
    let source = "process p\np: h = CreateEvent()\np: WaitForSingleObject(h, INFINITE) => ?\n";
    let (report, _) = record("", &Document::read(source).unwrap());
    assert!(report.is_good(), "{:?}", report.failures);
}
