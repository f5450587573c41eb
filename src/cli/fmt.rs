//! `handlelab fmt`: are the files in the one canonical form, and if not, put them into it.

use super::Ended;
use super::files;
use super::terminal::Terminal;
use handlelab::scenario::{parser, printer};
use handlelab::view::markup::{Markup, Role};
use std::io;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(super) struct FmtArgs {
    /// Files, or folders that are searched for .hlab files
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Write nothing; only say which files are not in the canonical form
    #[arg(long)]
    check: bool,
}

pub(super) fn fmt(args: &FmtArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let (paths, complaints) = files::collect(&args.paths);
    let mut ended = if complaints.is_empty() { Ended::Good } else { Ended::Unreadable };
    for complaint in complaints {
        terminal.complain(&format!("error: {complaint}"))?;
    }
    for path in paths {
        ended = ended.max(one(&path, args.check, terminal)?);
    }
    Ok(ended)
}

fn one(path: &Path, only_check: bool, terminal: &mut Terminal) -> io::Result<Ended> {
    let source = match files::text(path, terminal) {
        Ok(source) => source,
        Err(complaint) => {
            terminal.complain(&complaint)?;
            return Ok(Ended::Unreadable);
        }
    };
    let (tree, mistakes) = parser::parse(&source);
    if !mistakes.is_empty() {
        for complaint in files::draw(path, &source, &mistakes, terminal) {
            terminal.complain(&format!("{complaint}\n"))?;
        }
        terminal.complain(&format!("{} is left as it is", path.display()))?;
        return Ok(Ended::Unreadable);
    }
    let formatted = printer::print(&tree);
    if formatted == source {
        return Ok(Ended::Good);
    }
    let mut out = Markup::default();
    if only_check {
        out.push(Role::Bad, format!("{} is not in the canonical form", path.display())).line();
        terminal.show(&out)?;
        return Ok(Ended::Failed);
    }
    if let Err(error) = files::replace(path, &formatted) {
        terminal
            .complain(&format!("error: cannot write {}: {error}; it is left as it was", path.display()))?;
        return Ok(Ended::Unreadable);
    }
    out.push(Role::Plain, format!("{} formatted", path.display())).line();
    terminal.show(&out)?;
    Ok(Ended::Good)
}
