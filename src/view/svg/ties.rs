//! How are the references that are no handles drawn, beside the objects, without two of them lying on one another?

use super::letters::{Font, width};
use super::sheet::Sheet;
use std::cmp::{max, min};

/// How far the innermost arc goes out.
const FIRST: usize = 20;
/// What stands between an arc and its words, and between these and the next arc.
const GAP: usize = 6;
const FONT: &str = "f";

/// An arc from one height to another, with what it means.
pub(super) struct Tie {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) what: &'static str,
}

/// Draws arcs at the right of `x`; gives how far they and their words go.
pub(super) fn draw(mut ties: Vec<Tie>, x: usize, sheet: &mut Sheet) -> usize {
    // Short ones inside, long ones around them.
    ties.sort_by_key(|tie| (tie.from.abs_diff(tie.to), tie.from, tie.to));
    let mut columns: Vec<Vec<Tie>> = Vec::new();
    for tie in ties {
        let (top, foot) = (min(tie.from, tie.to), max(tie.from, tie.to));
        let is_free = |column: &Vec<Tie>| {
            column.iter().all(|one| max(one.from, one.to) <= top || min(one.from, one.to) >= foot)
        };
        match columns.iter_mut().find(|column| is_free(column)) {
            Some(column) => column.push(tie),
            None => columns.push(vec![tie]),
        }
    }
    let mut reach = x + FIRST;
    for column in columns {
        let mut widest = 0;
        for Tie { from, to, what } in column {
            // A curve goes out three quarters of the way to its handles.
            let out = x + (reach - x) * 4 / 3;
            sheet.arrow(
                "t",
                "tie",
                &format!("M{x} {from}C{out} {from} {out} {to} {} {to}", x + 1),
                Some(what),
            );
            let words = width(what, Font::of(FONT));
            sheet.text(reach + GAP, usize::midpoint(from, to) + 4, FONT, what, words);
            widest = max(widest, words);
        }
        reach += widest + 3 * GAP;
    }
    reach
}
