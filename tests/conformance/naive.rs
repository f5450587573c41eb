//! A right and naive implementation: plain lists, nothing remembered that can be counted, nothing shared with the library.

use handlelab::testing::handle_system::{About, Answer, Duplicate, HandleSystem, Refusal};
use std::collections::BTreeMap;

const PROCESS_DUP_HANDLE: u32 = 0x40;
const ALL_OF_EVENT: u32 = 0x1F_0003;
const ALL_OF_PROCESS: u32 = 0x1F_FFFF;
/// What handles of this system look like: `100`, `101`, ... in every process.
const FIRST_VALUE: u64 = 100;

#[derive(Clone, Copy, PartialEq)]
enum Object {
    Event,
    Process(usize),
    Thread,
}

#[derive(Clone, Copy)]
struct Entry {
    object: usize,
    access: u32,
    inherit: bool,
    protect: bool,
}

#[derive(Default)]
struct Table {
    entries: BTreeMap<u64, Entry>,
    /// How many values were given out.
    given: u64,
}

impl Table {
    fn add(&mut self, entry: Entry) -> u64 {
        self.given += 1;
        let value = FIRST_VALUE + self.given;
        self.entries.insert(value, entry);
        value
    }
}

/// All objects that ever were, and the tables of the processes; a process that has ended has none.
pub(crate) struct Naive {
    objects: Vec<Object>,
    tables: Vec<Option<Table>>,
}

impl Default for Naive {
    fn default() -> Naive {
        let mut naive = Naive { objects: Vec::new(), tables: Vec::new() };
        naive.new_process(Table::default());
        naive
    }
}

impl Naive {
    fn new_process(&mut self, table: Table) -> usize {
        let process = self.tables.len();
        self.tables.push(Some(table));
        self.objects.push(Object::Process(process));
        process
    }

    fn object_of(&self, process: usize) -> usize {
        self.objects.iter().position(|object| *object == Object::Process(process)).unwrap()
    }

    fn table(&mut self, process: u32) -> &mut Table {
        self.tables[process as usize].as_mut().unwrap()
    }

    fn find(&self, process: usize, handle: u64) -> Answer<Entry> {
        let table = self.tables[process].as_ref().ok_or(Refusal::ACCESS_DENIED)?;
        table.entries.get(&handle).copied().ok_or(Refusal::INVALID_HANDLE)
    }

    /// The process that a handle of the caller means, if the caller may duplicate from or to it.
    fn may_duplicate(&self, process: u32, handle: u64) -> Answer<usize> {
        if handle == u64::MAX {
            return Ok(process as usize);
        }
        let entry = self.find(process as usize, handle)?;
        match self.objects[entry.object] {
            Object::Process(_) if entry.access & PROCESS_DUP_HANDLE == 0 => Err(Refusal::ACCESS_DENIED),
            Object::Process(process) => Ok(process),
            Object::Event | Object::Thread => Err(Refusal::INVALID_HANDLE),
        }
    }
}

/// The rights to a process that a wish comes to.
fn rights_to_process(wish: u32) -> Answer<u32> {
    let generic = [(31, 0x20410), (30, 0x20BEA), (29, 0x12_1001), (28, ALL_OF_PROCESS), (25, ALL_OF_PROCESS)];
    let mut access = wish & 0x0DFF_FFFF;
    for (bit, rights) in generic {
        if wish >> bit & 1 == 1 {
            access |= rights;
        }
    }
    // To query brings to query a little; to set information brings to set it a little.
    for (right, brings) in [(0x400, 0x1000), (0x200, 0x2000)] {
        if access & right != 0 {
            access |= brings;
        }
    }
    if wish & 0x0100_0000 != 0 {
        return Err(Refusal::Error(1314));
    }
    if wish == 0 || access & !ALL_OF_PROCESS != 0 { Err(Refusal::ACCESS_DENIED) } else { Ok(access) }
}

