//! What does a text say, and what is wrong with it?
//!
//! [`parse`] reads line by line and always gives a tree of what could be read. A line with a mistake is reported and left
//! out, and reading goes on behind it, so that one go shows many mistakes.
//!
//! ```
//! use handlelab::scenario::parser;
//!
//! let (tree, mistakes) = parser::parse("process p\nchek alive(p)\n");
//! assert_eq!(tree.items.len(), 1, "what can be read is read");
//! assert_eq!(mistakes[0].message, "`chek` is no keyword");
//! ```

// `cursor` steps from token to token. `line` reads lines that start with a keyword, `step` steps, `expression` expressions,
// `dotted` names and `constant` numbers and strings. `mistakes` collects what is wrong and `recovery` knows where reading
// goes on. `advice` and the `odd_…` find words for the mistakes of beginners; they run only when something is wrong, and
// `foreign` holds their tables.
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
    match source::fits(source.len()) {
        Ok(()) => Parser::new(source).scenario(),
        Err(mistake) => (Scenario::default(), vec![mistake]),
    }
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
                if let Err(Reported) = self.item() {
                    self.recover();
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

    fn item(&mut self) -> Read<()> {
        let span = self.here.span;
        let kind = match self.here.kind {
            TokenKind::Word => return self.statement(),
            TokenKind::Comment => ItemKind::Comment(self.comment_text(self.here)),
            TokenKind::Narration => ItemKind::Narration(self.narration_text(self.here)),
            _ => return Err(self.odd_start()),
        };
        self.in_exercise &= matches!(kind, ItemKind::Comment(_));
        self.advance();
        self.items.push(Item { kind, comment: None, span });
        Ok(())
    }

    fn statement(&mut self) -> Read<()> {
        let start = self.here.span;
        let kind = self.line()?;
        let span = start.to(self.behind);
        let comment = self.end_of_line()?;
        self.items.push(Item { kind, comment, span });
        Ok(())
    }
}

fn is_blank(item: &Item) -> bool {
    item.kind == ItemKind::Blank
}
