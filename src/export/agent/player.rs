//! How is a random program played on a real system, beside the model?
//!
//! The model goes first: it says who can do a step and what must come of it. Then the agent is asked to do the same, and
//! everything that can be seen is compared. What cannot be asked is left out on both sides, so the two stay together.

use super::compare::{Comparison, Unlike};
use super::mirror::Mirror;
use super::question::{Question, number_of};
use super::unasked;
use super::wire::{self, Heard, Lost, Wire};
use crate::kernel::CallSpec;
use crate::testing::picture::{Picture, State};
use crate::testing::program::{Program, Step};
use crate::testing::reference::Reference;
use crate::testing::stage::{Deed, Stage};
use crate::testing::system::{Fate, Happening, Reply, System};
use std::collections::BTreeMap;

/// How long is waited.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Milliseconds until a call that should have returned is believed to wait.
    pub answer: u32,
    /// Milliseconds until a call that should wait is believed to wait.
    pub glance: u32,
}

/// What came of playing a program.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    /// The steps that were done, with everybody named who did one in fact.
    pub steps: Vec<Step>,
    /// How many calls were made.
    pub asked: usize,
    /// How many answers, values and sights were compared.
    pub compared: usize,
    /// How many calls were not made, by the row that says why.
    pub unasked: BTreeMap<&'static str, usize>,
    /// Which of the first processes can play again, since nothing is left in them.
    pub clean: [bool; 2],
    /// The first step in which the two are not the same.
    pub difference: Option<Difference>,
}

/// A step in which the two are not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The step, as a line of a scenario.
    pub line: String,
    /// The facts that its call follows.
    pub facts: &'static str,
    /// What is not the same.
    pub unlike: Vec<Unlike>,
}

impl Difference {
    /// What differences have in common that are probably one.
    pub fn kind(&self) -> String {
        let call =
            self.line.split('(').next().and_then(|start| start.split(' ').next_back()).unwrap_or_default();
        let what = self.unlike.iter().map(|unlike| {
            let words = unlike.what.split(" of ").next().unwrap_or_default();
            format!(" {words} {} {}", unlike.simulator, unlike.judge)
        });
        format!("{call}{}", what.collect::<String>())
    }
}

/// Plays a program. Of its first processes those are taken again that the trial before left clean.
///
/// # Errors
/// The agent is lost.
pub fn play(
    program: &Program,
    wire: &mut dyn Wire,
    patience: Patience,
    clean: [bool; 2],
) -> Result<Trial, Lost> {
    let mut player = Player::new(program, wire, patience, clean)?;
    for step in &program.steps {
        player.step(step)?;
        if player.trial.difference.is_some() {
            return Ok(player.trial);
        }
    }
    player.end()?;
    if player.trial.difference.is_none() {
        player.trial.clean = player.tidy()?;
    }
    Ok(player.trial)
}

struct Player<'w> {
    wire: &'w mut dyn Wire,
    patience: Patience,
    reference: Reference,
    stage: Stage,
    picture: Picture,
    mirror: Mirror,
    /// The calls of the threads that wait, by the thread's number.
    pending: BTreeMap<u32, &'static CallSpec>,
    trial: Trial,
}

