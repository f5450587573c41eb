//! Which programs are worth trying?
//!
//! Random ones that mostly make sense: a step mostly uses open handles of the right type in the right process, with rights
//! that suffice, and now and then something hostile: a closed value, a value of another process, a wrong type, a
//! pseudohandle, too few rights, garbage. Each program is about a few subjects only, for where everything happens with the
//! same chance, rare things never meet. [`Knobs`] say what else programs shall be like.
//!
//! ```
//! use handlelab::testing::strategy::{Given, Knobs, Subject};
//! use proptest::{prop_assert, test_runner::TestRunner};
//!
//! let mut knobs = Knobs::about(&[Subject::Mutexes]);
//! knobs.without = vec!["CreateThread", "CreateProcess"];
//! knobs.given = vec![("lpName", Given::Never)];
//! let result = TestRunner::default().run(&knobs.programs(1..20), |program| {
//!     let text = program.text("Mutexes without a name");
//!     prop_assert!(!text.contains("lpName") && !text.contains("CreateThread"), "{text}");
//!     Ok(())
//! });
//! assert!(result.is_ok(), "{result:?}");
//! ```

mod arguments;
mod calls;
mod drawing;
mod knobs;
mod queues;
mod rights;
mod subjects;

pub use drawing::{Dice, Drawing};
pub use knobs::{Given, Knobs};
pub use rights::{rights, wishes};

use super::program::{Action, Kind, Program, Step, VARIABLES, Variable};
use crate::kernel::Options;
use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// What a program can be about, beside handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum Subject {
    Events,
    Mutexes,
    Semaphores,
    Threads,
    Processes,
    Pipes,
    Files,
    Timers,
    Mappings,
    Jobs,
    StandardHandles,
}

impl Subject {
    /// All subjects.
    pub const ALL: &[Subject] = &[
        Subject::Events,
        Subject::Mutexes,
        Subject::Semaphores,
        Subject::Threads,
        Subject::Processes,
        Subject::Pipes,
        Subject::Files,
        Subject::Timers,
        Subject::Mappings,
        Subject::Jobs,
        Subject::StandardHandles,
    ];
}

/// Programs with so many steps; one in ten is about [queues].
///
/// ```
/// use handlelab::run::{Watch, run};
/// use handlelab::scenario::Document;
/// use handlelab::testing::strategy::programs;
/// use proptest::{prop_assert, test_runner::TestRunner};
///
/// let result = TestRunner::default().run(&programs(1..20), |program| {
///     let document = Document::read(program.text("A program")).expect("every program is a scenario");
///     prop_assert!(run(&document, Watch::Quietly).is_good());
///     Ok(())
/// });
/// assert!(result.is_ok(), "{result:?}");
/// ```
pub fn programs(size: impl Into<SizeRange>) -> impl Strategy<Value = Program> {
    let size = size.into();
    prop_oneof![9 => mixed(size.clone()), 1 => queues(size)]
}

/// Programs in which threads stand in line for a few things, and are suspended and resumed meanwhile.
///
/// ```
/// use handlelab::testing::{strategy::queues, system::KernelSystem, system::System};
/// use proptest::{prop_assert, test_runner::TestRunner};
///
/// let result = TestRunner::default().run(&queues(1..20), |program| {
///     let mut system = KernelSystem::new(program.options);
///     program.run(&mut system, |_, _, _, _| {});
///     prop_assert!(system.fault().is_none());
///     Ok(())
/// });
/// assert!(result.is_ok());
/// ```
pub fn queues(size: impl Into<SizeRange>) -> impl Strategy<Value = Program> {
    let steps = (queues::openings(), vec(queues::steps(), size));
    let steps = steps.prop_map(|(opening, steps)| [opening, steps].concat());
    (options(), steps).prop_map(|(options, steps)| Program { options, steps })
}

fn mixed(size: SizeRange) -> impl Strategy<Value = Program> {
    // What a program is about is no matter of shrinking: about something else it would be another program.
    let steps = themes().no_shrink().prop_flat_map(move |theme| vec(steps(&theme), size.clone()));
    (options(), steps).prop_map(|(options, steps)| Program { options, steps })
}

