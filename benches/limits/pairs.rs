//! What does it cost to duplicate a handle, taken at random, and to close the duplicate?
//!
//! Beside the least work the kernel asks whether the closed entry is protected or inheritable and whether it is the object's
//! last, and keeps how many entries are in use. Through the table of calls it also reads arguments, asks whether the thread can
//! run and whether anybody wants to know of effects, and fills an answer.

use super::peers::{Bare, Maps};
use super::{Numbers, best, call, filled, memory_of_each, nanoseconds, row};
use handlelab::kernel::{Arg, Handle, Log, OutValue, Outcome};
use std::fs::File;
use std::hint::black_box;
use std::time::Instant;

/// Pairs of a round; a round is shorter than the time that the system gives a process at once.
const PAIRS: usize = 10_000;
const ROUNDS: usize = 400;
const PSEUDO: u64 = u64::MAX;
const SAME_ACCESS: u64 = 2;

pub(super) fn all() {
    println!("{:<70} {:>14}", "duplicate and close, a random one of so many live handles", "a pair");
    for handles in [100, 10_000, 1_000_000] {
        of(handles);
    }
    let file = File::open("/dev/null");
    let linux = file.map(|file| measure(1, PAIRS / 10, |_| drop(file.try_clone())));
    let linux = linux.map_or("not told here".to_owned(), |time| format!("{time:.0} ns"));
    row("(c) Linux: fcntl(F_DUPFD_CLOEXEC) and close, few descriptors", &linux);
}

fn of(handles: usize) {
    let ((mut bare, values), of_bare) = memory_of_each(handles, || Bare::filled(handles));
    let least = measure(handles, PAIRS, |at| {
        let new = bare.duplicate(values[at]).expect("the handle is open");
        black_box(bare.close(black_box(new)));
    });
    drop((bare, values));
    let ((mut maps, values), of_maps) = memory_of_each(handles, || Maps::filled(handles));
    let plain = measure(handles, PAIRS, |at| {
        let new = maps.duplicate(values[at]).expect("the handle is open");
        black_box(maps.close(black_box(new)));
    });
    drop((maps, values));
    let ((mut kernel, thread, values), of_kernel) = memory_of_each(handles, || filled(handles));
    let mut log = Log::quiet();
    let mut running = kernel.run(thread, &mut log).expect("the thread can run");
    let ours = measure(handles, PAIRS, |at| {
        let new = running.duplicate(Handle(values[at].into()), false).expect("the handle is open");
        running.close_handle(black_box(new)).expect("the handle is open");
    });
    drop(running);
    let (duplicate, close) = (call("DuplicateHandle"), call("CloseHandle"));
    let by_table = measure(handles, PAIRS / 10, |at| {
        let [process, source] = [PSEUDO, values[at].into()].map(Arg::Number);
        let [access, inherit, options] = [0, 0, SAME_ACCESS].map(Arg::Number);
        let args = [process.clone(), source, process, Arg::Out, access, inherit, options];
        let Outcome::Returned(answer) = kernel.call(thread, duplicate, &args, &mut log) else { return };
        if let Some(OutValue::Handle(new, _)) = answer.outs.first().map(|out| &out.value) {
            black_box(kernel.call(thread, close, &[Arg::Number(new.0)], &mut log));
        }
    });
    let times = |time: f64, than: f64| format!("{:.2} times (a), {:.2} times (b)", time / least, time / than);
    row(&format!("{handles}: (a) a bare array"), &format!("{least:.2} ns"));
    row(&format!("{handles}: (b) two slotmaps"), &format!("{plain:.2} ns"));
    row(&format!("{handles}: the kernel, {}", times(ours, plain)), &format!("{ours:.2} ns"));
    row(&format!("{handles}: the kernel, through the table of calls"), &format!("{by_table:.1} ns"));
    if handles >= 10_000 {
        let figures = format!("(a) {of_bare}, (b) {of_maps}, the kernel with an event for each");
        row(&format!("{handles}: memory of a live handle: {figures}"), &of_kernel);
    }
}

fn measure(handles: usize, pairs: usize, mut pair: impl FnMut(usize)) -> f64 {
    let mut numbers = Numbers(7);
    best((0..ROUNDS).map(|_| {
        let start = Instant::now();
        for _ in 0..pairs {
            pair(numbers.below(handles));
        }
        nanoseconds(start.elapsed(), pairs)
    }))
}
