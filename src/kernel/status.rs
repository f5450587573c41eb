//! What does the kernel say when it says no, and what does Win32 make of it?
//!
//! The kernel answers with an NTSTATUS; the Win32 layer turns it into an error number for GetLastError (section 10 of
//! the facts).

use serde::{Serialize, Serializer};
use std::fmt;

/// A Win32 error number, as GetLastError gives it.
///
/// ```
/// use handlelab::kernel::{Status, Win32Error};
///
/// let error = Status::ObjectNameNotFound.win32();
/// assert_eq!((error, error.name()), (Win32Error::FILE_NOT_FOUND, Some("ERROR_FILE_NOT_FOUND")));
/// assert_eq!(Win32Error(5).name(), Some("ERROR_ACCESS_DENIED"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Win32Error(pub u32);

macro_rules! errors {
    ($($name:ident = $number:literal $meaning:literal;)+) => {
        #[allow(missing_docs)]
        impl Win32Error {
            $(pub const $name: Win32Error = Win32Error($number);)+

            /// Every error with a name, its number, and what it means.
            pub const ALL: &'static [(&'static str, Win32Error, &'static str)] =
                &[$((concat!("ERROR_", stringify!($name)), Win32Error::$name, $meaning),)+];
        }
    };
}

errors! {
    SUCCESS = 0 "there is no error";
    INVALID_FUNCTION = 1 "the function makes no sense for this object";
    FILE_NOT_FOUND = 2 "no file, or no object, has this name";
    PATH_NOT_FOUND = 3 "a directory in the name does not exist";
    TOO_MANY_OPEN_FILES = 4 "the process has too many files open";
    ACCESS_DENIED = 5 "the handle or the security of the object does not allow this";
    INVALID_HANDLE = 6 "the value names no handle in this process, or a handle to another type of object";
    NOT_ENOUGH_MEMORY = 8 "there is not enough memory, or a mapping would be larger than its file";
    BAD_LENGTH = 24 "a length is not what the call expects";
    SHARING_VIOLATION = 32 "somebody has the file open and does not share it for this";
    HANDLE_EOF = 38 "the file ends here";
    NOT_SUPPORTED = 50 "the call does not support this";
    FILE_EXISTS = 80 "the file exists already";
    INVALID_PARAMETER = 87 "a parameter has a value that makes no sense for this call";
    BROKEN_PIPE = 109 "the other end of the pipe is closed, in every process";
    INVALID_NAME = 123 "the name is none: it is empty, or has a character that names do not have";
    SIGNAL_REFUSED = 156 "the thread has been suspended as often as it can be";
    BAD_PATHNAME = 161 "the path is not well formed";
    ALREADY_EXISTS = 183 "an object or file of this name was there already; a call that creates one has opened it and succeeded";
    NO_DATA = 232 "nobody has the end of the pipe open at which the data would come out";
    PIPE_NOT_CONNECTED = 233 "no process is on the other end of the pipe";
    BAD_EXE_FORMAT = 193 "this is no file that can be mapped";
    NOT_OWNER = 288 "the calling thread does not own the mutex";
    TOO_MANY_POSTS = 298 "the semaphore would have more permits than its maximum";
    INVALID_ADDRESS = 487 "nothing is mapped at this address";
    CANT_TERMINATE_SELF = 555 "the process may not be terminated by itself in this way";
    MUTANT_LIMIT_EXCEEDED = 587 "the owner of the mutex has taken it too many times";
    OBJECT_NAME_EXISTS = 698 "an object of this name was there already";
    NOTHING_TO_TERMINATE = 758 "there was nothing to terminate";
    OPERATION_ABORTED = 995 "the operation was ended before it was done";
    IO_PENDING = 997 "the operation has begun and goes on";
    NOACCESS = 998 "the memory cannot be accessed";
    FILE_INVALID = 1006 "the file is empty, so nothing of it can be mapped";
    MAPPED_ALIGNMENT = 1132 "the address or offset is no multiple of 64 KiB, where a view must start";
    USER_MAPPED_FILE = 1224 "somebody has a mapping of the file, so it cannot be emptied";
    PRIVILEGE_NOT_HELD = 1314 "the user does not hold the privilege that this needs";
    NO_SYSTEM_RESOURCES = 1450 "there are no more resources, such as room in the handle table";
    NOT_SAME_OBJECT = 1656 "the two handles name two different objects";
    QUOTA_EXCEEDED = 1816 "a quota is used up";
}

