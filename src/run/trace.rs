//! What is known of a run?
//!
//! A [`Trace`] is the run as data: each step with its answer and effects, and the whole state behind it, so that any step can
//! be shown without its neighbours. It is what `run --format json` prints, where each step but the first has only the
//! [change](super::change::Change) of the state (`--format json-full`: the whole state).
//!
//! ```
//! use handlelab::run::{record, trace::Verdict};
//! use handlelab::scenario::Document;
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\n";
//! let document = Document::read(text).expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! let step = &trace.steps[1];
//! assert_eq!((step.line, step.call), (2, Some("CreateEvent")));
//! assert_eq!(step.verdict, Verdict::Met);
//! assert!(step.state.processes.iter().any(|process| process.name == "p"));
//! ```

use super::misuse::Misuse;
use super::rows::{Keyed, Rows};
use crate::kernel::{AccessMask, Effect, Handle, ObjectNo, ObjectType, Reference};
use crate::scenario::diagnostic::Diagnostic;
use serde::Serialize;
use smol_str::SmolStr;
use std::sync::Arc;

/// The version of the format. It grows when a field changes its meaning or goes; new fields may come at any time.
pub const VERSION: u32 = 2;

/// A whole run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Trace {
    /// Always `handlelab trace`.
    pub format: &'static str,
    /// See [`VERSION`].
    pub version: u32,
    /// The file, as it was named.
    pub file: String,
    /// The scenario's title.
    pub title: Option<String>,
    /// The options that are not default.
    pub options: Vec<(String, String)>,
    /// Is it an exercise that nobody has solved? Then there are no steps.
    pub unsolved: bool,
    /// What happened, in order.
    pub steps: Vec<TraceStep>,
    /// Steps that wait to the end.
    pub still_blocked: Vec<StillBlocked>,
    /// A mistake of the file that showed only in the run; the run ended there.
    pub mistake: Option<Diagnostic>,
    /// How many expectations, checks and invariants did not hold.
    pub failures: usize,
    /// The handles that were misused, in the order of the steps.
    pub misuses: Vec<Misuse>,
}

/// A step, a check, or what came after the last line.
///
/// ```
/// use handlelab::run::record;
/// use handlelab::scenario::Document;
///
/// let text = "process p, q\np: h = CreateEvent(lpName: \"Go\")\nq: h = OpenEvent(SYNCHRONIZE, FALSE, \"Go\")\n\
///             q: WaitForSingleObject(h, INFINITE) => WAIT_TIMEOUT\np: SetEvent(h)\n";
/// let (_, trace) = record("a.hlab", &Document::read(text).expect("it can be read"));
/// let [.., wait, set, _] = &trace.steps[..] else { panic!("the two and the end") };
/// assert!(wait.blocked && wait.answer.is_none() && wait.failures() == 0);
/// assert_eq!((set.returned[0].line, set.failures()), (4, 1), "an answer is told where it comes");
/// ```
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TraceStep {
    /// Counted from 1; 0 for the start.
    pub number: usize,
    /// The line of the file, counted from 1.
    pub line: u32,
    /// What it is.
    pub kind: StepKind,
    /// Who acted: `child` or `child.worker`.
    pub actor: Option<SmolStr>,
    /// The line's text, without a comment.
    pub text: String,
    /// The narration in front of it.
    pub narration: Vec<String>,
    /// The call; nothing for a check, or when a value was copied.
    pub call: Option<&'static str>,
    /// The handle values that the call was given, in the order of its parameters; or the number that was copied.
    pub given: Vec<Given>,
    /// What the call gave back; nothing while it waits, or when its thread ended.
    pub answer: Option<AnswerRecord>,
    /// Did the call block?
    pub blocked: bool,
    /// Whether what was expected came.
    pub verdict: Verdict,
    /// What changed.
    pub effects: Vec<Effect>,
    /// Earlier steps that had blocked and returned now.
    pub returned: Vec<Returned>,
    /// Whatever else did not hold after this step: `always` (told once, when it ceases to hold), `finally`, misuses that the
    /// file means (told at the end), invariants.
    pub broken: Vec<Broken>,
    /// The state behind it. How it is written, [`super::written`] says.
    #[serde(skip)]
    pub state: Arc<Snapshot>,
}

/// What a [`TraceStep`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Before the first line: the processes that exist from the start.
    Start,
    /// Somebody did something.
    Step,
    /// The kernel's eye looked.
    Check,
    /// The file is over: timeouts pass, and what must hold at the end is judged.
    End,
}

/// A handle value that a step was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Given {
    /// The parameter; empty when the value was copied.
    pub param: &'static str,
    /// The value.
    pub value: Handle,
    /// The variable that held it, with its process: `parent.hEvent`. Nothing if it was written in its place.
    pub variable: Option<String>,
}

