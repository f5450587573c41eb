//! Does an implementation do what a fact says?
//!
//! The scenario of a fact is run by the simulator, which knows what happens then; its calls are made again side by side.
//! What the kernel's eye checks there, the open handles tell here, as far as they are asked.

use super::duet::{Duet, Played};
use super::index::Group;
use super::report::{Counterexample, Entry, Outcome, Report};
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
    /// Something differed.
    No(Different),
    /// It could not be played to its end.
    Left(String),
    /// The system is known to do something else.
    Known(String),
}

/// What differed in a scenario.
struct Different {
    /// How many calls had been made.
    calls: usize,
    /// The line.
    line: String,
    unlike: Unlike,
}

/// Everything that comes of a group of facts, and what was not offered.
pub(super) fn check<S: HandleSystem>(group: &Group, new: &dyn Fn() -> S, report: &mut Report) {
    for (name, text) in group.files {
        let document = Document::read(*text).ok();
        let title = document.as_ref().and_then(|document| document.program.title.clone());
        let place = format!("{}/{name}", group.folder);
        let outcome = match document.as_ref().map(|document| hold(group, Some(&place), document, new)) {
            None => Outcome::Skipped { why: "the file cannot be read".to_owned() },
            Some(Held::Yes(tried, left)) => Outcome::Passed { tried, left },
            Some(Held::Left(why)) => Outcome::Skipped { why },
            Some(Held::Known(why)) => Outcome::Known { why },
            Some(Held::No(different)) => {
                let fails = |text: &str| {
                    let found = failure(group, text, new);
                    found.is_some_and(|found| found.unlike.aspect == different.unlike.aspect)
                };
                let text = smallest(text, &fails);
                let again = failure(group, &text, new);
                let steady = again.is_some();
                let name = format!("fact_{}_{name}", group.folder).replace('-', "_");
                Outcome::Failed(Box::new(told(name, text, again.unwrap_or(different), steady)))
            }
        };
        match &outcome {
            Outcome::Skipped { why } if why != OTHER_WINDOWS => {
                *report.not_offered.entry(why.clone()).or_default() += 1;
            }
            Outcome::Known { why } => *report.known.entry(why.clone()).or_default() += 1,
            _ => {}
        }
        let sentence = format!("{}.", title.unwrap_or_default().trim_end_matches('.'));
        report.entries.push(Entry { name: place, group: Some(group.about), sentence, outcome });
    }
}

/// Plays a scenario. `place` is where it stands among the facts, as long as it is the whole fact.
fn hold<S: HandleSystem>(
    group: &Group,
    place: Option<&str>,
    document: &Document,
    new: &dyn Fn() -> S,
) -> Held {
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
    let (mut made, mut left, mut known) = (0, 0, None);
    for (number, (thread, request)) in calls.calls.iter().enumerate() {
        if !duet.simulator.can_run(*thread) {
            return Held::Left("time that passes by itself".to_owned());
        }
        let statement = calls.statements[number];
        let next = calls.statements.get(number + 1).copied().unwrap_or(program.statements.len());
        duet.scenario = place.map(|place| (place.to_owned(), statement + 1..=next.max(statement + 1)));
        match duet.step(*thread, request) {
            // What only looks, or signals, can be left out; the rest goes on without it.
            Played::Known(why) if !duet.can_do_without(*thread, request) => return Held::Known(why),
            Played::Known(why) => known = known.or(Some(why)),
            Played::Left(why) if !duet.can_do_without(*thread, request) => return Held::Left(why),
            Played::Left(why) => {
                left += 1;
                if left > calls.calls.len() / 2 {
                    return Held::Left(why);
                }
            }
            Played::Done(_, _, unlike) => {
                made += 1;
                if let Some(unlike) = unlike.into_iter().next() {
                    let span = program.statements.get(statement).map(|statement| statement.span);
                    let line = span.map(|span| span.text(&document.source).trim().to_owned());
                    return Held::No(Different { calls: number + 1, line: line.unwrap_or_default(), unlike });
                }
            }
        }
    }
    known.map_or(Held::Yes(made, left), Held::Known)
}

/// How a text fails, if it does.
fn failure<S: HandleSystem>(group: &Group, text: &str, new: &dyn Fn() -> S) -> Option<Different> {
    let document = Document::read(text).ok()?;
    match hold(group, None, &document, new) {
        Held::No(different) => Some(different),
        _ => None,
    }
}

fn told(name: String, scenario: String, different: Different, steady: bool) -> Counterexample {
    let Different { calls, line, unlike: Unlike { what, expected, got, .. } } = different;
    Counterexample { name, scenario, calls, steady, line, what, expected, got }
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
