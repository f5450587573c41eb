//! What remains of a tree when nobody asks where its parts stand?

use super::span::Span;
use super::tree::{
    Action, Arg, Clause, Expect, Expected, Expr, ExprKind, Item, ItemKind, Name, Scenario, Step,
};

impl Scenario {
    /// The same scenario without any place in it, as if it had been generated: two texts that differ in their layout
    /// only are equal then.
    #[must_use]
    pub fn without_places(mut self) -> Scenario {
        self.items.iter_mut().for_each(forget_item);
        self
    }
}

fn forget(span: &mut Span) {
    *span = Span::default();
}

fn forget_item(item: &mut Item) {
    forget(&mut item.span);
    match &mut item.kind {
        ItemKind::Blank
        | ItemKind::Comment(_)
        | ItemKind::Narration(_)
        | ItemKind::Exercise
        | ItemKind::Begin
        | ItemKind::End => {}
        ItemKind::Version(number) => forget(&mut number.span),
        ItemKind::Title(text) => forget(&mut text.span),
        ItemKind::Process(names) | ItemKind::Misuse(names) => forget_names(names),
        ItemKind::Option { name, value } => {
            forget(&mut name.span);
            forget(&mut value.span);
        }
        ItemKind::Step(step) => forget_step(step),
        ItemKind::Check(fact) | ItemKind::Always(fact) | ItemKind::Finally(fact) => forget_expr(fact),
        ItemKind::Clause(clause) => forget_clause(clause),
    }
}

fn forget_names(names: &mut [Name]) {
    names.iter_mut().for_each(|name| forget(&mut name.span));
}

fn forget_clause(clause: &mut Clause) {
    match clause {
        Clause::Task(text) | Clause::Hint(text) => forget(&mut text.span),
        Clause::Allow(names) | Clause::Forbid(names) | Clause::Require(names) => forget_names(names),
        Clause::Limit(number) => forget(&mut number.span),
        Clause::Goal(fact) | Clause::Hidden(fact) => forget_expr(fact),
        Clause::EveryOrder => {}
    }
}

fn forget_step(step: &mut Step) {
    forget(&mut step.actor.span);
    if let Some(variable) = &mut step.variable {
        forget(&mut variable.span);
    }
    match &mut step.action {
        Action::Call(call) => {
            forget(&mut call.name.span);
            call.args.iter_mut().for_each(forget_arg);
        }
        Action::Copy(value) => forget_expr(value),
    }
    if let Some(Expect { value, error, span }) = &mut step.expect {
        forget(span);
        if let Expected::Value(value) = value {
            forget_expr(value);
        }
        if let Some(error) = error {
            forget_expr(error);
        }
    }
}

fn forget_arg(arg: &mut Arg) {
    if let Some(name) = &mut arg.name {
        forget(&mut name.span);
    }
    forget_expr(&mut arg.value);
}

/// As deep as the expression is nested, which the parser bounds.
fn forget_expr(expr: &mut Expr) {
    forget(&mut expr.span);
    match &mut expr.kind {
        ExprKind::Number(number) => forget(&mut number.span),
        ExprKind::Text(text) => forget(&mut text.span),
        ExprKind::Path(path) => forget(&mut path.span),
        ExprKind::Out(path) => forget(&mut path.span),
        ExprKind::Apply(name, args) => {
            forget(&mut name.span);
            args.iter_mut().for_each(forget_expr);
        }
        ExprKind::List(elements) => elements.iter_mut().for_each(forget_expr),
        ExprKind::Group(inner) | ExprKind::Unary(_, inner) => forget_expr(inner),
        ExprKind::Binary(_, left, right) => {
            forget_expr(left);
            forget_expr(right);
        }
    }
}
