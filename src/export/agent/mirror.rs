//! Which real value stands for which value of the model?
//!
//! Windows, Wine and the model give out different values for the same handles, addresses and ids. A [`Mirror`] knows for each
//! value of the model what stands for it on the real system, so that a call can be made with what its arguments mean, and
//! what it answers can be compared by what it means.

use super::wire::Answer;
use crate::kernel::CallSpec;
use crate::kernel::calls::Returns;
use crate::testing::picture::{ObjectView, Picture, State};
use crate::testing::stage::Deed;
use crate::testing::system::{Filled, Reply, Request};
use std::collections::{BTreeMap, BTreeSet};

/// A value that names nothing in any process; it can carry tag bits.
pub(super) const NOTHING: u64 = 0x00FF_FFF0;
/// An address at which nothing is mapped.
const NOWHERE: u64 = 0x1234_0000_0000;
/// An id that nobody has.
const NOBODY: u64 = 0x7FFF_FFF0;

/// What stands for what.
#[derive(Clone, Debug, Default)]
pub(super) struct Mirror {
    /// Real handles, by the number of the process's object and the model's value.
    handles: BTreeMap<(u32, u64), u64>,
    /// Real addresses of views, in the same way.
    views: BTreeMap<(u32, u64), u64>,
    /// Real values of standard handles, by the number of the process's object.
    standard: BTreeMap<(u32, usize), u64>,
    /// The names that jobs were created with.
    job_names: BTreeSet<String>,
    /// Which jobs were ever nested in which: the outer one first.
    nested: BTreeSet<(u32, u32)>,
    /// Real ids of processes and threads, by those of the model.
    ids: BTreeMap<u32, u32>,
}

/// The model knows a handle whose real value nobody told.
pub(super) struct Unknown;

impl Mirror {
    /// Notes the real id of a process or thread.
    pub(super) fn note_id(&mut self, model: u32, real: u64) {
        self.ids.insert(model, real as u32);
    }

    /// The real id that stands for one of the model.
    pub(super) fn id(&self, model: u32) -> Option<u32> {
        self.ids.get(&model).copied()
    }

    /// The real id that an argument means.
    pub(super) fn meant_id(&self, model: u64) -> u64 {
        // The low two bits of an id do not count, as those of a handle.
        let known = u32::try_from(model & !3).ok().and_then(|model| self.id(model));
        known.map_or(if model == 0 { 0 } else { NOBODY }, |real| u64::from(real) | model & 3)
    }

    /// The real address that an argument means.
    pub(super) fn address(&self, picture: &Picture, process: u32, model: u64) -> Result<u64, Unknown> {
        let views =
            picture.processes.get(&process).map(|process| process.views.as_slice()).unwrap_or_default();
        match views.iter().find(|(start, size, _)| (*start..start + size).contains(&model)) {
            Some((start, ..)) => {
                self.views.get(&(process, *start)).map(|real| real + (model - start)).ok_or(Unknown)
            }
            None => Ok(NOWHERE),
        }
    }

    /// The value of a standard handle, if what it means is still the same on both sides.
    pub(super) fn standard(&self, picture: &Picture, process: u32, slot: usize) -> Result<u64, Unknown> {
        let view = picture.processes.get(&process).ok_or(Unknown)?;
        let model = view.standard.get(slot).copied().unwrap_or_default();
        let real = *self.standard.get(&(process, slot)).ok_or(Unknown)?;
        let is_live = view.table.as_ref().is_some_and(|table| table.contains_key(&(model & !3)));
        let is_same = model == real && (model == 0 || model > 0xF000_0000)
            || is_live && self.handle(picture, process, model).is_ok_and(|found| found == real);
        if is_same { Ok(real) } else { Err(Unknown) }
    }

    /// Notes the name that a job was created with.
    pub(super) fn note_job(&mut self, name: &str) {
        self.job_names.insert(name.to_owned());
    }

