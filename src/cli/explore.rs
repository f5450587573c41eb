//! `handlelab explore`: what can happen in any order?

use super::terminal::Terminal;
use super::{Ended, diagnostics, files};
use handlelab::explore::{Exploration, Limits, explore as explore_scenario};
use handlelab::view::explore::{Explored, json, size, text};
use handlelab::view::json::Unreadable;
use handlelab::view::markup::{Markup, Role};
use std::io;
use std::path::PathBuf;
use std::time::Duration;

#[derive(clap::Args)]
pub(super) struct ExploreArgs {
    /// Files, or folders that are searched for .hlab files
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Look at no more states than this in each file: first for the verdicts, then to count the orders
    #[arg(long, value_name = "N", default_value_t = Limits::default().states)]
    limit_states: usize,

    /// Look no longer than this at each file
    #[arg(long, value_name = "SECONDS")]
    limit_time: Option<u32>,

    /// Give the verdicts and the ends, but do not count the orders: much sooner in a large file
    #[arg(long, conflicts_with = "no_reduction")]
    no_count: bool,

    /// Follow every order for the verdicts too, also those that differ in the order of independent steps only
    #[arg(long)]
    no_reduction: bool,

    /// How to show what was found
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs: one JSON object with every verdict, witness and end
    Json,
}

pub(super) fn explore(args: &ExploreArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let limits = Limits {
        states: args.limit_states,
        time: args.limit_time.map(|seconds| Duration::from_secs(seconds.into())),
        reduce: !args.no_reduction,
        count: !args.no_count,
        ..Limits::default()
    };
    let (paths, complaints) = files::collect(&args.paths);
    let mut worst = if complaints.is_empty() { Ended::Good } else { Ended::Unreadable };
    for complaint in complaints {
        terminal.complain(&format!("error: {complaint}"))?;
    }
    let (mut explorations, mut unreadable, mut summary) = (Vec::new(), Vec::new(), Markup::default());
    for path in &paths {
        let file = path.display().to_string();
        let document = match files::document(path, terminal) {
            Ok(document) => document,
            Err(found) => {
                for complaint in found.drawn {
                    terminal.complain(&format!("{complaint}\n"))?;
                }
                line(&mut summary, Role::Bad, "cannot be read", &file);
                unreadable.push(Unreadable { file, mistakes: found.mistakes });
                worst = worse(worst, Ended::Unreadable);
                continue;
            }
        };
        let found = explore_scenario(&document, limits);
        if let Some(mistake) = &found.mistake {
            let drawn = diagnostics::render(&file, &document.source, mistake, terminal.width());
            terminal.complain(&format!("{drawn}\n"))?;
        }
        let (ended, role, verdict) = judge(&found);
        worst = worse(worst, ended);
        line(&mut summary, role, verdict, &format!("{file} ({})", size(&found)));
        let explored = Explored { file, title: document.program.title.clone(), found };
        match args.format {
            Format::Text => {
                let mut out = text(&explored, terminal.width());
                terminal.show(out.line())?;
            }
            Format::Json => explorations.push(explored),
        }
    }
    match args.format {
        Format::Text => terminal.show(&summary)?,
        Format::Json => {
            terminal.print(&json(&explorations, &unreadable)?)?;
            terminal.print("\n")?;
        }
    }
    Ok(worst)
}

fn line(summary: &mut Markup, role: Role, verdict: &str, what: &str) {
    summary.push(role, format!("{verdict:<10} {what}")).line();
}

fn judge(found: &Exploration) -> (Ended, Role, &'static str) {
    if found.mistake.is_some() {
        (Ended::Unreadable, Role::Bad, "cannot go on")
    } else if found.unsolved {
        (Ended::Good, Role::Plain, "exercise")
    } else if found.is_broken() {
        (Ended::Failed, Role::Bad, "BROKEN")
    } else if found.stopped.is_some() {
        (Ended::Unfinished, Role::Plain, "unfinished")
    } else {
        (Ended::Good, Role::Good, "ok")
    }
}

/// The worse of two: what was not finished is not as bad as what is broken, and worst is what cannot be read.
fn worse(one: Ended, other: Ended) -> Ended {
    let rank = |ended| match ended {
        Ended::Good => 0,
        Ended::Unfinished => 1,
        Ended::Failed => 2,
        Ended::Unreadable => 3,
    };
    if rank(one) >= rank(other) { one } else { other }
}
