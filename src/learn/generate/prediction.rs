//! How does a topic become questions?
//!
//! After a few calls that set the stage, calls are drawn, good ones and mistakes; each is asked about. The answers must not
//! all be the same, and some must depend on what lies some lines back.

use super::level::Demands;
use super::names::Names;
use super::play::{Line, Numbers, Part, Play};
use super::script::{Behind, written};
use super::story;
use super::topic::TopicSpec;
use crate::kernel::Arg;
use crate::learn::chance::Chance;
use crate::learn::predict::{Which, questions};
use crate::run::history::History;
use crate::run::record;
use crate::scenario::literal::quote;
use crate::scenario::{Document, parser, printer};

/// Questions, and their answers as `--answers` reads them.
#[derive(Clone, Debug)]
pub(super) struct Quiz {
    pub(super) title: String,
    pub(super) scenario: String,
    pub(super) answers: String,
    pub(super) questions: usize,
}

/// A scenario to be predicted, if what is drawn is worth it.
pub(super) fn quiz(topic: &TopicSpec, demands: &Demands, header: &str, chance: &mut Chance) -> Option<Quiz> {
    let numbers = Numbers {
        steps: demands.steps,
        distractors: demands.distractors,
        later: demands.later,
        questions: demands.questions,
    };
    let mut play = Play::new(topic.quiz.cast);
    play.scenes(Part::Opening, topic.quiz.opening, &numbers, chance)?;
    play.scenes(Part::Solution, topic.quiz.questions, &numbers, chance)?;
    if !is_worth_it(&play, demands) {
        return None;
    }
    let names = Names::new(&play.lines, play.stage.cast(), topic.quiz.cast, chance);
    let cast: Vec<String> = (0..play.cast).map(|place| names.process(place)).collect();
    let title = topic.quiz.title.to_owned();
    let mut text = format!("{header}title {}\n\nprocess {}\n\n", quote(&title), cast.join(", "));
    text += &format!("/// {}\n", story::opening(&play, &names));
    let mut asked = false;
    for line in &play.lines {
        if line.part != Part::Opening && !asked {
            asked = true;
            text += "\n/// From here on it is yours to say what happens.\n";
        }
        let behind = if line.part == Part::Opening { Behind::Answer } else { Behind::Question };
        text += &written(line, &names, behind);
    }
    let (tree, _) = parser::parse(&text);
    let scenario = printer::print(&tree);
    let document = Document::read(scenario.as_str()).ok()?;
    let (report, trace) = record("generated", &document);
    let asked = questions(&document, &trace, &History::of(&trace), Which::Marked, 0);
    let mut answers: Vec<&str> = asked.iter().map(|question| question.answer.as_str()).collect();
    let lines = asked.iter().map(|question| format!("{}: {}\n", question.number, question.answer)).collect();
    answers.sort_unstable();
    answers.dedup();
    let is_telling = answers.len() >= demands.questions.div_ceil(2).min(4);
    let is_good = report.mistake.is_none() && report.failures.is_empty() && asked.len() == demands.questions;
    (is_good && is_telling).then_some(Quiz { title, scenario, answers: lines, questions: asked.len() })
}

fn is_worth_it(play: &Play, demands: &Demands) -> bool {
    let asked: Vec<(usize, &Line)> =
        play.lines.iter().enumerate().filter(|(_, line)| line.part != Part::Opening).collect();
    let failing = asked.iter().filter(|(_, line)| line.is_refused_or_waits()).count();
    let farthest = asked.iter().filter_map(|(place, line)| distance(play, *place, line)).max();
    let mut calls: Vec<&str> = asked.iter().map(|(_, line)| line.call()).collect();
    calls.sort_unstable();
    calls.dedup();
    failing >= demands.failing
        && failing * 2 <= asked.len() + 1
        && farthest.is_some_and(|farthest| farthest >= demands.distance)
        && calls.len() >= 2
}

/// How many lines back was the last that spoke of one of the same handles or names?
fn distance(play: &Play, place: usize, line: &Line) -> Option<usize> {
    let own = mentioned(line);
    let before = play.lines[..place].iter().enumerate().rev();
    let last = before.filter(|(_, line)| mentioned(line).iter().any(|one| own.contains(one)));
    last.map(|(other, _)| place - other).next()
}

/// What a line speaks of: handles by whose they are and their values, names by themselves.
fn mentioned(line: &Line) -> Vec<String> {
    let Some(request) = line.request() else { return Vec::new() };
    let handle = |value: &u64| format!("{} {value}", line.actor());
    let arguments = request.args.iter().flat_map(|(param, arg)| match arg {
        Arg::Text(text) => vec![format!("\"{text}\"")],
        Arg::Number(number) if param.starts_with('h') => vec![handle(number)],
        Arg::List(numbers) => numbers.iter().map(handle).collect(),
        _ => Vec::new(),
    });
    let made = line.reply().filter(|reply| reply.object.is_some()).map(|reply| handle(&reply.value));
    arguments.chain(made).collect()
}
