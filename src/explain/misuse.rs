//! What is a kind of misuse, and how is it put right?

use super::page::{Block, Page, PageKind, sentence};
use crate::scenario::keyword::Keyword;
use crate::scenario::misuse::Class;

pub(super) fn page(class: Class) -> Page {
    let spec = class.spec();
    let word = Keyword::Misuse.word();
    let meant = format!(
        "A file that means it says so directly above the step: `{word} {}`. Then --deny does not fail for it.",
        spec.name
    );
    let command = format!("handlelab run --warn={0} PATH, or --deny={0}", spec.name);
    Page::new(spec.name, PageKind::Misuse, spec.title)
        .section("What it means", [Block::text(spec.about)])
        .section(
            "When it is told",
            [Block::text(spec.told), Block::text(sentence(&command)), Block::text(meant)],
        )
        .section("What to do", [Block::text(spec.advice)])
        .section("A file with this misuse", [Block::code(spec.wrong)])
        .section("The same without it", [Block::code(spec.right)])
}
