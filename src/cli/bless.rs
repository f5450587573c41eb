//! `handlelab bless`: write the answers that were found into the files.

use super::terminal::Terminal;
use super::{Ended, files};
use handlelab::run::bless::{Blessed, bless as bless_document};
use handlelab::view::markup::{Markup, Role};
use std::io;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(super) struct BlessArgs {
    /// Files, or folders that are searched for .hlab files
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Also write down the answers of steps that expect nothing yet
    #[arg(long)]
    all: bool,

    /// Only show what would be changed
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn bless(args: &BlessArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    if std::env::var_os("CI").is_some_and(|value| !value.is_empty()) && !args.dry_run {
        terminal.complain("error: bless changes what is expected; it does nothing where CI is set")?;
        return Ok(Ended::Unreadable);
    }
    let (paths, complaints) = files::collect(&args.paths);
    let mut ended = if complaints.is_empty() { Ended::Good } else { Ended::Unreadable };
    for complaint in complaints {
        terminal.complain(&format!("error: {complaint}"))?;
    }
    for path in paths {
        ended = ended.max(one(&path, args, terminal)?);
    }
    Ok(ended)
}

fn one(path: &Path, args: &BlessArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let document = match files::document(path, terminal) {
        Ok(document) => document,
        Err(unreadable) => {
            for complaint in unreadable.drawn {
                terminal.complain(&format!("{complaint}\n"))?;
            }
            return Ok(Ended::Unreadable);
        }
    };
    let blessed = bless_document(&document, args.all);
    terminal.show(&difference(path, &document.source, &blessed))?;
    if !blessed.changes.is_empty()
        && !args.dry_run
        && let Err(error) = files::replace(path, &blessed.text)
    {
        terminal
            .complain(&format!("error: cannot write {}: {error}; it is left as it was", path.display()))?;
        return Ok(Ended::Unreadable);
    }
    Ok(if blessed.left.is_empty() { Ended::Good } else { Ended::Failed })
}

/// The lines that change, before and after, and what is left.
fn difference(path: &Path, source: &str, blessed: &Blessed) -> Markup {
    let mut out = Markup::default();
    let path = path.display();
    let (before, after): (Vec<&str>, Vec<&str>) = (source.lines().collect(), blessed.text.lines().collect());
    for change in &blessed.changes {
        let index = change.line as usize - 1;
        // A step may take several lines; its answer stands on the last.
        let last = source.get(..change.span.start as usize).map_or(index, |text| text.matches('\n').count());
        out.push(Role::Faint, format!("{path}:{}", last + 1)).line();
        for (sign, role, lines) in [("-", Role::Gone, &before), ("+", Role::New, &after)] {
            out.push(role, format!("{sign} {}", lines.get(last).copied().unwrap_or_default())).line();
        }
    }
    for (line, what) in &blessed.left {
        out.push(Role::Bad, format!("{path}:{line}: left as it is: {what}")).line();
    }
    if blessed.changes.is_empty() && blessed.left.is_empty() {
        out.push(Role::Good, format!("{path}: every answer is as expected")).line();
    }
    out
}
