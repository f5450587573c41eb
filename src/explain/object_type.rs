//! What is an object of this type, and what can be done with it?

use super::page::{Block, Page, PageKind, with_article};
use super::right;
use crate::kernel::calls::{CallSpec, Kind};
use crate::kernel::objects::{ObjectType, Widening};

pub(super) fn page(of: ObjectType) -> Page {
    let spec = of.spec();
    Page::new(spec.win32, PageKind::Type, spec.about)
        .section("Its other name", other_name(of))
        .section(
            "Its calls",
            spec.calls.iter().map(|call| Block::entry(call.name, first_sentence(call.about), "")),
        )
        .section("Other calls that take one", [Block::names(others(of))])
        .section("Its rights", rights(of))
        .section("What the generic rights mean", generic(of))
        .section("Rights that bring others", implied(of))
        .section("Duplicates", [Block::text(duplicates(of))])
}

fn other_name(of: ObjectType) -> Option<Block> {
    let spec = of.spec();
    (spec.name != spec.win32).then(|| Block::text(format!("The kernel itself calls it {}.", spec.name)))
}

/// Calls of other types, or of none, that need such an object.
fn others(of: ObjectType) -> impl Iterator<Item = &'static str> {
    let takes = move |kind: Kind| matches!(kind, Kind::Handle { of: Some(found), .. } if found == of);
    let own = of.spec().calls;
    let all = CallSpec::all().iter().filter(move |call| !own.contains(call));
    all.filter(move |call| call.params.iter().any(|param| takes(param.kind))).map(|call| call.name)
}

fn rights(of: ObjectType) -> impl Iterator<Item = Block> {
    right::of_type(of).map(|right| Block::entry(right.name, format!("{} ({})", right.about, right.mask), ""))
}

fn generic(of: ObjectType) -> impl Iterator<Item = Block> {
    let meanings = right::generic_meanings(of.spec()).into_iter();
    meanings.map(move |(wish, meaning)| {
        Block::entry(wish.name, format!("{} ({meaning})", of.access_in_words(meaning)), "")
    })
}

fn implied(of: ObjectType) -> impl Iterator<Item = Block> {
    of.spec().implied.iter().map(move |(right, brings)| {
        let text = format!("whoever is granted it gets {} too", of.access_in_words(*brings));
        Block::entry(of.access_in_words(*right), text, "")
    })
}

fn duplicates(of: ObjectType) -> String {
    let one = with_article(of.win32());
    match of.spec().widening {
        Widening::AskSecurity => format!(
            "A duplicate of a handle to {one} can get more rights than its source has: the object's security is asked, and in \
             this model it grants everything."
        ),
        Widening::Refused => {
            format!("A duplicate of a handle to {one} never gets more rights than its source has.")
        }
    }
}

/// The first sentence of a text; the whole text, if it is only one.
pub(super) fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}
