//! What does it cost a child to inherit a tenth of the entries?
//!
//! The peers do what cannot be left out: they find the inheritable entries in a bare array by looking at every entry, by a
//! bitmap, or by a list that is kept of them; write each down with its value; and count a handle more of its object. The
//! kernel's figure is a whole CreateProcess with all else that it does; it also copies which entries can be inherited again,
//! and how many come before each 64 of them, so that a value is found in one step.

use super::peers::{Bare, Entry};
use super::{best, call, filled, nanoseconds, row};
use handlelab::kernel::{Arg, CallSpec, Kernel, Log, ObjectId, Outcome, ThreadId};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 100;

pub(super) fn all(handles: usize) {
    let (mut bare, _) = Bare::filled(handles);
    let is_inheritable = |place: &usize| Bare::is_inheritable(&bare.entries[*place]);
    let list: Vec<u32> = (0..bare.entries.len()).filter(is_inheritable).map(|place| place as u32).collect();
    let mut bits = vec![0u64; bare.entries.len() / 64 + 1];
    list.iter().for_each(|place| bits[*place as usize / 64] |= 1 << (place % 64));
    let inheritable = list.len();

    let scan = peer(&mut bare, inheritable, &Scan);
    let bitmap = peer(&mut bare, inheritable, &Bitmap(bits));
    let by_list = peer(&mut bare, inheritable, &List(list));
    let ours = kernel(handles);
    let least = scan.min(bitmap).min(by_list);
    println!("{:<70} {:>14}", format!("inherit 10 % of {handles} entries"), "an entry");
    row("by looking at every entry", &format!("{scan:.2} ns"));
    row("by a bitmap", &format!("{bitmap:.2} ns"));
    row("by a list", &format!("{by_list:.2} ns"));
    let what = format!("the kernel: CreateProcess, {:.2} times the best", ours / least);
    row(&what, &format!("{ours:.2} ns"));
}

/// A way to find the inheritable entries.
trait Find {
    fn each(&self, entries: &[Entry], take: impl FnMut(u32, &Entry));
}

struct Scan;
struct Bitmap(Vec<u64>);
struct List(Vec<u32>);

impl Find for Scan {
    fn each(&self, entries: &[Entry], mut take: impl FnMut(u32, &Entry)) {
        let found = entries.iter().enumerate().filter(|(_, entry)| Bare::is_inheritable(entry));
        found.for_each(|(place, entry)| take(place as u32, entry));
    }
}

impl Find for Bitmap {
    fn each(&self, entries: &[Entry], mut take: impl FnMut(u32, &Entry)) {
        for (word, mut left) in self.0.iter().copied().enumerate() {
            while left != 0 {
                let place = word as u32 * 64 + left.trailing_zeros();
                take(place, &entries[place as usize]);
                left &= left - 1;
            }
        }
    }
}

impl Find for List {
    fn each(&self, entries: &[Entry], mut take: impl FnMut(u32, &Entry)) {
        self.0.iter().for_each(|place| take(*place, &entries[*place as usize]));
    }
}

fn peer(bare: &mut Bare, inheritable: usize, how: &impl Find) -> f64 {
    best((0..ROUNDS).map(|_| {
        let start = Instant::now();
        let mut child: Vec<Entry> = Vec::with_capacity(inheritable);
        let counts = &mut bare.counts;
        how.each(&bare.entries, |place, entry| {
            child.push(Entry { next: place, ..*entry });
            counts[entry.object as usize] += 1;
        });
        let time = nanoseconds(start.elapsed(), inheritable);
        assert_eq!(black_box(child).len(), inheritable);
        time
    }))
}

fn kernel(handles: usize) -> f64 {
    let (mut kernel, thread, _) = filled(handles);
    let create = call("CreateProcess");
    let mut args = vec![Arg::Absent; create.params.len()];
    (args[0], args[1]) = (Arg::Text("child".into()), Arg::Number(1));
    best((0..ROUNDS).map(|_| {
        let start = Instant::now();
        let outcome = kernel.call(thread, create, &args, &mut Log::quiet());
        let time = nanoseconds(start.elapsed(), handles / 10);
        end_child(&mut kernel, &outcome, call("ExitProcess"));
        time
    }))
}

/// The child ends, so that its entries do not stay counted.
fn end_child(kernel: &mut Kernel, created: &Outcome, exit: &'static CallSpec) {
    let child = |object: ObjectId| kernel.process_of(object)?.threads.first().copied();
    let Outcome::Returned(answer) = created else { panic!("{created:?}") };
    let thread: ThreadId = answer.object.and_then(child).expect("the child has a thread");
    black_box(kernel.call(thread, exit, &[Arg::Number(0)], &mut Log::quiet()));
}
