//! Are the mistakes of beginners named, and is the wrong thing underlined?

use super::super::super::diagnostic::Code::{self, *};
use super::super::super::source;
use super::{codes, mistake, mistakes};

/// In each line one mistake: its code, what is underlined, the line.
const MISTAKES: &[(Code, &str, &str)] = &[
    // Characters, strings, numbers.
    (UnexpectedCharacter, "#", "# a comment"),
    (UnexpectedCharacter, "#", "parent: CloseHandle(h) # closes it"),
    (UnexpectedCharacter, "--", "-- a comment"),
    (UnexpectedCharacter, "--", "parent: CloseHandle(h) -- closes it"),
    (UnexpectedCharacter, "{", "{"),
    (UnexpectedCharacter, "ö", "parent: größe = 4"),
    (UnexpectedCharacter, "\u{200B}", "parent: \u{200B}CloseHandle(h)"),
    (BadString, "\"Ready)  => HANDLE", "parent: CreateEvent(lpName: \"Ready)  => HANDLE"),
    (BadString, "\"Ready”)", "parent: CreateEvent(lpName: \"Ready”)"),
    (BadString, "\\d", "parent: DeleteFile(\"C:\\data\")"),
    (WrongQuotes, "'Ready'", "parent: CreateEvent(lpName: 'Ready')"),
    (WrongQuotes, "“Ready”", "title “Ready”"),
    (BadNumber, "12ab", "parent: h = 12ab"),
    (BadNumber, "1.5", "parent: Sleep(1.5)"),
    (BadNumber, "010", "parent: h = 010"),
    (BadNumber, "0x1FFFFFFFFFFFFFFFF", "parent: h = 0x1FFFFFFFFFFFFFFFF"),
    // Who does it?
    (MissingActor, "parent", "parent hEvent = CreateEvent()"),
    (MissingActor, "parent.worker", "parent.worker SetEvent(h)"),
    (MissingActor, "parent.hEvent", "parent.hEvent = CreateEvent()"),
    (MissingActor, "CloseHandle", "CloseHandle(h);"),
    (MissingActor, "h", "h = CreateEvent()"),
    (ForeignSyntax, "HANDLE", "HANDLE h = CreateEvent(NULL, TRUE);"),
    (ForeignSyntax, "HANDLE", "parent: HANDLE h = CreateEvent(NULL, TRUE);"),
    (Expected, "a.b.c", "a.b.c: CloseHandle(h)"),
    // Keywords.
    (UnknownLine, "proces", "proces child"),
    (UnknownLine, "chek", "chek handles(parent.h) == 1"),
    (UnknownLine, "This", "This is my first scenario"),
    (UnknownLine, "=>", "=> TRUE"),
    (UnknownLine, "4", "4"),
    (WrongCase, "Check", "Check alive(parent.h)"),
    (WrongCase, "true", "check alive(parent.h) == true"),
    (WrongCase, "nullptr", "parent: CreateEvent(nullptr)"),
    (Expected, "", "check"),
    (Expected, "", "check // nothing"),
    (Expected, "", "process"),
    (Expected, "", "process a, "),
    (Expected, "", "process a b"),
    (Expected, "\"a\"", "process \"a\""),
    (Expected, "My", "title My first scenario"),
    (Expected, "lifo", "option reuse lifo"),
    (Expected, "two", "option reuse = fifo two"),
    (UnknownVersion, "2", "handlelab 2"),
    (BadNumber, "1.5", "handlelab 1.5"),
    (MissingActor, "End", "End = CreateEvent()"),
    (Expected, "", "title // nothing"),
    (ClauseOutside, "task", "task \"outside\""),
    // Operators.
    (WrongOperator, "=", "check handles(parent.h) = 1"),
    (WrongOperator, "=", "check (handles(parent.h) = 1)"),
    (WrongOperator, "=>", "check handles(parent.h) => 1"),
    (WrongOperator, "and", "check alive(a) and alive(b)"),
    (WrongOperator, "or", "check (alive(a) or alive(b))"),
    (WrongOperator, "not", "check not alive(a)"),
    (WrongOperator, "not", "check not(alive(a))"),
    (WrongOperator, "===", "check a === b"),
    (WrongOperator, "<>", "check a <> b"),
    (WrongOperator, "->", "parent: CloseHandle(h) -> TRUE"),
    (WrongOperator, "->", "parent: h = CreateEvent(bManualReset: TRUE) -> HANDLE"),
    (WrongOperator, "->", "parent: CloseHandle(pi->hProcess)"),
    (WrongOperator, "==>", "parent: CloseHandle(h) ==> TRUE"),
    (WrongOperator, "=", "parent: CloseHandle(h) = TRUE"),
    (WrongOperator, "==", "parent: CloseHandle(h) == TRUE"),
    (WrongOperator, "==", "parent: h == CreateEvent()"),
    (WrongOperator, ":=", "parent: h := 4"),
    (WrongOperator, "=", "parent: CreateEvent(bManualReset = TRUE)"),
    // Calls, brackets, commas.
    (Expected, "TRUE", "parent: CloseHandle(h) TRUE"),
    (Expected, "hEvent", "parent: SetEvent hEvent"),
    (Expected, "", "parent:"),
    (Expected, "", "parent: h ="),
    (NothingDone, "hEvent", "parent: hEvent"),
    (Expected, "child.h", "parent: child.h = 4"),
    (Expected, "", "parent: CloseHandle(h) =>"),
    (Expected, ",", "parent: CloseHandle(h) => FALSE, ERROR_INVALID_HANDLE"),
    (Expected, ",", "check alive(a), alive(b)"),
    (Expected, ")", "parent: CloseHandle(h)) => TRUE"),
    (Expected, "parent", "parent: CloseHandle(h); parent: CloseHandle(h)"),
    (Expected, "", "parent: SetHandleInformation(h HANDLE_FLAG_INHERIT, 0)"),
    (Expected, "", "parent: DuplicateHandle(a, b, c &hDup)"),
    (Expected, ",", "parent: DuplicateHandle(a, b, c, &, 0)"),
    (Expected, ")", "parent: CloseHandle(h,)"),
    (Expected, ":", "check handles(x: y)"),
    (Expected, "a", "parent: h = CreateEvent(a: TRUE) + 4"),
    (Expected, "parent.SetEvent", "check parent.SetEvent(h)"),
    (Unclosed, "(", "parent: CloseHandle(h => TRUE"),
    (Unclosed, "(", "parent: CloseHandle(h"),
    (Unclosed, "(", "parent: CloseHandle(h,"),
    (Unclosed, "[", "check [a"),
    (Unclosed, "[", "parent: WaitForMultipleObjects([a, b), TRUE, 0)"),
    // Other languages.
    (ForeignSyntax, "if", "if (x)"),
    (ForeignSyntax, "for", "parent: for (;;)"),
    (ForeignSyntax, "(HANDLE)", "parent: SetEvent((HANDLE)h)"),
    (ForeignSyntax, "(DWORD)", "parent: h = (DWORD)-1"),
    (ForeignSyntax, "/* c */", "/* c */"),
    (ForeignSyntax, "/* c", "parent: CloseHandle(h) /* c\n c */"),
    (ForeignSyntax, "/* c", "/* c"),
];

