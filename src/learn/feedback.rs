//! What is said of an attempt?
//!
//! Data only; the views make sentences, tables and reports of it. Nothing in here holds the text of a hidden goal.
//!
//! ```
//! use handlelab::learn::{Exercise, Limits, judge_bytes};
//!
//! let text = "exercise\n  task \"Close it.\"\n  goal dead(p.h)\nprocess p\np: h = CreateEvent() => HANDLE\nbegin\np: CloseHandle(h)\nend\n";
//! let exercise = Exercise::read(text).expect("an exercise");
//! let feedback = judge_bytes(&exercise, exercise.with("p: SetEvent(h)\n").as_bytes(), &Limits::default());
//! assert!(!feedback.is_solved());
//! let score = feedback.score();
//! assert!(score.points < score.of);
//! ```

use serde::Serialize;

/// What is said of one attempt.
///
/// ```
/// use handlelab::learn::{Exercise, Limits, judge_bytes};
///
/// let text = "exercise\n  goal dead(p.h)\n  goal alive(p.m)\n\
///             process p\np: h = CreateEvent()\np: m = CreateMutex()\nbegin\nend\n";
/// let exercise = Exercise::read(text).expect("an exercise");
/// let judge = |gap| judge_bytes(&exercise, exercise.with(gap).as_bytes(), &Limits::default());
/// let idle = judge("p: SetEvent(h)\n");
/// assert!(idle.findings[1].met && !idle.earns(&idle.findings[1]), "what was so from the start earns nothing alone");
/// let done = judge("p: CloseHandle(h)\n");
/// assert!(done.is_solved() && done.score().points == 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Feedback {
    /// What the exercise shows.
    pub title: Option<String>,
    /// What was to be done.
    pub task: String,
    /// How many steps the student wrote.
    pub steps: usize,
    /// Every goal, required call and limit, met or not. Empty when there was nothing to judge.
    pub findings: Vec<Finding>,
    /// What the attempt did that the exercise rules out. Nothing counts then.
    pub broken_rules: Vec<BrokenRule>,
    /// Why the attempt could not be judged at all.
    pub trouble: Option<Trouble>,
    /// What else the student should know: a mended `begin`, an expectation of their own that did not come.
    pub remarks: Vec<String>,
    /// How many points there are.
    pub of: usize,
}

/// One thing that an exercise wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of thing.
    pub kind: FindingKind,
    /// As the exercise says it; for a hidden goal that it is one.
    pub text: String,
    /// Is it so?
    pub met: bool,
    /// Is it so without any step of the student? Then it counts only together with something that is not.
    pub from_start: bool,
    /// What is missing.
    pub shortfalls: Vec<Shortfall>,
    /// An order of the steps in which it is not so, as a scenario.
    pub order: Option<String>,
}

/// What an exercise can want.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingKind {
    /// `goal`
    Goal,
    /// `hidden goal`
    HiddenGoal,
    /// `require`: one for each call.
    Require,
    /// `limit`
    Limit,
    /// Whatever else the instructor's lines expect: answers, checks, `always` and `finally`, together.
    Rest,
}

/// What is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Shortfall {
    /// What kind of difference.
    pub kind: ShortfallKind,
    /// The difference in one sentence.
    pub sentence: String,
}

/// The kinds of differences between what is wanted and what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ShortfallKind {
    /// The variable has no value: no step gave it one.
    NeverSet,
    /// The call that should have set the variable failed.
    SetByFailure,
    /// There is no such handle.
    NoHandle,
    /// The handle was there and has been closed.
    HandleClosed,
    /// Another process has the handle.
    OtherProcess,
    /// Rights that it lacks.
    MissingRights,
    /// Rights that it should not have.
    ExtraRights,
    /// A number is too large or too small.
    Count,
    /// The object is gone.
    Gone,
    /// The object is still there.
    StillThere,
    /// Nothing has this name.
    NoSuchName,
    /// Something similar has another name.
    OtherName,
    /// It is another object.
    OtherObject,
    /// It is of another type.
    OtherType,
    /// A flag of the handle is not as it should be.
    Flag,
    /// The object's state is another one.
    State,
    /// A process or thread is in another state.
    Actor,
    /// A variable holds something else.
    Value,
    /// A line of the exercise does not hold.
    Line,
    /// A call that must happen does not.
    MissingCall,
    /// There are too many steps.
    TooManySteps,
    /// It is so in the order of the file, and not in every order.
    Order,
    /// It could not be seen whether it is so in every order.
    Undecided,
    /// Whatever else.
    Other,
}

