//! Which handles were misused in a run?
//!
//! A misuse is something that a careful program never does, whether or not the kernel says no to it: often it says yes. It is
//! found by following each value from where it came to where it is used, in the steps and effects of a trace. A right that is
//! missing is no misuse but an answer, and a handle that was moved away is no leak.
//!
//! ```
//! use handlelab::run::{misuse, record};
//! use handlelab::scenario::Document;
//!
//! let text = "process p\np: h = CreateEvent()\np: CloseHandle(h)\np: CloseHandle(h)\n";
//! let document = Document::read(text).expect("it can be read");
//! let (_, trace) = record("twice.hlab", &document);
//! assert_eq!(misuse::find(&trace)[0].class.name(), "use-after-close");
//! ```

mod inherited;
mod ledger;
mod meant;
mod process_information;
mod sentence;
#[cfg(test)]
mod tests;
mod value;

pub use crate::scenario::misuse::{Class, ClassSpec};
pub(super) use meant::{judged, run_and_judge};

use super::history::{History, Moment};
use super::trace::{StepKind, Trace, TraceStep};
use crate::kernel::CallSpec;
use ledger::Ledger;
use serde::Serialize;
use smol_str::SmolStr;

/// One misuse of a handle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Misuse {
    /// Which kind of misuse.
    pub class: Class,
    /// The number of the step.
    pub step: usize,
    /// Its line.
    pub line: u32,
    /// Who did it.
    pub actor: Option<SmolStr>,
    /// What happened, in sentences.
    pub what: String,
    /// What to do instead.
    pub advice: &'static str,
    /// Does the file say that it means this one?
    pub meant: bool,
}

impl Misuse {
    fn new(class: Class, step: &TraceStep, what: String) -> Misuse {
        let (step, line, actor) = (step.number, step.line, step.actor.clone());
        Misuse { class, step, line, actor, what, advice: class.spec().advice, meant: false }
    }
}

/// The misuses of a run, in the order of its steps. What a file says of them is not known here.
///
/// ```
/// use handlelab::run::misuse::{Class, find};
/// use handlelab::run::record;
/// use handlelab::scenario::Document;
///
/// for class in Class::ALL {
///     let found = |text| find(&record("a.hlab", &Document::read(text).expect("it can be read")).1);
///     assert!(found(class.spec().wrong).iter().any(|misuse| misuse.class == *class));
///     assert_eq!(found(class.spec().right), []);
/// }
/// ```
pub fn find(trace: &Trace) -> Vec<Misuse> {
    let history = History::of(trace);
    let mut ledger = Ledger::new(trace, &history);
    let mut found: Vec<(Moment, Misuse)> = Vec::new();
    for (moment, step) in trace.steps.iter().enumerate() {
        if let Some(spec) = step.call.and_then(CallSpec::find) {
            let misused = step.given.iter().filter_map(|given| value::judge(&ledger, spec, step, given));
            let mut misused: Vec<Misuse> = misused.collect();
            // WaitForMultipleObjects([h, h]) and CompareObjectHandles(h, h) are told once.
            misused.dedup();
            found.extend(misused.into_iter().map(|misuse| (moment, misuse)));
        }
        ledger.learn(moment, step);
    }
    // What nobody has done so far somebody may still do, unless the run is over.
    if trace.steps.last().is_some_and(|step| step.kind == StepKind::End) {
        found.extend(inherited::find(&ledger));
        found.extend(process_information::find(&ledger));
    }
    found.sort_by_key(|(moment, _)| *moment);
    found.into_iter().map(|(_, misuse)| misuse).collect()
}
