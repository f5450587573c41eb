//! Which answer is expected?

use super::Checker;
use crate::kernel::calls::{CallSpec, Returns};
use crate::kernel::constants::{Constant, Family};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::{Expect, ExpectedValue};
use crate::scenario::suggest::closest;
use crate::scenario::tree::{self, BinaryOp, Expected, Expr, ExprKind, UnaryOp};

/// Words that stand for answers and are no constants.
const WORDS: [(&str, ExpectedValue); 3] =
    [("TRUE", ExpectedValue::True), ("HANDLE", ExpectedValue::Handle), ("ADDRESS", ExpectedValue::Address)];

impl Checker<'_> {
    /// What is expected of a call (or of a copy, if there is none).
    pub(super) fn expect(&mut self, expect: &tree::Expect, call: Option<&CallSpec>) -> Option<Expect> {
        let value = match &expect.value {
            Expected::Unknown => ExpectedValue::Unknown,
            Expected::Value(expr) => {
                let value = self.expected_value(expr)?;
                if let (Some(call), ExprKind::Path(word)) = (call, &expr.kind) {
                    self.word_of_another_kind(call, word)?;
                }
                value
            }
        };
        let error = match &expect.error {
            Some(expr) => Some(self.expected_error(expr)?),
            None => None,
        };
        Some(Expect { value, error, span: expect.span })
    }

    fn expected_value(&mut self, expr: &Expr) -> Option<ExpectedValue> {
        if let ExprKind::Path(path) = &expr.kind
            && let Some((_, value)) = WORDS.iter().find(|(word, _)| *word == path.text)
        {
            return Some(*value);
        }
        self.constant(expr).map(ExpectedValue::Number)
    }

    /// Refuses answers that belong to calls of another kind: errors and statuses where TRUE or a handle comes back, and
    /// the reverse.
    fn word_of_another_kind(&mut self, call: &CallSpec, word: &tree::Path) -> Option<()> {
        let native = call.returns == Returns::Status;
        let truth = matches!(word.text.as_str(), "TRUE" | "FALSE" | "HANDLE" | "ADDRESS" | "NULL");
        if truth && !native {
            return Some(());
        }
        let family = Constant::find(&word.text).map(|constant| constant.family);
        let (message, help) = match family {
            Some(Family::Error) if !native && call.returns != Returns::Plain => (
                format!("{} does not answer with an error", call.name),
                format!("The error follows the answer: `=> {} {}`.", failure(call.returns), word.text),
            ),
            Some(Family::Status) if !native && call.returns != Returns::Plain => (
                format!("{} does not answer with a status of the kernel", call.name),
                format!("Write `=> {}` and the error's name behind it.", failure(call.returns)),
            ),
            _ if truth => (
                format!("{} answers with a status of the kernel", call.name),
                "Write its name: `=> STATUS_SUCCESS`, `=> STATUS_INVALID_HANDLE`.".to_owned(),
            ),
            _ => return Some(()),
        };
        let label = "not an answer of this call";
        self.report(Diagnostic::new(Code::UnknownExpectation, word.span, message, label).help(help));
        None
    }

    fn expected_error(&mut self, expr: &Expr) -> Option<u32> {
        if let ExprKind::Path(path) = &expr.kind {
            match Constant::find(&path.text) {
                Some(constant) if constant.family == Family::Error => return Some(constant.value as u32),
                _ => {
                    let errors = Constant::all().iter().filter(|constant| constant.family == Family::Error);
                    let mut diagnostic = Diagnostic::new(
                        Code::UnknownExpectation,
                        path.span,
                        format!("`{}` is no error that the model gives", path.text),
                        "an error is expected here",
                    );
                    if let Some(meant) = closest(&path.text, errors.map(|constant| constant.name)) {
                        diagnostic = diagnostic.help(format!("Did you mean `{meant}`?"));
                    }
                    diagnostic =
                        diagnostic.help("Leave the error out and run the file: it shows which error comes.");
                    self.report(diagnostic);
                    return None;
                }
            }
        }
        self.constant(expr).map(|value| value as u32)
    }

    /// A number that stands fast: a literal, a constant, or a sum of such.
    fn constant(&mut self, expr: &Expr) -> Option<u64> {
        match &expr.kind {
            ExprKind::Number(number) => Some(number.value),
            ExprKind::Group(inner) => self.constant(inner),
            ExprKind::Unary(UnaryOp::Minus, inner) => Some(self.constant(inner)?.wrapping_neg()),
            ExprKind::Unary(UnaryOp::Complement, inner) => Some(!self.constant(inner)?),
            ExprKind::Binary(op, left, right) => {
                let (left, right) = (self.constant(left)?, self.constant(right)?);
                match op {
                    BinaryOp::Plus => Some(left.wrapping_add(right)),
                    BinaryOp::Minus => Some(left.wrapping_sub(right)),
                    _ => self.no_expectation(expr, None),
                }
            }
            ExprKind::Path(path) => match Constant::find(&path.text) {
                Some(constant) => Some(constant.value),
                None => self.no_expectation(expr, Some(&path.text)),
            },
            _ => self.no_expectation(expr, None),
        }
    }

    fn no_expectation<T>(&mut self, expr: &Expr, name: Option<&str>) -> Option<T> {
        let found = name.map_or("this".to_owned(), |name| format!("`{name}`"));
        let mut diagnostic = Diagnostic::new(
            Code::UnknownExpectation,
            expr.span,
            format!("{found} is no answer that a call can give"),
            "an answer is expected behind `=>`",
        );
        let words = WORDS.iter().map(|(word, _)| *word);
        let answers = Constant::all().iter().filter(|constant| constant.family != Family::Right);
        let known = words.chain(answers.map(|constant| constant.name));
        let name = name.unwrap_or_default();
        let numbered = ["WAIT_OBJECT_", "WAIT_ABANDONED_"]
            .into_iter()
            .find_map(|first| Some((first, name.strip_prefix(first)?.parse::<u8>().ok()?)));
        diagnostic = match (numbered, closest(name, known)) {
            (Some((first, index)), _) => diagnostic.help(format!("Write `{first}0 + {index}`.")),
            (None, Some(meant)) => diagnostic.help(format!("Did you mean `{meant}`?")),
            (None, None) => diagnostic.help(
                "Answers are TRUE, FALSE, HANDLE, NULL, INVALID_HANDLE_VALUE, WAIT_OBJECT_0, a number, … and an error's \
                 name may follow. Other things are looked at in a `check` on the next line.",
            ),
        };
        self.report(diagnostic);
        None
    }
}

/// What a call of this kind gives back when it fails.
fn failure(returns: Returns) -> &'static str {
    match returns {
        Returns::Handle | Returns::Address => "NULL",
        Returns::FileHandle => "INVALID_HANDLE_VALUE",
        Returns::Wait => "WAIT_FAILED",
        Returns::Number { failure: 0 } => "0",
        Returns::Number { .. } => "0xFFFFFFFF",
        _ => "FALSE",
    }
}
