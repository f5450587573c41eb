//! What can be typed behind `handlelab`?

mod attempt;
mod author;
mod bless;
mod check;
mod completions;
mod convert;
mod course;
mod diagnostics;
mod diff;
mod explain;
mod explore;
mod export;
mod files;
mod fmt;
mod fuzz;
mod generate;
mod grade;
mod judge;
mod leaks;
mod man;
mod misuses;
mod new;
mod predict;
mod progress;
mod render;
mod run;
mod saves;
mod step;
mod submissions;
mod terminal;
mod watch;
mod why;

use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use terminal::Terminal;

/// Runs scenarios of Windows kernel objects and handle tables, on any system.
///
/// A scenario is a text file that reads like Win32 code: processes, CreateEvent, DuplicateHandle, CloseHandle. handlelab
/// runs it, shows every handle table and every object with its counts, and checks what the file expects.
#[derive(Parser)]
#[command(name = "handlelab", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When to use colours (NO_COLOR is obeyed)
    #[arg(long, value_enum, default_value_t = Colour::Auto, global = true, value_name = "WHEN")]
    color: Colour,
}

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Subcommand)]
enum Command {
    /// Run scenarios and show what happens, step by step
    ///
    /// Ends with 0 when every expectation holds, 1 when one does not, 2 when a file cannot be read as a scenario.
    Run(run::RunArgs),
    /// Look at every order in which the steps of a scenario could really happen
    ///
    /// Says of each expectation, always and finally whether it holds never, sometimes or always, and shows an order that breaks
    /// it as a scenario. Ends with 0 when all hold in every order, 1 when some order breaks one, 3 when a limit came before
    /// everything was seen, 2 when a file cannot be read as a scenario.
    Explore(explore::ExploreArgs),
    /// Try the simulator itself on random programs of many calls
    ///
    /// After each call it must have answered what a second, naive model answers, and must look like it; at the end the program
    /// must hold as a scenario. One that shows a fault is made small and saved. Ends with 0 when none was found, else with 1.
    Fuzz(fuzz::FuzzArgs),
    /// Read scenarios and say what is wrong with them, without running them
    ///
    /// Ends with 0 when nothing is wrong, else with 2.
    Check(Paths),
    /// Write scenarios in the one canonical form
    ///
    /// With --check nothing is written; ends with 1 when a file is not in that form.
    Fmt(fmt::FmtArgs),
    /// Write the answers that were found into the files, where they expect others
    ///
    /// Nothing else in a file is touched. Checks that do not hold are left and told; then it ends with 1.
    Bless(bless::BlessArgs),
    /// Turn a scenario into JSON, or JSON into a scenario, without loss
    Convert(convert::ConvertArgs),
    /// Write a scenario as a program for real Windows
    Export(export::ExportArgs),
    /// Play scenarios on a real system, and tell where it answers otherwise
    ///
    /// Ends with 0 when every answer is the same or a known difference, 1 when one is not, 2 when a tool is missing.
    Judge(judge::JudgeArgs),
    /// Say how far an exercise is solved, and what is missing by how little
    ///
    /// Your steps stand between `begin` and `end`. Ends with 0 when every goal is met, 1 when one is not, 2 when the file cannot be
    /// read as an exercise.
    Try(attempt::TryArgs),
    /// Grade submissions to an exercise: many at once, with partial credit
    ///
    /// Only what stands between `begin` and `end` is taken from a submission. Whatever it is, it gets a report. Ends with 0 when
    /// all are graded, whatever they are worth, 2 when the exercise cannot be read or nothing was handed in.
    Grade(grade::GradeArgs),
    /// Make new exercises, endlessly: with solutions, by topic and level, for each student an own one
    ///
    /// Each is checked before it is written: it is not solved by itself, and every step of its solution is needed. Ends with 0
    /// when all are made, else with 2.
    Generate(generate::GenerateArgs),
    /// Learn step by step: a course with texts, predictions and exercises
    ///
    /// Without a command: where you are, and what to do next. Nothing goes on by itself; `course next` does. Ends with 0 when all
    /// is well, 1 when something is not solved or not right, 2 when something cannot be read.
    Course(course::CourseArgs),
    /// Help for those who write exercises
    #[command(subcommand)]
    Author(author::AuthorCommand),
    /// Explain a call, a right, an error, a word of the language, a code such as HL052, or list them all
    ///
    /// Ends with 2 when something has no such name.
    Explain(explain::ExplainArgs),
    /// Start a scenario: a small one with comments, which runs as it stands
    ///
    /// A file that is there already is left as it is.
    New(new::NewArgs),
    /// Run scenarios, and run each again when it is saved
    ///
    /// Shows what does not hold, one line per file and the total. Ctrl-C ends it.
    Watch(watch::WatchArgs),
    /// Write a script that completes what is typed in a shell
    Completions(completions::CompletionsArgs),
    /// Write the manual page
    Man(man::ManArgs),
    /// Say why an object is alive, or what ended it
    ///
    /// Shows its handles with their pedigree, every other reference, and what would free it. Ends with 2 when nothing is
    /// called so.
    Why(why::WhyArgs),
    /// Show what is different between two lines, or between the ends of two files
    Diff(diff::DiffArgs),
    /// Show what is still held at the end, and which line opened it
    ///
    /// Ends with 0 when nothing is held, 1 when something is, 2 when the file cannot be read.
    Leaks(leaks::LeaksArgs),
    /// Ask what happens next, and mark the answers
    ///
    /// Stops before each step that is marked `=> ?`, or before all, and asks one small thing: what it answers, which value or
    /// which rights the new handle has, how many handles there are, what dies. Ends with 0 when every answer is right, 1 when
    /// one is not, 2 when a file cannot be read.
    Predict(predict::PredictArgs),
    /// Walk through a run in the terminal, forward and back
    ///
    /// Shows the source, every handle table and every object behind each step; ? tells the keys.
    Step(step::StepArgs),
    /// Turn a run into a page that plays it, a picture, a graph, a text or data
    Render(render::RenderArgs),
}

