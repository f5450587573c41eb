//! What could be said about the end?
//!
//! Facts, as the language of scenarios says them, about what is there at the end when the solution stands in the gap. Those
//! that are not so without it are what the solution is for.

use super::names::Names;
use super::play::{Line, Part, Play};
use super::scene::Shows;
use crate::kernel::{AccessMask, ObjectType};
use crate::testing::picture::State;
use crate::testing::program::{Kind, Variable};
use crate::testing::stage::Binding;
use crate::testing::system::Filled;

/// Something that is so at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    Dead(u32),
    Alive(u32),
    Signaled(u32, bool),
    Count(u32, i32),
    Owner(u32, Option<u8>),
    Exited(u8),
    ExitCode(u8, u32),
    Running(u8),
    Blocked(u8, bool),
    Holds(Holding),
    Lacks { process: u8, variable: (u8, Variable), object: u32 },
    Inherits(u8, Variable, bool),
    NameMeans(String, ObjectType),
    Number(u8, Variable, u64),
    Text(u8, Variable, String),
}

/// A process has a handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Holding {
    pub(super) process: u8,
    pub(super) variable: (u8, Variable),
    pub(super) object: u32,
    pub(super) access: u32,
    pub(super) of: ObjectType,
    /// Was the handle opened by the solution? Else it was inherited, or moved what was there.
    pub(super) is_new: bool,
    /// Is the object older than the gap?
    pub(super) is_old_object: bool,
}

impl Fact {
    /// What it is about.
    pub(super) fn shows(&self) -> Shows {
        match self {
            Fact::Dead(_) => Shows::Death,
            Fact::Alive(_) => Shows::Life,
            Fact::Signaled(..) | Fact::Count(..) | Fact::Owner(..) => Shows::State,
            Fact::Exited(_) | Fact::ExitCode(..) | Fact::Running(_) => Shows::End,
            Fact::Blocked(..) => Shows::Release,
            Fact::Holds(_) | Fact::Lacks { .. } => Shows::Handle,
            Fact::Inherits(..) => Shows::Flag,
            Fact::NameMeans(..) => Shows::Name,
            Fact::Number(..) | Fact::Text(..) => Shows::Value,
        }
    }

    /// The facts as the language says them: all of them together are the fact. Nothing, if it speaks of what has no name.
    pub(super) fn written(&self, names: &Names) -> Option<Vec<String>> {
        let at = |(owner, variable): (u8, Variable)| names.path(owner, &variable.name());
        let not = |no: bool| if no { "!" } else { "" };
        let one = |text: String| Some(vec![text]);
        match self {
            Fact::Dead(object) => one(format!("dead({})", names.object(*object)?)),
            Fact::Alive(object) => one(format!("alive({})", names.object(*object)?)),
            Fact::Signaled(object, set) => one(format!("{}signaled({})", not(!set), names.object(*object)?)),
            Fact::Count(object, count) => one(format!("count({}) == {count}", names.object(*object)?)),
            Fact::Owner(object, owner) => {
                let owner = owner.map_or("NULL".to_owned(), |owner| names.process(owner));
                one(format!("owner({}) == {owner}", names.object(*object)?))
            }
            Fact::Exited(process) => one(format!("exited({})", names.process(*process))),
            Fact::ExitCode(process, code) => one(format!("exit_code({}) == {code}", names.process(*process))),
            Fact::Running(process) => one(format!("running({})", names.process(*process))),
            Fact::Blocked(process, yes) => one(format!("{}blocked({})", not(!yes), names.process(*process))),
            Fact::Holds(holding) => {
                let (process, path) = (names.process(holding.process), at(holding.variable)?);
                if !holding.is_new {
                    return one(format!("valid({process}, {path})"));
                }
                let access = holding.of.access_in_words(AccessMask(holding.access));
                let rights = format!("access({process}, {path}) == {access}");
                if !holding.is_old_object {
                    let of = holding.of.win32();
                    return Some(vec![format!("type({path}) == \"{of}\""), rights]);
                }
                let object = names.object(holding.object)?;
                let same = match holding.process == holding.variable.0 {
                    true => format!("same_object({path}, {object})"),
                    false => format!("same_object(object({process}, {path}), {object})"),
                };
                Some(vec![same, rights])
            }
            Fact::Lacks { process, variable, .. } => {
                one(format!("!valid({}, {})", names.process(*process), at(*variable)?))
            }
            Fact::Inherits(process, variable, yes) => {
                let (process, path) = (names.process(*process), at((*process, *variable))?);
                one(format!("{}inherits({process}, {path})", not(!yes)))
            }
            Fact::NameMeans(raw, of) => one(format!("type(\"{}\") == \"{}\"", names.text(raw), of.win32())),
            Fact::Number(process, variable, number) => {
                one(format!("{} == {number}", at((*process, *variable))?))
            }
            Fact::Text(process, variable, text) => {
                one(format!("{} == \"{}\"", at((*process, *variable))?, names.text(text)))
            }
        }
    }
}

/// Everything that could be said, the weightiest first.
pub(super) fn candidates(play: &Play) -> Vec<Fact> {
    let mut facts = Vec::new();
    objects(play, &mut facts);
    processes(play, &mut facts);
    names(play, &mut facts);
    handles(play, &mut facts);
    values(play, &mut facts);
    facts
}

