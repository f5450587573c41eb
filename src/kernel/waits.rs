//! How does a thread wait, and how does it go on?
//!
//! A thread that waits stands in the queue of every object it waits for and holds a reference to each (fact 6.07). When
//! an object becomes signaled its queue is served in order; whoever's wait is satisfied takes what it takes and goes on.
//!
//! ```
//! use handlelab::kernel::{Arg, CallSpec, Kernel, Log, Options, Outcome};
//!
//! let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
//! let (_, thread) = kernel.start_process("p", &mut log);
//! let Outcome::Returned(event) = kernel.call(thread, CallSpec::find("CreateEvent").expect("a call"), &[], &mut log) else {
//!     panic!("it waits")
//! };
//! let wait = CallSpec::find("WaitForSingleObject").expect("a call");
//! let forever = Arg::Number(0xFFFF_FFFF);
//! let outcome = kernel.call(thread, wait, &[Arg::Number(event.value), forever], &mut log);
//! assert!(matches!(outcome, Outcome::Blocked));
//! assert!(kernel.thread(thread).is_some_and(|record| record.wait.is_some()));
//! ```

use super::answer::{CallResult, Reply};
use super::calls::CallSpec;
use super::cx::{Caller, Cx};
use super::effects::Effect;
use super::ids::{ObjectId, ThreadId};
use super::object::Reference;
use super::objects::Acquired;
use super::objects::file::pipe;
use super::status::Status;

/// What WaitForSingleObject answers when the object was signaled.
pub const WAIT_OBJECT_0: u64 = 0;
/// What is added when one of the objects was an abandoned mutex.
pub const WAIT_ABANDONED_0: u64 = 0x80;
/// What a wait answers when its time is over.
pub const WAIT_TIMEOUT: u64 = 0x102;
/// Milliseconds that never end.
pub const INFINITE: u32 = u32::MAX;

/// What a blocked thread waits for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Wait {
    /// The objects, in the order of the call.
    pub objects: Vec<ObjectId>,
    /// What it needs of them.
    pub kind: WaitKind,
    /// When it gives up, in milliseconds from the start.
    pub deadline: Option<u64>,
    /// The call that waits.
    pub call: &'static CallSpec,
}

/// What a waiting thread needs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitKind {
    /// One of the objects.
    Any,
    /// All of them at once.
    All,
    /// Nothing but time.
    Sleep,
    /// Data in a pipe, at most so many bytes.
    Read(u32),
    /// Room in a pipe for the bytes that are left.
    Write {
        /// What has not gone in yet.
        rest: Vec<u8>,
        /// How long the data was.
        total: u32,
    },
}

