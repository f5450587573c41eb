//! `handlelab completions`: how does a shell complete what is typed?

use super::terminal::Terminal;
use super::{Cli, Ended};
use clap::CommandFactory;
use clap::builder::PossibleValuesParser;
use clap_complete::Shell;
use handlelab::explain::Subject;
use std::io;

#[derive(clap::Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn completions(args: &CompletionsArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut with_names(), "handlelab", &mut script);
    terminal.print(&String::from_utf8_lossy(&script))?;
    Ok(Ended::Good)
}

/// The command, with every name that `explain` knows as a value that it takes, so that shells complete them.
fn with_names() -> clap::Command {
    let is_word = |name: &&str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    let mut names: Vec<&str> = Subject::all().iter().map(|subject| subject.name()).filter(is_word).collect();
    names.sort_unstable();
    names.dedup();
    Cli::command().mut_subcommand("explain", |explain| {
        explain.mut_arg("names", |arg| arg.value_parser(PossibleValuesParser::new(names)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_as_shells_see_it_is_well_formed() {
        with_names().debug_assert();
    }
}
