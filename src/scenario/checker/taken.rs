//! What does a parameter take, in words?

use super::unknown::listed;
use crate::kernel::access::{Right, STANDARD_RIGHTS};
use crate::kernel::calls::Kind;
use crate::kernel::constants::{Constant, Family};

/// What is passed for a parameter of this kind.
pub(crate) fn taken(kind: Kind) -> &'static str {
    match kind {
        Kind::Handle { .. } | Kind::AnyHandle => "a handle",
        Kind::Handles { .. } => "a list of handles",
        Kind::Access(_) => "access rights",
        Kind::Flags(_) => "a constant",
        Kind::Bool => "TRUE or FALSE",
        Kind::Timeout => "a time in milliseconds",
        Kind::ObjectName | Kind::FileName | Kind::Data => "a text",
        Kind::NewProcess | Kind::NewThread => "a name",
        Kind::Structure => "NULL",
        Kind::Dword | Kind::Long | Kind::Large | Kind::Address => "a number",
        Kind::OutNumber | Kind::OutHandle | Kind::OutData | Kind::OutRecord(_) => "a variable to fill",
    }
}

/// How such a thing is written, for somebody who wrote a text; nothing where a plain number is meant.
pub(super) fn how_written(kind: Kind) -> Option<String> {
    match kind {
        Kind::Handle { .. } | Kind::AnyHandle | Kind::Handles { .. } => Some(
            "A handle comes from a call that creates or opens the object: `h = OpenEvent(SYNCHRONIZE, FALSE, \"Ready\")`."
                .to_owned(),
        ),
        Kind::Access(of) => {
            let own: &[Right] = of.map_or(&[], |of| of.spec().rights);
            let rights = listed(own.iter().chain(STANDARD_RIGHTS).map(|right| right.name));
            Some(format!("{rights} are the rights; several are joined by `|`."))
        }
        Kind::Flags(family) => {
            let flags = Constant::all().iter().filter(|constant| constant.family == Family::Flag(family));
            let names = listed(flags.map(|flag| flag.name));
            (!names.is_empty()).then(|| format!("The constants are {names}."))
        }
        Kind::Bool => Some("Write `TRUE` or `FALSE`, without quotes.".to_owned()),
        Kind::Timeout => Some("Write the number of milliseconds, or `INFINITE`, without quotes.".to_owned()),
        _ => None,
    }
}
