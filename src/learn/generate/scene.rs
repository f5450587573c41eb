//! What is a plot made of?
//!
//! Scenes. A scene says which calls are drawn, how many, by whom, and what must come of them; the strategies of the tests
//! do the rest.

use crate::testing::program::Kind;
use crate::testing::strategy::{Given, Knobs};

/// How an exercise comes about: what is there, what is to be found, and what happens behind it.
pub(super) struct Plot {
    /// How many processes exist from the start.
    pub(super) cast: u8,
    /// What stands in front of the gap.
    pub(super) opening: &'static [Scene],
    /// What the gap is to be filled with.
    pub(super) solution: &'static [Scene],
    /// What stands behind the gap.
    pub(super) after: &'static [Scene],
    /// One of these must be among the goals: else it is about something else.
    pub(super) shows: &'static [Shows],
    /// From which level on it is hard enough, and up to which there is enough of it to do.
    pub(super) levels: (u8, u8),
}

/// What a plot is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// What was made first goes.
    Death,
    /// What was made first lives on.
    Life,
    /// Somebody has a handle.
    Handle,
    /// A handle has, or lacks, a flag.
    Flag,
    /// Something is signaled, counted or owned.
    State,
    /// A process ends, or goes on.
    End,
    /// Somebody no longer waits.
    Release,
    /// A name means something else.
    Name,
    /// A value is known.
    Value,
}

/// Calls of one sort.
#[derive(Clone, Copy)]
pub(super) struct Scene {
    pub(super) calls: &'static [(&'static str, u32)],
    pub(super) kinds: &'static [Kind],
    pub(super) given: &'static [(&'static str, Given)],
    pub(super) times: Times,
    pub(super) by: By,
    pub(super) must: Must,
    /// Of a hundred handles, how many are a mistake.
    pub(super) hostile: u32,
    /// Is each of its calls about something else?
    pub(super) once: bool,
}

/// How many calls a scene has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Times {
    Exactly(usize),
    /// So many more than the solution has steps.
    Steps(isize),
    /// As many as there shall be distractors.
    Distractors,
    /// As many as shall happen later.
    Later,
    /// As many as there shall be questions.
    Questions,
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Anybody,
    /// The process in this place.
    One(u8),
    /// Anybody but the one in this place.
    Not(u8),
}

/// What must come of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Must {
    /// It works and changes or tells something.
    Work,
    /// Its thread waits.
    Wait,
    /// Whatever it likes.
    Anything,
}

/// Calls that work, once, by anybody.
pub(super) const fn scene(calls: &'static [(&'static str, u32)]) -> Scene {
    Scene {
        calls,
        kinds: &[],
        given: &[],
        times: Times::Exactly(1),
        by: By::Anybody,
        must: Must::Work,
        hostile: 0,
        once: false,
    }
}

impl Scene {
    /// With handles of these kinds, where there is a choice.
    pub(super) const fn of(self, kinds: &'static [Kind]) -> Scene {
        Scene { kinds, ..self }
    }

    /// With these arguments.
    pub(super) const fn with(self, given: &'static [(&'static str, Given)]) -> Scene {
        Scene { given, ..self }
    }

    /// So often.
    pub(super) const fn times(self, times: Times) -> Scene {
        Scene { times, ..self }
    }

    /// By them.
    pub(super) const fn by(self, by: By) -> Scene {
        Scene { by, ..self }
    }

    /// With this outcome.
    pub(super) const fn must(self, must: Must) -> Scene {
        Scene { must, ..self }
    }

    /// Each about something else.
    pub(super) const fn once(self) -> Scene {
        Scene { once: true, ..self }
    }

    /// With mistakes.
    pub(super) const fn hostile(self, hostile: u32) -> Scene {
        Scene { hostile, ..self }
    }

    /// The knobs of the strategies, turned as the scene wants them.
    pub(super) fn knobs(&self) -> Knobs {
        Knobs {
            calls: self.calls.to_vec(),
            kinds: self.kinds,
            given: self.given.to_vec(),
            threads: 1,
            hostile: self.hostile,
            ..Knobs::default()
        }
    }
}
