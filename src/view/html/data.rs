//! What does the player have to know of a run, as little as possible?
//!
//! No state is written twice: handle tables follow from the lives of the handles, and an object's counts are written only
//! at the moments at which they change. Long texts stand once, in a table.

use super::super::effects::{Names, tell};
use super::super::markup::visible;
use super::super::{Run, why};
use super::inner::{Anatomist, Inner};
use crate::kernel::effects::{CloseReason, OpenReason};
use crate::kernel::{Effect, ObjectNo, Reference};
use crate::run::change::Change;
use crate::run::history::History;
use crate::run::trace::{ObjectState, Snapshot, StepKind, Trace, TraceStep, Verdict};
use serde::Serialize;
use std::collections::HashMap;

/// A run for the player.
#[derive(Serialize)]
pub(super) struct Data {
    title: String,
    file: String,
    source: Vec<String>,
    texts: Vec<String>,
    objects: Vec<Object>,
    handles: Vec<Entry>,
    processes: Vec<Process>,
    steps: Vec<Step>,
    /// Moment, variable, place in `handles`.
    variables: Vec<(usize, String, Option<usize>)>,
    /// Moment and thread that began to wait.
    waits: Vec<(usize, ObjectNo)>,
}

#[derive(Serialize)]
struct Object {
    no: ObjectNo,
    #[serde(rename = "type")]
    object_type: &'static str,
    called: String,
    from: usize,
    to: Option<usize>,
    process: Option<ObjectNo>,
    /// What ended it.
    #[serde(skip_serializing_if = "String::is_empty")]
    straw: String,
    states: Vec<State>,
}

/// Moment, handles, references, state (a text), has it a name, references that are no handles.
type State = (usize, u32, u32, usize, u8, Vec<Reference>);

/// Process, handle, object, rights (a text), from, by what, from whom, source, to, how it was closed, and its flags.
#[derive(Serialize)]
struct Entry(
    ObjectNo,
    String,
    ObjectNo,
    usize,
    usize,
    &'static str,
    String,
    Option<usize>,
    Option<usize>,
    &'static str,
    Vec<(usize, u8)>,
);

#[derive(Serialize)]
struct Process {
    no: ObjectNo,
    name: String,
    pid: u32,
    from: usize,
    ended: Option<(usize, u32)>,
}

#[derive(Serialize)]
struct Step {
    line: u32,
    kind: StepKind,
    text: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    answer: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    told: String,
    /// What changed, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<String>,
    /// Calls that had waited and came back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    returned: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inner: Vec<Inner>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missed: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    misuses: Vec<Misused>,
    /// The sum of 1 for a death, 2 for a failure, 4 for a misuse, and 8 if it is the step itself that failed.
    #[serde(skip_serializing_if = "is_zero")]
    marks: u8,
}

