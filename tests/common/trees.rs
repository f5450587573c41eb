//! What trees are there?
//!
//! Strategies for every tree that the parser can give, and none that it cannot: operators have the parentheses that they
//! need, blank lines are single, clauses stand in exercises.

use handlelab::scenario::Span;
use handlelab::scenario::tree::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// A whole scenario.
pub(crate) fn scenario() -> impl Strategy<Value = Scenario> {
    let line = prop_oneof![
        1 => Just(vec![Item::new(ItemKind::Blank)]),
        1 => exercise(),
        8 => line().prop_map(|item| vec![item]),
    ];
    vec(line, 0..12).prop_map(|blocks| {
        let mut items: Vec<Item> = blocks.into_iter().flatten().collect();
        items.dedup_by(|next, item| is_blank(item) && is_blank(next));
        if items.first().is_some_and(is_blank) {
            items.remove(0);
        }
        if items.last().is_some_and(is_blank) {
            items.pop();
        }
        Scenario { items }
    })
}

fn is_blank(item: &Item) -> bool {
    item.kind == ItemKind::Blank
}

/// An exercise with its clauses.
fn exercise() -> impl Strategy<Value = Vec<Item>> {
    let inside = prop_oneof![
        4 => commented(clause().prop_map(ItemKind::Clause)),
        1 => comment_line(),
        1 => Just(Item::new(ItemKind::Blank)),
    ];
    (commented(Just(ItemKind::Exercise)), vec(inside, 0..5)).prop_map(|(exercise, clauses)| {
        let mut items = vec![exercise];
        items.extend(clauses);
        items
    })
}

fn line() -> impl Strategy<Value = Item> {
    let kind = prop_oneof![
        Just(ItemKind::Version(Number::decimal(1))),
        text().prop_map(ItemKind::Title),
        vec(name(), 1..4).prop_map(ItemKind::Process),
        (name(), prop_oneof![name(), number().prop_map(|number| Name::new(number.written))])
            .prop_map(|(name, value)| ItemKind::Option { name, value }),
        expr().prop_map(ItemKind::Check),
        vec(class(), 1..3).prop_map(ItemKind::Misuse),
        expr().prop_map(ItemKind::Always),
        expr().prop_map(ItemKind::Finally),
        Just(ItemKind::Begin),
        Just(ItemKind::End),
    ];
    prop_oneof![
        1 => comment_line(),
        1 => comment().prop_map(|text| Item::new(ItemKind::Narration(text))),
        4 => commented(kind),
        4 => commented(step().prop_map(ItemKind::Step)),
    ]
}

/// A kind of misuse, as it may be called: names joined by hyphens.
fn class() -> impl Strategy<Value = Name> {
    vec(name(), 1..4).prop_map(|parts| {
        let parts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
        Name::new(parts.join("-"))
    })
}

fn clause() -> impl Strategy<Value = Clause> {
    prop_oneof![
        text().prop_map(Clause::Task),
        vec(name(), 1..4).prop_map(Clause::Allow),
        vec(name(), 1..4).prop_map(Clause::Forbid),
        vec(name(), 1..4).prop_map(Clause::Require),
        number().prop_map(Clause::Limit),
        text().prop_map(Clause::Hint),
        expr().prop_map(Clause::Goal),
        expr().prop_map(Clause::Hidden),
        Just(Clause::EveryOrder),
    ]
}

fn commented(kind: impl Strategy<Value = ItemKind>) -> impl Strategy<Value = Item> {
    (kind, option::weighted(0.2, comment()))
        .prop_map(|(kind, comment)| Item { comment: comment.map(Comment::from), ..Item::new(kind) })
}

/// A comment on a line of its own; with a third slash it would be narration.
fn comment_line() -> impl Strategy<Value = Item> {
    comment()
        .prop_filter("narration", |text| !text.starts_with('/') || text.starts_with("//"))
        .prop_map(|text| Item::new(ItemKind::Comment(text)))
}

