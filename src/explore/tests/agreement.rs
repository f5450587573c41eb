//! Do all ways of looking at the orders find the same?

use super::plain::Plain;
use super::read;
use crate::explore::{Count, Exploration, Fact, Limits, Often, explore};
use crate::testing::program::process_name;
use crate::testing::strategy::programs;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::{BTreeMap, BTreeSet};

/// No program with more orders than this is followed order by order.
const MOST_ORDERS: u128 = 2_000;

/// Every order, one thread.
const EVERY: Limits = Limits { states: 20_000, time: None, reduce: false, count: true, threads: 1 };
/// Only what is enough.
const ENOUGH: Limits = Limits { reduce: true, count: false, ..EVERY };

/// Random scenarios that expect what the naive model answers in the order of the file, and say something of all states.
fn scenarios(count: usize) -> Vec<String> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = programs(3..=16);
    let names = [process_name(0), process_name(1)];
    let text = |number: usize, text: String| match number % 3 {
        0 => text,
        1 => format!("{text}always open_handles({}) <= {}\n", names[0], number % 5),
        _ => format!("{text}always running({}) && open_handles({}) != 2\n", names[0], names[1]),
    };
    let programs = (0..count).filter_map(|_| strategy.new_tree(&mut runner).ok());
    programs.enumerate().map(|(number, tree)| text(number, tree.current().text("Random"))).collect()
}

fn verdicts(found: &Exploration) -> Vec<(u32, Often, bool)> {
    found.facts.iter().map(|Fact { line, often, broken, .. }| (*line, *often, *broken)).collect()
}

fn ends(found: &Exploration) -> BTreeMap<String, Count> {
    found.ends.iter().map(|end| (format!("{:?} {:?}", end.actors, end.objects), end.orders)).collect()
}

#[test]
fn random_scenarios_end_alike_however_their_orders_are_followed() {
    let (mut followed, mut reduced, mut states, mut judged) = (0, 0, 0, 0);
    for text in scenarios(250) {
        let document = read(&text);
        let every = explore(&document, EVERY);
        if every.stopped.is_some() {
            continue;
        }
        let enough = explore(&document, ENOUGH);
        assert_eq!(every.mistake.is_some(), enough.mistake.is_some(), "{text}");
        if every.mistake.is_some() {
            continue;
        }
        let (all, some) = (ends(&every), ends(&enough));
        assert_eq!(verdicts(&every), verdicts(&enough), "{text}");
        assert_eq!(all.keys().collect::<BTreeSet<_>>(), some.keys().collect::<BTreeSet<_>>(), "{text}");
        assert!(some.iter().all(|(end, orders)| *orders <= all[end]), "at least so many: {text}");
        reduced += usize::from(enough.judged < every.states);
        (states, judged) = (states + every.states, judged + enough.judged);
        if every.orders <= Count(MOST_ORDERS) {
            let plain = Plain::of(&document);
            assert_eq!((every.orders, every.states), (Count(plain.orders), plain.states.len()), "{text}");
            let counted: BTreeMap<String, u128> =
                all.iter().map(|(end, count)| (end.clone(), count.0)).collect();
            assert_eq!(counted, plain.ends, "{text}");
            followed += 1;
        }
    }
    assert!(followed > 100 && reduced > 100, "{followed} followed, {reduced} reduced");
    assert!(judged < states, "{judged} of {states}");
    println!("{followed} followed, {reduced} reduced, {judged} of {states} states judged");
}

#[test]
fn what_is_found_does_not_depend_on_the_number_of_threads() {
    for text in scenarios(30).into_iter().chain([super::independent(4, 5)]) {
        let document = read(&text);
        for limits in [EVERY, ENOUGH] {
            let json = |threads| {
                let found = explore(&document, Limits { threads, ..limits });
                serde_json::to_string(&found).unwrap()
            };
            assert_eq!(json(1), json(3), "{text}");
        }
    }
}
