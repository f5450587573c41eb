//! `handlelab export`: a scenario as something else.

use super::terminal::Terminal;
use super::{Ended, files};
use handlelab::export;
use std::io;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct ExportArgs {
    #[command(subcommand)]
    into: Into,
}

#[derive(clap::Subcommand)]
enum Into {
    /// A C program that plays the scenario on Windows with real processes, and judges the answers
    ///
    /// One file, nothing needed but kernel32: x86_64-w64-mingw32-gcc -o scenario.exe scenario.c
    C {
        /// The scenario
        #[arg(value_name = "FILE")]
        path: PathBuf,

        /// Where to write it; standard output if left out
        #[arg(short, long, value_name = "OUT")]
        output: Option<PathBuf>,
    },
}

pub(super) fn export(args: &ExportArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let Into::C { path, output } = &args.into;
    let document = match files::document(path, terminal) {
        Ok(document) => document,
        Err(unreadable) => {
            for complaint in unreadable.drawn {
                terminal.complain(&complaint)?;
            }
            return Ok(Ended::Unreadable);
        }
    };
    let text = export::c(&document);
    match output {
        None => terminal.print(&text)?,
        Some(output) => {
            if let Err(error) = files::write(output, &text) {
                terminal.complain(&format!("error: cannot write {}: {error}", output.display()))?;
                return Ok(Ended::Unreadable);
            }
        }
    }
    Ok(Ended::Good)
}
