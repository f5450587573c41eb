//! How does a scenario run, step by step?

use super::judge;
use super::misuse;
use super::report::{Lines, one_line, place_of};
use super::snapshot::Keeper;
use super::trace::{AnswerRecord, Broken, Given, Returned, Snapshot, StillBlocked, TraceStep, Verdict};
use super::umpire::{Point, Umpire};
use super::world::{Living, World};
use crate::kernel::effects::Release;
use crate::kernel::options::Ends;
use crate::kernel::{Log, Outcome, Standstill};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::{
    Action, ActorId, Condition, Expect, ExpectedValue, Program, Statement, StatementKind, Step,
};
use crate::scenario::{Document, Span};
use std::sync::Arc;

/// Who wants to see the steps.
#[non_exhaustive]
pub enum Watch<'w> {
    /// Nobody: only the end counts.
    Quietly,
    /// Each step is handed on, with its effects and the state behind it.
    Steps(&'w mut dyn FnMut(TraceStep)),
    /// Somebody sees the world itself. An exercise that nobody has solved is run too.
    World(&'w mut dyn Umpire),
}

/// How a run ended.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// Steps and checks that were taken.
    pub statements: usize,
    /// What did not hold, in order, as places and what to say of them.
    pub failures: Vec<(Span, Verdict)>,
    /// `always`, `finally`, goals and invariants that did not hold, and misuses that the file means and that did not happen.
    pub broken: Vec<Broken>,
    /// A mistake of the file that showed only in the run; it ended there.
    pub mistake: Option<Diagnostic>,
    /// Steps that wait to the end.
    pub still_blocked: Vec<StillBlocked>,
    /// It is an exercise that nobody has solved; nothing was run.
    pub unsolved: bool,
}

impl Report {
    /// Did everything hold?
    pub fn is_good(&self) -> bool {
        self.mistake.is_none() && self.failures.is_empty() && self.broken.is_empty()
    }

    /// How many things did not hold.
    pub fn failure_count(&self) -> usize {
        self.failures.len() + self.broken.len()
    }
}

/// Runs a scenario to its end.
///
/// ```
/// use handlelab::run::{Watch, run};
/// use handlelab::scenario::Document;
///
/// let document = Document::read("process p\np: CloseHandle(4) => TRUE\n").expect("it can be read");
/// let report = run(&document, Watch::Quietly);
/// assert!(!report.is_good());
/// assert_eq!(report.failure_count(), 1);
/// ```
pub fn run(document: &Document, watch: Watch<'_>) -> Report {
    if document.program.misuses.is_empty() || matches!(watch, Watch::World(_)) {
        return run_steps(document, watch);
    }
    misuse::run_and_judge(document, watch)
}

/// The same, without judging the misuses that the file means.
pub(super) fn run_steps(document: &Document, watch: Watch<'_>) -> Report {
    if document.program.is_unsolved() && !matches!(watch, Watch::World(_)) {
        return Report { unsolved: true, ..Report::default() };
    }
    let mut runner = Runner::new(document, watch);
    runner.after(Moment::Start, Done::nothing(), Vec::new());
    if !runner.is_shown(Point::Start) {
        return runner.report;
    }
    for (index, statement) in document.program.statements.iter().enumerate() {
        if let Err(mistake) = runner.statement(index, statement)
            && !runner.passes_over(index, &mistake)
        {
            runner.report.mistake = Some(mistake);
            return runner.report;
        }
        if !runner.is_shown(Point::Behind(index)) {
            return runner.report;
        }
    }
    runner.finish();
    runner.is_shown(Point::End);
    runner.report
}

/// How many objects and handles are recounted after every step; a larger system is recounted so seldom that the cost of a
/// step stays the same, and at the end.
const RECOUNTED_EVERY_STEP: usize = 512;

