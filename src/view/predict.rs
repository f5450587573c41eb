//! How are questions about a run put, marked and printed?
//!
//! ```
//! use handlelab::learn::predict::{Which, questions};
//! use handlelab::run::{history::History, record};
//! use handlelab::scenario::Document;
//! use handlelab::view::predict;
//!
//! let text = "process p\np: h = CreateEvent() => ?\np: CloseHandle(h) => ?\np: SetEvent(h) => ?\n";
//! let document = Document::read(text).expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! let asked = questions(&document, &trace, &History::of(&trace), Which::Marked, 0);
//! let last = asked.last().expect("a question");
//! assert!(!predict::step(&trace.steps[last.moment], 80).plain().contains("=>"), "nothing is given away");
//! assert!(predict::question(last, 80).plain().contains("a) "));
//! assert!(predict::unclear(last).plain().contains("Type a letter from a to"));
//! assert_eq!(predict::verdict(last, true).plain().trim(), "Right.");
//! assert_eq!(predict::score(2, 3).plain(), "2 of 3 right\n");
//! ```

use super::effects::{self, Names};
use super::markup::{Markup, Role, visible};
use super::story::wrap;
use super::table;
use crate::kernel::{Effect, Handle, ObjectNo};
use crate::learn::predict::{Asks, Mark, Question};
use crate::run::trace::{Snapshot, StepKind, Trace, TraceStep};

/// A step as it is shown to somebody who is to predict it: without what is expected of it.
pub fn step(step: &TraceStep, width: usize) -> Markup {
    let mut out = Markup::default();
    let call = step.text.split("=>").next().unwrap_or_default().trim_end();
    for (index, line) in wrap(call, width.saturating_sub(5)).into_iter().enumerate() {
        let number = if index == 0 { format!("{:>4} ", step.line) } else { " ".repeat(9) };
        out.push(Role::Faint, number).push(Role::Strong, line).line();
    }
    out
}

/// A question with its choices.
pub fn question(question: &Question, width: usize) -> Markup {
    let mut out = Markup::default();
    hanging(&mut out, Role::Story, &format!("     {}. ", question.number), &question.prompt, width);
    for (index, choice) in question.choices.iter().enumerate() {
        hanging(&mut out, Role::Plain, &format!("        {}) ", Question::letter(index)), choice, width);
    }
    out
}

/// A text behind something, below which nothing but it stands.
fn hanging(out: &mut Markup, role: Role, lead: &str, text: &str, width: usize) {
    for (index, line) in wrap(text, width.saturating_sub(lead.len())).into_iter().enumerate() {
        let lead = if index == 0 { lead.to_owned() } else { " ".repeat(lead.len()) };
        out.push(role, format!("{lead}{line}")).line();
    }
}

/// The two states between which a call is looked for: the tables in which it changed something.
///
/// ```
/// use handlelab::learn::predict::between;
/// use handlelab::run::record;
/// use handlelab::scenario::Document;
/// use handlelab::view::predict::states;
///
/// let text = "process p\np: h = CreateMutex()\np: SetHandleInformation(h, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT)\n";
/// let document = Document::read(text).expect("it can be read");
/// let (_, trace) = record("a.hlab", &document);
/// let asked = between(&document, &trace, 0);
/// let shown = states(&trace, asked.last().expect("a question"), 80).plain();
/// let (before, after) = shown.split_once("after").expect("two states");
/// assert!(!before.contains("inherit") && after.contains("inherit"), "the call is left to be guessed");
/// ```
pub fn states(trace: &Trace, asked: &Question, width: usize) -> Markup {
    let mut out = Markup::default();
    let Some(step) = trace.steps.get(asked.moment) else { return out };
    let Some(before) = asked.moment.checked_sub(1).and_then(|moment| trace.steps.get(moment)) else {
        return out;
    };
    let names = names_up_to(trace, asked.moment);
    let changed = changed_tables(step);
    out.push(Role::Faint, "     before").line();
    tables(&before.state, &changed, &names, width, &mut out);
    out.push(Role::Faint, "     after").line();
    tables(&step.state, &changed, &names, width, &mut out);
    out
}

