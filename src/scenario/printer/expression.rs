//! How does an expression read?
//!
//! Parentheses are part of the tree and printed where they are. A tree that was built without them gets those that it
//! needs to mean the same when it is read.

use super::super::tree::{BinaryOp, Expr, ExprKind};
use super::Printer;

/// Binds tighter than all operators between two values.
const TIGHTEST: u8 = u8::MAX;

impl Printer {
    pub(super) fn expr(&mut self, expr: &Expr) {
        self.operand(expr, 0);
    }

    /// An expression where only `+` and `-` may stand without parentheses.
    pub(super) fn sum(&mut self, expr: &Expr) {
        self.operand(expr, BinaryOp::Plus.precedence());
    }

    /// An expression where an operator that binds looser than `loosest` needs parentheses. It goes as deep as the
    /// expression is nested, which the parser bounds.
    fn operand(&mut self, expr: &Expr, loosest: u8) {
        match &expr.kind {
            ExprKind::Number(number) => self.all(&[&number.written]),
            ExprKind::Text(text) => self.all(&[&text.written]),
            ExprKind::Path(path) => self.all(&[&path.text]),
            ExprKind::Out(path) => self.all(&["&", &path.text]),
            ExprKind::Apply(name, args) => {
                self.all(&[&name.text]);
                self.listed("(", args, ")");
            }
            ExprKind::List(elements) => self.listed("[", elements, "]"),
            ExprKind::Group(inner) => self.grouped(inner),
            ExprKind::Unary(operator, inner) => {
                self.all(&[operator.symbol()]);
                self.operand(inner, TIGHTEST);
            }
            ExprKind::Binary(operator, ..) if operator.precedence() < loosest => self.grouped(expr),
            ExprKind::Binary(operator, left, right) => {
                self.operand(left, operator.precedence());
                self.all(&[" ", operator.symbol(), " "]);
                self.operand(right, operator.precedence() + 1);
            }
        }
    }

    fn grouped(&mut self, inner: &Expr) {
        self.all(&["("]);
        self.expr(inner);
        self.all(&[")"]);
    }

    fn listed(&mut self, open: &str, parts: &[Expr], close: &str) {
        self.all(&[open]);
        for (index, part) in parts.iter().enumerate() {
            self.all(&[if index == 0 { "" } else { ", " }]);
            self.expr(part);
        }
        self.all(&[close]);
    }
}
