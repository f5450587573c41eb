//! How are files on the disk opened, read, written and deleted?

use super::{DiskFile, File};
use crate::kernel::access::AccessMask;
use crate::kernel::answer::{CallResult, Failure, Reply};
use crate::kernel::cx::{Caller, Cx};
use crate::kernel::effects::{Effect, OpenReason};
use crate::kernel::files::{FileSystem, Open, SHARE_DELETE};
use crate::kernel::ids::{NodeId, ObjectId};
use crate::kernel::objects::section::Section;
use crate::kernel::objects::{Body, ObjectType};
use crate::kernel::options::DeleteFile;
use crate::kernel::status::{Status, Win32Error};
use crate::kernel::table::HandleAttributes;
use crate::kernel::touched::slot_of_name;

/// CREATE_NEW
const CREATE_NEW: u32 = 1;
/// CREATE_ALWAYS
const CREATE_ALWAYS: u32 = 2;
/// OPEN_EXISTING
const OPEN_EXISTING: u32 = 3;
/// OPEN_ALWAYS
const OPEN_ALWAYS: u32 = 4;
/// TRUNCATE_EXISTING
const TRUNCATE_EXISTING: u32 = 5;
/// GENERIC_WRITE
const GENERIC_WRITE: AccessMask = AccessMask(0x4000_0000);
/// FILE_FLAG_DELETE_ON_CLOSE
const DELETE_ON_CLOSE: u32 = 0x0400_0000;
/// SYNCHRONIZE and FILE_READ_ATTRIBUTES, which every opened file gets (fact 9.11)
const ALWAYS_GRANTED: AccessMask = AccessMask(0x10_0080);
/// FILE_ATTRIBUTE_ARCHIVE, which a new file has
const ATTRIBUTE_ARCHIVE: u64 = 0x20;

/// What CreateFile was asked for.
pub(super) struct Request<'a> {
    pub(super) path: &'a str,
    pub(super) access: AccessMask,
    pub(super) share: u32,
    pub(super) disposition: u32,
    pub(super) flags: u32,
    pub(super) inherit: bool,
}

pub(super) fn open(cx: &mut Cx<'_>, who: Caller, request: &Request<'_>) -> CallResult {
    let delete_on_close = request.flags & DELETE_ON_CLOSE != 0;
    let mut access = request.access | ALWAYS_GRANTED;
    if delete_on_close {
        access |= AccessMask::DELETE;
    }
    if !(CREATE_NEW..=TRUNCATE_EXISTING).contains(&request.disposition) {
        return Err(Status::InvalidParameter.into());
    }
    if request.disposition == TRUNCATE_EXISTING && !request.access.intersects(GENERIC_WRITE) {
        return Err(Status::InvalidParameter.into());
    }
    let granted = ObjectType::File.grant(access)?;
    let key = FileSystem::key(request.path)?;
    let existing = cx.k.files.find(&key);
    if let Some(node) = existing.and_then(|node| cx.k.files.get(node)) {
        if request.disposition == CREATE_NEW {
            return Err(Failure {
                error: Some(Win32Error::FILE_EXISTS),
                ..Failure::from(Status::ObjectNameCollision)
            });
        }
        if node.delete_pending {
            return Err(Status::DeletePending.into());
        }
        if !node.can_share(granted, request.share) {
            return Err(Status::SharingViolation.into());
        }
        if empties(request.disposition) && existing.is_some_and(|node| has_mapping(cx, node)) {
            return Err(Status::UserMappedFile.into());
        }
    } else if matches!(request.disposition, OPEN_EXISTING | TRUNCATE_EXISTING) {
        return Err(Status::ObjectNameNotFound.into());
    }
    cx.k.room_for_handles(who.process, 1)?;

    let node = match existing {
        Some(node) => node,
        None => {
            cx.log.push(|| Effect::FileCreated { path: request.path.into() });
            cx.k.files.create(key, request.path)
        }
    };
    if empties(request.disposition)
        && let Some(node) = cx.k.files.get_mut(node)
    {
        node.data.clear();
    }
    let path = cx.k.files.get(node).map_or(0, |node| slot_of_name(&node.path));
    let file = File::Disk(DiskFile { node, path, position: 0, delete_on_close });
    let object = cx.create_object(file, Some(request.path.into()));
    if let Some(node) = cx.k.files.get_mut(node) {
        node.opens.push(Open { object, access: granted, share: request.share });
    }
    let attributes = HandleAttributes::inherit(request.inherit);
    let handle = cx.open_handle(who.process, object, granted, attributes, || OpenReason::Create)?;
    let was_there = existing.is_some() && matches!(request.disposition, CREATE_ALWAYS | OPEN_ALWAYS);
    let error = if was_there { Win32Error::ALREADY_EXISTS } else { Win32Error::SUCCESS };
    Ok(Reply { last_error: Some(error), ..Reply::handle(handle, object) })
}

