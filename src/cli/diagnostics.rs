//! How is a mistake in a file drawn?

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use handlelab::scenario::Span;
use handlelab::scenario::diagnostic::{Diagnostic, Label};
use handlelab::view::markup::visible;
use handlelab::view::story::wrap;
use std::ops::Range;

/// A line that is longer than this is cut around the mistake, so that it can be shown at all.
const LONGEST_LINE: usize = 400;
/// How much of such a line is shown on either side.
const AROUND: usize = 100;
/// Places that are further apart than this (in bytes) are not drawn into one picture.
const LARGEST_PICTURE: usize = 16 * 1024;
/// No sentence needs more characters; names in it may be as long as a file.
const LONGEST_MESSAGE: usize = 200;
/// Help may show how a call with many parameters is written.
const LONGEST_HELP: usize = 500;
/// What stands in front of a line of help.
const INDENT: usize = 12;

/// A diagnostic with its place, the line underlined, and help. Colours are escapes that the stream may take out again.
pub(super) fn render(path: &str, source: &str, diagnostic: &Diagnostic, width: usize) -> String {
    let width = width.max(60);
    let message = shortened(&diagnostic.message, LONGEST_MESSAGE);
    let help: Vec<String> = diagnostic.help.iter().map(|help| broken(help, width)).collect();
    let mut group = Group::with_title(Level::ERROR.primary_title(&message).id(diagnostic.code.name()));
    let (line, column) = place(source, diagnostic.span());
    let path = visible(path);
    let origin = format!("{path}:{line}:{column}");
    let picture = Picture::of(source, diagnostic);
    let texts: Vec<String> =
        picture.labels.iter().map(|label| shortened(&label.text, LONGEST_MESSAGE)).collect();
    if source.is_empty() {
        group = group.element(Level::NOTE.message(&path));
    } else {
        let mut snippet = Snippet::source(&picture.text).line_start(picture.line);
        if !picture.is_cut {
            snippet = snippet.path(&path);
        }
        for (index, (label, text)) in picture.labels.iter().zip(&texts).enumerate() {
            let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let annotation = kind.span(label.span.start as usize..label.span.end as usize);
            snippet = snippet.annotation(if text.is_empty() { annotation } else { annotation.label(text) });
        }
        group = group.element(snippet);
    }
    if picture.is_cut {
        group = group.element(Level::NOTE.message(&origin));
    }
    for line in picture.elsewhere.iter().map(|line| Level::NOTE.message(line)) {
        group = group.element(line);
    }
    for line in &help {
        group = group.element(Level::HELP.message(line));
    }
    Renderer::styled().term_width(width).render(&[group])
}

/// A mistake at a place of a text that is no scenario.
pub(super) fn in_text(
    path: &str,
    source: &str,
    at: Range<usize>,
    message: &str,
    help: &str,
    width: usize,
) -> String {
    let width = width.max(60);
    let (path, message) = (visible(path), shortened(message, LONGEST_MESSAGE));
    let (text, help) = (tamed(source), broken(help, width));
    let at = floor(source, at.start)..floor(source, at.end.max(at.start));
    let snippet = Snippet::source(&text).path(&path).annotation(AnnotationKind::Primary.span(at));
    let group = Group::with_title(Level::ERROR.primary_title(&message)).element(snippet);
    Renderer::styled().term_width(width).render(&[group.element(Level::HELP.message(&help))])
}

/// Where to read more about the mistakes of a file, each code once.
pub(super) fn more(diagnostics: &[Diagnostic]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in diagnostics.iter().map(|diagnostic| diagnostic.code.name()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    format!("For more: handlelab explain {}", names.join(" "))
}

/// The line and column of a place, both counted from 1, columns in characters.
pub(super) fn place(source: &str, span: Span) -> (usize, usize) {
    Places::of(source).place(span)
}

/// Where the lines of a text start, for somebody who asks for many places in it.
pub(super) struct Places<'s> {
    source: &'s str,
    starts: Vec<usize>,
}

impl Places<'_> {
    pub(super) fn of(source: &str) -> Places<'_> {
        let behind_newlines = source.match_indices('\n').map(|(newline, _)| newline + 1);
        Places { source, starts: std::iter::once(0).chain(behind_newlines).collect() }
    }

    /// The line and column of a place, both counted from 1, columns in characters.
    pub(super) fn place(&self, span: Span) -> (usize, usize) {
        let at = floor(self.source, span.start as usize);
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        (line, self.source[start..at].chars().count() + 1)
    }
}

