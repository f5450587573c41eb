//! What does a page consist of?
//!
//! A [`Page`] is data: whoever shows it decides how. The names in it can be looked up again.

use serde::Serialize;

/// All that is to be said of one name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Page {
    /// The name, written as in a scenario.
    pub name: String,
    /// What kind of thing it names.
    pub kind: PageKind,
    /// The number that it stands for, if it stands for one.
    #[serde(serialize_with = "hexadecimal", skip_serializing_if = "Option::is_none")]
    pub value: Option<u64>,
    /// What it is, in a sentence or two.
    pub summary: String,
    /// The rest, in order of reading.
    pub sections: Vec<Section>,
}

/// What kind of thing a page is about.
///
/// ```
/// use handlelab::explain::{PageKind, find};
///
/// assert!(PageKind::Error.qualifiers().contains(&"error"));
/// let kind = find(&["error 6"])[0].subjects[0].kind();
/// assert_eq!((kind, kind.in_words()), (PageKind::Error, "an error"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PageKind {
    /// A word or sign of the scenario language.
    Word,
    /// A type of objects.
    Type,
    /// A call.
    Call,
    /// A question of the kernel's eye.
    Question,
    /// A place where Windows is not settled.
    Option,
    /// An access right.
    Right,
    /// A flag, an answer or another named number.
    Constant,
    /// An error that GetLastError gives.
    Error,
    /// What the kernel says itself.
    Status,
    /// A mistake that a file can have.
    Mistake,
    /// A misuse of a handle that a run can show.
    Misuse,
}

impl PageKind {
    /// Every kind, in the order in which a beginner meets them.
    pub const ALL: &'static [PageKind] = &[
        PageKind::Word,
        PageKind::Type,
        PageKind::Call,
        PageKind::Question,
        PageKind::Option,
        PageKind::Right,
        PageKind::Constant,
        PageKind::Error,
        PageKind::Status,
        PageKind::Mistake,
        PageKind::Misuse,
    ];

    /// The kind in words, to stand behind a name.
    pub fn in_words(self) -> &'static str {
        match self {
            PageKind::Word => "a word or sign of the language",
            PageKind::Type => "a type of objects",
            PageKind::Call => "a call",
            PageKind::Question => "a question of the kernel's eye",
            PageKind::Option => "an option of the model",
            PageKind::Right => "an access right",
            PageKind::Constant => "a constant",
            PageKind::Error => "an error",
            PageKind::Status => "an NTSTATUS",
            PageKind::Mistake => "a mistake in a file",
            PageKind::Misuse => "a misuse of a handle",
        }
    }

    /// The words that may stand in front of a name to say which kind is meant: `error 6`.
    pub fn qualifiers(self) -> &'static [&'static str] {
        match self {
            PageKind::Word => &["word", "keyword"],
            PageKind::Type => &["type"],
            PageKind::Call => &["call", "function"],
            PageKind::Question => &["question", "check"],
            PageKind::Option => &["option"],
            PageKind::Right => &["right"],
            PageKind::Constant => &["constant", "flag"],
            PageKind::Error => &["error"],
            PageKind::Status => &["status", "ntstatus"],
            PageKind::Mistake => &["mistake", "code", "diagnostic"],
            PageKind::Misuse => &["misuse", "warning"],
        }
    }
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Section {
    /// What it is about.
    pub title: &'static str,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum Block {
    /// A paragraph.
    Text {
        /// Its sentences.
        text: String,
    },
    /// Lines to be shown as they are.
    Code {
        /// The lines, each with its end.
        text: String,
    },
    /// Something and what is to be said of it.
    Entry {
        /// What: often the name of another page.
        term: String,
        /// What is said of it.
        text: String,
        /// Something beside the point; may be empty.
        note: String,
    },
    /// Names of other pages.
    Names {
        /// The names.
        names: Vec<String>,
    },
}

impl Block {
    pub(super) fn text(text: impl Into<String>) -> Block {
        Block::Text { text: text.into() }
    }

    pub(super) fn code(text: impl Into<String>) -> Block {
        Block::Code { text: text.into() }
    }

    pub(super) fn entry(term: impl Into<String>, text: impl Into<String>, note: impl Into<String>) -> Block {
        Block::Entry { term: term.into(), text: text.into(), note: note.into() }
    }

    pub(super) fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> Block {
        Block::Names { names: names.into_iter().map(str::to_owned).collect() }
    }

    fn is_empty(&self) -> bool {
        match self {
            Block::Text { text } | Block::Code { text } => text.is_empty(),
            Block::Entry { .. } => false,
            Block::Names { names } => names.is_empty(),
        }
    }
}

impl Page {
    /// A page without sections.
    pub(super) fn new(name: &str, kind: PageKind, about: &str) -> Page {
        Page { name: name.to_owned(), kind, value: None, summary: sentence(about), sections: Vec::new() }
    }

    #[must_use]
    pub(super) fn value(mut self, value: u64) -> Page {
        self.value = Some(value);
        self
    }

    /// Adds a section, unless it would say nothing.
    #[must_use]
    pub(super) fn section(mut self, title: &'static str, blocks: impl IntoIterator<Item = Block>) -> Page {
        let blocks: Vec<Block> = blocks.into_iter().filter(|block| !block.is_empty()).collect();
        if !blocks.is_empty() {
            self.sections.push(Section { title, blocks });
        }
        self
    }
}

/// A text of a table as a sentence: with a capital, if it starts with a plain word, and with its full stop.
pub(super) fn sentence(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = text.split([' ', ',', ':', ';']).next().unwrap_or_default();
    let plain = first.chars().all(|c| c.is_lowercase() || c == '\'' || c == '-');
    let mut sentence = String::with_capacity(text.len() + 1);
    let mut letters = text.chars();
    if plain {
        sentence.extend(letters.next().into_iter().flat_map(char::to_uppercase));
    }
    sentence.extend(letters);
    if !sentence.ends_with(['.', '?', '!']) && !sentence.is_empty() {
        sentence.push('.');
    }
    sentence
}

/// `a` or `an` in front of a word.
pub(super) fn with_article(word: &str) -> String {
    let article = if word.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {word}")
}

/// Words in a row: `a, b and c`.
pub(super) fn listed<S: AsRef<str>>(words: &[S], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [all @ .., end] => {
            let all: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
            format!("{} {last} {}", all.join(", "), end.as_ref())
        }
    }
}

fn hexadecimal<S: serde::Serializer>(value: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{:#x}", value.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_a_table_becomes_a_sentence() {
        assert_eq!(sentence("wait for the object"), "Wait for the object.");
        assert_eq!(sentence(" does it exist?"), "Does it exist?");
        assert_eq!(sentence("bInheritHandles is FALSE"), "bInheritHandles is FALSE.");
        assert_eq!(sentence("TRUE: set from the start"), "TRUE: set from the start.");
    }

    #[test]
    fn words_are_listed_as_in_a_sentence() {
        assert_eq!(listed(&["a"], "and"), "a");
        assert_eq!(listed(&["a", "b", "c"], "or"), "a, b or c");
        assert_eq!(listed::<&str>(&[], "or"), "");
    }

    #[test]
    fn a_section_that_says_nothing_is_left_out() {
        let page = Page::new("x", PageKind::Word, "x").section("Empty", [Block::names([])]);
        assert_eq!(page.sections, []);
    }
}
