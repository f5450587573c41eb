//! Does a system keep every promise over long random walks?
//!
//! A walk is a random program of many calls. After each call the system must have answered what the reference answers, must
//! look as the reference looks, and must find nothing wrong with itself; at the end the whole walk is written as a scenario,
//! read again and run, and must hold. Walks are numbered: the same seed and number give the same walk.
//!
//! ```
//! use handlelab::testing::{system::KernelSystem, walk::Walks};
//!
//! let (walked, finding) = Walks { seed: 7, calls: 40 }.go(0..4, &KernelSystem::new);
//! assert!(finding.is_none() && walked.calls > 40);
//! ```

use super::program::{Program, Step};
use super::rehearsal::{Rehearsal, compare, perform};
use super::shrink::smallest;
use super::stage::Stage;
use super::strategy::{options, steps, themes};
use super::system::{Fate, System};
use crate::kernel::Options;
use crate::run::trace::Verdict;
use crate::run::{Watch, run};
use crate::scenario::Document;
use crate::scenario::printer;
use crate::scenario::tree::{Item, ItemKind, Scenario};
use proptest::prelude::Strategy;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// What walks came to.
///
/// ```
/// use handlelab::testing::{reference::Reference, walk::Walks};
///
/// let walks = Walks { seed: 5, calls: 10 };
/// let (mut all, _) = walks.go(0..1, &Reference::new);
/// let (more, finding) = walks.go(1..3, &Reference::new);
/// all.add(more);
/// assert!(all.walks == 3 && all.refused <= all.calls && finding.is_none());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Walked {
    /// How many walks.
    pub walks: u64,
    /// How many calls were made.
    pub calls: u64,
    /// How many of them failed.
    pub refused: u64,
}

impl Walked {
    /// Adds what others came to.
    pub fn add(&mut self, others: Walked) {
        self.walks += others.walks;
        self.calls += others.calls;
        self.refused += others.refused;
    }
}

/// A walk that broke a promise, made small.
///
/// ```
/// use handlelab::scenario::Document;
/// use handlelab::testing::walk::{Finding, Walks};
///
/// let program = Walks { seed: 1, calls: 3 }.walk(4);
/// let finding = Finding { walk: 4, what: "It answers something else.".to_owned(), program };
/// let text = finding.scenario("Walk 4", &["Found by a test of mine."]);
/// assert!(text.starts_with("// Found by a test of mine.\n// It answers something else.\n"));
/// assert!(Document::read(text).is_ok(), "it can be run as it is");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The number of the walk.
    pub walk: u64,
    /// What broke.
    pub what: String,
    /// What is left of the walk.
    pub program: Program,
}

impl Finding {
    /// The finding as a scenario that expects what the reference answers, with comments on top.
    pub fn scenario(&self, title: &str, comments: &[&str]) -> String {
        let lines = comments.iter().copied().chain(self.what.lines());
        let comment = |line: &str| Item::new(ItemKind::Comment(format!(" {}", line.trim_end())));
        let mut items: Vec<Item> = lines.map(comment).collect();
        items.extend(self.program.scenario(title).items);
        printer::print(&Scenario { items })
    }
}

/// So many steps are drawn at most for each that is done.
const ATTEMPTS: usize = 4;
/// After so many steps that were drawn, a walk is about something else.
const STEPS_OF_A_THEME: usize = 100;
/// So many threads that can act are few: none of them is let go.
const FEW: usize = 2;

/// Walks of one seed.
///
/// ```
/// use handlelab::testing::walk::Walks;
///
/// let walks = Walks { seed: 3, calls: 12 };
/// let program = walks.walk(8);
/// assert!(program.steps.len() <= 12);
/// assert_eq!(program, walks.walk(8), "the same numbers, the same walk");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walks {
    /// The seed.
    pub seed: u64,
    /// How many calls a walk tries to make.
    pub calls: usize,
}

impl Walks {
    /// A walk: step after step, without those that nobody can do, and those after which there would be hardly anybody left who
    /// can do anything. What it is about changes on the way.
    pub fn walk(&self, number: u64) -> Program {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seed.to_le_bytes());
        seed[8..16].copy_from_slice(&number.to_le_bytes());
        let config = Config { failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
        let mut rehearsal = Rehearsal::new(drawn(&options(), &mut runner).unwrap_or_default());
        let mut program = Program { options: rehearsal.options, steps: Vec::new() };
        let mut theme = None;
        for attempt in 0..self.calls.saturating_mul(ATTEMPTS) {
            if program.steps.len() >= self.calls {
                break;
            }
            if attempt % STEPS_OF_A_THEME == 0 {
                theme = drawn(&themes(), &mut runner).map(|theme| steps(&theme));
            }
            let Some(step) = theme.as_ref().and_then(|steps| drawn(steps, &mut runner)) else { continue };
            let able = able(&rehearsal);
            let before = (able <= FEW).then(|| rehearsal.clone());
            rehearsal.step(&step);
            match (before, &rehearsal.last) {
                (Some(before), _) if self::able(&rehearsal) < able => rehearsal = before,
                (_, Some((deed, _))) => program.steps.push(Step { actor: deed.actor.place, ..step }),
                _ => {}
            }
        }
        program
    }

