//! An implementation as an emulator has it, with ten bugs, each behind a switch.
//!
//! It keeps a count of handles with every object instead of looking for them, and gives freed slots out again.

use handlelab::testing::handle_system::{About, Answer, Duplicate, HandleSystem, Refusal};

/// What can be wrong with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bug {
    None,
    /// The slot stays filled after the handle was closed.
    ClosedHandleStaysOpen,
    /// A handle that is not open can be closed.
    ClosingTwiceSucceeds,
    /// A duplicate gets an object of its own.
    DuplicateCopiesObject,
    /// A duplicate takes over the flags of its source.
    DuplicateCopiesFlags,
    /// DUPLICATE_CLOSE_SOURCE is forgotten.
    SourceStaysOpen,
    /// HANDLE_FLAG_PROTECT_FROM_CLOSE is forgotten.
    ProtectionIsIgnored,
    /// Inherited handles are not counted by their objects.
    InheritanceIsNotCounted,
    /// A child gets handles that are not inheritable.
    EverythingIsInherited,
    /// The handles of a process that ends are never closed.
    EndLeaksHandles,
    /// A duplicate for another process lands in the caller's table.
    DuplicateStaysWithCaller,
}

impl Bug {
    pub(crate) const ALL: [Bug; 10] = [
        Bug::ClosedHandleStaysOpen,
        Bug::ClosingTwiceSucceeds,
        Bug::DuplicateCopiesObject,
        Bug::DuplicateCopiesFlags,
        Bug::SourceStaysOpen,
        Bug::ProtectionIsIgnored,
        Bug::InheritanceIsNotCounted,
        Bug::EverythingIsInherited,
        Bug::EndLeaksHandles,
        Bug::DuplicateStaysWithCaller,
    ];
}

const DUP_HANDLE: u32 = 0x40;
const CURRENT_PROCESS: u64 = u64::MAX;

#[derive(Clone, Copy)]
struct Slot {
    object: usize,
    access: u32,
    inherit: bool,
    protect: bool,
}

struct Object {
    /// The process that it is, if it is one.
    process: Option<usize>,
    handles: u32,
}

struct Process {
    slots: Vec<Option<Slot>>,
    running: bool,
}

pub(crate) struct Planted {
    bug: Bug,
    objects: Vec<Object>,
    processes: Vec<Process>,
}

impl Planted {
    pub(crate) fn with(bug: Bug) -> Planted {
        let mut system = Planted { bug, objects: Vec::new(), processes: Vec::new() };
        system.add_process(Vec::new());
        system
    }

    fn has(&self, bug: Bug) -> bool {
        self.bug == bug
    }

    fn add_object(&mut self, process: Option<usize>) -> usize {
        self.objects.push(Object { process, handles: 0 });
        self.objects.len() - 1
    }

    fn add_process(&mut self, slots: Vec<Option<Slot>>) -> usize {
        let object = self.add_object(Some(self.processes.len()));
        self.processes.push(Process { slots, running: true });
        object
    }

    /// Fills the first slot that is free. Handle 8 is slot 0, 16 is slot 1.
    fn open(&mut self, process: usize, slot: Slot) -> u64 {
        self.objects[slot.object].handles += 1;
        let slots = &mut self.processes[process].slots;
        let place = slots.iter().position(Option::is_none).unwrap_or(slots.len());
        if place == slots.len() {
            slots.push(None);
        }
        slots[place] = Some(slot);
        (place as u64 + 1) * 8
    }

    fn slot(&mut self, process: usize, handle: u64) -> Answer<&mut Option<Slot>> {
        if handle == 0 || !handle.is_multiple_of(8) {
            return Err(Refusal::INVALID_HANDLE);
        }
        let place = usize::try_from(handle / 8 - 1).map_err(|_| Refusal::INVALID_HANDLE)?;
        let slot = self.processes[process].slots.get_mut(place);
        slot.filter(|slot| slot.is_some()).ok_or(Refusal::INVALID_HANDLE)
    }

    fn get(&mut self, process: usize, handle: u64) -> Answer<Slot> {
        (*self.slot(process, handle)?).ok_or(Refusal::INVALID_HANDLE)
    }

    fn free(&mut self, process: usize, handle: u64) -> Answer<()> {
        let keeps = self.has(Bug::ClosedHandleStaysOpen);
        let slot = self.slot(process, handle)?;
        let object = slot.map_or(0, |slot| slot.object);
        if !keeps {
            *slot = None;
        }
        self.objects[object].handles = self.objects[object].handles.saturating_sub(1);
        Ok(())
    }

    fn is_protected(&self, slot: Slot) -> bool {
        slot.protect && !self.has(Bug::ProtectionIsIgnored)
    }

