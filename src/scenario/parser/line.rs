//! What does a line say?

use super::super::diagnostic::{Code, Diagnostic};
use super::super::keyword::Keyword;
use super::super::literal;
use super::super::span::Span;
use super::super::token::TokenKind::*;
use super::super::tree::{self, Clause, Expr, ItemKind, Name, Number, Text};
use super::{Parser, Read, Subject};

/// The version of the format that this program reads.
const VERSION: u64 = 1;

impl Parser<'_> {
    /// Reads a line whose first token is a word. `check: …` and `check.worker: …` are steps of a process that somebody
    /// has called `check`.
    pub(super) fn line(&mut self) -> Read<ItemKind> {
        if let Some(keyword) = Keyword::of(self.text(self.here.span))
            && !matches!(self.peek().kind, Colon | Dot)
        {
            self.advance();
            return self.keyword_line(keyword);
        }
        self.subject = Subject::Step;
        let path = self.dotted()?;
        if self.is(Colon) {
            self.in_exercise = false;
            return Ok(ItemKind::Step(self.step(path)?));
        }
        match Keyword::of(&path.text.to_ascii_lowercase()) {
            Some(keyword) if !self.is(Assign) => {
                self.report(|_| wrong_capitals(path.span, keyword));
                self.keyword_line(keyword)
            }
            _ => Err(self.odd_line(path)),
        }
    }

    /// Reads the rest of a line behind its keyword.
    fn keyword_line(&mut self, keyword: Keyword) -> Read<ItemKind> {
        self.subject = Subject::Other;
        if keyword.is_clause() && !self.in_exercise {
            let span = self.behind;
            self.report(|_| clause_outside(span, keyword));
        }
        self.in_exercise = keyword == Keyword::Exercise || (keyword.is_clause() && self.in_exercise);
        Ok(match keyword {
            Keyword::Version => ItemKind::Version(self.version()?),
            Keyword::Title => ItemKind::Title(self.text_behind(keyword)?),
            Keyword::Process => ItemKind::Process(self.names_behind(keyword)?),
            Keyword::Option => self.option()?,
            Keyword::Check => ItemKind::Check(self.fact_behind(keyword)?),
            Keyword::Always => ItemKind::Always(self.fact_behind(keyword)?),
            Keyword::Finally => ItemKind::Finally(self.fact_behind(keyword)?),
            Keyword::Misuse => ItemKind::Misuse(self.classes()?),
            Keyword::Exercise => ItemKind::Exercise,
            Keyword::Begin => ItemKind::Begin,
            Keyword::End => ItemKind::End,
            Keyword::Task => ItemKind::Clause(Clause::Task(self.text_behind(keyword)?)),
            Keyword::Allow => ItemKind::Clause(Clause::Allow(self.names_behind(keyword)?)),
            Keyword::Forbid => ItemKind::Clause(Clause::Forbid(self.names_behind(keyword)?)),
            Keyword::Require => ItemKind::Clause(Clause::Require(self.names_behind(keyword)?)),
            Keyword::Limit => ItemKind::Clause(Clause::Limit(self.limit()?)),
            Keyword::Hint => ItemKind::Clause(Clause::Hint(self.text_behind(keyword)?)),
            Keyword::Goal => ItemKind::Clause(Clause::Goal(self.fact_behind(keyword)?)),
            Keyword::Hidden => {
                self.word_behind(keyword, Keyword::Goal.word())?;
                ItemKind::Clause(Clause::Hidden(self.fact_behind(keyword)?))
            }
            Keyword::Every => {
                self.word_behind(keyword, "order")?;
                ItemKind::Clause(Clause::EveryOrder)
            }
        })
    }

    fn version(&mut self) -> Read<Number> {
        if !self.is(Number) {
            return Err(self.expected("the number of the format's version", &[Keyword::Version.example()]));
        }
        let number = self.number();
        if literal::number(&number.written).is_ok_and(|version| version != VERSION) {
            self.report(|_| {
                let message = format!("this program does not know version {} of the format", number.written);
                Diagnostic::new(Code::UnknownVersion, number.span, message, format!("expected {VERSION}"))
                    .help(format!("Write `handlelab {VERSION}`, or get a newer handlelab."))
            });
        }
        Ok(number)
    }

    fn text_behind(&mut self, keyword: Keyword) -> Read<Text> {
        if matches!(self.here.kind, Text | OddText) {
            return Ok(self.string());
        }
        let mut example = keyword.example().to_owned();
        if !self.here.kind.ends_line() {
            let unquoted = self.rest_of_line(self.here.span.start);
            example = format!("{} {}", keyword.word(), literal::quote(&unquoted));
        }
        Err(self.expected("a text in quotes", &[&example]))
    }

    /// Reads the word that belongs to a keyword.
    fn word_behind(&mut self, keyword: Keyword, word: &str) -> Read<()> {
        if !self.is(Word) || self.text(self.here.span) != word {
            return Err(self.expected(&format!("the word `{word}`"), &[keyword.example()]));
        }
        self.advance();
        Ok(())
    }

    fn names_behind(&mut self, keyword: Keyword) -> Read<Vec<Name>> {
        let mut names = Vec::new();
        loop {
            names.push(self.name("a name", keyword.example())?);
            if !self.comma()? {
                return Ok(names);
            }
        }
    }

    /// Reads the names of misuses, which have hyphens in them.
    fn classes(&mut self) -> Read<Vec<Name>> {
        let mut classes = Vec::new();
        loop {
            let Name { mut span, .. } = self.name("a kind of misuse", Keyword::Misuse.example())?;
            while self.is(Minus) && self.here.span.start == span.end && self.peek().kind == Word {
                self.advance();
                span = span.to(self.here.span);
                self.advance();
            }
            classes.push(Name { text: self.text(span).into(), span });
            if !self.comma()? {
                return Ok(classes);
            }
        }
    }

    fn option(&mut self) -> Read<ItemKind> {
        let example = Keyword::Option.example();
        let name = self.name("the option's name", example)?;
        if !self.accept(Assign) {
            return Err(self.expected("`=` and the option's value", &[example]));
        }
        let value = if self.is(Number) {
            let Number { written, span, .. } = self.number();
            Name { text: written, span }
        } else {
            self.name("the option's value", example)?
        };
        Ok(ItemKind::Option { name, value })
    }

    fn fact_behind(&mut self, keyword: Keyword) -> Read<Expr> {
        self.subject = Subject::Fact;
        if self.here.kind.ends_line() {
            return Err(self.expected("a fact", &[keyword.example()]));
        }
        self.expression()
    }

    /// Reads `2 steps`; the word may be missing.
    fn limit(&mut self) -> Read<Number> {
        let example = Keyword::Limit.example();
        if !self.is(Number) {
            return Err(self.expected("a number of steps", &[example]));
        }
        let number = self.number();
        if self.is(Word) {
            if !matches!(self.text(self.here.span), "step" | "steps") {
                return Err(self.expected("the word `steps`", &[example]));
            }
            self.advance();
        }
        Ok(number)
    }

    /// Reads the end of a line, and gives back all comments of the line that have no other place.
    pub(super) fn end_of_line(&mut self) -> Read<Option<tree::Comment>> {
        if self.comments.is_empty() && matches!(self.here.kind, Newline | End) {
            return Ok(None);
        }
        self.accept(Semicolon);
        let mut comments: Vec<String> = self.comments.drain(..).map(|comment| comment.text).collect();
        if matches!(self.here.kind, Comment | Narration) {
            comments.push(self.comment_text(self.here));
            self.advance();
        }
        if !matches!(self.here.kind, Newline | End) {
            return Err(self.fail(Parser::junk_behind_line));
        }
        Ok((!comments.is_empty()).then(|| comments.join(" //").into()))
    }
}

fn wrong_capitals(span: Span, keyword: Keyword) -> Diagnostic {
    let message = format!("keywords are written in small letters: `{}`", keyword.word());
    Diagnostic::new(Code::WrongCase, span, message, format!("expected `{}`", keyword.word()))
        .help(format!("For example: `{}`.", keyword.example()))
}

fn clause_outside(span: Span, keyword: Keyword) -> Diagnostic {
    let message = format!("`{}` belongs to an exercise", keyword.word());
    Diagnostic::new(Code::ClauseOutside, span, message, "no `exercise` stands directly above it").help(
        "Write a line `exercise`, and directly below it the lines `task`, `allow`, `forbid`, `require`, `limit`, `hint`, \
         `goal`, `hidden goal` and `every order`.",
    )
}
