//! Promise: a child gets copies of exactly the flagged entries of its parent: value, object, access and flags.

use crate::harness::{Moment, try_programs, watch};
use crate::testing::picture::EntryView;
use crate::testing::system::{Fate, System};
use std::collections::BTreeMap;

#[test]
fn a_child_inherits_exactly_the_flagged_entries() {
    try_programs("a_child_inherits_exactly_the_flagged_entries", 500, 50, |program| {
        watch(program, |Moment { deed, happening, before, after }| {
            let Some(request) = deed.request().filter(|request| request.call == "CreateProcess") else {
                return Ok(());
            };
            let Fate::Returned(reply) = &happening.fate else { return Ok(()) };
            let Some(child) = reply.object.filter(|_| reply.succeeded()) else { return Ok(()) };
            let (before, after) = (before.picture(), after.picture());
            let table =
                |process: u32| before.processes.get(&process).and_then(|process| process.table.clone());
            let own = table(deed.actor.process).unwrap_or_default();

            let parent = match request.number("parentProcess") {
                0 => deed.actor.process,
                u64::MAX => deed.actor.process,
                value => own.get(&(value - value % 4)).map_or(0, |entry| entry.object),
            };
            let listed = |value: &u64| match request.list("handleList") {
                None => true,
                Some(list) => !list.contains(&0) && list.iter().any(|listed| listed - listed % 4 == *value),
            };
            let expected: BTreeMap<u64, EntryView> = table(parent)
                .unwrap_or_default()
                .into_iter()
                .filter(|(value, entry)| request.flag("bInheritHandles") && entry.inherit && listed(value))
                .collect();

            let found =
                after.processes.get(&child).and_then(|process| process.table.clone()).unwrap_or_default();
            for (value, entry) in &expected {
                if found.get(value) != Some(entry) {
                    let other = found.get(value);
                    return Err(format!("{}\n  {value:#x} is {other:?}, not {entry:?}", deed.in_words()));
                }
            }
            // What else is there are duplicates of standard handles, at most three.
            let mut surplus = found.iter().filter(|(value, _)| !expected.contains_key(value));
            let standard = before.processes[&deed.actor.process].standard;
            let may_be = |entry: &EntryView| {
                let mut sources = standard.iter().filter_map(|value| own.get(&(value - value % 4)));
                sources.any(|source| (source.object, source.access) == (entry.object, entry.access))
            };
            if let Some((value, entry)) = surplus.clone().find(|(_, entry)| !may_be(entry)) {
                return Err(format!("{}\n  {value:#x} is {entry:?}, which nobody gave it", deed.in_words()));
            }
            if surplus.nth(3).is_some() {
                return Err(format!("{}\n  too many handles", deed.in_words()));
            }
            for (value, entry) in &own {
                if after.processes[&deed.actor.process]
                    .table
                    .iter()
                    .flatten()
                    .all(|found| found != (value, entry))
                {
                    return Err(format!("{}\n  the creator's {value:#x} changed", deed.in_words()));
                }
            }
            Ok(())
        })
    });
}
