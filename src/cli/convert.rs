//! `handlelab convert`: a scenario as JSON, and back.

use super::terminal::Terminal;
use super::{Ended, files};
use handlelab::scenario::{exchange, parser, printer};
use std::io;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct ConvertArgs {
    /// The file to convert
    #[arg(value_name = "PATH")]
    path: PathBuf,

    /// What to make of it
    #[arg(long, value_enum, value_name = "FORM")]
    to: Form,

    /// Where to write it; standard output if left out
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// One JSON object with every line of the scenario, comments included
    Json,
    /// The scenario as text, in its canonical form
    Hlab,
}

pub(super) fn convert(args: &ConvertArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let text = match files::text(&args.path, terminal) {
        Ok(text) => text,
        Err(complaint) => {
            terminal.complain(&complaint)?;
            return Ok(Ended::Unreadable);
        }
    };
    let path = args.path.display();
    let is_json = text.trim_start().starts_with('{');
    let tree = if is_json {
        exchange::from_json(&text).map_err(|error| vec![format!("error: {path}: {error}")])
    } else {
        match parser::parse(&text) {
            (tree, mistakes) if mistakes.is_empty() => Ok(tree),
            (_, mistakes) => Err(files::draw(&args.path, &text, &mistakes, terminal)),
        }
    };
    let tree = match tree {
        Ok(tree) => tree,
        Err(complaints) => {
            for complaint in complaints {
                terminal.complain(&complaint)?;
            }
            return Ok(Ended::Unreadable);
        }
    };
    let converted = match args.to {
        Form::Hlab => printer::print(&tree),
        Form::Json => exchange::to_json(&tree).map_err(io::Error::other)?,
    };
    match &args.output {
        None => terminal.print(&converted)?,
        Some(output) => {
            if let Err(error) = files::write(output, &converted) {
                terminal.complain(&format!("error: cannot write {}: {error}", output.display()))?;
                return Ok(Ended::Unreadable);
            }
        }
    }
    Ok(Ended::Good)
}
