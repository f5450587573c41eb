//! Programs that nobody would write, and knobs that nobody would turn so.

use super::{config, numbers};
use handlelab::kernel::{Arg, Kernel, Options};
use handlelab::run::{Watch, run};
use handlelab::scenario::Document;
use handlelab::testing::program::{Action, Kind, Operand, Program, Source, Step, Variable, Whose};
use handlelab::testing::rehearsal::conform;
use handlelab::testing::shrink::pinned;
use handlelab::testing::strategy::{Dice, Given, Knobs, Subject};
use handlelab::testing::system::{KernelSystem, Request, System};
use handlelab::testing::walk::Walks;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::TestRunner;

const CALLS: &[&str] = &[
    "CreateEvent",
    "CloseHandle",
    "DuplicateHandle",
    "CreateProcess",
    "CreateThread",
    "WaitForMultipleObjects",
    "Nope",
];
const PARAMS: &[&str] = &[
    "hObject",
    "hSourceHandle",
    "hSourceProcessHandle",
    "lpTargetHandle",
    "lpApplicationName",
    "lpStartAddress",
    "lpName",
    "lpHandles",
    "dwOptions",
    "nothing",
];

fn variables() -> impl Strategy<Value = Variable> {
    (select(Kind::HANDLES), any::<u8>()).prop_map(|(kind, index)| Variable { kind, index })
}

fn sources() -> impl Strategy<Value = Source> {
    let whose = select(&[Whose::Own, Whose::OpenOrNot, Whose::Other][..]);
    prop_oneof![
        3 => (whose, variables(), any::<u8>(), any::<bool>()).prop_map(|(whose, variable, plus, all)| {
            Source::Variable { whose, variable, among: if all { Kind::HANDLES } else { &[] }, plus }
        }),
        1 => select(&["GetCurrentProcess", "CloseHandle", "Nope"][..]).prop_map(Source::Call),
        1 => numbers().prop_map(Source::Number),
    ]
}

fn operands() -> impl Strategy<Value = Operand> {
    prop_oneof![
        numbers().prop_map(Operand::Number),
        select(&["", "A", "\\", "Global\\", "\u{0}\"\n"][..]).prop_map(Operand::Text),
        sources().prop_map(Operand::Value),
        vec(sources(), 0..70).prop_map(Operand::Values),
        any::<u8>().prop_map(Operand::ProcessId),
        any::<u8>().prop_map(Operand::NewProcess),
        any::<u8>().prop_map(Operand::NewThread),
        variables().prop_map(Operand::Out),
    ]
}

fn odd_programs() -> impl Strategy<Value = Program> {
    let call = (select(CALLS), vec((select(PARAMS), operands()), 0..6), proptest::option::of(variables()))
        .prop_map(|(call, args, keep)| Action::Call { call, args, keep });
    let copy = (variables(), sources()).prop_map(|(to, from)| Action::Copy { to, from });
    let step = ((0..4u8, 0..4u8), any::<bool>(), prop_oneof![6 => call, 1 => copy]);
    let far = (
        (any::<u8>(), any::<u8>()),
        any::<bool>(),
        Just(Action::Copy { to: Variable { kind: Kind::Event, index: 255 }, from: Source::Number(u64::MAX) }),
    );
    let step = prop_oneof![9 => step, 1 => far];
    let step = step.prop_map(|(actor, instead, action)| Step { actor, instead, action });
    vec(step, 0..30).prop_map(|steps| Program { steps, ..Program::default() })
}

#[test]
fn any_program_is_played_told_and_held_against_the_reference() {
    let result = TestRunner::new(config(300)).run(&odd_programs(), |program| {
        let _ = conform(&program, &mut KernelSystem::new(program.options));
        let _ = pinned(&program);
        if let Ok(document) = Document::read(program.text("A program")) {
            run(&document, Watch::Quietly);
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

#[test]
fn a_request_may_name_anything() {
    let arg = prop_oneof![
        numbers().prop_map(Arg::Number),
        Just(Arg::Out),
        Just(Arg::Absent),
        vec(numbers(), 0..70).prop_map(Arg::List),
        ".{0,20}".prop_map(|text| Arg::Text(text.into())),
    ];
    let requests = (select(CALLS), vec((select(PARAMS), arg), 0..8), 0..5u32);
    let result = TestRunner::new(config(300)).run(&vec(requests, 1..20), |requests| {
        let mut system = KernelSystem::new(Options::default());
        let (_, first) = system.start_process("p");
        for (call, args, thread) in requests {
            system.call(first + thread, &Request { call, args });
            prop_assert!(system.fault().is_none());
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

struct Loaded(u32);

impl Dice for Loaded {
    fn below(&mut self, _: u32) -> u32 {
        self.0
    }
}

#[test]
fn knobs_may_be_turned_anyhow() {
    let call = (select(CALLS), select(&[0, 1, 7, u32::MAX][..]));
    let given = select(
        &[Given::Never, Given::Always, Given::Numbers(&[]), Given::Texts(&[]), Given::Numbers(&[7])][..],
    );
    let knobs = (
        subsequence(Subject::ALL, 0..=Subject::ALL.len()),
        vec(call, 0..4),
        vec((select(PARAMS), given), 0..4),
        (any::<u8>(), any::<u8>(), any::<u32>()),
        subsequence(CALLS, 0..3),
    );
    let result = TestRunner::new(config(150)).run(&knobs, |(subjects, calls, given, numbers, without)| {
        let mut knobs = Knobs::about(&subjects);
        (knobs.calls, knobs.given, knobs.without) = (calls, given, without);
        (knobs.processes, knobs.threads, knobs.hostile) = numbers;
        let mut runner = TestRunner::new(config(1));
        // Where there is nothing to choose from, nothing can be drawn; that is said and is no panic.
        if let Ok(tree) = knobs.programs(0..6).new_tree(&mut runner) {
            let _ = tree.current().text("A program");
        }
        for number in [0, 1, numbers.2, u32::MAX] {
            let steps = knobs.drawing().step(&mut Loaded(number)).into_iter().collect();
            let _ = Program { steps, ..Program::default() }.text("A program");
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

#[test]
fn walks_may_be_of_any_length_and_number() {
    for (seed, calls, number) in [(0, 0, 0), (u64::MAX, 3, u64::MAX)] {
        let _ = Walks { seed, calls }.walk(number);
    }
    let system = |options| KernelSystem { kernel: Kernel::new(options), ..KernelSystem::new(options) };
    let _ = Walks { seed: 1, calls: 2 }.go(5..5, &system);
    let _ = Walks { seed: 1, calls: 2 }.go(u64::MAX - 1..u64::MAX, &system);
}
