//! How is text fitted into the columns of a terminal?

use handlelab::view::markup::{Markup, Role, visible};
use unicode_width::UnicodeWidthChar;

/// One line in pieces, each with its role.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pieces: Vec<(Role, String)>,
}

impl Line {
    pub(super) fn of(role: Role, text: impl AsRef<str>) -> Line {
        Line::default().and(role, text)
    }

    pub(super) fn and(mut self, role: Role, text: impl AsRef<str>) -> Line {
        self.pieces.push((role, visible(text.as_ref())));
        self
    }

    /// This one, filled or cut to a width, and another beside it.
    pub(super) fn beside(self, width: usize, other: Line) -> Line {
        self.fit(width).and_all(other)
    }

    /// This one and another behind it.
    pub(super) fn and_all(mut self, other: Line) -> Line {
        self.pieces.extend(other.pieces);
        self
    }

    /// Exactly as many columns; what is too long ends in an ellipsis.
    pub(super) fn fit(self, width: usize) -> Line {
        let mut left = width;
        let mut fitted = Line::default();
        let too_long = self.columns() > width;
        let room = if too_long { width.saturating_sub(1) } else { width };
        let mut used = 0;
        for (role, text) in self.pieces {
            let mut piece = String::new();
            for c in text.chars() {
                let columns = c.width().unwrap_or(0);
                if used + columns > room {
                    used = room;
                    break;
                }
                used += columns;
                left -= columns;
                piece.push(c);
            }
            fitted.pieces.push((role, piece));
        }
        if too_long && left > 0 {
            fitted.pieces.push((Role::Faint, "…".to_owned()));
            left -= 1;
        }
        fitted.pieces.push((Role::Plain, " ".repeat(left)));
        fitted
    }

    pub(super) fn columns(&self) -> usize {
        self.pieces.iter().flat_map(|(_, text)| text.chars()).map(|c| c.width().unwrap_or(0)).sum()
    }

    pub(super) fn pieces(&self) -> &[(Role, String)] {
        &self.pieces
    }
}

/// Text that is in lines already.
pub(super) fn lines(markup: &Markup) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    for (role, text) in markup.pieces() {
        for (at, part) in text.split('\n').enumerate() {
            if at > 0 {
                lines.push(Line::default());
            }
            if let Some(line) = lines.last_mut() {
                line.pieces.push((role, part.to_owned()));
            }
        }
    }
    lines
}

/// So many lines and no more; what is left out is told in the last one, and how to come to it.
pub(super) fn cut(mut lines: Vec<Line>, most: usize, how: &str) -> Vec<Line> {
    if lines.len() > most {
        let left = lines.len() + 1 - most;
        lines.truncate(most.saturating_sub(1));
        lines.push(Line::of(Role::Faint, format!("… {left} more{how}")));
        lines.truncate(most);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(text: &str, width: usize) -> String {
        let line = Line::of(Role::Plain, text).fit(width);
        assert_eq!(line.columns(), width, "{text}");
        line.pieces.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn every_line_is_as_wide_as_it_should_be() {
        assert_eq!(fitted("abc", 5), "abc  ");
        assert_eq!(fitted("abcdef", 5), "abcd…");
        assert_eq!(fitted("日本語です", 6), "日本… ");
        assert_eq!(fitted("x", 0), "");
    }

    #[test]
    fn what_is_left_out_is_told() {
        let many = (0..9).map(|number| Line::of(Role::Plain, number.to_string())).collect();
        let cut = cut(many, 4, " (↓)");
        assert_eq!(cut.len(), 4);
        assert_eq!(cut[3].pieces()[0].1, "… 6 more (↓)");
    }
}
