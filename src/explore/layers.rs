//! How are all orders followed without following each?
//!
//! Breadth first, one move a layer. States that are the same after the same number of moves are one; how many orders lead to
//! each is counted along. What is kept of the layers before is only how each state was first reached. The moves of a layer
//! are made by several threads and put together in one order, so that what is found does not depend on how many there are.

use super::dependence::Dependence;
use super::ends;
use super::expand::{Edge, Expanded, Expander, From, Made, Way};
use super::model::Model;
use super::moves::{Move, State};
use super::paths::{Node, Paths, Place};
use super::verdicts::Verdicts;
use super::{Count, End, Exploration, Limits, Stopped};
use crate::kernel::Log;
use crate::scenario::diagnostic::Diagnostic;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::time::Instant;

/// So many states are expanded before they are put together.
const BATCH: usize = 2048;
/// Fewer states than this are not worth another thread.
const WORTH_A_THREAD: usize = 64;

/// A state of the present layer.
struct Here {
    /// Taken when it is expanded.
    state: Option<Box<State>>,
    from: From,
    node: u32,
    orders: Count,
    /// For each `always`: does it hold here?
    holds: Vec<bool>,
    /// For each `always`: has it held all the way, in some order that leads here?
    clean: Vec<bool>,
}

/// How a search came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// There is nothing more, or a limit came.
    Done,
    /// What was learned on the way makes it necessary to begin again.
    Again,
}

pub(super) struct Search<'m, 'd> {
    model: &'m Model<'d>,
    limits: Limits,
    started: Instant,
    dependence: Option<&'m mut Dependence>,
    pub(super) paths: Paths,
    pub(super) verdicts: Verdicts,
    pub(super) found: Exploration,
}

impl<'m, 'd> Search<'m, 'd> {
    pub(super) fn new(
        model: &'m Model<'d>,
        limits: Limits,
        started: Instant,
        dependence: Option<&'m mut Dependence>,
    ) -> Search<'m, 'd> {
        Search {
            model,
            limits,
            started,
            dependence,
            paths: Paths::default(),
            verdicts: Verdicts::new(model),
            found: Exploration::default(),
        }
    }

    /// Follows every order, or as many as are enough.
    ///
    /// # Errors
    /// A mistake of the file that shows only in some order.
    pub(super) fn follow(&mut self) -> Result<Outcome, Diagnostic> {
        let state = State::start(self.model, &mut Log::quiet());
        let node = self.paths.add(None);
        self.found.states = 1;
        let holds = self.verdicts.state(self.model, &state, Place::at(node));
        let clean = holds.clone();
        let mut layer =
            vec![Here { state: Some(Box::new(state)), from: None, node, orders: Count::ONE, holds, clean }];
        let mut before: Vec<Vec<Edge>> = Vec::new();
        while !layer.is_empty() {
            let mut next = Layer::default();
            for start in (0..layer.len()).step_by(BATCH) {
                let batch = start..layer.len().min(start + BATCH);
                let expanded = self.expand(&mut layer[batch.clone()], start, &before);
                for (place, expanded) in batch.zip(expanded) {
                    self.join(&layer[place], expanded, &mut next)?;
                }
                if self.is_over() {
                    return Ok(Outcome::Done);
                }
            }
            if self.dependence.as_mut().is_some_and(|dependence| dependence.conclude(self.model)) {
                return Ok(Outcome::Again);
            }
            self.found.longest += usize::from(!next.states.is_empty());
            (layer, before) = (next.states, next.edges);
        }
        Ok(Outcome::Done)
    }

    /// Makes the moves of some states of a layer, in as many threads as there may be.
    fn expand(&self, layer: &mut [Here], start: usize, before: &[Vec<Edge>]) -> Vec<Expanded> {
        let expander = Expander { model: self.model, dependence: self.dependence.as_deref(), before };
        let some = |start: usize, layer: &mut [Here]| {
            let mut log = Log::quiet();
            let states = layer.iter_mut().enumerate();
            let expanded = states.filter_map(|(place, here)| {
                Some(expander.expand(here.state.take()?, (start + place) as u32, here.from, &mut log))
            });
            expanded.collect::<Vec<Expanded>>()
        };
        let threads = self.limits.threads.clamp(1, layer.len() / WORTH_A_THREAD + 1);
        if threads == 1 {
            return some(start, layer);
        }
        let share = layer.len().div_ceil(threads);
        std::thread::scope(|scope| {
            let parts = layer.chunks_mut(share).enumerate();
            let running: Vec<_> =
                parts.map(|(part, layer)| scope.spawn(move || some(start + part * share, layer))).collect();
            // A thread that panics would do so here too.
            running.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
        })
    }

