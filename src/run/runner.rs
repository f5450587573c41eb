//! How does a scenario run, step by step?

use super::trace::{
    AnswerRecord, Assigned, Broken, Returned, Snapshot, StepKind, StillBlocked, TraceStep, Verdict,
};
use super::world::{Binding, Living, Value, World};
use super::{judge, snapshot, words};
use crate::kernel::calls::Kind;
use crate::kernel::effects::Release;
use crate::kernel::{Answer, Arg, CallSpec, Log, Out, OutValue, Outcome, Standstill, ThreadId, Win32Error};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::{
    Action, ActorId, Argument, Program, Statement, StatementKind, Step, Term, VariableId,
};
use crate::scenario::tree::ItemKind;
use crate::scenario::{Document, Span};
use std::sync::Arc;

/// Who wants to see the steps.
pub enum Watch<'w> {
    /// Nobody: only the end counts.
    Quietly,
    /// Each step is handed on, with its effects and the state behind it.
    Steps(&'w mut dyn FnMut(TraceStep)),
}

/// How a run ended.
#[derive(Debug, Default)]
pub struct Report {
    /// Steps and checks that were taken.
    pub statements: usize,
    /// What did not hold, in order, as places and what to say of them.
    pub failures: Vec<(Span, Verdict)>,
    /// `always`, `finally`, goals and invariants that did not hold.
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
pub fn run(document: &Document, watch: Watch<'_>) -> Report {
    if document.program.is_unsolved() {
        return Report { unsolved: true, ..Report::default() };
    }
    let mut runner = Runner::new(document, watch);
    for (index, statement) in document.program.statements.iter().enumerate() {
        if let Err(mistake) = runner.statement(index, statement) {
            runner.report.mistake = Some(mistake);
            return runner.report;
        }
    }
    runner.finish();
    runner.report
}

/// How many objects and handles are recounted after every step; a larger system is recounted so seldom that the cost of a
/// step stays the same, and at the end.
const RECOUNTED_EVERY_STEP: usize = 512;

struct Runner<'d, 'w> {
    document: &'d Document,
    program: &'d Program,
    world: World,
    log: Log,
    watch: Watch<'w>,
    report: Report,
    /// The statement in which each actor waits, if it does, by [`ActorId`].
    waiting: Vec<Option<usize>>,
    lines: Lines<'d>,
    last_state: Option<Arc<Snapshot>>,
    steps_since_recount: usize,
}

/// What became of one statement.
struct Done {
    answer: Option<AnswerRecord>,
    blocked: bool,
    verdict: Verdict,
}

impl<'d, 'w> Runner<'d, 'w> {
    fn new(document: &'d Document, watch: Watch<'w>) -> Runner<'d, 'w> {
        let program = &document.program;
        let mut log = match watch {
            Watch::Quietly => Log::quiet(),
            Watch::Steps(_) => Log::recording(),
        };
        let world = World::new(program, &mut log);
        log.take_effects();
        Runner {
            document,
            program,
            world,
            log,
            watch,
            report: Report::default(),
            waiting: vec![None; program.actors.len()],
            lines: Lines::new(&document.source),
            last_state: None,
            steps_since_recount: 0,
        }
    }

    fn statement(&mut self, index: usize, statement: &'d Statement) -> Result<(), Diagnostic> {
        let mut returned = Vec::new();
        let done = match &statement.kind {
            StatementKind::Check(condition) => {
                let verdict = judge::condition(&self.world, &self.document.source, condition);
                Done { answer: None, blocked: false, verdict }
            }
            StatementKind::Step(step) => {
                self.wait_for_turn(step, statement.span, &mut returned)?;
                self.step(index, step, statement.span)?
            }
        };
        if let Verdict::Missed { .. } = done.verdict {
            self.report.failures.push((place_of(statement), done.verdict.clone()));
        }
        self.report.statements += 1;
        self.after(Some((index, statement)), done, returned);
        Ok(())
    }

    /// The actor must be able to act: it exists, runs, and does not wait, unless its time is over now (rule 4).
    fn wait_for_turn(
        &mut self,
        step: &Step,
        span: Span,
        returned: &mut Vec<Returned>,
    ) -> Result<(), Diagnostic> {
        let Some(living) = self.world.living(step.actor) else {
            return Err(self.never_created(step.actor, span));
        };
        if let Some(deadline) = self.world.kernel.deadline(living.thread) {
            self.world.kernel.pass_time(deadline, &mut self.log);
            self.world.kernel.settle(&mut self.log);
            self.collect_returned(returned);
        }
        match self.world.kernel.can_run(living.thread) {
            Ok(()) => Ok(()),
            Err(standstill) => Err(self.cannot_run(step.actor, span, standstill)),
        }
    }

