//! What is a kind of misuse, and how is it put right?

use super::page::{Block, Page, PageKind, sentence};
use crate::run::misuse::Class;

pub(super) fn page(class: Class) -> Page {
    let spec = class.spec();
    let command = format!("handlelab run --warn={0} PATH, or --deny={0}", spec.name);
    Page::new(spec.name, PageKind::Misuse, spec.title)
        .section("What it means", [Block::text(spec.about)])
        .section("When it is told", [Block::text(spec.told), Block::text(sentence(&command))])
        .section("What to do", [Block::text(spec.advice)])
        .section("A file with this misuse", [Block::code(spec.wrong)])
        .section("The same without it", [Block::code(spec.right)])
}
