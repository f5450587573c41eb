//! How is a value written in C?

use crate::kernel::Win32Error;
use crate::kernel::calls::{Kind, Returns};
use crate::kernel::constants::{Constant, Family};
use crate::run::words;
use crate::scenario::program::{ActorId, Program, Term, VariableId};
use crate::scenario::tree::{BinaryOp, UnaryOp};

/// The name of an actor in C.
pub(super) fn actor(program: &Program, id: ActorId) -> String {
    format!("actor_{}", word(&program.actor(id).name))
}

/// The name of a variable in C: `parent_pi_hProcess`.
pub(super) fn variable(program: &Program, id: VariableId) -> String {
    let variable = program.variable(id);
    format!("{}_{}", word(&program.actor(variable.process).name), word(&variable.name))
}

/// A word that C takes as a name.
pub(super) fn word(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// A text as a C string.
pub(super) fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            b'\n' => out.push_str("\\n"),
            b'?' => out.push_str("\\?"),
            32..=126 => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\{byte:03o}")),
        }
    }
    out.push('"');
    out
}

/// A number, in hexadecimal where it is large.
pub(super) fn number(number: u64) -> String {
    match number {
        0..=0xFFFF => number.to_string(),
        0x1_0000..=0xFFFF_FFFF => format!("{number:#X}u"),
        _ if number as i64 > -0x1_0000 => format!("(ULONGLONG){}", number as i64),
        _ => format!("{number:#X}ull"),
    }
    .replace("0X", "0x")
}

/// A number, by the name of the constant that the scenario writes; in an expression it must be an integer in C too.
fn constant(value: u64, name: Option<&'static str>) -> String {
    match name {
        Some("NULL") => "0".to_owned(),
        Some("INVALID_HANDLE_VALUE") => "N(INVALID_HANDLE_VALUE)".to_owned(),
        // An NTSTATUS has a sign in C.
        Some(name) if !name.starts_with("STATUS_") => name.to_owned(),
        _ => number(value),
    }
}

/// Is the value nothing but constants that are written by their names?
pub(super) fn is_by_name(term: &Term) -> bool {
    match term {
        Term::Number(_, name) => name.is_some(),
        Term::Binary(BinaryOp::BitOr, left, right) => is_by_name(left) && is_by_name(right),
        _ => false,
    }
}

/// An answer that a scenario expects of a call, with the name that Win32 has for it.
pub(super) fn answer(returns: Returns, value: u64) -> String {
    if !matches!(returns, Returns::Bool | Returns::Wait | Returns::Number { .. }) {
        return number(value);
    }
    let words = words::value(returns, value);
    let (name, more) = words.split_once(" + ").unwrap_or((&words, "0"));
    let named = Constant::find(name).zip(more.parse().ok()).map(|(first, more): (_, u64)| first.value + more);
    if named == Some(value) { words } else { number(value) }
}

/// An error that a scenario expects behind a call.
pub(super) fn error(error: u32) -> String {
    Win32Error(error).name().map_or_else(|| error.to_string(), str::to_owned)
}

/// A value that a program itself can work out: for the arguments of a call, and for copies.
pub(super) fn value(program: &Program, term: &Term) -> Option<String> {
    Some(match term {
        Term::Number(value, name) => constant(*value, *name),
        Term::Text(value) => text(value),
        Term::Variable(id, _) => format!("V({})", variable(program, *id)),
        Term::Pid(id) => format!("PID({})", actor(program, *id)),
        Term::Call(spec) => format!("N({}())", spec.name),
        Term::Unary(op, inner) => unary(*op, &value(program, inner)?),
        Term::Binary(op, left, right) => binary(*op, &value(program, left)?, &value(program, right)?),
        Term::Ask(..) | Term::Object(_) => return None,
    })
}

/// An operator in front.
pub(super) fn unary(op: UnaryOp, inner: &str) -> String {
    match op {
        UnaryOp::Not => format!("!{inner}"),
        UnaryOp::Complement => format!("~(ULONGLONG)({inner})"),
        UnaryOp::Minus => format!("-(ULONGLONG)({inner})"),
    }
}

/// An operator between.
pub(super) fn binary(op: BinaryOp, left: &str, right: &str) -> String {
    let sign = op.symbol();
    match op {
        BinaryOp::Less | BinaryOp::LessOrEqual | BinaryOp::Greater | BinaryOp::GreaterOrEqual => {
            format!("((LONGLONG)({left}) {sign} (LONGLONG)({right}))")
        }
        // C warns of a `!` that might have been meant for the whole.
        BinaryOp::Equal | BinaryOp::NotEqual if left.starts_with('!') => format!("(({left}) {sign} {right})"),
        _ => format!("({left} {sign} {right})"),
    }
}

/// An expression without parentheses around the whole.
pub(super) fn bare(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return text };
    let mut open = 0_usize;
    for c in inner.chars() {
        match c {
            // Parentheses may stand in a text as well; then it is left as it is.
            '"' => return text,
            '(' => open += 1,
            ')' if open == 0 => return text,
            ')' => open -= 1,
            _ => {}
        }
    }
    inner
}

/// A number with the names that Win32 has for it, for a parameter of this kind.
pub(super) fn named(kind: Kind, value: u64) -> String {
    let family = match kind {
        Kind::Bool => return if value == 0 { "FALSE" } else { "TRUE" }.to_owned(),
        Kind::Timeout if value == 0xFFFF_FFFF => return "INFINITE".to_owned(),
        Kind::Flags(family) => family,
        _ => return number(value),
    };
    let mut rest = value;
    let mut words = Vec::new();
    for constant in Constant::all().iter().filter(|constant| constant.family == Family::Flag(family)) {
        if constant.value == value {
            return constant.name.to_owned();
        }
        if constant.value != 0 && rest & constant.value == constant.value {
            rest &= !constant.value;
            words.push(constant.name);
        }
    }
    if rest == 0 && !words.is_empty() { words.join(" | ") } else { number(value) }
}
