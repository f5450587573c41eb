//! `handlelab judge`: what does a real system answer?

mod random;

use super::terminal::Terminal;
use super::{Ended, files};
use handlelab::export;
use handlelab::export::compare::{Comparison, Difference, compare};
use handlelab::export::known::{self, Known};
use handlelab::scenario::Document;
use handlelab::view::markup::{Markup, Role};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What compiles for Windows.
const COMPILER: &str = "x86_64-w64-mingw32-gcc";
/// How often a running program is looked after.
const GLANCE: Duration = Duration::from_millis(10);

#[derive(clap::Args)]
pub(super) struct JudgeArgs {
    /// Files, or folders that are searched for .hlab files
    #[arg(required_unless_present = "random", value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    random: random::RandomArgs,

    /// Who judges: `wine`, `native` (this is Windows), or a program that runs the .exe it is given
    #[arg(long, default_value = "wine", value_name = "JUDGE")]
    with: String,

    /// Seconds after which a program is ended
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    limit: u64,
}

/// Who runs the programs, and where.
struct Judge {
    launcher: Option<String>,
    is_wine: bool,
    folder: tempfile::TempDir,
    limit: Duration,
}

pub(super) fn judge(args: &JudgeArgs, terminal: &mut Terminal) -> io::Result<Ended> {
    let judge = match Judge::new(args) {
        Ok(judge) => judge,
        Err(complaint) => {
            terminal.complain(&format!("error: {complaint}"))?;
            return Ok(Ended::Unreadable);
        }
    };
    if let Some(count) = args.random.random {
        return random::judge(&judge, &args.random, count, terminal);
    }
    let known = match known::all() {
        Ok(known) if judge.is_wine => known,
        Ok(_) => &[],
        Err(error) => {
            terminal.complain(&format!("error: the table of known differences cannot be read: {error}"))?;
            return Ok(Ended::Unreadable);
        }
    };
    let (paths, complaints) = files::collect(&args.paths);
    let mut ended = if complaints.is_empty() { Ended::Good } else { Ended::Unreadable };
    for complaint in complaints {
        terminal.complain(&format!("error: {complaint}"))?;
    }
    let mut total = Total::default();
    for path in &paths {
        let document = match files::document(path, terminal) {
            Ok(document) => document,
            Err(unreadable) => {
                for complaint in unreadable.drawn {
                    terminal.complain(&format!("{complaint}\n"))?;
                }
                ended = Ended::Unreadable;
                continue;
            }
        };
        if document.program.is_unsolved() {
            continue;
        }
        let found = judge.hear(&document);
        terminal.show(&total.count(path, found, known))?;
        terminal.flush()?;
    }
    terminal.show(&total.markup())?;
    Ok(ended.max(if total.failed == 0 { Ended::Good } else { Ended::Failed }))
}

impl Judge {
    fn new(args: &JudgeArgs) -> Result<Judge, String> {
        needs(COMPILER, &["--version"], "gcc-mingw-w64-x86-64")?;
        let is_wine = args.with == "wine";
        let launcher = match args.with.as_str() {
            "native" => None,
            other => Some(other.to_owned()),
        };
        let folder =
            tempfile::tempdir().map_err(|error| format!("cannot make a folder for the programs: {error}"))?;
        let judge = Judge { launcher, is_wine, folder, limit: Duration::from_secs(args.limit) };
        if is_wine {
            needs("wine", &["--version"], "wine")?;
            // The first start builds the whole prefix, which may take longer than any program.
            let mut start = judge.command("wineboot");
            start.arg("--init").stdout(Stdio::null()).stderr(Stdio::null());
            start.status().map_err(|error| format!("Wine cannot be started: {error}"))?;
        }
        Ok(judge)
    }

