//! Do the types' tables of rights say what Windows' headers and kernel say (facts 9.01 to 9.13)?

use handlelab::kernel::access::STANDARD_RIGHTS;
use handlelab::kernel::{AccessMask, ObjectType};

/// A type as Windows describes it.
struct Row {
    /// The type.
    object_type: ObjectType,
    /// Every specific right that it has.
    specific: u32,
    /// What GENERIC_READ, GENERIC_WRITE, GENERIC_EXECUTE and GENERIC_ALL mean.
    generic: [u32; 4],
    /// What somebody has who asked for each of them.
    granted: [u32; 4],
    /// Every bit that a handle to it may carry.
    valid: u32,
}

const READ: u32 = 0x8000_0000;
const WRITE: u32 = 0x4000_0000;
const EXECUTE: u32 = 0x2000_0000;
const ALL: u32 = 0x1000_0000;

fn row(object_type: ObjectType, specific: u32, generic: [u32; 4], valid: u32) -> Row {
    Row { object_type, specific, generic, granted: generic, valid }
}

fn rows() -> Vec<Row> {
    let like_event = [0x2_0001, 0x2_0002, 0x12_0000, 0x1F_0003];
    vec![
        Row {
            granted: [0x2_1410, 0x2_2BEA, 0x12_1001, 0x1F_FFFF],
            ..row(ObjectType::Process, 0x3FFF, [0x2_0410, 0x2_0BEA, 0x12_1001, 0x1F_FFFF], 0x1F_FFFF)
        },
        Row {
            granted: [0x2_0848, 0x2_0437, 0x12_1800, 0x1F_FFFF],
            ..row(ObjectType::Thread, 0x1FFF, [0x2_0048, 0x2_0437, 0x12_1800, 0x1F_FFFF], 0x1F_FFFF)
        },
        row(ObjectType::Event, 0x3, like_event, 0x1F_0003),
        row(ObjectType::Mutant, 0x1, [0x2_0001, 0x2_0000, 0x12_0000, 0x1F_0001], 0x1F_0001),
        row(ObjectType::Semaphore, 0x3, like_event, 0x1F_0003),
        row(ObjectType::Timer, 0x3, like_event, 0x1F_0003),
        row(ObjectType::Section, 0x3F, [0x2_0005, 0x2_0002, 0x2_0008, 0xF_001F], 0x1F_003F),
        row(ObjectType::File, 0x1FF, [0x12_0089, 0x12_0116, 0x12_00A0, 0x1F_01FF], 0x1F_01FF),
        row(ObjectType::Job, 0x3F, [0x2_0004, 0x2_000B, 0x12_0000, 0x1F_003F], 0x1F_003F),
    ]
}

#[test]
fn every_type_of_the_model_is_described() {
    let described: Vec<ObjectType> = rows().iter().map(|row| row.object_type).collect();
    for object_type in ObjectType::ALL {
        assert!(described.contains(object_type), "{}", object_type.win32());
    }
}

#[test]
fn specific_rights_are_those_of_windows_one_bit_each() {
    for row in rows() {
        let rights = row.object_type.spec().rights;
        let all = rights.iter().fold(0, |all, right| {
            assert!(right.mask.0.is_power_of_two(), "{}", right.name);
            all | right.mask.0
        });
        assert_eq!(all, row.specific, "{}", row.object_type.win32());
        assert_eq!(rights.len(), row.specific.count_ones() as usize, "{}", row.object_type.win32());
    }
}

#[test]
fn generic_rights_mean_what_they_mean_in_windows() {
    for row in rows() {
        let generic = &row.object_type.spec().generic;
        let found = [generic.read.0, generic.write.0, generic.execute.0, generic.all.0];
        assert_eq!(found, row.generic, "{}", row.object_type.win32());
    }
}

#[test]
fn who_asks_for_a_generic_right_is_granted_its_meaning_and_what_that_brings() {
    for row in rows() {
        for (wish, granted) in [READ, WRITE, EXECUTE, ALL].into_iter().zip(row.granted) {
            let found = row.object_type.grant(AccessMask(wish));
            assert_eq!(found, Ok(AccessMask(granted)), "{} {wish:#x}", row.object_type.win32());
        }
        let everything = row.object_type.grant(AccessMask(READ | WRITE | EXECUTE | ALL));
        let union = row.granted.iter().fold(0, |union, granted| union | granted);
        assert_eq!(everything, Ok(AccessMask(union)), "{}", row.object_type.win32());
    }
}

#[test]
fn each_valid_bit_is_granted_and_each_other_bit_refused() {
    let standard = STANDARD_RIGHTS.iter().fold(0, |all, right| all | right.mask.0);
    assert_eq!(standard, 0x1F_0000);
    for row in rows() {
        assert_eq!(row.object_type.spec().valid_access.0, row.valid, "{}", row.object_type.win32());
        assert_eq!(row.valid & standard, standard, "{}", row.object_type.win32());
        for bit in (0..24).map(|bit| 1 << bit) {
            let granted = row.object_type.grant(AccessMask(bit));
            assert_eq!(granted.is_ok(), row.valid & bit != 0, "{} {bit:#x}", row.object_type.win32());
        }
    }
}
