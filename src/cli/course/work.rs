//! How does somebody work at one step of a course?

use super::contents::{exercise_file, prediction_file};
use super::progress::Deed;
use super::seat::Seat;
use super::tell;
use crate::cli::terminal::Terminal;
use crate::cli::{Ended, attempt, files, predict};
use handlelab::learn::exercise::mistakes;
use handlelab::learn::gap::Gap;
use handlelab::learn::predict::{Which, questions};
use handlelab::learn::{Exercise, Limits, NoExercise, judge};
use handlelab::run::history::History;
use handlelab::run::record;
use handlelab::scenario::Document;
use handlelab::view::markup::{Markup, Role};
use handlelab::view::story::wrap;
use std::io;

/// Asks what happens next, and listens to what is typed.
pub(super) fn predict(
    seat: &mut Seat,
    index: usize,
    typed: &mut dyn Iterator<Item = io::Result<String>>,
    terminal: &mut Terminal,
) -> io::Result<Ended> {
    let Some(step) = seat.course.steps.get(index) else { return Ok(Ended::Unreadable) };
    let Some(source) = &step.prediction else {
        return say(Role::Plain, "There is nothing to predict in this step.", Ended::Good, terminal);
    };
    let path = seat.shown(&prediction_file(&step.name));
    let document = match Document::read(source.as_str()) {
        Ok(document) => document,
        Err(mistakes) => {
            for drawn in files::draw(&path, source, &mistakes, terminal) {
                terminal.complain(&format!("{drawn}\n"))?;
            }
            return Ok(Ended::Unreadable);
        }
    };
    let name = format!("Step {} of {}: the prediction", index + 1, seat.course.steps.len());
    let (_, trace) = record(name, &document);
    let asked = questions(&document, &trace, &History::of(&trace), Which::Marked, 0);
    let marks = predict::converse(&trace, &asked, typed, terminal)?;
    if marks.is_complete() {
        seat.note(index, Deed::Predicted)?;
        let mut out = Markup::default();
        out.line().append(tell::to_do(seat, index, terminal.width()));
        terminal.show(&out)?;
    }
    Ok(marks.ended())
}

/// Says how far the exercise is solved.
pub(super) fn attempt(seat: &mut Seat, index: usize, terminal: &mut Terminal) -> io::Result<Ended> {
    let (Some(step), Some(desk)) = (seat.course.steps.get(index), &seat.desk) else {
        return no_desk(terminal);
    };
    let Some(exercise) = exercise(seat, index, terminal)? else { return Ok(Ended::Unreadable) };
    let path = desk.exercise(&step.name);
    let source = match files::text(&path, terminal) {
        Ok(source) => source,
        Err(complaint) => {
            terminal.complain(&complaint)?;
            if !path.exists() {
                terminal.complain("`handlelab course start` lays out what is missing.")?;
            }
            return Ok(Ended::Unreadable);
        }
    };
    let Some(found) = attempt::judged(&exercise, &path, &source, terminal)? else {
        return Ok(Ended::Unreadable);
    };
    attempt::findings(&found, &path, terminal)?;
    let mut out = Markup::default();
    let which = tell::which(seat, index);
    if found.is_solved() {
        out.append(attempt::comparison(&exercise, step.solution.as_deref().map(str::as_bytes), found.steps));
        seat.note(index, Deed::Solved)?;
        out.append(what_next(seat, index));
    } else if !exercise.terms().hints.is_empty() {
        out.push(Role::Plain, format!("A hint: handlelab course hint{which}")).line();
    }
    terminal.show(&out)?;
    Ok(if found.is_solved() { Ended::Good } else { Ended::Failed })
}

