//! What does an error or a status mean, and which calls give it?

use super::failure::{Failure, failures};
use super::mentions::{mentions, texts_of};
use super::page::{Block, Page, PageKind};
use crate::kernel::calls::CallSpec;
use crate::kernel::constants::{Constant, Family};
use crate::kernel::{Status, Win32Error};

pub(super) fn error_page(name: &'static str, error: Win32Error) -> Page {
    let statuses = Status::ALL.iter().filter(|status| status.win32() == error);
    let [described, derived] = givers(|failure| failure.error == Some(error));
    let known: Vec<&Block> = described.iter().chain(&derived).collect();
    let speakers = CallSpec::all().iter().filter(|spec| texts_of(spec).any(|text| mentions(text, name)));
    let speakers: Vec<&str> = speakers.map(|spec| spec.name).filter(|name| !is_named(&known, name)).collect();
    Page::new(name, PageKind::Error, error.meaning().unwrap_or_default())
        .value(error.0.into())
        .section(
            "What the kernel said",
            statuses.map(|status| Block::entry(status.name(), status.meaning(), "")),
        )
        .section("Calls that fail with it", described)
        .section("Calls that fail with it, as all do that take such parameters", derived)
        .section("Calls that speak of it", [Block::names(speakers)])
}

pub(super) fn status_page(status: Status) -> Page {
    let [described, derived] = givers(|failure| failure.status == status);
    Page::new(status.name(), PageKind::Status, status.meaning())
        .value(status.code().into())
        .section("What a Win32 program sees", for_win32(status))
        .section("Calls that fail with it", described)
        .section("Calls that fail with it, as all do that take such parameters", derived)
}

/// The error; where there is none, the answer of the same value.
fn for_win32(status: Status) -> Vec<Block> {
    let error = status.win32();
    let answers = Constant::all()
        .iter()
        .filter(|constant| constant.family == Family::Answer && constant.value == u64::from(status.code()));
    let answers: Vec<Block> = answers.map(|answer| Block::entry(answer.name, answer.about, "")).collect();
    match error.name() {
        Some(_) if error == Win32Error::SUCCESS && status.code() != 0 && !answers.is_empty() => answers,
        Some(name) => vec![Block::entry(name, error.meaning().unwrap_or_default(), "")],
        None => Vec::new(),
    }
}

/// The calls that can fail so: each with its own description, and those where it follows from the kinds of the parameters.
fn givers(matches: impl Fn(&Failure) -> bool) -> [Vec<Block>; 2] {
    let (mut described, mut derived) = (Vec::new(), Vec::new());
    for &spec in CallSpec::all() {
        let ways: Vec<Failure> = failures(spec).into_iter().filter(&matches).collect();
        if ways.iter().any(|way| way.derived) {
            derived.push(spec.name);
        }
        let own = ways.iter().filter(|way| !way.derived);
        described.extend(own.map(|way| Block::entry(spec.name, way.when.as_str(), "")));
    }
    [described, vec![Block::names(derived)]]
}

fn is_named(blocks: &[&Block], name: &str) -> bool {
    blocks.iter().any(|block| match block {
        Block::Entry { term, .. } => term == name,
        Block::Names { names } => names.iter().any(|found| found == name),
        _ => false,
    })
}
