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

/// Programs with so many steps.
pub fn programs(size: impl Into<SizeRange>) -> impl Strategy<Value = Program> {
    (options(), vec(steps(), size)).prop_map(|(options, steps)| Program { options, steps })
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
pub fn steps() -> BoxedStrategy<Step> {
    let process = prop_oneof![6 => 0..FROM_START, 4 => FROM_START..PROCESSES];
    let thread = prop_oneof![7 => Just(0), 3 => 1..THREADS];
    ((process, thread), actions()).prop_map(|(actor, action)| Step { actor, action }).boxed()
}

fn actions() -> BoxedStrategy<Action> {
    let copies = (select(calls::PLAIN), 0..VARIABLES, from_anybody())
        .prop_map(|(kind, index, from)| Action::Copy { to: Variable { kind, index }, from });
    let calls = calls::rows().into_iter().map(|row| (row.weight, row.strategy()));
    let all: Vec<_> = calls.chain([(4, copies.boxed())]).collect();
    proptest::strategy::Union::new_weighted(all).boxed()
}

/// A variable of a kind.
fn variable(kind: Kind) -> impl Strategy<Value = Variable> {
    (0..VARIABLES).prop_map(move |index| Variable { kind, index })
}
