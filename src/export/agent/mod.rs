//! What does a real system answer to random programs?
//!
//! [`c`] is a C program that, once compiled, makes any calls that it is told, with real processes and threads. [`play`] has
//! it play a random program beside the model and compares everything that can be seen. [`Real`] is the real system as an
//! implementation like any other, for the suite in [`testing::conformance`](mod@crate::testing::conformance).

mod compare;
mod mirror;
mod player;
mod question;
mod real;
mod source;
mod unasked;
mod unhurried;
mod wire;

pub use compare::Unlike;
pub use player::{Difference, Patience, Trial, play};
pub use real::{Agents, Real};
pub use source::c;
pub use unasked::{Rule, rules};
pub use unhurried::{choices, unhurried};
pub use wire::{Lost, Wire};