#[test]
fn the_mistakes_of_beginners_are_named_and_underlined() {
    for &(code, underlined, line) in MISTAKES {
        assert_eq!(codes(line), [(code, underlined)], "{line}");
    }
}

#[test]
fn every_mistake_says_what_to_do() {
    for (.., line) in MISTAKES {
        let mistake = mistake(line);
        assert!(!mistake.message.ends_with('.'), "{line}: {}", mistake.message);
        assert!(!mistake.labels[0].text.is_empty(), "{line}");
        assert!(!mistake.help.is_empty(), "{line}");
        assert!(mistake.help.iter().all(|help| help.ends_with('.')), "{line}: {:?}", mistake.help);
    }
}

#[test]
fn every_code_of_lexer_and_parser_is_met() {
    let deep = format!("check {}", "(".repeat(100));
    let many = "chek a\n".repeat(101);
    let mut met: Vec<Code> = MISTAKES.iter().map(|&(code, ..)| code).collect();
    met.extend([deep.as_str(), &many].iter().flat_map(|source| mistakes(source)).map(|mistake| mistake.code));
    met.extend(
        [source::text_of(b"\xFF"), source::text_of(&vec![0; source::LARGEST + 1])]
            .map(|text| text.unwrap_err().code),
    );
    for &code in Code::ALL.iter().filter(|code| code.name() < "HL050") {
        assert!(met.contains(&code), "{code:?} is never reported");
    }
}

/// What the help of the only mistake in `source` says.
fn help(source: &str) -> String {
    mistake(source).help.join(" ")
}

#[test]
fn help_is_written_with_the_words_of_the_line() {
    assert!(help("parent h = CreateEvent()").contains("`parent: h = CreateEvent()`"));
    assert!(help("h = CreateEvent()").contains("`parent: h = CreateEvent()`"));
    assert!(help("process server\nCloseHandle(h)").contains("`server: CloseHandle(h)`"));
    assert!(help("parent.h = CreateEvent()").contains("`parent: h = CreateEvent()`"));
    assert!(help("parent: HANDLE h = CreateEvent()").contains("`h = CreateEvent()`"));
    assert!(help("title My first").contains("`title \"My first\"`"));
    assert!(help("check ]").starts_with("For example: `hEvent`, `0x4`, "));
    assert!(help("title 'Ready'").contains("`\"Ready\"`"));
}

#[test]
fn a_slip_of_a_keyword_is_recognised_unless_a_process_has_that_name() {
    assert!(mistake("chek alive(a)").labels[0].text.contains("`check`"));
    assert_eq!(codes("process chek\nchek SetEvent(a)"), [(MissingActor, "chek")]);
    assert_eq!(codes("chek: F()\nchek SetEvent(a)"), [(MissingActor, "chek")]);
}

#[test]
fn mistakes_that_do_not_hide_the_rest_of_the_line_do_not_end_it() {
    let source = "parent: CreateEvent(NULL true, 'a', 1.5)";
    assert_eq!(
        codes(source),
        [(Expected, ""), (WrongCase, "true"), (WrongQuotes, "'a'"), (BadNumber, "1.5")]
    );
}

#[test]
fn an_exercise_ends_with_the_first_other_line() {
    assert_eq!(codes("exercise\n\n// c\ngoal a\nprocess p\nhint \"h\""), [(ClauseOutside, "hint")]);
    assert_eq!(codes("exercise\n/// n\nhint \"h\""), [(ClauseOutside, "hint")]);
    assert_eq!(codes("exercise\ntask t\nhint \"h\""), [(Expected, "t")]);
}
