//! Which operator (or comma) did somebody mean who wrote these signs or this word?

use super::super::diagnostic::{Code, Diagnostic};
use super::super::span::Span;
use super::super::token::TokenKind::*;
use super::{Parser, Subject, foreign};

impl Parser<'_> {
    /// An operator that is one, but not in this place.
    pub(super) fn misplaced_operator(&self) -> Option<Diagnostic> {
        let span = self.here.span;
        match self.here.kind {
            Assign if self.subject == Subject::Fact => Some(
                wrong_operator(span, "`=` gives a variable its value; here two things are compared", "==")
                    .help("Write `==`: `check handles(parent.hEvent) == 1`."),
            ),
            Assign if !self.brackets.is_empty() => Some(
                wrong_operator(span, "an argument's name is followed by a colon", ":")
                    .help("Write it like this: `CreateEvent(bManualReset: TRUE)`."),
            ),
            Arrow if self.subject == Subject::Fact && self.brackets.is_empty() => Some(
                wrong_operator(span, "`=>` stands behind steps; a fact is compared", "==")
                    .help("Write `==`, or `>=` if you mean \"greater or equal\"."),
            ),
            _ => None,
        }
    }

    /// The operator that the word `here` was meant to be.
    pub(super) fn operator_word(&self) -> Option<&'static str> {
        (self.is(Word)).then(|| foreign::operator_word(self.text(self.here.span))).flatten()
    }

    /// The word that is `here`, or the one behind which it stands, as an operator of another language.
    pub(super) fn word_slip(&self) -> Option<Diagnostic> {
        let behind = self.text(self.behind);
        let (span, operator) = match self.operator_word() {
            Some(operator) => (self.here.span, operator),
            // `not alive(…)`: the word in front has been taken for a name.
            None => {
                (self.behind, foreign::operator_word(behind).filter(|_| self.is(Word) || self.is(LeftParen))?)
            }
        };
        let message = format!("`{}` is written `{operator}` here", self.text(span));
        Some(wrong_operator(span, message, operator).help(format!("Write `{operator}`.")))
    }

    /// The slip in the operator that is `here`, or of which it is a part.
    pub(super) fn operator_slip(&self) -> Option<Diagnostic> {
        let signs = self.run_of_signs();
        if let Some(operator) = foreign::operator(self.text(signs)) {
            return Some(self.foreign_operator(signs, operator));
        }
        let next = self.byte(self.here.span.end);
        match self.here.kind {
            Minus if next == b'-' => {
                Some(comment_slip(Span { end: self.here.span.end + 1, ..self.here.span }))
            }
            Ampersand
                if self.behind.end < self.here.span.start && (next.is_ascii_alphabetic() || next == b'_') =>
            {
                Some(self.missing_comma())
            }
            _ => None,
        }
    }

    fn foreign_operator(&self, signs: Span, operator: &str) -> Diagnostic {
        let written = self.text(signs);
        let fact = self.subject == Subject::Fact;
        let behind_name = is_word(self.byte(self.behind.end.saturating_sub(1)));
        let blanks = self.rest_of_line(signs.end).bytes().take_while(|byte| *byte == b' ').count() as u32;
        let next = self.byte(signs.end + blanks);
        let before_name = is_word(next) && !next.is_ascii_digit();
        // Behind a step, a name may be the answer.
        let is_joined = fact || (signs.start == self.behind.end && blanks == 0);
        if written == "->" && behind_name && before_name && is_joined {
            return wrong_operator(signs, "a field stands behind a dot", ".")
                .help("Write it like this: `pi.hProcess`.");
        }
        let message = format!("`{written}` is no operator here");
        let operator = if fact && operator == "=>" { "==" } else { operator };
        let help = match operator {
            "=>" => "Write `=>` in front of the expected answer: `parent: CloseHandle(hEvent) => TRUE`."
                .to_owned(),
            _ => format!("Write `{operator}`."),
        };
        wrong_operator(signs, message, operator).help(help)
    }

    /// The signs around `here` that stand without a gap, three at most.
    fn run_of_signs(&self) -> Span {
        const LONGEST: usize = 3;
        let Span { start, end } = self.here.span;
        if !is_sign(self.byte(start)) {
            return Span { start, end: start };
        }
        let (before, behind) = (&self.source[..start as usize], &self.source[end as usize..]);
        let room = LONGEST.saturating_sub(self.text(self.here.span).len());
        let before = before.bytes().rev().take(room).take_while(|byte| is_sign(*byte)).count();
        let behind =
            behind.bytes().take(room.saturating_sub(before)).take_while(|byte| is_sign(*byte)).count();
        Span { start: start - before as u32, end: end + behind as u32 }
    }

    /// The mistake of leaving an argument out between commas.
    pub(super) fn empty_argument(&self) -> Diagnostic {
        let help = match self.here.kind {
            Comma => {
                "Write NULL, 0 or FALSE for what is left out, or name what follows: `CreateEvent(bInitialState: TRUE)`."
            }
            _ => "Delete the comma in front of this, or write what follows it.",
        };
        self.plainly_expected("a value").help(help)
    }

    pub(super) fn missing_comma(&self) -> Diagnostic {
        let span = Span { start: self.behind.end, end: self.behind.end };
        let next = self.description(self.here);
        let diagnostic = Diagnostic::new(
            Code::Expected,
            span,
            format!("expected a comma in front of {next}"),
            "expected `,`",
        );
        if self.is(Ampersand) {
            diagnostic.help(
                "An argument such as `&hDup` follows a comma; the operator `&` has a space on both sides.",
            )
        } else if self.brackets.is_empty() {
            diagnostic.help("Commas separate names: `process parent, child`.")
        } else {
            diagnostic.help("Commas separate arguments: `SetHandleInformation(h, HANDLE_FLAG_INHERIT, 0)`.")
        }
    }

    fn byte(&self, at: u32) -> u8 {
        self.source.as_bytes().get(at as usize).copied().unwrap_or(0)
    }
}

/// A mistake in an operator that is written `operator` here.
fn wrong_operator(span: Span, message: impl Into<String>, operator: &str) -> Diagnostic {
    Diagnostic::new(Code::WrongOperator, span, message, format!("expected `{operator}`"))
}

/// `--` as in SQL.
pub(super) fn comment_slip(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnexpectedCharacter, span, "`--` starts no comment here", "this sign")
        .help("A comment starts with `//`; a minus in front of a number is written `a - -1`.")
}

fn is_sign(byte: u8) -> bool {
    matches!(byte, b'=' | b'<' | b'>' | b'!' | b'-' | b':')
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
