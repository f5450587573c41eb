//! `handlelab step`: the run in the terminal, forward and back.

mod keys;
mod line;
mod panes;
mod play;
mod screen;
#[cfg(test)]
mod tests;

use super::terminal::{Terminal, style};
use super::{Ended, files};
use crossterm::event::{Event, KeyEventKind, read};
use crossterm::{cursor, execute, queue, terminal};
use keys::Next;
use line::Line;
use play::{Place, Play};
use std::io::{self, IsTerminal, Write, stdin, stdout};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct StepArgs {
    /// The scenario
    file: PathBuf,

    /// Begin behind the last step at or before this line
    #[arg(long, value_name = "LINE")]
    at: Option<u32>,
}

pub(super) fn step(args: &StepArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    if !stdin().is_terminal() || !stdout().is_terminal() {
        terminal
            .complain("error: `step` needs a terminal\n  `handlelab run FILE` tells the same without one.")?;
        return Ok(Ended::Unreadable);
    }
    let Some((document, trace)) = files::ran(&args.file, terminal)? else { return Ok(Ended::Unreadable) };
    let play = Play::new(&document.source, trace);
    let moment = args.at.map_or(0, |line| play.history.moment(Some(line)));
    let place = Place { moment, ..Place::default() };
    let screen = Screen::open()?;
    let ended = walk(&play, place, terminal.has_colours());
    drop(screen);
    ended.map(|()| Ended::Good)
}

fn walk(play: &Play, mut place: Place, colours: bool) -> io::Result<()> {
    let (mut columns, mut rows) = terminal::size()?;
    loop {
        draw(&screen::screen(play, &place, columns.into(), rows.into()), colours)?;
        match read()? {
            Event::Resize(new_columns, new_rows) => (columns, rows) = (new_columns, new_rows),
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                match keys::press(play, &place, key, columns.into(), rows.into()) {
                    Next::Leave => return Ok(()),
                    Next::Stay => {}
                    Next::Go(next) => place = next,
                }
            }
            _ => {}
        }
    }
}

fn draw(lines: &[Line], colours: bool) -> io::Result<()> {
    let mut out = io::BufWriter::new(stdout().lock());
    queue!(out, terminal::BeginSynchronizedUpdate)?;
    for (row, line) in (0u16..).zip(lines) {
        queue!(out, cursor::MoveTo(0, row))?;
        for (role, text) in line.pieces() {
            match style(*role) {
                style if colours => write!(out, "{style}{text}{style:#}")?,
                style => {
                    // Weight is no colour.
                    let style = anstyle::Style::new().effects(style.get_effects());
                    write!(out, "{style}{text}{style:#}")?;
                }
            }
        }
        queue!(out, terminal::Clear(terminal::ClearType::UntilNewLine))?;
    }
    queue!(out, terminal::Clear(terminal::ClearType::FromCursorDown), terminal::EndSynchronizedUpdate)?;
    out.flush()
}

/// The terminal as it is while we have it; it is given back as it was, whatever happens.
struct Screen;

impl Screen {
    fn open() -> io::Result<Screen> {
        terminal::enable_raw_mode()?;
        let screen = Screen;
        execute!(stdout(), terminal::EnterAlternateScreen, cursor::Hide)?;
        Ok(screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // There is nobody left to tell.
        let _ = execute!(stdout(), cursor::Show, terminal::LeaveAlternateScreen);
        let _ = terminal::disable_raw_mode();
    }
}
