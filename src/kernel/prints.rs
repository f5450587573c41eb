//! By which number is a state known?
//!
//! Every part of a kernel (an object, a process, a thread, a pipe, the names, the files) has a number of 128 bits, made of what
//! is written of it without identities; the sum of all is the number of the state. Two different states have the same number
//! with a chance of about n² / 2¹²⁸ for n states: with a million of them, one in 10²⁶.

use super::Kernel;
use super::canonical::{Canonical, Sink};
use siphasher::sip128::{Hasher128, SipHasher13};
use std::hash::Hasher;

/// The number of some bytes.
pub(crate) fn print_of(bytes: &[u8]) -> u128 {
    let mut hasher = SipHasher13::new();
    hasher.write(bytes);
    hasher.finish128().as_u128()
}

impl Kernel {
    /// The sum of the numbers of its parts.
    pub(crate) fn print_of_parts(&self) -> u128 {
        let (mut bytes, mut sum) = (Vec::with_capacity(256), 0u128);
        let mut add = |kind: u8, write: &dyn Fn(&mut Sink<'_>)| {
            bytes.clear();
            bytes.push(kind);
            write(&mut Sink::new(self, &mut bytes));
            sum = sum.wrapping_add(print_of(&bytes));
        };
        for (id, object) in self.objects.glance() {
            add(0, &|to| {
                object.write(to);
                to.counts(id);
            });
        }
        for (_, record) in self.processes.glance() {
            add(1, &|to| {
                record.write(to);
                record.table.iter().for_each(|table| table.write(to));
            });
        }
        for (_, record) in self.threads.glance() {
            add(2, &|to| {
                record.write(to);
                record.last_error.write(to);
            });
        }
        self.pipes.glance().for_each(|(_, pipe)| add(3, &|to| pipe.write(to)));
        add(4, &|to| to.names());
        add(5, &|to| to.files());
        sum
    }
}
