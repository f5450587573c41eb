//! `handlelab try` and `handlelab grade`: whatever is handed in gets its report, in the form that each service documents.

#[path = "common/command.rs"]
mod command;

use command::handlelab;
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const EXERCISE: &str = include_str!("../scenarios/exercises/02-only-signal.hlab");
const SOLUTION: &str = include_str!("../scenarios/exercises/02-only-signal.solution.hlab");

/// An exercise and what seven students handed in: solved, half solved, nothing, a mistake, a forbidden call, bytes, no file.
fn class() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let submissions = folder.path().join("submissions");
    fs::create_dir_all(submissions.join("gil")).unwrap();
    fs::write(folder.path().join("signal.hlab"), EXERCISE).unwrap();
    fs::write(submissions.join("ann.hlab"), SOLUTION).unwrap();
    fs::write(submissions.join("bob.hlab"), SOLUTION.replace("DUPLICATE_CLOSE_SOURCE", "0")).unwrap();
    fs::write(submissions.join("cid.hlab"), EXERCISE).unwrap();
    fs::write(
        submissions.join("dot.hlab"),
        SOLUTION.replace("EVENT_MODIFY_STATE, FALSE", "EVENT_MODIFY, FALSE"),
    )
    .unwrap();
    fs::write(submissions.join("eva.hlab"), EXERCISE.replace("// your steps", "parent: <&\"\u{1b}\u{7}>"))
        .unwrap();
    fs::write(submissions.join("fin.hlab"), b"\xFF\xFE\x00begin").unwrap();
    folder
}

fn report(folder: &Path, format: &str, file: &str) -> String {
    let (code, out, err) = handlelab(folder, &["grade", "signal.hlab", file, "--format", format]);
    assert_eq!((code, err.as_str()), (0, ""), "{format} {file}");
    out
}

