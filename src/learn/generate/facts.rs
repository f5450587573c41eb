//! What could be said about the end?
//!
//! Facts, as the language of scenarios says them, about what is there at the end when the solution stands in the gap. Those
//! that are not so without it are what the solution is for.

use super::names::Names;
use super::play::{Line, Part, Play};
use super::scene::Shows;
use super::script::usual;
use crate::kernel::{AccessMask, ObjectType};
use crate::testing::picture::{EntryView, State};
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
    Lacks {
        process: u8,
        variable: (u8, Variable),
        object: u32,
        from: From,
    },
    Inherits(u8, Variable, bool),
    NameMeans(String, ObjectType),
    /// A number that was found out about an object.
    Number(u8, Variable, u64, Option<u32>),
    Text(u8, Variable, String),
}

/// Where somebody has a handle from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// From before the gap.
    Opening,
    /// From the solution.
    Solution,
    /// From behind the gap.
    After,
    /// From a parent that created it behind the gap.
    Inheritance,
}

/// A process has a handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Holding {
    pub(super) process: u8,
    pub(super) variable: (u8, Variable),
    pub(super) object: u32,
    pub(super) access: u32,
    pub(super) of: ObjectType,
    pub(super) from: From,
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
                if holding.from != From::Solution {
                    return one(format!("valid({process}, {path})"));
                }
                let access = in_words(holding.of, holding.access);
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
            Fact::Number(process, variable, number, _) => {
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
            facts.extend([Fact::Exited(place), Fact::Dead(living.process)]);
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
    let bindings = play.stage.bindings().iter().filter(|binding| binding.variable.kind.is_handle());
    for binding in bindings {
        let variable = (binding.process, binding.variable);
        let Some(set_at) = play.set_at(binding.process, binding.variable) else { continue };
        let Some((home, heirs)) = play.homes(binding.process, binding.variable) else { continue };
        let Some(object) = binding.object else { continue };
        let own = match play.lines[set_at].part {
            Part::Opening => From::Opening,
            Part::Solution => From::Solution,
            Part::After => From::After,
        };
        let inherited = |line: usize| match play.lines[line].part {
            Part::After => From::Inheritance,
            _ => From::Opening,
        };
        let heirs = heirs.into_iter().map(|(heir, line)| (heir, inherited(line)));
        for (process, from) in [(home, own)].into_iter().chain(heirs) {
            let Some(table) = table(play, process) else { continue };
            if is_superseded(play, binding, set_at, process) {
                continue;
            }
            let lives = play.now.objects.get(&object);
            match (table.get(&binding.value), lives) {
                (Some(entry), Some(view)) if entry.object == object => {
                    let (of, access, is_old_object) = (view.object_type, entry.access, object <= oldest_new);
                    facts.push(Fact::Holds(Holding {
                        process,
                        variable,
                        object,
                        access,
                        of,
                        from,
                        is_old_object,
                    }));
                    if from == From::Opening && process == binding.process {
                        facts.push(Fact::Inherits(process, binding.variable, entry.inherit));
                    }
                }
                (None, Some(_)) => facts.push(Fact::Lacks { process, variable, object, from }),
                _ => {}
            }
        }
    }
}

fn table(play: &Play, place: u8) -> Option<&std::collections::BTreeMap<u64, EntryView>> {
    let living = play.stage.cast().iter().find(|living| living.place == (place, 0))?;
    play.now.processes.get(&living.process)?.table.as_ref()
}

/// Has another handle got the value since?
fn is_superseded(play: &Play, binding: &Binding, set_at: usize, place: u8) -> bool {
    play.stage.bindings().iter().filter(|other| *other != binding && other.value == binding.value).any(
        |other| {
            other.variable.kind.is_handle()
                && play.set_at(other.process, other.variable).is_some_and(|later| later > set_at)
                && play.is_at_home(other.process, other.variable, place)
        },
    )
}

/// Rights in the words that people use.
pub(super) fn in_words(of: ObjectType, access: u32) -> String {
    let words = of.access_in_words(AccessMask(access));
    let words = words.split(" | ").map(|word| usual(word).unwrap_or(word));
    words.collect::<Vec<&str>>().join(" | ")
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
                        let about = about(line);
                        facts.push(Fact::Number(line.actor(), variable, *number, about));
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

/// The object that a line's handle names.
fn about(line: &Line) -> Option<u32> {
    let value = line.request()?.number("hProcess");
    let table = line.behind.processes.get(&line.deed.actor.process)?.table.as_ref()?;
    table.get(&value).map(|entry| entry.object)
}
