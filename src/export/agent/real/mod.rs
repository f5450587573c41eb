//! How does a real system become an implementation that the suite can be run on?
//!
//! [`Agents`] keeps agents that have been started, and gives out a [`Real`] for each program: a
//! [`HandleSystem`](crate::testing::handle_system::HandleSystem) whose processes, threads and handles are real ones. Its
//! values are the system's own. Where Wine is the system, the tables of what Wine is known to do otherwise than Windows say
//! which calls are left out.
//!
//! Time is stretched: what takes some time takes an hour, and nobody sleeps.

mod calling;
mod differing;
mod looking;
mod people;

use super::mirror::Mirror;
use super::wire::{self, Lost, Sight, Wire};
use crate::testing::foresight::Foresight;
use crate::testing::handle_system::{
    About, Answer, Duplicate, HandleSystem, Outcome, Part, Refusal, Returned, Thread,
};
use crate::testing::program::FROM_START;
use crate::testing::requests::{close_handle, create_event, duplicate_handle, open_process};
use crate::testing::system::{Filled, Request};
use people::{Plan, Process};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// Milliseconds until a call that should have returned is believed to wait.
const ANSWER: u32 = 5_000;
/// Milliseconds until a call that should wait is believed to wait.
const GLANCE: u32 = 4;

/// Agents that have been started, and how more are.
pub struct Agents<W> {
    start: Box<dyn Fn() -> W + Send + Sync>,
    wine: bool,
    idle: Mutex<Vec<Agent<W>>>,
    lost: Mutex<Vec<Lost>>,
}

/// An agent, between two programs.
struct Agent<W> {
    wire: W,
    /// Of each of the first processes that can play again: what it has open for itself.
    clean: [Option<BTreeSet<u64>>; FROM_START as usize],
}

impl<W: Wire> Agents<W> {
    /// Agents of a system that is taken for Windows.
    pub fn new(start: impl Fn() -> W + Send + Sync + 'static) -> Agents<W> {
        Agents { start: Box::new(start), wine: false, idle: Mutex::default(), lost: Mutex::default() }
    }

    /// The same for Wine: what it is known to do otherwise than Windows is left out, and said.
    #[must_use]
    pub fn of_wine(self) -> Agents<W> {
        Agents { wine: true, ..self }
    }

    /// A real system in which nothing has happened. Where no agent plays along, it offers nothing; see
    /// [`lost`](Agents::lost).
    pub fn system(&self) -> Real<'_, W> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let agent = idle.unwrap_or_else(|| Agent { wire: (self.start)(), clean: [None, None] });
        let mut real = Real {
            agents: self,
            agent: Some(agent),
            plan: Plan::default(),
            processes: Vec::new(),
            waiting: Vec::new(),
            released: Vec::new(),
            known: BTreeMap::new(),
            objects: 0,
            sights: BTreeMap::new(),
            looked: BTreeSet::new(),
            mirror: Mirror::default(),
        };
        let begun = real.begin();
        real.lost(begun);
        real
    }

    /// What became of the agents that broke down since this was last asked.
    pub fn lost(&self) -> Vec<Lost> {
        std::mem::take(&mut *self.lost.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A real system, for one program.
pub struct Real<'a, W: Wire> {
    agents: &'a Agents<W>,
    /// Nobody, once the agent is lost.
    agent: Option<Agent<W>>,
    plan: Plan,
    processes: Vec<Process>,
    /// The agent's first processes of which nobody knows yet.
    waiting: Vec<Process>,
    released: Vec<(Thread, Returned)>,
    /// The handles that were given to somebody, by process and value, with the number of the object once it was asked for.
    known: BTreeMap<(u32, u64), Option<u64>>,
    objects: u64,
    /// What was seen since the last call, and of which processes.
    sights: BTreeMap<(u32, u64), Sight>,
    looked: BTreeSet<u32>,
    mirror: Mirror,
}

impl<W: Wire> Real<'_, W> {
    fn wire(&mut self) -> Result<&mut W, Lost> {
        self.agent.as_mut().map(|agent| &mut agent.wire).ok_or_else(|| Lost("it is gone".to_owned()))
    }

    /// What was found out; without an agent nothing is offered.
    fn lost<T>(&mut self, found: Result<T, Lost>) -> Option<T> {
        match found {
            Ok(found) => Some(found),
            Err(lost) => {
                if self.agent.take().is_some() {
                    self.agents.lost.lock().unwrap_or_else(PoisonError::into_inner).push(lost);
                }
                None
            }
        }
    }

    /// A call of a process that answers at once, by the thread that is about to make one, or by the first.
    fn simple(&mut self, process: u32, request: Request) -> Answer<Returned> {
        let caller = self.plan.caller().filter(|caller| caller.process == process);
        let thread = caller.unwrap_or(Thread { process, thread: 0 });
        match self.call(thread, &request)? {
            Outcome::Returned(returned) if returned.value != 0 => Ok(returned),
            Outcome::Returned(returned) => Err(Refusal::Error(returned.error)),
            Outcome::Blocked | Outcome::Ended => Err(Refusal::NotOffered),
        }
    }
}

