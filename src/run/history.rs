//! What became of every object, handle and variable in the course of a run?
//!
//! A [`Trace`] tells step by step; a [`History`] tells life by life. It is read from the effects alone.
//!
//! ```
//! use handlelab::run::{history::History, record};
//! use handlelab::scenario::Document;
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\n";
//! let document = Document::read(text).expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! let history = History::of(&trace);
//! let life = &history.handles[0];
//! assert!(life.is_open_at(history.moment(Some(2))) && !life.is_open_at(history.moment(Some(3))));
//! assert_eq!(history.called(life.object), "Event #3");
//! ```

use super::trace::{AnswerRecord, StepKind, Trace, TraceStep};
use crate::kernel::effects::{CloseReason, OpenReason};
use crate::kernel::{AccessMask, Effect, Handle, HandleAttributes, ObjectNo, ObjectType};
use smol_str::SmolStr;
use std::collections::{BTreeMap, HashMap};

/// The lives of a run.
///
/// ```
/// use handlelab::run::{history::History, record};
/// use handlelab::scenario::Document;
///
/// let text = "process p, q\np: h = CreateEvent(lpName: \"Go\")\n\
///             q: h = OpenEvent(SYNCHRONIZE, FALSE, \"Go\")\np: CloseHandle(h)\n";
/// let (_, trace) = record("a.hlab", &Document::read(text).expect("it can be read"));
/// let history = History::of(&trace);
/// let at = history.moment(Some(4));
/// let life = &history.handles[1];
/// assert_eq!((history.called(life.object).as_str(), history.actor(life.process).as_str()), ("Event #5 \"Go\"", "q"));
/// assert_eq!(history.entry_at(life.process, life.handle, at), Some(1));
/// assert_eq!(history.variables(at)["p.h"].entry, Some(0), "a variable keeps the value of a closed handle");
/// assert_eq!(history.place(life.opened), "line 3");
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct History {
    /// Every object that was ever there.
    pub objects: BTreeMap<ObjectNo, ObjectLife>,
    /// Every entry that was ever in a handle table, in order of opening.
    pub handles: Vec<HandleLife>,
    /// Every value that a variable got, in order.
    pub assignments: Vec<Assignment>,
    places: Vec<Place>,
    entries: HashMap<(ObjectNo, Handle), usize>,
    processes: HashMap<SmolStr, ObjectNo>,
}

/// A moment of the run: an index into the trace's steps.
pub type Moment = usize;

/// An object from its creation to its end.
///
/// ```
/// use handlelab::run::{history::History, record};
/// use handlelab::scenario::Document;
///
/// let text = "process p\np: h = CreateEvent()\np: CloseHandle(h)\np: h = CreateMutex()\n";
/// let (_, trace) = record("a.hlab", &Document::read(text).expect("it can be read"));
/// let history = History::of(&trace);
/// let [event, mutex] = [0, 1].map(|entry| &history.objects[&history.handles[entry].object]);
/// assert_eq!((event.created, event.deleted), (1, Some(2)));
/// assert!(mutex.is_alive_at(3) && !event.is_alive_at(3));
/// let holders = history.holders(3);
/// assert_eq!((holders.get(&0), holders[&1].as_slice()), (None, &["p.h"][..]), "p.h holds the mutex by now");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObjectLife {
    /// Its type.
    pub object_type: ObjectType,
    /// Its name in the directory, even when it has lost it since.
    pub name: Option<String>,
    /// What users call it: the name of a process or thread, the path of a file.
    pub label: Option<SmolStr>,
    /// When it came into being.
    pub created: Moment,
    /// When it ended, if it did.
    pub deleted: Option<Moment>,
    /// The process of a thread.
    pub process: Option<ObjectNo>,
}

/// An entry of a handle table from its opening to its closing.
///
/// ```
/// use handlelab::run::{history::History, record};
/// use handlelab::scenario::Document;
///
/// let text = "process p\np: h = CreateMutex()\n\
///             p: DuplicateHandle(GetCurrentProcess(), h, GetCurrentProcess(), &copy, 0, TRUE, DUPLICATE_CLOSE_SOURCE)\n";
/// let (_, trace) = record("a.hlab", &Document::read(text).expect("it can be read"));
/// let history = History::of(&trace);
/// let [source, copy] = &history.handles[..] else { panic!("two handles") };
/// assert_eq!(copy.source, Some(0), "it was made from the first");
/// assert!(copy.attributes[0].1.inherit && copy.closed.is_none());
/// assert!(!source.is_open_at(copy.opened), "the source went in the same step");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandleLife {
    /// Whose table.
    pub process: ObjectNo,
    /// The value.
    pub handle: Handle,
    /// The object.
    pub object: ObjectNo,
    /// What it allows.
    pub granted_access: AccessMask,
    /// Its flags, each time with the moment from which on they hold.
    pub attributes: Vec<(Moment, HandleAttributes)>,
    /// When it was opened.
    pub opened: Moment,
    /// Why.
    pub reason: OpenReason,
    /// The entry that it was duplicated or inherited from: an index into [`History::handles`].
    pub source: Option<usize>,
    /// When it was closed and why, if it was.
    pub closed: Option<(Moment, CloseReason)>,
}

