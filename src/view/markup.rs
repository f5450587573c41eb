//! How does a view say what is important, without knowing of colours?
//!
//! Text in pieces, each with a [`Role`]. Only the roof turns roles into colours. Everything that comes from a file is shown
//! with its control characters made visible, so that no file can play with a terminal.
//!
//! ```
//! use handlelab::view::markup::{Markup, Role, visible};
//!
//! let mut out = Markup::default();
//! out.push(Role::Good, "ok").push(Role::Plain, " it holds").line();
//! assert_eq!(out.plain(), "ok it holds\n");
//! assert!(!visible("\u{1b}[2J").contains('\u{1b}'), "nothing that is shown steers a terminal");
//! ```

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Ordinary text.
    Plain,
    /// A heading, or what the reader looks for.
    Strong,
    /// Beside the point.
    Faint,
    /// Narration.
    Story,
    /// Something new.
    New,
    /// Something that has gone.
    Gone,
    /// What was expected.
    Good,
    /// What was not.
    Bad,
}

/// Text in pieces.
///
/// ```
/// use handlelab::view::markup::{Markup, Role};
///
/// let (mut out, mut more) = (Markup::default(), Markup::default());
/// out.push(Role::Plain, "a ").push(Role::Plain, "handle ");
/// more.push(Role::Gone, "leaks").line();
/// out.append(more);
/// let pieces: Vec<(Role, &str)> = out.pieces().collect();
/// assert_eq!(pieces, [(Role::Plain, "a handle "), (Role::Gone, "leaks\n")], "neighbours of one role are one piece");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup {
    pieces: Vec<(Role, String)>,
}

impl Markup {
    /// Adds a piece.
    pub fn push(&mut self, role: Role, text: impl AsRef<str>) -> &mut Markup {
        let text = visible(text.as_ref());
        match self.pieces.last_mut() {
            Some((last, piece)) if *last == role => piece.push_str(&text),
            _ => self.pieces.push((role, text)),
        }
        self
    }

    /// Adds a line's end.
    pub fn line(&mut self) -> &mut Markup {
        match self.pieces.last_mut() {
            Some((_, piece)) => piece.push('\n'),
            None => self.pieces.push((Role::Plain, "\n".to_owned())),
        }
        self
    }

    /// Adds everything of another one.
    pub fn append(&mut self, other: Markup) -> &mut Markup {
        self.pieces.extend(other.pieces);
        self
    }

    /// The pieces.
    pub fn pieces(&self) -> impl Iterator<Item = (Role, &str)> {
        self.pieces.iter().map(|(role, text)| (*role, text.as_str()))
    }

    /// The text alone.
    pub fn plain(&self) -> String {
        self.pieces.iter().map(|(_, text)| text.as_str()).collect()
    }
}

/// Control characters, and marks that turn the direction of text, as pictures or escapes.
pub fn visible(text: &str) -> String {
    let harmless = |c: char| !c.is_control() && !is_direction_mark(c);
    if text.chars().all(harmless) {
        return text.to_owned();
    }
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        match c {
            '\t' => shown.push(' '),
            '\0'..='\x1f' => shown.extend(char::from_u32(0x2400 + c as u32)),
            '\x7f' => shown.push('\u{2421}'),
            c if harmless(c) => shown.push(c),
            c => shown.extend(c.escape_unicode()),
        }
        shown
    })
}

fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_never_come_through() {
        assert_eq!(visible("a\x1b[31mb\x7f\u{202e}"), "a\u{241b}[31mb\u{2421}\\u{202e}");
        assert_eq!(visible("Ünïcode stays"), "Ünïcode stays");
    }
}
