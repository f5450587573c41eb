//! How far is it?

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;

/// A bar on standard error, if that is a terminal.
pub(super) struct Progress {
    of: usize,
    done: Mutex<usize>,
    shown: bool,
}

/// Signs of a full bar.
const WIDTH: usize = 30;

impl Progress {
    pub(super) fn new(of: usize) -> Progress {
        Progress { of, done: Mutex::new(0), shown: of > 1 && io::stderr().is_terminal() }
    }

    /// One more is done.
    pub(super) fn step(&self) {
        if !self.shown {
            return;
        }
        let Ok(mut done) = self.done.lock() else { return };
        *done += 1;
        let signs = |done: usize| done * WIDTH / self.of;
        if signs(*done) > signs(*done - 1) {
            let bar = "#".repeat(signs(*done));
            // A bar that cannot be drawn is not missed.
            _ = write!(io::stderr(), "\r[{bar:<WIDTH$}] {} of {}", *done, self.of);
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if self.shown {
            _ = write!(io::stderr(), "\r{:1$}\r", "", WIDTH + 30);
        }
    }
}
