//! What does the kernel know of every object, whatever its type?
//!
//! ```
//! use handlelab::kernel::{CallSpec, Kernel, Log, ObjectType, Options};
//!
//! let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
//! let (_, thread) = kernel.start_process("p", &mut log);
//! kernel.call(thread, CallSpec::find("CreateEvent").expect("a call"), &[], &mut log);
//! let (event, object) = kernel.objects().iter().find(|(_, object)| object.object_type() == ObjectType::Event).expect("one");
//! assert_eq!(object.object_type().win32(), "Event");
//! assert_eq!((kernel.objects().handle_count(event), kernel.objects().pointer_count(event)), (1, 1));
//! ```

use super::ids::{ObjectId, ObjectNo, ThreadId};
use super::namespace::ObjectName;
use super::objects::{Body, ObjectType, Typed};
use super::store::{Store, slot};
use super::touched::Notes;
use serde::Serialize;
use std::hash::{Hash, Hasher};

/// What is common to all objects (facts 6.01 to 6.03).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ObjectHeader {
    /// Its number, never given to another object.
    pub no: ObjectNo,
    /// How many [references](Reference) there are that are no handles.
    pub(crate) references: u32,
    /// Its name, as long as it has one in the directory.
    pub name: Option<ObjectName>,
    /// Keeps its name and its place when the last handle goes (fact 6.04).
    pub permanent: bool,
    /// The threads that wait for it, in the order in which they came.
    pub waiters: Vec<ThreadId>,
}

/// What refers to an object. All but handles keep the object without keeping its name.
///
/// ```
/// use handlelab::kernel::{CallSpec, Kernel, Log, ObjectNo, Options, Reference};
///
/// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
/// let (process, thread) = kernel.start_process("p", &mut log);
/// let object = kernel.process(process).expect("it runs").object;
/// let kept_by = |kernel: &Kernel| -> Vec<_> {
///     kernel.references().filter(|(id, _)| *id == object).map(|(_, by)| by).collect()
/// };
/// assert_eq!(kept_by(&kernel), [Reference::Running, Reference::ThreadOf(ObjectNo(2))]);
/// kernel.call(thread, CallSpec::find("ExitProcess").expect("a call"), &[], &mut log);
/// assert_eq!(kept_by(&kernel), [], "nobody has a handle to it: it is gone");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "by")]
#[non_exhaustive]
pub enum Reference {
    /// An entry of a handle table.
    Handle,
    /// A process or thread that runs keeps its own object (facts 6.09 and 6.10).
    Running,
    /// A thread object keeps its process object (fact 6.14).
    ThreadOf(ObjectNo),
    /// A thread waits for the object (fact 6.07).
    Wait(ObjectNo),
    /// The object's name in the directory.
    Name,
    /// A process has a view of the file mapping (fact 6.08).
    View(ObjectNo),
    /// A file mapping refers to its file.
    Section(ObjectNo),
    /// A running process is in the job (fact 11.28).
    Job(ObjectNo),
}

/// An object: its header and what its type adds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Object {
    /// What all objects have.
    pub header: ObjectHeader,
    /// What its type adds.
    pub body: Body,
}

impl Object {
    /// Its type.
    pub fn object_type(&self) -> ObjectType {
        self.body.object_type()
    }
}

/// All objects. (In NT's own words "object table" is something else: a process's handle table.)
///
/// How many handles an object has stands apart from all else that is known of it, since that is what most calls look at and
/// change: a million of these counts take four megabytes, a million objects more than a hundred.
///
/// ```
/// use handlelab::kernel::{Handle, Kernel, Log, ObjectType, Options};
///
/// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
/// let (process, thread) = kernel.start_process("p", &mut log);
/// let mut running = kernel.run(thread, &mut log).expect("it runs");
/// running.duplicate(Handle::CURRENT_PROCESS, false).expect("everybody may");
/// drop(running);
///
/// let object = kernel.process(process).expect("it runs").object;
/// let store = kernel.objects();
/// assert_eq!(store.get(object).map(|found| found.object_type()), Some(ObjectType::Process));
/// assert_eq!((store.handle_count(object), store.pointer_count(object)), (1, 3));
/// assert_eq!(store.len(), 2, "a process and its thread; a handle is no object");
/// ```
#[derive(Clone, Debug, Default)]
pub struct ObjectStore {
    objects: Store<ObjectId, Object>,
    handle_counts: HandleCounts,
    /// What is touched of the counts, which many do who touch nothing else of an object.
    count_notes: Notes,
    last_no: u32,
}

