//! Which one small thing is asked about a step?

use super::marking::NONE;
use super::reason::Reasons;
use super::{Asks, Question, Which, choices};
use crate::kernel::calls::{CallSpec, Returns};
use crate::kernel::effects::OpenReason;
use crate::kernel::{Effect, ObjectNo, ObjectType, Reference};
use crate::learn::chance::Chance;
use crate::run::history::{History, Moment};
use crate::run::trace::{ObjectState, Snapshot, StepKind, Trace, TraceStep};
use crate::scenario::Document;
use crate::scenario::program::{Action, ExpectedValue, StatementKind, Step};
use std::collections::HashSet;

/// More deaths than this in one step are no small thing.
const MOST_DEATHS: usize = 2;
/// With fewer wrong choices than this guessing is too easy.
const FEWEST_WRONG: usize = 2;

/// The questions about a run, in its order. The same seed asks the same; 0 asks what tells most.
///
/// ```
/// use handlelab::learn::predict::{Which, questions};
/// use handlelab::run::{history::History, record};
/// use handlelab::scenario::Document;
///
/// let text = "process p\np: h = CreateEvent() => ?\np: ResetEvent(h)\np: CloseHandle(h) => ?\n";
/// let document = Document::read(text).expect("it can be read");
/// let (_, trace) = record("a.hlab", &document);
/// let history = History::of(&trace);
/// let asked = |which, seed| questions(&document, &trace, &history, which, seed);
/// assert_eq!(asked(Which::Marked, 7).iter().map(|question| question.line).collect::<Vec<_>>(), [2, 4]);
/// assert_eq!(asked(Which::All, 7), asked(Which::All, 7), "the same seed asks the same");
/// ```
pub fn questions(
    document: &Document,
    trace: &Trace,
    history: &History,
    which: Which,
    seed: u64,
) -> Vec<Question> {
    let statements = &document.program.statements;
    let steps = trace.steps.iter().enumerate();
    let steps = steps.filter(|(_, step)| matches!(step.kind, StepKind::Step | StepKind::Check));
    let asked: Vec<(Moment, &TraceStep, &Step, &'static CallSpec)> = steps
        .zip(statements)
        .filter_map(|((moment, step), statement)| match &statement.kind {
            StatementKind::Step(of) => match &of.action {
                Action::Call { spec, .. } => Some((moment, step, of, *spec)),
                Action::Copy(_) => None,
            },
            StatementKind::Check(_) => None,
        })
        .collect();
    let is_marked =
        |of: &Step| of.expect.as_ref().is_some_and(|expect| expect.value == ExpectedValue::Unknown);
    let only_marked = which == Which::Marked && asked.iter().any(|(_, _, of, _)| is_marked(of));
    let chosen = asked.into_iter().filter(|(_, _, of, _)| !only_marked || is_marked(of));
    let mut questions: Vec<Question> = chosen
        .filter_map(|(moment, step, _, spec)| {
            let before = &trace.steps.get(moment.checked_sub(1)?)?.state;
            let chance = Chance::new(seed, u64::from(step.line));
            let why = Reasons { step, spec, before, history, misuses: &trace.misuses }.told();
            let asked = Asked { step, spec, moment, before, history, chance }.question(seed)?;
            Some(Question { why, ..asked })
        })
        .collect();
    for (index, question) in questions.iter_mut().enumerate() {
        question.number = index + 1;
    }
    questions
}

/// A step, and all that is known when it is asked about.
struct Asked<'t> {
    step: &'t TraceStep,
    spec: &'static CallSpec,
    moment: Moment,
    before: &'t Snapshot,
    history: &'t History,
    chance: Chance,
}

