//! Whatever the public functions of the library are given, they answer: ids of other kernels and of what has gone, any
//! numbers, too few arguments or too many, any text.

mod programs;
mod shown;
mod systems;

use handlelab::explore::{Limits, explore};
use handlelab::kernel::options::Reuse;
use handlelab::kernel::{
    AccessMask, Arg, CallSpec, Ending, Handle, HandleAttributes, HandleEntry, HandleTable, Kernel, Log,
    ObjectId, ObjectName, ObjectType, Options, ProcessId, Status, ThreadId,
};
use handlelab::learn::{Exercise, judge_bytes};
use handlelab::run::{Watch, run};
use handlelab::scenario::{Document, checker, parser, printer};
use handlelab::testing::strategy::Knobs;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

fn numbers() -> impl Strategy<Value = u64> {
    prop_oneof![
        3 => 0..64u64,
        2 => any::<u64>(),
        1 => select(&[u64::MAX, u64::MAX - 1, 1 << 31, 1 << 32, (1 << 63) - 1, 1 << 63, 0xFFFF_FFFF][..]),
    ]
}

fn args() -> impl Strategy<Value = Vec<Arg>> {
    let texts = prop_oneof![
        select(&["", "A", "one.txt", "Global\\A", "Local\\", "\\"][..]).prop_map(str::to_owned),
        ".{0,300}"
    ];
    let arg = prop_oneof![
        1 => Just(Arg::Absent),
        5 => numbers().prop_map(Arg::Number),
        2 => texts.prop_map(|text| Arg::Text(text.into())),
        1 => vec(numbers(), 0..70).prop_map(Arg::List),
        2 => Just(Arg::Out),
    ];
    vec(arg, 0..14)
}

/// Every id that a kernel knows, and those that name nothing in any kernel.
#[derive(Clone, Debug, Default)]
struct Ids {
    objects: Vec<ObjectId>,
    processes: Vec<ProcessId>,
    threads: Vec<ThreadId>,
}

impl Ids {
    fn of(kernel: &Kernel) -> Ids {
        Ids {
            objects: kernel.objects().iter().map(|(id, _)| id).chain([ObjectId::default()]).collect(),
            processes: kernel.processes().map(|(id, _)| id).chain([ProcessId::default()]).collect(),
            threads: kernel.threads().map(|(id, _)| id).chain([ThreadId::default()]).collect(),
        }
    }
}

/// Asks a kernel everything about ids that may not be its own, and about any numbers.
fn ask_everything(kernel: &Kernel, ids: &Ids, number: u64) {
    for object in &ids.objects {
        let _ = (kernel.objects().get(*object), kernel.objects().header(*object));
        let _ = (kernel.state_of(*object), kernel.label_of(*object), kernel.process_of(*object));
        let _ = kernel.thread_id(*object);
        for thread in &ids.threads {
            let _ = kernel.is_signaled(*object, *thread);
        }
    }
    for process in &ids.processes {
        let _ = kernel.process(*process);
        for thread in &ids.threads {
            let _ = kernel.resolve(*process, *thread, Handle(number));
        }
    }
    for thread in &ids.threads {
        let _ = (kernel.thread(*thread), kernel.can_run(*thread), kernel.wait_change(*thread));
        for spec in CallSpec::all() {
            let _ = kernel.tell(*thread, spec);
        }
    }
    let _ = (kernel.next_wait_change(), kernel.violations(), kernel.fingerprint(), kernel.now());
    let _ = (kernel.endings_to_come().count(), kernel.references().count());
}

