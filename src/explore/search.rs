//! What is found, and by which searches?
//!
//! Two. The first makes only as many moves as are enough for every end and every verdict; it tells no two orders apart that
//! differ in the order of independent steps, so its witnesses may be longer than they need to be. The second follows every
//! order: it counts them and finds the shortest witnesses, as far as the limits let it.

use super::dependence::Dependence;
use super::dependence::Happening;
use super::layers::{Outcome, Search, learn_from_examples};
use super::memory::Memory;
use super::model::Model;
use super::{Exploration, Fact, Limits};
use crate::run::stopwatch::Stopwatch;
use crate::scenario::Document;

/// So many orders are looked at before the first search, to learn what depends on what.
const EXAMPLES: usize = 6;

/// Follows every order of a scenario's steps.
///
/// ```
/// use handlelab::explore::{Limits, explore};
/// use handlelab::scenario::Document;
///
/// let text = "process p, q\np: h = CreateEvent(lpName: \"E\") => HANDLE\n\
///             q: h = OpenEvent(SYNCHRONIZE, FALSE, \"E\") => HANDLE\n";
/// let document = Document::read(text).expect("it can be read");
/// let found = explore(&document, Limits::default());
/// assert!(found.is_broken(), "q may come first");
/// ```
pub fn explore(document: &Document, limits: Limits) -> Exploration {
    if document.program.is_unsolved() {
        return Exploration { unsolved: true, ..Exploration::default() };
    }
    let (model, started) = (Model::new(document), Stopwatch::start());
    let mut memory = Memory::new(model.size().1, Happening::count(&model));
    if !limits.reduce {
        return every_order(&model, limits, started, &mut memory);
    }
    let enough = enough(&model, limits, started, &mut memory);
    if !limits.count {
        return enough;
    }
    let every = every_order(&model, limits, started, &mut memory);
    if every.stopped.is_none() {
        return Exploration { judged: enough.judged, ..every };
    }
    together(enough, every)
}

/// Every end and every verdict, by as few moves as are enough.
fn enough(model: &Model<'_>, limits: Limits, started: Stopwatch, memory: &mut Memory) -> Exploration {
    let mut dependence = Dependence::new(model, memory);
    learn_from_examples(model, memory, &mut dependence, EXAMPLES, || limits.is_over(started));
    loop {
        let mut search = Search::new(model, limits, started, memory, Some(&mut dependence));
        match search.follow() {
            Ok(Outcome::Again) => {}
            ended => {
                let mut found = finish(model, search, ended.err());
                found.judged = found.states;
                return found;
            }
        }
    }
}

fn every_order(model: &Model<'_>, limits: Limits, started: Stopwatch, memory: &mut Memory) -> Exploration {
    let mut search = Search::new(model, limits, started, memory, None);
    let mistake = search.follow().err();
    let mut found = finish(model, search, mistake);
    found.counted = found.stopped.is_none() && found.mistake.is_none();
    found.judged = found.states;
    found
}

fn finish(
    model: &Model<'_>,
    search: Search<'_, '_>,
    mistake: Option<crate::scenario::diagnostic::Diagnostic>,
) -> Exploration {
    let Search { paths, verdicts, mut found, .. } = search;
    found.mistake = mistake;
    for end in &found.ends {
        found.orders.add(end.orders);
    }
    if found.mistake.is_none() {
        found.facts = verdicts.facts(model, &paths, found.stopped.is_some());
    }
    found
}

/// What is known when the second search came to a limit: the verdicts of the first, and of the second how many states there
/// are at least and the witnesses that it has found, which are the shortest.
fn together(mut enough: Exploration, every: Exploration) -> Exploration {
    if enough.mistake.is_some() || every.mistake.is_some() {
        return if every.mistake.is_some() { every } else { enough };
    }
    for (fact, other) in enough.facts.iter_mut().zip(every.facts) {
        take_shorter(fact, other);
    }
    enough.states = every.states;
    if enough.stopped.is_some() {
        enough.longest = every.longest;
    }
    enough
}

fn take_shorter(fact: &mut Fact, other: Fact) {
    fact.broken |= other.broken;
    for (mine, others) in [(&mut fact.good, other.good), (&mut fact.bad, other.bad)] {
        if let Some(shorter) = others.filter(|_| mine.is_some()) {
            *mine = Some(shorter);
        }
    }
    if other.found.is_some() {
        fact.found = other.found;
    }
}
