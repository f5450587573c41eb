//! How are files opened, read, written and deleted? (Facts 9.10 and 9.11, 11.19 to 11.26.)

use super::pipes::{read, written};
use super::state::{Body, OnDisk, Opening};
use super::{Bad, Good, Outcome, Reference, Who, rights};
use crate::kernel::options::DeleteFile;
use crate::kernel::{ObjectType, Status};
use crate::testing::system::Request;

const READ_DATA: u32 = 1;
/// FILE_WRITE_DATA and FILE_APPEND_DATA
const WRITE_OR_APPEND: u32 = 6;
const DELETE: u32 = 0x1_0000;
const GENERIC_WRITE: u32 = 0x4000_0000;
const DELETE_ON_CLOSE: u32 = 0x0400_0000;
const FILE_EXISTS: u32 = 80;
const ALREADY_EXISTS: u32 = 183;

/// A file's name as the disk keeps it: one flat folder, names ignore case.
fn disk_name(path: &str) -> Result<String, Status> {
    let name = path.strip_prefix(".\\").or(path.strip_prefix("./")).unwrap_or(path);
    if name.is_empty() || name.contains(['\\', '/', ':']) {
        return Err(Status::ObjectPathNotFound);
    }
    if name.contains(['<', '>', '"', '|', '?', '*']) || name.contains(|c: char| c.is_control()) {
        return Err(Status::ObjectNameInvalid);
    }
    Ok(name.to_lowercase())
}

/// May these two have the file open together? Each must share what the other does; an opening that only looks at
/// attributes disturbs nobody (facts 11.19 and 11.20).
fn get_along(first: (u32, u32), second: (u32, u32)) -> bool {
    let shared = [(0x21, 1), (WRITE_OR_APPEND, 2), (DELETE, 4)];
    let matters = |access: u32| shared.iter().any(|(kind, _)| access & kind != 0);
    let allows =
        |share: u32, access: u32| shared.iter().all(|(kind, flag)| access & kind == 0 || share & flag != 0);
    !matters(first.0) || !matters(second.0) || allows(first.1, second.0) && allows(second.1, first.0)
}

impl Reference {
    fn on_disk(&self, name: &str) -> Option<usize> {
        self.disk.iter().position(|file| file.name.as_deref() == Some(name))
    }

    /// Who has the file open: the openings that still have a handle, the oldest first (fact 11.21).
    pub(super) fn openings(&self, file: usize) -> Vec<(u32, u32, u32)> {
        let found = self.living().filter_map(|(number, thing)| match &thing.body {
            Body::File(opening) if opening.file == file => Some((number, opening.access, opening.share)),
            _ => None,
        });
        found.filter(|(number, ..)| self.handles(*number) > 0).collect()
    }

    fn can_share(&self, file: usize, access: u32, share: u32) -> bool {
        self.openings(file)
            .iter()
            .all(|(_, theirs, their_share)| get_along((access, share), (*theirs, *their_share)))
    }

    pub(super) fn create_file(&mut self, who: Who, r: &Request) -> Outcome {
        let (wish, share, disposition) =
            (r.dword("dwDesiredAccess"), r.dword("dwShareMode"), r.dword("dwCreationDisposition"));
        let delete_on_close = r.dword("dwFlagsAndAttributes") & DELETE_ON_CLOSE != 0;
        let (create_new, create_always, open_existing, open_always, truncate) = (1, 2, 3, 4, 5);
        if !(create_new..=truncate).contains(&disposition)
            || disposition == truncate && wish & GENERIC_WRITE == 0
        {
            return Err(Status::InvalidParameter.into());
        }
        let with_delete = if delete_on_close { DELETE } else { 0 };
        let access = rights::opened(ObjectType::File, wish | with_delete | 0x10_0080)?;
        let name = disk_name(r.text("lpFileName").unwrap_or_default())?;
        let there = self.on_disk(&name);
        let empties = disposition == create_always || disposition == truncate;
        match there {
            None if disposition == open_existing || disposition == truncate => {
                return Err(Status::ObjectNameNotFound.into());
            }
            Some(_) if disposition == create_new => {
                return Err(Bad { error: Some(FILE_EXISTS), ..Bad::from(Status::ObjectNameCollision) });
            }
            Some(file) if self.disk[file].delete_pending => return Err(Status::DeletePending.into()),
            Some(file) if !self.can_share(file, access, share) => return Err(Status::SharingViolation.into()),
            Some(file) if empties && self.has_mapping(file) => return Err(Status::UserMappedFile.into()),
            _ => {}
        }
        let file = there.unwrap_or_else(|| {
            self.disk.push(OnDisk { name: Some(name), data: Vec::new(), delete_pending: false });
            self.disk.len() - 1
        });
        if empties {
            self.disk[file].data.clear();
        }
        let opening = Opening { file, position: 0, access, share, delete_on_close };
        let number = self.add(Body::File(opening), None);
        let value = self.open_handle(who.process, number, access, r.flag("bInheritHandle"));
        let was_there = there.is_some() && (disposition == create_always || disposition == open_always);
        let error = Some(if was_there { ALREADY_EXISTS } else { 0 });
        Ok(Good { error, ..Good::handle(value, number) })
    }

