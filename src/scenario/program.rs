//! What does a scenario mean, once everything in it has been understood?
//!
//! Names have become indices, constants numbers, calls rows of the kernel's table, and arguments stand in their places.
//! Running, exploring, exporting and grading all start from a [`Program`].
//!
//! ```
//! use handlelab::scenario::Document;
//! use handlelab::scenario::program::StatementKind;
//!
//! let document = Document::read("process p\np: h = CreateEvent()\ncheck alive(p.h)\n").expect("it can be read");
//! let [step, check] = document.program.statements.as_slice() else { panic!("two lines") };
//! assert!(matches!(step.kind, StatementKind::Step(_)) && !matches!(check.kind, StatementKind::Step(_)));
//! ```

use super::eye::Question;
use super::misuse::Class;
use super::span::Span;
use super::tree::{BinaryOp, UnaryOp};
use crate::kernel::{CallSpec, Options};
use smol_str::SmolStr;

/// A scenario that makes sense.
///
/// ```
/// use handlelab::scenario::Document;
/// use handlelab::scenario::program::{Action, StatementKind};
///
/// let text = "process p\np: hEvent = CreateEvent()\np: hOther = hEvent\n";
/// let program = Document::read(text).expect("it can be read").program;
/// let steps = program.statements.iter().filter_map(|statement| match &statement.kind {
///     StatementKind::Step(step) => Some(step),
///     _ => None,
/// });
/// let calls: Vec<_> = steps.filter(|step| matches!(step.action, Action::Call { .. })).collect();
/// assert_eq!(program.actor(calls[0].actor).name, "p");
/// assert_eq!(calls[0].variable.map(|id| program.variable(id).name.as_str()), Some("hEvent"));
/// assert!(!program.is_unsolved(), "it is no exercise");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// What it shows.
    pub title: Option<String>,
    /// The options that it chooses.
    pub options: Options,
    /// Every process and thread that the file speaks of.
    pub actors: Vec<Actor>,
    /// Every variable.
    pub variables: Vec<Variable>,
    /// Steps and checks, in order.
    pub statements: Vec<Statement>,
    /// The misuses of handles that the file means, in order.
    pub misuses: Vec<MeantMisuse>,
    /// What must hold after every step.
    pub always: Vec<Condition>,
    /// What must hold at the end.
    pub finally: Vec<Condition>,
    /// The exercise, if it is one.
    pub exercise: Option<Exercise>,
}

/// A place in [`Program::actors`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActorId(pub u32);

/// A place in [`Program::variables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VariableId(pub u32);

/// A process (which stands for its first thread as well), or a further thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// `child` or `child.worker`.
    pub name: SmolStr,
    /// The process it belongs to; itself for a process.
    pub process: ActorId,
    /// The thread's own name; `None` for a process.
    pub thread: Option<SmolStr>,
    /// Does it exist from the start?
    pub from_start: bool,
}

/// A variable of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Whose.
    pub process: ActorId,
    /// Its name, fields included: `hEvent`, `pi.hProcess`.
    pub name: SmolStr,
}

/// A step or a check.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// Its place in the text.
    pub span: Span,
    /// Its place among the items of the tree.
    pub item: u32,
    /// Where its narration starts among the items, if it has any.
    pub narration: Option<u32>,
    /// Does it stand in the gap of an exercise?
    pub in_gap: bool,
}

const _: () = assert!(size_of::<Statement>() <= 112, "long scenarios are mostly memory");

/// A misuse of a handle that the file means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeantMisuse {
    /// The step that misuses the handle: a place in [`Program::statements`].
    pub statement: u32,
    /// How.
    pub class: Class,
    /// Where that is written.
    pub span: Span,
}

/// What a statement can be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum StatementKind {
    /// Somebody does something.
    Step(Step),
    /// The kernel's eye looks.
    Check(Condition),
}

/// Somebody does something.
#[derive(Clone, Debug)]
pub struct Step {
    /// Who.
    pub actor: ActorId,
    /// What gets the answer.
    pub variable: Option<VariableId>,
    /// What is done.
    pub action: Action,
    /// What is expected.
    pub expect: Option<Expect>,
}