/// Whether an answer was right.
pub fn verdict(asked: &Question, right: bool) -> Markup {
    let mut out = Markup::default();
    let (letter, answer) = (asked.right_letter(), &asked.answer);
    if right {
        out.push(Role::Good, "     Right.").line();
    } else {
        out.push(Role::Bad, format!("     No: {letter}) {answer}")).line();
    }
    out
}

/// The same of an answer that was written down, and why the right one is right.
pub fn marked(trace: &Trace, asked: &Question, written: Option<&str>, width: usize) -> Markup {
    let mut out = Markup::default();
    let mark = written.map(|written| asked.mark(written));
    match (written, mark) {
        (None, _) => _ = out.push(Role::Plain, "     Not answered.").line(),
        (Some(_), Some(Mark::Right)) | (_, None) => {}
        (Some(written), Some(Mark::Wrong)) => {
            out.push(Role::Plain, format!("     Your answer: {}", visible(written))).line();
        }
        (Some(written), Some(Mark::Unclear)) => {
            let written = visible(written);
            out.push(Role::Plain, format!("     Your answer: {written} (which choice is meant?)")).line();
        }
    }
    out.append(verdict(asked, mark == Some(Mark::Right)));
    because(trace, asked, width, &mut out);
    out
}

/// What is said to somebody who typed something that is no answer.
pub fn unclear(asked: &Question) -> Markup {
    let mut out = Markup::default();
    let last = Question::letter(asked.choices.len().saturating_sub(1));
    let sentence = format!("     Type a letter from a to {last}, or the answer in words; q stops.");
    out.push(Role::Plain, sentence).line();
    out
}

/// The questions on a page to hand out, or with their answers.
///
/// ```
/// use handlelab::learn::predict::{Which, questions};
/// use handlelab::run::{history::History, record};
/// use handlelab::scenario::Document;
/// use handlelab::view::predict::{marked, more, sheet};
///
/// let document = Document::read("process p\np: CloseHandle(NULL) => ?\n").expect("it can be read");
/// let (_, trace) = record("a.hlab", &document);
/// let asked = questions(&document, &trace, &History::of(&trace), Which::Marked, 0);
/// assert!(sheet(&trace, &asked, false, 80).plain().contains("Name: ____"));
/// assert!(sheet(&trace, &asked, true, 80).plain().contains("ERROR_INVALID_HANDLE"));
/// assert!(marked(&trace, &asked[0], None, 80).plain().starts_with("     Not answered."));
/// assert!(more(&trace, &asked[0], false, 80).plain().contains("explain CloseHandle ERROR_INVALID_HANDLE"));
/// ```
pub fn sheet(trace: &Trace, questions: &[Question], with_answers: bool, width: usize) -> Markup {
    let mut out = Markup::default();
    out.push(Role::Strong, trace.title.as_deref().unwrap_or("A scenario without a title")).line();
    let (what, for_answers) =
        if with_answers { (" (solution)", "") } else { ("", "    Name: ____________________") };
    out.push(Role::Faint, format!("{} questions{what}{for_answers}", questions.len())).line().line();
    let mut left = questions.iter().peekable();
    for (moment, told) in trace.steps.iter().enumerate() {
        let asked = left.next_if(|question| question.moment == moment);
        let is_hidden = asked.is_some_and(|question| question.asks == Asks::Call);
        if told.kind == StepKind::Step && !is_hidden {
            append(&mut out, &step(told, width));
        }
        let Some(asked) = asked else { continue };
        if is_hidden {
            append(&mut out, &states(trace, asked, width));
        }
        append(&mut out, &question(asked, width));
        if with_answers {
            out.push(Role::Good, format!("     Answer: {}) {}", asked.right_letter(), asked.answer)).line();
            because(trace, asked, width, &mut out);
        } else {
            out.push(Role::Plain, "     Answer: ______").line();
        }
        out.line();
    }
    out
}

