//! What can happen next, seen from a state's values alone?

use super::dependence::Happening;
use super::model::Model;
use super::moves::Move;
use super::spots::Spots;
use crate::scenario::program::ActorId;

/// What the values of a state tell of everybody.
#[derive(Default)]
pub(super) struct Sight {
    /// The place of each actor's next step among its steps.
    pub(super) next: Vec<usize>,
    waiting: Vec<Option<usize>>,
    /// Who has been created.
    pub(super) living: Vec<bool>,
    /// Everything that can happen: ends first, then steps in the order of the file, then timeouts.
    pub(super) moves: Vec<Move>,
}

impl Sight {
    /// Looks at a state.
    pub(super) fn look(&mut self, model: &Model<'_>, spots: &Spots, values: &[u32]) {
        let actors = model.size().1;
        self.next.clear();
        self.waiting.clear();
        self.living.clear();
        self.moves.clear();
        for actor in 0..actors {
            let (next, waiting) = spots.progress(values, actor);
            self.next.push(next);
            self.waiting.push(waiting);
            self.living.push(spots.is_living(values, actor));
            for process in [true, false] {
                let codes = spots.endings(values, actor, process).iter();
                let actor = ActorId(actor as u32);
                self.moves.extend(codes.map(|code| Move::End { actor, process, code: *code }));
            }
        }
        let first_step = self.moves.len();
        for actor in 0..actors {
            let id = ActorId(actor as u32);
            let Some(index) = self.next_step(model, id) else { continue };
            let can_run = spots.standing(values, actor).is_some_and(|standing| standing.can_run);
            if can_run && model.facts[index].after.iter().all(|other| self.has_returned(model, *other)) {
                self.moves.push(Move::Step(id));
            }
        }
        let (model_order, next) = (|actor: ActorId| model.steps[actor.0 as usize].as_slice(), &self.next);
        self.moves[first_step..].sort_unstable_by_key(|what| match what {
            Move::Step(actor) => model_order(*actor)[next[actor.0 as usize]],
            Move::End { .. } | Move::Timeout(_) => 0,
        });
        for actor in 0..actors {
            let Some(standing) = spots.standing(values, actor) else { continue };
            if standing.gives_up || standing.waits_for.iter().any(|spot| spots.is_due(values, *spot)) {
                self.moves.push(Move::Timeout(ActorId(actor as u32)));
            }
        }
    }

    /// What happens with a move.
    pub(super) fn happening(&self, model: &Model<'_>, what: Move) -> Happening {
        let taken = match what {
            Move::Step(actor) => self.next_step(model, actor),
            Move::End { .. } | Move::Timeout(_) => None,
        };
        Happening::of(what, taken)
    }

    /// The next step of an actor, if there is one left.
    pub(super) fn next_step(&self, model: &Model<'_>, actor: ActorId) -> Option<usize> {
        model.steps[actor.0 as usize].get(self.next[actor.0 as usize]).copied()
    }

    /// Has the step returned?
    pub(super) fn has_returned(&self, model: &Model<'_>, index: usize) -> bool {
        let facts = &model.facts[index];
        let actor = facts.actor.0 as usize;
        facts.place < self.next[actor] && self.waiting[actor] != Some(index)
    }
}
