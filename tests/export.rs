//! Scenarios become C programs that compile without a warning.

use handlelab::export;
use handlelab::export::compare::compare;
use handlelab::export::known;
use handlelab::kernel::constants::Constant;
use handlelab::scenario::Document;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const COMPILER: &str = "x86_64-w64-mingw32-gcc";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn scenarios(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().unwrap() != "broken" {
            scenarios(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "hlab") {
            found.push(path);
        }
    }
}

fn all() -> Vec<PathBuf> {
    let mut found = Vec::new();
    scenarios(&root().join("scenarios"), &mut found);
    found.sort();
    found
}

fn read(path: &Path) -> Document {
    Document::read(fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_first_scenario_becomes_the_program_on_record() {
    let written = export::c(&read(&root().join("scenarios/tour/first.hlab")));
    let record = root().join("tests/export/first.c");
    if std::env::var_os("HANDLELAB_BLESS").is_some() {
        fs::write(&record, &written).unwrap();
    }
    assert_eq!(written, fs::read_to_string(record).unwrap(), "HANDLELAB_BLESS=1 writes it anew");
}

#[test]
fn every_scenario_becomes_a_program_with_all_its_statements() {
    for path in all() {
        let document = read(&path);
        let written = export::c(&document);
        for number in 1..=document.program.statements.len() {
            if document.program.is_unsolved() {
                continue;
            }
            let told = ["go", "check", "not_asked"]
                .iter()
                .any(|word| written.contains(&format!("{word}({number},")));
            assert!(told, "{}: statement {number} is missing", path.display());
        }
    }
}

#[test]
fn programs_compile_without_a_warning() {
    if Command::new(COMPILER).arg("--version").output().is_err() {
        println!("skipped: {COMPILER} is not here");
        return;
    }
    // One of each kind is enough here; `handlelab judge` compiles them all.
    for path in all().iter().step_by(41) {
        compile(&path.display().to_string(), &export::c(&read(path)));
    }
}

/// Compiles a program as strictly as the judge does.
fn compile(name: &str, program: &str) {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("scenario.c");
    fs::write(&source, program).unwrap();
    let compiled = Command::new(COMPILER)
        .args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"])
        .arg(&source)
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{name}\n{}", String::from_utf8_lossy(&compiled.stderr));
}

#[test]
fn constants_keep_their_names() {
    let document = Document::read(
        "process p\np: h = CreateEvent()  => HANDLE\n\
         p: DuplicateHandle(GetCurrentProcess(), h, GetCurrentProcess(), &less, SYNCHRONIZE | EVENT_MODIFY_STATE, FALSE, 0)\n\
         p: WaitForSingleObject(less, 0)  => WAIT_TIMEOUT\n\
         p: CloseHandle(INVALID_HANDLE_VALUE)  => FALSE ERROR_INVALID_HANDLE\n",
    );
    let written = export::c(&document.unwrap());
    for part in [
        "&out_p_less, SYNCHRONIZE | EVENT_MODIFY_STATE, FALSE, 0)",
        "IS_NUMBER, WAIT_TIMEOUT, ANY_ERROR)",
        "CloseHandle(INVALID_HANDLE_VALUE)",
        "IS_NUMBER, FALSE, ERROR_INVALID_HANDLE)",
    ] {
        assert!(written.contains(part), "{part} is missing\n{written}");
    }
}

#[test]
fn every_constant_is_to_the_compiler_what_it_is_here() {
    if Command::new(COMPILER).arg("--version").output().is_err() {
        println!("skipped: {COMPILER} is not here");
        return;
    }
    let all = || Constant::all().iter();
    let steps: String = all().map(|constant| format!("p: value = {}\n", constant.name)).collect();
    let program = export::c(&Document::read(format!("process p\n{steps}")).unwrap());
    // Those that are pointers or have a sign in C are written as numbers.
    let is_plain =
        |name: &str| !name.starts_with("STATUS_") && !["NULL", "INVALID_HANDLE_VALUE"].contains(&name);
    let same = all().filter(|constant| is_plain(constant.name)).map(|Constant { name, value, .. }| {
        format!("_Static_assert((DWORD){name} == (DWORD){value}ull, \"{name}\");\n")
    });
    compile("all constants", &(program + &same.collect::<String>()));
}

const SET: &str = "process p\np: h = CreateEvent()  => HANDLE\np: SetEvent(h)  => TRUE\n";

#[test]
fn an_answer_that_differs_is_found() {
    let document = Document::read(SET).unwrap();
    let output = "{\"step\":1,\"answer\":\"HANDLE\",\"error\":0}\n{\"step\":2,\"answer\":0,\"error\":6}\n{\"verdict\":\"failed\"}\n";
    let comparison = compare(&document, output);
    let found: Vec<_> =
        comparison.differences.iter().map(|one| (one.step, one.what.as_str(), one.judge.as_str())).collect();
    assert_eq!(found, [(2, "answer", "0")]);
    assert!(comparison.complete);
}

#[test]
fn an_answer_that_never_came_is_a_difference() {
    let document = Document::read(SET).unwrap();
    let comparison = compare(&document, "{\"step\":1,\"answer\":\"HANDLE\",\"error\":0}\n");
    assert_eq!(comparison.differences.len(), 1);
    assert_eq!(comparison.differences[0].judge, "no answer");
    assert!(!comparison.complete);
}

#[test]
fn every_known_difference_is_about_a_statement_of_a_scenario() {
    for known in known::all().unwrap() {
        for place in &known.places {
            let path = root().join("scenarios").join(&place.file);
            assert!(path.exists(), "there is no {}", place.file);
            let statements = read(&path).program.statements.len();
            let mut steps = place.steps.iter().chain(&place.then);
            assert!(steps.all(|step| (1..=statements).contains(step)), "{}", place.file);
        }
    }
}
