//! What must hold on the floors above the run: views, answers to `why` and `leaks`, every order, export?

use crate::promises::harmless;
use handlelab::explore::{Limits, explore};
use handlelab::export;
use handlelab::run::history::History;
use handlelab::run::trace::Trace;
use handlelab::scenario::{Document, parser};
use handlelab::view::{Run, VIEWS, leaks, why};

/// Of how many objects it is asked why they are there.
const MOST_OBJECTS: usize = 12;
/// How many states of other orders are looked at.
const MOST_STATES: usize = 60;

pub(crate) fn keep(document: &Document, trace: &Trace) {
    let history = History::of(trace);
    let last = history.moment(None);
    for moment in [0, last] {
        let run = Run { source: &document.source, trace, history: &history, moment };
        for view in VIEWS {
            harmless(&(view.render)(&run).expect("a view can be made"));
        }
        harmless(&leaks::leaks(trace, &history, moment, 80).0.plain());
        for object in history.objects.keys().take(MOST_OBJECTS) {
            harmless(&why::why(trace, &history, *object, moment, 80).plain());
        }
    }
    harmless(&export::c(document));
    every_order(document);
}

fn every_order(document: &Document) {
    let found = explore(document, Limits { states: MOST_STATES, threads: 1, ..Limits::default() });
    for fact in &found.facts {
        for witness in fact.good.iter().chain(&fact.bad) {
            let (_, mistakes) = parser::parse(&witness.scenario);
            assert_eq!(mistakes, [], "an order is a scenario:\n{}", witness.scenario);
        }
    }
}