impl Cx<'_> {
    /// Waits for one of the objects or for all: takes them at once if it can, else blocks the thread.
    pub(crate) fn wait(
        &mut self,
        who: Caller,
        objects: &[ObjectId],
        kind: WaitKind,
        timeout: u32,
        call: &'static CallSpec,
    ) -> CallResult {
        if let Some(result) = self.try_take(who.thread, objects, &kind) {
            return Ok(Reply::number(result));
        }
        if timeout == 0 {
            return Ok(Reply { status: Status::Timeout, ..Reply::number(WAIT_TIMEOUT) });
        }
        Ok(self.block(who.thread, objects, kind, timeout, call))
    }

    /// Puts the thread into the queues.
    pub(crate) fn block(
        &mut self,
        thread: ThreadId,
        objects: &[ObjectId],
        kind: WaitKind,
        timeout: u32,
        call: &'static CallSpec,
    ) -> Reply {
        let deadline = (timeout != INFINITE).then(|| self.k.now() + u64::from(timeout));
        if deadline.is_some() {
            self.k.clock.change();
        }
        let Some(record) = self.k.threads.get_mut(thread) else { return Reply::ended() };
        record.wait = Some(Wait { objects: objects.to_vec(), kind, deadline, call });
        let no = record.no;
        for &id in objects {
            if let Some(header) = self.k.objects.header_mut(id) {
                header.waiters.push(thread);
            }
            self.take_reference(id, Reference::Wait(no));
        }
        let kernel = &*self.k;
        self.log.push(|| Effect::ThreadBlocked {
            thread: no,
            objects: objects.iter().filter_map(|id| kernel.objects.number(*id)).collect(),
        });
        Reply::blocked()
    }

    /// Serves the queue of an object that may have become signaled.
    pub(crate) fn wake(&mut self, id: ObjectId) {
        for thread in self.k.objects.waiters(id).cloned().unwrap_or_default() {
            self.wake_thread(thread);
        }
    }

    /// Lets a thread go on if its wait can be satisfied now.
    pub(crate) fn wake_thread(&mut self, thread: ThreadId) {
        let Some(record) = self.k.threads.get(thread) else { return };
        let Some(wait) = record.wait.as_ref().filter(|_| record.suspend_count == 0) else { return };
        let (objects, kind) = (wait.objects.clone(), wait.kind.clone());
        if let Some(result) = self.try_take(thread, &objects, &kind) {
            self.end_wait(thread, Ok(Reply::number(result)));
        }
    }

    /// The thread goes on with an answer.
    pub(crate) fn end_wait(&mut self, thread: ThreadId, result: CallResult) {
        let Some(wait) = self.k.threads.get_mut(thread).and_then(|record| record.wait.take()) else { return };
        if let Some(record) = self.k.threads.get(thread) {
            let no = record.no;
            self.log.push(|| Effect::ThreadReleased { thread: no });
        }
        let answer = self.k.answer(thread, wait.call, result);
        self.log.release(thread, answer);
        self.leave_queues(thread, &wait);
    }

    /// These threads end while they wait: nobody gets an answer. Who waits behind one of them may go on.
    pub(crate) fn cancel_waits(&mut self, threads: &[ThreadId]) {
        let mut left = Vec::new();
        for &thread in threads {
            if let Some(wait) = self.k.threads.get_mut(thread).and_then(|record| record.wait.take()) {
                pipe::withdraw(self, &wait);
                self.leave_queues(thread, &wait);
                left.extend(wait.objects);
            }
        }
        for id in left {
            pipe::serve(self, id);
        }
    }

    fn leave_queues(&mut self, thread: ThreadId, wait: &Wait) {
        if wait.deadline.is_some() {
            self.k.clock.change();
        }
        let Some(no) = self.k.threads.get(thread).map(|record| record.no) else { return };
        for &id in &wait.objects {
            if let Some(header) = self.k.objects.header_mut(id) {
                header.waiters.retain(|waiter| *waiter != thread);
            }
        }
        for &id in &wait.objects {
            self.drop_reference(id, Reference::Wait(no));
        }
    }

    /// Takes what a wait takes, if it can be satisfied now, and gives the wait's answer.
    fn try_take(&mut self, thread: ThreadId, objects: &[ObjectId], kind: &WaitKind) -> Option<u64> {
        match kind {
            WaitKind::Any => {
                let index = objects.iter().position(|id| self.k.is_signaled(*id, thread))?;
                let abandoned = self.acquire(objects[index], thread) == Acquired::Abandoned;
                Some(index as u64 + if abandoned { WAIT_ABANDONED_0 } else { WAIT_OBJECT_0 })
            }
            WaitKind::All => {
                if !objects.iter().all(|id| self.k.is_signaled(*id, thread)) {
                    return None;
                }
                let mut abandoned = false;
                for &id in objects {
                    abandoned |= self.acquire(id, thread) == Acquired::Abandoned;
                }
                Some(if abandoned { WAIT_ABANDONED_0 } else { WAIT_OBJECT_0 })
            }
            WaitKind::Sleep | WaitKind::Read(_) | WaitKind::Write { .. } => None,
        }
    }

    fn acquire(&mut self, id: ObjectId, thread: ThreadId) -> Acquired {
        let Some(object_type) = self.k.objects.type_of(id) else { return Acquired::Normally };
        (object_type.spec().behaviour.acquire)(self, id, thread)
    }
}
