//! What does somebody read who works through a course?

use super::contents::Step;
use super::desk::FOLDER;
use super::progress::Deed;
use super::seat::Seat;
use crate::cli::files;
use handlelab::learn::Exercise;
use handlelab::view::markup::{Markup, Role};
use handlelab::view::story::wrap;

/// Nobody likes to read longer lines.
const LONGEST_LINE: usize = 80;
/// Where commands stand.
const COMMANDS: usize = 34;

/// The course itself, to somebody who has not started it.
pub(super) fn welcome(seat: &Seat, width: usize) -> Markup {
    let mut out = Markup::default();
    out.push(Role::Strong, &seat.course.title).line().line();
    prose(&mut out, &seat.course.about, width);
    let steps = plural(seat.course.steps.len(), "step");
    prose(&mut out, &format!("{steps}, each with a few sentences, a prediction and an exercise."), width);
    command(&mut out, "What there is", &format!("handlelab course list{}", from(seat)));
    command(&mut out, "Start here", &format!("handlelab course start{}", from(seat)));
    let folder =
        format!("It makes the folder {FOLDER} with a file for each exercise, in which you write your steps.");
    out.line();
    prose(&mut out, &folder, width);
    out
}

/// A step: its text, and what there is to do.
pub(super) fn step(seat: &Seat, index: usize, width: usize) -> Markup {
    let mut out = Markup::default();
    let Some(step) = seat.course.steps.get(index) else { return out };
    out.push(Role::Strong, format!("Step {} of {}: {}", index + 1, seat.course.steps.len(), step.title))
        .line()
        .line();
    prose(&mut out, &step.text, width);
    out.append(to_do(seat, index, width));
    if seat.desk.is_some() && seat.current() == Some(index) {
        command(&mut out, "    Go on", "handlelab course next");
    }
    out
}

/// What there is to do in a step.
pub(super) fn to_do(seat: &Seat, index: usize, width: usize) -> Markup {
    let mut out = Markup::default();
    let Some(step) = seat.course.steps.get(index) else { return out };
    let which = which(seat, index);
    if step.prediction.is_some() {
        let what = format!("{} Predict what happens", sign(seat.has(step, Deed::Predicted)));
        command(&mut out, &what, &format!("handlelab course predict{which}"));
    }
    let solved = seat.has(step, Deed::Solved);
    let Some(desk) = &seat.desk else {
        command(&mut out, "    The exercises to edit", "handlelab course start");
        return out;
    };
    let place = files::shown(&desk.exercise(&step.name));
    out.push(Role::Plain, format!("{} Write your steps into ", sign(solved)))
        .push(Role::Strong, place)
        .line();
    if let Ok(exercise) = Exercise::read(&step.exercise) {
        for line in wrap(&exercise.terms().task, width.clamp(40, LONGEST_LINE) - 6) {
            out.push(Role::Story, format!("      {line}")).line();
        }
    }
    command(&mut out, "    See how far you are", &format!("handlelab course try{which}"));
    if !solved {
        command(&mut out, "    Ask for a hint", &format!("handlelab course hint{which}"));
    }
    out
}

