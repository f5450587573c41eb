//! How is a piece of a tree made where there is no text?
//!
//! What the simulator writes by itself (a counterexample, a generated exercise) is built from these. They have no place.

use super::literal;
use super::span::Span;
use super::tree::{Expr, ExprKind, Item, ItemKind, Name, Number, Path, Text};
use smol_str::{SmolStr, format_smolstr};

impl Item {
    /// A line without a comment behind it.
    pub fn new(kind: ItemKind) -> Item {
        Item { kind, comment: None, span: Span::default() }
    }
}

impl Name {
    /// An identifier.
    pub fn new(text: impl Into<SmolStr>) -> Name {
        Name { text: text.into(), span: Span::default() }
    }
}

impl Path {
    /// Identifiers joined by dots.
    pub fn new(text: impl Into<SmolStr>) -> Path {
        Path { text: text.into(), span: Span::default() }
    }
}

impl Number {
    /// A number, written as a decimal.
    pub fn decimal(value: u64) -> Number {
        Number { value, written: format_smolstr!("{value}"), span: Span::default() }
    }

    /// A number, written as a hexadecimal, as handles and access masks are.
    pub fn hexadecimal(value: u64) -> Number {
        Number { value, written: format_smolstr!("0x{value:X}"), span: Span::default() }
    }
}

impl Text {
    /// A string, written with as few escapes as possible.
    pub fn new(value: impl Into<String>) -> Text {
        let value = value.into();
        Text { written: literal::quote(&value), value, span: Span::default() }
    }
}

impl Expr {
    /// An expression.
    pub fn new(kind: ExprKind) -> Expr {
        Expr { kind, span: Span::default() }
    }
}