pub(super) struct Runner<'d, 'w> {
    pub(super) document: &'d Document,
    pub(super) program: &'d Program,
    pub(super) world: World,
    pub(super) log: Log,
    pub(super) watch: Watch<'w>,
    pub(super) report: Report,
    /// The statement in which each actor waits, if it does, by [`ActorId`].
    pub(super) waiting: Vec<Option<usize>>,
    /// Which of the program's `always` did not hold behind the last step.
    pub(super) always_broken: Vec<bool>,
    pub(super) lines: Lines<'d>,
    pub(super) states: Keeper,
    pub(super) last_state: Option<Arc<Snapshot>>,
    pub(super) steps_since_recount: usize,
}

/// What became of one statement.
pub(super) struct Done {
    pub(super) answer: Option<AnswerRecord>,
    pub(super) blocked: bool,
    pub(super) verdict: Verdict,
    pub(super) call: Option<&'static str>,
    pub(super) given: Vec<Given>,
}

impl Done {
    pub(super) fn nothing() -> Done {
        Done::judged(None, Verdict::None)
    }

    pub(super) fn judged(answer: Option<AnswerRecord>, verdict: Verdict) -> Done {
        Done { answer, blocked: false, verdict, call: None, given: Vec::new() }
    }
}

/// When something is looked at.
#[derive(Clone, Copy)]
pub(super) enum Moment<'d> {
    /// Before the first line.
    Start,
    /// Behind a statement.
    Statement(usize, &'d Statement),
    /// Behind the last line.
    End,
}

impl<'d, 'w> Runner<'d, 'w> {
    fn new(document: &'d Document, watch: Watch<'w>) -> Runner<'d, 'w> {
        let program = &document.program;
        let mut log = match watch {
            Watch::Quietly | Watch::World(_) => Log::quiet(),
            Watch::Steps(_) => Log::recording(),
        };
        let world = World::new(program, &mut log);
        Runner {
            document,
            program,
            world,
            log,
            watch,
            report: Report::default(),
            waiting: vec![None; program.actors.len()],
            always_broken: vec![false; program.always.len()],
            lines: Lines::new(&document.source),
            states: Keeper::default(),
            last_state: None,
            steps_since_recount: 0,
        }
    }

    /// Does anybody want to see the steps? What is written down of them is for nobody else.
    pub(super) fn is_watched(&self) -> bool {
        matches!(self.watch, Watch::Steps(_))
    }

    /// Shows the world to whoever follows it from inside; `false` if the run shall stop.
    fn is_shown(&mut self, at: Point) -> bool {
        match &mut self.watch {
            Watch::World(umpire) => umpire.see(at, &self.world),
            Watch::Quietly | Watch::Steps(_) => true,
        }
    }

    fn passes_over(&mut self, index: usize, mistake: &Diagnostic) -> bool {
        match &mut self.watch {
            Watch::World(umpire) => umpire.pass_over(index, mistake),
            Watch::Quietly | Watch::Steps(_) => false,
        }
    }

    fn statement(&mut self, index: usize, statement: &'d Statement) -> Result<(), Diagnostic> {
        let mut returned = Vec::new();
        let done = match &statement.kind {
            StatementKind::Check(condition) => {
                let verdict = judge::condition(&self.world, &self.document.source, condition);
                Done::judged(None, verdict)
            }
            StatementKind::Step(step) => {
                let living = self.wait_for_turn(step, statement.span, &mut returned)?;
                self.step(index, step, living, statement.span)?
            }
        };
        if let Verdict::Missed { .. } = done.verdict {
            self.report.failures.push((place_of(statement), done.verdict.clone()));
        }
        self.report.statements += 1;
        self.after(Moment::Statement(index, statement), done, returned);
        Ok(())
    }

    /// The actor, who must be able to act: it exists, runs, and does not wait, unless the clock ends its wait (rule 4).
    fn wait_for_turn(
        &mut self,
        step: &Step,
        span: Span,
        returned: &mut Vec<Returned>,
    ) -> Result<Living, Diagnostic> {
        let Some(living) = self.world.living(step.actor) else {
            return Err(self.never_created(step.actor, span));
        };
        if self.world.kernel.wait_change(living.thread).is_some() {
            self.world.kernel.pass_wait(living.thread, &mut self.log);
            self.settle();
            self.collect_returned(returned);
        }
        match self.world.kernel.can_run(living.thread) {
            Ok(()) => Ok(living),
            Err(standstill) => Err(self.cannot_run(step.actor, span, standstill)),
        }
    }

