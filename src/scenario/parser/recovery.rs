//! Where does reading go on behind a mistake?
//!
//! At the next line; inside an open bracket at the next line that looks like the start of something new, or behind the
//! bracket's end.

use super::super::keyword::Keyword;
use super::super::lexer::Lexer;
use super::super::span::Span;
use super::super::token::TokenKind::{self, *};
use super::Parser;

/// A line inside brackets that looks like the start of something new. If what stands in the brackets turns out to be
/// wrong, the closing bracket has been forgotten, and reading goes on with this line.
pub(super) struct Restart<'a> {
    /// Stands at the start of the line.
    tokens: Lexer<'a>,
    /// The line's first word.
    pub(super) line: Span,
    /// The innermost bracket that is open in front of the line.
    pub(super) bracket: Span,
}

impl Parser<'_> {
    /// A line ends inside brackets: remembers the next one if it looks like the start of something new.
    pub(super) fn note_line_inside_brackets(&mut self) {
        if self.restart.is_none()
            && let Some(line) = self.start_of_something(self.tokens.clone())
            && let Some(&bracket) = self.brackets.last()
        {
            self.restart = Some(Restart { tokens: self.tokens.clone(), line, bracket });
        }
    }

    /// Goes on where a line ends or a new one starts.
    pub(super) fn recover(&mut self) {
        let open = self.brackets.len();
        self.brackets.clear();
        self.comments.clear();
        self.depth = 0;
        if let Some(restart) = self.restart.take() {
            self.line_start = restart.tokens.position() as u32;
            self.tokens = restart.tokens;
            self.advance();
        } else {
            self.skip_line(open);
        }
    }

    /// Steps to the end of the line, over further lines as long as one of `open` brackets remains open.
    fn skip_line(&mut self, mut open: usize) {
        loop {
            match self.here.kind {
                End => return,
                Newline if open == 0 || self.start_of_something(self.tokens.clone()).is_some() => return,
                LeftParen | LeftBracket => open += 1,
                RightParen | RightBracket => open = open.saturating_sub(1),
                _ => {}
            }
            self.advance();
        }
    }

    /// The first word of the line in front of which `line` stands, if a keyword line or a step seems to start there. As
    /// a named argument (`hProcess: GetCurrentProcess(),`) looks like a step, a call without a variable must not be
    /// indented further than the line in which the bracket was opened.
    fn start_of_something(&self, line: Lexer) -> Option<Span> {
        let line_start = line.position() as u32;
        let mut tokens = line.filter(|token| token.kind != Blank);
        let word = tokens.next().filter(|token| token.kind == Word)?;
        let mut next = tokens.next().map_or(End, |token| token.kind);
        if let Some(keyword) = Keyword::of(self.text(word.span))
            && goes_on_like(keyword, next)
        {
            return Some(word.span);
        }
        while next == Dot {
            tokens.next().filter(|token| token.kind == Word)?;
            next = tokens.next()?.kind;
        }
        if next != Colon || tokens.next()?.kind != Word {
            return None;
        }
        let is_step = match tokens.next()?.kind {
            Assign => true,
            LeftParen => word.span.start - line_start <= self.indentation,
            _ => false,
        };
        is_step.then_some(word.span)
    }
}

/// Can a line that starts with `keyword` go on with a token of the kind `next`, and an argument of a call cannot?
fn goes_on_like(keyword: Keyword, next: TokenKind) -> bool {
    match keyword {
        Keyword::Exercise | Keyword::Begin | Keyword::End => next.ends_line(),
        Keyword::Check | Keyword::Always | Keyword::Finally | Keyword::Goal => {
            matches!(next, Word | LeftParen | Not)
        }
        _ => matches!(next, Word | Number | Text),
    }
}
