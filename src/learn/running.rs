//! What happens when an attempt is run?

use super::limits::{self, Limits};
use crate::kernel::{Answer, CallSpec};
use crate::run::stopwatch::Stopwatch;
use crate::run::trace::{Broken, Verdict};
use crate::run::umpire::{Point, Umpire};
use crate::run::world::World;
use crate::run::{Watch, run, words};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::StatementKind;
use crate::scenario::{Document, Span};

/// What a run showed to whoever judges it.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// The world at the end; nothing if the end was not reached.
    pub(super) end: Option<World>,
    /// Expectations and checks that do not hold.
    pub(super) failures: Vec<(Span, Verdict)>,
    /// `always`, `finally` and whatever else does not hold.
    pub(super) broken: Vec<Broken>,
    /// The exercise's own statements that could not happen, for want of a value or of somebody to act, and why.
    pub(super) passed_over: Vec<(usize, String)>,
    /// The student's statements whose calls failed, though nothing was expected of them, and what the calls answered.
    pub(super) refused: Vec<(usize, String)>,
    /// The mistake at which the run ended.
    pub(super) mistake: Option<Diagnostic>,
    /// The limit at which it ended.
    pub(super) limit: Option<&'static str>,
}

/// Runs a document within limits.
pub(super) fn walk_through(document: &Document, limits: &Limits) -> Seen {
    let mut follower = Follower { document, limits, started: Stopwatch::start(), seen: Seen::default() };
    let report = run(document, Watch::World(&mut follower));
    let mut seen = follower.seen;
    seen.failures = report.failures;
    seen.broken = report.broken.into_iter().filter(|broken| broken.kind != "goal").collect();
    seen.mistake = report.mistake;
    seen
}

struct Follower<'f> {
    document: &'f Document,
    limits: &'f Limits,
    started: Stopwatch,
    seen: Seen,
}

impl Umpire for Follower<'_> {
    fn see(&mut self, at: Point, world: &World) -> bool {
        if at == Point::End {
            self.seen.end = Some(world.clone());
        } else if limits::data(world) > self.limits.data {
            self.seen.limit =
                Some("Your steps fill files, pipes or variables with more data than an exercise may have.");
        } else if self.started.elapsed() > self.limits.time {
            self.seen.limit = Some("Your steps take too long.");
        }
        self.seen.limit.is_none()
    }

    fn answered(&mut self, index: usize, call: &'static CallSpec, answer: &Answer) {
        let statement = &self.document.program.statements[index];
        let expects = match &statement.kind {
            StatementKind::Step(step) => step.expect.is_some(),
            StatementKind::Check(_) => true,
        };
        if statement.in_gap && !expects && !answer.succeeded {
            self.seen.refused.push((index, format!("{} answers {}", call.name, words::answer(call, answer))));
        }
    }

    fn pass_over(&mut self, statement: usize, mistake: &Diagnostic) -> bool {
        let own = !self.document.program.statements[statement].in_gap;
        // What the gap should have brought is missing; who is there and cannot act must not be passed over.
        let why = match mistake.code {
            Code::WrongValue => "a variable in it has no value".to_owned(),
            Code::NeverCreated => mistake.message.clone(),
            _ => return false,
        };
        if own {
            self.seen.passed_over.push((statement, why));
        }
        own
    }
}
