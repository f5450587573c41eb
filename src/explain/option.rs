//! What does an option decide?

use super::mentions::mentioned;
use super::page::{Block, Page, PageKind};
use super::subject::Subject;
use crate::kernel::options::OptionSpec;
use crate::scenario::keyword::Keyword;

pub(super) fn page(spec: &'static OptionSpec) -> Page {
    let (about, facts) = split_facts(spec.about);
    let values = spec.values.iter().enumerate().map(|(index, (value, meaning))| {
        let note = if index == 0 { "what is meant where a file says nothing" } else { "" };
        Block::entry(*value, meaning.trim(), note)
    });
    let texts = spec.values.iter().map(|(_, meaning)| *meaning).chain([spec.about]);
    let related = texts.flat_map(mentioned).map(Subject::name).chain([Keyword::Option.word()]);
    Page::new(spec.name, PageKind::Option, &about)
        .section("Values", values)
        .section("How it is written", [Block::code(written(spec))])
        .section("See also", [Block::names(related)])
        .section("Facts", [Block::text(facts)])
}

/// A line that chooses something else than the default.
fn written(spec: &OptionSpec) -> String {
    let value = spec.values.get(1).or(spec.values.first()).map_or("", |(value, _)| *value);
    format!("{} {} = {value}\n", Keyword::Option.word(), spec.name)
}

/// Takes the facts out of a text that ends with `(fact 1.23).`: the text, and their numbers.
pub(super) fn split_facts(text: &str) -> (String, String) {
    let Some((about, rest)) = text.split_once("(fact") else {
        return (text.trim().to_owned(), String::new());
    };
    let facts = rest.trim_start_matches('s').split(')').next().unwrap_or_default();
    let numbers = facts.split([' ', ',']).filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    (about.trim().to_owned(), numbers.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_taken_out_of_a_text() {
        let (about, facts) = split_facts(" Which value (facts 1.18 and 1.19).");
        assert_eq!((about.as_str(), facts.as_str()), ("Which value", "1.18 1.19"));
        assert_eq!(split_facts(" No.").1, "");
    }
}
