//! How does a tree read as a text?
//!
//! There is one way: whatever the layout of a file was, its tree is printed in the same one. Only the layout is ours;
//! words, numbers, strings and comments are printed as they were written. Reading what was printed gives the same tree
//! again, for every tree that the parser can give (and for those built by hand that keep to its rules: names are
//! identifiers, comments have one line).
//!
//! ```
//! use handlelab::scenario::{parser, printer};
//!
//! let (tree, _) = parser::parse("process p\np:h=CreateEvent( )=>HANDLE\n");
//! let text = printer::print(&tree);
//! assert!(text.contains("p: h = CreateEvent()") && text.ends_with("=> HANDLE\n"));
//! assert_eq!(printer::print(&parser::parse(&text).0), text, "what is canonical stays");
//! ```

mod expression;
mod step;
#[cfg(test)]
mod tests;

use super::keyword::Keyword;
use super::tree::{Clause, Expr, Item, ItemKind, Name, Number, Scenario, Text};

/// The canonical text of a scenario.
pub fn print(scenario: &Scenario) -> String {
    let mut printer = Printer::default();
    let mut blank = false;
    let mut block_end = 0;
    for (index, item) in scenario.items.iter().enumerate() {
        if item.kind == ItemKind::Blank {
            blank = true;
            continue;
        }
        if std::mem::take(&mut blank) && !printer.out.is_empty() {
            printer.new_line();
        }
        if item.kind == ItemKind::Exercise {
            block_end = end_of_block(&scenario.items, index);
        }
        let is_in_block = match item.kind {
            ItemKind::Clause(_) => true,
            ItemKind::Comment(_) => index < block_end,
            _ => false,
        };
        if is_in_block {
            printer.out.push_str("  ");
        }
        printer.item(item);
    }
    printer.out
}

/// The index of the last clause of the exercise that starts at `start`. Comments behind it belong to what follows.
fn end_of_block(items: &[Item], start: usize) -> usize {
    let mut end = start;
    for (index, item) in items.iter().enumerate().skip(start + 1) {
        match item.kind {
            ItemKind::Clause(_) => end = index,
            ItemKind::Comment(_) | ItemKind::Blank => {}
            _ => break,
        }
    }
    end
}

/// A text while it is written.
#[derive(Default)]
struct Printer {
    out: String,
    /// Where the present line starts.
    line_start: usize,
}

impl Printer {
    fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Blank => {}
            ItemKind::Comment(text) => self.all(&["//", text]),
            ItemKind::Narration(text) if text.is_empty() => self.all(&["///"]),
            ItemKind::Narration(text) => self.all(&["/// ", text]),
            ItemKind::Version(number) => self.number(Keyword::Version, number),
            ItemKind::Title(text) => self.text(Keyword::Title, text),
            ItemKind::Process(names) => self.names(Keyword::Process, names),
            ItemKind::Option { name, value } => {
                self.all(&[Keyword::Option.word(), " ", &name.text, " = ", &value.text]);
            }
            ItemKind::Step(step) => self.step(step),
            ItemKind::Check(fact) => self.fact(Keyword::Check, fact),
            ItemKind::Always(fact) => self.fact(Keyword::Always, fact),
            ItemKind::Finally(fact) => self.fact(Keyword::Finally, fact),
            ItemKind::Misuse(classes) => self.names(Keyword::Misuse, classes),
            ItemKind::Exercise => self.all(&[Keyword::Exercise.word()]),
            ItemKind::Clause(clause) => self.clause(clause),
            ItemKind::Begin => self.all(&[Keyword::Begin.word()]),
            ItemKind::End => self.all(&[Keyword::End.word()]),
        }
        self.trailing_comment(item.comment.as_deref());
        self.new_line();
    }

    fn clause(&mut self, clause: &Clause) {
        match clause {
            Clause::Task(text) => self.text(Keyword::Task, text),
            Clause::Allow(names) => self.names(Keyword::Allow, names),
            Clause::Forbid(names) => self.names(Keyword::Forbid, names),
            Clause::Require(names) => self.names(Keyword::Require, names),
            Clause::Limit(number) => {
                self.number(Keyword::Limit, number);
                self.all(&[if number.value == 1 { " step" } else { " steps" }]);
            }
            Clause::Hint(text) => self.text(Keyword::Hint, text),
            Clause::Goal(fact) => self.fact(Keyword::Goal, fact),
            Clause::Hidden(fact) => {
                self.all(&[Keyword::Hidden.word(), " "]);
                self.fact(Keyword::Goal, fact);
            }
            Clause::EveryOrder => self.all(&[Keyword::Every.word(), " order"]),
        }
    }

    fn number(&mut self, keyword: Keyword, number: &Number) {
        self.all(&[keyword.word(), " ", &number.written]);
    }

    fn text(&mut self, keyword: Keyword, text: &Text) {
        self.all(&[keyword.word(), " ", &text.written]);
    }

    fn names(&mut self, keyword: Keyword, names: &[Name]) {
        self.all(&[keyword.word()]);
        for (index, name) in names.iter().enumerate() {
            self.all(&[if index == 0 { " " } else { ", " }, &name.text]);
        }
    }

    fn fact(&mut self, keyword: Keyword, fact: &Expr) {
        self.all(&[keyword.word(), " "]);
        self.expr(fact);
    }

    fn trailing_comment(&mut self, comment: Option<&str>) {
        if let Some(text) = comment {
            self.all(&["  //", text]);
        }
    }

    fn all(&mut self, parts: &[&str]) {
        self.out.extend(parts.iter().copied());
    }

    fn new_line(&mut self) {
        self.out.push('\n');
        self.line_start = self.out.len();
    }
}