impl PartialEq for ObjectStore {
    fn eq(&self, other: &ObjectStore) -> bool {
        let mut ids = self.objects.glance().map(|(id, _)| id);
        self.last_no == other.last_no
            && self.objects == other.objects
            && ids.all(|id| self.handle_counts.get(id) == other.handle_counts.get(id))
    }
}

impl Eq for ObjectStore {}

impl Hash for ObjectStore {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.objects, self.last_no).hash(state);
        self.objects.glance().for_each(|(id, _)| self.handle_counts.get(id).hash(state));
    }
}

/// How many entries in all handle tables point at each object, by the object's slot.
#[derive(Clone, Debug, Default)]
pub(crate) struct HandleCounts(Vec<u32>);

impl HandleCounts {
    #[inline]
    fn get(&self, id: ObjectId) -> u32 {
        self.0.get(slot(id) as usize).copied().unwrap_or_default()
    }

    #[inline]
    pub(crate) fn add(&mut self, id: ObjectId) {
        if let Some(count) = self.0.get_mut(slot(id) as usize) {
            *count += 1;
        }
    }

    /// One fewer, if it is not the last; says whether it was so.
    #[inline]
    pub(crate) fn lose_one_of_several(&mut self, id: ObjectId) -> bool {
        let Some(count @ 2..) = self.0.get_mut(slot(id) as usize) else { return false };
        *count -= 1;
        true
    }

    fn set(&mut self, id: ObjectId, count: u32) {
        let slot = slot(id) as usize;
        if slot >= self.0.len() {
            self.0.resize(slot + 1, 0);
        }
        self.0[slot] = count;
    }
}

impl ObjectStore {
    /// The object, as long as it lives.
    pub fn get(&self, id: ObjectId) -> Option<&Object> {
        self.count_notes.read(slot(id));
        self.objects.get(id)
    }

    /// Its header.
    pub fn header(&self, id: ObjectId) -> Option<&ObjectHeader> {
        self.get(id).map(|object| &object.header)
    }

    /// Its number, which never changes; nothing is noted, for whoever asks has the object from something that keeps it.
    #[inline]
    pub(crate) fn number(&self, id: ObjectId) -> Option<ObjectNo> {
        self.objects.peek(id).map(|object| object.header.no)
    }

    /// Its type, likewise.
    #[inline]
    pub(crate) fn type_of(&self, id: ObjectId) -> Option<ObjectType> {
        self.objects.peek(id).map(Object::object_type)
    }

    /// The threads that wait for it.
    pub(crate) fn waiters(&self, id: ObjectId) -> Option<&Vec<ThreadId>> {
        self.objects.get(id).map(|object| &object.header.waiters)
    }

    /// When it will change by itself.
    pub(crate) fn due(&self, id: ObjectId) -> Option<u64> {
        self.objects.get(id)?.body.due()
    }

    /// How many entries in all handle tables point at the object.
    pub fn handle_count(&self, id: ObjectId) -> u32 {
        self.counts(id).0
    }

    /// All that refers to the object: its handles, and every other [`Reference`].
    pub fn pointer_count(&self, id: ObjectId) -> u32 {
        self.counts(id).1
    }

    /// Both at once.
    pub(crate) fn counts(&self, id: ObjectId) -> (u32, u32) {
        self.count_notes.read(slot(id));
        if self.objects.peek(id).is_none() {
            // That nothing is there shows in what exists.
            self.objects.notes().read_set();
        }
        self.peek_counts(id)
    }