/// Something that the exercise rules out.
///
/// ```
/// use handlelab::learn::feedback::Rule;
/// use handlelab::learn::{Exercise, Limits, judge_bytes};
///
/// let text = "exercise\n  forbid ExitProcess\n  goal dead(p.h)\nprocess p\np: h = CreateEvent()\nbegin\nend\n";
/// let exercise = Exercise::read(text).expect("an exercise");
/// let feedback = judge_bytes(&exercise, exercise.with("p: ExitProcess(0)\n").as_bytes(), &Limits::default());
/// assert_eq!((feedback.broken_rules[0].rule, feedback.broken_rules[0].line), (Rule::Forbid, 7));
/// assert_eq!(feedback.score().points, 0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BrokenRule {
    /// Which rule.
    pub rule: Rule,
    /// The line of the student's file; 0 when it is no line.
    pub line: usize,
    /// What was done, in one sentence.
    pub sentence: String,
}

/// What an exercise can rule out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// A call that is not among those allowed.
    Allow,
    /// A call that is forbidden.
    Forbid,
    /// Only steps, checks and comments stand in the gap.
    OnlySteps,
    /// The exercise's own variables keep their values.
    OwnVariable,
    /// What the exercise asks about comes from calls, and is not written down.
    ByHand,
    /// The exercise's own processes and threads go on.
    MustLive,
}

/// Why an attempt could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Trouble {
    /// Which kind.
    pub kind: TroubleKind,
    /// In one sentence.
    pub sentence: String,
    /// The mistakes in the student's lines, if that is why.
    pub mistakes: Vec<MistakeAt>,
}

/// Why an attempt cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TroubleKind {
    /// The file cannot be read.
    Unreadable,
    /// The file is no text.
    NotText,
    /// A limit of size, steps, data or time was passed.
    TooMuch,
    /// There are no steps.
    Empty,
    /// The steps have mistakes.
    Mistakes,
    /// A step cannot happen.
    CannotHappen,
    /// The simulator itself failed.
    Internal,
}

/// A mistake in the student's lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MistakeAt {
    /// The diagnostic's code, such as `HL054`.
    pub code: &'static str,
    /// The line in the student's file, counted from 1.
    pub line: usize,
    /// The column, counted from 1 in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub help: Vec<String>,
}

/// Points: one for each finding that counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    /// Those that were earned.
    pub points: usize,
    /// Those that there are.
    pub of: usize,
}

impl Feedback {
    /// Is the exercise solved?
    pub fn is_solved(&self) -> bool {
        self.trouble.is_none()
            && self.broken_rules.is_empty()
            && !self.findings.is_empty()
            && self.findings.iter().all(|finding| finding.met)
    }

    /// The points.
    pub fn score(&self) -> Score {
        Score { points: self.findings.iter().filter(|finding| self.earns(finding)).count(), of: self.of }
    }

    /// Does a finding earn its point?
    pub fn earns(&self, finding: &Finding) -> bool {
        let judged = self.trouble.is_none() && self.broken_rules.is_empty();
        let reached = || self.findings.iter().any(|finding| finding.met && !finding.from_start);
        judged && finding.met && (!finding.from_start || reached())
    }
}

impl Shortfall {
    pub(super) fn new(kind: ShortfallKind, sentence: impl Into<String>) -> Shortfall {
        Shortfall { kind, sentence: sentence.into() }
    }
}

impl Trouble {
    /// A trouble without mistakes in particular lines.
    pub fn new(kind: TroubleKind, sentence: impl Into<String>) -> Trouble {
        Trouble { kind, sentence: sentence.into(), mistakes: Vec::new() }
    }
}