impl Win32Error {
    /// The error's name (`ERROR_INVALID_HANDLE`), if it is one that the model knows.
    pub fn name(self) -> Option<&'static str> {
        Win32Error::ALL.iter().find(|(_, error, _)| *error == self).map(|(name, ..)| *name)
    }

    /// What it means, in a learner's words.
    pub fn meaning(self) -> Option<&'static str> {
        Win32Error::ALL.iter().find(|(_, error, _)| *error == self).map(|(.., meaning)| *meaning)
    }
}

impl fmt::Display for Win32Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "error {}", self.0),
        }
    }
}

impl Serialize for Win32Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

macro_rules! statuses {
    ($($variant:ident $name:ident = $code:literal => $error:ident;)+) => {
        /// An NTSTATUS that the model gives.
        ///
        /// ```
        /// use handlelab::kernel::Status;
        ///
        /// assert_eq!(Status::InvalidHandle.name(), "STATUS_INVALID_HANDLE");
        /// assert_eq!(Status::InvalidHandle.win32().name(), Some("ERROR_INVALID_HANDLE"));
        /// assert_eq!(Status::from_code(Status::InvalidHandle.code()), Some(Status::InvalidHandle));
        /// ```
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs)]
        #[non_exhaustive]
        pub enum Status { #[default] $($variant,)+ }

        impl Status {
            /// Every status that the model gives.
            pub const ALL: &'static [Status] = &[$(Status::$variant,)+];

            /// The number.
            pub fn code(self) -> u32 {
                match self { $(Status::$variant => $code,)+ }
            }

            /// Its name: `STATUS_INVALID_HANDLE`.
            pub fn name(self) -> &'static str {
                match self { $(Status::$variant => concat!("STATUS_", stringify!($name)),)+ }
            }

            /// What GetLastError gives for it.
            pub fn win32(self) -> Win32Error {
                match self { $(Status::$variant => Win32Error::$error,)+ }
            }
        }
    };
}

