//! How are all orders followed without following each?
//!
//! Breadth first, one move a layer. States that are the same after the same number of moves are one; how many orders lead to
//! each is counted along. What is kept of the layers before is only how each state was first reached. The moves of a layer
//! are made by several threads and put together in one order, so that what is found does not depend on how many there are.

use super::dependence::{Dependence, Happening};
use super::ends;
use super::memory::Memory;
use super::model::Model;
use super::moves::{Move, State};
use super::paths::{Kept, Node, Paths, Place};
use super::sight::Sight;
use super::spots::Values;
use super::verdicts::Verdicts;
use super::watch::{self, Made};
use super::{Count, End, Exploration, Limits, Stopped};
use crate::kernel::Log;
use crate::run::stopwatch::Stopwatch;
use crate::scenario::diagnostic::Diagnostic;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::iter;

/// So many states are expanded before they are put together and the clock is looked at.
const BATCH: usize = 16384;
/// Where there are many actors, each state takes longer, and a batch has as many fewer.
const PAIRS_OF_ACTORS: usize = 1 << 22;
/// Fewer states than this are not worth another thread.
const WORTH_A_THREAD: usize = 64;

/// A state of the present layer.
struct Here {
    /// Empty until somebody needs them.
    values: Values,
    /// Where it was first reached from, by its place in the layer before, and by which change.
    from: (usize, u32),
    /// The sum of what its values add.
    print: u128,
    node: u32,
    orders: Count,
    /// For each `always`: does it hold here?
    holds: Vec<bool>,
    /// For each `always`: has it held all the way, in some order that leads here?
    clean: Vec<bool>,
}

/// The moves of some states, one after the other, each with the change that it brings, if that is remembered.
#[derive(Default)]
struct Ways {
    moves: Vec<(Move, Option<u32>)>,
    /// How many are those of each state.
    counts: Vec<u32>,
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
    started: Stopwatch,
    memory: &'m mut Memory,
    dependence: Option<&'m mut Dependence>,
    pub(super) paths: Paths,
    kept: Kept,
    pub(super) verdicts: Verdicts,
    /// Which changes have told their verdicts already.
    told: Vec<bool>,
    pub(super) found: Exploration,
}

impl<'m, 'd> Search<'m, 'd> {
    pub(super) fn new(
        model: &'m Model<'d>,
        limits: Limits,
        started: Stopwatch,
        memory: &'m mut Memory,
        dependence: Option<&'m mut Dependence>,
    ) -> Search<'m, 'd> {
        let start = State::start(model, &mut Log::quiet());
        Search {
            model,
            limits,
            started,
            memory,
            dependence,
            paths: Paths::default(),
            kept: Kept::new(start),
            verdicts: Verdicts::new(model),
            told: Vec::new(),
            found: Exploration::default(),
        }
    }

    /// Follows every order, or as many as are enough.
    ///
    /// # Errors
    /// A mistake of the file that shows only in some order.
    pub(super) fn follow(&mut self) -> Result<Outcome, Diagnostic> {
        let values = watch::values(self.model, self.memory, self.kept.start());
        let node = self.paths.add(None);
        let print =
            values.iter().fold(0, |sum: u128, value| sum.wrapping_add(self.memory.spots.adds(*value)));
        self.found.states = 1;
        let holds = self.holds(&values, node);
        let clean = holds.clone();
        let mut layer = vec![Here { values, from: (0, 0), print, node, orders: Count::ONE, holds, clean }];
        let mut before: Vec<Values> = Vec::new();
        let actors = self.model.size().1.max(1);
        let batch = (PAIRS_OF_ACTORS / (actors * actors)).clamp(1, BATCH);
        while !layer.is_empty() {
            let mut next = Layer::default();
            for start in (0..layer.len()).step_by(batch) {
                let end = layer.len().min(start + batch);
                let ways = self.expand(&mut layer[start..end], &before);
                let mut places = start..end;
                for ways in ways {
                    let mut moves = ways.moves.as_slice();
                    for (count, place) in ways.counts.iter().zip(places.by_ref()) {
                        let (own, others) = moves.split_at(*count as usize);
                        moves = others;
                        self.join(place, &layer[place], own, &mut next)?;
                    }
                }
                if self.is_over() {
                    return Ok(Outcome::Done);
                }
            }
            if self.dependence.as_mut().is_some_and(|dependence| dependence.conclude(self.model, self.memory))
            {
                return Ok(Outcome::Again);
            }
            self.found.longest += usize::from(!next.states.is_empty());
            before = layer.into_iter().map(|here| here.values).collect();
            layer = next.states;
        }
        Ok(Outcome::Done)
    }

