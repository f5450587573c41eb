//! How well does an attempt do what an exercise wants?

use super::exercise::{Exercise, one_line, read_attempt};
use super::feedback::{Feedback, MistakeAt, Trouble, TroubleKind};
use super::gap::Gap;
use super::limits::Limits;
use super::orders::Orders;
use super::running::{Seen, walk_through};
use super::wanted::Attempted;
use super::{integrity, rules};
use crate::run::stopwatch::Stopwatch;
use crate::run::trace::Verdict;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::StatementKind;
use crate::scenario::source::text_of;
use crate::scenario::{Document, Span, parser};

/// Judges what was handed in, whatever its bytes are.
///
/// ```
/// use handlelab::learn::feedback::TroubleKind;
/// use handlelab::learn::{Exercise, Limits, judge_bytes};
///
/// let text = "exercise\n  goal named(\"Go\")\nprocess p\nbegin\nend\n";
/// let exercise = Exercise::read(text).expect("an exercise");
/// let trouble = |bytes: &[u8]| judge_bytes(&exercise, bytes, &Limits::default()).trouble.map(|trouble| trouble.kind);
/// assert_eq!(trouble(&[0xFF, 0xFE, 0x00]), Some(TroubleKind::NotText), "whatever is handed in is judged");
/// assert_eq!(trouble(text.as_bytes()), Some(TroubleKind::Empty));
/// ```
pub fn judge_bytes(exercise: &Exercise, bytes: &[u8], limits: &Limits) -> Feedback {
    if bytes.len() > limits.bytes {
        let kib = limits.bytes >> 10;
        let sentence = format!("The file is larger than {kib} KiB; nothing of it is read.");
        return no_attempt(exercise, Trouble::new(TroubleKind::TooMuch, sentence));
    }
    match text_of(bytes) {
        Ok(text) => judge(exercise, &Gap::find(text, exercise), limits),
        Err(diagnostic) => {
            let help = diagnostic.help.join(" ");
            let sentence = format!("The file is no text: {}. {help}", diagnostic.message);
            no_attempt(exercise, Trouble::new(TroubleKind::NotText, sentence))
        }
    }
}

/// Judges what a student wrote into the gap.
///
/// ```
/// use handlelab::learn::{Exercise, Limits, gap::Gap, judge};
///
/// let text = "exercise\n  goal handles(p.h) == 2\nprocess p\np: h = CreateEvent(lpName: \"Go\")\nbegin\nend\n";
/// let exercise = Exercise::read(text).expect("an exercise");
/// let gap = Gap { text: "p: CreateEvent(lpName: \"Gone\")\n".to_owned(), first_line: 6, ..Gap::default() };
/// let feedback = judge(&exercise, &gap, &Limits::default());
/// assert!(!feedback.findings[0].met && feedback.steps == 1);
/// assert!(feedback.findings[0].shortfalls[0].sentence.contains('1'), "it has 1 handle, and not 2");
/// ```
pub fn judge(exercise: &Exercise, gap: &Gap, limits: &Limits) -> Feedback {
    let started = Stopwatch::start();
    let mut feedback = no_attempt(exercise, Trouble::new(TroubleKind::Empty, ""));
    feedback.trouble = None;
    feedback.remarks.clone_from(&gap.remarks);
    let places = Places { exercise, gap };
    let document = match attempt(exercise, gap, limits, &mut feedback) {
        Ok(document) => document,
        Err(trouble) => {
            feedback.trouble = Some(trouble);
            return feedback;
        }
    };
    feedback.steps = gap_steps(&document);
    feedback.broken_rules.extend(rules::broken(exercise, &document, &places));
    let seen = walk_through(&document, limits);
    feedback.trouble = seen.trouble(&document, &places);
    if feedback.trouble.is_some() {
        return feedback;
    }
    feedback.broken_rules.extend(integrity::broken(exercise, &document, &seen));
    for (span, verdict) in &seen.failures {
        if let (Some(line), Verdict::Missed { expected, found }) = (places.line(&document, *span), verdict) {
            let remark = format!("Line {line}: you expect {expected}, and what comes is {found}.");
            feedback.remarks.push(remark);
        }
    }
    let attempted = Attempted { exercise, document: &document, seen: &seen, places: &places };
    feedback.findings = exercise.wants.iter().map(|wanted| attempted.find(wanted)).collect();
    if feedback.steps == 0 {
        let sentence = "There are no steps of yours between `begin` and `end`.";
        feedback.trouble = Some(Trouble::new(TroubleKind::Empty, sentence));
    }
    if exercise.terms().every_order && feedback.broken_rules.is_empty() {
        let left = limits.time.saturating_sub(started.elapsed());
        if let Some(end) = &seen.end {
            Orders::of(&document, end, limits, left).take_back(&exercise.wants, &mut feedback.findings);
        }
    }
    if !feedback.is_solved() {
        feedback.remarks.extend(refused(&document, &seen, &places));
    }
    feedback
}

/// What the student's calls answered that failed unexpectedly: mostly the reason for all the rest.
fn refused(document: &Document, seen: &Seen, places: &Places<'_>) -> Vec<String> {
    /// Whoever has more of them mends these first.
    const MOST: usize = 3;
    let told = seen.refused.iter().take(MOST).filter_map(|(index, answer)| {
        let line = places.line(document, document.program.statements[*index].span)?;
        Some(format!("Line {line}: {answer}."))
    });
    told.collect()
}

