//! What does GitHub Classroom's reporter read?
//!
//! The result of one runner: JSON in base64, one line. All tests weigh the same, as the reporter's own table assumes.
//!
//! ```
//! use handlelab::learn::{Exercise, Limits, grading::grade};
//! use handlelab::view::learn::{Scale, classroom};
//!
//! let text = "exercise\n  goal handles(p.h) == 1\nprocess p\nbegin\np: h = CreateMutex()\nend\n";
//! let exercise = Exercise::read(text).expect("an exercise");
//! let graded = grade(&exercise, &["ada".into()], |_| Ok(text.into()), &Limits::default(), 1, || {});
//! let line = classroom::results(&graded[0], &exercise.wanted(), Scale { most: Some(10.0) })?;
//! assert!(line.starts_with("eyJ2ZXJzaW9uIjox"), "this is {{\"version\":1 in base64");
//! # Ok::<(), serde_json::Error>(())
//! ```

use super::report::{summary, tests};
use super::scale::Scale;
use crate::learn::grading::Graded;
use serde::Serialize;

#[derive(Serialize)]
struct Results {
    version: u32,
    status: &'static str,
    max_score: f64,
    tests: Vec<Test>,
}

#[derive(Serialize)]
struct Test {
    name: String,
    status: &'static str,
    message: String,
    test_code: String,
    filename: String,
    line_no: u32,
    execution_time: f64,
    score: f64,
}

/// One submission.
///
/// # Errors
/// Never for what grading gives; the serializer's own type says otherwise.
pub fn results(graded: &Graded, wanted: &[String], scale: Scale) -> serde_json::Result<String> {
    let of = wanted.len();
    let summary = summary(graded);
    let failed = if graded.feedback.trouble.is_some() { "error" } else { "fail" };
    let tests = tests(&graded.feedback, wanted).into_iter().map(|test| Test {
        status: if test.passed { "pass" } else { failed },
        message: if test.passed { String::new() } else { join(&test.output, &summary) },
        test_code: test.name.clone(),
        name: test.name,
        filename: graded.name.clone(),
        line_no: 0,
        execution_time: graded.time.as_secs_f64(),
        score: if test.passed { scale.points(1, of) } else { 0.0 },
    });
    let results = Results {
        version: 1,
        status: if graded.feedback.is_solved() { "pass" } else { failed },
        max_score: scale.points(of, of),
        tests: tests.collect(),
    };
    serde_json::to_string(&results).map(|json| base64(json.as_bytes()) + "\n")
}

fn join(one: &str, other: &str) -> String {
    if other.is_empty() { one.to_owned() } else { format!("{one}\n{other}") }
}

/// Bytes in the alphabet of RFC 4648.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let letter = ALPHABET[(bits >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= group.len() { letter.into() } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
            ("\u{ff}?>", "w78/Pg=="),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
