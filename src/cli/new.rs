//! `handlelab new`: with what does a scenario begin?

use super::Ended;
use super::terminal::Terminal;
use handlelab::scenario::literal::quote;
use handlelab::view::markup::{Markup, Role, visible};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(super) struct NewArgs {
    /// The file to start; .hlab is added if it is missing
    #[arg(value_name = "NAME")]
    name: PathBuf,
}

pub(super) fn new(args: &NewArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let written = target(&args.name).and_then(|path| write(&path).map(|()| path));
    match written {
        Ok(path) => {
            let path = typed(&path);
            let mut out = Markup::default();
            out.push(Role::Good, format!("{path} is written. Run it: handlelab run {path}")).line();
            terminal.show(&out)?;
            Ok(Ended::Good)
        }
        Err(complaint) => {
            terminal.complain(&format!("error: {complaint}"))?;
            Ok(Ended::Unreadable)
        }
    }
}

/// The file that a name means.
fn target(name: &Path) -> Result<PathBuf, String> {
    let ends_as_folder = name.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
    let file = name.file_name().filter(|file| !ends_as_folder && !file.eq_ignore_ascii_case(".hlab"));
    let Some(file) = file else { return Err(format!("{} is no name for a file", name.display())) };
    if Path::new(file).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("hlab")) {
        return Ok(name.to_owned());
    }
    let mut with_ending = name.as_os_str().to_owned();
    with_ending.push(".hlab");
    Ok(with_ending.into())
}

/// Writes the file, which must not be there yet, and the folders above it.
fn write(path: &Path) -> Result<(), String> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{} is there already; it is left as it is", path.display()),
        _ => format!("cannot write {}: {error}", path.display()),
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = File::create_new(path).map_err(failed)?;
    file.write_all(text(path).as_bytes()).map_err(failed)
}

/// A path as one types it in a shell.
fn typed(path: &Path) -> String {
    let path = visible(&path.display().to_string());
    let harmless = |c: char| c.is_alphanumeric() || "._-/\\:".contains(c);
    if path.chars().all(harmless) { path } else { format!("\"{path}\"") }
}

/// What the file says at first: a scenario that runs, and in comments how it goes on.
fn text(path: &Path) -> String {
    let title = path.file_stem().unwrap_or_default().to_string_lossy();
    BEGINNING.replace("TITLE", &quote(&title)).replace("PATH", &typed(path))
}

const BEGINNING: &str = r#"handlelab 1
title TITLE

// A scenario reads like C, with the process that acts in front: who, variable, call, expected answer.
//   run it           handlelab run PATH
//   at each save     handlelab watch PATH
//   look things up   handlelab explain CreateEvent

process parent, child

/// Three slashes tell the story: whoever runs the file reads this above the next step.
parent: hEvent = CreateEvent(bManualReset: TRUE, lpName: "Ready")    => HANDLE

// `check` asks the kernel's eye, which sees what programs never see.
check handles(parent.hEvent) == 1

/// The child opens a handle of its own, and asks for no right but to wait.
child: hReady = OpenEvent(SYNCHRONIZE, FALSE, "Ready")               => HANDLE
child: SetEvent(hReady)                                              => FALSE ERROR_ACCESS_DENIED
check handles(parent.hEvent) == 2

/// The event lives as long as one handle to it is open, whoever has it.
parent: CloseHandle(hEvent)                                          => TRUE
check alive(parent.hEvent)
child: CloseHandle(hReady)                                           => TRUE
check dead(parent.hEvent)
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use handlelab::run::{Watch, run};
    use handlelab::scenario::{Document, printer};

    #[test]
    fn what_is_written_runs_green_and_is_in_canonical_form_whatever_its_name() {
        for name in ["first.hlab", "a folder/say \"hi\".hlab", "ü\u{1b}\n.hlab", "back\\slash.hlab"] {
            let text = text(Path::new(name));
            let document =
                Document::read(text.as_str()).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:?}"));
            let report = run(&document, Watch::Quietly);
            assert!(report.is_good() && report.statements > 5, "{name}: {report:?}");
            assert_eq!(printer::print(&document.tree), text, "{name}");
        }
    }

    #[test]
    fn the_ending_is_added_only_where_it_is_missing() {
        for (name, file) in [
            ("first", "first.hlab"),
            ("first.hlab", "first.hlab"),
            ("FIRST.HLAB", "FIRST.HLAB"),
            ("a.b", "a.b.hlab"),
            ("../x/y", "../x/y.hlab"),
        ] {
            assert_eq!(target(Path::new(name)), Ok(PathBuf::from(file)));
        }
        for name in ["", ".", "..", "folder/", "folder/..", ".hlab"] {
            assert!(target(Path::new(name)).is_err(), "{name}");
        }
    }
}