    /// Did a job ever have this name?
    pub(super) fn was_a_job(&self, name: &str) -> bool {
        self.job_names.contains(name)
    }

    /// The jobs that were ever nested in this one.
    pub(super) fn nested_in(&self, job: u32) -> impl Iterator<Item = u32> + '_ {
        self.nested.iter().filter(move |(outer, _)| *outer == job).map(|(_, inner)| *inner)
    }

    fn note_nesting(&mut self, request: &Request, before: &Picture, own: u32) {
        let entry = |param| before.entry(own, request.number(param)).map(|entry| entry.object);
        let (Some(inner), Some(process)) = (entry("hJob"), entry("hProcess")) else { return };
        let is_around = |object: &ObjectView| matches!(&object.state, State::Job { members, .. } if members.contains(&process));
        let outers = before.objects.iter().filter(|(number, object)| **number != inner && is_around(object));
        let below: Vec<u32> = self.nested_in(inner).chain([inner]).collect();
        for (outer, _) in outers {
            self.nested.extend(below.iter().map(|inner| (*outer, *inner)));
        }
    }

    /// A process starts with no standard handles.
    pub(super) fn start(&mut self, process: u32) {
        self.standard.extend((0..3).map(|slot| ((process, slot), 0)));
    }

    /// The real value that a handle of the model means in a process: what names something is told by what it names, what
    /// names nothing stays something that names nothing.
    pub(super) fn handle(&self, picture: &Picture, process: u32, value: u64) -> Result<u64, Unknown> {
        let (base, tag) = (value & !3, value & 3);
        let table = picture.processes.get(&process).and_then(|process| process.table.as_ref());
        if table.is_some_and(|table| table.contains_key(&base)) {
            return self.handles.get(&(process, base)).map(|real| real | tag).ok_or(Unknown);
        }
        // Pseudohandles, the numbers of standard handles, and what is too large to be a handle are the same everywhere.
        let is_as_it_is = value == 0 || value > 0xF000_0000;
        Ok(if is_as_it_is { value } else { NOTHING | tag })
    }

    /// The known handles of a process, by object: the model's value, and the real one.
    pub(super) fn known<'m>(&'m self, picture: &'m Picture, process: u32) -> Vec<(u32, u64, u64)> {
        let table = picture.processes.get(&process).and_then(|process| process.table.as_ref());
        let mut known: Vec<_> = table
            .into_iter()
            .flatten()
            .filter_map(|(value, entry)| Some((entry.object, *value, *self.handles.get(&(process, *value))?)))
            .collect();
        known.sort_unstable();
        known
    }

    /// Learns what a call gave: the real values of new entries and views; those that are gone are forgotten.
    pub(super) fn learn(
        &mut self,
        deed: &Deed,
        before: &Picture,
        after: &Picture,
        reply: &Reply,
        answer: &Answer,
    ) {
        let Some(request) = deed.request() else { return };
        let own = deed.actor.process;
        let target = target(request, before, own);
        let mut given: Vec<((u32, u64), u64)> = Vec::new();
        let returns = CallSpec::find(request.call).map(|spec| spec.returns);
        // Other calls answer numbers that only look like values of new handles.
        if request.call != "GetStdHandle" && matches!(returns, Some(Returns::Handle | Returns::FileHandle)) {
            given.push(((own, reply.value), answer.value));
        }
        if let Some(slot) = slot(request.number("nStdHandle")).filter(|_| request.call == "SetStdHandle")
            && let Ok(real) = self.handle(before, own, request.number("hHandle"))
        {
            self.standard.insert((own, slot), real);
        }
        for (param, filled) in &reply.outs {
            let real = answer.numbers(param);
            let home = if param.contains("Target") { target } else { own };
            match filled {
                Filled::Handle(value, _) => given.extend(real.first().map(|real| ((home, *value), *real))),
                Filled::Record(fields) => {
                    let pairs = fields.iter().zip(real).take(2);
                    given.extend(pairs.map(|((value, _), real)| ((own, *value), real)));
                }
                _ => {}
            }
        }
        let closed = closed_source(request, before, own);
        let parent = designated(request, before, own);
        let mut handles = BTreeMap::new();
        for (process, view) in &after.processes {
            for (value, entry) in view.table.iter().flatten() {
                let key = (*process, *value);
                let same_before = |key: (u32, u64)| {
                    let found =
                        before.processes.get(&key.0).and_then(|process| process.table.as_ref()?.get(&key.1));
                    found.filter(|found| found.object == entry.object).and_then(|_| self.handles.get(&key))
                };
                let is_new = !before.processes.contains_key(process);
                let told = given.iter().find(|(place, _)| *place == key).map(|(_, real)| real);
                let inherited =
                    same_before((parent, *value)).filter(|_| is_new && request.flag("bInheritHandles"));
                let kept = || same_before(key).filter(|_| closed != Some(key));
                if let Some(real) = told.or(inherited).or_else(kept) {
                    handles.insert(key, *real);
                }
            }
        }
        self.handles = handles;
        if let Some(name) = request.text("lpName").filter(|_| request.call == "CreateJobObject") {
            self.note_job(name);
        }
        if request.call == "AssignProcessToJobObject" && reply.failure.is_none() {
            self.note_nesting(request, before, own);
        }
        if request.call == "MapViewOfFile" && reply.value != 0 {
            self.views.insert((own, reply.value), answer.value);
        }
    }

    /// Forgets the handles that a call closed without telling anything.
    pub(super) fn forget(&mut self, after: &Picture) {
        self.handles.retain(|(process, value), _| {
            let table = after.processes.get(process).and_then(|process| process.table.as_ref());
            table.is_some_and(|table| table.contains_key(value))
        });
    }
}