statuses! {
    Success SUCCESS = 0x0000_0000 => SUCCESS;
    Abandoned ABANDONED = 0x0000_0080 => SUCCESS;
    UserApc USER_APC = 0x0000_00C0 => SUCCESS;
    Timeout TIMEOUT = 0x0000_0102 => SUCCESS;
    Pending PENDING = 0x0000_0103 => IO_PENDING;
    NothingToTerminate NOTHING_TO_TERMINATE = 0x0000_0122 => NOTHING_TO_TERMINATE;
    ObjectNameExists OBJECT_NAME_EXISTS = 0x4000_0000 => OBJECT_NAME_EXISTS;
    InfoLengthMismatch INFO_LENGTH_MISMATCH = 0xC000_0004 => BAD_LENGTH;
    AccessViolation ACCESS_VIOLATION = 0xC000_0005 => NOACCESS;
    InvalidHandle INVALID_HANDLE = 0xC000_0008 => INVALID_HANDLE;
    InvalidCid INVALID_CID = 0xC000_000B => INVALID_PARAMETER;
    InvalidParameter INVALID_PARAMETER = 0xC000_000D => INVALID_PARAMETER;
    EndOfFile END_OF_FILE = 0xC000_0011 => HANDLE_EOF;
    MappedAlignment MAPPED_ALIGNMENT = 0xC000_0220 => MAPPED_ALIGNMENT;
    InvalidViewSize INVALID_VIEW_SIZE = 0xC000_001F => ACCESS_DENIED;
    SectionTooBig SECTION_TOO_BIG = 0xC000_0040 => NOT_ENOUGH_MEMORY;
    InvalidFileForSection INVALID_FILE_FOR_SECTION = 0xC000_0020 => BAD_EXE_FORMAT;
    MappedFileSizeZero MAPPED_FILE_SIZE_ZERO = 0xC000_011E => FILE_INVALID;
    NotMappedView NOT_MAPPED_VIEW = 0xC000_0019 => INVALID_ADDRESS;
    AccessDenied ACCESS_DENIED = 0xC000_0022 => ACCESS_DENIED;
    ObjectTypeMismatch OBJECT_TYPE_MISMATCH = 0xC000_0024 => INVALID_HANDLE;
    InvalidParameterMix INVALID_PARAMETER_MIX = 0xC000_0030 => INVALID_PARAMETER;
    ObjectNameInvalid OBJECT_NAME_INVALID = 0xC000_0033 => INVALID_NAME;
    ObjectNameNotFound OBJECT_NAME_NOT_FOUND = 0xC000_0034 => FILE_NOT_FOUND;
    ObjectNameCollision OBJECT_NAME_COLLISION = 0xC000_0035 => ALREADY_EXISTS;
    ObjectPathNotFound OBJECT_PATH_NOT_FOUND = 0xC000_003A => PATH_NOT_FOUND;
    ObjectPathSyntaxBad OBJECT_PATH_SYNTAX_BAD = 0xC000_003B => BAD_PATHNAME;
    SharingViolation SHARING_VIOLATION = 0xC000_0043 => SHARING_VIOLATION;
    MutantNotOwned MUTANT_NOT_OWNED = 0xC000_0046 => NOT_OWNER;
    SemaphoreLimitExceeded SEMAPHORE_LIMIT_EXCEEDED = 0xC000_0047 => TOO_MANY_POSTS;
    SuspendCountExceeded SUSPEND_COUNT_EXCEEDED = 0xC000_004A => SIGNAL_REFUSED;
    ThreadIsTerminating THREAD_IS_TERMINATING = 0xC000_004B => ACCESS_DENIED;
    DeletePending DELETE_PENDING = 0xC000_0056 => ACCESS_DENIED;
    PrivilegeNotHeld PRIVILEGE_NOT_HELD = 0xC000_0061 => PRIVILEGE_NOT_HELD;
    InsufficientResources INSUFFICIENT_RESOURCES = 0xC000_009A => NO_SYSTEM_RESOURCES;
    NotSupported NOT_SUPPORTED = 0xC000_00BB => NOT_SUPPORTED;
    PipeClosing PIPE_CLOSING = 0xC000_00B1 => NO_DATA;
    ProcessIsTerminating PROCESS_IS_TERMINATING = 0xC000_010A => ACCESS_DENIED;
    Cancelled CANCELLED = 0xC000_0120 => OPERATION_ABORTED;
    CannotDelete CANNOT_DELETE = 0xC000_0121 => ACCESS_DENIED;
    PipeBroken PIPE_BROKEN = 0xC000_014B => BROKEN_PIPE;
    MutantLimitExceeded MUTANT_LIMIT_EXCEEDED = 0xC000_0191 => MUTANT_LIMIT_EXCEEDED;
    NotSameObject NOT_SAME_OBJECT = 0xC000_01AC => NOT_SAME_OBJECT;
    HandleNotClosable HANDLE_NOT_CLOSABLE = 0xC000_0235 => INVALID_HANDLE;
    UserMappedFile USER_MAPPED_FILE = 0xC000_0243 => USER_MAPPED_FILE;
}

