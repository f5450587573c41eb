//! How does one follow the orders of a scenario oneself?
//!
//! For whoever searches in a way of his own, or with another tool: the moments of a scenario, the moves that are possible at
//! each, and what comes of them.
//!
//! ```
//! use handlelab::explore::Moments;
//! use handlelab::scenario::Document;
//! use std::collections::HashSet;
//!
//! let text = "process p, q\np: h = CreateEvent() => HANDLE\nq: h = CreateMutex() => HANDLE\n";
//! let document = Document::read(text).expect("it can be read");
//! let moments = Moments::new(&document);
//! let (mut seen, mut ends, mut left) = (HashSet::new(), 0, vec![moments.start()]);
//! while let Some(moment) = left.pop() {
//!     if seen.insert(moments.fingerprint(&moment)) {
//!         assert_eq!(moment.kernel().violations(), []);
//!         let turns = moments.moves(&moment);
//!         ends += usize::from(turns.is_empty());
//!         left.extend(turns.into_iter().filter_map(|turn| moments.after(&moment, turn)));
//!     }
//! }
//! assert_eq!((seen.len(), ends), (4, 1), "two orders, one end");
//! ```

use super::model::Model;
use super::moves::{Move, Numbering, State};
use crate::kernel::{Kernel, Log};
use crate::scenario::Document;

/// The moments of a scenario.
pub struct Moments<'d> {
    model: Model<'d>,
}

/// A moment of an order.
#[derive(Clone, Debug)]
pub struct Moment(State);

/// A move: somebody takes the next step, an end comes, or time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Turn(Move);

impl Moment {
    /// The kernel at this moment.
    pub fn kernel(&self) -> &Kernel {
        &self.0.world.kernel
    }
}

impl<'d> Moments<'d> {
    /// The moments of this scenario.
    pub fn new(document: &'d Document) -> Moments<'d> {
        Moments { model: Model::new(document) }
    }

    /// Before anything has happened.
    pub fn start(&self) -> Moment {
        Moment(State::start(&self.model, &mut Log::quiet()))
    }

    /// The moves that are possible. At an end there are none.
    pub fn moves(&self, moment: &Moment) -> Vec<Turn> {
        moment.0.moves(&self.model).into_iter().map(Turn).collect()
    }

    /// What comes of one of the moves; nothing, if it shows a mistake of the file.
    pub fn after(&self, moment: &Moment, turn: Turn) -> Option<Moment> {
        let mut state = moment.0.clone();
        state.make(&self.model, turn.0, Numbering::ByStep, &mut Log::quiet()).ok()?;
        Some(Moment(state))
    }

    /// A number for the moment, the same for all orders that lead to the same state, and different for any two states but by
    /// a chance of one in 2¹²⁸.
    pub fn fingerprint(&self, moment: &Moment) -> u128 {
        moment.0.fingerprint(&self.model)
    }
}
