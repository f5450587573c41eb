//! How is told what goes on, and what is it called?

use super::facts::Fact;
use super::names::{Names, capital};
use super::play::{Line, Part, Play};
use super::task::list;
use super::topic::TopicSpec;
use crate::learn::chance::Chance;

/// What is there in front of the gap, in a sentence or two.
pub(super) fn opening(play: &Play, names: &Names) -> String {
    let opening: Vec<&Line> = play.lines.iter().filter(|line| line.part == Part::Opening).collect();
    let mut clauses: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(line) = opening.get(at) {
        let verb = verb(line);
        let group = opening[at..]
            .iter()
            .take_while(|other| other.actor() == line.actor() && self::verb(other) == verb);
        let count = group.clone().count();
        let objects = list(group.map(|line| object(line, names)));
        clauses.push(format!("{} {verb} {}", names.process(line.actor()), objects.unwrap_or_default()));
        at += count;
    }
    let sentence = clauses.join("; ");
    if sentence.is_empty() {
        "Nobody has done anything yet.".to_owned()
    } else {
        format!("{}.", capital(&sentence))
    }
}

fn verb(line: &Line) -> &'static str {
    let call = line.call();
    match call {
        "CreateProcess" => "starts",
        "ExitProcess" => "ends",
        "OpenProcess" => "opens",
        "CreateFile" => "opens",
        "MapViewOfFile" => "maps",
        _ if call.starts_with("WaitFor") => "waits for",
        _ if call.starts_with("Create") => "makes",
        _ if call.starts_with("Open") => "opens",
        _ => "uses",
    }
}

fn object(line: &Line, names: &Names) -> String {
    let request = line.request();
    let text = |param: &str| request.and_then(|request| request.text(param)).map(|raw| names.text(raw));
    let own = line.reply().and_then(|reply| reply.object).map(|object| names.told(object));
    let whose = format!("{}'s ", names.process(line.actor()));
    let short = |told: String| told.strip_prefix(&whose).map_or(told.clone(), |rest| format!("its {rest}"));
    match line.call() {
        "CreateProcess" => text("lpApplicationName").unwrap_or_default(),
        "ExitProcess" => String::new(),
        "CreateFile" => text("lpFileName").unwrap_or_default(),
        "CreatePipe" => "a pipe".to_owned(),
        "MapViewOfFile" => "it".to_owned(),
        call if call.starts_with("WaitFor") => {
            let value = request.map_or(0, |request| request.number("hHandle"));
            let table =
                line.behind.processes.get(&line.deed.actor.process).and_then(|view| view.table.as_ref());
            let object = table.and_then(|table| table.get(&value)).map(|entry| names.told(entry.object));
            object.map_or("it".to_owned(), short)
        }
        _ => own.map_or("something".to_owned(), short),
    }
}

/// A title that says what it is about without saying how.
pub(super) fn title(goals: &[Fact], topic: &TopicSpec, names: &Names, chance: &mut Chance) -> String {
    let object = |object: u32| names.told(object);
    let process = |place: u8| names.process(place);
    let all: Vec<String> = goals
        .iter()
        .filter_map(|fact| {
            Some(match fact {
                Fact::Dead(dead) => format!("The end of {}", object(*dead)),
                Fact::Alive(alive) => format!("{} lives on", capital(&object(*alive))),
                Fact::Holds(holding) if holding.is_new => {
                    format!("A handle for {}", process(holding.process))
                }
                Fact::Holds(holding) => format!("What {} inherits", process(holding.process)),
                Fact::Lacks { process: place, variable, .. } if *place != variable.0 => {
                    format!("What {} inherits", process(*place))
                }
                Fact::Lacks { object: lost, .. } => format!("Letting go of {}", object(*lost)),
                Fact::Blocked(place, false) => format!("{} must go on", capital(&process(*place))),
                Fact::Exited(place) | Fact::ExitCode(place, _) => format!("The end of {}", process(*place)),
                Fact::NameMeans(raw, _) => format!("Who has the name {}?", names.text(raw)),
                Fact::Signaled(own, _) => format!("The state of {}", object(*own)),
                Fact::Count(own, _) => format!("The count of {}", object(*own)),
                Fact::Owner(own, _) => format!("Who owns {}?", object(*own)),
                Fact::Number(place, ..) | Fact::Text(place, ..) => {
                    format!("What {} gets to know", process(*place))
                }
                _ => return None,
            })
        })
        .collect();
    let fallback = capital(topic.name);
    if all.is_empty() { fallback } else { all[chance.below(all.len())].clone() }
}