    fn step(&mut self, index: usize, step: &'d Step, living: Living, span: Span) -> Result<Done, Diagnostic> {
        let (spec, args, creates) = match &step.action {
            Action::Copy(term) => {
                let binding = self.world.copied(term, living, span)?;
                let given = self.given_to_copy(term, &binding.value);
                return Ok(Done { given, ..self.copied(step, binding) });
            }
            Action::Call { spec, args, creates } => (*spec, args, *creates),
        };
        if let Some(created) = creates.filter(|created| self.world.living(*created).is_some()) {
            return Err(self.name_in_use(created, span));
        }
        let values = self.world.arguments(spec, args, living, span)?;
        let given = self.given(spec, args, &values);
        if let Watch::World(umpire) = &mut self.watch {
            umpire.hear(&self.world, living.thread, spec, &values);
        }
        let outcome = self.world.kernel.call(living.thread, spec, &values, &mut self.log);
        if let (Some(created), Outcome::Returned(answer)) = (creates, &outcome) {
            self.world.create(created, answer);
        }
        if let (Watch::World(umpire), Outcome::Returned(answer)) = (&mut self.watch, &outcome) {
            umpire.answered(index, spec, answer);
        }
        let done = match outcome {
            Outcome::Returned(answer) => self.returned(step, spec, &answer),
            Outcome::Blocked => {
                self.waiting[step.actor.0 as usize] = Some(index);
                let verdict = if step.expect.is_some() { Verdict::Waiting } else { Verdict::None };
                Done { blocked: true, ..Done::judged(None, verdict) }
            }
            Outcome::Ended => match &step.expect {
                Some(expect) => {
                    return Err(Diagnostic::new(
                        Code::NoAnswer,
                        expect.span,
                        format!("{} ends its own thread here and gives no answer", spec.name),
                        "there is nothing to expect",
                    )
                    .help("Leave the expectation out."));
                }
                None => Done::nothing(),
            },
            Outcome::CannotRun(standstill) => return Err(self.cannot_run(step.actor, span, standstill)),
        };
        self.settle();
        Ok(Done { call: Some(spec.name), given, ..done })
    }

    /// Lets pending ends happen, unless the file wants them late.
    fn settle(&mut self) {
        if self.program.options.ends == Ends::AtOnce {
            self.world.kernel.settle(&mut self.log);
        }
    }

    /// Earlier steps that had blocked: those whose calls returned, and those whose threads are gone.
    fn collect_returned(&mut self, returned: &mut Vec<Returned>) {
        let ended = self.log.take_ended();
        self.world.remember_ended(&ended);
        for Release { thread, answer } in self.log.take_released() {
            let Some(actor) = self.world.actor_of(thread) else { continue };
            let Some(index) = self.waiting[actor.0 as usize].take() else { continue };
            let statement = &self.program.statements[index];
            let StatementKind::Step(step) = &statement.kind else { continue };
            let Action::Call { spec, .. } = &step.action else { continue };
            let done = self.returned(step, spec, &answer);
            self.push_returned(actor, index, done.answer, done.verdict, returned);
        }
        if ended.is_empty() {
            return;
        }
        for place in 0..self.waiting.len() {
            let Some(index) = self.waiting[place] else { continue };
            let actor = ActorId(place as u32);
            let gone = self
                .world
                .living(actor)
                .is_none_or(|living| self.world.kernel.can_run(living.thread) == Err(Standstill::Ended));
            if gone {
                self.waiting[place] = None;
                let verdict = self.never_returned(index, "its thread ended while it waited");
                self.push_returned(actor, index, None, verdict, returned);
            }
        }
    }

    /// What becomes of an expectation when there is no answer. `?` is met by that too: it was to be predicted.
    fn never_returned(&self, index: usize, found: &str) -> Verdict {
        match &self.program.statements[index].kind {
            StatementKind::Step(Step {
                expect: Some(Expect { value: ExpectedValue::Unknown, .. }), ..
            }) => Verdict::Open,
            StatementKind::Step(Step { expect: Some(expect), .. }) => Verdict::Missed {
                expected: expect.span.text(&self.document.source).to_owned(),
                found: format!("no answer: {found}"),
            },
            _ => Verdict::None,
        }
    }

