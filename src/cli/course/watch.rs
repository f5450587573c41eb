//! `handlelab course watch`: how far is the exercise solved now, after each save?
//!
//! Keys go on; nothing else does. Whoever solves an exercise stays where they are until they want to leave.

use super::seat::Seat;
use super::{tell, work};
use crate::cli::Ended;
use crate::cli::saves::Saves;
use crate::cli::terminal::Terminal;
use crate::cli::watch::{REST, SHORT_REST};
use handlelab::view::markup::{Markup, Role};
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

const KEYS: &str =
    "Type a letter and Enter: t try, p predict, h hint, n next, s show the step, l list, q quit";

pub(super) fn watch(seat: &mut Seat, terminal: &mut Terminal) -> io::Result<Ended> {
    if seat.desk.is_none() {
        return work::no_desk(terminal);
    }
    let mut saves = Saves::of(&files(seat));
    work::here(seat, terminal)?;
    keys(terminal)?;
    let typed = typed();
    loop {
        terminal.flush()?;
        let found = saves.look(Instant::now());
        for path in &found.saved {
            saved(seat, path, terminal)?;
        }
        terminal.flush()?;
        let rest = if found.unsettled { SHORT_REST } else { REST };
        match next_line(&typed, rest) {
            Some(line) if line.trim() == "q" => return Ok(Ended::Good),
            Some(line) => obey(line.trim(), seat, &typed, terminal)?,
            None => {}
        }
    }
}

/// What is watched: every exercise, and the progress, which somebody may change in another window.
fn files(seat: &Seat) -> Vec<PathBuf> {
    let Some(desk) = &seat.desk else { return Vec::new() };
    let exercises = seat.course.steps.iter().map(|step| desk.exercise(&step.name));
    exercises.chain([desk.progress_file()]).collect()
}

/// What is typed, a line at a time.
fn typed() -> Receiver<io::Result<String>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in io::stdin().lines() {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// A line that was typed within some time. Where nobody can type anything the time passes all the same.
fn next_line(typed: &Receiver<io::Result<String>>, within: Duration) -> Option<String> {
    match typed.recv_timeout(within) {
        Ok(line) => line.ok(),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => {
            thread::sleep(within);
            None
        }
    }
}

fn saved(seat: &mut Seat, path: &PathBuf, terminal: &mut Terminal) -> io::Result<()> {
    let Some(desk) = &seat.desk else { return Ok(()) };
    if *path == desk.progress_file() {
        return reread(seat, terminal);
    }
    let index = seat.course.steps.iter().position(|step| desk.exercise(&step.name) == *path);
    let Some(index) = index else { return Ok(()) };
    line_across(terminal)?;
    work::attempt(seat, index, terminal)?;
    keys(terminal)
}

/// Takes over what was done in another window.
fn reread(seat: &mut Seat, terminal: &mut Terminal) -> io::Result<()> {
    let before = seat.current();
    let folder = seat.desk.as_ref().map(|desk| desk.folder.clone());
    let from = seat.from.clone();
    if let Some(new) = Seat::at(folder, from.as_deref(), terminal)? {
        *seat = new;
    }
    if seat.current() != before {
        line_across(terminal)?;
        work::here(seat, terminal)?;
        keys(terminal)?;
    }
    Ok(())
}

fn obey(
    letter: &str,
    seat: &mut Seat,
    typed: &Receiver<io::Result<String>>,
    terminal: &mut Terminal,
) -> io::Result<()> {
    line_across(terminal)?;
    match (letter, seat.current()) {
        ("l", _) => terminal.show(&tell::list(seat))?,
        ("n", _) => _ = work::next(seat, false, terminal)?,
        (_, None) => _ = work::here(seat, terminal)?,
        ("t", Some(index)) => _ = work::attempt(seat, index, terminal)?,
        ("p", Some(index)) => _ = work::predict(seat, index, &mut typed.iter(), terminal)?,
        ("h", Some(index)) => _ = work::hint(seat, index, terminal)?,
        ("s", Some(_)) => _ = work::here(seat, terminal)?,
        _ => {}
    }
    keys(terminal)
}

fn line_across(terminal: &mut Terminal) -> io::Result<()> {
    let mut out = Markup::default();
    out.line().push(Role::Faint, "-".repeat(terminal.width())).line();
    terminal.show(&out)
}

fn keys(terminal: &mut Terminal) -> io::Result<()> {
    let mut out = Markup::default();
    out.line();
    for line in handlelab::view::story::wrap(KEYS, terminal.width()) {
        out.push(Role::Faint, line).line();
    }
    terminal.show(&out)
}
