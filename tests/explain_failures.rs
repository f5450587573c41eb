//! Is what a page says of a call's failures what the kernel does, and is nothing left out?

use handlelab::explain::failures;
use handlelab::kernel::calls::{Kind, Returns};
use handlelab::kernel::{
    AccessMask, Arg, CallSpec, Kernel, Log, ObjectType, Options, Outcome, Status, ThreadId,
};
use handlelab::run::trace::{AnswerRecord, StepKind, TraceStep};
use handlelab::run::{Watch, run};
use handlelab::scenario::Document;
use handlelab::scenario::program::{Action, Argument, StatementKind, Term};
use std::collections::BTreeSet;

/// A value that is never a handle.
const NO_HANDLE: u64 = 0x7FFC;

/// The place of the first step of the document that makes the call.
fn step_with(document: &Document, spec: &CallSpec) -> usize {
    let makes = |kind: &StatementKind| match kind {
        StatementKind::Step(step) => {
            matches!(&step.action, Action::Call { spec: found, .. } if *found == spec)
        }
        _ => false,
    };
    document.program.statements.iter().position(|statement| makes(&statement.kind)).unwrap()
}

fn args(document: &mut Document, place: usize) -> &mut [Argument] {
    match &mut document.program.statements[place].kind {
        StatementKind::Step(step) => match &mut step.action {
            Action::Call { args, .. } => args,
            _ => panic!("not a call"),
        },
        _ => panic!("not a step"),
    }
}

/// What the step answers when the document is run.
fn answer(document: &Document, place: usize) -> AnswerRecord {
    let mut steps: Vec<TraceStep> = Vec::new();
    run(
        document,
        Watch::Steps(&mut |step| {
            if step.kind != StepKind::Start {
                steps.push(step);
            }
        }),
    );
    steps[place].answer.clone().expect("it answers")
}

/// The example of a call, with another value for one of its handles.
fn with_handle(spec: &'static CallSpec, param: usize, value: Term) -> AnswerRecord {
    let mut document = Document::read(spec.example).unwrap();
    let place = step_with(&document, spec);
    let args = args(&mut document, place);
    args[param] = match &args[param] {
        Argument::List(list) => Argument::List(list.iter().skip(1).cloned().chain([value]).collect()),
        _ => Argument::Value(value),
    };
    answer(&document, place)
}

/// The same with a handle to the right object that was granted nothing.
fn with_weak_handle(spec: &'static CallSpec, param: usize) -> AnswerRecord {
    let mut document = Document::read(spec.example).unwrap();
    let place = step_with(&document, spec);
    let statement = document.program.statements[place].clone();
    let strong = match &args(&mut document, place)[param] {
        Argument::Value(term) => term.clone(),
        Argument::List(list) => list[0].clone(),
        other => panic!("{}: {other:?}", spec.name),
    };
    let strong = match strong {
        Term::Variable(_, span) => document.source[span.start as usize..span.end as usize].to_owned(),
        Term::Call(call) => format!("{}()", call.name),
        other => panic!("{}: {other:?}", spec.name),
    };
    let StatementKind::Step(step) = &statement.kind else { panic!() };
    let actor = &document.program.actor(step.actor).name;
    let extra = format!(
        "{actor}: DuplicateHandle(GetCurrentProcess(), {strong}, GetCurrentProcess(), &weak, 0)  => TRUE\n\
         {actor}: SetEvent(weak)\n"
    );
    let mut source = document.source.clone();
    source.insert_str(statement.span.start as usize, &extra);
    let mut document = Document::read(source).unwrap();
    let weak = match &args(&mut document, place + 1)[0] {
        Argument::Value(term) => term.clone(),
        other => panic!("{other:?}"),
    };
    // The step behind the duplication was only there to name the variable.
    document.program.statements.remove(place + 1);
    let args = args(&mut document, place + 1);
    args[param] = match &args[param] {
        Argument::List(list) => Argument::List(list.iter().skip(1).cloned().chain([weak]).collect()),
        _ => Argument::Value(weak),
    };
    answer(&document, place + 1)
}

#[test]
fn what_follows_from_the_kind_of_a_handle_is_what_the_kernel_does() {
    let mut tried = 0;
    for &spec in CallSpec::all() {
        for (place, param) in spec.params.iter().enumerate() {
            let (of, access) = match param.kind {
                Kind::Handle { of, access } => (of, access),
                Kind::Handles { access } if access != AccessMask::NONE => (None, access),
                _ => continue,
            };
            let of_page: Vec<Status> =
                failures(spec).into_iter().filter(|way| way.derived).map(|way| way.status).collect();
            let mut expect = |status: Status, found: AnswerRecord| {
                assert_eq!(found.status, Some(status.name()), "{}, {}: {found:?}", spec.name, param.name);
                assert!(of_page.contains(&status), "{}: {status} is not on its page", spec.name);
                tried += 1;
            };
            expect(Status::InvalidHandle, with_handle(spec, place, Term::Number(NO_HANDLE, None)));
            if let Some(of) = of {
                let other = if of == ObjectType::Process { -2i64 } else { -1 };
                expect(
                    Status::ObjectTypeMismatch,
                    with_handle(spec, place, Term::Number(other as u64, None)),
                );
            }
            if access != AccessMask::NONE {
                expect(Status::AccessDenied, with_weak_handle(spec, place));
            }
        }
    }
    assert!(tried > 60, "{tried}");
}

