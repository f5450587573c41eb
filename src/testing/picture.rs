//! What is there at one moment, in plain data that two systems can be compared by?
//!
//! ```
//! use handlelab::kernel::{Kernel, Log, Options};
//! use handlelab::testing::picture::Picture;
//!
//! let mut kernel = Kernel::new(Options::default());
//! let empty = Picture::of_kernel(&kernel);
//! kernel.start_process("p", &mut Log::quiet());
//! assert!(empty.difference(&Picture::of_kernel(&kernel)).is_some_and(|words| words.contains("process #1")));
//! ```

use crate::kernel::objects::event::Event;
use crate::kernel::objects::file::File;
use crate::kernel::objects::job::Job;
use crate::kernel::objects::mutant::Mutant;
use crate::kernel::objects::section::Section;
use crate::kernel::objects::semaphore::Semaphore;
use crate::kernel::objects::timer::Timer;
use crate::kernel::{Kernel, ObjectId, ObjectType, ThreadId};
use std::collections::BTreeMap;
use std::fmt;

/// The whole state, as far as anybody can see it. Objects, processes and threads go by the numbers of their objects.
///
/// ```
/// use handlelab::kernel::Options;
/// use handlelab::testing::picture::State;
/// use handlelab::testing::system::{KernelSystem, Request, System};
///
/// let mut system = KernelSystem::new(Options::default());
/// let (process, thread) = system.start_process("p");
/// system.call(thread, &Request { call: "CreateEvent", args: vec![] });
/// let picture = system.picture();
/// let entry = picture.entry(process, 4).expect("it is open");
/// let event = &picture.objects[&entry.object];
/// assert_eq!((event.handles, event.pointers), (1, 1));
/// assert_eq!(event.state, State::Event { manual_reset: false, set: false });
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Picture {
    /// Milliseconds since the start.
    pub now: u64,
    /// Every object that lives.
    pub objects: BTreeMap<u32, ObjectView>,
    /// Every process whose object lives.
    pub processes: BTreeMap<u32, ProcessView>,
    /// Every thread whose object lives.
    pub threads: BTreeMap<u32, ThreadView>,
    /// What the directory finds under each name.
    pub names: BTreeMap<String, u32>,
    /// Every file that has a name on the disk, by its name in lower case.
    pub files: BTreeMap<String, FileView>,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObjectView {
    /// Its type.
    pub object_type: ObjectType,
    /// Its name in the directory.
    pub name: Option<String>,
    /// Its handle count.
    pub handles: u32,
    /// Its pointer count.
    pub pointers: u32,
    /// Does it keep its name without a handle?
    pub permanent: bool,
    /// What its type adds.
    pub state: State,
}

/// What the types add to an object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// A process; see [`Picture::processes`].
    Process,
    /// A thread; see [`Picture::threads`].
    Thread,
    /// An event.
    Event {
        /// Stays set until it is reset by a call.
        manual_reset: bool,
        /// Is it set?
        set: bool,
    },
    /// A mutex.
    Mutex {
        /// The thread that owns it.
        owner: Option<u32>,
        /// How often.
        recursion: u32,
        /// Did its last owner end without releasing it?
        abandoned: bool,
    },
    /// A semaphore.
    Semaphore {
        /// Its permits.
        count: i32,
        /// How many there can be.
        maximum: i32,
    },
    /// An opening of a file on the disk.
    File {
        /// Where the next read or write happens.
        position: u64,
        /// Does the file go when this is closed?
        delete_on_close: bool,
    },
    /// An end of a pipe.
    PipeEnd {
        /// Is it the end to write to?
        write: bool,
    },
    /// A waitable timer.
    Timer {
        /// Stays signaled until it is set again.
        manual_reset: bool,
        /// Has its time come?
        signaled: bool,
        /// When its time comes next.
        due: Option<u64>,
        /// Milliseconds from one time to the next.
        period: u32,
    },
    /// A file mapping.
    Section {
        /// The file object behind it.
        file: Option<u32>,
        /// Its size in bytes.
        size: u64,
    },
    /// A job.
    Job {
        /// The running processes in it.
        members: Vec<u32>,
        /// Does it end them with its last handle?
        kill_on_close: bool,
        /// Was it terminated?
        terminated: bool,
    },
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProcessView {
    /// Its id.
    pub pid: u32,
    /// The id of its parent.
    pub parent_pid: u32,
    /// Its exit code, once it has ended.
    pub exit_code: Option<u32>,
    /// Its handle table by value; none once it has ended.
    pub table: Option<BTreeMap<u64, EntryView>>,
    /// Its standard handles.
    pub standard: [u64; 3],
    /// Its views of file mappings: address, size and object, by address.
    pub views: Vec<(u64, u64, u32)>,
}

/// An entry of a handle table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EntryView {
    /// The object.
    pub object: u32,
    /// The rights.
    pub access: u32,
    /// The inherit flag.
    pub inherit: bool,
    /// The protect flag.
    pub protect: bool,
}