/// What a step does.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Action {
    /// A call.
    Call {
        /// Which.
        spec: &'static CallSpec,
        /// Its arguments, in the places of its parameters, up to the last one that is not absent.
        args: Box<[Argument]>,
        /// The process or thread that it creates.
        creates: Option<ActorId>,
    },
    /// A value is copied into the variable.
    Copy(Term),
}

/// An argument.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Argument {
    /// Left out.
    Absent,
    /// A number or a text.
    Value(Term),
    /// Several numbers.
    List(Vec<Term>),
    /// A variable to be filled; for a structure one for each field.
    Out(Vec<VariableId>),
}

/// What is expected of an answer.
#[derive(Clone, Debug)]
pub struct Expect {
    /// The value.
    pub value: ExpectedValue,
    /// The last error.
    pub error: Option<u32>,
    /// Its place.
    pub span: Span,
}

/// An expected value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpectedValue {
    /// `?`: whatever it is; somebody is to predict it.
    Unknown,
    /// Not 0.
    True,
    /// Neither NULL nor INVALID_HANDLE_VALUE.
    Handle,
    /// Not NULL.
    Address,
    /// This number.
    Number(u64),
}

/// Something that is true or not.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The question.
    pub term: Term,
    /// Its place, without the keyword.
    pub span: Span,
}

/// A value, or a question to the kernel's eye.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Term {
    /// A number, and the name of the constant by which it is written, if it is.
    Number(u64, Option<&'static str>),
    /// A text.
    Text(SmolStr),
    /// What a variable holds, and where it stands in the text.
    Variable(VariableId, Span),
    /// The id of a process.
    Pid(ActorId),
    /// A call without arguments that only tells something, such as GetCurrentProcess().
    Call(&'static CallSpec),
    /// An operator in front.
    Unary(UnaryOp, Box<Term>),
    /// An operator between.
    Binary(BinaryOp, Box<Term>, Box<Term>),
    /// A question to the kernel's eye, and where it stands in the text.
    Ask(Question, Vec<Operand>, Span),
    /// An object as a value, to be compared with `owner()`.
    Object(ObjectRef),
}

/// What a question is asked about.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Operand {
    /// An object.
    Object(ObjectRef),
    /// A process or thread.
    Actor(ActorId),
    /// A value.
    Value(Term),
}

/// How an object is meant.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ObjectRef {
    /// The object that the variable named when it was last assigned.
    Variable(VariableId),
    /// The object with this name.
    Name(SmolStr),
    /// A process or thread.
    Actor(ActorId),
    /// What a value names in a process's table now.
    At(ActorId, Box<Term>),
}

/// The terms of an exercise.
#[derive(Clone, Debug, Default)]
pub struct Exercise {
    /// What is to be done.
    pub task: String,
    /// The only calls that the gap may use, if any are named.
    pub allow: Vec<&'static CallSpec>,
    /// The calls that the gap may not use.
    pub forbid: Vec<&'static CallSpec>,
    /// The calls that must happen in the gap.
    pub require: Vec<&'static CallSpec>,
    /// How many steps the gap may have.
    pub limit: Option<u32>,
    /// Hints, to be shown one by one.
    pub hints: Vec<String>,
    /// What must hold at the end.
    pub goals: Vec<Condition>,
    /// What must hold at the end too, and students never see.
    pub hidden: Vec<Condition>,
    /// Must the goals hold at the end of every order in which the steps could happen?
    pub every_order: bool,
}

impl Program {
    /// The actor behind an id.
    pub fn actor(&self, id: ActorId) -> &Actor {
        &self.actors[id.0 as usize]
    }

    /// The variable behind an id.
    pub fn variable(&self, id: VariableId) -> &Variable {
        &self.variables[id.0 as usize]
    }

    /// The first statement of the gap that somebody has filled in; `None` if it is an exercise that nobody has solved.
    pub fn is_unsolved(&self) -> bool {
        self.exercise.is_some() && !self.statements.iter().any(|statement| statement.in_gap)
    }
}
