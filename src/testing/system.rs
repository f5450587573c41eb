//! What must something be able to do, to be tested like the kernel?
//!
//! A [`System`] takes [`Request`]s from threads, answers with a [`Happening`], and can be looked at as a whole
//! ([`Picture`]). Objects, processes and threads are named by the numbers of their objects, which count up from 1 in order
//! of creation. The kernel is one system ([`KernelSystem`]), the [`Reference`](super::reference::Reference) another; an
//! implementation of your own is a third.
//!
//! ```
//! use handlelab::kernel::{Arg, Options};
//! use handlelab::testing::system::{Fate, KernelSystem, Request, System};
//!
//! let mut system = KernelSystem::new(Options::default());
//! let (process, thread) = system.start_process("p");
//! let create = Request { call: "CreateEvent", args: vec![("bManualReset", Arg::Number(1))] };
//! let Fate::Returned(reply) = system.call(thread, &create).fate else { panic!("it waits") };
//! assert_eq!(system.object_at(process, reply.value), reply.object);
//! ```

use super::picture::Picture;
use crate::kernel::calls::Returns;
use crate::kernel::{
    Arg, CallSpec, Handle, Kernel, Log, ObjectId, Options, OutValue, Outcome, Status, ThreadId,
};

/// A call as a thread makes it.
///
/// ```
/// use handlelab::kernel::Arg;
/// use handlelab::testing::system::Request;
///
/// let request = Request { call: "CloseHandle", args: vec![("hObject", Arg::Number(4))] };
/// assert_eq!(request.number("hObject"), 4);
/// assert_eq!(request.get("hHandle"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its name.
    pub call: &'static str,
    /// The arguments that are given, by the names of their parameters.
    pub args: Vec<(&'static str, Arg)>,
}

impl Request {
    /// The argument for a parameter.
    pub fn get(&self, param: &str) -> Option<&Arg> {
        self.args.iter().find(|(name, _)| *name == param).map(|(_, arg)| arg)
    }

    /// A number; 0 if it is left out.
    pub fn number(&self, param: &str) -> u64 {
        match self.get(param) {
            Some(Arg::Number(number)) => *number,
            _ => 0,
        }
    }

    /// Its lower 32 bits.
    pub fn dword(&self, param: &str) -> u32 {
        self.number(param) as u32
    }

    /// TRUE or FALSE.
    pub fn flag(&self, param: &str) -> bool {
        self.dword(param) != 0
    }

