//! How is an order shown?
//!
//! As a scenario: the steps in that order, each with the answer that it gets there. `run` replays it.

use super::Witness;
use super::model::Model;
use super::moves::{Move, Numbering, Returned, State};
use crate::kernel::Log;
use crate::kernel::options::{Ends, Options};
use crate::run::trace::{Snapshot, StepKind, Verdict};
use crate::run::{Watch, run, snapshot, words};
use crate::scenario::program::{Action, ActorId};
use crate::scenario::tree::{self, Item, ItemKind, Scenario};
use crate::scenario::{Document, parser, printer};
use std::collections::HashMap;

/// How far a witness goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// To the last of its moves; more could come.
    Here,
    /// To an end: there is nothing more.
    End,
}

/// A call that changes nothing.
const A_SIGN_OF_LIFE: &str = "GetCurrentThreadId()";

/// A line of a witness.
enum Line {
    Step(usize),
    /// Time passes until the wait of this one ends.
    Time(ActorId),
    /// An end, and somebody who could sleep while it comes.
    End(Option<ActorId>, String),
}

/// When the ends come in a witness: as soon as they can, if it replays so.
const ENDS: [Ends; 4] = [Ends::AtOnce, Ends::WhileSleeping, Ends::OneByOne, Ends::LastFirst];

/// Writes an order as a scenario that `run` takes to the same state, if there is one.
pub(super) fn write(model: &Model<'_>, moves: &[Move], until: Until, headline: &str) -> Witness {
    let (lines, answers, state) = follow(model, moves);
    let expected = snapshot::take(&state.world.kernel);
    let lines_of = |ends| written(model, headline, until, &lines, &answers, ends);
    let replayed = ENDS.into_iter().find_map(|ends| {
        let (scenario, document) = lines_of(ends);
        replays(document, &expected, until).then_some(scenario)
    });
    let replays = replayed.is_some();
    let scenario = replayed.unwrap_or_else(|| lines_of(Ends::AtOnce).0);
    Witness { moves: moves.len(), scenario, replays }
}

fn written(
    model: &Model<'_>,
    headline: &str,
    until: Until,
    lines: &[Line],
    answers: &HashMap<usize, Returned>,
    ends: Ends,
) -> (String, Option<Document>) {
    let mut items = vec![comment(headline)];
    if until == Until::Here {
        items.push(comment("What comes later is left out."));
    }
    items.extend(header(model));
    for (name, value) in (Options { ends, ..Options::default() }).chosen() {
        items.extend(parsed(&format!("option {name} = {value}\n")));
    }
    items.push(Item::new(ItemKind::Blank));
    let call =
        |actor: ActorId, call: &str| parsed(&format!("{}: {call}\n", model.program().actor(actor).name));
    for line in lines {
        match line {
            Line::Step(index) => items.extend(step(model, *index, answers.get(index))),
            Line::Time(actor) => {
                let name = &model.program().actor(*actor).name;
                items.push(comment(&format!("Here time passes until {name} waits no more.")));
                items.extend(call(*actor, A_SIGN_OF_LIFE));
            }
            Line::End(awake, text) => {
                items.push(comment(text));
                let awake = awake.filter(|_| ends != Ends::AtOnce);
                items.extend(awake.and_then(|actor| call(actor, "Sleep(0)")));
            }
        }
    }
    with_conditions(model, items, until)
}

/// Takes the moves once more, with the numbers that `run` gives.
fn follow<'d>(model: &Model<'d>, moves: &[Move]) -> (Vec<Line>, HashMap<usize, Returned>, State) {
    let mut log = Log::quiet();
    let mut state = State::start(model, &mut log);
    let (mut lines, mut answers) = (Vec::new(), HashMap::new());
    for (at, what) in moves.iter().enumerate() {
        match *what {
            Move::Step(actor) => lines.extend(state.next_step(model, actor).map(Line::Step)),
            Move::End { actor, process, .. } => {
                let (whose, name) =
                    (if process { "process" } else { "thread" }, &model.program().actor(actor).name);
                lines.push(Line::End(awake(&state, actor), format!("Here the {whose} {name} ends.")));
            }
            Move::Timeout(actor) => lines.extend(timeout(&state, actor, &moves[at + 1..])),
        }
        let made = state.make(model, *what, Numbering::ByOrder, &mut log);
        answers.extend(made.into_iter().flatten().map(|returned| (returned.index, returned)));
    }
    (lines, answers, state)
}

/// Time passes by itself where its thread acts next, and at the end of the file when no end is pending any more; elsewhere
/// its thread must show that it waits no more.
fn timeout(state: &State, actor: ActorId, later: &[Move]) -> Option<Line> {
    let by_itself = match later.first() {
        Some(next) => *next == Move::Step(actor),
        None => state.world.kernel.endings_to_come().next().is_none(),
    };
    (!by_itself).then_some(Line::Time(actor))
}

