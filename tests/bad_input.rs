//! Promise: whatever is named on the command line, the command says what is wrong with it in a few lines, ends with the right
//! code, and breaks nothing.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const GOOD: &str = "process p\np: h = CreateEvent() => HANDLE\n";
const FAILS: &str = "process p\np: CloseHandle(4) => TRUE\n";
const WRONG: &str = "process p\np: CloseHandel(4)\n";
const UNTIDY: &str = "process p\np:   CloseHandle( 4 )\n";

/// Nobody waits longer than this for a large file, on a slow machine and in a debug build.
const PATIENCE: Duration = Duration::from_secs(60);

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handlelab"));
    for variable in ["CI", "NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR"] {
        command.env_remove(variable);
    }
    command.current_dir(folder).args(args);
    command
}

/// How it ended, and what it wrote to standard output and to standard error.
fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("what is written is UTF-8");
    let code = output.status.code().expect("it ends by itself");
    assert!(!text(&output.stderr).contains("panicked"), "{}", text(&output.stderr));
    (code, text(&output.stdout), text(&output.stderr))
}

fn handlelab(folder: &Path, args: &[&str]) -> (i32, String, String) {
    said(&command(folder, args).output().unwrap())
}

/// Checks, runs and formats one file; each must end with 2 and say this.
fn is_refused(bytes: &[u8], says: &str) {
    let folder = folder(&[("a.hlab", bytes)]);
    for command in ["check", "run", "explore", "bless", "leaks"] {
        let (code, out, err) = handlelab(folder.path(), &[command, "a.hlab"]);
        assert_eq!(code, 2, "{command}: {out}{err}");
        assert!(err.contains(says), "{command}: {err}");
        assert!(err.len() < 4000, "{command} says {} bytes", err.len());
        assert_eq!(fs::read(folder.path().join("a.hlab")).unwrap(), bytes, "{command} left the file alone");
    }
}

#[test]
fn an_empty_file_has_no_process() {
    is_refused(b"", "A scenario starts with a line such as `process parent`");
    is_refused(b"\n \n\t\n", "HL050");
}

#[test]
fn a_file_that_is_no_text_is_told_where_it_is_none() {
    is_refused(b"process p\n\xFF\n", "line 2, column 1: the byte 0xFF is not UTF-8 text");
    is_refused(b"\xFF\xFEp\0r\0", "The file seems to be saved as UTF-16");
}

#[test]
fn a_line_of_a_megabyte_is_shown_as_a_piece_of_it() {
    let line = format!("process p\np: {}(4)\n", "C".repeat(1_000_000));
    is_refused(line.as_bytes(), "HL054");
    let line = format!("process p\np: CloseHandle(4{})\n", ", 4".repeat(300_000));
    is_refused(line.as_bytes(), "HL057");
}

#[test]
fn a_hundred_thousand_parentheses_are_one_mistake() {
    is_refused(format!("process p\np: F({}", "(".repeat(100_000)).as_bytes(), "HL009");
}

#[test]
fn the_thousandth_mistake_is_only_counted() {
    let folder = folder(&[("a.hlab", "chek x\n".repeat(1000).as_bytes())]);
    let (code, _, err) = handlelab(folder.path(), &["check", "a.hlab"]);
    assert_eq!((code, err.matches("error[").count()), (2, 101));
    assert!(err.contains("900 more lines could not be read"));
}

#[test]
fn what_is_not_there_is_said_and_the_rest_is_done() {
    let folder = folder(&[("a.hlab", GOOD.as_bytes()), ("b.txt", b"")]);
    fs::create_dir(folder.path().join("none")).unwrap();
    let (code, out, err) = handlelab(folder.path(), &["check", "missing.hlab", "none", "a.hlab"]);
    assert_eq!(code, 2);
    assert!(err.contains("there is no file missing.hlab"), "{err}");
    assert!(err.contains("no .hlab files in none"), "{err}");
    assert!(out.contains("with mistakes"), "{out}");
    let (code, out, _) = handlelab(folder.path(), &["run", "--quiet", "missing.hlab", "a.hlab"]);
    assert_eq!(code, 2);
    assert!(out.contains("ok       a.hlab"), "{out}");
}

#[test]
fn each_command_ends_with_its_code() {
    let folder = folder(&[
        ("good.hlab", GOOD.as_bytes()),
        ("fails.hlab", FAILS.as_bytes()),
        ("wrong.hlab", WRONG.as_bytes()),
        ("untidy.hlab", UNTIDY.as_bytes()),
        ("late.hlab", b"process p\np: ExitProcess(0)\np: CloseHandle(4)\n"),
    ]);
    for (args, expected) in [
        (&["run", "good.hlab"][..], 0),
        (&["run", "fails.hlab"], 1),
        (&["run", "wrong.hlab"], 2),
        (&["run", "late.hlab"], 2),
        (&["run", "good.hlab", "fails.hlab"], 1),
        (&["run", "wrong.hlab", "fails.hlab"], 2),
        (&["check", "good.hlab"], 0),
        (&["check", "fails.hlab"], 0),
        (&["check", "wrong.hlab"], 2),
        (&["check", "late.hlab"], 0),
        (&["fmt", "--check", "fails.hlab"], 1),
        (&["fmt", "--check", "untidy.hlab"], 1),
        (&["fmt", "untidy.hlab"], 0),
        (&["fmt", "--check", "untidy.hlab"], 0),
        (&["fmt", "missing.hlab"], 2),
        (&["run"], 2),
        (&["walk", "good.hlab"], 2),
        (&["--version"], 0),
    ] {
        let (code, out, err) = handlelab(folder.path(), args);
        assert_eq!(code, expected, "{args:?}: {out}{err}");
    }
}