/// The last line in front of the gap.
fn before_gap(play: &Play) -> Option<&Line> {
    play.lines.iter().rfind(|line| line.part == Part::Opening)
}

fn objects(play: &Play, facts: &mut Vec<Fact>) {
    let Some(before) = before_gap(play) else { return };
    for (object, view) in &before.behind.objects {
        // Processes are spoken of by their names; an end of a pipe is its pipe's business.
        if matches!(view.object_type, ObjectType::Process | ObjectType::Thread) {
            continue;
        }
        let Some(now) = play.now.objects.get(object) else {
            facts.push(Fact::Dead(*object));
            continue;
        };
        facts.push(Fact::Alive(*object));
        match &now.state {
            State::Event { set: signaled, .. } | State::Timer { signaled, .. } => {
                facts.push(Fact::Signaled(*object, *signaled));
            }
            State::Semaphore { count, .. } => facts.push(Fact::Count(*object, *count)),
            State::Mutex { owner, recursion, .. } => {
                let owner = owner.and_then(|owner| {
                    play.stage
                        .cast()
                        .iter()
                        .find(|living| living.thread == owner)
                        .map(|living| living.place.0)
                });
                facts.push(Fact::Owner(*object, owner));
                if *recursion > 1 {
                    facts.push(Fact::Count(*object, *recursion as i32));
                }
            }
            _ => {}
        }
    }
}

fn processes(play: &Play, facts: &mut Vec<Fact>) {
    for living in play.stage.cast() {
        let place = living.place.0;
        let Some(process) = play.now.processes.get(&living.process) else {
            facts.push(Fact::Dead(living.process));
            continue;
        };
        match process.exit_code {
            Some(0) => facts.push(Fact::Exited(place)),
            Some(code) => facts.push(Fact::ExitCode(place, code)),
            None => {
                facts.push(Fact::Running(place));
                let waits = play.now.threads.get(&living.thread).map(|thread| thread.waits_for.is_some());
                facts.extend(waits.map(|waits| Fact::Blocked(place, waits)));
            }
        }
    }
}

fn names(play: &Play, facts: &mut Vec<Fact>) {
    for (name, object) in &play.now.names {
        if let Some(view) = play.now.objects.get(object) {
            facts.push(Fact::NameMeans(name.clone(), view.object_type));
        }
    }
}

fn handles(play: &Play, facts: &mut Vec<Fact>) {
    let oldest_new =
        before_gap(play).and_then(|line| line.behind.objects.keys().last().copied()).unwrap_or(0);
    let set_by_solution = |binding: &Binding| {
        let solution = play.lines.iter().filter(|line| line.part != Part::Opening);
        solution.filter(|line| line.actor() == binding.process).any(|line| {
            line.variables().any(|(_, variable)| variable.out_name() == binding.variable.out_name())
        })
    };
    for living in play.stage.cast() {
        let Some(process) = play.now.processes.get(&living.process) else { continue };
        let Some(table) = &process.table else { continue };
        let place = living.place.0;
        let bindings = play.stage.bindings().iter().filter(|binding| binding.variable.kind.is_handle());
        for binding in bindings {
            let (Some(object), variable) = (binding.object, (binding.process, binding.variable)) else {
                continue;
            };
            let is_own = binding.process == place;
            let entry = table.get(&binding.value).filter(|entry| entry.object == object);
            let is_new = set_by_solution(binding);
            match entry {
                // Two processes may use one value for one object by chance; each has a variable of its own for it then.
                Some(_) if !is_own && has_own(play, place, object) => {}
                Some(entry) => {
                    let of = play.now.objects.get(&object).map_or(ObjectType::Event, |view| view.object_type);
                    facts.push(Fact::Holds(Holding {
                        process: place,
                        variable,
                        object,
                        access: entry.access,
                        of,
                        is_new,
                        is_old_object: object <= oldest_new,
                    }));
                    if is_own && !is_new {
                        facts.push(Fact::Inherits(place, binding.variable, entry.inherit));
                    }
                }
                None if play.now.objects.contains_key(&object) && table.get(&binding.value).is_none() => {
                    if is_own || !has_own(play, place, object) {
                        facts.push(Fact::Lacks { process: place, variable, object });
                    }
                }
                None => {}
            }
        }
    }
}

fn has_own(play: &Play, place: u8, object: u32) -> bool {
    play.stage.bindings().iter().any(|binding| binding.process == place && binding.object == Some(object))
}

/// What was read and written down.
fn values(play: &Play, facts: &mut Vec<Fact>) {
    for line in play.lines.iter().filter(|line| line.part != Part::Opening) {
        let own = line.reply().filter(|reply| reply.succeeded());
        let released = play.lines.iter().flat_map(|other| &other.happening.released);
        let released =
            released.filter(|(thread, _)| *thread == line.deed.actor.thread).map(|(_, reply)| reply);
        for reply in own.into_iter().chain(released) {
            for (param, variable) in line.variables() {
                let filled = param.and_then(|param| reply.out(param));
                match (filled, variable.kind) {
                    (Some(Filled::Number(number)), Kind::Number) => {
                        facts.push(Fact::Number(line.actor(), variable, *number));
                    }
                    (Some(Filled::Text(text)), Kind::Data) => {
                        facts.push(Fact::Text(line.actor(), variable, text.clone()));
                    }
                    _ => {}
                }
            }
        }
    }
}
