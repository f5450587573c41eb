//! How is a call with its arguments written in the language of scenarios?

use super::system::Reply;
use crate::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::constants::{Constant, Family};
use crate::kernel::{AccessMask, Win32Error};
use crate::run::words;
use crate::scenario::tree::{
    Arg, BinaryOp, Call, Comments, Expect, Expected, Expr, ExprKind, Name, Number, Path, Text, UnaryOp,
};

/// `hEvent0`, `TRUE`
pub(super) fn path(text: impl AsRef<str>) -> Expr {
    Expr::new(ExprKind::Path(Path::new(text.as_ref())))
}

/// `"Ready"`
pub(super) fn text(text: &str) -> Expr {
    Expr::new(ExprKind::Text(Box::new(Text::new(text))))
}

/// `[a, b]`
pub(super) fn list(items: Vec<Expr>) -> Expr {
    Expr::new(ExprKind::List(items.into()))
}

/// `&h`
pub(super) fn out(name: String) -> Expr {
    Expr::new(ExprKind::Out(Box::new(Path::new(name))))
}

/// `GetCurrentProcess()`
pub(super) fn telling(call: &str) -> Expr {
    apply(call, Vec::new())
}

/// `handles(a.hEvent0)`
pub(super) fn apply(name: &str, args: Vec<Expr>) -> Expr {
    Expr::new(ExprKind::Apply(Box::new(Name::new(name)), args.into()))
}

/// `left == right`
pub(super) fn binary(operator: BinaryOp, left: Expr, right: Expr) -> Expr {
    Expr::new(ExprKind::Binary(operator, Box::new(left), Box::new(right)))
}

/// `!fact`, or the fact as it is.
pub(super) fn unless(no: bool, fact: Expr) -> Expr {
    if no { Expr::new(ExprKind::Unary(UnaryOp::Not, Box::new(fact))) } else { fact }
}

/// `h + 1`
pub(super) fn sum(name: String, plus: u8) -> Expr {
    match plus {
        0 => path(name),
        plus => binary(BinaryOp::Plus, path(name), decimal(plus.into())),
    }
}

/// `259`, `-1`
pub(super) fn decimal(value: u64) -> Expr {
    if (value as i64) < 0 {
        let positive = Expr::new(ExprKind::Number(Box::new(Number::decimal(value.wrapping_neg()))));
        return Expr::new(ExprKind::Unary(UnaryOp::Minus, Box::new(positive)));
    }
    Expr::new(ExprKind::Number(Box::new(Number::decimal(value))))
}

/// `0x1F0003`
pub(super) fn hexadecimal(value: u64) -> Expr {
    Expr::new(ExprKind::Number(Box::new(Number::hexadecimal(value))))
}

/// A handle's value: `0x4`, `-3`, `NULL`.
pub(super) fn handle(value: u64) -> Expr {
    match value {
        0 => path("NULL"),
        u64::MAX => path("INVALID_HANDLE_VALUE"),
        _ if (value as i64) < 0 => decimal(value),
        _ => hexadecimal(value),
    }
}

/// A number in the words of the parameter that it is for.
pub(super) fn number(kind: Kind, value: u64) -> Expr {
    match kind {
        Kind::Bool => path(if value == 0 { "FALSE" } else { "TRUE" }),
        Kind::Timeout if value == u64::from(u32::MAX) => path("INFINITE"),
        Kind::Handle { .. } | Kind::AnyHandle => handle(value),
        Kind::Access(Some(object_type)) => {
            words_or_hexadecimal(&object_type.access_in_words(AccessMask(value as u32)))
        }
        Kind::Access(None) | Kind::Address => hexadecimal(value),
        Kind::Flags("error") => decimal(value),
        Kind::Flags(family) => flags(family, value),
        _ => decimal(value),
    }
}

/// `EVENT_MODIFY_STATE | 0x8000`
fn words_or_hexadecimal(words: &str) -> Expr {
    let exprs = words.split(" | ").map(|word| match word.strip_prefix("0x") {
        Some(digits) => hexadecimal(u64::from_str_radix(digits, 16).unwrap_or_default()),
        None if word == "0" => decimal(0),
        None => path(word),
    });
    exprs.reduce(|left, right| binary(BinaryOp::BitOr, left, right)).unwrap_or_else(|| decimal(0))
}

