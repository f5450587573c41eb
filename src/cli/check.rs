//! `handlelab check`: is anything wrong with the files?

use super::Ended;
use super::files;
use super::terminal::Terminal;
use handlelab::view::markup::{Markup, Role};
use std::io;
use std::path::PathBuf;

pub(super) fn check(paths: &[PathBuf], terminal: &mut Terminal) -> io::Result<Ended> {
    let (paths, complaints) = files::collect(paths);
    let mut bad = complaints.len();
    for complaint in complaints {
        terminal.complain(&format!("error: {complaint}"))?;
    }
    let count = paths.len();
    for path in paths {
        if let Err(unreadable) = files::document(&path, terminal) {
            bad += 1;
            for complaint in unreadable.drawn {
                terminal.complain(&format!("{complaint}\n"))?;
            }
        }
    }
    let mut out = Markup::default();
    let what = if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
    if bad == 0 {
        out.push(Role::Good, format!("{what} checked, nothing wrong")).line();
    } else {
        out.push(Role::Bad, format!("{what} checked, {bad} with mistakes")).line();
    }
    terminal.show(&out)?;
    Ok(if bad == 0 { Ended::Good } else { Ended::Unreadable })
}
