//! Does the screen hold what the run says, on terminals of every size?
//!
//! The pictures stand under `tests/step/`. Run with `HANDLELAB_BLESS=1` to write them anew, and look at the difference.

use super::keys::{Next, press};
use super::line::Line;
use super::play::{Place, Play};
use super::screen::screen;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use handlelab::run::record;
use handlelab::scenario::Document;
use std::fs;
use std::path::{Path, PathBuf};

const FORGOTTEN: &str = "scenarios/lessons/programs/66-wrong-forgotten-close.hlab";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn play(path: &str) -> Play {
    let source = fs::read_to_string(root().join(path)).unwrap().replace("\r\n", "\n");
    played(path, &source)
}

fn played(file: &str, source: &str) -> Play {
    let (_, trace) = record(file, &Document::read(source).unwrap());
    Play::new(source, trace)
}

fn text(lines: &[Line]) -> String {
    let line = |line: &Line| line.pieces().iter().map(|(_, text)| text.as_str()).collect::<String>();
    lines.iter().map(|one| line(one).trim_end().to_owned() + "\n").collect()
}

fn golden(name: &str, found: &str) {
    let path = root().join("tests/step").join(name);
    if std::env::var_os("HANDLELAB_BLESS").is_some() {
        fs::write(&path, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(found, expected, "{name} has changed; HANDLELAB_BLESS=1 writes it anew");
}

/// Where the keys lead; each is one character, or a word in angle brackets.
fn after(play: &Play, keys: &[&str]) -> Place {
    keys.iter().fold(Place::default(), |place, key| match press(play, &place, pressed(key), 80, 24) {
        Next::Go(next) => next,
        Next::Stay => place,
        Next::Leave => panic!("{key} leaves"),
    })
}

fn pressed(key: &str) -> KeyEvent {
    let code = match key {
        "right" => KeyCode::Right,
        "left" => KeyCode::Left,
        "end" => KeyCode::End,
        "home" => KeyCode::Home,
        "enter" => KeyCode::Enter,
        "down" => KeyCode::PageDown,
        "escape" => KeyCode::Esc,
        letter => KeyCode::Char(letter.chars().next().unwrap()),
    };
    KeyEvent::new(code, KeyModifiers::NONE)
}

#[test]
fn terminals_of_three_sizes_show_the_same_step() {
    let play = play(FORGOTTEN);
    let place = after(&play, &["2", "0", "enter"]);
    for (columns, rows) in [(80, 24), (50, 20), (140, 45)] {
        golden(&format!("{columns}x{rows}.txt"), &text(&screen(&play, &place, columns, rows)));
    }
}

#[test]
fn the_page_of_an_object_and_the_keys_stand_where_the_tables_stood() {
    let play = play(FORGOTTEN);
    let place = after(&play, &["2", "0", "enter", "o", "o", "o", "w", "down"]);
    golden("why.txt", &text(&screen(&play, &place, 80, 24)));
    let keys = after(&play, &["?"]);
    golden("keys.txt", &text(&screen(&play, &keys, 80, 30)));
    assert_eq!(after(&play, &["?", "?"]).shown, Place::default().shown);
    assert_eq!(after(&play, &["w", "escape"]).shown, Place::default().shown);
}

#[test]
fn keys_lead_to_deaths_failures_lines_and_ends() {
    let play = play(FORGOTTEN);
    let line = |keys: &[&str]| play.history.line(after(&play, keys).moment);
    assert_eq!([line(&["d"]), line(&["d", "d"]), line(&["d", "d", "d", "d"])], [20, 21, 32]);
    assert_eq!([line(&["f"]), line(&["f", "f"]), line(&["f", "f", "F"])], [27, 28, 27]);
    assert_eq!([line(&["1", "6", "enter"]), line(&["1", "escape", "right"])], [16, 6]);
    assert_eq!(after(&play, &["end"]).moment, play.last());
    assert_eq!(after(&play, &["end", "right", "left"]).moment, play.last() - 1);
    assert_eq!(after(&play, &["end", "home", "left"]).moment, 0);
}

#[test]
fn misuses_are_found_in_both_directions_and_marked_at_their_lines() {
    let play = play(FORGOTTEN);
    let line = |keys: &[&str]| play.history.line(after(&play, keys).moment);
    assert_eq!(
        [line(&["m"]), line(&["m", "m"]), line(&["m", "m", "m"]), line(&["end", "M"])],
        [7, 11, 11, 11]
    );
    let shown = text(&screen(&play, &after(&play, &["m"]), 140, 45));
    assert!(shown.contains("! unclosed-process-information: grepMP never closes pi1.hProcess"), "{shown}");
    assert!(shown.contains("\n!  11 "), "the next one is marked in the source: {shown}");
    let narrow = text(&screen(&play, &after(&play, &["m"]), 40, 20));
    assert!(narrow.contains("more (s shows all)") && !narrow.contains("help: "), "{narrow}");
    let whole = text(&screen(&play, &after(&play, &["m", "s"]), 40, 20));
    assert!(whole.contains("never closes pi1.hProcess") && whole.contains("help: "), "{whole}");
    assert_eq!(after(&play, &["s", "s"]).shown, Place::default().shown);
}

#[test]
fn every_step_of_every_lesson_fits_on_terminals_of_every_size() {
    let mut folders = vec![root().join("scenarios/lessons")];
    let mut screens = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|ending| ending != "hlab") {
                continue;
            }
            let play = play(path.strip_prefix(root()).unwrap().to_str().unwrap());
            for moment in 0..=play.last() {
                for (columns, rows) in [(1, 1), (20, 8), (50, 20), (80, 24), (200, 60)] {
                    let place = Place { moment, ..Place::default() };
                    let lines = screen(&play, &place, columns, rows);
                    assert_eq!(lines.len(), rows, "{}", path.display());
                    assert!(lines.iter().all(|line| line.columns() == columns), "{}", path.display());
                    screens += 1;
                }
            }
        }
    }
    assert!(screens > 4_000);
}

#[test]
fn what_is_open_stands_in_the_tables_and_what_lives_among_the_objects() {
    let play = play(FORGOTTEN);
    for moment in 0..=play.last() {
        let place = Place { moment, ..Place::default() };
        let shown = text(&screen(&play, &place, 200, 90));
        let state = &play.step(moment).unwrap().state;
        for process in &state.processes {
            for row in &process.handles {
                let start = format!(" {:<6}", row.handle.to_string());
                assert!(shown.contains(&start), "step {moment}: {start}\n{shown}");
            }
        }
        for object in &state.objects {
            assert!(
                shown.contains(&format!(" {} ", object.object)),
                "step {moment}: {}\n{shown}",
                object.object
            );
        }
    }
}

#[test]
fn hostile_text_reaches_no_terminal() {
    let source = "title \"\u{202e} title\"\nprocess p\n/// \u{202e} told\np: h = CreateEvent(lpName: \"\\x1b[31m\u{202e}\")\n";
    let play = played("x.hlab", source);
    assert!(
        play.step(1)
            .unwrap()
            .state
            .objects
            .iter()
            .any(|object| { object.name.as_ref().is_some_and(|name| name.contains(['\u{1b}', '\u{202e}'])) })
    );
    for keys in [&["end"][..], &["right"], &["right", "o", "o", "o", "w"]] {
        let shown = text(&screen(&play, &after(&play, keys), 80, 24));
        let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!shown.contains(bad), "{shown:?}");
    }
}
