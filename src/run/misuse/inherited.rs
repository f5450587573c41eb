//! Did a child inherit a handle that nobody meant it to have?
//!
//! Nobody writes down what is meant, so only what shows is told: the child was not given the handle by name, nothing was ever
//! done with it there, and either it was made for another child, or the creator did name other handles for this one.

use super::ledger::Ledger;
use super::{Class, Misuse};
use crate::kernel::effects::OpenReason;
use crate::kernel::{CallSpec, ObjectNo};
use crate::run::history::{HandleLife, Moment};
use crate::run::trace::TraceStep;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

pub(super) fn find(ledger: &Ledger) -> Vec<(Moment, Misuse)> {
    let handles = &ledger.history.handles;
    let named = named(ledger);
    let meant = meant(ledger, &named);
    let mut made_for: HashMap<usize, ObjectNo> = HashMap::new();
    for (entry, life) in handles.iter().enumerate() {
        let inherited = matches!(life.reason, OpenReason::Inherit { .. });
        if let Some(source) = life.source.filter(|_| inherited)
            && (named.contains(&entry) || ledger.used.contains(&entry))
        {
            made_for.entry(source).or_insert(life.process);
        }
    }
    let mut strays: BTreeMap<Moment, Vec<usize>> = BTreeMap::new();
    for (entry, life) in handles.iter().enumerate() {
        let (OpenReason::Inherit { .. }, Some(source)) = (&life.reason, life.source) else { continue };
        let Some(step) = ledger.trace.steps.get(life.opened) else { continue };
        let evident = made_for.contains_key(&source) || names_handles(step);
        if evident && !named.contains(&entry) && !meant.contains(&entry) {
            strays.entry(life.opened).or_default().push(entry);
        }
    }
    let told = strays.into_iter().filter_map(|(moment, entries)| {
        let step = ledger.trace.steps.get(moment)?;
        let what = tell(ledger, &entries, &made_for)?;
        Some((moment, Misuse::new(Class::AccidentalInheritance, step, what)))
    });
    told.collect()
}

/// The inherited entries that were named when their process was created.
fn named(ledger: &Ledger) -> BTreeSet<usize> {
    let is_named = |life: &HandleLife| {
        let step = ledger.trace.steps.get(life.opened);
        step.is_some_and(|step| {
            let mut given = step.given.iter().filter(|given| names_for_child(step, given.param));
            given.any(|given| given.value.untagged() == life.handle)
        })
    };
    let handles = ledger.history.handles.iter().enumerate();
    let inherited = handles.filter(|(_, life)| matches!(life.reason, OpenReason::Inherit { .. }));
    inherited.filter(|(_, life)| is_named(life)).map(|(entry, _)| entry).collect()
}

/// The entries that something was done with in their process, and those from which such a one, or a named one, was
/// inherited.
fn meant(ledger: &Ledger, named: &BTreeSet<usize>) -> HashSet<usize> {
    let handles = &ledger.history.handles;
    let mut meant: HashSet<usize> = ledger.touched.clone();
    let mut rest: Vec<usize> = meant.iter().copied().chain(named.iter().copied()).collect();
    while let Some(entry) = rest.pop() {
        let life = &handles[entry];
        let inherited = matches!(life.reason, OpenReason::Inherit { .. });
        rest.extend(life.source.filter(|source| inherited && meant.insert(*source)));
    }
    meant
}

/// Did the step name handles for the child that it creates?
fn names_handles(step: &TraceStep) -> bool {
    step.given.iter().any(|given| names_for_child(step, given.param))
}

/// Does a parameter name handles that the child shall have: those of the list, or its standard handles?
fn names_for_child(step: &TraceStep, param: &str) -> bool {
    let spec = step.call.and_then(CallSpec::find);
    let found = spec.and_then(|spec| spec.param(param).map(|place| &spec.params[place]));
    found.is_some_and(|param| param.handle_use.in_table_of.is_some())
}

fn tell(ledger: &Ledger, entries: &[usize], made_for: &HashMap<usize, ObjectNo>) -> Option<String> {
    let history = ledger.history;
    let first = ledger.life(*entries.first()?);
    let OpenReason::Inherit { process: parent } = first.reason else { return None };
    let (child, parent) = (history.actor(first.process), history.actor(parent));
    let strays: Vec<String> = entries
        .iter()
        .map(|entry| {
            let life = ledger.life(*entry);
            let meant_for = life.source.and_then(|source| made_for.get(&source));
            let meant_for = meant_for.map(|child| format!(", meant for {}", history.actor(*child)));
            let opened = history.place(ledger.root(*entry).opened);
            let called = history.called(life.object);
            format!("{} ({called}, opened at {opened}{})", life.handle, meant_for.unwrap_or_default())
        })
        .collect();
    let (it, them) = if strays.len() == 1 { ("it", "is it") } else { ("them", "are they") };
    Some(format!(
        "{child} also inherits {} from {parent}. Nobody gives {it} to {child} by name, nor {them} ever used there.",
        strays.join(" and ")
    ))
}