    /// A text, if one is given.
    pub fn text(&self, param: &str) -> Option<&str> {
        match self.get(param) {
            Some(Arg::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A list, if one is given.
    pub fn list(&self, param: &str) -> Option<&[u64]> {
        match self.get(param) {
            Some(Arg::List(list)) => Some(list),
            _ => None,
        }
    }

    /// Is the parameter given at all?
    pub fn given(&self, param: &str) -> bool {
        self.get(param).is_some()
    }
}

/// What a call answers.
///
/// ```
/// use handlelab::kernel::{Arg, Options, Status};
/// use handlelab::testing::system::{Fate, Filled, KernelSystem, Request, System};
///
/// let mut system = KernelSystem::new(Options::default());
/// let (_, thread) = system.start_process("p");
/// let mut reply = |call, args| match system.call(thread, &Request { call, args }).fate {
///     Fate::Returned(reply) => reply,
///     _ => panic!("it waits"),
/// };
/// let pipe = reply("CreatePipe", vec![("hReadPipe", Arg::Out), ("hWritePipe", Arg::Out)]);
/// assert!(pipe.succeeded() && matches!(pipe.out("hWritePipe"), Some(Filled::Handle(8, Some(_)))));
/// let closed = reply("CloseHandle", vec![("hObject", Arg::Number(12))]);
/// assert_eq!((closed.failure, closed.error), (Some(Status::InvalidHandle), Some(6)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The return value.
    pub value: u64,
    /// Why it failed; `None` if it did not.
    pub failure: Option<Status>,
    /// The last error, where the call set it.
    pub error: Option<u32>,
    /// The object that a returned or filled handle names.
    pub object: Option<u32>,
    /// What was written to its out parameters, by their names.
    pub outs: Vec<(&'static str, Filled)>,
}

impl Reply {
    /// Did the call do what was asked?
    pub fn succeeded(&self) -> bool {
        self.failure.is_none()
    }

    /// What was written to an out parameter.
    pub fn out(&self, param: &str) -> Option<&Filled> {
        self.outs.iter().find(|(name, _)| *name == param).map(|(_, filled)| filled)
    }
}

/// What is written to an out parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Filled {
    /// A number.
    Number(u64),
    /// A handle, and the object that it names.
    Handle(u64, Option<u32>),
    /// Data.
    Text(String),
    /// The fields of a structure; handles with their objects.
    Record(Vec<(u64, Option<u32>)>),
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// It returned.
    Returned(Reply),
    /// Its thread waits.
    Blocked,
    /// Its thread ended with it.
    Ended,
    /// The thread could not make it, or there is no such call.
    Refused,
    /// There was none: a value was copied from one variable to another.
    NoCall,
}

/// All that follows from one call, when everything has come to rest.
///
/// ```
/// use handlelab::kernel::{Arg, Options};
/// use handlelab::testing::system::{Fate, KernelSystem, Request, System};
///
/// let mut system = KernelSystem::new(Options::default());
/// let (_, waiter) = system.start_process("waiter");
/// let (_, other) = system.start_process("other");
/// for thread in [waiter, other] {
///     system.call(thread, &Request { call: "CreateEvent", args: vec![("lpName", Arg::Text("E".into()))] });
/// }
/// let event = Arg::Number(4);
/// let forever = ("dwMilliseconds", Arg::Number(0xFFFF_FFFF));
/// let wait = Request { call: "WaitForSingleObject", args: vec![("hHandle", event.clone()), forever] };
/// assert_eq!(system.call(waiter, &wait).fate, Fate::Blocked);
/// let happening = system.call(other, &Request { call: "SetEvent", args: vec![("hEvent", event)] });
/// assert!(matches!(happening.released.as_slice(), [(thread, reply)] if *thread == waiter && reply.value == 0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// What became of the call itself.
    pub fate: Fate,
    /// Threads that had been blocked and went on, with the answers of their calls, in order.
    pub released: Vec<(u32, Reply)>,
}

/// Something with handles.
///
/// ```
/// use handlelab::kernel::{Arg, Options};
/// use handlelab::testing::reference::Reference;
/// use handlelab::testing::system::{KernelSystem, Request, System};
///
/// /// A small test that any system can be put through.
/// fn closes_what_it_opened(system: &mut impl System) -> bool {
///     let (process, thread) = system.start_process("p");
///     let created = system.call(thread, &Request { call: "CreateEvent", args: vec![] });
///     system.call(thread, &Request { call: "CloseHandle", args: vec![("hObject", Arg::Number(4))] });
///     created.released.is_empty() && system.object_at(process, 4).is_none() && system.fault().is_none()
/// }
///
/// assert!(closes_what_it_opened(&mut KernelSystem::new(Options::default())));
/// assert!(closes_what_it_opened(&mut Reference::new(Options::default())));
/// ```
pub trait System {
    /// Starts a process that nobody created; gives the numbers of its object and of its thread's object.
    fn start_process(&mut self, name: &str) -> (u32, u32);
    /// Can the thread make a call now?
    fn can_run(&self, thread: u32) -> bool;
    /// One thread makes one call. Whatever it ordered to end has ended when this returns.
    fn call(&mut self, thread: u32, request: &Request) -> Happening;
    /// What a call answers that takes nothing and only tells something, such as GetCurrentProcess.
    fn tell(&self, thread: u32, call: &str) -> Option<u64>;
    /// The threads of a process whose objects exist, in order of creation.
    fn threads_of(&self, process: u32) -> Vec<u32>;
    /// The id of a process.
    fn process_id(&self, process: u32) -> Option<u32>;
    /// The object that a value names in the table of a process.
    fn object_at(&self, process: u32, value: u64) -> Option<u32>;
    /// Everything that can be seen.
    fn picture(&self) -> Picture;
    /// What the system finds wrong with itself, if it looks.
    fn fault(&self) -> Option<String> {
        None
    }
}

/// The kernel as a [`System`], with what it reported.
///
/// ```
/// use handlelab::kernel::Options;
/// use handlelab::testing::system::{Fate, KernelSystem, Request, System};
///
/// let mut system = KernelSystem::new(Options::default());
/// let (process, thread) = system.start_process("p");
/// let happening = system.call(thread, &Request { call: "CreateEvent", args: vec![] });
/// let Fate::Returned(reply) = &happening.fate else { panic!("it waits") };
/// assert!(system.object_at(process, reply.value).is_some());
/// ```
#[derive(Clone, Debug)]
pub struct KernelSystem {
    /// The kernel.
    pub kernel: Kernel,
    /// What it reports to.
    pub log: Log,
}

impl KernelSystem {
    /// A kernel without processes, whose effects are written down.
    pub fn new(options: Options) -> KernelSystem {
        KernelSystem { kernel: Kernel::new(options), log: Log::recording() }
    }

