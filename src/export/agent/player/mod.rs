//! How is a random program played on a real system, beside the model?
//!
//! The model goes first: it says who can do a step and what must come of it. Then the agent is asked to do the same, and
//! everything that can be seen is compared. What cannot be asked is left out on both sides, so the two stay together.

mod asking;
mod looking;

use super::compare::Unlike;
use super::mirror::Mirror;
use super::question::Question;
use super::unasked;
use super::wire::{self, Lost, Wire};
use crate::kernel::CallSpec;
use crate::testing::picture::Picture;
use crate::testing::program::{Program, Step};
use crate::testing::reference::Reference;
use crate::testing::stage::{Deed, Stage};
use crate::testing::system::{Fate, Happening, System};
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
#[non_exhaustive]
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
///
/// ```
/// use handlelab::export::agent::{Difference, Unlike};
///
/// let saw = |judge: &str| Unlike { what: "answer".to_owned(), simulator: "TRUE".to_owned(), judge: judge.to_owned() };
/// let one = Difference { line: "a: SetEvent(hEvent0)".to_owned(), facts: "5.01", unlike: vec![saw("FALSE")] };
/// let other = Difference { line: "b: SetEvent(hEvent2)".to_owned(), ..one.clone() };
/// assert_eq!(one.kind(), "SetEvent answer TRUE FALSE");
/// assert_eq!(one.kind(), other.kind(), "they are probably one difference");
/// ```
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
}

/// Everything is looked at after so many calls, and at the end.
const LOOK_EVERY: usize = 4;

fn tid(picture: &Picture, thread: u32) -> Option<u32> {
    picture.threads.get(&thread).map(|thread| thread.tid)
}

#[cfg(test)]
mod tests;
