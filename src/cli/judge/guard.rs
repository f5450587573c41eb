//! Who clears up when the judge is ended in the middle?
//!
//! A small shell program that waits until the judge is gone, in whatever way that happens: its standard input is a pipe whose
//! other end only the judge holds. Then it ends whatever runs in the judge's Wine prefix and removes the folder.

use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const SCRIPT: &str = r#"
trap '' INT TERM HUP
cat >/dev/null
if [ "$2" = wine ]; then
    WINEPREFIX="$1/prefix" TMPDIR="$1"
    export WINEPREFIX TMPDIR
    wineserver -k -w || /usr/lib/wine/wineserver -k -w
fi
# A compiler that was still at work may have written once more.
rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
"#;

/// Clears up when it is dropped, or when this process ends without dropping it.
pub(super) struct Guard {
    shell: Child,
}

impl Guard {
    /// Watches over a folder, and over the Wine prefix in it.
    ///
    /// # Errors
    /// There is no shell.
    pub(super) fn over(folder: &Path, is_wine: bool) -> io::Result<Guard> {
        let mut command = Command::new("sh");
        command.arg("-c").arg(SCRIPT).arg("guard").arg(folder).arg(if is_wine { "wine" } else { "plain" });
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // Ctrl-C goes to the whole group of the judge; the guard has to outlive it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Ok(Guard { shell: command.spawn()? })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // Nothing can be done about a guard that cannot be waited for; it clears up all the same.
        let _ = self.shell.wait();
    }
}
