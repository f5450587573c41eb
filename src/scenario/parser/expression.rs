//! What does an expression say?
//!
//! Operators of one precedence group to the left, and signs in front of a value bind tightest.

use super::super::diagnostic::{Code, Diagnostic};
use super::super::literal;
use super::super::span::Span;
use super::super::token::TokenKind::{self, *};
use super::super::tree::{BinaryOp, Expr, ExprKind, Name, Number, Path, Text, UnaryOp};
use super::{Parser, Read, foreign};
use smol_str::SmolStr;

/// How many operators one expression may have.
const MOST_OPERATORS: usize = 256;

/// What a value can look like, for somebody who wrote none.
const VALUES: &str = "`hEvent`, `0x4`, `\"Ready\"`, `TRUE`, `&hDup`, `[h1, h2]`";

impl Parser<'_> {
    /// Reads a whole expression.
    pub(super) fn expression(&mut self) -> Read<Expr> {
        self.operators = 0;
        self.part()
    }

    /// Reads a whole expression that starts with `path`.
    pub(super) fn expression_from(&mut self, path: Path) -> Read<Expr> {
        self.operators = 0;
        let first = self.path_or_apply(path)?;
        self.operators_behind(first, 0)
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
        let first = self.signed()?;
        self.operators_behind(first, BinaryOp::Plus.precedence() - 1)
    }

    /// Reads an expression that may be part of another one.
    fn part(&mut self) -> Read<Expr> {
        let first = self.signed()?;
        self.operators_behind(first, 0)
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
                let path = self.path()?;
                return self.path_or_apply(path);
            }
            Number => ExprKind::Number(self.number()),
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
                    return Err(self.expected("the variable that `&` fills", "&hDup"));
                }
                ExprKind::Out(self.path()?)
            }
            _ => return Err(self.expected("a value", VALUES)),
        };
        Ok(Expr { kind, span: start.to(self.behind) })
    }

    /// `path` has been read: is it applied to something?
    fn path_or_apply(&mut self, path: Path) -> Read<Expr> {
        let start = path.span;
        let kind = if self.is(LeftParen) {
            let name = self.applied_name(path)?;
            let args = self.in_brackets(RightParen, |parser| parser.parts(RightParen))?;
            ExprKind::Apply(Box::new(name), args)
        } else {
            if let Some(constant) = foreign::constant(&path.text) {
                self.report(|_| wrong_letters(path.span, constant));
            }
            ExprKind::Path(path)
        };
        Ok(Expr { kind, span: start.to(self.behind) })
    }

    /// The name of what is called; a call's name has no dots.
    pub(super) fn applied_name(&mut self, path: Path) -> Read<Name> {
        if path.text.contains('.') {
            return Err(self.fail(|_| {
                let message = format!("`{}` is a variable or a process, not a call", path.text);
                Diagnostic::new(Code::Expected, path.span, message, "expected the name of a call")
                    .help("A call has a name without dots: `CloseHandle(parent.hEvent)`.")
            }));
        }
        Ok(Name { text: path.text, span: path.span })
    }

    fn in_brackets<T>(&mut self, close: TokenKind, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.open();
        let inner = self.nested(read)?;
        self.close(close)?;
        Ok(inner)
    }

    /// Reads expressions with commas between them, up to the bracket that closes them.
    fn parts(&mut self, close: TokenKind) -> Read<Vec<Expr>> {
        let mut parts = Vec::new();
        if self.is(close) {
            return Ok(parts);
        }
        loop {
            parts.push(self.part()?);
            if !self.comma()? {
                return Ok(parts);
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

    /// Reads the number that is `here`. One that cannot be read is reported and counts as 0.
    pub(super) fn number(&mut self) -> Number {
        let span = self.here.span;
        let written = self.text(span);
        self.advance();
        let value = literal::number(written).unwrap_or_else(|why| {
            self.report(|_| {
                Diagnostic::new(Code::BadNumber, span, why, "this number")
                    .help("Write numbers like this: `4`, `259`, `0x1F0003`.")
            });
            0
        });
        Number { value, written: SmolStr::new(written), span }
    }

    /// Reads the string that is `here`. One in foreign quotes is reported and read all the same.
    pub(super) fn string(&mut self) -> Text {
        let token = self.here;
        self.advance();
        if token.kind == OddText {
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

fn wrong_letters(span: Span, constant: &str) -> Diagnostic {
    let message = format!("this constant is written `{constant}`");
    Diagnostic::new(Code::WrongCase, span, message, format!("expected `{constant}`"))
        .help("The constants of Win32 are written in capitals: `TRUE`, `FALSE`, `NULL`, `INFINITE`.")
}
