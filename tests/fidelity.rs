//! What is told of how true the model is to Windows is what was found.
//!
//! `scenarios/FIDELITY.md` is written from the facts, the scenarios, the table of known differences and the record of what
//! Wine answered. Run with `HANDLELAB_BLESS=1` to write it anew, and read the difference. The record itself is written by
//! `handlelab judge --record scenarios/fidelity.json --bless` with all the folders of scenarios.

use handlelab::export;
use handlelab::export::compare::compare;
use handlelab::export::known::{self, Known};
use handlelab::export::record::{Heard, Record};
use handlelab::scenario::Document;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "common/facts.rs"]
mod common;
use common::{facts, left_out, named, scenarios};

/// Each fact, how it is known, and where from.
const SOURCES: &str = include_str!("facts/sources.txt");

const SECTIONS: &[&str] = &[
    "Values and the table",
    "Closing",
    "Duplicating",
    "Handle information",
    "Inheritance",
    "Object lifetime",
    "Names",
    "Synchronisation",
    "Access rights",
    "Errors",
    "Pipes, files and other calls",
    "Common bugs",
];

const INTRODUCTION: &str = "\
# How true is the model to Windows?

Every rule of the model is a fact about Windows. This page tells of each where it is known from, which scenario shows it,
and what Wine answered when that scenario was played there as a C program with real processes (`handlelab judge`). Wine is
not Windows: where the two are known to differ, the model follows Windows, and the table `src/export/known.json` says so.
None of it was run on Windows for this project; `handlelab judge --with native` does that on a machine that has one.

This page is written by `HANDLELAB_BLESS=1 cargo test --test fidelity`, from the facts, the scenarios, that table, and the
record of what Wine answered, `fidelity.json`. The record is written by `handlelab judge --record scenarios/fidelity.json
--bless` with the folders of scenarios behind it; without `--bless` it is held against what Wine answers now.

| Wine | that means |
|---|---|
| **confirmed** | every statement of the scenario was asked, and answered as the model answers |
| **in part** | what could be asked was answered as the model answers; the rest, perhaps the rule itself, was not asked, and why |
| **differs** | Wine does not do as Windows does, and how |
| **cannot be asked** | a real system can be asked nothing of it |
| **no scenario** | why none shows it |

How it is known: **T** a test that is run on real Windows asserts it, **D** Microsoft documents it, **S** it was read in
source code (Wine, ReactOS), **M** it is inferred. Where from: `W:` Wine 8.0 (`k32/` `dlls/kernel32/tests`, `nt/`
`dlls/ntdll/tests`, `adv/` `dlls/advapi32/tests`, `srv/` `server`, `kb/` `dlls/kernelbase`, `nu/` `dlls/ntdll/unix`; then file
and lines), `ROS` ReactOS (`ob/`, `ex/`, `ps/` of its kernel, and its tests), `RP` rprichard/win32-console-docs (programs run
on real Windows), `NTDOC` diversenok/ntdoc, `LEARN` Microsoft Learn, `OTN` The Old New Thing by date.
";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn record() -> Record {
    Record::read(&fs::read_to_string(root().join("scenarios/fidelity.json")).unwrap()).unwrap()
}

/// The scenarios that can be judged, by their path below `scenarios`.
fn judged() -> BTreeMap<String, Document> {
    let mut found = BTreeMap::new();
    for (name, text) in scenarios("scenarios") {
        let name = known::short(&name);
        if name.starts_with("broken/") {
            continue;
        }
        let document = Document::read(text).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:?}"));
        if !document.program.is_unsolved() {
            found.insert(name, document);
        }
    }
    found
}

/// A scenario that is there and not on record is found by the judge itself: nobody needs Wine to write one.
#[test]
fn no_scenario_is_on_record_that_is_not_there() {
    let (record, judged) = (record(), judged());
    let gone: Vec<_> = record.files.keys().filter(|name| !judged.contains_key(*name)).collect();
    assert!(gone.is_empty(), "{gone:?}");
}

/// A scenario that has been changed since must be judged again.
#[test]
fn the_record_tells_of_as_many_answers_as_the_scenarios_have() {
    let record = record();
    for (name, document) in judged() {
        let Some(heard) = record.files.get(&name) else { continue };
        let most = compare(&document, "").compared;
        let statements = document.program.statements.len();
        let rest = document.program.always.len() + document.program.finally.len();
        assert!(heard.compared <= most, "{name}: {} of {most} answers", heard.compared);
        // A statement has an answer, an error and perhaps out values.
        assert!(heard.compared + 4 * heard.not_asked >= most, "{name}: {} of {most} answers", heard.compared);
        assert!(heard.not_asked <= statements + rest, "{name}: {} not asked", heard.not_asked);
    }
}

