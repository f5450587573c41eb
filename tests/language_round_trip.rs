//! Promise: text and tree say the same, and no text whatever makes the front end fall over.

mod common;

use common::trees;
use handlelab::scenario::lexer::Lexer;
use handlelab::scenario::parser::parse;
use handlelab::scenario::printer::print;
use handlelab::scenario::token::TokenKind;
use handlelab::scenario::{diagnostic::Diagnostic, exchange, source};
use proptest::prelude::*;
use proptest::sample::Index;

/// A scenario with most forms of the language, to be damaged.
const SAMPLE: &str = r#"handlelab 1
// The seed of the whole subject.
title "A duplicate keeps the object alive"

exercise
  task "Give child a handle that it can signal but not wait on."
  allow DuplicateHandle, CloseHandle
  limit 2 steps
  goal access(child, parent.hChilds) == EVENT_MODIFY_STATE

process parent, child
option reuse = lifo

/// One object, one handle.
parent: hEvent = CreateEvent(bManualReset: TRUE, lpName: L"Local\\Ready")  => HANDLE ERROR_ALREADY_EXISTS
parent.worker: DuplicateHandle(
    GetCurrentProcess(),  // the source
    hEvent, pi.hProcess, &hDup, 0x1F0003, FALSE, A | B
)                                                                    => TRUE
check handles(parent.hEvent) == 2 && !dead("Ready")  // two
begin
parent: WaitForMultipleObjects([h1, h2], TRUE, INFINITE);            => WAIT_OBJECT_0 + 1
end
always handles("Ready") <= 2
finally (dead(parent.hEvent) || handles(parent.hEvent) == ~-1)
"#;

/// What must hold for every text; gives its mistakes.
fn examine(source: &str) -> Vec<Diagnostic> {
    let tokens: Vec<_> = Lexer::new(source).collect();
    let mut end = 0;
    for token in &tokens {
        assert_eq!(token.span.start, end, "tokens follow each other without a gap");
        assert!(token.span.end > end, "no token is empty");
        end = token.span.end;
    }
    assert_eq!(end as usize, source.len(), "tokens cover the text");
    assert_eq!(tokens.iter().map(|token| token.span.text(source)).collect::<String>(), source);

    let (scenario, mistakes) = parse(source);
    for label in mistakes.iter().flat_map(|mistake| &mistake.labels) {
        let place = label.span.start as usize..label.span.end as usize;
        assert!(source.get(place).is_some(), "{label:?} is a place in the text");
    }
    assert!(mistakes.len() <= 101);
    let printed = print(&scenario);
    if mistakes.is_empty() {
        let (again, mistakes) = parse(&printed);
        assert_eq!(mistakes, [], "{printed}");
        assert_eq!(print(&again), printed, "printing twice is printing once");
        assert_eq!(again.without_places(), scenario.without_places(), "{printed}");
    }
    mistakes
}

#[test]
fn the_sample_is_a_scenario_without_mistakes() {
    assert_eq!(examine(SAMPLE), []);
}