/// What may stand behind two slashes.
fn comment() -> impl Strategy<Value = String> {
    prop_oneof![r#"[ a-z/"'(),=>&]{0,12}"#, r"[^\n]{0,8}"]
        .prop_map(|text| text.trim_end_matches([' ', '\t', '\r']).to_owned())
}

fn step() -> impl Strategy<Value = Step> {
    let copy = expr()
        .prop_filter("a call", |value| !matches!(value.kind, ExprKind::Apply(..)))
        .prop_map(Action::Copy);
    let action = prop_oneof![
        3 => (option::of(name()), call().prop_map(Action::Call)),
        1 => (name().prop_map(Some), copy),
    ];
    (path(2), action, option::of(expect())).prop_map(|(actor, (variable, action), expect)| Step {
        actor,
        variable,
        action,
        expect,
    })
}

fn call() -> impl Strategy<Value = Call> {
    let comments = || prop_oneof![4 => Just(Vec::new()), 1 => vec(comment(), 1..3)];
    let arg = (comments(), option::of(path(3)), expr(), option::weighted(0.2, comment())).prop_map(
        |(before, name, value, comment)| Arg {
            before: before.into(),
            name,
            value,
            comment: comment.map(Comment::from),
        },
    );
    (name(), vec(arg, 0..5), comments()).prop_map(|(name, args, comments)| Call {
        name,
        args: args.into(),
        comments: comments.into(),
    })
}

fn expect() -> impl Strategy<Value = Expect> {
    let word = || {
        prop_oneof![path(1).prop_map(ExprKind::Path), number().prop_map(Box::new).prop_map(ExprKind::Number)]
            .prop_map(Expr::new)
    };
    let sum = prop_oneof![Just(BinaryOp::Plus), Just(BinaryOp::Minus)];
    let value = (word(), vec((sum, expr_within(1)), 0..3)).prop_map(|(first, rest)| {
        rest.into_iter().fold(first, |left, (operator, right)| binary(operator, left, right))
    });
    let expected = prop_oneof![1 => Just(Expected::Unknown), 4 => value.prop_map(Expected::Value)];
    let ends_in_parentheses = |value: &Expected| match value {
        Expected::Value(value) => ends_in_group(value),
        _ => false,
    };
    (expected, option::of(word().prop_map(Box::new))).prop_map(move |(value, error)| {
        // `(a) b` reads like a cast.
        let error = error.filter(|_| !ends_in_parentheses(&value));
        Expect { value, error, span: Span::default() }
    })
}

fn ends_in_group(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Group(_) => true,
        ExprKind::Unary(_, inner) | ExprKind::Binary(_, _, inner) => ends_in_group(inner),
        _ => false,
    }
}

/// An expression.
fn expr() -> impl Strategy<Value = Expr> {
    expr_within(4)
}

fn expr_within(levels: u32) -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        number().prop_map(Box::new).prop_map(ExprKind::Number),
        text().prop_map(|text| ExprKind::Text(Box::new(text))),
        path(4).prop_map(ExprKind::Path),
        path(4).prop_map(Box::new).prop_map(ExprKind::Out),
    ]
    .prop_map(Expr::new);
    leaf.prop_recursive(levels, 24, 3, |inner| {
        let unary = prop_oneof![Just(UnaryOp::Not), Just(UnaryOp::Complement), Just(UnaryOp::Minus)];
        prop_oneof![
            (name(), vec(inner.clone(), 0..3))
                .prop_map(|(name, args)| Expr::new(ExprKind::Apply(Box::new(name), args.into()))),
            vec(inner.clone(), 0..3).prop_map(|elements| Expr::new(ExprKind::List(elements.into()))),
            inner.clone().prop_map(group),
            (unary, inner.clone()).prop_map(|(operator, operand)| {
                Expr::new(ExprKind::Unary(operator, Box::new(in_parentheses_below(u8::MAX, operand))))
            }),
            (proptest::sample::select(&BinaryOp::ALL[..]), inner.clone(), inner)
                .prop_map(|(operator, left, right)| binary(operator, left, right)),
        ]
    })
}

/// `left operator right` with the parentheses that it needs.
fn binary(operator: BinaryOp, left: Expr, right: Expr) -> Expr {
    let left = in_parentheses_below(operator.precedence(), left);
    let right = in_parentheses_below(operator.precedence() + 1, right);
    Expr::new(ExprKind::Binary(operator, Box::new(left), Box::new(right)))
}

fn in_parentheses_below(loosest: u8, operand: Expr) -> Expr {
    match operand.kind {
        ExprKind::Binary(operator, ..) if operator.precedence() < loosest => group(operand),
        _ => operand,
    }
}

fn group(inner: Expr) -> Expr {
    Expr::new(ExprKind::Group(Box::new(inner)))
}

fn number() -> impl Strategy<Value = Number> {
    (any::<u64>(), 0..64_u32, any::<bool>(), prop_oneof![3 => Just(""), 1 => Just("u"), 1 => Just("ULL")])
        .prop_map(|(value, shift, hexadecimal, suffix)| {
            let value = value >> shift;
            let number = if hexadecimal { Number::hexadecimal(value) } else { Number::decimal(value) };
            Number { written: format!("{}{suffix}", number.written).into(), ..number }
        })
}

fn text() -> impl Strategy<Value = Text> {
    (prop_oneof![r#"[a-z /\\"'\n\t\x00-\x1F]{0,8}"#, ".{0,6}"], any::<bool>()).prop_map(|(value, wide)| {
        let text = Text::new(value);
        let prefix = if wide { "L" } else { "" };
        Text { written: format!("{prefix}{}", text.written), ..text }
    })
}

/// Identifiers; those that are made up end in a way in which no word of another language ends.
fn identifier() -> impl Strategy<Value = String> {
    const REAL: [&str; 8] = ["parent", "hEvent", "CreateEvent", "TRUE", "check", "end", "steps", "L"];
    prop_oneof![
        proptest::sample::select(&REAL[..]).prop_map(str::to_owned),
        "[a-zA-Z_][a-zA-Z0-9_]{0,7}[0-9_]"
    ]
}

fn name() -> impl Strategy<Value = Name> {
    identifier().prop_map(Name::new)
}

/// Up to `longest` identifiers with dots between them.
fn path(longest: usize) -> impl Strategy<Value = Path> {
    vec(identifier(), 1..=longest).prop_map(|names| Path::new(names.join(".")))
}
