//! What does a text say, and what is wrong with it?
//!
//! [`parse`] reads line by line and always gives a tree of what could be read. A line with a mistake is reported and left
//! out, and reading goes on behind it, so that one go shows many mistakes.
//!
//! The parts: [`cursor`] steps from token to token, [`line`] reads lines that start with a keyword, [`step`] steps and
//! [`expression`] expressions. [`mistakes`] collects what is wrong, [`recovery`] knows where reading goes on, and
//! [`advice`], [`odd_lines`] and [`odd_steps`] find words for the mistakes of beginners, with the tables of [`foreign`].

mod advice;
mod constant;
mod cursor;
mod dotted;
mod expression;
mod foreign;
mod line;
mod mistakes;
mod odd_brackets;
mod odd_lines;
mod odd_operators;
mod odd_steps;
mod recovery;
mod step;
#[cfg(test)]
mod tests;

use super::diagnostic::Diagnostic;
use super::lexer::Lexer;
use super::source;
use super::span::Span;
use super::token::{Token, TokenKind};
use super::tree::{Item, ItemKind, Scenario};
use mistakes::{Mistakes, Reported};
use recovery::Restart;

/// The tree of what could be read in `source`, and what could not be read, in the order of the text.
pub fn parse(source: &str) -> (Scenario, Vec<Diagnostic>) {
    if source.len() > source::LARGEST {
        return (Scenario::default(), vec![source::too_large(source.len())]);
    }
    Parser::new(source).scenario()
}

/// What reading a part gives: the part, or the knowledge that a mistake has been reported and the line is lost.
type Read<T> = Result<T, Reported>;

/// What a line is about; it decides what a stray `=` was meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    /// A step.
    Step,
    /// `check`, `always`, `finally`, `goal`.
    Fact,
    /// Anything else.
    Other,
}

/// A text while it is read.
struct Parser<'a> {
    source: &'a str,
    /// Stands behind `here`.
    tokens: Lexer<'a>,
    /// The next token: never a blank, and inside brackets neither a comment nor a line's end.
    here: Token,
    /// Where the last token stands that was read.
    behind: Span,
    /// The brackets that are open, outermost first.
    brackets: Vec<Span>,
    /// Comments inside brackets that have not found their place in the tree yet.
    comments: Vec<InnerComment>,
    /// The first line inside the brackets that looks like the start of something new.
    restart: Option<Restart<'a>>,
    /// Where the present line starts, and how far it is indented.
    line_start: u32,
    indentation: u32,
    subject: Subject,
    /// How deep the present expression is nested here, and how many operators it has so far.
    depth: usize,
    operators: usize,
    mistakes: Mistakes,
    items: Vec<Item>,
    /// Do the lines of an exercise belong here?
    in_exercise: bool,
}

/// A comment inside brackets.
struct InnerComment {
    /// What stands behind its `//`.
    text: String,
    /// Its first byte.
    start: u32,
    /// Does nothing but blanks stand in front of it on its line?
    own_line: bool,
}

impl<'a> Parser<'a> {
    fn new(source: &'a str) -> Parser<'a> {
        let mut parser = Parser {
            source,
            tokens: Lexer::new(source),
            here: Token { kind: TokenKind::End, span: Span::default() },
            behind: Span::default(),
            brackets: Vec::new(),
            comments: Vec::new(),
            restart: None,
            line_start: 0,
            indentation: 0,
            subject: Subject::Other,
            depth: 0,
            operators: 0,
            mistakes: Mistakes::default(),
            items: Vec::new(),
            in_exercise: false,
        };
        parser.advance();
        parser
    }

    fn scenario(mut self) -> (Scenario, Vec<Diagnostic>) {
        while self.here.kind != TokenKind::End {
            if self.here.kind == TokenKind::Newline {
                self.blank_line();
            } else {
                self.indentation = self.here.span.start - self.line_start;
                match self.item() {
                    Ok(item) => self.items.push(item),
                    Err(Reported) => self.recover(),
                }
                self.mistakes.end_line();
            }
            if self.here.kind == TokenKind::Newline {
                self.line_start = self.here.span.end;
                self.advance();
            }
        }
        if self.items.last().is_some_and(is_blank) {
            self.items.pop();
        }
        (Scenario { items: self.items }, self.mistakes.finish())
    }

    /// Several empty lines are one, and those at the start of the file are none.
    fn blank_line(&mut self) {
        if self.items.last().is_some_and(|item| !is_blank(item)) {
            self.items.push(Item { kind: ItemKind::Blank, comment: None, span: self.here.span });
        }
    }

    fn item(&mut self) -> Read<Item> {
        let start = self.here.span;
        let kind = match self.here.kind {
            TokenKind::Comment => ItemKind::Comment(self.comment_text(self.here)),
            TokenKind::Narration => ItemKind::Narration(self.narration_text(self.here)),
            TokenKind::Word => {
                let kind = self.line()?;
                let span = start.to(self.behind);
                return Ok(Item { kind, comment: self.end_of_line()?, span });
            }
            _ => return Err(self.odd_start()),
        };
        self.in_exercise &= matches!(kind, ItemKind::Comment(_));
        self.advance();
        Ok(Item { kind, comment: None, span: start })
    }
}

fn is_blank(item: &Item) -> bool {
    item.kind == ItemKind::Blank
}
