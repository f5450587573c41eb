//! What shall random programs be like?

use super::arguments::{Argument, Choice, HOSTILE, from_anybody};
use super::calls::{self, Row};
use super::{Subject, options, pick, subjects};
use crate::testing::program::{
    Action, FROM_START, Kind, PROCESSES, Program, Step, THREADS, VARIABLES, Variable,
};
use crate::testing::stage::Deed;
use crate::testing::system::KernelSystem;
use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;
use proptest::sample::select;

/// Knobs to turn: what programs are about, and how hostile they are.
///
/// Programs that only create, duplicate and close handles of events, by two processes, without anything hostile:
///
/// ```
/// use handlelab::testing::strategy::{Knobs, Subject};
/// use handlelab::testing::{rehearsal::conform, system::KernelSystem};
/// use proptest::{prop_assert, test_runner::TestRunner};
///
/// let mut knobs = Knobs::about(&[Subject::Events]);
/// knobs.calls = vec![("CreateEvent", 2), ("DuplicateHandle", 2), ("CloseHandle", 1)];
/// (knobs.processes, knobs.threads, knobs.hostile) = (2, 1, 0);
/// let result = TestRunner::default().run(&knobs.programs(1..20), |program| {
///     prop_assert!(conform(&program, &mut KernelSystem::new(program.options)).is_ok());
///     Ok(())
/// });
/// assert!(result.is_ok(), "{result:?}");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Knobs {
    /// What programs are about, beside handles.
    pub subjects: Vec<Subject>,
    /// Only these calls, each as often as its number says. If none is named: what the subjects know, and the calls that
    /// belong to no subject.
    pub calls: Vec<(&'static str, u32)>,
    /// None of these calls.
    pub without: Vec<&'static str>,
    /// Where a call takes handles of several kinds, only these; all, if none is named.
    pub kinds: &'static [Kind],
    /// What is given for parameters with these names, whichever call has them (`lpName`), or of one call (`WriteFile.lpBuffer`).
    pub given: Vec<(&'static str, Given)>,
    /// At most so many processes are spoken of; two exist from the start.
    pub processes: u8,
    /// At most so many threads of each are spoken of.
    pub threads: u8,
    /// Of a hundred handles, how many are something hostile: closed values, values of others, wrong types, garbage.
    pub hostile: u32,
}

/// What is given for a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Given {
    /// It is left out.
    Never,
    /// It is given, whatever it is.
    Always,
    /// One of these numbers; where there are none it is left out.
    Numbers(&'static [u64]),
    /// One of these texts; where there are none it is left out.
    Texts(&'static [&'static str]),
}

/// No call is drawn more often than by this weight.
const HEAVIEST: u32 = 1_000;
/// So many steps are drawn until somebody can do one.
const ATTEMPTS: usize = 16;

impl Default for Knobs {
    fn default() -> Knobs {
        Knobs {
            subjects: Vec::new(),
            calls: Vec::new(),
            without: Vec::new(),
            kinds: &[],
            given: Vec::new(),
            processes: PROCESSES,
            threads: THREADS,
            hostile: HOSTILE,
        }
    }
}

impl Knobs {
    /// The knobs as the tests of this crate have them, for programs about some subjects.
    pub fn about(subjects: &[Subject]) -> Knobs {
        Knobs { subjects: subjects.to_vec(), ..Knobs::default() }
    }

    /// Programs with so many steps.
    pub fn programs(&self, size: impl Into<SizeRange>) -> BoxedStrategy<Program> {
        let steps = vec(self.steps(), size);
        (options(), steps).prop_map(|(options, steps)| Program { options, steps }).boxed()
    }

    /// Systems in which something has happened: a program of so many steps, and the simulator behind it.
    ///
    /// ```
    /// use handlelab::testing::strategy::Knobs;
    /// use proptest::{prop_assert, test_runner::TestRunner};
    ///
    /// let result = TestRunner::default().run(&Knobs::default().systems(0..20), |(_, system)| {
    ///     prop_assert!(system.kernel.violations().is_empty());
    ///     Ok(())
    /// });
    /// assert!(result.is_ok());
    /// ```
    pub fn systems(&self, size: impl Into<SizeRange>) -> BoxedStrategy<(Program, KernelSystem)> {
        self.programs(size)
            .prop_map(|program| {
                let mut system = KernelSystem::new(program.options);
                program.run(&mut system, |_, _, _, _| {});
                (program, system)
            })
            .boxed()
    }

