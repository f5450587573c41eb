//! What happens at each statement, as the model runs it?

use super::comparable::number;
use super::stage::Moment;
use crate::kernel::calls::Returns;
use crate::kernel::{Effect, ObjectNo, ObjectType};
use crate::run::trace::{AnswerRecord, Assigned, TraceStep, Verdict};
use crate::run::{Watch, run};
use crate::scenario::Document;
use crate::scenario::program::{ActorId, Program, StatementKind, Step, VariableId};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Runs a document. `origins` gives the index in the original file of each statement.
pub(super) fn watch(document: &Document, origins: &[Option<usize>]) -> Vec<Option<Moment>> {
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

pub(super) fn index_of(program: &Program, number: usize) -> Option<&Step> {
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
