//! What would Windows do? A second model, written from the facts alone, as plainly as possible.
//!
//! The [`Reference`] shares no code with the kernel, only names: calls, types, statuses. It stores no count and no list
//! that could be wrong: how many handles an object has, who refers to it, whether its name is found, which file is open,
//! who waits in which order, all that is found by looking through everything each time. Objects stay in one list for
//! ever; when nothing refers to one any more it is marked dead. That is slow, and hard to get wrong.
//!
//! ```
//! use handlelab::kernel::Options;
//! use handlelab::testing::{program::Program, reference::Reference, system::System};
//!
//! let mut reference = Reference::new(Options::default());
//! Program::default().run(&mut reference, |_, _, _, _| {});
//! assert_eq!(reference.picture().processes.len(), 2);
//! ```

mod creating;
mod disk;
mod duplicating;
mod ending;
mod grouping;
mod handles;
mod mapping;
mod pipes;
mod processes;
mod recount;
pub mod rights;
mod state;
mod time;
mod view;
mod waiting;

use super::picture::Picture;
use super::system::{Fate, Filled, Happening, Reply, Request, System};
use crate::kernel::{ObjectType, Options, Status};
use state::{Body, Process, Thing, Thread};

/// The naive model.
///
/// ```
/// use handlelab::kernel::{Arg, Options};
/// use handlelab::testing::reference::Reference;
/// use handlelab::testing::system::{Fate, Request, System};
///
/// let mut reference = Reference::new(Options::default());
/// let (_, thread) = reference.start_process("p");
/// let arg = ("hObject", Arg::Number(4));
/// let Fate::Returned(reply) = reference.call(thread, &Request { call: "CloseHandle", args: vec![arg] }).fate else {
///     panic!("it waits")
/// };
/// assert_eq!(reply.error, Some(6), "it agrees: ERROR_INVALID_HANDLE");
/// ```
#[derive(Clone, Debug)]
pub struct Reference {
    options: Options,
    /// Every object there ever was; the first has number 1.
    things: Vec<Thing>,
    /// Every file there ever was on the disk.
    disk: Vec<state::OnDisk>,
    /// What is inside each pipe there ever was.
    pipes: Vec<state::Inside>,
    now: u64,
    next_id: u32,
    free_ids: Vec<u32>,
    /// Counts up whenever the order of two things matters.
    moment: u64,
    /// Processes (with `true`) and threads that are to end, with their exit codes.
    to_end: Vec<(bool, u32, u32)>,
    released: Vec<(u32, Reply)>,
}

/// Who makes a call.
#[derive(Clone, Copy)]
struct Who {
    process: u32,
    thread: u32,
}

/// What a call gives when it does what was asked.
#[derive(Default)]
struct Good {
    value: u64,
    error: Option<u32>,
    object: Option<u32>,
    outs: Vec<(&'static str, Filled)>,
    then: Then,
}

/// What becomes of the thread.
#[derive(Clone, Copy, Default, PartialEq)]
enum Then {
    #[default]
    Return,
    Block,
    End,
}

/// What a call gives when it fails.
struct Bad {
    status: Status,
    error: Option<u32>,
    outs: Vec<(&'static str, Filled)>,
}

type Outcome = Result<Good, Bad>;

impl From<Status> for Bad {
    fn from(status: Status) -> Bad {
        Bad { status, error: None, outs: Vec::new() }
    }
}

impl Good {
    fn done() -> Outcome {
        Good::number(1)
    }

    fn number(value: u64) -> Outcome {
        Ok(Good { value, ..Good::default() })
    }

    fn handle(value: u64, object: u32) -> Good {
        Good { value, object: Some(object), ..Good::default() }
    }

    fn filled(param: &'static str, number: u64) -> Outcome {
        Ok(Good { value: 1, outs: vec![(param, Filled::Number(number))], ..Good::default() })
    }
}

impl Reference {
    /// A system without processes.
    pub fn new(options: Options) -> Reference {
        Reference {
            options,
            things: Vec::new(),
            disk: Vec::new(),
            pipes: Vec::new(),
            now: 0,
            next_id: 1000,
            free_ids: Vec::new(),
            moment: 0,
            to_end: Vec::new(),
            released: Vec::new(),
        }
    }

