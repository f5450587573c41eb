//! How is a student told what is wanted?
//!
//! In sentences that follow from the goals, and from what happens behind the gap.

use super::facts::{Fact, Holding};
use super::names::{Names, capital};
use super::play::{Line, Part};
use crate::kernel::{AccessMask, ObjectType};
use crate::learn::chance::Chance;

/// The task: what is wanted, and what comes by itself.
pub(super) fn task(goals: &[Fact], lines: &[Line], names: &Names, chance: &mut Chance) -> String {
    let mut sentences = Vec::new();
    sentences.extend(later(lines, names));
    let told = |fact: &Fact| match fact {
        Fact::Dead(object) => Some(names.told(*object)),
        _ => None,
    };
    let dead = goals.iter().filter_map(told);
    sentences.extend(list(dead).map(|all| match chance.below(3) {
        0 => format!("Let nothing remain of {all}."),
        1 => format!("Make {all} go away."),
        _ => format!("See to it that nothing is left of {all}."),
    }));
    let alive = goals.iter().filter_map(|fact| match fact {
        Fact::Alive(object) => Some(names.told(*object)),
        _ => None,
    });
    sentences.extend(list(alive).map(|all| match chance.below(2) {
        0 => format!("Let {all} live on nevertheless."),
        _ => format!("Keep {all} alive."),
    }));
    sentences.extend(free(goals, names));
    sentences.extend(inherited(goals, names));
    sentences.extend(goals.iter().filter_map(|fact| single(fact, names)));
    sentences.join(" ")
}

/// What happens behind the gap, whatever stands in it.
fn later(lines: &[Line], names: &Names) -> Option<String> {
    let after = lines.iter().filter(|line| line.part == Part::After);
    let told = list(after.map(|line| deed(line, names)))?;
    Some(format!("Behind your steps {told}."))
}

/// What a line does, told of its actor.
fn deed(line: &Line, names: &Names) -> String {
    let actor = names.process(line.actor());
    let created =
        line.request().and_then(|request| request.text("lpApplicationName")).map(|raw| names.text(raw));
    match (line.call(), created) {
        ("CreateProcess", Some(created)) => format!("{actor} creates {created}, which inherits"),
        ("ExitProcess", _) => format!("{actor} ends"),
        ("ReadFile", _) => format!("{actor} reads from the pipe"),
        ("CreateFile", _) => {
            let file = line.request().and_then(|request| request.text("lpFileName")).unwrap_or_default();
            format!("{actor} opens {} for writing", names.text(file))
        }
        ("WaitForSingleObject", _) => format!("{actor} waits"),
        ("CloseHandle", _) => format!("{actor} closes its handle"),
        (call, _) => format!("{actor} calls {call}"),
    }
}

/// Who shall no longer wait, and who shall.
fn free(goals: &[Fact], names: &Names) -> Option<String> {
    let of = |wanted: bool| {
        list(goals.iter().filter_map(|fact| match fact {
            Fact::Blocked(process, waits) if *waits == wanted => Some(names.process(*process)),
            _ => None,
        }))
    };
    match (of(false), of(true)) {
        (Some(free), Some(waiting)) => Some(format!("Let {free} go on, while {waiting} waits.")),
        (Some(free), None) => {
            Some(format!("Let {free} go on: nobody of them may still wait at the end.").replace(
                ": nobody of them may still wait at the end",
                if free.contains(" and ") {
                    ": none of them may still wait at the end"
                } else {
                    "; it must not wait at the end"
                },
            ))
        }
        (None, Some(waiting)) => Some(format!("Let {waiting} wait at the end.")),
        (None, None) => None,
    }
}

/// What a child gets, and what it does not get.
fn inherited(goals: &[Fact], names: &Names) -> Vec<String> {
    let mut children: Vec<u8> =
        goals.iter().filter_map(|fact| of_child(fact).map(|(child, ..)| child)).collect();
    children.sort_unstable();
    children.dedup();
    let sentences = children.into_iter().filter_map(|child| {
        let of = |wanted: bool| {
            list(
                goals
                    .iter()
                    .filter_map(of_child)
                    .filter(|(own, has, _)| *own == child && *has == wanted)
                    .filter_map(|(_, _, (owner, variable))| names.path(owner, &variable.name())),
            )
        };
        let name = capital(&names.process(child));
        Some(match (of(true), of(false)) {
            (Some(gets), Some(lacks)) => format!("{name} shall have {gets}, but not {lacks}."),
            (Some(gets), None) => format!("{name} shall have {gets}."),
            (None, Some(lacks)) => format!("{name} shall not have {lacks}."),
            (None, None) => return None,
        })
    });
    sentences.collect()
}

