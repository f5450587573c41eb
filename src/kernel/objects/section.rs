//! What is a file mapping?
//!
//! Memory that processes share, backed by a file or by nothing but the paging file. NT calls it section. A process sees it
//! through views, and a view keeps it alive without any handle (fact 6.08).
//!
//! ```
//! use handlelab::kernel::{Arg, CallSpec, Handle, Kernel, Log, Options, Outcome, Reference};
//!
//! let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
//! let (process, thread) = kernel.start_process("p", &mut log);
//! let mut call = |name, args: &[u64]| {
//!     let args: Vec<_> = args.iter().map(|number| Arg::Number(*number)).collect();
//!     kernel.call(thread, CallSpec::find(name).expect("a call"), &args, &mut log)
//! };
//! let no_file = Handle::CURRENT_PROCESS.0; // that is INVALID_HANDLE_VALUE
//! let made = call("CreateFileMapping", &[no_file, 0, 4, 0, 4096]);
//! let Outcome::Returned(made) = made else { panic!("it waits") };
//! call("MapViewOfFile", &[made.value, 4]);
//! call("CloseHandle", &[made.value]);
//!
//! let section = made.object.expect("a handle names an object");
//! assert_eq!(kernel.objects().handle_count(section), 0);
//! let mut kept_by = kernel.references().filter(|(object, _)| *object == section);
//! assert!(matches!(kept_by.next(), Some((_, Reference::View(_)))));
//! assert!(kernel.process(process).is_some_and(|record| record.views[0].section == section));
//! ```

use super::file::{File, READ_DATA};
use super::{Behaviour, ObjectType, TypeSpec, Widening};
use crate::kernel::access::{AccessMask, GenericMapping, Right};
use crate::kernel::answer::{CallResult, Reply};
use crate::kernel::calls::{Args, CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::canonical::{Canonical, Sink};
use crate::kernel::cx::{Caller, Cx};
use crate::kernel::ids::{Handle, ObjectId, ObjectNo, ProcessId};
use crate::kernel::object::{Object, Reference};
use crate::kernel::status::Status;

const QUERY: u32 = 1;
const MAP_WRITE: u32 = 2;
const MAP_READ: u32 = 4;
const MAP_EXECUTE: u32 = 8;
/// FILE_WRITE_DATA
const FILE_WRITE: u32 = 2;
const FILE_MAP_COPY: u32 = 1;
/// FILE_MAP_EXECUTE
const FILE_MAP_EXECUTE: u32 = 0x20;
const PAGE_READWRITE: u32 = 4;
const PAGE_EXECUTE_READWRITE: u32 = 0x40;
/// The protections that a mapping can have: PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY and those with EXECUTE.
const PROTECTIONS: [u32; 6] = [2, PAGE_READWRITE, 8, 0x20, PAGE_EXECUTE_READWRITE, 0x80];
/// Views start at multiples of 64 KiB, and never at 0.
const GRANULARITY: u64 = 0x1_0000;

/// The type.
pub(crate) const TYPE: TypeSpec = TypeSpec {
    name: "Section",
    win32: "FileMapping",
    about: "Memory that processes share, backed by a file or by the paging file. Each process sees it through views of it.",
    rights: &[
        Right::new("SECTION_QUERY", QUERY, "ask for the mapping's size (only the kernel's own calls do)"),
        Right::new("SECTION_MAP_WRITE", MAP_WRITE, "map a view to write to"),
        Right::new("SECTION_MAP_READ", MAP_READ, "map a view to read from"),
        Right::new("SECTION_MAP_EXECUTE", MAP_EXECUTE, "map a view to execute"),
        Right::new("SECTION_EXTEND_SIZE", 0x10, "make the mapping larger"),
        Right::new(
            "SECTION_MAP_EXECUTE_EXPLICIT",
            0x20,
            "map a view to execute, asked for by FILE_MAP_EXECUTE",
        ),
    ],
    sets: &[],
    all_access: "SECTION_ALL_ACCESS",
    generic: GenericMapping::new(0x2_0005, 0x2_0002, 0x2_0008, 0xF_001F),
    valid_access: AccessMask(0x1F_003F),
    implied: &[],
    widening: Widening::AskSecurity,
    calls: CALLS,
    behaviour: Behaviour {
        // Nothing to wait for: whoever is allowed to wait never does (fact 8.27).
        is_signaled: |_, _, _| true,
        deleted: |cx, object| {
            if let Object { header, body: super::Body::Section(Section { file: Some(file), .. }) } = object {
                cx.drop_reference(file, Reference::Section(header.no));
            }
        },
        refers_to: |kernel, id| {
            let file = kernel.objects.body::<Section>(id)?.file?;
            Some((file, Reference::Section(kernel.objects.number(id)?)))
        },
        ..Behaviour::DEFAULT
    },
};

/// How much of a file that grows with its mapping is kept: nobody reads further.
const LARGEST_FILE: usize = 1 << 20;

/// A file mapping.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Section {
    /// The file object behind it, if it is not the paging file.
    pub file: Option<ObjectId>,
    /// Its size in bytes.
    pub size: u64,
}

