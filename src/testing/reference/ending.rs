//! How do processes and threads end? (Facts 6.26 to 6.37 and 8.13.)

use super::state::Body;
use super::{Good, Outcome, Reference, Then, Who};
use crate::kernel::options::Sweep;
use crate::kernel::{ObjectType, Status};
use crate::testing::system::{Request, System};

const TERMINATE: u32 = 1;

impl Reference {
    pub(super) fn end_something(&mut self, who: Who, r: &Request) -> Outcome {
        let ended = Ok(Good { then: Then::End, ..Good::default() });
        match r.call {
            "ExitProcess" => {
                self.end_process_of(who.thread, r.dword("uExitCode"));
                ended
            }
            "ExitThread" => {
                self.end_thread(who.thread, r.dword("dwExitCode"));
                ended
            }
            "TerminateProcess" => {
                let number = self.object(who, r.number("hProcess"), Some(ObjectType::Process), TERMINATE)?;
                if self.process(number).is_none_or(|process| process.exit_code.is_some()) {
                    return Err(Status::ProcessIsTerminating.into());
                }
                let code = r.dword("uExitCode");
                if number == who.process {
                    self.end_process_of(who.thread, code);
                    return ended;
                }
                self.to_end.push((true, number, code));
                Good::done()
            }
            _ => {
                let number = self.object(who, r.number("hThread"), Some(ObjectType::Thread), TERMINATE)?;
                let code = r.dword("dwExitCode");
                if number == who.thread {
                    self.end_thread(number, code);
                    return ended;
                }
                self.to_end.push((false, number, code));
                Good::done()
            }
        }
    }

    /// Ends a process from outside; the first of its threads that still runs is the last to end.
    pub(super) fn end_process(&mut self, number: u32, code: u32) {
        let threads = self.threads_of(number).into_iter();
        if let Some(last) = threads.into_iter().find(|thread| self.runs(*thread)) {
            self.end_process_of(last, code);
        }
    }

    fn runs(&self, thread: u32) -> bool {
        self.thread(thread).is_some_and(|thread| thread.exit_code.is_none())
    }

    /// Ends the process of a thread, which ends last of its threads: the others end, its mutexes are abandoned, the
    /// handles closed, then the process is signaled, and the thread after it (facts 6.27 and 6.28).
    pub(super) fn end_process_of(&mut self, last: u32, code: u32) {
        let number = self.thread(last).map_or(0, |thread| thread.process);
        let Some(process) = self.process_mut(number).filter(|process| process.exit_code.is_none()) else {
            return;
        };
        process.exit_code = Some(code);
        let threads = self.threads_of(number);
        // Nobody in it goes on any more, so nobody in it gets what another one leaves behind.
        for thread in &threads {
            self.withdraw(*thread);
        }
        self.react();
        for thread in threads.into_iter().filter(|thread| *thread != last) {
            self.abandon_mutexes(thread);
            self.thread_has_ended(thread, code);
        }
        self.abandon_mutexes(last);
        self.sweep(number);
        if let Some(process) = self.process_mut(number) {
            process.table = None;
            process.jobs.clear();
            process.views.clear();
        }
        self.react();
        self.thread_has_ended(last, code);
        self.process_mut(number).into_iter().for_each(|process| process.running = false);
        self.react();
    }

    /// With its last thread a process ends (fact 6.11).
    pub(super) fn end_thread(&mut self, number: u32, code: u32) {
        if !self.runs(number) {
            return;
        }
        let process = self.thread(number).map_or(0, |thread| thread.process);
        let mut others = self.threads_of(process).into_iter().filter(|other| *other != number);
        if !others.any(|other| self.runs(other)) {
            return self.end_process_of(number, code);
        }
        self.withdraw(number);
        self.react();
        self.abandon_mutexes(number);
        self.thread_has_ended(number, code);
    }

    fn thread_has_ended(&mut self, number: u32, code: u32) {
        let Some(thread) = self.thread_mut(number).filter(|thread| thread.exit_code.is_none()) else {
            return;
        };
        thread.exit_code = Some(code);
        self.react();
        self.thread_mut(number).into_iter().for_each(|thread| thread.running = false);
        self.react();
    }

    /// What it owns is free, the mutex taken first before the others, and the next owner will be told.
    fn abandon_mutexes(&mut self, thread: u32) {
        let owned = |(number, body): (u32, &Body)| match body {
            Body::Mutex(mutex) if mutex.owner == Some(thread) => Some((mutex.since, number)),
            _ => None,
        };
        let mut owned: Vec<(u64, u32)> =
            self.living().map(|(number, thing)| (number, &thing.body)).filter_map(owned).collect();
        owned.sort_unstable();
        for (_, number) in owned {
            if let Body::Mutex(mutex) = &mut self.thing_mut(number).body {
                (mutex.owner, mutex.recursion, mutex.abandoned) = (None, 0, true);
            }
            self.react();
        }
    }

    /// Closes every handle, protected or not.
    fn sweep(&mut self, process: u32) {
        let table = self.process(process).and_then(|process| process.table.as_ref());
        let mut values: Vec<u64> =
            table.into_iter().flat_map(|table| &table.entries).map(|entry| entry.value).collect();
        values.sort_unstable();
        if self.options.sweep == Sweep::Descending {
            values.reverse();
        }
        for value in values {
            self.remove(process, value);
            self.react();
        }
    }
}
