//! Who refers to what? And what follows when something has changed?

use super::Reference;
use super::state::{Body, Thing};

impl Reference {
    /// What every entry of every table points at, once for each.
    pub(super) fn held(&self) -> Vec<u32> {
        let processes = self.living().filter_map(|(_, thing)| match &thing.body {
            Body::Process(process) => process.table.as_ref(),
            _ => None,
        });
        processes.flat_map(|table| &table.entries).map(|entry| entry.object).collect()
    }

    /// How many entries point at the object (fact 6.01).
    pub(super) fn handles(&self, number: u32) -> u32 {
        count(&self.held(), number)
    }

    /// Is it found by its name? While it has a handle, or is permanent (facts 6.02 and 6.04).
    pub(super) fn has_name(&self, number: u32, held: &[u32]) -> bool {
        let thing = self.thing(number);
        thing.name.is_some() && !thing.dead && (thing.permanent || held.contains(&number))
    }

    /// The object with this name.
    pub(super) fn bearer(&self, name: &str) -> Option<u32> {
        let held = self.held();
        let mut bearers = self.living().filter(|(_, thing)| thing.name.as_deref() == Some(name));
        bearers.find(|(number, _)| self.has_name(*number, &held)).map(|(number, _)| number)
    }

    /// What every reference that is no handle points at, once for each.
    pub(super) fn references(&self, held: &[u32]) -> Vec<u32> {
        let mut all = Vec::new();
        for (number, thing) in self.living() {
            if self.has_name(number, held) {
                all.push(number);
            }
            match &thing.body {
                Body::Process(process) => {
                    all.extend(process.running.then_some(number));
                    all.extend(process.views.iter().map(|(_, _, section)| *section));
                    all.extend(&process.jobs);
                }
                Body::Thread(thread) => {
                    all.extend(thread.running.then_some(number));
                    all.push(thread.process);
                    all.extend(thread.wait.iter().flat_map(|wait| &wait.on));
                }
                Body::Section { file, .. } => all.extend(file),
                _ => {}
            }
        }
        all
    }

    /// Looks through everything and lets happen what is due: objects die, last handles have their consequences, waiting
    /// threads go on. Again and again until nothing is due.
    pub(super) fn react(&mut self) {
        loop {
            self.notice_last_handles();
            self.bury();
            if !self.release_one_waiter() && !self.serve_one_pipe() {
                return;
            }
        }
    }

    /// Marks what nothing refers to as dead; with a thread its hold on its process goes, so look again (fact 6.14).
    fn bury(&mut self) {
        loop {
            let mut referred = self.held();
            referred.extend(self.references(&referred));
            let lost = self.living().map(|(number, _)| number).filter(|number| !referred.contains(number));
            let lost: Vec<u32> = lost.collect();
            if lost.is_empty() {
                return;
            }
            for number in lost {
                self.thing_mut(number).dead = true;
                self.free_id(number);
            }
        }
    }

    /// Some types do something when the last handle is closed, which may be long before the object dies.
    fn notice_last_handles(&mut self) {
        let held = self.held();
        for number in 1..=self.things.len() as u32 {
            let held = held.contains(&number);
            let Thing { held: was_held, .. } = self.thing_mut(number);
            if std::mem::replace(was_held, held) && !held {
                self.file_closed(number);
                self.job_closed(number);
            }
        }
    }
}

/// How often an object is among what is pointed at.
pub(super) fn count(targets: &[u32], number: u32) -> u32 {
    targets.iter().filter(|target| **target == number).count() as u32
}