/// Numbers without end that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }
}

/// Something that may stand in the place of a parameter, sensible or not.
fn any_arg(kind: Kind, required: bool, numbers: &mut Numbers) -> Arg {
    let handle = |numbers: &mut Numbers| match numbers.below(8) {
        0 => numbers.of(&[0, u64::MAX, u64::MAX - 1, NO_HANDLE]),
        _ => 4 * (1 + numbers.below(14) as u64),
    };
    if !required && numbers.below(3) == 0 {
        return Arg::Absent;
    }
    match kind {
        Kind::Handle { .. } | Kind::AnyHandle => Arg::Number(handle(numbers)),
        Kind::Handles { .. } => {
            let count = numbers.below(4);
            Arg::List((0..count).map(|_| handle(numbers)).collect())
        }
        Kind::Access(_) => Arg::Number(numbers.of(&[
            0,
            1,
            2,
            4,
            0x10_0000,
            0x8000_0000,
            0x4000_0000,
            0x1000_0000,
            0x0200_0000,
            0x0100_0000,
            0x0080_0000,
            0x1F_0003,
        ])),
        Kind::Flags(_) | Kind::Dword => Arg::Number(numbers.of(&[
            0,
            1,
            2,
            3,
            4,
            5,
            8,
            0x40,
            0x80,
            0x1000,
            0x1_0000,
            1000,
            1004,
            1008,
            1012,
            0x0400_0000,
            0xFFFF_FFF5,
        ])),
        Kind::Long => Arg::Number(numbers.of(&[0, 1, 2, -1i64 as u64])),
        Kind::Large => Arg::Number(numbers.of(&[0, 1, 4096, -10_000i64 as u64])),
        Kind::Bool => Arg::Number(numbers.below(2) as u64),
        Kind::Timeout => Arg::Number(numbers.of(&[0, 10])),
        Kind::ObjectName => {
            Arg::Text(numbers.of(&["A", "B", "C", "", "a\\b", "Global\\", "Global\\A", "Local\\B"]).into())
        }
        Kind::FileName => Arg::Text(numbers.of(&["a.txt", "b.txt", "A.TXT", "", "x\\y", "a?"]).into()),
        Kind::Data => Arg::Text(numbers.of(&["", "data"]).into()),
        Kind::Address => Arg::Number(numbers.of(&[0, 0x1_0000, 0x2_0000, 0x1234])),
        Kind::NewProcess | Kind::NewThread => Arg::Text("new".into()),
        Kind::Structure => Arg::Absent,
        Kind::OutNumber | Kind::OutHandle | Kind::OutData | Kind::OutRecord(_) => Arg::Out,
        kind => panic!("what to give for {kind:?}?"),
    }
}

/// A kernel in which many calls were made at random, and the failures that they met.
fn met(seed: u64, calls: usize, failed: &mut BTreeSet<(&'static str, Status)>) {
    let mut numbers = Numbers(seed);
    let mut log = Log::quiet();
    let mut options = Options::default();
    for spec in Options::ALL {
        options.set(spec.name, numbers.of(spec.values).0);
    }
    let mut kernel = Kernel::new(options);
    let threads: Vec<ThreadId> =
        ["p", "q", "r"].iter().map(|name| kernel.start_process(name, &mut log).1).collect();
    for _ in 0..calls {
        let spec = numbers.of(CallSpec::all());
        let values: Vec<Arg> =
            spec.params.iter().map(|param| any_arg(param.kind, param.required, &mut numbers)).collect();
        let thread = numbers.of(&threads);
        if let Outcome::Returned(answer) = kernel.call(thread, spec, &values, &mut log)
            && !answer.succeeded
        {
            failed.insert((spec.name, answer.status));
        }
    }
}

#[test]
fn every_failure_that_random_calls_meet_is_on_the_page_of_its_call() {
    let mut failed = BTreeSet::new();
    for seed in 0..20_000 {
        met(seed, 80, &mut failed);
    }
    let mut missing = Vec::new();
    for &(name, status) in &failed {
        let spec = CallSpec::find(name).unwrap();
        if !failures(spec).iter().any(|way| way.status == status) {
            missing.push((name, status));
        }
    }
    assert_eq!(missing, []);
    let described: usize = CallSpec::all().iter().map(|spec| spec.fails.len()).sum();
    assert!(failed.len() > described, "only {} kinds of failures were met", failed.len());
}

#[test]
fn a_call_that_cannot_fail_has_no_way_to_fail_on_its_page() {
    for spec in
        CallSpec::all().iter().filter(|spec| matches!(spec.returns, Returns::Plain | Returns::Nothing))
    {
        assert_eq!(failures(spec), [], "{}", spec.name);
    }
}
