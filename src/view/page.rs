//! How is a page of `explain` shown?
//!
//! For people as [markup](page), for programs as one JSON object:
//!
//! ```text
//! {"format": "handlelab explain", "version": 1,
//!  "pages":   [{"name", "kind", "value"?, "summary", "sections": [{"title", "blocks": [BLOCK]}]}],
//!  "unknown": [{"asked", "alike": [NAME]}],
//!  "groups":  [{"title", "kind", "names": [NAME]}]}
//!
//! BLOCK = {"kind": "text",  "text"}                    sentences
//!       | {"kind": "code",  "text"}                    lines of a scenario
//!       | {"kind": "entry", "term", "text", "note"}    something, what is said of it, and what is beside the point
//!       | {"kind": "names", "names": [NAME]}           other names that have a page
//! ```
//!
//! `value` is a hexadecimal number in a string. `groups` is the index; it is empty when names were asked for. The version
//! grows when a field changes its meaning or goes; new fields, kinds and titles may come at any time.
//!
//! ```
//! use handlelab::explain::{find, index};
//! use handlelab::view::page;
//!
//! let groups = index();
//! assert!(page::index(&groups, 80).plain().contains("DuplicateHandle"));
//! let found = find(&["STATUS_INVALID_HANDLE", "CloseHandel"]);
//! let json: serde_json::Value = serde_json::from_str(&page::json(&found, &[])?)?;
//! assert_eq!(json["pages"][0]["value"], "0xc0000008");
//! assert_eq!(json["unknown"][0]["alike"][0], "CloseHandle");
//! # Ok::<(), serde_json::Error>(())
//! ```

use super::markup::{Markup, Role};
use super::story::wrap;
use crate::explain::{Block, Found, Group, Page, PageKind, Section};
use crate::scenario::exchange::in_escapes;
use serde::Serialize;

/// The version of the JSON format.
pub const VERSION: u32 = 1;

/// Lines are never longer, however wide the terminal is: long lines are hard to read.
const WIDEST: usize = 100;
const INDENT: usize = 2;
/// Where the texts of entries start at most; behind a longer term the text starts on a line of its own.
const WIDEST_TERM: usize = 28;

/// A page for lines of `width` columns.
///
/// ```
/// use handlelab::explain::find;
/// use handlelab::view::page::page;
///
/// let found = find(&["CloseHandle"]);
/// assert!(page(&found[0].subjects[0].page(), 80).plain().starts_with("CloseHandle"));
/// ```
pub fn page(page: &Page, width: usize) -> Markup {
    let width = width.clamp(40, WIDEST);
    let mut out = Markup::default();
    out.push(Role::Strong, &page.name);
    if let Some(value) = page.value {
        out.push(Role::Plain, format!(" = {}", number(page.kind, value)));
    }
    out.push(Role::Faint, format!("  {}", page.kind.in_words())).line();
    for line in wrap(&page.summary, width) {
        out.push(Role::Plain, line).line();
    }
    for section in &page.sections {
        out.line().push(Role::Strong, section.title).line();
        self::section(section, width, &mut out);
    }
    out
}

/// Errors are known by their decimal numbers, everything else by hexadecimal ones.
fn number(kind: PageKind, value: u64) -> String {
    match kind {
        PageKind::Error => value.to_string(),
        PageKind::Status => format!("0x{value:08X}"),
        PageKind::Right => format!("0x{value:X}"),
        _ if value < 10 => value.to_string(),
        _ if value > u64::from(u32::MAX) => format!("{} (0x{value:X})", value as i64),
        _ => format!("0x{value:X} ({value})"),
    }
}

fn section(section: &Section, width: usize, out: &mut Markup) {
    let terms = section.blocks.iter().filter_map(|block| match block {
        Block::Entry { term, .. } => Some(term.chars().count()),
        _ => None,
    });
    let column = terms.filter(|length| *length <= WIDEST_TERM).max().unwrap_or(INDENT) + 2 * INDENT;
    for block in &section.blocks {
        match block {
            Block::Text { text } => lines(text, INDENT, width, Role::Plain, out),
            Block::Code { text } => text.lines().for_each(|line| code(line, width, out)),
            Block::Names { names } => columns(names.iter().map(String::as_str), width, out),
            Block::Entry { term, text, note } => entry(term, text, note, column, width, out),
        }
    }
}

fn lines(text: &str, indent: usize, width: usize, role: Role, out: &mut Markup) {
    for line in wrap(text, width - indent) {
        out.push(role, format!("{:indent$}{line}", "")).line();
    }
}

