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
///
/// ```
/// use handlelab::kernel::{Answer, Arg, CallSpec, ThreadId};
/// use handlelab::run::umpire::{Point, Umpire};
/// use handlelab::run::{Watch, run, world::World};
/// use handlelab::scenario::{Document, diagnostic::Diagnostic};
///
/// /// Writes down which calls are made and which of them answer at once.
/// #[derive(Default)]
/// struct Calls(Vec<String>);
///
/// impl Umpire for Calls {
///     fn see(&mut self, _: Point, _: &World) -> bool {
///         true
///     }
///     fn hear(&mut self, _: &World, _: ThreadId, call: &'static CallSpec, _: &[Arg]) {
///         self.0.push(call.name.to_owned());
///     }
///     fn answered(&mut self, _: usize, call: &'static CallSpec, _: &Answer) {
///         self.0.push(format!("{} answered", call.name));
///     }
///     fn pass_over(&mut self, _: usize, _: &Diagnostic) -> bool {
///         false
///     }
/// }
///
/// let mut calls = Calls::default();
/// let text = "process p\np: h = CreateEvent()\np: WaitForSingleObject(h, INFINITE)\n";
/// run(&Document::read(text).expect("it can be read"), Watch::World(&mut calls));
/// assert_eq!(calls.0, ["CreateEvent", "CreateEvent answered", "WaitForSingleObject"]);
/// ```
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
