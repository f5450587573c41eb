//! Which names are there to be explained?
//!
//! All rows of all tables that the kernel and the checker read. A row that is added there has a page at once.

use super::page::{Page, PageKind};
use super::words::{self, Sign};
use super::{call, mistake, misuse, object_type, option, outcome, question, right, value};
use crate::kernel::access::{COMMON_RIGHTS, Right, STANDARD_RIGHTS};
use crate::kernel::calls::CallSpec;
use crate::kernel::constants::{Constant, Family};
use crate::kernel::options::OptionSpec;
use crate::kernel::{ObjectType, Options, Status, Win32Error};
use crate::scenario::diagnostic::Code;
use crate::scenario::eye::{QUESTIONS, QuestionSpec};
use crate::scenario::keyword::Keyword;
use crate::scenario::misuse::Class;
use std::sync::LazyLock;

/// Something that has a name and a page.
///
/// ```
/// use handlelab::explain::{PageKind, Subject};
///
/// let right = Subject::all().iter().find(|subject| subject.name() == "EVENT_MODIFY_STATE").expect("a right");
/// assert_eq!((right.kind(), right.value()), (PageKind::Right, Some(2)));
/// assert!(right.page().sections.iter().any(|section| section.title == "Calls that need it"));
/// let mistakes = Subject::all().iter().filter(|subject| subject.kind() == PageKind::Mistake);
/// assert!(mistakes.count() > 40, "every diagnostic has a page");
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Subject {
    /// A word that a line can start with.
    Keyword(Keyword),
    /// A sign, or a word that stands elsewhere in a line.
    Sign(&'static Sign),
    /// A type of objects.
    Type(ObjectType),
    /// A call.
    Call(&'static CallSpec),
    /// A question of the kernel's eye.
    Question(&'static QuestionSpec),
    /// An option.
    Option(&'static OptionSpec),
    /// A right: of one type, or of all.
    Right(Right, Option<ObjectType>),
    /// A constant that is neither right nor error nor status.
    Constant(Constant),
    /// An error with its name.
    Error(&'static str, Win32Error),
    /// What the kernel says itself.
    Status(Status),
    /// A mistake that a file can have.
    Mistake(Code),
    /// A misuse of a handle that a run can show.
    Misuse(Class),
}

static ALL: LazyLock<Vec<Subject>> = LazyLock::new(|| {
    let mut all: Vec<Subject> = Vec::new();
    all.extend(Keyword::ALL.iter().copied().map(Subject::Keyword));
    all.extend(words::SIGNS.iter().map(Subject::Sign));
    all.extend(ObjectType::ALL.iter().copied().map(Subject::Type));
    all.extend(CallSpec::all().iter().copied().map(Subject::Call));
    all.extend(QUESTIONS.iter().map(Subject::Question));
    all.extend(Options::ALL.iter().map(Subject::Option));
    all.extend(STANDARD_RIGHTS.iter().chain(COMMON_RIGHTS).map(|right| Subject::Right(*right, None)));
    for &of in ObjectType::ALL {
        all.extend(right::of_type(of).map(|right| Subject::Right(right, Some(of))));
    }
    let constants = Constant::all().iter().copied();
    let others =
        constants.filter(|found| matches!(found.family, Family::Flag(_) | Family::Answer | Family::Value));
    all.extend(others.map(Subject::Constant));
    all.extend(Win32Error::ALL.iter().map(|(name, error, _)| Subject::Error(name, *error)));
    all.extend(Status::ALL.iter().copied().map(Subject::Status));
    all.extend(Code::ALL.iter().copied().map(Subject::Mistake));
    all.extend(Class::ALL.iter().copied().map(Subject::Misuse));
    all
});

impl Subject {
    /// Everything that has a page.
    pub fn all() -> &'static [Subject] {
        &ALL
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Subject::Keyword(keyword) => keyword.word(),
            Subject::Sign(sign) => sign.name,
            Subject::Type(of) => of.win32(),
            Subject::Call(spec) => spec.name,
            Subject::Question(spec) => spec.name,
            Subject::Option(spec) => spec.name,
            Subject::Right(right, _) => right.name,
            Subject::Constant(constant) => constant.name,
            Subject::Error(name, _) => name,
            Subject::Status(status) => status.name(),
            Subject::Mistake(code) => code.name(),
            Subject::Misuse(class) => class.name(),
        }
    }

    /// Another name for it, by which it can be found too.
    pub(super) fn other_name(self) -> Option<&'static str> {
        match self {
            Subject::Type(of) => Some(of.spec().name).filter(|name| *name != of.win32()),
            Subject::Right(right, _) => right::second_name(&right),
            _ => None,
        }
    }

    /// What kind of thing it is.
    pub fn kind(self) -> PageKind {
        match self {
            Subject::Keyword(_) | Subject::Sign(_) => PageKind::Word,
            Subject::Type(_) => PageKind::Type,
            Subject::Call(_) => PageKind::Call,
            Subject::Question(_) => PageKind::Question,
            Subject::Option(_) => PageKind::Option,
            Subject::Right(..) => PageKind::Right,
            Subject::Constant(_) => PageKind::Constant,
            Subject::Error(..) => PageKind::Error,
            Subject::Status(_) => PageKind::Status,
            Subject::Mistake(_) => PageKind::Mistake,
            Subject::Misuse(_) => PageKind::Misuse,
        }
    }

    /// The number that it stands for, as people write it: errors and flags have 32 bits.
    pub fn value(self) -> Option<u64> {
        match self {
            Subject::Right(right, _) => Some(right.mask.0.into()),
            Subject::Constant(constant) => Some(constant.value),
            Subject::Error(_, error) => Some(error.0.into()),
            Subject::Status(status) => Some(status.code().into()),
            _ => None,
        }
    }

    /// Its page.
    pub fn page(self) -> Page {
        match self {
            Subject::Keyword(keyword) => words::keyword_page(keyword),
            Subject::Sign(sign) => words::sign_page(sign),
            Subject::Type(of) => object_type::page(of),
            Subject::Call(spec) => call::page(spec),
            Subject::Question(spec) => question::page(spec),
            Subject::Option(spec) => option::page(spec),
            Subject::Right(right, of) => right::page(right, of),
            Subject::Constant(constant) => value::page(constant),
            Subject::Error(name, error) => outcome::error_page(name, error),
            Subject::Status(status) => outcome::status_page(status),
            Subject::Mistake(code) => mistake::page(code),
            Subject::Misuse(class) => misuse::page(class),
        }
    }
}
