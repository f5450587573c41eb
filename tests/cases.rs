//! Every real bug report that is retold holds what its table says: the same property, in every order of every form.

use handlelab::explore::{Exploration, Fact, Limits, Often, explore};
use handlelab::run::{Watch, run};
use handlelab::scenario::Document;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// A report, retold.
struct Case {
    folder: &'static str,
    /// What must hold. It is asked of every form, whether or not its file says it.
    property: &'static str,
    /// Each form with how often the property holds there: always where the bug never strikes, never where it always does.
    forms: &'static [(&'static str, Often)],
}

const CASES: &[Case] = &[
    Case {
        folder: "child-of-another-thread",
        property: "finally !blocked(app)",
        forms: &[
            ("broken", Often::Sometimes),
            ("half-fixed", Often::Sometimes),
            ("half-fixed-list", Often::Sometimes),
            ("fixed", Often::Always),
            ("fixed-alone", Often::Always),
        ],
    },
    Case {
        folder: "list-without-inheriting",
        property: "finally exited(gzip) && core.deleted == TRUE",
        forms: &[("broken", Often::Sometimes), ("half-fixed", Often::Never), ("fixed", Often::Always)],
    },
    Case {
        folder: "child-holds-both-ends",
        property: "finally exited(cat)",
        forms: &[("broken", Often::Never), ("half-fixed", Often::Sometimes), ("fixed", Often::Always)],
    },
    Case {
        folder: "parent-keeps-the-write-end",
        property: "finally !blocked(gui)",
        forms: &[("broken", Often::Sometimes), ("fixed", Often::Always)],
    },
    Case {
        folder: "copy-in-the-host",
        property: "finally !blocked(terminal)",
        forms: &[("broken", Often::Never), ("fixed", Often::Always)],
    },
    Case {
        folder: "closed-in-the-wrong-table",
        property: "finally alive(app.hRead)",
        forms: &[("broken", Often::Sometimes), ("fixed", Often::Always)],
    },
    Case {
        folder: "stale-standard-handle",
        property: "finally app.data == \"result\"",
        forms: &[("broken", Often::Sometimes), ("fixed", Often::Always)],
    },
    Case {
        folder: "stolen-handle",
        property: "finally dead(pool.hRead)",
        forms: &[("broken", Often::Sometimes), ("fixed", Often::Always)],
    },
    Case {
        folder: "closed-twice",
        property: "finally alive(app.hStop)",
        forms: &[("broken", Often::Sometimes), ("fixed", Often::Always)],
    },
    Case {
        folder: "protected-copy",
        property: "finally open_handles(informer) == 1",
        forms: &[("broken", Often::Sometimes), ("fixed", Often::Always)],
    },
    Case {
        folder: "zombies",
        property: "finally dead(updater)",
        forms: &[("broken", Often::Sometimes), ("fixed", Often::Always)],
    },
    Case {
        folder: "kept-pid",
        property: "finally running(editor)",
        forms: &[("broken", Often::Sometimes), ("fixed", Often::Always)],
    },
    Case {
        folder: "killed-and-deleted",
        property: "finally tester.deleted == TRUE",
        forms: &[("broken", Often::Sometimes), ("fixed", Often::Always)],
    },
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios/cases")
}

fn text(case: &Case, form: &str) -> String {
    fs::read_to_string(folder().join(case.folder).join(format!("{form}.hlab"))).unwrap()
}

fn explored(text: &str) -> Exploration {
    let found = explore(&Document::read(text).unwrap(), Limits::default());
    assert_eq!((found.mistake.as_ref(), found.stopped), (None, None));
    found
}

/// The form with the property, and what was found of that.
fn asked(case: &Case, form: &str) -> (Exploration, Fact) {
    let mut text = text(case, form);
    if !text.lines().any(|line| line == case.property) {
        text.push_str(case.property);
        text.push('\n');
    }
    let line = 1 + text.lines().position(|line| line == case.property).unwrap() as u32;
    let found = explored(&text);
    let fact = found.facts.iter().find(|fact| fact.line == line).cloned().unwrap();
    (found, fact)
}

#[test]
fn the_property_holds_as_often_as_the_table_says() {
    for case in CASES {
        for (form, often) in case.forms {
            let (found, fact) = asked(case, form);
            assert_eq!(fact.often, *often, "{}/{form}: {}", case.folder, case.property);
            let bites = fact.broken && fact.bad.is_some();
            assert_eq!(
                bites,
                *often != Often::Always,
                "{}/{form} shows an order that breaks it",
                case.folder
            );
            if *often == Often::Always {
                assert!(!found.is_broken(), "{}/{form}: everything holds in every order", case.folder);
            }
        }
    }
}

#[test]
fn where_a_bug_strikes_in_some_orders_the_file_itself_stands_in_a_lucky_one() {
    for case in CASES {
        for (form, often) in case.forms {
            let (text, place) = (text(case, form), format!("{}/{form}", case.folder));
            assert!(run(&Document::read(text.as_str()).unwrap(), Watch::Quietly).is_good(), "{place}");
            let says = text.lines().any(|line| line == case.property);
            assert_eq!(
                says,
                *often != Often::Never,
                "{place}: what never holds cannot stand in a file that runs"
            );
            assert_eq!(explored(&text).is_broken(), *often == Often::Sometimes, "{place}");
        }
    }
}

#[test]
fn an_order_that_breaks_the_property_replays() {
    for case in CASES {
        for (form, _) in case.forms.iter().filter(|(_, often)| *often != Often::Always) {
            let (_, fact) = asked(case, form);
            let witness = fact.bad.unwrap();
            assert!(witness.replays, "{}/{form}:\n{}", case.folder, witness.scenario);
            let report = run(&Document::read(witness.scenario.as_str()).unwrap(), Watch::Quietly);
            assert!(!report.broken.is_empty(), "{}/{form}:\n{}", case.folder, witness.scenario);
        }
    }
}

#[test]
fn every_file_is_in_the_table_and_names_its_report() {
    let mut files = BTreeSet::new();
    for case in fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()) {
        if case.ends_with("README.md") {
            continue;
        }
        for file in fs::read_dir(&case).unwrap().map(|entry| entry.unwrap().path()) {
            let name = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
            files.insert((name(&case), name(&file)));
        }
    }
    let mut listed = BTreeSet::new();
    let index = fs::read_to_string(folder().join("README.md")).unwrap();
    for case in CASES {
        let row = index.lines().find(|line| line.starts_with(&format!("| `{}` |", case.folder)));
        let row = row.unwrap_or_else(|| panic!("README.md has no row for {}", case.folder));
        for (form, often) in case.forms {
            listed.insert((case.folder.to_owned(), (*form).to_owned()));
            let first = text(case, form).lines().next().unwrap_or_default().to_owned();
            let report = first.strip_prefix("// https://github.com/");
            assert!(report.is_some(), "{}/{form} names its report in the first line", case.folder);
            let strikes = match often {
                Often::Always => "Never",
                Often::Sometimes => "Sometimes",
                _ => "Always",
            };
            let said = format!("`{form}` {strikes}");
            assert!(row.contains(&said), "README.md says of {}: {said}", case.folder);
            let text = text(case, form);
            for address in text.lines().filter_map(|line| line.strip_prefix("// https://github.com/")) {
                assert!(index.contains(address), "README.md names {address}");
            }
        }
    }
    assert_eq!(files, listed);
}
