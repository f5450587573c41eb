//! Is an exercise fit to be given to students?
//!
//! ```
//! use handlelab::learn::author::{TRIES, check};
//! use handlelab::learn::gap::Gap;
//! use handlelab::learn::Exercise;
//!
//! let text = "exercise\n  task \"Close it.\"\n  goal dead(p.h)\nprocess p\np: h = CreateEvent() => HANDLE\nbegin\np: CloseHandle(h)\nend\n";
//! let exercise = Exercise::read(text).expect("an exercise");
//! let none = check(&exercise, &Gap::find("", &exercise), &[], TRIES);
//! assert!(none.complaints.iter().any(|complaint| complaint.contains("There is no solution")));
//! ```

mod search;
mod vocabulary;

pub use search::Shortest;

use super::exercise::Exercise;
use super::feedback::Feedback;
use super::gap::Gap;
use super::judging::judge;
use super::limits::Limits;
use crate::scenario::tree::{Action, ItemKind};
use crate::scenario::{Span, parser};
use serde::Serialize;

/// What was found about an exercise.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Checkup {
    /// What has to be mended, each in a sentence or two.
    pub complaints: Vec<String>,
    /// How many steps each solution has.
    pub solutions: Vec<usize>,
    /// The shortest solution that is known.
    pub shortest: Option<Shortest>,
}

/// How many attempts the search for shorter solutions makes.
pub const TRIES: usize = 20_000;

/// Checks an exercise with its solutions: whole files, of which only the gap is taken. `in_gap` is what stands in the gap of
/// the exercise's own file.
///
/// ```
/// use handlelab::learn::{Exercise, author::check, gap::Gap};
///
/// let text = "exercise\n  task \"Close it.\"\n  goal dead(p.h)\nprocess p\np: h = CreateEvent() => HANDLE\nbegin\nend\n";
/// let exercise = Exercise::read(text).expect("an exercise");
/// let solution = exercise.with("p: SetEvent(h)\np: CloseHandle(h)\n");
/// let checkup = check(&exercise, &Gap::default(), &[&solution], 200);
/// assert_eq!(checkup.solutions, [2]);
/// let shortest = checkup.shortest.expect("a solution solves it");
/// assert_eq!((shortest.steps, shortest.lines[0].as_str()), (1, "p: CloseHandle(hObject: h)"));
/// assert!(checkup.complaints.iter().any(|complaint| complaint.contains("without its line 7 as well")));
/// ```
pub fn check(exercise: &Exercise, in_gap: &Gap, solutions: &[&str], tries: usize) -> Checkup {
    let mut checkup = Checkup::default();
    of_terms(exercise, in_gap, &mut checkup.complaints);
    let gaps: Vec<Gap> = solutions.iter().map(|solution| Gap::find(solution, exercise)).collect();
    if gaps.is_empty() {
        checkup.complaints.push("There is no solution: NAME.solution.hlab beside it.".to_owned());
    }
    let mut solved: Vec<(&Gap, usize)> = Vec::new();
    for (place, gap) in gaps.iter().enumerate() {
        let found = judge(exercise, gap, &Limits::default());
        let which =
            if gaps.len() == 1 { "The solution".to_owned() } else { format!("Solution {}", place + 1) };
        if found.is_solved() {
            checkup.solutions.push(found.steps);
            of_needless_lines(exercise, gap, &which, &mut checkup.complaints);
            solved.push((gap, found.steps));
        } else {
            checkup.complaints.push(format!("{which} does not solve it: {}", why(&found)));
        }
        checkup.complaints.extend(found.remarks.iter().map(|remark| format!("{which}: {remark}")));
    }
    of_hints(exercise, &gaps, &mut checkup.complaints);
    of_names(exercise, &gaps, &mut checkup.complaints);
    if let Some((shortest, _)) = solved.iter().min_by_key(|(_, steps)| *steps) {
        // A solution that solves it keeps to the limit, and no shorter one exceeds it.
        let found = search::shortest(exercise, shortest, &gaps, tries);
        checkup.shortest = Some(found);
    }
    checkup
}

