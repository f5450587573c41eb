//! What does a constant mean, and where does it stand?

use super::call;
use super::mentions::{mentioned, mentions, texts_of};
use super::page::{Block, Page, PageKind};
use super::subject::Subject;
use crate::kernel::calls::{CallSpec, Kind};
use crate::kernel::constants::{Constant, Family};

pub(super) fn page(constant: Constant) -> Page {
    let uses = uses(constant);
    let mut known: Vec<&str> = uses.iter().map(|(name, _)| *name).collect();
    known.extend(answering(constant.name));
    let speakers = CallSpec::all().iter().filter(|spec| speaks_of(spec, constant.name));
    let speakers: Vec<&str> = speakers.map(|spec| spec.name).filter(|name| !known.contains(name)).collect();
    known.extend(&speakers);
    let related = mentioned(constant.about).into_iter().map(Subject::name);
    let related = related.filter(|name| !known.contains(name));
    Page::new(constant.name, PageKind::Constant, constant.about)
        .value(constant.value)
        .section("Where it stands", uses.into_iter().map(|(call, text)| Block::entry(call, text, "")))
        .section("Calls that answer with it", [Block::names(answering(constant.name))])
        .section("Calls that speak of it", [Block::names(speakers)])
        .section("Of the same kind", [Block::names(sisters(constant))])
        .section("See also", [Block::names(related)])
}

/// The parameters that take it, as their kind says.
fn uses(constant: Constant) -> Vec<(&'static str, String)> {
    let Family::Flag(family) = constant.family else { return Vec::new() };
    let all = CallSpec::all().iter();
    let params = all.flat_map(|spec| spec.params.iter().map(move |param| (spec, param)));
    let takes = params.filter(|(_, param)| param.kind == Kind::Flags(family));
    takes.map(|(spec, param)| (spec.name, format!("{}: {}", param.name, param.about))).collect()
}

fn answering(name: &'static str) -> impl Iterator<Item = &'static str> {
    let all = CallSpec::all().iter().filter(move |spec| mentions(&call::answer(spec.returns), name));
    all.map(|spec| spec.name)
}

/// TRUE and NULL are everywhere, so nobody is said to speak of them.
fn speaks_of(spec: &'static CallSpec, name: &str) -> bool {
    name.contains('_') && texts_of(spec).any(|text| mentions(text, name))
}

fn sisters(constant: Constant) -> impl Iterator<Item = &'static str> {
    let alone = constant.family == Family::Value;
    let all = Constant::all().iter().filter(move |other| !alone && other.family == constant.family);
    all.map(|other| other.name).filter(move |name| *name != constant.name)
}
