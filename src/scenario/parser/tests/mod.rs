//! Does the parser keep what the other modules promise?

mod mistakes;
mod reading;
mod recovery;

use super::super::diagnostic::{Code, Diagnostic};
use super::super::tree::{Expr, ExprKind, Item, ItemKind, Scenario, Step};
use super::parse;

/// The tree of a text that has no mistakes.
fn read(source: &str) -> Scenario {
    let (scenario, diagnostics) = parse(source);
    assert_eq!(diagnostics, [], "{source}");
    scenario
}

/// The only line of a text that has no mistakes.
fn read_item(source: &str) -> Item {
    let mut items = read(source).items;
    assert_eq!(items.len(), 1, "{source}");
    items.remove(0)
}

fn read_step(source: &str) -> Step {
    match read_item(source).kind {
        ItemKind::Step(step) => step,
        other => panic!("{other:?} is no step"),
    }
}

/// What a fact says, with brackets around every part.
fn shape_of(fact: &str) -> String {
    match read_item(&format!("check {fact}")).kind {
        ItemKind::Check(fact) => shape(&fact),
        other => panic!("{other:?} is no check"),
    }
}

fn shape(expr: &Expr) -> String {
    let all = |parts: &[Expr]| parts.iter().map(shape).collect::<Vec<_>>().join(" ");
    match &expr.kind {
        ExprKind::Number(number) => number.value.to_string(),
        ExprKind::Text(text) => text.value.clone(),
        ExprKind::Path(path) => path.text.to_string(),
        ExprKind::Apply(name, args) => format!("{}<{}>", name.text, all(args)),
        ExprKind::List(elements) => format!("[{}]", all(elements)),
        ExprKind::Out(path) => format!("&{}", path.text),
        ExprKind::Group(inner) => format!("({})", shape(inner)),
        ExprKind::Unary(operator, inner) => format!("{{{}{}}}", operator.symbol(), shape(inner)),
        ExprKind::Binary(operator, left, right) => {
            format!("{{{} {} {}}}", shape(left), operator.symbol(), shape(right))
        }
    }
}

/// The mistakes in a text.
fn mistakes(source: &str) -> Vec<Diagnostic> {
    parse(source).1
}

/// The mistakes in a text: code and underlined text.
fn codes(source: &str) -> Vec<(Code, &str)> {
    mistakes(source).iter().map(|mistake| (mistake.code, mistake.span().text(source))).collect()
}

/// The only mistake in a text.
fn mistake(source: &str) -> Diagnostic {
    let mut mistakes = mistakes(source);
    assert_eq!(mistakes.len(), 1, "{source}: {mistakes:#?}");
    mistakes.remove(0)
}
