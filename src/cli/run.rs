//! `handlelab run`: what happens in the files?

use super::misuses::MisuseArgs;
use super::terminal::Terminal;
use super::{Ended, diagnostics, files};
use handlelab::run::misuse::Misuse;
use handlelab::run::trace::{StillBlocked, Trace, TraceStep, Verdict};
use handlelab::run::{Report, Watch, record, run as run_scenario};
use handlelab::scenario::Document;
use handlelab::view::json::{self, Unreadable};
use handlelab::view::markup::{Markup, Role};
use handlelab::view::misuse;
use handlelab::view::story::{Story, wrap};
use std::io;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(super) struct RunArgs {
    /// Files, or folders that are searched for .hlab files
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Show only what does not hold, one line per file and the total
    #[arg(short, long)]
    quiet: bool,

    /// How to show the run
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,

    #[command(flatten)]
    misuses: MisuseArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs: one JSON object with every step, its effects, and what it changed in the state
    Json,
    /// The same with the whole state in every step
    JsonFull,
}

pub(super) fn run(args: &RunArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let (paths, complaints) = files::collect(&args.paths);
    let mut total = Total { unreadable: complaints.len(), ..Total::default() };
    for complaint in complaints {
        terminal.complain(&format!("error: {complaint}"))?;
    }
    let (mut traces, mut unreadable) = (Vec::new(), Vec::new());
    for path in &paths {
        let document = match files::document(path, terminal) {
            Ok(document) => document,
            Err(found) => {
                for complaint in found.drawn {
                    terminal.complain(&format!("{complaint}\n"))?;
                }
                unreadable.push(Unreadable { file: path.display().to_string(), mistakes: found.mistakes });
                total.unreadable += 1;
                total.line(path, Role::Bad, "cannot be read", "");
                continue;
            }
        };
        let mut found = Found::default();
        let report = match args.format {
            Format::Json | Format::JsonFull => {
                let (report, trace) = record(path.display().to_string(), &document);
                found.count(&args.misuses.chosen(&trace.misuses));
                traces.push(trace);
                report
            }
            Format::Text if args.misuses.any() => {
                let (report, trace) = record(path.display().to_string(), &document);
                let chosen = args.misuses.chosen(&trace.misuses);
                found.count(&chosen);
                if args.quiet {
                    terminal.show(&failures(path, &document, &report))?;
                    for (one, _) in chosen.iter().filter(|(one, _)| !one.meant) {
                        terminal.show(&misuse::alone(&trace.file, one, terminal.width()))?;
                    }
                } else {
                    tell_with_misuses(&document, &report, &trace, &chosen, terminal)?;
                }
                report
            }
            Format::Text if args.quiet => {
                let report = run_scenario(&document, Watch::Quietly);
                terminal.show(&failures(path, &document, &report))?;
                report
            }
            Format::Text => tell(path, &document, terminal)?,
        };
        if let Some(mistake) = &report.mistake {
            for drawn in files::draw(path, &document.source, std::slice::from_ref(mistake), terminal) {
                terminal.complain(&format!("{drawn}\n"))?;
            }
        }
        total.count(path, &document, &report, found);
    }
    match args.format {
        Format::Text => terminal.show(&total.markup())?,
        Format::Json | Format::JsonFull => {
            let full = args.format == Format::JsonFull;
            terminal.print(&json::traces(&traces, &unreadable, full)?)?;
            terminal.print("\n")?;
        }
    }
    Ok(total.ended())
}

/// Runs files and shows only what does not hold, one line per file and the total.
pub(super) fn quietly(paths: &[PathBuf], terminal: &mut Terminal) -> io::Result<Ended> {
    let misuses = MisuseArgs::default();
    run(&RunArgs { paths: paths.to_vec(), quiet: true, format: Format::Text, misuses }, terminal)
}

/// Tells the run on the terminal, step by step.
fn tell(path: &Path, document: &Document, terminal: &mut Terminal) -> io::Result<Report> {
    let mut story = Story::new(path.display().to_string(), terminal.width());
    let program = &document.program;
    terminal.show(&story.heading(program.title.as_deref(), &program.options.chosen()))?;
    let mut written = Ok(());
    let report = run_scenario(
        document,
        Watch::Steps(&mut |step: TraceStep| {
            if written.is_ok() {
                written = terminal.show(&story.step(&step));
            }
        }),
    );
    written?;
    terminal.show(&ending(path, document, &report, terminal.width()))?;
    Ok(report)
}

/// The same of a run that is over, with its misuses below the steps that they belong to.
fn tell_with_misuses(
    document: &Document,
    report: &Report,
    trace: &Trace,
    misuses: &[(&Misuse, bool)],
    terminal: &mut Terminal,
) -> io::Result<()> {
    let mut story = Story::new(trace.file.clone(), terminal.width());
    let program = &document.program;
    terminal.show(&story.heading(program.title.as_deref(), &program.options.chosen()))?;
    let mut rest = misuses.iter().peekable();
    for step in &trace.steps {
        terminal.show(&story.step(step))?;
        while let Some((found, denied)) = rest.next_if(|(found, _)| found.step == step.number) {
            terminal.show(&misuse::below(found, *denied, terminal.width()))?;
        }
    }
    terminal.show(&ending(Path::new(&trace.file), document, report, terminal.width()))
}

