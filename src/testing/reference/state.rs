//! What does the naive model keep?

use crate::kernel::ObjectType;

/// An object that lives or has lived.
#[derive(Clone, Debug)]
pub(super) struct Thing {
    /// Nothing referred to it the last time somebody looked.
    pub(super) dead: bool,
    /// It had a handle the last time somebody looked.
    pub(super) held: bool,
    /// The name that it was given.
    pub(super) name: Option<String>,
    pub(super) permanent: bool,
    pub(super) body: Body,
}

#[derive(Clone, Debug)]
pub(super) enum Body {
    Process(Process),
    Thread(Thread),
    Event { manual_reset: bool, set: bool },
    Mutex(Mutex),
    Semaphore { count: i32, maximum: i32 },
    File(Opening),
    Pipe { pipe: usize, write: bool },
    Timer(Timer),
    Section { file: Option<u32>, size: u64 },
    Job { kill_on_close: bool, terminated: bool },
}

impl Body {
    pub(super) fn object_type(&self) -> ObjectType {
        match self {
            Body::Process(_) => ObjectType::Process,
            Body::Thread(_) => ObjectType::Thread,
            Body::Event { .. } => ObjectType::Event,
            Body::Mutex(_) => ObjectType::Mutant,
            Body::Semaphore { .. } => ObjectType::Semaphore,
            Body::File(_) | Body::Pipe { .. } => ObjectType::File,
            Body::Timer(_) => ObjectType::Timer,
            Body::Section { .. } => ObjectType::Section,
            Body::Job { .. } => ObjectType::Job,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Process {
    pub(super) pid: u32,
    pub(super) parent_pid: u32,
    pub(super) table: Option<Table>,
    pub(super) exit_code: Option<u32>,
    /// It keeps itself until its end is complete.
    pub(super) running: bool,
    pub(super) standard: [u64; 3],
    /// Address, size and object of its views, in the order in which they were mapped.
    pub(super) views: Vec<(u64, u64, u32)>,
    /// The jobs it is in, the innermost last.
    pub(super) jobs: Vec<u32>,
}

#[derive(Clone, Debug)]
pub(super) struct Thread {
    pub(super) process: u32,
    pub(super) tid: u32,
    pub(super) exit_code: Option<u32>,
    pub(super) running: bool,
    pub(super) last_error: u32,
    pub(super) suspend_count: u32,
    pub(super) wait: Option<Wait>,
}

#[derive(Clone, Debug)]
pub(super) struct Wait {
    pub(super) call: &'static str,
    pub(super) on: Vec<u32>,
    pub(super) need: Need,
    pub(super) deadline: Option<u64>,
    /// When it began, to find out who came first.
    pub(super) since: u64,
}

#[derive(Clone, Debug)]
pub(super) enum Need {
    Any,
    All,
    Time,
    Read(u32),
    Write { rest: Vec<u8>, total: usize },
}

#[derive(Clone, Debug, Default)]
pub(super) struct Mutex {
    pub(super) owner: Option<u32>,
    pub(super) recursion: u32,
    pub(super) abandoned: bool,
    /// When its owner got it, to find out which was taken first.
    pub(super) since: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Timer {
    pub(super) manual_reset: bool,
    pub(super) signaled: bool,
    pub(super) due: Option<u64>,
    pub(super) period: u32,
}

/// One opening of a file.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    pub(super) file: usize,
    pub(super) position: usize,
    pub(super) access: u32,
    pub(super) share: u32,
    pub(super) delete_on_close: bool,
}

/// A file that is or was on the disk.
#[derive(Clone, Debug)]
pub(super) struct OnDisk {
    /// Its name in lower case, as long as it has one.
    pub(super) name: Option<String>,
    pub(super) data: Vec<u8>,
    pub(super) delete_pending: bool,
}

/// What is between the ends of a pipe, and which objects these are.
#[derive(Clone, Debug)]
pub(super) struct Inside {
    pub(super) data: Vec<u8>,
    pub(super) size: usize,
    pub(super) reader: u32,
    pub(super) writer: u32,
}

/// A handle table: entries in no order, values that were freed (the latest last), and the next value never used.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) entries: Vec<Entry>,
    pub(super) freed: Vec<u64>,
    pub(super) fresh: u64,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) value: u64,
    pub(super) object: u32,
    pub(super) access: u32,
    pub(super) inherit: bool,
    pub(super) protect: bool,
}
