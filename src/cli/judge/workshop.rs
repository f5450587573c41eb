//! Where are exported programs compiled, and who runs them?
//!
//! In a folder that is gone afterwards, with a Wine prefix of its own. One Wine server serves all programs, and the headers
//! of Windows are compiled once: most of the time went there.

use super::guard::Guard;
use handlelab::export;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// What compiles for Windows.
const COMPILER: &str = if cfg!(windows) { "gcc" } else { "x86_64-w64-mingw32-gcc" };
/// How strictly; the headers that were compiled beforehand must be compiled the same way.
const OPTIONS: &[&str] = &["-std=gnu11", "-Wall", "-Wextra", "-Werror"];
/// How often a running program is looked after.
const GLANCE: Duration = Duration::from_millis(5);

/// Compiles and runs programs. Can be shared by several threads.
pub(super) struct Workshop {
    launcher: Option<String>,
    is_wine: bool,
    limit: Duration,
    /// Goes first, so that nothing runs in the folder any more when that goes.
    _guard: Option<Guard>,
    folder: tempfile::TempDir,
}

/// What a program printed.
pub(super) struct Heard {
    pub(super) output: String,
    /// How it ended, if it did so by itself.
    pub(super) ended: Option<ExitStatus>,
}

impl Workshop {
    /// A workshop for `wine`, for `native` programs, or for a program that runs the .exe it is given.
    ///
    /// # Errors
    /// A tool is missing; the sentence says what to install.
    pub(super) fn open(with: &str, limit: Duration) -> Result<Workshop, String> {
        needs(COMPILER, &["--version"], "gcc-mingw-w64-x86-64")?;
        let is_wine = with == "wine";
        if is_wine {
            needs("wine", &["--version"], "wine wine64")?;
        }
        let folder =
            tempfile::tempdir().map_err(|error| format!("cannot make a folder for the programs: {error}"))?;
        let guard = if cfg!(unix) {
            let guard = Guard::over(folder.path(), is_wine);
            Some(guard.map_err(|error| format!("sh cannot be started: {error}"))?)
        } else {
            None
        };
        let launcher = (with != "native").then(|| with.to_owned());
        let workshop = Workshop { launcher, is_wine, limit, _guard: guard, folder };
        workshop.prepare_headers()?;
        if is_wine {
            workshop.start_wine()?;
        }
        Ok(workshop)
    }

    /// Is it Wine that runs the programs?
    pub(super) fn is_wine(&self) -> bool {
        self.is_wine
    }

    /// How long a program may take.
    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    /// Who judges: which Wine it is, as it says itself, or another by its name.
    pub(super) fn judge(&self) -> String {
        if !self.is_wine {
            return self.launcher.clone().unwrap_or_else(|| "native".to_owned());
        }
        let output = self.command("wine").arg("--version").stdout(Stdio::piped()).output();
        let text =
            output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        text.split_whitespace().next().unwrap_or("wine").to_owned()
    }

    /// Compiles a program under a name that no other has.
    ///
    /// # Errors
    /// It does not compile without a warning.
    pub(super) fn compile(&self, name: &str, text: &str) -> Result<PathBuf, String> {
        let source = self.folder.path().join(format!("{name}.c"));
        let program = source.with_extension("exe");
        fs::write(&source, text).map_err(|error| format!("cannot write the program: {error}"))?;
        let mut compiler = self.command(COMPILER);
        compiler
            .args(OPTIONS)
            .arg("-include")
            .arg(self.headers())
            .arg("-s")
            .arg("-o")
            .args([&program, &source]);
        finish(&mut compiler)?;
        Ok(program)
    }

    /// A silent command that runs a compiled program.
    pub(super) fn launch(&self, program: &Path) -> Command {
        match &self.launcher {
            Some(launcher) => {
                let mut command = self.command(launcher);
                command.arg(program);
                command
            }
            None => self.command(program),
        }
    }

    /// Runs a program, and ends it if it takes too long.
    ///
    /// # Errors
    /// It cannot be started.
    pub(super) fn run(&self, program: &Path, args: &[&str]) -> Result<Heard, String> {
        let heard = program.with_extension("txt");
        let fail = |error: io::Error| format!("the program cannot be run: {error}");
        let mut command = self.launch(program);
        command.args(args).stdout(fs::File::create(&heard).map_err(fail)?);
        let mut child = command.spawn().map_err(fail)?;
        let ended = ends_within(&mut child, self.limit).map_err(fail)?;
        if ended.is_none() {
            // What it had started waits for nobody any more and ends with the workshop.
            child.kill().and_then(|()| child.wait()).map_err(fail)?;
        }
        let bytes = fs::read(&heard).map_err(fail)?;
        Ok(Heard { output: String::from_utf8_lossy(&bytes).into_owned(), ended })
    }

    fn headers(&self) -> PathBuf {
        self.folder.path().join("windows.h")
    }

    fn prepare_headers(&self) -> Result<(), String> {
        let headers = self.headers();
        fs::write(&headers, export::HEADERS).map_err(|error| format!("cannot write the headers: {error}"))?;
        let mut compiler = self.command(COMPILER);
        compiler
            .args(OPTIONS)
            .args(["-x", "c-header", "-o"])
            .arg(headers.with_extension("h.gch"))
            .arg(headers);
        finish(&mut compiler)
    }

    /// The first start builds the whole prefix, which may take longer than any program.
    fn start_wine(&self) -> Result<(), String> {
        let fail = |error: io::Error| format!("Wine cannot be started: {error}");
        fs::create_dir(self.prefix()).map_err(fail)?;
        // A server that stays does not have to start its services anew between programs. Without it all is only slower.
        let _ = self.command("wineserver").arg("-p").status();
        let started = self.command("wineboot").arg("--init").status().map_err(fail)?;
        if started.success() { Ok(()) } else { Err("Wine cannot make a prefix".to_owned()) }
    }

    fn prefix(&self) -> PathBuf {
        self.folder.path().join("prefix")
    }

    /// A silent command that leaves its own temporary files in the folder. Wine gets a prefix of its own, and no chatter.
    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.env("TMPDIR", self.folder.path());
        if self.is_wine {
            command
                .env("WINEPREFIX", self.prefix())
                .env("WINEDEBUG", "-all")
                .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
                .env_remove("DISPLAY");
        }
        command
    }
}

fn finish(compiler: &mut Command) -> Result<(), String> {
    let done = compiler
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| format!("{COMPILER} cannot be started: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&done.stderr);
    let first = complaint.lines().find(|line| line.contains("error")).unwrap_or_default();
    Err(format!("it does not compile: {first}"))
}

pub(super) fn ends_within(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < limit {
        let ended = child.try_wait()?;
        if ended.is_some() {
            return Ok(ended);
        }
        std::thread::sleep(GLANCE);
    }
    Ok(None)
}

fn needs(program: &str, args: &[&str], package: &str) -> Result<(), String> {
    let started = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    match started {
        Ok(status) if status.success() => Ok(()),
        _ => Err(format!("{program} is not here; install it (Debian, Ubuntu: apt-get install {package})")),
    }
}
