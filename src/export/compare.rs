//! Did the real system answer what the simulator answers?
//!
//! ```
//! use handlelab::export::compare::compare;
//! use handlelab::scenario::Document;
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\n";
//! let document = Document::read(text).expect("it can be read");
//! let comparison = compare(&document, "");
//! assert!(!comparison.complete, "a program that prints nothing has not come to its end");
//! ```

use super::comparable::comparable;
use super::stage::Stage;
use crate::kernel::calls::Returns;
use crate::scenario::Document;
use crate::scenario::program::StatementKind;
use serde_json::Value;
use std::collections::HashMap;

/// What came of holding a program's output against the simulator.
///
/// ```
/// use handlelab::export::compare::compare;
/// use handlelab::scenario::Document;
///
/// let document = Document::read("process p\np: h = CreateEvent()\np: CloseHandle(h)\n").expect("it can be read");
/// let printed = "{\"step\": 1, \"answer\": \"HANDLE\", \"error\": 0}\n\
///                {\"step\": 2, \"answer\": 0, \"error\": 6}\n{\"verdict\": \"done\"}\n";
/// let comparison = compare(&document, printed);
/// let first = &comparison.differences[0];
/// assert_eq!((first.text.as_str(), first.what.as_str()), ("p: CloseHandle(h)", "answer"));
/// assert_eq!((first.simulator.as_str(), first.judge.as_str()), ("1", "0"));
/// assert!(comparison.complete && !first.facts.is_empty(), "the facts say who is right");
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Comparison {
    /// Answers that differ, in order.
    pub differences: Vec<Difference>,
    /// How many answers, out values and checks were compared.
    pub compared: usize,
    /// How many statements a real system could not be asked about.
    pub not_asked: usize,
    /// Did the program come to its end?
    pub complete: bool,
    /// A call that the system does not have.
    pub missing: Option<String>,
}

/// One answer that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The number of the statement, counted from 1.
    pub step: usize,
    /// The statement's text.
    pub text: String,
    /// What differs: `answer`, `error`, `blocked`, `check` or the name of a variable.
    pub what: String,
    /// What the simulator says.
    pub simulator: String,
    /// What the judge says.
    pub judge: String,
    /// The facts that the call follows.
    pub facts: &'static str,
}

/// Holds the lines that an exported program printed against the simulator's run of the same document.
pub fn compare(document: &Document, output: &str) -> Comparison {
    let stage = Stage::of(document);
    let mut comparison = Comparison::default();
    let found = read(output, &mut comparison);
    for (index, moment) in stage.moments.iter().enumerate() {
        let step = index + 1;
        let statement = &document.program.statements[index];
        let (returns, facts) = match &statement.kind {
            StatementKind::Step(step) => {
                step.call().map_or((Returns::Plain, ""), |(spec, _)| (spec.returns, spec.facts))
            }
            StatementKind::Check(_) => (Returns::Plain, ""),
        };
        let mut expected = comparable(document, index, moment);
        match &statement.kind {
            StatementKind::Check(_) => expected.push(("check".to_owned(), moment.holds.to_string())),
            StatementKind::Step(_) if moment.blocks => {
                expected.insert(0, ("blocked".to_owned(), "true".to_owned()))
            }
            StatementKind::Step(_) => {}
        }
        if found.contains_key(&(step, "not_asked".to_owned())) || moment.unasked.is_some() {
            continue;
        }
        for (what, simulator) in expected {
            comparison.compared += 1;
            let judge = found.get(&(step, what.clone())).cloned();
            let judge = match what.as_str() {
                "answer" if returns == Returns::Bool => judge.map(|value| u8::from(value != "0").to_string()),
                _ => judge,
            };
            let nothing = || found.get(&(step, "nothing".to_owned())).cloned();
            let judge = judge.or_else(nothing).unwrap_or_else(|| "no answer".to_owned());
            if judge != simulator {
                let text =
                    statement.span.text(&document.source).split_whitespace().collect::<Vec<_>>().join(" ");
                comparison.differences.push(Difference { step, text, what, simulator, judge, facts });
            }
        }
    }
    comparison
}

/// Every value that was printed, by the statement's number and what it is.
fn read(output: &str, comparison: &mut Comparison) -> HashMap<(usize, String), String> {
    let mut found = HashMap::new();
    for line in output.lines() {
        let Ok(Value::Object(line)) = serde_json::from_str(line.trim()) else { continue };
        if line.contains_key("verdict") && !line.contains_key("step") {
            comparison.complete = true;
        }
        if let Some(missing) = line.get("missing") {
            comparison.missing = Some(in_words(missing));
        }
        let Some(step) = line.get("step").and_then(Value::as_u64) else { continue };
        let step = step as usize;
        if let (Some(Value::String(name)), Some(value)) = (line.get("out"), line.get("value")) {
            found.insert((step, name.clone()), in_words(value));
            continue;
        }
        comparison.not_asked += usize::from(line.contains_key("not_asked"));
        for (what, value) in line.iter().filter(|(what, _)| *what != "step") {
            found.insert((step, what.clone()), in_words(value));
        }
    }
    found
}

fn in_words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