#[derive(clap::Args)]
struct Paths {
    /// Files, or folders that are searched for .hlab files
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// Runs the command.
pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut terminal = Terminal::new(cli.color);
    let ended = match cli.command {
        Command::Run(args) => run::run(&args, &mut terminal),
        Command::Explore(args) => explore::explore(&args, &mut terminal),
        Command::Fuzz(args) => fuzz::fuzz(&args, &mut terminal),
        Command::Check(args) => check::check(&args.paths, &mut terminal),
        Command::Fmt(args) => fmt::fmt(&args, &mut terminal),
        Command::Bless(args) => bless::bless(&args, &mut terminal),
        Command::Convert(args) => convert::convert(&args, &mut terminal),
        Command::Export(args) => export::export(&args, &mut terminal),
        Command::Judge(args) => judge::judge(&args, &mut terminal),
        Command::Try(args) => attempt::attempt(&args, &mut terminal),
        Command::Grade(args) => grade::grade(&args, &mut terminal),
        Command::Generate(args) => generate::generate(&args, &mut terminal),
        Command::Course(args) => course::course(&args, &mut terminal),
        Command::Author(command) => author::author(&command, &mut terminal),
        Command::Explain(args) => explain::explain(&args, &mut terminal),
        Command::Predict(args) => predict::predict(&args, &mut terminal),
        Command::New(args) => new::new(&args, &mut terminal),
        Command::Watch(args) => watch::watch(&args, &mut terminal),
        Command::Completions(args) => completions::completions(&args, &mut terminal),
        Command::Man(args) => man::man(&args, &mut terminal),
        Command::Why(args) => why::why(&args, &mut terminal),
        Command::Diff(args) => diff::diff(&args, &mut terminal),
        Command::Leaks(args) => leaks::leaks(&args, &mut terminal),
        Command::Step(args) => step::step(&args, &mut terminal),
        Command::Render(args) => render::render(&args, &mut terminal),
    };
    match ended.and_then(|ended| terminal.flush().map(|()| ended)) {
        Ok(ended) => ExitCode::from(ended as u8),
        // Whoever reads our output has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::from(Ended::Unreadable as u8)
        }
        Err(error) => {
            eprintln!("handlelab: cannot write the output: {error}");
            ExitCode::from(Ended::Unreadable as u8)
        }
    }
}

/// How a command ended, worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ended {
    /// All is well.
    Good = 0,
    /// Something does not hold.
    Failed = 1,
    /// Something cannot be read.
    Unreadable = 2,
    /// A limit came before everything was seen, and nothing was broken so far.
    Unfinished = 3,
}
