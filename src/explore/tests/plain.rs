//! What does following every order by itself find?

use crate::explore::model::Model;
use crate::explore::moves::{Numbering, State};
use crate::explore::{Count, ends};
use crate::kernel::Log;
use crate::run::trace::Verdict;
use crate::scenario::Document;
use std::collections::{BTreeMap, HashSet};

/// Every order followed by itself, without recognizing any state: slow, and plainly right.
#[derive(Default)]
pub(super) struct Plain {
    pub(super) orders: u128,
    pub(super) states: HashSet<(usize, u128)>,
    pub(super) longest: usize,
    /// By the description of an end.
    pub(super) ends: BTreeMap<String, u128>,
    /// By line: has it been met, has it been missed?
    pub(super) expectations: BTreeMap<u32, (bool, bool)>,
}

impl Plain {
    pub(super) fn of(document: &Document) -> Plain {
        let model = Model::new(document);
        let mut plain = Plain::default();
        let start = State::start(&model, &mut Log::quiet());
        plain.follow(&model, start, 0);
        plain
    }

    fn follow(&mut self, model: &Model<'_>, state: State, depth: usize) {
        assert_eq!(state.world.kernel.violations(), []);
        self.states.insert((depth, state.fingerprint(model)));
        self.longest = self.longest.max(depth);
        let moves = state.moves(model);
        if moves.is_empty() {
            self.orders += 1;
            let end = ends::describe(model, &state, Count::ONE);
            *self.ends.entry(format!("{:?} {:?}", end.actors, end.objects)).or_default() += 1;
        }
        for what in moves {
            let mut next = state.clone();
            for returned in next.make(model, what, Numbering::ByStep, &mut Log::quiet()).unwrap() {
                let line =
                    crate::run::report::line_of(&model.document.source, model.statement(returned.index).span);
                let seen = self.expectations.entry(line).or_default();
                seen.0 |= returned.verdict == Verdict::Met;
                seen.1 |= matches!(returned.verdict, Verdict::Missed { .. });
            }
            self.follow(model, next, depth + 1);
        }
    }
}
