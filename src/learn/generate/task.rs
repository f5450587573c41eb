//! How is a student told what is wanted?
//!
//! In sentences that follow from the goals, and from what happens behind the gap.

use super::facts::{Fact, From, Holding, in_words};
use super::names::{Names, capital, type_word};
use super::play::{Line, Part};
use super::story;
use crate::kernel::ObjectType;
use crate::learn::chance::Chance;
use crate::testing::program::Variable;

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
    sentences.extend(ended(goals, names));
    sentences.extend(goals.iter().filter_map(|fact| single(fact, goals, names)));
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
            let request = line.request();
            let file = request.and_then(|request| request.text("lpFileName")).unwrap_or_default();
            let writes = request.is_some_and(|request| request.dword("dwDesiredAccess") & 0x4000_0000 != 0);
            let purpose = if writes { "for writing" } else { "for reading" };
            format!("{actor} opens {} {purpose}", names.text(file))
        }
        ("WaitForSingleObject", _) => format!("{actor} waits for {}", story::object(line, names)),
        ("CloseHandle", _) => format!("{actor} closes its handle"),
        (call, _) => format!("{actor} calls {call}"),
    }
}

/// Who shall no longer wait, and who shall.
fn free(goals: &[Fact], names: &Names) -> Option<String> {
    let of = |wanted: bool| -> Vec<String> {
        let waits = |fact: &Fact| match fact {
            Fact::Blocked(process, waits) if *waits == wanted => Some(names.process(*process)),
            _ => None,
        };
        goals.iter().filter_map(waits).collect()
    };
    let (free, waiting) = (of(false), of(true));
    let (pronoun, negation) = match free.len() {
        1 => ("it", "must not wait"),
        2 => ("neither", "may wait"),
        _ => ("none of them", "may wait"),
    };
    match (list(free), list(waiting)) {
        (Some(free), Some(waiting)) => Some(format!("Let {free} go on, while {waiting} waits.")),
        (Some(free), None) => Some(format!("Let {free} go on; {pronoun} {negation} at the end.")),
        (None, Some(waiting)) => Some(format!("Let {waiting} wait at the end.")),
        (None, None) => None,
    }
}

/// Who shall end, and with which exit code: said once of all who end alike.
fn ended(goals: &[Fact], names: &Names) -> Vec<String> {
    let code = |fact: &Fact| match fact {
        Fact::Exited(process) => Some((None, *process)),
        Fact::ExitCode(process, code) => Some((Some(*code), *process)),
        _ => None,
    };
    let all: Vec<(Option<u32>, u8)> = goals.iter().filter_map(code).collect();
    let mut codes: Vec<Option<u32>> = all.iter().map(|(code, _)| *code).collect();
    codes.dedup();
    let sentences = codes.iter().enumerate().filter(|(place, code)| !codes[..*place].contains(code));
    let told = sentences.filter_map(|(_, code)| {
        let who = all.iter().filter(|(own, _)| own == code).map(|(_, process)| names.process(*process));
        let who = capital(&list(who)?);
        Some(match code {
            Some(code) => format!("{who} shall end with exit code {code}."),
            None => format!("{who} shall end."),
        })
    });
    told.collect()
}

/// What a child gets, and what it does not get.
fn inherited(goals: &[Fact], names: &Names) -> Vec<String> {
    let mut children: Vec<u8> =
        goals.iter().filter_map(|fact| of_child(fact).map(|(child, ..)| child)).collect();
    children.sort_unstable();
    children.dedup();
    let sentences = children.into_iter().filter_map(|child| {
        let of = |wanted: bool| {
            let all = goals.iter().filter_map(of_child);
            let own = all.filter(move |(own, has, _)| *own == child && *has == wanted);
            own.filter_map(|(_, _, (owner, variable))| names.path(owner, &variable.name()))
        };
        let name = capital(&names.process(child));
        Some(match (list(of(true)), joined(of(false), "or")) {
            (Some(gets), Some(lacks)) => format!("{name} shall inherit {gets}, but not {lacks}."),
            (Some(gets), None) => format!("{name} shall inherit {gets}."),
            (None, Some(lacks)) => format!("{name} shall not inherit {lacks}."),
            (None, None) => return None,
        })
    });
    sentences.collect()
}

/// A handle that a process has, or lacks, in another's variable: the process, whether it has it, and the variable.
fn of_child(fact: &Fact) -> Option<(u8, bool, (u8, Variable))> {
    match fact {
        Fact::Holds(Holding { process, variable, from: From::Inheritance, .. }) => {
            Some((*process, true, *variable))
        }
        Fact::Lacks { process, variable, from: From::Inheritance, .. } => Some((*process, false, *variable)),
        _ => None,
    }
}

