//! `handlelab diff`: what is different between two moments?

use super::terminal::Terminal;
use super::{Ended, files};
use handlelab::run::history::History;
use handlelab::view::diff::{Scene, diff as compare};
use std::io;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct DiffArgs {
    /// The scenario
    file: PathBuf,

    /// Another scenario: the ends of the two are compared
    other: Option<PathBuf>,

    /// From the state behind the last step at or before this line; without it, from the start
    #[arg(long, value_name = "LINE", conflicts_with = "other")]
    from: Option<u32>,

    /// To the state behind the last step at or before this line; without it, to the end
    #[arg(long, value_name = "LINE", conflicts_with = "other")]
    to: Option<u32>,
}

pub(super) fn diff(args: &DiffArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let Some(trace) = files::trace(&args.file, terminal)? else { return Ok(Ended::Unreadable) };
    let history = History::of(&trace);
    let markup = if let Some(other) = &args.other {
        let Some(second) = files::trace(other, terminal)? else { return Ok(Ended::Unreadable) };
        let second_history = History::of(&second);
        let old = Scene { trace: &trace, history: &history, moment: history.moment(None) };
        let moment = second_history.moment(None);
        compare(&old, &Scene { trace: &second, history: &second_history, moment })
    } else {
        let at = |moment| Scene { trace: &trace, history: &history, moment };
        compare(&at(history.moment(Some(args.from.unwrap_or(0)))), &at(history.moment(args.to)))
    };
    terminal.show(&markup)?;
    Ok(Ended::Good)
}
