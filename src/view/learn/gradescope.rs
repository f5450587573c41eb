//! What does Gradescope read?
//!
//! The `results.json` of an autograder, by its documented fields. Hidden goals are tests that students see without their
//! text: a test that is hidden there would hide the total as well.
//!
//! ```
//! use handlelab::learn::{Exercise, Limits, grading::grade};
//! use handlelab::view::learn::{Scale, gradescope};
//!
//! let text = "exercise\n  goal dead(p.e)\n  goal dead(p.m)\n\
//!             process p\np: e = CreateEvent()\np: m = CreateMutex()\nbegin\np: CloseHandle(m)\nend\n";
//! let exercise = Exercise::read(text).expect("an exercise");
//! let graded = grade(&exercise, &["ada".into()], |_| Ok(text.into()), &Limits::default(), 1, || {});
//! let results = gradescope::results(&graded[0], &exercise.wanted(), Scale { most: Some(5.0) })?;
//! assert!(results.contains("\"score\": 2.5,"), "one of two goals is half of five points");
//! # Ok::<(), serde_json::Error>(())
//! ```

use super::report::{summary, tests};
use super::scale::Scale;
use crate::learn::grading::Graded;
use crate::scenario::exchange::in_escapes;
use serde::Serialize;

#[derive(Serialize)]
struct Results {
    score: f64,
    execution_time: f64,
    output: String,
    output_format: &'static str,
    visibility: &'static str,
    stdout_visibility: &'static str,
    tests: Vec<Test>,
}

#[derive(Serialize)]
struct Test {
    score: f64,
    max_score: f64,
    status: &'static str,
    name: String,
    number: String,
    output: String,
    output_format: &'static str,
    visibility: &'static str,
}

/// One submission.
///
/// # Errors
/// Never for what grading gives; the serializer's own type says otherwise.
pub fn results(graded: &Graded, wanted: &[String], scale: Scale) -> serde_json::Result<String> {
    let of = wanted.len();
    let tests = tests(&graded.feedback, wanted).into_iter().enumerate().map(|(place, test)| Test {
        score: if test.passed { scale.points(1, of) } else { 0.0 },
        max_score: scale.points(1, of),
        status: if test.passed { "passed" } else { "failed" },
        name: test.name,
        number: (place + 1).to_string(),
        output: test.output,
        output_format: "text",
        visibility: "visible",
    });
    let results = Results {
        score: scale.points(graded.feedback.score().points, of),
        execution_time: graded.time.as_secs_f64(),
        output: summary(graded),
        output_format: "text",
        visibility: "visible",
        stdout_visibility: "hidden",
        tests: tests.collect(),
    };
    serde_json::to_string_pretty(&results).map(|json| in_escapes(&json) + "\n")
}
