//! How do lines get to an agent and back?

use crate::workshop::{Workshop, ends_within};
use handlelab::export::agent::{Lost, Wire};
use std::fmt::Display;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

/// The line to an agent that runs, if it could be started.
pub(crate) struct Line {
    workshop: Arc<Workshop>,
    running: Result<(Child, Option<ChildStdin>, Receiver<String>), Lost>,
}

impl Line {
    pub(crate) fn new(workshop: &Arc<Workshop>, agent: &Path) -> Line {
        let mut command = workshop.launch(agent);
        let running = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map(|mut child| {
            let input = child.stdin.take();
            let output = child.stdout.take();
            let (sender, receiver) = channel();
            std::thread::spawn(move || {
                for line in output.into_iter().flat_map(|output| BufReader::new(output).lines()) {
                    let Ok(line) = line else { return };
                    if sender.send(line.trim_end().to_owned()).is_err() {
                        return;
                    }
                }
            });
            (child, input, receiver)
        });
        Line { workshop: Arc::clone(workshop), running: running.map_err(|error| Lost(error.to_string())) }
    }
}

impl Wire for Line {
    fn ask(&mut self, line: &str) -> Result<String, Lost> {
        let lost = |error: &dyn Display| Lost(format!("{error} (it was told {line:?})"));
        let (_, input, output) = self.running.as_mut().map_err(|lost| lost.clone())?;
        let Some(input) = input else { return Err(lost(&"nobody listens")) };
        writeln!(input, "{line}").and_then(|()| input.flush()).map_err(|error| lost(&error))?;
        output.recv_timeout(self.workshop.limit()).map_err(|error| lost(&error))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let Ok((child, input, _)) = &mut self.running else { return };
        // Without anybody who tells it something it clears up behind itself; else all of it ends with the workshop.
        drop(input.take());
        if !matches!(ends_within(child, self.workshop.limit()), Ok(Some(_))) {
            let _ = child.kill().and_then(|()| child.wait());
        }
    }
}