#[test]
fn try_tells_of_every_goal_and_ends_with_its_code() {
    let folder = class();
    fs::copy(folder.path().join("submissions/bob.hlab"), folder.path().join("bob.hlab")).unwrap();
    let (code, out, err) = handlelab(folder.path(), &["try", "bob.hlab"]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.contains("  no goal handles(parent.hEvent) == 1\n"), "{out}");
    assert!(out.contains("one too many: parent\n       0x4 (hEvent) and child 0x4."), "{out}");
    assert!(out.contains("Not solved yet: 4 of 5 points."), "{out}");
    fs::write(folder.path().join("ann.hlab"), SOLUTION).unwrap();
    fs::write(folder.path().join("ann.solution.hlab"), SOLUTION).unwrap();
    let (code, out, _) = handlelab(folder.path(), &["try", "ann.hlab"]);
    assert_eq!(code, 0);
    assert!(out.ends_with("Solved, with 1 step.\nThe instructor's solution has as many.\n"), "{out}");
    let (code, out, _) = handlelab(folder.path(), &["try", "ann.hlab", "--format", "json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &json["solved"], &json["score"]["points"]), (0, &Value::from(true), &Value::from(5)));
    let (code, _, err) = handlelab(folder.path(), &["try", "submissions/dot.hlab"]);
    assert_eq!(code, 2);
    assert!(err.contains("EVENT_MODIFY"), "{err}");
    fs::write(folder.path().join("none.hlab"), "process p\n").unwrap();
    let (code, _, err) = handlelab(folder.path(), &["try", "none.hlab"]);
    assert_eq!((code, err.as_str()), (2, "error: none.hlab is no exercise: it has no line `exercise`\n"));
}

#[test]
fn hints_come_one_by_one() {
    let folder = class();
    let hint = |argument| handlelab(folder.path(), &["try", argument, "signal.hlab"]);
    let (code, first, _) = hint("--hint");
    assert_eq!(code, 0);
    assert!(first.starts_with("Hint 1 of 3: ") && first.contains("signal.hlab --hint=2"), "{first}");
    let (_, last, _) = hint("--hint=3");
    assert!(last.starts_with("Hint 3 of 3: ") && !last.contains("next"), "{last}");
    assert_eq!(hint("--hint=4").0, 2);
    assert_eq!(hint("--hint=0").0, 2);
}

#[test]
fn a_folder_is_graded_in_one_call_and_one_bad_submission_stops_nothing() {
    let folder = class();
    let (code, out, err) = handlelab(folder.path(), &["grade", "signal.hlab", "submissions"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let line =
        |name: &str| out.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{out}"));
    assert_eq!(line("ann"), "ann      +  +  +  +  +  5 of 5      1");
    assert_eq!(line("bob"), "bob      +  -  +  +  +  4 of 5      1");
    assert!(line("cid").contains("0 of 5"));
    assert!(line("dot").ends_with("Your steps cannot be read: line 19 has a mistake."));
    assert!(line("fin").contains("The file is no text"));
    assert!(line("gil").ends_with("Nothing was handed in."));
    assert!(out.ends_with("7 submissions: 1 solved, 1.3 of 5 points on average\n"), "{out}");
    let (_, again, _) = handlelab(folder.path(), &["grade", "signal.hlab", "submissions", "--jobs", "1"]);
    assert_eq!(out, again, "however many work at it");
}

#[test]
fn line_ends_of_windows_and_a_mark_at_the_start_change_nothing() {
    let folder = class();
    let (marked, crlf) = (format!("\u{feff}{SOLUTION}"), SOLUTION.replace('\n', "\r\n"));
    let only_the_gap = SOLUTION.split_once("begin\n").unwrap().1;
    for text in [marked, crlf.clone(), format!("\u{feff}begin\r\n{only_the_gap}"), format!("\u{feff}{crlf}")]
    {
        fs::write(folder.path().join("mine.hlab"), &text).unwrap();
        let (_, out, _) = handlelab(folder.path(), &["grade", "signal.hlab", "mine.hlab"]);
        assert!(out.ends_with("Solved, with 1 step.\n"), "{text}: {out}");
    }
    fs::write(folder.path().join("signal.hlab"), EXERCISE.replace('\n', "\r\n")).unwrap();
    let (_, out, _) = handlelab(folder.path(), &["grade", "signal.hlab", "mine.hlab"]);
    assert!(out.ends_with("Solved, with 1 step.\n"), "{out}");
}

#[test]
fn a_student_may_have_a_folder_of_their_own() {
    let folder = class();
    for (student, file) in [("hal", "signal.hlab"), ("ida", "my work.hlab")] {
        fs::create_dir(folder.path().join("submissions").join(student)).unwrap();
        fs::write(folder.path().join("submissions").join(student).join(file), SOLUTION).unwrap();
    }
    fs::write(folder.path().join("submissions/hal/other.hlab"), "process p\n").unwrap();
    let (_, out, _) = handlelab(folder.path(), &["grade", "signal.hlab", "submissions"]);
    assert_eq!(out.lines().filter(|line| line.contains("5 of 5")).count(), 3, "{out}");
}

#[test]
fn a_missing_submission_still_gets_a_report() {
    let folder = class();
    let out = report(folder.path(), "gradescope", "nobody.hlab");
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["score"], 0.0);
    assert_eq!(json["output"], "There is no file nobody.hlab.");
    let (code, _, err) = handlelab(folder.path(), &["grade", "missing.hlab", "submissions"]);
    assert_eq!(code, 2);
    assert!(err.contains("there is no file missing.hlab"), "{err}");
}

/// A field and what it may hold.
type Field = (&'static str, fn(&Value) -> bool);

/// Has an object the fields of a schema and no others, each of its type?
fn fits(object: &Value, schema: &[Field]) {
    let fields = object.as_object().unwrap();
    for (name, value) in fields {
        let (_, is_right) =
            schema.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}"));
        assert!(is_right(value), "{name}: {value}");
    }
}

fn is_format(value: &Value) -> bool {
    ["text", "html", "simple_format", "md", "ansi"].iter().any(|known| value == known)
}

fn is_visibility(value: &Value) -> bool {
    ["hidden", "after_due_date", "after_published", "visible"].iter().any(|known| value == known)
}

#[test]
fn gradescope_gets_the_fields_that_it_documents() {
    let folder = class();
    for (name, points) in
        [("ann", 10.0), ("bob", 8.0), ("cid", 0.0), ("dot", 0.0), ("eva", 0.0), ("fin", 0.0)]
    {
        let file = format!("submissions/{name}.hlab");
        let arguments = ["grade", "signal.hlab", &file, "--format", "gradescope", "--points", "10"];
        let (code, out, err) = handlelab(folder.path(), &arguments);
        assert_eq!((code, err.as_str()), (0, ""), "{name}");
        let json: Value = serde_json::from_str(&out).unwrap();
        fits(
            &json,
            &[
                ("score", Value::is_number),
                ("execution_time", Value::is_number),
                ("output", Value::is_string),
                ("output_format", is_format),
                ("test_output_format", is_format),
                ("test_name_format", is_format),
                ("visibility", is_visibility),
                ("stdout_visibility", is_visibility),
                ("extra_data", Value::is_object),
                ("tests", Value::is_array),
                ("leaderboard", Value::is_array),
            ],
        );
        let tests = json["tests"].as_array().unwrap();
        assert_eq!(tests.len(), 5, "{name}: every submission has the same tests");
        for test in tests {
            fits(
                test,
                &[
                    ("score", Value::is_number),
                    ("max_score", Value::is_number),
                    ("status", |status| status == "passed" || status == "failed"),
                    ("name", Value::is_string),
                    ("name_format", is_format),
                    ("number", Value::is_string),
                    ("output", Value::is_string),
                    ("output_format", is_format),
                    ("tags", Value::is_array),
                    ("visibility", is_visibility),
                    ("extra_data", Value::is_object),
                ],
            );
            assert_eq!(test["status"] == "passed", test["score"] == test["max_score"]);
        }
        let sum: f64 = tests.iter().map(|test| test["score"].as_f64().unwrap()).sum();
        assert_eq!((json["score"].as_f64().unwrap(), sum), (points, points), "{name}");
    }
}

fn from_base64(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => panic!("{letter} is no letter of base64"),
    };
    assert_eq!(text.len() % 4, 0);
    let letters = text.trim_end_matches('=').bytes().map(value);
    let bits: Vec<bool> = letters.flat_map(|six| (0..6).rev().map(move |bit| six >> bit & 1 == 1)).collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit))).collect()
}

