//! `handlelab explain`: what does a name mean?

use super::Ended;
use super::terminal::Terminal;
use handlelab::explain::{self, Found};
use handlelab::view::markup::{Markup, Role};
use handlelab::view::page;
use std::io;

#[derive(clap::Args)]
pub(super) struct ExplainArgs {
    /// What to explain: SetEvent, SYNCHRONIZE, "ERROR 6", STATUS_INVALID_HANDLE, Event, handles, check, HL052, ...
    #[arg(value_name = "NAME", allow_negative_numbers = true)]
    names: Vec<String>,

    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs: one JSON object
    Json,
}

pub(super) fn explain(args: &ExplainArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let found = explain::find(&args.names);
    let groups = if args.names.is_empty() { explain::index() } else { Vec::new() };
    match args.format {
        Format::Json => terminal.print(&format!("{}\n", page::json(&found, &groups)?))?,
        Format::Text if args.names.is_empty() => {
            let mut out = page::index(&groups, terminal.width());
            out.line().push(Role::Plain, "handlelab explain NAME tells more about each of them.").line();
            terminal.show(&out)?;
        }
        Format::Text => {
            let mut first = true;
            for found in &found {
                pages(found, &mut first, terminal)?;
            }
        }
    }
    let all_known = found.iter().all(|found| !found.subjects.is_empty());
    Ok(if all_known { Ended::Good } else { Ended::Unreadable })
}

fn pages(found: &Found, first: &mut bool, terminal: &mut Terminal) -> io::Result<()> {
    for subject in &found.subjects {
        let mut out = Markup::default();
        if !std::mem::replace(first, false) {
            out.line();
        }
        terminal.show(&out)?;
        terminal.show(&page::page(&subject.page(), terminal.width()))?;
    }
    if found.subjects.is_empty() {
        return terminal.complain(&unknown(found));
    }
    if !found.alike.is_empty() {
        let mut out = Markup::default();
        out.line().push(Role::Faint, format!("{} is also: {}", found.asked, found.alike.join(", "))).line();
        terminal.show(&out)?;
    }
    Ok(())
}

/// What is said of a name that nothing has.
fn unknown(found: &Found) -> String {
    let asked = handlelab::view::markup::visible(&found.asked);
    let help = match found.alike.as_slice() {
        [] => "`handlelab explain` without a name lists everything that can be explained.".to_owned(),
        [one] => format!("Did you mean {one}?"),
        [all @ .., last] => format!("Did you mean {} or {last}?", all.join(", ")),
    };
    format!("error: nothing is called `{asked}` here\n  {help}")
}
