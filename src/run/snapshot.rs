//! What does the whole state look like now?

use super::trace::{HandleRow, ObjectState, ProcessState, Snapshot};
use crate::kernel::{Kernel, Object, ObjectId, Reference};
use std::collections::HashMap;

pub(crate) fn take(kernel: &Kernel) -> Snapshot {
    let mut processes: Vec<ProcessState> = kernel
        .processes()
        .map(|(_, record)| ProcessState {
            object: record.no,
            name: record.name.clone(),
            pid: record.pid,
            exit_code: record.exit_code,
            handles: record
                .table
                .iter()
                .flat_map(|table| table.iter())
                .filter_map(|(handle, entry)| {
                    let object = kernel.objects().get(entry.object)?;
                    Some(HandleRow {
                        handle,
                        object: object.header.no,
                        granted_access: entry.granted_access,
                        access: object.object_type().access_in_words(entry.granted_access),
                        inherit: entry.attributes.inherit,
                        protect_from_close: entry.attributes.protect_from_close,
                    })
                })
                .collect(),
        })
        .collect();
    processes.sort_by_key(|process| process.object);

    let mut references: HashMap<ObjectId, Vec<Reference>> = HashMap::new();
    for (object, reference) in kernel.references() {
        references.entry(object).or_default().push(reference);
    }
    let mut objects: Vec<ObjectState> = kernel
        .objects()
        .iter()
        .map(|(id, object)| describe(kernel, id, object, references.remove(&id).unwrap_or_default()))
        .collect();
    objects.sort_by_key(|object| object.object);

    let files = kernel.files().iter().map(|node| node.path.clone()).collect();
    Snapshot { now: kernel.now(), processes, objects, files }
}

fn describe(kernel: &Kernel, id: ObjectId, object: &Object, mut references: Vec<Reference>) -> ObjectState {
    references.sort();
    let header = &object.header;
    let name = header.name.as_ref().map(ToString::to_string);
    ObjectState {
        object: header.no,
        object_type: object.object_type(),
        named: name.is_some(),
        name: name.or_else(|| kernel.label_of(id).map(Into::into)),
        handle_count: header.handle_count,
        pointer_count: header.pointer_count,
        references,
        state: kernel.state_of(id),
    }
}
