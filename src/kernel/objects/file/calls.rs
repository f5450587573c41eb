//! Which calls open files and pipes, read and write them?

use super::disk::{self, Request};
use super::{File, READ_DATA, pipe};
use crate::kernel::answer::{CallResult, Reply};
use crate::kernel::calls::{Args, CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::cx::{Caller, Cx};
use crate::kernel::effects::Transfer;
use crate::kernel::objects::ObjectType;
use crate::kernel::status::Status;

pub(super) const CALLS: &[CallSpec] = &[
    CREATE_FILE,
    READ_FILE,
    WRITE_FILE,
    CallSpec {
        name: "DeleteFile",
        about: "Deletes a file. Whoever has it open must share deletion, and keeps it until the last handle is closed.",
        returns: Returns::Bool,
        params: &[ParamSpec::required("lpFileName", Kind::FileName, "the file's name")],
        fails: &[
            (Status::ObjectNameNotFound, "there is no such file"),
            (Status::SharingViolation, "somebody has it open and does not share deletion"),
            (Status::CannotDelete, "somebody has a view of it"),
            (Status::DeletePending, "it has been deleted and waits for its last handle"),
        ],
        facts: "11.23-11.25",
        example: "process p\np: DeleteFile(\"nothing.txt\")  => FALSE ERROR_FILE_NOT_FOUND\n",
        tells: None,
        run: |cx, _, a| disk::delete(cx, a.text(0).unwrap_or_default()),
    },
    CallSpec {
        name: "GetFileAttributes",
        about: "Tells whether a file is there, without opening it.",
        returns: Returns::Number { failure: 0xFFFF_FFFF },
        params: &[ParamSpec::required("lpFileName", Kind::FileName, "the file's name")],
        fails: &[
            (Status::ObjectNameNotFound, "there is no such file"),
            (Status::DeletePending, "it has been deleted and waits for its last handle"),
        ],
        facts: "11.24",
        example: "process p\np: GetFileAttributes(\"nothing.txt\")  => INVALID_FILE_ATTRIBUTES ERROR_FILE_NOT_FOUND\n",
        tells: None,
        run: |cx, _, a| disk::attributes(cx, a.text(0).unwrap_or_default()),
    },
    pipe::CREATE_PIPE,
    pipe::PEEK,
];

const CREATE_FILE: CallSpec = CallSpec {
    name: "CreateFile",
    about: "Opens a file, making it first where the disposition says so. A failure gives INVALID_HANDLE_VALUE, not NULL.",
    returns: Returns::FileHandle,
    params: &[
        ParamSpec::required("lpFileName", Kind::FileName, "the file's name"),
        ParamSpec::optional(
            "dwDesiredAccess",
            Kind::Access(Some(ObjectType::File)),
            "what the handle shall allow",
        ),
        ParamSpec::optional("dwShareMode", Kind::Flags("share"), "what others may do meanwhile"),
        ParamSpec::attributes("lpSecurityAttributes"),
        ParamSpec::required(
            "dwCreationDisposition",
            Kind::Flags("disposition"),
            "what to do if it is there, or is not",
        ),
        ParamSpec::optional(
            "dwFlagsAndAttributes",
            Kind::Flags("file"),
            "what kind of file a new one is, and whether it goes with its last handle",
        ),
        ParamSpec::optional("hTemplateFile", Kind::Structure, "not used here: NULL"),
        ParamSpec::INHERIT,
    ],
    fails: &[
        (Status::ObjectNameNotFound, "the file is not there and shall not be made"),
        (Status::ObjectNameCollision, "CREATE_NEW, and the file is there (ERROR_FILE_EXISTS)"),
        (Status::SharingViolation, "somebody has it open and the share modes do not fit"),
        (Status::DeletePending, "it has been deleted and waits for its last handle"),
        (Status::UserMappedFile, "CREATE_ALWAYS or TRUNCATE_EXISTING, and there is a mapping of it"),
        (
            Status::InvalidParameter,
            "the disposition is none, or it is TRUNCATE_EXISTING without GENERIC_WRITE",
        ),
    ],
    facts: "9.10 9.11 11.19-11.26",
    example: "process p\np: h = CreateFile(\"a.txt\", GENERIC_WRITE, dwCreationDisposition: CREATE_ALWAYS)  => HANDLE\n\
              p: WriteFile(h, \"hello\")  => TRUE\n",
    tells: None,
    run: |cx, who, a| {
        let request = Request {
            path: a.text(0).unwrap_or_default(),
            access: a.access(1),
            share: a.dword(2),
            disposition: a.dword(4),
            flags: a.dword(5),
            inherit: a.bool(7),
        };
        disk::open(cx, who, &request)
    },
};

const READ_FILE: CallSpec = CallSpec {
    name: "ReadFile",
    about: "Reads from a file, or from a pipe, where it waits for data while somebody can still write.",
    returns: Returns::Bool,
    params: &[
        ParamSpec::object("hFile", ObjectType::File, READ_DATA, "the file or the pipe's read end"),
        ParamSpec::required("lpBuffer", Kind::OutData, "gets the data"),
        ParamSpec::optional(
            "nNumberOfBytesToRead",
            Kind::Dword,
            "at most so many bytes; left out: all there is",
        ),
        ParamSpec::optional("lpNumberOfBytesRead", Kind::OutNumber, "gets how many bytes were read"),
        ParamSpec::optional("lpOverlapped", Kind::Structure, "not used here: NULL"),
    ],
    fails: &[(Status::PipeBroken, "the pipe is empty and nobody has its write end open")],
    facts: "11.09-11.13",
    example: "process p\np: CreatePipe(&hRead, &hWrite)  => TRUE\np: CloseHandle(hWrite)  => TRUE\n\
              p: ReadFile(hRead, &data)  => FALSE ERROR_BROKEN_PIPE\n",
    tells: None,
    run: read_file,
};

const WRITE_FILE: CallSpec = CallSpec {
    name: "WriteFile",
    about: "Writes to a file, or to a pipe, where it waits while the pipe is full.",
    returns: Returns::Bool,
    params: &[
        ParamSpec::object(
            "hFile",
            ObjectType::File,
            0,
            "the file or the pipe's write end; needs FILE_WRITE_DATA or FILE_APPEND_DATA",
        ),
        ParamSpec::required("lpBuffer", Kind::Data, "the data, which brings its own length"),
        ParamSpec::optional("lpNumberOfBytesWritten", Kind::OutNumber, "gets how many bytes were written"),
        ParamSpec::optional("lpOverlapped", Kind::Structure, "not used here: NULL"),
    ],
    fails: &[
        (Status::AccessDenied, "the handle has neither FILE_WRITE_DATA nor FILE_APPEND_DATA"),
        (Status::PipeClosing, "nobody has the pipe's read end open"),
    ],
    facts: "9.10 11.16",
    example: "process p\np: CreatePipe(&hRead, &hWrite)  => TRUE\np: CloseHandle(hRead)  => TRUE\n\
              p: WriteFile(hWrite, \"one\")  => FALSE ERROR_NO_DATA\n",
    tells: None,
    run: write_file,
};

fn read_file(cx: &mut Cx<'_>, who: Caller, a: &Args<'_>) -> CallResult {
    let id = a.object(cx, who, 0)?;
    let most = if a.given(2) { a.dword(2) } else { u32::MAX };
    match cx.k.objects.body::<File>(id) {
        Some(File::Pipe(end)) => {
            let end = *end;
            pipe::read(cx, who, id, end, most, a.spec)
        }
        _ => {
            let data = disk::read(cx, id, most as usize);
            pipe::moved(cx, id, Transfer::Read, data.len());
            Ok(pipe::read_reply(&data))
        }
    }
}

fn write_file(cx: &mut Cx<'_>, who: Caller, a: &Args<'_>) -> CallResult {
    let id = a.object(cx, who, 0)?;
    let (_, granted) = cx.k.look_up(who, a.handle(0))?;
    if !pipe::may_write(granted) {
        return Err(Status::AccessDenied.into());
    }
    let data = a.text(1).unwrap_or_default().as_bytes();
    match cx.k.objects.body::<File>(id) {
        Some(File::Pipe(end)) => {
            let end = *end;
            pipe::write(cx, who, id, end, data, a.spec)
        }
        _ => {
            disk::write(cx, id, data);
            pipe::moved(cx, id, Transfer::Written, data.len());
            Ok::<Reply, _>(pipe::write_reply(data.len() as u32))
        }
    }
}
