//! What does an exported program have to know of the run before it starts?
//!
//! A controller outside the processes cannot see that somebody waits for ever, nor that a process will be gone: the
//! simulator tells it. The scenario is also run with some more handles open in every process, and with no option chosen.
//! What differs then depends on handle values, or on how the options have Windows be, and is not asked of a real system.

use super::unasked;
use crate::kernel::calls::{Kind, Returns};
use crate::kernel::{CallSpec, Effect, ObjectNo, ObjectType, Options};
use crate::run::trace::{AnswerRecord, Assigned, HandleRow, ProcessState, Snapshot, TraceStep, Verdict};
use crate::run::{Watch, run};
use crate::scenario::Document;
use crate::scenario::program::{Action, ActorId, Argument, Program, StatementKind, Step, VariableId};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

impl Moment {
    /// Is the statement left out of the program?
    pub(super) fn is_left_out(&self) -> bool {
        self.unasked == Some(unasked::CLOCK)
    }
}

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

/// Runs a document. `origins` gives the index in the original file of each statement.
fn watch(document: &Document, origins: &[Option<usize>]) -> Vec<Option<Moment>> {
    let program = &document.program;
    let mut steps: Vec<TraceStep> = Vec::new();
    run(document, Watch::Steps(&mut |step| steps.push(step)));
    let mut moments: Vec<Option<Moment>> = Vec::new();
    let mut labels: HashMap<ObjectNo, String> = HashMap::new();
    let mut bindings: HashMap<VariableId, (u64, Option<ObjectNo>)> = HashMap::new();
    let mut stale: HashSet<(VariableId, ObjectNo)> = HashSet::new();
    for step in steps {
        remember_labels(&step, &mut labels);
        for effect in &step.effects {
            if let Effect::HandleClosed { process, handle, object, .. } = effect {
                let same = bindings.iter().filter(|(_, bound)| **bound == (handle.0, Some(*object)));
                stale.extend(same.map(|(id, _)| (*id, *process)));
            }
        }
        let ended = who_ended(program, &step, &labels);
        let mut returned = Vec::new();
        for back in &step.returned {
            let Some(index) = origins.get(back.step.wrapping_sub(1)).copied().flatten() else { continue };
            if let Some(answer) = &back.answer {
                assign(program, index_of(program, back.step), &answer.assigned, &mut bindings, &mut stale);
            }
            let times_out = waits_in_vain(program, back.step, back.answer.as_ref());
            let by_time = times_out || lets_time_pass(program, step.number, back.step);
            if let Some(Some(moment)) = moments.get_mut(index) {
                moment.answer = back.answer.clone();
                moment.times_out = times_out;
                moment.blocks &= !by_time;
            }
            if !by_time && back.answer.is_some() {
                returned.push(index);
            }
        }
        if let Some(answer) = &step.answer {
            assign(program, index_of(program, step.number), &answer.assigned, &mut bindings, &mut stale);
        }
        let Some(origin) = origins.get(step.number.wrapping_sub(1)).copied().flatten() else { continue };
        moments.resize(origin + 1, None);
        moments[origin] = Some(Moment {
            blocks: step.blocked,
            times_out: waits_in_vain(program, step.number, step.answer.as_ref()),
            holds: !matches!(step.verdict, Verdict::Missed { .. }),
            unasked: None,
            answer: step.answer,
            returned,
            ended,
            bindings: bindings.clone(),
            stale: stale.clone(),
            gone: who_is_gone(program, &step.effects, &labels),
            state: step.state,
        });
    }
    moments
}

fn index_of(program: &Program, number: usize) -> Option<&Step> {
    match &program.statements.get(number.checked_sub(1)?)?.kind {
        StatementKind::Step(step) => Some(step),
        StatementKind::Check(_) => None,
    }
}

/// Does this statement end a wait just because time passes: at its own actor's next step, or while somebody sleeps? On a
/// real system that time passes by itself.
fn lets_time_pass(program: &Program, number: usize, waiting: usize) -> bool {
    let Some(now) = index_of(program, number) else { return true };
    index_of(program, waiting).is_some_and(|waiting| waiting.actor == now.actor)
        || now.call().is_some_and(|(spec, _)| spec.name == "Sleep")
}

fn waits_in_vain(program: &Program, number: usize, answer: Option<&AnswerRecord>) -> bool {
    let call = index_of(program, number).and_then(Step::call);
    call.is_some_and(|(spec, _)| spec.returns == Returns::Wait)
        && answer.is_some_and(|answer| answer.text == "WAIT_TIMEOUT")
}

fn remember_labels(step: &TraceStep, labels: &mut HashMap<ObjectNo, String>) {
    for effect in &step.effects {
        if let Effect::ObjectCreated { object, object_type, label: Some(label) } = effect
            && matches!(object_type, ObjectType::Process | ObjectType::Thread)
        {
            labels.insert(*object, label.to_string());
        }
    }
    for object in &step.state.objects {
        if let (ObjectType::Process | ObjectType::Thread, Some(name)) = (object.object_type, &object.name) {
            labels.insert(object.object, name.clone());
        }
    }
}

