//! How are the programs drawn that somebody wants?
//!
//! [`Knobs`] say what a program is about, which calls it makes, how many processes act in it and how many of its calls are
//! hostile. What is drawn shrinks as everything here does: step by step, and never to something that is no program.
//!
//! ```
//! use handlelab::testing::{rehearsal::conform, strategy::{Knobs, Subject}, system::KernelSystem};
//! use proptest::{prop_assert, test_runner::TestRunner};
//!
//! let knobs = Knobs::new().about(&[Subject::Events, Subject::Pipes]).processes(3).hostile(10);
//! let result = TestRunner::default().run(&knobs.programs(1..12), |program| {
//!     let agreement = conform(&program, &mut KernelSystem::new(program.options));
//!     prop_assert!(agreement.is_ok(), "{}", program.text("A disagreement"));
//!     Ok(())
//! });
//! assert!(result.is_ok());
//! ```

use super::arguments::{CURRENT_PROCESS, hostile_source};
use super::{Subject, actions, options, themes};
use crate::kernel::calls::Kind as ParamKind;
use crate::kernel::{CallSpec, ObjectType};
use crate::testing::program::{Action, Kind, Operand, PROCESSES, Program, Source, Step, THREADS};
use crate::testing::program::{VARIABLES, Variable, Whose};
use crate::testing::system::KernelSystem;
use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;
use proptest::sample::Index;

/// What is drawn. Each setting left alone is as in [`programs`](super::programs).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Knobs {
    subjects: Vec<Subject>,
    processes: Option<u8>,
    hostile: Option<u8>,
    only: Option<Vec<&'static str>>,
    without: Vec<&'static str>,
}

impl Knobs {
    /// Nothing is chosen yet.
    pub fn new() -> Knobs {
        Knobs::default()
    }

    /// What programs are about, beside handles.
    #[must_use]
    pub fn about(self, subjects: &[Subject]) -> Knobs {
        Knobs { subjects: subjects.to_vec(), ..self }
    }

    /// How many processes act at most, from 1 to [`PROCESSES`]. Two exist from the start, the others are created; with 1 or
    /// 2 none is.
    #[must_use]
    pub fn processes(self, processes: u8) -> Knobs {
        Knobs { processes: Some(processes.clamp(1, PROCESSES)), ..self }
    }

    /// How many calls of a hundred are given something that is no open handle of the right type: a value that was closed, of
    /// another process, of another type, of nobody.
    #[must_use]
    pub fn hostile(self, percent: u8) -> Knobs {
        Knobs { hostile: Some(percent.min(100)), ..self }
    }

