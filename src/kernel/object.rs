//! What does the kernel know of every object, whatever its type?

use super::ids::{ObjectId, ObjectNo, ThreadId};
use super::namespace::ObjectName;
use super::objects::{Body, ObjectType, Typed};
use super::store::Store;
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
}

impl ObjectStore {
    /// The object, as long as it lives.
    pub fn get(&self, id: ObjectId) -> Option<&Object> {
        self.objects.get(id)
    }

    /// Its header.
    pub fn header(&self, id: ObjectId) -> Option<&ObjectHeader> {
        self.objects.get(id).map(|object| &object.header)
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
    pub(crate) fn get_mut(&mut self, id: ObjectId) -> Option<&mut Object> {
        self.objects.get_mut(id)
    }

    #[inline]
    pub(crate) fn header_mut(&mut self, id: ObjectId) -> Option<&mut ObjectHeader> {
        self.objects.get_mut(id).map(|object| &mut object.header)
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
        self.objects.remove(id)
    }
}
