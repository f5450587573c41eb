//! Are as few orders as are looked at first enough?

use super::notes::all;
use crate::explore::{Exploration, Limits, Often, explore};
use crate::scenario::Document;
use std::collections::BTreeSet;

/// What is found in every order, and by the reduction alone; nothing, if there are too many orders.
fn both(document: &Document) -> Option<[Exploration; 2]> {
    let limits = Limits { states: 3000, threads: 1, ..Limits::default() };
    let every = explore(document, Limits { reduce: false, ..limits });
    let enough = explore(document, Limits { count: false, ..limits });
    (every.stopped.is_none() && every.mistake.is_none()).then_some([every, enough])
}

fn ends(found: &Exploration) -> BTreeSet<String> {
    found.ends.iter().map(|end| format!("{:?} {:?} {}", end.actors, end.objects, end.deadlock)).collect()
}

fn verdicts(found: &Exploration) -> Vec<(u32, Often, bool, bool)> {
    let facts = found.facts.iter();
    facts.map(|fact| (fact.line, fact.often, fact.broken, fact.left_out.0 > 0)).collect()
}

/// Does the reduction miss something?
pub(super) fn differ(document: &Document) -> bool {
    both(document)
        .is_some_and(|[every, enough]| ends(&enough) != ends(&every) || verdicts(&enough) != verdicts(&every))
}

#[test]
fn the_orders_that_are_enough_have_every_end_and_every_verdict() {
    let small = super::SOURCES.iter().map(|source| (source.to_string(), super::read(source)));
    let files = all().into_iter().map(|(path, document)| (path.display().to_string(), document));
    let mut saved = 0;
    for (name, document) in small.chain(files) {
        let Some([every, enough]) = both(&document) else { continue };
        assert_eq!((enough.mistake.is_none(), enough.stopped), (true, None), "{name}");
        assert_eq!(ends(&enough), ends(&every), "{name}");
        assert_eq!(verdicts(&enough), verdicts(&every), "{name}");
        saved += every.states.saturating_sub(enough.states);
    }
    assert!(saved > 1000, "only {saved} states less");
}
