//! Promise: no input whatever makes a floor of the house fall over, hang, or lose count.
//!
//! `HANDLELAB_FUZZ_SECONDS` sets how long new inputs are tried, `HANDLELAB_FUZZ_SEED` which. An input that breaks a
//! promise is made small and written to a file; with the mistake mended, it goes to `tests/corpus`.

// The roof draws the mistakes; strangers cannot call it, but it must not fall over either.
#[path = "../../src/cli/diagnostics.rs"]
mod diagnostics;
mod hostile;
mod mutate;
mod promises;
mod shrink;
mod steps;
mod upstairs;

use fastrand::Rng;
use mutate::Corpus;
use promises::Reached;
use std::cell::RefCell;
use std::fs;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// No input takes longer than this, even in a debug build.
const LONGEST: Duration = Duration::from_secs(2);
/// Behind this time an input is taken to hang.
const FOREVER: Duration = Duration::from_secs(60);
/// How often the lines with mistakes are taken out of an input, so that the rest of it runs.
const MENDINGS: usize = 6;
/// After so many different findings nobody needs more.
const MOST_FINDINGS: usize = 12;

#[test]
fn every_kept_input_keeps_the_promises() {
    for (path, bytes) in files(&["tests/corpus", "scenarios"]) {
        if let Err(why) = tried(&bytes) {
            panic!("{}: {why}", path.display());
        }
    }
}

#[test]
fn new_inputs_keep_the_promises() {
    let (seconds, seed) = (number("HANDLELAB_FUZZ_SECONDS", 15), number("HANDLELAB_FUZZ_SEED", 1));
    let (mut corpus, mut broken) = (Vec::new(), Vec::new());
    for (path, bytes) in files(&["tests/corpus", "scenarios"]) {
        let is_broken = path.components().any(|part| part.as_os_str() == "broken");
        if is_broken { broken.push(bytes) } else { corpus.push(bytes) }
    }
    let corpus = Corpus { sound: corpus, broken };
    let watched = Watched::new();
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut tally = Tally::default();
    let mut index = 0;
    while Instant::now() < end && tally.findings.len() < MOST_FINDINGS {
        let mut rng = Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(index));
        index += 1;
        let mut input = mutate::input(&corpus, &mut rng);
        for _ in 0..MENDINGS {
            let reached = tally.try_one(&input, &watched);
            let Some(Reached::Mistakes(places)) = reached else { break };
            if rng.u8(0..4) == 0 || !take_out(&mut input, &places) {
                break;
            }
        }
    }
    println!("seed {seed}, {seconds} s: {tally}");
    assert!(tally.findings.is_empty(), "{:#?}", tally.findings);
    assert!(tally.ran > 0, "some inputs run");
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// All files of folders, in order.
fn files(folders: &[&str]) -> Vec<(PathBuf, Vec<u8>)> {
    fn collect(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
        let entries = fs::read_dir(folder).into_iter().flatten();
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths {
            match fs::read(&path) {
                Ok(bytes) => found.push((path, bytes)),
                Err(_) => collect(&path, found),
            }
        }
    }
    let mut found = Vec::new();
    for folder in folders {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    }
    assert!(!found.is_empty(), "there are files in {folders:?}");
    found
}

thread_local! {
    /// Is an input being tried, and what broke if something did?
    static BROKEN: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps what a panic says, instead of printing each of thousands.
fn listen_to_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let heard =
                BROKEN.with_borrow_mut(|broken| broken.as_mut().map(|broken| *broken = panic.to_string()));
            if heard.is_none() {
                usual(panic);
            }
        }));
    });
}

/// How far an input comes, or which promise it breaks. One that takes too long has a second chance: the machine may have
/// been busy.
fn tried(bytes: &[u8]) -> Result<Reached, String> {
    listen_to_panics();
    let (reached, took) = timed(bytes)?;
    if took <= LONGEST {
        return Ok(reached);
    }
    match timed(bytes)? {
        (_, again) if took.min(again) > LONGEST => Err(format!("it took {took:?}, and then {again:?}")),
        (reached, _) => Ok(reached),
    }
}