impl Status {
    /// What it means, in a learner's words: more than its error says, where one error stands for several statuses.
    pub fn meaning(self) -> &'static str {
        match self {
            Status::Abandoned => "the wait got a mutex whose owner ended without releasing it",
            Status::UserApc => "the wait ended because a function was called in the waiting thread",
            Status::Timeout => "the time was over before the wait was satisfied",
            Status::InvalidHandle => {
                "the value names no handle in this process: it was closed, or never was one"
            }
            Status::ObjectTypeMismatch => "the handle, or the name, is that of an object of another type",
            Status::HandleNotClosable => "the handle is protected from closing",
            Status::InvalidCid => "no process or thread has this id",
            Status::InvalidParameter => "a parameter makes no sense",
            Status::InvalidParameterMix => "the parameters make no sense together",
            Status::AccessDenied => "the handle, or the security of the object, does not allow this",
            Status::ThreadIsTerminating => "the thread has ended, or is about to",
            Status::ProcessIsTerminating => "the process has ended, or is about to",
            Status::ObjectNameNotFound => "no object, and no file, has this name",
            Status::ObjectNameCollision => "an object or file of this name was there already",
            Status::ObjectNameExists => "an object of this name was there already, and has been opened",
            Status::SectionTooBig => "the mapping would be larger than its file, and cannot make it grow",
            Status::InvalidViewSize => "the view would reach beyond the end of the mapping",
            Status::DeletePending => "the file has been deleted and waits for its last handle to be closed",
            _ => self.win32().meaning().unwrap_or_default(),
        }
    }

    /// The status with this number, if the model gives it.
    pub fn from_code(code: u32) -> Option<Status> {
        Status::ALL.iter().copied().find(|status| status.code() == code)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_type_looks_like_a_bad_handle_to_win32() {
        assert_eq!(Status::ObjectTypeMismatch.win32(), Win32Error::INVALID_HANDLE);
        assert_eq!(Status::HandleNotClosable.win32(), Win32Error::INVALID_HANDLE);
    }

    #[test]
    fn every_status_says_what_it_means_and_no_two_say_the_same() {
        let told: Vec<_> = Status::ALL.iter().filter(|status| **status != Status::Success).collect();
        for (i, status) in told.iter().enumerate() {
            assert!(!status.meaning().is_empty(), "{status}");
            assert!(told[..i].iter().all(|other| other.meaning() != status.meaning()), "{status}");
            assert_eq!(Status::from_code(status.code()), Some(**status));
        }
        assert_eq!(Status::from_code(1), None);
        assert_eq!(
            Win32Error::INVALID_HANDLE.meaning(),
            Some("the value names no handle in this process, or a handle to another type of object")
        );
        assert_eq!(Win32Error(u32::MAX).meaning(), None);
    }

    #[test]
    fn a_status_tells_more_than_an_error_that_stands_for_several() {
        for status in [
            Status::Abandoned,
            Status::UserApc,
            Status::Timeout,
            Status::InvalidHandle,
            Status::ObjectTypeMismatch,
            Status::HandleNotClosable,
            Status::InvalidCid,
            Status::InvalidParameter,
            Status::InvalidParameterMix,
            Status::AccessDenied,
            Status::ThreadIsTerminating,
            Status::ProcessIsTerminating,
            Status::ObjectNameNotFound,
            Status::ObjectNameCollision,
            Status::ObjectNameExists,
            Status::SectionTooBig,
            Status::InvalidViewSize,
            Status::DeletePending,
        ] {
            assert_ne!(Some(status.meaning()), status.win32().meaning(), "{status}");
        }
    }

    #[test]
    fn no_status_and_no_error_stands_in_its_table_twice() {
        for (i, status) in Status::ALL.iter().enumerate() {
            assert!(Status::ALL[..i].iter().all(|other| other.code() != status.code()), "{status}");
        }
        for (i, (name, error, _)) in Win32Error::ALL.iter().enumerate() {
            assert!(Win32Error::ALL[..i].iter().all(|(_, other, _)| other != error), "{name}");
        }
    }
}