    fn process_behind(&mut self, process: usize, handle: u64) -> Answer<usize> {
        if handle == CURRENT_PROCESS {
            return Ok(process);
        }
        let slot = self.get(process, handle)?;
        let found = self.objects[slot.object].process.ok_or(Refusal::INVALID_HANDLE)?;
        if slot.access & DUP_HANDLE == 0 { Err(Refusal::ACCESS_DENIED) } else { Ok(found) }
    }
}

impl HandleSystem for Planted {
    fn create(&mut self, process: u32, inherit: bool) -> Answer<u64> {
        let object = self.add_object(None);
        Ok(self.open(process as usize, Slot { object, access: 0x1F_0003, inherit, protect: false }))
    }

    fn duplicate(&mut self, process: u32, source: u64, how: Duplicate) -> Answer<u64> {
        self.duplicate_between(process, CURRENT_PROCESS, source, CURRENT_PROCESS, how)
    }

    fn close(&mut self, process: u32, handle: u64) -> Answer<()> {
        match self.get(process as usize, handle) {
            Ok(slot) if self.is_protected(slot) => Err(Refusal::INVALID_HANDLE),
            Ok(_) => self.free(process as usize, handle),
            Err(_) if self.has(Bug::ClosingTwiceSucceeds) => Ok(()),
            Err(refusal) => Err(refusal),
        }
    }

    fn query(&mut self, process: u32, handle: u64) -> Answer<About> {
        let slot = self.get(process as usize, handle)?;
        Ok(About {
            object: Some(slot.object as u64),
            access: Some(slot.access),
            inherit: Some(slot.inherit),
            protect: Some(slot.protect),
            handle_count: Some(self.objects[slot.object].handles),
        })
    }

    fn set_flags(&mut self, process: u32, handle: u64, mask: u32, flags: u32) -> Answer<()> {
        if let Some(slot) = self.slot(process as usize, handle)? {
            slot.inherit = if mask & 1 == 0 { slot.inherit } else { flags & 1 != 0 };
            slot.protect = if mask & 2 == 0 { slot.protect } else { flags & 2 != 0 };
        }
        Ok(())
    }

    fn start_process(&mut self) -> Answer<()> {
        self.add_process(Vec::new());
        Ok(())
    }

    fn create_process(&mut self, process: u32, inherit_handles: bool) -> Answer<(u64, u64)> {
        let all = self.has(Bug::EverythingIsInherited);
        let parent = &self.processes[process as usize];
        let inherited = |slot: &Slot| inherit_handles && (slot.inherit || all);
        let slots: Vec<Option<Slot>> = parent.slots.iter().map(|slot| slot.filter(inherited)).collect();
        if !self.has(Bug::InheritanceIsNotCounted) {
            slots.iter().flatten().for_each(|slot| self.objects[slot.object].handles += 1);
        }
        let child = self.add_process(slots);
        let thread = self.add_object(None);
        let full = |object| Slot { object, access: 0x1F_FFFF, inherit: false, protect: false };
        Ok((self.open(process as usize, full(child)), self.open(process as usize, full(thread))))
    }

    fn duplicate_between(
        &mut self,
        process: u32,
        source_process: u64,
        source: u64,
        target_process: u64,
        how: Duplicate,
    ) -> Answer<u64> {
        let own = process as usize;
        let from = self.process_behind(own, source_process)?;
        let to = match target_process {
            0 => Ok(None),
            handle => self.process_behind(own, handle).map(Some),
        };
        if !self.processes[from].running {
            return Err(Refusal::ACCESS_DENIED);
        }
        let found = self.get(from, source);
        if let Ok(slot) = found
            && how.closes_source()
            && !self.is_protected(slot)
            && !self.has(Bug::SourceStaysOpen)
        {
            self.free(from, source)?;
        }
        let (to, mut slot) = (to?, found?);
        let Some(to) = to else {
            return if how.closes_source() { Ok(0) } else { Err(Refusal::INVALID_PARAMETER) };
        };
        if !self.processes[to].running {
            return Err(Refusal::ACCESS_DENIED);
        }
        if self.has(Bug::DuplicateCopiesObject) {
            slot.object = self.add_object(self.objects[slot.object].process);
        }
        if !self.has(Bug::DuplicateCopiesFlags) {
            slot = Slot { inherit: how.inherit, protect: false, ..slot };
        }
        let to = if self.has(Bug::DuplicateStaysWithCaller) { own } else { to };
        Ok(self.open(to, slot))
    }

    fn exit(&mut self, process: u32, _exit_code: u32) -> Answer<()> {
        let ended = &mut self.processes[process as usize];
        ended.running = false;
        let slots = std::mem::take(&mut ended.slots);
        if !self.has(Bug::EndLeaksHandles) {
            let objects = &mut self.objects;
            slots.iter().flatten().for_each(|slot| {
                objects[slot.object].handles = objects[slot.object].handles.saturating_sub(1)
            });
        }
        Ok(())
    }
}
