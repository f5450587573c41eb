//! The stairs of the house go down only, and no file is more than one idea long.

use std::fs;
use std::path::{Path, PathBuf};

/// The floors from the ground up. A file may use its own floor and those below it.
const FLOORS: &[&str] =
    &["kernel", "scenario", "run", "explain", "explore", "testing", "learn", "view", "export", "cli"];
/// A file longer than this has taken in a second idea.
const LONGEST: usize = 450;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().display().to_string().replace('\\', "/");
    found.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| *floor == name)
}

/// The floors that a source text names behind `crate::` (or, in the binary, `handlelab::`).
fn used(text: &str) -> Vec<&str> {
    let starts = ["crate::", "handlelab::"];
    starts
        .iter()
        .flat_map(|start| text.split(start).skip(1))
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
        .collect()
}

#[test]
fn no_floor_uses_one_above_it() {
    for (name, text) in all_sources() {
        let Some(own) = name.split('/').next().and_then(floor) else { continue };
        for other in used(&text) {
            if let Some(other_floor) = floor(other) {
                assert!(other_floor <= own, "src/{name} uses {other}, which is a floor above it");
            }
        }
    }
}

#[test]
fn every_floor_is_known() {
    for (name, _) in all_sources() {
        if let Some((first, _)) = name.split_once('/') {
            assert!(floor(first).is_some(), "src/{first} is not in the list of floors");
        }
    }
}

#[test]
fn the_ground_floor_does_no_io() {
    for (name, text) in all_sources().into_iter().filter(|(name, _)| name.starts_with("kernel/")) {
        for word in ["std::io", "std::fs", "std::time", "std::thread", "std::env", "println!", "rand"] {
            assert!(
                !text.contains(&format!("{word}::")) && !text.contains(&format!("use {word}")),
                "src/{name}: {word}"
            );
        }
    }
}

/// In a browser there is no clock, and whoever asks for it ends the program.
#[test]
fn below_the_roof_only_the_stopwatch_asks_the_clock() {
    for (name, text) in all_sources() {
        let may = name == "run/stopwatch.rs" || name == "main.rs" || name.starts_with("cli/");
        let asks = ["Instant::now", "SystemTime::now"].iter().any(|word| text.contains(word));
        assert!(may || !asks, "src/{name} asks the clock");
    }
}

#[test]
fn every_file_opens_with_what_it_answers() {
    for (name, text) in all_sources().into_iter().filter(|(name, _)| !name.ends_with("tests.rs")) {
        assert!(text.starts_with("//! "), "src/{name} does not open with a question or purpose");
    }
}

#[test]
fn no_file_is_longer_than_one_idea() {
    for (name, text) in all_sources() {
        let lines = text.lines().count();
        assert!(lines <= LONGEST, "src/{name} has {lines} lines");
    }
}
