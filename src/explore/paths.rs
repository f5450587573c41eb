//! How was a state reached?

use super::moves::Move;
use std::collections::HashMap;

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
