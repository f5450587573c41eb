//! What happens when time passes?

use super::creating::MODIFY_STATE;
use super::state::Body;
use super::waiting::WAIT_TIMEOUT;
use super::{Good, Outcome, Reference, Who};
use crate::kernel::{ObjectType, Status};
use crate::testing::system::Request;

impl Reference {
    /// Lets everything happen that is due, the earliest first; at one moment timers come before waits that give up.
    pub(super) fn pass_time(&mut self, until: u64) {
        while let Some((due, is_wait, number)) = self.next_due().filter(|(due, ..)| *due <= until) {
            self.now = self.now.max(due);
            if is_wait {
                self.release(number, Good::number(WAIT_TIMEOUT));
                self.react();
            } else {
                self.fire(number);
            }
        }
        self.now = self.now.max(until);
    }

    fn next_due(&self) -> Option<(u64, bool, u32)> {
        let timers = self.living().filter_map(|(number, thing)| match &thing.body {
            Body::Timer(timer) => Some((timer.due?, false, number)),
            _ => None,
        });
        let waits =
            self.queue().into_iter().filter_map(|(number, wait)| Some((wait.deadline?, true, number)));
        timers.chain(waits).min()
    }

    /// A timer's time has come.
    fn fire(&mut self, number: u32) {
        if let Body::Timer(timer) = &mut self.thing_mut(number).body {
            timer.signaled = true;
            timer.due = timer.due.filter(|_| timer.period > 0).map(|due| due + u64::from(timer.period));
        }
        self.react();
    }

    pub(super) fn change_timer(&mut self, who: Who, r: &Request) -> Outcome {
        let period = r.dword("lPeriod") as i32;
        if r.call == "SetWaitableTimer" && period < 0 {
            return Err(Status::InvalidParameter.into());
        }
        let number = self.object(who, r.number("hTimer"), Some(ObjectType::Timer), MODIFY_STATE)?;
        let now = self.now;
        let Body::Timer(timer) = &mut self.thing_mut(number).body else {
            return Err(Status::ObjectTypeMismatch.into());
        };
        if r.call == "CancelWaitableTimer" {
            (timer.due, timer.period) = (None, 0);
            return Good::done();
        }
        // Due times count 100 ns; a negative one is counted from now, any other is past.
        let due_time = r.number("lpDueTime") as i64;
        let from_now = if due_time < 0 { due_time.unsigned_abs().div_ceil(10_000) } else { 0 };
        (timer.signaled, timer.due, timer.period) = (false, Some(now + from_now), period as u32);
        if from_now == 0 {
            self.fire(number);
        }
        Good::done()
    }

    /// A thread that runs again and whose time was over while it could not run.
    pub(super) fn give_up_if_overdue(&mut self, thread: u32) {
        self.react();
        let wait = self.thread(thread).filter(|thread| thread.suspend_count == 0);
        let deadline = wait.and_then(|thread| thread.wait.as_ref()).and_then(|wait| wait.deadline);
        if deadline.is_some_and(|deadline| deadline <= self.now) {
            self.release(thread, Good::number(WAIT_TIMEOUT));
            self.react();
        }
    }
}
