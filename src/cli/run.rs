//! `handlelab run`: what happens in the files?

use super::terminal::Terminal;
use super::{Ended, diagnostics, files};
use handlelab::run::trace::{StillBlocked, TraceStep, Verdict};
use handlelab::run::{Report, Watch, record, run as run_scenario};
use handlelab::scenario::Document;
use handlelab::view::json::{self, Unreadable};
use handlelab::view::markup::{Markup, Role};
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
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs: one JSON object with every step, effect and state
    Json,
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
        let report = match args.format {
            Format::Json => {
                let (report, trace) = record(path.display().to_string(), &document);
                traces.push(trace);
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
        total.count(path, &document, &report);
    }
    match args.format {
        Format::Text => terminal.show(&total.markup())?,
        Format::Json => {
            terminal.print(&json::traces(&traces, &unreadable)?)?;
            terminal.print("\n")?;
        }
    }
    Ok(total.ended())
}

/// Runs files and shows only what does not hold, one line per file and the total.
pub(super) fn quietly(paths: &[PathBuf], terminal: &mut Terminal) -> io::Result<Ended> {
    run(&RunArgs { paths: paths.to_vec(), quiet: true, format: Format::Text }, terminal)
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
    let mut out = Markup::default();
    for StillBlocked { line, actor, text } in &report.still_blocked {
        out.line()
            .push(Role::Strong, format!("     {actor} still waits at the end, in line {line}: {text}"))
            .line();
    }
    if let (true, Some(exercise)) = (report.unsolved, &program.exercise) {
        out.line();
        for line in wrap(&format!("An exercise: {}", exercise.task), terminal.width().saturating_sub(5)) {
            out.push(Role::Story, format!("     {line}")).line();
        }
        out.push(Role::Plain, "     Write your steps between `begin` and `end`, then run the file again.")
            .line();
    }
    out.line();
    terminal.show(&out)?;
    Ok(report)
}

/// What did not hold, each with its place.
fn failures(path: &Path, document: &Document, report: &Report) -> Markup {
    let mut out = Markup::default();
    let path = path.display();
    for (span, verdict) in &report.failures {
        let (line, column) = diagnostics::place(&document.source, *span);
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

/// One line per file, and the total.
#[derive(Default)]
struct Total {
    lines: Vec<(Role, String)>,
    good: usize,
    failed: usize,
    unreadable: usize,
    unsolved: usize,
    statements: usize,
}

impl Total {
    fn count(&mut self, path: &Path, document: &Document, report: &Report) {
        self.statements += report.statements;
        let steps = report.statements;
        if report.mistake.is_some() {
            self.unreadable += 1;
            self.line(path, Role::Bad, "cannot go on", &format!("after {steps} steps"));
        } else if report.unsolved {
            self.unsolved += 1;
            self.line(path, Role::Plain, "exercise", "not solved yet; it is well formed");
        } else if report.is_good() {
            self.good += 1;
            let waits =
                if report.still_blocked.is_empty() { "" } else { ", somebody still waits at the end" };
            let chosen = document.program.options.chosen();
            let options: String = chosen.iter().map(|(name, value)| format!(", {name} = {value}")).collect();
            self.line(path, Role::Good, "ok", &format!("{steps} steps{waits}{options}"));
        } else {
            self.failed += 1;
            let failures = report.failure_count();
            self.line(path, Role::Bad, "FAILED", &format!("{steps} steps, {failures} did not hold"));
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