impl<W: Wire> HandleSystem for Real<'_, W> {
    fn offers(&self, part: Part) -> bool {
        part != Part::WindowsValues
    }

    fn create(&mut self, process: u32, inherit: bool) -> Answer<u64> {
        Ok(self.simple(process, create_event(inherit))?.value)
    }

    fn duplicate(&mut self, process: u32, source: u64, how: Duplicate) -> Answer<u64> {
        self.duplicate_between(process, u64::MAX, source, u64::MAX, how)
    }

    fn close(&mut self, process: u32, handle: u64) -> Answer<()> {
        self.simple(process, close_handle(handle)).map(drop)
    }

    fn query(&mut self, process: u32, handle: u64) -> Answer<About> {
        let seen = self.see(process, handle);
        self.lost(seen).unwrap_or(Err(Refusal::NotOffered))
    }

    fn start_process(&mut self) -> Answer<()> {
        let started = self.start();
        if self.lost(started) == Some(true) { Ok(()) } else { Err(Refusal::NotOffered) }
    }

    fn open_process(&mut self, process: u32, desired_access: u32, inherit: bool, of: u32) -> Answer<u64> {
        let id = self.processes.get(of as usize).map(|process| process.id).ok_or(Refusal::NotOffered)?;
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
        match self.simple(process, request)?.outs.first() {
            Some((_, Filled::Handle(value, _))) => Ok(*value),
            _ => Err(Refusal::NotOffered),
        }
    }

    fn call(&mut self, thread: Thread, request: &Request) -> Answer<Outcome> {
        let made = self.make(thread, request);
        self.lost(made).unwrap_or(Err(Refusal::NotOffered))
    }

    fn differs(&mut self, next: &Foresight<'_>) -> Option<String> {
        if self.agents.wine { differing::sentence(next, &mut self.mirror) } else { None }
    }

    fn foresee(&mut self, next: &Foresight<'_>) {
        self.plan = Plan::of(next);
    }

    fn released(&mut self) -> Vec<(Thread, Returned)> {
        std::mem::take(&mut self.released)
    }
}

impl<W: Wire> Drop for Real<'_, W> {
    fn drop(&mut self) {
        let tidied = self.tidy();
        let tidied = self.lost(tidied);
        if let (Some(clean), Some(agent)) = (tidied, self.agent.take()) {
            let agent = Agent { clean, ..agent };
            self.agents.idle.lock().unwrap_or_else(PoisonError::into_inner).push(agent);
        }
    }
}

/// Which small values name something in the process of an actor.
fn held(wire: &mut dyn Wire, place: usize) -> Result<BTreeSet<u64>, Lost> {
    let line = format!("ask {place} {ANSWER} 0 Hold");
    Ok(wire::numbers(wire, &line, "holds")?.into_iter().collect())
}

#[cfg(test)]
mod tests;