/// Somebody who can act, other than the one that is named.
fn awake(state: &State, not: ActorId) -> Option<ActorId> {
    let actors = state.world.actors.iter().enumerate();
    let mut awake = actors.filter(|(place, living)| {
        not != ActorId(*place as u32)
            && living.is_some_and(|living| state.world.kernel.can_run(living.thread).is_ok())
    });
    awake.next().map(|(place, _)| ActorId(place as u32))
}

fn comment(text: &str) -> Item {
    Item::new(ItemKind::Comment(format!(" {text}")))
}

/// The lines that belong to every order.
fn header(model: &Model<'_>) -> impl Iterator<Item = Item> {
    let items = model.document.tree.items.iter().filter(|item| {
        matches!(
            item.kind,
            ItemKind::Version(_) | ItemKind::Title(_) | ItemKind::Process(_) | ItemKind::Option { .. }
        )
    });
    // Which end comes when is what the order says.
    let about_ends = |item: &Item| matches!(&item.kind, ItemKind::Option { name, .. } if name.text == "ends");
    items.filter(move |item| !about_ends(item)).cloned()
}

/// A step with its narration, and with the answer that it gets.
fn step(model: &Model<'_>, index: usize, returned: Option<&Returned>) -> Vec<Item> {
    let statement = model.statement(index);
    let (items, place) = (&model.document.tree.items, statement.item as usize);
    let first = statement.narration.map_or(place, |first| first as usize);
    let narration = items[first..place].iter().filter(|item| matches!(item.kind, ItemKind::Narration(_)));
    let mut lines: Vec<Item> = narration.cloned().collect();
    let mut item = items[place].clone();
    if let ItemKind::Step(step) = &mut item.kind {
        match returned {
            Some(Returned { verdict: Verdict::Missed { .. }, .. }) => {
                step.expect = returned.and_then(|returned| found(model, returned));
            }
            Some(_) => {}
            None => step.expect = None,
        }
    }
    lines.push(item);
    lines
}

/// What would have to be expected for the answer to be right.
fn found(model: &Model<'_>, returned: &Returned) -> Option<tree::Expect> {
    let Action::Call { spec, .. } = &model.step(returned.index)?.action else { return None };
    let text = words::expectation(spec, returned.answer.as_ref()?);
    match parsed(&format!("p: f() => {text}\n"))?.kind {
        ItemKind::Step(step) => step.expect,
        _ => None,
    }
}

fn parsed(line: &str) -> Option<Item> {
    let (tree, mistakes) = parser::parse(line);
    tree.items.into_iter().next().filter(|_| mistakes.is_empty())
}

/// Adds `always` and, where the end is reached, `finally` and goals; those that speak of what is not there in this order, as comments.
fn with_conditions(model: &Model<'_>, steps: Vec<Item>, until: Until) -> (String, Option<Document>) {
    let condition = |kind: &ItemKind| match kind {
        ItemKind::Always(_) => Some(kind.clone()),
        ItemKind::Finally(_) if until == Until::End => Some(kind.clone()),
        // The exercise is not there any more, but what it wants still is.
        ItemKind::Clause(tree::Clause::Goal(expr)) if until == Until::End => {
            Some(ItemKind::Finally(expr.clone()))
        }
        _ => None,
    };
    let mut scenario = Scenario { items: steps };
    scenario.items.push(Item::new(ItemKind::Blank));
    for kind in model.document.tree.items.iter().filter_map(|item| condition(&item.kind)) {
        scenario.items.push(Item::new(kind));
        if Document::read(printer::print(&scenario)).is_err()
            && let Some(refused) = scenario.items.pop()
        {
            let text = printer::print(&Scenario { items: vec![refused] });
            scenario.items.push(comment(&format!("{} (not everything of this is there)", text.trim_end())));
        }
    }
    let text = printer::print(&scenario);
    let document = Document::read(text.as_str()).ok();
    (text, document)
}

/// Does `run` come to the same state?
fn replays(document: Option<Document>, expected: &Snapshot, until: Until) -> bool {
    let Some(document) = document else { return false };
    let (mut at_last_step, mut at_end) = (false, false);
    let report = run(
        &document,
        Watch::Steps(&mut |step| {
            let place = if step.kind == StepKind::End { &mut at_end } else { &mut at_last_step };
            *place = *step.state == *expected;
        }),
    );
    // Behind the last step `run` lets the timeouts pass that are left.
    report.mistake.is_none() && (at_end || (until == Until::Here && at_last_step))
}
