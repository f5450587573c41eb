//! Does a system do what the reference does?
//!
//! [`conform`] is the whole comparison for a [`System`] of your own. One that forgets DUPLICATE_CLOSE_SOURCE would be found so:
//!
//! ```
//! use handlelab::testing::{rehearsal::conform, strategy::programs, system::KernelSystem};
//! use proptest::{prop_assert, test_runner::TestRunner};
//!
//! let result = TestRunner::default().run(&programs(1..20), |program| {
//!     let agreement = conform(&program, &mut KernelSystem::new(program.options));
//!     prop_assert!(agreement.is_ok(), "{}", agreement.unwrap_err());
//!     Ok(())
//! });
//! assert!(result.is_ok(), "{result:?}");
//! ```

use super::program::{Program, Step};
use super::reference::Reference;
use super::stage::{Act, Deed, Stage};
use super::system::{Fate, Happening, Reply, System};
use crate::kernel::Options;
use std::fmt;

/// Where a system did something else than the reference.
///
/// ```
/// use handlelab::kernel::Options;
/// use handlelab::testing::program::{Action, Step};
/// use handlelab::testing::rehearsal::{Rehearsal, perform};
/// use handlelab::testing::stage::Stage;
/// use handlelab::testing::system::{Fate, KernelSystem};
///
/// let (mut rehearsal, mut system) = (Rehearsal::new(Options::default()), KernelSystem::new(Options::default()));
/// Stage::new(&mut system);
/// let action = Action::Call { call: "CreateEvent", args: vec![], keep: None };
/// rehearsal.step(&Step { actor: (0, 0), instead: true, action });
/// let (deed, mut expected) = rehearsal.last.expect("it was done");
/// expected.fate = Fate::Blocked; // as a reference would say that is wrong
/// let disagreement = perform(&mut system, &deed, &expected).expect_err("it does not wait");
/// assert_eq!(disagreement.line, "a: CreateEvent()");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Disagreement {
    /// The step, as a line of a scenario.
    pub line: String,
    /// What was expected and what was found.
    pub what: String,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.line, self.what)
    }
}

/// Runs a program on the reference and on a system side by side.
///
/// # Errors
/// The first step at which the two answer differently, or after which they look different.
pub fn conform(program: &Program, system: &mut impl System) -> Result<(), Disagreement> {
    let mut rehearsal = Rehearsal::new(program.options);
    Stage::new(system);
    for step in &program.steps {
        rehearsal.step(step);
        if let Some((deed, expected)) = &rehearsal.last {
            perform(system, deed, expected)?;
            compare(system, deed, &rehearsal.reference)?;
        }
    }
    Ok(())
}

/// A program on its way through the reference.
///
/// ```
/// use handlelab::kernel::Options;
/// use handlelab::testing::program::{Action, Step};
/// use handlelab::testing::rehearsal::{Rehearsal, compare, perform};
/// use handlelab::testing::stage::Stage;
/// use handlelab::testing::system::KernelSystem;
///
/// let (mut rehearsal, mut system) = (Rehearsal::new(Options::default()), KernelSystem::new(Options::default()));
/// Stage::new(&mut system); // starts the processes that are there from the start
/// let action = Action::Call { call: "CreateMutex", args: vec![], keep: None };
/// rehearsal.step(&Step { actor: (0, 0), instead: true, action });
/// let (deed, expected) = rehearsal.last.as_ref().expect("it was done");
/// assert_eq!(perform(&mut system, deed, expected), Ok(()), "the same answer");
/// assert_eq!(compare(&system, deed, &rehearsal.reference), Ok(()), "the same picture behind it");
/// ```
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// What the model does where Windows is not settled.
    pub options: Options,
    /// The reference.
    pub reference: Reference,
    /// Who is there, and what the variables hold.
    pub stage: Stage,
    /// The last deed and what it led to, if the last step was done.
    pub last: Option<(Deed, Happening)>,
}

impl Rehearsal {
    /// Before the first step.
    pub fn new(options: Options) -> Rehearsal {
        let mut reference = Reference::new(options);
        let stage = Stage::new(&mut reference);
        Rehearsal { options, reference, stage, last: None }
    }

    /// Does a step, if anybody can do it.
    pub fn step(&mut self, step: &Step) {
        self.last = None;
        let Some(deed) = self.stage.resolve(&self.reference, step) else { return };
        let happening = match &deed.act {
            Act::Call { request, .. } => self.reference.call(deed.actor.thread, request),
            Act::Copy(_) => Happening { fate: Fate::NoCall, released: Vec::new() },
        };
        self.stage.note(&self.reference, &deed, &happening);
        self.last = Some((deed, happening));
    }
}

/// Does on a system what was rehearsed.
///
/// # Errors
/// If something else happens.
pub fn perform(system: &mut impl System, deed: &Deed, expected: &Happening) -> Result<(), Disagreement> {
    let found = match &deed.act {
        Act::Call { request, .. } => system.call(deed.actor.thread, request),
        Act::Copy(_) => expected.clone(),
    };
    if found == *expected {
        return Ok(());
    }
    let words = |happening: &Happening| {
        let released = happening
            .released
            .iter()
            .map(|(thread, reply)| format!("; thread #{thread} went on: {}", in_words(reply)));
        let fate = match &happening.fate {
            Fate::Returned(reply) => in_words(reply),
            other => format!("{other:?}"),
        };
        fate + &released.collect::<String>()
    };
    Err(disagreement(deed, format!("  expected: {}\n  found:    {}\n", words(expected), words(&found))))
}

fn in_words(reply: &Reply) -> String {
    let failure = reply.failure.map(|status| format!(" {status}")).unwrap_or_default();
    let error = reply.error.map(|error| format!(", last error {error}")).unwrap_or_default();
    let object = reply.object.map(|object| format!(", object #{object}")).unwrap_or_default();
    let outs: String = reply.outs.iter().map(|(param, filled)| format!(", {param}: {filled:?}")).collect();
    format!("{:#x}{failure}{error}{object}{outs}", reply.value)
}

/// Compares the whole states.
///
/// # Errors
/// If they differ.
pub fn compare(system: &impl System, deed: &Deed, reference: &Reference) -> Result<(), Disagreement> {
    match reference.picture().difference(&system.picture()) {
        Some(what) => Err(disagreement(deed, what)),
        None => Ok(()),
    }
}

fn disagreement(deed: &Deed, what: String) -> Disagreement {
    Disagreement { line: deed.in_words(), what }
}
