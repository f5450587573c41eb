//! Which rights are there, what do wishes for rights become, and what do failures look like?
//!
//! The tables of sections 9 and 10 of the facts, copied down once more.
//!
//! ```
//! use handlelab::kernel::{ObjectType, Status};
//! use handlelab::testing::reference::rights::{opened, win32_error};
//!
//! assert_eq!(opened(ObjectType::Event, 0x8000_0000), Ok(0x2_0001));
//! assert_eq!(opened(ObjectType::Event, 0), Err(Status::AccessDenied));
//! assert_eq!(win32_error(Status::AccessDenied), 5);
//! ```

use crate::kernel::{ObjectType, Status};

/// A right that every handle needs to wait with.
pub(super) const SYNCHRONIZE: u32 = 0x10_0000;
const MAXIMUM_ALLOWED: u32 = 0x0200_0000;
const SYSTEM_SECURITY: u32 = 0x0100_0000;

/// GENERIC_READ, GENERIC_WRITE, GENERIC_EXECUTE and GENERIC_ALL.
fn generic(object_type: ObjectType) -> [u32; 4] {
    match object_type {
        ObjectType::Process => [0x20410, 0x20BEA, 0x121001, 0x1FFFFF],
        ObjectType::Thread => [0x20048, 0x20437, 0x121800, 0x1FFFFF],
        ObjectType::Event | ObjectType::Semaphore | ObjectType::Timer => {
            [0x20001, 0x20002, 0x120000, 0x1F0003]
        }
        ObjectType::Mutant => [0x20001, 0x20000, 0x120000, 0x1F0001],
        ObjectType::File => [0x120089, 0x120116, 0x1200A0, 0x1F01FF],
        ObjectType::Section => [0x20005, 0x20002, 0x20008, 0xF001F],
        ObjectType::Job => [0x20004, 0x2000B, 0x120000, 0x1F003F],
    }
}

/// Everything that a new handle from Create* allows.
pub(super) fn all(object_type: ObjectType) -> u32 {
    generic(object_type)[3]
}

/// Every right that a handle can carry.
pub(super) fn valid(object_type: ObjectType) -> u32 {
    if object_type == ObjectType::Section { 0x1F003F } else { all(object_type) }
}

/// Generic rights become the type's own (fact 3.21); some rights bring others (fact 9.02).
pub(super) fn mapped(object_type: ObjectType, wish: u32) -> u32 {
    let mut access = wish & 0x0FFF_FFFF;
    for (bit, meaning) in [31, 30, 29, 28].iter().zip(generic(object_type)) {
        if wish >> bit & 1 == 1 {
            access |= meaning;
        }
    }
    let brings: &[(u32, u32)] = match object_type {
        ObjectType::Process => &[(0x400, 0x1000), (0x200, 0x2000)],
        ObjectType::Thread => &[(0x40, 0x800), (0x20, 0x400)],
        _ => &[],
    };
    brings
        .iter()
        .fold(access, |access, (right, brought)| if access & right == 0 { access } else { access | brought })
}

/// What Open* grants (facts 7.10 to 7.13 and 9.22).
pub fn opened(object_type: ObjectType, wish: u32) -> Result<u32, Status> {
    if wish == 0 {
        return Err(Status::AccessDenied);
    }
    if wish & SYSTEM_SECURITY != 0 {
        return Err(Status::PrivilegeNotHeld);
    }
    let mut access = mapped(object_type, wish);
    if access & MAXIMUM_ALLOWED != 0 {
        access = access & !MAXIMUM_ALLOWED | all(object_type);
    }
    if access & !valid(object_type) == 0 { Ok(access) } else { Err(Status::AccessDenied) }
}

