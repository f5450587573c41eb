//! Which mistakes has the file, as far as it has been read?

use super::super::diagnostic::{Code, Diagnostic};

/// After so many mistakes the rest is only counted.
const MOST: usize = 100;

/// A mistake has been reported, and the present line cannot be read.
pub(super) struct Reported;

/// The mistakes found so far.
#[derive(Default)]
pub(super) struct Mistakes {
    shown: Vec<Diagnostic>,
    /// Has the present line a mistake that is not shown?
    line_has_more: bool,
    /// How many lines have.
    further_lines: usize,
}

impl Mistakes {
    /// Is another mistake still shown?
    pub(super) fn wants_more(&self) -> bool {
        self.shown.len() < MOST
    }

    /// Adds a mistake that is shown.
    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        self.shown.push(diagnostic);
    }

    /// Counts a mistake that is not shown.
    pub(super) fn count(&mut self) {
        self.line_has_more = true;
    }

    /// Forgets those that stand at `position` or behind it.
    pub(super) fn forget_from(&mut self, position: u32) {
        self.shown.retain(|mistake| mistake.span().start < position);
    }

    /// The present line has been read.
    pub(super) fn end_line(&mut self) {
        self.further_lines += usize::from(std::mem::take(&mut self.line_has_more));
    }

    /// All of them, with a last word on those that are not shown.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        self.end_line();
        if self.further_lines > 0
            && let Some(last) = self.shown.last()
        {
            let lines = if self.further_lines == 1 { "line" } else { "lines" };
            let message = format!("{} more {lines} could not be read", self.further_lines);
            self.shown.push(
                Diagnostic::new(
                    Code::TooManyMistakes,
                    last.span(),
                    message,
                    "the last mistake that is shown",
                )
                .help("Mend the first mistakes and try again; one of them may be the cause of the others."),
            );
        }
        self.shown
    }
}
