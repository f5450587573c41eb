//! `handlelab grade`: what are submissions worth?

use super::progress::Progress;
use super::submissions::{self, Submission};
use super::terminal::Terminal;
use super::{Ended, attempt, files};
use handlelab::learn::grading::{Graded, grade as grade_all};
use handlelab::learn::{Exercise, Limits};
use handlelab::view::learn::{Scale, classroom, feedback, grades, gradescope, json, junit};
use handlelab::view::markup::{Markup, Role};
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(super) struct GradeArgs {
    /// The exercise, as the instructor has it
    #[arg(value_name = "EXERCISE")]
    exercise: PathBuf,

    /// What was handed in: files, or folders with a file or a folder for each student
    #[arg(required = true, value_name = "SUBMISSION")]
    submissions: Vec<PathBuf>,

    /// For whom the report is
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,

    /// What a solved exercise is worth, for gradescope and classroom
    #[arg(long, value_name = "N", value_parser = points)]
    points: Option<f64>,

    /// Write the report into this file; for gradescope and classroom with several submissions, one for each into this folder
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,

    /// How many submissions are graded at the same time
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A table for the instructor; of one submission everything that is said of it
    Text,
    /// One JSON object with everything
    Json,
    /// JUnit's XML, which most services read
    Junit,
    /// Gradescope's results.json
    Gradescope,
    /// What GitHub Classroom's reporter takes: JSON in base64
    Classroom,
}

fn points(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(points) if points.is_finite() && (0.0..=1e6).contains(&points) => Ok(points),
        _ => Err("a number from 0 to 1000000 is expected".to_owned()),
    }
}

pub(super) fn grade(args: &GradeArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let Some((_, exercise)) = attempt::exercise(&args.exercise, terminal)? else {
        return Ok(Ended::Unreadable);
    };
    let (submissions, complaints) = submissions::collect(&args.submissions, &args.exercise);
    for complaint in &complaints {
        terminal.complain(&format!("error: {complaint}"))?;
    }
    if submissions.is_empty() {
        return Ok(Ended::Unreadable);
    }
    let for_one = matches!(args.format, Format::Gradescope | Format::Classroom);
    if for_one && submissions.len() > 1 && args.output.is_none() {
        terminal.complain(
            "error: this format is for one submission; with several, name a folder: --output FOLDER",
        )?;
        return Ok(Ended::Unreadable);
    }
    let graded = graded(&exercise, &submissions, args.jobs);
    let written = match &args.output {
        Some(folder) if for_one && submissions.len() > 1 => {
            write_each(folder, args, &exercise, &graded, terminal)
        }
        Some(path) => write(path, &report(args, &exercise, &graded)?),
        None if args.format == Format::Text => terminal.show(&text(&exercise, &graded, terminal.width())),
        None => terminal.print(&report(args, &exercise, &graded)?),
    };
    if let (Err(error), Some(path)) = (&written, &args.output) {
        terminal.complain(&format!("error: cannot write {}: {error}", files::shown(path)))?;
        return Ok(Ended::Unreadable);
    }
    written?;
    // Grading has done its work, however little the submissions are worth.
    Ok(if complaints.is_empty() { Ended::Good } else { Ended::Unreadable })
}

fn graded(exercise: &Exercise, submissions: &[Submission], jobs: Option<usize>) -> Vec<Graded> {
    let limits = Limits::default();
    let names: Vec<String> = submissions.iter().map(|submission| submission.name.clone()).collect();
    let threads = jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, Into::into));
    let progress = Progress::new(submissions.len());
    let read = |place: usize| submissions[place].read(limits.bytes);
    let graded = grade_all(exercise, &names, read, &limits, threads.max(1), || progress.step());
    progress.end();
    graded
}

fn text(exercise: &Exercise, graded: &[Graded], width: usize) -> Markup {
    let mut out = Markup::default();
    out.push(
        Role::Strong,
        exercise.document.program.title.as_deref().unwrap_or("An exercise without a title"),
    );
    out.line().line();
    let [one] = graded else {
        out.append(grades::table(graded, &exercise.wanted()));
        return out;
    };
    out.append(feedback::text(&one.feedback, width)).line();
    out.append(feedback::verdict(&one.feedback));
    out
}

fn report(args: &GradeArgs, exercise: &Exercise, graded: &[Graded]) -> io::Result<String> {
    let wanted = exercise.wanted();
    let scale = Scale { most: args.points };
    Ok(match (args.format, graded) {
        (Format::Gradescope, [one, ..]) => gradescope::results(one, &wanted, scale)?,
        (Format::Classroom, [one, ..]) => classroom::results(one, &wanted, scale)?,
        (Format::Junit, _) => junit::report(graded, &wanted),
        (Format::Json, _) => {
            let title = exercise.document.program.title.as_deref();
            json::grades(&files::shown(&args.exercise), title, &wanted, graded)?
        }
        _ => text(exercise, graded, 100).plain(),
    })
}

/// A report for each submission, named like it.
fn write_each(
    folder: &Path,
    args: &GradeArgs,
    exercise: &Exercise,
    graded: &[Graded],
    terminal: &mut Terminal,
) -> io::Result<()> {
    let ending = if args.format == Format::Gradescope { "json" } else { "txt" };
    let mut taken = HashSet::new();
    for one in graded {
        let file = format!("{}.{ending}", file_name(&one.name, &mut taken));
        write(&folder.join(file), &report(args, exercise, std::slice::from_ref(one))?)?;
    }
    let mut out = Markup::default();
    out.push(Role::Good, format!("{} reports are in {}", graded.len(), files::shown(folder))).line();
    terminal.show(&out)
}

/// A name that a file can have and no other report has, whatever the submission is called.
fn file_name(of: &str, taken: &mut HashSet<String>) -> String {
    /// Disks take no longer ones.
    const LONGEST: usize = 100;
    let plain: String = of
        .chars()
        .map(|c| if c.is_control() || r#"/\:*?"<>|"#.contains(c) { '-' } else { c })
        .scan(0, |bytes, c| {
            *bytes += c.len_utf8();
            (*bytes <= LONGEST).then_some(c)
        })
        .collect();
    let numbered = (1..).map(|number| if number == 1 { plain.clone() } else { format!("{plain}-{number}") });
    // Some disks do not tell letter case apart.
    let mut free = numbered.filter(|name| taken.insert(name.to_lowercase()));
    free.next().unwrap_or_default()
}

fn write(path: &Path, report: &str) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    files::write(path, report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_report_has_a_file_of_its_own_whatever_the_students_are_called() {
        let mut taken = HashSet::new();
        let long = "\u{1f980}".repeat(60);
        let names =
            ["ann/x", "ann-x", "ANN-X", "a\nb:c", long.as_str()].map(|name| file_name(name, &mut taken));
        assert_eq!(names[..4], ["ann-x", "ann-x-2", "ANN-X-3", "a-b-c"]);
        assert_eq!(names[4].len(), 100);
    }
}
