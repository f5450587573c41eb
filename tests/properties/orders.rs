//! Exploring finds the same however it follows the orders: each by itself, every state once, or as few as are enough.

use crate::harness::try_programs;
use crate::testing::program::{Program, process_name};
use handlelab::explore::{Count, Exploration, Limits, Moment, Moments, Often, explore};
use handlelab::scenario::Document;
use std::collections::{BTreeMap, HashSet};

/// No program with more orders than this is followed order by order.
const MOST_ORDERS: u128 = 1_000;
/// Every order, one thread.
const EVERY: Limits = Limits { states: 20_000, time: None, reduce: false, count: true, threads: 1 };
/// Only what is enough.
const ENOUGH: Limits = Limits { reduce: true, count: false, ..EVERY };

/// The program as a scenario that expects what the naive model answers in its own order, and now and then says something of
/// all states.
fn scenario(program: &Program) -> String {
    let text = program.text("Orders");
    let (one, other) = (process_name(0), process_name(1));
    match program.steps.len() % 3 {
        0 => text,
        1 => format!("{text}always open_handles({one}) <= {}\n", program.steps.len() % 5),
        _ => format!("{text}always running({one}) && open_handles({other}) != 2\n"),
    }
}

/// How many orders there are, and how many states after each number of moves, by following each order by itself.
fn follow(moments: &Moments<'_>, moment: &Moment, depth: usize, seen: &mut HashSet<(usize, u128)>) -> u128 {
    seen.insert((depth, moments.fingerprint(moment)));
    let moves = moments.moves(moment);
    if moves.is_empty() {
        return 1;
    }
    let after = moves.into_iter().filter_map(|turn| moments.after(moment, turn));
    after.map(|moment| follow(moments, &moment, depth + 1, seen)).sum()
}

fn verdicts(found: &Exploration) -> Vec<(u32, Often, bool)> {
    found.facts.iter().map(|fact| (fact.line, fact.often, fact.broken)).collect()
}

fn ends(found: &Exploration) -> BTreeMap<String, Count> {
    found.ends.iter().map(|end| (format!("{:?} {:?}", end.actors, end.objects), end.orders)).collect()
}

fn agree(program: &Program) -> Result<(), String> {
    let document = Document::read(scenario(program)).map_err(|mistakes| format!("{mistakes:?}"))?;
    let (every, enough) = (explore(&document, EVERY), explore(&document, ENOUGH));
    if every.stopped.is_some() || enough.stopped.is_some() {
        return Ok(());
    }
    let same = |what: &str, same: bool| if same { Ok(()) } else { Err(what.to_owned()) };
    same("a mistake of the file", every.mistake.is_some() == enough.mistake.is_some())?;
    if every.mistake.is_some() {
        return Ok(());
    }
    same("the verdicts", verdicts(&every) == verdicts(&enough))?;
    let (all, some) = (ends(&every), ends(&enough));
    same("the ends", all.keys().eq(some.keys()))?;
    same("at least so many orders", some.iter().all(|(end, orders)| *orders <= all[end]))?;
    if every.orders <= Count(MOST_ORDERS) {
        let (moments, mut seen) = (Moments::new(&document), HashSet::new());
        let orders = follow(&moments, &moments.start(), 0, &mut seen);
        same("the number of orders", every.orders == Count(orders))?;
        same("the number of states", every.states == seen.len())?;
    }
    Ok(())
}

#[test]
fn every_way_of_following_the_orders_finds_the_same() {
    try_programs("every_way_of_following_the_orders_finds_the_same", 300, 18, agree);
}
