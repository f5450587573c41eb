//! How fast is it, and how does it grow?
//!
//! Prints one table. Each figure is the median of several rounds; machines are noisy, so compare figures of one run only.

use handlelab::kernel::{Arg, CallSpec, Kernel, Log, Options, Outcome, ThreadId};
use handlelab::run::{Watch, run};
use handlelab::scenario::{Document, checker, parser};
use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

const PSEUDO: u64 = u64::MAX;
const SAME_ACCESS: u64 = 2;

fn main() {
    println!("{:<58} {:>12}", "what", "median");
    for handles in [100, 10_000, 1_000_000] {
        let per_pair = pairs(handles, 200_000);
        row(&format!("duplicate and close, {handles} live handles"), &format!("{per_pair:.1} ns"));
    }
    let per_entry = inheritance(1_000_000);
    row("inherit 10 % of 1,000,000 entries, per inherited entry", &format!("{per_entry:.1} ns"));
    million_lines();
    one_lesson();
}

fn row(what: &str, figure: &str) {
    println!("{what:<58} {figure:>12}");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn nanoseconds(time: Duration, among: usize) -> f64 {
    time.as_nanos() as f64 / among as f64
}

/// A small generator of numbers, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

fn call(name: &str) -> &'static CallSpec {
    CallSpec::find(name).expect("the call exists")
}

fn value(outcome: Outcome) -> u64 {
    match outcome {
        Outcome::Returned(answer) => answer.value,
        other => panic!("{other:?}"),
    }
}

/// A process with so many handles to events of its own; every tenth is inheritable.
fn filled(handles: usize) -> (Kernel, ThreadId, Vec<u64>) {
    let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
    let (_, thread) = kernel.start_process("parent", &mut log);
    let create = call("CreateEvent");
    let values = (0..handles)
        .map(|n| {
            let inherit = Arg::Number(u64::from(n % 10 == 0));
            let args = [Arg::Absent, Arg::Absent, Arg::Absent, Arg::Absent, inherit];
            value(kernel.call(thread, create, &args, &mut log))
        })
        .collect();
    (kernel, thread, values)
}

fn pairs(handles: usize, rounds: usize) -> f64 {
    let (mut kernel, thread, values) = filled(handles);
    let (duplicate, close) = (call("DuplicateHandle"), call("CloseHandle"));
    let (mut log, mut numbers) = (Log::quiet(), Numbers(7));
    let mut round = || {
        let start = Instant::now();
        for _ in 0..rounds {
            let source = values[numbers.next() as usize % values.len()];
            let args = [PSEUDO, source, PSEUDO].map(Arg::Number);
            let [process, source, target] = args;
            let args =
                [process, source, target, Arg::Out, Arg::Number(0), Arg::Number(0), Arg::Number(SAME_ACCESS)];
            let Outcome::Returned(answer) = kernel.call(thread, duplicate, &args, &mut log) else { continue };
            let Some(handlelab::kernel::OutValue::Handle(new, _)) = answer.outs.first().map(|out| &out.value)
            else {
                continue;
            };
            black_box(kernel.call(thread, close, &[Arg::Number(new.0)], &mut log));
        }
        nanoseconds(start.elapsed(), rounds)
    };
    median((0..7).map(|_| round()).collect())
}

fn inheritance(handles: usize) -> f64 {
    let (kernel, thread, _) = filled(handles);
    let create = call("CreateProcess");
    let times = (0..5).map(|_| {
        let (mut kernel, mut log) = (kernel.clone(), Log::quiet());
        let mut args = vec![Arg::Absent; create.params.len()];
        args[0] = Arg::Text("child".into());
        args[1] = Arg::Number(1);
        let start = Instant::now();
        black_box(kernel.call(thread, create, &args, &mut log));
        nanoseconds(start.elapsed(), handles / 10)
    });
    median(times.collect())
}

fn million_lines() {
    const LINES: usize = 1_000_000;
    let mut source = String::from("process parent\n");
    for n in 0..LINES / 4 {
        source.push_str(&format!("parent: h{} = CreateEvent(bManualReset: TRUE) => HANDLE\n", n % 1000));
        source.push_str(&format!("parent: SetEvent(h{}) => TRUE\n", n % 1000));
        source.push_str(&format!("check handles(parent.h{}) == 1\n", n % 1000));
        source.push_str(&format!("parent: CloseHandle(h{}) => TRUE\n", n % 1000));
    }
    let per_second = |time: Duration| format!("{:.2} M/s", LINES as f64 / time.as_secs_f64() / 1e6);
    let start = Instant::now();
    let (tree, mistakes) = parser::parse(&source);
    let read = start.elapsed();
    assert!(mistakes.is_empty());
    let start = Instant::now();
    let program = checker::check(&tree).expect("the scenario makes sense");
    let checked = start.elapsed();
    let document = Document { source, tree, program };
    let start = Instant::now();
    let report = run(&document, Watch::Quietly);
    let ran = start.elapsed();
    assert!(report.is_good());
    row("1,000,000 lines: read", &per_second(read));
    row("1,000,000 lines: checked", &per_second(checked));
    row("1,000,000 lines: run", &per_second(ran));
    row("1,000,000 lines: all, per line", &format!("{:.0} ns", nanoseconds(read + checked + ran, LINES)));
    if let Some(peak) = peak_memory() {
        row("peak memory of all this", &format!("{} MiB", peak >> 10));
    }
}

/// In KiB, where the system tells it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn one_lesson() {
    let lesson = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/tour/first.hlab");
    let times = (0..21).map(|_| {
        let start = Instant::now();
        let output = Command::new(env!("CARGO_BIN_EXE_handlelab")).args(["run", lesson]).output();
        assert!(output.expect("the command starts").status.success());
        start.elapsed().as_secs_f64() * 1000.0
    });
    row("one lesson from start to end", &format!("{:.1} ms", median(times.collect())));
}