    /// A command with Wine's surroundings: a prefix of its own, and no chatter.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        if self.is_wine {
            command
                .env("WINEPREFIX", self.folder.path().join("prefix"))
                .env("WINEDEBUG", "-all")
                .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
                .env_remove("DISPLAY");
        }
        command
    }

    /// Exports, compiles, runs and compares.
    fn hear(&self, document: &Document) -> Result<Comparison, String> {
        self.compile(&export::c(document))?;
        let (output, in_time) = self.play(&self.program())?;
        let comparison = compare(document, &output);
        match &comparison.missing {
            Some(missing) => Err(format!("the judge has no {missing}")),
            None if !in_time => {
                Err(format!("the program did not end within {} seconds", self.limit.as_secs()))
            }
            None if !comparison.complete => Err("the program broke off".to_owned()),
            None => Ok(comparison),
        }
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("scenario.exe")
    }

    fn compile(&self, source: &str) -> Result<(), String> {
        let path = self.folder.path().join("scenario.c");
        fs::write(&path, source).map_err(|error| format!("cannot write the program: {error}"))?;
        let compiled = Command::new(COMPILER)
            .args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-o"])
            .args([&self.program(), &path])
            .output()
            .map_err(|error| format!("{COMPILER} cannot be started: {error}"))?;
        if !compiled.status.success() {
            return Err(format!("it does not compile:\n{}", String::from_utf8_lossy(&compiled.stderr)));
        }
        Ok(())
    }

    /// A command that runs a compiled program.
    fn launch(&self, program: &Path) -> Command {
        match &self.launcher {
            Some(launcher) => {
                let mut command = self.command(launcher);
                command.arg(program);
                command
            }
            None => Command::new(program),
        }
    }

    /// Runs the program, and ends it if it takes too long.
    fn play(&self, program: &Path) -> Result<(String, bool), String> {
        let heard = self.folder.path().join("heard.txt");
        let fail = |error: io::Error| format!("the program cannot be run: {error}");
        let mut command = self.launch(program);
        command.stdin(Stdio::null()).stdout(fs::File::create(&heard).map_err(fail)?).stderr(Stdio::null());
        let mut child = command.spawn().map_err(fail)?;
        let in_time = ends_within(&mut child, self.limit).map_err(fail)?;
        if !in_time {
            child.kill().and_then(|()| child.wait()).map_err(fail)?;
            if self.is_wine {
                self.end_wine();
            }
        }
        let bytes = fs::read(&heard).map_err(fail)?;
        Ok((String::from_utf8_lossy(&bytes).into_owned(), in_time))
    }

    /// Ends whatever still runs in the prefix of this judge.
    fn end_wine(&self) {
        for program in ["wineserver", "/usr/lib/wine/wineserver"] {
            let ended = self.command(program).arg("-k").stdout(Stdio::null()).stderr(Stdio::null()).status();
            if ended.is_ok() {
                return;
            }
        }
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        if self.is_wine {
            self.end_wine();
        }
    }
}

fn ends_within(child: &mut Child, limit: Duration) -> io::Result<bool> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if child.try_wait()?.is_some() {
            return Ok(true);
        }
        std::thread::sleep(GLANCE);
    }
    Ok(false)
}

fn needs(program: &str, args: &[&str], package: &str) -> Result<(), String> {
    let started = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    match started {
        Ok(_) => Ok(()),
        Err(_) => {
            Err(format!("{program} is not here; install it (Debian, Ubuntu: apt-get install {package})"))
        }
    }
}

#[derive(Default)]
struct Total {
    files: usize,
    failed: usize,
    compared: usize,
    not_asked: usize,
    known: usize,
    stale: usize,
}

impl Total {
    /// One line for the file, and one for each difference.
    fn count(&mut self, path: &Path, found: Result<Comparison, String>, known: &[Known]) -> Markup {
        let mut out = Markup::default();
        self.files += 1;
        let shown = path.display().to_string();
        let comparison = match found {
            Ok(comparison) => comparison,
            Err(complaint) => {
                self.failed += 1;
                out.push(Role::Bad, format!("FAILED   {shown}: {complaint}")).line();
                return out;
            }
        };
        self.compared += comparison.compared;
        self.not_asked += comparison.not_asked;
        let about =
            |difference: &Difference| known.iter().find(|known| known.is_about(&shown, difference.step));
        let new = comparison.differences.iter().filter(|difference| about(difference).is_none()).count();
        let expected = comparison.differences.len() - new;
        self.known += expected;
        let (role, word) = if new > 0 { (Role::Bad, "DIFFERS") } else { (Role::Good, "ok") };
        let more = if expected > 0 { format!(", {expected} known differences") } else { String::new() };
        let compared = comparison.compared;
        let not_asked = comparison.not_asked;
        out.push(
            role,
            format!("{word:<8} {shown} ({compared} answers compared, {not_asked} not asked{more})"),
        )
        .line();
        for difference in &comparison.differences {
            let (role, note) = match about(difference) {
                Some(known) => (Role::Faint, format!("known, fact {}: {}", known.fact, known.about)),
                None if difference.facts.is_empty() => (Role::Strong, String::new()),
                None => (Role::Strong, format!("facts {}", difference.facts)),
            };
            let Difference { step, text, what, simulator, judge, .. } = difference;
            out.push(role, format!("  step {step}: {text}")).line();
            out.push(role, format!("    {what}: simulator {simulator}, judge {judge}  {note}")).line();
        }
        self.failed += usize::from(new > 0);
        self.stale(&shown, &comparison, known, &mut out);
        out
    }

    /// Rows of the table that are about this file and no longer true.
    fn stale(&mut self, path: &str, comparison: &Comparison, known: &[Known], out: &mut Markup) {
        for row in known.iter().filter(|row| row.is_of(path)) {
            for step in &row.steps {
                if !comparison.differences.iter().any(|difference| difference.step == *step) {
                    self.stale += 1;
                    let fact = &row.fact;
                    let text =
                        format!("  stale: step {step} no longer differs; the table says so for fact {fact}");
                    out.push(Role::Bad, text).line();
                }
            }
        }
    }

    fn markup(&self) -> Markup {
        let Total { files, failed, compared, not_asked, known, stale } = self;
        let mut out = Markup::default();
        let role = if *failed == 0 && *stale == 0 { Role::Good } else { Role::Bad };
        let stale = if *stale > 0 { format!(", {stale} stale rows in the table") } else { String::new() };
        let text = format!(
            "{files} files, {compared} answers compared, {not_asked} not asked, {known} known differences{stale}: {failed} failed"
        );
        out.push(role, text).line();
        out
    }
}