    /// Only these calls are made.
    #[must_use]
    pub fn only(self, calls: &[&'static str]) -> Knobs {
        Knobs { only: Some(calls.to_vec()), ..self }
    }

    /// These calls are not made.
    #[must_use]
    pub fn without(self, calls: &[&'static str]) -> Knobs {
        Knobs { without: calls.to_vec(), ..self }
    }

    /// Programs with so many steps.
    pub fn programs(&self, size: impl Into<SizeRange>) -> BoxedStrategy<Program> {
        let (knobs, size) = (self.clone(), size.into());
        let theme = match self.subjects.is_empty() {
            true => themes().boxed(),
            false => Just(self.subjects.clone()).boxed(),
        };
        let steps = theme.no_shrink().prop_flat_map(move |theme| {
            let knobs = Knobs { subjects: theme, ..knobs.clone() };
            vec(knobs.steps(), size.clone())
        });
        (options(), steps).prop_map(|(options, steps)| Program { options, steps }).boxed()
    }

    /// Systems in which something has happened: a program of so many steps, and the simulator behind it.
    ///
    /// ```
    /// use handlelab::testing::strategy::Knobs;
    /// use proptest::{prop_assert, test_runner::TestRunner};
    ///
    /// let result = TestRunner::default().run(&Knobs::new().systems(0..20), |(_, system)| {
    ///     prop_assert!(system.kernel.violations().is_empty());
    ///     Ok(())
    /// });
    /// assert!(result.is_ok());
    /// ```
    pub fn systems(&self, size: impl Into<SizeRange>) -> impl Strategy<Value = (Program, KernelSystem)> {
        self.programs(size).prop_map(|program| {
            let mut system = KernelSystem::new(program.options);
            program.run(&mut system, |_, _, _, _| {});
            (program, system)
        })
    }

    /// Steps, whatever has happened before. Nothing is drawn about anything but handles, if no subject was chosen.
    pub fn steps(&self) -> BoxedStrategy<Step> {
        let processes = self.processes.unwrap_or(PROCESSES);
        let thread = prop_oneof![6 => Just(0), 4 => 1..THREADS];
        let others = prop_oneof![4 => 0..processes.min(2), 6 => 0..processes];
        let process = prop_oneof![1 => Just(0), 1 => others];
        ((process, thread), self.calls())
            .prop_map(move |(actor, mut action)| {
                speak_of(&mut action, processes);
                Step { actor, instead: true, action }
            })
            .boxed()
    }

    /// What a step does: a call, or now and then a value that one process learns from another.
    pub fn calls(&self) -> BoxedStrategy<Action> {
        let knobs = self.clone();
        let creates = self.processes.is_none_or(|processes| processes > 2);
        let wanted = move |call: &str| {
            let creates = creates || call != "CreateProcess";
            let only = knobs.only.as_ref().is_none_or(|only| only.contains(&call));
            creates && only && !knobs.without.contains(&call)
        };
        let actions = actions(&self.subjects, &wanted);
        let Some(percent) = self.hostile else { return actions };
        let kinds = (any::<Index>(), 0..VARIABLES);
        let is_hostile = proptest::bool::weighted(f64::from(percent) / 100.0);
        (actions, is_hostile, hostile_source(), kinds)
            .prop_map(|(mut action, is_hostile, source, (place, index))| {
                tame(&mut action, index);
                if is_hostile {
                    spoil(&mut action, source, place);
                }
                action
            })
            .boxed()
    }
}

/// Nobody beyond the processes that act is spoken of.
fn speak_of(action: &mut Action, processes: u8) {
    let Action::Call { args, .. } = action else { return };
    for (_, operand) in args {
        match operand {
            Operand::ProcessId(place) => *place %= processes,
            Operand::NewProcess(place) if processes > 2 => *place = 2 + *place % (processes - 2),
            _ => {}
        }
    }
}

/// The variables that hold handles to objects of a type.
fn kinds(of: Option<ObjectType>) -> &'static [Kind] {
    match of {
        Some(ObjectType::Event) => &[Kind::Event],
        Some(ObjectType::Mutant) => &[Kind::Mutex],
        Some(ObjectType::Semaphore) => &[Kind::Semaphore],
        Some(ObjectType::Timer) => &[Kind::Timer],
        Some(ObjectType::Process) => &[Kind::Process, Kind::ChildProcess],
        Some(ObjectType::Thread) => &[Kind::Thread, Kind::ChildThread],
        Some(ObjectType::File) => &[Kind::File, Kind::ReadEnd, Kind::WriteEnd],
        Some(ObjectType::Section) => &[Kind::Mapping],
        Some(ObjectType::Job) => &[Kind::Job],
        None => Kind::HANDLES,
    }
}

/// The handles among a call's arguments that must be given, each with the kinds that will do.
fn handles(action: &mut Action) -> Vec<(&mut Source, &'static [Kind])> {
    let Action::Call { call, args, .. } = action else { return Vec::new() };
    let Some(spec) = CallSpec::find(call) else { return Vec::new() };
    let mut found = Vec::new();
    for (name, operand) in args {
        let Some(param) = spec.param(name).map(|place| &spec.params[place]) else { continue };
        let kinds = match param.kind {
            ParamKind::Handle { of, .. } => kinds(of),
            ParamKind::AnyHandle | ParamKind::Handles { .. } => Kind::HANDLES,
            _ => continue,
        };
        match operand {
            Operand::Value(source) if param.required => found.push((source, kinds)),
            Operand::Values(sources) => found.extend(sources.iter_mut().map(|source| (source, kinds))),
            _ => {}
        }
    }
    found
}

/// Every handle becomes an open one of the right type.
fn tame(action: &mut Action, index: u8) {
    for (source, kinds) in handles(action) {
        let is_tame = match source {
            Source::Variable { whose, variable, plus, .. } => {
                *whose == Whose::Own && *plus == 0 && kinds.contains(&variable.kind)
            }
            // To name oneself is not hostile where a process is asked for.
            Source::Call(call) => *call == CURRENT_PROCESS && kinds.contains(&Kind::Process),
            Source::Number(_) => false,
        };
        if !is_tame {
            let kind = kinds[usize::from(index) % kinds.len()];
            let variable = Variable { kind, index };
            *source = Source::Variable { whose: Whose::Own, variable, among: kinds, plus: 0 };
        }
    }
}

/// One handle becomes a hostile one.
fn spoil(action: &mut Action, hostile: Source, place: Index) {
    let mut handles = handles(action);
    if !handles.is_empty() {
        let place = place.index(handles.len());
        *handles[place].0 = hostile;
    }
}