/// What to do behind a solved exercise.
fn what_next(seat: &Seat, index: usize) -> Markup {
    let mut out = Markup::default();
    let Some(step) = seat.course.steps.get(index) else { return out };
    let which = tell::which(seat, index);
    if step.solution.is_some() {
        out.push(Role::Plain, format!("Another solution: handlelab course solution{which}")).line();
    }
    if seat.current() != Some(index) {
        return out;
    }
    let next = match step.prediction.is_some() && !seat.has(step, Deed::Predicted) {
        true => "The prediction is still open: handlelab course predict",
        false => "Go on: handlelab course next",
    };
    out.push(Role::Plain, next).line();
    out
}

/// Is the exercise solved, as its file stands now?
fn is_solved(seat: &Seat, index: usize) -> bool {
    let (Some(step), Some(desk)) = (seat.course.steps.get(index), &seat.desk) else { return false };
    let Ok(exercise) = Exercise::read(&step.exercise) else { return false };
    let source = files::plain_text(&desk.exercise(&step.name)).ok().flatten().unwrap_or_default();
    mistakes(&source).is_empty()
        && judge(&exercise, &Gap::find(&source, &exercise), &Limits::default()).is_solved()
}

/// The exercise of a step; tells what is wrong with it.
fn exercise(seat: &Seat, index: usize, terminal: &mut Terminal) -> io::Result<Option<Exercise>> {
    let Some(step) = seat.course.steps.get(index) else { return Ok(None) };
    let path = seat.shown(&exercise_file(&step.name));
    match Exercise::read(&step.exercise) {
        Ok(exercise) => return Ok(Some(exercise)),
        Err(NoExercise::NoExercise) => {
            let path = files::shown(&path);
            terminal.complain(&format!("error: {path} is no exercise: it has no line `exercise`"))?;
        }
        Err(NoExercise::Mistakes(mistakes)) => {
            for drawn in files::draw(&path, &step.exercise, &mistakes, terminal) {
                terminal.complain(&format!("{drawn}\n"))?;
            }
        }
    }
    Ok(None)
}

/// Shows the hints so far and one more.
pub(super) fn hint(seat: &mut Seat, index: usize, terminal: &mut Terminal) -> io::Result<Ended> {
    let (Some(step), Some(desk)) = (seat.course.steps.get(index), &seat.desk) else {
        return no_desk(terminal);
    };
    let Some(exercise) = exercise(seat, index, terminal)? else { return Ok(Ended::Unreadable) };
    let seen = desk.progress.hints(&step.name);
    let of = exercise.terms().hints.len();
    let until = (seen + 1).min(of);
    let mut out = Markup::default();
    for hint in (1..=until).filter_map(|number| exercise.hint(number)) {
        let role = if hint.number == until { Role::Story } else { Role::Faint };
        for line in wrap(&format!("Hint {} of {of}: {}", hint.number, hint.text), terminal.width()) {
            out.push(role, line).line();
        }
    }
    let which = tell::which(seat, index);
    let next = match (of, step.solution.is_some()) {
        (0, _) => "There is no hint for this exercise.".to_owned(),
        (of, _) if until < of => format!("The next one: handlelab course hint{which}"),
        (_, true) => format!("That is all. The solution: handlelab course solution{which} --reveal"),
        (_, false) => "That is all.".to_owned(),
    };
    out.push(Role::Faint, next).line();
    if until > seen {
        seat.note(index, Deed::Hint(until))?;
    }
    terminal.show(&out)?;
    Ok(Ended::Good)
}