/// A line of a scenario; one that is too long goes on below, where a scenario may: behind a comma.
fn code(line: &str, width: usize, out: &mut Markup) {
    let own_indent = 2 * INDENT + line.len() - line.trim_start().len();
    let mut written = String::new();
    for part in line.trim_start().split_inclusive(", ") {
        if !written.is_empty()
            && own_indent + written.chars().count() + part.trim_end().chars().count() > width
        {
            out.push(Role::New, written.trim_end()).line();
            written = " ".repeat(2 * INDENT);
        }
        if written.trim().is_empty() {
            written.insert_str(0, &" ".repeat(own_indent));
        }
        written.push_str(part);
    }
    out.push(Role::New, written.trim_end()).line();
}

fn entry(term: &str, text: &str, note: &str, column: usize, width: usize, out: &mut Markup) {
    out.push(Role::Plain, format!("{:INDENT$}", "")).push(Role::Strong, term);
    let used = INDENT + term.chars().count();
    let mut at = used;
    if used + INDENT > column {
        out.line();
        at = 0;
    }
    let texts = wrap(text, width.saturating_sub(column)).into_iter().map(|line| (Role::Plain, line));
    let notes = wrap(note, width.saturating_sub(column)).into_iter().map(|line| (Role::Faint, line));
    let mut any = false;
    for (role, line) in texts.chain(notes) {
        out.push(Role::Plain, " ".repeat(column - at)).push(role, line).line();
        (at, any) = (0, true);
    }
    if !any && used + INDENT <= column {
        out.line();
    }
}

/// Names in columns, to be read from top to bottom.
fn columns<'a>(names: impl Iterator<Item = &'a str>, width: usize, out: &mut Markup) {
    let names: Vec<&str> = names.collect();
    let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let count = ((width.saturating_sub(INDENT) + 2) / (widest + 2)).clamp(1, names.len().max(1));
    let rows = names.len().div_ceil(count);
    for row in 0..rows {
        let in_row = names.iter().skip(row).step_by(rows);
        let line: String = in_row.map(|name| format!("{name:<widest$}  ")).collect();
        out.push(Role::Plain, format!("{:INDENT$}{}", "", line.trim_end())).line();
    }
}

/// The index for lines of `width` columns.
pub fn index(groups: &[Group], width: usize) -> Markup {
    let mut out = Markup::default();
    for (i, group) in groups.iter().enumerate() {
        if i > 0 {
            out.line();
        }
        out.push(Role::Strong, &group.title).line();
        columns(group.names.iter().copied(), width.max(40), &mut out);
    }
    out
}

/// What was found, for programs.
///
/// # Errors
/// Never for what is found; the serializer's own type says otherwise.
pub fn json(found: &[Found], groups: &[Group]) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Unknown<'f> {
        asked: &'f str,
        alike: &'f [&'static str],
    }
    #[derive(Serialize)]
    struct Explained<'f> {
        format: &'static str,
        version: u32,
        pages: Vec<Page>,
        unknown: Vec<Unknown<'f>>,
        groups: &'f [Group],
    }
    let pages = found.iter().flat_map(|found| &found.subjects).map(|subject| subject.page()).collect();
    let unknown = found.iter().filter(|found| found.subjects.is_empty());
    let unknown = unknown.map(|found| Unknown { asked: &found.asked, alike: &found.alike }).collect();
    let explained = Explained { format: "handlelab explain", version: VERSION, pages, unknown, groups };
    serde_json::to_string_pretty(&explained).map(|json| in_escapes(&json))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain;

    #[test]
    fn no_line_of_any_page_is_longer_than_the_terminal_unless_a_word_is() {
        for subject in explain::Subject::all() {
            for width in [40, 80, 200] {
                for line in page(&subject.page(), width).plain().lines() {
                    let words = line.split_whitespace().map(|word| word.chars().count());
                    let room = width.min(WIDEST) - WIDEST_TERM - 4 * INDENT;
                    let unbreakable = words.max().unwrap_or(0) > room.min(20);
                    assert!(line.chars().count() <= width.min(WIDEST) || unbreakable, "{width}: {line}");
                }
            }
        }
    }

    #[test]
    fn names_are_set_in_columns_that_are_read_downwards() {
        let mut out = Markup::default();
        columns(["a", "b", "c", "d", "e"].into_iter(), 11, &mut out);
        assert_eq!(out.plain(), "  a  c  e\n  b  d\n");
    }

    #[test]
    fn a_long_term_has_its_text_below() {
        let mut out = Markup::default();
        entry("abc", "text of it", "note", 8, 40, &mut out);
        entry("abcdefghij", "text", "", 8, 40, &mut out);
        assert_eq!(out.plain(), "  abc   text of it\n        note\n  abcdefghij\n        text\n");
    }
}