/// What is told behind the last step.
fn ending(path: &Path, document: &Document, report: &Report, width: usize) -> Markup {
    let mut out = Markup::default();
    for StillBlocked { line, actor, text, .. } in &report.still_blocked {
        out.line()
            .push(Role::Strong, format!("     {actor} still waits at the end, in line {line}: {text}"))
            .line();
    }
    if let (true, Some(exercise)) = (report.unsolved, &document.program.exercise) {
        out.line();
        for line in wrap(&format!("An exercise: {}", exercise.task), width.saturating_sub(5)) {
            out.push(Role::Story, format!("     {line}")).line();
        }
        let then = format!(
            "Write your steps between `begin` and `end`, and see how far you are: handlelab try {}",
            files::shown(path)
        );
        for line in wrap(&then, width.saturating_sub(5)) {
            out.push(Role::Plain, format!("     {line}")).line();
        }
    }
    out.line();
    out
}

/// What did not hold, each with its place.
fn failures(path: &Path, document: &Document, report: &Report) -> Markup {
    let mut out = Markup::default();
    let path = path.display();
    let places = diagnostics::Places::of(&document.source);
    for (span, verdict) in &report.failures {
        let (line, column) = places.place(*span);
        if let Verdict::Missed { expected, found } = verdict {
            out.push(Role::Strong, format!("{path}:{line}:{column}")).line();
            out.push(Role::Bad, format!("  expected  {expected}")).line();
            out.push(Role::Bad, format!("  found     {found}")).line();
        }
    }
    for broken in &report.broken {
        out.push(Role::Strong, format!("{path}:{}", broken.line)).line();
        out.push(Role::Bad, format!("  expected  {} {}", broken.kind, broken.expected)).line();
        out.push(Role::Bad, format!("  found     {}", broken.found)).line();
    }
    out
}

/// How many misuses were told, how many of them are meant, and how many denied.
#[derive(Clone, Copy, Default)]
struct Found {
    told: usize,
    meant: usize,
    denied: usize,
}

impl Found {
    fn count(&mut self, misuses: &[(&Misuse, bool)]) {
        self.told += misuses.len();
        self.meant += misuses.iter().filter(|(misuse, _)| misuse.meant).count();
        self.denied += misuses.iter().filter(|(_, denied)| *denied).count();
    }
}

/// One line per file, and the total.
#[derive(Default)]
struct Total {
    lines: Vec<(Role, String)>,
    good: usize,
    failed: usize,
    unreadable: usize,
    unsolved: usize,
    statements: usize,
    misuses: usize,
    meant: usize,
}

impl Total {
    fn count(&mut self, path: &Path, document: &Document, report: &Report, found: Found) {
        self.statements += report.statements;
        self.misuses += found.told;
        self.meant += found.meant;
        let steps = report.statements;
        let misuses = match found.told {
            0 => String::new(),
            told => format!(", {}", misuse::number(told, found.meant)),
        };
        if report.mistake.is_some() {
            self.unreadable += 1;
            self.line(path, Role::Bad, "cannot go on", &format!("after {steps} steps"));
        } else if report.unsolved {
            self.unsolved += 1;
            self.line(path, Role::Plain, "exercise", "not solved yet; it is well formed");
        } else if report.is_good() && found.denied == 0 {
            self.good += 1;
            let waits =
                if report.still_blocked.is_empty() { "" } else { ", somebody still waits at the end" };
            let chosen = document.program.options.chosen();
            let options: String = chosen.iter().map(|(name, value)| format!(", {name} = {value}")).collect();
            self.line(path, Role::Good, "ok", &format!("{steps} steps{waits}{options}{misuses}"));
        } else {
            self.failed += 1;
            let failures = report.failure_count();
            self.line(path, Role::Bad, "FAILED", &format!("{steps} steps, {failures} did not hold{misuses}"));
        }
    }

    fn line(&mut self, path: &Path, role: Role, verdict: &str, more: &str) {
        let more = if more.is_empty() { String::new() } else { format!(" ({more})") };
        self.lines.push((role, format!("{verdict:<8} {}{more}", path.display())));
    }

    fn markup(&self) -> Markup {
        let mut out = Markup::default();
        for (role, line) in &self.lines {
            out.push(*role, line).line();
        }
        let files = self.lines.len();
        let mut parts = vec![format!("{} ok", self.good)];
        for (number, what) in
            [(self.failed, "failed"), (self.unreadable, "with mistakes"), (self.unsolved, "to be solved")]
        {
            if number > 0 {
                parts.push(format!("{number} {what}"));
            }
        }
        if self.misuses > 0 {
            parts.push(misuse::number(self.misuses, self.meant));
        }
        let role = if self.ended() == Ended::Good { Role::Good } else { Role::Bad };
        let plural = if files == 1 { "file" } else { "files" };
        out.push(role, format!("{files} {plural}, {} steps: {}", self.statements, parts.join(", "))).line();
        out
    }

    fn ended(&self) -> Ended {
        match (self.unreadable, self.failed) {
            (0, 0) => Ended::Good,
            (0, _) => Ended::Failed,
            _ => Ended::Unreadable,
        }
    }
}
