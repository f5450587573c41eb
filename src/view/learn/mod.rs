//! How are attempts at exercises shown: to those who made them, to those who grade them, and to services?
//!
//! ```
//! use handlelab::learn::grading::grade;
//! use handlelab::learn::{Exercise, Limits};
//! use handlelab::view::learn::{grades, junit};
//!
//! let text = "exercise\n  task \"Close it.\"\n  goal dead(p.h)\nprocess p\np: h = CreateEvent() => HANDLE\nbegin\np: CloseHandle(h)\nend\n";
//! let exercise = Exercise::read(text).expect("an exercise");
//! let names = ["ada".to_owned()];
//! let read = |_| Ok(text.as_bytes().to_vec());
//! let graded = grade(&exercise, &names, read, &Limits::default(), 1, || {});
//! assert!(grades::table(&graded, &exercise.wanted()).plain().contains("ada"));
//! assert!(junit::report(&graded, &exercise.wanted()).contains("<testsuite"));
//! ```

pub mod classroom;
pub mod feedback;
pub mod grades;
pub mod gradescope;
pub mod json;
pub mod junit;
mod report;
mod scale;

pub use scale::Scale;
