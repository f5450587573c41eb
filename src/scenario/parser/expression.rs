//! What does an expression say?
//!
//! Operators of one precedence group to the left, and signs in front of a value bind tightest.

use super::super::diagnostic::{Code, Diagnostic};
use super::super::span::Span;
use super::super::token::TokenKind::{self, *};
use super::super::tree::{BinaryOp, Expr, ExprKind, UnaryOp};
use super::dotted::Dotted;
use super::{Parser, Read, foreign};

/// How many operators one expression may have.
const MOST_OPERATORS: usize = 256;

/// What a value can look like, for somebody who wrote none.
const VALUES: &[&str] = &["hEvent", "0x4", "\"Ready\"", "TRUE", "&hDup", "[h1, h2]"];

impl<'a> Parser<'a> {
    /// Reads a whole expression.
    pub(super) fn expression(&mut self) -> Read<Expr> {
        self.operators = 0;
        self.part()
    }

    /// Reads a whole expression that starts with `path`.
    pub(super) fn expression_from(&mut self, path: Dotted<'a>) -> Read<Expr> {
        self.operators = 0;
        self.part_from(path, 0)
    }

    /// Reads the rest of an expression behind its first value.
    pub(super) fn expression_behind(&mut self, first: Expr) -> Read<Expr> {
        self.operators = 0;
        self.operators_behind(first, 0)
    }

    /// The operator between two values that is `here`.
    pub(super) fn operator(&self) -> Option<BinaryOp> {
        binary_operator(self.here.kind)
    }

    /// Reads an expression without operators that bind looser than `+`.
    pub(super) fn sum(&mut self) -> Read<Expr> {
        self.operators = 0;
        self.part_behind(BinaryOp::Plus.precedence() - 1)
    }

    /// Reads an expression that may be part of another one.
    fn part(&mut self) -> Read<Expr> {
        self.part_behind(0)
    }

    /// Reads an expression that may be part of another one, up to an operator that binds no tighter than `looser`.
    #[inline]
    fn part_behind(&mut self, looser: u8) -> Read<Expr> {
        if self.is(Word) {
            let path = self.dotted()?;
            return self.part_from(path, looser);
        }
        let first = self.signed()?;
        self.operators_behind(first, looser)
    }

    /// The same of one that starts with `path`. Most are nothing else, and those are put together where they stay.
    #[inline(always)]
    fn part_from(&mut self, path: Dotted<'a>, looser: u8) -> Read<Expr> {
        if !self.is(LeftParen) && self.operator().is_none() {
            self.check_letters(path);
            return Ok(Expr { span: path.span, kind: ExprKind::Path(path.path()) });
        }
        let first = self.path_or_apply(path)?;
        self.operators_behind(first, looser)
    }

    /// Reads the operators that follow `left` and bind tighter than `looser`, with their right sides.
    fn operators_behind(&mut self, mut left: Expr, looser: u8) -> Read<Expr> {
        while let Some(operator) = self.operator()
            && operator.precedence() > looser
        {
            self.check_operator()?;
            self.advance();
            let right = self.signed()?;
            let right = self.operators_behind(right, operator.precedence())?;
            let span = left.span.to(right.span);
            left = Expr { kind: ExprKind::Binary(operator, Box::new(left), Box::new(right)), span };
        }
        Ok(left)
    }

    /// Refuses the operator that is `here` if it is one too many, or something else in disguise.
    fn check_operator(&mut self) -> Read<()> {
        if self.operators == MOST_OPERATORS {
            return Err(self.fail(|parser| {
                let message = format!("this expression has more than {MOST_OPERATORS} operators");
                Diagnostic::new(Code::TooDeep, parser.here.span, message, "one too many")
                    .help("Split it: copy a part of it into a variable first, or write several lines.")
            }));
        }
        self.operators += 1;
        if let Some(slip) = self.operator_slip() {
            return Err(self.fail(|_| slip));
        }
        Ok(())
    }

    /// Reads a value with the signs in front of it.
    fn signed(&mut self) -> Read<Expr> {
        let operator = match self.here.kind {
            Not => UnaryOp::Not,
            Tilde => UnaryOp::Complement,
            Minus => UnaryOp::Minus,
            _ => return self.value(),
        };
        let start = self.here.span;
        self.advance();
        let operand = self.nested(Parser::signed)?;
        let span = start.to(operand.span);
        Ok(Expr { kind: ExprKind::Unary(operator, Box::new(operand)), span })
    }

