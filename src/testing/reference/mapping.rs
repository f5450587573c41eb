//! How do processes share memory? (Facts 6.08 and 9.09.)

use super::state::Body;
use super::{Good, Outcome, Reference, Who};
use crate::kernel::{ObjectType, Status};
use crate::testing::system::Request;

/// Views start at multiples of 64 KiB.
const GRANULARITY: u64 = 0x1_0000;
const MAP_WRITE: u32 = 2;
const MAP_READ: u32 = 4;
const MAP_EXECUTE: u32 = 8;

impl Reference {
    pub(super) fn create_mapping(&mut self, who: Who, r: &Request) -> Outcome {
        let (write, execute) = match r.dword("flProtect") & 0xFF {
            0x02 | 0x08 => (0, 0),
            0x04 => (MAP_WRITE, 0),
            0x20 | 0x80 => (0, MAP_EXECUTE),
            0x40 => (MAP_WRITE, MAP_EXECUTE),
            _ => return Err(Status::InvalidParameter.into()),
        };
        let access = 0xF_0000 | 1 | MAP_READ | write | execute;
        let size =
            u64::from(r.dword("dwMaximumSizeHigh")) * 0x1_0000_0000 + u64::from(r.dword("dwMaximumSizeLow"));
        let value = r.number("hFile");
        // INVALID_HANDLE_VALUE and NULL mean the paging file.
        let is_paged = value as i64 == -1 || value == 0;
        if is_paged && size == 0 {
            return Err(Status::InvalidParameter.into());
        }
        let make = |reference: &Reference| {
            if is_paged {
                return Ok(Body::Section { file: None, size });
            }
            // FILE_READ_DATA, and FILE_WRITE_DATA for a mapping that is written to.
            let needed = if write == 0 { 1 } else { 3 };
            let file = reference.object(who, value, Some(ObjectType::File), needed)?;
            let length = match &reference.thing(file).body {
                Body::File(opening) => reference.disk[opening.file].data.len() as u64,
                _ => return Err(Status::InvalidFileForSection),
            };
            match if size == 0 { length } else { size } {
                0 => Err(Status::MappedFileSizeZero),
                size if size > length && write == 0 => Err(Status::SectionTooBig),
                size => Ok(Body::Section { file: Some(file), size }),
            }
        };
        let made = self.create_or_open(who, r, r.text("lpName"), access, ObjectType::Section, make)?;
        if let Some(number) = made.object.filter(|_| made.error == Some(0)) {
            self.grow_file(number);
        }
        Ok(made)
    }

    /// The file behind a new mapping is at least as large as that.
    fn grow_file(&mut self, mapping: u32) {
        let Body::Section { file: Some(file), size } = self.thing(mapping).body else { return };
        let Body::File(opening) = &self.thing(file).body else { return };
        let place = opening.file;
        let data = &mut self.disk[place].data;
        // Nobody reads further in a file that is made so large.
        let size = size.min(0x10_0000) as usize;
        if data.len() < size {
            data.resize(size, 0);
        }
    }

    pub(super) fn change_views(&mut self, who: Who, r: &Request) -> Outcome {
        if r.call == "UnmapViewOfFile" {
            let address = r.number("lpBaseAddress");
            let process = self.process_mut(who.process).ok_or(Status::ProcessIsTerminating)?;
            let inside = |(start, size, _): &(u64, u64, u32)| *start <= address && address - start < *size;
            let place = process.views.iter().position(inside).ok_or(Status::NotMappedView)?;
            process.views.remove(place);
            self.react();
            return Good::done();
        }
        let wish = r.dword("dwDesiredAccess");
        let execute = if wish & 0x20 != 0 { MAP_EXECUTE } else { 0 };
        let content = if wish & MAP_WRITE != 0 { MAP_WRITE } else { MAP_READ };
        let needed = content | execute;
        let number = self.object(who, r.number("hFileMappingObject"), Some(ObjectType::Section), needed)?;
        let Body::Section { size: whole, .. } = self.thing(number).body else {
            return Err(Status::ObjectTypeMismatch.into());
        };
        let offset =
            u64::from(r.dword("dwFileOffsetHigh")) * 0x1_0000_0000 + u64::from(r.dword("dwFileOffsetLow"));
        if !offset.is_multiple_of(GRANULARITY) {
            return Err(Status::MappedAlignment.into());
        }
        let size = match r.number("dwNumberOfBytesToMap") {
            0 => whole.saturating_sub(offset),
            size => size,
        };
        if size == 0 || offset > whole || size > whole - offset {
            return Err(Status::InvalidViewSize.into());
        }
        let process = self.process_mut(who.process).ok_or(Status::ProcessIsTerminating)?;
        let mut address = GRANULARITY;
        let overlaps = |address: u64, (start, length, _): &(u64, u64, u32)| {
            address < start + length && *start < address + size
        };
        while process.views.iter().any(|view| overlaps(address, view)) {
            address += GRANULARITY;
        }
        process.views.push((address, size, number));
        Ok(Good { value: address, object: Some(number), ..Good::default() })
    }
}
