//! Is what was typed the right answer?

use super::{Asks, Question};
use crate::kernel::constants::Constant;
use std::collections::BTreeSet;

pub(super) fn is_right(question: &Question, typed: &str) -> bool {
    let typed = typed.trim();
    let mut letters = typed.chars();
    if let (Some(letter), None) = (letters.next(), letters.next())
        && letter.is_ascii_alphabetic()
    {
        return letter.to_ascii_lowercase() == question.right_letter();
    }
    let own_words = |text: &str| match question.asks {
        Asks::Rights => rights(text),
        _ => plain(text),
    };
    own_words(typed) == own_words(&question.answer)
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
fn rights(text: &str) -> String {
    let names = text.split(['|', ',']).map(str::trim).filter(|name| !name.is_empty());
    let names: BTreeSet<String> = names.map(str::to_uppercase).collect();
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
