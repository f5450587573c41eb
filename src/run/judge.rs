//! Did what was expected come?

use super::trace::Verdict;
use super::words;
use super::world::{Value, World};
use crate::kernel::calls::{CallSpec, Returns};
use crate::kernel::{AccessMask, Answer, Handle, ObjectId, Win32Error};
use crate::scenario::eye::Question;
use crate::scenario::program::{Condition, Expect, ExpectedValue, ObjectRef, Operand, Step, Term};
use crate::scenario::tree::{BinaryOp, UnaryOp};

/// Judges the answer of a step's call, which has just returned.
pub(crate) fn step(world: &World, source: &str, step: &Step, spec: &CallSpec, answered: &Answer) -> Verdict {
    let last_error = || {
        let found = world.living(step.actor).and_then(|living| world.kernel.last_error(living.thread));
        // What the call has set counts: its thread may have ended since, in the same moment.
        answered.error.or(found).unwrap_or(Win32Error::SUCCESS)
    };
    answer(source, spec, answered, &last_error, step.expect.as_ref())
}

/// Judges the answer of a call. `last_error` tells what GetLastError gives now.
fn answer(
    source: &str,
    spec: &CallSpec,
    answer: &Answer,
    last_error: &dyn Fn() -> Win32Error,
    expect: Option<&Expect>,
) -> Verdict {
    let Some(expect) = expect else { return Verdict::None };
    let value_fits = match expect.value {
        ExpectedValue::Unknown => return Verdict::Open,
        ExpectedValue::True | ExpectedValue::Address => answer.value != 0,
        ExpectedValue::Handle => answer.value != 0 && answer.value != u64::MAX,
        ExpectedValue::Number(number) if is_wide(spec.returns) => answer.value == number,
        ExpectedValue::Number(number) => answer.value as u32 == number as u32,
    };
    let error_fits = expect.error.is_none_or(|error| Win32Error(error) == last_error());
    if value_fits && error_fits {
        return Verdict::Met;
    }
    let mut found = words::answer(spec, answer);
    if value_fits && answer.error.is_none() {
        found.push_str(&format!(" with the last error {}", last_error()));
    }
    Verdict::Missed { expected: expect.span.text(source).to_owned(), found }
}

/// Are the values 64 bits wide? The others are BOOLs and DWORDs.
fn is_wide(returns: Returns) -> bool {
    matches!(returns, Returns::Handle | Returns::FileHandle | Returns::Address | Returns::Plain)
}

/// Judges a copied value.
pub(crate) fn copied(source: &str, value: &Value, expect: Option<&Expect>) -> Verdict {
    let Some(expect) = expect else { return Verdict::None };
    let number = if let Value::Number(number) = value { *number } else { 0 };
    let fits = match expect.value {
        ExpectedValue::Unknown => return Verdict::Open,
        ExpectedValue::True | ExpectedValue::Address => number != 0,
        ExpectedValue::Handle => number != 0 && number != u64::MAX,
        ExpectedValue::Number(expected) => number == expected,
    };
    if fits {
        return Verdict::Met;
    }
    Verdict::Missed { expected: expect.span.text(source).to_owned(), found: plain(value) }
}

/// Judges a condition.
pub(crate) fn condition(world: &World, source: &str, condition: &Condition) -> Verdict {
    if world.holds(&condition.term) {
        return Verdict::Met;
    }
    let mut seen = Vec::new();
    witness(world, source, &condition.term, &mut seen);
    seen.dedup();
    let found = if seen.is_empty() { "it is false".to_owned() } else { seen.join(", ") };
    Verdict::Missed { expected: condition.span.text(source).to_owned(), found }
}

/// Every question and variable of a condition with what it answers.
fn witness(world: &World, source: &str, term: &Term, seen: &mut Vec<String>) {
    match term {
        Term::Unary(UnaryOp::Not | UnaryOp::Complement | UnaryOp::Minus, inner) => {
            witness(world, source, inner, seen)
        }
        Term::Binary(BinaryOp::And, left, right) => {
            // Only what is false is of interest.
            for side in [left, right] {
                if !world.holds(side) {
                    witness(world, source, side, seen);
                }
            }
        }
        Term::Binary(_, left, right) => {
            witness(world, source, left, seen);
            witness(world, source, right, seen);
        }
        Term::Variable(_, span) => {
            seen.push(format!("{} is {}", span.text(source), plain(&world.eval(term, None))));
        }
        Term::Ask(question, operands, span) => {
            seen.push(format!("{} is {}", span.text(source), answered(world, *question, operands, term)));
        }
        Term::Number(..) | Term::Text(_) | Term::Pid(_) | Term::Call(_) | Term::Object(_) => {}
    }
}

fn answered(world: &World, question: Question, operands: &[Operand], term: &Term) -> String {
    let value = world.eval(term, None);
    match (question, &value) {
        (Question::Access, Value::Number(mask)) => {
            let object = match operands {
                [Operand::Actor(process), Operand::Value(handle)] => {
                    world.object(&ObjectRef::At(*process, Box::new(handle.clone())))
                }
                _ => None,
            };
            let mask = AccessMask(*mask as u32);
            match object.and_then(|id| world.kernel.objects().get(id)) {
                Some(object) => format!("{} ({mask})", object.object_type().access_in_words(mask)),
                None => format!("{mask}"),
            }
        }
        (
            Question::Handles
            | Question::Pointers
            | Question::Count
            | Question::OpenHandles
            | Question::ParentPid
            | Question::ExitCode
            | Question::Type
            | Question::Owner,
            Value::Object(object),
        ) => owner(world, *object),
        (
            Question::Handles
            | Question::Pointers
            | Question::Count
            | Question::OpenHandles
            | Question::ParentPid
            | Question::ExitCode,
            _,
        ) => plain(&value),
        (_, Value::Number(truth)) => if *truth == 0 { "FALSE" } else { "TRUE" }.to_owned(),
        _ => plain(&value),
    }
}

fn owner(world: &World, object: Option<ObjectId>) -> String {
    let label = object.and_then(|object| world.kernel.label_of(object));
    label.map_or("NULL".to_owned(), |label| label.to_string())
}

/// A value in plain words.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Nothing => "nothing yet".to_owned(),
        Value::Number(number) if Handle(*number).is_pseudo() => (*number as i64).to_string(),
        Value::Number(number) if *number > 0xFFFF => format!("{number:#x}"),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::Object(None) => "NULL".to_owned(),
        Value::Object(Some(_)) => "an object".to_owned(),
    }
}
