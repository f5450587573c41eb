//! `handlelab leaks`: what is still held at the end, and which line opened it?

use super::terminal::Terminal;
use super::{Ended, files};
use handlelab::run::history::History;
use handlelab::view::leaks;
use std::io;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct LeaksArgs {
    /// The scenario
    file: PathBuf,

    /// Look at the state behind the last step at or before this line, not at the end
    #[arg(long, value_name = "LINE")]
    at: Option<u32>,
}

pub(super) fn leaks(args: &LeaksArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let Some(trace) = files::trace(&args.file, terminal)? else { return Ok(Ended::Unreadable) };
    let history = History::of(&trace);
    let (markup, held) = leaks::leaks(&trace, &history, history.moment(args.at), terminal.width());
    terminal.show(&markup)?;
    Ok(if held == 0 { Ended::Good } else { Ended::Failed })
}
