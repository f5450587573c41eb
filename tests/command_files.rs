//! What the commands that write files promise: `fmt`, `bless` and `convert`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const WRONG: &str = "process p\n\n// why?\np:  h = CreateEvent()  =>  NULL // think\np: CloseHandle(h)\ncheck handles(p.h) == 3\n";

fn handlelab(arguments: &[&str], file: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handlelab"));
    command.args(arguments).arg(file).env_remove("CI").output().unwrap()
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
fn bless_writes_the_answer_and_touches_nothing_else() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, WRONG);
    let output = handlelab(&["bless"], &path);
    assert_eq!(fs::read_to_string(&path).unwrap(), WRONG.replace("NULL", "HANDLE"));
    assert!(printed(&output).contains("- p:  h = CreateEvent()  =>  NULL // think"));
    assert!(printed(&output).contains("+ p:  h = CreateEvent()  =>  HANDLE // think"));
    assert!(printed(&output).contains("a.hlab:6: left as it is"));
    assert_eq!(output.status.code(), Some(1), "the check still does not hold");
}

#[test]
fn bless_refuses_where_ci_is_set() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, WRONG);
    let output = Command::new(env!("CARGO_BIN_EXE_handlelab"))
        .arg("bless")
        .arg(&path)
        .env("CI", "true")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&path).unwrap(), WRONG);
}

#[test]
fn bless_shows_and_does_not_write_when_asked_to() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, WRONG);
    let output = handlelab(&["bless", "--dry-run"], &path);
    assert!(printed(&output).contains("+ p:  h = CreateEvent()  =>  HANDLE // think"));
    assert_eq!(fs::read_to_string(&path).unwrap(), WRONG);
}

#[test]
fn convert_goes_to_json_and_back_without_loss() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, WRONG);
    let json = folder.path().join("a.json");
    fs::write(&json, handlelab(&["convert", "--to", "json"], &path).stdout).unwrap();
    let back = printed(&handlelab(&["convert", "--to", "hlab"], &json));
    handlelab(&["fmt"], &path);
    assert_eq!(back, fs::read_to_string(&path).unwrap());
}

#[test]
fn convert_says_where_json_is_no_scenario() {
    let folder = TempDir::new().unwrap();
    let path =
        file(&folder, "{\n  \"format\": \"handlelab scenario\",\n  \"version\": 1,\n  \"items\": 7\n}\n");
    let output = handlelab(&["convert", "--to", "hlab"], &path);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("line 4"));
}

#[test]
fn fmt_checks_without_writing_and_writes_without_changing_meaning() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, WRONG);
    assert_eq!(handlelab(&["fmt", "--check"], &path).status.code(), Some(1));
    assert_eq!(fs::read_to_string(&path).unwrap(), WRONG);
    assert_eq!(handlelab(&["fmt"], &path).status.code(), Some(0));
    assert_eq!(handlelab(&["fmt", "--check"], &path).status.code(), Some(0));
    assert!(fs::read_to_string(&path).unwrap().contains("// why?\np: h = CreateEvent()"));
}

#[test]
fn fmt_leaves_a_file_with_mistakes_as_it_is() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "process p\np: CloseHandle(\n");
    let before = fs::read_to_string(&path).unwrap();
    assert_eq!(handlelab(&["fmt"], &path).status.code(), Some(2));
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
}