fn timed(bytes: &[u8]) -> Result<(Reached, Duration), String> {
    let (start, worked) = (Instant::now(), time_at_work());
    BROKEN.set(Some(String::new()));
    let result = catch_unwind(AssertUnwindSafe(|| promises::keep(bytes)));
    let broken = BROKEN.take().unwrap_or_default();
    let reached = result.map_err(|_| broken)?;
    let took = match (worked, time_at_work()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => start.elapsed(),
    };
    Ok((reached, took))
}

/// How long this thread has had a processor, where the system tells: a busy machine shall not look like a slow program.
fn time_at_work() -> Option<Duration> {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// Takes the lines out in which these bytes stand; false if that changes nothing.
fn take_out(input: &mut Vec<u8>, places: &[usize]) -> bool {
    let before = input.len();
    let mut at = 0;
    *input = input
        .split_inclusive(|byte| *byte == b'\n')
        .filter(|line| {
            let end = at + line.len();
            let hit = places.iter().any(|place| (at..end).contains(place));
            at = end;
            !hit
        })
        .flatten()
        .copied()
        .collect();
    input.len() < before
}

/// What came of the inputs so far.
#[derive(Default)]
struct Tally {
    inputs: usize,
    no_text: usize,
    with_mistakes: usize,
    ran: usize,
    steps: usize,
    slowest: Duration,
    /// What broke, and the file with the input that broke it.
    findings: Vec<(String, PathBuf)>,
}

impl Tally {
    fn try_one(&mut self, input: &[u8], watched: &Watched) -> Option<Reached> {
        watched.starts(input);
        let start = Instant::now();
        let result = tried(input);
        let took = start.elapsed();
        if took > self.slowest {
            self.slowest = took;
            fs::write(scratch("slowest"), input).expect("the slowest input can be written");
        }
        watched.ends();
        self.inputs += 1;
        match &result {
            Ok(Reached::Bytes) => self.no_text += 1,
            Ok(Reached::Mistakes(_)) => self.with_mistakes += 1,
            Ok(Reached::Run(steps)) => {
                self.ran += 1;
                self.steps += steps;
            }
            Err(why) => self.found(input, why),
        }
        result.ok()
    }

    fn found(&mut self, input: &[u8], why: &str) {
        let kind = kind_of(why);
        if self.findings.iter().any(|(found, _)| kind_of(found) == kind) {
            return;
        }
        let small = shrink::shrink(input, |bytes| tried(bytes).is_err_and(|other| kind_of(&other) == kind));
        let path = scratch(&format!("finding-{}", self.findings.len() + 1));
        fs::write(&path, &small).expect("a finding can be written");
        println!("{}: {why}\n{}", path.display(), String::from_utf8_lossy(&small));
        self.findings.push((why.to_owned(), path));
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Tally { inputs, no_text, with_mistakes, ran, steps, slowest, findings } = self;
        write!(
            f,
            "{inputs} inputs ({no_text} no text, {with_mistakes} with mistakes, {ran} ran, {steps} steps), \
             the slowest took {slowest:?}, {} findings",
            findings.len()
        )
    }
}

/// The first two lines of a message, which say where and what, without numbers: the same promise broken at another place
/// of the input is no news.
fn kind_of(why: &str) -> String {
    let lines: Vec<&str> = why.lines().take(2).collect();
    lines.concat().chars().filter(|c| !c.is_ascii_digit()).take(160).collect()
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Somebody who ends the process when an input hangs; its bytes are in a file, also if the stack overflows.
struct Watched {
    sign: mpsc::Sender<bool>,
    file: PathBuf,
}

impl Watched {
    fn new() -> Watched {
        let (sign, signs) = mpsc::channel();
        let file = scratch("input");
        let shown = file.display().to_string();
        std::thread::spawn(move || {
            let mut busy = false;
            loop {
                match signs.recv_timeout(FOREVER) {
                    Ok(starts) => busy = starts,
                    Err(RecvTimeoutError::Timeout) if busy => {
                        eprintln!("the input in {shown} hangs");
                        std::process::abort();
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        });
        Watched { sign, file }
    }

    fn starts(&self, input: &[u8]) {
        fs::write(&self.file, input).expect("an input can be written");
        self.sign.send(true).expect("somebody watches");
    }

    fn ends(&self) {
        self.sign.send(false).expect("somebody watches");
    }
}
