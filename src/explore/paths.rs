//! How was a state reached?

use super::model::Model;
use super::moves::{Move, Numbering, State};
use crate::kernel::Log;
use std::collections::{HashMap, VecDeque};

/// So many states are kept whole.
const KEPT: usize = 1024;

/// How a state was first reached.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) parent: u32,
    pub(super) by: Move,
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
    pub(super) nodes: Vec<Option<Node>>,
    /// For each `always` and node that was first reached in an order that breaks it: another way, in which it holds.
    pub(super) clean: HashMap<(usize, u32), Node>,
}

impl Paths {
    /// Notes a new state.
    pub(super) fn add(&mut self, by: Option<Node>) -> u32 {
        self.nodes.push(by);
        self.nodes.len() as u32 - 1
    }

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

/// Some states as they are, so that others can be made from them: those that were needed last, and the first.
pub(super) struct Kept {
    start: Box<State>,
    states: HashMap<u32, Box<State>>,
    order: VecDeque<u32>,
}

impl Kept {
    pub(super) fn new(start: State) -> Kept {
        Kept { start: Box::new(start), states: HashMap::new(), order: VecDeque::new() }
    }

    /// The first state.
    pub(super) fn start(&self) -> &State {
        &self.start
    }

    pub(super) fn keep(&mut self, node: u32, state: Box<State>) {
        if self.states.insert(node, state).is_none() {
            self.order.push_back(node);
        }
        if self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.states.remove(&oldest);
        }
    }

    /// The state of a node, made from the nearest one on the way to it.
    pub(super) fn state(&mut self, model: &Model<'_>, paths: &Paths, node: u32) -> &State {
        if !self.states.contains_key(&node) {
            let (mut moves, mut from) = (Vec::new(), node);
            while let (false, Some(Node { parent, by })) =
                (self.states.contains_key(&from), paths.nodes[from as usize])
            {
                moves.push(by);
                from = parent;
            }
            let mut state = self.states.get(&from).unwrap_or(&self.start).clone();
            let mut log = Log::quiet();
            for what in moves.into_iter().rev() {
                // It was made before, and was no mistake then.
                _ = state.make(model, what, Numbering::ByStep, &mut log);
            }
            self.keep(node, state);
        }
        self.states.get(&node).unwrap_or(&self.start)
    }
}
