//! `handlelab try`: how far is an exercise solved?

use super::terminal::Terminal;
use super::{Ended, files};
use handlelab::learn::exercise::{mistakes, solutions};
use handlelab::learn::gap::Gap;
use handlelab::learn::{Exercise, Limits, NoExercise, judge};
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
    let own = mistakes(&source);
    if !own.is_empty() {
        for drawn in files::draw(&args.file, &source, &own, terminal) {
            terminal.complain(&format!("{drawn}\n"))?;
        }
        return Ok(Ended::Unreadable);
    }
    let found = judge(&exercise, &Gap::find(&source, &exercise), &Limits::default());
    let ended = if found.is_solved() { Ended::Good } else { Ended::Failed };
    if args.format == Format::Json {
        terminal.print(&json::attempt(&files::shown(&args.file), &found)?)?;
        return Ok(ended);
    }
    let mut out = Markup::default();
    out.push(Role::Strong, found.title.as_deref().unwrap_or("An exercise without a title")).line();
    out.push(Role::Faint, files::shown(&args.file)).line().line();
    terminal.show(&out)?;
    terminal.show(&feedback::text(&found, terminal.width()))?;
    let mut out = Markup::default();
    terminal.show(out.line())?;
    terminal.show(&feedback::verdict(&found))?;
    let mut out = Markup::default();
    if found.is_solved() {
        compare(&args.file, &exercise, found.steps, &mut out);
    } else if exercise.hint(1).is_some() {
        out.push(Role::Plain, format!("A hint: handlelab try {} --hint", files::shown(&args.file))).line();
    }
    terminal.show(&out)?;
    Ok(ended)
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
fn compare(path: &Path, exercise: &Exercise, own: usize, out: &mut Markup) {
    let Some(solution) = solutions(path).find_map(|path| std::fs::read(path).ok()) else { return };
    let theirs = handlelab::learn::judge_bytes(exercise, &solution, &Limits::default());
    if !theirs.is_solved() {
        return;
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
}
