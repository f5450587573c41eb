//! Which call lies between two states?
//!
//! The wrong choices are calls that could have been made there and lead to another state; each is tried.

use super::{Asks, Question, choices};
use crate::kernel::Effect;
use crate::learn::chance::Chance;
use crate::run::history::Moment;
use crate::run::record;
use crate::run::trace::{StepKind, Trace, TraceStep};
use crate::scenario::Document;

/// So many calls are tried for each question.
const MOST_TRIED: usize = 8;

/// Words of a call that others are put in place of: each pair in both directions.
const OPPOSITES: &[(&str, &str)] = &[
    ("TRUE", "FALSE"),
    ("DUPLICATE_SAME_ACCESS", "DUPLICATE_CLOSE_SOURCE"),
    ("pi.hProcess", "pi.hThread"),
    ("HANDLE_FLAG_INHERIT", "HANDLE_FLAG_PROTECT_FROM_CLOSE"),
    ("CreateEvent(", "CreateMutex("),
];

/// A question for each step that changes a handle table. The same seed asks the same.
pub fn between(document: &Document, trace: &Trace, seed: u64) -> Vec<Question> {
    let steps = trace.steps.iter().enumerate();
    let mut questions: Vec<Question> =
        steps.filter_map(|(moment, step)| question(document, trace, moment, step, seed)).collect();
    for (index, question) in questions.iter_mut().enumerate() {
        question.number = index + 1;
    }
    questions
}

fn question(
    document: &Document,
    trace: &Trace,
    moment: Moment,
    step: &TraceStep,
    seed: u64,
) -> Option<Question> {
    let changes = |effect: &Effect| {
        matches!(
            effect,
            Effect::HandleOpened { .. } | Effect::HandleClosed { .. } | Effect::HandleChanged { .. }
        )
    };
    if step.kind != StepKind::Step || !step.effects.iter().any(changes) {
        return None;
    }
    let answer = call_of(step);
    let mut chance = Chance::new(seed, u64::from(step.line));
    let wrong = others(trace, step, &answer)
        .into_iter()
        .take(MOST_TRIED)
        .filter(|other| leads_elsewhere(document, moment, step, other))
        .collect();
    let choices = choices::among(&answer, wrong, &mut chance)?;
    let prompt = "Which call turns the first state into the second?".to_owned();
    let why = Vec::new();
    Some(Question { number: 0, moment, line: step.line, asks: Asks::Call, prompt, choices, answer, why })
}

/// A step's text without what is expected.
pub(super) fn call_of(step: &TraceStep) -> String {
    step.text.split("=>").next().unwrap_or_default().trim().to_owned()
}

/// Calls that look like this one, the nearest first.
fn others(trace: &Trace, step: &TraceStep, call: &str) -> Vec<String> {
    let mut others = Vec::new();
    for (one, other) in OPPOSITES {
        for (from, to) in [(one, other), (other, one)] {
            if call.contains(from) {
                others.push(call.replacen(from, to, 1));
            }
        }
    }
    if let Some(start) = call.strip_suffix(", 0)") {
        others.push(format!("{start}, DUPLICATE_CLOSE_SOURCE)"));
    }
    others.extend(inheritable(call));
    let of_the_same =
        trace.steps.iter().filter(|other| other.actor == step.actor && other.kind == StepKind::Step);
    others.extend(of_the_same.map(call_of));
    let says_twice = |other: &String| {
        OPPOSITES.iter().any(|(one, two)| {
            other.contains(&format!("{one} | {one}")) || other.contains(&format!("{two} | {two}"))
        })
    };
    others.retain(|other| other != call && !says_twice(other));
    others
}

/// The same with what is left out about inheritance, as it usually is.
fn inheritable(call: &str) -> Option<String> {
    if call.contains("bInheritHandle") {
        return None;
    }
    if call.contains("CreateProcess(") {
        return Some(call.replacen(", &", ", bInheritHandles: TRUE, &", 1));
    }
    let start = call.strip_suffix(')').filter(|_| call.contains(" = Create"))?;
    let comma = if start.ends_with('(') { "" } else { ", " };
    Some(format!("{start}{comma}bInheritHandle: TRUE)"))
}

/// Could the call be made at that moment, and does it lead to another state?
fn leads_elsewhere(document: &Document, moment: Moment, step: &TraceStep, call: &str) -> bool {
    let line = (step.line as usize).saturating_sub(1);
    let before: String = document.source.split_inclusive('\n').take(line).collect();
    let Ok(other) = Document::read(format!("{before}{call}\n")) else { return false };
    let (report, trace) = record("", &other);
    let reached = trace.steps.get(moment);
    report.mistake.is_none() && reached.is_some_and(|reached| reached.state != step.state)
}
