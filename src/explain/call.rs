//! What does a call do, what does it take, and how can it fail?

use super::failure::failures;
use super::mentions::{mentioned, mentions, texts_of};
use super::object_type::first_sentence;
use super::page::{Block, Page, PageKind, listed, with_article};
use super::right;
use super::subject::Subject;
use crate::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::constants::{Constant, Family};
use crate::kernel::objects::ObjectType;
use crate::kernel::{Options, Win32Error};

pub(super) fn page(spec: &'static CallSpec) -> Page {
    Page::new(spec.name, PageKind::Call, spec.about)
        .section("How it is written", [Block::code(format!("{}\n", spec.signature()))])
        .section("Example", [Block::code(spec.example)])
        .section("Parameters", spec.params.iter().map(|param| parameter(spec, param)))
        .section("Rights needed", rights_needed(spec))
        .section("Answer", [Block::text(answer(spec.returns))])
        .section("Ways to fail", ways_to_fail(spec))
        .section("Whose call it is", [whose(spec)])
        .section("See also", [Block::names(related(spec))])
        .section("Facts", [Block::text(spec.facts)])
}

fn whose(spec: &CallSpec) -> Block {
    match type_of(spec) {
        Some(of) => Block::entry(of.win32(), first_sentence(of.spec().about), ""),
        None => {
            Block::text("It belongs to no type of objects: it works for handles and objects of every type.")
        }
    }
}

/// The type that a call belongs to; none for those that work on handles of every type.
pub(super) fn type_of(spec: &CallSpec) -> Option<ObjectType> {
    ObjectType::ALL.iter().copied().find(|of| of.spec().calls.iter().any(|call| call == spec))
}

fn parameter(spec: &CallSpec, param: &ParamSpec) -> Block {
    let mut notes = vec![kind_in_words(spec, param)];
    if !param.positional {
        notes.push(format!("only by name: `{}: …`", param.name));
    }
    if !param.required {
        notes.push(if_left_out(param.kind).to_owned());
    }
    Block::entry(param.name, param.about, notes.join("; "))
}

fn if_left_out(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "FALSE if left out",
        Kind::ObjectName => "NULL if left out",
        _ => "may be left out",
    }
}

/// What is written in the place of a parameter.
fn kind_in_words(spec: &CallSpec, param: &ParamSpec) -> String {
    let fixed = match param.kind {
        Kind::Handle { of, .. } => {
            let of = of.map_or("any object".to_owned(), |of| with_article(of.win32()));
            let needed = right::needed(param).map(|(access, of)| right::in_words(access, of));
            return needed
                .map_or(format!("a handle to {of}"), |access| format!("a handle to {of}, with {access}"));
        }
        Kind::Handles { .. } => {
            let needed = right::needed(param).map(|(access, of)| right::in_words(access, of));
            let each = needed.map(|access| format!(", each with {access}")).unwrap_or_default();
            return format!("handles in brackets: [h1, h2]{each}");
        }
        Kind::Access(Some(of)) => return format!("rights of {}, joined by |", with_article(of.win32())),
        Kind::Flags(family) => return of_family(family),
        Kind::OutRecord(fields) => {
            let fields: Vec<String> = fields.iter().map(|field| format!("x.{field}")).collect();
            return format!("&x, which fills {}", listed(&fields, "and"));
        }
        Kind::Structure => {
            let named = spec.params.iter().filter(|field| !field.positional);
            let fields: Vec<&str> =
                named.map(|field| field.name).filter(|field| mentions(param.about, field)).collect();
            return match fields.as_slice() {
                [] => "NULL".to_owned(),
                fields => format!("NULL; fields are given by name: {}", listed(fields, "and")),
            };
        }
        Kind::ObjectName if !param.required => "a name in quotes, or NULL",
        Kind::ObjectName => "a name in quotes",
        Kind::AnyHandle => "a handle",
        Kind::Access(None) => "rights, joined by |",
        Kind::Dword => "a number of 32 bits",
        Kind::Long => "a number of 32 bits, which may be negative",
        Kind::Large => "a number of 64 bits, which may be negative",
        Kind::Bool => "TRUE or FALSE",
        Kind::Timeout => "milliseconds, or INFINITE",
        Kind::FileName => "a file's name in quotes",
        Kind::Data => "a text in quotes; it brings its own length",
        Kind::Address => "an address",
        Kind::NewProcess => "a name in quotes, by which later lines call the new process",
        Kind::NewThread => "a name in quotes, by which later lines call the new thread",
        Kind::OutNumber => "&x: the variable x gets a number",
        Kind::OutHandle => "&x: the variable x gets a handle",
        Kind::OutData => "&x: the variable x gets a text",
    };
    fixed.to_owned()
}