    fn thing(&self, number: u32) -> &Thing {
        &self.things[number as usize - 1]
    }

    fn thing_mut(&mut self, number: u32) -> &mut Thing {
        &mut self.things[number as usize - 1]
    }

    fn process(&self, number: u32) -> Option<&Process> {
        match &self.things.get((number as usize).checked_sub(1)?)?.body {
            Body::Process(process) => Some(process),
            _ => None,
        }
    }

    fn process_mut(&mut self, number: u32) -> Option<&mut Process> {
        match &mut self.things.get_mut((number as usize).checked_sub(1)?)?.body {
            Body::Process(process) => Some(process),
            _ => None,
        }
    }

    fn thread(&self, number: u32) -> Option<&Thread> {
        match &self.things.get((number as usize).checked_sub(1)?)?.body {
            Body::Thread(thread) => Some(thread),
            _ => None,
        }
    }

    fn thread_mut(&mut self, number: u32) -> Option<&mut Thread> {
        match &mut self.things.get_mut((number as usize).checked_sub(1)?)?.body {
            Body::Thread(thread) => Some(thread),
            _ => None,
        }
    }

    /// The objects that live, by number.
    fn living(&self) -> impl Iterator<Item = (u32, &Thing)> {
        let numbered = self.things.iter().enumerate();
        numbered.filter(|(_, thing)| !thing.dead).map(|(index, thing)| (index as u32 + 1, thing))
    }

    fn add(&mut self, body: Body, name: Option<String>) -> u32 {
        self.things.push(Thing { dead: false, held: false, name, permanent: false, body });
        self.things.len() as u32
    }

    fn is(&self, number: u32, object_type: ObjectType) -> bool {
        self.thing(number).body.object_type() == object_type
    }

    /// A moment later than all before.
    fn next_moment(&mut self) -> u64 {
        self.moment += 1;
        self.moment
    }

    /// Makes a reply of what a call gave, and sets the thread's last error.
    fn reply(&mut self, thread: u32, call: &str, outcome: Outcome) -> Reply {
        let native = call.starts_with("Nt");
        let reply = match outcome {
            Ok(good) => Reply {
                value: if native { 0 } else { good.value },
                failure: None,
                error: good.error.filter(|_| !native),
                object: good.object,
                outs: good.outs,
            },
            Err(bad) => Reply {
                value: rights::failed_value(call, bad.status),
                failure: Some(bad.status),
                error: (!native).then(|| bad.error.unwrap_or(rights::win32_error(bad.status))),
                object: None,
                outs: bad.outs,
            },
        };
        if let (Some(error), Some(thread)) = (reply.error, self.thread_mut(thread)) {
            thread.last_error = error;
        }
        reply
    }