/// A variable that got a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assignment {
    /// When.
    pub moment: Moment,
    /// The name with its process: `parent.hEvent`.
    pub variable: String,
    /// The object that the value named then.
    pub object: Option<ObjectNo>,
    /// The entry that the value names: an index into [`History::handles`].
    pub entry: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    line: u32,
    kind: StepKind,
}

impl History {
    /// Reads the lives out of a run.
    pub fn of(trace: &Trace) -> History {
        let mut history = History::default();
        for (moment, step) in trace.steps.iter().enumerate() {
            history.learn(moment, step);
        }
        history
    }

    fn learn(&mut self, moment: Moment, step: &TraceStep) {
        self.places.push(Place { line: step.line, kind: step.kind });
        let before = self.handles.len();
        for effect in &step.effects {
            self.learn_effect(moment, effect);
        }
        let answers = step.answer.iter().map(|answer| (step.actor.as_ref(), answer));
        let returned = step.returned.iter().filter_map(|old| Some((Some(&old.actor), old.answer.as_ref()?)));
        let told = step.call.is_none().then(|| step.given.first()?.variable.as_deref()).flatten();
        for (actor, answer) in answers.chain(returned) {
            if let Some(actor) = actor {
                self.learn_assigned(moment, actor, answer, before, told);
            }
        }
    }

    fn learn_effect(&mut self, moment: Moment, effect: &Effect) {
        match effect {
            Effect::ObjectCreated { object, object_type, label } => {
                if let (ObjectType::Process, Some(label)) = (object_type, label) {
                    self.processes.insert(label.clone(), *object);
                }
                let life = ObjectLife {
                    object_type: *object_type,
                    name: None,
                    label: label.clone(),
                    created: moment,
                    deleted: None,
                    process: None,
                };
                self.objects.insert(*object, life);
            }
            Effect::NameAdded { object, name } => {
                if let Some(life) = self.objects.get_mut(object) {
                    life.name = Some(name.to_string());
                }
            }
            Effect::ObjectDeleted { object } => {
                if let Some(life) = self.objects.get_mut(object) {
                    life.deleted = Some(moment);
                }
            }
            Effect::ThreadStarted { thread, process, .. } => {
                if let Some(life) = self.objects.get_mut(thread) {
                    life.process = Some(*process);
                }
            }
            Effect::HandleOpened { process, handle, object, granted_access, attributes, reason, .. } => {
                let source = match reason {
                    OpenReason::Create | OpenReason::Open => None,
                    OpenReason::Duplicate { process, handle } => self.entry_of(*process, *handle, *object),
                    OpenReason::Inherit { process } => self.entry_of(*process, *handle, *object),
                };
                self.entries.insert((*process, *handle), self.handles.len());
                self.handles.push(HandleLife {
                    process: *process,
                    handle: *handle,
                    object: *object,
                    granted_access: *granted_access,
                    attributes: vec![(moment, *attributes)],
                    opened: moment,
                    reason: reason.clone(),
                    source,
                    closed: None,
                });
            }
            Effect::HandleChanged { process, handle, attributes } => {
                if let Some(entry) = self.entries.get(&(*process, *handle)) {
                    self.handles[*entry].attributes.push((moment, *attributes));
                }
            }
            Effect::HandleClosed { process, handle, reason, .. } => {
                if let Some(entry) = self.entries.get(&(*process, *handle)) {
                    self.handles[*entry].closed.get_or_insert((moment, *reason));
                }
            }
            _ => {}
        }
    }

    /// The latest entry of a table with this value, if it points at the object.
    fn entry_of(&self, process: ObjectNo, handle: Handle, object: ObjectNo) -> Option<usize> {
        let entry = *self.entries.get(&(process, handle))?;
        (self.handles[entry].object == object).then_some(entry)
    }

