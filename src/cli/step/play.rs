//! What is played, and where are we in it?

use handlelab::kernel::{Effect, ObjectNo};
use handlelab::run::history::{History, Moment};
use handlelab::run::misuse::Misuse;
use handlelab::run::trace::{Snapshot, StepKind, Trace, TraceStep};
use handlelab::view::effects::{Names, tell};
use handlelab::view::markup::Markup;

/// A run, ready to be looked at from any moment.
pub(super) struct Play {
    pub(super) source: Vec<String>,
    pub(super) trace: Trace,
    pub(super) history: History,
    /// What changed in each step.
    pub(super) changes: Vec<Vec<Markup>>,
}

/// Where the reader is.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) moment: Moment,
    /// How far the tables and objects, or the page, are scrolled.
    pub(super) scroll: usize,
    /// The object whose page is asked for.
    pub(super) chosen: Option<ObjectNo>,
    pub(super) shown: Shown,
    /// The line number that is being typed.
    pub(super) typed: String,
}

/// What stands beside the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shown {
    /// Tables and objects.
    #[default]
    Picture,
    /// The whole of what was told, called, answered and changed.
    Step,
    /// Why the chosen object is alive.
    Why,
    /// The keys.
    Keys,
}

/// What one looks for.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    Death,
    Failure,
    Misuse,
}

impl Play {
    pub(super) fn new(source: &str, trace: Trace) -> Play {
        let mut names = Names::default();
        let told = trace.steps.iter().map(|step| {
            names.learn_step(step);
            tell(&step.effects, &names)
        });
        let changes = told.collect();
        let source = source.lines().map(str::to_owned).collect();
        Play { source, history: History::of(&trace), changes, trace }
    }

    pub(super) fn last(&self) -> Moment {
        self.trace.steps.len().saturating_sub(1)
    }

    pub(super) fn step(&self, moment: Moment) -> Option<&TraceStep> {
        self.trace.steps.get(moment)
    }

    /// The state behind the moment before.
    pub(super) fn before(&self, moment: Moment) -> Option<&Snapshot> {
        moment.checked_sub(1).and_then(|before| self.step(before)).map(|step| &*step.state)
    }

    /// The nearest step of a kind behind or before a moment.
    pub(super) fn find(&self, mark: Mark, from: Moment, forward: bool) -> Option<Moment> {
        let is_it = |moment: &Moment| self.trace.steps.get(*moment).is_some_and(|step| self.has(step, mark));
        if forward { (from + 1..=self.last()).find(is_it) } else { (0..from).rfind(is_it) }
    }

    /// The first step at or behind a line; else the last.
    pub(super) fn at_line(&self, line: u32) -> Moment {
        let is_it =
            |step: &TraceStep| matches!(step.kind, StepKind::Step | StepKind::Check) && step.line >= line;
        self.trace.steps.iter().position(is_it).unwrap_or(self.last())
    }

    /// The object that comes behind another one in what exists now.
    pub(super) fn neighbour(&self, place: &Place, forward: bool) -> Option<ObjectNo> {
        let objects: Vec<ObjectNo> =
            self.step(place.moment)?.state.objects.iter().map(|object| object.object).collect();
        let at = objects.iter().position(|no| Some(*no) == place.chosen);
        let at = match (at, forward) {
            (None, true) => 0,
            (None, false) => objects.len().saturating_sub(1),
            (Some(at), true) => (at + 1) % objects.len(),
            (Some(at), false) => (at + objects.len() - 1) % objects.len(),
        };
        objects.get(at).copied()
    }

    /// The misuses of handles in a step.
    pub(super) fn misuses(&self, step: &TraceStep) -> impl Iterator<Item = &Misuse> {
        let number = step.number;
        self.trace.misuses.iter().filter(move |misuse| misuse.step == number)
    }

    /// Is a handle misused in a line?
    pub(super) fn is_misused(&self, line: u32) -> bool {
        self.trace.misuses.iter().any(|misuse| misuse.line == line)
    }

    fn has(&self, step: &TraceStep, mark: Mark) -> bool {
        match mark {
            Mark::Death => step
                .effects
                .iter()
                .any(|effect| matches!(effect, Effect::ObjectDeleted { .. } | Effect::NameRemoved { .. })),
            Mark::Misuse => self.misuses(step).next().is_some(),
            Mark::Failure => {
                let answers =
                    step.answer.iter().chain(step.returned.iter().filter_map(|old| old.answer.as_ref()));
                step.failures() > 0 || answers.into_iter().any(|answer| !answer.succeeded)
            }
        }
    }
}