    fn value(&mut self) -> Read<Expr> {
        let start = self.here.span;
        let kind = match self.here.kind {
            Word => {
                let path = self.dotted()?;
                return self.path_or_apply(path);
            }
            Number => ExprKind::Number(Box::new(self.number())),
            Text | OddText => ExprKind::Text(Box::new(self.string())),
            LeftParen => {
                let inner = self.in_brackets(RightParen, Parser::part)?;
                self.refuse_cast(start, &inner)?;
                ExprKind::Group(Box::new(inner))
            }
            LeftBracket => {
                ExprKind::List(self.in_brackets(RightBracket, |parser| parser.parts(RightBracket))?)
            }
            Ampersand => {
                self.advance();
                if !self.is(Word) {
                    return Err(self.expected("the variable that `&` fills", &["&hDup"]));
                }
                ExprKind::Out(Box::new(self.dotted()?.path()))
            }
            Comma | RightParen if !self.brackets.is_empty() && self.slip().is_none() => {
                return Err(self.fail(Parser::empty_argument));
            }
            _ => return Err(self.expected("a value", VALUES)),
        };
        Ok(Expr { kind, span: start.to(self.behind) })
    }

    /// `path` has been read: is it applied to something?
    fn path_or_apply(&mut self, path: Dotted<'a>) -> Read<Expr> {
        let start = path.span;
        let kind = if self.is(LeftParen) {
            self.check_call_name(path)?;
            let args = self.in_brackets(RightParen, |parser| parser.parts(RightParen))?;
            ExprKind::Apply(Box::new(path.name()), args)
        } else {
            self.check_letters(path);
            ExprKind::Path(path.path())
        };
        Ok(Expr { kind, span: start.to(self.behind) })
    }

    /// Reports a constant that is written in small letters.
    fn check_letters(&mut self, path: Dotted<'a>) {
        if let Some(constant) = foreign::constant(path.text) {
            self.report(|_| wrong_letters(path.span, constant));
        }
    }

    /// Refuses names in front of a parenthesis that no call can have: those with dots, and `not`.
    pub(super) fn check_call_name(&mut self, path: Dotted) -> Read<()> {
        if let Some(slip) = self.word_slip() {
            return Err(self.fail(|_| slip));
        }
        if path.dots > 0 {
            return Err(self.fail(|_| {
                let message = format!("`{}` is a variable or a process, not a call", path.text);
                Diagnostic::new(Code::Expected, path.span, message, "expected the name of a call")
                    .help("A call has a name without dots: `CloseHandle(parent.hEvent)`.")
            }));
        }
        Ok(())
    }

    fn in_brackets<T>(&mut self, close: TokenKind, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.open();
        let inner = self.nested(read)?;
        self.close(close)?;
        Ok(inner)
    }

    /// Reads expressions with commas between them, up to the bracket that closes them.
    fn parts(&mut self, close: TokenKind) -> Read<Box<[Expr]>> {
        if self.is(close) {
            return Ok(Box::default());
        }
        let mut parts = Vec::with_capacity(1);
        loop {
            parts.push(self.part()?);
            if !self.comma()? {
                return Ok(parts.into());
            }
        }
    }

    /// Is there another element of a list behind the one that has just been read? A forgotten comma is reported.
    pub(super) fn comma(&mut self) -> Read<bool> {
        if matches!(self.here.kind, Word | Number | Text | OddText) && self.operator_word().is_none() {
            if self.restart.is_some() {
                return Err(self.fail(|parser| parser.unexpected("a comma")));
            }
            self.report(Parser::missing_comma);
            return Ok(true);
        }
        Ok(self.accept(Comma))
    }
}

/// The operator between two values that is written with this token.
fn binary_operator(kind: TokenKind) -> Option<BinaryOp> {
    Some(match kind {
        Or => BinaryOp::Or,
        And => BinaryOp::And,
        Equal => BinaryOp::Equal,
        NotEqual => BinaryOp::NotEqual,
        Less => BinaryOp::Less,
        LessOrEqual => BinaryOp::LessOrEqual,
        Greater => BinaryOp::Greater,
        GreaterOrEqual => BinaryOp::GreaterOrEqual,
        Pipe => BinaryOp::BitOr,
        Ampersand => BinaryOp::BitAnd,
        Plus => BinaryOp::Plus,
        Minus => BinaryOp::Minus,
        _ => return None,
    })
}

fn wrong_letters(span: Span, constant: &str) -> Diagnostic {
    let message = format!("this constant is written `{constant}`");
    Diagnostic::new(Code::WrongCase, span, message, format!("expected `{constant}`"))
        .help("The constants of Win32 are written in capitals: `TRUE`, `FALSE`, `NULL`, `INFINITE`.")
}
