//! `handlelab judge --random`: what does a real system answer to programs that nobody wrote?

mod line;

use super::Terminal;
use super::workshop::Workshop;
use crate::cli::Ended;
use handlelab::export::agent::{self, Difference, Lost, Patience, Trial};
use handlelab::testing::program::{Program, Step};
use handlelab::testing::shrink;
use handlelab::testing::strategy::programs;
use handlelab::view::markup::{Markup, Role};
use line::Line;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How many steps a program has. Not all can be done, for actors end and wait: about 20 to 60 calls are left.
const STEPS: std::ops::RangeInclusive<usize> = 32..=96;
/// Where nobody waits in vain, an answer may take as long as a busy machine needs to start a process.
const BRISK: Patience = Patience { answer: 15_000, glance: 4 };
/// A difference must show again when nobody hurries.
const PATIENT: Patience = Patience { answer: 35_000, glance: 60 };
/// While a program is made shorter, somebody may well wait where nobody should; whether it is true is asked at the end.
const SHORTENING: Patience = Patience { answer: 3_000, glance: 40 };
/// How often a program is tried on an agent that breaks down.
const TRIES: usize = 2;
/// In so many programs every reason not to ask should have come up.
const MANY: u64 = 10_000;

#[derive(clap::Args)]
pub(super) struct RandomArgs {
    /// Judge so many random programs instead of files
    #[arg(long, value_name = "PROGRAMS")]
    pub(super) random: Option<u64>,

    /// What the random programs are made from: the same number makes the same programs
    #[arg(long, requires = "random", value_name = "NUMBER")]
    seed: Option<u64>,

    /// The number of the first random program
    #[arg(long, requires = "random", default_value_t = 0, value_name = "NUMBER")]
    first: u64,

    /// Where the shortest programs that differ are saved as scenarios
    #[arg(long, requires = "random", default_value = "differences", value_name = "FOLDER")]
    save: PathBuf,
}

/// The program with this number.
fn program(seed: u64, number: u64) -> Option<Program> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&number.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng);
    programs(STEPS).new_tree(&mut runner).ok().map(|tree| agent::unhurried(tree.current()))
}

/// What has been found so far.
#[derive(Default)]
struct Found {
    programs: u64,
    asked: usize,
    compared: usize,
    unasked: BTreeMap<&'static str, usize>,
    differences: usize,
    /// Differences that did not show again.
    passing: usize,
    /// Agents that broke down.
    lost: usize,
    /// Programs on which every agent broke down.
    unjudged: usize,
}

/// What differed so far, and the first program in which it did.
type Kinds = Mutex<Vec<(String, u64)>>;

