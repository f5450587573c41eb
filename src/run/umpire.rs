//! Who follows a run from inside, and may stop it?
//!
//! A trace shows what a program or a reader may know; an [`Umpire`] sees the world itself, as whoever judges an exercise must.

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
