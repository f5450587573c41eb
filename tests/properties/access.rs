//! Promise: rights that are asked for become what the facts say, for every type and every wish.

use crate::harness::config;
use crate::testing::reference::rights;
use handlelab::kernel::{AccessMask, ObjectType, Status};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::TestRunner;

/// Wishes of a few bits, and of many.
fn wishes() -> impl Strategy<Value = u32> {
    let bits: Vec<u32> = (0..32).map(|bit| 1 << bit).collect();
    let few = subsequence(bits, 0..4).prop_map(|bits| bits.iter().fold(0, |wish, bit| wish | bit));
    prop_oneof![4 => few, 1 => any::<u32>(), 1 => select(&[0x1F_FFFF, 0x1F_0003, 0x1F_01FF, 0xF_001F][..])]
}

#[test]
fn opening_grants_what_was_asked_for_or_nothing() {
    let result =
        TestRunner::new(config(4000)).run(&(select(ObjectType::ALL), wishes()), |(object_type, wish)| {
            let granted = object_type.grant(AccessMask(wish));
            prop_assert_eq!(
                granted.map(|granted| granted.0),
                rights::opened(object_type, wish),
                "{:?}",
                object_type
            );
            if let Ok(granted) = granted {
                prop_assert!(
                    object_type.spec().valid_access.contains(granted),
                    "{:?} {}",
                    object_type,
                    granted
                );
            }
            Ok(())
        });
    assert!(result.is_ok(), "{result:?}");
}

#[test]
fn every_failure_has_the_error_that_the_facts_say() {
    for status in Status::ALL {
        let expected = rights::win32_error(*status);
        if expected != u32::MAX {
            assert_eq!(status.win32().0, expected, "{status}");
        }
    }
}