/// All steps, with what has been done.
pub(super) fn list(seat: &Seat) -> Markup {
    let mut out = Markup::default();
    out.push(Role::Strong, &seat.course.title).line().line();
    let steps = &seat.course.steps;
    let current = seat.desk.is_some().then(|| seat.current()).flatten();
    out.push(Role::Faint, "      predicted  solved").line();
    for (index, step) in steps.iter().enumerate() {
        let here = if current == Some(index) { '>' } else { ' ' };
        let predicted = match &step.prediction {
            None => "",
            Some(_) if seat.has(step, Deed::Predicted) => "+",
            Some(_) => "-",
        };
        let role = if current == Some(index) { Role::Strong } else { Role::Plain };
        let number = index + 1;
        let solved = solved(seat, step);
        out.push(role, format!("{here} {number:>3}  {predicted:^9}  {solved:^6}  {}", step.title)).line();
    }
    let count = |deed: Deed| steps.iter().filter(|step| seat.has(step, deed)).count();
    out.line()
        .push(Role::Faint, "+ done   (+) solved after the solution was shown   s skipped   > you are here")
        .line();
    let (solved, of) = (count(Deed::Solved), steps.len());
    out.push(Role::Plain, format!("{solved} of {of} solved, {} predicted", count(Deed::Predicted))).line();
    // A terminal has fewer lines than a course has steps: what matters most stands where it is still seen.
    if let Some((index, step)) = current.and_then(|index| Some((index, steps.get(index)?))) {
        out.line().push(Role::Strong, format!("You are at step {}: {}", index + 1, step.title)).line();
        command(&mut out, "Go on", "handlelab course");
    } else if seat.desk.is_none() {
        command(out.line(), "Start here", &format!("handlelab course start{}", from(seat)));
    }
    out
}

/// What stands behind a command that is about another course than the built-in one, where nothing else says so.
fn from(seat: &Seat) -> String {
    seat.from.as_ref().map(|from| format!(" --from {}", files::shown(from))).unwrap_or_default()
}

fn solved(seat: &Seat, step: &Step) -> &'static str {
    match (seat.has(step, Deed::Solved), seat.has(step, Deed::Shown), seat.has(step, Deed::Skipped)) {
        (true, false, _) => "+",
        (true, true, _) => "(+)",
        (false, _, true) => "s",
        (false, _, false) => "-",
    }
}

/// What is said at the end of the course.
pub(super) fn farewell(seat: &Seat) -> Markup {
    let mut out = Markup::default();
    let steps = &seat.course.steps;
    let solved = steps.iter().filter(|step| seat.has(step, Deed::Solved)).count();
    out.push(Role::Good, format!("You are through: {solved} of {} exercises solved.", steps.len())).line();
    let open: Vec<String> = steps
        .iter()
        .enumerate()
        .filter(|(_, step)| !seat.has(step, Deed::Solved))
        .map(|(index, _)| (index + 1).to_string())
        .collect();
    if let Some(first) = open.first() {
        out.push(
            Role::Plain,
            format!("Still open: {}. Come back to one: handlelab course show {first}", open.join(", ")),
        );
        out.line();
    }
    // An instructor's own course goes on as the instructor says.
    if seat.from.is_none() {
        out.line();
        command(&mut out, "More exercises, without end", "handlelab generate --list");
        command(&mut out, "A program of your own", "handlelab new mine.hlab");
        command(&mut out, "In every order of its threads", "handlelab explore mine.hlab");
    }
    out
}

/// What stands behind a command when it is not about the current step.
pub(super) fn which(seat: &Seat, index: usize) -> String {
    if seat.desk.is_some() && seat.current() == Some(index) {
        String::new()
    } else {
        format!(" {}", index + 1)
    }
}

/// Paragraphs with a blank line between them; what is indented in the text stays as it is.
pub(super) fn prose(out: &mut Markup, text: &str, width: usize) {
    let width = width.clamp(40, LONGEST_LINE);
    let mut paragraph = String::new();
    for line in text.trim_end().lines().chain([""]) {
        let is_quoted = line.starts_with("    ");
        if !line.trim().is_empty() && !is_quoted {
            paragraph.push_str(line);
            paragraph.push(' ');
            continue;
        }
        for line in wrap(&std::mem::take(&mut paragraph), width) {
            out.push(Role::Plain, line).line();
        }
        out.push(Role::Strong, line.trim_end()).line();
    }
}

pub(super) fn command(out: &mut Markup, what: &str, command: &str) {
    out.push(Role::Plain, format!("{what:<COMMANDS$}")).push(Role::Strong, command).line();
}

fn sign(done: bool) -> &'static str {
    if done { "[x]" } else { "[ ]" }
}

pub(super) fn plural(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