impl Canonical for Section {
    fn write(&self, to: &mut Sink<'_>) {
        let Section { file, size } = self;
        to.plain((file.is_some(), size));
        if let Some(file) = file {
            to.object(*file);
        }
    }
}

/// A view of a section in a process's address space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct View {
    /// Where it starts.
    pub address: u64,
    /// How long it is, in bytes.
    pub size: u64,
    /// The section.
    pub section: ObjectId,
}

/// Lets go of the views of a process that ends.
pub(crate) fn release_views(cx: &mut Cx<'_>, process: ProcessId) {
    let Some(record) = cx.k.processes.get_mut(process) else { return };
    let no = record.no;
    for view in std::mem::take(&mut record.views) {
        cx.drop_reference(view.section, Reference::View(no));
    }
}

const CALLS: &[CallSpec] = &[
    CallSpec {
        name: "CreateFileMapping",
        about: "Makes a file mapping and opens a handle to it, or opens the mapping that has the name already (ERROR_ALREADY_EXISTS says so).",
        returns: Returns::Handle,
        params: &[
            ParamSpec::required("hFile", Kind::AnyHandle, "the file (needs FILE_READ_DATA, and FILE_WRITE_DATA to write), or INVALID_HANDLE_VALUE or NULL for the paging file").must_be(ObjectType::File),
            ParamSpec::attributes("lpFileMappingAttributes"),
            ParamSpec::required("flProtect", Kind::Flags("protection"), "what views of the mapping may do"),
            ParamSpec::optional("dwMaximumSizeHigh", Kind::Dword, "the size's upper 32 bits"),
            ParamSpec::optional("dwMaximumSizeLow", Kind::Dword, "the size; 0 means the file's"),
            ParamSpec::NAME,
            ParamSpec::INHERIT,
        ],
        fails: &[
            (Status::InvalidParameter, "the protection is none, or there is neither file nor size"),
            (Status::SectionTooBig, "the mapping would be larger than the file, which only a mapping to write to makes grow"),
            (Status::MappedFileSizeZero, "the file is empty and no size is given"),
            (Status::AccessDenied, "the file's handle does not allow what the protection means"),
            (Status::InvalidHandle, "hFile names no handle of the calling process"),
            (Status::InvalidFileForSection, "hFile is an end of a pipe"),
        ],
        facts: "6.08 7.01-7.05 9.09",
        example: "process p\np: h = CreateFileMapping(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096)  => HANDLE\n\
                  p: view = MapViewOfFile(h, FILE_MAP_WRITE)  => ADDRESS\np: CloseHandle(h)  => TRUE\ncheck alive(p.h)\n\
                  p: UnmapViewOfFile(view)  => TRUE\ncheck dead(p.h)\n",
        tells: None,
        run: create,
    },
    CallSpec {
        name: "OpenFileMapping",
        about: "Opens a handle to a file mapping that has a name.",
        params: &ParamSpec::opening(ObjectType::Section, "lpName", "the mapping's name"),
        example: "process p\np: h = CreateFileMapping(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, \"Shared\")  => HANDLE\n\
                  p: again = OpenFileMapping(FILE_MAP_READ, FALSE, \"Shared\")  => HANDLE\ncheck same_object(p.h, p.again)\n",
        run: |cx, who, a| {
            // FILE_MAP_COPY is the bit of SECTION_QUERY; alone it means the right that such a view needs.
            let desired = if a.dword(0) == FILE_MAP_COPY { AccessMask(MAP_READ) } else { a.access(0) };
            cx.open_named::<Section>(who, desired, a.bool(1), a.text(2))
        },
        ..CallSpec::OPENING
    },
    CallSpec {
        name: "MapViewOfFile",
        about: "Makes a file mapping visible in the calling process. The view keeps the mapping alive, handle or no handle.",
        returns: Returns::Address,
        params: &[
            ParamSpec::any_object(
                "hFileMappingObject",
                0,
                "the file mapping; needs SECTION_MAP_READ, to write SECTION_MAP_WRITE instead, and to execute SECTION_MAP_EXECUTE too",
            ),
            ParamSpec::required("dwDesiredAccess", Kind::Flags("view"), "what the view is for"),
            ParamSpec::optional("dwFileOffsetHigh", Kind::Dword, "where the view starts: upper 32 bits"),
            ParamSpec::optional("dwFileOffsetLow", Kind::Dword, "where the view starts, a multiple of 65536"),
            ParamSpec::optional("dwNumberOfBytesToMap", Kind::Large, "how many bytes; 0 means up to the end"),
        ],
        fails: &[
            (Status::ObjectTypeMismatch, "the handle is to no file mapping"),
            (Status::AccessDenied, "the handle does not allow such a view"),
            (Status::MappedAlignment, "the offset is no multiple of 65536"),
            (Status::InvalidViewSize, "the view would reach beyond the end"),
        ],
        facts: "6.08 9.09",
        example: "process p\np: h = CreateFileMapping(INVALID_HANDLE_VALUE, NULL, PAGE_READONLY, 0, 4096)  => HANDLE\n\
                  p: MapViewOfFile(h, FILE_MAP_WRITE)  => NULL ERROR_ACCESS_DENIED\n",
        tells: None,
        run: map,
    },
    CallSpec {
        name: "UnmapViewOfFile",
        about: "Takes a view out of the calling process. If it was what kept the mapping alive, the mapping goes.",
        returns: Returns::Bool,
        params: &[ParamSpec::required("lpBaseAddress", Kind::Address, "where the view starts")],
        fails: &[(Status::NotMappedView, "no view is there")],
        facts: "6.08",
        example: "process p\np: UnmapViewOfFile(0x12340000)  => FALSE ERROR_INVALID_ADDRESS\n",
        tells: None,
        run: |cx, who, a| {
            let record = cx.k.processes.get_mut(who.process).ok_or(Status::ProcessIsTerminating)?;
            let inside = |view: &View| (view.address..view.address + view.size).contains(&a.number(0));
            let place = record.views.iter().position(inside).ok_or(Status::NotMappedView)?;
            let (view, no) = (record.views.remove(place), record.no);
            cx.drop_reference(view.section, Reference::View(no));
            Ok(Reply::done())
        },
    },
];

