//! What does a step say?
//!
//! `actor: variable = action => expectation`, where all but actor and action may be missing.

use super::super::diagnostic::{Code, Diagnostic};
use super::super::token::TokenKind::*;
use super::super::tree::{Action, Arg, Call, Comments, Expect, Expected, Expr, ExprKind, Path, Step};
use super::dotted::Dotted;
use super::odd_lines::colon_behind_keyword;
use super::{InnerComment, Parser, Read};
use smol_str::SmolStr;

/// Answers, as examples.
const ANSWERS: &[&str] = &["=> TRUE", "=> HANDLE", "=> FALSE ERROR_INVALID_HANDLE", "=> ?"];

impl<'a> Parser<'a> {
    /// Reads a step behind its actor; the colon is `here`. It is put together where it stays: it is large, and most lines are
    /// steps.
    #[inline(always)]
    pub(super) fn step(&mut self, actor: Dotted) -> Read<Step> {
        if actor.dots > 1 {
            return Err(self.fail(|_| {
                let message = "only a process or one of its threads can act";
                Diagnostic::new(Code::Expected, actor.span, message, "too many dots")
                    .help("Write `parent: …`, or `parent.worker: …` for a thread of parent.")
            }));
        }
        self.advance();
        let (variable, first) = self.assignment()?;
        let action = match first {
            Some(path) => self.action_from(path)?,
            None => self.action_without_name()?,
        };
        self.accept(Semicolon);
        let expect = if self.accept(Arrow) { Some(self.expect()?) } else { None };
        if expect.is_none() && !self.is(Semicolon) && !self.here.kind.ends_line() {
            return Err(self.fail(|parser| {
                colon_behind_keyword(actor).unwrap_or_else(|| parser.junk_behind_action(&action))
            }));
        }
        if let (None, Action::Copy(value)) = (&variable, &action) {
            return Err(self.fail(|parser| {
                colon_behind_keyword(actor).unwrap_or_else(|| parser.value_for_nobody(value))
            }));
        }
        Ok(Step { actor: actor.path(), variable: variable.map(Dotted::name), action, expect })
    }

    /// Reads the variable in front of `=`, if there is one, and the name that the action starts with, if it does.
    fn assignment(&mut self) -> Read<(Option<Dotted<'a>>, Option<Dotted<'a>>)> {
        let first = self.optional_name()?;
        let Some(variable) = first.filter(|_| self.is(Assign)) else { return Ok((None, first)) };
        if variable.dots > 0 {
            return Err(self.fail(|parser| parser.foreign_variable(variable)));
        }
        self.advance();
        Ok((Some(variable), self.optional_name()?))
    }

    fn optional_name(&mut self) -> Read<Option<Dotted<'a>>> {
        if self.is(Word) { self.dotted().map(Some) } else { Ok(None) }
    }

    fn action_without_name(&mut self) -> Read<Action> {
        if self.here.kind.ends_line() || self.is(Arrow) {
            return Err(self.expected("a call or a value", &["parent: hEvent = CreateEvent()"]));
        }
        Ok(Action::Copy(self.expression()?))
    }

    /// Reads an action that starts with `path`. A call is one only if nothing is done with its answer.
    fn action_from(&mut self, path: Dotted<'a>) -> Read<Action> {
        if let Some(slip) = self.foreign_action(path) {
            return Err(self.fail(|_| slip));
        }
        if !self.is(LeftParen) {
            return Ok(Action::Copy(self.expression_from(path)?));
        }
        self.check_call_name(path)?;
        let call = self.call(path)?;
        if self.operator().is_none() {
            return Ok(Action::Call(call));
        }
        let operand = self.operand(call)?;
        Ok(Action::Copy(self.expression_behind(operand)?))
    }

    fn call(&mut self, name: Dotted<'a>) -> Read<Call> {
        self.open();
        let mut more = !self.is(RightParen);
        // Most calls have few arguments. Room for four, as a vector makes by itself, would be most of a large tree.
        let mut args = Vec::with_capacity(usize::from(more));
        let mut before = self.comments_so_far();
        while more {
            let (name, value) = self.argument()?;
            more = self.comma()?;
            let mut arg = Arg { before, name: name.map(Dotted::path), value, comment: None };
            before = self.place_comments(&mut arg);
            args.push(arg);
        }
        self.close(RightParen)?;
        Ok(Call { name: name.name(), args: args.into(), comments: before })
    }

    fn argument(&mut self) -> Read<(Option<Dotted<'a>>, Expr)> {
        match self.optional_name()? {
            None => Ok((None, self.expression()?)),
            Some(name) if self.accept(Colon) => Ok((Some(name), self.expression()?)),
            Some(path) => Ok((None, self.expression_from(path)?)),
        }
    }

    /// Gives the comments that have been passed over since the argument began to the argument, and gives back those that
    /// belong to what follows it.
    fn place_comments(&mut self, arg: &mut Arg) -> Comments {
        if self.comments.is_empty() {
            return Comments::default();
        }
        let (mut before, mut following) = (Vec::from(std::mem::take(&mut arg.before)), Vec::new());
        for comment in self.comments.drain(..) {
            if comment.start < arg.value.span.end {
                before.push(comment.text);
            } else if !comment.own_line && arg.comment.is_none() && following.is_empty() {
                arg.comment = Some(comment.text.into());
            } else {
                following.push(comment.text);
            }
        }
        arg.before = before.into();
        following.into()
    }

    /// The comments that have been passed over and have no place yet.
    fn comments_so_far(&mut self) -> Comments {
        let texts: Vec<String> = self.comments.drain(..).map(|comment| comment.text).collect();
        texts.into()
    }

    /// `call` as an operand of the operator that is `here`. Its comments have to find another place, and names for its
    /// arguments it cannot have.
    fn operand(&mut self, call: Call) -> Read<Expr> {
        let span = call.name.span.to(self.behind);
        let mut args = Vec::with_capacity(call.args.len());
        for arg in call.args {
            if let Some(name) = arg.name {
                return Err(self.fail(|parser| parser.named_argument_of_operand(name.span)));
            }
            args.push(arg.value);
            let behind = arg.comment.map(|comment| comment.to_string());
            self.keep_comments(Vec::from(arg.before).into_iter().chain(behind));
        }
        self.keep_comments(Vec::from(call.comments));
        Ok(Expr { kind: ExprKind::Apply(Box::new(call.name), args.into()), span })
    }

    fn keep_comments(&mut self, texts: impl IntoIterator<Item = String>) {
        let start = self.behind.start;
        self.comments.extend(texts.into_iter().map(|text| InnerComment { text, start, own_line: false }));
    }

    /// Reads what stands behind `=>`.
    fn expect(&mut self) -> Read<Expect> {
        let start = self.here.span;
        let value = if self.accept(Question) {
            Expected::Unknown
        } else if self.here.kind.ends_line() {
            return Err(self.expected("an answer", ANSWERS));
        } else if self.here.kind.compares() && self.slip().is_none() {
            return Err(self.fail(Parser::compared_answer));
        } else {
            Expected::Value(self.sum()?)
        };
        let span = self.here.span;
        let error = match self.here.kind {
            Word => {
                self.advance();
                Some(ExprKind::Path(Path { text: SmolStr::new(self.text(span)), span }))
            }
            Number => Some(ExprKind::Number(Box::new(self.number()))),
            _ => None,
        };
        let error = error.map(|kind| Box::new(Expr { kind, span }));
        Ok(Expect { value, error, span: start.to(self.behind) })
    }
}