/// What a call gave back.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AnswerRecord {
    /// In words: `HANDLE 0x4`, `FALSE ERROR_INVALID_HANDLE`.
    pub text: String,
    /// As it is written behind `=>`: `HANDLE`, `FALSE ERROR_INVALID_HANDLE`; empty where nothing can be expected.
    pub expectation: String,
    /// The value, 64 bits.
    pub value: u64,
    /// Did the call do what was asked?
    pub succeeded: bool,
    /// The kernel's own word for it.
    pub status: Option<&'static str>,
    /// The last error, where the call set it.
    pub error: Option<String>,
    /// Variables that it filled, in order.
    pub assigned: Vec<Assigned>,
}

/// A variable that got a value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Assigned {
    /// `hEvent`, `pi.hProcess`.
    pub variable: SmolStr,
    /// The value in words.
    pub value: String,
    /// The object that it names.
    pub object: Option<ObjectNo>,
}

/// Whether what was expected came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
#[non_exhaustive]
pub enum Verdict {
    /// Nothing was expected.
    None,
    /// It came.
    Met,
    /// It is to be predicted.
    Open,
    /// It has not come yet: the call waits.
    Waiting,
    /// Something else came.
    Missed {
        /// What was expected.
        expected: String,
        /// What was found.
        found: String,
    },
}

/// A step that had blocked and now returned.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Returned {
    /// The number of the step.
    pub step: usize,
    /// Its line.
    pub line: u32,
    /// Who had waited.
    pub actor: SmolStr,
    /// What the call gave back; nothing when its thread ended.
    pub answer: Option<AnswerRecord>,
    /// Whether what was expected came.
    pub verdict: Verdict,
}

/// Something that should hold and does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Broken {
    /// `always`, `finally`, `goal`, `misuse` or `invariant`.
    pub kind: &'static str,
    /// The line where it is written; 0 for an invariant.
    pub line: u32,
    /// What should hold.
    pub expected: String,
    /// What was found.
    pub found: String,
}

/// A step that waits to the end.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StillBlocked {
    /// Its line.
    pub line: u32,
    /// Who waits.
    pub actor: SmolStr,
    /// The line's text.
    pub text: String,
}

/// The whole state at one moment. States of one run share what is the same in them.
///
/// ```
/// use handlelab::kernel::{ObjectNo, Reference};
/// use handlelab::run::record;
/// use handlelab::scenario::Document;
///
/// let text = "process p\np: h = CreateEvent()\np: WaitForSingleObject(h, INFINITE)\n";
/// let (_, trace) = record("a.hlab", &Document::read(text).expect("it can be read"));
/// let event = trace.steps[2].state.object(ObjectNo(3)).expect("it exists");
/// assert_eq!((event.handle_count, event.pointer_count), (1, 2));
/// assert_eq!(event.references, [Reference::Wait(ObjectNo(2))], "a thread that waits keeps the object");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Snapshot {
    /// Milliseconds since the start.
    pub now: u64,
    /// Every process whose object exists, in order of creation.
    pub processes: Rows<ProcessState>,
    /// Every object that exists, in order of creation.
    pub objects: Rows<ObjectState>,
    /// The names of the files on the disk.
    pub files: Arc<[SmolStr]>,
}

/// A process at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ProcessState {
    /// Its object.
    pub object: ObjectNo,
    /// Its name.
    pub name: SmolStr,
    /// Its id.
    pub pid: u32,
    /// Its exit code, once it has ended.
    pub exit_code: Option<u32>,
    /// Its handle table; empty once it has ended.
    pub handles: Rows<HandleRow>,
}

/// An entry of a handle table at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HandleRow {
    /// The value.
    pub handle: Handle,
    /// The object.
    pub object: ObjectNo,
    /// What it allows.
    pub granted_access: AccessMask,
    /// The same in words.
    pub access: String,
    /// Is it inheritable?
    pub inherit: bool,
    /// Is it protected from closing?
    pub protect_from_close: bool,
}

/// An object at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ObjectState {
    /// Its number.
    pub object: ObjectNo,
    /// Its type.
    #[serde(rename = "type")]
    pub object_type: ObjectType,
    /// Its name in the directory, or what users call it.
    pub name: Option<String>,
    /// Is that a name in the directory?
    pub named: bool,
    /// Entries that point at it.
    pub handle_count: u32,
    /// All references.
    pub pointer_count: u32,
    /// The references that are no handles.
    pub references: Vec<Reference>,
    /// Its state in words.
    pub state: String,
}

impl TraceStep {
    /// How many things did not hold.
    pub fn failures(&self) -> usize {
        let missed = |verdict: &Verdict| usize::from(matches!(verdict, Verdict::Missed { .. }));
        missed(&self.verdict)
            + self.broken.len()
            + self.returned.iter().map(|step| missed(&step.verdict)).sum::<usize>()
    }
}

impl Snapshot {
    /// An object that exists.
    pub fn object(&self, no: ObjectNo) -> Option<&ObjectState> {
        self.objects.get(no)
    }
}

impl Keyed for ProcessState {
    type Key = ObjectNo;
    fn key(&self) -> ObjectNo {
        self.object
    }
}

impl Keyed for HandleRow {
    type Key = Handle;
    fn key(&self) -> Handle {
        self.handle
    }
}

impl Keyed for ObjectState {
    type Key = ObjectNo;
    fn key(&self) -> ObjectNo {
        self.object
    }
}
