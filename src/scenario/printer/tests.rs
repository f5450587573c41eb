//! Is there one way to print a scenario, and does it lose nothing?

use super::super::parser::parse;
use super::super::tree::{BinaryOp, Expr, ExprKind, Item, ItemKind, Path, Scenario, UnaryOp};
use super::print;

/// What becomes of a text that is formatted.
fn format(source: &str) -> String {
    let (scenario, mistakes) = parse(source);
    assert_eq!(mistakes, [], "{source}");
    let printed = print(&scenario);
    let (again, mistakes) = parse(&printed);
    assert_eq!(mistakes, [], "{printed}");
    assert_eq!(again.without_places(), scenario.without_places(), "{printed}");
    printed
}

/// These are printed as they stand.
const CANONICAL: &[&str] = &[
    "",
    "handlelab 1\n",
    "// a\n////b\n///\n/// c\n///  d\n",
    "title L\"a\\\"b // c\"\n",
    "process parent, child  // two\n",
    "option reuse = lifo\n",
    "check handles(parent.h) == 0x1F && !(a || b)\nalways x <= ~8UL | -4\nfinally [a, b] + c(&d)\n",
    "parent: h = parent.h\nparent.worker: SetEvent(h)\n",
    "exercise\n  // c\n  task \"t\"\n  allow A, B\n  forbid A\n  require A\n  limit 2 steps\n  limit 1 step\n\n  // e\n  goal g\n\n// d\nbegin\nend\n",
];

#[test]
fn what_is_canonical_stays_as_it_is() {
    for &source in CANONICAL {
        assert_eq!(format(source), source);
    }
}

#[test]
fn a_comment_that_follows_its_argument_at_once_belongs_to_it() {
    assert_eq!(format("p: F(4// c\n)\n"), format("p: F(4 // c\n)\n"));
}

#[test]
fn answers_stand_in_one_column_unless_the_step_is_too_long() {
    let step = |width: usize| format!("p: F({})", "x".repeat(width - 6));
    assert_eq!(format("p: F()=>TRUE"), format!("{:68} => TRUE\n", "p: F()"));
    for width in [68, 69, 90] {
        let step = step(width);
        assert_eq!(format(&format!("{step}   =>   ? X")), format!("{step} => ? X\n"));
    }
    let umlauts = format!("p: F(\"{}\")", "ö".repeat(20));
    let printed = format(&format!("\n{umlauts} => TRUE"));
    assert_eq!(printed.chars().position(|c| c == '='), Some(69));
}

#[test]
fn layout_is_ours() {
    assert_eq!(format("\n\n  check   a==b ;\r\n\r\n\r\ncheck(a)\n\n"), "check a == b\n\ncheck (a)\n");
    assert_eq!(format("\tp :F( x:1 ,[ 2,3 ] ) ; // c  "), "p: F(x: 1, [2, 3])  // c\n");
    assert_eq!(format("exercise\nhint \"h\"\n      limit 0x1"), "exercise\n  hint \"h\"\n  limit 0x1 step\n");
}

#[test]
fn a_wrapped_call_is_joined() {
    assert_eq!(format("p: F(\n  a,\n\n  b\n)"), "p: F(a, b)\n");
}

#[test]
fn a_call_with_comments_has_one_argument_a_line() {
    let printed = format("p: F(a, // one\n// two\nb /// three\n, // four\nc: 1) => TRUE // five");
    let expected = [
        "p: F(",
        "    a,  // one",
        "    // two",
        "    b,  /// three",
        "    // four",
        "    c: 1",
        &format!("{:68} => TRUE  // five", ")"),
        "",
    ];
    assert_eq!(printed, expected.join("\n"));
    assert_eq!(format("p: F( // one\n)"), "p: F(\n    // one\n)\n");
}

#[test]
fn comments_behind_an_exercise_are_not_indented() {
    let source = "exercise\n  task \"t\"\n// a\n\n// b\nprocess p\n";
    assert_eq!(format(source), source);
}

#[test]
fn a_tree_without_parentheses_gets_those_that_it_needs() {
    let name = |name: &str| Expr::new(ExprKind::Path(Path::new(name)));
    let binary =
        |operator, left, right| Expr::new(ExprKind::Binary(operator, Box::new(left), Box::new(right)));
    let sum = || binary(BinaryOp::Plus, name("a"), name("b"));
    let facts = [
        (binary(BinaryOp::Minus, name("c"), sum()), "c - (a + b)"),
        (binary(BinaryOp::Minus, sum(), name("c")), "a + b - c"),
        (binary(BinaryOp::BitOr, sum(), name("c")), "a + b | c"),
        (binary(BinaryOp::Plus, binary(BinaryOp::Or, name("c"), name("d")), name("e")), "(c || d) + e"),
        (Expr::new(ExprKind::Unary(UnaryOp::Not, Box::new(sum()))), "!(a + b)"),
    ];
    for (fact, expected) in facts {
        let scenario = Scenario { items: vec![Item::new(ItemKind::Check(fact))] };
        assert_eq!(print(&scenario), format!("check {expected}\n"));
    }
}
