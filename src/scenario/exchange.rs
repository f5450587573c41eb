//! How is a scenario written for other programs, and read from them?
//!
//! As one JSON object: `{"format": "handlelab scenario", "version": 1, "items": [...]}`, the items being those of the
//! [tree](super::tree). Nothing is lost on the way there and back but spacing.
//!
//! ```
//! use handlelab::scenario::{exchange, parser, printer};
//!
//! let (tree, _) = parser::parse("process p\np: h = CreateEvent() => HANDLE\n");
//! let json = exchange::to_json(&tree)?;
//! assert_eq!(printer::print(&exchange::from_json(&json)?), printer::print(&tree));
//! # Ok::<(), exchange::ExchangeError>(())
//! ```

use super::parser;
use super::printer;
use super::tree::{Item, Scenario};
use serde::{Deserialize, Serialize};
use std::fmt;

const FORMAT: &str = "handlelab scenario";
/// The version that is written, and the only one that is read.
pub const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    version: u32,
    items: Vec<Item>,
}

/// Why a JSON text is no scenario.
///
/// ```
/// use handlelab::scenario::exchange::from_json;
///
/// let error = from_json("{\n  \"format\": handlelab").expect_err("there are no quotes");
/// assert_eq!(error.line, 2);
/// assert!(error.to_string().starts_with("line 2, column "));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeError {
    /// The line, counted from 1; 0 if it is about the whole.
    pub line: usize,
    /// The column, counted from 1; 0 if it is about the whole.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.message),
            line => write!(f, "line {line}, column {}: {}", self.column, self.message),
        }
    }
}

impl std::error::Error for ExchangeError {}

impl From<serde_json::Error> for ExchangeError {
    fn from(error: serde_json::Error) -> ExchangeError {
        let message = error.to_string();
        let at = format!(" at line {} column {}", error.line(), error.column());
        let message = message.strip_suffix(&at).unwrap_or(&message).to_owned();
        ExchangeError { line: error.line(), column: error.column(), message }
    }
}

/// A scenario as JSON.
///
/// # Errors
/// Never for a tree that the parser made; the serializer's own type says otherwise.
pub fn to_json(scenario: &Scenario) -> Result<String, ExchangeError> {
    let file = File { format: FORMAT.to_owned(), version: VERSION, items: scenario.items.clone() };
    let mut text = in_escapes(&serde_json::to_string_pretty(&file)?);
    text.push('\n');
    Ok(text)
}

/// JSON in which the characters that a terminal may obey, and those that turn the direction of text, are escapes. They
/// stand in strings only, and whoever reads the JSON gets the same strings.
pub(crate) fn in_escapes(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text
}

/// A scenario from JSON.
///
/// # Errors
/// When the text is no JSON, of another format or version, or describes something that cannot be written as a scenario,
/// such as a name with a blank in it; and when it is nested deeper than JSON is read (an expression with dozens of
/// operators in a row).
pub fn from_json(text: &str) -> Result<Scenario, ExchangeError> {
    let file: File = serde_json::from_str(text)?;
    let whole = |message: String| ExchangeError { line: 0, column: 0, message };
    if file.format != FORMAT {
        return Err(whole(format!("the format is {:?}, not {FORMAT:?}", file.format)));
    }
    if file.version != VERSION {
        return Err(whole(format!(
            "version {} of the format is not known; this program knows {VERSION}",
            file.version
        )));
    }
    let scenario = Scenario { items: file.items };
    let (again, mistakes) = parser::parse(&printer::print(&scenario));
    let again = again.without_places();
    if mistakes.is_empty() && again == scenario {
        return Ok(scenario);
    }
    let differs = scenario.items.iter().zip(&again.items).position(|(meant, read)| meant != read);
    let item = differs.unwrap_or(scenario.items.len().min(again.items.len())) + 1;
    let why =
        mistakes.first().map_or("it would be read as something else", |mistake| mistake.message.as_str());
    Err(whole(format!("item {item} cannot be written as a line of a scenario: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "handlelab 1\n// c\ntitle \"T\"\n\nprocess p\n/// n\np: h = CreateEvent(bManualReset: TRUE) => HANDLE // x\n";

    #[test]
    fn nothing_is_lost_there_and_back() {
        let (tree, mistakes) = parser::parse(SOURCE);
        assert!(mistakes.is_empty());
        let back = from_json(&to_json(&tree).unwrap()).unwrap();
        assert_eq!(printer::print(&back), printer::print(&tree));
        assert_eq!(back, tree.without_places());
    }

    #[test]
    fn no_character_that_a_terminal_obeys_is_written() {
        let (tree, _) = parser::parse("title \"\u{9b}2J\u{7f}\u{202e}\u{1b}\"\n");
        let json = to_json(&tree).unwrap();
        assert!(json.contains("\\u009b2J\\u007f\\u202e\\u001b"), "{json}");
        assert_eq!(from_json(&json).unwrap(), tree.without_places());
    }

    #[test]
    fn what_would_be_read_as_something_else_is_refused() {
        let (tree, _) = parser::parse("process p\n// c\n");
        let json = to_json(&tree).unwrap().replace("\" c\"", "\" c\\n// d\"");
        let refused = from_json(&json).unwrap_err().message;
        assert!(refused.contains("item 2") && refused.contains("read as something else"), "{refused}");
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        let (tree, _) = parser::parse("process p\n");
        let json = to_json(&tree).unwrap();
        let refused = from_json(&json.replace("\"p\"", "\"p q\"")).unwrap_err().message;
        assert!(refused.contains("item 1 cannot be written") && refused.contains("comma"), "{refused}");
        assert!(
            from_json(&json.replace("\"version\": 1", "\"version\": 9"))
                .unwrap_err()
                .message
                .contains("version 9")
        );
        assert_eq!(from_json("{\n  \"format\": 7}").unwrap_err().line, 2);
    }
}
