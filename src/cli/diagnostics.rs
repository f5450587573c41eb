//! How is a mistake in a file drawn?

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use handlelab::scenario::Span;
use handlelab::scenario::diagnostic::Diagnostic;
use handlelab::view::markup::visible;

/// A line of a file that is longer than this is cut around the mistake, so that it can be shown at all.
const LONGEST_LINE: usize = 400;
const AROUND: usize = 120;

/// A diagnostic with its place, the line underlined, and help. Colours are escapes that the stream may take out again.
pub(super) fn render(path: &str, source: &str, diagnostic: &Diagnostic, width: usize) -> String {
    let code = diagnostic.code.name();
    let message = visible(&diagnostic.message);
    let mut group = Group::with_title(Level::ERROR.primary_title(&message).id(code));
    let labels: Vec<String> = diagnostic.labels.iter().map(|label| visible(&label.text)).collect();
    let piece = Piece::around(source, diagnostic);
    let path = visible(path);
    if piece.is_cut || source.is_empty() {
        // The line numbers of a cut-out piece would be wrong, so the place stands in a line of its own.
        let (line, column) = place(source, diagnostic.span());
        let at = format!("at {path}:{line}:{column}");
        let shown = visible(&piece.text);
        let help =
            diagnostic.help.iter().map(|help| format!("\n  help: {}", visible(help))).collect::<String>();
        let label = labels.first().map(String::as_str).unwrap_or_default();
        return format!("error[{code}]: {message}\n  {at}: {label}\n  | {shown}{help}");
    }
    let mut snippet = Snippet::source(&piece.text).path(&path).line_start(1);
    for (index, (label, text)) in diagnostic.labels.iter().zip(&labels).enumerate() {
        let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let range = clamp(source, label.span);
        let annotation = kind.span(range);
        snippet = snippet.annotation(if text.is_empty() { annotation } else { annotation.label(text) });
    }
    group = group.element(snippet);
    let help: Vec<String> = diagnostic.help.iter().map(|help| visible(help)).collect();
    for line in &help {
        group = group.element(Level::HELP.message(line));
    }
    Renderer::styled().term_width(width.max(60)).render(&[group])
}

/// The line and column of a place, both counted from 1, columns in characters.
pub(super) fn place(source: &str, span: Span) -> (usize, usize) {
    let start = floor(source, span.start as usize);
    let before = &source[..start];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// What is shown of the source.
struct Piece {
    text: String,
    is_cut: bool,
}

impl Piece {
    fn around(source: &str, diagnostic: &Diagnostic) -> Piece {
        let start = floor(source, diagnostic.span().start as usize);
        let line_start = source[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = source[start..].find('\n').map_or(source.len(), |newline| start + newline);
        if line_end - line_start <= LONGEST_LINE {
            return Piece { text: source.to_owned(), is_cut: false };
        }
        let from = floor(source, start.saturating_sub(AROUND).max(line_start));
        let to = floor(source, (start + AROUND).min(line_end));
        Piece { text: format!("…{}…", &source[from..to]), is_cut: true }
    }
}

fn clamp(source: &str, span: Span) -> std::ops::Range<usize> {
    let start = floor(source, span.start as usize);
    let end = floor(source, span.end as usize).max(start);
    start..end
}

/// The nearest character boundary at or before a byte.
fn floor(source: &str, at: usize) -> usize {
    let mut at = at.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}
