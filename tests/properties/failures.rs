//! Promise: a call that fails changes nothing but the last error, except where DUPLICATE_CLOSE_SOURCE closes the source
//! all the same (facts 3.32 and 3.05).

use crate::harness::{Moment, try_programs, watch};
use crate::testing::system::{Fate, Happening, Reply, Request, System};
use handlelab::kernel::Arg;

const CLOSE_SOURCE: u32 = 1;

fn failed(happening: &Happening) -> Option<&Reply> {
    match &happening.fate {
        Fate::Returned(reply) if !reply.succeeded() => Some(reply),
        _ => None,
    }
}

fn closes_source(request: &Request) -> bool {
    (request.dword("dwOptions") | request.dword("Options")) & CLOSE_SOURCE != 0
}

#[test]
fn a_call_that_fails_changes_nothing_but_the_last_error() {
    try_programs("a_call_that_fails_changes_nothing_but_the_last_error", 400, 60, |program| {
        watch(program, |Moment { deed, happening, before, after }| {
            let (Some(reply), Some(request)) = (failed(happening), deed.request()) else { return Ok(()) };
            if closes_source(request) {
                return Ok(());
            }
            let mut expected = before.clone();
            if let Some(error) = reply.error {
                let args = vec![("dwErrCode", Arg::Number(error.into()))];
                expected.call(deed.actor.thread, &Request { call: "SetLastError", args });
            }
            let what = expected.picture().difference(&after.picture()).unwrap_or_default();
            if expected.kernel == after.kernel && happening.released.is_empty() {
                return Ok(());
            }
            Err(format!("{}\n{what}", deed.in_words()))
        })
    });
}

#[test]
fn a_failing_duplication_takes_at_most_its_source() {
    try_programs("a_failing_duplication_takes_at_most_its_source", 400, 60, |program| {
        watch(program, |Moment { deed, happening, before, after }| {
            let (Some(_), Some(request)) = (failed(happening), deed.request()) else { return Ok(()) };
            if !closes_source(request) {
                return Ok(());
            }
            let source = request.number("hSourceHandle") | request.number("SourceHandle");
            let (before, after) = (before.picture(), after.picture());
            // The constants of the standard handles stand for these (fact 4.08).
            let source = match source as i64 {
                slot @ -12..=-10 => before.processes[&deed.actor.process].standard[(-10 - slot) as usize],
                _ => source,
            };
            let mut lost = 0;
            for (number, process) in &before.processes {
                // The source may be the last handle to a job that then ends its processes, and these lose theirs.
                let Some(left) = after.processes.get(number).and_then(|process| process.table.as_ref())
                else {
                    continue;
                };
                let had = process.table.clone().unwrap_or_default();
                if let Some((value, entry)) = left.iter().find(|(value, entry)| had.get(value) != Some(entry))
                {
                    return Err(format!("{}\n  #{number} has a new {value:#x}, {entry:?}", deed.in_words()));
                }
                for (value, entry) in had.iter().filter(|(value, _)| !left.contains_key(value)) {
                    lost += 1;
                    if *value != source - source % 4 || entry.protect || lost > 1 {
                        return Err(format!("{}\n  #{number} has lost {value:#x}", deed.in_words()));
                    }
                }
            }
            Ok(())
        })
    });
}