/// A few subjects, now and then all.
///
/// ```
/// use handlelab::testing::strategy::{steps, themes};
/// use proptest::strategy::Strategy;
/// use proptest::{prop_assert, test_runner::TestRunner};
///
/// let about_few_things = themes().prop_flat_map(|theme| steps(&theme));
/// let result = TestRunner::default().run(&about_few_things, |step| {
///     prop_assert!(step.actor.0 < handlelab::testing::program::PROCESSES);
///     Ok(())
/// });
/// assert!(result.is_ok());
/// ```
pub fn themes() -> impl Strategy<Value = Vec<Subject>> {
    let few = || subsequence(Subject::ALL, 1..=4);
    // Where there is but one thread, whatever is about waiting ends soon.
    let with_threads = few().prop_map(|mut theme| {
        if !theme.contains(&Subject::Threads) {
            theme.push(Subject::Threads);
        }
        theme
    });
    prop_oneof![5 => few(), 4 => with_threads, 1 => Just(Subject::ALL.to_vec())]
}

/// Mostly the defaults.
///
/// ```
/// use handlelab::kernel::Kernel;
/// use handlelab::testing::strategy::options;
/// use proptest::{prop_assert_eq, test_runner::TestRunner};
///
/// let result = TestRunner::default().run(&options(), |options| {
///     let kernel = Kernel::new(options);
///     prop_assert_eq!(kernel.options(), &options);
///     Ok(())
/// });
/// assert!(result.is_ok());
/// ```
pub fn options() -> impl Strategy<Value = Options> {
    let choices = |spec: &'static crate::kernel::options::OptionSpec| {
        let value = move |(value, _): &(&'static str, &str)| (spec.name, *value);
        spec.values.iter().map(value).collect::<Vec<_>>()
    };
    // Whether ends wait is a question of orders; the naive model knows one order, in which they happen at once.
    let known = Options::ALL.iter().filter(|spec| spec.name != "ends");
    let all: Vec<(&str, &str)> = known.flat_map(choices).collect();
    let privilege = vec![("create_permanent_privilege", "yes")];
    let some = prop_oneof![5 => Just(Vec::new()), 2 => Just(privilege), 4 => vec(select(all), 1..4)];
    some.prop_map(|chosen| {
        let mut options = Options::default();
        for (name, value) in chosen {
            options.set(name, value);
        }
        options
    })
}

/// Steps of a program about these subjects, whatever has happened before.
///
/// ```
/// use handlelab::testing::strategy::{Subject, steps};
/// use proptest::collection::vec;
/// use proptest::{prop_assert_eq, test_runner::TestRunner};
///
/// let result = TestRunner::default().run(&vec(steps(&[Subject::ALL[0]]), 3), |steps| {
///     prop_assert_eq!(steps.len(), 3);
///     Ok(())
/// });
/// assert!(result.is_ok());
/// ```
pub fn steps(theme: &[Subject]) -> BoxedStrategy<Step> {
    Knobs::about(theme).steps()
}

/// One of these, each as often as its weight says. Which one it is does not shrink: that takes long, and leads from what
/// broke to something else. Where there is nothing to choose from, nothing is drawn.
fn pick(all: Vec<(u32, BoxedStrategy<Action>)>) -> BoxedStrategy<Action> {
    let weights = all.iter().map(|(weight, _)| *weight);
    let picks: Vec<usize> =
        weights.enumerate().flat_map(|(row, weight)| vec![row; weight as usize]).collect();
    if picks.is_empty() {
        return Just(()).prop_filter_map("the knobs leave no call to choose from", |()| None).boxed();
    }
    select(picks).no_shrink().prop_flat_map(move |row| all[row].1.clone()).boxed()
}

/// A variable of a kind.
fn variable(kind: Kind) -> impl Strategy<Value = Variable> {
    (0..VARIABLES).prop_map(move |index| Variable { kind, index })
}
