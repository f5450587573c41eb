//! Where did each value come from, and what does it name now?
//!
//! Read step by step: before a step is judged, the ledger knows all that came before it.

use crate::kernel::calls::Kind;
use crate::kernel::effects::CloseReason;
use crate::kernel::{CallSpec, Effect, Handle, ObjectNo, ObjectType};
use crate::run::history::{HandleLife, History, Moment};
use crate::run::trace::{Given, Trace, TraceStep};
use std::collections::{HashMap, HashSet};

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It was given out for this entry: an index into [`History::handles`].
    Entry(usize),
    /// A call told somebody its pseudohandle.
    Pseudo(Moment),
    /// A call failed and gave this value back.
    Failed(Moment),
    /// Somebody wrote NULL into the variable.
    Emptied,
}

pub(super) struct Ledger<'t> {
    pub(super) trace: &'t Trace,
    pub(super) history: &'t History,
    /// The entries that a call found by the value that it was given.
    pub(super) touched: HashSet<usize>,
    /// Those of them that a call used for what their objects are there for: not to close, duplicate or compare them.
    pub(super) used: HashSet<usize>,
    now: Moment,
    /// The youngest entry that each value of each table was given out for.
    latest: HashMap<(ObjectNo, Handle), usize>,
    entries: usize,
    assignments: usize,
    origins: HashMap<String, Origin>,
    processes: HashMap<&'t str, ObjectNo>,
}

impl<'t> Ledger<'t> {
    pub(super) fn new(trace: &'t Trace, history: &'t History) -> Ledger<'t> {
        let named = history.objects.iter().filter(|(_, life)| life.object_type == ObjectType::Process);
        let processes = named.filter_map(|(no, life)| Some((life.label.as_deref()?, *no))).collect();
        Ledger {
            trace,
            history,
            touched: HashSet::new(),
            used: HashSet::new(),
            now: 0,
            latest: HashMap::new(),
            entries: 0,
            assignments: 0,
            origins: HashMap::new(),
            processes,
        }
    }

    pub(super) fn life(&self, entry: usize) -> &'t HandleLife {
        &self.history.handles[entry]
    }

    /// The first entry of those that an entry was inherited or duplicated from.
    pub(super) fn root(&self, mut entry: usize) -> &'t HandleLife {
        while let Some(source) = self.life(entry).source {
            entry = source;
        }
        self.life(entry)
    }

    /// The process of whoever acts.
    pub(super) fn process_of(&self, step: &TraceStep) -> Option<ObjectNo> {
        self.processes.get(process_name(step.actor.as_deref()?)).copied()
    }

    /// The youngest entry that a value was given out for in a table, open or closed.
    pub(super) fn latest(&self, process: ObjectNo, value: Handle) -> Option<usize> {
        value.index()?;
        self.latest.get(&(process, value.untagged())).copied()
    }

    /// The entry that a value names in a table before this step.
    pub(super) fn named(&self, process: ObjectNo, value: Handle) -> Option<usize> {
        self.latest(process, value).filter(|entry| self.closed(*entry).is_none())
    }

    /// When and why an entry was closed, if it was closed before this step.
    pub(super) fn closed(&self, entry: usize) -> Option<(Moment, CloseReason)> {
        self.life(entry).closed.filter(|(moment, _)| *moment < self.now)
    }

    /// The object that a value names for a process, pseudohandles included.
    pub(super) fn object(&self, process: ObjectNo, value: Handle) -> Option<ObjectNo> {
        let entry = self.named(process, value).map(|entry| self.life(entry).object);
        entry.or_else(|| (value == Handle::CURRENT_PROCESS).then_some(process))
    }

    fn is_process(&self, object: ObjectNo) -> bool {
        self.history.objects.get(&object).is_some_and(|life| life.object_type == ObjectType::Process)
    }

    pub(super) fn origin(&self, given: &Given) -> Option<Origin> {
        self.origins.get(given.variable.as_deref()?).copied()
    }

    /// The process in whose table a call looks a value up.
    pub(super) fn table_of(&self, spec: &CallSpec, step: &TraceStep, given: &Given) -> Option<ObjectNo> {
        let caller = self.process_of(step)?;
        let param = spec.param(given.param).map(|place| &spec.params[place])?;
        let named = param.handle_use.in_table_of;
        let named = named.and_then(|name| step.given.iter().find(|given| given.param == name));
        match named {
            Some(process) => self.object(caller, process.value).filter(|found| self.is_process(*found)),
            None => Some(caller),
        }
    }

    /// Is the entry the other one, or did it come from that by inheritance alone, which keeps the value?
    pub(super) fn descends(&self, entry: usize, from: usize) -> bool {
        let mut entry = Some(entry);
        while let Some(found) = entry {
            if found == from {
                return true;
            }
            let life = self.life(found);
            entry = life.source.filter(|source| self.life(*source).handle == life.handle);
        }
        false
    }

    /// Takes a step into account.
    pub(super) fn learn(&mut self, moment: Moment, step: &'t TraceStep) {
        if let Some(spec) = step.call.and_then(CallSpec::find) {
            for given in &step.given {
                let table = self.table_of(spec, step, given);
                let Some(entry) = table.and_then(|table| self.named(table, given.value)) else { continue };
                self.touched.insert(entry);
                let kind = spec.param(given.param).map(|place| spec.params[place].kind);
                if matches!(kind, Some(Kind::Handle { .. } | Kind::Handles { .. })) {
                    self.used.insert(entry);
                }
            }
        }
        for effect in &step.effects {
            if let Effect::HandleOpened { process, handle, .. } = effect {
                self.latest.insert((*process, *handle), self.entries);
                self.entries += 1;
            }
        }
        self.now = moment + 1;
        self.learn_origins(moment, step);
    }

    fn copied(&self, given: &Given) -> Option<Origin> {
        match &given.variable {
            Some(variable) => self.origins.get(variable).copied(),
            None => (given.value == Handle::NULL).then_some(Origin::Emptied),
        }
    }

    fn learn_origins(&mut self, moment: Moment, step: &TraceStep) {
        let (history, first) = (self.history, self.assignments);
        let here = history.assignments[first..].iter().take_while(|assigned| assigned.moment == moment);
        for assignment in here {
            self.assignments += 1;
            let failed = step.answer.as_ref().is_some_and(|answer| !answer.succeeded);
            let origin = if step.call.is_none() {
                step.given.first().and_then(|given| self.copied(given))
            } else if tells_a_pseudohandle(step) {
                Some(Origin::Pseudo(moment))
            } else if failed {
                Some(Origin::Failed(moment))
            } else {
                assignment.entry.map(Origin::Entry)
            };
            match origin {
                Some(origin) => self.origins.insert(assignment.variable.clone(), origin),
                None => self.origins.remove(&assignment.variable),
            };
        }
    }
}

fn tells_a_pseudohandle(step: &TraceStep) -> bool {
    let tells = step.call.and_then(CallSpec::find).is_some_and(CallSpec::only_tells);
    tells && step.answer.as_ref().is_some_and(|answer| Handle(answer.value).is_pseudo())
}

/// The process of an actor: `p` of `p.worker`.
pub(super) fn process_name(actor: &str) -> &str {
    actor.split('.').next().unwrap_or(actor)
}
