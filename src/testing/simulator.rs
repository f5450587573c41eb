//! The simulator as a [`HandleSystem`]: what a full implementation looks like, and the one that the suite must always pass.
//!
//! ```
//! use handlelab::testing::handle_system::HandleSystem;
//! use handlelab::testing::simulator::Simulator;
//!
//! let mut system = Simulator::default();
//! let handle = system.create(0, false).expect("it is offered");
//! assert_eq!(system.query(0, handle).expect("it is open").handle_count, Some(1));
//! ```

use super::handle_system::{
    About, Answer, Duplicate, HandleSystem, Outcome, Part, Refusal, Returned, Thread,
};
use super::program::process_name;
use super::requests::{close_handle, create_event, duplicate_handle, open_process};
use super::system::{Fate, Filled, KernelSystem, Reply, Request, System};
use crate::kernel::{Arg, Handle, Options};

/// A simulated system in which one process runs.
///
/// ```
/// use handlelab::kernel::Arg;
/// use handlelab::testing::handle_system::{HandleSystem, Outcome, Thread};
/// use handlelab::testing::simulator::Simulator;
/// use handlelab::testing::system::Request;
///
/// let mut system = Simulator::default();
/// let first = Thread { process: 0, thread: 0 };
/// let create = Request { call: "CreateMutex", args: vec![("bInitialOwner", Arg::Number(1))] };
/// let Ok(Outcome::Returned(created)) = system.call(first, &create) else { panic!("it waits") };
/// assert_eq!((created.value, created.error), (4, 0));
/// assert_eq!(system.handle_count(0), Ok(1));
/// ```
#[derive(Clone, Debug)]
pub struct Simulator {
    kernel: KernelSystem,
    /// The processes with their threads, by the numbers of their objects.
    cast: Vec<(u32, Vec<u32>)>,
    released: Vec<(Thread, Returned)>,
}

impl Default for Simulator {
    fn default() -> Simulator {
        let kernel = KernelSystem::new(Options::default());
        let mut simulator = Simulator { kernel, cast: Vec::new(), released: Vec::new() };
        simulator.start();
        simulator
    }
}

impl Simulator {
    fn start(&mut self) {
        let (process, thread) = self.kernel.start_process(&process_name(self.cast.len() as u8));
        self.cast.push((process, vec![thread]));
    }

    fn number(&self, thread: Thread) -> Option<u32> {
        self.cast.get(thread.process as usize)?.1.get(thread.thread as usize).copied()
    }

    fn process(&self, process: u32) -> Answer<u32> {
        self.cast.get(process as usize).map(|(process, _)| *process).ok_or(Refusal::NotOffered)
    }

    fn thread(&self, number: u32) -> Option<Thread> {
        self.cast.iter().enumerate().find_map(|(process, (_, threads))| {
            let thread = threads.iter().position(|thread| *thread == number)?;
            Some(Thread { process: process as u32, thread: thread as u32 })
        })
    }

    /// Gets to know who has come to be.
    fn meet(&mut self) {
        let kernel = &self.kernel.kernel;
        let mut threads: Vec<(u32, u32)> = kernel
            .threads()
            .filter_map(|(_, record)| Some((kernel.process(record.process)?.no.0, record.no.0)))
            .collect();
        threads.sort_unstable();
        for (process, thread) in threads {
            match self.cast.iter_mut().find(|(known, _)| *known == process) {
                Some((_, all)) if all.contains(&thread) => {}
                Some((_, all)) => all.push(thread),
                None => self.cast.push((process, vec![thread])),
            }
        }
    }

    /// A call of the first thread of a process that answers at once.
    fn simple(&mut self, process: u32, request: Request) -> Answer<Returned> {
        match self.call(Thread { process, thread: 0 }, &request)? {
            Outcome::Returned(returned) if returned.error == 0 => Ok(returned),
            Outcome::Returned(returned) => Err(Refusal::Error(returned.error)),
            Outcome::Blocked | Outcome::Ended => Ok(Returned::default()),
        }
    }
}

