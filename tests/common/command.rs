//! The built command, run as a person would run it.

use std::path::Path;
use std::process::{Command, Output};

/// Runs it in a folder to its end, without what the tester's own environment would change: exit code, standard output,
/// standard error.
pub(crate) fn handlelab(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handlelab"));
    command.current_dir(folder).env_remove("CI").env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    let Output { status, stdout, stderr } = command.args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}