pub(super) fn judge(
    workshop: &Workshop,
    args: &RandomArgs,
    count: u64,
    workers: usize,
    quiet: bool,
    terminal: &mut Terminal,
) -> io::Result<Ended> {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seed = args.seed.unwrap_or(clock.as_secs());
    let executable = match workshop.compile("agent", &agent::c()) {
        Ok(executable) => executable,
        Err(complaint) => {
            terminal.complain(&format!("error: the agent: {complaint}"))?;
            return Ok(Ended::Unreadable);
        }
    };
    let mut out = Markup::default();
    out.push(Role::Plain, format!("{count} random programs from seed {seed}")).line();
    terminal.show(&out)?;
    terminal.flush()?;
    let start = Instant::now();
    let next = AtomicU64::new(args.first);
    let end = args.first.saturating_add(count);
    let kinds = Kinds::default();
    let (sender, receiver) = mpsc::channel();
    let mut total = Found::default();
    thread::scope(|scope| {
        for _ in 0..workers {
            let (next, kinds, sender, executable) = (&next, &kinds, sender.clone(), &executable);
            scope.spawn(move || {
                let mut line = Line::new(workshop, executable);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(program) = program(seed, number).filter(|_| number < end) else { return };
                    let mut found = Found::default();
                    let told = found.try_one((seed, number), &program, &mut line, args, kinds);
                    // Nobody listens any more where the output has been closed.
                    if sender.send((told, found)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for (told, found) in receiver {
            total.add(found);
            terminal.show(&told)?;
            terminal.flush()?;
        }
        Ok::<(), io::Error>(())
    })?;
    terminal.show(&total.markup(start.elapsed(), quiet))?;
    Ok(if total.differences == 0 && total.unjudged == 0 { Ended::Good } else { Ended::Failed })
}

impl Found {
    fn add(&mut self, other: Found) {
        self.programs += other.programs;
        self.asked += other.asked;
        self.compared += other.compared;
        self.differences += other.differences;
        self.passing += other.passing;
        self.lost += other.lost;
        self.unjudged += other.unjudged;
        for (row, count) in other.unasked {
            *self.unasked.entry(row).or_default() += count;
        }
    }

    /// Plays one program; what differs is made short, told and saved.
    fn try_one(
        &mut self,
        (seed, number): (u64, u64),
        program: &Program,
        agent: &mut Line<'_>,
        args: &RandomArgs,
        kinds: &Kinds,
    ) -> Markup {
        let mut out = Markup::default();
        self.programs += 1;
        let first = match self.play(number, program, agent, BRISK, &mut out) {
            None => {
                self.unjudged += 1;
                let title = format!("Program {number}: no agent could play it");
                out.push(Role::Bad, format!("NOT JUDGED  program {number}")).line();
                write_down(program, &title, &args.save.join(format!("program-{number}.hlab")), &mut out);
                out.push(Role::Plain, format!("  once more: {}", again(seed, number))).line();
                return out;
            }
            Some(trial) => match trial.difference {
                None => return out,
                Some(difference) => difference,
            },
        };
        agent.clean = [false; 2];
        let second = self.play(number, program, agent, PATIENT, &mut out);
        let Some(trial) = second.filter(|trial| trial.difference.is_some()) else {
            self.passing += 1;
            let start = format!("program {number} differed once, and not again: {}", first.line);
            out.push(Role::Faint, start).line();
            first.unlike.iter().for_each(|unlike| tell_unlike(unlike, first.facts, &mut out));
            return out;
        };
        let like = trial.difference.as_ref().map(Difference::kind).unwrap_or_default();
        let before = {
            let mut kinds = kinds.lock().unwrap_or_else(PoisonError::into_inner);
            let before = kinds.iter().find(|(kind, _)| *kind == like).map(|(_, before)| *before);
            if before.is_none() {
                kinds.push((like, number));
            }
            before
        };
        if let Some(before) = before {
            self.differences += 1;
            let line = trial.difference.as_ref().map_or("", |difference| &difference.line);
            out.push(Role::Bad, format!("DIFFERS  program {number}, like program {before}: {line}")).line();
            return out;
        }
        let mut best = trial.clone();
        let with_steps = |steps: &[Step]| Program { steps: steps.to_vec(), ..*program };
        let _ = shrink::needed(with_steps(&best.steps), &mut |candidate| {
            agent.clean = [false; 2];
            let trial = self.play(number, candidate, agent, SHORTENING, &mut Markup::default());
            let differs = trial.filter(|trial| trial.difference.is_some());
            Ok::<bool, Lost>(differs.map(|trial| best = trial).is_some())
        });
        agent.clean = [false; 2];
        let shortest = self.play(number, &with_steps(&best.steps), agent, PATIENT, &mut out);
        let best = shortest.filter(|trial| trial.difference.is_some()).unwrap_or(trial);
        self.differences += 1;
        if let Some(difference) = &best.difference {
            tell(number, difference, &mut out);
            let shortest = with_steps(&best.steps);
            let title = format!("Program {number}: {}", difference.line.replace('"', "'"));
            write_down(&shortest, &title, &args.save.join(format!("program-{number}.hlab")), &mut out);
            out.push(Role::Plain, format!("  once more: {}", again(seed, number))).line();
        }
        out
    }

    fn play(
        &mut self,
        number: u64,
        program: &Program,
        agent: &mut Line<'_>,
        patience: Patience,
        out: &mut Markup,
    ) -> Option<Trial> {
        for _ in 0..TRIES {
            let clean = std::mem::take(&mut agent.clean);
            match agent::play(program, agent, patience, clean) {
                Ok(trial) => {
                    agent.clean = trial.clean;
                    self.asked += trial.asked;
                    self.compared += trial.compared;
                    for (row, count) in &trial.unasked {
                        *self.unasked.entry(row).or_default() += count;
                    }
                    return Some(trial);
                }
                Err(lost) => {
                    self.lost += 1;
                    out.push(Role::Bad, format!("program {number}: the agent is lost: {lost}")).line();
                    agent.stop();
                }
            }
        }
        None
    }

    fn markup(&self, time: Duration, quiet: bool) -> Markup {
        let mut out = Markup::default();
        let count = |row: &agent::Rule| self.unasked.get(row.name).copied().unwrap_or_default();
        for row in agent::rules().filter(|row| !quiet && count(row) > 0) {
            let fact = if row.fact.is_empty() { String::new() } else { format!(", fact {}", row.fact) };
            out.push(Role::Faint, format!("  not asked {:>7} times: {}{fact}", count(row), row.name)).line();
        }
        let unused: Vec<&str> = agent::rules().filter(|row| count(row) == 0).map(|row| row.name).collect();
        if self.programs >= MANY && !unused.is_empty() {
            out.push(
                Role::Bad,
                format!("  in no program was there a reason not to ask: {}", unused.join("; ")),
            );
            out.line();
        }
        let Found { programs, asked, compared, differences, passing, lost, unjudged, .. } = self;
        let unasked: usize = self.unasked.values().sum();
        let role = if *differences + unjudged == 0 { Role::Good } else { Role::Bad };
        let text = format!(
            "{programs} programs, {asked} calls made, {compared} answers compared, {unasked} calls not asked, {:.0} s: {differences} differ ({passing} differed once and not again), {unjudged} could not be judged ({lost} agents lost)",
            time.as_secs_f64()
        );
        out.push(role, text).line();
        out
    }
}

/// How a program is played once more.
fn again(seed: u64, number: u64) -> String {
    format!("handlelab judge --random 1 --seed {seed} --first {number}")
}

fn tell(number: u64, difference: &Difference, out: &mut Markup) {
    let Difference { line, facts, unlike } = difference;
    out.push(Role::Bad, format!("DIFFERS  program {number}: {line}")).line();
    unlike.iter().for_each(|unlike| tell_unlike(unlike, facts, out));
}

fn tell_unlike(unlike: &agent::Unlike, facts: &str, out: &mut Markup) {
    let agent::Unlike { what, simulator, judge } = unlike;
    let (simulator, judge) = (excerpt(simulator), excerpt(judge));
    out.push(Role::Strong, format!("    {what}: simulator {simulator}, judge {judge}  facts {facts}")).line();
}

/// Shows a program as a scenario, and saves it.
fn write_down(program: &Program, title: &str, path: &Path, out: &mut Markup) {
    let text = program.text(title);
    for line in text.lines() {
        out.push(Role::Plain, format!("      {line}")).line();
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    match fs::create_dir_all(folder).and_then(|()| fs::write(path, &text)) {
        Ok(()) => out.push(Role::Plain, format!("  saved as {}", path.display())).line(),
        Err(error) => out.push(Role::Bad, format!("  cannot be saved: {error}")).line(),
    };
}

/// Long data, cut off.
fn excerpt(value: &str) -> String {
    match value.char_indices().nth(80) {
        Some((end, _)) => format!("{}... ({} characters)", &value[..end], value.len()),
        None => value.to_owned(),
    }
}
