//! What happens when a handle is closed?

use super::standard;
use crate::kernel::answer::Reply;
use crate::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::cx::{Caller, Cx};
use crate::kernel::effects::CloseReason;
use crate::kernel::ids::Handle;
use crate::kernel::status::Status;

pub(super) const CALLS: &[CallSpec] = &[CallSpec {
    name: "CloseHandle",
    about: "Closes a handle: the entry goes, the object loses one handle, and with the last one its name, and with the \
            last reference the object. Closing a process's handle does not end the process.",
    returns: Returns::Bool,
    params: &[ParamSpec::required("hObject", Kind::AnyHandle, "the handle; no right is needed")],
    fails: &[
        (
            Status::InvalidHandle,
            "the value names no handle of this process: it was closed already, or never was one",
        ),
        (Status::HandleNotClosable, "the handle is protected from closing"),
    ],
    facts: "2.01-2.21",
    example: "process p\np: h = CreateEvent()  => HANDLE\np: CloseHandle(h)  => TRUE\ncheck dead(p.h)\n\
              p: CloseHandle(h)  => FALSE ERROR_INVALID_HANDLE\n",
    tells: None,
    run: |cx, who, a| {
        close_handle(cx, who, a.handle(0))?;
        Ok(Reply::done())
    },
}];

/// Closes a handle of the caller. The constants STD_INPUT_HANDLE and so on, which name no entry of any table, mean the standard
/// handle itself, which becomes NULL (fact 2.15).
pub(in crate::kernel) fn close_handle(cx: &mut Cx<'_>, who: Caller, handle: Handle) -> Result<(), Status> {
    match close(cx, who, handle) {
        Err(Status::InvalidHandle) => close_standard(cx, who, standard::slot(handle)),
        result => result,
    }
}

/// Closes a handle of the caller. A pseudohandle is accepted without effect (fact 2.06).
pub(super) fn close(cx: &mut Cx<'_>, who: Caller, handle: Handle) -> Result<(), Status> {
    let table = cx.k.processes.get(who.process).and_then(|record| record.table.as_ref());
    match table.and_then(|table| table.get(handle)) {
        Some(entry) if entry.attributes.protect_from_close => Err(Status::HandleNotClosable),
        Some(_) => {
            cx.close_handle(who.process, handle.untagged(), CloseReason::Close);
            Ok(())
        }
        None if handle.is_pseudo() => Ok(()),
        None => Err(Status::InvalidHandle),
    }
}

fn close_standard(cx: &mut Cx<'_>, who: Caller, slot: Option<usize>) -> Result<(), Status> {
    let slot = slot.ok_or(Status::InvalidHandle)?;
    let record = cx.k.processes.get(who.process).ok_or(Status::InvalidHandle)?;
    close(cx, who, record.standard[slot])?;
    if let Some(record) = cx.k.processes.get_mut(who.process) {
        record.standard[slot] = Handle::NULL;
    }
    Ok(())
}
