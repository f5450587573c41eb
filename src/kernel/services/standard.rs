//! What are a process's standard handles?
//!
//! Three values that a process keeps for input, output and error. They are numbers: whether they name anything is another
//! matter.

use crate::kernel::answer::Reply;
use crate::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::cx::{Caller, Cx};
use crate::kernel::ids::Handle;
use crate::kernel::status::Status;

/// STD_INPUT_HANDLE, STD_OUTPUT_HANDLE and STD_ERROR_HANDLE are -10, -11 and -12, as 32 bits.
const FIRST: u32 = -10i32 as u32;
const LAST: u32 = -12i32 as u32;

pub(super) const CALLS: &[CallSpec] = &[
    CallSpec {
        name: "GetStdHandle",
        about: "Gives the value of the process's standard input, output or error handle; NULL if there is none.",
        returns: Returns::FileHandle,
        params: &[ParamSpec::required("nStdHandle", Kind::Flags("standard"), "which of the three")],
        fails: &[(Status::InvalidHandle, "the number is none of the three")],
        facts: "5.18-5.21",
        example: "process p\np: h = GetStdHandle(STD_OUTPUT_HANDLE)  => NULL\n",
        tells: None,
        run: |cx, who, a| {
            let slot = slot(a.handle(0)).ok_or(Status::InvalidHandle)?;
            let record = cx.k.processes.get(who.process).ok_or(Status::InvalidHandle)?;
            let handle = record.standard[slot];
            let object = cx.k.look_up(who, handle).ok().map(|(object, _)| object);
            Ok(Reply { object, ..Reply::number(handle.0) })
        },
    },
    CallSpec {
        name: "SetStdHandle",
        about: "Sets the value of the process's standard input, output or error handle. It is not checked.",
        returns: Returns::Bool,
        params: &[
            ParamSpec::required("nStdHandle", Kind::Flags("standard"), "which of the three"),
            ParamSpec::required("hHandle", Kind::AnyHandle, "the value").kept(),
        ],
        fails: &[(Status::InvalidHandle, "the number is none of the three")],
        facts: "5.18",
        example: "process p\np: SetStdHandle(STD_OUTPUT_HANDLE, 0x4)  => TRUE\np: h = GetStdHandle(STD_OUTPUT_HANDLE)  => 0x4\n",
        tells: None,
        run: |cx, who, a| {
            let slot = slot(a.handle(0)).ok_or(Status::InvalidHandle)?;
            if let Some(record) = cx.k.processes.get_mut(who.process) {
                record.standard[slot] = a.handle(1);
            }
            Ok(Reply::done())
        },
    },
];

/// Which of the three a constant means; it may come with or without its sign.
pub(super) fn slot(handle: Handle) -> Option<usize> {
    let (high, low) = ((handle.0 >> 32) as u32, handle.0 as u32);
    let known = (LAST..=FIRST).contains(&low) && (high == 0 || high == u32::MAX);
    known.then(|| (FIRST - low) as usize)
}

/// Replaces such a constant by the caller's standard handle (fact 4.08).
pub(super) fn translate(cx: &Cx<'_>, who: Caller, handle: Handle) -> Handle {
    match (slot(handle), cx.k.processes.get(who.process)) {
        (Some(slot), Some(record)) => record.standard[slot],
        _ => handle,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_is_known_with_its_sign_and_without_and_in_no_other_way() {
        let slots = [0xFFFF_FFF6, 0xFFFF_FFFF_FFFF_FFF5, 0xFFFF_FFF4].map(|value| slot(Handle(value)));
        assert_eq!(slots, [Some(0), Some(1), Some(2)]);
        for other in [0xFFFF_FFF7, 0xFFFF_FFF3, 0x1_FFFF_FFF6, 0x7FFF_FFFF_FFFF_FFF6] {
            assert_eq!(slot(Handle(other)), None, "{other:#x}");
        }
    }
}
