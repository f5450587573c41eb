//! What does GetLastError give?
//!
//! Each thread has a last error of its own. A call that fails sets it; one that succeeds mostly leaves it (fact 6.43).

use crate::kernel::answer::Reply;
use crate::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::status::Win32Error;

pub(super) const CALLS: &[CallSpec] = &[
    CallSpec::telling(
        "GetLastError",
        "Gives the calling thread's last error. Most calls that succeed leave it as it was.",
        "6.43 7.03",
        "process p\np: CloseHandle(NULL)  => FALSE\np: GetLastError()  => ERROR_INVALID_HANDLE\n",
        |kernel, who| kernel.last_error(who.thread).map_or(0, |error| error.0.into()),
    ),
    CallSpec {
        name: "SetLastError",
        about: "Sets the calling thread's last error.",
        returns: Returns::Nothing,
        params: &[ParamSpec::required("dwErrCode", Kind::Flags("error"), "the error")],
        fails: &[],
        facts: "6.43",
        example: "process p\np: SetLastError(0)\np: GetLastError()  => 0\n",
        tells: None,
        run: |cx, who, a| {
            cx.k.set_last_error(who.thread, Win32Error(a.dword(0)));
            Ok(Reply::number(0))
        },
    },
];