fn who_ended(
    program: &Program,
    step: &TraceStep,
    labels: &HashMap<ObjectNo, String>,
) -> Vec<(ActorId, bool)> {
    let mut ended: Vec<(ActorId, bool)> = Vec::new();
    let actor = |no: &ObjectNo| {
        let label = labels.get(no)?;
        let place = program.actors.iter().position(|actor| actor.name == *label)?;
        Some(ActorId(place as u32))
    };
    for effect in &step.effects {
        if let Effect::ProcessExited { process, .. } = effect
            && let Some(process) = actor(process)
        {
            let of_it = |(_, actor): &(usize, &crate::scenario::program::Actor)| actor.process == process;
            let members = program.actors.iter().enumerate().filter(of_it);
            ended.extend(members.map(|(place, actor)| (ActorId(place as u32), actor.thread.is_some())));
        }
    }
    for effect in &step.effects {
        if let Effect::ThreadExited { thread, .. } = effect
            && let Some(thread) = actor(thread)
            && !ended.iter().any(|(other, _)| *other == thread)
        {
            ended.push((thread, true));
        }
    }
    ended
}

/// Processes whose objects went in this step.
fn who_is_gone(program: &Program, effects: &[Effect], labels: &HashMap<ObjectNo, String>) -> Vec<ActorId> {
    let gone = effects.iter().filter_map(|effect| match effect {
        Effect::ObjectDeleted { object } => labels.get(object),
        _ => None,
    });
    let places = gone.filter_map(|label| program.actors.iter().position(|actor| actor.name == *label));
    let places: BTreeSet<usize> = places.filter(|place| program.actors[*place].thread.is_none()).collect();
    places.into_iter().map(|place| ActorId(place as u32)).collect()
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

fn assign(
    program: &Program,
    step: Option<&Step>,
    assigned: &[Assigned],
    bindings: &mut HashMap<VariableId, (u64, Option<ObjectNo>)>,
    stale: &mut HashSet<(VariableId, ObjectNo)>,
) {
    let Some(step) = step else { return };
    let process = program.actor(step.actor).process;
    for Assigned { variable, value, object } in assigned {
        let same =
            |found: &crate::scenario::program::Variable| found.process == process && found.name == *variable;
        if let Some(place) = program.variables.iter().position(same) {
            let id = VariableId(place as u32);
            stale.retain(|(other, _)| *other != id);
            bindings.insert(id, (number(value), *object));
        }
    }
}

fn number(text: &str) -> u64 {
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).unwrap_or_default(),
        None => text.parse::<i64>().unwrap_or_default() as u64,
    }
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

/// What of an outcome can be compared between two systems, as words and values.
pub(super) fn comparable(document: &Document, index: usize, moment: &Moment) -> Vec<(String, String)> {
    let StatementKind::Step(step) = &document.program.statements[index].kind else { return Vec::new() };
    let (Some(answer), Some((spec, args))) = (&moment.answer, step.call()) else { return Vec::new() };
    let mut found = Vec::new();
    if !super::calls::is_private(spec.name) {
        found.push(("answer".to_owned(), in_form(spec.returns, answer.value)));
    }
    if let Some(error) = &answer.error
        && spec.returns != Returns::Status
    {
        let number =
            crate::kernel::constants::Constant::find(error).map(|constant| constant.value.to_string());
        found.push(("error".to_owned(), number.unwrap_or_else(|| error.clone())));
    }
    for out in outs(&document.program, step, spec, args, answer) {
        found.push((out.name.to_string(), out.value));
    }
    found
}

/// An out value that can be compared.
pub(super) struct OutCompared {
    pub(super) variable: VariableId,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) value: String,
}

/// The out values that the call filled and that can be compared.
pub(super) fn outs(
    program: &Program,
    step: &Step,
    spec: &CallSpec,
    args: &[Argument],
    answer: &AnswerRecord,
) -> Vec<OutCompared> {
    let mut found = Vec::new();
    for (param, arg) in spec.params.iter().zip(args) {
        let Argument::Out(variables) = arg else { continue };
        for (place, id) in variables.iter().enumerate() {
            let variable = program.variable(*id);
            let kind = match param.kind {
                Kind::OutRecord(fields) if fields[place].starts_with("dw") => continue,
                Kind::OutRecord(_) => Kind::OutHandle,
                kind => kind,
            };
            let assigned = answer.assigned.iter().rev().find(|assigned| assigned.variable == variable.name);
            let Some(assigned) = assigned.filter(|_| !super::calls::is_private(param.name)) else { continue };
            if step.variable == Some(*id) {
                continue;
            }
            let value = match kind {
                Kind::OutHandle => in_form(Returns::Handle, number(&assigned.value)),
                Kind::OutNumber => number(&assigned.value).to_string(),
                _ => assigned.value.trim_matches('"').to_owned(),
            };
            found.push(OutCompared { variable: *id, name: variable.name.to_string(), kind, value });
        }
    }
    found
}

/// A returned value as both systems can write it.
pub(super) fn in_form(returns: Returns, value: u64) -> String {
    match returns {
        Returns::Handle | Returns::FileHandle | Returns::Address => match value {
            0 => "0".to_owned(),
            u64::MAX => "-1".to_owned(),
            _ => "HANDLE".to_owned(),
        },
        Returns::Bool => u64::from(value != 0).to_string(),
        Returns::Plain => value.to_string(),
        _ => (value as u32).to_string(),
    }
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
