//! Are these bytes the text of a scenario at all?
//!
//! ```
//! use handlelab::scenario::source;
//!
//! assert_eq!(source::text_of(b"process p\n"), Ok("process p\n"));
//! let mistake = source::text_of(b"process \xFC\n").expect_err("this is no UTF-8");
//! assert!(mistake.message.contains("UTF-8") || mistake.help.join(" ").contains("UTF-8"));
//! ```

use super::diagnostic::{Code, Diagnostic};
use super::span::Span;

/// The largest scenario that is read: 256 MiB.
pub const LARGEST: usize = 256 << 20;

/// The text that `bytes` are in UTF-8, or the reason why they are none.
pub fn text_of(bytes: &[u8]) -> Result<&str, Diagnostic> {
    fits(bytes.len())?;
    str::from_utf8(bytes).map_err(|error| not_text(bytes, error.valid_up_to()))
}

/// Refuses what is larger than [`LARGEST`].
pub(super) fn fits(length: usize) -> Result<(), Diagnostic> {
    if length <= LARGEST {
        return Ok(());
    }
    let message = format!("this file has {} MiB; a scenario has at most {} MiB", length >> 20, LARGEST >> 20);
    let help = "Split it into several files: each scenario shows one thing.";
    Err(Diagnostic::new(Code::TooLarge, Span::default(), message, "").help(help))
}

fn not_text(bytes: &[u8], at: usize) -> Diagnostic {
    let before = &bytes[..at];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
    let message = format!("line {line}, column {column}: the byte 0x{:02X} is not UTF-8 text", bytes[at]);
    let help = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "The file seems to be saved as UTF-16. Save it as UTF-8.",
        _ => "Save the file as UTF-8 (in Windows Notepad: \"Save as\", encoding UTF-8).",
    };
    Diagnostic::new(Code::NotText, Span::new(at, at + 1), message, "this byte").help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_text() {
        assert_eq!(text_of("title \"ö\"".as_bytes()), Ok("title \"ö\""));
    }

    #[test]
    fn a_byte_that_is_no_text_is_told_with_its_line_and_column() {
        let diagnostic = text_of(b"process a\n\xC3\xB6\xFF").unwrap_err();
        assert_eq!(diagnostic.code, Code::NotText);
        assert_eq!(diagnostic.message, "line 2, column 2: the byte 0xFF is not UTF-8 text");
        assert_eq!(diagnostic.span(), Span::new(12, 13));
    }

    #[test]
    fn utf_16_is_recognised() {
        let diagnostic = text_of(b"\xFF\xFEp\0").unwrap_err();
        assert!(diagnostic.help[0].contains("UTF-16"));
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read() {
        assert_eq!(text_of(&vec![0xFF; LARGEST + 1]).unwrap_err().code, Code::TooLarge);
        assert!(text_of(&vec![b' '; LARGEST]).is_ok());
    }
}
