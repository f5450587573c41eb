//! How is the agent written in C?
//!
//! Nobody writes a function for each call: the same table of patterns from which a scenario becomes C gives the agent one
//! line for each call, which reads its arguments from the request.

use crate::export::{CALLS, CHILDREN, HEADERS, SHARED, calls, step};
use crate::kernel::CallSpec;
use crate::kernel::calls::{Kind, ParamSpec, Returns};
use crate::testing::program::{FROM_START, NAMES, THREADS};
use std::fmt::Write;

const ACTOR: &str = include_str!("actor.h");
const CONDUCTOR: &str = include_str!("conductor.h");

/// How many bytes the agent reads at most.
pub(super) const MOST_READ: usize = 1024;

/// The agent as a C program, for the same compiler as exported scenarios.
pub fn c() -> String {
    let mut out =
        "/* Made by handlelab: the agent that plays random programs on a real system. */\n".to_owned();
    out.push_str(HEADERS);
    out.push_str("#include <stddef.h>\n\n");
    // How many threads a process has at most, how many processes a program, and how many of these nobody creates.
    let numbers = [("THREADS", THREADS), ("PROCESSES", NAMES), ("FIRST_PROCESSES", FROM_START)];
    let _ = writeln!(out, "#define MOST_READ {MOST_READ}\n#define LAST_TEXT (MOST_READ + 1)");
    for (name, number) in numbers {
        let _ = writeln!(out, "#define {name} {number}");
    }
    for part in [CALLS, ACTOR, CHILDREN, SHARED] {
        out.push('\n');
        out.push_str(part);
    }
    out.push_str("\nstatic ULONGLONG dispatch(struct request *r, const char *call) {\n");
    for spec in CallSpec::all() {
        let _ = writeln!(out, "    if (!strcmp(call, \"{}\")) return {};", spec.name, answer(spec));
    }
    out.push_str("    return 0;\n}\n\n");
    out.push_str(CONDUCTOR);
    out
}

fn answer(spec: &CallSpec) -> String {
    let call = match calls::pattern(spec.name) {
        Some(pattern) => fill(spec, pattern)
            .replace("&information", "(out(r, \"lpProcessInformation\", 'r'), &r->information)"),
        None => {
            let params = spec.params.iter().filter(|param| param.positional);
            let args: Vec<String> = params.map(argument).collect();
            format!("{}({})", spec.name, args.join(", "))
        }
    };
    if spec.returns == Returns::Nothing { format!("({call}, 0)") } else { format!("N({call})") }
}

fn fill(spec: &CallSpec, pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, inside)) = rest.split_once('{') {
        out.push_str(before);
        let place = inside.split_once('}').filter(|_| inside.starts_with(|c: char| c.is_ascii_alphabetic()));
        match place {
            Some((what, after)) => {
                out.push_str(&part(spec, what));
                rest = after;
            }
            None => {
                out.push('{');
                rest = inside;
            }
        }
    }
    out + rest
}

/// What stands in braces in a pattern: a parameter, its length (`#`), its address (`&`), whether it is given (`?`), or what
/// stands for it if it is not (`|`).
fn part(spec: &CallSpec, what: &str) -> String {
    if let Some(names) = what.strip_suffix('?') {
        let given: Vec<String> = names.split('?').map(|name| format!("given(r, \"{name}\")")).collect();
        return given.join(" || ");
    }
    let (name, otherwise) = what.split_once('|').map_or((what, None), |(name, or)| (name, Some(or)));
    let bare = name.trim_end_matches(['#', '&']);
    let Some(param) = spec.params.iter().find(|param| param.name == bare) else { return "0".to_owned() };
    let written = argument(param);
    match (name.chars().last(), param.kind, otherwise) {
        (Some('#'), Kind::Handles { .. }, _) => format!("listed(r, \"{bare}\")"),
        (Some('#'), Kind::OutData, _) => format!("(given(r, \"{bare}\") ? MOST_READ : 0)"),
        (Some('#'), ..) => format!("length(r, \"{bare}\")"),
        (Some('&'), ..) => format!("given(r, \"{bare}\") ? &(HANDLE){{ {written} }} : NULL"),
        (_, _, Some(otherwise)) => format!("(given(r, \"{bare}\") ? {written} : {otherwise})"),
        _ => written,
    }
}

fn argument(param: &ParamSpec) -> String {
    let name = param.name;
    let read = |how: &str| format!("{how}(r, \"{name}\")");
    match param.kind {
        Kind::Handle { .. } | Kind::AnyHandle => read("handle"),
        Kind::Handles { .. } => read("list"),
        Kind::Access(_) | Kind::Flags(_) | Kind::Dword | Kind::Timeout => {
            format!("(DWORD){}", read("number"))
        }
        Kind::Bool => format!("{} != 0", read("number")),
        Kind::Long => format!("(LONG){}", read("number")),
        Kind::Large => format!("(LONGLONG){}", read("number")),
        Kind::ObjectName => read("object_name"),
        Kind::FileName => read("file_name"),
        Kind::Data => read("text"),
        Kind::Address => read("number"),
        Kind::NewProcess | Kind::NewThread => read("place"),
        Kind::Structure => "NULL".to_owned(),
        Kind::OutNumber if step::is_byte_count(param) => read("out_moved"),
        Kind::OutNumber => format!("out(r, \"{name}\", 'n')"),
        Kind::OutHandle => format!("out(r, \"{name}\", 'h')"),
        Kind::OutData => format!("out(r, \"{name}\", 'x')"),
        Kind::OutRecord(_) => format!("out(r, \"{name}\", 'r')"),
    }
}
