//! What comes of the moves of one state?
//!
//! A move that does not depend on the one by which the state was reached has been made before: it was possible in the state
//! before, and the two moves lead to the same state whichever comes first. Only where they depend on each other, or nobody
//! has been there, is a call really made.

use super::dependence::{Dependence, Observed};
use super::model::Model;
use super::moves::{Move, Numbering, Returned, State};
use crate::kernel::Log;
use crate::kernel::footprint::Footprint;
use crate::kernel::touched::Touched;
use crate::scenario::diagnostic::Diagnostic;
use std::sync::Arc;

/// What a move touched.
#[derive(Debug)]
pub(super) struct Steps {
    kernel: Footprint,
    variables: Touched,
}

impl Steps {
    fn conflicts(&self, other: &Steps) -> bool {
        self.variables.conflicts(other.variables) || self.kernel.conflicts(&other.kernel)
    }
}

/// A move from a state of a layer to one of the next.
pub(super) struct Edge {
    pub(super) what: Move,
    /// The place of the other state in its layer.
    pub(super) to: u32,
    pub(super) steps: Arc<Steps>,
}

/// What a move comes to.
pub(super) enum Way {
    /// To where the state at a place of the same layer comes by a move.
    Known { at: u32, by: Move, steps: Arc<Steps> },
    /// To a state.
    Made(Made),
    /// To a mistake of the file.
    Broken(Box<Diagnostic>),
}

/// A state that a move has made.
pub(super) struct Made {
    pub(super) state: Box<State>,
    pub(super) fingerprint: u128,
    pub(super) steps: Arc<Steps>,
    pub(super) returned: Vec<Returned>,
    pub(super) observed: Vec<Observed>,
}

/// A state with all that comes of it.
pub(super) struct Expanded {
    pub(super) ways: Vec<(Move, Way)>,
    /// The state, if nothing can happen there any more.
    pub(super) end: Option<Box<State>>,
}

/// How a state of a layer was first reached: from the place in the layer before, by the edge there.
pub(super) type From = Option<(u32, u32)>;

/// What is needed to make the moves of states.
#[derive(Clone, Copy)]
pub(super) struct Expander<'e, 'd> {
    pub(super) model: &'e Model<'d>,
    /// Which moves are enough, if not all are to be made.
    pub(super) dependence: Option<&'e Dependence>,
    /// The edges from each state of the layer before.
    pub(super) before: &'e [Vec<Edge>],
}

impl Expander<'_, '_> {
    /// Makes the moves of the state at a place of its layer.
    pub(super) fn expand(&self, state: Box<State>, place: u32, from: From, log: &mut Log) -> Expanded {
        let mut moves = state.moves(self.model);
        if moves.is_empty() {
            return Expanded { ways: Vec::new(), end: Some(state) };
        }
        if let Some(dependence) = self.dependence {
            moves = dependence.enough(self.model, &state, moves);
        }
        let mut ways: Vec<(Move, Option<Way>)> =
            moves.into_iter().map(|what| (what, self.known(what, place, from))).collect();
        let last = ways.iter().rposition(|(_, way)| way.is_none());
        let mut state = Some(state);
        for (index, (what, way)) in ways.iter_mut().enumerate().filter(|(_, (_, way))| way.is_none()) {
            // The state itself is not needed any more when its last move is made.
            let observes = self.dependence.is_some();
            let own = if Some(index) == last && !observes { state.take() } else { state.clone() };
            *way = own.map(|own| self.make(own, *what, state.as_deref().filter(|_| observes), log));
        }
        Expanded { ways: ways.into_iter().filter_map(|(what, way)| Some((what, way?))).collect(), end: None }
    }

    /// Where the move leads, if that is known from the state before.
    fn known(&self, what: Move, place: u32, from: From) -> Option<Way> {
        let (parent, edge) = from.filter(|_| self.dependence.is_none())?;
        let edges = self.before.get(parent as usize)?;
        let (by, twin) = (edges.get(edge as usize)?, edges.iter().find(|edge| edge.what == what)?);
        let known = twin.to < place && twin.what != by.what && !twin.steps.conflicts(&by.steps);
        known.then(|| Way::Known { at: twin.to, by: by.what, steps: twin.steps.clone() })
    }

    pub(super) fn make(
        &self,
        mut state: Box<State>,
        what: Move,
        before: Option<&State>,
        log: &mut Log,
    ) -> Way {
        let kernel = &state.world.kernel;
        let existing = kernel.existing();
        kernel.touch_nothing();
        let taken = match what {
            Move::Step(actor) => state.next_step(self.model, actor),
            Move::End { .. } | Move::Timeout(_) => None,
        };
        let returned = match state.make(self.model, what, Numbering::ByStep, log) {
            Ok(returned) => returned,
            Err(mistake) => return Way::Broken(Box::new(mistake)),
        };
        let kernel = state.world.kernel.footprint(&existing);
        let variables = self.variables(taken, &returned);
        let mut observed = match (self.dependence, before) {
            (Some(_), Some(before)) => Observed::of_move(self.model, what, before, &state, &returned),
            _ => Vec::new(),
        };
        let fingerprint = state.refreshed_fingerprint(self.model);
        if self.dependence.is_some() {
            observed.extend(Observed::of_always(self.model, &state));
        }
        let steps = Arc::new(Steps { kernel, variables });
        Way::Made(Made { state, fingerprint, steps, returned, observed })
    }

    fn variables(&self, taken: Option<usize>, returned: &[Returned]) -> Touched {
        let mut touched = Touched::default();
        if let Some(facts) = taken.map(|index| &self.model.facts[index]) {
            touched.read = facts.looks_at.iter().fold(0, |bits, id| bits | Touched::bit(id.0));
            touched.written = facts.creates.map_or(0, |actor| Touched::bit(actor.0));
        }
        for filled in returned.iter().flat_map(|returned| &self.model.facts[returned.index].fills) {
            touched.written |= Touched::bit(filled.0);
        }
        touched
    }
}
