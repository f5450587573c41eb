//! How is a property tried on one program, and the program that breaks it made small?

use super::duet::{Duet, Played};
use super::look::Told;
use super::property::Property;
use super::report::{Counterexample, sentence_of};
use super::scene::Scene;
use super::unlike::Unlike;
use crate::kernel::calls::Kind;
use crate::kernel::{CallSpec, Options};
use crate::scenario::printer;
use crate::testing::handle_system::HandleSystem;
use crate::testing::program::{Action, FROM_START, Operand, Program, Step};
use crate::testing::script;
use crate::testing::shrink::smallest;
use crate::testing::stage::{Act, Deed, Stage};
use crate::testing::system::{Fate, Happening, Request};
use std::collections::BTreeMap;

/// What playing a program came to.
#[derive(Default)]
pub(super) struct Play {
    /// What both did, with everybody named who did it in fact.
    pub(super) steps: Vec<Step>,
    done: Vec<(Deed, Happening)>,
    processes: u8,
    /// How many calls were made.
    pub(super) calls: usize,
    /// How many of them are about the property.
    pub(super) touched: usize,
    /// The calls that were made, and those that were refused.
    pub(super) made: Vec<Request>,
    pub(super) refused: Vec<Request>,
    /// What was left out, and how often.
    pub(super) left: BTreeMap<String, usize>,
    /// In what the system is known to differ, and how often that was met.
    pub(super) known: BTreeMap<String, usize>,
    /// The first difference, and whether it breaks the property.
    difference: Option<(Unlike, bool)>,
    /// What the handles told.
    pub(super) told: Told,
}

impl Play {
    /// The difference that breaks the property.
    pub(super) fn broken(&self) -> Option<&Unlike> {
        self.difference.as_ref().filter(|(_, breaks)| *breaks).map(|(unlike, _)| unlike)
    }
}

/// Plays the steps that `next` gives, as far as anybody can do them, until so many calls were made or something differs.
pub(super) fn play<S: HandleSystem>(
    system: S,
    options: Options,
    property: &Property,
    most: usize,
    next: &mut dyn FnMut(&Play) -> Option<Step>,
) -> Play {
    let mut duet = Duet::new(system, options, FROM_START.into());
    let started = duet.cast.iter().map(|(process, threads)| (*process, threads[0]));
    let mut stage = Stage::with(&duet.simulator, started);
    let mut play = Play { processes: duet.cast.len() as u8, ..Play::default() };
    while play.calls < most && play.difference.is_none() {
        let Some(step) = next(&play) else { break };
        let Some(deed) = stage.resolve(&duet.simulator, &step) else { continue };
        let happening = match &deed.act {
            Act::Copy(_) => Happening { fate: Fate::NoCall, released: Vec::new() },
            Act::Call { request, .. } => match duet.step(deed.actor.thread, request) {
                Played::Left(why) => {
                    // What the system itself refuses is called by the call's name.
                    if why.starts_with(request.call) {
                        play.refused.push(request.clone());
                    }
                    *play.left.entry(why).or_default() += 1;
                    continue;
                }
                Played::Known(why) => {
                    *play.known.entry(why).or_default() += 1;
                    continue;
                }
                Played::Done(happening, footing, unlike) => {
                    let scene = Scene::new(request, &happening, footing);
                    play.calls += 1;
                    play.made.push(request.clone());
                    play.touched += usize::from((property.touches)(&scene));
                    let breaking = unlike.iter().find(|unlike| (property.breaks)(&scene, unlike));
                    let breaks = breaking.is_some();
                    play.difference = breaking.or(unlike.first()).map(|unlike| (unlike.clone(), breaks));
                    happening
                }
            },
        };
        stage.note(&duet.simulator, &deed, &happening);
        play.steps.push(Step { actor: deed.actor.place, ..step });
        play.done.push((deed, happening));
    }
    play.told = duet.told;
    play
}

/// Plays a program that is known.
fn replay<S: HandleSystem>(new: &dyn Fn() -> S, property: &Property, program: &Program) -> Play {
    let mut steps = program.steps.iter().cloned();
    play(new(), program.options, property, usize::MAX, &mut |_| steps.next())
}

/// The shortest program that breaks the property like this one; or this one, if it does not break it again.
pub(super) fn counterexample<S: HandleSystem>(
    new: &dyn Fn() -> S,
    options: Options,
    property: &Property,
    play: Play,
) -> Option<Counterexample> {
    let shows = |program: &Program| replay(new, property, program).broken().is_some();
    let program = smallest(Program { options, steps: play.steps.clone() }, &shows);
    let program = plainest(program, &shows);
    let shortest = replay(new, property, &program);
    if shortest.broken().is_some() {
        told(property, &program.options, &shortest, true)
    } else {
        told(property, &options, &play, false)
    }
}

/// A program that breaks the property, with the words for it.
fn told(property: &Property, options: &Options, play: &Play, steady: bool) -> Option<Counterexample> {
    let unlike = play.broken()?;
    let line = play.done.last().map(|(deed, _)| deed.in_words()).unwrap_or_default();
    let comments = [
        property.sentence.to_owned(),
        format!("What differs: {}.", unlike.what),
        format!("Expected: {}. Got: {}.", unlike.expected, unlike.got),
    ];
    let title = sentence_of(property.name);
    let scenario = printer::print(&script::plainly(&title, &comments, options, play.processes, &play.done));
    Some(Counterexample {
        name: property.name.to_owned(),
        scenario,
        calls: play.calls,
        steady,
        line,
        what: unlike.what.clone(),
        expected: unlike.expected.clone(),
        got: unlike.got.clone(),
    })
}

/// The program without any argument that is not needed.
fn plainest(mut program: Program, shows: &dyn Fn(&Program) -> bool) -> Program {
    for place in 0..program.steps.len() {
        let Action::Call { call, args, .. } = &program.steps[place].action else { continue };
        let Some(spec) = CallSpec::find(call) else { continue };
        let is_optional = |param: &str| spec.param(param).is_some_and(|place| !spec.params[place].required);
        let optional: Vec<_> =
            args.iter().map(|(param, _)| *param).filter(|param| is_optional(param)).collect();
        for param in optional {
            let mut plainer = program.clone();
            if let Action::Call { args, .. } = &mut plainer.steps[place].action {
                args.retain(|(name, _)| *name != param);
            }
            if shows(&plainer) {
                program = plainer;
            }
        }
        program = without_flags(program, place, shows);
    }
    program
}

/// The program whose step sets no flag that is not needed.
fn without_flags(mut program: Program, place: usize, shows: &dyn Fn(&Program) -> bool) -> Program {
    let Action::Call { call, args, .. } = &program.steps[place].action else { return program };
    let Some(spec) = CallSpec::find(call) else { return program };
    let is_flags = |param: &str| {
        let kind = spec.param(param).map(|place| spec.params[place].kind);
        matches!(kind, Some(Kind::Flags(_)))
    };
    let set = args.iter().enumerate().filter_map(|(arg, (param, operand))| match operand {
        Operand::Number(flags) if is_flags(param) => Some((arg, *flags)),
        _ => None,
    });
    for (arg, flags) in set.collect::<Vec<_>>() {
        for bit in (0..u64::BITS).map(|bit| 1 << bit).filter(|bit| flags & bit != 0) {
            let mut plainer = program.clone();
            if let Action::Call { args, .. } = &mut plainer.steps[place].action
                && let Operand::Number(flags) = &mut args[arg].1
            {
                *flags &= !bit;
            }
            if shows(&plainer) {
                program = plainer;
            }
        }
    }
    program
}