    fn push_returned(
        &mut self,
        actor: ActorId,
        index: usize,
        answer: Option<AnswerRecord>,
        verdict: Verdict,
        returned: &mut Vec<Returned>,
    ) {
        let statement = &self.program.statements[index];
        if let Verdict::Missed { .. } = verdict {
            self.report.failures.push((place_of(statement), verdict.clone()));
        }
        let line = self.lines.of(statement.span);
        let actor = self.program.actor(actor).name.clone();
        returned.push(Returned { step: index + 1, line, actor, answer, verdict });
    }

    /// What is done after every step: earlier steps return, invariants and `always` are looked at, and whoever watches is
    /// told.
    fn after(&mut self, at: Moment<'d>, done: Done, mut returned: Vec<Returned>) {
        self.collect_returned(&mut returned);
        let at_the_end = matches!(at, Moment::End);
        let mut broken = match at {
            // A check changes nothing.
            Moment::Statement(_, Statement { kind: StatementKind::Check(_), .. }) => Vec::new(),
            _ => self.recount(at_the_end),
        };
        for (place, condition) in self.program.always.iter().enumerate() {
            // Told once, when it ceases to hold, and not again with every step that follows.
            let is_broken = !self.world.holds(&condition.term);
            if is_broken && !self.always_broken[place] {
                self.judge_condition("always", condition, &mut broken);
            }
            self.always_broken[place] = is_broken;
        }
        if at_the_end {
            for condition in &self.program.finally {
                self.judge_condition("finally", condition, &mut broken);
            }
            for condition in self.program.exercise.iter().flat_map(|exercise| &exercise.goals) {
                self.judge_condition("goal", condition, &mut broken);
            }
        }
        self.report.broken.extend(broken.iter().cloned());
        if self.is_watched() {
            self.show(at, done, returned, broken);
        }
    }

    fn judge_condition(&mut self, kind: &'static str, condition: &Condition, broken: &mut Vec<Broken>) {
        if let Verdict::Missed { expected, found } =
            judge::condition(&self.world, &self.document.source, condition)
        {
            broken.push(Broken { kind, line: self.lines.of(condition.span), expected, found });
        }
    }

    fn recount(&mut self, at_the_end: bool) -> Vec<Broken> {
        self.steps_since_recount += 1;
        let size = self.world.kernel.objects().len();
        if !at_the_end && size > RECOUNTED_EVERY_STEP && self.steps_since_recount < size / 64 {
            return Vec::new();
        }
        self.steps_since_recount = 0;
        let violations = self.world.kernel.violations();
        let broken = violations.iter().map(|violation| Broken {
            kind: "invariant",
            line: 0,
            expected: "the kernel's counts agree with its tables".to_owned(),
            found: violation.to_string(),
        });
        broken.collect()
    }

    /// The file is over: the timeouts that are left pass, and what must hold at the end is judged.
    fn finish(&mut self) {
        let mut returned = Vec::new();
        self.world.kernel.settle(&mut self.log);
        self.collect_returned(&mut returned);
        while let Some(moment) = self.world.kernel.next_wait_change() {
            self.world.kernel.pass_time(moment, &mut self.log);
            self.world.kernel.settle(&mut self.log);
            self.collect_returned(&mut returned);
        }
        for place in 0..self.waiting.len() {
            let Some(index) = self.waiting[place].take() else { continue };
            let statement = &self.program.statements[index];
            let actor = ActorId(place as u32);
            let verdict = self.never_returned(index, "it still waits at the end");
            let line = self.lines.of(statement.span);
            let text = one_line(statement.span.text(&self.document.source));
            let name = self.program.actor(actor).name.clone();
            self.report.still_blocked.push(StillBlocked { line, actor: name, text });
            if let Verdict::Missed { .. } = verdict {
                self.push_returned(actor, index, None, verdict, &mut returned);
            }
        }
        self.after(Moment::End, Done::nothing(), returned);
    }
}
