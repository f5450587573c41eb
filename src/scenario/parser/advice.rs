//! What did somebody mean who wrote this token here?
//!
//! Whoever reads a part knows what it expects; here is known what people write instead, and the answer names that.

use super::super::diagnostic::{Code, Diagnostic};
use super::super::span::Span;
use super::super::token::{Token, TokenKind, TokenKind::*};
use super::super::tree::{Expr, ExprKind};
use super::mistakes::Reported;
use super::{Parser, Read, Subject, foreign};

/// Longer quotations from the file are cut.
const LONGEST_QUOTE: usize = 60;

impl Parser<'_> {
    /// Reports that `what` should be `here`, with an example of it.
    pub(super) fn expected(&mut self, what: &str, example: &str) -> Reported {
        self.fail(|parser| {
            parser
                .slip()
                .unwrap_or_else(|| parser.plainly_expected(what).help(format!("For example: `{example}`.")))
        })
    }

    /// The mistake that `what` should be `here`, or the slip that is there instead.
    pub(super) fn unexpected(&self, what: &str) -> Diagnostic {
        self.slip().unwrap_or_else(|| self.plainly_expected(what))
    }

    fn plainly_expected(&self, what: &str) -> Diagnostic {
        let message = format!("expected {what}, found {}", self.description(self.here));
        Diagnostic::new(Code::Expected, self.place(), message, format!("expected {what}"))
    }

    /// Where a mistake that concerns `here` is: at the end of a line there is nothing to underline but its end.
    fn place(&self) -> Span {
        if self.here.kind.ends_line() {
            Span { start: self.behind.end, end: self.behind.end }
        } else {
            self.here.span
        }
    }

    fn description(&self, token: Token) -> String {
        match token.kind {
            End => "the end of the file".to_owned(),
            Newline | Comment | Narration => "the end of the line".to_owned(),
            Text => "a string".to_owned(),
            Word => format!("the word `{}`", cut(self.text(token.span))),
            Number => format!("the number `{}`", cut(self.text(token.span))),
            _ => format!("`{}`", cut(self.text(token.span))),
        }
    }

    /// What stands from `start` to the end of its line, cut if it is long.
    pub(super) fn rest_of_line(&self, start: u32) -> String {
        let rest = self.source.get(start as usize..).unwrap_or("");
        let line = rest.find('\n').map_or(rest, |end| &rest[..end]);
        cut(line.trim_end())
    }

    /// A mistake of which one knows what was meant, if one is `here`.
    pub(super) fn slip(&self) -> Option<Diagnostic> {
        let span = self.here.span;
        match self.here.kind {
            UnclosedText => Some(self.unclosed_text()),
            OddText => Some(odd_text(span)),
            Unknown => Some(self.unknown_character()),
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
            _ => self.word_slip().or_else(|| self.operator_slip()),
        }
    }

    /// The operator that the word `here` was meant to be.
    pub(super) fn operator_word(&self) -> Option<&'static str> {
        (self.is(Word)).then(|| foreign::operator_word(self.text(self.here.span))).flatten()
    }

    fn word_slip(&self) -> Option<Diagnostic> {
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
        let between_names = signs.start == self.behind.end && is_word(self.byte(signs.end));
        if written == "->" && between_names {
            return wrong_operator(signs, "a field stands behind a dot", ".")
                .help("Write it like this: `pi.hProcess`.");
        }
        let message = format!("`{written}` is no operator here");
        let help = match operator {
            "=>" => "Write `=>` in front of the expected answer: `parent: CloseHandle(hEvent) => TRUE`."
                .to_owned(),
            _ => format!("Write `{operator}`."),
        };
        wrong_operator(signs, message, operator).help(help)
    }

    /// The signs around `here` that stand without a gap.
    fn run_of_signs(&self) -> Span {
        const LONGEST: u32 = 3;
        let Span { mut start, mut end } = self.here.span;
        if !is_sign(self.byte(start)) {
            return Span { start, end: start };
        }
        while start > 0 && end - start < LONGEST && is_sign(self.byte(start - 1)) {
            start -= 1;
        }
        while end - start < LONGEST && is_sign(self.byte(end)) {
            end += 1;
        }
        Span { start, end }
    }

    fn byte(&self, at: u32) -> u8 {
        self.source.as_bytes().get(at as usize).copied().unwrap_or(0)
    }

    fn unknown_character(&self) -> Diagnostic {
        let span = self.here.span;
        let written = self.text(span);
        let c = written.chars().next().unwrap_or_default();
        let named = if c.is_control()
            || c.is_whitespace()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{AD}')
        {
            format!("an invisible character (U+{:04X})", u32::from(c))
        } else {
            format!("`{written}`")
        };
        let help = match c {
            '#' => "A comment starts with `//`.",
            '{' | '}' => "A scenario has no blocks in braces: each line is one step.",
            '*' => "There are no pointers here; a variable to be filled is written `&hDup`.",
            '\'' | '"' | '“' | '”' | '‘' | '’' | '`' => {
                "Strings stand in straight double quotes: `\"Ready\"`."
            }
            '\\' => "Each step stands on one line; inside parentheses a line may simply go on.",
            c if c.is_alphabetic() => "Names have the letters a to z and A to Z, digits and `_`.",
            _ => "Delete it.",
        };
        Diagnostic::new(
            Code::UnexpectedCharacter,
            span,
            format!("{named} has no meaning here"),
            "this character",
        )
        .help(help)
    }

    fn unclosed_text(&self) -> Diagnostic {
        let written = self.text(self.here.span);
        let shown = written.trim_end();
        let span = Span { end: self.here.span.start + shown.len() as u32, ..self.here.span };
        let help = if shown.contains(['”', '“', '\'']) {
            "A string ends with the same straight quote `\"` with which it starts."
        } else {
            "Add `\"` where the string ends: `\"Ready\"`."
        };
        Diagnostic::new(
            Code::BadString,
            span,
            "this string has no closing quote",
            "goes on to the end of the line",
        )
        .help(help)
    }

    pub(super) fn block_comment(&self, span: Span) -> Diagnostic {
        let line =
            self.text(span).find('\n').map_or(span, |end| Span { end: span.start + end as u32, ..span });
        Diagnostic::new(Code::ForeignSyntax, line, "comments between `/*` and `*/` belong to C", "")
            .help("Write `//` in front of each line of the comment.")
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

    /// `here` should be the bracket that closes the innermost open one.
    pub(super) fn not_closed(&self, close: TokenKind) -> Diagnostic {
        let bracket = self.brackets.last().copied().unwrap_or_default();
        let sign = if close == RightParen { ")" } else { "]" };
        if let Some(slip) = self.slip() {
            return slip;
        }
        match self.here.kind {
            End => self.unclosed(bracket, self.here.span, "the file ends here"),
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

/// A mistake in an operator that is written `operator` here.
fn wrong_operator(span: Span, message: impl Into<String>, operator: &str) -> Diagnostic {
    Diagnostic::new(Code::WrongOperator, span, message, format!("expected `{operator}`"))
}

/// `--` as in SQL.
pub(super) fn comment_slip(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnexpectedCharacter, span, "`--` starts no comment here", "this sign")
        .help("A comment starts with `//`; a minus in front of a number is written `a - -1`.")
}

fn odd_text(span: Span) -> Diagnostic {
    Diagnostic::new(Code::WrongQuotes, span, "strings stand in straight double quotes", "other quotes")
        .help("Write it like this: `\"Ready\"`.")
}

fn is_sign(byte: u8) -> bool {
    matches!(byte, b'=' | b'<' | b'>' | b'!' | b'-' | b':')
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// `text`, if it is not too long to be quoted.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
