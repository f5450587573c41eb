//! By what is a thing named inside the kernel?
//!
//! Identities are never reused; handle values and process ids are. That contrast is the lesson.

use serde::{Deserialize, Serialize};
use slotmap::new_key_type;
use std::fmt;

new_key_type! {
    /// An object in the [`ObjectStore`](super::object::ObjectStore).
    pub struct ObjectId;
    /// A process, as long as its process object exists.
    pub struct ProcessId;
    /// A thread, as long as its thread object exists.
    pub struct ThreadId;
    /// The buffer between the two ends of an anonymous pipe.
    pub struct PipeId;
    /// A file on the simulated disk.
    pub struct NodeId;
}

/// The number of an object as users see it (`#3`): counted up from 1 in order of creation and never given twice.
///
/// ```
/// use handlelab::kernel::{Arg, CallSpec, Effect, Kernel, Log, ObjectNo, Options};
///
/// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::recording());
/// let (_, thread) = kernel.start_process("p", &mut log);
/// for call in ["CreateEvent", "CloseHandle", "CreateEvent"] {
///     kernel.call(thread, CallSpec::find(call).expect("a call"), &[Arg::Number(4)], &mut log);
/// }
/// let effects = log.take_effects().into_iter();
/// let opened = effects.filter_map(|effect| match effect {
///     Effect::HandleOpened { handle, object, .. } => Some((handle.0, object)),
///     _ => None,
/// });
/// assert_eq!(opened.collect::<Vec<_>>(), [(4, ObjectNo(3)), (4, ObjectNo(4))], "the same value, another object");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObjectNo(pub u32);

impl fmt::Display for ObjectNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A handle value: an index into one process's table times four, or a pseudohandle. A plain number, which may name
/// nothing at all.
///
/// ```
/// use handlelab::kernel::Handle;
///
/// assert_eq!(Handle(8).index(), Handle(9).index(), "the two lowest bits say nothing");
/// assert!(Handle::CURRENT_PROCESS.is_pseudo() && !Handle(4).is_pseudo());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Handle(pub u64);

impl Handle {
    /// No handle (fact 1.04).
    pub const NULL: Handle = Handle(0);
    /// The pseudohandle of GetCurrentProcess, and at the same time INVALID_HANDLE_VALUE (fact 1.05).
    pub const CURRENT_PROCESS: Handle = Handle(u64::MAX);
    /// The pseudohandle of GetCurrentThread (fact 1.06).
    pub const CURRENT_THREAD: Handle = Handle(u64::MAX - 1);

    /// The handle of an entry of a table.
    pub fn from_index(index: u32) -> Handle {
        Handle(u64::from(index) * 4)
    }

    /// The entry that the value could name; the two lowest bits are ignored (fact 1.02), and nothing above 32 bits
    /// names an entry (fact 1.10).
    pub fn index(self) -> Option<u32> {
        u32::try_from(self.0).ok().map(|value| value >> 2)
    }

    /// The same as the place in a table; so high that no table has it for a value that names no entry.
    #[inline]
    pub(crate) fn place(self) -> usize {
        usize::try_from(self.0 >> 2).unwrap_or(usize::MAX)
    }

    /// The value of the entry that the value names, its two lowest bits left out.
    pub fn untagged(self) -> Handle {
        Handle(self.0 & !3)
    }

    /// Is it one of the values -1 to -6, which closing accepts without effect (facts 2.06, 1.08)?
    pub fn is_pseudo(self) -> bool {
        self.0 >= u64::MAX - 5
    }

    /// Is it one of the values -4 to -6, which mean the caller's tokens (fact 1.07)?
    pub(crate) fn names_a_token(self) -> bool {
        (u64::MAX - 5..=u64::MAX - 3).contains(&self.0)
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_pseudo() { write!(f, "{}", self.0 as i64) } else { write!(f, "{:#x}", self.0) }
    }
}