/// A fact that has a sentence of its own.
fn single(fact: &Fact, goals: &[Fact], names: &Names) -> Option<String> {
    let path = |process: u8, variable: &Variable| names.path(process, &variable.name()).unwrap_or_default();
    Some(match fact {
        Fact::Holds(holding) => holds(holding, names)?,
        Fact::Lacks { from: From::Inheritance, .. } => return None,
        Fact::Lacks { process, variable, object, .. } => format!(
            "{} shall no longer have its handle to {} ({}).",
            capital(&names.process(*process)),
            names.told_to(*process, *object),
            path(variable.0, &variable.1)
        ),
        Fact::Signaled(object, true) => {
            format!("{} shall be signaled at the end.", capital(&names.told(*object)))
        }
        Fact::Signaled(object, false) => {
            format!("{} shall not be signaled at the end.", capital(&names.told(*object)))
        }
        // Said of the owner.
        Fact::Count(object, _) if owner(goals, *object).is_some() => return None,
        Fact::Count(object, count) if names.told(*object).contains("mutex") => {
            format!("Whoever owns {} shall have taken it {}.", names.told(*object), times(*count))
        }
        Fact::Count(object, count) => {
            let permits = if *count == 1 { "permit" } else { "permits" };
            let count = number(*count as usize);
            format!("{} shall have {count} {permits} left.", capital(&names.told(*object)))
        }
        Fact::Owner(object, Some(owner)) => {
            let count = goals.iter().find_map(|fact| match fact {
                Fact::Count(own, count) if own == object => {
                    Some(format!(", and have taken it {}", times(*count)))
                }
                _ => None,
            });
            let (process, object) = (capital(&names.process(*owner)), names.told_to(*owner, *object));
            format!("{process} shall own {object}{}.", count.unwrap_or_default())
        }
        Fact::Owner(object, None) => format!("Nobody shall own {}.", names.told(*object)),
        Fact::Running(process) => format!("{} shall go on running.", capital(&names.process(*process))),
        Fact::Inherits(process, variable, yes) => {
            let not = if *yes { "" } else { "not " };
            format!("{} shall {not}be inheritable.", path(*process, variable))
        }
        Fact::NameMeans(raw, of) => {
            format!("The name {} shall mean {}.", names.text(raw), a(type_word(*of)))
        }
        Fact::Number(process, variable, _, about) => {
            let whose = about.map_or("the process".to_owned(), |about| names.told(about));
            let (process, path) = (capital(&names.process(*process)), path(*process, variable));
            format!("{process} shall know the exit code of {whose}: put it into {path}.")
        }
        Fact::Text(process, variable, text) => format!(
            "{} shall read \"{text}\" into {}.",
            capital(&names.process(*process)),
            path(*process, variable)
        ),
        _ => return None,
    })
}

fn holds(holding: &Holding, names: &Names) -> Option<String> {
    let process = capital(&names.process(holding.process));
    let (owner, variable) = holding.variable;
    let path = names.path(owner, &variable.name()).unwrap_or_default();
    match holding.from {
        From::Inheritance => return None,
        From::Opening => return Some(format!("{process} shall still have {path}.")),
        From::After => return Some(format!("That shall succeed: {path} shall be a handle.")),
        From::Solution => {}
    }
    let object = match holding.is_old_object {
        true => names.told_to(holding.process, holding.object),
        false => format!("a new {}", type_word(holding.of)),
    };
    let able = able(holding.of, holding.access);
    let place = match holding.process == owner {
        true => format!("keep it in {path}"),
        false => format!("keep its value in {path}"),
    };
    Some(
        format!("{process} shall have another handle to {object} that {able}; {place}.")
            .replace("another", if names.has_one(holding.process, holding.object) { "another" } else { "a" }),
    )
}

/// Who shall own a mutex.
fn owner(goals: &[Fact], object: u32) -> Option<u8> {
    goals.iter().find_map(|fact| match fact {
        Fact::Owner(own, owner) if *own == object => *owner,
        _ => None,
    })
}

fn times(count: i32) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{} times", number(count.unsigned_abs() as usize)),
    }
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
        _ => format!("has exactly {}", in_words(of, access)),
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
    joined(all, "and")
}

/// `a, b or c`
fn joined(all: impl IntoIterator<Item = String>, word: &str) -> Option<String> {
    let all: Vec<String> = all.into_iter().collect();
    match all.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        [others @ .., last] => Some(format!("{} {word} {last}", others.join(", "))),
    }
}
