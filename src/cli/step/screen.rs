//! How are the parts laid out on a terminal, be it wide or narrow?
//!
//! Wide: the source at the left. Else the source above, tables and objects side by side. Narrow: one below the other.

use super::line::{Line, cut, lines};
use super::panes;
use super::play::{Place, Play, Shown};
use handlelab::view::markup::Role;
use handlelab::view::why;

/// From here on the source stands at the left.
const WIDE: usize = 120;
/// Below this, tables and objects stand one below the other.
const NARROW: usize = 70;
/// What stands between two parts.
const GAP: &str = " │ ";

const KEYS: &[(&str, &str)] = &[
    ("→ l space", "one step forward"),
    ("← h", "one step back"),
    ("Home g, End G", "to the start, to the end"),
    ("d, D", "next death of a name or an object, the one before"),
    ("f, F", "next failure, the one before"),
    ("m, M", "next misuse of a handle, the one before"),
    ("12 Enter", "to line 12"),
    ("o, O", "choose the next object, the one before"),
    ("w Enter", "why the chosen object is alive, all rights of its handles; back"),
    ("s", "the whole of a step that is longer than its room, and back"),
    ("↓ j, ↑ k", "scroll what is longer; PgDn, PgUp by half a screen"),
    ("?", "these keys, and back"),
    ("q Esc", "leave"),
];

/// How far a screen can be scrolled.
pub(super) fn most_scroll(play: &Play, place: &Place, columns: usize, rows: usize) -> usize {
    let (columns, height) = room(place.shown, columns, rows);
    content(play, place, columns).len().saturating_sub(height)
}

/// The columns and lines of what can be scrolled.
fn room(shown: Shown, columns: usize, rows: usize) -> (usize, usize) {
    let height = rows.saturating_sub(3);
    if columns >= WIDE {
        (columns - columns * 2 / 5 - GAP.chars().count(), height.saturating_sub(told_wide(height) + 1))
    } else if shown == Shown::Picture {
        (columns, height.saturating_sub(height / 5 + told_stacked(height) + 2))
    } else {
        (columns, height)
    }
}

/// The lines that the step gets: the same from one to the next, so that the tables stand still.
fn told_wide(height: usize) -> usize {
    (height / 3).max(4)
}

fn told_stacked(height: usize) -> usize {
    (height * 3 / 10).max(3)
}

/// The whole screen, line by line, each as wide as the terminal.
pub(super) fn screen(play: &Play, place: &Place, columns: usize, rows: usize) -> Vec<Line> {
    let mut all = vec![top(play, place, columns), Line::of(Role::Faint, "─".repeat(columns))];
    let height = rows.saturating_sub(3);
    all.extend(match () {
        () if columns >= WIDE => wide(play, place, columns, height),
        () => stacked(play, place, columns, height),
    });
    all.resize(rows.saturating_sub(1), Line::default());
    all.push(bottom(place));
    all.truncate(rows);
    all.into_iter().map(|line| line.fit(columns)).collect()
}

fn top(play: &Play, place: &Place, columns: usize) -> Line {
    let title = play.trace.title.as_deref().unwrap_or("A scenario without a title");
    let at = format!(" step {} of {}", place.moment, play.last());
    let width = columns.saturating_sub(at.chars().count());
    Line::of(Role::Strong, title).beside(width, Line::of(Role::Plain, at))
}

fn bottom(place: &Place) -> Line {
    if !place.typed.is_empty() {
        return Line::of(Role::Strong, format!("to line {}_  (Enter)", place.typed));
    }
    let keys = match place.shown {
        Shown::Picture => "← → step  ? keys  q leave  d death  f failure  m misuse  o object  w why",
        Shown::Step => "← → step  s back  q leave  ↓ ↑ scroll",
        Shown::Why => "← → step  w back  q leave  o object  ↓ ↑ scroll",
        Shown::Keys => "? back  q leave",
    };
    Line::of(Role::Faint, keys)
}

fn wide(play: &Play, place: &Place, columns: usize, height: usize) -> Vec<Line> {
    let left = columns * 2 / 5;
    let right = columns - left - GAP.chars().count();
    let mut source = panes::source(play, place.moment, height);
    source.resize(height, Line::default());
    let step = panes::step(play, place.moment, right);
    let above = told_wide(height);
    let mut stage = cut(step, above, " (s shows all)");
    stage.resize(above, Line::default());
    stage.push(rule(right));
    stage.extend(below(play, place, right, height.saturating_sub(above + 1)));
    stage.resize(height, Line::default());
    source.into_iter().zip(stage).map(|(source, stage)| split(source, left, stage)).collect()
}

/// A page has the whole screen: there is not room enough for more beside it.
fn stacked(play: &Play, place: &Place, columns: usize, height: usize) -> Vec<Line> {
    if place.shown != Shown::Picture {
        return below(play, place, columns, height);
    }
    let (source, step) = (height / 5, told_stacked(height));
    let mut all = panes::source(play, place.moment, source);
    all.resize(source, Line::default());
    all.push(rule(columns));
    let mut told = cut(panes::step(play, place.moment, columns), step, " (s shows all)");
    told.resize(step, Line::default());
    all.extend(told);
    all.push(rule(columns));
    all.extend(below(play, place, columns, height.saturating_sub(source + step + 2)));
    all
}

/// Tables and objects, or a page instead of them.
fn below(play: &Play, place: &Place, columns: usize, height: usize) -> Vec<Line> {
    let content = content(play, place, columns);
    let most = content.len().saturating_sub(height);
    cut(content.into_iter().skip(place.scroll.min(most)).collect(), height, " (↓)")
}

fn content(play: &Play, place: &Place, columns: usize) -> Vec<Line> {
    match (place.shown, place.chosen) {
        (Shown::Keys, _) => KEYS
            .iter()
            .map(|(key, what)| Line::of(Role::Strong, format!("{key:<15}")).and(Role::Plain, *what))
            .collect(),
        (Shown::Step, _) => panes::step(play, place.moment, columns),
        (Shown::Why, Some(object)) => {
            let columns = columns.max(40);
            lines(&why::why(&play.trace, &play.history, object, place.moment, columns))
        }
        _ if columns < NARROW => {
            let mut all = panes::tables(play, place, columns);
            all.push(rule(columns));
            all.extend(panes::objects(play, place, columns));
            all
        }
        _ => {
            let left = (columns - GAP.chars().count()) / 2;
            let right = columns - GAP.chars().count() - left;
            let (mut tables, mut objects) =
                (panes::tables(play, place, left), panes::objects(play, place, right));
            let longest = tables.len().max(objects.len());
            tables.resize(longest, Line::default());
            objects.resize(longest, Line::default());
            tables.into_iter().zip(objects).map(|(table, object)| split(table, left, object)).collect()
        }
    }
}

fn rule(columns: usize) -> Line {
    Line::of(Role::Faint, "─".repeat(columns))
}

fn split(left: Line, width: usize, right: Line) -> Line {
    left.beside(width, Line::of(Role::Faint, GAP)).and_all(right)
}
