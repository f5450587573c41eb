//! `handlelab man`: what does the manual page say?

use super::terminal::Terminal;
use super::{Cli, Ended};
use clap::CommandFactory;
use clap_mangen::Man;
use std::io;

#[derive(clap::Args)]
pub(super) struct ManArgs {
    /// The command whose page is wanted; without it, the page of handlelab itself
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

pub(super) fn man(args: &ManArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let mut all = Cli::command();
    all.build();
    let page = match &args.command {
        None => Some(all.clone()),
        Some(name) => all.find_subcommand(name).cloned(),
    };
    let Some(page) = page else {
        let names: Vec<&str> = all.get_subcommands().map(clap::Command::get_name).collect();
        terminal.complain(&format!(
            "error: there is no such command\n  The commands are: {}",
            names.join(", ")
        ))?;
        return Ok(Ended::Unreadable);
    };
    let mut roff = Vec::new();
    Man::new(page).render(&mut roff)?;
    terminal.print(&String::from_utf8_lossy(&roff))?;
    Ok(Ended::Good)
}
