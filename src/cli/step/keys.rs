//! What does a key do?

use super::play::{Mark, Place, Play, Shown};
use super::screen;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use handlelab::run::history::Moment;

/// What comes behind a key.
pub(super) enum Next {
    Leave,
    Stay,
    Go(Place),
}

pub(super) fn press(play: &Play, place: &Place, key: KeyEvent, columns: usize, rows: usize) -> Next {
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return if key.code == KeyCode::Char('c') { Next::Leave } else { Next::Stay };
    }
    let half = rows / 2;
    let scrolled = |to: usize| {
        let most = screen::most_scroll(play, place, columns, rows);
        Some(Place { scroll: to.min(most), ..place.clone() })
    };
    let found = |mark, forward| play.find(mark, place.moment, forward).map(|moment| at(place, moment));
    let next = match key.code {
        KeyCode::Char(digit @ '0'..='9') if place.typed.len() < 8 => {
            Some(Place { typed: format!("{}{digit}", place.typed), ..place.clone() })
        }
        KeyCode::Enter if !place.typed.is_empty() => {
            place.typed.parse().ok().map(|line| at(place, play.at_line(line)))
        }
        KeyCode::Esc | KeyCode::Backspace if !place.typed.is_empty() => {
            Some(Place { typed: String::new(), ..place.clone() })
        }
        KeyCode::Right | KeyCode::Char('l' | ' ') => Some(at(place, (place.moment + 1).min(play.last()))),
        KeyCode::Left | KeyCode::Char('h') => Some(at(place, place.moment.saturating_sub(1))),
        KeyCode::Home | KeyCode::Char('g') => Some(at(place, 0)),
        KeyCode::End | KeyCode::Char('G') => Some(at(place, play.last())),
        KeyCode::Char('d') => found(Mark::Death, true),
        KeyCode::Char('D') => found(Mark::Death, false),
        KeyCode::Char('f') => found(Mark::Failure, true),
        KeyCode::Char('F') => found(Mark::Failure, false),
        KeyCode::Char('m') => found(Mark::Misuse, true),
        KeyCode::Char('M') => found(Mark::Misuse, false),
        KeyCode::Char(way @ ('o' | 'O')) => {
            Some(Place { chosen: play.neighbour(place, way == 'o'), ..place.clone() })
        }
        KeyCode::Char('w') | KeyCode::Enter => Some(why(play, place)),
        KeyCode::Char('s') => Some(show(place, Shown::Step)),
        KeyCode::Char('?') => Some(show(place, Shown::Keys)),
        KeyCode::Down | KeyCode::Char('j') => scrolled(place.scroll + 1),
        KeyCode::Up | KeyCode::Char('k') => scrolled(place.scroll.saturating_sub(1)),
        KeyCode::PageDown => scrolled(place.scroll + half),
        KeyCode::PageUp => scrolled(place.scroll.saturating_sub(half)),
        KeyCode::Esc if place.shown != Shown::Picture => Some(show(place, place.shown)),
        KeyCode::Char('q') | KeyCode::Esc => return Next::Leave,
        _ => None,
    };
    next.map_or(Next::Stay, Next::Go)
}

fn at(place: &Place, moment: Moment) -> Place {
    let shown = if place.shown == Shown::Keys { Shown::Picture } else { place.shown };
    Place { moment, shown, typed: String::new(), ..place.clone() }
}

/// Shows something else, or the picture again.
fn show(place: &Place, what: Shown) -> Place {
    let shown = if place.shown == what { Shown::Picture } else { what };
    Place { shown, scroll: 0, ..place.clone() }
}

/// Without a chosen object, the first one.
fn why(play: &Play, place: &Place) -> Place {
    let chosen = place.chosen.or_else(|| play.neighbour(place, true));
    Place { chosen, ..show(place, Shown::Why) }
}