    fn step(&mut self, index: usize, step: &'d Step, span: Span) -> Result<Done, Diagnostic> {
        let Some(living) = self.world.living(step.actor) else {
            return Err(self.never_created(step.actor, span));
        };
        let (spec, args, creates) = match &step.action {
            Action::Copy(term) => return Ok(self.copy(step, living, term)),
            Action::Call { spec, args, creates } => (*spec, args, *creates),
        };
        if let Some(created) = creates.filter(|created| self.world.living(*created).is_some()) {
            return Err(self.name_in_use(created, span));
        }
        let values = self.arguments(spec, args, living, span)?;
        let outcome = self.world.kernel.call(living.thread, spec, &values, &mut self.log);
        if let (Some(created), Outcome::Returned(answer)) = (creates, &outcome) {
            self.world.actors[created.0 as usize] =
                answer.object.and_then(|object| Living::find(&self.world.kernel, object));
        }
        let done = match outcome {
            Outcome::Returned(answer) => self.returned(step, spec, &answer),
            Outcome::Blocked => {
                self.waiting[step.actor.0 as usize] = Some(index);
                let verdict = if step.expect.is_some() { Verdict::Waiting } else { Verdict::None };
                Done { answer: None, blocked: true, verdict }
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
                None => Done { answer: None, blocked: false, verdict: Verdict::None },
            },
            Outcome::CannotRun(standstill) => return Err(self.cannot_run(step.actor, span, standstill)),
        };
        self.world.kernel.settle(&mut self.log);
        Ok(done)
    }

    fn copy(&mut self, step: &Step, living: Living, term: &Term) -> Done {
        let value = self.world.eval(term, Some(living));
        let object = match term {
            Term::Variable(id, _) => self.world.binding(*id).object,
            _ => match &value {
                Value::Number(number) => {
                    let handle = crate::kernel::Handle(*number);
                    self.world.kernel.resolve(living.process, living.thread, handle).map(|(object, _)| object)
                }
                _ => None,
            },
        };
        let verdict = judge::copied(&self.document.source, &value, step.expect.as_ref());
        let text = judge::plain(&value);
        let assigned =
            step.variable.map(|id| self.assign(id, Binding { value, object })).into_iter().collect();
        let answer = AnswerRecord { text, value: 0, succeeded: true, status: None, error: None, assigned };
        Done { answer: Some(answer), blocked: false, verdict }
    }

    fn arguments(
        &self,
        spec: &CallSpec,
        args: &[Argument],
        living: Living,
        span: Span,
    ) -> Result<Vec<Arg>, Diagnostic> {
        let mut values = Vec::with_capacity(args.len());
        for (param, arg) in spec.params.iter().zip(args) {
            let wants_text = matches!(
                param.kind,
                Kind::ObjectName | Kind::FileName | Kind::Data | Kind::NewProcess | Kind::NewThread
            );
            values.push(match arg {
                Argument::Absent => Arg::Absent,
                Argument::Out(_) => Arg::Out,
                Argument::List(terms) => {
                    Arg::List(terms.iter().map(|term| self.world.number(term, Some(living))).collect())
                }
                Argument::Value(term) => match (self.world.eval(term, Some(living)), wants_text) {
                    (Value::Number(number), false) => Arg::Number(number),
                    (Value::Text(text), true) => Arg::Text(text),
                    (Value::Number(0), true) => Arg::Absent,
                    (value, _) => {
                        let name = param.name;
                        let wanted = if wants_text { "a text" } else { "a number" };
                        return Err(Diagnostic::new(
                            Code::WrongValue,
                            span,
                            format!("`{name}` needs {wanted}"),
                            format!("the variable holds {}", judge::plain(&value)),
                        ));
                    }
                },
            });
        }
        Ok(values)
    }