/// How many predictions were right.
pub fn score(right: usize, all: usize) -> Markup {
    let mut out = Markup::default();
    let role = if right == all { Role::Good } else { Role::Strong };
    out.push(role, format!("{right} of {all} right")).line();
    out
}

fn because(trace: &Trace, asked: &Question, width: usize, out: &mut Markup) {
    let Some(step) = trace.steps.get(asked.moment) else { return };
    let names = names_up_to(trace, asked.moment);
    let mut lines: Vec<String> = effects::tell(&step.effects, &names).iter().map(Markup::plain).collect();
    if lines.is_empty() {
        lines.push("nothing changes".to_owned());
    }
    for line in lines {
        out.push(Role::Plain, format!("       {line}")).line();
    }
    why(asked, 7, width, out);
    out.push(Role::Faint, format!("       {}", pages(step))).line();
}

/// Why the right answer is right, where the step does not show it; to whoever was wrong also where to read more.
pub fn more(trace: &Trace, asked: &Question, was_right: bool, width: usize) -> Markup {
    let mut out = Markup::default();
    why(asked, 6, width, &mut out);
    if was_right {
        return out;
    }
    if let Some(step) = trace.steps.get(asked.moment) {
        out.push(Role::Faint, format!("      {}", pages(step))).line();
    }
    out
}

fn why(asked: &Question, indent: usize, width: usize, out: &mut Markup) {
    for line in asked.why.iter().flat_map(|sentence| wrap(sentence, width.saturating_sub(indent))) {
        out.push(Role::Story, format!("{:indent$}{line}", "")).line();
    }
}

/// The pages about a step's call and its error.
fn pages(step: &TraceStep) -> String {
    let call = step.text.split('(').next().and_then(|start| start.split([' ', ':']).next_back());
    let error = step
        .answer
        .iter()
        .find_map(|answer| answer.error.as_deref())
        .filter(|error| *error != "ERROR_SUCCESS");
    let pages: Vec<&str> = call.into_iter().chain(error).filter(|name| !name.is_empty()).collect();
    format!("More: handlelab explain {}", pages.join(" "))
}

fn names_up_to(trace: &Trace, moment: usize) -> Names {
    let mut names = Names::default();
    trace.steps.iter().take(moment + 1).for_each(|step| names.learn_step(step));
    names
}

/// The processes in whose tables a step changed something, and what it changed there.
fn changed_tables(step: &TraceStep) -> Vec<(ObjectNo, Handle)> {
    let changes = step.effects.iter().filter_map(|effect| match effect {
        Effect::HandleOpened { process, handle, .. }
        | Effect::HandleChanged { process, handle, .. }
        | Effect::HandleClosed { process, handle, .. } => Some((*process, *handle)),
        _ => None,
    });
    changes.collect()
}

fn tables(state: &Snapshot, changed: &[(ObjectNo, Handle)], names: &Names, width: usize, out: &mut Markup) {
    for process in &state.processes {
        let of_this = changed.iter().filter(|(owner, _)| *owner == process.object);
        let marked: Vec<Handle> = of_this.map(|(_, handle)| *handle).collect();
        if !marked.is_empty() && process.exit_code.is_none() {
            table::draw(process, state, names, &marked, width, out);
        } else if !marked.is_empty() {
            out.push(Role::Faint, format!("      {} has ended", process.name)).line();
        }
    }
}

fn append(out: &mut Markup, more: &Markup) {
    for (role, text) in more.pieces() {
        for line in text.split_inclusive('\n') {
            match line.strip_suffix('\n') {
                Some(line) => out.push(role, line).line(),
                None => out.push(role, line),
            };
        }
    }
}
