//! `handlelab course`: one step after the other, at one's own pace, and nothing of one's work is ever lost.

#[path = "common/command.rs"]
mod command;

use command::handlelab;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Somebody who works through the course in a folder of their own.
struct Student {
    folder: tempfile::TempDir,
}

impl Student {
    /// Has not started yet.
    fn new() -> Student {
        Student { folder: tempfile::tempdir().unwrap() }
    }

    fn started() -> Student {
        let student = Student::new();
        student.says(0, &["start"]);
        student
    }

    /// What is said: to standard output, or if nothing is said there, to standard error.
    fn says(&self, code: i32, args: &[&str]) -> String {
        let args: Vec<&str> = ["course"].iter().chain(args).copied().collect();
        let (found, out, err) = handlelab(self.folder.path(), &args);
        assert_eq!(found, code, "{args:?}: {out}{err}");
        if out.is_empty() { err } else { out }
    }

    /// The same, with lines that are typed.
    fn types(&self, args: &[&str], typed: &str) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_handlelab"));
        command.current_dir(self.folder.path()).arg("course").args(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join("handlelab-course").join(file)
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    /// Writes steps into the gap of an exercise.
    fn solves(&self, step: &str) {
        let solution =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/course/{step}.solution.hlab"));
        fs::write(self.path(&format!("{step}.hlab")), fs::read_to_string(solution).unwrap()).unwrap();
    }

    fn has_done(&self, line: &str) -> bool {
        self.read("handlelab-progress.txt").lines().any(|own| own == line)
    }
}

#[test]
fn who_has_not_started_is_told_how() {
    let student = Student::new();
    assert!(student.says(0, &[]).contains("handlelab course start"));
    assert!(student.says(0, &["list"]).contains("33      -        -     The race"));
    assert!(student.says(0, &["show", "33"]).starts_with("Step 33 of 33: The race\n"));
    assert!(
        student.says(0, &["list"]).ends_with("Start here                        handlelab course start\n")
    );
    assert!(student.says(2, &["try"]).contains("Start one: handlelab course start"));
    assert_eq!(fs::read_dir(student.folder.path()).unwrap().count(), 0, "looking writes nothing");
}

#[test]
fn a_step_is_predicted_solved_and_left_in_this_order_and_only_when_asked() {
    let student = Student::started();
    assert!(student.says(0, &[]).starts_with("Step 1 of 33: One object, one handle\n"));
    assert!(student.says(1, &["next"]).contains("The prediction and the exercise are still open."));
    let marked = student.types(&["predict"], "no\nno\n");
    assert!(
        marked.contains("More: handlelab explain SetEvent") && marked.contains("0 of 2 right"),
        "{marked}"
    );
    assert!(student.says(1, &["next"]).contains("The exercise is not solved yet."));
    assert!(student.says(1, &["try"]).contains("Not solved yet: 0 of 3 points."));
    student.solves("01-one-object");
    let solved = student.says(0, &["try"]);
    assert!(
        solved.contains("Solved, with 1 step.") && solved.contains("Go on: handlelab course next"),
        "{solved}"
    );
    assert!(student.says(0, &[]).starts_with("Step 1 of 33"), "who solves a step stays there");
    assert!(student.says(0, &["next"]).starts_with("Step 2 of 33"));
    let list = student.says(0, &["list"]);
    assert!(list.contains("    1      +        +     One object, one handle\n>   2      -"), "{list}");
    let end: Vec<&str> = list.lines().rev().take(3).collect();
    assert!(
        end[0] == "Go on                             handlelab course"
            && end[1].starts_with("You are at step 2: ")
            && end[2].is_empty(),
        "the end of a list that is longer than the terminal says where one is: {list}"
    );
}

#[test]
fn every_step_can_be_read_and_predicted_in_80_columns_and_stands_on_24_lines() {
    /// One line is the shell's.
    const LINES: usize = 23;
    let first = Student::new().says(0, &["start"]);
    assert!(first.lines().count() <= LINES, "{first}");
    let student = Student::started();
    for step in 1..=33 {
        let shown = student.says(0, &["show", &step.to_string()]);
        assert!(shown.lines().count() <= LINES, "{shown}");
    }
    for step in 1..=33 {
        let step = step.to_string();
        let shown = student.says(0, &["show", &step]) + &student.types(&["predict", &step], &"a\n".repeat(9));
        for line in shown.lines() {
            assert!(line.chars().count() <= 80, "step {step}: {line}");
        }
    }
    assert!(student.says(0, &["list"]).contains("0 of 33 solved, 33 predicted"));
}

#[test]
fn a_prediction_that_is_broken_off_does_not_count() {
    let student = Student::started();
    student.types(&["predict"], "a\n");
    assert!(!student.has_done("predicted 01-one-object"));
    student.types(&["predict"], "a\nq\n");
    assert!(!student.has_done("predicted 01-one-object"));
    student.types(&["predict"], "a\nb\n");
    assert!(student.has_done("predicted 01-one-object"));
}

#[test]
fn hints_come_one_by_one_and_the_solution_only_when_it_is_asked_for_by_name() {
    let student = Student::started();
    let first = student.says(0, &["hint"]);
    assert!(first.contains("Hint 1 of") && !first.contains("Hint 2 of"), "{first}");
    let second = student.says(0, &["hint"]);
    assert!(second.contains("Hint 1 of") && second.contains("Hint 2 of"), "{second}");
    let refused = student.says(1, &["solution"]);
    assert!(refused.contains("--reveal") && !refused.contains("bInitialState"), "{refused}");
    assert!(student.says(0, &["solution", "--reveal"]).contains("bInitialState"));
    student.solves("01-one-object");
    student.says(0, &["try"]);
    assert!(student.says(0, &["list"]).contains("1      -       (+)    One object"), "solved with help");
    student.solves("02-closing");
    assert!(student.says(0, &["solution", "2"]).contains("CloseHandle"), "who has solved it may look");
    assert!(!student.has_done("shown 02-closing"));
}

#[test]
fn steps_can_be_left_out_and_come_back_to() {
    let student = Student::started();
    assert!(student.says(0, &["next", "--skip"]).starts_with("Step 2 of 33"));
    assert!(student.says(0, &["next", "duplicate"]).starts_with("Step 16 of 33"));
    assert!(student.says(1, &["next", "3"]).contains("Step 3 is behind you"));
    student.solves("03-two-handles");
    assert!(student.says(0, &["try", "3"]).contains("Solved"));
    assert!(student.says(0, &["list"]).contains("    3      -        +     Two handles"));
    assert!(student.says(2, &["show", "dupliacte"]).contains("Did you mean duplicate?"));
}

#[test]
fn nothing_that_somebody_wrote_is_written_over() {
    let student = Student::started();
    fs::write(student.path("01-one-object.hlab"), "mine").unwrap();
    fs::remove_file(student.path("02-closing.hlab")).unwrap();
    assert!(student.says(2, &["try", "2"]).contains("there is no file"));
    let again = student.says(0, &["start"]);
    assert!(
        again.starts_with("1 exercise laid out in handlelab-course; 32 there already, left as it is."),
        "{again}"
    );
    assert_eq!(student.read("01-one-object.hlab"), "mine");
    assert!(student.read("02-closing.hlab").contains("// your steps"));
}

#[test]
fn the_goals_are_the_courses_own_whatever_is_written_into_the_file() {
    let student = Student::started();
    let text = student.read("02-closing.hlab").replace("goal dead(p.hEvent)", "goal alive(p.hEvent)");
    fs::write(student.path("02-closing.hlab"), text).unwrap();
    assert!(student.says(1, &["try", "2"]).contains("no goal dead(p.hEvent)"));
}

#[test]
fn the_course_is_found_from_its_own_folder_and_from_below() {
    let student = Student::started();
    student.says(0, &["next", "--skip"]);
    fs::create_dir_all(student.path("notes/deep")).unwrap();
    for folder in ["handlelab-course", "handlelab-course/notes/deep"] {
        let (code, out, _) = handlelab(&student.folder.path().join(folder), &["course"]);
        assert!(code == 0 && out.starts_with("Step 2 of 33"), "{folder}: {out}");
    }
}

#[test]
fn a_course_in_a_folder_of_ones_own_is_found_from_beside_it_unless_there_are_two() {
    let student = Student::new();
    student.says(0, &["start", "mine"]);
    assert!(student.says(0, &[]).starts_with("Step 1 of 33"));
    student.says(0, &["start", "yours"]);
    assert!(student.says(2, &["try"]).contains("no course is started"));
}

#[test]
fn progress_that_was_merged_counts_on_both_sides() {
    let student = Student::started();
    let file = "handlelab-progress.txt";
    let merged = student.read(file)
        + "<<<<<<< HEAD\nsolved 02-closing\n=======\nsolved 03-two-handles\n>>>>>>> other\n";
    fs::write(student.path(file), merged).unwrap();
    let (code, out, err) = handlelab(student.folder.path(), &["course", "list"]);
    assert!(code == 0 && out.contains("2 of 33 solved"), "{out}");
    assert!(err.contains("handlelab-progress.txt:3: a merge has left its marks here"), "{err}");
    student.says(0, &["next", "--skip"]);
    assert!(!student.read(file).contains("<<<"), "the marks go with the next line that is written");
    assert!(student.has_done("solved 02-closing") && student.has_done("solved 03-two-handles"));
}

#[test]
fn progress_that_cannot_be_understood_is_told_line_by_line_and_left_as_it_is() {
    let student = Student::started();
    let file = "handlelab-progress.txt";
    fs::write(student.path(file), "solved 02-closing\nsolvd 01-one-object\nwhat\n").unwrap();
    let told = student.says(2, &["next", "--skip"]);
    assert!(
        told.contains("handlelab-progress.txt:2: `solvd` says nothing here. Did you mean `solved`?"),
        "{told}"
    );
    assert!(told.contains("handlelab-progress.txt:3: `what` says nothing here."), "{told}");
    assert_eq!(student.read(file), "solved 02-closing\nsolvd 01-one-object\nwhat\n");
    fs::write(student.path(file), "solved 02-clsing\n").unwrap();
    let (code, _, err) = handlelab(student.folder.path(), &["course"]);
    assert!(code == 0 && err.contains("the course has no step 02-clsing"), "{err}");
    assert!(err.contains("Did you mean 02-closing?"), "{err}");
}

#[test]
fn the_end_of_the_course_is_told_with_what_is_still_open() {
    let student = Student::started();
    student.says(0, &["next", "33"]);
    student.solves("33-the-race");
    student.types(&["predict"], "a\na\n");
    let end = student.says(0, &["next"]);
    assert!(end.starts_with("You are through: 1 of 33 exercises solved.\nStill open: 1, 2, 3,"), "{end}");
    assert!(end.contains("More exercises, without end       handlelab generate --list"), "{end}");
    assert!(student.says(0, &["next"]).starts_with("You are through"));
    assert!(student.says(0, &["list"]).contains("1 of 33 solved, 1 predicted"));
}

/// A course of two steps, the first without a prediction.
fn own_course(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let text = |name: &str| {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/course").join(name)).unwrap()
    };
    for (name, from) in [
        ("close.hlab", "02-closing.hlab"),
        ("close.solution.hlab", "02-closing.solution.hlab"),
        ("open.hlab", "03-two-handles.hlab"),
        ("open.predict.hlab", "03-two-handles.predict.hlab"),
        ("open.solution.hlab", "03-two-handles.solution.hlab"),
    ] {
        fs::write(folder.join(name), text(from)).unwrap();
    }
    let steps =
        "[[step]]\nname = \"close\"\ntext = \"First.\"\n\n[[step]]\nname = \"open\"\ntext = \"Second.\"\n";
    fs::write(folder.join("course.toml"), format!("title = \"Ours\"\nabout = \"Two steps.\"\n\n{steps}"))
        .unwrap();
}

#[test]
fn an_instructors_own_course_is_a_folder_and_is_remembered() {
    let student = Student::new();
    own_course(&student.folder.path().join("ours"));
    assert!(student.says(0, &["--from", "ours"]).contains("handlelab course start --from ours"));
    student.says(0, &["start", "desk", "--from", "ours"]);
    assert!(student.folder.path().join("desk/close.hlab").exists());
    let desk = student.folder.path().join("desk");
    let (_, out, _) = handlelab(&desk, &["course"]);
    assert!(out.starts_with("Step 1 of 2: CloseHandle gives the handle back\n\nFirst.\n"), "{out}");
    assert!(fs::read_to_string(desk.join("handlelab-progress.txt")).unwrap().contains("\ncourse ../ours\n"));
    fs::copy(student.folder.path().join("ours/close.solution.hlab"), desk.join("close.hlab")).unwrap();
    let (code, out, _) = handlelab(&desk, &["course", "next"]);
    assert!(code == 0 && out.starts_with("Step 2 of 2"), "a step without a prediction needs none: {out}");
}

#[test]
fn a_course_that_is_broken_is_told_where() {
    let student = Student::new();
    let folder = student.folder.path().join("ours");
    own_course(&folder);
    let toml = fs::read_to_string(folder.join("course.toml")).unwrap();
    for (from, to, place, message) in [
        ("title =", "titel =", "course.toml:1:1", "Did you mean `title`?"),
        ("text = \"Second.\"", "text = Second", "course.toml:10:8", "error: "),
        (
            "name = \"open\"",
            "name = \"opne\"",
            "course.toml:9:8",
            "there is no file opne.hlab beside course.toml",
        ),
    ] {
        fs::write(folder.join("course.toml"), toml.replace(from, to)).unwrap();
        let told = student.says(2, &["list", "--from", "ours"]);
        assert!(told.contains(place) && told.contains(message), "{told}");
    }
    assert!(
        student.says(2, &["--from", "nowhere"]).contains("nowhere is no course: it has no file course.toml")
    );
}

#[test]
fn author_check_looks_at_a_whole_course() {
    let student = Student::new();
    let folder = student.folder.path().join("ours");
    own_course(&folder);
    let check = || handlelab(student.folder.path(), &["author", "check", "ours"]);
    let (code, out, _) = check();
    assert!(
        code == 0 && out.contains("a course of 2 steps\n         without a prediction: close\n"),
        "{out}"
    );
    fs::write(folder.join("close.predict.hlab"), "process p\np: CloseHandle(4) => ?\n").unwrap();
    let (code, out, _) = check();
    assert!(code == 0 && out.starts_with("ok       ours: a course of 2 steps\n"), "{out}");
    assert!(out.ends_with("2 exercises: 2 fit, 0 to be mended\n"), "{out}");
    fs::write(folder.join("close.predict.hlab"), "process p\np: CloseHandle(4) => TRUE\n").unwrap();
    fs::rename(folder.join("open.solution.hlab"), folder.join("opne.solution.hlab")).unwrap();
    let (code, out, _) = check();
    assert_eq!(code, 1);
    for complaint in [
        "close.predict.hlab does not hold when it runs.",
        "open has no solution: open.solution.hlab is not there.",
        "opne.solution.hlab belongs to no step",
    ] {
        assert!(out.contains(complaint), "{complaint}: {out}");
    }
    fs::write(folder.join("course.toml"), "title = 3\n").unwrap();
    let (code, _, err) = check();
    assert!(code == 2 && err.contains("course.toml:1:9"), "{err}");
}

/// The course as a page to read; `HANDLELAB_BLESS=1` writes it.
#[test]
fn the_page_of_the_course_says_what_the_course_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/course");
    let contents: toml::Table =
        toml::from_str(&fs::read_to_string(folder.join("course.toml")).unwrap()).unwrap();
    let mut page =
        format!("# {}\n\n{}\n\n", contents["title"].as_str().unwrap(), contents["about"].as_str().unwrap());
    page += "\
The command carries this course inside: `handlelab course` leads through it. This page is made from `course.toml`.
";
    for (index, step) in contents["step"].as_array().unwrap().iter().enumerate() {
        let (name, text) = (step["name"].as_str().unwrap(), step["text"].as_str().unwrap().trim_end());
        let exercise = fs::read_to_string(folder.join(format!("{name}.hlab"))).unwrap();
        let title = exercise.split('"').nth(1).unwrap();
        page += &format!("\n## {}. {title}\n\n{text}\n\n", index + 1);
        page += &format!(
            "[Predict]({name}.predict.hlab), [try]({name}.hlab), [solution]({name}.solution.hlab)\n"
        );
    }
    let path = folder.join("README.md");
    if std::env::var_os("HANDLELAB_BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert_eq!(
        fs::read_to_string(path).unwrap().replace("\r\n", "\n"),
        page,
        "HANDLELAB_BLESS=1 writes it anew"
    );
}
