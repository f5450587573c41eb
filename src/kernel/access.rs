//! What may a handle be used for?
//!
//! ```
//! use handlelab::kernel::{AccessMask, ObjectType};
//!
//! let granted = ObjectType::Event.map(AccessMask(0x8000_0000)); // GENERIC_READ
//! assert_eq!(ObjectType::Event.access_in_words(granted), "EVENT_QUERY_STATE | READ_CONTROL");
//! assert!(!granted.contains(AccessMask(0x10_0000)), "SYNCHRONIZE is no part of it");
//! ```

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Not};

/// A set of access rights: what was asked for (desired access) or what an entry keeps (granted access).
///
/// ```
/// use handlelab::kernel::AccessMask;
///
/// let granted = AccessMask::SYNCHRONIZE | AccessMask(2);
/// let both = AccessMask(1) | AccessMask(2);
/// assert!(!granted.contains(both) && granted.intersects(both));
/// assert!((granted & !granted).is_empty());
/// assert_eq!(granted.to_string(), "0x100002");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccessMask(pub u32);

impl AccessMask {
    /// No right at all.
    pub const NONE: AccessMask = AccessMask(0);
    /// DELETE
    pub const DELETE: AccessMask = AccessMask(0x1_0000);
    /// READ_CONTROL
    pub const READ_CONTROL: AccessMask = AccessMask(0x2_0000);
    /// SYNCHRONIZE: the right to wait.
    pub const SYNCHRONIZE: AccessMask = AccessMask(0x10_0000);
    /// STANDARD_RIGHTS_REQUIRED
    pub const STANDARD_REQUIRED: AccessMask = AccessMask(0xF_0000);
    /// STANDARD_RIGHTS_ALL
    pub const STANDARD_ALL: AccessMask = AccessMask(0x1F_0000);
    /// ACCESS_SYSTEM_SECURITY: needs a privilege.
    pub const SYSTEM_SECURITY: AccessMask = AccessMask(0x0100_0000);
    /// MAXIMUM_ALLOWED: as much as security grants.
    pub const MAXIMUM_ALLOWED: AccessMask = AccessMask(0x0200_0000);
    /// The bits that no type gives a meaning (fact 3.23).
    pub const RESERVED: AccessMask = AccessMask(0x0CE0_0000);
    const GENERIC: AccessMask = AccessMask(0xF000_0000);

    /// Are all rights of `other` among these?
    pub fn contains(self, other: AccessMask) -> bool {
        self.0 & other.0 == other.0
    }

    /// Is one of the rights of `other` among these?
    pub fn intersects(self, other: AccessMask) -> bool {
        self.0 & other.0 != 0
    }

    /// No right at all?
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl BitOr for AccessMask {
    type Output = AccessMask;
    fn bitor(self, other: AccessMask) -> AccessMask {
        AccessMask(self.0 | other.0)
    }
}

impl BitOrAssign for AccessMask {
    fn bitor_assign(&mut self, other: AccessMask) {
        self.0 |= other.0;
    }
}

impl BitAnd for AccessMask {
    type Output = AccessMask;
    fn bitand(self, other: AccessMask) -> AccessMask {
        AccessMask(self.0 & other.0)
    }
}

impl Not for AccessMask {
    type Output = AccessMask;
    fn not(self) -> AccessMask {
        AccessMask(!self.0)
    }
}

impl fmt::Display for AccessMask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// A named access right of a type.
///
/// ```
/// use handlelab::kernel::{AccessMask, ObjectType};
///
/// let rights = ObjectType::Semaphore.spec().rights.iter();
/// let granted: Vec<_> = rights.filter(|right| AccessMask(0x12_0002).contains(right.mask)).collect();
/// assert_eq!(granted[0].name, "SEMAPHORE_MODIFY_STATE");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// Win32's name, such as `EVENT_MODIFY_STATE`.
    pub name: &'static str,
    /// Its bit.
    pub mask: AccessMask,
    /// What it allows, in a learner's words.
    pub about: &'static str,
}

impl Right {
    /// A row of a type's table of rights.
    pub const fn new(name: &'static str, mask: u32, about: &'static str) -> Right {
        Right { name, mask: AccessMask(mask), about }
    }
}

