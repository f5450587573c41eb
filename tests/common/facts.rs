//! Which facts are there, and which scenario shows each?

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const ROWS: &str = include_str!("../facts/rows.txt");
/// How the line of a scenario starts that names facts.
const MARK: &str = "// facts: ";

/// Each fact with its subject.
pub(crate) fn facts() -> BTreeMap<&'static str, &'static str> {
    ROWS.lines().filter_map(|line| line.split_once(' ')).collect()
}

pub(crate) fn scenarios(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut found) = (vec![root.join(folder)], Vec::new());
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let (deeper, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| path.is_dir());
        folders.extend(deeper);
        for path in files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "hlab")) {
            let name = path.strip_prefix(root).unwrap().display().to_string().replace('\\', "/");
            found.push((name, fs::read_to_string(path).unwrap()));
        }
    }
    found.sort();
    found
}

/// The facts that a text names.
pub(crate) fn named(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix(MARK)).flat_map(str::split_whitespace).collect()
}

/// Each fact that is left out, with the reason: the rows of the tables beside the scenarios.
pub(crate) fn left_out() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/facts");
    let mut left_out = BTreeMap::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        let lines = text.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
        let rows = lines.filter_map(|line| line.split_once(" | ")).filter(|(id, _)| *id != "row");
        left_out.extend(rows.map(|(id, reason)| (id.to_owned(), reason.to_owned())));
    }
    left_out
}