#[test]
fn what_differs_on_record_is_what_the_table_says() {
    let (record, table) = (record(), known::all().unwrap());
    assert_eq!(record.judge, known::JUDGE);
    for (name, heard) in &record.files {
        let mut told: Vec<usize> = table.iter().flat_map(|known| known.steps_in(name)).collect();
        told.sort_unstable();
        assert_eq!(told, heard.differs, "{name}");
    }
}

#[test]
fn every_known_difference_is_about_a_fact() {
    let facts = facts();
    for known in known::all().unwrap() {
        assert!(facts.contains_key(known.fact.as_str()), "there is no fact {}", known.fact);
        assert!(!known.about.is_empty() && !known.source.is_empty(), "fact {}", known.fact);
    }
}

#[test]
fn every_fact_has_a_source() {
    let sources = sources();
    for id in facts().keys() {
        assert!(sources.contains_key(id), "fact {id}");
    }
    assert_eq!(sources.len(), facts().len());
}

#[test]
fn the_page_about_fidelity_is_current() {
    let found = page(&record());
    let path = root().join("scenarios/FIDELITY.md");
    if std::env::var_os("HANDLELAB_BLESS").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    // The page is long: the first line that differs says enough.
    let differs = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    assert_eq!(differs, None, "scenarios/FIDELITY.md is not current; HANDLELAB_BLESS=1 writes it anew");
    assert_eq!(found.len(), expected.len(), "scenarios/FIDELITY.md ends elsewhere");
}

fn sources() -> BTreeMap<&'static str, (&'static str, &'static str)> {
    let lines = SOURCES.lines().filter_map(|line| line.split_once(' '));
    lines.filter_map(|(id, rest)| Some((id, rest.split_once(' ')?))).collect()
}

/// What Wine said of one fact.
struct Verdict {
    word: &'static str,
    text: String,
    scenario: String,
}

/// The scenarios of each fact, those first that are there to show it.
fn shown() -> BTreeMap<String, Vec<String>> {
    let mut shown: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, text) in scenarios("scenarios") {
        for id in named(&text) {
            shown.entry(id.to_owned()).or_default().push(known::short(&name));
        }
    }
    for names in shown.values_mut() {
        names.sort_by_key(|name| (!name.starts_with("facts/"), name.clone()));
        names.dedup();
    }
    shown
}

fn verdict(id: &str, names: &[String], record: &Record, reason: Option<&String>, table: &[Known]) -> Verdict {
    let link =
        |name: &String| format!("[{}]({name})", name.trim_start_matches("facts/").trim_end_matches(".hlab"));
    let scenario = names.first().map(link).unwrap_or_default();
    if let Some(reason) = reason {
        return Verdict { word: "no scenario", text: reason.clone(), scenario };
    }
    let differs: Vec<_> =
        table.iter().filter(|known| known.fact == id).map(|known| known.about.as_str()).collect();
    if !differs.is_empty() {
        return Verdict { word: "differs", text: differs.join(" "), scenario };
    }
    let heard: Vec<(&String, &Heard)> =
        names.iter().filter_map(|name| Some((name, record.files.get(name)?))).collect();
    let whole = heard.iter().find(|(_, heard)| heard.not_asked == 0 && heard.differs.is_empty());
    if let Some((name, heard)) = whole {
        let text = format!("{} answers the same", heard.compared);
        return Verdict { word: "confirmed", text, scenario: link(name) };
    }
    let best = heard.iter().filter(|(_, heard)| heard.compared > 0).max_by_key(|(_, heard)| {
        (heard.differs.is_empty(), heard.compared as isize - heard.not_asked as isize)
    });
    let Some((name, heard)) = best else {
        let why = names
            .iter()
            .filter_map(|name| record.files.get(name))
            .map(|heard| heard.not_asked)
            .sum::<usize>();
        return Verdict { word: "cannot be asked", text: format!("{why} statements"), scenario };
    };
    let mut text = format!("{} answers compared", heard.compared);
    if heard.not_asked > 0 {
        text += &format!(", {} statements not asked: {}", heard.not_asked, reasons(name));
    }
    let others: Vec<_> = table
        .iter()
        .filter(|known| known.steps_in(name).next().is_some())
        .map(|known| known.fact.as_str())
        .collect();
    if !others.is_empty() {
        text += &format!("; where they differ, it is for fact {}", others.join(", "));
    }
    Verdict { word: "in part", text, scenario: link(name) }
}

