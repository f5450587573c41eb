//! How are all orders followed without following each?
//!
//! Breadth first, one move a layer. States that are the same after the same number of moves are one; how many orders lead to
//! each is counted along. What is kept of the layers before is only how each state was first reached.

use super::ends;
use super::model::Model;
use super::moves::{Move, Numbering, State};
use super::verdicts::Verdicts;
use super::{Count, End, Exploration, Limits, Stopped};
use crate::kernel::Log;
use crate::scenario::Document;
use crate::scenario::diagnostic::Diagnostic;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Instant;

/// How a state was first reached.
#[derive(Clone, Copy)]
pub(super) struct Node {
    parent: u32,
    by: Move,
}

/// A state of the present layer.
struct Here {
    state: State,
    node: u32,
    orders: Count,
    /// For each `always`: does it hold here?
    holds: Vec<bool>,
    /// For each `always`: has it held all the way, in some order that leads here?
    clean: Vec<bool>,
}

/// A place in an order: behind the node, and behind one more move if there is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    node: u32,
    then: Option<Move>,
}

impl Place {
    pub(super) fn at(node: u32) -> Place {
        Place { node, then: None }
    }

    /// Is it a state, and not a move from one?
    pub(super) fn is_state(&self) -> bool {
        self.then.is_none()
    }

    pub(super) fn behind(node: u32, then: Move) -> Place {
        Place { node, then: Some(then) }
    }
}

/// How states were reached: enough to find an order that leads to each.
#[derive(Default)]
pub(super) struct Paths {
    nodes: Vec<Option<Node>>,
    /// For each `always` and node that was first reached in an order that breaks it: another way, in which it holds.
    clean: HashMap<(usize, u32), Node>,
}

impl Paths {
    /// The shortest order that leads to a place; with `always`, one in which that holds all the way.
    pub(super) fn to(&self, place: Place, always: Option<usize>) -> Vec<Move> {
        let mut moves: Vec<Move> = place.then.into_iter().collect();
        let mut node = place.node;
        loop {
            let cleaner = always.and_then(|index| self.clean.get(&(index, node)));
            let Some(Node { parent, by }) = cleaner.or(self.nodes[node as usize].as_ref()) else { break };
            moves.push(*by);
            node = *parent;
        }
        moves.reverse();
        moves
    }
}

/// Follows every order of a scenario's steps.
pub fn explore(document: &Document, limits: Limits) -> Exploration {
    if document.program.is_unsolved() {
        return Exploration { unsolved: true, ..Exploration::default() };
    }
    let model = Model::new(document);
    let mut search = Search {
        model: &model,
        limits,
        started: Instant::now(),
        paths: Paths::default(),
        verdicts: Verdicts::new(&model),
        found: Exploration::default(),
        log: Log::quiet(),
    };
    search.found.mistake = search.follow().err();
    let Search { paths, verdicts, mut found, .. } = search;
    for end in &found.ends {
        found.orders.add(end.orders);
    }
    if found.mistake.is_none() {
        found.facts = verdicts.facts(&model, &paths, found.stopped.is_some());
    }
    found
}

struct Search<'m, 'd> {
    model: &'m Model<'d>,
    limits: Limits,
    started: Instant,
    paths: Paths,
    verdicts: Verdicts,
    found: Exploration,
    log: Log,
}

impl Search<'_, '_> {
    fn follow(&mut self) -> Result<(), Diagnostic> {
        let state = State::start(self.model, &mut self.log);
        self.paths.nodes.push(None);
        self.found.states = 1;
        let holds = self.verdicts.state(self.model, &state, Place::at(0));
        let clean = holds.clone();
        let mut layer = vec![Here { state, node: 0, orders: Count::ONE, holds, clean }];
        loop {
            let mut next = Layer::default();
            for here in layer {
                if !self.from(here, &mut next)? {
                    return Ok(());
                }
            }
            if next.states.is_empty() {
                return Ok(());
            }
            self.found.longest += 1;
            layer = next.states;
        }
    }

    /// Makes every move that is possible in a state; `false` when a limit came.
    fn from(&mut self, here: Here, next: &mut Layer) -> Result<bool, Diagnostic> {
        let moves = here.state.moves(self.model);
        let Some((last, others)) = moves.split_last() else {
            self.end(&here);
            return Ok(true);
        };
        let Here { state, node, orders, clean, .. } = here;
        for what in others {
            self.make(state.clone(), *what, (node, orders, &clean), next)?;
        }
        self.make(state, *last, (node, orders, &clean), next)?;
        Ok(self.within_limits())
    }

    fn make(
        &mut self,
        mut state: State,
        what: Move,
        (parent, orders, clean): (u32, Count, &[bool]),
        next: &mut Layer,
    ) -> Result<(), Diagnostic> {
        for returned in state.make(self.model, what, Numbering::ByStep, &mut self.log)? {
            self.verdicts.returned(&returned, Place::behind(parent, what));
        }
        let by = Node { parent, by: what };
        match next.places.entry(state.fingerprint(self.model)) {
            Entry::Occupied(place) => {
                let known = &mut next.states[*place.get()];
                known.orders.add(orders);
                for (index, clean) in clean.iter().enumerate() {
                    if *clean && known.holds[index] && !known.clean[index] {
                        known.clean[index] = true;
                        self.paths.clean.insert((index, known.node), by);
                    }
                }
            }
            Entry::Vacant(place) => {
                place.insert(next.states.len());
                let node = self.paths.nodes.len() as u32;
                self.paths.nodes.push(Some(by));
                self.found.states += 1;
                let holds = self.verdicts.state(self.model, &state, Place::at(node));
                let clean = holds.iter().zip(clean).map(|(holds, clean)| *holds && *clean).collect();
                next.states.push(Here { state, node, orders, holds, clean });
            }
        }
        Ok(())
    }

    fn end(&mut self, here: &Here) {
        self.verdicts.end(self.model, &here.state, here.orders, &here.clean, Place::at(here.node));
        let end = ends::describe(self.model, &here.state, here.orders);
        let known: Option<&mut End> = self.found.ends.iter_mut().find(|known| known.is_like(&end));
        match known {
            Some(known) => known.orders.add(end.orders),
            None => self.found.ends.push(end),
        }
    }

    fn within_limits(&mut self) -> bool {
        if self.found.states > self.limits.states {
            self.found.stopped = Some(Stopped::States);
        } else if self.limits.time.is_some_and(|limit| self.started.elapsed() > limit) {
            self.found.stopped = Some(Stopped::Time);
        }
        self.found.stopped.is_none()
    }
}

/// A layer while it is found.
#[derive(Default)]
struct Layer {
    states: Vec<Here>,
    /// Where the state with a fingerprint stands.
    places: HashMap<u128, usize>,
}
