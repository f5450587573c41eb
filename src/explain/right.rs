//! What does an access right allow, and who needs it?

use super::mentions::{mentions, texts_of};
use super::page::{Block, Page, PageKind};
use crate::kernel::access::{AccessMask, COMMON_RIGHTS, Right, SECOND_NAMES, STANDARD_RIGHTS};
use crate::kernel::calls::{CallSpec, Kind, ParamSpec};
use crate::kernel::constants::Constant;
use crate::kernel::objects::{ObjectType, TypeSpec};

/// The rights that only one type has, the one that contains them all at the end.
pub(super) fn of_type(of: ObjectType) -> impl Iterator<Item = Right> {
    let spec = of.spec();
    let about = Constant::find(spec.all_access).map_or("", |constant| constant.about);
    let all = Right { name: spec.all_access, mask: spec.generic.all, about };
    spec.rights.iter().chain(spec.sets).copied().chain([all])
}

/// A mask in words; of the rights of a type, or of those that a name is found for.
pub(super) fn in_words(access: AccessMask, of: Option<ObjectType>) -> String {
    if let Some(of) = of {
        return of.access_in_words(access);
    }
    let standard = STANDARD_RIGHTS.iter().find(|right| right.mask == access);
    standard.map_or_else(|| access.to_string(), |right| right.name.to_owned())
}

/// The wishes that a type translates, with what each becomes there.
pub(super) fn generic_meanings(spec: &TypeSpec) -> Vec<(&'static Right, AccessMask)> {
    let wishes = COMMON_RIGHTS.iter().map(|right| (right, spec.generic.map(right.mask)));
    wishes.filter(|(right, meaning)| *meaning != right.mask).collect()
}

/// What a parameter needs, as its kind says: the rights, and the type whose they are.
pub(super) fn needed(param: &ParamSpec) -> Option<(AccessMask, Option<ObjectType>)> {
    let (access, of) = match param.kind {
        Kind::Handle { of, access } => (access, of),
        Kind::Handles { access } => (access, None),
        _ => return None,
    };
    (!access.is_empty()).then_some((access, of))
}

/// The calls that need the right: by a column of the table, or because a parameter's text or a way to fail names it.
fn needed_by(right: &Right, of: Option<ObjectType>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for &spec in CallSpec::all() {
        for param in spec.params {
            let by_kind = needed(param)
                .is_some_and(|(access, whose)| access.contains(right.mask) && (of.is_none() || whose == of));
            if by_kind || mentions(param.about, right.name) {
                blocks.push(Block::entry(spec.name, format!("{}: {}", param.name, param.about), ""));
            }
        }
        for (_, when) in spec.fails.iter().filter(|(_, when)| mentions(when, right.name)) {
            if !blocks.iter().any(|block| matches!(block, Block::Entry { term, .. } if term == spec.name)) {
                blocks.push(Block::entry(spec.name, format!("fails when {when}"), ""));
            }
        }
    }
    blocks
}

/// The calls that need less than the right, or something that it brings with it.
fn enough_for(right: &Right, of: Option<ObjectType>) -> Vec<&'static str> {
    let Some(of) = of else { return Vec::new() };
    let granted = of.map(right.mask);
    let serves = |param: &ParamSpec| {
        let served = |(access, whose): (AccessMask, Option<ObjectType>)| {
            whose == Some(of) && granted.contains(access) && !access.contains(right.mask)
        };
        needed(param).is_some_and(served)
    };
    let all = CallSpec::all().iter().filter(|spec| spec.params.iter().any(serves));
    all.map(|spec| spec.name).collect()
}

/// The calls whose description speaks of the right, although they do not need it.
fn mentioned_by(right: &Right, needed: &[Block]) -> Vec<&'static str> {
    let is_needed =
        |name: &str| needed.iter().any(|block| matches!(block, Block::Entry { term, .. } if term == name));
    let all = CallSpec::all().iter();
    let found = all.filter(|spec| texts_of(spec).any(|text| mentions(text, right.name)));
    found.map(|spec| spec.name).filter(|name| !is_needed(name)).collect()
}

pub(super) fn page(right: Right, of: Option<ObjectType>) -> Page {
    let needed = needed_by(&right, of);
    let mentioned = mentioned_by(&right, &needed);
    Page::new(right.name, PageKind::Right, right.about)
        .value(right.mask.0.into())
        .section(
            "Its other name",
            second_name(&right).map(|name| Block::text(format!("Headers of Windows also call it {name}."))),
        )
        .section("Whose", whose(of))
        .section("Calls that need it", needed)
        .section("Calls for which it is enough", [Block::names(enough_for(&right, of))])
        .section("What it becomes", becomes(&right))
        .section("Part of", part_of(&right, of))
        .section("Brings with it", brings(&right, of))
        .section("Contains", contains(&right, of))
        .section("See also", [Block::names(of.map(ObjectType::win32)), Block::names(mentioned)])
}

/// The other name that headers of Windows have for it.
pub(super) fn second_name(right: &Right) -> Option<&'static str> {
    SECOND_NAMES.iter().find(|(_, first)| *first == right.name).map(|(second, _)| *second)
}

fn whose(of: Option<ObjectType>) -> [Block; 1] {
    [Block::text(match of {
        Some(of) => format!("Only a handle to {} can carry it.", super::page::with_article(of.win32())),
        None => "It is the same for every type.".to_owned(),
    })]
}

/// For a wish such as GENERIC_READ: the rights that each type makes of it.
fn becomes(right: &Right) -> Vec<Block> {
    let all = ObjectType::ALL.iter();
    let meanings = all.filter_map(|of| {
        let meaning = of.spec().generic.map(right.mask);
        (meaning != right.mask).then(|| Block::entry(of.win32(), of.access_in_words(meaning), ""))
    });
    meanings.collect()
}

/// For a right of a type: the wishes that bring it.
fn part_of(right: &Right, of: Option<ObjectType>) -> Vec<Block> {
    let Some(of) = of else { return Vec::new() };
    let spec = of.spec();
    let wishes = generic_meanings(spec).into_iter();
    let found: Vec<&str> = wishes
        .filter(|(_, meaning)| meaning.contains(right.mask))
        .map(|(wish, _)| wish.name)
        .chain((right.name != spec.all_access).then_some(spec.all_access))
        .collect();
    vec![Block::names(found)]
}

/// The rights that are granted together with it.
fn brings(right: &Right, of: Option<ObjectType>) -> Vec<Block> {
    let Some(of) = of else { return Vec::new() };
    let spec = of.spec();
    let brought = spec.implied.iter().filter(|(first, _)| *first == right.mask);
    let names =
        brought.flat_map(|(_, second)| spec.rights.iter().filter(|right| second.contains(right.mask)));
    vec![Block::names(names.map(|right| right.name))]
}

/// For a right of several bits: what it is made of.
fn contains(right: &Right, of: Option<ObjectType>) -> Vec<Block> {
    if right.mask.0.count_ones() < 2 {
        return Vec::new();
    }
    let own = of.map_or(&[] as &[Right], |of| of.spec().rights);
    let parts = own.iter().chain(STANDARD_RIGHTS).filter(|part| right.mask.contains(part.mask));
    vec![Block::names(parts.filter(|part| part.name != right.name).map(|part| part.name))]
}
