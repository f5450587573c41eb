//! What must an implementation of handles offer, to be tested like the kernel?
//!
//! [`HandleSystem`] asks for four things that every handle table does: create, duplicate, close, query. Everything else
//! that it names may be offered or not; what is not offered is left out of the tests, and the report says so. Whoever has
//! more than a table, such as an emulator or a compatibility layer, offers any call of Win32 through
//! [`call`](HandleSystem::call).
//!
//! Processes are numbered from 0 in the order in which they come to be, and so are the threads of each process. Handles are
//! plain numbers of 64 bits, errors those of `GetLastError`.
//!
//! ```
//! use handlelab::testing::handle_system::{About, Answer, Duplicate, HandleSystem, Refusal};
//! use std::collections::BTreeMap;
//!
//! /// A table that knows of every handle only which object it names.
//! #[derive(Default)]
//! struct MyTable {
//!     objects: BTreeMap<u64, u64>,
//!     used: u64,
//! }
//!
//! impl MyTable {
//!     fn find(&self, handle: u64) -> Answer<u64> {
//!         self.objects.get(&handle).copied().ok_or(Refusal::INVALID_HANDLE)
//!     }
//!
//!     fn open(&mut self, object: u64) -> u64 {
//!         self.used += 4;
//!         self.objects.insert(self.used, object);
//!         self.used
//!     }
//! }
//!
//! impl HandleSystem for MyTable {
//!     fn create(&mut self, _process: u32, _inherit: bool) -> Answer<u64> {
//!         Ok(self.open(self.used))
//!     }
//!
//!     fn duplicate(&mut self, _process: u32, source: u64, how: Duplicate) -> Answer<u64> {
//!         let object = self.find(source)?;
//!         if how.closes_source() {
//!             self.objects.remove(&source);
//!         }
//!         Ok(self.open(object))
//!     }
//!
//!     fn close(&mut self, _process: u32, handle: u64) -> Answer<()> {
//!         self.find(handle)?;
//!         self.objects.remove(&handle);
//!         Ok(())
//!     }
//!
//!     fn query(&mut self, _process: u32, handle: u64) -> Answer<About> {
//!         Ok(About { object: Some(self.find(handle)?), ..About::default() })
//!     }
//! }
//!
//! let report = handlelab::testing::conformance::check(MyTable::default);
//! assert!(report.is_good(), "{report}");
//! ```

use super::foresight::Foresight;
use super::system::{Filled, Request};

/// What a call gives, or why it gives nothing.
pub type Answer<T> = Result<T, Refusal>;

/// Why a call gives nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// It failed, with this error of Win32; the native calls, whose names start with `Nt`, with this NTSTATUS.
    Error(u32),
    /// The implementation has no such thing. Nothing has happened.
    NotOffered,
}

impl Refusal {
    /// ERROR_ACCESS_DENIED: the handle does not allow it.
    pub const ACCESS_DENIED: Refusal = Refusal::Error(5);
    /// ERROR_INVALID_HANDLE: the value names nothing here.
    pub const INVALID_HANDLE: Refusal = Refusal::Error(6);
    /// ERROR_INVALID_PARAMETER: a parameter makes no sense.
    pub const INVALID_PARAMETER: Refusal = Refusal::Error(87);
}

/// How a handle shall be duplicated.
///
/// ```
/// use handlelab::testing::handle_system::Duplicate;
///
/// let how = Duplicate { options: 1 | 2, ..Duplicate::default() };
/// assert!(how.closes_source() && how.has_same_access());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Duplicate {
    /// The rights that are asked for; ignored with DUPLICATE_SAME_ACCESS.
    pub desired_access: u32,
    /// Shall children inherit the duplicate?
    pub inherit: bool,
    /// DUPLICATE_CLOSE_SOURCE (1) and DUPLICATE_SAME_ACCESS (2), or neither, or both.
    pub options: u32,
}

impl Duplicate {
    /// Is the source closed?
    pub fn closes_source(self) -> bool {
        self.options & 1 != 0
    }

    /// Gets the duplicate the source's rights?
    pub fn has_same_access(self) -> bool {
        self.options & 2 != 0
    }
}

/// What a handle says of itself and its object. What is `None` is not offered. End a literal of it with
/// `..About::default()`: more may be asked one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The object: any number, as long as it is the same for two handles exactly if they name the same object.
    pub object: Option<u64>,
    /// The rights that were granted.
    pub access: Option<u32>,
    /// HANDLE_FLAG_INHERIT
    pub inherit: Option<bool>,
    /// HANDLE_FLAG_PROTECT_FROM_CLOSE
    pub protect: Option<bool>,
    /// How many handles to the object there are, in all processes.
    pub handle_count: Option<u32>,
}

/// A thread, by its number and that of its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Thread {
    /// Its process.
    pub process: u32,
    /// Its number in the process; 0 is the first thread.
    pub thread: u32,
}

/// What became of any other call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It returned.
    Returned(Returned),
    /// The thread waits. When it goes on, [`HandleSystem::released`] tells.
    Blocked,
    /// The thread ended with it.
    Ended,
}

/// What a call gave back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Returned {
    /// The return value.
    pub value: u64,
    /// What GetLastError gives behind it.
    pub error: u32,
    /// What was written to its out parameters, by their names.
    pub outs: Vec<(&'static str, Filled)>,
}

impl From<Returned> for Outcome {
    fn from(returned: Returned) -> Outcome {
        Outcome::Returned(returned)
    }
}

