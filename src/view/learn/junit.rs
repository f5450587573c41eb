//! What do all the services read that know JUnit's reports?
//!
//! ```
//! use handlelab::learn::{Exercise, Limits, grading::grade};
//! use handlelab::view::learn::junit::report;
//!
//! let text = "exercise\n  goal signaled(p.h)\nprocess p\np: h = CreateEvent()\nbegin\nend\n";
//! let exercise = Exercise::read(text).expect("an exercise");
//! let read = |_| Ok(exercise.with("p: ResetEvent(h)\n").into_bytes());
//! let graded = grade(&exercise, &["<ada>".into()], read, &Limits::default(), 1, || {});
//! let xml = report(&graded, &exercise.wanted());
//! assert!(xml.contains("tests=\"1\" failures=\"1\" errors=\"0\""));
//! assert!(xml.contains("testsuite name=\"&lt;ada&gt;\""), "names are escaped");
//! ```

use super::report::{Test, summary, tests};
use crate::learn::grading::Graded;
use std::fmt::Write;

/// All submissions: a suite for each, a case for each thing that is wanted.
pub fn report(graded: &[Graded], wanted: &[String]) -> String {
    let all: Vec<(&Graded, Vec<Test>)> =
        graded.iter().map(|one| (one, tests(&one.feedback, wanted))).collect();
    let counts = all.iter().map(|(one, tests)| counts(one, tests));
    let (failures, errors) = counts.fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
    let time: f64 = graded.iter().map(|one| one.time.as_secs_f64()).sum();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let number = graded.len() * wanted.len();
    // Writing to a text cannot fail.
    _ = writeln!(
        out,
        "<testsuites name=\"handlelab\" tests=\"{number}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{time:.6}\">"
    );
    for (one, tests) in &all {
        suite(&mut out, one, tests);
    }
    out.push_str("</testsuites>\n");
    out
}

/// How many failed, and how many could not be judged.
fn counts(graded: &Graded, tests: &[Test]) -> (usize, usize) {
    let not_passed = tests.iter().filter(|test| !test.passed).count();
    if graded.feedback.trouble.is_some() { (0, not_passed) } else { (not_passed, 0) }
}

fn suite(out: &mut String, graded: &Graded, tests: &[Test]) {
    let (failures, errors) = counts(graded, tests);
    let (name, time) = (escaped(&graded.name), graded.time.as_secs_f64());
    _ = writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\" time=\"{time:.6}\">",
        tests.len()
    );
    let summary = summary(graded);
    let kind = if graded.feedback.trouble.is_some() { "error" } else { "failure" };
    for test in tests {
        let case = format!("    <testcase name=\"{}\" classname=\"{name}\"", escaped(&test.name));
        if test.passed {
            _ = writeln!(out, "{case}/>");
            continue;
        }
        let message = test.output.lines().next().unwrap_or_default();
        let text = [test.output.as_str(), &summary].join("\n");
        _ = writeln!(out, "{case}>");
        _ = writeln!(
            out,
            "      <{kind} message=\"{}\" type=\"goal\">{}</{kind}>",
            escaped(message),
            escaped(text.trim())
        );
        _ = writeln!(out, "    </testcase>");
    }
    if !summary.is_empty() {
        _ = writeln!(out, "    <system-out>{}</system-out>", escaped(&summary));
    }
    out.push_str("  </testsuite>\n");
}

/// A text for XML 1.0, which knows no control characters but tab and the ends of lines.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
