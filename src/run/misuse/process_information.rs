//! Did somebody forget the two handles of PROCESS_INFORMATION?
//!
//! A file that ends while the child still runs says nothing: the parent may close them later. It is a leak when the child
//! has ended and the parent goes on without closing them, or when no variable holds the value any more.

use super::ledger::{Ledger, process_name};
use super::{Class, Misuse};
use crate::kernel::calls::Kind;
use crate::kernel::{CallSpec, Effect, ObjectNo, ObjectType};
use crate::run::history::Moment;
use crate::run::trace::TraceStep;
use std::collections::{BTreeMap, HashMap, HashSet};

pub(super) fn find(ledger: &Ledger) -> Vec<(Moment, Misuse)> {
    let history = ledger.history;
    let end = history.moment(None);
    let ended = ended(ledger);
    let holders = history.holders(end);
    let mut forgotten: BTreeMap<Moment, Vec<usize>> = BTreeMap::new();
    for (entry, life) in history.handles.iter().enumerate().filter(|(_, life)| life.is_open_at(end)) {
        let Some(step) = ledger.trace.steps.get(life.opened) else { continue };
        let process = child_of(ledger, life.object).filter(|_| fills_process_information(step));
        let Some(process) = process.filter(|_| !still_waits(ledger, life.process)) else { continue };
        let lost = !holders.contains_key(&entry)
            && history.assignments.iter().any(|assigned| assigned.entry == Some(entry));
        if lost || ended.contains_key(&process) {
            forgotten.entry(life.opened).or_default().push(entry);
        }
    }
    let told = forgotten.into_iter().filter_map(|(moment, entries)| {
        let step = ledger.trace.steps.get(moment)?;
        let what = tell(ledger, &entries, &ended)?;
        Some((moment, Misuse::new(Class::UnclosedProcessInformation, step, what)))
    });
    told.collect()
}

/// The processes that have ended, and when.
fn ended(ledger: &Ledger) -> HashMap<ObjectNo, Moment> {
    let mut ended = HashMap::new();
    for (moment, step) in ledger.trace.steps.iter().enumerate() {
        for effect in &step.effects {
            if let Effect::ProcessExited { process, .. } = effect {
                ended.insert(*process, moment);
            }
        }
    }
    ended
}

fn fills_process_information(step: &TraceStep) -> bool {
    let spec = step.call.and_then(CallSpec::find);
    spec.is_some_and(|spec| spec.params.iter().any(|param| matches!(param.kind, Kind::OutRecord(_))))
}

/// The process that an object is, or of which it is a thread.
fn child_of(ledger: &Ledger, object: ObjectNo) -> Option<ObjectNo> {
    let life = ledger.history.objects.get(&object)?;
    match life.object_type {
        ObjectType::Process => Some(object),
        _ => life.process,
    }
}

/// Whoever waits to the end of the file has not come to closing anything.
fn still_waits(ledger: &Ledger, process: ObjectNo) -> bool {
    let name = ledger.history.actor(process);
    ledger.trace.still_blocked.iter().any(|waiting| process_name(&waiting.actor) == name)
}

/// When the last variable that held a handle got another value, if none holds it from then on.
fn lost_at(ledger: &Ledger, entry: usize) -> Option<Moment> {
    let (mut holders, mut lost) = (HashSet::new(), None);
    for assigned in &ledger.history.assignments {
        if assigned.entry == Some(entry) {
            holders.insert(assigned.variable.as_str());
        } else if holders.remove(assigned.variable.as_str()) {
            lost = Some(assigned.moment);
        }
    }
    lost.filter(|_| holders.is_empty())
}

/// Told at the place of the creation, of which all this is the future: nothing is wrong there yet.
fn tell(ledger: &Ledger, entries: &[usize], ended: &HashMap<ObjectNo, Moment>) -> Option<String> {
    let history = ledger.history;
    let first = ledger.life(*entries.first()?);
    let owner = history.actor(first.process);
    let names: Vec<String> = entries
        .iter()
        .map(|entry| {
            let life = ledger.life(*entry);
            let variable = history.assignments.iter().find(|assigned| assigned.entry == Some(*entry));
            let variable = variable.and_then(|assigned| assigned.variable.split_once('.'));
            let called = history.called(life.object);
            match variable {
                Some((_, variable)) => format!("{variable} ({}, {called})", life.handle),
                None => format!("{} ({called})", life.handle),
            }
        })
        .collect();
    let child = child_of(ledger, first.object)?;
    let over = ended
        .get(&child)
        .map(|moment| format!(", although {} ends at {}", history.actor(child), history.place(*moment)));
    let them = if entries.len() > 1 { "them" } else { "it" };
    let lost: Option<Vec<Moment>> = entries.iter().map(|entry| lost_at(ledger, *entry)).collect();
    let gone = lost.and_then(|lost| lost.into_iter().max()).map_or_else(String::new, |moment| {
        format!(" From {} on no variable holds {them}.", history.place(moment))
    });
    Some(format!("{owner} never closes {}{}.{gone}", names.join(" and "), over.unwrap_or_default()))
}
