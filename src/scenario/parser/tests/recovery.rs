//! Does reading go on where it should, and end in good time whatever the text is?

use super::super::super::diagnostic::Code;
use super::{codes, mistake, mistakes, parse};

/// How many steps are read in spite of mistakes.
fn steps_read(source: &str) -> usize {
    parse(source).0.items.len()
}

#[test]
fn each_line_has_its_own_mistakes() {
    let source = "proces a\ncheck\nparent: CloseHandle(h) => TRUE\ncheck a = 1\n";
    assert_eq!(
        codes(source),
        [(Code::UnknownLine, "proces"), (Code::Expected, ""), (Code::WrongOperator, "=")]
    );
    assert_eq!(steps_read(source), 1);
}

#[test]
fn an_unclosed_parenthesis_costs_one_line() {
    for next in ["check a", "p: h = G(y) => TRUE", "p: G(y)", "title \"t\"", "end"] {
        for first in ["p: F(x => TRUE", "p: F(x", "p: F(x,", "p: F(", "p: h = F([x, G(y"] {
            let source = format!("{first}\n{next}\n");
            assert_eq!(mistake(&source).code, Code::Unclosed, "{source}");
            assert_eq!(steps_read(&source), 1, "{source}");
        }
    }
}

#[test]
fn a_line_behind_brackets_that_were_closed_is_read_again() {
    for call in ["F(4 5)", "F(4 5 (6))", "F 4 (5)"] {
        let found: Vec<Code> = codes(&format!("p: {call}\n4\n")).into_iter().map(|(code, _)| code).collect();
        assert_eq!(found.last(), Some(&Code::UnknownLine), "{call}: {found:?}");
    }
}

#[test]
fn what_is_passed_over_at_the_end_of_a_line_does_not_join_it_to_the_next() {
    for odd in ["/* c */", "\u{B}", "\u{C}", "\r"] {
        let source = format!("p: F(4) {odd}\ncheck a\n");
        let foreign = codes(&source).into_iter().all(|(code, _)| code == Code::ForeignSyntax);
        assert!(foreign && steps_read(&source) == 2, "{source:?}");
    }
}

#[test]
fn the_innermost_open_parenthesis_is_the_one_that_is_not_closed() {
    let source = "p: F(a, [b, G(c\ncheck x";
    let mistake = mistake(source);
    assert_eq!(mistake.span().start, 13);
    assert_eq!(mistake.labels[1].span.text(source), "check");
}

#[test]
fn a_mistake_inside_a_long_call_costs_the_whole_call() {
    let source = "p: F(\n  a: = 1,\n  b: G(),\n  c: TRUE\n) => TRUE\ncheck x\n";
    assert_eq!(codes(source), [(Code::WrongOperator, "=")]);
    assert_eq!(steps_read(source), 1);
}

#[test]
fn the_mistakes_behind_an_unclosed_parenthesis_are_reported_once() {
    let source = "p: F(\np: G('a'\ncheck true\n";
    assert_eq!(
        codes(source),
        [(Code::Unclosed, "("), (Code::WrongQuotes, "'a'"), (Code::Unclosed, "("), (Code::WrongCase, "true")]
    );
}

#[test]
fn after_a_hundred_mistakes_the_rest_is_counted() {
    let diagnostics = mistakes(&"chek a\n".repeat(1000));
    assert_eq!(diagnostics.len(), 101);
    assert_eq!(diagnostics[100].code, Code::TooManyMistakes);
    assert_eq!(diagnostics[100].message, "900 more lines could not be read");
    assert_eq!(mistakes(&"chek a\n".repeat(100)).len(), 100);
    assert_eq!(mistakes(&"chek a\n".repeat(101))[100].message, "1 more line could not be read");
}

#[test]
fn many_mistakes_on_one_line_are_one_line() {
    let source = format!("p: F({})", "1 ".repeat(500));
    assert_eq!(mistakes(&source)[100].message, "1 more line could not be read");
}

#[test]
fn endless_nesting_is_one_mistake() {
    for opening in ["(", "[", "F(", "!", "- ", "~", "(!["] {
        let many = opening.repeat(100_000);
        for source in [format!("check {many}"), format!("p: F({many}"), format!("p: h = {many}")] {
            assert_eq!(mistake(&source).code, Code::TooDeep, "{opening}");
        }
    }
    let closed = format!("check {}a{}", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(mistake(&closed).code, Code::TooDeep);
}

#[test]
fn sixty_four_levels_and_two_hundred_and_fifty_six_operators_are_read() {
    let nested = |levels: usize| format!("check {}a{}", "(".repeat(levels), ")".repeat(levels));
    assert_eq!(mistakes(&nested(64)), []);
    assert_eq!(mistake(&nested(65)).code, Code::TooDeep);
    let long = |operators: usize| format!("check a{}", " + a".repeat(operators));
    assert_eq!(mistakes(&long(256)), []);
    assert_eq!(mistake(&long(257)).code, Code::TooDeep);
}

#[test]
fn every_argument_has_operators_of_its_own() {
    let source = format!("p: F(a{0}, a{0}, [a{0}])", " + a".repeat(200));
    assert_eq!(mistakes(&source), []);
}

#[test]
fn long_lines_are_read() {
    let path = format!("check a{}", ".a".repeat(500_000));
    let args = format!("p: F({}a)", "a, ".repeat(300_000));
    let string = format!("title \"{}\"", "\\n".repeat(500_000));
    let wrapped = format!("p: F(\n{}a\n)", "a, // c\n".repeat(100_000));
    for source in [path, args, string, wrapped] {
        assert_eq!(mistakes(&source), []);
    }
}
