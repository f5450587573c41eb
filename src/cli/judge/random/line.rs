//! How do lines get to an agent and back?

use crate::cli::judge::workshop::{Workshop, ends_within};
use handlelab::export::agent::{Lost, Wire};
use std::fmt::Display;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};

/// The line to an agent, which is started when somebody has something to say to it.
pub(super) struct Line<'w> {
    workshop: &'w Workshop,
    executable: &'w Path,
    running: Option<(Child, ChildStdin, Receiver<String>)>,
    /// Which of the first processes can play again.
    pub(super) clean: [bool; 2],
}

impl Line<'_> {
    pub(super) fn new<'w>(workshop: &'w Workshop, executable: &'w Path) -> Line<'w> {
        Line { workshop, executable, running: None, clean: [false; 2] }
    }

    fn start(&mut self) -> io::Result<()> {
        let mut command = self.workshop.launch(self.executable);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let ends = (child.stdin.take(), child.stdout.take());
        let (Some(input), Some(output)) = ends else { return Ok(()) };
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                let Ok(line) = line else { return };
                if sender.send(line.trim_end().to_owned()).is_err() {
                    return;
                }
            }
        });
        self.running = Some((child, input, receiver));
        Ok(())
    }

    /// Lets the agent go; the next thing that is said starts another.
    pub(super) fn stop(&mut self) {
        self.clean = [false; 2];
        if let Some((mut child, input, _)) = self.running.take() {
            drop(input);
            // It clears up behind itself, if it still can; else all of it ends with the workshop.
            if !matches!(ends_within(&mut child, self.workshop.limit()), Ok(Some(_))) {
                let _ = child.kill().and_then(|()| child.wait());
            }
        }
    }
}

impl Wire for Line<'_> {
    fn ask(&mut self, line: &str) -> Result<String, Lost> {
        let lost = |error: &dyn Display| Lost(format!("{error} (it was told {line:?})"));
        if self.running.is_none() {
            self.start().map_err(|error| lost(&error))?;
        }
        let Some((_, input, output)) = &mut self.running else { return Err(lost(&"it does not start")) };
        writeln!(input, "{line}").and_then(|()| input.flush()).map_err(|error| lost(&error))?;
        output.recv_timeout(self.workshop.limit()).map_err(|error| lost(&error))
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        self.stop();
    }
}
