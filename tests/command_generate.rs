//! The command `handlelab generate` writes what one can hand out, and destroys nothing.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn generate(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handlelab"));
    command.current_dir(folder).args(["generate", "--seed", "g1-test", "--topic", "handles"]).args(args);
    command.output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_batch_has_each_exercise_once_with_its_solution_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let output = generate(folder.path(), &["--level", "1..2", "--count", "6", "-o", "out"]);
    assert!(output.status.success(), "{}", told(&output));
    let names = files(&folder.path().join("out"));
    assert_eq!(names.len(), 12);
    assert_eq!(names[..2], ["handles-1-01.hlab", "handles-1-01.solution.hlab"]);
    let bodies: std::collections::BTreeSet<String> = names
        .iter()
        .map(|name| fs::read_to_string(folder.path().join("out").join(name)).unwrap())
        .map(|text| text.split_once('\n').unwrap().1.to_owned())
        .collect();
    assert_eq!(bodies.len(), 12);
}

#[test]
fn what_is_there_already_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("out")).unwrap();
    let mine = folder.path().join("out/handles-1-01.solution.hlab");
    fs::write(&mine, "mine").unwrap();
    let output = generate(folder.path(), &["-o", "out"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("--force"), "{}", told(&output));
    assert_eq!(files(&folder.path().join("out")).len(), 1, "nothing was written");
    assert!(generate(folder.path(), &["-o", "out", "--force"]).status.success());
    assert_ne!(fs::read_to_string(&mine).unwrap(), "mine");
}

#[test]
fn each_student_gets_an_own_variant_and_the_instructor_a_table() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("class.csv"), "id,name\nada,Ada\n../ben,Ben\n=cleo,C\n").unwrap();
    let output = generate(folder.path(), &["--per-student", "class.csv", "-o", "out"]);
    assert!(output.status.success(), "{}", told(&output));
    let names = files(&folder.path().join("out"));
    assert_eq!(names.len(), 7, "{names:?}");
    let table = fs::read_to_string(folder.path().join("out/students.csv")).unwrap();
    assert_eq!(table.lines().count(), 4);
    assert!(table.contains("\nada,ada.hlab,handles,1,") && !table.contains("\n=cleo"), "{table}");
    let again = generate(folder.path(), &["--for", "../ben"]);
    let ben = names.iter().find(|name| name.starts_with("ben-") && !name.contains("solution")).unwrap();
    let written = fs::read(folder.path().join("out").join(ben)).unwrap();
    assert_eq!(String::from_utf8_lossy(&again.stdout), String::from_utf8_lossy(&written));
}

#[test]
fn what_is_wrong_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("class.txt"), "ada\nada\n").unwrap();
    for (args, part) in [
        (&["--seed", "g9-x"][..], "it has generator 1"),
        (&["--seed", "a b"], "a seed is"),
        (&["--topic", "magic"], "--list"),
        (&["--level", "6"], "a level is 1 to 5"),
        (&["--level", "4..2"], "a level is 1 to 5"),
        (&["--count", "2"], "add -o FOLDER"),
        (&["--per-student", "class.txt"], "class.txt:2: ada is in line 1 already"),
        (&["--per-student", "nobody.txt"], "there is no file nobody.txt"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_handlelab"));
        let output = command.current_dir(folder.path()).arg("generate").args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(told(&output).contains(part), "{args:?}: {}", told(&output));
    }
    assert_eq!(files(folder.path()), ["class.txt"]);
}

#[test]
fn the_list_names_every_topic_with_a_sentence() {
    let output = Command::new(env!("CARGO_BIN_EXE_handlelab")).args(["generate", "--list"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for topic in handlelab::learn::generate::Topic::ALL {
        assert!(text.contains(topic.name()) && text.contains(topic.about()), "{}", topic.name());
    }
}