/// What DuplicateHandle grants to a handle made of one with the rights `source` (facts 3.16 to 3.24). `maximum` tells
/// whether MAXIMUM_ALLOWED means anything.
///
/// ```
/// use handlelab::kernel::{ObjectType, Status};
/// use handlelab::testing::reference::rights::duplicated;
///
/// let (read_only, read_write) = (0x12_0001, 0x12_0003);
/// assert_eq!(duplicated(ObjectType::Event, read_only, read_write, true), Ok(read_write), "security is asked");
/// assert_eq!(duplicated(ObjectType::File, read_only, read_write, true), Err(Status::AccessDenied));
/// ```
pub fn duplicated(object_type: ObjectType, source: u32, wish: u32, maximum: bool) -> Result<u32, Status> {
    let can_widen = object_type != ObjectType::File;
    let mut access = mapped(object_type, wish);
    if access & MAXIMUM_ALLOWED != 0 {
        access &= !MAXIMUM_ALLOWED;
        if maximum {
            access |= if can_widen { all(object_type) } else { source };
        }
    }
    let fits = access & !source == 0 || can_widen && access & !valid(object_type) == 0;
    if fits { Ok(access) } else { Err(Status::AccessDenied) }
}

/// What GetLastError gives for a status (section 10).
pub fn win32_error(status: Status) -> u32 {
    numbers(status).1
}

/// What a call returns that fails.
pub(super) fn failed_value(call: &str, status: Status) -> u64 {
    match call {
        "CreateFile" | "GetStdHandle" => u64::MAX,
        "WaitForSingleObject"
        | "WaitForMultipleObjects"
        | "SignalObjectAndWait"
        | "SuspendThread"
        | "ResumeThread"
        | "GetFileAttributes" => 0xFFFF_FFFF,
        _ if call.starts_with("Nt") => numbers(status).0.into(),
        _ => 0,
    }
}

/// A status as NTSTATUS and as Win32 error.
fn numbers(status: Status) -> (u32, u32) {
    match status {
        Status::Success => (0, 0),
        Status::InfoLengthMismatch => (0xC000_0004, 24),
        Status::InvalidHandle => (0xC000_0008, 6),
        Status::ObjectTypeMismatch => (0xC000_0024, 6),
        Status::HandleNotClosable => (0xC000_0235, 6),
        Status::AccessDenied => (0xC000_0022, 5),
        Status::ProcessIsTerminating => (0xC000_010A, 5),
        Status::ThreadIsTerminating => (0xC000_004B, 5),
        Status::DeletePending => (0xC000_0056, 5),
        Status::InvalidViewSize => (0xC000_001F, 5),
        Status::SectionTooBig => (0xC000_0040, 8),
        Status::InvalidCid => (0xC000_000B, 87),
        Status::InvalidParameter => (0xC000_000D, 87),
        Status::InvalidParameterMix => (0xC000_0030, 87),
        Status::ObjectNameNotFound => (0xC000_0034, 2),
        Status::ObjectPathNotFound => (0xC000_003A, 3),
        Status::ObjectNameCollision => (0xC000_0035, 183),
        Status::ObjectNameInvalid => (0xC000_0033, 123),
        Status::ObjectPathSyntaxBad => (0xC000_003B, 161),
        Status::SuspendCountExceeded => (0xC000_004A, 156),
        Status::CannotDelete => (0xC000_0121, 5),
        Status::MutantNotOwned => (0xC000_0046, 288),
        Status::SemaphoreLimitExceeded => (0xC000_0047, 298),
        Status::SharingViolation => (0xC000_0043, 32),
        Status::PrivilegeNotHeld => (0xC000_0061, 1314),
        Status::PipeBroken => (0xC000_014B, 109),
        Status::PipeClosing => (0xC000_00B1, 232),
        Status::NotSameObject => (0xC000_01AC, 1656),
        Status::NotMappedView => (0xC000_0019, 487),
        Status::MappedAlignment => (0xC000_0220, 1132),
        Status::MappedFileSizeZero => (0xC000_011E, 1006),
        Status::InvalidFileForSection => (0xC000_0020, 193),
        Status::UserMappedFile => (0xC000_0243, 1224),
        other => (other.code(), u32::MAX),
    }
}
