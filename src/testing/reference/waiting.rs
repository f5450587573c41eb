//! Who waits for what, and who goes on first?

use super::state::{Need, Wait};
use super::{Good, Outcome, Reference, Then, Who};
use crate::kernel::Status;
use crate::testing::system::Request;

const INFINITE: u32 = u32::MAX;
pub(super) const WAIT_TIMEOUT: u64 = 0x102;
const WAIT_ABANDONED: u64 = 0x80;

impl Reference {
    pub(super) fn wait_for_one(&mut self, who: Who, r: &Request) -> Outcome {
        let number = self.waitable(who, r.number("hHandle"))?;
        self.wait(who, r, vec![number], Need::Any)
    }

    /// Facts 6.47 and 8.19 to 8.25.
    pub(super) fn wait_for_several(&mut self, who: Who, r: &Request) -> Outcome {
        let values = r.list("lpHandles").unwrap_or_default();
        if !(1..=64).contains(&values.len()) {
            return Err(Status::InvalidParameter.into());
        }
        let mut on = Vec::new();
        for value in values {
            if (-6..=-1).contains(&(*value as i64)) {
                return Err(Status::InvalidHandle.into());
            }
            on.push(self.waitable(who, *value)?);
        }
        let all = r.flag("bWaitAll");
        if all && on.iter().any(|number| on.iter().filter(|other| *other == number).count() > 1) {
            return Err(Status::InvalidParameterMix.into());
        }
        self.wait(who, r, on, if all { Need::All } else { Need::Any })
    }

    pub(super) fn signal_and_wait(&mut self, who: Who, r: &Request) -> Outcome {
        let first = self.signalable(who, r.number("hObjectToSignal"))?;
        let second = self.waitable(who, r.number("hObjectToWaitOn"))?;
        self.signal(first, who.thread)?;
        self.wait(who, r, vec![second], Need::Any)
    }

    /// Takes what it waits for at once, or gives up at once, or blocks.
    fn wait(&mut self, who: Who, r: &Request, on: Vec<u32>, need: Need) -> Outcome {
        if let Some(result) = self.take(who.thread, &on, &need) {
            return Good::number(result);
        }
        let timeout = r.dword("dwMilliseconds");
        if timeout == 0 {
            return Good::number(WAIT_TIMEOUT);
        }
        let deadline = (timeout != INFINITE).then(|| self.now + u64::from(timeout));
        self.block(who.thread, r.call, on, need, deadline)
    }

    pub(super) fn block(
        &mut self,
        thread: u32,
        call: &'static str,
        on: Vec<u32>,
        need: Need,
        deadline: Option<u64>,
    ) -> Outcome {
        let since = self.next_moment();
        if let Some(thread) = self.thread_mut(thread) {
            thread.wait = Some(Wait { call, on, need, deadline, since });
        }
        Ok(Good { then: Then::Block, ..Good::default() })
    }

    /// Takes what a wait needs if all of it is there, and gives the wait's result (facts 6.42, 8.20, 8.21, 8.25).
    fn take(&mut self, thread: u32, on: &[u32], need: &Need) -> Option<u64> {
        match need {
            Need::Any => {
                let index = on.iter().position(|number| self.is_signaled(*number, thread))?;
                let abandoned = self.acquire(on[index], thread);
                Some(index as u64 + if abandoned { WAIT_ABANDONED } else { 0 })
            }
            Need::All => {
                if !on.iter().all(|number| self.is_signaled(*number, thread)) {
                    return None;
                }
                let abandoned = on.iter().filter(|number| self.acquire(**number, thread)).count();
                Some(if abandoned > 0 { WAIT_ABANDONED } else { 0 })
            }
            Need::Time | Need::Read(_) | Need::Write { .. } => None,
        }
    }

    /// The threads that wait and are not suspended, who came first first.
    pub(super) fn queue(&self) -> Vec<(u32, Wait)> {
        let mut waiting: Vec<(u32, Wait)> = self
            .living()
            .filter_map(|(number, _)| {
                let thread = self.thread(number).filter(|thread| thread.suspend_count == 0)?;
                Some((number, thread.wait.clone()?))
            })
            .collect();
        waiting.sort_by_key(|(_, wait)| wait.since);
        waiting
    }

    /// Lets the first thread go on that can.
    pub(super) fn release_one_waiter(&mut self) -> bool {
        for (thread, wait) in self.queue() {
            if let Some(result) = self.take(thread, &wait.on, &wait.need) {
                self.release(thread, Good::number(result));
                return true;
            }
        }
        false
    }

    /// A thread goes on with an answer.
    pub(super) fn release(&mut self, thread: u32, outcome: Outcome) {
        let wait = self.thread_mut(thread).and_then(|thread| thread.wait.take());
        if let Some(wait) = wait {
            let reply = self.reply(thread, wait.call, outcome);
            self.released.push((thread, reply));
        }
    }

    pub(super) fn sleep(&mut self, who: Who, r: &Request) -> Outcome {
        match r.dword("dwMilliseconds") {
            INFINITE => self.block(who.thread, r.call, Vec::new(), Need::Time, None),
            milliseconds => {
                self.pass_time(self.now + u64::from(milliseconds));
                Good::number(0)
            }
        }
    }
}
