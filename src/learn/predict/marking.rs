//! Is what was typed the right answer?
//!
//! A letter stands for its choice, and so do words that say which one is meant: without `ERROR_`, without the type in front of
//! a right, in whatever letter case. Words that fit several choices are no answer yet.

use super::choices::WAITS;
use super::{Asks, Mark, Question};
use crate::kernel::constants::Constant;
use std::collections::BTreeSet;

/// Words that mean a choice without being in it.
const SYNONYMS: &[(&str, &str)] = &[
    ("waits", WAITS),
    ("blocks", WAITS),
    ("it blocks", WAITS),
    ("nothing", NONE),
    ("nobody", NONE),
    ("no object", NONE),
];
/// What is answered when nothing dies.
pub(super) const NONE: &str = "none";

pub(super) fn mark(question: &Question, typed: &str) -> Mark {
    let typed = typed.trim();
    let is_right = |choice: Option<&String>| match choice {
        Some(choice) if *choice == question.answer => Mark::Right,
        Some(_) => Mark::Wrong,
        None => Mark::Unclear,
    };
    let mut letters = typed.trim_start_matches('(').trim_end_matches([')', '.', ':']).chars();
    if let (Some(letter), None) = (letters.next(), letters.next())
        && letter.is_ascii_alphabetic()
    {
        let place = letter.to_ascii_lowercase() as usize - 'a' as usize;
        return is_right(question.choices.get(place));
    }
    let own_words = |text: &str| match question.asks {
        Asks::Rights => rights(question, text),
        _ => plain(text),
    };
    let meant = own_words(typed);
    let mut choices = question.choices.iter();
    if let Some(choice) = choices.find(|choice| own_words(choice) == meant || is_synonym(&meant, choice)) {
        return is_right(Some(choice));
    }
    let words = words(typed);
    if words.is_empty() {
        return Mark::Unclear;
    }
    // Some of the rights are not all of them.
    if question.asks == Asks::Rights {
        return Mark::Wrong;
    }
    let fitting: Vec<(&String, BTreeSet<String>)> = question
        .choices
        .iter()
        .map(|choice| (choice, self::words(choice)))
        .filter(|(_, all)| words.is_subset(all))
        .collect();
    // What is within all others is meant.
    let shortest = fitting.iter().find(|(_, all)| fitting.iter().all(|(_, others)| all.is_subset(others)));
    match shortest {
        Some((choice, _)) => is_right(Some(choice)),
        None if fitting.is_empty() => Mark::Wrong,
        None => Mark::Unclear,
    }
}

fn is_synonym(typed: &str, choice: &str) -> bool {
    SYNONYMS.iter().any(|(word, of)| *of == choice && *word == typed)
}

/// The words of an answer, names taken apart, without those that say nothing.
fn words(text: &str) -> BTreeSet<String> {
    const SAY_NOTHING: [&str; 5] = ["error", "the", "a", "an", "it"];
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.map(|word| number(word).unwrap_or_else(|| word.to_lowercase()));
    words.filter(|word| !SAY_NOTHING.contains(&word.as_str())).collect()
}

/// A text without what does not matter: blanks, letter case, `=>` in front, how numbers are written.
fn plain(text: &str) -> String {
    let text = text.trim().trim_start_matches("=>");
    let words = text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    words.map(|word| number(word).unwrap_or_else(|| word.to_lowercase())).collect::<Vec<String>>().join(" ")
}

fn number(word: &str) -> Option<String> {
    let value = match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => word.parse(),
    };
    value.ok().map(|value| value.to_string())
}

/// Rights in any order, and in whichever words mean the same.
fn rights(question: &Question, text: &str) -> String {
    let names = text.split(['|', ',']).map(str::trim).filter(|name| !name.is_empty());
    let names: BTreeSet<String> = names.map(|name| full_right(question, &name.to_uppercase())).collect();
    let masks: Option<Vec<u64>> = names
        .iter()
        .map(|name| {
            Constant::find(name).map(|constant| constant.value).or_else(|| number(name)?.parse().ok())
        })
        .collect();
    match masks {
        Some(masks) => masks.iter().fold(0, |all, mask| all | mask).to_string(),
        None => names.into_iter().collect::<Vec<String>>().join(" | "),
    }
}

/// `modify state` is short for EVENT_MODIFY_STATE, if that is the only right among the choices that ends so.
fn full_right(question: &Question, name: &str) -> String {
    let ending = format!("_{}", name.split_whitespace().collect::<Vec<_>>().join("_"));
    let all = question.choices.iter().flat_map(|choice| choice.split('|')).map(str::trim);
    let fitting: BTreeSet<&str> = all.filter(|right| right.ends_with(&ending)).collect();
    match fitting.first() {
        Some(right) if fitting.len() == 1 && Constant::find(name).is_none() => (*right).to_owned(),
        _ => name.to_owned(),
    }
}
