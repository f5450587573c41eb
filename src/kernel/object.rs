//! What does the kernel know of every object, whatever its type?

use super::ids::{ObjectId, ObjectNo, ThreadId};
use super::namespace::ObjectName;
use super::objects::{Body, ObjectType, Typed};
use super::store::{Store, slot};
use super::touched::Notes;
use serde::Serialize;

/// What is common to all objects (facts 6.01 to 6.03).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectHeader {
    /// Its number, never given to another object.
    pub no: ObjectNo,
    /// Entries in all handle tables that point at it.
    pub handle_count: u32,
    /// All references: one for each handle, and one for each [`Reference`].
    pub pointer_count: u32,
    /// Its name, as long as it has one in the directory.
    pub name: Option<ObjectName>,
    /// Keeps its name and its place when the last handle goes (fact 6.04).
    pub permanent: bool,
    /// The threads that wait for it, in the order in which they came.
    pub waiters: Vec<ThreadId>,
}

/// What refers to an object. All but handles keep the object without keeping its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "by")]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ObjectStore {
    objects: Store<ObjectId, Object>,
    last_no: u32,
    /// What is touched of the counts, which many do who touch nothing else of an object.
    counts: Notes,
}

impl ObjectStore {
    /// The object, as long as it lives.
    pub fn get(&self, id: ObjectId) -> Option<&Object> {
        self.counts.read(slot(id));
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

    /// How many handles and references it has, for a log.
    pub(crate) fn peek_counts(&self, id: ObjectId) -> (u32, u32) {
        self.objects.peek(id).map_or((0, 0), |found| (found.header.handle_count, found.header.pointer_count))
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
        self.counts.read(slot(id));
        self.counts.write(slot(id));
        self.objects.get_mut(id).map(|object| &mut object.header)
    }

    /// Its header, to raise the counts and to do nothing else: in whichever order two do so, it comes to the same.
    #[inline]
    pub(crate) fn header_to_raise(&mut self, id: ObjectId) -> Option<&mut ObjectHeader> {
        self.counts.write(slot(id));
        self.objects.peek_mut(id).map(|object| &mut object.header)
    }

    /// Its header, to look at the counts and to lower them, and to do nothing else.
    #[inline]
    pub(crate) fn header_to_lower(&mut self, id: ObjectId) -> Option<&mut ObjectHeader> {
        self.counts.read(slot(id));
        self.header_to_raise(id)
    }

    pub(crate) fn counts(&self) -> &Notes {
        &self.counts
    }

    pub(crate) fn body_mut<B: Typed>(&mut self, id: ObjectId) -> Option<&mut B> {
        self.objects.get_mut(id).and_then(|object| B::of_mut(&mut object.body))
    }

    pub(crate) fn insert(&mut self, body: Body) -> (ObjectId, ObjectNo) {
        self.last_no += 1;
        let no = ObjectNo(self.last_no);
        let header = ObjectHeader {
            no,
            handle_count: 0,
            pointer_count: 0,
            name: None,
            permanent: false,
            waiters: Vec::new(),
        };
        (self.objects.insert(Object { header, body }), no)
    }

    /// The next object gets this number.
    pub(crate) fn number_from(&mut self, no: ObjectNo) {
        self.last_no = no.0.saturating_sub(1);
    }

    pub(crate) fn remove(&mut self, id: ObjectId) -> Option<Object> {
        self.counts.write(slot(id));
        self.objects.remove(id)
    }
}
