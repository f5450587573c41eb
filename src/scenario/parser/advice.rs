//! What did somebody mean who wrote this token here?
//!
//! Whoever reads a part knows what it expects; here is known what people write instead, and the answer names that.

use super::super::diagnostic::{Code, Diagnostic};
use super::super::span::Span;
use super::super::token::{Token, TokenKind::*};
use super::mistakes::Reported;
use super::{Parser, foreign};

/// Longer quotations from the file are cut.
const LONGEST_QUOTE: usize = 60;

impl Parser<'_> {
    /// Reports that `what` should be `here`, with examples of it.
    pub(super) fn expected(&mut self, what: &str, examples: &[&str]) -> Reported {
        self.fail(|parser| {
            parser.slip().unwrap_or_else(|| {
                let help = format!("For example: `{}`.", examples.join("`, `"));
                parser.plainly_expected(what).help(help)
            })
        })
    }

    /// The mistake that `what` should be `here`, or the slip that is there instead.
    pub(super) fn unexpected(&self, what: &str) -> Diagnostic {
        self.slip().unwrap_or_else(|| self.plainly_expected(what))
    }

    /// The mistake of a name in quotes, or one that starts with a digit.
    pub(super) fn odd_name(&self, what: &str) -> Diagnostic {
        self.plainly_expected(what).help(match self.here.kind {
            Text => "Names stand without quotes: `process parent`.",
            _ => "Names consist of letters, digits and `_`, and start with a letter: `process second`.",
        })
    }

    pub(super) fn plainly_expected(&self, what: &str) -> Diagnostic {
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

    pub(super) fn description(&self, token: Token) -> String {
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
            End => self.brackets.last().map(|&bracket| self.unclosed(bracket, span, "the file ends here")),
            UnclosedText => Some(self.unclosed_text()),
            OddText => Some(odd_text(span)),
            Unknown => Some(self.unknown_character()),
            _ => self.operator_slip().or_else(|| self.misplaced_operator()).or_else(|| self.word_slip()),
        }
    }

    fn unknown_character(&self) -> Diagnostic {
        let span = self.here.span;
        let written = self.text(span);
        let next = self.peek();
        if written == "#" && foreign::is_directive(self.text(next.span)) {
            return self.directive(span.to(next.span));
        }
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
            '{' | '}' if !self.brackets.is_empty() => "A list stands in square brackets: `[h1, h2]`.",
            '{' | '}' => "Delete it: a scenario has no blocks in braces, each line is one step.",
            '*' => {
                "There are no pointers here: write the name alone, or `&hDup` for a variable that a call fills."
            }
            '\'' | '"' | '“' | '”' | '‘' | '’' | '`' => {
                "Strings stand in straight double quotes: `\"Ready\"`."
            }
            '\\' if self.peek().kind.ends_line() => "Delete it: inside parentheses a line may simply go on.",
            '\\' => "A path is a string, and each of its backslashes is written twice: `\"C:\\\\data.txt\"`.",
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

    fn directive(&self, span: Span) -> Diagnostic {
        let written = self.text(span);
        let message = format!("`{written}` belongs to C");
        Diagnostic::new(Code::ForeignSyntax, span, message, "this directive").help(match written {
            "#define" => "Delete the line: Win32's constants are known; a value of your own is kept in a variable: `parent: size = 4096`.",
            _ => "Delete the line: a scenario needs no headers; it knows all calls and constants.",
        })
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
        let first_line = self.text(span).lines().next().unwrap_or_default();
        let span = Span { end: span.start + first_line.len() as u32, ..span };
        Diagnostic::new(
            Code::ForeignSyntax,
            span,
            "comments between `/*` and `*/` belong to C",
            "this comment",
        )
        .help("Write `//` in front of each line of the comment.")
    }
}

fn odd_text(span: Span) -> Diagnostic {
    Diagnostic::new(Code::WrongQuotes, span, "strings stand in straight double quotes", "other quotes")
        .help("Write it like this: `\"Ready\"`.")
}

/// `text`, if it is not too long to be quoted.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
