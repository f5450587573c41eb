//! How is a step written down for whoever watches?

use super::runner::{Done, Moment, Runner, Watch};
use super::trace::{AnswerRecord, Assigned, Broken, Returned, StepKind, TraceStep};
use super::world::{Binding, Value};
use super::{judge, words};
use crate::kernel::{Answer, CallSpec, Handle};
use crate::scenario::Span;
use crate::scenario::program::{Statement, StatementKind, Step, VariableId};
use crate::scenario::tree::ItemKind;
use std::sync::Arc;

impl<'d> Runner<'d, '_> {
    /// Assigns and judges a copied value.
    pub(super) fn copied(&mut self, step: &Step, binding: Binding) -> Done {
        let verdict = judge::copied(&self.document.source, &binding.value, step.expect.as_ref());
        let text = self.is_watched().then(|| in_words(&binding));
        if let Some(id) = step.variable {
            self.world.assign(id, binding);
        }
        let answer = text.map(|text| AnswerRecord {
            text,
            expectation: String::new(),
            value: 0,
            succeeded: true,
            status: None,
            error: None,
            assigned: step.variable.map(|id| self.assigned(id)).into_iter().collect(),
        });
        Done::judged(answer, verdict)
    }

    /// Assigns and judges what a call gave back, at once or after it had blocked.
    pub(super) fn returned(&mut self, step: &Step, spec: &'static CallSpec, answer: &Answer) -> Done {
        let variables = self.world.assign_answer(step, answer);
        let record = self.is_watched().then(|| AnswerRecord {
            text: words::answer(spec, answer),
            expectation: words::expectation(spec, answer),
            value: answer.value,
            succeeded: answer.succeeded,
            status: Some(answer.status.name()),
            error: answer.error.map(|error| error.to_string()),
            assigned: variables.into_iter().map(|id| self.assigned(id)).collect(),
        });
        let verdict = judge::step(&self.world, &self.document.source, step, spec, answer);
        Done::judged(record, verdict)
    }

    fn assigned(&self, id: VariableId) -> Assigned {
        let binding = self.world.binding(id);
        let object = binding.object.and_then(|id| self.world.kernel.objects().header(id));
        Assigned {
            variable: self.program.variable(id).name.clone(),
            value: in_words(binding),
            object: object.map(|header| header.no),
        }
    }

    pub(super) fn show(&mut self, at: Moment<'d>, done: Done, returned: Vec<Returned>, broken: Vec<Broken>) {
        let effects = self.log.take_effects();
        let state = match &self.last_state {
            Some(state) if effects.is_empty() => Arc::clone(state),
            _ => Arc::new(self.states.after(&self.world.kernel, &effects)),
        };
        self.last_state = Some(Arc::clone(&state));
        let (number, line, kind, actor, text, narration) = match at {
            Moment::Start => (0, 0, StepKind::Start, None, String::new(), Vec::new()),
            Moment::Statement(index, statement) => {
                let (kind, actor) = match &statement.kind {
                    StatementKind::Step(step) => {
                        (StepKind::Step, Some(self.program.actor(step.actor).name.clone()))
                    }
                    StatementKind::Check(_) => (StepKind::Check, None),
                };
                let text = one_line(statement.span.text(&self.document.source));
                (index + 1, self.lines.of(statement.span), kind, actor, text, self.narration(statement))
            }
            Moment::End => {
                let number = self.program.statements.len() + 1;
                (number, self.lines.last(), StepKind::End, None, String::new(), Vec::new())
            }
        };
        let Done { answer, blocked, verdict, call, given } = done;
        let step = TraceStep {
            number,
            line,
            kind,
            actor,
            text,
            narration,
            call,
            given,
            answer,
            blocked,
            verdict,
            effects,
            returned,
            broken,
            state,
        };
        if let Watch::Steps(watch) = &mut self.watch {
            watch(step);
        }
    }

    pub(super) fn narration(&self, statement: &Statement) -> Vec<String> {
        let Some(first) = statement.narration else { return Vec::new() };
        let items = &self.document.tree.items[first as usize..statement.item as usize];
        items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Narration(text) => Some(text.clone()),
                _ => None,
            })
            .collect()
    }
}

fn in_words(binding: &Binding) -> String {
    match (&binding.value, binding.object) {
        (Value::Number(number), Some(_)) => Handle(*number).to_string(),
        (value, _) => judge::plain(value),
    }
}

/// Where the mistake is when what a statement expects does not come.
pub(super) fn place_of(statement: &Statement) -> Span {
    match &statement.kind {
        StatementKind::Step(Step { expect: Some(expect), .. }) => expect.span,
        StatementKind::Step(_) => statement.span,
        StatementKind::Check(condition) => condition.span,
    }
}

/// The text of a step, without what it expects, on one line.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn line_of(source: &str, span: Span) -> u32 {
    source.as_bytes().iter().take(span.start as usize).filter(|byte| **byte == b'\n').count() as u32 + 1
}

/// Lines of a text, for places that mostly come in order.
pub(super) struct Lines<'d> {
    source: &'d str,
    at: (usize, u32),
}

impl<'d> Lines<'d> {
    pub(super) fn new(source: &'d str) -> Lines<'d> {
        Lines { source, at: (0, 1) }
    }

    pub(super) fn of(&mut self, span: Span) -> u32 {
        let to = span.start as usize;
        let (from, line) = if to >= self.at.0 { self.at } else { (0, 1) };
        let newlines =
            self.source.as_bytes()[from..to.min(self.source.len())].iter().filter(|byte| **byte == b'\n');
        self.at = (to, line + newlines.count() as u32);
        self.at.1
    }

    pub(super) fn last(&mut self) -> u32 {
        self.of(Span::new(self.source.trim_end().len(), self.source.len()))
    }
}