    /// Puts what comes of a state to what is known of the next layer.
    fn join(&mut self, here: &Here, expanded: Expanded, next: &mut Layer) -> Result<(), Diagnostic> {
        if let Some(state) = expanded.end {
            self.end(here, &state);
        }
        let from = next.edges.len() as u32;
        let mut edges = Vec::with_capacity(expanded.ways.len());
        for (index, (what, way)) in expanded.ways.into_iter().enumerate() {
            let by = Node { parent: here.node, by: what };
            let (to, steps) = match way {
                Way::Broken(mistake) => return Err(*mistake),
                Way::Known { at, by: twin, steps } => {
                    let twin = next.edges[at as usize].iter().find(|edge| edge.what == twin);
                    let Some(to) = twin.map(|edge| edge.to) else { continue };
                    self.again(here, by, &mut next.states[to as usize]);
                    (to, steps)
                }
                Way::Made(made) => {
                    let Made { state, fingerprint, steps, returned, observed } = made;
                    for returned in &returned {
                        self.verdicts.returned(returned, Place::behind(here.node, what));
                    }
                    if let Some(dependence) = &mut self.dependence {
                        dependence.learn(observed);
                    }
                    let to = match next.places.entry(fingerprint) {
                        Entry::Occupied(place) => {
                            self.again(here, by, &mut next.states[*place.get() as usize]);
                            *place.get()
                        }
                        Entry::Vacant(place) => {
                            let to = *place.insert(next.states.len() as u32);
                            next.states.push(self.first(here, by, state, (from, index as u32)));
                            to
                        }
                    };
                    (to, steps)
                }
            };
            edges.push(Edge { what, to, steps });
        }
        next.edges.push(edges);
        Ok(())
    }

    /// A state is reached for the first time.
    fn first(&mut self, here: &Here, by: Node, state: Box<State>, from: (u32, u32)) -> Here {
        let node = self.paths.add(Some(by));
        self.found.states += 1;
        let holds = self.verdicts.state(self.model, &state, Place::at(node));
        let clean = holds.iter().zip(&here.clean).map(|(holds, clean)| *holds && *clean).collect();
        Here { state: Some(state), from: Some(from), node, orders: here.orders, holds, clean }
    }

    /// A state is reached once more.
    fn again(&mut self, here: &Here, by: Node, known: &mut Here) {
        known.orders.add(here.orders);
        for (index, clean) in here.clean.iter().enumerate() {
            if *clean && known.holds[index] && !known.clean[index] {
                known.clean[index] = true;
                self.paths.clean.insert((index, known.node), by);
            }
        }
    }

    fn end(&mut self, here: &Here, state: &State) {
        self.verdicts.end(self.model, state, here.orders, &here.clean, Place::at(here.node));
        let end = ends::describe(self.model, state, here.orders);
        let known: Option<&mut End> = self.found.ends.iter_mut().find(|known| known.is_like(&end));
        match known {
            Some(known) => known.orders.add(end.orders),
            None => self.found.ends.push(end),
        }
    }

    fn is_over(&mut self) -> bool {
        if self.found.states > self.limits.states {
            self.found.stopped = Some(Stopped::States);
        } else if self.limits.time.is_some_and(|limit| self.started.elapsed() > limit) {
            self.found.stopped = Some(Stopped::Time);
        }
        self.found.stopped.is_some()
    }
}

/// A layer while it is found.
#[derive(Default)]
struct Layer {
    states: Vec<Here>,
    /// The edges to it, by the place of the state in the layer before.
    edges: Vec<Vec<Edge>>,
    /// Where the state with a fingerprint stands.
    places: HashMap<u128, u32, BuildHasherDefault<AsItIs>>,
}

/// A fingerprint is as good a hash as any.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |sum, byte| sum.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u128(&mut self, fingerprint: u128) {
        self.0 = fingerprint as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Makes some orders to learn from, from the first state to an end: each time another move is preferred.
pub(super) fn learn_from_examples(model: &Model<'_>, dependence: &mut Dependence, examples: usize) {
    let mut log = Log::quiet();
    for example in 0..examples {
        let mut state = Box::new(State::start(model, &mut log));
        let mut number = example as u64;
        loop {
            let moves = state.moves(model);
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let Some(what) = pick(&moves, example, number) else { break };
            let before = Vec::new();
            let expander = Expander { model, dependence: Some(dependence), before: &before };
            let Way::Made(made) = expander.make(state.clone(), what, Some(&state), &mut log) else { break };
            dependence.learn(made.observed);
            state = made.state;
        }
    }
    dependence.conclude(model);
}

/// The first move, the last, and then any.
fn pick(moves: &[Move], example: usize, number: u64) -> Option<Move> {
    match example {
        0 => moves.first().copied(),
        1 => moves.last().copied(),
        _ => moves.get((number >> 33) as usize % moves.len().max(1)).copied(),
    }
}
