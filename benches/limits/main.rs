//! How fast is it, how does it grow, and how far is that from the least work that could do the job?
//!
//! Everything is measured side by side in one run, and each figure is that of the round that was disturbed least: machines are
//! noisy, so compare figures of one run only. `(a)` is a bare array with a list of free entries and a count for each object,
//! the least that could work; `(b)` the same built plainly on two slotmaps; `(c)` what Linux does for its own descriptors.
//! What the kernel does beside is listed with the tables of [`pairs`] and [`inheritance`].

mod inheritance;
mod lines;
mod pairs;
mod peers;

use handlelab::kernel::{Arg, CallSpec, Kernel, Log, Options, Outcome, ThreadId};
use std::time::Duration;

fn main() {
    pairs::all();
    inheritance::all(1_000_000);
    lines::million_lines();
    lines::one_lesson();
}

fn row(what: &str, figure: &str) {
    println!("{what:<70} {figure:>14}");
}

/// The time of the round that was disturbed least.
fn best(times: impl Iterator<Item = f64>) -> f64 {
    times.fold(f64::INFINITY, f64::min)
}

fn nanoseconds(time: Duration, among: usize) -> f64 {
    time.as_nanos() as f64 / among as f64
}

/// A small generator of numbers, the same in every run.
struct Numbers(u64);

impl Numbers {
    #[inline]
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (((self.0 >> 32) * end as u64) >> 32) as usize
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
fn filled(handles: usize) -> (Kernel, ThreadId, Vec<u32>) {
    let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
    let (_, thread) = kernel.start_process("parent", &mut log);
    let create = call("CreateEvent");
    let values = (0..handles)
        .map(|n| {
            let inherit = Arg::Number(u64::from(n % 10 == 0));
            let args = [Arg::Absent, Arg::Absent, Arg::Absent, Arg::Absent, inherit];
            value(kernel.call(thread, create, &args, &mut log)) as u32
        })
        .collect();
    (kernel, thread, values)
}

/// A figure of this process's memory in KiB, where the system tells it.
fn memory_in_kib(which: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(which))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// What something takes of memory while it is built, for each of so many.
fn memory_of_each<T>(count: usize, build: impl FnOnce() -> T) -> (T, String) {
    let before = memory_in_kib("VmRSS:");
    let built = build();
    let bytes = |(before, after): (u64, u64)| {
        format!("{} bytes", (after.saturating_sub(before) << 10) / count as u64)
    };
    let figure = before.zip(memory_in_kib("VmRSS:")).map_or("not told here".to_owned(), bytes);
    (built, figure)
}