/// A part of Windows' behaviour that no single call stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Part {
    /// Values are chosen as by Windows: multiples of four from 4 upwards, the value freed last is given out first, and the two
    /// low bits do not matter when a handle is used. Without it any values will do, as long as they are unique.
    WindowsValues,
    /// GetCurrentProcess and GetCurrentThread give values (-1 and -2) that can be used like handles.
    Pseudohandles,
    /// Handles have rights of their own: a duplicate may be asked for with others than its source's.
    Rights,
}

impl Part {
    /// All of them.
    pub const ALL: &[Part] = &[Part::WindowsValues, Part::Pseudohandles, Part::Rights];

    /// What it is, as the report names it.
    pub fn name(self) -> &'static str {
        match self {
            Part::WindowsValues => "handle values as Windows chooses them",
            Part::Pseudohandles => "pseudohandles",
            Part::Rights => "rights",
        }
    }
}

/// Handles, whoever made them.
///
/// Four methods must be written; the others answer [`Refusal::NotOffered`] unless they are. A value of the type is a system
/// before the first call: one process, number 0, runs in it and has no handle.
///
/// ```
/// use handlelab::testing::handle_system::{Duplicate, HandleSystem, Refusal};
/// use handlelab::testing::simulator::Simulator;
///
/// /// A test for any implementation: a handle that is moved is not where it was.
/// fn moves(system: &mut impl HandleSystem) -> Result<bool, Refusal> {
///     let old = system.create(0, false)?;
///     let object = system.query(0, old)?.object;
///     let new = system.duplicate(0, old, Duplicate { options: 1 | 2, ..Duplicate::default() })?;
///     Ok(system.query(0, new)?.object == object && (new == old || system.close(0, old).is_err()))
/// }
///
/// assert_eq!(moves(&mut Simulator::default()), Ok(true));
/// ```
pub trait HandleSystem {
    /// CreateEvent without a name, neither set nor with manual reset: a new object, and the first handle to it.
    ///
    /// # Errors
    /// As for every method: the error, or that this is not offered.
    fn create(&mut self, process: u32, inherit: bool) -> Answer<u64>;

    /// DuplicateHandle within the process.
    fn duplicate(&mut self, process: u32, source: u64, how: Duplicate) -> Answer<u64>;

    /// CloseHandle.
    fn close(&mut self, process: u32, handle: u64) -> Answer<()>;

    /// What a handle says; an error, if the value names nothing.
    fn query(&mut self, process: u32, handle: u64) -> Answer<About>;

    /// Is this part offered?
    fn offers(&self, part: Part) -> bool {
        let _ = part;
        false
    }

    /// SetHandleInformation: HANDLE_FLAG_INHERIT is 1, HANDLE_FLAG_PROTECT_FROM_CLOSE is 2.
    fn set_flags(&mut self, process: u32, handle: u64, mask: u32, flags: u32) -> Answer<()> {
        let _ = (process, handle, mask, flags);
        Err(Refusal::NotOffered)
    }

    /// How many handles a process has open.
    fn handle_count(&mut self, process: u32) -> Answer<u32> {
        let _ = process;
        Err(Refusal::NotOffered)
    }

    /// One more process that nobody created runs from the start, and has no handle. It has the next number.
    fn start_process(&mut self) -> Answer<()> {
        Err(Refusal::NotOffered)
    }

    /// CreateProcess: the child has the next number. Gives the two handles that the creator gets: to the process and to its
    /// first thread.
    fn create_process(&mut self, process: u32, inherit_handles: bool) -> Answer<(u64, u64)> {
        let _ = (process, inherit_handles);
        Err(Refusal::NotOffered)
    }

    /// OpenProcess. The process that is meant is named by its number, not by an id.
    fn open_process(&mut self, process: u32, desired_access: u32, inherit: bool, of: u32) -> Answer<u64> {
        let _ = (process, desired_access, inherit, of);
        Err(Refusal::NotOffered)
    }

    /// DuplicateHandle from one process to another, each named by a handle of the caller; -1 is the caller itself.
    fn duplicate_between(
        &mut self,
        process: u32,
        source_process: u64,
        source: u64,
        target_process: u64,
        how: Duplicate,
    ) -> Answer<u64> {
        let _ = (process, source_process, source, target_process, how);
        Err(Refusal::NotOffered)
    }

    /// ExitProcess.
    fn exit(&mut self, process: u32, exit_code: u32) -> Answer<()> {
        let _ = (process, exit_code);
        Err(Refusal::NotOffered)
    }

    /// Any call of Win32 that no other method is for, by its name and with the names of its parameters: `SetEvent`,
    /// `WaitForSingleObject`, CreateEvent with a name. Handles are the system's own values. A thread that the call creates has
    /// the next number of its process, a process the next number of all.
    fn call(&mut self, thread: Thread, request: &Request) -> Answer<Outcome> {
        let _ = (thread, request);
        Err(Refusal::NotOffered)
    }

    /// Is it known that this implementation does something else than Windows with the next call? Then it says in one sentence
    /// what, the call is left out, and the report lists the sentence.
    fn differs(&mut self, next: &Foresight<'_>) -> Option<String> {
        let _ = next;
        None
    }

    /// What comes next, for a system that cannot see whether somebody waits unless it knows how long to look.
    fn foresee(&mut self, next: &Foresight<'_>) {
        let _ = next;
    }

    /// Threads that had been blocked and went on in the last call, with what their calls gave back, in order.
    fn released(&mut self) -> Vec<(Thread, Returned)> {
        Vec::new()
    }
}
