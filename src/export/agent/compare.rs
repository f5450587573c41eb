//! Does the real system answer what the model answers?

use super::mirror::Mirror;
use super::wire::{Answer, Sight};
use crate::kernel::CallSpec;
use crate::kernel::calls::Returns;
use crate::run::words;
use crate::testing::picture::{EntryView, ObjectView, State};
use crate::testing::system::{Filled, Reply};

/// Something that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlike {
    /// What: `answer`, `last error`, an out parameter, or what was seen of a handle.
    pub what: String,
    /// What the simulator says.
    pub simulator: String,
    /// What the judge says.
    pub judge: String,
}

impl Unlike {
    pub(super) fn new(
        what: impl Into<String>,
        simulator: impl Into<String>,
        judge: impl Into<String>,
    ) -> Unlike {
        Unlike { what: what.into(), simulator: simulator.into(), judge: judge.into() }
    }
}

/// Calls and out parameters that tell the id of a process or thread.
const IDS: &[&str] = &["GetCurrentProcessId", "GetCurrentThreadId", "GetProcessId", "lpThreadId"];

/// How a call's answer is compared, and how much of it.
pub(super) struct Comparison<'c> {
    pub(super) mirror: &'c Mirror,
    pub(super) compared: usize,
    pub(super) unlike: Vec<Unlike>,
}

impl Comparison<'_> {
    fn hold(&mut self, what: &str, simulator: String, judge: String) {
        self.compared += 1;
        if simulator != judge {
            self.unlike.push(Unlike::new(what, simulator, judge));
        }
    }

    /// Holds an answer against the model's; `last_error` is what GetLastError must give now.
    pub(super) fn reply(&mut self, spec: &CallSpec, reply: &Reply, last_error: Option<u32>, answer: &Answer) {
        if spec.returns != Returns::Nothing {
            let (simulator, judge) = self.values(spec, reply.value, answer.value);
            self.hold("answer", simulator, judge);
        }
        if let Some(error) = last_error {
            self.hold("last error", error.to_string(), answer.error.to_string());
        }
        for (param, filled) in &reply.outs {
            if answer.out(param).is_none() {
                continue; // nobody wanted it
            }
            let real = answer.numbers(param);
            match filled {
                // The id of somebody new is only learnt now.
                Filled::Number(number) if IDS.contains(param) && self.mirror.id(*number as u32).is_none() => {
                }
                Filled::Number(number) => {
                    let number = u64::from(*number as u32);
                    let number = if IDS.contains(param) { self.real_id(number) } else { number };
                    let judge = real.first().map(|real| u64::from(*real as u32));
                    self.hold(
                        param,
                        number.to_string(),
                        judge.map_or_else(String::new, |real| real.to_string()),
                    );
                }
                Filled::Handle(value, _) => {
                    let judge = real.first().map_or_else(String::new, |real| handle(*real));
                    self.hold(param, handle(*value), judge);
                }
                Filled::Text(text) => {
                    let written: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
                    self.hold(param, written, answer.out(param).unwrap_or_default().to_owned());
                }
                Filled::Record(fields) => {
                    let words = |values: &[u64]| {
                        values.iter().take(2).map(|value| handle(*value)).collect::<Vec<_>>().join(", ")
                    };
                    let values: Vec<u64> = fields.iter().map(|(value, _)| *value).collect();
                    self.hold(param, words(&values), words(&real));
                }
            }
        }
    }

    fn values(&self, spec: &CallSpec, model: u64, real: u64) -> (String, String) {
        let both = |word: &dyn Fn(u64) -> String| (word(model), word(real));
        match spec.returns {
            Returns::Bool => both(&|value| if value as u32 == 0 { "FALSE" } else { "TRUE" }.to_owned()),
            Returns::Handle | Returns::FileHandle | Returns::Address => both(&handle),
            Returns::Wait | Returns::Status => {
                both(&|value| words::value(spec.returns, u64::from(value as u32)))
            }
            Returns::Plain if spec.name.starts_with("GetCurrentProcess") && model > u64::from(u32::MAX) => {
                both(&handle)
            }
            Returns::Number { .. } | Returns::Plain | Returns::Nothing => {
                let model = u64::from(model as u32);
                let model = if IDS.contains(&spec.name) && model != 0 { self.real_id(model) } else { model };
                (model.to_string(), u64::from(real as u32).to_string())
            }
        }
    }

    /// The real id for one of the model; 0 if nobody told it.
    fn real_id(&self, model: u64) -> u64 {
        self.mirror.id(model as u32).map_or(0, u64::from)
    }

    /// Holds what a handle looks like against what the model knows of it. `same` says whether it names the same object as
    /// the one before.
    pub(super) fn sight(
        &mut self,
        name: &str,
        entry: &EntryView,
        object: &ObjectView,
        same: bool,
        sight: &Sight,
    ) {
        let of_type = object.object_type.spec().name.to_owned();
        self.hold(&format!("type of {name}"), of_type, sight.of_type.clone());
        let hexadecimal = |access: u32| format!("{access:#x}");
        self.hold(&format!("access of {name}"), hexadecimal(entry.access), hexadecimal(sight.access));
        let flags = u32::from(entry.inherit) | u32::from(entry.protect) << 1;
        self.hold(&format!("flags of {name}"), flags.to_string(), sight.flags.to_string());
        self.hold(&format!("handles of {name}"), object.handles.to_string(), sight.handles.to_string());
        self.hold(
            &format!("{name} names the same object as another"),
            same.to_string(),
            sight.same.to_string(),
        );
        if let (Some(model), Some(real)) = (state(&object.state), sight.state) {
            self.hold(&format!("state of {name}"), model.to_string(), real.to_string());
        }
    }
}

/// The state as NtQueryEvent, NtQuerySemaphore and NtQueryMutant tell it.
fn state(state: &State) -> Option<i64> {
    match state {
        State::Event { set, .. } => Some((*set).into()),
        State::Semaphore { count, .. } => Some((*count).into()),
        State::Mutex { recursion, .. } => Some(1 - i64::from(*recursion)),
        _ => None,
    }
}

/// Values differ from system to system; what can be compared is whether there is one.
fn handle(value: u64) -> String {
    match value {
        0 => "NULL".to_owned(),
        u64::MAX => "INVALID_HANDLE_VALUE".to_owned(),
        0xCCCC_CCCC_CCCC_CCCC => "nothing written".to_owned(),
        _ => "a value".to_owned(),
    }
}