/// Which standard handle a number means: -10, -11 or -12, with or without its upper half.
pub(super) fn slot(number: u64) -> Option<usize> {
    match number as u32 {
        0xFFFF_FFF6 => Some(0),
        0xFFFF_FFF5 => Some(1),
        0xFFFF_FFF4 => Some(2),
        _ => None,
    }
}

/// The process in whose table a handle is looked up, or a new one made, when a call names it with a handle.
fn named(request: &Request, param: &str, before: &Picture, own: u32) -> u32 {
    let value = request.number(param);
    if value == u64::MAX {
        return own;
    }
    let table = before.processes.get(&own).and_then(|process| process.table.as_ref());
    table.and_then(|table| table.get(&(value & !3))).map_or(own, |entry| entry.object)
}

/// The process that a duplicate is made for.
pub(super) fn target(request: &Request, before: &Picture, own: u32) -> u32 {
    let param =
        if request.given("TargetProcessHandle") { "TargetProcessHandle" } else { "hTargetProcessHandle" };
    named(request, param, before, own)
}

/// Where the source of a duplicate stood, if the call closed it: what stands there now is something new.
fn closed_source(request: &Request, before: &Picture, own: u32) -> Option<(u32, u64)> {
    let (source, options) = match request.call {
        "DuplicateHandle" => ("hSourceHandle", "dwOptions"),
        "NtDuplicateObject" => ("SourceHandle", "Options"),
        _ => return None,
    };
    let closes = request.dword(options) & 1 != 0;
    closes.then(|| (home(request, source, before, own), request.number(source) & !3))
}

/// The process in whose table the value behind a parameter is looked up.
pub(super) fn home(request: &Request, param: &str, before: &Picture, own: u32) -> u32 {
    match param {
        "hSourceHandle" => named(request, "hSourceProcessHandle", before, own),
        "SourceHandle" => named(request, "SourceProcessHandle", before, own),
        "handleList" => designated(request, before, own),
        _ => own,
    }
}

/// The process that a new one inherits from.
pub(super) fn designated(request: &Request, before: &Picture, own: u32) -> u32 {
    if request.given("parentProcess") { named(request, "parentProcess", before, own) } else { own }
}