    pub(super) fn delete_file(&mut self, r: &Request) -> Outcome {
        let name = disk_name(r.text("lpFileName").unwrap_or_default())?;
        let file = self.on_disk(&name).ok_or(Status::ObjectNameNotFound)?;
        if self.disk[file].delete_pending {
            return Err(Status::DeletePending.into());
        }
        if !self.can_share(file, DELETE, 7) {
            return Err(Status::SharingViolation.into());
        }
        if self.is_mapped(file) {
            return Err(Status::CannotDelete.into());
        }
        self.disk[file].delete_pending = true;
        if self.options.delete_file == DeleteFile::NameGone {
            self.disk[file].name = None;
        }
        self.delete_if_due(file);
        Good::done()
    }

    /// Does somebody see the file through a view?
    fn is_mapped(&self, file: usize) -> bool {
        let processes = self.living().filter_map(|(number, _)| self.process(number));
        let mut sections = processes.flat_map(|process| &process.views).map(|(_, _, section)| *section);
        sections.any(|section| self.is_behind(file, &self.thing(section).body))
    }

    /// Is there a mapping of the file, seen by somebody or not?
    fn has_mapping(&self, file: usize) -> bool {
        self.living().any(|(_, thing)| self.is_behind(file, &thing.body))
    }

    fn is_behind(&self, file: usize, body: &Body) -> bool {
        match body {
            Body::Section { file: Some(behind), .. } => {
                matches!(&self.thing(*behind).body, Body::File(opening) if opening.file == file)
            }
            _ => false,
        }
    }

    /// An opening lost its last handle (facts 11.21 and 11.22).
    pub(super) fn file_closed(&mut self, number: u32) {
        if let Body::File(Opening { file, delete_on_close, .. }) = self.thing(number).body {
            self.disk[file].delete_pending |= delete_on_close;
            self.delete_if_due(file);
        }
    }

    fn delete_if_due(&mut self, file: usize) {
        if self.disk[file].delete_pending && self.openings(file).is_empty() {
            self.disk[file].name = None;
        }
    }

    pub(super) fn file_attributes(&mut self, r: &Request) -> Outcome {
        let name = disk_name(r.text("lpFileName").unwrap_or_default())?;
        match self.on_disk(&name) {
            None => Err(Status::ObjectNameNotFound.into()),
            Some(file) if self.disk[file].delete_pending => Err(Status::DeletePending.into()),
            Some(_) => Good::number(0x20),
        }
    }

    pub(super) fn read_file(&mut self, who: Who, r: &Request) -> Outcome {
        let number = self.object(who, r.number("hFile"), Some(ObjectType::File), READ_DATA)?;
        let most = if r.given("nNumberOfBytesToRead") { r.dword("nNumberOfBytesToRead") } else { u32::MAX };
        let (file, start) = match &self.thing(number).body {
            Body::Pipe { pipe, .. } => return self.read_pipe(who, r, number, *pipe, most),
            Body::File(opening) => (opening.file, opening.position),
            _ => return Err(Status::ObjectTypeMismatch.into()),
        };
        let rest = self.disk[file].data.get(start..).unwrap_or_default();
        let data = rest[..rest.len().min(most as usize)].to_vec();
        self.move_position(number, start.min(self.disk[file].data.len()) + data.len());
        read(data)
    }

    pub(super) fn write_file(&mut self, who: Who, r: &Request) -> Outcome {
        let number = self.object(who, r.number("hFile"), Some(ObjectType::File), 0)?;
        if self.look_up(who, r.number("hFile"))?.access & WRITE_OR_APPEND == 0 {
            return Err(Status::AccessDenied.into());
        }
        let data = r.text("lpBuffer").unwrap_or_default().as_bytes();
        let (file, start) = match &self.thing(number).body {
            Body::Pipe { pipe, .. } => return self.write_pipe(who, r, number, *pipe, data),
            Body::File(opening) => (opening.file, opening.position),
            _ => return Err(Status::ObjectTypeMismatch.into()),
        };
        for (offset, byte) in data.iter().enumerate() {
            let all = &mut self.disk[file].data;
            while all.len() <= start + offset {
                all.push(0);
            }
            all[start + offset] = *byte;
        }
        self.move_position(number, start + data.len());
        written(data.len())
    }

    fn move_position(&mut self, number: u32, to: usize) {
        if let Body::File(opening) = &mut self.thing_mut(number).body {
            opening.position = to;
        }
    }
}
