//! How is an answer written?
//!
//! ```
//! use handlelab::kernel::calls::Returns;
//! use handlelab::run::words;
//!
//! assert_eq!(words::value(Returns::Bool, 1), "TRUE");
//! assert_eq!(words::value(Returns::Wait, 0x102), "WAIT_TIMEOUT");
//! ```

use crate::kernel::calls::{CallSpec, Returns};
use crate::kernel::constants::{Constant, Family};
use crate::kernel::waits::{WAIT_ABANDONED_0, WAIT_TIMEOUT};
use crate::kernel::{Answer, Handle, Status, Win32Error};

/// An answer as a reader sees it: `HANDLE 0x4`, `FALSE ERROR_INVALID_HANDLE`, `WAIT_OBJECT_0 + 1`.
pub fn answer(spec: &CallSpec, answer: &Answer) -> String {
    let value = value(spec.returns, answer.value);
    match answer.error.filter(|error| *error != Win32Error::SUCCESS) {
        Some(error) => format!("{value} {error}"),
        None => value,
    }
}

/// An answer as a file expects it: without the value of a handle or an address.
///
/// ```
/// use handlelab::kernel::{CallSpec, Kernel, Log, Options, Outcome};
/// use handlelab::run::words::{answer, expectation};
///
/// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
/// let (_, thread) = kernel.start_process("p", &mut log);
/// let create = CallSpec::find("CreateEvent").expect("a call");
/// let Outcome::Returned(event) = kernel.call(thread, create, &[], &mut log) else { panic!("it waits") };
/// assert_eq!(answer(create, &event), "HANDLE 0x4");
/// assert_eq!(expectation(create, &event), "HANDLE", "a file that names the value would hold on one system only");
/// ```
pub fn expectation(spec: &CallSpec, answer: &Answer) -> String {
    let value = value(spec.returns, answer.value);
    let word = match value.split_once(' ') {
        Some((word @ ("HANDLE" | "ADDRESS"), _)) => word,
        _ => &value,
    };
    match answer.error.filter(|error| *error != Win32Error::SUCCESS) {
        Some(error) => format!("{word} {error}"),
        None => word.to_owned(),
    }
}

/// A returned value in the words of its kind.
pub fn value(returns: Returns, value: u64) -> String {
    match returns {
        Returns::Bool => if value == 0 { "FALSE" } else { "TRUE" }.to_owned(),
        Returns::Handle | Returns::FileHandle if value == 0 => "NULL".to_owned(),
        Returns::FileHandle if value == u64::MAX => "INVALID_HANDLE_VALUE".to_owned(),
        Returns::Handle | Returns::FileHandle => format!("HANDLE {}", Handle(value)),
        Returns::Wait => wait(value),
        Returns::Address if value == 0 => "NULL".to_owned(),
        Returns::Address => format!("ADDRESS {value:#x}"),
        Returns::Status => Status::from_code(value as u32)
            .map_or_else(|| format!("{value:#x}"), |status| status.name().to_owned()),
        Returns::Number { failure } if value == failure && failure != 0 => {
            let constants = Constant::all().iter();
            let named =
                constants.filter(|found| found.family == Family::Answer && found.name.starts_with("INVALID"));
            named
                .map(|found| found.name.to_owned())
                .next()
                .filter(|_| failure == value)
                .unwrap_or(value.to_string())
        }
        Returns::Plain if Handle(value).is_pseudo() => Handle(value).to_string(),
        Returns::Number { .. } | Returns::Plain => value.to_string(),
        Returns::Nothing => String::new(),
    }
}

fn wait(value: u64) -> String {
    let index =
        |first: &str, index: u64| if index == 0 { first.to_owned() } else { format!("{first} + {index}") };
    match value {
        0..64 => index("WAIT_OBJECT_0", value),
        WAIT_ABANDONED_0..0xC0 => index("WAIT_ABANDONED_0", value - WAIT_ABANDONED_0),
        WAIT_TIMEOUT => "WAIT_TIMEOUT".to_owned(),
        _ => "WAIT_FAILED".to_owned(),
    }
}