    /// Finds the moves of some states of a layer, in as many threads as there may be.
    fn expand(&self, batch: &mut [Here], before: &[Values]) -> Vec<Ways> {
        let (model, memory, dependence) = (self.model, &*self.memory, self.dependence.as_deref());
        let some = |batch: &mut [Here]| {
            let (mut sight, mut scratch, mut ways) = (Sight::default(), Vec::new(), Ways::default());
            for here in batch {
                if here.values.is_empty() {
                    here.values = memory.after(&before[here.from.0], here.from.1);
                }
                sight.look(model, &memory.spots, &here.values);
                if let Some(dependence) = dependence {
                    dependence.reduce(model, &mut sight);
                }
                ways.counts.push(sight.moves.len() as u32);
                ways.moves.extend(sight.moves.iter().map(|what| {
                    let event = sight.happening(model, *what).number(model);
                    (*what, memory.look_up(event, what.code(), &here.values, &mut scratch))
                }));
            }
            ways
        };
        let threads = self.limits.threads.clamp(1, batch.len() / WORTH_A_THREAD + 1);
        if threads == 1 {
            return vec![some(batch)];
        }
        std::thread::scope(|scope| {
            let mut parts = batch.chunks_mut(batch.len().div_ceil(threads));
            let own = parts.next().unwrap_or_default();
            let running: Vec<_> = parts.map(|part| scope.spawn(move || some(part))).collect();
            let own = some(own);
            // A thread that panics would do so here too.
            let others = running.into_iter().map(|thread| thread.join().unwrap_or_default());
            iter::once(own).chain(others).collect()
        })
    }

    /// Puts what comes of a state to what is known of the next layer.
    fn join(
        &mut self,
        place_before: usize,
        here: &Here,
        ways: &[(Move, Option<u32>)],
        next: &mut Layer,
    ) -> Result<(), Diagnostic> {
        if ways.is_empty() {
            self.end(here);
        }
        for (what, change) in ways {
            let by = Node { parent: here.node, by: *what };
            let (change, state) = match change {
                Some(change) => (*change, None),
                None => self.make(here, *what)?,
            };
            self.tell(change, Place::behind(here.node, *what));
            let mut print = here.print.wrapping_add(self.memory.changes[change as usize].adds);
            let mut values = None;
            if let Some(dependence) = &self.dependence {
                let values = values.insert(self.memory.after(&here.values, change));
                dependence.forget(self.memory, values, &mut print);
            }
            match next.places.entry(print) {
                Entry::Occupied(place) => self.again(here, by, &mut next.states[*place.get() as usize]),
                Entry::Vacant(place) => {
                    place.insert(next.states.len() as u32);
                    let first = self.first(here, by, (place_before, change), values, print);
                    if let Some(state) = state {
                        self.kept.keep(first.node, state);
                    }
                    next.states.push(first);
                }
            }
        }
        Ok(())
    }

    /// Makes a move that was not remembered, unless it is by now.
    fn make(&mut self, here: &Here, what: Move) -> Result<(u32, Option<Box<State>>), Diagnostic> {
        let mut sight = Sight::default();
        sight.look(self.model, &self.memory.spots, &here.values);
        let event = sight.happening(self.model, what).number(self.model);
        if let Some(change) = self.memory.look_up(event, what.code(), &here.values, &mut Vec::new()) {
            return Ok((change, None));
        }
        let state = self.kept.state(self.model, &self.paths, here.node);
        let made = watch::make(self.model, self.memory, state, &here.values, what, &mut Log::quiet())?;
        if let Some(dependence) = &mut self.dependence {
            dependence.learn(self.model, self.memory, made.observed);
        }
        Ok((made.change, Some(made.state)))
    }