    /// The thread whose object has this number.
    pub fn thread(&self, number: u32) -> Option<ThreadId> {
        self.kernel.threads().find(|(_, record)| record.no.0 == number).map(|(id, _)| id)
    }

    fn number(&self, object: Option<ObjectId>) -> Option<u32> {
        object.and_then(|id| self.kernel.objects().header(id)).map(|header| header.no.0)
    }

    fn reply(&self, spec: &CallSpec, answer: &crate::kernel::Answer) -> Reply {
        let filled = |value: &OutValue| match value {
            OutValue::Number(number) => Filled::Number(*number),
            OutValue::Handle(handle, object) => Filled::Handle(handle.0, self.number(*object)),
            OutValue::Text(text) => Filled::Text(text.to_string()),
            OutValue::Record(fields) => {
                Filled::Record(fields.iter().map(|(value, object)| (*value, self.number(*object))).collect())
            }
        };
        let outs = answer.outs.iter();
        Reply {
            value: answer.value,
            failure: (!answer.succeeded).then_some(answer.status),
            error: answer.error.map(|error| error.0),
            object: self.number(answer.object),
            outs: outs
                .filter_map(|out| Some((spec.params.get(out.param as usize)?.name, filled(&out.value))))
                .collect(),
        }
    }
}

impl System for KernelSystem {
    fn start_process(&mut self, name: &str) -> (u32, u32) {
        let (process, thread) = self.kernel.start_process(name, &mut self.log);
        let numbers = (self.kernel.process(process), self.kernel.thread(thread));
        (numbers.0.map_or(0, |record| record.no.0), numbers.1.map_or(0, |record| record.no.0))
    }

    fn can_run(&self, thread: u32) -> bool {
        self.thread(thread).is_some_and(|thread| self.kernel.can_run(thread).is_ok())
    }

    fn call(&mut self, thread: u32, request: &Request) -> Happening {
        let found = (CallSpec::find(request.call), self.thread(thread));
        let (Some(spec), Some(thread)) = found else {
            return Happening { fate: Fate::Refused, released: Vec::new() };
        };
        let values: Vec<Arg> =
            spec.params.iter().map(|param| request.get(param.name).cloned().unwrap_or_default()).collect();
        // A call that had blocked is answered later, so what it was must be known then.
        let waiting: Vec<_> = self
            .kernel
            .threads()
            .filter_map(|(id, record)| Some((id, record.no.0, record.wait.as_ref()?.call)))
            .collect();
        let fate = match self.kernel.call(thread, spec, &values, &mut self.log) {
            Outcome::Returned(answer) => Fate::Returned(self.reply(spec, &answer)),
            Outcome::Blocked => Fate::Blocked,
            Outcome::Ended => Fate::Ended,
            Outcome::CannotRun(_) => Fate::Refused,
        };
        self.kernel.settle(&mut self.log);
        let released = self.log.take_released();
        self.log.take_ended();
        let released = released.iter().filter_map(|release| {
            let blocked = waiting.iter().find(|(id, ..)| *id == release.thread);
            let own = self.kernel.thread(release.thread).map(|record| (release.thread, record.no.0, spec));
            let (_, number, spec) = blocked.copied().or(own)?;
            Some((number, self.reply(spec, &release.answer)))
        });
        Happening { fate, released: released.collect() }
    }

    fn tell(&self, thread: u32, call: &str) -> Option<u64> {
        let spec = CallSpec::find(call).filter(|spec| spec.returns == Returns::Plain)?;
        self.kernel.tell(self.thread(thread)?, spec)
    }

    fn threads_of(&self, process: u32) -> Vec<u32> {
        let mut threads: Vec<u32> = self
            .kernel
            .threads()
            .filter(|(_, record)| {
                self.kernel.process(record.process).is_some_and(|owner| owner.no.0 == process)
            })
            .map(|(_, record)| record.no.0)
            .collect();
        threads.sort_unstable();
        threads
    }

    fn process_id(&self, process: u32) -> Option<u32> {
        self.kernel.processes().find(|(_, record)| record.no.0 == process).map(|(_, record)| record.pid)
    }

    fn object_at(&self, process: u32, value: u64) -> Option<u32> {
        let (_, record) = self.kernel.processes().find(|(_, record)| record.no.0 == process)?;
        self.number(record.table.as_ref()?.get(Handle(value)).map(|entry| entry.object))
    }

    fn picture(&self) -> Picture {
        Picture::of_kernel(&self.kernel)
    }

    fn fault(&self) -> Option<String> {
        self.kernel.violations().first().map(ToString::to_string)
    }
}
