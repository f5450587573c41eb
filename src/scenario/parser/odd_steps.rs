//! What did somebody mean whose step is not one?

use super::super::diagnostic::{Code, Diagnostic};
use super::super::span::Span;
use super::super::token::TokenKind::*;
use super::super::tree::{Action, BinaryOp, Expr, ExprKind};
use super::advice::cut;
use super::dotted::Dotted;
use super::odd_lines::control;
use super::{Parser, Subject, foreign};

const ARROW: &str = "Write `=>` in front of the expected answer: `parent: CloseHandle(hEvent) => TRUE`.";

impl Parser<'_> {
    /// The slip in an action that starts with `word`, if there is one.
    pub(super) fn foreign_action(&self, word: Dotted) -> Option<Diagnostic> {
        if foreign::is_control(word.text) {
            return Some(control(word));
        }
        if !self.is(Word) || self.operator_word().is_some() {
            return None;
        }
        if foreign::is_type(word.text) || self.peek().kind == Assign {
            return Some(self.declaration(word, &self.rest_of_line(self.here.span.start)));
        }
        let message = format!("the arguments of `{}` stand in parentheses", cut(word.text));
        Some(
            Diagnostic::new(Code::Expected, self.here.span, message, "expected `(` in front of this")
                .help("Write it like this: `parent: CloseHandle(hEvent)`."),
        )
    }

    /// The mistake in what follows an action without an arrow.
    pub(super) fn junk_behind_action(&self, action: &Action) -> Diagnostic {
        let span = self.here.span;
        let written = cut(self.text(span));
        match self.here.kind {
            Assign if matches!(action, Action::Call(_)) => {
                let message = "the expected answer stands behind `=>`";
                Diagnostic::new(Code::WrongOperator, span, message, "expected `=>`").help(ARROW)
            }
            Word | Number | Question if self.slip().is_none() && self.text(self.behind) != ";" => {
                let message = format!("expected `=>` in front of the answer `{written}`");
                Diagnostic::new(Code::Expected, span, message, "expected `=>` in front of this").help(ARROW)
            }
            Comma => self
                .plainly_expected("the end of the line")
                .help("Put what follows on a line of its own: each line is one step."),
            _ => self.junk_behind_line(),
        }
    }

    /// The mistake in what follows a line that is complete.
    pub(super) fn junk_behind_line(&self) -> Diagnostic {
        let diagnostic = self.unexpected("the end of the line");
        if diagnostic.code != Code::Expected {
            return diagnostic;
        }
        diagnostic.help(match self.here.kind {
            RightParen | RightBracket => "Delete it: no bracket is open here.",
            Comma | Word if self.subject == Subject::Fact => {
                "One line states one fact; join two by `&&`, or write two lines."
            }
            Comma if self.subject == Subject::Step => {
                "The error follows the answer without a comma: `=> FALSE ERROR_ACCESS_DENIED`."
            }
            _ if self.text(self.behind) == ";" => "Put it on a line of its own: each line is one step.",
            Minus if self.subject == Subject::Other && self.behind.end == self.here.span.start => {
                "Names consist of letters, digits and `_`: `child_1`."
            }
            _ => "Each line says one thing; a comment starts with `//`.",
        })
    }

    /// The mistake of an operator behind `=>`.
    pub(super) fn compared_answer(&self) -> Diagnostic {
        let message = "the expected answer stands alone behind `=>`";
        Diagnostic::new(Code::Expected, self.here.span, message, "this compares").help(
            "`=> HANDLE` expects any valid handle, `=> TRUE` anything but 0; compare in a `check` on the next line.",
        )
    }

    /// The mistake of setting a variable of somebody else.
    pub(super) fn foreign_variable(&self, path: Dotted) -> Diagnostic {
        let message = "a step sets a variable of its own process; its name has no dot";
        let path_text = path.tidy();
        let (process, variable) = path_text.rsplit_once('.').unwrap_or_default();
        let rest = self.rest_of_line(self.here.span.start);
        Diagnostic::new(Code::Expected, path.span, message, "expected a name without dots").help(format!(
            "If {} does it, write `{}: {} {rest}`.",
            cut(process),
            cut(process),
            cut(variable)
        ))
    }

    /// The mistake of a value that is neither a call nor copied into a variable.
    pub(super) fn value_for_nobody(&self, value: &Expr) -> Diagnostic {
        if let ExprKind::Binary(BinaryOp::Equal, left, right) = &value.kind {
            let signs = self.between(left.span, right.span);
            return match left.kind {
                ExprKind::Apply(..) => {
                    let message = "the expected answer stands behind `=>`";
                    Diagnostic::new(Code::WrongOperator, signs, message, "expected `=>`").help(ARROW)
                }
                _ => Diagnostic::new(
                    Code::WrongOperator,
                    signs,
                    "a variable gets its value by `=`",
                    "expected `=`",
                )
                .help("Write it like this: `parent: hEvent = CreateEvent()`."),
            };
        }
        let message = "a value alone is no step: nothing happens";
        Diagnostic::new(Code::NothingDone, value.span, message, "expected a call, or `variable = value`")
            .help("Write a call, `parent: CloseHandle(hEvent)`, or a copy, `parent: h = hEvent`.")
    }

    /// Where the signs `==` stand between two values.
    fn between(&self, left: Span, right: Span) -> Span {
        let gap = Span { start: left.end, end: right.start };
        let start = gap.start + self.text(gap).find("==").unwrap_or(0) as u32;
        Span { start, end: start + 2 }
    }

    /// The mistake of naming an argument of a call with whose answer something is done.
    pub(super) fn named_argument_of_operand(&self, name: Span) -> Diagnostic {
        self.operator_slip().unwrap_or_else(|| {
            let message = "only a call that is the whole action has named arguments";
            Diagnostic::new(Code::Expected, name, message, "this name")
                .help("Let the call be a step of its own, `parent: h = CreateEvent(bManualReset: TRUE)`, and use `h` in the next.")
        })
    }
}
