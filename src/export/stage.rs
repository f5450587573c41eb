//! What does an exported program have to know of the run before it starts?
//!
//! A controller outside the processes cannot see that somebody waits for ever, nor that a process will be gone: the
//! simulator tells it. The scenario is also run with some more handles open in every process, and with no option chosen.
//! What differs then depends on handle values, or on how the options have Windows be, and is not asked of a real system.

use super::comparable::comparable;
use super::unasked;
use super::watching::{index_of, watch};
use crate::kernel::{CallSpec, ObjectNo, ObjectType, Options};
use crate::run::trace::{AnswerRecord, HandleRow, ProcessState, Snapshot};
use crate::scenario::Document;
use crate::scenario::program::{Action, ActorId, Argument, Program, Step, VariableId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// One statement as the simulator saw it.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    /// What the call gave back, now or, if it blocks, later.
    pub(super) answer: Option<AnswerRecord>,
    /// Did the call wait for somebody?
    pub(super) blocks: bool,
    /// The time of its wait will pass; a real wait does not have to be that long.
    pub(super) times_out: bool,
    /// The earlier statements, by index, that returned now.
    pub(super) returned: Vec<usize>,
    /// Who ended, and whether it was only a thread.
    pub(super) ended: Vec<(ActorId, bool)>,
    /// Did what was checked hold?
    pub(super) holds: bool,
    /// Why a real system is not asked about it, if it is not.
    pub(super) unasked: Option<&'static str>,
    /// What each variable holds behind it.
    pub(super) bindings: HashMap<VariableId, (u64, Option<ObjectNo>)>,
    /// Variables whose values named a handle of a process (by its object) that has been closed since.
    pub(super) stale: HashSet<(VariableId, ObjectNo)>,
    /// Processes and threads, by index, whose objects are no more.
    pub(super) gone: Vec<ActorId>,
    /// The state behind it.
    pub(super) state: Arc<Snapshot>,
}

impl Moment {
    /// Is the statement left out of the program?
    pub(super) fn is_left_out(&self) -> bool {
        self.unasked == Some(unasked::CLOCK)
    }
}

/// The whole run, and the one with more handles open.
pub(super) struct Stage {
    pub(super) moments: Vec<Moment>,
    pub(super) shifted: Vec<Option<Moment>>,
}

impl Stage {
    pub(super) fn of(document: &Document) -> Stage {
        let plain: Vec<Option<usize>> = (0..document.program.statements.len()).map(Some).collect();
        let mut moments: Vec<Moment> =
            watch(document, &plain).into_iter().map_while(|moment| moment).collect();
        let (other, origins) = unasked::with_more_handles(document, &moments);
        let mut shifted = watch(&other, &origins);
        shifted.resize(moments.len(), None);
        for index in 0..moments.len() {
            let Some(other) = &shifted[index] else { continue };
            let before = index.checked_sub(1).and_then(|before| moments.get(before));
            let by_value = unasked::names_a_value(&document.program, index, before);
            if by_value || !is_same(document, index, &moments[index], other) {
                moments[index].unasked = Some(unasked::VALUES);
            }
        }
        if !document.program.options.chosen().is_empty() {
            let mut plainly = document.clone();
            plainly.program.options = Options::default();
            let mut usual = watch(&plainly, &plain);
            usual.resize(moments.len(), None);
            for (index, (moment, usual)) in moments.iter_mut().zip(usual).enumerate() {
                if !usual.is_some_and(|usual| is_same(document, index, moment, &usual)) {
                    moment.unasked.get_or_insert(unasked::OPTIONS);
                }
            }
        }
        for index in 0..moments.len() {
            for returned in moments[index].returned.clone() {
                let ended = index_of(&document.program, returned + 1)
                    .is_some_and(|step| moments[index].ended.iter().any(|(actor, _)| *actor == step.actor));
                if let Some(moment) = moments.get_mut(returned).filter(|_| ended) {
                    moment.unasked = Some(unasked::ENDED);
                }
            }
        }
        let from = unasked::first_long_sleep(&document.program).unwrap_or(moments.len());
        for moment in moments.iter_mut().skip(from) {
            moment.unasked = Some(unasked::CLOCK);
        }
        Stage { moments, shifted }
    }
}

/// Does the statement end in the same way in both runs?
fn is_same(document: &Document, index: usize, one: &Moment, other: &Moment) -> bool {
    one.holds == other.holds
        && one.blocks == other.blocks
        && comparable(document, index, one) == comparable(document, index, other)
}

/// The row of a value in the table of a process.
pub(super) fn row<'m>(
    program: &Program,
    moment: &'m Moment,
    process: ActorId,
    value: u64,
) -> Option<&'m HandleRow> {
    table(program, moment, process)?.handles.iter().find(|row| row.handle.0 == value)
}

/// A process as it is at this moment.
pub(super) fn table<'m>(program: &Program, moment: &'m Moment, process: ActorId) -> Option<&'m ProcessState> {
    let name = &program.actor(process).name;
    moment.state.processes.iter().rev().find(|state| state.name == *name)
}

/// Can this actor be asked something at this moment? It runs, and waits for nothing.
pub(super) fn is_idle(program: &Program, moment: &Moment, actor: ActorId) -> bool {
    let name = &program.actor(actor).name;
    moment.state.objects.iter().any(|object| {
        object.object_type == ObjectType::Thread
            && object.state == "running"
            && object.name.as_deref() == Some(name.as_str())
    })
}

impl Step {
    /// The call and its arguments, if it is a call.
    pub(super) fn call(&self) -> Option<(&'static CallSpec, &[Argument])> {
        match &self.action {
            Action::Call { spec, args, .. } => Some((spec, args)),
            Action::Copy(_) => None,
        }
    }
}
