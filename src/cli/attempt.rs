//! `handlelab try`: how far is an exercise solved?

use super::terminal::Terminal;
use super::{Ended, files};
use handlelab::learn::exercise::{mistakes, solutions};
use handlelab::learn::gap::Gap;
use handlelab::learn::{Exercise, Feedback, Limits, NoExercise, judge};
use handlelab::scenario::parser;
use handlelab::scenario::tree::ItemKind;
use handlelab::view::learn::feedback;
use handlelab::view::learn::json;
use handlelab::view::markup::{Markup, Role};
use handlelab::view::story::wrap;
use std::io;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(super) struct TryArgs {
    /// An exercise with your steps between `begin` and `end`
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Show a hint: the first one, or the one with this number
    #[arg(long, value_name = "NUMBER", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    hint: Option<usize>,

    /// How to show what was found
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs: one JSON object with every goal, met or not
    Json,
}

pub(super) fn attempt(args: &TryArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let Some((source, exercise)) = exercise(&args.file, terminal)? else { return Ok(Ended::Unreadable) };
    if let Some(number) = args.hint {
        return hint(&exercise, number, &args.file, terminal);
    }
    let Some(found) = judged(&exercise, &args.file, &source, terminal)? else { return Ok(Ended::Unreadable) };
    if args.format == Format::Json {
        terminal.print(&json::attempt(&files::shown(&args.file), &found)?)?;
    } else {
        tell(&found, &args.file, &exercise, terminal)?;
    }
    Ok(if found.is_solved() { Ended::Good } else { Ended::Failed })
}

/// Judges and tells how far the exercise in a file is solved.
pub(super) fn look(path: &Path, terminal: &mut Terminal) -> io::Result<()> {
    let Some((source, exercise)) = exercise(path, terminal)? else { return Ok(()) };
    match judged(&exercise, path, &source, terminal)? {
        Some(found) => tell(&found, path, &exercise, terminal),
        None => Ok(()),
    }
}

/// Does a file hold an exercise, as far as it can be read?
pub(super) fn is_exercise(path: &Path) -> bool {
    let Ok(Some(text)) = files::plain_text(path) else { return false };
    let (tree, _) = parser::parse(&text);
    tree.items.iter().any(|item| item.kind == ItemKind::Exercise)
}

/// Judges an attempt in a file; nothing, if the file has mistakes, which are told.
pub(super) fn judged(
    exercise: &Exercise,
    path: &Path,
    source: &str,
    terminal: &mut Terminal,
) -> io::Result<Option<Feedback>> {
    let own = mistakes(source);
    if own.is_empty() {
        return Ok(Some(judge(exercise, &Gap::find(source, exercise), &Limits::default())));
    }
    for drawn in files::draw(path, source, &own, terminal) {
        terminal.complain(&format!("{drawn}\n"))?;
    }
    Ok(None)
}

/// Tells what was found in an attempt, and what to do next.
fn tell(found: &Feedback, path: &Path, exercise: &Exercise, terminal: &mut Terminal) -> io::Result<()> {
    findings(found, path, terminal)?;
    let mut out = Markup::default();
    if found.is_solved() {
        let solution = solutions(path).find_map(|path| std::fs::read(path).ok());
        out.append(comparison(exercise, solution.as_deref(), found.steps));
    } else if exercise.hint(1).is_some() {
        out.push(Role::Plain, format!("A hint: handlelab try {} --hint", files::shown(path))).line();
    }
    terminal.show(&out)
}

/// Tells what was found in an attempt; the last line says whether it is solved.
pub(super) fn findings(found: &Feedback, path: &Path, terminal: &mut Terminal) -> io::Result<()> {
    let mut out = Markup::default();
    out.push(Role::Strong, found.title.as_deref().unwrap_or("An exercise without a title")).line();
    out.push(Role::Faint, files::shown(path)).line().line();
    out.append(feedback::text(found, terminal.width())).line();
    out.append(feedback::verdict(found));
    terminal.show(&out)
}

/// An exercise and its text; tells why, if there is none.
pub(super) fn exercise(path: &Path, terminal: &mut Terminal) -> io::Result<Option<(String, Exercise)>> {
    let source = match files::text(path, terminal) {
        Ok(source) => source,
        Err(complaint) => {
            terminal.complain(&complaint)?;
            return Ok(None);
        }
    };
    let mistakes = match Exercise::read(&source) {
        Ok(exercise) => return Ok(Some((source, exercise))),
        Err(NoExercise::NoExercise) => {
            let path = files::shown(path);
            terminal.complain(&format!("error: {path} is no exercise: it has no line `exercise`"))?;
            return Ok(None);
        }
        Err(NoExercise::Mistakes(mistakes)) => mistakes,
    };
    for drawn in files::draw(path, &source, &mistakes, terminal) {
        terminal.complain(&format!("{drawn}\n"))?;
    }
    Ok(None)
}

fn hint(exercise: &Exercise, number: usize, path: &Path, terminal: &mut Terminal) -> io::Result<Ended> {
    let path = files::shown(path);
    let Some(hint) = exercise.hint(number) else {
        let of = match exercise.terms().hints.len() {
            0 => "no hint".to_owned(),
            1 => "only one hint".to_owned(),
            of => format!("only {of} hints"),
        };
        terminal.complain(&format!("{path} has {of}"))?;
        return Ok(Ended::Unreadable);
    };
    let mut out = Markup::default();
    let text = format!("Hint {} of {}: {}", hint.number, hint.of, hint.text);
    for line in wrap(&text, terminal.width()) {
        out.push(Role::Story, line).line();
    }
    if hint.number < hint.of {
        out.push(Role::Faint, format!("The next one: handlelab try {path} --hint={}", hint.number + 1))
            .line();
    }
    terminal.show(&out)?;
    Ok(Ended::Good)
}

/// Says, once an exercise is solved, how many steps the instructor took, if the solution is there.
pub(super) fn comparison(exercise: &Exercise, solution: Option<&[u8]>, own: usize) -> Markup {
    let mut out = Markup::default();
    let Some(solution) = solution else { return out };
    let theirs = handlelab::learn::judge_bytes(exercise, solution, &Limits::default());
    if !theirs.is_solved() {
        return out;
    }
    let sentence = match theirs.steps.cmp(&own) {
        std::cmp::Ordering::Less => {
            let steps = if theirs.steps == 1 { "step" } else { "steps" };
            format!("It can be done with {} {steps}.", theirs.steps)
        }
        std::cmp::Ordering::Equal => "The instructor's solution has as many.".to_owned(),
        std::cmp::Ordering::Greater => "You need fewer steps than the instructor.".to_owned(),
    };
    out.push(Role::Plain, sentence).line();
    out
}
