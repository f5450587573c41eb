//! How often does each expectation, `always` and `finally` hold?
//!
//! What is judged on the way is judged once for each state or move, however many orders pass there: every state lies on at
//! least one order, so nothing is missed.

use super::model::Model;
use super::moves::{Returned, State};
use super::paths::{Paths, Place};
use super::witness::{self, Until};
use super::{Count, Fact, FactKind, Often};
use crate::kernel::Standstill;
use crate::run::judge;
use crate::run::report::line_of;
use crate::run::trace::Verdict;
use crate::scenario::Span;
use crate::scenario::program::{Condition, Expect, ExpectedValue, Program, Step};

/// What has been seen of one fact.
#[derive(Default)]
struct Seen {
    good: Option<Place>,
    bad: Option<(Place, String)>,
    left_out: Count,
}

impl Seen {
    fn note(&mut self, verdict: Verdict, place: Place) {
        match verdict {
            Verdict::Met => _ = self.good.get_or_insert(place),
            Verdict::Missed { found, .. } => _ = self.bad.get_or_insert((place, found)),
            Verdict::None | Verdict::Open | Verdict::Waiting => {}
        }
    }
}

/// What has been seen so far.
pub(super) struct Verdicts {
    /// By statement.
    expectations: Vec<Seen>,
    always: Vec<Seen>,
    /// Of `finally` and goals.
    at_end: Vec<Seen>,
}

impl Verdicts {
    pub(super) fn new(model: &Model<'_>) -> Verdicts {
        let program = model.program();
        let none = |count: usize| std::iter::repeat_with(Seen::default).take(count).collect();
        Verdicts {
            expectations: none(program.statements.len()),
            always: none(program.always.len()),
            at_end: none(judged_at_end(program).count()),
        }
    }

    /// A call returned.
    pub(super) fn returned(&mut self, returned: &Returned, place: Place) {
        self.expectations[returned.index].note(returned.verdict.clone(), place);
    }

    /// Is one of the `always` broken for the first time?
    pub(super) fn is_news(&self, holds: &[bool]) -> bool {
        self.always.iter().zip(holds).any(|(seen, holds)| !holds && seen.bad.is_none())
    }

    /// Notes those that are broken in a state for the first time.
    pub(super) fn broken(&mut self, model: &Model<'_>, state: &State, place: Place) {
        for (condition, seen) in model.program().always.iter().zip(&mut self.always) {
            if seen.bad.is_none() && !state.world.holds(&condition.term) {
                seen.note(judge::condition(&state.world, &model.document.source, condition), place);
            }
        }
    }

    /// An order ended.
    pub(super) fn end(
        &mut self,
        model: &Model<'_>,
        state: &State,
        orders: Count,
        clean: &[bool],
        place: Place,
    ) {
        for (seen, clean) in self.always.iter_mut().zip(clean) {
            if *clean {
                seen.good.get_or_insert(place);
            }
        }
        for ((_, condition), seen) in judged_at_end(model.program()).zip(&mut self.at_end) {
            seen.note(judge::condition(&state.world, &model.document.source, condition), place);
        }
        for (index, seen) in self.expectations.iter_mut().enumerate() {
            let Some((step, _)) = expected(model, index) else { continue };
            let actor = step.actor.0 as usize;
            if model.facts[index].place >= state.next[actor] {
                seen.left_out.add(orders);
            } else if state.waiting[actor] == Some(index) {
                let living = state.world.living(step.actor);
                let ended = living
                    .is_none_or(|living| state.world.kernel.can_run(living.thread) == Err(Standstill::Ended));
                let why = if ended { "its thread ended while it waited" } else { "it waits for ever" };
                seen.bad.get_or_insert((place, format!("no answer: {why}")));
            }
        }
    }

    /// What is to be said of each fact, in the order of the file.
    pub(super) fn facts(self, model: &Model<'_>, paths: &Paths, stopped: bool) -> Vec<Fact> {
        let program = model.program();
        let all = Facts { model, paths, stopped };
        let mut facts: Vec<(u32, Fact)> = Vec::new();
        for (index, seen) in self.expectations.into_iter().enumerate() {
            if let Some((_, expect)) = expected(model, index) {
                let span = model.statement(index).span;
                facts.push((expect.span.start, all.fact(FactKind::Expectation, span, seen, None)));
            }
        }
        for (index, (condition, seen)) in program.always.iter().zip(self.always).enumerate() {
            let Condition { span, .. } = condition;
            facts.push((span.start, all.fact(FactKind::Always, *span, seen, Some(index))));
        }
        for ((kind, condition), seen) in judged_at_end(program).zip(self.at_end) {
            let Condition { span, .. } = condition;
            facts.push((span.start, all.fact(kind, *span, seen, None)));
        }
        facts.sort_by_key(|(start, _)| *start);
        facts.into_iter().map(|(_, fact)| fact).collect()
    }
}

/// What must hold at the end of every order.
pub(super) fn judged_at_end(program: &Program) -> impl Iterator<Item = (FactKind, &Condition)> {
    let finally = program.finally.iter().map(|condition| (FactKind::Finally, condition));
    let goals = program.exercise.iter().flat_map(|exercise| &exercise.goals);
    finally.chain(goals.map(|condition| (FactKind::Goal, condition)))
}

/// A step that expects an answer. `=> ?` expects none.
fn expected<'d>(model: &Model<'d>, index: usize) -> Option<(&'d Step, &'d Expect)> {
    let step = model.step(index)?;
    let expect = step.expect.as_ref().filter(|expect| expect.value != ExpectedValue::Unknown)?;
    Some((step, expect))
}

struct Facts<'f, 'd> {
    model: &'f Model<'d>,
    paths: &'f Paths,
    stopped: bool,
}

impl Facts<'_, '_> {
    fn fact(&self, kind: FactKind, span: Span, seen: Seen, always: Option<usize>) -> Fact {
        let source = &self.model.document.source;
        let Seen { good, bad, left_out } = seen;
        let often = match (&good, &bad) {
            (Some(_), Some(_)) => Often::Sometimes,
            _ if self.stopped => Often::Undecided,
            (_, None) if good.is_some() || kind != FactKind::Expectation => Often::Always,
            _ => Often::Never,
        };
        let until = |is_good: bool| match kind {
            FactKind::Finally | FactKind::Goal => Until::End,
            FactKind::Always if is_good => Until::End,
            _ => Until::Here,
        };
        let line = line_of(source, span);
        let text = crate::run::report::one_line(span.text(source));
        let show = |place: Place, always, is_good: bool| {
            let moves = self.paths.to(place, always);
            let headline = match is_good {
                true => format!("An order in which line {line} holds: {text}"),
                false => format!("An order in which line {line} does not hold: {text}"),
            };
            // A call that gets no answer is seen at the end only.
            let until =
                if place.is_state() && kind == FactKind::Expectation { Until::End } else { until(is_good) };
            witness::write(self.model, &moves, until, &headline)
        };
        let broken = bad.is_some() || often == Often::Never;
        let good = good.filter(|_| often == Often::Sometimes).map(|place| show(place, always, true));
        let (bad, found) = match bad {
            Some((place, found)) => (Some(show(place, None, false)), Some(found)),
            None => (None, (often == Often::Never).then(|| "the step happens in no order".to_owned())),
        };
        Fact { kind, line, text, often, broken, found, left_out, good, bad }
    }
}