impl HandleSystem for Naive {
    fn create(&mut self, process: u32, inherit: bool) -> Answer<u64> {
        self.objects.push(Object::Event);
        let object = self.objects.len() - 1;
        Ok(self.table(process).add(Entry { object, access: ALL_OF_EVENT, inherit, protect: false }))
    }

    fn duplicate(&mut self, process: u32, source: u64, how: Duplicate) -> Answer<u64> {
        self.duplicate_between(process, u64::MAX, source, u64::MAX, how)
    }

    fn close(&mut self, process: u32, handle: u64) -> Answer<()> {
        if self.find(process as usize, handle)?.protect {
            return Err(Refusal::INVALID_HANDLE);
        }
        self.table(process).entries.remove(&handle);
        Ok(())
    }

    fn query(&mut self, process: u32, handle: u64) -> Answer<About> {
        let entry = self.find(process as usize, handle)?;
        let entries = self.tables.iter().flatten().flat_map(|table| table.entries.values());
        let same = entries.filter(|other| other.object == entry.object);
        Ok(About {
            object: Some(entry.object as u64),
            access: Some(entry.access),
            inherit: Some(entry.inherit),
            protect: Some(entry.protect),
            handle_count: Some(same.count() as u32),
        })
    }

    fn set_flags(&mut self, process: u32, handle: u64, mask: u32, flags: u32) -> Answer<()> {
        let mut entry = self.find(process as usize, handle)?;
        if mask & 1 != 0 {
            entry.inherit = flags & 1 != 0;
        }
        if mask & 2 != 0 {
            entry.protect = flags & 2 != 0;
        }
        self.table(process).entries.insert(handle, entry);
        Ok(())
    }

    fn handle_count(&mut self, process: u32) -> Answer<u32> {
        Ok(self.table(process).entries.len() as u32)
    }

    fn start_process(&mut self) -> Answer<()> {
        self.new_process(Table::default());
        Ok(())
    }

    fn create_process(&mut self, process: u32, inherit_handles: bool) -> Answer<(u64, u64)> {
        let parent = self.table(process);
        let inherited = parent.entries.iter().filter(|(_, entry)| inherit_handles && entry.inherit);
        let entries = inherited.map(|(value, entry)| (*value, *entry)).collect();
        let child = Table { entries, given: parent.given };
        let child = self.new_process(child);
        let object = self.object_of(child);
        self.objects.push(Object::Thread);
        let thread = self.objects.len() - 1;
        let entry = |object| Entry { object, access: ALL_OF_PROCESS, inherit: false, protect: false };
        Ok((self.table(process).add(entry(object)), self.table(process).add(entry(thread))))
    }

    fn open_process(&mut self, process: u32, desired_access: u32, inherit: bool, of: u32) -> Answer<u64> {
        let access = rights_to_process(desired_access)?;
        let object = self.object_of(of as usize);
        Ok(self.table(process).add(Entry { object, access, inherit, protect: false }))
    }

    fn duplicate_between(
        &mut self,
        process: u32,
        source_process: u64,
        source: u64,
        target_process: u64,
        how: Duplicate,
    ) -> Answer<u64> {
        let from = self.may_duplicate(process, source_process)?;
        let to = match target_process {
            0 => Ok(None),
            handle => self.may_duplicate(process, handle).map(Some),
        };
        let found = self.find(from, source);
        // From here on the source goes, whatever is wrong with the rest.
        if let (true, Ok(entry)) = (how.closes_source(), &found)
            && !entry.protect
        {
            self.table(from as u32).entries.remove(&source);
        }
        let (to, found) = (to?, found?);
        let Some(to) = to else {
            return if how.closes_source() { Ok(0) } else { Err(Refusal::INVALID_PARAMETER) };
        };
        let table = self.tables[to].as_mut().ok_or(Refusal::ACCESS_DENIED)?;
        Ok(table.add(Entry { inherit: how.inherit, protect: false, ..found }))
    }

    fn exit(&mut self, process: u32, _exit_code: u32) -> Answer<()> {
        self.tables[process as usize] = None;
        Ok(())
    }
}
