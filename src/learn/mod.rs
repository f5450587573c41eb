//! How is an exercise solved, judged and checked?
//!
//! An [`Exercise`] is what an instructor wrote. A [`Gap`](gap::Gap) is what a student wrote between `begin` and `end`, found
//! in whatever was handed in. [`judge`] puts the one into the other, runs it within [`Limits`], and says of every goal and
//! rule whether it is met, and if not, by how little: a [`Feedback`].

pub mod exercise;
pub mod feedback;
pub mod gap;
pub mod hints;
mod integrity;
mod judging;
mod limits;
mod orders;
mod rules;
mod running;
mod shortfall;
mod wanted;

pub use exercise::{Exercise, NoExercise};
pub use feedback::{Feedback, Finding, Score, Shortfall, Trouble};
pub use judging::{judge, judge_bytes};
pub use limits::Limits;
