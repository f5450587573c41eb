//! `handlelab render`: the run as a page, a picture, a graph or a text.

use super::terminal::Terminal;
use super::{Ended, files};
use clap::builder::PossibleValuesParser;
use handlelab::run::history::History;
use handlelab::view::{Run, VIEWS};
use std::io;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct RenderArgs {
    /// The scenario
    file: PathBuf,

    /// How: html plays the run; text and json tell it; svg, dot and mermaid draw one moment
    #[arg(long = "as", value_name = "VIEW", value_parser = PossibleValuesParser::new(VIEWS.iter().map(|view| view.name)))]
    view: String,

    /// Write into this file, not to the standard output
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,

    /// The moment that a picture shows: behind the last step at or before this line, not at the end
    #[arg(long, value_name = "LINE")]
    at: Option<u32>,
}

pub(super) fn render(args: &RenderArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let Some(view) = VIEWS.iter().find(|view| view.name == args.view) else { return Ok(Ended::Unreadable) };
    let Some((document, trace)) = files::ran(&args.file, terminal)? else { return Ok(Ended::Unreadable) };
    let history = History::of(&trace);
    let moment = history.moment(args.at);
    let run = Run { source: &document.source, trace: &trace, history: &history, moment };
    let text = (view.render)(&run)?;
    match &args.output {
        None => terminal.print(&text)?,
        Some(path) => {
            if let Err(error) = files::write(path, &text) {
                terminal.complain(&format!("error: cannot write {}: {error}", path.display()))?;
                return Ok(Ended::Unreadable);
            }
        }
    }
    Ok(Ended::Good)
}
