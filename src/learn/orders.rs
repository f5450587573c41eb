//! Does what holds in the order of the file hold in every order?

use super::feedback::{Finding, FindingKind, Shortfall, ShortfallKind};
use super::limits::Limits;
use super::wanted::Wanted;
use crate::explore::{self, Exploration, Fact};
use crate::run::report::line_of;
use crate::run::world::World;
use crate::scenario::Document;
use std::time::Duration;

/// Every order of a document's steps, looked at.
pub(super) struct Orders<'o> {
    document: &'o Document,
    found: Exploration,
}

impl Orders<'_> {
    /// Looks at them. `end` is the world at the end of the file.
    pub(super) fn of<'o>(document: &'o Document, end: &World, limits: &Limits, time: Duration) -> Orders<'o> {
        // Submissions are judged side by side already, and only the verdict counts.
        let limits = explore::Limits {
            states: limits.states_like(end),
            time: Some(time),
            count: false,
            threads: 1,
            ..explore::Limits::default()
        };
        Orders { document, found: explore::explore(&without_exercise(document), limits) }
    }

    /// Does it hold in every order, as far as orders matter to it?
    pub(super) fn all_have(&self, wanted: Wanted) -> bool {
        match wanted {
            Wanted::Call(_) | Wanted::Limit(_) => true,
            Wanted::Goal(_) | Wanted::Hidden(_) | Wanted::Rest => {
                self.is_complete() && self.broken_fact(wanted).is_none()
            }
        }
    }

    /// Takes back what was found to hold in the order of the file only.
    pub(super) fn take_back(&self, wants: &[Wanted], findings: &mut [Finding]) {
        let mut shown: Option<String> = None;
        for (wanted, finding) in wants.iter().zip(findings) {
            if finding.met && !self.all_have(*wanted) {
                self.take_back_one(*wanted, finding, &mut shown);
            }
        }
    }

    /// An order that was shown just now for something else need not be shown again.
    fn take_back_one(&self, wanted: Wanted, finding: &mut Finding, shown: &mut Option<String>) {
        finding.met = false;
        if finding.kind == FindingKind::HiddenGoal {
            return;
        }
        let shortfall = match self.broken_fact(wanted).map(|fact| fact.bad.as_ref()) {
            _ if self.found.mistake.is_some() => {
                "In some order one of the steps cannot happen at all, because its thread has ended or a value is missing."
            }
            None => "There are too many orders of the steps to see whether it holds in all of them.",
            Some(None) => "It holds in the order of the file, but not in every order.",
            Some(Some(witness)) if shown.as_deref() == Some(steps_of(&witness.scenario)) => {
                "It holds in the order of the file, but not in the one above."
            }
            Some(Some(witness)) => {
                *shown = Some(steps_of(&witness.scenario).to_owned());
                finding.order = Some(witness.scenario.clone());
                "It holds in the order of the file, but not in every order. Here is one in which it does not:"
            }
        };
        let kind = if self.is_complete() { ShortfallKind::Order } else { ShortfallKind::Undecided };
        finding.shortfalls = vec![Shortfall::new(kind, shortfall)];
    }

    fn is_complete(&self) -> bool {
        self.found.stopped.is_none() && self.found.mistake.is_none()
    }

    /// What some order breaks of something that is wanted.
    fn broken_fact(&self, wanted: Wanted) -> Option<&Fact> {
        let document = self.document;
        let line = |span| line_of(&document.source, span);
        let mut broken = self.found.facts.iter().filter(|fact| fact.broken);
        let Some(goal) = wanted.condition(&document.program) else {
            // Whatever the exercise's own lines expect. What students expect of their steps is theirs.
            let terms = document.program.exercise.iter();
            let goals = terms.flat_map(|terms| terms.goals.iter().chain(&terms.hidden));
            let mut others: Vec<u32> = goals.map(|goal| line(goal.span)).collect();
            let own = document.program.statements.iter().filter(|statement| statement.in_gap);
            others.extend(own.map(|statement| line(statement.span)));
            return broken.find(|fact| !others.contains(&fact.line));
        };
        broken.find(|fact| fact.line == line(goal.span))
    }
}

/// A witness without its first line, which says what it is a witness of.
fn steps_of(scenario: &str) -> &str {
    scenario.split_once('\n').map_or(scenario, |(_, steps)| steps)
}

/// The same steps with all goals, hidden ones too, as what must hold at the end. No example shows a hidden goal: its text is
/// made of the lines of the file, where it is hidden still.
fn without_exercise(document: &Document) -> Document {
    let mut document = document.clone();
    if let Some(mut terms) = document.program.exercise.take() {
        document.program.finally.append(&mut terms.goals);
        document.program.finally.append(&mut terms.hidden);
    }
    document
}
