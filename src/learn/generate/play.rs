//! How are the steps of a plot drawn?
//!
//! Step by step, from the strategies of the tests, on a kernel: a step that does not come to what its scene wants is taken
//! back, and another is drawn.

use super::scene::{By, Must, Scene, Times};
use super::taste::{is_dull, rights_have_names};
use crate::kernel::{CallSpec, Options};
use crate::learn::chance::Chance;
use crate::testing::picture::Picture;
use crate::testing::program::{Action, Operand, Step, Variable};
use crate::testing::stage::{Deed, Stage};
use crate::testing::strategy::Dice;
use crate::testing::system::{Fate, Filled, Happening, KernelSystem, Reply, Request, System};

/// So often a step of a scene is drawn, until one fits.
const DRAWS: usize = 40;
const SAME_ACCESS: u64 = 2;

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Opening,
    Solution,
    After,
}

/// A step that was done.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) part: Part,
    pub(super) deed: Deed,
    pub(super) happening: Happening,
    /// The picture behind it.
    pub(super) behind: Picture,
}

impl Line {
    pub(super) fn request(&self) -> Option<&Request> {
        self.deed.request()
    }

    pub(super) fn call(&self) -> &'static str {
        self.request().map_or("", |request| request.call)
    }

    pub(super) fn reply(&self) -> Option<&Reply> {
        match &self.happening.fate {
            Fate::Returned(reply) => Some(reply),
            _ => None,
        }
    }

    /// Who does it.
    pub(super) fn actor(&self) -> u8 {
        self.deed.actor.place.0
    }

    /// The variables that it fills, with the parameters that fill them.
    pub(super) fn variables(&self) -> impl Iterator<Item = (Option<&'static str>, Variable)> + '_ {
        self.deed.variables()
    }

    /// Did the call fail, or does its thread wait?
    pub(super) fn is_refused_or_waits(&self) -> bool {
        match &self.happening.fate {
            Fate::Returned(reply) => !reply.succeeded() || self.times_out(),
            Fate::Blocked => true,
            _ => false,
        }
    }

    fn times_out(&self) -> bool {
        self.reply().is_some_and(|reply| reply.value == crate::kernel::waits::WAIT_TIMEOUT)
            && self.call().starts_with("WaitFor")
    }
}

/// What a level adds to a plot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    pub(super) steps: usize,
    pub(super) distractors: usize,
    pub(super) later: usize,
    pub(super) questions: usize,
}

/// A plot on its way.
#[derive(Clone, Debug)]
pub(super) struct Play {
    system: KernelSystem,
    pub(super) stage: Stage,
    pub(super) lines: Vec<Line>,
    /// How many processes exist from the start.
    pub(super) cast: u8,
    /// How things are.
    pub(super) now: Picture,
}

impl Play {
    pub(super) fn new(cast: u8) -> Play {
        let mut system = KernelSystem::new(Options::default());
        let stage = Stage::starting(&mut system, cast);
        system.log.take_effects();
        let now = system.picture();
        Play { system, stage, lines: Vec::new(), cast, now }
    }

    /// Draws the steps of some scenes; `None` if one of them has none that fits.
    pub(super) fn scenes(
        &mut self,
        part: Part,
        scenes: &[Scene],
        numbers: &Numbers,
        chance: &mut Chance,
    ) -> Option<()> {
        for scene in scenes {
            let times = match scene.times {
                Times::Exactly(times) => times,
                Times::Steps(more) => numbers.steps.checked_add_signed(more).unwrap_or(0),
                Times::Distractors => numbers.distractors,
                Times::Later => numbers.later,
                Times::Questions => numbers.questions,
            };
            let drawing = scene.knobs().drawing();
            for _ in 0..times {
                (0..DRAWS).find(|_| {
                    let step = drawing.step(chance).and_then(|step| self.cast_for(scene.by, step, chance));
                    step.is_some_and(|step| self.try_step(part, scene, &step))
                })?;
            }
        }
        Some(())
    }

    /// The step with somebody in particular, and without what nobody would write.
    fn cast_for(&self, by: By, mut step: Step, chance: &mut Chance) -> Option<Step> {
        let places: Vec<u8> = self.stage.cast().iter().map(|living| living.place.0).collect();
        let fits = |place: &&u8| match by {
            By::Anybody => true,
            By::One(one) => **place == one,
            By::Not(other) => **place != other,
        };
        let fitting: Vec<u8> = places.iter().filter(fits).copied().collect();
        let place = *fitting.get(Dice::below(chance, fitting.len() as u32) as usize)?;
        (step.actor, step.instead) = ((place, 0), false);
        let Action::Call { args, .. } = &mut step.action else { return Some(step) };
        let options = args.iter().find(|(param, _)| *param == "dwOptions");
        let same = matches!(options, Some((_, Operand::Number(options))) if options & SAME_ACCESS != 0);
        for (param, operand) in args {
            match operand {
                // New processes come in order.
                Operand::NewProcess(place) => *place = places.len() as u8,
                Operand::Number(number) if *param == "dwDesiredAccess" && same => *number = 0,
                _ => {}
            }
        }
        Some(step)
    }

    /// Does a step if it comes to what it must.
    fn try_step(&mut self, part: Part, scene: &Scene, step: &Step) -> bool {
        let Some(deed) = self.stage.resolve(&self.system, step) else { return false };
        let Some(request) = deed.request().cloned() else { return false };
        if self.is_odd(part, scene, &deed, &request) {
            return false;
        }
        let before = (self.system.clone(), self.stage.clone());
        let happening = self.system.call(deed.actor.thread, &request);
        self.stage.note(&self.system, &deed, &happening);
        let effects = self.system.log.take_effects();
        let tells = matches!(&happening.fate, Fate::Returned(reply) if reply.outs.iter().any(|(_, filled)| {
            matches!(filled, Filled::Number(_) | Filled::Text(_))
        }));
        let works = match &happening.fate {
            Fate::Returned(reply) => reply.succeeded() && (!effects.is_empty() || tells),
            Fate::Ended => true,
            _ => false,
        };
        let line = Line { part, deed, happening, behind: self.system.picture() };
        let fits = match scene.must {
            Must::Work => works && !line.times_out(),
            Must::Wait => line.happening.fate == Fate::Blocked,
            Must::Anything => line.happening.fate != Fate::Refused,
        };
        let somebody_is_left = line.behind.processes.values().any(|process| process.exit_code.is_none());
        if fits && somebody_is_left && !is_dull(&line, scene.must) && rights_have_names(&line) {
            self.now = line.behind.clone();
            self.lines.push(line);
            return true;
        }
        (self.system, self.stage) = before;
        false
    }
}

/// How the table of calls describes a line's call.
pub(super) fn spec(line: &Line) -> Option<&'static CallSpec> {
    CallSpec::find(line.call())
}
