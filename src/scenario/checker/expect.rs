//! Which answer is expected?

use super::Checker;
use crate::kernel::constants::{Constant, Family};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::{Expect, ExpectedValue};
use crate::scenario::suggest::closest;
use crate::scenario::tree::{self, BinaryOp, Expected, Expr, ExprKind, UnaryOp};

/// Words that stand for answers and are no constants.
const WORDS: [(&str, ExpectedValue); 3] =
    [("TRUE", ExpectedValue::True), ("HANDLE", ExpectedValue::Handle), ("ADDRESS", ExpectedValue::Address)];

impl Checker<'_> {
    pub(super) fn expect(&mut self, expect: &tree::Expect) -> Option<Expect> {
        let value = match &expect.value {
            Expected::Unknown => ExpectedValue::Unknown,
            Expected::Value(expr) => self.expected_value(expr)?,
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
                    BinaryOp::BitOr => Some(left | right),
                    BinaryOp::BitAnd => Some(left & right),
                    _ => self.no_expectation(expr, "a comparison"),
                }
            }
            ExprKind::Path(path) => match Constant::find(&path.text) {
                Some(constant) => Some(constant.value),
                None => self.no_expectation(expr, &path.text),
            },
            _ => self.no_expectation(expr, "this"),
        }
    }

    fn no_expectation<T>(&mut self, expr: &Expr, found: &str) -> Option<T> {
        let mut diagnostic = Diagnostic::new(
            Code::UnknownExpectation,
            expr.span,
            format!("`{found}` is no answer that a call can give"),
            "an answer is expected behind `=>`",
        );
        let words = WORDS.iter().map(|(word, _)| *word);
        let answers = Constant::all().iter().filter(|constant| constant.family != Family::Right);
        diagnostic = match closest(found, words.chain(answers.map(|constant| constant.name))) {
            Some(meant) => diagnostic.help(format!("Did you mean `{meant}`?")),
            None => diagnostic.help(
                "Answers are TRUE, FALSE, HANDLE, NULL, INVALID_HANDLE_VALUE, WAIT_OBJECT_0, a number, … and an error's \
                 name may follow. Other things are looked at in a `check` on the next line.",
            ),
        };
        self.report(diagnostic);
        None
    }
}