    /// What the calls that return with a change have answered, the first time that it comes.
    fn tell(&mut self, change: u32, place: Place) {
        let change = change as usize;
        if self.told.len() <= change {
            self.told.resize(change + 1, false);
        }
        if !std::mem::replace(&mut self.told[change], true) {
            for returned in &self.memory.changes[change].returned {
                self.verdicts.returned(returned, place);
            }
        }
    }

    /// Which `always` hold in a state.
    fn holds(&mut self, values: &[u32], node: u32) -> Vec<bool> {
        if self.model.program().always.is_empty() {
            return Vec::new();
        }
        let event = Happening::Always.number(self.model);
        let found = self.memory.look_up(event, 0, values, &mut Vec::new());
        let found = found.unwrap_or_else(|| {
            let state = self.kept.state(self.model, &self.paths, node);
            let (found, observed) = watch::judge_always(self.model, self.memory, state, values);
            if let Some(dependence) = &mut self.dependence {
                dependence.learn(self.model, self.memory, vec![observed]);
            }
            found
        });
        let holds = self.memory.holds[found as usize].clone();
        if self.verdicts.is_news(&holds) {
            let state = self.kept.state(self.model, &self.paths, node);
            self.verdicts.broken(self.model, state, Place::at(node));
        }
        holds
    }

    /// A state is reached for the first time.
    fn first(
        &mut self,
        here: &Here,
        by: Node,
        from: (usize, u32),
        values: Option<Values>,
        print: u128,
    ) -> Here {
        let node = self.paths.add(Some(by));
        self.found.states += 1;
        let needed = || self.memory.after(&here.values, from.1);
        let no_always = self.model.program().always.is_empty();
        let values = values.unwrap_or_else(|| if no_always { Values::default() } else { needed() });
        let holds = self.holds(&values, node);
        let clean = holds.iter().zip(&here.clean).map(|(holds, clean)| *holds && *clean).collect();
        Here { values, from, print, node, orders: here.orders, holds, clean }
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

    fn end(&mut self, here: &Here) {
        let state = self.kept.state(self.model, &self.paths, here.node);
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
        } else if self.limits.is_over(self.started) {
            self.found.stopped = Some(Stopped::Time);
        }
        self.found.stopped.is_some()
    }
}

/// A layer while it is found.
#[derive(Default)]
struct Layer {
    states: Vec<Here>,
    /// Where the state with a number stands.
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
pub(super) fn learn_from_examples(
    model: &Model<'_>,
    memory: &mut Memory,
    dependence: &mut Dependence,
    examples: usize,
    is_over: impl Fn() -> bool,
) {
    let mut log = Log::quiet();
    for example in 0..examples {
        let mut state = Box::new(State::start(model, &mut log));
        let mut values = watch::values(model, memory, &state);
        let mut number = example as u64;
        loop {
            let moves = state.moves(model);
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let Some(what) = pick(&moves, example, number).filter(|_| !is_over()) else { break };
            let Ok(made) = watch::make(model, memory, &state, &values, what, &mut log) else { break };
            let Made { state: after, change, observed } = made;
            dependence.learn(model, memory, observed);
            (values, state) = (memory.after(&values, change), after);
            if !model.program().always.is_empty() {
                let (_, observed) = watch::judge_always(model, memory, &state, &values);
                dependence.learn(model, memory, vec![observed]);
            }
        }
    }
    dependence.conclude(model, memory);
}

/// The first move, the last, and then any.
fn pick(moves: &[Move], example: usize, number: u64) -> Option<Move> {
    match example {
        0 => moves.first().copied(),
        1 => moves.last().copied(),
        _ => moves.get((number >> 33) as usize % moves.len().max(1)).copied(),
    }
}
