//! Promise: the functions of a running thread do what the calls of the same name do, with the same answers, effects and
//! consequences for the calls that follow.

use crate::harness::config;
use handlelab::kernel::options::Reuse;
use handlelab::kernel::{
    AccessMask, Arg, CallSpec, Duplication, Handle, HandleAttributes, Kernel, Log, Options, OutValue,
    Outcome, Refusal, Status, ThreadId,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// What a thread does while it runs.
#[derive(Clone, Debug)]
enum Move {
    Duplicate(u64, bool),
    DuplicateAs { source: u64, inherit: bool, options: u64 },
    Close(u64),
}

/// What it does in between, by the door that all calls take.
#[derive(Clone, Debug)]
enum Between {
    Create,
    Flag { handle: u64, flags: u64 },
    Suspend,
}

/// Values of the few handles that such programs have, some with a tag, and values that name nothing or no entry.
fn values() -> impl Strategy<Value = u64> {
    prop_oneof![
        16 => (1..8u64).prop_map(|n| n * 4),
        4 => (8..40u64).prop_map(|n| n * 4),
        2 => (1..12u64, 1..4u64).prop_map(|(n, tag)| n * 4 + tag),
        1 => prop_oneof![Just(0), Just(0x400), Just(1 << 34 | 4), Just(u64::MAX), Just(u64::MAX - 1)],
    ]
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        8 => (values(), any::<bool>()).prop_map(|(source, inherit)| Move::Duplicate(source, inherit)),
        2 => (values(), any::<bool>(), 0..4u64)
            .prop_map(|(source, inherit, options)| Move::DuplicateAs { source, inherit, options }),
        4 => values().prop_map(Move::Close),
    ]
}

fn between() -> impl Strategy<Value = Between> {
    prop_oneof![
        12 => Just(Between::Create),
        12 => (values(), 0..4u64).prop_map(|(handle, flags)| Between::Flag { handle, flags }),
        1 => Just(Between::Suspend),
    ]
}

/// A kernel with one process, where calls take the door.
struct ByDoor {
    kernel: Kernel,
    log: Log,
    thread: ThreadId,
}

impl ByDoor {
    fn new(options: Options, log: Log) -> ByDoor {
        let (mut kernel, mut log) = (Kernel::new(options), log);
        let (_, thread) = kernel.start_process("p", &mut log);
        ByDoor { kernel, log, thread }
    }

    fn call(&mut self, name: &str, given: &[u64]) -> Outcome {
        let spec = CallSpec::find(name).expect("there is such a call");
        let mut values: Vec<Arg> = given.iter().map(|value| Arg::Number(*value)).collect();
        values.resize(spec.params.len(), Arg::default());
        self.kernel.call(self.thread, spec, &values, &mut self.log)
    }

    fn between(&mut self, what: &Between) -> Outcome {
        match *what {
            Between::Create => self.call("CreateEvent", &[]),
            Between::Flag { handle, flags } => self.call("SetHandleInformation", &[handle, 3, flags]),
            Between::Suspend => self.call("SuspendThread", &[Handle::CURRENT_THREAD.0]),
        }
    }

    /// A call's result as the functions of a running thread give it.
    fn result(&mut self, name: &str, given: &[u64]) -> Result<Handle, Refusal> {
        match self.call(name, given) {
            Outcome::Returned(answer) if answer.succeeded => {
                let handle = answer.outs.iter().find_map(|out| match out.value {
                    OutValue::Handle(handle, _) => Some(handle),
                    _ => None,
                });
                Ok(handle.unwrap_or_default())
            }
            Outcome::Returned(answer) => Err(Refusal::Failed(answer.status)),
            Outcome::CannotRun(standstill) => Err(Refusal::CannotRun(standstill)),
            other => panic!("neither call blocks or ends a thread: {other:?}"),
        }
    }

    fn make(&mut self, one: &Move) -> Result<Handle, Refusal> {
        let own = Handle::CURRENT_PROCESS.0;
        match *one {
            Move::Duplicate(source, inherit) => {
                self.result("DuplicateHandle", &[own, source, own, 0, 0, inherit.into(), 2])
            }
            Move::DuplicateAs { source, inherit, options } => {
                self.result("DuplicateHandle", &[own, source, own, 0, 2, inherit.into(), options])
            }
            Move::Close(handle) => self.result("CloseHandle", &[handle]),
        }
    }
}

fn does_the_same(options: Options, log: &Log, rounds: &[(Between, Vec<Move>)]) -> Result<(), TestCaseError> {
    let (mut running, mut door) = (ByDoor::new(options, log.clone()), ByDoor::new(options, log.clone()));
    for (what, moves) in rounds {
        prop_assert_eq!(running.between(what), door.between(what));
        match running.kernel.run(running.thread, &mut running.log) {
            Err(standstill) => prop_assert_eq!(Err(standstill), door.kernel.can_run(door.thread)),
            Ok(mut thread) => {
                for one in moves {
                    let own = Handle::CURRENT_PROCESS;
                    let found = match *one {
                        Move::Duplicate(source, inherit) => thread.duplicate(Handle(source), inherit),
                        Move::DuplicateAs { source, inherit, options } => {
                            thread.duplicate_handle(&Duplication {
                                source_process: own,
                                source: Handle(source),
                                target_process: own,
                                desired_access: AccessMask(2),
                                attributes: HandleAttributes::inherit(inherit),
                                options: options as u32,
                            })
                        }
                        Move::Close(handle) => {
                            thread.close_handle(Handle(handle)).map(|()| Handle::default())
                        }
                    };
                    let expected = door.make(one);
                    prop_assert_eq!(found, expected, "{:?}", one);
                    prop_assert_ne!(found, Err(Refusal::Failed(Status::Success)));
                }
            }
        }
        prop_assert!(running.kernel == door.kernel);
        prop_assert_eq!(running.log.take_effects(), door.log.take_effects());
        prop_assert_eq!(running.kernel.violations(), Vec::new());
    }
    Ok(())
}

#[test]
fn a_running_thread_does_what_calls_do() {
    let reuse = prop_oneof![4 => Just(Reuse::Lifo), 1 => Just(Reuse::Fifo), 1 => Just(Reuse::Lowest)];
    let log = prop_oneof![3 => Just(Log::quiet()), 1 => Just(Log::recording())];
    let rounds = vec((between(), vec(moves(), 0..50)), 1..12);
    let result = TestRunner::new(config(256)).run(&(reuse, log, rounds), |(reuse, log, rounds)| {
        does_the_same(Options { reuse, ..Options::default() }, &log, &rounds)
    });
    assert!(result.is_ok(), "{result:?}");
}
