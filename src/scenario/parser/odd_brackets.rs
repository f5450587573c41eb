//! What is wrong with brackets that are not closed, or that hold what they should not?

use super::super::diagnostic::{Code, Diagnostic};
use super::super::span::Span;
use super::super::token::TokenKind::{self, *};
use super::super::tree::{Expr, ExprKind};
use super::advice::cut;
use super::{Parser, Read, foreign};

impl Parser<'_> {
    /// `here` should be the bracket that closes the innermost open one.
    pub(super) fn not_closed(&self, close: TokenKind) -> Diagnostic {
        let bracket = self.brackets.last().copied().unwrap_or_default();
        let sign = if close == RightParen { ")" } else { "]" };
        if let Some(slip) = self.slip() {
            return slip;
        }
        match self.here.kind {
            Arrow | Semicolon | RightParen | RightBracket => {
                self.unclosed(bracket, self.here.span, format!("expected `{sign}` in front of this"))
            }
            Colon => self
                .plainly_expected(&format!("`,` or `{sign}`"))
                .help("Only the arguments of a step's call have names: `CreateEvent(bManualReset: TRUE)`."),
            _ => self.plainly_expected(&format!("`,` or `{sign}`")).also(bracket, "opened here"),
        }
    }

    pub(super) fn unclosed(&self, bracket: Span, at: Span, why: impl Into<String>) -> Diagnostic {
        let written = self.text(bracket);
        let sign = if written == "(" { ")" } else { "]" };
        Diagnostic::new(Code::Unclosed, bracket, format!("this `{written}` is never closed"), "opened here")
            .also(at, why)
            .help(format!("Add `{sign}` where it belongs: `parent: CloseHandle(hEvent) => TRUE`."))
    }

    /// Refuses `(HANDLE)h`: `inner` stands in parentheses that open at `open`, and a value follows.
    pub(super) fn refuse_cast(&mut self, open: Span, inner: &Expr) -> Read<()> {
        let ExprKind::Path(path) = &inner.kind else { return Ok(()) };
        let is_cast = match self.here.kind {
            Word => self.operator_word().is_none(),
            Number | Text | LeftParen => true,
            Minus | Tilde | Ampersand => foreign::is_type(&path.text),
            _ => false,
        };
        if !is_cast {
            return Ok(());
        }
        let span = open.to(self.behind);
        Err(self.fail(|_| {
            let message = format!("`({})` is a cast of C; values have no types here", cut(&path.text));
            Diagnostic::new(Code::ForeignSyntax, span, message, "this cast")
                .help("Leave the cast out and write the value alone: `parent: CloseHandle(h)`.")
        }))
    }
}
