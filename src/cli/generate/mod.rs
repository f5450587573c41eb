//! `handlelab generate`: where do new exercises come from?

mod batch;
mod roster;

use super::terminal::Terminal;
use super::{Ended, files};
use batch::{Batch, Item};
use handlelab::learn::generate::{Form, Level, NoSeed, Seed, Topic};
use handlelab::view::markup::{Markup, Role};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(clap::Args)]
pub(super) struct GenerateArgs {
    /// What they follow from: letters and digits. The same seed gives the same exercises, on every system and in every
    /// release; without one a new seed is taken, and told
    #[arg(long, value_name = "SEED")]
    seed: Option<String>,

    /// What they are about: one topic, several (`names,rights`), or all; --list tells which there are
    #[arg(long, value_name = "TOPIC", default_value = "all")]
    topic: String,

    /// How hard they are: 1 to 5, or several (`2..4`)
    #[arg(long, value_name = "LEVEL", default_value = "1")]
    level: String,

    /// What is asked: to find the steps that reach goals, or to predict what steps come to
    #[arg(long = "as", value_enum, value_name = "FORM", default_value_t = Asked::Exercise)]
    form: Asked,

    /// How many
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    count: u32,

    /// An own variant for each student: a file with a name or id a line, or a CSV file whose first column it is
    #[arg(long, value_name = "FILE", conflicts_with = "student")]
    per_student: Option<PathBuf>,

    /// The variant of one student, as --per-student makes it
    #[arg(long = "for", value_name = "ID")]
    student: Option<String>,

    /// Write them into this folder, each with its solution beside it
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,

    /// Write over files that are there already
    #[arg(long, requires = "output")]
    force: bool,

    /// Print the solution, or the answers, in place of the exercise
    #[arg(long, conflicts_with = "output")]
    solution: bool,

    /// List the topics and what the levels mean
    #[arg(long)]
    list: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Asked {
    /// Steps that reach goals: for `try` and `grade`
    Exercise,
    /// Answers to questions: for `predict`
    Predict,
}

impl Asked {
    fn form(self) -> Form {
        match self {
            Asked::Exercise => Form::Exercise,
            Asked::Predict => Form::Prediction,
        }
    }
}

pub(super) fn generate(args: &GenerateArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    if args.list {
        terminal.show(&topics_and_levels())?;
        return Ok(Ended::Good);
    }
    let made = batch(args, terminal).and_then(|batch| batch.make());
    let items = match made {
        Ok(items) => items,
        Err(complaints) => return complain(&complaints, terminal),
    };
    match &args.output {
        Some(folder) => write(folder, args, &items, terminal),
        None => print(args, &items, terminal),
    }
}

fn complain(complaints: &[String], terminal: &mut Terminal) -> io::Result<Ended> {
    for complaint in complaints {
        terminal.complain(&format!("error: {complaint}"))?;
    }
    Ok(Ended::Unreadable)
}

/// What is to be made.
fn batch(args: &GenerateArgs, terminal: &Terminal) -> Result<Batch, Vec<String>> {
    let one = |complaint: String| vec![complaint];
    let seed = match &args.seed {
        Some(text) => text.parse::<Seed>().map_err(|why| one(seed_complaint(text, &why)))?,
        None => fresh_seed()?,
    };
    let topics = topics(&args.topic).map_err(one)?;
    let levels = levels(&args.level).map_err(one)?;
    let students = match (&args.per_student, &args.student) {
        (Some(path), _) => {
            let text = files::text(path, terminal)
                .map_err(|complaint| one(complaint.trim_start_matches("error: ").to_owned()))?;
            let shown = files::shown(path);
            let told = |complaints: Vec<String>| {
                complaints
                    .into_iter()
                    .map(|complaint| format!("{shown}:{complaint}"))
                    .collect::<Vec<String>>()
            };
            Some(roster::read(&text).map_err(told)?)
        }
        (None, Some(id)) => {
            Some(roster::read(&format!("\"{}\"", id.replace('"', "\"\""))).map_err(|_| {
                one("--for takes the id of one student, as it stands in the file of --per-student".to_owned())
            })?)
        }
        (None, None) => None,
    };
    if args.output.is_none() && (args.count > 1 || args.per_student.is_some()) {
        return Err(one("several exercises need a folder: add -o FOLDER".to_owned()));
    }
    Ok(Batch { seed, topics, levels, form: args.form.form(), count: args.count as usize, students })
}

fn seed_complaint(text: &str, why: &NoSeed) -> String {
    let shown = handlelab::view::markup::visible(text);
    match why {
        NoSeed::OtherGenerator(_) => format!("{shown} is {why}"),
        NoSeed::OddText => format!("{shown} is no seed: {why}"),
    }
}

/// A seed that nobody had before.
fn fresh_seed() -> Result<Seed, Vec<String>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64);
    let mixed = now.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    format!("{mixed:x}").parse().map_err(|why: NoSeed| vec![why.to_string()])
}