    /// How many handles and references it has, for a log.
    pub(crate) fn peek_counts(&self, id: ObjectId) -> (u32, u32) {
        let handles = self.handle_counts.get(id);
        self.objects.peek(id).map_or((0, 0), |object| (handles, handles + object.header.references))
    }

    /// The counts, for whoever changes them while nobody wants to know what is touched.
    #[inline]
    pub(crate) fn handle_counts_mut(&mut self) -> &mut HandleCounts {
        &mut self.handle_counts
    }

    /// One handle more; the object must live. In whichever order two do so, it comes to the same.
    #[inline]
    pub(crate) fn add_handle(&mut self, id: ObjectId) {
        self.count_notes.write(slot(id));
        self.handle_counts.add(id);
    }

    /// One handle fewer, if it is not the last; says whether it was so.
    #[inline]
    pub(crate) fn lose_handle_of_several(&mut self, id: ObjectId) -> bool {
        self.note_lowered(id);
        self.handle_counts.lose_one_of_several(id)
    }

    /// The last handle goes: from now on it is another reference that keeps the object, until the type and the name have been
    /// seen to. `None` if the object does not live.
    pub(crate) fn lose_last_handle(&mut self, id: ObjectId) -> Option<&Object> {
        self.note_lowered(id);
        self.handle_counts.set(id, 0);
        self.objects.peek_mut(id)?.header.references += 1;
        self.get(id)
    }

    /// One reference more that is no handle; `None` if the object does not live.
    pub(crate) fn add_reference(&mut self, id: ObjectId) -> Option<()> {
        self.count_notes.write(slot(id));
        self.objects.peek_mut(id)?.header.references += 1;
        Some(())
    }

    /// One reference fewer that is no handle; `None` if the object does not live.
    pub(crate) fn drop_reference(&mut self, id: ObjectId) -> Option<()> {
        self.note_lowered(id);
        let references = &mut self.objects.peek_mut(id)?.header.references;
        *references = references.saturating_sub(1);
        Some(())
    }

    fn note_lowered(&self, id: ObjectId) {
        if self.count_notes.wanted() {
            self.count_notes.read(slot(id));
            self.count_notes.write(slot(id));
        }
    }

    pub(crate) fn count_notes(&self) -> &Notes {
        &self.count_notes
    }

    /// Its body, if it is of type `B`.
    pub fn body<B: Typed>(&self, id: ObjectId) -> Option<&B> {
        self.objects.get(id).and_then(|object| B::of(&object.body))
    }

    /// All objects that live, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (ObjectId, &Object)> {
        self.objects.iter()
    }

    /// The same, for whoever notes himself what it depends on.
    pub(crate) fn glance(&self) -> impl Iterator<Item = (ObjectId, &Object)> {
        self.objects.glance()
    }

    pub(crate) fn store(&self) -> &Store<ObjectId, Object> {
        &self.objects
    }

    /// How many objects live.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Does no object live?
    pub fn is_empty(&self) -> bool {
        self.objects.len() == 0
    }

    #[inline]
    pub(crate) fn header_mut(&mut self, id: ObjectId) -> Option<&mut ObjectHeader> {
        self.note_lowered(id);
        self.objects.get_mut(id).map(|object| &mut object.header)
    }

    pub(crate) fn body_mut<B: Typed>(&mut self, id: ObjectId) -> Option<&mut B> {
        self.objects.get_mut(id).and_then(|object| B::of_mut(&mut object.body))
    }

    pub(crate) fn insert(&mut self, body: Body) -> (ObjectId, ObjectNo) {
        self.last_no += 1;
        let no = ObjectNo(self.last_no);
        let header = ObjectHeader { no, references: 0, name: None, permanent: false, waiters: Vec::new() };
        let id = self.objects.insert(Object { header, body });
        self.handle_counts.set(id, 0);
        (id, no)
    }

    /// The next object gets this number.
    pub(crate) fn number_from(&mut self, no: ObjectNo) {
        self.last_no = no.0.saturating_sub(1);
    }

    pub(crate) fn remove(&mut self, id: ObjectId) -> Option<Object> {
        self.count_notes.write(slot(id));
        self.objects.remove(id)
    }
}