    /// Assigns and judges what a call gave back, at once or after it had blocked.
    fn returned(&mut self, step: &'d Step, spec: &'static CallSpec, answer: &Answer) -> Done {
        let mut assigned = Vec::new();
        if let Some(id) = step.variable {
            let binding = Binding { value: Value::Number(answer.value), object: answer.object };
            assigned.push(self.assign(id, binding));
        }
        if let Action::Call { args, .. } = &step.action {
            for Out { param, value } in &answer.outs {
                if let Some(Argument::Out(variables)) = args.get(*param as usize) {
                    self.assign_out(variables, value, &mut assigned);
                }
            }
        }
        let thread = self.world.living(step.actor).and_then(|living| self.world.kernel.thread(living.thread));
        let last_error = thread.map_or(Win32Error::SUCCESS, |thread| thread.last_error);
        let verdict = judge::answer(&self.document.source, spec, answer, last_error, step.expect.as_ref());
        let record = AnswerRecord {
            text: words::answer(spec, answer),
            value: answer.value,
            succeeded: answer.succeeded,
            status: Some(answer.status.name()),
            error: answer.error.map(|error| error.to_string()),
            assigned,
        };
        Done { answer: Some(record), blocked: false, verdict }
    }

    fn assign_out(&mut self, variables: &[VariableId], value: &OutValue, assigned: &mut Vec<Assigned>) {
        match value {
            OutValue::Record(fields) => {
                for (id, (number, object)) in variables.iter().zip(fields) {
                    assigned
                        .push(self.assign(*id, Binding { value: Value::Number(*number), object: *object }));
                }
            }
            single => {
                let binding = match single {
                    OutValue::Number(number) => Binding { value: Value::Number(*number), object: None },
                    OutValue::Handle(handle, object) => {
                        Binding { value: Value::Number(handle.0), object: *object }
                    }
                    OutValue::Text(text) => Binding { value: Value::Text(text.clone()), object: None },
                    OutValue::Record(_) => return,
                };
                assigned.extend(variables.first().map(|id| self.assign(*id, binding)));
            }
        }
    }

    fn assign(&mut self, id: VariableId, binding: Binding) -> Assigned {
        let value = match (&binding.value, binding.object) {
            (Value::Number(number), Some(_)) => crate::kernel::Handle(*number).to_string(),
            (value, _) => judge::plain(value),
        };
        let object =
            binding.object.and_then(|id| self.world.kernel.objects().header(id)).map(|header| header.no);
        self.world.bindings[id.0 as usize] = binding;
        Assigned { variable: self.program.variable(id).name.clone(), value, object }
    }

