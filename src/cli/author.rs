//! `handlelab author`: are exercises fit to be given out?

use super::terminal::Terminal;
use super::{Ended, attempt, course, files};
use handlelab::learn::Exercise;
use handlelab::learn::author::{Checkup, Shortest, TRIES, check};
use handlelab::learn::exercise::{is_solution, solutions};
use handlelab::learn::gap::Gap;
use handlelab::scenario::parser;
use handlelab::scenario::tree::ItemKind;
use handlelab::view::markup::{Markup, Role};
use std::io;
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub(super) enum AuthorCommand {
    /// Check exercises: unsolved they fail, their solutions pass, and nothing in them is needless
    ///
    /// The solution of NAME.hlab is NAME.solution.hlab beside it. Also says how short a solution can be. Ends with 0 when every
    /// exercise is fit, 1 when one is not, 2 when a file cannot be read.
    Check(CheckArgs),
    /// Write an exercise as students get it: without its hidden goals, with an empty gap
    Handout(HandoutArgs),
}

#[derive(clap::Args)]
pub(super) struct CheckArgs {
    /// Exercises, or folders that are searched for them; a folder with a course.toml is checked as a course
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// How many attempts the search for shorter solutions makes
    #[arg(long, value_name = "N", default_value_t = TRIES)]
    tries: usize,
}

#[derive(clap::Args)]
pub(super) struct HandoutArgs {
    /// The exercise, as the instructor has it
    #[arg(value_name = "EXERCISE")]
    exercise: PathBuf,

    /// Write it into this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn author(command: &AuthorCommand, terminal: &mut Terminal) -> io::Result<Ended> {
    match command {
        AuthorCommand::Check(args) => check_all(args, terminal),
        AuthorCommand::Handout(args) => hand_out(args, terminal),
    }
}

fn check_all(args: &CheckArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let (paths, complaints) = files::collect(&args.paths);
    let mut worst = if complaints.is_empty() { Ended::Good } else { Ended::Unreadable };
    for complaint in complaints {
        terminal.complain(&format!("error: {complaint}"))?;
    }
    let mut folders: Vec<&Path> = paths.iter().filter_map(|path| path.parent()).collect();
    folders.extend(args.paths.iter().map(PathBuf::as_path));
    folders.sort_unstable();
    folders.dedup();
    for folder in folders.into_iter().filter(|folder| course::is_course(folder)) {
        worst = worst.max(check_course(folder, terminal)?);
    }
    let (mut fit, mut unfit) = (0, 0);
    for path in paths.iter().filter(|path| !is_solution(path)) {
        if !args.paths.contains(path) && !is_exercise(path, terminal) {
            continue;
        }
        let Some((source, exercise)) = attempt::exercise(path, terminal)? else {
            worst = worst.max(Ended::Unreadable);
            continue;
        };
        let solutions: Vec<String> =
            solutions(path).filter_map(|path| files::text(&path, terminal).ok()).collect();
        let solutions: Vec<&str> = solutions.iter().map(String::as_str).collect();
        let found = check(&exercise, &Gap::find(&source, &exercise), &solutions, args.tries);
        if found.complaints.is_empty() {
            fit += 1;
        } else {
            unfit += 1;
            worst = worst.max(Ended::Failed);
        }
        terminal.show(&told(path, &found))?;
    }
    let mut out = Markup::default();
    let (what, role) =
        if fit + unfit == 1 { ("exercise", Role::Strong) } else { ("exercises", Role::Strong) };
    out.push(role, format!("{} {what}: {fit} fit, {unfit} to be mended", fit + unfit)).line();
    terminal.show(&out)?;
    Ok(worst)
}

/// Checks what makes a course of its exercises.
fn check_course(folder: &Path, terminal: &mut Terminal) -> io::Result<Ended> {
    let path = files::shown(folder);
    let mut out = Markup::default();
    let found = match course::check(folder, terminal.width()) {
        Ok(found) => found,
        Err(complaints) => {
            for complaint in complaints {
                terminal.complain(&format!("{complaint}\n"))?;
            }
            return Ok(Ended::Unreadable);
        }
    };
    let steps = if found.steps == 1 { "1 step".to_owned() } else { format!("{} steps", found.steps) };
    let is_fit = found.complaints.is_empty();
    let (role, word) = if is_fit { (Role::Good, "ok     ") } else { (Role::Bad, "TO MEND") };
    out.push(role, format!("{word}  {path}: a course of {steps}")).line();
    for complaint in &found.complaints {
        out.push(Role::Plain, format!("         {complaint}")).line();
    }
    if !found.without_prediction.is_empty() {
        let steps = found.without_prediction.join(", ");
        out.push(Role::Faint, format!("         without a prediction: {steps}")).line();
    }
    terminal.show(&out)?;
    Ok(if is_fit { Ended::Good } else { Ended::Failed })
}

/// Is there an exercise in a file that was found in a folder? What cannot be read is not passed over.
fn is_exercise(path: &Path, terminal: &Terminal) -> bool {
    let Ok(text) = files::text(path, terminal) else { return true };
    let (tree, mistakes) = parser::parse(&text);
    !mistakes.is_empty() || tree.items.iter().any(|item| item.kind == ItemKind::Exercise)
}

fn told(path: &Path, found: &Checkup) -> Markup {
    let mut out = Markup::default();
    let path = files::shown(path);
    if found.complaints.is_empty() {
        out.push(Role::Good, format!("ok       {path}")).line();
    } else {
        out.push(Role::Bad, format!("TO MEND  {path}")).line();
    }
    for complaint in &found.complaints {
        out.push(Role::Plain, format!("         {complaint}")).line();
    }
    if let Some(shortest) = &found.shortest {
        let Shortest { steps, lines, tried, complete, .. } = shortest;
        let plural = if *steps == 1 { "step" } else { "steps" };
        let all = match (tried, complete) {
            (0, _) => String::new(),
            (tried, true) => format!(" ({tried} attempts: everything shorter that the search knows of)"),
            (tried, false) => format!(" (cut after {tried} attempts: there may be a shorter one)"),
        };
        out.push(Role::Faint, format!("         shortest solution: {steps} {plural}{all}")).line();
        for line in lines {
            out.push(Role::Faint, format!("           {line}")).line();
        }
    }
    out
}

fn hand_out(args: &HandoutArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let Some((_, exercise)) = attempt::exercise(&args.exercise, terminal)? else {
        return Ok(Ended::Unreadable);
    };
    write_handout(&exercise, args, terminal)
}

fn write_handout(exercise: &Exercise, args: &HandoutArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let text = exercise.handout();
    let Some(path) = &args.output else {
        terminal.print(&text)?;
        return Ok(Ended::Good);
    };
    if let Err(error) = files::write(path, &text) {
        terminal.complain(&format!("error: cannot write {}: {error}", files::shown(path)))?;
        return Ok(Ended::Unreadable);
    }
    Ok(Ended::Good)
}
