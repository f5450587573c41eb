//! What does a scenario file say, before anybody asks whether it makes sense?
//!
//! A [`Scenario`] is the file as a list of [`Item`]s, one a line (a call in parentheses may take several). Nothing of
//! the file is lost but its spacing: comments, narration, blank lines, the way in which a number or a string was
//! written. Every node knows its place ([`Span`]); a tree that was generated has none. The parser makes trees from
//! text, the printer text from trees, and the two are inverse to each other.
//!
//! ```
//! use handlelab::scenario::tree::{Action, ItemKind};
//! use handlelab::scenario::{parser, printer};
//!
//! let (mut tree, _) = parser::parse("process p\np: h = CreateEvent()\n\np: CloseHandle(h) // the last one\n");
//! let ItemKind::Step(step) = &tree.items[1].kind else { panic!("the second line") };
//! assert!(matches!(&step.action, Action::Call(call) if call.name.text == "CreateEvent" && call.args.is_empty()));
//! assert_eq!(tree.items[3].comment.as_deref(), Some(" the last one"));
//! tree.items.retain(|item| item.kind != ItemKind::Blank);
//! assert_eq!(printer::print(&tree).lines().count(), 3);
//! ```

pub use super::comment::{Comment, Comments};
use super::span::Span;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A whole scenario file.
///
/// ```
/// use handlelab::scenario::parser::parse;
///
/// let [close, loose] = ["p: CloseHandle(4)\n", "p :  CloseHandle( 4 ) ;\n"].map(|text| parse(text).0);
/// assert_ne!(close, loose, "the pieces stand in other places");
/// assert_eq!(close.without_places(), loose.without_places());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// Its lines, in order.
    pub items: Vec<Item>,
}

/// One line of a scenario (or one call that takes several).
///
/// ```
/// use handlelab::scenario::printer;
/// use handlelab::scenario::tree::{Item, ItemKind, Name, Scenario, Text};
///
/// let title = Item::new(ItemKind::Title(Text::new("Two \"names\"")));
/// let processes = Item::new(ItemKind::Process(vec![Name::new("a"), Name::new("b")]));
/// let text = printer::print(&Scenario { items: vec![title, processes] });
/// assert_eq!(text, "title \"Two \\\"names\\\"\"\nprocess a, b\n");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What the line says.
    pub kind: ItemKind,
    /// The comment behind it on the same line: the text after `//`, without the line's end and trailing blanks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Comment>,
    /// Its place, without indentation, comment and line end.
    #[serde(skip)]
    pub span: Span,
}

// Long scenarios are mostly memory, and memory that is touched for the first time takes a third of the time for a line.
const _: () = assert!(size_of::<Item>() <= 192, "a line takes three cache lines");

/// What a line can say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ItemKind {
    /// One or more empty lines. (The printer writes one.)
    Blank,
    /// `// text`: the text after `//`, as written, without trailing blanks.
    Comment(String),
    /// `/// text`: narration of the next step or check. The text after `///` and at most one space.
    Narration(String),
    /// `handlelab 1`
    Version(Number),
    /// `title "…"`
    Title(Text),
    /// `process a, b`
    Process(Vec<Name>),
    /// `option name = value`
    Option {
        /// Which option.
        name: Name,
        /// Its value: a name or a number, kept as written.
        value: Name,
    },
    /// `actor: variable = action => expectation`
    Step(Step),
    /// `check EXPR`
    Check(Expr),
    /// `misuse use-after-close, null-handle`: the next step misuses handles in these ways, and is meant to.
    Misuse(Vec<Name>),
    /// `always EXPR`
    Always(Expr),
    /// `finally EXPR`
    Finally(Expr),
    /// `exercise`
    Exercise,
    /// A line of an exercise block (`task`, `allow`, …).
    Clause(Clause),
    /// `begin`
    Begin,
    /// `end`
    End,
}

/// A line inside an exercise block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Clause {
    /// `task "…"`: what the student is asked to do.
    Task(Text),
    /// `allow CallA, CallB`: the only calls that the gap may use.
    Allow(Vec<Name>),
    /// `forbid CallA, CallB`: calls that the gap may not use.
    Forbid(Vec<Name>),
    /// `require CallA, CallB`: calls that must happen in the gap.
    Require(Vec<Name>),
    /// `limit 2 steps`: how many steps the gap may have (`step` is written for 1).
    Limit(Number),
    /// `hint "…"`
    Hint(Text),
    /// `goal EXPR`: a fact that must hold at the end.
    Goal(Expr),
    /// `hidden goal EXPR`: the same, but students never see it.
    Hidden(Expr),
    /// `every order`: goals must hold at the end of every order in which the steps could happen.
    EveryOrder,
}

/// One step: who does what, and what is expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The process, or `process.thread`.
    pub actor: Path,
    /// The variable that gets the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variable: Option<Name>,
    /// What is done: a call, or any other expression, which is copied into the variable.
    pub action: Action,
    /// What stands behind `=>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expect>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A call.
    Call(Call),
    /// A value, copied.
    Copy(Expr),
}

/// A call with its arguments as written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The call's name.
    pub name: Name,
    /// Its arguments, in the order of the file.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub args: Box<[Arg]>,
    /// Comments inside the parentheses behind the last argument (text after `//`). A call with a comment inside is
    /// printed with one argument a line.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub comments: Comments,
}

/// One argument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arg {
    /// Comments on lines of their own in front of it (text after `//`).
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub before: Comments,
    /// The parameter's name, where it is written: `bManualReset: TRUE`. Win32's nested
    /// `lpProcessAttributes.bInheritHandle` is one path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Path>,
    /// The value.
    pub value: Expr,
    /// The comment behind it (and its comma) on the same line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Comment>,
}

