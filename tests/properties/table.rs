//! Promise: a handle table gives, finds and frees values like a plain list would, over thousands of entries.

use crate::harness::config;
use handlelab::kernel::options::Reuse;
use handlelab::kernel::{AccessMask, Handle, HandleAttributes, HandleEntry, HandleTable, ObjectId};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;

/// What is done to a table.
#[derive(Clone, Debug)]
enum Move {
    Insert(u16),
    Remove(Index),
    RemoveWithTag(Index, u8),
    RemoveNothing(u64),
    Protect(Index),
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        4 => (1..400u16).prop_map(Move::Insert),
        6 => any::<Index>().prop_map(Move::Remove),
        1 => (any::<Index>(), 1..4u8).prop_map(|(index, tag)| Move::RemoveWithTag(index, tag)),
        1 => prop_oneof![Just(0), Just(0x400), Just(1 << 40 | 4), any::<u64>()].prop_map(Move::RemoveNothing),
        1 => any::<Index>().prop_map(Move::Protect),
    ]
}

/// A table as a list: entries by value with the number that they carry and their flag, freed values with the latest
/// last, and the next value that was never used.
#[derive(Default)]
struct List {
    entries: Vec<(u64, u32, bool)>,
    freed: Vec<u64>,
    next: u64,
}

impl List {
    fn insert(&mut self, reuse: Reuse, number: u32) -> u64 {
        let used_up = self.next.is_multiple_of(0x400);
        let value = match reuse {
            Reuse::Lifo if !self.freed.is_empty() => self.freed.remove(self.freed.len() - 1),
            Reuse::Lowest if !self.freed.is_empty() => {
                self.freed.sort_unstable();
                self.freed.remove(0)
            }
            Reuse::Fifo if used_up && !self.freed.is_empty() => self.freed.remove(0),
            _ => {
                let value = if used_up { self.next + 4 } else { self.next };
                self.next = value + 4;
                value
            }
        };
        self.entries.push((value, number, false));
        value
    }

    fn remove(&mut self, value: u64) -> Option<u32> {
        let place = self.entries.iter().position(|(own, ..)| *own == value)?;
        self.freed.push(value);
        Some(self.entries.remove(place).1)
    }
}

fn behaves_like_a_list(reuse: Reuse, moves: &[Move]) -> Result<(), TestCaseError> {
    let (mut table, mut list, mut number) = (HandleTable::new(reuse), List::default(), 0);
    for one in moves {
        let pick = |index: &Index, list: &List| {
            (!list.entries.is_empty()).then(|| list.entries[index.index(list.entries.len())].0)
        };
        let removed = match one {
            Move::Insert(count) => {
                for _ in 0..*count {
                    number += 1;
                    let entry = HandleEntry {
                        object: ObjectId::default(),
                        granted_access: AccessMask(number),
                        attributes: HandleAttributes::default(),
                    };
                    prop_assert_eq!(table.insert(entry), Some(Handle(list.insert(reuse, number))));
                }
                None
            }
            Move::Remove(index) => pick(index, &list).map(|value| (value, 0)),
            Move::RemoveWithTag(index, tag) => pick(index, &list).map(|value| (value, u64::from(*tag))),
            Move::RemoveNothing(value) => {
                let known = list.entries.iter().any(|(own, ..)| *own == value - value % 4);
                (!known).then_some((*value, 0))
            }
            Move::Protect(index) => {
                if let Some(value) = pick(index, &list) {
                    let place = list.entries.iter().position(|(own, ..)| *own == value).unwrap_or_default();
                    list.entries[place].2 = true;
                    table.change(Handle(value), |flags| flags.protect_from_close = true).unwrap();
                }
                None
            }
        };
        if let Some((value, tag)) = removed {
            let found = table.remove(Handle(value + tag)).map(|entry| entry.granted_access.0);
            prop_assert_eq!(found, list.remove(value));
        }
        let mut expected = list.entries.clone();
        expected.sort_unstable();
        let found: Vec<_> = table
            .iter()
            .map(|(handle, entry)| (handle.0, entry.granted_access.0, entry.attributes.protect_from_close))
            .collect();
        prop_assert_eq!(found, expected);
        prop_assert_eq!(table.len(), list.entries.len());
    }
    Ok(())
}

#[test]
fn a_table_behaves_like_a_list() {
    let reuse = prop_oneof![Just(Reuse::Lifo), Just(Reuse::Fifo), Just(Reuse::Lowest)];
    let result = TestRunner::new(config(48))
        .run(&(reuse, vec(moves(), 1..40)), |(reuse, moves)| behaves_like_a_list(reuse, &moves));
    assert!(result.is_ok(), "{result:?}");
}