fn topics(text: &str) -> Result<Vec<Topic>, String> {
    if text == "all" {
        return Ok(Topic::ALL.to_vec());
    }
    let topic = |name: &str| {
        name.trim().parse().map_err(|()| {
            let all = Topic::ALL.iter().map(|topic| topic.name()).collect::<Vec<_>>().join(", ");
            let shown = handlelab::view::markup::visible(name);
            format!("there is no topic {shown}; there are {all}. More: handlelab generate --list")
        })
    };
    text.split(',').map(topic).collect()
}

fn levels(text: &str) -> Result<Vec<Level>, String> {
    let wrong = || {
        let shown = handlelab::view::markup::visible(text);
        format!(
            "{shown} is no level; a level is 1 to 5, several are written 2..4. More: handlelab generate --list"
        )
    };
    let level = |text: &str| text.trim().parse::<Level>().map_err(|()| wrong());
    let (first, last) = match text.split_once("..") {
        Some((first, last)) => (level(first)?, level(last)?),
        None => (level(text)?, level(text)?),
    };
    let all: Vec<Level> = Level::ALL.into_iter().filter(|level| (first..=last).contains(level)).collect();
    if all.is_empty() { Err(wrong()) } else { Ok(all) }
}

fn print(args: &GenerateArgs, items: &[Item], terminal: &mut Terminal) -> io::Result<Ended> {
    for item in items {
        terminal.print(if args.solution { &item.made.solution } else { &item.made.text })?;
    }
    Ok(Ended::Good)
}

/// Writes everything, or nothing if something is in the way.
fn write(folder: &Path, args: &GenerateArgs, items: &[Item], terminal: &mut Terminal) -> io::Result<Ended> {
    let mut all: Vec<(PathBuf, String)> = items
        .iter()
        .flat_map(|item| {
            let solution = match args.form {
                Asked::Exercise => "solution.hlab",
                Asked::Predict => "answers.txt",
            };
            [
                (folder.join(format!("{}.hlab", item.file)), item.made.text.clone()),
                (folder.join(format!("{}.{solution}", item.file)), item.made.solution.clone()),
            ]
        })
        .collect();
    if args.per_student.is_some() {
        all.push((folder.join("students.csv"), batch::table(items)));
    }
    let there: Vec<&PathBuf> = all.iter().map(|(path, _)| path).filter(|path| path.exists()).collect();
    if let (Some(first), false) = (there.first(), args.force) {
        let others = match there.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let complaint = format!(
            "{}{others} would be written over; nothing was written. Take another folder, or add --force",
            files::shown(first)
        );
        return complain(&[complaint], terminal);
    }
    if let Err(error) = std::fs::create_dir_all(folder) {
        return complain(&[format!("cannot make the folder {}: {error}", files::shown(folder))], terminal);
    }
    for (path, text) in &all {
        if let Err(error) = files::write(path, text) {
            return complain(&[format!("cannot write {}: {error}", files::shown(path))], terminal);
        }
    }
    terminal.show(&summary(folder, args, items))?;
    Ok(Ended::Good)
}

fn summary(folder: &Path, args: &GenerateArgs, items: &[Item]) -> Markup {
    let mut out = Markup::default();
    let folder = files::shown(folder);
    let what = match (args.form, items.len()) {
        (Asked::Exercise, 1) => "exercise",
        (Asked::Exercise, _) => "exercises",
        (Asked::Predict, 1) => "prediction",
        (Asked::Predict, _) => "predictions",
    };
    let seed = items.first().map(|item| item.base.to_string()).unwrap_or_default();
    out.push(Role::Good, format!("{} {what} of seed {seed} in {folder}", items.len())).line();
    if args.per_student.is_some() {
        out.push(Role::Plain, format!("Who has what: {folder}/students.csv")).line();
    }
    let next = match args.form {
        Asked::Exercise => format!("handlelab author check {folder}"),
        Asked::Predict => {
            let first = items.first().map_or("", |item| item.file.as_str());
            format!("handlelab predict {folder}/{first}.hlab --sheet")
        }
    };
    out.push(Role::Faint, format!("Look at them: {next}")).line();
    out
}

fn topics_and_levels() -> Markup {
    let mut out = Markup::default();
    out.push(Role::Strong, "Topics").line();
    for topic in Topic::ALL {
        out.push(Role::Plain, format!("  {:<12} {}", topic.name(), topic.about())).line();
    }
    out.line().push(Role::Strong, "Levels of exercises").line();
    out.push(Role::Faint, "  level  steps  other objects  needless calls  lines later  hints").line();
    for level in Level::ALL {
        let demands = level.demands();
        let row = format!(
            "  {:>5}  {:>5}  {:>13}  {:>14}  {:>11}  {:>5}",
            level.number(),
            demands.steps,
            demands.distractors,
            demands.needless_calls,
            demands.later,
            demands.hints
        );
        out.push(Role::Plain, row).line();
    }
    out.line().push(Role::Strong, "Levels of predictions (--as predict)").line();
    out.push(Role::Faint, "  level  questions  failing or waiting, at least  lines from cause to effect")
        .line();
    for level in Level::ALL {
        let demands = level.demands();
        let row = format!(
            "  {:>5}  {:>9}  {:>29}  {:>26}",
            level.number(),
            demands.questions,
            demands.failing,
            demands.distance
        );
        out.push(Role::Plain, row).line();
    }
    out
}