impl Asked<'_> {
    /// One of the questions that the step gives rise to: the most telling one, or by another seed whichever comes.
    fn question(&mut self, seed: u64) -> Option<Question> {
        let mut all: Vec<(u8, Question)> = [
            (self.rank_of_answer(), self.answer()),
            (self.rank_of_value(), self.value()),
            (self.rank_of_rights(), self.rights()),
            (4, self.count()),
            (if self.spec.name == "CreateProcess" { 3 } else { 6 }, self.table()),
            (1, self.death()),
        ]
        .into_iter()
        .filter_map(|(rank, question)| Some((rank, question?)))
        .collect();
        // What a failing call answers is worth knowing; what one answers that works is so only when nothing else is.
        let worked = self.step.answer.as_ref().is_some_and(|answer| answer.succeeded);
        if worked && all.len() > 1 {
            all.retain(|(_, question)| question.asks != Asks::Answer || self.spec.returns == Returns::Wait);
        }
        if seed == 0 {
            return all.into_iter().min_by_key(|(rank, _)| *rank).map(|(_, question)| question);
        }
        let chosen = self.chance.below(all.len());
        all.into_iter().nth(chosen).map(|(_, question)| question)
    }

    fn rank_of_answer(&self) -> u8 {
        if self.spec.returns == Returns::Wait { 0 } else { 9 }
    }

    /// A value in somebody else's table is told from one in one's own.
    fn rank_of_value(&self) -> u8 {
        let own = self.step.actor.as_deref().and_then(|actor| actor.split('.').next());
        let is_elsewhere = self.opened().is_some_and(|effect| match effect {
            Effect::HandleOpened { process, .. } => Some(self.history.actor(*process).as_str()) != own,
            _ => false,
        });
        if is_elsewhere { 3 } else { 5 }
    }

    /// Rights that stand in the call are no question, nor are all rights, which whoever creates gets.
    fn rank_of_rights(&self) -> u8 {
        let is_asked_for = |effect: &Effect| match effect {
            Effect::HandleOpened { object, granted_access, .. } => {
                let of = self.step.state.object(*object).map(|state| state.object_type);
                let words = of.map(|of| of.access_in_words(*granted_access)).unwrap_or_default();
                self.spec.name.starts_with("Create") || self.step.text.contains(&words)
            }
            _ => true,
        };
        if self.opened().is_none_or(is_asked_for) { 7 } else { 2 }
    }

    fn ask(&mut self, asks: Asks, prompt: String, answer: String, wrong: Vec<String>) -> Option<Question> {
        let choices = choices::among(&answer, wrong, &mut self.chance)?;
        let (moment, line) = (self.moment, self.step.line);
        Some(Question { number: 0, moment, line, asks, prompt, choices, answer, why: Vec::new() })
    }

    fn answer(&mut self) -> Option<Question> {
        let answer = match &self.step.answer {
            _ if self.step.blocked => choices::WAITS.to_owned(),
            Some(answer) if !answer.expectation.is_empty() => answer.expectation.clone(),
            _ => return None,
        };
        let wrong = choices::answers(self.spec, &answer);
        self.ask(Asks::Answer, format!("What does {} answer?", self.spec.name), answer, wrong)
    }

    /// The only handle that the step opens.
    fn opened(&self) -> Option<&Effect> {
        let mut opened =
            self.step.effects.iter().filter(|effect| matches!(effect, Effect::HandleOpened { .. }));
        opened.next().filter(|_| opened.next().is_none())
    }

    fn value(&mut self) -> Option<Question> {
        let Some(&Effect::HandleOpened { process, handle, .. }) = self.opened() else { return None };
        let table = self.before.processes.iter().find(|state| state.object == process)?;
        let prompt = format!("Which value does the new handle have in {}'s table?", table.name);
        self.ask(Asks::Value, prompt, handle.to_string(), choices::values(handle, table))
    }

    fn rights(&mut self) -> Option<Question> {
        let Some(Effect::HandleOpened { process, handle, object, granted_access, reason, .. }) =
            self.opened()
        else {
            return None;
        };
        let of = self.step.state.object(*object)?.object_type;
        let answer = of.access_in_words(*granted_access);
        let mut wrong = Vec::new();
        if let OpenReason::Duplicate { process, handle } = reason {
            let source = self.before.processes.iter().find(|state| state.object == *process)?;
            wrong.extend(
                source.handles.iter().find(|row| row.handle == *handle).map(|row| row.access.clone()),
            );
        }
        wrong.extend(choices::rights(of));
        let process = self.history.actor(*process);
        self.ask(
            Asks::Rights,
            format!("Which rights does {process}'s new handle {handle} have?"),
            answer,
            wrong,
        )
    }

    /// Objects whose number of handles changes, each once, as long as they were there before.
    fn recounted(&self) -> Vec<ObjectNo> {
        let mut objects = Vec::new();
        for effect in &self.step.effects {
            if let Effect::HandleOpened { object, .. } | Effect::HandleClosed { object, .. } = effect
                && self.before.object(*object).is_some()
                && !objects.contains(object)
            {
                objects.push(*object);
            }
        }
        objects
    }

    fn count(&mut self) -> Option<Question> {
        let object = *self.recounted().first()?;
        let before = self.before.object(object)?.handle_count;
        let after = self.step.state.object(object).map_or(0, |state| state.handle_count);
        let prompt = format!("How many handles does {} have then?", self.named(object));
        self.ask(Asks::Count, prompt, after.to_string(), choices::counts(after, before))
    }

    fn table(&mut self) -> Option<Question> {
        let process = self.step.effects.iter().find_map(|effect| match effect {
            Effect::HandleOpened { process, .. } | Effect::HandleClosed { process, .. } => Some(*process),
            _ => None,
        })?;
        let entries = |state: &Snapshot| {
            let found = state.processes.iter().find(|state| state.object == process);
            found.map_or(0, |state| state.handles.len() as u32)
        };
        let (before, after) = (entries(self.before), entries(&self.step.state));
        let prompt = format!("How many handles are in {}'s table then?", self.history.actor(process));
        self.ask(Asks::Count, prompt, after.to_string(), choices::counts(after, before))
    }

    fn death(&mut self) -> Option<Question> {
        // The end of a wait is no loss that anybody would think of.
        let loses = |effect: &Effect| match effect {
            Effect::HandleClosed { .. } | Effect::ProcessExited { .. } => true,
            Effect::ReferenceDropped { reference, .. } => !matches!(reference, Reference::Wait(_)),
            _ => false,
        };
        if !self.step.effects.iter().any(loses) {
            return None;
        }
        let dead: Vec<ObjectNo> = self
            .step
            .effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::ObjectDeleted { object } => Some(*object),
                _ => None,
            })
            .collect();
        if dead.len() > MOST_DEATHS {
            return None;
        }
        let list = |objects: &[ObjectNo]| match objects {
            [] => NONE.to_owned(),
            _ => objects.iter().map(|object| self.named(*object)).collect::<Vec<String>>().join(" and "),
        };
        let touched = self.recounted();
        let answer = list(&dead);
        let mut wrong = vec![list(&[]), list(&touched)];
        wrong.extend(touched.iter().map(|object| list(&[*object])));
        // That somebody who runs could die of it is the least plausible, and comes in only where little else is there.
        let lives =
            |object: &&ObjectState| matches!(object.object_type, ObjectType::Process | ObjectType::Thread);
        let (living, things): (Vec<_>, Vec<_>) = self.before.objects.iter().partition(lives);
        wrong.extend(things.iter().map(|object| list(&[object.object])));
        let others = wrong.iter().filter(|other| **other != answer).collect::<HashSet<_>>().len();
        wrong.extend(
            living.iter().take(FEWEST_WRONG.saturating_sub(others)).map(|object| list(&[object.object])),
        );
        self.ask(Asks::Death, "Which object dies?".to_owned(), answer, wrong)
    }

    /// What an object is called, with a variable that holds its handle.
    fn named(&self, object: ObjectNo) -> String {
        let called = self.history.called(object);
        let mut assignments = self.history.assignments.iter();
        let holds = assignments
            .rfind(|assignment| assignment.moment < self.moment && assignment.object == Some(object));
        match holds {
            Some(assignment) => format!("{called} ({})", assignment.variable),
            None => called,
        }
    }
}