/// The feedback on something that is no attempt.
pub(super) fn no_attempt(exercise: &Exercise, trouble: Trouble) -> Feedback {
    Feedback {
        title: exercise.document.program.title.clone(),
        task: exercise.terms().task.clone(),
        of: exercise.points(),
        trouble: Some(trouble),
        ..Feedback::default()
    }
}

/// Where things are in the student's file.
pub(super) struct Places<'p> {
    exercise: &'p Exercise,
    gap: &'p Gap,
}

impl Places<'_> {
    /// The line of the student's file, if the place is one of theirs.
    pub(super) fn line(&self, document: &Document, span: Span) -> Option<usize> {
        let from = self.exercise.gap;
        let at = span.start as usize;
        if !(from..from + self.gap.text.len()).contains(&at) {
            return None;
        }
        Some(document.source[from..at].matches('\n').count() + self.gap.first_line)
    }
}

/// The exercise with the student's lines in its gap.
fn attempt(
    exercise: &Exercise,
    gap: &Gap,
    limits: &Limits,
    feedback: &mut Feedback,
) -> Result<Document, Trouble> {
    let (tree, mistakes) = parser::parse(&gap.text);
    if !mistakes.is_empty() {
        return Err(mistaken(mistakes.iter().map(|mistake| mistake_at(mistake, &gap.text, gap.first_line))));
    }
    feedback.broken_rules = rules::only_steps(&tree, &gap.text, gap.first_line);
    if !feedback.broken_rules.is_empty() {
        return Err(Trouble::new(
            TroubleKind::Mistakes,
            "Only steps, checks and comments stand between `begin` and `end`.",
        ));
    }
    if tree.items.len() > limits.steps * 2 || rules::statements(&tree) > limits.steps {
        let sentence = format!("There are more than {} steps; they are not run.", limits.steps);
        return Err(Trouble::new(TroubleKind::TooMuch, sentence));
    }
    let source = exercise.with(&gap.text);
    read_attempt(source.clone()).map_err(|mistakes| {
        let places = Places { exercise, gap };
        let whole = Document { source, tree: Default::default(), program: Default::default() };
        let (own, others): (Vec<_>, Vec<_>) =
            mistakes.into_iter().partition(|mistake| places.line(&whole, mistake.span()).is_some());
        if own.is_empty() {
            // Whatever the exercise's own lines say stays untold: a hidden goal may be among them.
            let names = others.iter().any(|mistake| mistake.code == Code::NameTaken);
            let why = if names { ": a name that you give is one of the exercise's" } else { "" };
            let sentence = format!("Your steps do not fit into the exercise{why}.");
            return Trouble::new(TroubleKind::Mistakes, sentence);
        }
        let first = exercise.first_line();
        let at = |mistake: &Diagnostic| {
            let found = mistake_at(mistake, &whole.source, 1);
            MistakeAt { line: found.line + gap.first_line - first, ..found }
        };
        mistaken(own.iter().map(at))
    })
}

/// The trouble of lines that have mistakes.
fn mistaken(mistakes: impl Iterator<Item = MistakeAt>) -> Trouble {
    /// Whoever has more of them mends these first.
    const MOST: usize = 10;
    let mistakes: Vec<MistakeAt> = mistakes.take(MOST).collect();
    let sentence = match mistakes.as_slice() {
        [one] => format!("Your steps cannot be read: line {} has a mistake.", one.line),
        _ => "Your steps cannot be read: several lines have mistakes.".to_owned(),
    };
    Trouble { kind: TroubleKind::Mistakes, sentence, mistakes }
}

fn mistake_at(mistake: &Diagnostic, source: &str, first_line: usize) -> MistakeAt {
    let before = &source[..(mistake.span().start as usize).min(source.len())];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    MistakeAt {
        code: mistake.code.name(),
        line: before.matches('\n').count() + first_line,
        column: before[line_start..].chars().count() + 1,
        message: mistake.message.clone(),
        help: mistake.help.clone(),
    }
}

pub(super) fn gap_steps(document: &Document) -> usize {
    let statements = document.program.statements.iter().filter(|statement| statement.in_gap);
    statements.filter(|statement| matches!(statement.kind, StatementKind::Step(_))).count()
}

impl Seen {
    /// Why the run did not come to its end.
    fn trouble(&self, document: &Document, places: &Places<'_>) -> Option<Trouble> {
        if let Some(limit) = self.limit {
            return Some(Trouble::new(TroubleKind::TooMuch, limit));
        }
        let mistake = self.mistake.as_ref()?;
        let own = places.line(document, mistake.span());
        let sentence = match own {
            Some(line) => format!("Line {line} cannot happen: {}.", mistake.message),
            None => {
                let text = one_line(mistake.span().text(&document.source));
                format!("Behind your steps the exercise cannot go on with `{text}`: {}.", mistake.message)
            }
        };
        let mut trouble = Trouble::new(TroubleKind::CannotHappen, sentence);
        if let Some(line) = own {
            trouble.mistakes = vec![MistakeAt { line, ..mistake_at(mistake, &document.source, 1) }];
        }
        Some(trouble)
    }
}
