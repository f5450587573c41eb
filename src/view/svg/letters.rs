//! How wide is a text about, and what of it has room?
//!
//! The reader's fonts are not known here. These are the widths of a wide one, so that nothing leaves its box.

/// How a text is set.
#[derive(Clone, Copy)]
pub(super) struct Font {
    /// Its height in tenths of a pixel.
    size: usize,
    bold: bool,
}

impl Font {
    /// The font of a class of the picture's style.
    pub(super) fn of(class: &str) -> Font {
        let has = |word| class.split(' ').any(|found| found == word);
        Font { size: if has("f") { 115 } else { 130 }, bold: has("b") || has("v") }
    }
}

/// In hundredths of a letter's height.
fn letter(c: char) -> usize {
    match c {
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 98,
        'i' | 'j' | 'l' | 't' | 'f' | 'I' | ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | '(' | ')' => 36,
        '_' => 50,
        'A'..='Z' => 69,
        '\0'..='\u{2ff}' => 63,
        _ => 100,
    }
}

/// About so many pixels, rather too many than too few.
pub(super) fn width(text: &str, font: Font) -> usize {
    let letters: usize = text.chars().map(letter).sum();
    letters * font.size * if font.bold { 112 } else { 100 } / 100_000
}

/// The text, or as much of it as has room.
pub(super) fn cut(text: &str, room: usize, font: Font) -> String {
    if width(text, font) <= room {
        return text.to_owned();
    }
    let mut shown = String::new();
    for c in text.chars() {
        shown.push(c);
        if width(&shown, font) + width("…", font) > room {
            shown.pop();
            break;
        }
    }
    shown.push('…');
    shown
}

/// The text in lines that have room, broken at blanks.
pub(super) fn lines(text: &str, room: usize, font: Font) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), font) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_has_room_and_an_uncut_one_is_whole() {
        let font = Font::of("f");
        assert_eq!(cut("SYNCHRONIZE", 200, font), "SYNCHRONIZE");
        let shown = cut("FILE_GENERIC_WRITE | FILE_READ_ATTRIBUTES", 100, font);
        assert!(shown.starts_with("FILE_GEN") && shown.ends_with('…'), "{shown}");
        assert!(width(&shown, font) <= 100, "{shown}");
        assert_eq!(cut("abc", 0, font), "…");
    }

    #[test]
    fn lines_break_behind_the_bar_between_two_rights() {
        let lines = lines("FILE_GENERIC_WRITE | FILE_READ_ATTRIBUTES", 180, Font::of("f"));
        assert_eq!(lines, ["FILE_GENERIC_WRITE |", "FILE_READ_ATTRIBUTES"]);
    }
}
