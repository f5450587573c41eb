//! `handlelab fuzz`: does the simulator keep its own promises?

use super::terminal::Terminal;
use super::{Ended, files};
use handlelab::testing::system::KernelSystem;
use handlelab::testing::walk::{Finding, Walked, Walks};
use handlelab::view::markup::{Markup, Role};
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::{self, IsTerminal};
use std::panic;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// About so many calls are made between two looks at the clock.
const CALLS_AT_ONCE: u64 = 6_400;
/// How often somebody who waits is told how far it is.
const REPORT: Duration = Duration::from_secs(2);

#[derive(clap::Args)]
pub(super) struct FuzzArgs {
    /// Where the random numbers start: the same seed gives the same walks; a fresh one is taken and shown if it is left out
    #[arg(long, value_name = "S")]
    seed: Option<u64>,

    /// How many calls a walk tries to make
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    calls: u32,

    /// How many walks
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..))]
    walks: u64,

    /// Go on for so long instead
    #[arg(long, value_name = "SECONDS", conflicts_with = "walks")]
    time: Option<u32>,

    /// The folder where a walk that breaks a promise is saved
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    save_in: PathBuf,
}

pub(super) fn fuzz(args: &FuzzArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    // A hasher's keys are the only randomness that the standard library has.
    let seed = args.seed.unwrap_or_else(|| RandomState::new().hash_one(0) >> 32);
    let walks = Walks { seed, calls: args.calls as usize };
    let mut out = Markup::default();
    out.push(Role::Plain, format!("seed {seed}, walks of up to {} calls", args.calls)).line();
    terminal.show(&out)?;
    terminal.flush()?;
    let (walked, finding) = go(args, walks, terminal)?;
    let mut out = Markup::default();
    let ended = match &finding {
        None => {
            out.push(Role::Good, format!("{}: every promise was kept", in_words(walked))).line();
            Ended::Good
        }
        Some(finding) => save(args, walks, finding, &mut out, terminal)?,
    };
    terminal.show(&out)?;
    Ok(ended)
}

/// Goes the walks, and tells from time to time how far it is.
fn go(args: &FuzzArgs, walks: Walks, terminal: &mut Terminal) -> io::Result<(Walked, Option<Finding>)> {
    // A panic is a finding; it is told once, when it is small.
    let usual = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let at_once = (CALLS_AT_ONCE / walks.calls as u64).clamp(2, 64);
    let started = Instant::now();
    let (mut total, mut reported, mut finding) = (Walked::default(), started, None);
    while finding.is_none() {
        let last = match args.time {
            Some(seconds) if started.elapsed() >= Duration::from_secs(seconds.into()) => break,
            Some(_) => total.walks + at_once,
            None => (total.walks + at_once).min(args.walks),
        };
        if total.walks >= last {
            break;
        }
        let (walked, found) = walks.go(total.walks..last, &KernelSystem::new);
        total.add(walked);
        finding = found;
        if reported.elapsed() >= REPORT && io::stderr().is_terminal() {
            reported = Instant::now();
            terminal.complain(&format!("{} so far", in_words(total)))?;
        }
    }
    panic::set_hook(usual);
    Ok((total, finding))
}

fn in_words(walked: Walked) -> String {
    let Walked { walks, calls, refused, .. } = walked;
    let walks = if walks == 1 { "1 walk".to_owned() } else { format!("{walks} walks") };
    format!("{walks}, {calls} calls, {refused} of them refused")
}

/// Saves a walk that broke a promise, and tells of it.
fn save(
    args: &FuzzArgs,
    walks: Walks,
    finding: &Finding,
    out: &mut Markup,
    terminal: &mut Terminal,
) -> io::Result<Ended> {
    let (path, text) = file(args, walks, finding);
    let shown = files::shown(&path);
    if let Err(error) = files::write(&path, &text) {
        terminal.complain(&format!("error: cannot write {shown}: {error}"))?;
        terminal.print(&text)?;
        return Ok(Ended::Unreadable);
    }
    out.push(Role::Bad, format!("Walk {} breaks a promise:", finding.walk)).line();
    for line in finding.what.lines() {
        out.push(Role::Plain, format!("  {line}")).line();
    }
    let steps = finding.program.steps.len();
    let steps = if steps == 1 { "1 step shows".to_owned() } else { format!("{steps} steps show") };
    out.push(Role::Plain, format!("{steps} it: handlelab run {shown}")).line();
    Ok(Ended::Failed)
}

/// The file for a finding: its name, and the scenario, which says on top how it was found.
fn file(args: &FuzzArgs, Walks { seed, calls }: Walks, finding: &Finding) -> (PathBuf, String) {
    let number = finding.walk;
    let command = format!("handlelab fuzz --seed {seed} --calls {calls} --walks {}", number + 1);
    let text = finding.scenario(&format!("Walk {number} of seed {seed}"), &[&format!("Found by: {command}")]);
    (args.save_in.join(format!("fuzz-{seed}-{number}.hlab")), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Colour;
    use handlelab::run::{Watch, run};
    use handlelab::scenario::{Document, printer};

    #[test]
    fn a_finding_is_saved_as_a_scenario_that_says_how_it_was_found() {
        let folder = tempfile::tempdir().unwrap();
        let save_in = folder.path().to_owned();
        let args = FuzzArgs { seed: None, calls: 30, walks: 9, time: None, save_in };
        let walks = Walks { seed: 5, calls: 30 };
        let finding = Finding { walk: 7, what: "a\n  b".to_owned(), program: walks.walk(7) };
        let (mut out, mut terminal) = (Markup::default(), Terminal::new(Colour::Never));
        let ended = save(&args, walks, &finding, &mut out, &mut terminal).unwrap();
        assert_eq!(ended, Ended::Failed);
        let text = std::fs::read_to_string(folder.path().join("fuzz-5-7.hlab")).unwrap();
        let top = "// Found by: handlelab fuzz --seed 5 --calls 30 --walks 8\n// a\n//   b\ntitle \"Walk 7 of seed 5\"\n";
        assert!(text.starts_with(top), "{text}");
        let document = Document::read(text.as_str()).unwrap();
        assert!(run(&document, Watch::Quietly).is_good(), "{text}");
        assert_eq!(printer::print(&document.tree), text, "it is in canonical form");
    }
}
