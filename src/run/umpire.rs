//! Who follows a run from inside, and may stop it?
//!
//! A trace shows what a program or a reader may know; an [`Umpire`] sees the world itself, as whoever judges an exercise must.
//!
//! ```
//! use handlelab::run::umpire::{Point, Umpire};
//! use handlelab::run::world::World;
//! use handlelab::run::{Watch, run};
//! use handlelab::scenario::Document;
//! use handlelab::scenario::diagnostic::Diagnostic;
//!
//! /// Stops a run once there are more than three objects.
//! #[derive(Default)]
//! struct Few {
//!     stopped: bool,
//! }
//!
//! impl Umpire for Few {
//!     fn see(&mut self, _: Point, world: &World) -> bool {
//!         self.stopped |= world.kernel.objects().len() > 3;
//!         !self.stopped
//!     }
//!
//!     fn pass_over(&mut self, _: usize, _: &Diagnostic) -> bool {
//!         false
//!     }
//! }
//!
//! let text = "process p\np: CreateEvent()\np: CreateEvent()\np: CreateEvent()\n";
//! let mut few = Few::default();
//! run(&Document::read(text).expect("it can be read"), Watch::World(&mut few));
//! assert!(few.stopped);
//! ```

use super::world::World;
use crate::kernel::{Answer, Arg, CallSpec, ThreadId};
use crate::scenario::diagnostic::Diagnostic;

/// Where in a run something is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Before the first statement.
    Start,
    /// Behind a statement, by its place in the program.
    Behind(usize),
    /// Behind the last one, when all timeouts have passed.
    End,
}

/// Follows a run.
pub trait Umpire {
    /// The world at this point. The run goes on if the answer is `true`.
    fn see(&mut self, at: Point, world: &World) -> bool;

    /// A thread is about to make a call with these values.
    fn hear(&mut self, world: &World, thread: ThreadId, call: &'static CallSpec, values: &[Arg]) {
        let _ = (world, thread, call, values);
    }

    /// The call of a statement has answered at once.
    fn answered(&mut self, statement: usize, call: &'static CallSpec, answer: &Answer) {
        let _ = (statement, call, answer);
    }

    /// A statement cannot happen. The run goes on without it if the answer is `true`.
    fn pass_over(&mut self, statement: usize, mistake: &Diagnostic) -> bool;
}
