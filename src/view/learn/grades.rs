//! How are the grades of a group shown to whoever taught it?
//!
//! ```
//! use handlelab::learn::{Exercise, Limits, grading::grade};
//! use handlelab::view::learn::grades::table;
//!
//! let text = "exercise\n  goal dead(p.e)\n  goal alive(p.m)\n\
//!             process p\np: e = CreateEvent()\np: m = CreateMutex()\nbegin\nend\n";
//! let exercise = Exercise::read(text).expect("an exercise");
//! let gaps = ["p: CloseHandle(e)\n", "p: CloseHandle(m)\n"];
//! let names = ["ada".to_owned(), "bob".to_owned()];
//! let read = |place: usize| Ok(exercise.with(gaps[place]).into_bytes());
//! let shown = table(&grade(&exercise, &names, read, &Limits::default(), 1, || {}), &exercise.wanted()).plain();
//! assert!(shown.contains("ada      +  +  2 of 2") && shown.contains("bob      -  -  0 of 2"), "{shown}");
//! ```

use crate::learn::Feedback;
use crate::learn::grading::Graded;
use crate::view::markup::{Markup, Role, visible};

/// The longest name that is shown whole.
const NAME: usize = 28;
/// The longest reason.
const REASON: usize = 80;
/// Below more rows than this the heading stands once more.
const ON_A_PAGE: usize = 20;

/// One line for each submission with a sign for each thing that is wanted, then how many have each.
pub fn table(graded: &[Graded], wanted: &[String]) -> Markup {
    let mut out = Markup::default();
    let names: Vec<String> = graded.iter().map(|one| shortened(&one.name, NAME)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default().max(7);
    let numbers: String = (1..=wanted.len()).map(|number| format!("{number:>3}")).collect();
    let heading = format!("{:<width$}{numbers}  points  steps", "student");
    out.push(Role::Strong, &heading).line();
    for (one, name) in graded.iter().zip(names) {
        let Graded { feedback, .. } = one;
        let role = if feedback.is_solved() { Role::Good } else { Role::Plain };
        let signs: String = (0..wanted.len()).map(|place| format!("{:>3}", sign(feedback, place))).collect();
        let score = feedback.score();
        let points = format!("{} of {}", score.points, score.of);
        out.push(role, format!("{name:<width$}{signs}  {points:>6}  {:>5}", feedback.steps));
        if let Some(why) = why(feedback) {
            out.push(Role::Faint, format!("  {}", shortened(&why, REASON)));
        }
        out.line();
    }
    if graded.len() > ON_A_PAGE {
        out.push(Role::Strong, &heading).line();
    }
    let legend = "+ earned   o so from the start, which earns nothing alone   - missing";
    out.line().push(Role::Faint, legend).line().line();
    for (place, text) in wanted.iter().enumerate() {
        let met = graded.iter().filter(|one| earned(&one.feedback, place)).count();
        out.push(Role::Plain, format!("{:>3}  {met:>4} of {}  {text}", place + 1, graded.len())).line();
    }
    let solved = graded.iter().filter(|one| one.feedback.is_solved()).count();
    let points: usize = graded.iter().map(|one| one.feedback.score().points).sum();
    let mean = points as f64 / graded.len().max(1) as f64;
    let what = if graded.len() == 1 { "submission" } else { "submissions" };
    let total =
        format!("{} {what}: {solved} solved, {mean:.1} of {} points on average", graded.len(), wanted.len());
    out.push(Role::Strong, total).line();
    out
}

fn sign(feedback: &Feedback, place: usize) -> &'static str {
    match feedback.findings.get(place) {
        _ if earned(feedback, place) => "+",
        Some(finding) if finding.met => "o",
        _ => "-",
    }
}

fn earned(feedback: &Feedback, place: usize) -> bool {
    feedback.findings.get(place).is_some_and(|finding| feedback.earns(finding))
}

/// Why nothing counts.
fn why(feedback: &Feedback) -> Option<String> {
    if let Some(broken) = feedback.broken_rules.first() {
        return Some(broken.sentence.clone());
    }
    feedback.trouble.as_ref().map(|trouble| trouble.sentence.clone())
}

fn shortened(text: &str, most: usize) -> String {
    let text = visible(text);
    if text.chars().count() <= most {
        return text;
    }
    text.chars().take(most - 3).chain("...".chars()).collect()
}
