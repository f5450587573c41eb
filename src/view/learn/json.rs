//! How is what was found in an attempt written for programs?
//!
//! ```
//! use handlelab::learn::{Exercise, Limits, judge_bytes};
//! use handlelab::view::learn::json::attempt;
//!
//! let text = "exercise\n  forbid TerminateProcess\n  goal dead(p.h)\n\
//!             process p\np: h = CreateEvent()\nbegin\np: CloseHandle(h)\nend\n";
//! let exercise = Exercise::read(text).expect("an exercise");
//! let feedback = judge_bytes(&exercise, text.as_bytes(), &Limits::default());
//! let told: serde_json::Value = serde_json::from_str(&attempt("ada.hlab", &feedback)?)?;
//! assert_eq!((&told["file"], &told["solved"]), (&"ada.hlab".into(), &true.into()));
//! assert_eq!(told["score"], serde_json::json!({"points": 1, "of": 1}));
//! # Ok::<(), serde_json::Error>(())
//! ```

use crate::learn::Feedback;
use crate::learn::feedback::Score;
use crate::learn::grading::Graded;
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

/// Many of them: `{"format": "handlelab grades", "version": 1, "exercise": …, "title": …, "points": …, "grades": [...]}`.
///
/// ```
/// use handlelab::learn::{Exercise, Limits, grading::grade};
/// use handlelab::view::learn::json::grades;
///
/// let text = "exercise\n  goal named(\"Go\")\nprocess p\nbegin\np: h = CreateEvent(lpName: \"Go\")\nend\n";
/// let exercise = Exercise::read(text).expect("an exercise");
/// let lost = |_| Err("the file is gone".to_owned());
/// let graded = grade(&exercise, &["ada".into()], lost, &Limits::default(), 1, || {});
/// let json = grades("go.hlab", None, &exercise.wanted(), &graded)?;
/// assert!(json.contains("\"points\": 1,") && json.contains("the file is gone"));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// As for [`attempt`].
pub fn grades(
    exercise: &str,
    title: Option<&str>,
    wanted: &[String],
    graded: &[Graded],
) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Grades<'a> {
        format: &'static str,
        version: u32,
        exercise: &'a str,
        title: Option<&'a str>,
        points: usize,
        wanted: &'a [String],
        grades: Vec<Judged<'a>>,
    }
    let grades = graded.iter().map(|one| Judged::new(&one.name, &one.feedback)).collect();
    let (format, points) = ("handlelab grades", wanted.len());
    let all = Grades { format, version: VERSION, exercise, title, points, wanted, grades };
    serde_json::to_string_pretty(&all).map(|json| in_escapes(&json) + "\n")
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