/// Why statements of a scenario are not asked, as its program tells it.
fn reasons(name: &str) -> String {
    let text = fs::read_to_string(root().join("scenarios").join(name)).unwrap();
    let program = export::c(&Document::read(text).unwrap());
    let story = program.split("static void play(void) {").nth(1).unwrap_or_default();
    let told = story.split("not_asked(").skip(1).filter_map(|rest| rest.split('"').nth(1));
    let different: BTreeSet<&str> = told.collect();
    if different.is_empty() {
        return "a number names something else there, or the system has no such call".to_owned();
    }
    different.into_iter().collect::<Vec<_>>().join("; ")
}

fn page(record: &Record) -> String {
    let (shown, left_out, sources) = (shown(), left_out(), sources());
    let table = known::all().unwrap();
    let mut by_section: BTreeMap<usize, String> = BTreeMap::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut ids: Vec<&str> = facts().keys().copied().collect();
    let number = |id: &str| id.split('.').map(|part| part.parse::<usize>().unwrap()).collect::<Vec<_>>();
    ids.sort_by_key(|id| number(id));
    for id in ids {
        let names = shown.get(id).map(Vec::as_slice).unwrap_or_default();
        let Verdict { word, text, scenario } = verdict(id, names, record, left_out.get(id), table);
        let (how, whence) = sources[id];
        *counts.entry(word).or_default() += 1;
        let row = format!("| {id} | {} | {how}: {whence} | {scenario} | **{word}**: {text} |\n", facts()[id]);
        by_section.entry(number(id)[0]).or_default().push_str(&row);
    }
    let mut out = INTRODUCTION.to_owned();
    let total = |of: fn(&Heard) -> usize| record.files.values().map(of).sum::<usize>();
    writeln!(
        out,
        "\n{} facts: {}. {} scenarios were played by {}: {} answers compared, {} statements not asked. The table of known \
         differences has {} rows, which show in {} of the scenarios.",
        facts().len(),
        ["confirmed", "in part", "differs", "cannot be asked", "no scenario"]
            .iter()
            .map(|word| format!("{} {word}", counts.get(word).unwrap_or(&0)))
            .collect::<Vec<_>>()
            .join(", "),
        record.files.len(),
        record.judge,
        total(|heard| heard.compared),
        total(|heard| heard.not_asked),
        table.len(),
        record.files.values().filter(|heard| !heard.differs.is_empty()).count(),
    )
    .unwrap();
    for (section, rows) in by_section {
        let title = SECTIONS[section - 1];
        writeln!(out, "\n## {section} {title}\n\n| fact | about | known from | scenario | Wine |\n|---|---|---|---|---|\n{rows}")
            .unwrap();
    }
    out.trim_end().to_owned() + "\n"
}

/// The page names files by paths that a reader can follow.
#[test]
fn every_link_of_the_page_leads_somewhere() {
    let text = fs::read_to_string(root().join("scenarios/FIDELITY.md")).unwrap();
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let folder = root().join("scenarios");
    let lost: Vec<PathBuf> = links.map(|link| folder.join(link)).filter(|path| !path.exists()).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

/// A reason that names its own source (a page, a function, a date) stands for itself; the short words promise what the facts
/// must bear out.
#[test]
fn reasons_not_to_ask_random_programs_are_known_as_their_facts_are() {
    let letters: BTreeMap<&str, &str> = SOURCES
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?, words.next()?))
        })
        .collect();
    for rule in export::agent::rules() {
        let facts: Vec<&str> = rule.fact.split_whitespace().collect();
        for fact in &facts {
            assert!(letters.contains_key(fact), "{}: there is no fact {fact}", rule.name);
        }
        let promised = match rule.source {
            "documented by Microsoft" => 'D',
            "Wine's test suite asserts it of Windows"
            | "ReactOS's test suite, which is run on Windows too"
            | "programs that were run on Windows, as the facts cite them" => 'T',
            "ReactOS's code; not seen on Windows" => 'S',
            _ => continue,
        };
        let kept = facts.iter().any(|fact| letters[fact].contains(promised));
        assert!(kept, "{}: none of the facts {facts:?} is known by {promised}", rule.name);
    }
}
