//! What is there to see of everybody, in the middle of a program and at its end?

use super::{Difference, Player, tid};
use crate::export::agent::compare::{Comparison, Unlike};
use crate::export::agent::question::number_of;
use crate::export::agent::wire::{self, Lost};
use crate::testing::picture::{ObjectView, State};
use crate::testing::program::process_name;
use crate::testing::system::{Fate, Happening, Reply, System};

impl Player<'_> {
    /// Gets to know somebody who was created, and waits until it is there.
    pub(super) fn meet(&mut self, creates: Option<usize>, expected: &Happening) -> Result<Vec<Unlike>, Lost> {
        let (Some(place), Fate::Returned(Reply { object: Some(object), .. })) = (creates, &expected.fate)
        else {
            return Ok(Vec::new());
        };
        let Some(living) = self.stage.cast().iter().find(|living| number_of(living.place) == place).copied()
        else {
            return Ok(Vec::new());
        };
        let real = wire::numbers(self.wire, &format!("ids {place}"), "ids")?;
        let process = self.picture.processes.get(object).map(|process| process.pid);
        for (model, real) in [process, tid(&self.picture, living.thread)].into_iter().zip(real) {
            if let Some(model) = model {
                self.mirror.note_id(model, real);
            }
        }
        if self.reference.can_run(living.thread) && self.wire.ask(&format!("greet {place}"))? != "there" {
            return Ok(vec![Unlike::new("start", "runs", "does not say anything")]);
        }
        Ok(Vec::new())
    }

    /// Looks at every handle of everybody who can look.
    pub(super) fn look(&mut self) -> Result<Vec<Unlike>, Lost> {
        let mut comparison = Comparison { mirror: &self.mirror, compared: 0, unlike: Vec::new() };
        let mut looked = Vec::new();
        for living in self.stage.cast() {
            if looked.contains(&living.process) || !self.reference.can_run(living.thread) {
                continue;
            }
            looked.push(living.process);
            let known = self.mirror.known(&self.picture, living.process);
            for part in known.chunks(60) {
                let reals: Vec<u64> = part.iter().map(|(.., real)| *real).collect();
                let sights = wire::look(self.wire, number_of(living.place), &reals)?;
                let mut last = None;
                for ((object, value, _), sight) in part.iter().zip(&sights) {
                    let same = last.replace(*object) == Some(*object);
                    let entry = self.picture.processes.get(&living.process);
                    let entry = entry.and_then(|process| process.table.as_ref()?.get(value));
                    if let (Some(entry), Some(object)) = (entry, self.picture.objects.get(object)) {
                        let process = process_name(living.place.0);
                        comparison.sight(&format!("{process}'s {value:#x}"), entry, object, same, sight);
                    }
                }
            }
        }
        self.trial.compared += comparison.compared;
        Ok(comparison.unlike)
    }

    /// Closes what is open in the first processes; tells which of them are as if nothing had happened.
    pub(super) fn tidy(&mut self) -> Result<[bool; 2], Lost> {
        let mut clean = [false; 2];
        for (place, clean) in clean.iter_mut().enumerate() {
            let living = self.stage.cast().iter().find(|living| living.place == (place as u8, 0)).copied();
            let Some(living) = living.filter(|living| self.reference.can_run(living.thread)) else {
                continue;
            };
            let known = self.mirror.known(&self.picture, living.process);
            let Some(process) = self.picture.processes.get(&living.process) else { continue };
            let is_alone = self.reference.threads_of(living.process).len() == 1;
            let is_in = |object: &ObjectView| matches!(&object.state, State::Job { members, .. } if members.contains(&living.process));
            let in_jobs = self.picture.objects.values().any(is_in);
            let all_known = process.table.as_ref().is_some_and(|table| table.len() == known.len());
            if is_alone && !in_jobs && all_known && process.views.is_empty() && process.standard == [0; 3] {
                let reals: Vec<String> = known.iter().map(|(.., real)| format!("{real:x}")).collect();
                if !reals.is_empty() {
                    let place = number_of(living.place);
                    let line =
                        format!("ask {place} {} 0 Tidy handles={}", self.patience.answer, reals.join(","));
                    wire::command(self.wire, &line, "tidied")?;
                }
                *clean = true;
            }
        }
        Ok(clean)
    }

    /// Those who wait must still wait, and everything must look as it should.
    pub(super) fn end(&mut self) -> Result<(), Lost> {
        let mut unlike = self.still_waiting(self.patience.glance)?;
        if unlike.is_empty() {
            unlike = self.look()?;
        }
        if !unlike.is_empty() {
            self.trial.difference = Some(Difference { line: "the end".to_owned(), facts: "", unlike });
        }
        Ok(())
    }
}
