//! Which token comes next?
//!
//! Outside brackets an item ends with its line; inside them lines and comments are passed over. The comments are kept
//! until somebody gives them a place.

use super::super::diagnostic::{Code, Diagnostic};
use super::super::span::Span;
use super::super::token::{Token, TokenKind};
use super::super::tree::Name;
use super::mistakes::Reported;
use super::{InnerComment, Parser, Read};
use smol_str::SmolStr;

/// How deep brackets and signs in front of a value may be nested.
const DEEPEST: usize = 64;

impl<'a> Parser<'a> {
    /// Steps over the token that is `here`. The token is put together where it stays: handed on from function to
    /// function, it would take twice the time, and there are ten of them on a line.
    #[inline(never)]
    pub(super) fn advance(&mut self) {
        self.behind = self.here.span;
        self.here = self.next_token();
        if self.here.kind.is_layout() && !(self.is(TokenKind::Newline) && self.brackets.is_empty()) {
            self.pass_layout();
        }
    }

    #[inline(always)]
    fn next_token(&mut self) -> Token {
        self.tokens.skip_blanks();
        self.tokens.next().unwrap_or(self.end())
    }

    /// Steps on to the next token that is seen outside this file, if `here` is none.
    #[inline(never)]
    fn pass_layout(&mut self) {
        let mut own_line = false;
        loop {
            let token = self.here;
            match token.kind {
                TokenKind::Blank => {}
                TokenKind::BlockComment => self.report(|parser| parser.block_comment(token.span)),
                TokenKind::Newline if !self.brackets.is_empty() => {
                    own_line = true;
                    self.note_line_inside_brackets();
                }
                TokenKind::Comment | TokenKind::Narration if !self.brackets.is_empty() => {
                    let text = self.comment_text(token);
                    self.comments.push(InnerComment { text, start: token.span.start, own_line });
                }
                _ => return,
            }
            self.here = self.next_token();
        }
    }

    /// The token that stands behind `here`, whatever brackets are open.
    pub(super) fn peek(&self) -> Token {
        self.tokens.clone().find(|token| token.kind != TokenKind::Blank).unwrap_or(self.end())
    }

    fn end(&self) -> Token {
        Token { kind: TokenKind::End, span: Span::new(self.source.len(), self.source.len()) }
    }

    pub(super) fn is(&self, kind: TokenKind) -> bool {
        self.here.kind == kind
    }

    /// Steps over a token of this kind, if one is `here`.
    pub(super) fn accept(&mut self, kind: TokenKind) -> bool {
        let found = self.is(kind);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn text(&self, span: Span) -> &'a str {
        span.text(self.source)
    }

    /// Reads what stands between the bracket that is `here` and its counterpart, which is left to be read by
    /// [`Parser::close`].
    pub(super) fn open(&mut self) {
        self.brackets.push(self.here.span);
        self.advance();
    }

    /// Reads the closing bracket.
    pub(super) fn close(&mut self, kind: TokenKind) -> Read<()> {
        if !self.is(kind) {
            return Err(self.fail(|parser| parser.not_closed(kind)));
        }
        self.brackets.pop();
        if self.brackets.is_empty() {
            self.restart = None;
        }
        self.advance();
        Ok(())
    }

    /// Reads a part of an expression that may hold expressions itself.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth == DEEPEST {
            return Err(self.fail(|parser| {
                let message = format!("this is nested deeper than {DEEPEST} levels");
                Diagnostic::new(Code::TooDeep, parser.here.span, message, "too deep here")
                    .help("Copy a part of it into a variable first: `parent: h = …`.")
            }));
        }
        self.depth += 1;
        let part = read(self);
        self.depth -= 1;
        part
    }

    /// Reads a name; `what` says which one, for the person who forgot it.
    pub(super) fn name(&mut self, what: &str, example: &str) -> Read<Name> {
        if !self.is(TokenKind::Word) {
            if matches!(self.here.kind, TokenKind::Number | TokenKind::Text) {
                return Err(self.fail(|parser| parser.odd_name(what)));
            }
            return Err(self.expected(what, &[example]));
        }
        let span = self.here.span;
        self.advance();
        Ok(Name { text: SmolStr::new(self.text(span)), span })
    }

    /// What a comment says behind its two slashes.
    pub(super) fn comment_text(&self, comment: Token) -> String {
        let text = self.text(comment.span);
        trimmed(text.strip_prefix("//").unwrap_or(text)).to_owned()
    }

    /// What a narration says behind its three slashes and a space.
    pub(super) fn narration_text(&self, narration: Token) -> String {
        let text = self.text(narration.span);
        let text = text.strip_prefix("///").unwrap_or(text);
        trimmed(text.strip_prefix(' ').unwrap_or(text)).to_owned()
    }

    /// Reports a mistake that does not cost the line.
    pub(super) fn report(&mut self, mistake: impl FnOnce(&Self) -> Diagnostic) {
        if self.mistakes.wants_more() {
            let diagnostic = mistake(self);
            self.mistakes.add(diagnostic);
        } else {
            self.mistakes.count();
        }
    }

    /// Reports a mistake that costs the line. If there is a line inside the open bracket that looks like the start of
    /// something new, the bracket is the mistake, and all that was found behind it follows from that.
    pub(super) fn fail(&mut self, mistake: impl FnOnce(&Self) -> Diagnostic) -> Reported {
        if let Some(restart) = &self.restart {
            let (bracket, line) = (restart.bracket, restart.line);
            self.mistakes.forget_from(line.start);
            self.report(|parser| parser.unclosed(bracket, line, "something new starts here"));
        } else {
            self.report(mistake);
        }
        Reported
    }
}

fn trimmed(comment: &str) -> &str {
    comment.trim_end_matches([' ', '\t', '\r'])
}
