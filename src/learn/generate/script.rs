//! How is a line written with the names that mean something?

use super::names::Names;
use super::play::{Line, spec};
use super::taste::handle_out;
use crate::kernel::calls::Returns;
use crate::kernel::{AccessMask, Win32Error};
use crate::run::words;
use crate::testing::program::process_name;
use crate::testing::system::Fate;

/// What stands behind `=>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behind {
    /// What comes.
    Answer,
    /// `?`
    Question,
}

/// A line of a scenario.
pub(super) fn written(line: &Line, names: &Names, behind: Behind) -> String {
    let step = in_own_words(line, names);
    match behind {
        Behind::Question => format!("{step} => ?\n"),
        Behind::Answer => match answer(line) {
            Some(answer) => format!("{step} => {answer}\n"),
            None => format!("{step}\n"),
        },
    }
}

/// The answer as a file expects it; nothing for what never returns, or returns a number of no meaning.
fn answer(line: &Line) -> Option<String> {
    let Fate::Returned(reply) = &line.happening.fate else { return None };
    let returns = spec(line)?.returns;
    if matches!(returns, Returns::Nothing | Returns::Plain | Returns::Number { .. }) {
        return None;
    }
    let value = words::value(returns, reply.value);
    let word = match value.split_once(' ') {
        Some((word @ ("HANDLE" | "ADDRESS"), _)) => word,
        _ => &value,
    };
    let error = reply.error.map(Win32Error).filter(|error| *error != Win32Error::SUCCESS);
    Some(error.map_or(word.to_owned(), |error| format!("{word} {error}")))
}

/// The step with every name replaced.
fn in_own_words(line: &Line, names: &Names) -> String {
    let raw = line.deed.in_words();
    let (mut out, mut rest) = (String::new(), raw.as_str());
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 2),
            first if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            first => first.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        match first {
            '"' => {
                let text = names.text(token.trim_matches('"'));
                out.push('"');
                out.push_str(&text);
                out.push('"');
            }
            first if is_word(first) => out.push_str(&word(token, line, names)),
            _ => out.push_str(token),
        }
        rest = behind;
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '.'
}

/// A path, a number or a constant.
fn word(token: &str, line: &Line, names: &Names) -> String {
    if let Some(rights) = token.strip_prefix("0x").and_then(|_| rights(token, line)) {
        return rights;
    }
    if let Some(usual) = usual(token) {
        return usual.to_owned();
    }
    if let Some(own) = names.variable(line.actor(), token) {
        return own;
    }
    let (first, rest) = token.split_once('.').map_or((token, None), |(first, rest)| (first, Some(rest)));
    let Some(place) = (0..26).find(|place| process_name(*place) == first) else { return token.to_owned() };
    match rest {
        None => names.process(place),
        Some(rest) => names.path(place, rest).unwrap_or_else(|| format!("{}.{rest}", names.process(place))),
    }
}

/// The word that people write where the table of rights has another, or none.
pub(super) fn usual(word: &str) -> Option<&'static str> {
    Some(match word {
        "SECTION_MAP_READ" => "FILE_MAP_READ",
        "SECTION_MAP_WRITE" => "FILE_MAP_WRITE",
        "0x80000000" => "GENERIC_READ",
        "0x40000000" => "GENERIC_WRITE",
        _ => return None,
    })
}

/// The rights of a duplicate in words: the call itself does not know for which type they are.
fn rights(token: &str, line: &Line) -> Option<String> {
    let request = line.request().filter(|request| request.call == "DuplicateHandle")?;
    let asked = request.dword("dwDesiredAccess");
    let digits = token.strip_prefix("0x")?;
    if u32::from_str_radix(digits, 16) != Ok(asked) {
        return None;
    }
    let source = request.number("hSourceHandle");
    let object = line.reply().and_then(handle_out).or_else(|| {
        let table = line.behind.processes.get(&line.deed.actor.process)?.table.as_ref()?;
        table.get(&source).map(|entry| entry.object)
    })?;
    let of = line.behind.objects.get(&object)?.object_type;
    Some(of.access_in_words(AccessMask(asked)))
}