/// A choice by its name, flags by theirs, and what has no name as a number.
fn flags(family: &'static str, value: u64) -> Expr {
    let known = Constant::all().iter().filter(|constant| constant.family == Family::Flag(family));
    if let Some(choice) = known.clone().find(|constant| constant.value == value) {
        return path(choice.name);
    }
    let bits = known.filter(|constant| constant.value.is_power_of_two() && constant.value & value != 0);
    let rest = bits.clone().fold(value, |rest, constant| rest & !constant.value);
    let words = bits.map(|constant| path(constant.name));
    let rest = (rest != 0 || value == 0).then(|| if value == 0 { decimal(0) } else { hexadecimal(rest) });
    words.chain(rest).reduce(|left, right| binary(BinaryOp::BitOr, left, right)).unwrap_or_else(|| decimal(0))
}

/// A call as one writes it: by position as far as possible, with NULL and FALSE for what is left out between; the rest by
/// name.
pub(super) fn call(spec: &CallSpec, written: &[(&'static str, Expr)]) -> Call {
    let given = |param: &ParamSpec| {
        let found = written.iter().find(|(name, _)| *name == param.name);
        found.map(|(_, value)| value.clone())
    };
    let is_positional = |param: &ParamSpec| param.positional && (param.required || given(param).is_some());
    let last = spec.params.iter().rposition(is_positional);
    let mut args = Vec::new();
    // A value without a name goes to the next place, an `&` without one to the first out parameter that is free.
    let (mut no_gap, mut no_free_out) = (true, true);
    for (index, param) in spec.params.iter().enumerate() {
        let between = no_gap && param.positional && last.is_some_and(|last| index < last);
        let nothing = || if between || param.required { placeholder(param.kind) } else { None };
        let Some(value) = given(param).or_else(nothing) else {
            no_gap &= !param.positional;
            no_free_out &= !param.kind.is_out();
            continue;
        };
        let finds_its_place = match value.kind {
            ExprKind::Out(_) => no_free_out,
            _ => param.positional && no_gap,
        };
        let name = (!finds_its_place).then(|| Path::new(param.name));
        args.push(Arg { before: Comments::default(), name, value, comment: None });
    }
    Call { name: Name::new(spec.name), args: args.into(), comments: Comments::default() }
}

/// What says "nothing" in the place of a parameter.
fn placeholder(kind: Kind) -> Option<Expr> {
    match kind {
        Kind::Bool => Some(path("FALSE")),
        Kind::ObjectName | Kind::Structure | Kind::AnyHandle | Kind::Data => Some(path("NULL")),
        _ if kind.is_out() => Some(path("NULL")),
        _ => None,
    }
}

/// What stands behind `=>` for a reply: the value, and the error of a failure.
pub(super) fn expected(spec: &CallSpec, reply: &Reply) -> Option<Expect> {
    let value = match spec.returns {
        Returns::Nothing => return None,
        Returns::Bool => path(if reply.value == 0 { "FALSE" } else { "TRUE" }),
        Returns::Handle | Returns::FileHandle => handle(reply.value),
        Returns::Address => {
            if reply.value == 0 {
                path("NULL")
            } else {
                hexadecimal(reply.value)
            }
        }
        Returns::Wait => wait(&words::value(spec.returns, reply.value)),
        Returns::Status => words_or_hexadecimal(&words::value(spec.returns, reply.value)),
        Returns::Number { .. } | Returns::Plain => decimal(reply.value),
    };
    let error = reply.error.filter(|error| *error != 0).map(|error| {
        let name = Win32Error(error).name();
        Box::new(name.map_or_else(|| decimal(error.into()), path))
    });
    Some(Expect { value: Expected::Value(value), error, span: Default::default() })
}

/// `WAIT_OBJECT_0 + 1`
fn wait(words: &str) -> Expr {
    match words.split_once(" + ") {
        Some((word, index)) => binary(BinaryOp::Plus, path(word), decimal(index.parse().unwrap_or_default())),
        None => path(words),
    }
}