/// The constants that a family has.
pub(super) fn family(name: &str) -> impl Iterator<Item = &'static Constant> {
    Constant::all()
        .iter()
        .filter(move |constant| matches!(constant.family, Family::Flag(family) if family == name))
}

fn of_family(name: &str) -> String {
    let names: Vec<&str> = family(name).map(|constant| constant.name).collect();
    if names.is_empty() { "a number, or its name".to_owned() } else { listed(&names, "or") }
}

fn rights_needed(spec: &'static CallSpec) -> Vec<Block> {
    let mut needed: Vec<(String, Vec<&'static str>)> = Vec::new();
    for param in spec.params {
        let by_kind = right::needed(param).map(|(access, of)| right::in_words(access, of));
        for right in by_kind.into_iter().chain(rights_in_text(param)) {
            match needed.iter_mut().find(|(found, _)| *found == right) {
                Some((_, params)) => params.push(param.name),
                None => needed.push((right, vec![param.name])),
            }
        }
    }
    let takes_handles = spec.params.iter().any(|param| matches!(param.kind, Kind::Handle { .. }));
    if needed.is_empty() && takes_handles {
        return vec![Block::text("None: any handle to such an object will do.")];
    }
    let entries = needed.into_iter();
    entries
        .map(|(right, params)| Block::entry(right, format!("for {}", listed(&params, "and")), ""))
        .collect()
}

/// The rights that the text of a handle's parameter speaks of.
fn rights_in_text(param: &ParamSpec) -> impl Iterator<Item = String> {
    let is_handle = matches!(param.kind, Kind::AnyHandle | Kind::Handle { .. } | Kind::Handles { .. });
    let subjects = if is_handle { mentioned(param.about) } else { Vec::new() };
    subjects.into_iter().filter_map(|subject| match subject {
        Subject::Right(right, _) => Some(right.name.to_owned()),
        _ => None,
    })
}

/// What a call gives back.
pub(super) fn answer(returns: Returns) -> String {
    let text = match returns {
        Returns::Bool => "TRUE; or FALSE if it fails, and the last error says why.",
        Returns::Handle => "A handle; or NULL if it fails, and the last error says why.",
        Returns::FileHandle => "A handle; or INVALID_HANDLE_VALUE if it fails, and the last error says why.",
        Returns::Wait => {
            "WAIT_OBJECT_0, WAIT_ABANDONED_0 or WAIT_TIMEOUT; or WAIT_FAILED if it fails, and the last error says why."
        }
        Returns::Number { failure } => {
            return format!(
                "A number; or {} if it fails, and the last error says why.",
                failure_in_words(failure)
            );
        }
        Returns::Plain => "A number. It cannot fail.",
        Returns::Address => "An address; or NULL if it fails, and the last error says why.",
        Returns::Status => "An NTSTATUS: STATUS_SUCCESS, or why it fails. The last error stays as it is.",
        Returns::Nothing => "None: there is nothing to expect behind it.",
    };
    text.to_owned()
}

fn failure_in_words(failure: u64) -> String {
    if failure == 0xFFFF_FFFF { "-1 (0xFFFFFFFF)".to_owned() } else { failure.to_string() }
}

fn ways_to_fail(spec: &'static CallSpec) -> Vec<Block> {
    let ways = failures(spec).into_iter().map(|failure| {
        let status = failure.status.name();
        match failure.error.and_then(Win32Error::name) {
            Some(error) => Block::entry(error, failure.when, status),
            None => Block::entry(status, failure.when, ""),
        }
    });
    ways.collect()
}

/// What else to read: what the texts mention, other types, constants, its sisters, and whoever mentions this call.
fn related(spec: &'static CallSpec) -> Vec<&'static str> {
    let own_type = type_of(spec);
    let mut names: Vec<&'static str> = texts_of(spec).flat_map(mentioned).map(Subject::name).collect();
    for param in spec.params {
        match param.kind {
            Kind::Handle { of: Some(of), .. } | Kind::Access(Some(of)) if own_type != Some(of) => {
                names.push(of.win32());
            }
            Kind::Flags(name) => names.extend(family(name).map(|constant| constant.name)),
            _ => {}
        }
    }
    names.extend(spec.sisters().iter().map(|call| call.name));
    let others = CallSpec::all().iter().filter(|other| texts_of(other).any(|text| mentions(text, spec.name)));
    names.extend(others.map(|other| other.name));
    let constants = Constant::all().iter().filter(|constant| mentions(constant.about, spec.name));
    names.extend(constants.map(|constant| constant.name));
    let options = Options::ALL.iter().filter(|option| mentions(option.about, spec.name));
    names.extend(options.map(|option| option.name));
    let mut seen = Vec::new();
    for name in names {
        if name != spec.name && !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}
