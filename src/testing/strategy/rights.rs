//! Which rights are worth asking for?

use crate::kernel::ObjectType;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// GENERIC_READ, GENERIC_WRITE, GENERIC_EXECUTE, GENERIC_ALL, MAXIMUM_ALLOWED
const GENERIC: &[u32] = &[0x8000_0000, 0x4000_0000, 0x2000_0000, 0x1000_0000, 0x0200_0000];

/// Rights that a handle to an object of this type can carry: any of them together, none, or all.
///
/// ```
/// use handlelab::kernel::{AccessMask, ObjectType};
/// use handlelab::testing::strategy::rights;
/// use proptest::{prop_assert, test_runner::TestRunner};
///
/// let result = TestRunner::default().run(&rights(ObjectType::Event), |rights| {
///     prop_assert!(ObjectType::Event.spec().valid_access.contains(AccessMask(rights)));
///     Ok(())
/// });
/// assert!(result.is_ok());
/// ```
pub fn rights(object_type: ObjectType) -> impl Strategy<Value = u32> {
    let valid = object_type.spec().valid_access.0;
    let bits: Vec<u32> = (0..32).map(|bit| 1 << bit).filter(|bit| valid & bit != 0).collect();
    let count = bits.len();
    let some = subsequence(bits, 0..=count).prop_map(|bits| bits.iter().fold(0, |rights, bit| rights | bit));
    prop_oneof![4 => some, 1 => Just(valid)]
}

/// What may be asked for, whether it can be granted or not: a few rights, generic ones, MAXIMUM_ALLOWED, bits that mean
/// nothing.
///
/// ```
/// use handlelab::kernel::{AccessMask, ObjectType};
/// use handlelab::testing::strategy::wishes;
/// use proptest::{prop_assert, test_runner::TestRunner};
///
/// let result = TestRunner::default().run(&wishes(ObjectType::Event), |wish| {
///     let granted = ObjectType::Event.grant(AccessMask(wish));
///     prop_assert!(granted.is_err() || ObjectType::Event.spec().valid_access.contains(granted.unwrap_or_default()));
///     Ok(())
/// });
/// assert!(result.is_ok());
/// ```
pub fn wishes(object_type: ObjectType) -> impl Strategy<Value = u32> {
    prop_oneof![
        5 => rights(object_type),
        3 => (select(GENERIC), rights(object_type)).prop_map(|(bit, rights)| bit | rights),
        2 => select(GENERIC),
        1 => (0..32u32, rights(object_type)).prop_map(|(bit, rights)| 1 << bit | rights),
        1 => any::<u32>(),
    ]
}