    /// Goes the walks with these numbers, each with a system of its own, on all processors. Says what the walks up to the first
    /// that breaks a promise came to, and that one: the same, however many processors there are.
    pub fn go<S: System>(
        &self,
        numbers: Range<u64>,
        system: &(impl Fn(Options) -> S + Sync),
    ) -> (Walked, Option<Finding>) {
        let (next, first_bad) = (AtomicU64::new(numbers.start), AtomicU64::new(numbers.end));
        let go_some = || {
            let mut results = Vec::new();
            loop {
                let is_left = |number: u64| (number < first_bad.load(Ordering::Relaxed)).then(|| number + 1);
                let Ok(number) = next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, is_left) else {
                    return results;
                };
                let result = go(&self.walk(number), system);
                if result.is_err() {
                    first_bad.fetch_min(number, Ordering::Relaxed);
                }
                results.push((number, result));
            }
        };
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let mut results: Vec<_> = thread::scope(|scope| {
            let others: Vec<_> = (1..processors).map(|_| scope.spawn(go_some)).collect();
            let own = go_some();
            let others = others.into_iter().flat_map(|other| other.join().unwrap_or_default());
            own.into_iter().chain(others).collect()
        });
        results.sort_by_key(|(number, _)| *number);
        let mut walked = Walked::default();
        for (number, result) in results {
            match result {
                Ok(one) => walked.add(one),
                Err(_) => {
                    walked.walks += 1;
                    return (walked, Some(self.finding(number, system)));
                }
            }
        }
        (walked, None)
    }

    fn finding<S: System>(&self, walk: u64, system: &impl Fn(Options) -> S) -> Finding {
        let shows = |program: &Program| go(program, system).is_err();
        let program = smallest(self.walk(walk), &shows);
        let what = go(&program, system).err().unwrap_or_default();
        Finding { walk, what, program }
    }
}

/// A value of a strategy. None of ours ever rejects one, so there always is one.
fn drawn<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> Option<S::Value> {
    strategy.new_tree(runner).ok().map(|tree| tree.current())
}

/// How many threads can make a call now?
fn able(rehearsal: &Rehearsal) -> usize {
    let cast = rehearsal.stage.cast().iter();
    cast.filter(|living| rehearsal.reference.can_run(living.thread)).count()
}

/// Goes a walk; says what broke, if something did. A system that panics breaks a promise too.
fn go<S: System>(program: &Program, system: &impl Fn(Options) -> S) -> Result<Walked, String> {
    let gone = catch_unwind(AssertUnwindSafe(|| {
        let walked = go_through(program, &mut system(program.options))?;
        replay(program)?;
        Ok(walked)
    }));
    gone.unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().map(String::as_str);
        let message = message.or(panic.downcast_ref::<&str>().copied()).unwrap_or("without a word");
        Err(format!("panic: {message}"))
    })
}

fn go_through(program: &Program, system: &mut impl System) -> Result<Walked, String> {
    let mut walked = Walked { walks: 1, ..Walked::default() };
    let mut rehearsal = Rehearsal::new(program.options);
    Stage::new(system);
    for step in &program.steps {
        rehearsal.step(step);
        let Some((deed, expected)) = &rehearsal.last else { continue };
        let broken = |disagreement: super::rehearsal::Disagreement| disagreement.to_string();
        perform(system, deed, expected).map_err(broken)?;
        compare(system, deed, &rehearsal.reference).map_err(broken)?;
        if let Some(fault) = system.fault() {
            return Err(format!("{}\n  {fault}", deed.in_words()));
        }
        walked.calls += u64::from(deed.request().is_some());
        if let Fate::Returned(reply) = &expected.fate {
            walked.refused += u64::from(!reply.succeeded());
        }
    }
    Ok(walked)
}

/// The walk as a scenario holds.
fn replay(program: &Program) -> Result<(), String> {
    let document = Document::read(program.text("A walk")).map_err(|mistakes| {
        let mistakes = mistakes.iter().map(|mistake| format!("\n  {}", mistake.message));
        format!("the walk as a scenario cannot be read{}", mistakes.collect::<String>())
    })?;
    let report = run(&document, Watch::Quietly);
    if report.is_good() {
        return Ok(());
    }
    let mistake = report.mistake.map(|mistake| mistake.message);
    let failed = report.failures.first().and_then(|(_, verdict)| match verdict {
        Verdict::Missed { expected, found } => Some(format!("{expected}, found {found}")),
        _ => None,
    });
    let broken = report.broken.first().map(|broken| format!("{}, found {}", broken.expected, broken.found));
    let place = mistake.or(failed).or(broken).unwrap_or_default();
    Err(format!("the walk as a scenario does not hold: {place}"))
}