    /// Earlier steps that had blocked: those whose calls returned, and those whose threads are gone.
    fn collect_returned(&mut self, returned: &mut Vec<Returned>) {
        let ended = self.log.take_ended();
        self.world.remember_ended(&ended);
        for Release { thread, answer } in self.log.take_released() {
            let Some(actor) = self.actor_of(thread) else { continue };
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

    fn never_returned(&self, index: usize, found: &str) -> Verdict {
        match &self.program.statements[index].kind {
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

    fn actor_of(&self, thread: ThreadId) -> Option<ActorId> {
        let mut actors = self.world.actors.iter();
        let place = actors.position(|living| living.is_some_and(|living| living.thread == thread))?;
        Some(ActorId(place as u32))
    }

    /// What is done after every step: earlier steps return, invariants and `always` are looked at, and whoever watches is
    /// told.
    fn after(&mut self, at: Option<(usize, &'d Statement)>, done: Done, mut returned: Vec<Returned>) {
        self.collect_returned(&mut returned);
        let mut broken = self.recount(at.is_none());
        for condition in &self.program.always {
            self.judge_condition("always", condition, &mut broken);
        }
        if at.is_none() {
            for condition in &self.program.finally {
                self.judge_condition("finally", condition, &mut broken);
            }
            for condition in self.program.exercise.iter().flat_map(|exercise| &exercise.goals) {
                self.judge_condition("goal", condition, &mut broken);
            }
        }
        self.report.broken.extend(broken.iter().cloned());
        if let Watch::Steps(_) = self.watch {
            self.show(at, done, returned, broken);
        }
    }

    fn judge_condition(
        &self,
        kind: &'static str,
        condition: &crate::scenario::program::Condition,
        broken: &mut Vec<Broken>,
    ) {
        if let Verdict::Missed { expected, found } =
            judge::condition(&self.world, &self.document.source, condition)
        {
            broken.push(Broken {
                kind,
                line: line_of(&self.document.source, condition.span),
                expected,
                found,
            });
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

    fn show(
        &mut self,
        at: Option<(usize, &'d Statement)>,
        done: Done,
        returned: Vec<Returned>,
        broken: Vec<Broken>,
    ) {
        let effects = self.log.take_effects();
        let state = match &self.last_state {
            Some(state) if effects.is_empty() => Arc::clone(state),
            _ => Arc::new(snapshot::take(&self.world.kernel)),
        };
        self.last_state = Some(Arc::clone(&state));
        let (number, line, kind, actor, text, narration) = match at {
            Some((index, statement)) => {
                let (kind, actor) = match &statement.kind {
                    StatementKind::Step(step) => {
                        (StepKind::Step, Some(self.program.actor(step.actor).name.clone()))
                    }
                    StatementKind::Check(_) => (StepKind::Check, None),
                };
                let text = one_line(statement.span.text(&self.document.source));
                (index + 1, self.lines.of(statement.span), kind, actor, text, self.narration(statement))
            }
            None => {
                let number = self.program.statements.len() + 1;
                (number, self.lines.last(), StepKind::End, None, String::new(), Vec::new())
            }
        };
        let Done { answer, blocked, verdict } = done;
        let step = TraceStep {
            number,
            line,
            kind,
            actor,
            text,
            narration,
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

    fn narration(&self, statement: &Statement) -> Vec<String> {
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

    /// The file is over: the timeouts that are left pass, and what must hold at the end is judged.
    fn finish(&mut self) {
        let mut returned = Vec::new();
        while let Some(deadline) = self.world.kernel.next_deadline() {
            self.world.kernel.pass_time(deadline, &mut self.log);
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
        self.after(None, Done { answer: None, blocked: false, verdict: Verdict::None }, returned);
    }

    fn never_created(&self, actor: ActorId, span: Span) -> Diagnostic {
        let actor = &self.program.actor(actor).name;
        let message = format!("`{actor}` was never created");
        let diagnostic = Diagnostic::new(Code::NeverCreated, span, message, "nobody is there to do this");
        diagnostic
            .help(format!("The call that should have created `{actor}` failed, or has not been reached."))
    }

    fn cannot_run(&self, actor: ActorId, span: Span, standstill: Standstill) -> Diagnostic {
        let name = &self.program.actor(actor).name;
        match standstill {
            Standstill::Ended => Diagnostic::new(
                Code::HasEnded,
                span,
                format!("`{name}` has ended"),
                "nobody is there to do this",
            )
            .help("Move the step in front of the one that ends it, or let somebody else do it."),
            Standstill::Suspended => Diagnostic::new(
                Code::IsSuspended,
                span,
                format!("`{name}` is suspended"),
                "it cannot do anything now",
            )
            .help("Somebody has to call ResumeThread with a handle to the thread first."),
            Standstill::Blocked => {
                let message = format!("`{name}` still waits in an earlier call");
                let diagnostic = Diagnostic::new(Code::IsBlocked, span, message, "it cannot do anything now")
                    .help(
                        "Let somebody release it first: set the event, end the process, write to the pipe.",
                    );
                match self.waiting[actor.0 as usize] {
                    Some(index) => diagnostic.also(self.program.statements[index].span, "it waits here"),
                    None => diagnostic,
                }
            }
        }
    }

    fn name_in_use(&self, created: ActorId, span: Span) -> Diagnostic {
        let name = &self.program.actor(created).name;
        let message = format!("`{name}` has been created already");
        Diagnostic::new(Code::NameInUse, span, message, "a second one of the same name")
            .help("Give the new one a name of its own; the first keeps its name even after its end.")
    }
}

/// Where the mistake is when what a statement expects does not come.
fn place_of(statement: &Statement) -> Span {
    match &statement.kind {
        StatementKind::Step(Step { expect: Some(expect), .. }) => expect.span,
        StatementKind::Step(_) => statement.span,
        StatementKind::Check(condition) => condition.span,
    }
}

/// The text of a step, without what it expects, on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn line_of(source: &str, span: Span) -> u32 {
    source.as_bytes().iter().take(span.start as usize).filter(|byte| **byte == b'\n').count() as u32 + 1
}

/// Lines of a text, for places that mostly come in order.
struct Lines<'d> {
    source: &'d str,
    at: (usize, u32),
}

impl<'d> Lines<'d> {
    fn new(source: &'d str) -> Lines<'d> {
        Lines { source, at: (0, 1) }
    }

    fn of(&mut self, span: Span) -> u32 {
        let to = span.start as usize;
        let (from, line) = if to >= self.at.0 { self.at } else { (0, 1) };
        let newlines =
            self.source.as_bytes()[from..to.min(self.source.len())].iter().filter(|byte| **byte == b'\n');
        self.at = (to, line + newlines.count() as u32);
        self.at.1
    }

    fn last(&mut self) -> u32 {
        self.of(Span::new(self.source.trim_end().len(), self.source.len()))
    }
}