/// The part of the source that is shown, and the labels as places in it.
struct Picture {
    text: String,
    line: usize,
    labels: Vec<Label>,
    /// Labels that are too far away to be drawn, as sentences.
    elsewhere: Vec<String>,
    is_cut: bool,
}

impl Picture {
    fn of(source: &str, diagnostic: &Diagnostic) -> Picture {
        let span = diagnostic.span();
        let at = floor(source, span.start as usize);
        let (first, last) = (line_start(source, at), line_end(source, at));
        if last - first > LONGEST_LINE {
            return Picture::cut(source, diagnostic, at, (first, last));
        }
        let (mut from, mut to) = (first, line_end(source, floor(source, span.end as usize)));
        to = to.min(from + LARGEST_PICTURE);
        let (mut near, mut elsewhere) = (Vec::new(), Vec::new());
        for label in &diagnostic.labels {
            let start = line_start(source, floor(source, label.span.start as usize));
            let end = line_end(source, floor(source, label.span.end as usize));
            let (wider_from, wider_to) = (from.min(start), to.max(end));
            if wider_to - wider_from <= LARGEST_PICTURE && (end - start) <= LONGEST_LINE {
                (from, to) = (wider_from, wider_to);
                near.push(label);
            } else if !near.is_empty() {
                let (line, _) = place(source, label.span);
                elsewhere.push(format!("{} (line {line})", shortened(&label.text, LONGEST_MESSAGE)));
            } else {
                near.push(label);
            }
        }
        let to = floor(source, to);
        let labels = near.into_iter().map(|label| inside(label, from, to)).collect();
        let line = source[..from].matches('\n').count() + 1;
        Picture { text: tamed(&source[from..to]), line, labels, elsewhere, is_cut: false }
    }

    fn cut(source: &str, diagnostic: &Diagnostic, at: usize, (first, last): (usize, usize)) -> Picture {
        let from = floor(source, at.saturating_sub(AROUND).max(first));
        let to = floor(source, (at + AROUND).min(last));
        let label = diagnostic.labels.first().map(|label| inside(label, from, to));
        Picture {
            text: tamed(&source[from..to]),
            line: source[..first].matches('\n').count() + 1,
            labels: label.into_iter().collect(),
            elsewhere: Vec::new(),
            is_cut: true,
        }
    }
}

/// A label as a place in the bytes `from..to`.
fn inside(label: &Label, from: usize, to: usize) -> Label {
    let clamp = |at: u32| (at as usize).clamp(from, to) - from;
    Label { span: Span::new(clamp(label.span.start), clamp(label.span.end)), text: label.text.clone() }
}

/// The text without the characters that the renderer lets through and a terminal may obey, each replaced by one that
/// has as many bytes, so that all places stay where they are.
fn tamed(text: &str) -> String {
    let tame = |c| match c {
        '\u{80}'..='\u{9f}' | '\u{61c}' => '·',
        '\u{200e}' | '\u{200f}' => '\u{fffd}',
        c => c,
    };
    text.chars().map(tame).collect()
}

fn line_start(source: &str, at: usize) -> usize {
    source[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

fn line_end(source: &str, at: usize) -> usize {
    source[at..].find('\n').map_or(source.len(), |newline| at + newline)
}

/// A sentence of help in lines that fit. What stands between backquotes is to be copied, so it stays in one piece if it
/// can.
fn broken(text: &str, width: usize) -> String {
    const GLUE: &str = "\u{1}";
    let width = width.saturating_sub(INDENT);
    let text = shortened(text, LONGEST_HELP);
    let glue = |(i, piece): (usize, &str)| {
        let is_code = i % 2 == 1 && piece.chars().count() + 2 <= width;
        if is_code { piece.replace(' ', GLUE) } else { piece.to_owned() }
    };
    let glued: Vec<String> = text.split('`').enumerate().map(glue).collect();
    wrap(&glued.join("`"), width).join("\n").replace(GLUE, " ")
}

fn shortened(text: &str, longest: usize) -> String {
    let text = visible(text);
    if text.chars().count() <= longest {
        return text;
    }
    let half = longest / 2;
    let start: String = text.chars().take(half).collect();
    let end: String = text.chars().skip(text.chars().count() - half).collect();
    format!("{start}…{end}")
}

/// The nearest character boundary at or before a byte.
fn floor(source: &str, at: usize) -> usize {
    let mut at = at.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}
