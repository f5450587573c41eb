//! Promise: the pictures in the project's pages are what the commands above them make.
//!
//! Run with `HANDLELAB_BLESS=1` to draw them anew, and look at them.

use handlelab::run::history::History;
use handlelab::run::record;
use handlelab::scenario::Document;
use handlelab::view::{Run, VIEWS};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const PAGES: &[&str] = &["README.md", "scenarios/lessons/README.md"];
const PICTURES: &str = "docs/pictures";
const COMMAND: &str = "<!-- handlelab render ";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn text(path: impl AsRef<Path>) -> String {
    fs::read_to_string(root().join(path)).unwrap().replace("\r\n", "\n")
}

/// The pictures of a page: what is behind `handlelab render`, and the name of the file.
fn pictures(page: &str) -> Vec<(String, String)> {
    let text = text(page);
    let lines: Vec<&str> = text.lines().collect();
    let shown = lines.windows(2).filter(|pair| pair[1].contains(&format!("{PICTURES}/")));
    shown
        .map(|pair| {
            let command = pair[0].strip_prefix(COMMAND).and_then(|rest| rest.strip_suffix(" -->"));
            let name = pair[1].rsplit('/').next().unwrap().split(['"', ')']).next().unwrap();
            (command.unwrap_or_else(|| panic!("{page}: no command above {name}")).to_owned(), name.to_owned())
        })
        .collect()
}

/// `FILE --as VIEW --at LINE`, as the command would take it.
fn drawn(command: &str) -> String {
    let [file, "--as", view, "--at", line] = command.split(' ').collect::<Vec<_>>()[..] else {
        panic!("this is not how pictures are made: {command}")
    };
    let source = text(file);
    let (_, trace) = record(file, &Document::read(source.as_str()).unwrap());
    let history = History::of(&trace);
    let moment = history.moment(Some(line.parse().unwrap()));
    let view = VIEWS.iter().find(|found| found.name == view).unwrap();
    (view.render)(&Run { source: &source, trace: &trace, history: &history, moment }).unwrap()
}

#[test]
fn every_picture_is_what_its_command_makes() {
    let all: Vec<_> = PAGES.iter().flat_map(|page| pictures(page)).collect();
    assert!(all.len() >= 8);
    for (command, name) in &all {
        let path = root().join(PICTURES).join(name);
        if std::env::var_os("HANDLELAB_BLESS").is_some() {
            fs::write(&path, drawn(command)).unwrap();
        }
        let there = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        assert_eq!(drawn(command), there, "{name} has changed; HANDLELAB_BLESS=1 draws it anew");
    }
}

#[test]
fn every_picture_is_shown_somewhere() {
    let shown: BTreeSet<String> =
        PAGES.iter().flat_map(|page| pictures(page)).map(|(_, name)| name).collect();
    let files = fs::read_dir(root().join(PICTURES)).unwrap().map(|entry| entry.unwrap().file_name());
    let there: BTreeSet<String> = files.map(|name| name.into_string().unwrap()).collect();
    assert_eq!(there, shown);
}
