//! Who is there on the real system, and what is everybody doing?

use super::{ANSWER, Real, held};
use crate::export::agent::mirror;
use crate::export::agent::question::number_of;
use crate::export::agent::wire::{self, Lost, Wire};
use crate::kernel::CallSpec;
use crate::testing::foresight::{Doing, Foresight};
use crate::testing::handle_system::Thread;
use crate::testing::program::{FROM_START, NAMES, THREADS};
use crate::testing::system::Fate;
use std::collections::BTreeSet;

/// A real process.
pub(super) struct Process {
    /// The agent's number for it.
    slot: u8,
    pub(super) id: u64,
    pub(super) threads: Vec<Somebody>,
    /// What it has open for itself, once somebody in it could say so.
    pub(super) own: Option<BTreeSet<u64>>,
    /// Has something happened that closing its handles does not undo?
    pub(super) marked: bool,
}

/// A real thread.
pub(super) struct Somebody {
    pub(super) id: u64,
    pub(super) doing: Doing,
    /// What GetLastError gives in it.
    pub(super) last_error: u32,
    /// The call in which it waits.
    pub(super) pending: Option<&'static CallSpec>,
}

impl Process {
    fn new(slot: u8, id: u64, thread: u64, doing: Doing) -> Process {
        Process { slot, id, threads: vec![Somebody::new(thread, doing)], own: None, marked: false }
    }
}

impl Somebody {
    fn new(id: u64, doing: Doing) -> Somebody {
        Somebody { id, doing, last_error: 0, pending: None }
    }
}

/// What shall become of the next call.
#[derive(Default)]
pub(super) struct Plan {
    caller: Option<Thread>,
    /// What everybody will be doing.
    pub(super) threads: Vec<(Thread, Doing)>,
    /// Does the caller wait no longer than until everything has come to rest?
    pub(super) waits_briefly: bool,
    /// The processes whose tables hold the source, take the duplicate, and are inherited from.
    pub(super) source: u32,
    pub(super) target: u32,
    pub(super) parent: u32,
}

impl Plan {
    pub(super) fn of(next: &Foresight<'_>) -> Plan {
        let (caller, request, before) = (next.caller(), next.request(), next.before());
        let own = before.threads.get(&next.number()).map_or(0, |thread| thread.process);
        let process = |object| next.process_of(object).unwrap_or(caller.process);
        let source = if request.given("SourceHandle") { "SourceHandle" } else { "hSourceHandle" };
        let happening = next.happening();
        let released = happening.released.iter().any(|(thread, _)| *thread == next.number());
        Plan {
            caller: Some(caller),
            threads: next.threads(),
            waits_briefly: happening.fate == Fate::Blocked && released,
            source: process(mirror::home(request, source, before, own)),
            target: process(mirror::target(request, before, own)),
            parent: process(mirror::designated(request, before, own)),
        }
    }

    pub(super) fn caller(&self) -> Option<Thread> {
        self.caller
    }

    /// What a thread will be doing; one that nobody foresaw acts.
    pub(super) fn doing(&self, thread: Thread) -> Doing {
        let found = self.threads.iter().find(|(other, _)| *other == thread);
        found.map_or(Doing::Acts, |(_, doing)| *doing)
    }
}

/// The agent's number for a thread of the process with this number there.
fn number(slot: u8, thread: usize) -> Option<usize> {
    let thread = u8::try_from(thread).ok()?;
    (slot < NAMES && thread < THREADS).then(|| number_of((slot, thread)))
}

