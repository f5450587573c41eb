//! What do written numbers and strings stand for?
//!
//! ```
//! use handlelab::scenario::literal;
//!
//! assert_eq!(literal::number("0x1F0003"), Ok(0x1F_0003));
//! assert_eq!(literal::text(r#""a\\b""#).0, r"a\b");
//! assert_eq!(literal::quote(r"a\b"), r#""a\\b""#);
//! ```

use std::ops::Range;

/// The value of a number as C writes it: decimal or `0x…`, with a suffix such as `UL` or without. Otherwise says, for
/// the person who wrote it, why there is none.
///
/// ```
/// use handlelab::scenario::literal::number;
///
/// assert_eq!(number("16UL"), Ok(16));
/// assert_eq!(number("010"), Err("a number that starts with 0 would be octal in C"));
/// ```
pub fn number(written: &str) -> Result<u64, &'static str> {
    let hexadecimal = written.strip_prefix("0x").or_else(|| written.strip_prefix("0X"));
    let digits = hexadecimal.unwrap_or(written).trim_end_matches(['u', 'U', 'l', 'L']);
    let suffix = &hexadecimal.unwrap_or(written)[digits.len()..];
    let radix = if hexadecimal.is_some() { 16 } else { 10 };
    if digits.contains('.') {
        Err("numbers have no fraction here")
    } else if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        Err("this is not a number")
    } else if !["", "u", "l", "ul", "lu", "ll", "ull", "llu"].contains(&suffix.to_ascii_lowercase().as_str())
    {
        Err("C knows no such suffix of a number")
    } else if radix == 10 && digits.len() > 1 && digits.starts_with('0') {
        Err("a number that starts with 0 would be octal in C")
    } else {
        u64::from_str_radix(digits, radix).map_err(|_| "this number does not fit into 64 bits")
    }
}

/// What a string says that is written with its quotes and perhaps an `L`. If it holds an escape that C does not know,
/// the second half tells where in `written`; the escape then stands for itself.
///
/// ```
/// use handlelab::scenario::literal::text;
///
/// assert_eq!(text(r#"L"Global\\Ready""#), (r"Global\Ready".to_owned(), None));
/// let (value, unknown) = text(r#""Local\Ready""#);
/// assert_eq!((value.as_str(), unknown), (r"Local\Ready", Some(6..8)), "C knows no such escape");
/// ```
pub fn text(written: &str) -> (String, Option<Range<usize>>) {
    let unprefixed = written.strip_prefix('L').unwrap_or(written);
    let opened = unprefixed.strip_prefix('"').unwrap_or(unprefixed);
    let inside = opened.strip_suffix('"').unwrap_or(opened);
    let behind_opening = written.len() - opened.len();
    let mut value = String::with_capacity(inside.len());
    let mut unknown = None;
    let mut rest = inside;
    while let Some(plain) = rest.find('\\') {
        value.push_str(&rest[..plain]);
        let (length, meaning) = escape(&rest[plain + 1..]);
        let written_escape = &rest[plain..plain + 1 + length];
        match meaning {
            Some(meaning) => value.push(meaning),
            None => {
                value.push_str(written_escape);
                unknown = unknown.or_else(|| {
                    let start = behind_opening + inside.len() - rest.len() + plain;
                    Some(start..start + written_escape.len())
                });
            }
        }
        rest = &rest[plain + 1 + length..];
    }
    value.push_str(rest);
    (value, unknown)
}

/// The escape at the start of `rest`, which stands behind a backslash: its length, and its meaning if it has one.
fn escape(rest: &str) -> (usize, Option<char>) {
    let Some(letter) = rest.chars().next() else { return (0, None) };
    let simple = match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{C}',
        'v' => '\u{B}',
        '\\' | '"' | '\'' | '?' => letter,
        '0'..='7' => return coded(rest, 0, 8, 1..=3),
        'x' => return coded(rest, 1, 16, 1..=usize::MAX),
        'u' => return coded(rest, 1, 16, 4..=4),
        'U' => return coded(rest, 1, 16, 8..=8),
        _ => return (letter.len_utf8(), None),
    };
    (1, Some(simple))
}

/// A character given by the number of its code, whose digits stand `from` bytes into `rest`.
fn coded(
    rest: &str,
    from: usize,
    radix: u32,
    lengths: std::ops::RangeInclusive<usize>,
) -> (usize, Option<char>) {
    let digits = rest[from..].chars().take(*lengths.end()).take_while(|c| c.is_digit(radix)).count();
    let code = u32::from_str_radix(&rest[from..from + digits], radix);
    let meaning = code.ok().filter(|_| lengths.contains(&digits)).and_then(char::from_u32);
    (from + digits, meaning)
}

/// `value` as a string is written, with its quotes.
pub fn quote(value: &str) -> String {
    let mut written = String::with_capacity(value.len() + 2);
    written.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            '\r' => written.push_str("\\r"),
            // Three octal digits end by themselves; hexadecimal ones would swallow a digit that follows.
            c if c.is_ascii_control() => written.push_str(&format!("\\{:03o}", u32::from(c))),
            c => written.push(c),
        }
    }
    written.push('"');
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_an_escape_that_is_unknown_counts_from_the_first_character_written() {
        for written in [r#""a\q\d""#, r#"L"a\q\d""#] {
            let (value, unknown) = text(written);
            assert_eq!((value.as_str(), &written[unknown.unwrap()]), (r"a\q\d", r"\q"), "{written}");
        }
    }

    #[test]
    fn numbers_are_read_as_c_reads_them() {
        for (written, value) in [("0", 0), ("259", 259), ("0x1F0003", 0x1F_0003), ("0XfUL", 15), ("7ull", 7)]
        {
            assert_eq!(number(written), Ok(value), "{written}");
        }
        assert_eq!(number("0xFFFFFFFFFFFFFFFF"), Ok(u64::MAX));
    }

    #[test]
    fn what_is_no_number_says_why() {
        for (written, why) in [
            ("12ab", "not a number"),
            ("0x", "not a number"),
            ("0b11", "not a number"),
            ("1.5", "fraction"),
            ("017", "octal"),
            ("1uu", "suffix"),
            ("18446744073709551616", "64 bits"),
        ] {
            assert!(number(written).is_err_and(|mistake| mistake.contains(why)), "{written}");
        }
    }

    #[test]
    fn strings_are_read_as_c_reads_them() {
        let (value, unknown) = text(r#"L"a\n\t\\\"\'\0\101\x42\u00e9\r\a\b\f\v""#);
        assert_eq!(value, "a\n\t\\\"'\0AB\u{e9}\r\u{7}\u{8}\u{C}\u{B}");
        assert_eq!(unknown, None);
    }

    #[test]
    fn an_unknown_escape_is_found_and_stands_for_itself() {
        let written = r#""a\n C:\data""#;
        let (value, unknown) = text(written);
        assert_eq!(value, "a\n C:\\data");
        assert_eq!(&written[unknown.unwrap()], "\\d");
        for written in [r#""\xg""#, r#""\u12""#, r#""\uD800""#, r#""\x110000""#, r#""\é""#] {
            assert!(text(written).1.is_some(), "{written}");
        }
    }

    #[test]
    fn what_a_terminal_obeys_is_written_as_its_code() {
        assert_eq!(quote("\u{1b}[2J\u{1}1"), r#""\033[2J\0011""#);
    }

    #[test]
    fn a_quoted_string_says_the_same_again() {
        for value in ["", "plain", "a\"b\\c\nd\te\rf", "\u{1}1", "ö 🙂", "L"] {
            assert_eq!(text(&quote(value)), (value.to_owned(), None));
        }
    }
}
