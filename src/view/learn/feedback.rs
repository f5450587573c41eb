//! How is one attempt told to whoever made it?
//!
//! ```
//! use handlelab::learn::{Exercise, Limits, judge_bytes};
//! use handlelab::view::learn::feedback::verdict;
//!
//! let text = "exercise\n  task \"Close it.\"\n  goal dead(p.h)\nprocess p\np: h = CreateEvent() => HANDLE\nbegin\np: CloseHandle(h)\nend\n";
//! let exercise = Exercise::read(text).expect("an exercise");
//! let feedback = judge_bytes(&exercise, text.as_bytes(), &Limits::default());
//! assert!(verdict(&feedback).plain().starts_with("Solved"));
//! ```

use crate::learn::feedback::{Feedback, Finding, FindingKind, TroubleKind};
use crate::view::markup::{Markup, Role};
use crate::view::story::wrap;

/// What is said of an attempt, in lines of `width` columns.
///
/// ```
/// use handlelab::learn::{Exercise, Limits, judge_bytes};
/// use handlelab::view::learn::feedback::text;
///
/// let source = "exercise\n  goal alive(p.h)\n  hidden goal signaled(p.h)\nprocess p\nbegin\np: h = CreateEvent()\nend\n";
/// let exercise = Exercise::read(source).expect("an exercise");
/// let told = text(&judge_bytes(&exercise, source.as_bytes(), &Limits::default()), 80).plain();
/// assert!(told.contains("goal alive(p.h)") && !told.contains("signaled"), "a hidden goal stays hidden");
/// ```
pub fn text(feedback: &Feedback, width: usize) -> Markup {
    let width = width.clamp(40, 200);
    let mut out = Markup::default();
    for (place, line) in
        wrap(&format!("Task: {}", feedback.task), width.saturating_sub(11)).iter().enumerate()
    {
        let indent = if place == 0 { "     " } else { "           " };
        out.push(Role::Story, format!("{indent}{line}")).line();
    }
    out.line();
    for remark in &feedback.remarks {
        paragraph(&mut out, Role::Plain, remark, 5, width);
    }
    if let Some(trouble) = &feedback.trouble {
        let role = if trouble.kind == TroubleKind::Empty { Role::Plain } else { Role::Bad };
        paragraph(&mut out, role, &trouble.sentence, 5, width);
        for mistake in &trouble.mistakes {
            let place =
                format!("line {}:{} {}: {}", mistake.line, mistake.column, mistake.code, mistake.message);
            if !trouble.sentence.contains(&mistake.message) {
                paragraph(&mut out, Role::Plain, &place, 7, width);
            }
            paragraph(&mut out, Role::Faint, &mistake.help.join(" "), 9, width);
        }
    }
    for broken in &feedback.broken_rules {
        let place = if broken.line == 0 { String::new() } else { format!("line {}: ", broken.line) };
        paragraph(&mut out, Role::Bad, &format!("{place}{}", broken.sentence), 5, width);
    }
    if !feedback.broken_rules.is_empty() && feedback.trouble.is_none() {
        paragraph(&mut out, Role::Plain, "Nothing counts that is reached in such a way.", 5, width);
    }
    for finding in &feedback.findings {
        self::finding(&mut out, feedback, finding, width);
    }
    out
}

/// The last line: solved or not.
pub fn verdict(feedback: &Feedback) -> Markup {
    let mut out = Markup::default();
    let score = feedback.score();
    if feedback.is_solved() {
        let steps =
            if feedback.steps == 1 { "1 step".to_owned() } else { format!("{} steps", feedback.steps) };
        out.push(Role::Good, format!("Solved, with {steps}.")).line();
    } else {
        let points = format!("Not solved yet: {} of {} points.", score.points, score.of);
        out.push(Role::Strong, points).line();
    }
    out
}

fn finding(out: &mut Markup, feedback: &Feedback, finding: &Finding, width: usize) {
    let (role, sign) = if finding.met { (Role::Good, "ok") } else { (Role::Bad, "no") };
    let kind = match finding.kind {
        FindingKind::Goal => "goal ",
        _ => "",
    };
    let idle = finding.met && finding.from_start && !feedback.earns(finding);
    let more = if idle { " (so from the start)" } else { "" };
    for (place, line) in
        wrap(&format!("{kind}{}{more}", finding.text), width.saturating_sub(9)).iter().enumerate()
    {
        let lead = if place == 0 { format!("  {sign} ") } else { "         ".to_owned() };
        out.push(role, format!("{lead}{line}")).line();
    }
    for shortfall in &finding.shortfalls {
        paragraph(out, Role::Plain, &shortfall.sentence, 7, width);
    }
    if let Some(order) = &finding.order {
        for line in order.trim_end().lines() {
            out.push(Role::Faint, format!("         {line}").trim_end()).line();
        }
    }
}

fn paragraph(out: &mut Markup, role: Role, text: &str, indent: usize, width: usize) {
    for line in wrap(text, width.saturating_sub(indent)) {
        out.push(role, format!("{:indent$}{line}", "")).line();
    }
}
