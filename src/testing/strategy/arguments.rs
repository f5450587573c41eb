//! Which arguments are worth trying?

use crate::testing::program::{Kind, Operand, PROCESSES, Source, THREADS, VARIABLES, Variable, Whose};
use proptest::prelude::*;
use proptest::sample::select;

/// What may stand for a parameter.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    pub(super) param: &'static str,
    /// Of a hundred, how often it is given; always, if nothing is said.
    pub(super) percent: Option<u32>,
    pub(super) choice: Choice,
}

/// Which values are worth trying there.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    /// One of these.
    Numbers(&'static [u64]),
    /// One of these.
    Texts(&'static [&'static str]),
    /// An object's name: mostly the one that its type mostly has, but all types share a few.
    Name(&'static str),
    /// A variable to be filled.
    Out(Kind),
    ProcessId,
    ThreadId,
    NewProcess,
    NewThread,
    /// A handle that should be of one of these kinds.
    Handle(&'static [Kind]),
    /// The first handle of these kinds that there is, mostly: so that one step speaks of what another one spoke of.
    FirstHandle(&'static [Kind]),
    /// At most so many handles of these kinds.
    Handles(&'static [Kind], usize),
    /// A number, or so many times as often a handle of these kinds.
    NumberOrHandle(u64, u32, &'static [Kind]),
    /// A process for DuplicateHandle: mostly the caller itself, or somebody it has a handle to.
    Process,
    /// Rights to ask for: mostly some that make sense.
    Access,
    /// Rights to an object that has a name: mostly some that every type has a meaning for.
    ObjectAccess,
    /// Rights to a process that make it useful.
    ProcessAccess,
}

/// Values that never were a handle, or are one by chance.
const GARBAGE: &[u64] = &[
    4,
    8,
    12,
    16,
    5,
    1,
    0x400,
    0xDEAD_BEEF,
    0x1_0000_0004,
    0xFFFF_FFFF,
    0x7FFF_FFFF,
    u64::MAX - 2,
    u64::MAX - 3,
    u64::MAX - 5,
    u64::MAX - 6,
    u64::MAX - 9,
];

/// The pseudohandles.
pub(super) const CURRENT_PROCESS: &str = "GetCurrentProcess";
pub(super) const CURRENT_THREAD: &str = "GetCurrentThread";

/// Of a hundred handles, how many are hostile.
pub(super) const HOSTILE: u32 = 12;
const HANDLES: u32 = 100;

impl Argument {
    pub(super) fn strategy(&self, hostile: u32) -> BoxedStrategy<Option<(&'static str, Operand)>> {
        let param = self.param;
        let operand = self.choice.strategy(hostile);
        let given = operand.prop_map(move |operand| Some((param, operand)));
        let Some(percent) = self.percent else { return given.boxed() };
        let is_given = proptest::bool::weighted(f64::from(percent) / 100.0);
        (is_given, given).prop_map(|(is_given, argument)| argument.filter(|_| is_given)).boxed()
    }
}

fn given(param: &'static str, choice: Choice) -> Argument {
    Argument { param, percent: None, choice }
}

/// Left out more or less often.
pub(super) fn maybe(percent: u32, argument: Argument) -> Argument {
    Argument { percent: Some(percent), ..argument }
}

/// TRUE every now and then.
pub(super) fn flag(param: &'static str, percent: u32) -> Argument {
    maybe(percent, number(param, &[1]))
}

pub(super) fn number(param: &'static str, numbers: &'static [u64]) -> Argument {
    given(param, Choice::Numbers(numbers))
}

pub(super) fn text(param: &'static str, texts: &'static [&'static str]) -> Argument {
    given(param, Choice::Texts(texts))
}

pub(super) fn name(param: &'static str, mostly: &'static str) -> Argument {
    given(param, Choice::Name(mostly))
}

pub(super) fn out(param: &'static str, kind: Kind) -> Argument {
    given(param, Choice::Out(kind))
}

pub(super) fn process_id(param: &'static str) -> Argument {
    given(param, Choice::ProcessId)
}

pub(super) fn thread_id(param: &'static str) -> Argument {
    given(param, Choice::ThreadId)
}

pub(super) fn new_process(param: &'static str) -> Argument {
    given(param, Choice::NewProcess)
}

pub(super) fn new_thread(param: &'static str) -> Argument {
    given(param, Choice::NewThread)
}

pub(super) fn handle(param: &'static str, kinds: &'static [Kind]) -> Argument {
    given(param, Choice::Handle(kinds))
}

pub(super) fn first_handle(param: &'static str, kinds: &'static [Kind]) -> Argument {
    given(param, Choice::FirstHandle(kinds))
}

pub(super) fn handles(param: &'static str, kinds: &'static [Kind], most: usize) -> Argument {
    given(param, Choice::Handles(kinds, most))
}

pub(super) fn number_or_handle(
    param: &'static str,
    number: u64,
    weight: u32,
    kinds: &'static [Kind],
) -> Argument {
    given(param, Choice::NumberOrHandle(number, weight, kinds))
}

pub(super) fn process(param: &'static str) -> Argument {
    given(param, Choice::Process)
}

/// A handle of whatever kind.
pub(super) fn any_handle(param: &'static str) -> Argument {
    handle(param, Kind::HANDLES)
}

pub(super) fn access(param: &'static str) -> Argument {
    given(param, Choice::Access)
}

pub(super) fn object_access(param: &'static str) -> Argument {
    given(param, Choice::ObjectAccess)
}

pub(super) fn process_access(param: &'static str) -> Argument {
    given(param, Choice::ProcessAccess)
}

/// Milliseconds to wait.
pub(super) fn timeout(param: &'static str) -> Argument {
    number(param, &[0, 0, 10, 50, 0xFFFF_FFFF, 0xFFFF_FFFF])
}

impl Choice {
    fn strategy(&self, hostile: u32) -> BoxedStrategy<Operand> {
        let numbers = |numbers: &'static [u64]| match numbers {
            [one] => Just(Operand::Number(*one)).boxed(),
            _ => select(numbers).prop_map(Operand::Number).boxed(),
        };
        match *self {
            Choice::Numbers(all) => numbers(all),
            Choice::Texts(texts) => select(texts).prop_map(Operand::Text).boxed(),
            Choice::Name(mostly) => names(mostly).prop_map(Operand::Text).boxed(),
            Choice::Out(kind) => super::variable(kind).prop_map(Operand::Out).boxed(),
            Choice::ProcessId => prop_oneof![
                17 => (0..PROCESSES).prop_map(Operand::ProcessId),
                3 => any_thread_id(),
                1 => strange_id(),
            ]
            .boxed(),
            Choice::ThreadId => prop_oneof![
                17 => any_thread_id(),
                2 => (0..PROCESSES).prop_map(Operand::ProcessId),
                1 => strange_id(),
            ]
            .boxed(),
            Choice::NewProcess => (2..PROCESSES).prop_map(Operand::NewProcess).boxed(),
            Choice::NewThread => (1..THREADS).prop_map(Operand::NewThread).boxed(),
            Choice::Handle(kinds) => handle_of(kinds, hostile).prop_map(Operand::Value).boxed(),
            Choice::FirstHandle(kinds) => {
                let first = select(kinds).prop_map(move |kind| own(Variable { kind, index: 0 }, kinds));
                prop_oneof![3 => first.boxed(), 1 => handle_of(kinds, hostile)]
                    .prop_map(Operand::Value)
                    .boxed()
            }
            Choice::Handles(kinds, most) => {
                let few = prop_oneof![19 => 1..=most, 1 => Just(0)];
                let handles = move |count| proptest::collection::vec(handle_of(kinds, hostile), count);
                few.prop_flat_map(handles).prop_map(Operand::Values).boxed()
            }
            Choice::NumberOrHandle(number, weight, kinds) => {
                let number = Just(Source::Number(number));
                prop_oneof![1 => number, weight => handle_of(kinds, hostile)].prop_map(Operand::Value).boxed()
            }
            Choice::Process => prop_oneof![
                10 => Just(Source::Call(CURRENT_PROCESS)),
                9 => handle_of(&[Kind::ChildProcess, Kind::Process], hostile),
                1 => Just(Source::Number(0)),
            ]
            .prop_map(Operand::Value)
            .boxed(),
            Choice::Access => rights(),
            Choice::ObjectAccess => {
                let known = &[0x1F_0001, 0x10_0000, 0x10_0002, 2, 1, 0x1_0000, 0x0200_0000, 0x8000_0000];
                prop_oneof![3 => numbers(known), 1 => rights()].boxed()
            }
            Choice::ProcessAccess => {
                let useful = &[0x1F_FFFF, 0x40, 0x10_1041, 0x1F_0FFF, 0x1081];
                prop_oneof![3 => numbers(useful), 2 => rights()].boxed()
            }
        }
    }
}

fn names(mostly: &'static str) -> impl Strategy<Value = &'static str> {
    prop_oneof![
        15 => Just(mostly),
        3 => select(&["A", "B", "C"][..]),
        2 => select(&["Local\\A", "Global\\A", "a", "x\\y", "", "Global\\", "\\A"][..]),
    ]
}

fn any_thread_id() -> impl Strategy<Value = Operand> {
    variable(Whose::Own, &[Kind::ThreadId, Kind::ChildThreadId]).prop_map(Operand::Value)
}

fn strange_id() -> impl Strategy<Value = Operand> {
    select(&[0, 4, 1001, 1_000_000][..]).prop_map(Operand::Number)
}

fn rights() -> BoxedStrategy<Operand> {
    let masks = prop_oneof![
        6 => select(&[0x1F_FFFF, 0x1F_0003, 0x10_0000, 0x10_0002, 2, 1, 0x40, 0x1_0040, 0x80, 0x400, 0x200][..]),
        3 => select(&[0x1000_0000, 0x2000_0000, 0x4000_0000, 0x8000_0000, 0xC000_0000][..]),
        2 => select(&[0, 0x0200_0000, 0x0100_0000, 0x8000, 0x0200_8000, 0x0080_0000, 0xFFFF_FFFF][..]),
        1 => any::<u32>().prop_map(u64::from),
    ];
    masks.prop_map(Operand::Number).boxed()
}

/// An open handle of the actor's own.
pub(super) fn own(variable: Variable, among: &'static [Kind]) -> Source {
    Source::Variable { whose: Whose::Own, variable, among, plus: 0 }
}

fn variable(whose: Whose, among: &'static [Kind]) -> impl Strategy<Value = Source> {
    (select(among), 0..VARIABLES).prop_map(move |(kind, index)| Source::Variable {
        whose,
        variable: Variable { kind, index },
        among,
        plus: 0,
    })
}

/// A variable of some process.
pub(super) fn from_anybody() -> impl Strategy<Value = Source> {
    prop_oneof![3 => variable(Whose::Other, Kind::HANDLES), 1 => variable(Whose::OpenOrNot, Kind::HANDLES)]
}

/// An open handle of one of these kinds, or so many times in a hundred something hostile.
fn handle_of(kinds: &'static [Kind], hostile: u32) -> BoxedStrategy<Source> {
    let good = variable(Whose::Own, kinds);
    let bad = || bad_handle_of(kinds);
    match hostile.min(HANDLES) {
        0 => good.boxed(),
        HANDLES => bad(),
        hostile => prop_oneof![HANDLES - hostile => good, hostile => bad()].boxed(),
    }
}

fn bad_handle_of(kinds: &'static [Kind]) -> BoxedStrategy<Source> {
    let tagged = (variable(Whose::Own, kinds), 1..4u8).prop_map(|(mut source, tag)| {
        if let Source::Variable { plus, .. } = &mut source {
            *plus = tag;
        }
        source
    });
    let pseudo = select(&[CURRENT_PROCESS, CURRENT_THREAD][..]).prop_map(Source::Call);
    prop_oneof![
        2 => variable(Whose::Own, Kind::HANDLES),
        2 => variable(Whose::OpenOrNot, kinds),
        2 => from_anybody(),
        1 => tagged,
        1 => pseudo,
        1 => select(GARBAGE).prop_map(Source::Number),
        1 => Just(Source::Number(0)),
    ]
    .boxed()
}
