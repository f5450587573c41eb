//! Which programs are worth trying?
//!
//! Random ones that mostly make sense: a step mostly uses handles of the right type in the right process, with rights that
//! suffice, and now and then something hostile: a closed value, a value of another process, a wrong type, a pseudohandle,
//! too few rights, garbage.

mod arguments;
mod calls;

use super::program::{Action, FROM_START, Kind, PROCESSES, Program, Step, THREADS, VARIABLES, Variable};
use crate::kernel::Options;
use arguments::from_anybody;
use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

/// Programs with so many steps.
pub fn programs(size: impl Into<SizeRange>) -> impl Strategy<Value = Program> {
    let size = size.into();
    // What a program is about is no matter of shrinking: another theme would be another program.
    let steps = themes().no_shrink().prop_flat_map(move |theme| vec(steps(theme), size.clone()));
    (options(), steps).prop_map(|(options, steps)| Program { options, steps })
}

/// What a program is mostly about. Where everything happens with the same chance, rare things never happen together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Everything.
    Everything,
    /// Duplicates, inheritance and names.
    Sharing,
    /// Threads that wait for each other.
    Waiting,
    /// Files and pipes.
    Files,
    /// Jobs, timers and file mappings.
    Groups,
}

/// One of the themes.
pub fn themes() -> impl Strategy<Value = Theme> {
    select(&[Theme::Everything, Theme::Sharing, Theme::Waiting, Theme::Files, Theme::Groups][..])
}

/// Mostly the defaults.
pub fn options() -> impl Strategy<Value = Options> {
    let choices = |spec: &'static crate::kernel::options::OptionSpec| {
        let value = move |(value, _): &(&'static str, &str)| (spec.name, *value);
        spec.values.iter().map(value).collect::<Vec<_>>()
    };
    let all: Vec<(&str, &str)> = Options::ALL.iter().flat_map(choices).collect();
    let some = prop_oneof![6 => Just(Vec::new()), 4 => vec(select(all), 1..4)];
    some.prop_map(|chosen| {
        let mut options = Options::default();
        for (name, value) in chosen {
            options.set(name, value);
        }
        options
    })
}

/// Steps of a program, whatever has happened before.
pub fn steps(theme: Theme) -> BoxedStrategy<Step> {
    let process = prop_oneof![6 => 0..FROM_START, 4 => FROM_START..PROCESSES];
    let thread = prop_oneof![7 => Just(0), 3 => 1..THREADS];
    ((process, thread), actions(theme)).prop_map(|(actor, action)| Step { actor, action }).boxed()
}

fn actions(theme: Theme) -> BoxedStrategy<Action> {
    let copies = (select(calls::PLAIN), 0..VARIABLES, from_anybody())
        .prop_map(|(kind, index, from)| Action::Copy { to: Variable { kind, index }, from });
    let calls = calls::rows(theme).into_iter().map(|row| (row.weight, row.strategy()));
    let all: Vec<_> = calls.chain([(8, copies.boxed())]).collect();
    Union::new_weighted(all).boxed()
}

/// A variable of a kind.
fn variable(kind: Kind) -> impl Strategy<Value = Variable> {
    (0..VARIABLES).prop_map(move |index| Variable { kind, index })
}
