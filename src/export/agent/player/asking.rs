//! How is a call made on the real system, and what must follow from it?

use super::Player;
use crate::export::agent::compare::{Comparison, Unlike};
use crate::export::agent::question::number_of;
use crate::export::agent::wire::{self, Heard, Lost};
use crate::kernel::CallSpec;
use crate::testing::picture::Picture;
use crate::testing::stage::Deed;
use crate::testing::system::{Fate, Happening, Reply};

impl Player<'_> {
    /// Has the call made, and waits for everything that must follow from it.
    pub(super) fn ask(
        &mut self,
        deed: &Deed,
        spec: &'static CallSpec,
        line: &str,
        before: &Picture,
        expected: &Happening,
    ) -> Result<Vec<Unlike>, Lost> {
        let ends = self.watch(before)?;
        let (place, thread) = (number_of(deed.actor.place), deed.actor.thread);
        let last_error = before.threads.get(&thread).map_or(0, |thread| thread.last_error);
        // A call that waits no longer than until everything has come to rest is seen by nobody to wait.
        let reply = match &expected.fate {
            Fate::Returned(reply) => Some(reply),
            Fate::Blocked => {
                expected.released.iter().find(|(released, _)| *released == thread).map(|(_, reply)| reply)
            }
            _ => None,
        };
        let limit = match &expected.fate {
            _ if reply.is_some() && self.runs(deed.actor.process) => self.patience.answer,
            Fate::Blocked => self.patience.glance,
            _ => 0,
        };
        let heard = wire::call(self.wire, place, limit, last_error, line)?;
        let mut unlike = match reply {
            // Nobody hears what a call answers that ends the caller too.
            Some(_) if heard == Heard::Waits && !self.runs(deed.actor.process) => Vec::new(),
            Some(reply) => {
                let unlike = self.hold(thread, spec, reply, &heard);
                if let Heard::Answered(answer) = &heard {
                    self.mirror.learn(deed, before, &self.picture, reply, answer);
                }
                unlike
            }
            None => {
                self.trial.compared += 1;
                if expected.fate == Fate::Blocked {
                    self.pending.insert(thread, spec);
                }
                match &heard {
                    Heard::Waits => Vec::new(),
                    Heard::Answered(answer) => {
                        vec![Unlike::new(
                            "answer",
                            format!("{:?}", expected.fate),
                            format!("{:#x}", answer.value),
                        )]
                    }
                }
            }
        };
        self.mirror.forget(&self.picture);
        if !unlike.is_empty() {
            return Ok(unlike);
        }
        if ends && wire::numbers(self.wire, &format!("ended {}", self.patience.answer), "running")? != [0] {
            unlike.push(Unlike::new("end", "ended", "runs on"));
        }
        self.pending.retain(|thread, _| {
            self.picture.threads.get(thread).is_some_and(|thread| thread.exit_code.is_none())
        });
        for (thread, reply) in &expected.released {
            unlike.extend(self.released(*thread, reply)?);
        }
        unlike.extend(self.still_waiting(0)?);
        for (number, process) in &before.processes {
            if let Some(id) =
                self.mirror.id(process.pid).filter(|_| !self.picture.processes.contains_key(number))
            {
                let answer = self.wire.ask(&format!("vanishes {id:x}"))?;
                if answer != "vanished" {
                    unlike.push(Unlike::new("an id", "names nobody", "names a process"));
                }
            }
        }
        Ok(unlike)
    }

    fn hold(&mut self, thread: u32, spec: &CallSpec, reply: &Reply, heard: &Heard) -> Vec<Unlike> {
        let Heard::Answered(answer) = heard else {
            return vec![Unlike::new("answer", format!("{:#x}", reply.value), "waits")];
        };
        let last_error = self.picture.threads.get(&thread).map(|thread| thread.last_error);
        let mut comparison = Comparison { mirror: &self.mirror, compared: 0, unlike: Vec::new() };
        comparison.reply(spec, reply, last_error, answer);
        self.trial.compared += comparison.compared;
        comparison.unlike
    }

    /// A thread that waited goes on.
    fn released(&mut self, thread: u32, reply: &Reply) -> Result<Vec<Unlike>, Lost> {
        let (Some(place), Some(spec)) = (self.place(thread), self.pending.remove(&thread)) else {
            return Ok(Vec::new());
        };
        let heard = wire::hear(self.wire, place, self.patience.answer)?;
        let mut unlike = self.hold(thread, spec, reply, &heard);
        for unlike in &mut unlike {
            unlike.what = format!("{} of the waiting {}", unlike.what, spec.name);
        }
        Ok(unlike)
    }

    /// Nobody else may go on.
    pub(super) fn still_waiting(&mut self, limit: u32) -> Result<Vec<Unlike>, Lost> {
        let mut unlike = Vec::new();
        for (thread, spec) in &self.pending {
            let Some(place) = self.place(*thread) else { continue };
            if let Heard::Answered(answer) = wire::hear(self.wire, place, limit)? {
                let what = format!("answer of the waiting {}", spec.name);
                unlike.push(Unlike::new(what, "waits", format!("{:#x}", answer.value)));
            }
            self.trial.compared += 1;
        }
        Ok(unlike)
    }

    fn place(&self, thread: u32) -> Option<usize> {
        let living = self.stage.cast().iter().find(|living| living.thread == thread)?;
        Some(number_of(living.place))
    }

    /// Opens whoever will end with the next call.
    fn watch(&mut self, before: &Picture) -> Result<bool, Lost> {
        let mut ends = Vec::new();
        let after = &self.picture;
        for (number, process) in before.processes.iter().filter(|(_, process)| process.exit_code.is_none()) {
            if after.processes.get(number).is_none_or(|process| process.exit_code.is_some()) {
                ends.push(("process", process.pid));
            }
        }
        for (number, thread) in before.threads.iter().filter(|(_, thread)| thread.exit_code.is_none()) {
            let runs_on =
                after.processes.get(&thread.process).is_some_and(|process| process.exit_code.is_none());
            if runs_on && after.threads.get(number).is_none_or(|thread| thread.exit_code.is_some()) {
                ends.push(("thread", thread.tid));
            }
        }
        for (what, model) in &ends {
            let id = self.mirror.id(*model).unwrap_or_default();
            wire::command(self.wire, &format!("watch {what} {id:x}"), "watching")?;
        }
        Ok(!ends.is_empty())
    }

    fn runs(&self, process: u32) -> bool {
        self.picture.processes.get(&process).is_some_and(|process| process.exit_code.is_none())
    }
}