fn empties(disposition: u32) -> bool {
    matches!(disposition, CREATE_ALWAYS | TRUNCATE_EXISTING)
}

/// The file object's last handle is closed: what it reserved is free, and perhaps the file goes.
pub(super) fn close(cx: &mut Cx<'_>, id: ObjectId, file: &DiskFile) {
    let Some(node) = cx.k.files.get_mut(file.node) else { return };
    node.opens.retain(|open| open.object != id);
    node.delete_pending |= file.delete_on_close;
    remove_if_due(cx, file.node);
}

/// DeleteFile (facts 11.24 and 11.25). A file that is mapped stays, as the documentation has it.
pub(super) fn delete(cx: &mut Cx<'_>, path: &str) -> CallResult {
    let key = FileSystem::key(path)?;
    let id = cx.k.files.find(&key).ok_or(Status::ObjectNameNotFound)?;
    let at_once = cx.k.options.delete_file == DeleteFile::NameGone;
    let node = cx.k.files.get(id).ok_or(Status::ObjectNameNotFound)?;
    if node.delete_pending {
        return Err(Status::DeletePending.into());
    }
    if !node.can_share(AccessMask::DELETE, SHARE_DELETE | 3) {
        return Err(Status::SharingViolation.into());
    }
    if is_mapped(cx, id) {
        return Err(Status::CannotDelete.into());
    }
    let node = cx.k.files.get_mut(id).ok_or(Status::ObjectNameNotFound)?;
    node.delete_pending = true;
    if at_once {
        remove_name(cx, id);
    }
    remove_if_due(cx, id);
    Ok(Reply::done())
}

/// Does somebody see the file through a view?
fn is_mapped(cx: &Cx<'_>, node: NodeId) -> bool {
    let views = cx.k.processes.iter().flat_map(|(_, record)| &record.views);
    let mut sections = views.filter_map(|view| cx.k.objects.body::<Section>(view.section));
    sections.any(|section| is_behind(cx, node, section))
}

/// Is there a mapping of the file, be it that a handle keeps it or a view?
fn has_mapping(cx: &Cx<'_>, node: NodeId) -> bool {
    let mut objects = cx.k.objects.iter();
    objects.any(|(_, object)| matches!(&object.body, Body::Section(section) if is_behind(cx, node, section)))
}

fn is_behind(cx: &Cx<'_>, node: NodeId, section: &Section) -> bool {
    let file = section.file.and_then(|file| cx.k.objects.body::<File>(file));
    matches!(file, Some(File::Disk(file)) if file.node == node)
}

/// GetFileAttributes.
pub(super) fn attributes(cx: &Cx<'_>, path: &str) -> CallResult {
    let node = cx.k.files.find(&FileSystem::key(path)?).and_then(|node| cx.k.files.get(node));
    match node {
        None => Err(Status::ObjectNameNotFound.into()),
        Some(node) if node.delete_pending => Err(Status::DeletePending.into()),
        Some(_) => Ok(Reply::number(ATTRIBUTE_ARCHIVE)),
    }
}

/// Reads at most `most` bytes from where the file object stands.
pub(super) fn read(cx: &mut Cx<'_>, id: ObjectId, most: usize) -> Vec<u8> {
    let Some(File::Disk(file)) = cx.k.objects.body_mut::<File>(id) else { return Vec::new() };
    let Some(node) = cx.k.files.get(file.node) else { return Vec::new() };
    let start = node.data.len().min(file.position as usize);
    let end = node.data.len().min(start.saturating_add(most));
    file.position = end as u64;
    node.data[start..end].to_vec()
}

/// Writes where the file object stands. No bytes at all change nothing, not even where the file has become shorter.
pub(super) fn write(cx: &mut Cx<'_>, id: ObjectId, data: &[u8]) {
    if data.is_empty() {
        return;
    }
    let Some(File::Disk(file)) = cx.k.objects.body_mut::<File>(id) else { return };
    let Some(node) = cx.k.files.get_mut(file.node) else { return };
    let start = file.position as usize;
    let end = start + data.len();
    node.data.resize(node.data.len().max(end), 0);
    node.data[start..end].copy_from_slice(data);
    file.position = end as u64;
}

fn remove_name(cx: &mut Cx<'_>, node: NodeId) {
    if let Some(path) = cx.k.files.remove_name(node) {
        cx.log.push(|| Effect::FileDeleted { path });
    }
}

fn remove_if_due(cx: &mut Cx<'_>, id: NodeId) {
    let due = cx.k.files.get(id).is_some_and(|node| node.delete_pending && node.opens.is_empty());
    if due {
        remove_name(cx, id);
        cx.k.files.remove(id);
    }
}