/// A thread.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThreadView {
    /// Its process.
    pub process: u32,
    /// Its id.
    pub tid: u32,
    /// Its exit code, once it has ended.
    pub exit_code: Option<u32>,
    /// What GetLastError gives.
    pub last_error: u32,
    /// How often it is suspended.
    pub suspend_count: u32,
    /// The objects it waits for, and when it gives up.
    pub waits_for: Option<(Vec<u32>, Option<u64>)>,
}

/// A file on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileView {
    /// What is in it.
    pub data: Vec<u8>,
    /// The file objects that have it open, with their rights and share modes.
    pub opens: Vec<(u32, u32, u32)>,
    /// Does it go with the last of them?
    pub delete_pending: bool,
}

impl Picture {
    /// The entry that a value names in a process's table.
    pub fn entry(&self, process: u32, value: u64) -> Option<EntryView> {
        self.processes.get(&process)?.table.as_ref()?.get(&(value & !3)).copied()
    }

    /// What there is in a kernel.
    pub fn of_kernel(kernel: &Kernel) -> Picture {
        let number = |id: ObjectId| kernel.objects().header(id).map_or(0, |header| header.no.0);
        let thread = |id: ThreadId| kernel.thread(id).map_or(0, |record| record.no.0);
        let objects = kernel.objects().iter().map(|(id, object)| {
            let header = &object.header;
            let view = ObjectView {
                object_type: object.object_type(),
                name: header.name.as_ref().map(ToString::to_string),
                handles: kernel.objects().handle_count(id),
                pointers: kernel.objects().pointer_count(id),
                permanent: header.permanent,
                state: state(kernel, id, object.object_type(), &number, &thread),
            };
            (header.no.0, view)
        });
        let processes = kernel.processes().map(|(_, record)| {
            let entries = |table: &crate::kernel::HandleTable| {
                let entries = table.iter().map(|(handle, entry)| {
                    let view = EntryView {
                        object: number(entry.object),
                        access: entry.granted_access.0,
                        inherit: entry.attributes.inherit,
                        protect: entry.attributes.protect_from_close,
                    };
                    (handle.0, view)
                });
                entries.collect()
            };
            let mut views: Vec<_> =
                record.views.iter().map(|view| (view.address, view.size, number(view.section))).collect();
            views.sort_unstable();
            let view = ProcessView {
                pid: record.pid,
                parent_pid: record.parent_pid,
                exit_code: record.exit_code,
                table: record.table.as_ref().map(entries),
                standard: record.standard.map(|handle| handle.0),
                views,
            };
            (record.no.0, view)
        });
        let threads = kernel.threads().map(|(_, record)| {
            let process = kernel.process(record.process);
            let view = ThreadView {
                process: process.map_or(0, |record| record.no.0),
                tid: record.tid,
                exit_code: record.exit_code,
                last_error: record.last_error.0,
                suspend_count: record.suspend_count,
                waits_for: record
                    .wait
                    .as_ref()
                    .map(|wait| (wait.objects.iter().map(|id| number(*id)).collect(), wait.deadline)),
            };
            (record.no.0, view)
        });
        let files = kernel.files().iter().map(|node| {
            let opens = node.opens.iter();
            let view = FileView {
                data: node.data.clone(),
                opens: opens.map(|open| (number(open.object), open.access.0, open.share)).collect(),
                delete_pending: node.delete_pending,
            };
            (node.path.to_lowercase(), view)
        });
        Picture {
            now: kernel.now(),
            objects: objects.collect(),
            processes: processes.collect(),
            threads: threads.collect(),
            names: kernel.names().iter().map(|(name, id)| (name.to_string(), number(id))).collect(),
            files: files.collect(),
        }
    }