fn returned(reply: &Reply) -> Returned {
    Returned { value: reply.value, error: reply.error.unwrap_or_default(), outs: reply.outs.clone() }
}

/// The handle in an out parameter.
fn out(returned: &Returned) -> u64 {
    match returned.outs.first() {
        Some((_, Filled::Handle(value, _))) => *value,
        _ => 0,
    }
}

impl HandleSystem for Simulator {
    fn offers(&self, _: Part) -> bool {
        true
    }

    fn create(&mut self, process: u32, inherit: bool) -> Answer<u64> {
        Ok(self.simple(process, create_event(inherit))?.value)
    }

    fn duplicate(&mut self, process: u32, source: u64, how: Duplicate) -> Answer<u64> {
        self.duplicate_between(process, Handle::CURRENT_PROCESS.0, source, Handle::CURRENT_PROCESS.0, how)
    }

    fn close(&mut self, process: u32, handle: u64) -> Answer<()> {
        self.simple(process, close_handle(handle)).map(drop)
    }

    fn query(&mut self, process: u32, handle: u64) -> Answer<About> {
        let number = self.process(process)?;
        let kernel = &self.kernel.kernel;
        let mut processes = kernel.processes();
        let record = processes.find(|(_, record)| record.no.0 == number).map(|(_, record)| record);
        let entry = record.and_then(|record| record.table.as_ref()?.get(Handle(handle)));
        let entry = entry.ok_or(Refusal::INVALID_HANDLE)?;
        let header = kernel.objects().header(entry.object);
        Ok(About {
            object: header.map(|header| header.no.0.into()),
            access: Some(entry.granted_access.0),
            inherit: Some(entry.attributes.inherit),
            protect: Some(entry.attributes.protect_from_close),
            handle_count: header.map(|_| kernel.objects().handle_count(entry.object)),
        })
    }

    fn handle_count(&mut self, process: u32) -> Answer<u32> {
        let number = self.process(process)?;
        let mut processes = self.kernel.kernel.processes();
        let record = processes.find(|(_, record)| record.no.0 == number).map(|(_, record)| record);
        Ok(record.and_then(|record| record.table.as_ref()).map_or(0, |table| table.len() as u32))
    }

    fn start_process(&mut self) -> Answer<()> {
        self.start();
        Ok(())
    }

    fn open_process(&mut self, process: u32, desired_access: u32, inherit: bool, of: u32) -> Answer<u64> {
        let object = self.process(of)?;
        let id = self.kernel.process_id(object).unwrap_or_default();
        Ok(self.simple(process, open_process(desired_access, inherit, id))?.value)
    }

    fn duplicate_between(
        &mut self,
        process: u32,
        source_process: u64,
        source: u64,
        target_process: u64,
        how: Duplicate,
    ) -> Answer<u64> {
        let request = duplicate_handle(source_process, source, target_process, how);
        Ok(out(&self.simple(process, request)?))
    }

    fn call(&mut self, thread: Thread, request: &Request) -> Answer<Outcome> {
        let number = self.number(thread).ok_or(Refusal::NotOffered)?;
        // A process that is created is called after its number.
        let mut request = request.clone();
        let name = process_name(self.cast.len() as u8);
        let new = request.args.iter_mut().find(|(param, _)| *param == "lpApplicationName");
        new.into_iter().for_each(|(_, value)| *value = Arg::Text(name.as_str().into()));
        let happening = self.kernel.call(number, &request);
        self.meet();
        let released = happening.released.iter();
        self.released =
            released.filter_map(|(thread, reply)| Some((self.thread(*thread)?, returned(reply)))).collect();
        Ok(match &happening.fate {
            Fate::Returned(reply) => Outcome::Returned(returned(reply)),
            Fate::Blocked => Outcome::Blocked,
            Fate::Ended => Outcome::Ended,
            Fate::Refused | Fate::NoCall => return Err(Refusal::NotOffered),
        })
    }

    fn released(&mut self) -> Vec<(Thread, Returned)> {
        std::mem::take(&mut self.released)
    }
}
