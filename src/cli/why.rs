//! `handlelab why`: why is an object alive, or what ended it?

use super::terminal::Terminal;
use super::{Ended, files};
use handlelab::run::history::History;
use handlelab::view::markup::visible;
use handlelab::view::why;
use std::io;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct WhyArgs {
    /// The scenario
    file: PathBuf,

    /// A variable (parent.hEvent), a name ("Ready"), a process or thread (child), or a number (#3)
    object: String,

    /// Look at the state behind the last step at or before this line, not at the end
    #[arg(long, value_name = "LINE")]
    at: Option<u32>,
}

pub(super) fn why(args: &WhyArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let Some(trace) = files::trace(&args.file, terminal)? else { return Ok(Ended::Unreadable) };
    let history = History::of(&trace);
    let moment = history.moment(args.at);
    match why::find(&history, &args.object, moment) {
        Ok(object) => {
            let page = why::why(&trace, &history, object, moment, terminal.width());
            terminal.show(&page)?;
            Ok(Ended::Good)
        }
        Err(unknown) => {
            terminal.complain(&format!(
                "error: {}\n  {}",
                visible(&unknown.message),
                visible(&unknown.help)
            ))?;
            Ok(Ended::Unreadable)
        }
    }
}
