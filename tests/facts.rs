//! Every fact is shown by a scenario, or it is said why not.
//!
//! A scenario names the facts that it shows in a comment, `// facts: 3.31 3.33`. `facts/rows.txt` lists all facts.

use handlelab::kernel::options::Options;
use handlelab::kernel::{Effect, Reference, Status};
use handlelab::run::{Watch, run};
use handlelab::scenario::Document;
use std::collections::{BTreeMap, BTreeSet};

#[path = "common/facts.rs"]
mod common;
use common::{facts, left_out, named, scenarios};

/// By this line of its file a scenario must have named its facts.
const NEAR_THE_TOP: usize = 4;

/// Each fact that a scenario names, with the scenario.
fn shown() -> BTreeMap<String, String> {
    let all = scenarios("scenarios");
    all.iter().flat_map(|(name, text)| named(text).into_iter().map(|id| (id.into(), name.clone()))).collect()
}

#[test]
fn every_fact_is_shown_by_a_scenario_or_left_out_with_a_reason() {
    let (shown, left_out) = (shown(), left_out());
    let missing: Vec<_> = facts()
        .into_iter()
        .filter(|(id, _)| !shown.contains_key(*id) && !left_out.contains_key(*id))
        .map(|(id, subject)| format!("{id} {subject}"))
        .collect();
    assert!(missing.is_empty(), "nothing shows these {} facts:\n{}", missing.len(), missing.join("\n"));
    let unexplained: Vec<_> = left_out.iter().filter(|(_, reason)| reason.len() < 10).collect();
    assert!(unexplained.is_empty(), "no reason is given for {unexplained:?}");
}

#[test]
fn no_fact_is_both_shown_and_left_out() {
    let left_out = left_out();
    let both: Vec<_> = shown().into_iter().filter(|(id, _)| left_out.contains_key(id)).collect();
    assert!(both.is_empty(), "{both:?}");
}