    /// Calls: a system in which something has happened, and what somebody in it may do next, with real values.
    ///
    /// ```
    /// use handlelab::testing::strategy::Knobs;
    /// use handlelab::testing::system::System;
    /// use proptest::{prop_assert, test_runner::TestRunner};
    ///
    /// let result = TestRunner::default().run(&Knobs::default().calls_in(0..20), |(mut system, deed)| {
    ///     if let Some(request) = deed.request() {
    ///         system.call(deed.actor.thread, request);
    ///         prop_assert!(system.fault().is_none(), "{}", deed.in_words());
    ///     }
    ///     Ok(())
    /// });
    /// assert!(result.is_ok(), "{result:?}");
    /// ```
    pub fn calls_in(&self, size: impl Into<SizeRange>) -> BoxedStrategy<(KernelSystem, Deed)> {
        (self.programs(size), vec(self.steps(), ATTEMPTS))
            .prop_filter_map("nobody can do any of it", |(program, next)| {
                let mut system = KernelSystem::new(program.options);
                let stage = program.play(&mut system, |_, _, _, _| {});
                let mut deeds = next.iter().filter_map(|step| stage.resolve(&system, step));
                let deed = deeds.find(|deed| deed.request().is_some())?;
                Some((system, deed))
            })
            .boxed()
    }

    /// Steps of such programs, whatever has happened before.
    pub fn steps(&self) -> BoxedStrategy<Step> {
        let processes = self.processes.clamp(1, PROCESSES);
        let process = match processes {
            1 => Just(0).boxed(),
            2 => prop_oneof![10 => Just(0), 4 => Just(1)].boxed(),
            _ => prop_oneof![10 => Just(0), 4 => 1..FROM_START, 6 => FROM_START..processes].boxed(),
        };
        let thread = match self.threads.clamp(1, THREADS) {
            1 => Just(0).boxed(),
            threads => prop_oneof![6 => Just(0), 4 => 1..threads].boxed(),
        };
        ((process, thread), self.actions())
            .prop_map(|(actor, action)| Step { actor, instead: true, action })
            .boxed()
    }

    fn actions(&self) -> BoxedStrategy<Action> {
        let rows = self.rows().into_iter().map(|row| (row.weight, row.strategy(self.hostile)));
        let copies = (select(calls::PLAIN), 0..VARIABLES, from_anybody())
            .prop_map(|(kind, index, from)| Action::Copy { to: Variable { kind, index }, from });
        // Who names the calls wants calls.
        let copies = self.calls.is_empty().then(|| (4, copies.boxed()));
        pick(rows.chain(copies).collect())
    }

    /// The calls that are worth trying, as these knobs want them.
    pub(super) fn rows(&self) -> Vec<Row> {
        let of_subjects = self.subjects.iter().flat_map(|subject| subjects::rows(*subject));
        let all = calls::general().into_iter().chain(of_subjects);
        let all = all.filter(|row| !self.without.contains(&row.call));
        if self.calls.is_empty() {
            return all.map(|row| self.turned(row)).collect();
        }
        let everything = || Subject::ALL.iter().flat_map(|subject| subjects::rows(*subject));
        let all: Vec<Row> = all.chain(everything()).collect();
        let named = self.calls.iter().filter_map(|(call, weight)| {
            let row = all.iter().find(|row| row.call == *call)?;
            Some(self.turned(Row { weight: (*weight).min(HEAVIEST), ..row.clone() }))
        });
        named.collect()
    }

    fn turned(&self, row: Row) -> Row {
        let args = row.args.into_iter().filter_map(|argument| {
            let of_this_call = |name: &str| {
                let param = name.strip_prefix(row.call).and_then(|rest| rest.strip_prefix('.'));
                param == Some(argument.param)
            };
            let is_it = |name: &str| name == argument.param || of_this_call(name);
            let found = self.given.iter().find(|(name, _)| is_it(name));
            match found.map(|(_, given)| *given) {
                None => Some(argument),
                Some(Given::Never | Given::Numbers([]) | Given::Texts([])) => None,
                Some(Given::Always) => Some(Argument { percent: None, ..argument }),
                Some(Given::Numbers(numbers)) => {
                    Some(Argument { percent: None, choice: Choice::Numbers(numbers), ..argument })
                }
                Some(Given::Texts(texts)) => {
                    Some(Argument { percent: None, choice: Choice::Texts(texts), ..argument })
                }
            }
        });
        let args = args.map(|argument| Argument { choice: self.narrowed(argument.choice), ..argument });
        Row { args: args.collect(), ..row }
    }

    fn narrowed(&self, choice: Choice) -> Choice {
        let few = |kinds: &'static [Kind]| {
            let fitting = self.kinds.iter().filter(|kind| kinds.contains(kind)).count();
            // Kinds that a parameter does not take are no use there.
            if fitting > 0 && fitting == self.kinds.len() { self.kinds } else { kinds }
        };
        match choice {
            Choice::Handle(kinds) => Choice::Handle(few(kinds)),
            Choice::FirstHandle(kinds) => Choice::FirstHandle(few(kinds)),
            Choice::Handles(kinds, most) => Choice::Handles(few(kinds), most),
            other => other,
        }
    }
}