impl<W: Wire> Real<'_, W> {
    pub(super) fn begin(&mut self) -> Result<(), Lost> {
        let Some(agent) = &mut self.agent else { return Ok(()) };
        let clean = std::mem::take(&mut agent.clean);
        let words = clean.each_ref().map(|clean| u8::from(clean.is_some()));
        let ids = wire::numbers(&mut agent.wire, &format!("begin {} {}", words[0], words[1]), "begun")?;
        for (slot, (own, ids)) in (0..).zip(clean.into_iter().zip(ids.chunks(2))) {
            if let [id, thread] = *ids {
                self.waiting.push(Process { own, ..Process::new(slot, id, thread, Doing::Acts) });
            }
        }
        self.start().map(drop)
    }

    /// One more process that no other creates; `false`, if there are too many.
    pub(super) fn start(&mut self) -> Result<bool, Lost> {
        if self.waiting.is_empty() {
            let slot = self.next_slot();
            let Some(place) = number(slot, 0) else { return Ok(false) };
            let ids = wire::numbers(self.wire()?, &format!("another {place}"), "ids")?;
            let [id, thread] = ids[..] else { return Ok(false) };
            self.waiting.push(Process::new(slot, id, thread, Doing::Acts));
        }
        self.processes.push(self.waiting.remove(0));
        self.settle(self.processes.len() as u32 - 1)?;
        Ok(true)
    }

    /// The agent's number for the next process that is created: the first ones are there from the start.
    fn next_slot(&self) -> u8 {
        let taken = self.processes.iter().map(|process| process.slot + 1);
        taken.chain([FROM_START]).max().unwrap_or_default()
    }

    /// The agent's number for a thread.
    pub(super) fn place(&self, thread: Thread) -> Option<usize> {
        number(self.processes.get(thread.process as usize)?.slot, thread.thread as usize)
    }

    /// The same for the first thread of the next process, and for the next thread of a process.
    pub(super) fn new_process(&self) -> Option<usize> {
        number(self.next_slot(), 0)
    }

    pub(super) fn new_thread(&self, process: u32) -> Option<usize> {
        let process = self.processes.get(process as usize)?;
        number(process.slot, process.threads.len())
    }

    /// Learns what a process has open for itself, as soon as somebody in it can say so.
    pub(super) fn settle(&mut self, process: u32) -> Result<(), Lost> {
        let unsettled = self.processes.get(process as usize).is_some_and(|process| process.own.is_none());
        let Some(place) = self.free(process).filter(|_| unsettled) else { return Ok(()) };
        let mut own = held(self.wire()?, place)?;
        own.retain(|value| !self.known.contains_key(&(process, *value)));
        self.processes[process as usize].own = Some(own);
        Ok(())
    }

    /// The place of a thread of the process that can be asked something.
    pub(super) fn free(&self, process: u32) -> Option<usize> {
        let threads = &self.processes.get(process as usize)?.threads;
        let thread = threads.iter().position(|thread| thread.doing == Doing::Acts)?;
        self.place(Thread { process, thread: thread as u32 })
    }

    pub(super) fn somebody(&mut self, thread: Thread) -> Option<&mut Somebody> {
        self.processes.get_mut(thread.process as usize)?.threads.get_mut(thread.thread as usize)
    }

    /// Opens whoever will end with the next call.
    pub(super) fn watch(&mut self) -> Result<bool, Lost> {
        let mut ending = Vec::new();
        for (number, process) in (0..).zip(&self.processes) {
            let thread = |thread: usize| Thread { process: number, thread: thread as u32 };
            let ends = |place: &usize| {
                process.threads[*place].doing != Doing::Ended
                    && self.plan.doing(thread(*place)) == Doing::Ended
            };
            let stays = |place: usize| self.plan.doing(thread(place)) != Doing::Ended;
            let threads: Vec<usize> = (0..process.threads.len()).filter(ends).collect();
            if !threads.is_empty() && !(0..process.threads.len()).any(stays) {
                ending.push(("process", process.id));
            } else {
                ending.extend(threads.into_iter().map(|place| ("thread", process.threads[place].id)));
            }
        }
        for (what, id) in &ending {
            wire::command(self.wire()?, &format!("watch {what} {id:x}"), "watching")?;
        }
        Ok(!ending.is_empty())
    }

    /// Everybody does what was foreseen; who is new is met. Gives the process that is new.
    pub(super) fn go_on(&mut self) -> Result<Option<u32>, Lost> {
        let mut new = None;
        for (thread, doing) in std::mem::take(&mut self.plan.threads) {
            if let Some(somebody) = self.somebody(thread) {
                somebody.doing = doing;
                continue;
            }
            let is_new = thread.process as usize == self.processes.len();
            let place = if is_new { self.new_process() } else { self.new_thread(thread.process) };
            let Some(place) = place else { continue };
            let ids = wire::numbers(self.wire()?, &format!("ids {place}"), "ids")?;
            let [id, real] = ids[..] else { continue };
            if is_new {
                self.processes.push(Process::new(self.next_slot(), id, real, doing));
                new = Some(thread.process);
            } else if let Some(process) = self.processes.get_mut(thread.process as usize) {
                process.threads.push(Somebody::new(real, doing));
            }
            if doing == Doing::Acts {
                wire::command(self.wire()?, &format!("greet {place}"), "there")?;
            }
        }
        Ok(new)
    }

    /// Closes what is open in the first processes; tells which of them are as if nothing had happened.
    pub(super) fn tidy(&mut self) -> Result<[Option<BTreeSet<u64>>; 2], Lost> {
        let mut clean = [None, None];
        let all = std::mem::take(&mut self.processes).into_iter().chain(std::mem::take(&mut self.waiting));
        for process in all {
            let Some(clean) = clean.get_mut(process.slot as usize) else { continue };
            let acts = matches!(process.threads[..], [Somebody { doing: Doing::Acts, .. }]);
            let Some(place) = number(process.slot, 0).filter(|_| acts && !process.marked) else { continue };
            let Some(own) = process.own else { continue };
            let wire = self.wire()?;
            let open: Vec<_> =
                held(wire, place)?.difference(&own).map(|value| format!("{value:x}")).collect();
            if !open.is_empty() {
                let line = format!("ask {place} {ANSWER} 0 Tidy handles={}", open.join(","));
                wire::command(wire, &line, "tidied")?;
            }
            *clean = Some(own);
        }
        Ok(clean)
    }
}
