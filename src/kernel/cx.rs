//! How does a call change the kernel?
//!
//! Through a [`Cx`]: the kernel and the log of effects, side by side. What every type and service needs is here: make an
//! object, open an entry, close it, take and drop references, and let objects die.

use super::Kernel;
use super::access::AccessMask;
use super::effects::{CloseReason, Effect, Log, OpenReason};
use super::ids::{Handle, ObjectId, ObjectNo, ProcessId, ThreadId};
use super::namespace::ObjectName;
use super::object::Reference;
use super::objects::Body;
use super::status::Status;
use super::table::{HandleAttributes, HandleEntry};
use smol_str::SmolStr;

/// Who makes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) process: ProcessId,
    pub(crate) thread: ThreadId,
}

/// The kernel while something changes in it.
pub(crate) struct Cx<'k> {
    pub(crate) k: &'k mut Kernel,
    pub(crate) log: &'k mut Log,
}

impl Cx<'_> {
    /// Makes an object that nothing refers to yet.
    pub(crate) fn create_object(&mut self, body: impl Into<Body>, label: Option<SmolStr>) -> ObjectId {
        let body = body.into();
        let object_type = body.object_type();
        let (id, object) = self.k.objects.insert(body);
        self.log.push(|| Effect::ObjectCreated { object, object_type, label });
        id
    }

    /// Enters an object into the directory, which refers to it from then on.
    pub(crate) fn add_name(&mut self, id: ObjectId, name: ObjectName) {
        let Some(header) = self.k.objects.header_mut(id) else { return };
        header.name = Some(name.clone());
        let object = header.no;
        self.log.push(|| Effect::NameAdded { object, name: name.clone() });
        self.k.names.insert(name, id);
        self.take_reference(id, Reference::Name);
    }

    /// The first of the two deaths: the name goes.
    pub(crate) fn remove_name(&mut self, id: ObjectId) {
        let Some(header) = self.k.objects.header_mut(id) else { return };
        let (object, Some(name)) = (header.no, header.name.take()) else { return };
        self.k.names.remove(&name);
        self.log.push(|| Effect::NameRemoved { object, name });
        self.drop_reference(id, Reference::Name);
    }

    /// Something that is no handle refers to the object from now on.
    pub(crate) fn take_reference(&mut self, id: ObjectId, reference: Reference) {
        if self.k.objects.add_reference(id).is_some() {
            let objects = &self.k.objects;
            self.log.push(|| Effect::ReferenceTaken {
                object: objects.number(id).unwrap_or_default(),
                reference,
                pointer_count: objects.peek_counts(id).1,
            });
        }
    }

    /// It refers to it no longer; if it was the last, the object dies.
    pub(crate) fn drop_reference(&mut self, id: ObjectId, reference: Reference) {
        if self.k.objects.drop_reference(id).is_some() {
            self.tell_dropped(id, reference);
            self.delete_if_unreferenced(id);
        }
    }

    #[inline]
    fn tell_dropped(&mut self, id: ObjectId, reference: Reference) {
        let objects = &self.k.objects;
        self.log.push(|| Effect::ReferenceDropped {
            object: objects.number(id).unwrap_or_default(),
            reference,
            pointer_count: objects.peek_counts(id).1,
        });
    }

    /// The second death: with its last reference the object goes (fact 6.03).
    pub(crate) fn delete_if_unreferenced(&mut self, id: ObjectId) {
        if self.k.objects.pointer_count(id) > 0 {
            return;
        }
        let Some(object) = self.k.objects.remove(id) else { return };
        let no = object.header.no;
        self.log.push(|| Effect::ObjectDeleted { object: no });
        (object.object_type().spec().behaviour.deleted)(self, object);
    }

    /// Puts an entry into a process's table; both counts of the object rise (fact 3.41).
    #[inline]
    pub(crate) fn open_handle(
        &mut self,
        process: ProcessId,
        id: ObjectId,
        granted_access: AccessMask,
        attributes: HandleAttributes,
        reason: impl FnOnce() -> OpenReason,
    ) -> Result<Handle, Status> {
        self.k.objects.add_handle(id);
        self.open_counted_handle(process, id, granted_access, attributes, reason)
    }

    /// Opens a handle that is counted already; if that fails, the object loses it again.
    #[inline]
    pub(crate) fn open_counted_handle(
        &mut self,
        process: ProcessId,
        id: ObjectId,
        granted_access: AccessMask,
        attributes: HandleAttributes,
        reason: impl FnOnce() -> OpenReason,
    ) -> Result<Handle, Status> {
        let entry = HandleEntry { object: id, granted_access, attributes };
        let (process, handle) = match self.insert_entry(process, entry) {
            Ok(inserted) => inserted,
            Err(status) => {
                self.lose_handle(id);
                return Err(status);
            }
        };
        let objects = &self.k.objects;
        self.log.push(|| {
            let (handle_count, pointer_count) = objects.peek_counts(id);
            Effect::HandleOpened {
                process,
                handle,
                object: objects.number(id).unwrap_or_default(),
                granted_access,
                attributes,
                reason: reason(),
                handle_count,
                pointer_count,
            }
        });
        Ok(handle)
    }

    #[inline]
    fn insert_entry(&mut self, process: ProcessId, entry: HandleEntry) -> Result<(ObjectNo, Handle), Status> {
        let record = self.k.processes.get_part_mut(process).ok_or(Status::ProcessIsTerminating)?;
        let table = record.table.as_mut().ok_or(Status::ProcessIsTerminating)?;
        let handle = table.insert(entry).ok_or(Status::InsufficientResources)?;
        Ok((record.no, handle))
    }

    /// Takes an entry out of a process's table, protected or not, with all that follows (fact 2.19): the handle count
    /// falls, the type is told, the name goes, the reference goes, and perhaps the object.
    #[inline]
    pub(crate) fn close_handle(&mut self, process: ProcessId, handle: Handle, reason: CloseReason) {
        let Some(record) = self.k.processes.get_part_mut(process) else { return };
        let Some(entry) = record.table.as_mut().and_then(|table| table.remove(handle)) else { return };
        let process = record.no;
        self.release_entry(process, handle, entry, reason);
    }

    /// What closing means for the object, when the entry is out of the table already.
    #[inline]
    pub(crate) fn release_entry(
        &mut self,
        process: ObjectNo,
        handle: Handle,
        entry: HandleEntry,
        reason: CloseReason,
    ) {
        let id = entry.object;
        let objects = &self.k.objects;
        self.log.push(|| Effect::HandleClosed {
            process,
            handle,
            object: objects.number(id).unwrap_or_default(),
            reason,
            handle_count: objects.peek_counts(id).0.saturating_sub(1),
        });
        self.lose_handle(id);
    }

    /// One handle fewer, and with it one reference.
    #[inline]
    fn lose_handle(&mut self, id: ObjectId) {
        if self.k.objects.lose_handle_of_several(id) {
            self.tell_dropped(id, Reference::Handle);
        } else {
            self.lose_last_handle(id);
        }
    }

    /// With the last handle the type is told and the name goes, then the reference, then perhaps the object.
    fn lose_last_handle(&mut self, id: ObjectId) {
        let Some(object) = self.k.objects.lose_last_handle(id) else { return };
        let (object_type, permanent) = (object.object_type(), object.header.permanent);
        (object_type.spec().behaviour.last_handle_closed)(self, id);
        if !permanent {
            self.remove_name(id);
        }
        self.drop_reference(id, Reference::Handle);
    }

    /// Reports what a wait for the object would find from now on.
    pub(crate) fn state_changed(&mut self, id: ObjectId) {
        let kernel = &*self.k;
        let found = (kernel.objects.number(id), kernel.objects.type_of(id));
        let (Some(object), Some(object_type)) = found else { return };
        let describe = object_type.spec().behaviour.state;
        self.log.push(|| Effect::StateChanged { object, state: describe(kernel, id) });
    }
}