/// The rights that every type has, and those that ask for others.
pub const STANDARD_RIGHTS: &[Right] = &[
    Right::new("DELETE", 0x1_0000, "delete the object; here it is what NtMakeTemporaryObject needs"),
    Right::new("READ_CONTROL", 0x2_0000, "read who owns the object and who may do what with it"),
    Right::new("WRITE_DAC", 0x4_0000, "change who may do what with the object"),
    Right::new("WRITE_OWNER", 0x8_0000, "change who owns the object"),
    Right::new("SYNCHRONIZE", 0x10_0000, "wait for the object; a wait for a handle without it is refused"),
];

/// Sets of rights and the wishes that become rights when a handle is opened.
pub const COMMON_RIGHTS: &[Right] = &[
    Right::new(
        "STANDARD_RIGHTS_REQUIRED",
        0xF_0000,
        "DELETE, READ_CONTROL, WRITE_DAC and WRITE_OWNER together",
    ),
    Right::new(
        "STANDARD_RIGHTS_ALL",
        0x1F_0000,
        "the rights that every type has: STANDARD_RIGHTS_REQUIRED and SYNCHRONIZE",
    ),
    Right::new("STANDARD_RIGHTS_READ", 0x2_0000, "another name for READ_CONTROL"),
    Right::new("STANDARD_RIGHTS_WRITE", 0x2_0000, "another name for READ_CONTROL"),
    Right::new("STANDARD_RIGHTS_EXECUTE", 0x2_0000, "another name for READ_CONTROL"),
    Right::new(
        "GENERIC_READ",
        0x8000_0000,
        "a wish for whatever reading means: when a handle is opened, the type puts its own rights in its place",
    ),
    Right::new(
        "GENERIC_WRITE",
        0x4000_0000,
        "a wish for whatever writing means: when a handle is opened, the type puts its own rights in its place",
    ),
    Right::new(
        "GENERIC_EXECUTE",
        0x2000_0000,
        "a wish for whatever executing means: when a handle is opened, the type puts its own rights in its place",
    ),
    Right::new("GENERIC_ALL", 0x1000_0000, "a wish for everything that the type has"),
    Right::new(
        "MAXIMUM_ALLOWED",
        0x0200_0000,
        "a wish for as much as the object's security grants, which in this model is everything",
    ),
    Right::new(
        "ACCESS_SYSTEM_SECURITY",
        0x0100_0000,
        "read and change what is audited; only whoever holds a privilege gets it, and nobody does here",
    ),
];

/// The second names that Windows's headers have for rights, each with the first one, which is the one that is shown.
pub const SECOND_NAMES: &[(&str, &str)] =
    &[("MUTEX_MODIFY_STATE", "MUTANT_QUERY_STATE"), ("MUTANT_ALL_ACCESS", "MUTEX_ALL_ACCESS")];

/// What the four generic rights mean for a type (section 9 of the facts).
///
/// ```
/// use handlelab::kernel::{AccessMask, ObjectType};
///
/// let mapping = ObjectType::Process.spec().generic;
/// let (write, query) = (AccessMask(0x4000_0000), AccessMask(0x400));
/// assert_eq!(mapping.map(write | query), AccessMask(0x2_0BEA) | query, "specific rights stay as they are");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GenericMapping {
    /// GENERIC_READ
    pub read: AccessMask,
    /// GENERIC_WRITE
    pub write: AccessMask,
    /// GENERIC_EXECUTE
    pub execute: AccessMask,
    /// GENERIC_ALL, which is also the type's ALL_ACCESS
    pub all: AccessMask,
}

impl GenericMapping {
    /// A row of a type's description, in the order read, write, execute, all.
    pub const fn new(read: u32, write: u32, execute: u32, all: u32) -> GenericMapping {
        GenericMapping {
            read: AccessMask(read),
            write: AccessMask(write),
            execute: AccessMask(execute),
            all: AccessMask(all),
        }
    }

    /// Replaces the generic rights in `desired` by the type's own (fact 3.21).
    pub fn map(&self, desired: AccessMask) -> AccessMask {
        let mut mapped = desired & !AccessMask::GENERIC;
        for (bit, meaning) in [
            (0x8000_0000, self.read),
            (0x4000_0000, self.write),
            (0x2000_0000, self.execute),
            (0x1000_0000, self.all),
        ] {
            if desired.intersects(AccessMask(bit)) {
                mapped |= meaning;
            }
        }
        mapped
    }
}