/// A misuse: its class, what happened, what to do instead (a text), and 1 if the file means it.
type Misused = (&'static str, String, usize, u8);

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_zero(number: &u8) -> bool {
    *number == 0
}

/// Texts that stand once.
#[derive(Default)]
pub(super) struct Texts {
    texts: Vec<String>,
    places: HashMap<String, usize>,
}

impl Texts {
    /// Where a text stands.
    pub(super) fn place(&mut self, text: &str) -> usize {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        self.texts.push(visible(text));
        self.places.insert(text.to_owned(), self.texts.len() - 1);
        self.texts.len() - 1
    }
}

impl Data {
    pub(super) fn of(run: &Run<'_>) -> Data {
        let (trace, history) = (run.trace, run.history);
        let mut texts = Texts::default();
        let objects = objects(run, &mut texts);
        let handles = handles(history, &mut texts);
        let variables = history.assignments.iter();
        Data {
            title: visible(trace.title.as_deref().unwrap_or("A scenario without a title")),
            file: visible(&trace.file),
            source: run.source.lines().map(visible).collect(),
            processes: processes(run),
            steps: steps(run, &mut texts),
            waits: waits(trace),
            variables: variables.map(|held| (held.moment, visible(&held.variable), held.entry)).collect(),
            objects,
            handles,
            texts: texts.texts,
        }
    }
}

fn objects(run: &Run<'_>, texts: &mut Texts) -> Vec<Object> {
    let mut states: HashMap<ObjectNo, Vec<State>> = HashMap::new();
    let nothing = Snapshot::default();
    let mut before = &nothing;
    for (moment, step) in run.trace.steps.iter().enumerate() {
        for object in Change::between(before, &step.state).objects {
            let ObjectState { handle_count, pointer_count, named, references, .. } = object;
            let state = texts.place(&object.state);
            let state = (moment, handle_count, pointer_count, state, named.into(), references);
            states.entry(object.object).or_default().push(state);
        }
        before = &step.state;
    }
    let lives = run.history.objects.iter();
    lives
        .map(|(no, life)| Object {
            no: *no,
            object_type: life.object_type.win32(),
            called: visible(&run.history.called(*no)),
            from: life.created,
            to: life.deleted,
            process: life.process,
            straw: life.deleted.map_or(String::new(), |deleted| {
                visible(&why::last_straw(run.trace, run.history, *no, deleted))
            }),
            states: states.remove(no).unwrap_or_default(),
        })
        .collect()
}

fn handles(history: &History, texts: &mut Texts) -> Vec<Entry> {
    let entry = |life: &crate::run::history::HandleLife| {
        let object = history.objects.get(&life.object);
        let access = object.map(|object| object.object_type.access_in_words(life.granted_access));
        let (by, giver) = match &life.reason {
            OpenReason::Create => ("created", String::new()),
            OpenReason::Open => ("opened", String::new()),
            OpenReason::Duplicate { process, handle } => {
                ("duplicated", format!("{} {handle}", history.actor(*process)))
            }
            OpenReason::Inherit { process } => ("inherited", history.actor(*process)),
        };
        let closed = match life.closed {
            Some((_, CloseReason::CloseSource)) => "closed as the source",
            Some((_, CloseReason::Exit)) => "closed at exit",
            Some((_, CloseReason::Close)) => "closed",
            None => "",
        };
        let bits = life.attributes.iter().map(|(moment, attributes)| {
            (*moment, u8::from(attributes.inherit) | u8::from(attributes.protect_from_close) << 1)
        });
        Entry(
            life.process,
            life.handle.to_string(),
            life.object,
            texts.place(access.as_deref().unwrap_or_default()),
            life.opened,
            by,
            visible(&giver),
            life.source,
            life.closed.map(|(moment, _)| moment),
            closed,
            bits.collect(),
        )
    };
    history.handles.iter().map(entry).collect()
}

fn processes(run: &Run<'_>) -> Vec<Process> {
    let mut processes: Vec<Process> = Vec::new();
    for (moment, step) in run.trace.steps.iter().enumerate() {
        for effect in &step.effects {
            match effect {
                Effect::ProcessStarted { process, pid } => processes.push(Process {
                    no: *process,
                    name: visible(&run.history.actor(*process)),
                    pid: *pid,
                    from: moment,
                    ended: None,
                }),
                Effect::ProcessExited { process, exit_code } => {
                    for found in processes.iter_mut().filter(|found| found.no == *process) {
                        found.ended = Some((moment, *exit_code));
                    }
                }
                _ => {}
            }
        }
    }
    processes
}

fn steps(run: &Run<'_>, texts: &mut Texts) -> Vec<Step> {
    let mut names = Names::default();
    let mut anatomist = Anatomist::default();
    let mut misuses = run.trace.misuses.iter().peekable();
    let each = run.trace.steps.iter().map(|step| {
        let mut misused: Vec<Misused> = Vec::new();
        while let Some(found) = misuses.next_if(|found| found.step == step.number) {
            let advice = texts.place(found.advice);
            misused.push((found.class.name(), visible(&found.what), advice, found.meant.into()));
        }
        names.learn_step(step);
        let answer = step.answer.as_ref().map(|answer| visible(&answer.text)).unwrap_or_default();
        let text = match step.text.split_once("=>") {
            Some((call, _)) if step.kind == StepKind::Step => call.trim_end(),
            _ => &step.text,
        };
        let changes: Vec<String> = tell(&step.effects, &names).iter().map(|line| line.plain()).collect();
        let returned = step.returned.iter().map(|old| {
            let answer = old.answer.as_ref().map_or("no answer: it ended", |answer| &answer.text);
            visible(&format!("{}, waiting since line {}, gets {answer}", old.actor, old.line))
        });
        Step {
            line: step.line,
            kind: step.kind,
            text: visible(text),
            answer: if step.blocked { "it waits".to_owned() } else { answer },
            told: visible(&step.narration.join(" ")),
            changes,
            returned: returned.collect(),
            inner: anatomist.step(&step.effects, &names, texts),
            missed: missed(step),
            marks: marks(step) | u8::from(!misused.is_empty()) << 2,
            misuses: misused,
        }
    });
    each.collect()
}

fn waits(trace: &Trace) -> Vec<(usize, ObjectNo)> {
    let steps = trace.steps.iter().enumerate();
    let waits = steps.flat_map(|(moment, step)| {
        step.effects.iter().filter_map(move |effect| match effect {
            Effect::ThreadBlocked { thread, .. } => Some((moment, *thread)),
            _ => None,
        })
    });
    waits.collect()
}

fn missed(step: &TraceStep) -> Vec<String> {
    let verdicts = std::iter::once(&step.verdict).chain(step.returned.iter().map(|old| &old.verdict));
    let missed = verdicts.filter_map(|verdict| match verdict {
        Verdict::Missed { expected, found } => Some(visible(&format!("expected {expected}, found {found}"))),
        _ => None,
    });
    let broken = step.broken.iter().map(|broken| {
        visible(&format!("{} {} does not hold: {}", broken.kind, broken.expected, broken.found))
    });
    missed.chain(broken).collect()
}

/// Deaths are those of a name and of an object; failures are calls that did not do what was asked, and what does not hold.
fn marks(step: &TraceStep) -> u8 {
    let is_death =
        |effect: &Effect| matches!(effect, Effect::ObjectDeleted { .. } | Effect::NameRemoved { .. });
    let death = step.effects.iter().any(is_death);
    let answers = step.answer.iter().chain(step.returned.iter().filter_map(|old| old.answer.as_ref()));
    let failure = step.failures() > 0 || answers.into_iter().any(|answer| !answer.succeeded);
    let itself = matches!(step.verdict, Verdict::Missed { .. })
        || step.answer.as_ref().is_some_and(|answer| !answer.succeeded);
    u8::from(death) | u8::from(failure) << 1 | u8::from(itself) << 3
}
