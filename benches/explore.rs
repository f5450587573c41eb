//! How fast are orders explored, beside another explorer, and what does leaving out the order of independent steps save?
//!
//! Prints two tables, and what follows from them. Each row is a run of its own process, so that its peak memory is its own;
//! each figure is the median of three rounds, of those that take long the first. The other explorer is stateright's
//! breadth-first checker, on the same kernel and model.

use handlelab::explore::{Limits, Moment, Moments, Turn, explore};
use handlelab::scenario::Document;
use stateright::{Checker, Model, Property};
use std::fmt::Write;
use std::hash::{Hash, Hasher};
use std::process::Command;
use std::time::Instant;

/// Enough for every model here.
const STATES: usize = 50_000_000;
const ROUNDS: usize = 3;
/// Nobody waits for another round of what takes longer than this.
const LONG: f64 = 15.0;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().position(|argument| argument == "--one") {
        Some(place) => one(&arguments[place + 1], &arguments[place + 2]),
        None => all(),
    }
}

/// What one run found, and what it took.
struct Row {
    states: usize,
    seconds: f64,
    kib: u64,
}

fn all() {
    let models = ["3x8", "4x8", "5x8"];
    println!(
        "{:<10}{:<24}{:>12}{:>12}{:>12}{:>12}",
        "model", "by", "states", "seconds", "states/s", "peak MiB"
    );
    for model in models {
        let rows = ["stateright-1", "every-1", "stateright-2", "every-2", "enough-1"].map(|by| {
            let row = measured(model, by);
            show(model, by, &row);
            row
        });
        let [peer, every, peer_2, every_2, enough] = &rows;
        assert_eq!(
            [peer.states, peer_2.states, every_2.states],
            [every.states; 3],
            "all see the same states"
        );
        println!(
            "{model:<10}one thread {:.1} times stateright's states/s, two threads {:.1} times; the second thread {:.2} times \
             (stateright's {:.2}); the verdict {:.1} times sooner by {:.1} times fewer states",
            peer.seconds / every.seconds,
            peer_2.seconds / every_2.seconds,
            every.seconds / every_2.seconds,
            peer.seconds / peer_2.seconds,
            every.seconds / enough.seconds,
            every.states as f64 / enough.states as f64,
        );
    }
    println!("\nGrowth with the number of threads: every order, and what is enough for the verdicts");
    let mut before: Option<[f64; 2]> = None;
    for threads in 2..=6 {
        let model = format!("{threads}x8");
        let rows = ["every-1", "enough-1"].map(|by| {
            let row = measured(&model, by);
            show(&model, by, &row);
            row
        });
        let [every, enough] = &rows;
        let sooner = every.seconds / enough.seconds;
        print!("{model:<10}the verdict {sooner:.1} times sooner by the reduction");
        let states = rows.each_ref().map(|row| row.states as f64);
        if let Some(before) = before {
            let [every, enough] = [states[0] / before[0], states[1] / before[1]];
            print!("; {every:.1} times the states of one thread fewer, by the reduction {enough:.1} times");
        }
        println!();
        before = Some(states);
    }
}

fn show(model: &str, by: &str, row: &Row) {
    let rate = row.states as f64 / row.seconds;
    println!("{model:<10}{by:<24}{:>12}{:>12.4}{rate:>12.0}{:>12}", row.states, row.seconds, row.kib >> 10);
}

/// The median of several runs.
fn measured(model: &str, by: &str) -> Row {
    let mut rows = vec![run(model, by)];
    while rows.len() < ROUNDS && rows[0].seconds < LONG {
        rows.push(run(model, by));
    }
    rows.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    rows.swap_remove(rows.len() / 2)
}

