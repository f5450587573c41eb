//! In what can two systems differ, and how is that said?

use crate::kernel::calls::{CallSpec, Returns};
use crate::kernel::{Status, Win32Error};
use crate::run::words;
use crate::testing::handle_system::Returned;
use crate::testing::system::{Filled, Reply};

/// In what they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aspect {
    /// One of them succeeds, or waits, or ends its thread, and the other does not.
    Outcome,
    /// Both fail, for different reasons; or both succeed, and say different things of it.
    Error,
    /// What is given back.
    Value,
    /// A new handle has a value that is in use.
    Unique,
    /// Which object a handle names.
    Object,
    /// The rights of a handle.
    Access,
    /// Whether it is inheritable or protected.
    Flags,
    /// How many handles an object has.
    HandleCount,
    /// How many handles a process has.
    OpenHandles,
    /// A handle that is open names nothing.
    Lost,
    /// A handle that is closed names something.
    Left,
    /// Somebody who waited goes on, or does not.
    Released,
    /// The system panicked.
    Panic,
}

/// A difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unlike {
    pub(super) aspect: Aspect,
    /// Of what.
    pub(super) what: String,
    pub(super) expected: String,
    pub(super) got: String,
}

impl Unlike {
    pub(super) fn new(aspect: Aspect, what: impl Into<String>, expected: String, got: String) -> Unlike {
        Unlike { aspect, what: what.into(), expected, got }
    }
}

/// Does a value mean that a call succeeded?
pub(super) fn is_success(returns: Returns, value: u64) -> bool {
    match returns {
        Returns::Bool => value as u32 != 0,
        Returns::Handle | Returns::Address => value != 0,
        Returns::FileHandle => value != u64::MAX,
        Returns::Wait => value as u32 != u32::MAX,
        Returns::Number { failure } => value as u32 != failure as u32,
        Returns::Status => (value as u32) < 0x8000_0000,
        Returns::Plain | Returns::Nothing => true,
    }
}

/// What a call gives back when it fails with an error of Win32 (or, for a native call, with an NTSTATUS).
pub(super) fn failed(returns: Returns, error: u32) -> Returned {
    let value = match returns {
        Returns::Status => error.into(),
        other => other.failure(Status::default()),
    };
    Returned { value, error, outs: Vec::new() }
}

/// An answer, as it stands behind `=>` in a scenario; handles without their values, unless these matter.
pub(super) fn in_words(returns: Returns, value: u64, error: u32, with_values: bool) -> String {
    let is_handle = matches!(returns, Returns::Handle | Returns::FileHandle | Returns::Address);
    let value = match is_success(returns, value) {
        true if is_handle && !with_values => "HANDLE".to_owned(),
        true if returns == Returns::Bool => "TRUE".to_owned(),
        _ => words::value(returns, value),
    };
    match Win32Error(error) {
        _ if returns == Returns::Status || error == 0 => value,
        error => format!("{value} {error}"),
    }
}

/// Calls whose numbers are ids, which every system chooses in its own way.
const IDS: &[&str] =
    &["GetCurrentProcessId", "GetCurrentThreadId", "GetProcessId", "GetThreadId", "GetProcessIdOfThread"];
/// Out parameters that are filled with ids.
const OUT_IDS: &[&str] = &["lpThreadId"];

/// Holds what a call gave back against what it must give back.
/// Out parameters that nobody `wanted` are not looked at.
pub(super) fn answer(
    spec: &CallSpec,
    wanted: impl Fn(&str) -> bool,
    expected: &Reply,
    got: &Returned,
    with_values: bool,
) -> Vec<Unlike> {
    let returns = spec.returns;
    let error = expected.error.unwrap_or_default();
    // A standard handle may be INVALID_HANDLE_VALUE, and GetStdHandle succeeds in saying so.
    let same_value = expected.succeeded() && expected.value == got.value;
    let succeeded = is_success(returns, got.value) || same_value;
    // Only what fails, or is said to leave a last error, is asked for it.
    let tells = !expected.succeeded() || error != 0;
    let got_error = if tells || !succeeded { got.error } else { 0 };
    let both = || {
        let words = |value, error| in_words(returns, value, error, with_values);
        (words(expected.value, error), words(got.value, got_error))
    };
    let unlike = |aspect| {
        let (expected, got) = both();
        vec![Unlike::new(aspect, "the answer", expected, got)]
    };
    if succeeded != expected.succeeded() {
        return unlike(Aspect::Outcome);
    }
    let same = match returns {
        _ if IDS.contains(&spec.name) => true,
        Returns::Bool | Returns::Nothing => true,
        Returns::Address => (expected.value == 0) == (got.value == 0),
        Returns::Handle | Returns::FileHandle => !with_values || expected.value == got.value,
        _ => expected.value as u32 == got.value as u32,
    };
    if !same {
        return unlike(Aspect::Value);
    }
    if returns != Returns::Status && tells && error != got_error {
        return unlike(Aspect::Error);
    }
    if !succeeded {
        return Vec::new();
    }
    let outs = expected.outs.iter().filter(|(param, _)| wanted(param));
    outs.filter_map(|(param, filled)| out(param, filled, got, with_values)).collect()
}

fn out(param: &str, expected: &Filled, got: &Returned, with_values: bool) -> Option<Unlike> {
    let found = got.outs.iter().find(|(name, _)| *name == param).map(|(_, filled)| filled);
    let handle = |value: &u64| match *value {
        0 => "NULL".to_owned(),
        value if with_values => format!("{value:#x}"),
        _ => "a handle".to_owned(),
    };
    let words = |filled: &Filled| match filled {
        Filled::Number(number) => number.to_string(),
        Filled::Handle(value, _) => handle(value),
        Filled::Text(text) => format!("{text:?}"),
        // The handles of PROCESS_INFORMATION; behind them stand ids.
        Filled::Record(fields) => {
            fields.iter().take(2).map(|(value, _)| handle(value)).collect::<Vec<_>>().join(" and ")
        }
    };
    let (expected, got) = match found {
        _ if OUT_IDS.contains(&param) => return None,
        Some(found) => (words(expected), words(found)),
        None => (words(expected), "nothing written".to_owned()),
    };
    (expected != got).then(|| Unlike::new(Aspect::Value, param, expected, got))
}
