//! `handlelab course`: where am I in the course, and what comes next?

mod builtin;
mod checkup;
mod contents;
mod desk;
mod progress;
mod seat;
mod tell;
mod watch;
mod work;

use super::terminal::Terminal;
use super::{Ended, files};
use handlelab::view::markup::{Markup, Role};
use seat::Seat;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

pub(super) use checkup::{check, is_course};

#[derive(clap::Args)]
pub(super) struct CourseArgs {
    #[command(subcommand)]
    command: Option<CourseCommand>,

    /// Another course than the built-in one: a folder with a file course.toml
    #[arg(long, global = true, value_name = "FOLDER")]
    from: Option<PathBuf>,
}

#[derive(clap::Subcommand)]
enum CourseCommand {
    /// Lay out the exercises in a folder, in which you write your steps
    ///
    /// What is there already is left as it is, so this also brings back exercises that are missing.
    Start {
        /// The folder; without it that in which you have started, else handlelab-course
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
    /// Show all steps, and what you have done
    List,
    /// Show a step: what is to be read and what there is to do
    Show(StepArgs),
    /// Predict what happens next, and be marked
    Predict(StepArgs),
    /// Say how far the exercise is solved, and what is missing by how little
    #[command(visible_alias = "check")]
    Try(StepArgs),
    /// Show a hint more
    Hint(StepArgs),
    /// Show the solution, once you have solved the exercise
    Solution {
        #[command(flatten)]
        step: StepArgs,
        /// Show it all the same; then the exercise counts as solved with help
        #[arg(long)]
        reveal: bool,
    },
    /// Go on to the next step
    Next {
        /// Go on to this step; what lies between counts as skipped
        #[arg(value_name = "STEP")]
        step: Option<String>,
        /// Go on although something is still open
        #[arg(long)]
        skip: bool,
    },
    /// Look at the exercise each time it is saved
    Watch,
}

#[derive(clap::Args)]
struct StepArgs {
    /// A step's number or name; without it the one at which you are
    #[arg(value_name = "STEP")]
    step: Option<String>,
}

pub(super) fn course(args: &CourseArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let from = args.from.as_deref();
    if let Some(CourseCommand::Start { folder }) = &args.command {
        return start(folder.clone(), from, terminal);
    }
    let Some(mut seat) = Seat::take(from, terminal)? else { return Ok(Ended::Unreadable) };
    let step = match &args.command {
        Some(
            CourseCommand::Show(StepArgs { step })
            | CourseCommand::Predict(StepArgs { step })
            | CourseCommand::Try(StepArgs { step })
            | CourseCommand::Hint(StepArgs { step })
            | CourseCommand::Solution { step: StepArgs { step }, .. }
            | CourseCommand::Next { step, .. },
        ) => step.as_deref(),
        _ => None,
    };
    let named = match step.map(|word| seat.find(word)).transpose() {
        Ok(named) => named,
        Err(complaint) => {
            terminal.complain(&complaint)?;
            return Ok(Ended::Unreadable);
        }
    };
    let width = terminal.width();
    let Some(index) = named.or_else(|| seat.current()) else {
        terminal.show(&match args.command {
            Some(CourseCommand::List) => tell::list(&seat),
            _ => tell::farewell(&seat),
        })?;
        return Ok(Ended::Good);
    };
    let seat = &mut seat;
    match &args.command {
        None if seat.desk.is_none() => terminal.show(&tell::welcome(seat, width))?,
        None | Some(CourseCommand::Show(_)) => terminal.show(&tell::step(seat, index, width))?,
        Some(CourseCommand::List) => terminal.show(&tell::list(seat))?,
        Some(CourseCommand::Predict(_)) => {
            return work::predict(seat, index, &mut io::stdin().lock().lines(), terminal);
        }
        Some(CourseCommand::Try(_)) => return work::attempt(seat, index, terminal),
        Some(CourseCommand::Hint(_)) => return work::hint(seat, index, terminal),
        Some(CourseCommand::Solution { reveal, .. }) => {
            return work::solution(seat, index, *reveal, terminal);
        }
        Some(CourseCommand::Next { step: Some(_), .. }) => return work::go(seat, index, terminal),
        Some(CourseCommand::Next { skip, .. }) => return work::next(seat, *skip, terminal),
        Some(CourseCommand::Watch) => return watch::watch(seat, terminal),
        Some(CourseCommand::Start { .. }) => {}
    }
    Ok(Ended::Good)
}

/// Lays out the exercises, and shows the first step.
fn start(folder: Option<PathBuf>, from: Option<&Path>, terminal: &mut Terminal) -> io::Result<Ended> {
    let folder = folder.or_else(desk::find).unwrap_or_else(|| PathBuf::from(desk::FOLDER));
    let there = folder.join(progress::FILE).is_file().then(|| folder.clone());
    let Some(before) = Seat::at(there, from, terminal)? else { return Ok(Ended::Unreadable) };
    let laid_out = match desk::lay_out(&folder, &before.course, before.from.as_deref()) {
        Ok(laid_out) => laid_out,
        Err(error) => {
            terminal.complain(&format!("error: cannot write into {}: {error}", files::shown(&folder)))?;
            return Ok(Ended::Unreadable);
        }
    };
    let place = if folder.as_os_str().is_empty() { "this folder".to_owned() } else { files::shown(&folder) };
    let mut told = format!("{} laid out in {place}", tell::plural(laid_out.written, "exercise"));
    if laid_out.kept > 0 {
        told += &format!("; {} there already, left as it is", laid_out.kept);
    }
    let mut out = Markup::default();
    out.push(Role::Good, told + ".").line().line();
    terminal.show(&out)?;
    let Some(seat) = Seat::at(Some(folder), from, terminal)? else { return Ok(Ended::Unreadable) };
    work::here(&seat, terminal)
}
