//! By which number is a state known?
//!
//! Every part of a kernel (an object, a process, a thread, a pipe, the names, the files) has a number of 128 bits, made of what
//! is written of it without identities; the sum of all is the number of the state. After a call only those parts are written
//! anew that it has changed. Two different states have the same number with a chance of about n² / 2¹²⁸ for n states: with a
//! million of them, one in 10²⁶.

use super::Kernel;
use super::canonical::{Canonical, Sink};
use super::object::Object;
use super::objects::ObjectType;
use super::store::{Store, slot};
use super::touched::Touched;
use siphasher::sip128::{Hasher128, SipHasher13};
use slotmap::Key;
use std::hash::Hasher;

/// The number of some bytes.
pub(crate) fn print_of(bytes: &[u8]) -> u128 {
    let mut hasher = SipHasher13::new();
    hasher.write(bytes);
    hasher.finish128().as_u128()
}

/// The numbers of a kernel's parts, those of a store by slot; 0 where nothing is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prints {
    objects: Vec<u128>,
    processes: Vec<u128>,
    threads: Vec<u128>,
    pipes: Vec<u128>,
    names: u128,
    files: u128,
    sum: u128,
}

impl Prints {
    /// The numbers of a kernel's parts.
    pub(crate) fn of(kernel: &Kernel) -> Prints {
        let mut prints = Prints::default();
        prints.renew(kernel, true);
        prints
    }

    /// The number of the whole; two kernels with the same options have the same one if nothing that can happen later tells them
    /// apart, the numbers that are still to be given left aside.
    pub(crate) fn sum(&self) -> u128 {
        self.sum
    }

    /// Brings the numbers up to date with what was touched since the footprint was begun.
    pub(crate) fn refresh(&mut self, kernel: &Kernel) {
        self.renew(kernel, false);
    }

    fn renew(&mut self, kernel: &Kernel, all: bool) {
        let mut bytes = Vec::with_capacity(256);
        let mut print = |kind: u8, write: &mut dyn FnMut(&mut Sink<'_>)| {
            bytes.clear();
            bytes.push(kind);
            write(&mut Sink::new(kernel, &mut bytes));
            print_of(&bytes)
        };
        let everything = Touched { read: u64::MAX, written: u64::MAX };
        let touched = |notes: &super::touched::Notes| if all { everything } else { notes.touched() };
        let [paths, nodes] = kernel.files.notes().map(touched);
        let pipes = touched(kernel.pipes.notes());
        // What an open file says of itself depends on what becomes of the file or pipe behind it.
        let files_changed = paths.written | nodes.written != 0 || !pipes.set().is_empty();
        let objects = kernel.objects.store();
        let touched_objects = touched(objects.notes());
        let is_file = |object: &Object| files_changed && object.object_type() == ObjectType::File;
        let mut sum = self.sum;
        part(objects, &mut self.objects, &mut sum, touched_objects, is_file, |id, object| {
            print(0, &mut |to| {
                to.handle_count(id);
                object.write(to);
            })
        });
        let table_changed = |record: &super::ProcessRecord| {
            record.table.as_ref().is_some_and(|table| table.notes().touched().written != 0)
        };
        let processes = touched(kernel.processes.notes());
        part(&kernel.processes, &mut self.processes, &mut sum, processes, table_changed, |_, record| {
            print(1, &mut |to| record.write(to))
        });
        let threads = touched(kernel.threads.notes());
        part(
            &kernel.threads,
            &mut self.threads,
            &mut sum,
            threads,
            |_| false,
            |_, record| print(2, &mut |to| record.write(to)),
        );
        part(
            &kernel.pipes,
            &mut self.pipes,
            &mut sum,
            pipes,
            |_| false,
            |_, pipe| print(3, &mut |to| pipe.write(to)),
        );
        if touched(kernel.names.notes()).written != 0 {
            replace(&mut self.names, &mut sum, print(4, &mut |to| to.names()));
        }
        if files_changed {
            replace(&mut self.files, &mut sum, print(5, &mut |to| to.files()));
        }
        self.sum = sum;
    }
}

fn replace(old: &mut u128, sum: &mut u128, new: u128) {
    *sum = sum.wrapping_sub(*old).wrapping_add(new);
    *old = new;
}

/// Brings the numbers of a store's values up to date: of those that were written, and of others that `changed` names.
fn part<K: Key, V>(
    store: &Store<K, V>,
    prints: &mut Vec<u128>,
    sum: &mut u128,
    touched: Touched,
    changed: impl Fn(&V) -> bool,
    mut print: impl FnMut(K, &V) -> u128,
) {
    let set_changed = touched.set().written != 0;
    let mut gone = if set_changed { vec![true; prints.len()] } else { Vec::new() };
    for (key, value) in store.glance() {
        let slot = slot(key) as usize;
        if prints.len() <= slot {
            prints.resize(slot + 1, 0);
        }
        if let Some(gone) = gone.get_mut(slot) {
            *gone = false;
        }
        let written = touched.written & Touched::bit(slot as u32) != 0;
        if written || prints[slot] == 0 || changed(value) {
            replace(&mut prints[slot], sum, print(key, value));
        }
    }
    for slot in (0..gone.len()).filter(|slot| gone[*slot]) {
        replace(&mut prints[slot], sum, 0);
    }
}