/// What stands behind `=>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expect {
    /// The answer.
    pub value: Expected,
    /// The error's name or number, if one is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Box<Expr>>,
    /// From the answer to the end of the error, without the arrow.
    #[serde(skip)]
    pub span: Span,
}

/// The expected answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Expected {
    /// `?`: to be predicted.
    Unknown,
    /// A word, a number, or a sum such as `WAIT_OBJECT_0 + 1`.
    Value(Expr),
}

/// An identifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// As written.
    pub text: SmolStr,
    /// Its place.
    #[serde(skip)]
    pub span: Span,
}

/// Identifiers joined by dots: `parent.pi.hProcess`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Path {
    /// The whole path as one text, without spaces: `parent.pi.hProcess`.
    pub text: SmolStr,
    /// Its place.
    #[serde(skip)]
    pub span: Span,
}

/// A number and the way in which it was written (`0x1F0003`, `259`).
///
/// ```
/// use handlelab::scenario::tree::Number;
///
/// let (count, access) = (Number::decimal(2), Number::hexadecimal(0x1F_0003));
/// assert_eq!([count.written, access.written], ["2", "0x1F0003"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    /// 64 bits; a minus sign is an operator of its own.
    pub value: u64,
    /// As written.
    pub written: SmolStr,
    /// Its place.
    #[serde(skip)]
    pub span: Span,
}

/// A string.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// What it says, escapes resolved.
    pub value: String,
    /// As written, with its quotes and a possible `L` in front.
    pub written: String,
    /// Its place.
    #[serde(skip)]
    pub span: Span,
}

/// An expression: a value, or a question to the kernel's eye.
///
/// ```
/// use handlelab::scenario::printer;
/// use handlelab::scenario::tree::{Expr, ExprKind, Item, ItemKind, Name, Path, Scenario};
///
/// let child = Expr::new(ExprKind::Path(Path::new("child")));
/// let fact = Expr::new(ExprKind::Apply(Box::new(Name::new("exited")), [child].into()));
/// let line = Scenario { items: vec![Item::new(ItemKind::Check(fact))] };
/// assert_eq!(printer::print(&line), "check exited(child)\n");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its place.
    #[serde(skip)]
    pub span: Span,
}

/// What an expression can be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExprKind {
    /// `0x4`
    Number(Box<Number>),
    /// `"text"`
    Text(Box<Text>),
    /// `hEvent`, `parent.hEvent`, `TRUE`, `EVENT_MODIFY_STATE`
    Path(Path),
    /// `GetCurrentProcess()`, `handles(parent.hEvent)`
    Apply(Box<Name>, Box<[Expr]>),
    /// `[a, b]`
    List(Box<[Expr]>),
    /// `&hDup`
    Out(Box<Path>),
    /// `(a)`: kept, so that what was written is what is printed.
    Group(Box<Expr>),
    /// `~8`, `!a`, `-1`
    Unary(UnaryOp, Box<Expr>),
    /// `a | b`, `h + 4`, `a == b`, `a && b`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
}

/// Operators in front of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UnaryOp {
    /// `!`
    Not,
    /// `~`
    Complement,
    /// `-`
    Minus,
}

/// Operators between two expressions; all group to the left.
///
/// ```
/// use handlelab::scenario::tree::BinaryOp;
///
/// let (bits, equal) = (BinaryOp::BitOr, BinaryOp::Equal);
/// assert!(bits.precedence() > equal.precedence(), "unlike in C: `a == b | c` is `a == (b | c)`");
/// assert_eq!(BinaryOp::ALL.map(BinaryOp::symbol)[..3], ["||", "&&", "=="]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BinaryOp {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `|`
    BitOr,
    /// `&`
    BitAnd,
    /// `+`
    Plus,
    /// `-`
    Minus,
}

impl UnaryOp {
    /// The operator as it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            UnaryOp::Not => "!",
            UnaryOp::Complement => "~",
            UnaryOp::Minus => "-",
        }
    }
}

impl BinaryOp {
    /// All of them.
    pub const ALL: [BinaryOp; 12] = [
        BinaryOp::Or,
        BinaryOp::And,
        BinaryOp::Equal,
        BinaryOp::NotEqual,
        BinaryOp::Less,
        BinaryOp::LessOrEqual,
        BinaryOp::Greater,
        BinaryOp::GreaterOrEqual,
        BinaryOp::BitOr,
        BinaryOp::BitAnd,
        BinaryOp::Plus,
        BinaryOp::Minus,
    ];

    /// The operator as it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Or => "||",
            BinaryOp::And => "&&",
            BinaryOp::Equal => "==",
            BinaryOp::NotEqual => "!=",
            BinaryOp::Less => "<",
            BinaryOp::LessOrEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterOrEqual => ">=",
            BinaryOp::BitOr => "|",
            BinaryOp::BitAnd => "&",
            BinaryOp::Plus => "+",
            BinaryOp::Minus => "-",
        }
    }

    /// How tightly it binds: a larger number binds tighter. `|` is tighter than a comparison (unlike in C), as one
    /// means it in `access(p, h) == SYNCHRONIZE | EVENT_MODIFY_STATE`.
    pub fn precedence(self) -> u8 {
        match self {
            BinaryOp::Or => 1,
            BinaryOp::And => 2,
            BinaryOp::Equal | BinaryOp::NotEqual => 3,
            BinaryOp::Less | BinaryOp::LessOrEqual | BinaryOp::Greater | BinaryOp::GreaterOrEqual => 4,
            BinaryOp::BitOr => 5,
            BinaryOp::BitAnd => 6,
            BinaryOp::Plus | BinaryOp::Minus => 7,
        }
    }
}