#[test]
fn a_kernel_answers_whatever_it_is_given() {
    let systems = || Knobs::default().systems(0..30);
    let calls = vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), args(), numbers()), 1..30);
    let result =
        TestRunner::new(config(150)).run(&(systems(), systems(), calls), |((_, one), (_, other), calls)| {
            let (mut kernel, mut log) = (one.kernel, Log::recording());
            // The ids of now become stale on the way.
            let own = Ids::of(&kernel);
            let foreign = Ids::of(&other.kernel);
            let threads: Vec<ThreadId> = own.threads.iter().chain(&foreign.threads).copied().collect();
            for (thread, call, args, number) in calls {
                let thread = threads[thread.index(threads.len())];
                let spec = CallSpec::all()[call.index(CallSpec::all().len())];
                kernel.call(thread, spec, &args, &mut log);
                match number % 5 {
                    0 => kernel.settle(&mut log),
                    1 => kernel.pass_time(number, &mut log),
                    2 => kernel.pass_wait(thread, &mut log),
                    3 => {
                        let endings: Vec<Ending> = other.kernel.endings_to_come().collect();
                        endings.into_iter().for_each(|ending| kernel.end(ending, &mut log));
                    }
                    _ => {}
                }
                ask_everything(&kernel, &own, number);
                ask_everything(&kernel, &foreign, number);
                prop_assert!(
                    kernel.violations().is_empty(),
                    "{}{args:?}: {:?}",
                    spec.name,
                    kernel.violations()
                );
            }
            Ok(())
        });
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

#[test]
fn a_table_answers_any_value() {
    let moves = vec((numbers(), any::<bool>()), 0..200);
    let result = TestRunner::new(config(100)).run(&moves, |moves| {
        let mut table = HandleTable::new(Reuse::default());
        for (number, adds) in moves {
            let handle = Handle(number);
            let _ = (table.get(handle).is_some(), handle.is_pseudo());
            table.remove(handle);
            if adds {
                let entry = HandleEntry {
                    object: ObjectId::default(),
                    granted_access: AccessMask(number as u32),
                    attributes: HandleAttributes::default(),
                };
                prop_assert!(table.insert(entry).is_some_and(|handle| table.get(handle).is_some()));
            }
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

#[test]
fn names_and_words_may_be_anything() {
    let result =
        TestRunner::new(config(500)).run(&(".{0,300}", ".{0,40}", any::<u32>()), |(one, other, number)| {
            let _ = (ObjectName::parse(&one), CallSpec::find(&other), Status::from_code(number));
            Options::default().set(&one, &other);
            for object_type in ObjectType::ALL {
                let access = AccessMask(number);
                let _ = (object_type.grant(access), object_type.access_in_words(access));
            }
            Ok(())
        });
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

/// Texts that are nearly scenarios, and texts that are anything.
fn texts() -> impl Strategy<Value = String> {
    let words = select(
        &[
            "process p, q\n",
            "p: ",
            "h = ",
            "CreateEvent()",
            "CloseHandle(h)",
            "=> TRUE",
            "check ",
            "handles(p.h)",
            "\n",
            "always ",
            "&h",
            "(",
            ")",
            "[",
            "\"",
            "\\x",
            "0x",
            "99999999999999999999",
            "-",
            "==",
            "~",
            "option ",
            "reuse",
            "exercise",
            "gap",
            "end",
            "goal ",
            "///",
            "//",
            "allow ",
            "CreateProcess(\"c\", &pi)",
            "c: ",
            "pi.hProcess",
            "Sleep(",
            "INFINITE",
            "WaitForSingleObject(h, 4294967295)",
            "😀",
            "\u{0}",
            "\r",
            "\t",
        ][..],
    );
    prop_oneof![3 => vec(words, 0..60).prop_map(|words| words.concat()), 1 => "(?s).{0,200}"]
}

#[test]
fn any_text_is_read_checked_run_and_explored_or_refused() {
    let limits = Limits { states: 200, time: None, reduce: true, count: false, threads: 1 };
    let result = TestRunner::new(config(400)).run(&texts(), |text| {
        let (tree, _) = parser::parse(&text);
        let _ = (printer::print(&tree), checker::check(&tree).is_ok());
        if let Ok(document) = Document::read(text) {
            run(&document, Watch::Quietly);
            explore(&document, limits);
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

/// An exercise, to be handed in to.
const EXERCISE: &str = include_str!("../../scenarios/exercises/01-last-handle.hlab");

#[test]
fn anything_can_be_handed_in() {
    let exercise = Exercise::read(EXERCISE).unwrap();
    let bytes = prop_oneof![texts().prop_map(String::into_bytes), vec(any::<u8>(), 0..200)];
    let result = TestRunner::new(config(100)).run(&bytes, |bytes| {
        judge_bytes(&exercise, &bytes, &handlelab::learn::Limits::default());
        judge_bytes(&exercise, &[EXERCISE.as_bytes(), &bytes].concat(), &handlelab::learn::Limits::default());
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
}