#[test]
fn classroom_gets_the_fields_that_its_reporter_reads() {
    let folder = class();
    for (name, status, points) in [
        ("ann", "pass", 5.0),
        ("bob", "fail", 4.0),
        ("cid", "error", 0.0),
        ("dot", "error", 0.0),
        ("fin", "error", 0.0),
    ] {
        let out = report(folder.path(), "classroom", &format!("submissions/{name}.hlab"));
        let line = out.strip_suffix('\n').unwrap();
        let json: Value = serde_json::from_slice(&from_base64(line)).unwrap();
        fits(
            &json,
            &[
                ("version", |version| *version == 1),
                ("status", |status| ["pass", "fail", "error"].iter().any(|known| status == known)),
                ("max_score", Value::is_number),
                ("tests", Value::is_array),
            ],
        );
        assert_eq!(
            (&json["status"], &json["max_score"]),
            (&Value::from(status), &Value::from(5.0)),
            "{name}"
        );
        let tests = json["tests"].as_array().unwrap();
        for test in tests {
            fits(
                test,
                &[
                    ("name", Value::is_string),
                    ("status", |status| ["pass", "fail", "error"].iter().any(|known| status == known)),
                    ("message", Value::is_string),
                    ("test_code", Value::is_string),
                    ("filename", Value::is_string),
                    ("line_no", Value::is_number),
                    ("execution_time", Value::is_number),
                    ("score", Value::is_number),
                ],
            );
        }
        // The reporter adds up the scores, and its table divides evenly: both must give the same.
        let passed = tests.iter().filter(|test| test["status"] == "pass").count() as f64;
        let sum: f64 = tests.iter().map(|test| test["score"].as_f64().unwrap()).sum();
        assert_eq!((sum, passed * 5.0 / tests.len() as f64), (points, points), "{name}");
    }
}

#[test]
fn junit_is_xml_with_a_suite_for_each_and_a_case_for_each_point() {
    let folder = class();
    let out = report(folder.path(), "junit", "submissions");
    let document = roxmltree::Document::parse(&out).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    let number =
        |node: roxmltree::Node<'_, '_>, name: &str| node.attribute(name).unwrap().parse::<f64>().unwrap();
    let suites: Vec<_> = root.children().filter(roxmltree::Node::is_element).collect();
    assert_eq!(suites.len(), 7);
    let (mut tests, mut failures, mut errors) = (0.0, 0.0, 0.0);
    for suite in suites {
        assert_eq!(suite.tag_name().name(), "testsuite");
        for name in ["name", "tests", "failures", "errors", "skipped", "time"] {
            assert!(suite.attribute(name).is_some(), "{name}");
        }
        let cases: Vec<_> = suite.children().filter(|node| node.has_tag_name("testcase")).collect();
        let having = |tag| {
            cases.iter().filter(|case| case.children().any(|child| child.has_tag_name(tag))).count() as f64
        };
        assert_eq!(number(suite, "tests"), cases.len() as f64);
        assert_eq!(
            (number(suite, "failures"), number(suite, "errors")),
            (having("failure"), having("error"))
        );
        for case in &cases {
            assert!(case.attribute("name").is_some() && case.attribute("classname").is_some());
            for child in case.children().filter(roxmltree::Node::is_element) {
                assert!(child.attribute("message").is_some() && child.attribute("type").is_some());
            }
        }
        tests += number(suite, "tests");
        failures += number(suite, "failures");
        errors += number(suite, "errors");
    }
    let total = (number(root, "tests"), number(root, "failures"), number(root, "errors"));
    assert_eq!(total, (tests, failures, errors));
    assert_eq!(total.0, 35.0);
}

