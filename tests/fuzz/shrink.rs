//! How small can an input be that still breaks the promise?

use std::time::{Duration, Instant};

/// Whoever waits for a smaller one waits no longer than this.
const PATIENCE: Duration = Duration::from_secs(60);

/// Leaves out as many lines and bytes as can be left out while `breaks` still holds.
pub(crate) fn shrink(input: &[u8], breaks: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let end = Instant::now() + PATIENCE;
    let lines: Vec<&[u8]> = input.split_inclusive(|byte| *byte == b'\n').collect();
    let lines = fewer(lines, |lines| breaks(&lines.concat()), end).concat();
    fewer(lines, |bytes| breaks(bytes), end)
}

fn fewer<T: Clone>(mut parts: Vec<T>, breaks: impl Fn(&[T]) -> bool, end: Instant) -> Vec<T> {
    let mut size = parts.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        while at < parts.len() && Instant::now() < end {
            let mut without = parts.clone();
            without.drain(at..(at + size).min(parts.len()));
            if breaks(&without) {
                parts = without;
            } else {
                at += size;
            }
        }
        if size == 1 {
            return parts;
        }
        size = size.div_ceil(2);
    }
}