/// A change somewhere in a text.
#[derive(Clone, Debug)]
enum Damage {
    Remove(Index, usize),
    Insert(Index, String),
    Repeat(Index, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let piece = prop_oneof!["[ -~\n]{1,3}", "\\PC", "[()\\[\\]\"'/*=>&:;,.\n\r\t]{1,4}"];
    prop_oneof![
        (any::<Index>(), 1..20_usize).prop_map(|(at, length)| Damage::Remove(at, length)),
        (any::<Index>(), piece).prop_map(|(at, piece)| Damage::Insert(at, piece)),
        (any::<Index>(), 1..80_usize).prop_map(|(at, length)| Damage::Repeat(at, length)),
    ]
}

fn damaged(source: &str, damages: &[Damage]) -> String {
    let mut chars: Vec<char> = source.chars().collect();
    for damage in damages {
        let place = |at: &Index, length: usize| {
            let start = at.index(chars.len() + 1);
            start..(start + length).min(chars.len())
        };
        match damage {
            Damage::Remove(at, length) => drop(chars.drain(place(at, *length))),
            Damage::Insert(at, piece) => drop(chars.splice(place(at, 0), piece.chars())),
            Damage::Repeat(at, length) => {
                let place = place(at, *length);
                let again = chars[place.clone()].to_vec();
                chars.splice(place.start..place.start, again);
            }
        }
    }
    chars.into_iter().collect()
}

/// Words and signs of the language in any order.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-c]",
        proptest::sample::select(vec![
            "check ", "exercise", "task", "limit ", "p: ", "F(", "title ", "\"t\"", "L\"", "1", "0x", "TRUE",
            "not", " and ",
        ])
        .prop_map(str::to_owned),
        proptest::sample::select(vec![
            "(", ")", "[", "]", ",", ".", ":", ";", "=", "=>", "==", "&", "&&", "|", "-", "!", "~", "?", "<",
            ">",
        ])
        .prop_map(str::to_owned),
        proptest::sample::select(vec![
            "\n", "\r\n", " ", "\t", "//", "///", "/*", "*/", "'", "“", "\\", "\u{FEFF}", "ö"
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_printed_tree_is_read_as_the_same_tree(scenario in trees::scenario()) {
        let printed = print(&scenario);
        let (again, mistakes) = parse(&printed);
        prop_assert_eq!(mistakes, [], "{}", printed);
        prop_assert_eq!(again.without_places(), scenario, "{}", printed);
        examine(&printed);
    }

    #[test]
    fn a_tree_comes_back_from_json_as_it_was(scenario in trees::scenario()) {
        let json = exchange::to_json(&scenario).unwrap();
        prop_assert_eq!(exchange::from_json(&json).map_err(|error| error.to_string()), Ok(scenario), "{}", json);
    }

    #[test]
    fn a_printed_tree_has_no_blanks_at_the_end_of_its_lines_and_no_two_empty_lines(scenario in trees::scenario()) {
        let printed = print(&scenario);
        prop_assert!(printed.lines().all(|line| !line.ends_with([' ', '\t'])), "{}", printed);
        prop_assert!(!printed.contains("\n\n\n") && !printed.starts_with('\n') && !printed.ends_with("\n\n"), "{}", printed);
    }

    #[test]
    fn layout_means_nothing(scenario in trees::scenario(), blanks in proptest::collection::vec("[ \t\u{A0}]{1,3}", 1..9)) {
        let printed = print(&scenario);
        let mut blanks = blanks.iter().cycle();
        let mut laid_out = String::new();
        for token in Lexer::new(&printed) {
            match token.kind {
                TokenKind::Blank => laid_out.extend(blanks.next().map(String::as_str)),
                TokenKind::Newline => laid_out.push_str("\r\n"),
                TokenKind::Comma | TokenKind::RightParen => laid_out.extend([" ", token.span.text(&printed)]),
                _ => laid_out.push_str(token.span.text(&printed)),
            }
        }
        prop_assert_eq!(print(&parse(&laid_out).0), printed);
    }

    #[test]
    fn any_text_is_examined(text in "\\PC{0,60}|[ -~\\n]{0,120}") {
        examine(&text);
    }

    #[test]
    fn any_bytes_are_text_or_no_text(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(text) = source::text_of(&bytes) {
            examine(text);
        }
    }

    #[test]
    fn any_soup_of_words_and_signs_is_examined(text in soup()) {
        examine(&text);
    }

    #[test]
    fn damaged_scenarios_are_examined(damages in proptest::collection::vec(damage(), 1..5)) {
        examine(&damaged(SAMPLE, &damages));
    }

    #[test]
    fn brackets_in_any_number_are_examined(opening in "[(\\[!~-]{1,3}", times in 0..400_usize, end in "[)\\]a, ]{0,3}") {
        examine(&format!("check {}a{}\np: F({}", opening.repeat(times), end.repeat(times), opening.repeat(times)));
    }
}