#[test]
fn a_report_for_each_goes_into_a_folder() {
    let folder = class();
    let arguments = ["grade", "signal.hlab", "submissions", "--format", "gradescope"];
    let (code, _, err) = handlelab(folder.path(), &arguments);
    assert_eq!(code, 2);
    assert!(err.contains("--output FOLDER"), "{err}");
    let (code, out, _) = handlelab(folder.path(), &[&arguments[..], &["-o", "reports"]].concat());
    assert_eq!((code, out.as_str()), (0, "7 reports are in reports\n"));
    for name in ["ann", "bob", "cid", "dot", "eva", "fin", "gil"] {
        let text = fs::read_to_string(folder.path().join(format!("reports/{name}.json"))).unwrap();
        assert!(serde_json::from_str::<Value>(&text).unwrap()["score"].is_number());
    }
    let (code, ..) = handlelab(
        folder.path(),
        &["grade", "signal.hlab", "submissions/ann.hlab", "--format", "gradescope", "-o", "a/b/results.json"],
    );
    assert_eq!(code, 0);
    assert!(folder.path().join("a/b/results.json").is_file());
}

#[test]
fn no_report_holds_the_text_of_a_hidden_goal_and_json_holds_everything_else() {
    let folder = class();
    for format in ["text", "json", "junit"] {
        let out = report(folder.path(), format, "submissions");
        assert!(!out.contains("inherits"), "{format}");
        assert!(out.contains("a hidden goal"), "{format}");
    }
    let json: Value = serde_json::from_str(&report(folder.path(), "json", "submissions")).unwrap();
    assert_eq!(
        (&json["format"], &json["version"], &json["points"]),
        (&"handlelab grades".into(), &1.into(), &5.into())
    );
    assert_eq!(json["grades"].as_array().unwrap().len(), 7);
    assert_eq!(json["grades"][1]["feedback"]["findings"][1]["shortfalls"][0]["kind"], "count");
}

#[test]
#[cfg(unix)]
fn what_never_ends_or_never_begins_is_not_read() {
    let folder = class();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("submissions/zoe.hlab")).unwrap();
    let pipe = folder.path().join("submissions/yan.hlab");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let (code, out, _) = handlelab(folder.path(), &["grade", "signal.hlab", "submissions"]);
    assert_eq!(code, 0);
    for name in ["yan", "zoe"] {
        assert!(out.contains(&format!("submissions/{name}.hlab is no file.")), "{out}");
    }
}

#[test]
#[cfg(unix)]
fn a_link_shows_nobody_what_it_leads_to() {
    let folder = class();
    fs::write(folder.path().join("signal.solution.hlab"), SOLUTION).unwrap();
    std::os::unix::fs::symlink("../signal.solution.hlab", folder.path().join("submissions/lea.hlab"))
        .unwrap();
    std::os::unix::fs::symlink("../../secret", folder.path().join("submissions/gil/signal.hlab")).unwrap();
    fs::write(folder.path().join("secret"), "parent: Secret()\n").unwrap();
    let (code, out, err) =
        handlelab(folder.path(), &["grade", "signal.hlab", "submissions", "--format", "json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out.matches("is a link. Hand in the file itself.").count(), 2, "{out}");
    assert!(!out.contains("Secret"), "{out}");
    assert!(report(folder.path(), "text", "submissions/lea.hlab").contains("0 of 5"));
}

#[test]
fn a_folder_full_of_files_is_one_submission() {
    let folder = class();
    let full = folder.path().join("submissions/flo");
    fs::create_dir(&full).unwrap();
    (0..30).for_each(|number| fs::write(full.join(format!("{number}.hlab")), SOLUTION).unwrap());
    let (_, out, _) = handlelab(folder.path(), &["grade", "signal.hlab", "submissions"]);
    assert!(out.contains("There are 30 files, and none is called signal.hlab."), "{out}");
    assert_eq!(out.lines().filter(|line| line.starts_with("flo")).count(), 1, "{out}");
    fs::write(full.join("signal.hlab"), SOLUTION).unwrap();
    let (_, out, _) = handlelab(folder.path(), &["grade", "signal.hlab", "submissions"]);
    assert!(out.lines().any(|line| line.starts_with("flo") && line.contains("5 of 5")), "{out}");
}

#[test]
fn below_many_rows_the_heading_stands_once_more() {
    let folder = class();
    let headings = || {
        let (_, out, _) = handlelab(folder.path(), &["grade", "signal.hlab", "submissions"]);
        out.lines().filter(|line| line.starts_with("student ")).count()
    };
    assert_eq!(headings(), 1);
    let path = |number| folder.path().join(format!("submissions/{number}.hlab"));
    (0..20).for_each(|number| fs::write(path(number), SOLUTION).unwrap());
    assert_eq!(headings(), 2);
}
