//! Promise: the kernel answers what the naive model answers, and is left as the naive model is left, after every call.

use crate::harness::{config, try_on};
use crate::testing::program::{Program, Step};
use crate::testing::reference::Reference;
use crate::testing::rehearsal::{Rehearsal, conform, perform};
use crate::testing::stage::Stage;
use crate::testing::strategy::{options, programs, queues, steps, themes};
use crate::testing::system::{Fate, Happening, KernelSystem, Request, System};
use handlelab::kernel::Arg;
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

const INFINITE: u64 = 0xFFFF_FFFF;

/// The naive model as a state machine: its transitions are steps of a program.
struct Naive;

impl ReferenceStateMachine for Naive {
    type State = (BoxedStrategy<Step>, Rehearsal);
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self::State> {
        let steps = themes().no_shrink().prop_map(|theme| steps(&theme));
        (steps, options().prop_map(Rehearsal::new)).boxed()
    }

    fn transitions((steps, _): &Self::State) -> BoxedStrategy<Step> {
        steps.clone()
    }

    fn apply((steps, mut rehearsal): Self::State, step: &Step) -> Self::State {
        rehearsal.step(step);
        (steps, rehearsal)
    }
}

/// The kernel, which goes the same way.
struct Kernel;

impl StateMachineTest for Kernel {
    type SystemUnderTest = KernelSystem;
    type Reference = Naive;

    fn init_test((_, rehearsal): &(BoxedStrategy<Step>, Rehearsal)) -> KernelSystem {
        let mut system = KernelSystem::new(rehearsal.options);
        Stage::new(&mut system);
        system
    }

    fn apply(
        mut system: KernelSystem,
        (_, rehearsal): &(BoxedStrategy<Step>, Rehearsal),
        _: Step,
    ) -> KernelSystem {
        if let Some((deed, expected)) = &rehearsal.last
            && let Err(disagreement) = perform(&mut system, deed, expected)
        {
            panic!("{disagreement}");
        }
        system
    }

    fn check_invariants(system: &KernelSystem, (_, rehearsal): &(BoxedStrategy<Step>, Rehearsal)) {
        if let Some(difference) = rehearsal.reference.picture().difference(&system.picture()) {
            let line = rehearsal.last.as_ref().map(|(deed, _)| deed.in_words()).unwrap_or_default();
            panic!("{line}\n{difference}");
        }
    }
}

fn conforms(program: &Program) -> Result<(), String> {
    conform(program, &mut KernelSystem::new(program.options)).map_err(|disagreement| disagreement.to_string())
}

#[test]
fn the_kernel_agrees_with_the_naive_model() {
    let kept = |(start, steps, seen)| {
        Kernel::test_sequential(config(0), start, steps, seen);
        Ok(())
    };
    let program = |((_, start), steps, _): ((BoxedStrategy<Step>, Rehearsal), Vec<Step>, _)| Program {
        options: start.options,
        steps,
    };
    let strategy = Naive::sequential_strategy(1..=60);
    try_on("the_kernel_agrees_with_the_naive_model", 2500, &strategy, kept, program, &conforms);
}

/// The same without the state machine, as users of the library would write it, and with longer programs.
#[test]
fn the_kernel_conforms_over_long_programs() {
    let kept = |program: Program| conforms(&program).map_err(TestCaseError::fail);
    let name = "the_kernel_conforms_over_long_programs";
    try_on(name, 200, &programs(100..=250), kept, |program| program, &conforms);
}

/// Threads that wait for the same things meet too rarely in programs that are about many things.
#[test]
fn the_kernel_agrees_with_the_naive_model_about_queues() {
    let kept = |program: Program| conforms(&program).map_err(TestCaseError::fail);
    let name = "the_kernel_agrees_with_the_naive_model_about_queues";
    try_on(name, 600, &queues(10..=50), kept, |program| program, &conforms);
}

/// A step of one of the threads of a process: the thread's place, a call, its arguments.
type Played<'a> = (usize, &'static str, &'a [(&'static str, Arg)]);

/// What the kernel answers to steps of two threads, the second of which the first step makes; the naive model must agree.
fn answered(steps: &[Played<'_>]) -> Vec<Happening> {
    fn play(system: &mut impl System, steps: &[Played<'_>]) -> Vec<Happening> {
        let (process, _) = system.start_process("p");
        let mut play_one = |(thread, call, args): &Played<'_>| {
            let thread = system.threads_of(process)[*thread];
            system.call(thread, &Request { call, args: args.to_vec() })
        };
        steps.iter().map(&mut play_one).collect()
    }
    let options = handlelab::kernel::Options::default();
    let found = play(&mut KernelSystem::new(options), steps);
    assert_eq!(found, play(&mut Reference::new(options), steps));
    found
}

#[test]
fn a_wait_for_an_end_of_a_pipe_keeps_no_reader_from_it_in_either_model() {
    let both = [
        ("lpHandles", Arg::List(vec![8, 16])),
        ("bWaitAll", Arg::Number(1)),
        ("dwMilliseconds", Arg::Number(INFINITE)),
    ];
    let found = answered(&[
        (0, "CreateThread", &[("lpStartAddress", Arg::Text("waiter".into()))]),
        (0, "CreatePipe", &[("hReadPipe", Arg::Out), ("hWritePipe", Arg::Out)]),
        (0, "CreateEvent", &[]),
        (0, "WriteFile", &[("hFile", Arg::Number(12)), ("lpBuffer", Arg::Text("x".into()))]),
        (1, "WaitForMultipleObjects", &both),
        (0, "ReadFile", &[("hFile", Arg::Number(8)), ("lpBuffer", Arg::Out)]),
    ]);
    assert!(
        matches!(found[4].fate, Fate::Blocked) && matches!(found[5].fate, Fate::Returned(_)),
        "{found:?}"
    );
}

#[test]
fn what_a_suspended_thread_still_has_to_write_is_read_in_either_model() {
    let pipe = [("hReadPipe", Arg::Out), ("hWritePipe", Arg::Out), ("nSize", Arg::Number(1))];
    let read = |most| {
        [("hFile", Arg::Number(8)), ("lpBuffer", Arg::Out), ("nNumberOfBytesToRead", Arg::Number(most))]
    };
    let text = [("hFile", Arg::Number(12)), ("lpBuffer", Arg::Text("twelve bytes".into()))];
    let found = answered(&[
        (0, "CreateThread", &[("lpStartAddress", Arg::Text("writer".into()))]),
        (0, "CreatePipe", &pipe),
        (1, "WriteFile", &text),
        (0, "SuspendThread", &[("hThread", Arg::Number(4))]),
        (0, "ReadFile", &read(3)),
        (0, "ReadFile", &read(100)),
        (0, "ReadFile", &read(1)),
    ]);
    let blocks: Vec<bool> = found.iter().map(|happening| matches!(happening.fate, Fate::Blocked)).collect();
    assert_eq!(blocks, [false, false, true, false, false, false, true], "{found:?}");
}
