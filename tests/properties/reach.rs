//! Promise: silence is no success. Random programs do reach what the other promises are about, and hostile calls are a
//! part of them, but not most of it.

use crate::harness::config;
use crate::testing::program::Program;
use crate::testing::strategy::programs;
use crate::testing::system::{Fate, KernelSystem};
use handlelab::kernel::{CallSpec, Status};
use proptest::prelude::Strategy;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::{BTreeMap, BTreeSet};

/// Which calls the generator knows that the naive model does not, or that it cannot know.
const LEFT_OUT: &[&str] = &["GetCurrentProcess", "GetCurrentThread"];

#[derive(Default)]
struct Seen {
    succeeded: BTreeMap<&'static str, usize>,
    failed: BTreeMap<&'static str, usize>,
    statuses: BTreeSet<Status>,
    released: usize,
    blocked: usize,
    deaths: usize,
}

fn look(program: &Program, seen: &mut Seen) {
    let mut living = 0;
    program.run(&mut KernelSystem::new(program.options), |deed, happening, _, system| {
        let Some(request) = deed.request() else { return };
        match &happening.fate {
            Fate::Returned(reply) if !reply.succeeded() => {
                *seen.failed.entry(request.call).or_default() += 1;
                seen.statuses.extend(reply.failure);
            }
            Fate::Returned(_) | Fate::Ended => *seen.succeeded.entry(request.call).or_default() += 1,
            Fate::Blocked => seen.blocked += 1,
            Fate::Refused | Fate::NoCall => panic!("{}", deed.in_words()),
        }
        seen.released += happening.released.len();
        let now = system.kernel.objects().len();
        seen.deaths += usize::from(now < living);
        living = now;
    });
}

#[test]
fn random_programs_reach_what_matters() {
    let (mut runner, mut seen) = (TestRunner::new(config(0)), Seen::default());
    let strategy = programs(80..=80);
    for _ in 0..400 {
        look(&strategy.new_tree(&mut runner).unwrap().current(), &mut seen);
    }
    for spec in CallSpec::all().iter().filter(|spec| !LEFT_OUT.contains(&spec.name)) {
        assert!(seen.succeeded.contains_key(spec.name), "{} never succeeds", spec.name);
        assert!(spec.fails.is_empty() || seen.failed.contains_key(spec.name), "{} never fails", spec.name);
    }
    let (good, bad): (usize, usize) = (seen.succeeded.values().sum(), seen.failed.values().sum());
    assert!(good > bad && bad * 8 > good, "{good} calls succeed, {bad} fail");
    assert!(seen.statuses.len() >= 20, "{:?}", seen.statuses);
    let rare = (seen.blocked, seen.released, seen.deaths);
    assert!(rare.0 > 200 && rare.1 > 50 && rare.2 > 400, "blocked, released, dead: {rare:?}");
}
