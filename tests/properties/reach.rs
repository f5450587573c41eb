//! Promise: silence is no success. Random programs do reach what the other promises are about, and hostile calls are a
//! part of them, but not most of it.

use crate::harness::config;
use crate::testing::program::Program;
use crate::testing::strategy::{programs, queues};
use crate::testing::system::{Fate, KernelSystem};
use handlelab::kernel::{CallSpec, Object, Status, ThreadRecord};
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
    /// How often something rare happened, by what it is.
    rare: BTreeMap<&'static str, usize>,
}

/// What must happen at least so often in the programs below: a third of what mostly happens, and less where that is rare.
const RARE: &[(&str, usize)] = &[
    ("a call blocks", 350),
    ("a thread goes on", 120),
    ("an object dies", 250),
    ("two wait for the same object", 450),
    ("two go on at once", 8),
    ("a thread goes on when it is resumed", 2),
    ("a thread goes on when a handle is closed", 2),
    ("a thread goes on when time passes", 25),
    ("a suspended thread waits", 250),
];

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
            Fate::Blocked => {}
            Fate::Refused | Fate::NoCall => panic!("{}", deed.in_words()),
        }
        let now = system.kernel.objects().len();
        let in_line = |(_, object): (_, &Object)| object.header.waiters.len() > 1;
        let suspended = |(_, record): (_, &ThreadRecord)| record.suspend_count > 0 && record.wait.is_some();
        let goes_on = !happening.released.is_empty();
        let rare = [
            ("a call blocks", happening.fate == Fate::Blocked),
            ("a thread goes on", goes_on),
            ("an object dies", now < living),
            ("two wait for the same object", system.kernel.objects().iter().any(in_line)),
            ("two go on at once", happening.released.len() > 1),
            ("a thread goes on when it is resumed", goes_on && request.call == "ResumeThread"),
            ("a thread goes on when a handle is closed", goes_on && request.call == "CloseHandle"),
            ("a thread goes on when time passes", goes_on && request.call == "Sleep"),
            ("a suspended thread waits", system.kernel.threads().any(suspended)),
        ];
        for (what, _) in rare.iter().filter(|(_, happens)| *happens) {
            *seen.rare.entry(what).or_default() += 1;
        }
        living = now;
    });
}

#[test]
fn random_programs_reach_what_matters() {
    let (mut runner, mut seen) = (TestRunner::new(config(0)), Seen::default());
    let (any, in_line) = (programs(80..=80), queues(80..=80));
    for _ in 0..400 {
        look(&any.new_tree(&mut runner).unwrap().current(), &mut seen);
    }
    for _ in 0..100 {
        look(&in_line.new_tree(&mut runner).unwrap().current(), &mut seen);
    }
    for spec in CallSpec::all().iter().filter(|spec| !LEFT_OUT.contains(&spec.name)) {
        assert!(seen.succeeded.contains_key(spec.name), "{} never succeeds", spec.name);
        assert!(spec.fails.is_empty() || seen.failed.contains_key(spec.name), "{} never fails", spec.name);
    }
    let (good, bad): (usize, usize) = (seen.succeeded.values().sum(), seen.failed.values().sum());
    assert!(good > bad && bad * 8 > good, "{good} calls succeed, {bad} fail");
    assert!(seen.statuses.len() >= 25, "{} {:?}", seen.statuses.len(), seen.statuses);
    for (what, least) in RARE {
        let often = seen.rare.get(what).copied().unwrap_or_default();
        assert!(often >= *least, "{what}: {often} times, not {least}");
    }
}
