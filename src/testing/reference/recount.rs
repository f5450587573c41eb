//! Who refers to what? And what follows when something has changed?

use super::Reference;
use super::state::{Body, Entry, Thing};

impl Reference {
    /// Every entry of every table, with its process.
    pub(super) fn entries(&self) -> Vec<(u32, Entry)> {
        let mut all = Vec::new();
        for (number, thing) in self.living() {
            if let Body::Process(process) = &thing.body {
                all.extend(
                    process.table.iter().flat_map(|table| &table.entries).map(|entry| (number, *entry)),
                );
            }
        }
        all
    }

    /// How many entries point at the object (fact 6.01).
    pub(super) fn handles(&self, number: u32) -> u32 {
        self.entries().iter().filter(|(_, entry)| entry.object == number).count() as u32
    }

    /// Is it found by its name? While it has a handle, or is permanent (facts 6.02 and 6.04).
    pub(super) fn has_name(&self, number: u32) -> bool {
        let thing = self.thing(number);
        thing.name.is_some() && !thing.dead && (thing.permanent || self.handles(number) > 0)
    }

    /// The object with this name.
    pub(super) fn bearer(&self, name: &str) -> Option<u32> {
        let mut bearers = self.living().filter(|(_, thing)| thing.name.as_deref() == Some(name));
        bearers.find(|(number, _)| self.has_name(*number)).map(|(number, _)| number)
    }

    /// What every reference that is no handle points at, once for each.
    pub(super) fn references(&self) -> Vec<u32> {
        let mut all = Vec::new();
        for (number, thing) in self.living() {
            if self.has_name(number) {
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
            let mut referred: Vec<u32> = self.entries().iter().map(|(_, entry)| entry.object).collect();
            referred.extend(self.references());
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
        let held: Vec<u32> = self.entries().iter().map(|(_, entry)| entry.object).collect();
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
