//! `handlelab predict`: what happens next?

use super::terminal::Terminal;
use super::{Ended, files};
use handlelab::learn::predict::{Asks, Mark, Question, Which, between, questions};
use handlelab::run::history::History;
use handlelab::run::trace::{StepKind, Trace};
use handlelab::view::predict as view;
use handlelab::view::story::Story;
use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(super) struct PredictArgs {
    /// The scenario
    file: PathBuf,

    /// Ask about every step, not only about those that are marked `=> ?`
    #[arg(long)]
    all: bool,

    /// Show two states and ask which call lies between them
    #[arg(long)]
    between: bool,

    /// Ask other things about the same steps
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,

    /// Print the questions as a page to hand out
    #[arg(long, group = "form")]
    sheet: bool,

    /// Print the questions with their answers and the reasons
    #[arg(long, group = "form")]
    key: bool,

    /// Print the answers alone, a line each, as --answers reads them
    #[arg(long, group = "form")]
    reveal: bool,

    /// Mark a file of answers: a line for each, such as `3: b` or `3: FALSE ERROR_INVALID_HANDLE`
    #[arg(long, group = "form", value_name = "FILE")]
    answers: Option<PathBuf>,
}

pub(super) fn predict(args: &PredictArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let Some((document, trace)) = files::ran(&args.file, terminal)? else { return Ok(Ended::Unreadable) };
    let asked = if args.between {
        between(&document, &trace, args.seed)
    } else {
        let which = if args.all { Which::All } else { Which::Marked };
        questions(&document, &trace, &History::of(&trace), which, args.seed)
    };
    if asked.is_empty() {
        let path = files::shown(&args.file);
        terminal.complain(&format!("error: nothing in {path} can be asked about: no step calls anything"))?;
        return Ok(Ended::Unreadable);
    }
    if args.sheet || args.key {
        terminal.show(&view::sheet(&trace, &asked, args.key, terminal.width()))?;
        return Ok(Ended::Good);
    }
    if args.reveal {
        let answers: String =
            asked.iter().map(|question| format!("{}: {}\n", question.number, question.answer)).collect();
        terminal.print(&answers)?;
        return Ok(Ended::Good);
    }
    match &args.answers {
        Some(file) => mark(file, &trace, &asked, terminal),
        None => Ok(converse(&trace, &asked, &mut io::stdin().lock().lines(), terminal)?.ended()),
    }
}

/// Marks a file of answers.
fn mark(file: &Path, trace: &Trace, asked: &[Question], terminal: &mut Terminal) -> io::Result<Ended> {
    let text = match files::text(file, terminal) {
        Ok(text) => text,
        Err(complaint) => {
            terminal.complain(&complaint)?;
            return Ok(Ended::Unreadable);
        }
    };
    let (answers, complaints) = read_answers(&text, asked.len());
    for complaint in &complaints {
        terminal.complain(&format!("{}:{complaint}", files::shown(file)))?;
    }
    let mut right = 0;
    for question in asked {
        let written = answers.get(&question.number).copied();
        right += usize::from(written.is_some_and(|written| question.is_right(written)));
        terminal.show(&view::question(question, terminal.width()))?;
        terminal.show(&view::marked(trace, question, written, terminal.width()))?;
    }
    terminal.show(&view::score(right, asked.len()))?;
    Ok(match right {
        _ if !complaints.is_empty() => Ended::Unreadable,
        _ if right == asked.len() => Ended::Good,
        _ => Ended::Failed,
    })
}

/// The answers in a file by the number of their questions, and what is wrong with it.
fn read_answers(text: &str, most: usize) -> (BTreeMap<usize, &str>, Vec<String>) {
    let (mut answers, mut complaints) = (BTreeMap::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || line.starts_with("//") {
            continue;
        }
        let numbered = line.split_once([':', '.', ')']);
        match numbered.and_then(|(number, answer)| Some((number.trim().parse::<usize>().ok()?, answer))) {
            Some((number, _)) if number == 0 || number > most => {
                complaints.push(format!("{}: there is no question {number}; there are {most}", index + 1));
            }
            Some((number, answer)) => {
                if answers.insert(number, answer.trim()).is_some() {
                    complaints.push(format!("{}: question {number} is answered twice", index + 1));
                }
            }
            None => complaints.push(format!("{}: write the question's number first: `3: b`", index + 1)),
        }
    }
    (answers, complaints)
}

/// How a dialogue ended.
pub(super) struct Marks {
    right: usize,
    answered: usize,
    of: usize,
}

impl Marks {
    /// Was every question answered, rightly or not?
    pub(super) fn is_complete(&self) -> bool {
        self.answered == self.of
    }

    /// Was every answer right?
    pub(super) fn ended(&self) -> Ended {
        if self.right == self.of { Ended::Good } else { Ended::Failed }
    }
}

/// Asks, listens to what is typed, and tells what happened, step by step.
pub(super) fn converse(
    trace: &Trace,
    asked: &[Question],
    typed: &mut dyn Iterator<Item = io::Result<String>>,
    terminal: &mut Terminal,
) -> io::Result<Marks> {
    let mut story = Story::new(&trace.file, terminal.width());
    let options: Vec<(&str, &str)> =
        trace.options.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    terminal.show(&story.heading(trace.title.as_deref(), &options))?;
    let mut left = asked.iter().peekable();
    let mut marks = Marks { right: 0, answered: 0, of: asked.len() };
    for (moment, step) in trace.steps.iter().enumerate() {
        let mut answered = None;
        if let Some(question) = left.next_if(|question| question.moment == moment) {
            if question.asks == Asks::Call {
                terminal.show(&view::states(trace, question, terminal.width()))?;
            } else {
                terminal.show(&view::step(step, terminal.width()))?;
            }
            terminal.show(&view::question(question, terminal.width()))?;
            let Some(is_right) = ask(question, typed, terminal)? else {
                terminal.complain(&format!("stopped at question {} of {}", question.number, asked.len()))?;
                break;
            };
            (marks.right, marks.answered) = (marks.right + usize::from(is_right), marks.answered + 1);
            terminal.show(&view::verdict(question, is_right))?;
            answered = Some((question, is_right));
        }
        if step.kind != StepKind::End || !step.effects.is_empty() {
            terminal.show(&story.step(step))?;
        }
        if let Some((question, is_right)) = answered {
            terminal.show(&view::more(trace, question, is_right, terminal.width()))?;
        }
    }
    terminal.show(&view::score(marks.right, marks.answered))?;
    Ok(marks)
}

/// Waits for an answer, however often something else is typed: was it right? Nothing, if somebody wants to stop.
fn ask(
    question: &Question,
    typed: &mut dyn Iterator<Item = io::Result<String>>,
    terminal: &mut Terminal,
) -> io::Result<Option<bool>> {
    loop {
        terminal.print("     > ")?;
        terminal.flush()?;
        let Some(typed) = typed.next().transpose()? else {
            terminal.print("\n")?;
            return Ok(None);
        };
        match question.mark(&typed) {
            Mark::Right => return Ok(Some(true)),
            Mark::Wrong => return Ok(Some(false)),
            Mark::Unclear if typed.trim().eq_ignore_ascii_case("q") => return Ok(None),
            Mark::Unclear => terminal.show(&view::unclear(question))?,
        }
    }
}
