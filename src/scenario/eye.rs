//! What can the kernel's eye be asked?
//!
//! Programs never see counts; `check`, `always`, `finally` and `goal` do.
//!
//! ```
//! use handlelab::scenario::eye::{self, TermType};
//!
//! let handles = eye::find("handles").expect("a question");
//! assert_eq!(handles.answers, TermType::Number);
//! ```

/// A question of the kernel's eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Question {
    /// `handles(OBJECT)`
    Handles,
    /// `pointers(OBJECT)`
    Pointers,
    /// `alive(OBJECT)`
    Alive,
    /// `dead(OBJECT)`
    Dead,
    /// `type(OBJECT)`
    Type,
    /// `signaled(OBJECT)`
    Signaled,
    /// `owner(OBJECT)`
    Owner,
    /// `count(OBJECT)`
    Count,
    /// `same_object(OBJECT, OBJECT)`
    SameObject,
    /// `named("Ready")`
    Named,
    /// `valid(PROCESS, value)`
    Valid,
    /// `access(PROCESS, value)`
    Access,
    /// `inherits(PROCESS, value)`
    Inherits,
    /// `protected(PROCESS, value)`
    Protected,
    /// `open_handles(PROCESS)`
    OpenHandles,
    /// `parent_pid(PROCESS)`
    ParentPid,
    /// `running(P)`
    Running,
    /// `exited(P)`
    Exited,
    /// `exit_code(P)`
    ExitCode,
    /// `blocked(P)`
    Blocked,
}

/// What a question is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OperandKind {
    /// An object: a variable, a name, a process or thread, or `object(PROCESS, value)`.
    Object,
    /// A process.
    Process,
    /// A process or a thread.
    Actor,
    /// A handle value.
    Value,
    /// An object's name.
    Name,
}

/// What a question answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TermType {
    /// A number.
    Number,
    /// A string.
    Text,
    /// True or false.
    Truth,
    /// An object, or none.
    Object,
    /// Whatever a variable holds.
    Anything,
}

/// A row of the table of questions.
///
/// ```
/// use handlelab::scenario::eye::{OperandKind, QUESTIONS, TermType};
///
/// let mut of_two = QUESTIONS.iter().filter(|spec| spec.operands == [OperandKind::Object, OperandKind::Object]);
/// let same = of_two.next().expect("a question about two objects");
/// assert_eq!((same.name, same.answers), ("same_object", TermType::Truth));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct QuestionSpec {
    /// Its name.
    pub name: &'static str,
    /// Which question.
    pub question: Question,
    /// What it is asked about.
    pub operands: &'static [OperandKind],
    /// What it answers.
    pub answers: TermType,
    /// What the answer says.
    pub about: &'static str,
}

/// What names an object by a value in somebody's table.
pub const OBJECT: &str = "object";

macro_rules! questions {
    ($($name:literal $question:ident($($operand:ident),*) -> $answers:ident $about:literal;)+) => {
        /// All questions.
        pub const QUESTIONS: &[QuestionSpec] = &[$(QuestionSpec {
            name: $name,
            question: Question::$question,
            operands: &[$(OperandKind::$operand),*],
            answers: TermType::$answers,
            about: $about,
        },)+];
    };
}

questions! {
    "handles" Handles(Object) -> Number "how many handles to the object are open, in all processes together";
    "pointers" Pointers(Object) -> Number "how many references to it there are: handles, waits, and whatever else keeps it";
    "alive" Alive(Object) -> Truth "does the object exist?";
    "dead" Dead(Object) -> Truth "does it exist no more?";
    "type" Type(Object) -> Text "its type: \"Event\", \"Mutex\", ...";
    "signaled" Signaled(Object) -> Truth "would a wait for it succeed?";
    "owner" Owner(Object) -> Object "the thread that owns the mutex, or NULL";
    "count" Count(Object) -> Number "a semaphore's permits, or how often a mutex is owned";
    "same_object" SameObject(Object, Object) -> Truth "are the two the same object?";
    "named" Named(Name) -> Truth "is there an object with this name?";
    "valid" Valid(Process, Value) -> Truth "does the value name a handle in the process's table?";
    "access" Access(Process, Value) -> Number "what the handle allows";
    "inherits" Inherits(Process, Value) -> Truth "is the handle inheritable?";
    "protected" Protected(Process, Value) -> Truth "is the handle protected from closing?";
    "open_handles" OpenHandles(Process) -> Number "how many handles the process has open";
    "parent_pid" ParentPid(Process) -> Number "the id of its parent, as written down when it was created";
    "running" Running(Actor) -> Truth "does the process or thread still run?";
    "exited" Exited(Actor) -> Truth "has it ended?";
    "exit_code" ExitCode(Actor) -> Number "its exit code; STILL_ACTIVE while it runs";
    "blocked" Blocked(Actor) -> Truth "does the thread wait? Of a process its first thread is meant";
}

/// The question with this name.
pub fn find(name: &str) -> Option<&'static QuestionSpec> {
    QUESTIONS.iter().find(|spec| spec.name == name)
}
