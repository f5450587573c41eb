//! What are the kernel's own calls called?
//!
//! They do what the Win32 calls do, and answer with the NTSTATUS itself.

use super::close;
use super::duplicate::{self, Duplication};
use crate::kernel::access::AccessMask;
use crate::kernel::answer::{CallResult, Reply};
use crate::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::cx::Cx;
use crate::kernel::ids::ObjectId;
use crate::kernel::objects::ObjectType;
use crate::kernel::options::CreatePermanentPrivilege;
use crate::kernel::status::Status;
use crate::kernel::table::HandleAttributes;

/// OBJ_PROTECT_CLOSE
const OBJ_PROTECT_CLOSE: u32 = 1;
/// OBJ_INHERIT
const OBJ_INHERIT: u32 = 2;

pub(super) const CALLS: &[CallSpec] = &[
    CallSpec {
        name: "NtClose",
        about: "Closes a handle, like CloseHandle.",
        returns: Returns::Status,
        params: &[ParamSpec::required("Handle", Kind::AnyHandle, "the handle")],
        fails: &[
            (Status::InvalidHandle, "the value names no handle of this process"),
            (Status::HandleNotClosable, "the handle is protected from closing"),
        ],
        facts: "2.02-2.12",
        example: "process p\np: h = CreateEvent()  => HANDLE\np: NtClose(h)  => STATUS_SUCCESS\n\
                  p: NtClose(h)  => STATUS_INVALID_HANDLE\n",
        tells: None,
        run: |cx, who, a| Ok(close::close(cx, who, a.handle(0)).map(|()| Reply::done())?),
    },
    CallSpec {
        name: "NtDuplicateObject",
        about: "Duplicates a handle, like DuplicateHandle, with attributes for the new one.",
        returns: Returns::Status,
        params: &[
            ParamSpec::required(
                "SourceProcessHandle",
                Kind::AnyHandle,
                "the process whose handle is duplicated; needs PROCESS_DUP_HANDLE",
            )
            .must_be(ObjectType::Process),
            ParamSpec::required(
                "SourceHandle",
                Kind::AnyHandle,
                "the handle to duplicate, as the source process knows it",
            )
            .in_table_of("SourceProcessHandle"),
            ParamSpec::optional(
                "TargetProcessHandle",
                Kind::AnyHandle,
                "the process that gets the new handle; needs PROCESS_DUP_HANDLE",
            )
            .must_be(ObjectType::Process),
            ParamSpec::optional("TargetHandle", Kind::OutHandle, "gets the new handle's value"),
            ParamSpec::optional("DesiredAccess", Kind::Access(None), "what the new handle shall allow"),
            ParamSpec::optional(
                "HandleAttributes",
                Kind::Flags("attributes"),
                "whether the new handle is inheritable, and whether it is protected",
            ),
            ParamSpec::optional(
                "Options",
                Kind::Flags("duplicate"),
                "whether to keep the source's rights and flags, and whether to close it",
            ),
        ],
        fails: duplicate::FAILS,
        facts: "3.27 3.28",
        example: "process p\np: h = CreateEvent()  => HANDLE\n\
                  p: NtDuplicateObject(GetCurrentProcess(), h, GetCurrentProcess(), &copy, 0, OBJ_PROTECT_CLOSE, \
                  DUPLICATE_SAME_ACCESS)  => STATUS_SUCCESS\ncheck protected(p, p.copy)\n",
        tells: None,
        run: |cx, who, a| {
            let attributes = HandleAttributes {
                inherit: a.dword(5) & OBJ_INHERIT != 0,
                protect_from_close: a.dword(5) & OBJ_PROTECT_CLOSE != 0,
            };
            duplicate::duplicate(cx, who, a, &Duplication::read(a, attributes, a.dword(6)))
        },
    },
    CallSpec {
        name: "NtMakePermanentObject",
        about: "Makes an object permanent: its name stays, and so does the object, when the last handle is closed.",
        returns: Returns::Status,
        params: &[ParamSpec::any_object("Handle", 0, "the object")],
        fails: &[(Status::PrivilegeNotHeld, "the user does not hold SeCreatePermanentPrivilege")],
        facts: "6.04",
        example: "option create_permanent_privilege = yes\nprocess p\np: h = CreateEvent(lpName: \"Ready\")  => HANDLE\n\
                  p: NtMakePermanentObject(h)  => STATUS_SUCCESS\np: CloseHandle(h)  => TRUE\ncheck named(\"Ready\")\n",
        tells: None,
        run: |cx, who, a| {
            if cx.k.options.create_permanent_privilege == CreatePermanentPrivilege::No {
                return Err(Status::PrivilegeNotHeld.into());
            }
            let id = a.object(cx, who, 0)?;
            set_permanent(cx, id, true)
        },
    },
    CallSpec {
        name: "NtMakeTemporaryObject",
        about: "Undoes NtMakePermanentObject: the name goes with the last handle again.",
        returns: Returns::Status,
        params: &[ParamSpec::any_object("Handle", AccessMask::DELETE.0, "the object")],
        fails: &[],
        facts: "6.04",
        example: "process p\np: h = CreateEvent(lpName: \"Ready\")  => HANDLE\n\
                  p: NtMakeTemporaryObject(h)  => STATUS_SUCCESS\np: CloseHandle(h)  => TRUE\ncheck !named(\"Ready\")\n",
        tells: None,
        run: |cx, who, a| {
            let id = a.object(cx, who, 0)?;
            set_permanent(cx, id, false)
        },
    },
];

fn set_permanent(cx: &mut Cx<'_>, id: ObjectId, permanent: bool) -> CallResult {
    cx.k.objects.header_mut(id).ok_or(Status::InvalidHandle)?.permanent = permanent;
    Ok(Reply::done())
}
