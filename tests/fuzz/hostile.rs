//! What would somebody write who wants to do harm?

use fastrand::Rng;
use handlelab::kernel::calls::CallSpec;
use handlelab::kernel::constants::Constant;
use handlelab::scenario::eye::QUESTIONS;
use handlelab::scenario::keyword::Keyword;

const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "4",
    "7",
    "63",
    "64",
    "65",
    "255",
    "0x7FFFFFFF",
    "0x80000000",
    "0xFFFFFFFF",
    "0xFFFFFFFE",
    "0x100000000",
    "0x7FFFFFFFFFFFFFFF",
    "0x8000000000000000",
    "0xFFFFFFFFFFFFFFFF",
    "0xFFFFFFFFFFFFFFFC",
    "16777216",
    "-1",
    "-2",
    "~0",
    "18446744073709551616",
    "017",
    "1.5",
    "0x",
    "12ab",
];

const TEXTS: &[&str] = &[
    "\"\"",
    "\"a\"",
    "\"Local\\\\Ready\"",
    "\"Global\\\\\"",
    "\"\\\\\"",
    "\"\\0\"",
    "\"\\033[31m\"",
    "\"\\r\\n\\t\\a\"",
    "\"ü🙂\u{202e}\u{200b}\"",
    "L\"wide\"",
    "\"con:\"",
    "\"=>\"",
    "\"//\"",
    "\"unclosed",
    "“curly”",
    "'c'",
];

const SIGNS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    ",",
    ";",
    ":",
    ".",
    "=",
    "==",
    "=>",
    "->",
    "!",
    "~",
    "-",
    "--",
    "+",
    "&",
    "&&",
    "|",
    "||",
    "<",
    "<=",
    "?",
    "//",
    "///",
    "/*",
    "*/",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\u{feff}",
    "\u{a0}",
    "\u{0}",
    "\u{1b}[2J",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "é",
    "#",
    "{",
    "}",
    "\\",
    "$",
    "@",
];

/// A number that is hard on whoever reads it.
pub(crate) fn number(rng: &mut Rng) -> &'static str {
    rng.choice(NUMBERS).unwrap_or(&"0")
}

/// A string that is.
pub(crate) fn text(rng: &mut Rng) -> &'static str {
    rng.choice(TEXTS).unwrap_or(&"\"\"")
}

/// A sign, or a character that is none.
pub(crate) fn sign(rng: &mut Rng) -> &'static str {
    rng.choice(SIGNS).unwrap_or(&",")
}

/// A word that means something somewhere.
pub(crate) fn name(rng: &mut Rng) -> &'static str {
    match rng.u8(0..6) {
        0 => rng.choice(CallSpec::all()).map_or("a", |spec| spec.name),
        1 => rng.choice(Constant::all()).map_or("a", |constant| constant.name),
        2 => rng.choice(Keyword::ALL).map_or("a", |keyword| keyword.word()),
        3 => rng.choice(QUESTIONS).map_or("a", |question| question.name),
        4 => {
            let spec = rng.choice(CallSpec::all());
            let param = spec.and_then(|spec| rng.choice(spec.params));
            param.map_or("bInheritHandle", |param| param.name)
        }
        _ => rng.choice(["object", "pid", "HANDLE", "true", "not", "if", "steps", "L", "_"]).unwrap_or("a"),
    }
}

/// Any of these; at times in so many pieces that it is long or deep.
pub(crate) fn word(rng: &mut Rng) -> String {
    let word = match rng.u8(0..4) {
        0 => number(rng),
        1 => text(rng),
        2 => sign(rng),
        _ => name(rng),
    };
    let times = if rng.u8(0..60) == 0 { rng.usize(50..3000) } else { 1 };
    word.repeat(times)
}
