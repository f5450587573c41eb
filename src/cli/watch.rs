//! `handlelab watch`: what happens in the files now, after each save?

use super::saves::{Found, Saves};
use super::terminal::Terminal;
use super::{Ended, attempt, run};
use handlelab::view::markup::{Markup, Role};
use std::io;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long nothing is looked at, when nothing is going on and when something is.
pub(super) const REST: Duration = Duration::from_millis(30);
pub(super) const SHORT_REST: Duration = Duration::from_millis(8);
/// The rest is at least so many times as long as the look was, so that looking at very many files never takes the machine.
const REST_PER_LOOK: u32 = 4;
/// No more names are told at once.
const MOST_NAMES: usize = 3;

#[derive(clap::Args)]
pub(super) struct WatchArgs {
    /// Files, or folders that are searched for .hlab files
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// Runs all files, and then what is saved, until somebody ends it.
pub(super) fn watch(args: &WatchArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let mut saves = Saves::of(&args.paths);
    match args.paths.as_slice() {
        [path] => show(std::slice::from_ref(path), terminal)?,
        paths => _ = run::quietly(paths, terminal)?,
    }
    let files = if saves.count() == 1 { "1 file".to_owned() } else { format!("{} files", saves.count()) };
    let mut out = Markup::default();
    out.push(Role::Faint, format!("watching {files}; whatever is saved runs again (Ctrl-C ends)")).line();
    terminal.show(&out)?;
    loop {
        terminal.flush()?;
        let start = Instant::now();
        let found = saves.look(start);
        if !found.saved.is_empty() || !found.gone.is_empty() {
            terminal.show(&separator(&found, terminal.width()))?;
        }
        if !found.saved.is_empty() {
            show(&found.saved, terminal)?;
        }
        terminal.flush()?;
        let rest = if found.unsettled { SHORT_REST } else { REST };
        sleep(rest.max(start.elapsed() * REST_PER_LOOK));
    }
}

/// Runs files; of exercises it says how far they are solved.
fn show(paths: &[PathBuf], terminal: &mut Terminal) -> io::Result<()> {
    let (exercises, others): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.iter().cloned().partition(|path| attempt::is_exercise(path));
    for (place, exercise) in exercises.iter().enumerate() {
        let mut out = Markup::default();
        if place > 0 {
            terminal.show(out.line())?;
        }
        attempt::look(exercise, terminal)?;
    }
    if others.is_empty() { Ok(()) } else { run::quietly(&others, terminal).map(|_| ()) }
}

/// What was saved and what is gone, each in a line across the terminal.
fn separator(found: &Found, width: usize) -> Markup {
    let mut out = Markup::default();
    for (what, paths) in [("gone:", &found.gone), ("saved:", &found.saved)] {
        let names: Vec<String> =
            paths.iter().take(MOST_NAMES).map(|path| path.display().to_string()).collect();
        if names.is_empty() {
            continue;
        }
        let more = paths.len() - names.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let line = format!("---- {what} {}{more} ", names.join(", "));
        out.line().push(Role::Strong, format!("{line:-<width$}")).line();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_and_what_is_gone_are_set_apart() {
        let saved = ["a", "b", "c", "d", "e"].map(PathBuf::from).to_vec();
        let found = Found { saved, gone: vec!["x".into()], unsettled: false };
        let expected = "\n---- gone: x -------------------\n\n---- saved: a, b, c and 2 more -\n";
        assert_eq!(separator(&found, 32).plain(), expected);
    }
}
