//! `handlelab judge`: what does a real system answer?

mod guard;
mod random;
mod report;
mod workshop;

use super::terminal::Terminal;
use super::{Ended, files};
use handlelab::export;
use handlelab::export::compare::{Comparison, compare};
use handlelab::export::known;
use handlelab::export::record::Record;
use handlelab::scenario::Document;
use report::Report;
use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use workshop::Workshop;

#[derive(clap::Args)]
pub(super) struct JudgeArgs {
    /// Files, or folders that are searched for .hlab files
    #[arg(required_unless_present = "random", value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    random: random::RandomArgs,

    /// Who judges: `wine`, `native` (this is Windows), or a program that runs the .exe it is given
    #[arg(long, default_value = "wine", value_name = "JUDGE")]
    with: String,

    /// Seconds after which a program is ended
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    limit: u64,

    /// How many programs run at the same time; left out, two for each processor
    #[arg(long, value_name = "NUMBER")]
    jobs: Option<NonZeroUsize>,

    /// Only show the files in which something is not as it should be
    #[arg(short, long)]
    quiet: bool,

    /// A file beside the scenarios with what the judge answered before; it fails where that is no longer so
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// Write what the judge answered into the record instead
    #[arg(long, requires = "record")]
    bless: bool,
}

pub(super) fn judge(args: &JudgeArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let prepared = known::all()
        .map_err(|error| format!("the table of known differences cannot be read: {error}"))
        .and_then(|known| {
            Ok((known, before(args)?, Workshop::open(&args.with, Duration::from_secs(args.limit))?))
        });
    let (known, before, workshop) = match prepared {
        Ok(prepared) => prepared,
        Err(complaint) => {
            terminal.complain(&format!("error: {complaint}"))?;
            return Ok(Ended::Unreadable);
        }
    };
    let workers = args.jobs.map_or_else(workers, NonZeroUsize::get);
    if let Some(count) = args.random.random {
        return random::judge(&workshop, &args.random, count, workers, args.quiet, terminal);
    }
    let (cases, mut ended) = cases(&args.paths, terminal)?;
    let known = if workshop.is_wine() { known } else { &[] };
    let mut report = Report::new(known, workshop.judge(), args.quiet, cases.len());
    terminal.show(&report.opening(workers))?;
    terminal.flush()?;
    hear_all(&workshop, &cases, workers, |place, found| {
        terminal.show(&report.file(&cases[place].0, found))?;
        terminal.flush()
    })?;
    if let (Some(path), Some(mut before)) = (&args.record, before) {
        let now = report.record();
        if args.bless {
            let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
            before.files.retain(|name, _| folder.join(name).exists());
            if let Err(error) = files::write(path, &before.with(&now).text()) {
                terminal.complain(&format!("error: cannot write {}: {error}", files::shown(path)))?;
                ended = Ended::Unreadable;
            }
        } else {
            terminal.show(&report.hold_against(&before))?;
        }
    }
    terminal.show(&report.total())?;
    Ok(ended.max(if report.is_good() { Ended::Good } else { Ended::Failed }))
}

/// What is on record so far; nothing where a record is only now begun.
fn before(args: &JudgeArgs) -> Result<Option<Record>, String> {
    let Some(path) = &args.record else { return Ok(None) };
    match std::fs::read_to_string(path) {
        Ok(text) => Record::read(&text)
            .map(Some)
            .map_err(|error| format!("{} cannot be read as a record: {error}", files::shown(path))),
        Err(error) if error.kind() == io::ErrorKind::NotFound && args.bless => Ok(Some(Record::default())),
        Err(error) => Err(format!("cannot read {}: {error}", files::shown(path))),
    }
}

/// Everything that can be judged, read. Exercises without a solution cannot.
fn cases(paths: &[PathBuf], terminal: &mut Terminal) -> io::Result<(Vec<(PathBuf, Document)>, Ended)> {
    let (paths, complaints) = files::collect(paths);
    let mut ended = if complaints.is_empty() { Ended::Good } else { Ended::Unreadable };
    for complaint in complaints {
        terminal.complain(&format!("error: {complaint}"))?;
    }
    let mut cases = Vec::new();
    for path in paths {
        match files::document(&path, terminal) {
            Ok(document) if document.program.is_unsolved() => {}
            Ok(document) => cases.push((path, document)),
            Err(unreadable) => {
                for complaint in unreadable.drawn {
                    terminal.complain(&format!("{complaint}\n"))?;
                }
                ended = Ended::Unreadable;
            }
        }
    }
    Ok((cases, ended))
}

/// A program mostly waits for processes to start, so more of them than processors keep these busy.
fn workers() -> usize {
    2 * thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Hears all cases, several at a time, and tells of each in order.
fn hear_all(
    workshop: &Workshop,
    cases: &[(PathBuf, Document)],
    workers: usize,
    mut tell: impl FnMut(usize, Result<Comparison, String>) -> io::Result<()>,
) -> io::Result<()> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..workers {
            let (next, sender) = (&next, sender.clone());
            scope.spawn(move || {
                while let Some((place, (_, document))) = {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    cases.get(place).map(|case| (place, case))
                } {
                    // Nobody listens any more where the output has been closed.
                    if sender.send((place, hear(workshop, place, document))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut told = 0;
        for (place, found) in receiver {
            early.insert(place, found);
            while let Some(found) = early.remove(&told) {
                tell(told, found)?;
                told += 1;
            }
        }
        Ok(())
    })
}

/// Exports, compiles, runs and compares.
fn hear(workshop: &Workshop, place: usize, document: &Document) -> Result<Comparison, String> {
    let program = workshop.compile(&format!("scenario-{place}"), &export::c(document))?;
    let first = listen(workshop, &program, document);
    // A busy machine may fail to start a process in time. What really differs does so again.
    if first.as_ref().is_ok_and(|comparison| comparison.differences.is_empty()) {
        return first;
    }
    listen(workshop, &program, document)
}

/// Runs and compares.
fn listen(workshop: &Workshop, program: &Path, document: &Document) -> Result<Comparison, String> {
    let heard = workshop.run(program, &[])?;
    let comparison = compare(document, &heard.output);
    match (&comparison.missing, heard.ended) {
        (Some(missing), _) => Err(format!("the judge has no {missing}")),
        (None, None) => {
            Err(format!("the program did not end in time and was ended {}", behind(&heard.output)))
        }
        (None, Some(ended)) if !comparison.complete => {
            Err(format!("the program broke off {} ({ended})", behind(&heard.output)))
        }
        (None, Some(_)) => Ok(comparison),
    }
}

/// The last that a program said.
fn behind(output: &str) -> String {
    output.lines().last().map_or("at its start".to_owned(), |line| format!("behind {line}"))
}
