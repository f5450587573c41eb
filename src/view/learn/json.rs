//! How is what was found in an attempt written for programs?

use crate::learn::Feedback;
use crate::learn::feedback::Score;
use crate::scenario::exchange::in_escapes;
use serde::Serialize;

/// The version of the format. It grows when a field changes its meaning or goes; new fields may come at any time.
pub const VERSION: u32 = 1;

/// One attempt: `{"format": "handlelab attempt", "version": 1, "file": …, "solved": …, "score": …, "feedback": …}`.
///
/// # Errors
/// Never for what judging gives; the serializer's own type says otherwise.
pub fn attempt(file: &str, feedback: &Feedback) -> serde_json::Result<String> {
    let attempt =
        Attempt { format: "handlelab attempt", version: VERSION, judged: Judged::new(file, feedback) };
    serde_json::to_string_pretty(&attempt).map(|json| in_escapes(&json) + "\n")
}

#[derive(Serialize)]
struct Attempt<'a> {
    format: &'static str,
    version: u32,
    #[serde(flatten)]
    judged: Judged<'a>,
}

/// An attempt with what follows from what was found.
#[derive(Serialize)]
pub(super) struct Judged<'a> {
    file: &'a str,
    solved: bool,
    score: Score,
    feedback: &'a Feedback,
}

impl<'a> Judged<'a> {
    pub(super) fn new(file: &'a str, feedback: &'a Feedback) -> Judged<'a> {
        Judged { file, solved: feedback.is_solved(), score: feedback.score(), feedback }
    }
}
