//! Promise: the suite for implementations runs on a real system, through its real API, as on any other implementation.
//!
//! The system is Wine, played by the judge's agent. Without Wine or a compiler for Windows these tests are ignored, and say
//! so; HANDLELAB_WINE=required makes their absence a failure. What Wine is known to do otherwise than Windows fails nothing,
//! and the report at the end lists it.

// Where the judge compiles and starts its programs.
#[path = "../../src/cli/judge/guard.rs"]
mod guard;
mod line;
#[allow(dead_code)]
#[path = "../../src/cli/judge/workshop.rs"]
mod workshop;

use handlelab::export::agent::{Agents, c, choices};
use handlelab::testing::conformance::{Report, Suite};
use libtest_mimic::{Arguments, Failed, Trial};
use line::Line;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};
use workshop::Workshop;

/// How long an agent may take for one answer.
const LIMIT: Duration = Duration::from_secs(60);
/// How often a test is tried whose agent broke down.
const TRIES: usize = 2;

fn main() {
    let arguments = Arguments::from_args();
    let required = std::env::var_os("HANDLELAB_WINE").is_some_and(|value| value == "required");
    let missing = missing();
    if let Some(missing) = missing {
        eprintln!(
            "{missing} is not here: the suite is not run on a real system (apt-get install wine wine64 gcc-mingw-w64-x86-64)"
        );
    }
    let left_out = missing.is_some() && !required;
    let stage = Arc::new(LazyLock::new(open as fn() -> Result<Agents<Line>, String>));
    let reports = Arc::new(Mutex::new(BTreeMap::new()));
    let trial = |(place, (name, part)): (usize, (String, Part))| {
        let (stage, reports) = (Arc::clone(&stage), Arc::clone(&reports));
        let test = move || {
            let agents = stage.as_ref().as_ref()?;
            let report = run(agents, part)?;
            let told = judged(&report);
            reports.lock().unwrap_or_else(PoisonError::into_inner).insert(place, report);
            told
        };
        Trial::test(name, test).with_ignored_flag(left_out)
    };
    let properties = Suite::properties().map(|(name, _)| (name.to_owned(), Part::Property(name)));
    let facts = Suite::groups()
        .map(|(about, _)| (format!("facts_about_{}", about.replace(' ', "_")), Part::Facts(about)));
    let trials = properties.chain(facts).enumerate().map(trial).collect();
    let start = Instant::now();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let reports = std::mem::take(&mut *reports.lock().unwrap_or_else(PoisonError::into_inner));
    if !reports.is_empty() {
        let mut total = Report::default();
        reports.into_values().for_each(|report| total.add(report));
        println!("{total}\n{:.0?}", start.elapsed());
    }
    drop(stage);
    conclusion.exit();
}

#[derive(Clone, Copy)]
enum Part {
    Property(&'static str),
    Facts(&'static str),
}

/// Tries a part of the suite.
fn run(agents: &Agents<Line>, part: Part) -> Result<Report, Failed> {
    let suite = Suite::new().cases(CASES).options(choices());
    for _ in 0..TRIES {
        let report = match part {
            Part::Property(name) => suite.property(name, || agents.system()),
            Part::Facts(about) => suite.facts(about, || agents.system()),
        };
        match agents.lost().first() {
            None => return Ok(report),
            Some(lost) => eprintln!("an agent is lost: {lost}"),
        }
    }
    Err("each agent is lost".into())
}

/// What differs once and not again is told, and fails nothing: a busy machine may be late.
fn judged(report: &Report) -> Result<(), Failed> {
    if report.failed().any(|(_, counterexample)| counterexample.steady) {
        return Err(format!("{report}\n{}", report.saved(&folder())).into());
    }
    Ok(())
}

/// How many programs for each property.
const CASES: u32 = 8;

/// Where what fails is saved.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/conformance")
}

/// What is not here of all that is needed.
fn missing() -> Option<&'static str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_here = |program: &str| std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    ["wine", "x86_64-w64-mingw32-gcc"].into_iter().find(|program| !is_here(program))
}

/// Compiles the agent. The folder it stands in goes with the last process that runs in it.
fn open() -> Result<Agents<Line>, String> {
    let workshop = Arc::new(Workshop::open("wine", LIMIT)?);
    let agent = workshop.compile("agent", &c())?;
    Ok(Agents::new(move || Line::new(&workshop, &agent)).of_wine())
}