/// What a handle from CreateFileMapping allows: it depends on the protection.
fn granted(protection: u32) -> AccessMask {
    let write = matches!(protection, PAGE_READWRITE | PAGE_EXECUTE_READWRITE);
    let execute = protection >= 0x10;
    let specific =
        QUERY | MAP_READ | if write { MAP_WRITE } else { 0 } | if execute { MAP_EXECUTE } else { 0 };
    AccessMask::STANDARD_REQUIRED | AccessMask(specific)
}

fn create(cx: &mut Cx<'_>, who: Caller, a: &Args<'_>) -> CallResult {
    // The upper bits say how the memory is committed, which makes no difference here.
    let protection = a.dword(2) & 0xFF;
    if !PROTECTIONS.contains(&protection) {
        return Err(Status::InvalidParameter.into());
    }
    let size = u64::from(a.dword(3)) << 32 | u64::from(a.dword(4));
    let file = Handle(a.number(0));
    let granted = granted(protection);
    let is_paged = file == Handle::CURRENT_PROCESS || file == Handle::NULL;
    // Even a mapping that is there already is not found without a size.
    if is_paged && size == 0 {
        return Err(Status::InvalidParameter.into());
    }
    cx.create_named_with(who, a.text(5), granted, a.bool(6), |cx| {
        if is_paged {
            return Ok(Section { file: None, size });
        }
        let write = if granted.intersects(AccessMask(MAP_WRITE)) { FILE_WRITE } else { 0 };
        let id = cx.k.reference(who, file, Some(ObjectType::File), AccessMask(READ_DATA | write))?;
        let length = file_length(cx, id)?;
        let size = if size == 0 { length } else { size };
        if size == 0 {
            return Err(Status::MappedFileSizeZero);
        }
        // A file grows with its mapping where that may be written to, and else the mapping is too big.
        if size > length {
            if write == 0 {
                return Err(Status::SectionTooBig);
            }
            grow(cx, id, size);
        }
        Ok(Section { file: Some(id), size })
    })
    .inspect(|reply| {
        if reply.status == Status::Success {
            keep_file(cx, reply.object);
        }
    })
}

