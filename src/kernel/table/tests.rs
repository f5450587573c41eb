use super::*;

use slotmap::KeyData;

fn entry(number: u64) -> HandleEntry {
    HandleEntry {
        object: ObjectId::from(KeyData::from_ffi(number)),
        granted_access: AccessMask(7),
        attributes: HandleAttributes::default(),
    }
}

fn filled(reuse: Reuse, count: u64) -> HandleTable {
    let mut table = HandleTable::new(reuse);
    for n in 0..count {
        table.insert(entry(n)).unwrap();
    }
    table
}

#[test]
fn values_start_at_four_and_are_multiples_of_four() {
    let mut table = HandleTable::new(Reuse::Lifo);
    assert_eq!(table.insert(entry(1)), Some(Handle(4)));
    assert_eq!(table.insert(entry(2)), Some(Handle(8)));
    assert_eq!(table.insert(entry(3)), Some(Handle(12)));
}

#[test]
fn the_first_entry_of_every_page_is_never_handed_out() {
    let table = filled(Reuse::Lifo, 1000);
    assert_eq!(table.iter().count(), 1000);
    assert!(table.iter().all(|(handle, _)| handle.0 % 0x400 != 0));
    assert!(table.get(Handle(0x400)).is_none());
    assert!(table.get(Handle(0x404)).is_some());
}

#[test]
fn the_value_freed_last_is_handed_out_first() {
    let mut table = filled(Reuse::Lifo, 5);
    table.remove(Handle(4));
    table.remove(Handle(12));
    assert_eq!(table.insert(entry(9)), Some(Handle(12)));
    assert_eq!(table.insert(entry(9)), Some(Handle(4)));
    assert_eq!(table.insert(entry(9)), Some(Handle(24)));
}

#[test]
fn with_fifo_a_freed_value_rests_until_the_page_is_used_up() {
    let mut table = filled(Reuse::Fifo, 254);
    table.remove(Handle(8));
    table.remove(Handle(4));
    assert_eq!(table.insert(entry(9)), Some(Handle(255 * 4)));
    assert_eq!(table.insert(entry(9)), Some(Handle(8)));
    assert_eq!(table.insert(entry(9)), Some(Handle(4)));
    assert_eq!(table.insert(entry(9)), Some(Handle(257 * 4)));
}

#[test]
fn with_lowest_the_smallest_free_value_comes_first() {
    let mut table = filled(Reuse::Lowest, 5);
    for value in [8, 4, 16, 12] {
        table.remove(Handle(value));
    }
    for value in [4, 8, 12, 16, 24] {
        assert_eq!(table.insert(entry(9)), Some(Handle(value)));
    }
}

#[test]
fn tag_bits_are_ignored_and_high_bits_are_not() {
    let table = filled(Reuse::Lifo, 1);
    for tag in 0..4 {
        assert!(table.get(Handle(4 + tag)).is_some());
    }
    assert!(table.get(Handle(4 + (1 << 32))).is_none());
    assert!(table.get(Handle(0)).is_none());
    assert!(table.get(Handle(u64::MAX)).is_none());
}

#[test]
fn a_full_table_refuses_and_holds_16_711_680_handles() {
    let mut table = HandleTable::new(Reuse::Lifo);
    while table.insert(entry(1)).is_some() {}
    assert_eq!(table.len(), 16_711_680);
}

#[test]
fn a_child_uses_the_values_between_its_inherited_ones() {
    let inherited = [(Handle(8), entry(1)), (Handle(20), entry(2))];
    let mut table = HandleTable::listed(Reuse::Lifo, ChildValues::Lowest, inherited.into_iter());
    for value in [4, 12, 16, 24] {
        assert_eq!(table.insert(entry(3)), Some(Handle(value)));
    }
    let mut table = HandleTable::listed(Reuse::Lifo, ChildValues::Highest, inherited.into_iter());
    for value in [16, 12, 4, 24] {
        assert_eq!(table.insert(entry(3)), Some(Handle(value)));
    }
}