impl Player<'_> {
    fn new<'w>(
        program: &Program,
        wire: &'w mut dyn Wire,
        patience: Patience,
        clean: [bool; 2],
    ) -> Result<Player<'w>, Lost> {
        let mut reference = Reference::new(program.options);
        let stage = Stage::new(&mut reference);
        let picture = reference.picture();
        let mut mirror = Mirror::default();
        let line = format!("begin {} {}", u8::from(clean[0]), u8::from(clean[1]));
        let mut ids = wire::numbers(wire, &line, "begun")?.into_iter();
        for living in stage.cast() {
            mirror.start(living.process);
            let models = [
                picture.processes.get(&living.process).map(|process| process.pid),
                tid(&picture, living.thread),
            ];
            for model in models {
                if let (Some(model), Some(real)) = (model, ids.next()) {
                    mirror.note_id(model, real);
                }
            }
        }
        let (pending, trial) = (BTreeMap::new(), Trial::default());
        Ok(Player { wire, patience, reference, stage, picture, mirror, pending, trial })
    }

    fn step(&mut self, step: &Step) -> Result<(), Lost> {
        let Some(deed) = self.stage.resolve(&self.reference, step) else { return Ok(()) };
        let Some((request, spec)) =
            deed.request().and_then(|request| Some((request, CallSpec::find(request.call)?)))
        else {
            self.trial.steps.push(Step { actor: deed.actor.place, ..step.clone() });
            self.stage.note(&self.reference, &deed, &Happening { fate: Fate::NoCall, released: Vec::new() });
            return Ok(());
        };
        let mut next = self.reference.clone();
        let expected = next.call(deed.actor.thread, request);
        let after = next.picture();
        let question = Question {
            deed: &deed,
            request,
            spec,
            before: &self.picture,
            after: &after,
            expected: &expected,
        };
        if let Some(rule) = unasked::rule(&question, &self.mirror) {
            *self.trial.unasked.entry(rule.name).or_default() += 1;
            return Ok(());
        }
        let Ok(line) = question.line(&self.mirror) else { return Ok(()) };
        let creates = question.creates();
        self.trial.asked += 1;
        self.trial.steps.push(Step { actor: deed.actor.place, ..step.clone() });
        self.reference = next;
        let before = std::mem::replace(&mut self.picture, after);
        let mut unlike = self.ask(&deed, spec, &line, &before, &expected)?;
        if unlike.is_empty() {
            self.stage.note(&self.reference, &deed, &expected);
            unlike.extend(self.meet(creates, &expected)?);
        }
        if unlike.is_empty() && self.trial.asked.is_multiple_of(LOOK_EVERY) {
            unlike.extend(self.look()?);
        }
        self.note(&deed, spec.facts, unlike);
        Ok(())
    }

    fn note(&mut self, deed: &Deed, facts: &'static str, unlike: Vec<Unlike>) {
        if !unlike.is_empty() {
            self.trial.difference = Some(Difference { line: deed.in_words(), facts, unlike });
        }
    }

    /// Has the call made, and waits for everything that must follow from it.
    fn ask(
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

    fn runs(&self, process: u32) -> bool {
        self.picture.processes.get(&process).is_some_and(|process| process.exit_code.is_none())
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
    fn still_waiting(&mut self, limit: u32) -> Result<Vec<Unlike>, Lost> {
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

    /// Gets to know somebody who was created, and waits until it is there.
    fn meet(&mut self, creates: Option<usize>, expected: &Happening) -> Result<Vec<Unlike>, Lost> {
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
    fn look(&mut self) -> Result<Vec<Unlike>, Lost> {
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
                        let process = crate::testing::program::process_name(living.place.0);
                        comparison.sight(&format!("{process}'s {value:#x}"), entry, object, same, sight);
                    }
                }
            }
        }
        self.trial.compared += comparison.compared;
        Ok(comparison.unlike)
    }

    /// Closes what is open in the first processes; tells which of them are as if nothing had happened.
    fn tidy(&mut self) -> Result<[bool; 2], Lost> {
        let mut clean = [false; 2];
        for (place, clean) in clean.iter_mut().enumerate() {
            let living = self.stage.cast().iter().find(|living| living.place == (place as u8, 0)).copied();
            let Some(living) = living.filter(|living| self.reference.can_run(living.thread)) else {
                continue;
            };
            let known = self.mirror.known(&self.picture, living.process);
            let Some(process) = self.picture.processes.get(&living.process) else { continue };
            let is_alone = self.reference.threads_of(living.process).len() == 1;
            let in_jobs =
                self.picture.objects.values().any(|object| matches!(object.state, State::Job { .. }));
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
    fn end(&mut self) -> Result<(), Lost> {
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

/// Everything is looked at after so many calls, and at the end.
const LOOK_EVERY: usize = 4;

fn tid(picture: &Picture, thread: u32) -> Option<u32> {
    picture.threads.get(&thread).map(|thread| thread.tid)
}
