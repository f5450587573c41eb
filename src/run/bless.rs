//! What would the file say if its answers were taken for right?
//!
//! ```
//! use handlelab::run::bless::bless;
//! use handlelab::scenario::Document;
//!
//! let document = Document::read("process p\np: CloseHandle(4) => TRUE\n").expect("it can be read");
//! let blessed = bless(&document, false);
//! assert!(blessed.text.contains("=> FALSE ERROR_INVALID_HANDLE"));
//! ```

use super::runner::{Watch, run};
use super::trace::{TraceStep, Verdict};
use crate::scenario::program::{Expect, ExpectedValue, Statement, StatementKind, Step};
use crate::scenario::{Document, Span};

/// A file with the answers that were found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Blessed {
    /// The new text. Nothing differs from the old one but the places in `changes`.
    pub text: String,
    /// What was changed, in the order of the file.
    pub changes: Vec<Change>,
    /// What does not hold and cannot be mended by writing down an answer: the line, and what was found.
    pub left: Vec<(u32, String)>,
}

/// An answer that was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The line, counted from 1.
    pub line: u32,
    /// Where the old text had stood; empty where a new expectation was added.
    pub span: Span,
    /// What stands there now.
    pub text: String,
}

/// Runs a scenario and writes down what its calls answered where something else was expected. With `all`, steps without an
/// expectation get one as well. What is to be predicted (`=> ?`) stays so.
///
/// ```
/// use handlelab::run::bless::bless;
/// use handlelab::scenario::Document;
///
/// let text = "process p\np: h = CreateEvent()\np: CloseHandle(h) => ?\n";
/// let document = Document::read(text).expect("it can be read");
/// assert_eq!(bless(&document, false).text, text, "nothing was expected, so nothing was wrong");
/// let all = bless(&document, true);
/// assert_eq!((all.changes.len(), all.changes[0].line), (1, 2));
/// assert_eq!(all.text, "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => ?\n");
/// ```
pub fn bless(document: &Document, all: bool) -> Blessed {
    let (mut changes, mut left) = (Vec::new(), Vec::new());
    let statements = &document.program.statements;
    let report = run(
        document,
        Watch::Steps(&mut |step: TraceStep| {
            for broken in &step.broken {
                left.push((broken.line, format!("{} {}: {}", broken.kind, broken.expected, broken.found)));
            }
            let own = (step.number, step.line, step.answer.as_ref(), &step.verdict);
            let returned =
                step.returned.iter().map(|old| (old.step, old.line, old.answer.as_ref(), &old.verdict));
            for (number, line, answer, verdict) in std::iter::once(own).chain(returned) {
                let Some(statement) = number.checked_sub(1).and_then(|index| statements.get(index)) else {
                    continue;
                };
                let place = answer.and_then(|answer| Some((place(statement, all)?, answer)));
                match (verdict, place) {
                    (Verdict::Missed { .. }, Some(((span, ""), answer)))
                        if !answer.expectation.is_empty() =>
                    {
                        changes.push(Change { line, span, text: answer.expectation.clone() });
                    }
                    (Verdict::None, Some(((span, arrow), answer))) if !answer.expectation.is_empty() => {
                        changes.push(Change { line, span, text: format!("{arrow}{}", answer.expectation) });
                    }
                    (Verdict::Missed { expected, found }, _) => {
                        left.push((line, format!("expected {expected}, found {found}")));
                    }
                    _ => {}
                }
            }
        }),
    );
    if let Some(mistake) = report.mistake {
        let line = 1 + mistake.span().start as usize;
        left.push((line_at(&document.source, line), mistake.message));
    }
    changes.sort_by_key(|change| change.span.start);
    Blessed { text: edited(&document.source, &changes), changes, left }
}

/// Where the answer of a step is written, and what must stand in front of it if there is no expectation yet.
fn place(statement: &Statement, all: bool) -> Option<(Span, &'static str)> {
    match &statement.kind {
        StatementKind::Step(Step { expect: Some(Expect { value: ExpectedValue::Unknown, .. }), .. }) => None,
        StatementKind::Step(Step { expect: Some(expect), .. }) => Some((expect.span, "")),
        StatementKind::Step(Step { expect: None, .. }) if all => {
            let end = statement.span.end as usize;
            Some((Span::new(end, end), " => "))
        }
        _ => None,
    }
}

fn edited(source: &str, changes: &[Change]) -> String {
    let mut text = String::with_capacity(source.len());
    let mut from = 0;
    for change in changes {
        text.push_str(source.get(from..change.span.start as usize).unwrap_or_default());
        text.push_str(&change.text);
        from = change.span.end as usize;
    }
    text.push_str(source.get(from..).unwrap_or_default());
    text
}

fn line_at(source: &str, byte: usize) -> u32 {
    1 + source.bytes().take(byte.saturating_sub(1)).filter(|byte| *byte == b'\n').count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blessed(source: &str, all: bool) -> Blessed {
        bless(&Document::read(source).unwrap(), all)
    }

    #[test]
    fn only_what_was_expected_wrongly_is_written_anew() {
        let source = "process p\n\np:  SetEvent( 8 )  =>   TRUE  // why?\np: h = CreateEvent() => HANDLE\n";
        let result = blessed(source, false);
        assert_eq!(result.text, source.replace("TRUE", "FALSE ERROR_INVALID_HANDLE"));
        assert_eq!(result.left, []);
    }

    #[test]
    fn with_all_every_step_gets_its_answer() {
        let result = blessed("process p\np: h = CreateEvent() // new\np: x = h\np: CloseHandle(h)\n", true);
        assert_eq!(
            result.text,
            "process p\np: h = CreateEvent() => HANDLE // new\np: x = h\np: CloseHandle(h) => TRUE\n"
        );
    }

    #[test]
    fn what_is_to_be_predicted_stays_open() {
        let source = "process p\np: CloseHandle(4) => ?\n";
        assert_eq!(blessed(source, true).text, source);
    }

    #[test]
    fn an_answer_that_comes_late_is_written_where_it_was_expected() {
        let source = "process p, q\np: h = OpenProcess(SYNCHRONIZE, FALSE, q.pid)\n\
                      p: WaitForSingleObject(h, INFINITE) => WAIT_TIMEOUT\nq: ExitProcess(0)\n";
        assert_eq!(blessed(source, false).text, source.replace("WAIT_TIMEOUT", "WAIT_OBJECT_0"));
    }

    #[test]
    fn a_copy_that_is_not_as_expected_is_left_and_told() {
        let source = "process p\np: x = 4 => 5\n";
        let result = blessed(source, true);
        assert_eq!(result.text, source);
        assert_eq!(result.left, [(2, "expected 5, found 4".to_owned())]);
    }

    #[test]
    fn a_check_that_fails_is_left_and_told() {
        let source = "process p\np: h = CreateEvent()\ncheck handles(p.h) == 2\n";
        let result = blessed(source, false);
        assert_eq!(result.text, source);
        assert_eq!(result.left, [(3, "expected handles(p.h) == 2, found handles(p.h) is 1".to_owned())]);
    }
}
