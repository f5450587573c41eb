//! How do the orders end?
//!
//! An end is where nothing can happen any more. Two orders end alike if the same has become of every process and thread and
//! the same objects are left.

use super::Count;
use super::model::Model;
use super::moves::{FIRST_NUMBER, NUMBERS_OF_A_STEP, State};
use crate::kernel::{ObjectNo, ObjectType, Standstill};
use crate::run::report::line_of;
use crate::scenario::program::ActorId;
use serde::Serialize;
use smol_str::SmolStr;

/// An end that some orders have.
///
/// ```
/// use handlelab::explore::{Fate, Limits, explore};
/// use handlelab::scenario::Document;
///
/// let text = "process p\np: h = CreateEvent()\np: WaitForSingleObject(h, INFINITE)\n";
/// let document = Document::read(text).expect("it can be read");
/// let found = explore(&document, Limits { threads: 1, ..Limits::default() });
/// let end = &found.ends[0];
/// assert!(end.deadlock, "nobody is left who could set the event");
/// assert_eq!(end.actors[0].fate, Fate::Waits { line: 3 });
/// assert_eq!((end.objects.last().map(|event| (event.handles, event.pointers))), Some((1, 2)));
/// ```
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct End {
    /// How many orders lead there.
    pub orders: Count,
    /// Does somebody wait for ever?
    pub deadlock: bool,
    /// What has become of each process and thread.
    pub actors: Vec<EndActor>,
    /// The objects that are left, in the order in which the file makes them.
    pub objects: Vec<EndObject>,
}

/// A process (its first thread) or a thread at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EndActor {
    /// `child` or `child.worker`.
    pub name: SmolStr,
    /// What has become of it.
    pub fate: Fate,
}

/// What has become of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "fate")]
#[non_exhaustive]
pub enum Fate {
    /// It has taken all its steps and still runs.
    Done,
    /// It has ended.
    Ended {
        /// Its exit code.
        code: u32,
        /// The line of the first step that it did not take.
        left: Option<u32>,
    },
    /// It waits in a call.
    Waits {
        /// The line of the call.
        line: u32,
    },
    /// It is suspended.
    Suspended {
        /// The line of its next step, if there is one.
        next: Option<u32>,
    },
    /// Its next step needs a value that nobody will tell.
    NotTold {
        /// The line of that step.
        line: u32,
    },
    /// It was never created.
    NeverCreated,
}

/// An object that is left at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EndObject {
    /// Its type.
    #[serde(rename = "type")]
    pub object_type: ObjectType,
    /// Its name, or what users call it.
    pub name: Option<String>,
    /// The line of the step that made it; none if it was there from the start.
    pub line: Option<u32>,
    /// Entries that point at it.
    pub handles: u32,
    /// All references.
    pub pointers: u32,
    /// Its state in words.
    pub state: String,
}

/// What an end looks like.
pub(super) fn describe(model: &Model<'_>, state: &State, orders: Count) -> End {
    let actors: Vec<EndActor> = (0..state.world.actors.len())
        .map(|place| {
            let actor = ActorId(place as u32);
            EndActor { name: model.program().actor(actor).name.clone(), fate: fate(model, state, actor) }
        })
        .collect();
    let deadlock = actors.iter().any(|actor| matches!(actor.fate, Fate::Waits { .. }));
    let kernel = &state.world.kernel;
    let mut objects: Vec<_> =
        kernel.objects().iter().map(|(id, object)| (object.header.no, id, object)).collect();
    objects.sort_unstable_by_key(|(no, ..)| *no);
    let objects = objects
        .into_iter()
        .map(|(no, id, object)| EndObject {
            object_type: object.object_type(),
            name: match &object.header.name {
                Some(name) => Some(format!("\"{name}\"")),
                None => kernel.label_of(id).map(|label| label.to_string()),
            },
            line: made_in(model, no),
            handles: kernel.objects().handle_count(id),
            pointers: kernel.objects().pointer_count(id),
            state: kernel.state_of(id),
        })
        .collect();
    End { orders, deadlock, actors, objects }
}

impl End {
    /// Is it the same end, however many orders lead there?
    pub(super) fn is_like(&self, other: &End) -> bool {
        self.actors == other.actors && self.objects == other.objects
    }
}

fn fate(model: &Model<'_>, state: &State, actor: ActorId) -> Fate {
    let line = |index: usize| line_of(&model.document.source, model.statement(index).span);
    let next = state.next_step(model, actor).map(line);
    let Some(living) = state.world.living(actor) else { return Fate::NeverCreated };
    let thread = state.world.kernel.thread(living.thread);
    match state.world.kernel.can_run(living.thread) {
        Err(Standstill::Ended) => {
            let code = living.exit_code.or(thread.and_then(|thread| thread.exit_code)).unwrap_or_default();
            Fate::Ended { code, left: next }
        }
        Err(Standstill::Blocked) => {
            Fate::Waits { line: state.waiting[actor.0 as usize].map(line).unwrap_or_default() }
        }
        Err(Standstill::Suspended) => Fate::Suspended { next },
        Ok(()) => next.map_or(Fate::Done, |line| Fate::NotTold { line }),
    }
}

/// The line of the step that made the object with this number.
fn made_in(model: &Model<'_>, no: ObjectNo) -> Option<u32> {
    let index = no.0.checked_sub(FIRST_NUMBER + 2 * model.first_processes)? / NUMBERS_OF_A_STEP;
    let statement = model.program().statements.get(index as usize)?;
    Some(line_of(&model.document.source, statement.span))
}