/// What the exercise says of itself.
fn of_terms(exercise: &Exercise, in_gap: &Gap, complaints: &mut Vec<String>) {
    let terms = exercise.terms();
    let mut complain = |sentence: String| complaints.push(sentence);
    if terms.task.trim().is_empty() {
        complain("It has no task.".to_owned());
    }
    if terms.goals.is_empty() && terms.hidden.is_empty() {
        complain("It has no goal.".to_owned());
    }
    if exercise.is_solved_untouched() {
        complain("It is solved without any step: everything that it wants is so from the start.".to_owned());
    }
    if has_steps(in_gap) {
        complain(
            "There are steps in its gap; a solution stands in a file of its own, NAME.solution.hlab."
                .to_owned(),
        );
    }
    for spec in &terms.forbid {
        for (word, list) in [("allowed", &terms.allow), ("required", &terms.require)] {
            if list.iter().any(|other| other.name == spec.name) {
                complain(format!("{} is {word} and forbidden.", spec.name));
            }
        }
    }
}

fn has_steps(gap: &Gap) -> bool {
    let (tree, _) = parser::parse(&gap.text);
    tree.items.iter().any(|item| matches!(item.kind, ItemKind::Step(_)))
}

/// Steps without which it is solved all the same.
fn of_needless_lines(exercise: &Exercise, gap: &Gap, which: &str, complaints: &mut Vec<String>) {
    let (tree, _) = parser::parse(&gap.text);
    let steps: Vec<Span> = tree
        .items
        .iter()
        .filter(|item| matches!(item.kind, ItemKind::Step(_)))
        .map(|item| item.span)
        .collect();
    for span in steps {
        let mut without = gap.clone();
        without.text.replace_range(span.start as usize..span.end as usize, "");
        if judge(exercise, &without, &Limits::default()).is_solved() {
            let line = gap.first_line + gap.text[..span.start as usize].matches('\n').count();
            complaints.push(format!("{which} solves it without its line {line} as well."));
        }
    }
}

/// Names that nobody bears in any solution: slips of the pen, mostly.
fn of_names(exercise: &Exercise, solutions: &[Gap], complaints: &mut Vec<String>) {
    let created: Vec<String> = solutions.iter().flat_map(|gap| exercise.created_by(gap)).collect();
    for name in exercise.awaited().filter(|name| !created.iter().any(|created| created == name)) {
        complaints
            .push(format!("It speaks of {name}, whom nobody creates: neither its lines nor a solution."));
    }
}

/// The task and the hints lead to the solution, and are not it.
fn of_hints(exercise: &Exercise, solutions: &[Gap], complaints: &mut Vec<String>) {
    let hints = &exercise.terms().hints;
    if hints.is_empty() {
        complaints.push("It has no hint.".to_owned());
    }
    let calls: Vec<String> = solutions.iter().flat_map(calls).collect();
    let task = letters(&exercise.terms().task);
    if calls.iter().any(|call| task.contains(call.as_str())) {
        complaints.push("The task tells a step of the solution.".to_owned());
    }
    for (place, hint) in hints.iter().enumerate() {
        let letters = letters(hint);
        let number = place + 1;
        if letters.is_empty() {
            complaints.push(format!("Hint {number} is empty."));
        } else if calls.iter().any(|call| letters.contains(call.as_str())) {
            complaints.push(format!("Hint {number} tells a step of the solution."));
        } else if hints[..place].contains(hint) {
            complaints.push(format!("Hint {number} is there twice."));
        }
    }
}

/// The calls of a solution with their arguments, without blanks and letter case.
fn calls(solution: &Gap) -> Vec<String> {
    let (tree, _) = parser::parse(&solution.text);
    let calls = tree.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Step(step) => match &step.action {
            Action::Call(call) => {
                let text = item.span.text(&solution.text);
                let from = text.find(call.name.text.as_str())?;
                let until = text.find("=>").unwrap_or(text.len());
                text.get(from..until).map(letters)
            }
            Action::Copy(_) => None,
        },
        _ => None,
    });
    calls.collect()
}

/// A text without blanks and letter case.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// What an attempt lacks most.
fn why(found: &Feedback) -> String {
    let rules = found.broken_rules.iter().map(|broken| &broken.sentence);
    let trouble = found.trouble.iter().map(|trouble| &trouble.sentence);
    let mistakes = found.trouble.iter().flat_map(|trouble| &trouble.mistakes).map(|mistake| &mistake.message);
    let missing = found.findings.iter().filter(|finding| !finding.met);
    let missing =
        missing.map(|finding| finding.shortfalls.first().map_or(&finding.text, |first| &first.sentence));
    let mut all: Vec<&str> =
        rules.chain(trouble).chain(mistakes).chain(missing).map(String::as_str).collect();
    all.dedup();
    all.join(" ")
}
