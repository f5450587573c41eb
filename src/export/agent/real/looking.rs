//! What does a real handle say of itself?

use super::Real;
use crate::export::agent::wire::{self, Lost, Sight, Wire};
use crate::testing::handle_system::{About, Answer, Refusal};
use std::fmt::Write;

/// How many handles are looked at in one go.
const AT_ONCE: usize = 60;

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
            object: self.object(key)?,
            access: Some(sight.access),
            inherit: Some(sight.flags & 1 != 0),
            protect: Some(sight.flags & 2 != 0),
            handle_count: Some(sight.handles),
        }))
    }

    /// The number of the object that a handle names: that of another handle to it, or a new one.
    fn object(&mut self, key: (u32, u64)) -> Result<Option<u64>, Lost> {
        if let Some(Some(object)) = self.known.get(&key) {
            return Ok(Some(*object));
        }
        let others: Vec<_> =
            self.known.iter().filter_map(|(other, object)| Some((*other, (*object)?))).collect();
        let found = self.same(key, others.iter().map(|(other, _)| *other))?;
        let object = match found.and_then(|place| others.get(place)) {
            Some((_, object)) => *object,
            None => {
                self.objects += 1;
                self.objects
            }
        };
        self.known.insert(key, Some(object));
        Ok(Some(object))
    }

    /// The first of the others that names the same object.
    fn same(
        &mut self,
        key: (u32, u64),
        others: impl Iterator<Item = (u32, u64)>,
    ) -> Result<Option<usize>, Lost> {
        let mut line = "same".to_owned();
        for (process, value) in std::iter::once(key).chain(others) {
            let id = self.processes.get(process as usize).map_or(0, |process| process.id);
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
            if self.same((child, value), std::iter::once((parent, value)))?.is_some() {
                self.known.insert((child, value), object);
            }
        }
        Ok(())
    }
}
