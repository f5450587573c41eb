//! Where does the output go, and in which colours?

use super::Colour;
use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use handlelab::view::markup::{Markup, Role};
use std::io::{self, BufWriter, Stderr, Stdout, Write};

/// The two streams of the command.
pub(super) struct Terminal {
    out: BufWriter<AutoStream<Stdout>>,
    err: AutoStream<Stderr>,
    width: usize,
}

/// What is assumed where there is no terminal.
const DEFAULT_WIDTH: usize = 80;

impl Terminal {
    pub(super) fn new(colour: Colour) -> Terminal {
        let choice = match colour {
            Colour::Auto => anstream::ColorChoice::Auto,
            Colour::Always => anstream::ColorChoice::Always,
            Colour::Never => anstream::ColorChoice::Never,
        };
        let width = terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(width, _)| width.0.into());
        Terminal {
            out: BufWriter::new(AutoStream::new(io::stdout(), choice)),
            err: AutoStream::new(io::stderr(), choice),
            width,
        }
    }

    /// Columns of the terminal; 80 where there is none.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Are colours wanted?
    pub(super) fn has_colours(&self) -> bool {
        self.out.get_ref().current_choice() != anstream::ColorChoice::Never
    }

    /// Writes to standard output.
    pub(super) fn show(&mut self, markup: &Markup) -> io::Result<()> {
        for (role, text) in markup.pieces() {
            let style = style(role);
            write!(self.out, "{style}{text}{style:#}")?;
        }
        Ok(())
    }

    /// Writes text as it is to standard output, also what looks like a colour in it.
    pub(super) fn print(&mut self, text: &str) -> io::Result<()> {
        self.out.flush()?;
        io::stdout().write_all(text.as_bytes())
    }

    /// Writes to standard error, behind what went to standard output before.
    pub(super) fn complain(&mut self, text: &str) -> io::Result<()> {
        self.out.flush()?;
        writeln!(self.err, "{text}")
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// How a role looks.
pub(super) fn style(role: Role) -> Style {
    match role {
        Role::Plain => Style::new(),
        Role::Strong => Style::new().bold(),
        Role::Faint => Style::new().dimmed(),
        Role::Story => AnsiColor::Cyan.on_default(),
        Role::New => AnsiColor::Green.on_default(),
        Role::Gone => AnsiColor::Magenta.on_default(),
        Role::Good => AnsiColor::Green.on_default(),
        Role::Bad => AnsiColor::Red.on_default().bold(),
    }
}
