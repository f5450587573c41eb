//! What a title, a name or a string holds is shown as text in every text form, and obeyed by no terminal.

#[path = "common/command.rs"]
mod command;

use std::fs;
use std::path::Path;

const NAME: &str = "x\u{202e}<b>.hlab";

/// Every text that a file can hold, with escapes, markup, quotes, and marks that turn lines.
const HOSTILE: &str = "title \"t\\x1b[31m<script>alert(1)</script>\\u202e'\"\nprocess p, q\n\
    /// n\u{202e}\u{2066}<script>alert(2)</script>\n\
    p: h = CreateEvent(lpName: \"a\\x1b]0;x\\x07\\u202e\\u2066<script>\\u009b31m\\\"q'\")\n\
    p: f = CreateFile(\"f\\u202e\\u2066'(script).txt\", GENERIC_WRITE, dwCreationDisposition: CREATE_ALWAYS)  => HANDLE\n\
    p: CreatePipe(&r, &w)\np: WriteFile(w, \"d\\x1b[2J\\u202e<script>\")  => TRUE\np: ReadFile(r, &data)  => TRUE\n\
    q: SetEvent(p.h)\np: SetEvent(f)\np: CloseHandle(h)\np: CloseHandle(h)\np: m = CreateMutex()\np: SetEvent(h)\n\
    check p.data == \"other\\x1b\\u202e\"\n";

/// What came out, on both streams.
fn printed(args: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(NAME), HOSTILE).unwrap();
    fs::write(folder.path().join("other.hlab"), HOSTILE.replace("p: SetEvent(f)", "p: CloseHandle(f)"))
        .unwrap();
    let (_, out, err) = command::handlelab(folder.path(), args);
    out + &err
}

/// No character that a terminal obeys, and none that turns the direction of text.
fn is_harmless(text: &str) -> bool {
    let turns = |c| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !text.chars().any(|c| (c.is_control() && c != '\n') || turns(c))
}

#[test]
fn every_command_that_shows_a_run_shows_what_is_hostile_as_text() {
    let commands: [&[&str]; 18] = [
        &["run", NAME],
        &["run", "--warn", NAME],
        &["run", "--deny", "--quiet", NAME],
        &["run", "--quiet", NAME],
        &["run", "--format", "json", NAME],
        &["leaks", NAME],
        &["why", NAME, "p.h"],
        &["why", NAME, "p.h", "--at", "4"],
        &["why", NAME, "p.f"],
        &["diff", NAME, "--from", "1", "--to", "5"],
        &["diff", NAME, "other.hlab"],
        &["render", NAME, "--as", "text"],
        &["render", NAME, "--as", "html"],
        &["render", NAME, "--as", "svg"],
        &["render", NAME, "--as", "dot"],
        &["render", NAME, "--as", "mermaid"],
        &["render", NAME, "--as", "json"],
        &["render", NAME, "--as", "json-full"],
    ];
    for args in commands {
        let printed = printed(args);
        assert!(is_harmless(&printed), "{args:?}: {printed:?}");
        assert!(printed.contains("script"), "{args:?} shows the texts: {printed}");
    }
}

#[test]
fn the_misuses_of_hostile_names_are_told_with_the_names_in_them() {
    let printed = printed(&["run", "--warn", "--quiet", NAME]);
    for class in ["foreign-value", "wrong-type", "use-after-close", "reused-value"] {
        assert!(printed.contains(class), "{class}: {printed}");
    }
    let joined = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(joined.contains("Event #5 \"a\u{241b}]0;x\u{2407}\\u{202e}\\u{2066}<script>"), "{joined}");
}

#[test]
fn what_is_asked_for_is_answered_as_harmlessly_as_it_is_told() {
    let hostile = "p.h\u{1b}[31m\u{202e}<script>";
    for args in [
        &["why", NAME, hostile][..],
        &["explain", hostile],
        &["explain", "--format", "json", hostile],
        &["leaks", hostile],
        &["diff", NAME, hostile],
        &["run", hostile],
    ] {
        let printed = printed(args);
        assert!(is_harmless(&printed) && !printed.is_empty(), "{args:?}: {printed:?}");
    }
}

#[test]
fn no_page_of_explain_holds_anything_but_text() {
    let (_, index, _) = command::handlelab(Path::new("."), &["explain"]);
    assert!(is_harmless(&index));
    for subject in handlelab::explain::Subject::all() {
        let page = handlelab::view::page::page(&subject.page(), 80).plain();
        assert!(is_harmless(&page), "{page:?}");
    }
}