    /// The first things in which another picture differs from this one, in words; `None` if they are equal.
    pub fn difference(&self, other: &Picture) -> Option<String> {
        if self == other {
            return None;
        }
        let (own, others) = (self.lines(), other.lines());
        let missing = own.iter().filter(|line| !others.contains(line)).take(5);
        let surplus = others.iter().filter(|line| !own.contains(line)).take(5);
        let missing = missing.map(|line| format!("  expected: {line}\n"));
        Some(missing.chain(surplus.map(|line| format!("  found:    {line}\n"))).collect())
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("{} ms have passed", self.now)];
        let mut add = |what: &str, view: &dyn fmt::Debug| lines.push(format!("{what}: {view:?}"));
        for (number, object) in &self.objects {
            add(&format!("object #{number}"), object);
        }
        for (number, process) in &self.processes {
            add(&format!("process #{number}"), &ProcessView { table: None, ..process.clone() });
            add(&format!("process #{number} has a table"), &process.table.is_some());
            for (value, entry) in process.table.iter().flatten() {
                add(&format!("process #{number}, handle {value:#x}"), entry);
            }
        }
        self.threads.iter().for_each(|(number, thread)| add(&format!("thread #{number}"), thread));
        self.names.iter().for_each(|(name, object)| add(&format!("the name {name:?}"), object));
        self.files.iter().for_each(|(name, file)| add(&format!("the file {name:?}"), file));
        lines
    }
}

fn state(
    kernel: &Kernel,
    id: ObjectId,
    object_type: ObjectType,
    number: &dyn Fn(ObjectId) -> u32,
    thread: &dyn Fn(ThreadId) -> u32,
) -> State {
    let objects = kernel.objects();
    let of_type = match object_type {
        ObjectType::Process => Some(State::Process),
        ObjectType::Thread => Some(State::Thread),
        ObjectType::Event => objects
            .body::<Event>(id)
            .map(|event| State::Event { manual_reset: event.manual_reset, set: event.set }),
        ObjectType::Mutant => objects.body::<Mutant>(id).map(|mutant| State::Mutex {
            owner: mutant.owner.map(thread),
            recursion: mutant.recursion,
            abandoned: mutant.abandoned,
        }),
        ObjectType::Semaphore => objects
            .body::<Semaphore>(id)
            .map(|semaphore| State::Semaphore { count: semaphore.count, maximum: semaphore.maximum }),
        ObjectType::File => objects.body::<File>(id).map(|file| match file {
            File::Disk(file) => {
                State::File { position: file.position, delete_on_close: file.delete_on_close }
            }
            File::Pipe(end) => State::PipeEnd { write: end.write },
        }),
        ObjectType::Timer => objects.body::<Timer>(id).map(|timer| State::Timer {
            manual_reset: timer.manual_reset,
            signaled: timer.signaled,
            due: timer.next_due(kernel.now()),
            period: timer.period,
        }),
        ObjectType::Section => objects
            .body::<Section>(id)
            .map(|section| State::Section { file: section.file.map(number), size: section.size }),
        ObjectType::Job => objects.body::<Job>(id).map(|job| {
            let members = kernel.processes().filter(|(_, record)| record.jobs.contains(&id));
            let mut members: Vec<u32> = members.map(|(_, record)| record.no.0).collect();
            members.sort_unstable();
            State::Job { members, kill_on_close: job.kill_on_close, terminated: job.terminated }
        }),
    };
    of_type.unwrap_or(State::Process)
}
