//! Which number or string stands here?

use super::super::diagnostic::{Code, Diagnostic};
use super::super::literal;
use super::super::span::Span;
use super::super::token::TokenKind;
use super::super::tree::{Number, Text};
use super::Parser;
use smol_str::SmolStr;

impl Parser<'_> {
    /// Reads the number that is `here`. One that cannot be read is reported and counts as 0.
    pub(super) fn number(&mut self) -> Number {
        let span = self.here.span;
        let written = self.text(span);
        self.advance();
        let value = literal::number(written).unwrap_or_else(|why| {
            self.report(|_| {
                Diagnostic::new(Code::BadNumber, span, why, "this number").help(number_help(written))
            });
            0
        });
        Number { value, written: SmolStr::new(written), span }
    }

    /// Reads the string that is `here`. One in foreign quotes is reported and read all the same.
    pub(super) fn string(&mut self) -> Text {
        let token = self.here;
        self.advance();
        if token.kind == TokenKind::OddText {
            let inside = inside_odd_quotes(self.text(token.span));
            let text = Text { value: inside.to_owned(), written: literal::quote(inside), span: token.span };
            self.report(|_| wrong_quotes(token.span, &text.written));
            return text;
        }
        let written = self.text(token.span);
        let (value, unknown_escape) = literal::text(written);
        if let Some(range) = unknown_escape {
            let start = token.span.start as usize;
            let escape = Span::new(start + range.start, start + range.end);
            self.report(|parser| {
                let message = format!("C knows no escape `{}`", parser.text(escape));
                Diagnostic::new(Code::BadString, escape, message, "this escape")
                    .help("For a backslash itself write two: `\"C:\\\\data\"`.")
            });
        }
        Text { value, written: written.to_owned(), span: token.span }
    }
}

/// What to do about a number that cannot be read.
fn number_help(written: &str) -> &'static str {
    let digits = written.trim_start_matches(|c: char| c.is_ascii_digit());
    let in_hexadecimal = written.strip_prefix("0x").or_else(|| written.strip_prefix("0X")).unwrap_or(written);
    if written.contains('.') {
        "Write a whole number; times are counted in milliseconds."
    } else if digits.is_empty() && written.starts_with('0') {
        "Leave the leading zero out. Hexadecimal numbers start with `0x`: `0x1F0003`."
    } else if in_hexadecimal.chars().all(|c| c.is_ascii_hexdigit()) && in_hexadecimal.len() > 16 {
        "The largest number is `0xFFFFFFFFFFFFFFFF`."
    } else if in_hexadecimal == written
        && written.chars().all(|c| c.is_ascii_hexdigit())
        && !digits.is_empty()
    {
        "A hexadecimal number starts with `0x`: `0x1F0003`."
    } else if in_hexadecimal == written
        && digits.chars().all(|c| c.is_ascii_alphabetic())
        && !digits.is_empty()
    {
        "Write the number alone, without a unit; times are counted in milliseconds. Names do not start with a digit."
    } else {
        "Write numbers like this: `4`, `259`, `0x1F0003`."
    }
}

fn inside_odd_quotes(written: &str) -> &str {
    let mut chars = written.chars();
    chars.next();
    chars.next_back();
    chars.as_str()
}

fn wrong_quotes(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(Code::WrongQuotes, span, "strings stand in straight double quotes", "other quotes")
        .help(format!("Write `{written}`."))
}
