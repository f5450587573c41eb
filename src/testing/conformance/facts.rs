//! Does an implementation do what a fact says?
//!
//! The scenario of a fact is run by the simulator, which knows what happens then; its calls are made again side by side.
//! What the kernel's eye checks there, the open handles tell here, as far as they are asked.

use super::duet::{Duet, Played};
use super::index::Group;
use super::report::{Counterexample, Entry, Outcome};
use super::unlike::Unlike;
use crate::kernel::{Arg, CallSpec, Options, ThreadId};
use crate::run::umpire::{Point, Umpire};
use crate::run::world::World;
use crate::run::{Watch, run};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::tree::{Item, ItemKind, Scenario};
use crate::scenario::{Document, printer};
use crate::testing::handle_system::{HandleSystem, Part};
use crate::testing::system::{Request, System};
use std::collections::BTreeMap;

/// The folder of the facts that are about values.
const VALUES: &str = "1-values";

/// Why a fact is skipped that chooses an option of the language.
const OTHER_WINDOWS: &str = "another version of Windows";

/// The calls of a scenario, each with the number of its thread's object.
#[derive(Default)]
struct Calls {
    calls: Vec<(u32, Request)>,
    /// The statement that each stands in.
    statements: Vec<usize>,
    statement: usize,
}

impl Umpire for Calls {
    fn see(&mut self, at: Point, _: &World) -> bool {
        match at {
            Point::Behind(statement) => self.statement = statement + 1,
            Point::Start | Point::End => {}
        }
        true
    }

    fn hear(&mut self, world: &World, thread: ThreadId, call: &'static CallSpec, values: &[Arg]) {
        let number = world.kernel.thread(thread).map_or(0, |record| record.no.0);
        let given = call.params.iter().zip(values).filter(|(_, value)| **value != Arg::Absent);
        let args = given.map(|(param, value)| (param.name, value.clone())).collect();
        self.calls.push((number, Request { call: call.name, args }));
        self.statements.push(self.statement);
    }

    fn pass_over(&mut self, _: usize, _: &Diagnostic) -> bool {
        false
    }
}

/// What came of a scenario that is played side by side.
enum Held {
    /// Nothing differed in so many calls; so many others were left out.
    Yes(usize, usize),
    /// Something differed behind the call with this number, in the statement with that one.
    No(usize, usize, Unlike),
    /// It could not be played to its end.
    Left(String),
}

/// Everything that comes of a group of facts, and what was not offered.
pub(super) fn check<S: HandleSystem>(
    group: &Group,
    new: &dyn Fn() -> S,
    left: &mut BTreeMap<String, usize>,
) -> Vec<Entry> {
    let entry = |(name, text): &(&str, &str)| {
        let document = Document::read(*text).ok();
        let title = document.as_ref().and_then(|document| document.program.title.clone());
        let outcome = match document.as_ref().map(|document| hold(group, document, new)) {
            None => Outcome::Skipped { why: "the file cannot be read".to_owned() },
            Some(Held::Yes(tried, left)) => Outcome::Passed { tried, left },
            Some(Held::Left(why)) => Outcome::Skipped { why },
            Some(Held::No(..)) => {
                let fails = |text: &str| failure(group, text, new).is_some();
                let text = smallest(text, &fails);
                match failure(group, &text, new) {
                    Some(found) => Outcome::Failed(Box::new(Counterexample {
                        name: format!("fact_{}_{name}", group.folder).replace('-', "_"),
                        ..found
                    })),
                    None => Outcome::Skipped { why: "it differs only now and then".to_owned() },
                }
            }
        };
        Entry {
            name: format!("{}/{name}", group.folder),
            group: Some(group.about),
            sentence: format!("{}.", title.unwrap_or_default().trim_end_matches('.')),
            outcome,
        }
    };
    let entries: Vec<Entry> = group.files.iter().map(entry).collect();
    for entry in &entries {
        if let Outcome::Skipped { why } = &entry.outcome
            && why != OTHER_WINDOWS
        {
            *left.entry(why.clone()).or_default() += 1;
        }
    }
    entries
}

/// Plays a scenario.
fn hold<S: HandleSystem>(group: &Group, document: &Document, new: &dyn Fn() -> S) -> Held {
    let program = &document.program;
    if !program.options.chosen().is_empty() {
        return Held::Left(OTHER_WINDOWS.to_owned());
    }
    let system = new();
    if group.folder == VALUES && !system.offers(Part::WindowsValues) {
        return Held::Left(Part::WindowsValues.name().to_owned());
    }
    let mut calls = Calls::default();
    let report = run(document, Watch::World(&mut calls));
    if !report.is_good() {
        return Held::Left("it does not hold in the simulator".to_owned());
    }
    let processes = program.actors.iter().filter(|actor| actor.from_start).count();
    let mut duet = Duet::new(system, Options::default(), processes);
    if duet.cast.len() < processes {
        return Held::Left("several processes".to_owned());
    }
    let (mut made, mut left) = (0, 0);
    for (place, (thread, request)) in calls.calls.iter().enumerate() {
        if !duet.simulator.can_run(*thread) {
            return Held::Left("time that passes by itself".to_owned());
        }
        match duet.step(*thread, request) {
            // What only looks, or signals, can be left out; the rest goes on without it.
            Played::Left(why) if !duet.can_do_without(*thread, request) => return Held::Left(why),
            Played::Left(why) => {
                left += 1;
                if left > calls.calls.len() / 2 {
                    return Held::Left(why);
                }
            }
            Played::Done(_, _, unlike) => {
                made += 1;
                if let Some(first) = unlike.into_iter().next() {
                    return Held::No(place + 1, calls.statements[place], first);
                }
            }
        }
    }
    Held::Yes(made, left)
}

/// How a text fails, if it does.
fn failure<S: HandleSystem>(group: &Group, text: &str, new: &dyn Fn() -> S) -> Option<Counterexample> {
    let document = Document::read(text).ok()?;
    let Held::No(calls, statement, unlike) = hold(group, &document, new) else { return None };
    let line = document.program.statements.get(statement)?.span.text(&document.source).trim().to_owned();
    Some(Counterexample {
        name: String::new(),
        scenario: text.to_owned(),
        calls,
        line,
        what: unlike.what,
        expected: unlike.expected,
        got: unlike.got,
    })
}

/// The scenario without any line that is not needed to fail.
fn smallest(text: &str, fails: &dyn Fn(&str) -> bool) -> String {
    let Ok(document) = Document::read(text) else { return text.to_owned() };
    let mut items = document.tree.items;
    let is_told =
        |item: &Item| !matches!(item.kind, ItemKind::Title(_) | ItemKind::Process(_) | ItemKind::Blank);
    let mut best = text.to_owned();
    let mut place = items.len();
    while place > 0 {
        place -= 1;
        if !is_told(&items[place]) {
            continue;
        }
        let mut fewer = items.clone();
        fewer.remove(place);
        let shorter = printer::print(&Scenario { items: fewer.clone() });
        if fails(&shorter) {
            (items, best) = (fewer, shorter);
            // A later line may be needless now.
            place = items.len().min(place + 8);
        }
    }
    best
}
