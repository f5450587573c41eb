//! Promise: a program that shows something shrinks to a handful of calls, and is a valid program on every step of the way.

#[path = "common/wrong.rs"]
mod wrong;

use handlelab::kernel::{Arg, Options};
use handlelab::run::{Watch, run};
use handlelab::scenario::Document;
use handlelab::testing::program::Program;
use handlelab::testing::rehearsal::conform;
use handlelab::testing::shrink::{pinned, smallest};
use handlelab::testing::strategy::programs;
use handlelab::testing::system::{Request, System};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use wrong::Wrong;

/// No program is longer once proptest has shrunk it, and once what is not needed was left out.
const LONGEST: usize = 10;
const SHORTEST: usize = 4;

/// A bug: a bit that is forgotten in an argument of a call.
#[derive(Clone, Copy, Debug)]
struct Bug {
    call: &'static str,
    param: &'static str,
    bit: u64,
}

const BUGS: &[Bug] = &[
    // DUPLICATE_CLOSE_SOURCE
    Bug { call: "DuplicateHandle", param: "dwOptions", bit: 1 },
    // HANDLE_FLAG_PROTECT_FROM_CLOSE
    Bug { call: "SetHandleInformation", param: "dwFlags", bit: 2 },
    Bug { call: "CreateProcess", param: "bInheritHandles", bit: 1 },
    Bug { call: "CreateMutex", param: "bInitialOwner", bit: 1 },
    Bug { call: "ReleaseSemaphore", param: "lReleaseCount", bit: 1 },
];

impl Bug {
    /// The kernel with this bug.
    fn in_kernel(self, options: Options) -> impl System {
        let forget = move |request: &mut Request| {
            let of_this_call = request.args.iter_mut().filter(|_| request.call == self.call);
            for (param, arg) in of_this_call {
                match arg {
                    Arg::Number(number) if *param == self.param => *number &= !self.bit,
                    _ => {}
                }
            }
        };
        Wrong::new(options, forget, |_| None)
    }
}

fn runner(cases: u32, seed: u8) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
}

fn shows(bug: Bug, program: &Program) -> bool {
    conform(program, &mut bug.in_kernel(program.options)).is_err()
}

/// A program is valid if it can be written as a scenario, read again, and holds.
fn is_valid(program: &Program) -> bool {
    let document = Document::read(program.text("A program"));
    document.is_ok_and(|document| run(&document, Watch::Quietly).is_good())
}

#[test]
fn what_shows_a_bug_shrinks_to_a_handful_of_calls() {
    for bug in BUGS {
        let result = runner(2_000, 7).run(&programs(10..60), |program| {
            prop_assert!(!shows(*bug, &program));
            Ok(())
        });
        let Err(TestError::Fail(_, program)) = result else { panic!("{bug:?} was not found: {result:?}") };
        let shrunk = pinned(&program);
        assert!(shrunk.steps.len() <= LONGEST, "{bug:?}:\n{}", shrunk.text("Shrunk"));
        let least = smallest(shrunk, &|program| shows(*bug, program));
        assert!(least.steps.len() <= SHORTEST, "{bug:?}:\n{}", least.text("Least"));
        assert!(is_valid(&least) && shows(*bug, &least), "{bug:?}:\n{}", least.text("Least"));
        assert_eq!(least.options, Options::default(), "{bug:?}");
    }
}

#[test]
fn every_program_on_the_way_is_valid() {
    let (mut runner, mut steps) = (runner(1, 3), 0);
    for case in 0..40 {
        let mut tree = programs(5..40).new_tree(&mut runner).unwrap();
        // Now what was taken away is kept, now it is put back: both ways are gone.
        let mut is_simpler = true;
        while is_simpler && steps < 40 * (case + 1) {
            let program = tree.current();
            assert!(is_valid(&program), "{}", program.text("On the way"));
            steps += 1;
            is_simpler = if steps % 3 == 0 { tree.complicate() || tree.simplify() } else { tree.simplify() };
        }
    }
    assert!(steps > 400, "only {steps} programs were tried");
}
