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
    assert_eq!((table.len(), HandleTable::CAPACITY), (16_711_680, 16_711_680));
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

/// A parent of 1,000 entries, every third of which can be inherited, and its child.
fn parent_and_child() -> (HandleTable, HandleTable) {
    let mut parent = filled(Reuse::Lifo, 1000);
    let heirs: Vec<Handle> = parent.iter().map(|(handle, _)| handle).step_by(3).collect();
    for handle in heirs {
        parent.change(handle, |attributes| attributes.inherit = true);
    }
    let mut seen = 0;
    let child = parent.heirs(ChildValues::Lowest, |_| seen += 1);
    assert_eq!(seen, child.len());
    (parent, child)
}

#[test]
fn what_is_inherited_over_several_pages_stands_at_its_values() {
    let (parent, child) = parent_and_child();
    for (handle, entry) in parent.iter() {
        assert_eq!(child.get(handle), Some(entry).filter(|entry| entry.attributes.inherit));
    }
    let inherited = || parent.iter().filter(|(_, entry)| entry.attributes.inherit);
    assert!(child.iter().eq(inherited()));
    let mut visited = Vec::new();
    child.each(|handle, entry| visited.push((handle, *entry)));
    assert!(visited.into_iter().eq(inherited().map(|(handle, entry)| (handle, *entry))));
    assert!(child.get(Handle(0)).is_none());
    assert!(child.get(Handle(0x0010_0004)).is_none());
}

#[test]
fn what_is_inherited_from_a_list_stands_at_its_values_however_far_apart_they_are() {
    let listed = [(Handle(8), entry(1)), (Handle(4 * 300), entry(2)), (Handle(4 * 1000), entry(3))];
    let table = HandleTable::listed(Reuse::Lifo, ChildValues::Lowest, listed.into_iter());
    for (handle, entry) in &listed {
        assert_eq!(table.get(*handle), Some(entry));
    }
    assert!(table.iter().eq(listed.iter().map(|(handle, entry)| (*handle, entry))));
    assert!(table.get(Handle(4 * 301)).is_none());
}

#[test]
fn a_grandchild_uses_the_values_between_in_its_own_order() {
    let (_, child) = parent_and_child();
    let mut grandchild = child.heirs(ChildValues::Highest, |_| ());
    assert!(grandchild.iter().eq(child.iter()));
    let last = child.iter().map(|(handle, _)| handle.0).max().unwrap();
    assert_eq!(grandchild.insert(entry(1)), Some(Handle(last - 4)));
}

#[test]
fn the_entries_that_share_a_bit_of_the_notes_are_all_those_of_that_bit() {
    let (parent, mut child) = parent_and_child();
    for _ in 0..2 {
        for table in [&parent, &child] {
            for bit in 0..Touched::SLOTS as u32 {
                let used: Vec<u32> = table.used(bit).map(|(index, _)| index).collect();
                let all = table.iter().filter_map(|(handle, _)| handle.index());
                let of_the_bit: Vec<u32> = all.filter(|index| index % Touched::SLOTS as u32 == bit).collect();
                assert_eq!(used, of_the_bit);
            }
        }
        child.insert(entry(1)).unwrap();
    }
}

#[test]
fn a_table_is_empty_until_something_is_in_it() {
    let mut table = HandleTable::new(Reuse::Lifo);
    assert!(table.is_empty());
    let handle = table.insert(entry(1)).unwrap();
    assert!(!table.is_empty());
    table.remove(handle);
    assert!(table.is_empty());
}
