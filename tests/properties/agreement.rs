//! Promise: the kernel answers what the naive model answers, and is left as the naive model is left, after every call.

use crate::harness::{config, try_on};
use crate::testing::conformance::{Rehearsal, conform, perform};
use crate::testing::program::{Program, Step};
use crate::testing::stage::Stage;
use crate::testing::strategy::{options, programs, steps};
use crate::testing::system::{KernelSystem, System};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

thread_local! {
    static STEPS: BoxedStrategy<Step> = steps();
}

/// The naive model as a state machine: its transitions are steps of a program.
struct Naive;

impl ReferenceStateMachine for Naive {
    type State = Rehearsal;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Rehearsal> {
        options().prop_map(Rehearsal::new).boxed()
    }

    fn transitions(_: &Rehearsal) -> BoxedStrategy<Step> {
        STEPS.with(Clone::clone)
    }

    fn apply(mut rehearsal: Rehearsal, step: &Step) -> Rehearsal {
        rehearsal.step(step);
        rehearsal
    }
}

/// The kernel, which goes the same way.
struct Kernel;

impl StateMachineTest for Kernel {
    type SystemUnderTest = KernelSystem;
    type Reference = Naive;

    fn init_test(rehearsal: &Rehearsal) -> KernelSystem {
        let mut system = KernelSystem::new(rehearsal.options);
        Stage::new(&mut system);
        system
    }

    fn apply(mut system: KernelSystem, rehearsal: &Rehearsal, _: Step) -> KernelSystem {
        if let Some((deed, expected)) = &rehearsal.last
            && let Err(disagreement) = perform(&mut system, deed, expected)
        {
            panic!("{disagreement}");
        }
        system
    }

    fn check_invariants(system: &KernelSystem, rehearsal: &Rehearsal) {
        if let Some(difference) = rehearsal.reference.picture().difference(&system.picture()) {
            let line = rehearsal.last.as_ref().map(|(deed, _)| deed.in_words()).unwrap_or_default();
            panic!("{line}\n{difference}");
        }
    }
}

#[test]
fn the_kernel_agrees_with_the_naive_model() {
    let promise = |(rehearsal, steps, seen)| {
        Kernel::test_sequential(config(0), rehearsal, steps, seen);
        Ok(())
    };
    let program =
        |(rehearsal, steps, _): (Rehearsal, Vec<Step>, _)| Program { options: rehearsal.options, steps };
    let name = "the_kernel_agrees_with_the_naive_model";
    try_on(name, 400, &Naive::sequential_strategy(1..=60), promise, program);
}

/// The same without the state machine, as users of the library would write it, and with longer programs.
#[test]
fn the_kernel_conforms_over_long_programs() {
    let promise = |program: Program| {
        let mut system = KernelSystem::new(program.options);
        conform(&program, &mut system).map_err(|disagreement| TestCaseError::fail(disagreement.to_string()))
    };
    try_on("the_kernel_conforms_over_long_programs", 60, &programs(100..=250), promise, |program| program);
}