    /// The value may name an entry that this very call opened, in whichever table; else one of the actor's own; else the
    /// entry that the variable named from which it was told; else the youngest one anywhere.
    fn learn_assigned(
        &mut self,
        moment: Moment,
        actor: &str,
        answer: &AnswerRecord,
        before: usize,
        told: Option<&str>,
    ) {
        let process = actor.split('.').next().unwrap_or(actor);
        for assigned in &answer.assigned {
            let is_it = |life: &HandleLife| {
                Some(life.object) == assigned.object && life.handle.to_string() == assigned.value
            };
            let entry = assigned.object.and_then(|_| {
                let fresh = self.handles[before..].iter().position(is_it).map(|at| before + at);
                let own = || {
                    let process = *self.processes.get(process)?;
                    self.handles.iter().rposition(|life| is_it(life) && life.process == process)
                };
                let giver = || {
                    let giver = self.assignments.iter().rfind(|held| Some(&*held.variable) == told)?;
                    giver.entry.filter(|entry| is_it(&self.handles[*entry]))
                };
                let elsewhere = || self.handles.iter().rposition(is_it);
                fresh.or_else(own).or_else(giver).or_else(elsewhere)
            });
            self.assignments.push(Assignment {
                moment,
                variable: format!("{process}.{}", assigned.variable),
                object: assigned.object,
                entry,
            });
        }
    }

    /// What an object is called: `Event #4 "Go"`, with the name that it has or had.
    pub fn called(&self, no: ObjectNo) -> String {
        let Some(life) = self.objects.get(&no) else { return format!("object {no}") };
        let word = life.object_type.win32();
        match (&life.name, &life.label) {
            (Some(name), _) => format!("{word} {no} \"{name}\""),
            (None, Some(label)) => format!("{word} {no} {label}"),
            (None, None) => format!("{word} {no}"),
        }
    }

    /// What a process or thread is called without its number.
    pub fn actor(&self, no: ObjectNo) -> String {
        let label = self.objects.get(&no).and_then(|life| life.label.clone());
        label.map_or_else(|| self.called(no), Into::into)
    }

    /// Where in the file a moment is: `line 12`.
    pub fn place(&self, moment: Moment) -> String {
        match self.places.get(moment) {
            Some(Place { kind: StepKind::Start, .. }) => "the start".to_owned(),
            Some(Place { kind: StepKind::End, .. }) => "the end of the file".to_owned(),
            Some(Place { line, .. }) => format!("line {line}"),
            None => "nowhere".to_owned(),
        }
    }

    /// The line of a moment; 0 at the start.
    pub fn line(&self, moment: Moment) -> u32 {
        self.places.get(moment).map_or(0, |place| place.line)
    }

    /// The last moment at or before a line; the end of the run without one.
    pub fn moment(&self, line: Option<u32>) -> Moment {
        let last = self.places.len().saturating_sub(1);
        let Some(line) = line else { return last };
        self.places
            .iter()
            .rposition(|place| place.line <= line && place.kind != StepKind::End)
            .unwrap_or_default()
    }

    /// The variables that hold each handle at a moment, by the index of the entry.
    pub fn holders(&self, moment: Moment) -> HashMap<usize, Vec<&str>> {
        let mut holders: HashMap<usize, Vec<&str>> = HashMap::new();
        for (variable, assignment) in self.variables(moment) {
            if let Some(entry) = assignment.entry {
                holders.entry(entry).or_default().push(variable);
            }
        }
        holders
    }

    /// What each variable holds at a moment.
    pub fn variables(&self, moment: Moment) -> BTreeMap<&str, &Assignment> {
        let until = self.assignments.iter().take_while(|assignment| assignment.moment <= moment);
        until.map(|assignment| (assignment.variable.as_str(), assignment)).collect()
    }

    /// The entry that a value names in a process's table at a moment.
    pub fn entry_at(&self, process: ObjectNo, handle: Handle, moment: Moment) -> Option<usize> {
        self.handles
            .iter()
            .rposition(|life| life.process == process && life.handle == handle && life.is_open_at(moment))
    }
}

impl HandleLife {
    /// Is it in the table behind this moment?
    pub fn is_open_at(&self, moment: Moment) -> bool {
        self.opened <= moment && self.closed.is_none_or(|(closed, _)| closed > moment)
    }
}

impl ObjectLife {
    /// Does it exist behind this moment?
    pub fn is_alive_at(&self, moment: Moment) -> bool {
        self.created <= moment && self.deleted.is_none_or(|deleted| deleted > moment)
    }
}
