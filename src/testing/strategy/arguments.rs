//! Which arguments are worth trying?

use crate::testing::program::{Kind, Operand, PROCESSES, Source, THREADS, VARIABLES, Variable, Whose};
use proptest::prelude::*;
use proptest::sample::select;

/// An argument that is given, or left out.
pub(super) type Argument = BoxedStrategy<Option<(&'static str, Operand)>>;

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

fn given(param: &'static str, operand: impl Strategy<Value = Operand> + 'static) -> Argument {
    operand.prop_map(move |operand| Some((param, operand))).boxed()
}

/// Left out more or less often.
pub(super) fn maybe(percent: u32, argument: Argument) -> Argument {
    let is_given = proptest::bool::weighted(f64::from(percent) / 100.0);
    (is_given, argument).prop_map(|(is_given, argument)| argument.filter(|_| is_given)).boxed()
}

/// TRUE every now and then.
pub(super) fn flag(param: &'static str, percent: u32) -> Argument {
    maybe(percent, given(param, Just(Operand::Number(1))))
}

pub(super) fn number(param: &'static str, numbers: &'static [u64]) -> Argument {
    given(param, select(numbers).prop_map(Operand::Number))
}

pub(super) fn text(param: &'static str, texts: &'static [&'static str]) -> Argument {
    given(param, select(texts).prop_map(Operand::Text))
}

/// An object's name: mostly the one that its type mostly has, but all types share a few.
pub(super) fn name(param: &'static str, mostly: &'static str) -> Argument {
    let names = prop_oneof![
        15 => Just(mostly),
        3 => select(&["A", "B", "C"][..]),
        2 => select(&["Local\\A", "Global\\A", "a", "x\\y", "", "Global\\", "\\A"][..]),
    ];
    given(param, names.prop_map(Operand::Text))
}

pub(super) fn out(param: &'static str, kind: Kind) -> Argument {
    given(param, super::variable(kind).prop_map(Operand::Out))
}

pub(super) fn process_id(param: &'static str) -> Argument {
    given(
        param,
        prop_oneof![17 => (0..PROCESSES).prop_map(Operand::ProcessId), 3 => any_thread_id(), 1 => strange_id()],
    )
}

pub(super) fn thread_id(param: &'static str) -> Argument {
    let ids = prop_oneof![
        17 => any_thread_id(),
        2 => (0..PROCESSES).prop_map(Operand::ProcessId),
        1 => strange_id(),
    ];
    given(param, ids)
}

fn any_thread_id() -> impl Strategy<Value = Operand> {
    variable(Whose::Own, &[Kind::ThreadId, Kind::ChildThreadId]).prop_map(Operand::Value)
}

fn strange_id() -> impl Strategy<Value = Operand> {
    select(&[0, 4, 1001, 1_000_000][..]).prop_map(Operand::Number)
}

pub(super) fn new_process(param: &'static str) -> Argument {
    given(param, (2..PROCESSES).prop_map(Operand::NewProcess))
}

pub(super) fn new_thread(param: &'static str) -> Argument {
    given(param, (1..THREADS).prop_map(Operand::NewThread))
}

/// A handle that should be of one of these kinds.
pub(super) fn handle(param: &'static str, kinds: &'static [Kind]) -> Argument {
    given(param, handle_of(kinds).prop_map(Operand::Value))
}

/// The first handle of these kinds that there is, mostly: so that one step speaks of what another one spoke of.
pub(super) fn first_handle(param: &'static str, kinds: &'static [Kind]) -> Argument {
    let first = select(kinds).prop_map(move |kind| Source::Variable {
        whose: Whose::Own,
        variable: Variable { kind, index: 0 },
        among: kinds,
        plus: 0,
    });
    given(param, prop_oneof![3 => first.boxed(), 1 => handle_of(kinds)].prop_map(Operand::Value))
}

/// Several handles of these kinds.
pub(super) fn handles(param: &'static str, kinds: &'static [Kind], most: usize) -> Argument {
    let few = prop_oneof![19 => 1..=most, 1 => Just(0)];
    let list = few.prop_flat_map(move |count| proptest::collection::vec(handle_of(kinds), count));
    given(param, list.prop_map(Operand::Values))
}

/// A process for DuplicateHandle: mostly the caller itself, or somebody it has a handle to.
pub(super) fn process(param: &'static str) -> Argument {
    let kinds = &[Kind::ChildProcess, Kind::Process];
    let sources = prop_oneof![
        10 => Just(Source::Call(CURRENT_PROCESS)),
        9 => handle_of(kinds),
        1 => Just(Source::Number(0)),
    ];
    given(param, sources.prop_map(Operand::Value))
}

/// A handle of whatever kind.
pub(super) fn any_handle(param: &'static str) -> Argument {
    handle(param, Kind::HANDLES)
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

/// An open handle of one of these kinds, or one time in eight something hostile.
pub(super) fn handle_of(kinds: &'static [Kind]) -> BoxedStrategy<Source> {
    let tagged = (variable(Whose::Own, kinds), 1..4u8).prop_map(|(mut source, tag)| {
        if let Source::Variable { plus, .. } = &mut source {
            *plus = tag;
        }
        source
    });
    let pseudo = select(&[CURRENT_PROCESS, CURRENT_THREAD][..]).prop_map(Source::Call);
    prop_oneof![
        70 => variable(Whose::Own, kinds),
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

/// Something that is no open handle of the right type.
pub(super) fn hostile_source() -> BoxedStrategy<Source> {
    prop_oneof![
        2 => variable(Whose::OpenOrNot, Kind::HANDLES),
        2 => variable(Whose::Other, Kind::HANDLES),
        2 => variable(Whose::Own, Kind::HANDLES),
        2 => select(GARBAGE).prop_map(Source::Number),
        1 => Just(Source::Number(0)),
        1 => Just(Source::Call(CURRENT_THREAD)),
    ]
    .boxed()
}

/// Rights to ask for: mostly some that make sense.
pub(super) fn access(param: &'static str) -> Argument {
    let masks = prop_oneof![
        6 => select(&[0x1F_FFFF, 0x1F_0003, 0x10_0000, 0x10_0002, 2, 1, 0x40, 0x1_0040, 0x80, 0x400, 0x200][..]),
        3 => select(&[0x1000_0000, 0x2000_0000, 0x4000_0000, 0x8000_0000, 0xC000_0000][..]),
        2 => select(&[0, 0x0200_0000, 0x0100_0000, 0x8000, 0x0200_8000, 0x0080_0000, 0xFFFF_FFFF][..]),
        1 => any::<u32>().prop_map(u64::from),
    ];
    given(param, masks.prop_map(Operand::Number))
}

/// Rights to an object that has a name: mostly some that every type has a meaning for.
pub(super) fn object_access(param: &'static str) -> Argument {
    let known = select(&[0x1F_0001, 0x10_0000, 0x10_0002, 2, 1, 0x1_0000, 0x0200_0000, 0x8000_0000][..]);
    prop_oneof![3 => given(param, known.prop_map(Operand::Number)), 1 => access(param)].boxed()
}

/// Rights to a process that make it useful.
pub(super) fn process_access(param: &'static str) -> Argument {
    let useful =
        given(param, select(&[0x1F_FFFF, 0x40, 0x10_1041, 0x1F_0FFF, 0x1081][..]).prop_map(Operand::Number));
    prop_oneof![3 => useful, 2 => access(param)].boxed()
}

/// Milliseconds to wait.
pub(super) fn timeout(param: &'static str) -> Argument {
    number(param, &[0, 0, 10, 50, 0xFFFF_FFFF, 0xFFFF_FFFF])
}
