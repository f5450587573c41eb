//! What does a real handle say of itself?

use super::Real;
use crate::export::agent::wire::{self, Lost, Sight, Wire};
use crate::testing::handle_system::{About, Answer, Refusal, Returned};
use crate::testing::system::Filled;
use std::fmt::Write;

/// How many handles are looked at in one go.
const AT_ONCE: usize = 60;

/// What stands for a value where a process or a thread itself is meant.
const PROCESS: u64 = 0;
const THREAD: u64 = 1;

fn is_open(sight: &Sight) -> bool {
    sight.of_type != "-"
}

impl<W: Wire> Real<'_, W> {
    /// Looks at a handle, and at all others of its process with it.
    pub(super) fn see(&mut self, process: u32, handle: u64) -> Result<Answer<About>, Lost> {
        let value = handle & !3;
        if self.strange(process, handle) != handle {
            return Ok(Err(Refusal::INVALID_HANDLE));
        }
        let Some(place) = self.free(process) else { return Ok(Err(Refusal::NotOffered)) };
        if self.looked.insert(process) {
            let range = (process, 0)..=(process, u64::MAX);
            let values: Vec<u64> = self.known.range(range).map(|((_, value), _)| *value).collect();
            for values in values.chunks(AT_ONCE) {
                let sights = wire::look(self.wire()?, place, values)?;
                self.sights.extend(values.iter().map(|value| (process, *value)).zip(sights));
            }
            self.known.retain(|key, _| key.0 != process || self.sights.get(key).is_some_and(is_open));
        }
        let key = (process, value);
        if !self.sights.contains_key(&key) {
            let sight = wire::look(self.wire()?, place, &[value])?;
            self.sights.extend(sight.into_iter().map(|sight| (key, sight)));
        }
        let Some(sight) = self.sights.get(&key).filter(|sight| is_open(sight)).cloned() else {
            return Ok(Err(Refusal::INVALID_HANDLE));
        };
        Ok(Ok(About {
            object: self.object(key, &sight.of_type)?,
            access: Some(sight.access),
            inherit: Some(sight.flags & 1 != 0),
            protect: Some(sight.flags & 2 != 0),
            handle_count: Some(sight.handles),
        }))
    }

    /// The number of the object that a handle names: that of another handle to it, or a new one. Processes and threads are
    /// known without any handle.
    fn object(&mut self, key: (u32, u64), of_type: &str) -> Result<Option<u64>, Lost> {
        if let Some(Some(object)) = self.known.get(&key) {
            return Ok(Some(*object));
        }
        let handles = self.known.iter().filter_map(|(other, object)| Some((self.real(*other), (*object)?)));
        let all: Vec<((u64, u64), u64)> = match of_type {
            "Process" => self.people().filter(|((_, what), _)| *what == PROCESS).collect(),
            "Thread" => self.people().filter(|((_, what), _)| *what == THREAD).collect(),
            _ => handles.collect(),
        };
        let found = self.same(self.real(key), all.iter().map(|(other, _)| *other))?;
        let object = match found.and_then(|place| all.get(place)) {
            Some((_, object)) => *object,
            None => {
                self.objects += 1;
                self.objects
            }
        };
        self.known.insert(key, Some(object));
        Ok(Some(object))
    }

    /// Every process and thread, as the agent is told of it, with the number of its object.
    fn people(&self) -> impl Iterator<Item = ((u64, u64), u64)> {
        (1_u64..).zip(&self.processes).flat_map(|(number, process)| {
            let threads = (1_u64..).zip(&process.threads);
            let threads =
                threads.map(move |(thread, somebody)| ((somebody.id, THREAD), number << 32 | thread));
            std::iter::once(((process.id, PROCESS), number << 32)).chain(threads)
        })
    }

    /// A handle, as the agent is told of it: with the id of its process.
    fn real(&self, (process, value): (u32, u64)) -> (u64, u64) {
        (self.processes.get(process as usize).map_or(0, |process| process.id), value)
    }

    /// Has the agent hold on to what a handle names.
    pub(super) fn keep(&mut self, handle: (u32, u64)) -> Result<(), Lost> {
        let (id, value) = self.real(handle);
        wire::command(self.wire()?, &format!("keep {id:x} {value:x}"), "keeps").map(drop)
    }

    /// Lets it go, and sees whether the handle that a call gave names the same: this object.
    pub(super) fn follow(&mut self, object: Option<u64>, returned: &Returned) -> Result<(), Lost> {
        let target = self.plan.target;
        let new = match returned.outs.first() {
            Some((_, Filled::Handle(value, _))) => *value,
            _ => 0,
        };
        let (id, value) = self.real((target, new));
        let same = wire::numbers(self.wire()?, &format!("kept {id:x} {value:x}"), "same")? == [1];
        if let Some(known) = self.known.get_mut(&(target, new)).filter(|_| same) {
            *known = object;
        }
        Ok(())
    }

    /// The first of the others that names the same object.
    fn same(
        &mut self,
        handle: (u64, u64),
        others: impl Iterator<Item = (u64, u64)>,
    ) -> Result<Option<usize>, Lost> {
        let mut line = "same".to_owned();
        for (id, value) in std::iter::once(handle).chain(others) {
            let _ = write!(line, " {id:x} {value:x}");
        }
        let found = wire::numbers(self.wire()?, &line, "same")?;
        Ok(found.first().and_then(|place| usize::try_from(*place).ok()?.checked_sub(1)))
    }

    /// Learns which handles of its parent a new process has: the same value names the same object in both.
    pub(super) fn inherit(&mut self, parent: u32, child: u32) -> Result<(), Lost> {
        let range = (parent, 0)..=(parent, u64::MAX);
        let handles: Vec<_> = self.known.range(range).map(|((_, value), object)| (*value, *object)).collect();
        for (value, object) in handles {
            let own = self.real((parent, value));
            if self.same(self.real((child, value)), std::iter::once(own))?.is_some() {
                self.known.insert((child, value), object);
            }
        }
        Ok(())
    }
}
