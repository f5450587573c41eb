//! What can a program ask and change about a handle?

use super::standard;
use crate::kernel::access::AccessMask;
use crate::kernel::answer::{CallResult, OutValue, Reply};
use crate::kernel::calls::{Args, CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::cx::{Caller, Cx};
use crate::kernel::effects::Effect;
use crate::kernel::options::SetPseudo;
use crate::kernel::status::Status;
use crate::kernel::table::HandleAttributes;

/// HANDLE_FLAG_INHERIT
const INHERIT: u32 = 1;
/// HANDLE_FLAG_PROTECT_FROM_CLOSE
const PROTECT: u32 = 2;

pub(super) const CALLS: &[CallSpec] = &[
    CallSpec {
        name: "GetHandleInformation",
        about: "Gives the flags of a handle: whether it is inheritable, and whether it is protected from closing.",
        returns: Returns::Bool,
        params: &[
            ParamSpec::required("hObject", Kind::AnyHandle, "the handle; no right is needed"),
            ParamSpec::required("lpdwFlags", Kind::OutNumber, "gets the flags"),
        ],
        fails: &[(Status::InvalidHandle, "the value names no handle of this process")],
        facts: "4.01-4.08",
        example: "process p\np: h = CreateEvent(bInheritHandle: TRUE)  => HANDLE\np: GetHandleInformation(h, &flags)  => TRUE\n\
                  check p.flags == HANDLE_FLAG_INHERIT\n",
        tells: None,
        run: get,
    },
    CallSpec {
        name: "SetHandleInformation",
        about: "Changes the flags of a handle; only those named in the mask.",
        returns: Returns::Bool,
        params: &[
            ParamSpec::required("hObject", Kind::AnyHandle, "the handle; no right is needed"),
            ParamSpec::required("dwMask", Kind::Flags("handle"), "which flags to change"),
            ParamSpec::required(
                "dwFlags",
                Kind::Flags("handle"),
                "what they become: the same flags to set them, 0 to clear them",
            ),
        ],
        fails: &[
            (Status::InvalidHandle, "the value names no handle of this process"),
            (Status::AccessDenied, "it is a pseudohandle"),
        ],
        facts: "4.01-4.09",
        example: "process p\np: h = CreateEvent()  => HANDLE\n\
                  p: SetHandleInformation(h, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT)  => TRUE\ncheck inherits(p, p.h)\n",
        tells: None,
        run: set,
    },
    CallSpec {
        name: "CompareObjectHandles",
        about: "Tells whether two handles name the same object, whatever they allow.",
        returns: Returns::Bool,
        params: &[
            ParamSpec::any_object("hFirstObjectHandle", 0, "a handle"),
            ParamSpec::any_object("hSecondObjectHandle", 0, "another"),
        ],
        fails: &[(Status::NotSameObject, "they name two different objects")],
        facts: "11.01 11.02",
        example: "process p\np: a = CreateEvent()  => HANDLE\np: b = CreateEvent()  => HANDLE\n\
                  p: CompareObjectHandles(a, b)  => FALSE ERROR_NOT_SAME_OBJECT\n",
        tells: None,
        run: |cx, who, a| {
            let (first, second) = (a.object(cx, who, 0)?, a.object(cx, who, 1)?);
            if first == second { Ok(Reply::done()) } else { Err(Status::NotSameObject.into()) }
        },
    },
];

fn get(cx: &mut Cx<'_>, who: Caller, a: &Args<'_>) -> CallResult {
    let handle = standard::translate(cx, who, a.handle(0));
    cx.k.reference(who, handle, None, AccessMask::NONE)?;
    let table = cx.k.processes.get(who.process).and_then(|record| record.table.as_ref());
    let flags = table.and_then(|table| table.get(handle)).map_or(0, |entry| {
        let HandleAttributes { inherit, protect_from_close, .. } = entry.attributes;
        [(inherit, INHERIT), (protect_from_close, PROTECT)]
            .into_iter()
            .filter(|(set, _)| *set)
            .map(|(_, flag)| flag)
            .sum()
    });
    Ok(Reply::done().out(1, OutValue::Number(flags.into())))
}

fn set(cx: &mut Cx<'_>, who: Caller, a: &Args<'_>) -> CallResult {
    let handle = standard::translate(cx, who, a.handle(0));
    let (mask, flags) = (a.dword(1), a.dword(2));
    cx.k.reference(who, handle, None, AccessMask::NONE)?;
    let record = cx.k.processes.get_part_mut(who.process).ok_or(Status::InvalidHandle)?;
    let change = |attributes: &mut HandleAttributes| {
        if mask & INHERIT != 0 {
            attributes.inherit = flags & INHERIT != 0;
        }
        if mask & PROTECT != 0 {
            attributes.protect_from_close = flags & PROTECT != 0;
        }
    };
    let Some(attributes) = record.table.as_mut().and_then(|table| table.change(handle, change)) else {
        return Err(match cx.k.options.set_pseudo {
            SetPseudo::AccessDenied => Status::AccessDenied,
            SetPseudo::InvalidHandle => Status::InvalidHandle,
        }
        .into());
    };
    let (process, handle) = (record.no, handle.untagged());
    cx.log.push(|| Effect::HandleChanged { process, handle, attributes });
    Ok(Reply::done())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Arg, Handle, Kernel, Log, Options, Outcome};

    #[test]
    fn the_effect_of_a_change_names_the_entry_without_tag_bits() {
        let mut log = Log::recording();
        let mut kernel = Kernel::new(Options::default());
        let (_, thread) = kernel.start_process("p", &mut log);
        let mut call = |name: &str, args: &[u64]| {
            let args: Vec<Arg> = args.iter().copied().map(Arg::Number).collect();
            let outcome = kernel.call(thread, CallSpec::find(name).unwrap(), &args, &mut log);
            assert!(matches!(&outcome, Outcome::Returned(answer) if answer.succeeded), "{outcome:?}");
        };
        call("CreateEvent", &[]);
        call("SetHandleInformation", &[4 + 3, INHERIT.into(), INHERIT.into()]);
        let effects = log.take_effects();
        let changed = effects.iter().find_map(|effect| match effect {
            Effect::HandleChanged { handle, .. } => Some(*handle),
            _ => None,
        });
        assert_eq!(changed, Some(Handle(4)));
    }
}