    fn dispatch(&mut self, who: Who, r: &Request) -> Outcome {
        match r.call {
            "CreateEvent" | "CreateMutex" | "CreateSemaphore" | "CreateWaitableTimer" | "CreateJobObject" => {
                self.create(who, r)
            }
            "OpenEvent" | "OpenMutex" | "OpenSemaphore" | "OpenWaitableTimer" | "OpenJobObject"
            | "OpenFileMapping" => self.open(who, r),
            "SetEvent" | "ResetEvent" | "PulseEvent" => self.change_event(who, r),
            "ReleaseMutex" => self.release_mutex(who, r),
            "ReleaseSemaphore" => self.release_semaphore(who, r),
            "SetWaitableTimer" | "CancelWaitableTimer" => self.change_timer(who, r),
            "CloseHandle" | "NtClose" => self.close_handle(who, r),
            "GetHandleInformation" | "SetHandleInformation" => self.handle_information(who, r),
            "CompareObjectHandles" => self.compare(who, r),
            "NtMakePermanentObject" | "NtMakeTemporaryObject" => self.change_permanence(who, r),
            "DuplicateHandle" | "NtDuplicateObject" => self.duplicate(who, r),
            "GetStdHandle" | "SetStdHandle" => self.standard_handle(who, r),
            "SetLastError" => {
                let error = r.dword("dwErrCode");
                self.thread_mut(who.thread).into_iter().for_each(|thread| thread.last_error = error);
                Good::number(0)
            }
            "CreateProcess" => self.create_process(who, r),
            "CreateThread" => self.create_thread(who, r),
            "OpenProcess" | "OpenThread" => self.open_by_id(who, r),
            "GetExitCodeProcess" | "GetProcessId" | "GetProcessHandleCount" => self.ask_process(who, r),
            "GetExitCodeThread" | "SuspendThread" | "ResumeThread" => self.ask_thread(who, r),
            "ExitProcess" | "ExitThread" | "TerminateProcess" | "TerminateThread" => {
                self.end_something(who, r)
            }
            "WaitForSingleObject" => self.wait_for_one(who, r),
            "WaitForMultipleObjects" => self.wait_for_several(who, r),
            "SignalObjectAndWait" => self.signal_and_wait(who, r),
            "Sleep" => self.sleep(who, r),
            "CreatePipe" => self.create_pipe(who, r),
            "PeekNamedPipe" => self.peek(who, r),
            "CreateFile" => self.create_file(who, r),
            "DeleteFile" => self.delete_file(r),
            "GetFileAttributes" => self.file_attributes(r),
            "ReadFile" => self.read_file(who, r),
            "WriteFile" => self.write_file(who, r),
            "CreateFileMapping" => self.create_mapping(who, r),
            "MapViewOfFile" | "UnmapViewOfFile" => self.change_views(who, r),
            "AssignProcessToJobObject"
            | "TerminateJobObject"
            | "SetInformationJobObject"
            | "IsProcessInJob" => self.change_job(who, r),
            telling => match self.tell(who.thread, telling) {
                Some(value) => {
                    let object = self.look_up(who, value).ok().filter(|_| value >= u64::MAX - 5);
                    Ok(Good { value, object: object.map(|found| found.object), ..Good::default() })
                }
                None => Err(Status::NotSupported.into()),
            },
        }
    }
}

impl System for Reference {
    fn start_process(&mut self, _: &str) -> (u32, u32) {
        self.new_process(0, state::Table::default(), false)
    }

    fn can_run(&self, thread: u32) -> bool {
        let found = self.thread(thread).filter(|_| !self.thing(thread).dead);
        found.is_some_and(|thread| {
            thread.exit_code.is_none() && thread.wait.is_none() && thread.suspend_count == 0
        })
    }

    fn call(&mut self, thread: u32, request: &Request) -> Happening {
        let process = self.thread(thread).map(|thread| thread.process);
        let (true, Some(process)) = (self.can_run(thread), process) else {
            return Happening { fate: Fate::Refused, released: Vec::new() };
        };
        let outcome = self.dispatch(Who { process, thread }, request);
        let fate = match &outcome {
            Ok(Good { then: Then::Block, .. }) => Fate::Blocked,
            Ok(Good { then: Then::End, .. }) => Fate::Ended,
            _ => Fate::Returned(self.reply(thread, request.call, outcome)),
        };
        self.react();
        while !self.to_end.is_empty() {
            let (is_process, number, code) = self.to_end.remove(0);
            if is_process { self.end_process(number, code) } else { self.end_thread(number, code) }
        }
        Happening { fate, released: std::mem::take(&mut self.released) }
    }

    fn tell(&self, thread: u32, call: &str) -> Option<u64> {
        let found = self.thread(thread)?;
        Some(match call {
            "GetCurrentProcess" => u64::MAX,
            "GetCurrentThread" => u64::MAX - 1,
            "GetCurrentProcessId" => self.process(found.process)?.pid.into(),
            "GetCurrentThreadId" => found.tid.into(),
            "GetLastError" => found.last_error.into(),
            _ => return None,
        })
    }

    fn threads_of(&self, process: u32) -> Vec<u32> {
        let of = |thing: &Thing| matches!(&thing.body, Body::Thread(thread) if thread.process == process);
        self.living().filter(|(_, thing)| of(thing)).map(|(number, _)| number).collect()
    }

    fn process_id(&self, process: u32) -> Option<u32> {
        self.process(process).map(|process| process.pid)
    }

    fn object_at(&self, process: u32, value: u64) -> Option<u32> {
        self.process(process)?.table.as_ref()?.find(value).map(|entry| entry.object)
    }

    fn picture(&self) -> Picture {
        self.look()
    }
}