/// A handle that a process has, or lacks, in another's variable: the process, whether it has it, and the variable.
fn of_child(fact: &Fact) -> Option<(u8, bool, (u8, crate::testing::program::Variable))> {
    match fact {
        Fact::Holds(Holding { process, variable, is_new: false, .. }) => Some((*process, true, *variable)),
        Fact::Lacks { process, variable, .. } if *process != variable.0 => Some((*process, false, *variable)),
        _ => None,
    }
}

/// A fact that has a sentence of its own.
fn single(fact: &Fact, names: &Names) -> Option<String> {
    let path = |process: u8, variable: &crate::testing::program::Variable| {
        names.path(process, &variable.name()).unwrap_or_default()
    };
    Some(match fact {
        Fact::Holds(holding) if holding.is_new => holds(holding, names),
        Fact::Lacks { process, variable, object } if *process == variable.0 => format!(
            "{} shall no longer have {}, its handle to {}.",
            capital(&names.process(*process)),
            path(variable.0, &variable.1),
            names.told(*object)
        ),
        Fact::Signaled(object, true) => {
            format!("{} shall be signaled at the end.", capital(&names.told(*object)))
        }
        Fact::Signaled(object, false) => {
            format!("{} shall not be signaled at the end.", capital(&names.told(*object)))
        }
        Fact::Count(object, count) if names.told(*object).contains("mutex") => {
            format!("It shall have taken it {} times.", number(*count as usize))
        }
        Fact::Count(object, count) => {
            let permits = if *count == 1 { "permit" } else { "permits" };
            let count = if *count == 0 { "no".to_owned() } else { number(*count as usize) };
            format!("{} shall have {count} {permits} left.", capital(&names.told(*object)))
        }
        Fact::Owner(object, Some(owner)) => {
            format!("{} shall own {}.", capital(&names.process(*owner)), names.told(*object))
        }
        Fact::Owner(object, None) => format!("Nobody shall own {}.", names.told(*object)),
        Fact::Exited(process) => format!("{} shall end.", capital(&names.process(*process))),
        Fact::ExitCode(process, code) => {
            format!("{} shall end with exit code {code}.", capital(&names.process(*process)))
        }
        Fact::Running(process) => format!("{} shall go on running.", capital(&names.process(*process))),
        Fact::Inherits(process, variable, yes) => {
            let not = if *yes { "" } else { "not " };
            format!("{} shall {not}be inheritable.", path(*process, variable))
        }
        Fact::NameMeans(raw, of) => {
            format!("The name {} shall mean {}.", names.text(raw), a(super::names::type_word(*of)))
        }
        Fact::Number(process, variable, _) => {
            format!(
                "{} shall know it: put it into {}.",
                capital(&names.process(*process)),
                path(*process, variable)
            )
        }
        Fact::Text(process, variable, text) => format!(
            "{} shall read \"{text}\" into {}.",
            capital(&names.process(*process)),
            path(*process, variable)
        ),
        _ => return None,
    })
}

fn holds(holding: &Holding, names: &Names) -> String {
    let process = names.process(holding.process);
    let (owner, variable) = holding.variable;
    let path = names.path(owner, &variable.name()).unwrap_or_default();
    let object = match holding.is_old_object {
        true => names.told(holding.object),
        false => format!("a new {}", super::names::type_word(holding.of)),
    };
    let able = able(holding.of, holding.access);
    let place = match holding.process == owner {
        true => format!("keep it in {path}"),
        false => format!("keep its value in {path}"),
    };
    format!("{} shall have a handle to {object} that {able}; {place}.", capital(&process))
}

/// What a handle is good for.
fn able(of: ObjectType, access: u32) -> String {
    const WAIT: u32 = 0x10_0000;
    let modify = match of {
        ObjectType::Event => "signal and reset it",
        ObjectType::Semaphore => "release it",
        ObjectType::Timer => "set it",
        _ => "change it",
    };
    let all = of.spec().valid_access.0;
    let waitable = !matches!(of, ObjectType::File | ObjectType::Section);
    match access {
        _ if access == all => "allows everything".to_owned(),
        WAIT if waitable => "can wait for it and do nothing else".to_owned(),
        2 if matches!(of, ObjectType::Event | ObjectType::Semaphore | ObjectType::Timer) => {
            format!("can {modify} and do nothing else")
        }
        0x10_0002 if matches!(of, ObjectType::Event | ObjectType::Semaphore | ObjectType::Timer) => {
            format!("can {modify} and wait for it, and do nothing else")
        }
        _ => format!("has exactly {}", of.access_in_words(AccessMask(access))),
    }
}

fn a(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {word}")
}

/// Small numbers are words.
pub(super) fn number(number: usize) -> String {
    let words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    words.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// `a, b and c`; nothing, if there is nothing.
pub(super) fn list(all: impl IntoIterator<Item = String>) -> Option<String> {
    let all: Vec<String> = all.into_iter().collect();
    match all.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        [others @ .., last] => Some(format!("{} and {last}", others.join(", "))),
    }
}
