//! What can be asked of a learner, and how is it marked?
//!
//! Predictions ask what the next step does. Exercises ask for steps: an [`Exercise`] is what an instructor wrote, a
//! [`Gap`](gap::Gap) what a student wrote between `begin` and `end`, found in whatever was handed in. [`judge`] puts the one
//! into the other, runs it within [`Limits`], and says of every goal and rule whether it is met, and if not, by how little: a
//! [`Feedback`].
//!
//! ```
//! use handlelab::learn::{Exercise, Limits, judge_bytes};
//!
//! let text = "exercise\n  goal dead(p.h)\nprocess p\np: h = CreateEvent() => HANDLE\nbegin\nend\n";
//! let exercise = Exercise::read(text).expect("an exercise");
//! let solved = judge_bytes(&exercise, exercise.with("p: CloseHandle(h)\n").as_bytes(), &Limits::default());
//! assert!(solved.is_solved());
//! ```

pub mod author;
pub mod chance;
pub mod exercise;
pub mod feedback;
pub mod gap;
#[cfg(feature = "proptest")]
pub mod generate;
pub mod grading;
pub mod hints;
mod integrity;
mod judging;
mod limits;
mod orders;
pub mod predict;
mod rules;
mod running;
mod shortfall;
mod wanted;

pub use exercise::{Exercise, NoExercise};
pub use feedback::{Feedback, Finding, Score, Shortfall, Trouble};
pub use judging::{judge, judge_bytes};
pub use limits::Limits;
