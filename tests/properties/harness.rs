//! How is a promise tried, and what is left behind when it is broken?

use crate::testing::program::Program;
use crate::testing::shrink::{pinned, smallest};
use crate::testing::stage::{Act, Deed, Stage};
use crate::testing::strategy::programs;
use crate::testing::system::{Fate, Happening, KernelSystem, System};
use proptest::prelude::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use std::path::PathBuf;

/// So many cases, or what PROPTEST_CASES says. A failure persists as a scenario, not as a seed.
pub(crate) fn config(quick: u32) -> Config {
    let default = Config::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { quick };
    Config { cases, max_shrink_iters: 4_000, max_shrink_time: 30_000, failure_persistence: None, ..default }
}

/// Tries a promise on random programs.
pub(crate) fn try_programs(
    name: &str,
    quick: u32,
    longest: usize,
    promise: impl Fn(&Program) -> Result<(), String>,
) {
    let kept = |program: Program| promise(&program).map_err(TestCaseError::fail);
    try_on(name, quick, &programs(1..=longest), kept, |program| program, &promise);
}

/// Tries a promise on anything that `program` makes a program of; by `promise` a failure is made smaller still.
pub(crate) fn try_on<S: Strategy>(
    name: &str,
    quick: u32,
    strategy: &S,
    kept: impl Fn(S::Value) -> Result<(), TestCaseError>,
    program: impl Fn(S::Value) -> Program,
    promise: &dyn Fn(&Program) -> Result<(), String>,
) {
    match TestRunner::new(config(quick)).run(strategy, kept) {
        Ok(()) => {}
        Err(TestError::Abort(reason)) => panic!("{name}: no cases to try: {reason}"),
        Err(TestError::Fail(reason, value)) => {
            let program = smallest(pinned(&program(value)), &|program| promise(program).is_err());
            let reason = promise(&program).err().unwrap_or(reason.to_string());
            let (path, text) = save(name, &program);
            let (steps, path) = (program.steps.len(), path.display());
            panic!("{name}\n{reason}\n\n{text}\n{steps} steps. Replay them with:\n  handlelab run {path}\n");
        }
    }
}

/// Saves a program as a scenario that expects what the naive model answers.
fn save(name: &str, program: &Program) -> (PathBuf, String) {
    let text = program.text(&name.replace('_', " "));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("counterexamples");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{name}.hlab"));
    std::fs::write(&path, &text).unwrap();
    (path, text)
}

/// A call that a program made, with the kernel in front of it and behind it.
pub(crate) struct Moment<'m> {
    pub(crate) deed: &'m Deed,
    pub(crate) happening: &'m Happening,
    pub(crate) before: &'m KernelSystem,
    pub(crate) after: &'m mut KernelSystem,
}

/// Runs a program on the kernel alone and looks at every call.
pub(crate) fn watch(
    program: &Program,
    mut look: impl FnMut(Moment<'_>) -> Result<(), String>,
) -> Result<(), String> {
    let mut system = KernelSystem::new(program.options);
    let mut stage = Stage::new(&mut system);
    for step in &program.steps {
        let Some(deed) = stage.resolve(&system, step) else { continue };
        let before = system.clone();
        let happening = match &deed.act {
            Act::Call { request, .. } => system.call(deed.actor.thread, request),
            Act::Copy(_) => Happening { fate: Fate::NoCall, released: Vec::new() },
        };
        stage.note(&system, &deed, &happening);
        look(Moment { deed: &deed, happening: &happening, before: &before, after: &mut system })?;
    }
    Ok(())
}

#[test]
fn a_pinned_program_does_the_same() {
    try_programs("a_pinned_program_does_the_same", 64, 60, |program| {
        let lines = |program: &Program| {
            let mut lines = Vec::new();
            program.run(&mut KernelSystem::new(program.options), |deed, happening, _, _| {
                lines.push(format!("{} {happening:?}", deed.in_words()));
            });
            lines
        };
        let (first, second) = (lines(program), lines(&pinned(program)));
        let place = first.iter().zip(&second).position(|(first, second)| first != second);
        match place {
            Some(place) => Err(format!("{}\n{}", first[place], second[place])),
            None if first.len() != second.len() => Err(format!("{} {}", first.len(), second.len())),
            None => Ok(()),
        }
    });
}