/// A new mapping of a file refers to the file object.
fn keep_file(cx: &mut Cx<'_>, section: Option<ObjectId>) {
    let found =
        section.and_then(|id| Some((cx.k.objects.number(id)?, cx.k.objects.body::<Section>(id)?.file?)));
    if let Some((no, file)) = found {
        cx.take_reference(file, Reference::Section(no));
    }
}

fn file_length(cx: &Cx<'_>, id: ObjectId) -> Result<u64, Status> {
    match cx.k.objects.body::<File>(id) {
        Some(File::Disk(file)) => Ok(cx.k.files.get(file.node).map_or(0, |node| node.data.len() as u64)),
        _ => Err(Status::InvalidFileForSection),
    }
}

/// Makes a file as large as its mapping.
fn grow(cx: &mut Cx<'_>, id: ObjectId, size: u64) {
    let Some(File::Disk(file)) = cx.k.objects.body::<File>(id) else { return };
    let node = file.node;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    if let Some(node) = cx.k.files.get_mut(node) {
        node.data.resize(size.min(LARGEST_FILE).max(node.data.len()), 0);
    }
}

fn map(cx: &mut Cx<'_>, who: Caller, a: &Args<'_>) -> CallResult {
    let wanted = a.dword(1);
    // A view to write to can be read too, whatever the handle says of reading.
    let content = if wanted & MAP_WRITE != 0 { MAP_WRITE } else { MAP_READ };
    let execute = if wanted & FILE_MAP_EXECUTE != 0 { MAP_EXECUTE } else { 0 };
    let needed = AccessMask(content | execute);
    let id = cx.k.reference(who, a.handle(0), Some(ObjectType::Section), needed)?;
    let section = cx.k.objects.body::<Section>(id).ok_or(Status::ObjectTypeMismatch)?;
    let offset = u64::from(a.dword(2)) << 32 | u64::from(a.dword(3));
    if offset % GRANULARITY != 0 {
        return Err(Status::MappedAlignment.into());
    }
    let rest = section.size.checked_sub(offset).ok_or(Status::InvalidViewSize)?;
    let size = if a.number(4) == 0 { rest } else { a.number(4) };
    if size == 0 || size > rest {
        return Err(Status::InvalidViewSize.into());
    }
    let record = cx.k.processes.get_mut(who.process).ok_or(Status::ProcessIsTerminating)?;
    let address = free_address(&record.views, size).ok_or(Status::InsufficientResources)?;
    record.views.push(View { address, size, section: id });
    let no: ObjectNo = record.no;
    cx.take_reference(id, Reference::View(no));
    Ok(Reply { object: Some(id), ..Reply::number(address) })
}

/// The lowest address where so many bytes are free.
fn free_address(views: &[View], size: u64) -> Option<u64> {
    let mut taken: Vec<(u64, u64)> = views.iter().map(|view| (view.address, view.size)).collect();
    taken.sort_unstable();
    let mut address = GRANULARITY;
    for (start, length) in taken {
        if start.checked_sub(address).is_some_and(|room| room >= size) {
            break;
        }
        address = start.checked_add(length)?.checked_next_multiple_of(GRANULARITY)?;
    }
    address.checked_add(size).map(|_| address)
}