#[test]
fn no_unknown_fact_is_named() {
    let facts = facts();
    assert_eq!(facts.len(), 361);
    let named: Vec<_> = shown().into_iter().chain(left_out()).collect();
    let unknown: Vec<_> = named.iter().filter(|(id, _)| !facts.contains_key(id.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_fact_has_a_short_subject() {
    for (id, subject) in facts() {
        let words = subject.split_whitespace().count();
        assert!((2..=8).contains(&words), "{id} {subject}");
    }
}

#[test]
fn every_scenario_of_the_facts_names_near_the_top_facts_of_its_section() {
    for (name, text) in scenarios("scenarios/facts") {
        let top: String = text.lines().take(NEAR_THE_TOP).map(|line| format!("{line}\n")).collect();
        let named = named(&top);
        let section = name.split('/').nth(2).and_then(|folder| folder.split('-').next()).unwrap();
        let of_section = named.iter().any(|id| id.split('.').next() == Some(section));
        assert!(of_section, "{name} names {named:?}");
    }
}

#[test]
fn every_option_is_shown_with_each_of_its_other_values() {
    let mut chosen = BTreeSet::new();
    for (name, text) in scenarios("scenarios/facts") {
        let document = Document::read(text).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:?}"));
        chosen.extend(document.program.options.chosen());
    }
    for option in Options::ALL {
        for (value, _) in &option.values[1..] {
            assert!(chosen.contains(&(option.name, *value)), "nothing shows {} = {value}", option.name);
        }
    }
}

/// Section 10 for the statuses that the model gives: their numbers, and what Win32 makes of them.
#[test]
fn the_statuses_of_section_10_have_their_numbers_and_their_errors() {
    let expected = [
        ("STATUS_SUCCESS", 0, 0),
        ("STATUS_ABANDONED", 0x80, 0),
        ("STATUS_USER_APC", 0xC0, 0),
        ("STATUS_TIMEOUT", 0x102, 0),
        ("STATUS_PENDING", 0x103, 997),
        ("STATUS_NOTHING_TO_TERMINATE", 0x122, 758),
        ("STATUS_OBJECT_NAME_EXISTS", 0x4000_0000, 698),
        ("STATUS_INFO_LENGTH_MISMATCH", 0xC000_0004, 24),
        ("STATUS_ACCESS_VIOLATION", 0xC000_0005, 998),
        ("STATUS_INVALID_HANDLE", 0xC000_0008, 6),
        ("STATUS_INVALID_CID", 0xC000_000B, 87),
        ("STATUS_INVALID_PARAMETER", 0xC000_000D, 87),
        ("STATUS_ACCESS_DENIED", 0xC000_0022, 5),
        ("STATUS_OBJECT_TYPE_MISMATCH", 0xC000_0024, 6),
        ("STATUS_INVALID_PARAMETER_MIX", 0xC000_0030, 87),
        ("STATUS_OBJECT_NAME_INVALID", 0xC000_0033, 123),
        ("STATUS_OBJECT_NAME_NOT_FOUND", 0xC000_0034, 2),
        ("STATUS_OBJECT_NAME_COLLISION", 0xC000_0035, 183),
        ("STATUS_OBJECT_PATH_NOT_FOUND", 0xC000_003A, 3),
        ("STATUS_OBJECT_PATH_SYNTAX_BAD", 0xC000_003B, 161),
        ("STATUS_SHARING_VIOLATION", 0xC000_0043, 32),
        ("STATUS_MUTANT_NOT_OWNED", 0xC000_0046, 288),
        ("STATUS_SEMAPHORE_LIMIT_EXCEEDED", 0xC000_0047, 298),
        ("STATUS_THREAD_IS_TERMINATING", 0xC000_004B, 5),
        ("STATUS_DELETE_PENDING", 0xC000_0056, 5),
        ("STATUS_PRIVILEGE_NOT_HELD", 0xC000_0061, 1314),
        ("STATUS_INSUFFICIENT_RESOURCES", 0xC000_009A, 1450),
        ("STATUS_PIPE_CLOSING", 0xC000_00B1, 232),
        ("STATUS_PROCESS_IS_TERMINATING", 0xC000_010A, 5),
        ("STATUS_PIPE_BROKEN", 0xC000_014B, 109),
        ("STATUS_MUTANT_LIMIT_EXCEEDED", 0xC000_0191, 587),
        ("STATUS_NOT_SAME_OBJECT", 0xC000_01AC, 1656),
        ("STATUS_HANDLE_NOT_CLOSABLE", 0xC000_0235, 6),
    ];
    for (name, code, error) in expected {
        let status = Status::ALL.iter().find(|status| status.name() == name);
        let found = status.map(|status| (status.code(), status.win32().0));
        assert_eq!(found, Some((code, error)), "{name}");
    }
}

/// Fact 2.19: what can be seen of a close comes in this order.
#[test]
fn a_close_takes_the_entry_then_the_name_then_the_reference_then_the_object() {
    let source = "process p\np: h = CreateEvent(lpName: \"Ready\")\np: CloseHandle(h)\n";
    let document = Document::read(source).unwrap();
    let mut seen = Vec::new();
    let mut watch = |step: handlelab::run::trace::TraceStep| {
        if step.text.contains("CloseHandle") {
            seen = step.effects;
        }
    };
    run(&document, Watch::Steps(&mut watch));
    let steps: Vec<_> = seen
        .iter()
        .map(|effect| match effect {
            Effect::HandleClosed { .. } => "entry",
            Effect::NameRemoved { .. } => "name",
            Effect::ReferenceDropped { reference: Reference::Name, .. } => "reference of the name",
            Effect::ReferenceDropped { reference: Reference::Handle, .. } => "reference of the handle",
            Effect::ObjectDeleted { .. } => "object",
            _ => "something else",
        })
        .collect();
    assert_eq!(steps, ["entry", "name", "reference of the name", "reference of the handle", "object"]);
}