/// Shows the solution to who has solved the exercise, or wants to see it all the same.
pub(super) fn solution(
    seat: &mut Seat,
    index: usize,
    reveal: bool,
    terminal: &mut Terminal,
) -> io::Result<Ended> {
    let Some(step) = seat.course.steps.get(index) else { return Ok(Ended::Unreadable) };
    let Some(solution) = &step.solution else {
        return say(
            Role::Plain,
            "There is no solution to this exercise in the course.",
            Ended::Good,
            terminal,
        );
    };
    let solved = seat.has(step, Deed::Solved) || is_solved(seat, index);
    if !solved && !reveal {
        let which = tell::which(seat, index);
        let mut out = Markup::default();
        out.push(Role::Plain, "You have not solved it yet.").line();
        if seat.desk.is_some() {
            out.push(Role::Plain, format!("A hint: handlelab course hint{which}")).line();
        }
        out.push(
            Role::Plain,
            format!("The solution all the same: handlelab course solution{which} --reveal"),
        )
        .line();
        terminal.show(&out)?;
        return Ok(Ended::Failed);
    }
    let Some(exercise) = exercise(seat, index, terminal)? else { return Ok(Ended::Unreadable) };
    let mut out = Markup::default();
    out.push(Role::Faint, "begin").line();
    for line in Gap::find(solution, &exercise).text.lines() {
        out.push(Role::Strong, line.trim_end()).line();
    }
    out.push(Role::Faint, "end").line();
    out.push(Role::Plain, "Whatever reaches the goals is as good.").line();
    if !solved {
        seat.note(index, Deed::Shown)?;
    }
    terminal.show(&out)?;
    Ok(Ended::Good)
}

/// Goes on to the next step.
pub(super) fn next(seat: &mut Seat, skip: bool, terminal: &mut Terminal) -> io::Result<Ended> {
    if seat.desk.is_none() {
        return no_desk(terminal);
    }
    let Some(index) = seat.current() else {
        terminal.show(&tell::farewell(seat))?;
        return Ok(Ended::Good);
    };
    if is_solved(seat, index) {
        seat.note(index, Deed::Solved)?;
    }
    let Some(step) = seat.course.steps.get(index) else { return Ok(Ended::Unreadable) };
    let predicted = step.prediction.is_none() || seat.has(step, Deed::Predicted);
    let solved = seat.has(step, Deed::Solved);
    let is_open = !(predicted && solved);
    if is_open && !skip {
        let open = match (predicted, solved) {
            (false, false) => "The prediction and the exercise are still open.",
            (false, true) => "The exercise is solved, and the prediction is still open.",
            _ => "The exercise is not solved yet.",
        };
        let mut out = Markup::default();
        out.push(Role::Strong, format!("{}: {open}", step.title)).line();
        out.append(tell::to_do(seat, index, terminal.width()));
        tell::command(&mut out, "    Go on all the same", "handlelab course next --skip");
        terminal.show(&out)?;
        return Ok(Ended::Failed);
    }
    seat.note(index, if is_open { Deed::Skipped } else { Deed::Finished })?;
    here(seat, terminal)
}

/// Shows where one is.
pub(super) fn here(seat: &Seat, terminal: &mut Terminal) -> io::Result<Ended> {
    terminal.show(&match seat.current() {
        Some(index) => tell::step(seat, index, terminal.width()),
        None => tell::farewell(seat),
    })?;
    Ok(Ended::Good)
}

/// Goes to a step; what is left out in between counts as skipped.
pub(super) fn go(seat: &mut Seat, to: usize, terminal: &mut Terminal) -> io::Result<Ended> {
    if seat.desk.is_none() {
        return no_desk(terminal);
    }
    let Some(current) = seat.current().filter(|current| *current <= to) else {
        let back =
            format!("Step {0} is behind you, and still open to you: handlelab course show {0}", to + 1);
        return say(Role::Plain, &back, Ended::Failed, terminal);
    };
    for left_out in current..to {
        seat.note(left_out, Deed::Skipped)?;
    }
    here(seat, terminal)
}

pub(super) fn no_desk(terminal: &mut Terminal) -> io::Result<Ended> {
    terminal.complain(
        "error: no course is started in this folder, right below it or above it. Start one: handlelab course start",
    )?;
    Ok(Ended::Unreadable)
}

fn say(role: Role, sentence: &str, ended: Ended, terminal: &mut Terminal) -> io::Result<Ended> {
    let mut out = Markup::default();
    terminal.show(out.push(role, sentence).line())?;
    Ok(ended)
}
