//! What is a file object?
//!
//! Not the file on the disk but one opening of it: a position, the share modes it reserved, and what happens at its end.
//! Duplicates and inherited handles share all of that (fact 3.43). The ends of an anonymous pipe are file objects too.
//!
//! ```
//! use handlelab::kernel::objects::file::File;
//! use handlelab::kernel::{Arg, CallSpec, Handle, Kernel, Log, Options};
//!
//! let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
//! let (process, thread) = kernel.start_process("p", &mut log);
//! let (path, write, nobody, always) = (Arg::Text("a.txt".into()), 0x4000_0000, 0, 2);
//! let [write, nobody, always] = [write, nobody, always].map(Arg::Number);
//! let create = CallSpec::find("CreateFile").expect("a call");
//! kernel.call(thread, create, &[path, write, nobody, Arg::Absent, always], &mut log);
//! let copy = kernel.run(thread, &mut log).expect("it runs").duplicate(Handle(4), false).expect("it is open");
//! let text = [Arg::Number(copy.0), Arg::Text("one".into())];
//! kernel.call(thread, CallSpec::find("WriteFile").expect("a call"), &text, &mut log);
//!
//! let (object, _) = kernel.resolve(process, thread, Handle(4)).expect("it is open");
//! let Some(File::Disk(opening)) = kernel.objects().body::<File>(object) else { panic!("no file") };
//! assert_eq!(opening.position, 3, "written through the copy");
//! assert!(kernel.files().get(opening.node).is_some_and(|file| file.data == b"one"));
//! ```

use super::{Behaviour, TypeSpec, Widening};
use crate::kernel::Kernel;
use crate::kernel::access::{AccessMask, GenericMapping, Right};
use crate::kernel::canonical::{Canonical, Sink};
use crate::kernel::cx::Cx;
use crate::kernel::ids::{NodeId, ObjectId, ObjectNo, PipeId};
use smol_str::SmolStr;

mod calls;
mod disk;
pub mod pipe;

/// FILE_READ_DATA
pub(crate) const READ_DATA: u32 = 1;
/// FILE_WRITE_DATA and FILE_APPEND_DATA: writing needs one of them
pub(crate) const WRITE_OR_APPEND: u32 = 2 | 4;

/// The type.
pub(crate) const TYPE: TypeSpec = TypeSpec {
    name: "File",
    win32: "File",
    about: "An open file, or one end of a pipe: a position, share modes, and what happens when its last handle goes.",
    rights: &[
        Right::new("FILE_READ_DATA", READ_DATA, "read from the file or pipe"),
        Right::new("FILE_WRITE_DATA", 2, "write to the file or pipe"),
        Right::new("FILE_APPEND_DATA", 4, "write at the end of the file, or to the pipe"),
        Right::new("FILE_READ_EA", 8, "read the file's extended attributes"),
        Right::new("FILE_WRITE_EA", 0x10, "write the file's extended attributes"),
        Right::new("FILE_EXECUTE", 0x20, "run the file as a program"),
        Right::new("FILE_DELETE_CHILD", 0x40, "delete files in it, if it is a directory"),
        Right::new("FILE_READ_ATTRIBUTES", 0x80, "read the file's attributes; every opened file has it"),
        Right::new("FILE_WRITE_ATTRIBUTES", 0x100, "change the file's attributes"),
    ],
    sets: &[
        Right::new("FILE_GENERIC_READ", 0x12_0089, "all that reading needs: what GENERIC_READ becomes"),
        Right::new("FILE_GENERIC_WRITE", 0x12_0116, "all that writing needs: what GENERIC_WRITE becomes"),
        Right::new(
            "FILE_GENERIC_EXECUTE",
            0x12_00A0,
            "all that executing needs: what GENERIC_EXECUTE becomes",
        ),
    ],
    all_access: "FILE_ALL_ACCESS",
    generic: GenericMapping::new(0x12_0089, 0x12_0116, 0x12_00A0, 0x1F_01FF),
    valid_access: AccessMask(0x1F_01FF),
    implied: &[],
    widening: Widening::Refused,
    calls: calls::CALLS,
    behaviour: Behaviour {
        is_signaled: |_, _, _| true,
        last_handle_closed,
        label,
        state,
        ..Behaviour::DEFAULT
    },
};

/// A file object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum File {
    /// An opening of a file on the disk.
    Disk(DiskFile),
    /// An end of an anonymous pipe.
    Pipe(PipeEnd),
}

impl Canonical for File {
    fn write(&self, to: &mut Sink<'_>) {
        match self {
            File::Disk(DiskFile { node: _, path, position, delete_on_close }) => {
                to.plain((path, position, delete_on_close));
            }
            File::Pipe(PipeEnd { pipe: _, write, reader }) => to.plain((write, reader)),
        }
    }
}

/// An opening of a file on the disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DiskFile {
    /// The file.
    pub node: NodeId,
    /// The number of its path, which outlasts the file.
    pub(crate) path: u32,
    /// Where the next read or write happens.
    pub position: u64,
    /// FILE_FLAG_DELETE_ON_CLOSE
    pub delete_on_close: bool,
}

/// An end of an anonymous pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PipeEnd {
    /// The pipe.
    pub pipe: PipeId,
    /// Is it the end to write to?
    pub write: bool,
    /// Of an end to write to, the number of the end to read from: the two are known by it when the pipe is gone.
    pub(crate) reader: Option<ObjectNo>,
}

/// Share modes, deletion and the ends of pipes go with the last handle, not with the last reference (facts 11.12, 11.21
/// and 11.22).
fn last_handle_closed(cx: &mut Cx<'_>, id: ObjectId) {
    match cx.k.objects.body::<File>(id).cloned() {
        Some(File::Disk(file)) => disk::close(cx, id, &file),
        Some(File::Pipe(end)) => pipe::close_end(cx, end),
        None => {}
    }
}

fn label(kernel: &Kernel, id: ObjectId) -> Option<SmolStr> {
    Some(match kernel.objects.body::<File>(id)? {
        File::Disk(file) => kernel.files.get(file.node)?.path.clone(),
        File::Pipe(PipeEnd { write: true, .. }) => "write end of a pipe".into(),
        File::Pipe(PipeEnd { write: false, .. }) => "read end of a pipe".into(),
    })
}

fn state(kernel: &Kernel, id: ObjectId) -> String {
    match kernel.objects.body::<File>(id) {
        Some(File::Disk(file)) => format!("at byte {}", file.position),
        Some(File::Pipe(end)) => kernel
            .pipes
            .get(end.pipe)
            .map(|pipe| format!("{} bytes inside", pipe.data.len()))
            .unwrap_or_default(),
        None => String::new(),
    }
}