fn run(model: &str, by: &str) -> Row {
    let program = std::env::current_exe().expect("the benchmark knows itself");
    let output = Command::new(program).args(["--one", model, by]).output().expect("it runs again");
    let text = String::from_utf8(output.stdout).expect("it prints text");
    let mut figures = text.split_whitespace();
    let mut next = || figures.next().unwrap_or_else(|| panic!("{model} {by}: {text}"));
    Row {
        states: next().parse().expect("a number of states"),
        seconds: next().parse().expect("a time"),
        kib: next().parse().expect("a size"),
    }
}

/// One run, in this process.
fn one(model: &str, by: &str) {
    let (threads, steps) = model.split_once('x').expect("threads and steps");
    let source = scenario(threads.parse().expect("threads"), steps.parse().expect("steps"));
    let document = Document::read(source.as_str()).expect("the model is a scenario");
    let (by, threads) = by.split_once('-').expect("by whom, and in how many threads");
    let threads: usize = threads.parse().expect("a number of threads");
    let started = Instant::now();
    let states = match by {
        "stateright" => peer(&document, threads),
        "every" => {
            ours(&document, Limits { states: STATES, time: None, reduce: false, count: true, threads })
        }
        _ => ours(&document, Limits { states: STATES, time: None, reduce: true, count: false, threads }),
    };
    println!("{states} {} {}", started.elapsed().as_secs_f64(), peak_memory().unwrap_or_default());
}

fn ours(document: &Document, limits: Limits) -> usize {
    let found = explore(document, limits);
    assert!(found.stopped.is_none() && found.mistake.is_none());
    found.states
}

/// Some processes that share a mutex and an event and have handles of their own, each with so many steps.
fn scenario(threads: usize, steps: usize) -> String {
    let names: Vec<String> = (0..threads).map(|thread| format!("p{thread}")).collect();
    let mut source = format!("process {}\n", names.join(", "));
    for step in 0..steps {
        for name in &names {
            let call = match step {
                0 => "m = CreateMutex(lpName: \"Lock\")",
                1 => "h = CreateEvent(bManualReset: TRUE)",
                2 => "SetEvent(h)",
                3 => "WaitForSingleObject(m, 0)",
                4 => "ReleaseMutex(m)",
                5 => "CloseHandle(h)",
                6 => "n = CreateSemaphore(NULL, 1, 2)",
                _ => "CloseHandle(n)",
            };
            writeln!(source, "{name}: {call}").expect("a string takes everything");
        }
    }
    source
}

/// In KiB, where the system tells it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The same orders for stateright.
struct Peer<'d> {
    moments: Moments<'d>,
}

/// A state with its fingerprint, which is what stateright hashes.
#[derive(Clone, Debug)]
struct PeerState {
    moment: Moment,
    fingerprint: u128,
}

impl Hash for PeerState {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.fingerprint.hash(hasher);
    }
}

impl PartialEq for PeerState {
    fn eq(&self, other: &PeerState) -> bool {
        self.fingerprint == other.fingerprint
    }
}

impl Model for Peer<'static> {
    type State = PeerState;
    type Action = Turn;

    fn init_states(&self) -> Vec<PeerState> {
        let moment = self.moments.start();
        let fingerprint = self.moments.fingerprint(&moment);
        vec![PeerState { moment, fingerprint }]
    }

    fn actions(&self, state: &PeerState, actions: &mut Vec<Turn>) {
        actions.extend(self.moments.moves(&state.moment));
    }

    fn next_state(&self, state: &PeerState, action: Turn) -> Option<PeerState> {
        let moment = self.moments.after(&state.moment, action)?;
        let fingerprint = self.moments.fingerprint(&moment);
        Some(PeerState { moment, fingerprint })
    }

    fn properties(&self) -> Vec<Property<Peer<'static>>> {
        vec![Property::always("nothing", |_, _| true)]
    }
}

fn peer(document: &Document, threads: usize) -> usize {
    let document: &'static Document = Box::leak(Box::new(document.clone()));
    let checker = Peer { moments: Moments::new(document) }.checker().threads(threads).spawn_bfs().join();
    checker.unique_state_count()
}