#[test]
fn colours_come_when_they_are_asked_for_and_never_against_no_color() {
    let folder = folder(&[("fails.hlab", FAILS.as_bytes()), ("wrong.hlab", WRONG.as_bytes())]);
    let coloured = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = command(folder.path(), args);
        let (_, out, err) = said(&command.envs(variables.iter().copied()).output().unwrap());
        (out + &err).contains('\x1b')
    };
    for file in ["fails.hlab", "wrong.hlab"] {
        assert!(!coloured(&["run", file], &[]), "a file or a pipe gets none");
        assert!(coloured(&["run", file], &[("CLICOLOR_FORCE", "1")]));
        assert!(!coloured(&["run", file], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
        assert!(coloured(&["run", "--color", "always", file], &[]));
        assert!(coloured(&["run", "--color", "always", file], &[("NO_COLOR", "1")]), "who asks, gets");
        assert!(!coloured(&["run", "--color", "never", file], &[("CLICOLOR_FORCE", "1")]));
    }
}

/// Characters that play with a terminal, in every place of a file where text can stand.
const EVIL: &str = "\x1b[2J\x07\x08\x7f\u{9b}31m\u{85}\u{202e}";

#[test]
fn control_characters_of_a_file_never_reach_the_terminal() {
    let good = format!(
        "title \"{EVIL}\"\n/// {EVIL}\nprocess p // {EVIL}\np: h = CreateEvent(lpName: \"{EVIL}\") => HANDLE // {EVIL}\n\
         check !alive(\"{EVIL}\")\np: CreateFile(\"{EVIL}\", GENERIC_READ, 0, NULL, OPEN_EXISTING) => HANDLE\n\
         p: WaitForSingleObject(h, INFINITE) // {EVIL}\n"
    );
    let odd = format!("process p\np: {EVIL}\n{EVIL}\nchek \"{EVIL}\"\np: F(\"{EVIL}\\q\", '{EVIL}')\n");
    let wrong =
        format!("process p\np: CreateProcess(\"{EVIL}\")\np: h = SetEvent(\"{EVIL}\")\noption reuse = x\n");
    let folder = folder(&[
        ("good.hlab", good.as_bytes()),
        ("odd.hlab", odd.as_bytes()),
        ("wrong.hlab", wrong.as_bytes()),
    ]);
    for args in [
        &["run"][..],
        &["run", "--quiet"],
        &["run", "--format", "json"],
        &["check"],
        &["explore"],
        &["explore", "--format", "json"],
        &["fmt", "--check"],
        &["bless", "--dry-run", "--all"],
        &["convert", "--to", "json"],
        &["export", "c"],
        &["leaks"],
        &["render", "--as", "text"],
        &["render", "--as", "html"],
        &["render", "--as", "svg"],
        &["render", "--as", "json"],
        &["explain"],
    ] {
        for file in ["good.hlab", "odd.hlab", "wrong.hlab", EVIL, "missing\x1b[2J.hlab"] {
            let args: Vec<&str> = args.iter().copied().chain([file]).collect();
            let (_, out, err) = handlelab(folder.path(), &args);
            for text in [out, err] {
                let odd = text.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
                assert_eq!(odd, None, "{args:?}: {text:?}");
            }
        }
    }
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::os::unix::process::CommandExt;

    fn allow(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// The same command, by somebody whom permissions bind: root may do anything.
    fn as_somebody(folder: &Path, args: &[&str]) -> (i32, String, String) {
        const NOBODY: u32 = 65534;
        let mut command = command(folder, args);
        if fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0) {
            let copy = folder.join("handlelab");
            fs::copy(env!("CARGO_BIN_EXE_handlelab"), &copy).unwrap();
            command = Command::new(copy);
            command.current_dir(folder).args(args).uid(NOBODY).gid(NOBODY);
        }
        said(&command.output().unwrap())
    }

    #[test]
    fn a_file_that_may_not_be_read_is_said() {
        let folder = folder(&[("a.hlab", GOOD.as_bytes())]);
        allow(folder.path(), 0o755);
        allow(&folder.path().join("a.hlab"), 0o000);
        for command in ["check", "run", "fmt"] {
            let (code, _, err) = as_somebody(folder.path(), &[command, "a.hlab"]);
            assert_eq!(code, 2);
            assert!(err.contains("cannot read a.hlab"), "{command}: {err}");
        }
    }

    #[test]
    fn fmt_leaves_a_file_in_a_folder_that_cannot_be_written_as_it_is() {
        let folder = folder(&[("a.hlab", UNTIDY.as_bytes())]);
        allow(&folder.path().join("a.hlab"), 0o644);
        fs::create_dir(folder.path().join("locked")).unwrap();
        let inside = folder.path().join("locked/a.hlab");
        fs::copy(folder.path().join("a.hlab"), &inside).unwrap();
        allow(folder.path(), 0o755);
        allow(&folder.path().join("locked"), 0o555);
        let (code, _, err) = as_somebody(folder.path(), &["fmt", "locked/a.hlab"]);
        allow(&folder.path().join("locked"), 0o755);
        assert_eq!(code, 2);
        assert!(err.contains("it is left as it was"), "{err}");
        assert_eq!(fs::read_to_string(&inside).unwrap(), UNTIDY);
        assert_eq!(fs::read_dir(folder.path().join("locked")).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn fmt_keeps_permissions_and_links() {
        let folder = folder(&[("a.hlab", UNTIDY.as_bytes())]);
        let (file, link) = (folder.path().join("a.hlab"), folder.path().join("link.hlab"));
        allow(&file, 0o640);
        symlink(&file, &link).unwrap();
        assert_eq!(handlelab(folder.path(), &["fmt", "link.hlab"]).0, 0);
        assert_ne!(fs::read_to_string(&file).unwrap(), UNTIDY);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
    }

    #[test]
    fn a_folder_with_a_loop_of_links_is_searched_to_an_end() {
        let folder = folder(&[("a.hlab", GOOD.as_bytes())]);
        for name in ["again", "and-again"] {
            symlink(folder.path(), folder.path().join(name)).unwrap();
        }
        let (code, out, err) = handlelab(folder.path(), &["check", "."]);
        assert_eq!(code, 0);
        assert!(out.contains("1 file checked"), "{out}{err}");
    }

    #[test]
    fn a_name_that_is_no_text_is_taken_all_the_same() {
        let folder = folder(&[]);
        let name = std::ffi::OsStr::from_bytes(b"\xFF\xFE.hlab");
        if fs::write(folder.path().join(name), FAILS).is_err() {
            return;
        }
        let (code, out, err) = handlelab(folder.path(), &["run", "--quiet", "."]);
        assert_eq!(code, 1, "{out}{err}");
        let (code, ..) = handlelab(folder.path(), &["run", "--format", "json", "."]);
        assert_eq!(code, 1);
    }

    #[test]
    fn a_full_disk_is_said() {
        let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else { return };
        let folder = folder(&[("a.hlab", GOOD.as_bytes())]);
        let (code, _, err) = said(&command(folder.path(), &["run", "a.hlab"]).stdout(full).output().unwrap());
        assert_eq!(code, 2);
        assert!(err.contains("cannot write the output"), "{err}");
    }
}

#[test]
fn a_reader_who_goes_away_early_is_no_accident() {
    let many = format!("process p\n{}", "p: CloseHandle(4) => FALSE\n".repeat(3000));
    let folder =
        folder(&[("many.hlab", many.as_bytes()), ("wrong.hlab", "chek x\n".repeat(1000).as_bytes())]);
    for args in [
        &["run", "many.hlab"][..],
        &["run", "--format", "json", "many.hlab"],
        &["check", "wrong.hlab"],
        &["convert", "--to", "json", "many.hlab"],
        &["--help"],
        &["explain"],
    ] {
        let mut command = command(folder.path(), args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        if args[0] == "check" {
            drop(child.stderr.take());
        }
        said(&child.wait_with_output().unwrap());
    }
}

#[test]
fn large_files_take_seconds() {
    let lines = |count: usize, line: fn(usize) -> String| (0..count).map(line).collect::<String>();
    let files = [
        ("failures", format!("process p\n{}", lines(10_000, |i| format!("p: SetEvent({i}) => TRUE\n")))),
        ("mistakes", format!("process p\n{}", lines(20_000, |i| format!("p: SetEvent(h{i})\n")))),
        ("nobodies", format!("process p\n{}", lines(20_000, |i| format!("q{i}: SetEvent(4)\n")))),
        (
            "processes",
            format!("process p\n{}", lines(4_000, |i| format!("p: CreateProcess(\"c{i}\", &pi{i})\n"))),
        ),
        (
            "always",
            format!(
                "process p\n{}{}",
                "always dead(\"x\") && alive(\"y\")\n".repeat(600),
                "p: CloseHandle(4)\n".repeat(600)
            ),
        ),
        (
            "ticks",
            "process p\np: h = CreateWaitableTimer()\np: SetWaitableTimer(h, 0, 1)\np: Sleep(0xFFFFFFFE)\n"
                .to_owned(),
        ),
    ];
    for (name, text) in files {
        let folder = folder(&[("a.hlab", text.as_bytes())]);
        let start = Instant::now();
        handlelab(folder.path(), &["run", "--quiet", "a.hlab"]);
        let took = start.elapsed();
        assert!(took < PATIENCE, "{name}: {took:?}");
        println!("{name}: {took:?}");
    }
}
