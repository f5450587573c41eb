//! What does a service learn of one submission, whatever its format?

use crate::learn::feedback::{Feedback, Finding};
use crate::learn::grading::Graded;

/// One thing that was wanted, as a test that passed or failed.
pub(super) struct Test {
    pub(super) name: String,
    pub(super) passed: bool,
    /// What is missing; nothing for a test that passed.
    pub(super) output: String,
}

/// A submission as tests. Every submission to an exercise has the same ones, so that points can be compared.
pub(super) fn tests(feedback: &Feedback, wanted: &[String]) -> Vec<Test> {
    let tests = wanted.iter().enumerate().map(|(place, name)| {
        let finding = feedback.findings.get(place);
        let passed = finding.is_some_and(|finding| feedback.earns(finding));
        let output = if passed { String::new() } else { missing(feedback, finding) };
        Test { name: name.clone(), passed, output }
    });
    tests.collect()
}

/// Why a test failed.
fn missing(feedback: &Feedback, finding: Option<&Finding>) -> String {
    let mut lines: Vec<String> = Vec::new();
    if let Some(finding) = finding {
        lines.extend(finding.shortfalls.iter().map(|shortfall| shortfall.sentence.clone()));
        lines.extend(finding.order.clone());
        if finding.met {
            lines.push(if feedback.broken_rules.is_empty() {
                "It is so from the start, and counts together with something that is not.".to_owned()
            } else {
                "Nothing counts that is reached in a way that the exercise rules out.".to_owned()
            });
        }
    } else {
        lines.push("Not judged.".to_owned());
    }
    lines.join("\n")
}

/// What is to be said of the whole submission.
pub(super) fn summary(graded: &Graded) -> String {
    let Graded { feedback, .. } = graded;
    let mut lines: Vec<String> = Vec::new();
    if let Some(trouble) = &feedback.trouble {
        lines.push(trouble.sentence.clone());
        for mistake in &trouble.mistakes {
            let help = mistake.help.join(" ");
            lines.push(
                format!(
                    "line {}:{} {}: {}. {help}",
                    mistake.line, mistake.column, mistake.code, mistake.message
                )
                .trim_end()
                .to_owned(),
            );
        }
    }
    for broken in &feedback.broken_rules {
        let place = if broken.line == 0 { String::new() } else { format!("line {}: ", broken.line) };
        lines.push(format!("{place}{}", broken.sentence));
    }
    lines.extend(feedback.remarks.iter().cloned());
    if feedback.is_solved() {
        lines.push("Solved.".to_owned());
    }
    lines.join("\n")
}
