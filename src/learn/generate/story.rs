//! How is told what goes on, and what is it called?

use super::facts::{Fact, From, Holding};
use super::names::{Names, capital};
use super::play::{Line, Part, Play};
use super::task::list;
use super::topic::TopicSpec;
use crate::learn::chance::Chance;

/// What is there in front of the gap, in a few sentences.
pub(super) fn opening(play: &Play, names: &Names) -> String {
    let mut clauses: Vec<Clause> = Vec::new();
    for line in play.lines.iter().filter(|line| line.part == Part::Opening) {
        let (actor, verb, object) = (names.process(line.actor()), verb(line), object(line, names));
        let inherits = line.request().is_some_and(|request| request.flag("bInheritHandles"));
        match clauses.last_mut().filter(|last| last.verb == verb && last.inherits == inherits) {
            Some(last) if last.objects == [object.clone()] && !last.actors.contains(&actor) => {
                last.actors.push(actor);
            }
            Some(last) if last.actors == [actor.clone()] => {
                if !last.objects.contains(&object) {
                    last.objects.push(object);
                }
            }
            _ => clauses.push(Clause { actors: vec![actor], verb, objects: vec![object], inherits }),
        }
    }
    let mut sentences: Vec<String> = Vec::new();
    for (place, clause) in clauses.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|before| clauses.get(before));
        sentences.push(clause.told(before));
    }
    if sentences.is_empty() { "Nobody has done anything yet.".to_owned() } else { sentences.join(" ") }
}

/// Some do the same to some things.
struct Clause {
    actors: Vec<String>,
    verb: (&'static str, &'static str),
    objects: Vec<String>,
    /// Are they processes that are created to inherit?
    inherits: bool,
}

impl Clause {
    /// As a sentence; what was spoken of just now is `it`, and who does the same to it once more does it `again`.
    fn told(&self, before: Option<&Clause>) -> String {
        let verb = if self.actors.len() == 1 { self.verb.0 } else { self.verb.1 };
        let actors = capital(&list(self.actors.clone()).unwrap_or_default());
        let same = before.filter(|before| self.objects.len() == 1 && before.objects == self.objects);
        let objects = match same {
            Some(_) => "it".to_owned(),
            None => gathered(&self.objects),
        };
        let is_again = |before: &Clause| {
            before.verb == self.verb && self.actors.iter().all(|actor| before.actors.contains(actor))
        };
        let again = if same.is_some_and(is_again) { " again" } else { "" };
        let inherits = match self.objects.len() {
            _ if !self.inherits => "",
            1 => ", which inherits",
            2 => ", which both inherit",
            _ => ", which all inherit",
        };
        let between = if objects.is_empty() { "" } else { " " };
        format!("{actors} {verb}{between}{objects}{again}{inherits}.")
    }
}

/// `its event hGo`, `its mutex hKey`, `its event hStop`: `its events hGo and hStop, and its mutex hKey`.
fn gathered(objects: &[String]) -> String {
    let kind = |object: &str| {
        let (kind, _) = object.rsplit_once(' ')?;
        ["its ", "the "].iter().any(|word| kind.starts_with(word)).then(|| kind.to_owned())
    };
    let mut kinds: Vec<(Option<String>, Vec<&String>)> = Vec::new();
    for object in objects {
        let own = kind(object);
        match kinds.iter_mut().find(|(other, _)| own.is_some() && *other == own) {
            Some((_, all)) => all.push(object),
            None => kinds.push((own, vec![object])),
        }
    }
    let told = kinds.into_iter().map(|(kind, all)| match (kind, all.as_slice()) {
        (Some(kind), all) if all.len() > 1 => {
            let names = all.iter().filter_map(|object| Some(object.rsplit_once(' ')?.1.to_owned()));
            let plural = if kind.ends_with('x') { "es" } else { "s" };
            format!("{kind}{plural} {}", list(names).unwrap_or_default())
        }
        (_, all) => all.iter().map(|object| object.as_str()).collect::<Vec<_>>().join(" "),
    });
    let told: Vec<String> = told.collect();
    let is_list = told.iter().any(|kind| kind.contains(" and "));
    match told.as_slice() {
        [others @ .., last] if is_list && !others.is_empty() => format!("{}, and {last}", others.join(", ")),
        _ => list(told).unwrap_or_default(),
    }
}

/// What a line does, said of one and of several.
fn verb(line: &Line) -> (&'static str, &'static str) {
    let call = line.call();
    match call {
        "CreateProcess" => ("starts", "start"),
        "ExitProcess" => ("ends", "end"),
        "CreateFile" => ("opens", "open"),
        "MapViewOfFile" => ("maps", "map"),
        "AssignProcessToJobObject" => ("puts", "put"),
        "SetInformationJobObject" => ("sets the limit of", "set the limit of"),
        _ if call.starts_with("WaitFor") => ("waits for", "wait for"),
        _ if call.starts_with("Create") => ("makes", "make"),
        _ if call.starts_with("Open") => ("opens", "open"),
        _ => ("uses", "use"),
    }
}

/// What a line's verb is about.
pub(super) fn object(line: &Line, names: &Names) -> String {
    let request = line.request();
    let text = |param: &str| request.and_then(|request| request.text(param)).map(|raw| names.text(raw));
    let own = line.reply().and_then(|reply| reply.object).map(|object| names.told_to(line.actor(), object));
    let behind = |param: &str| {
        let value = request.map_or(0, |request| request.number(param));
        let table = line.behind.processes.get(&line.deed.actor.process).and_then(|view| view.table.as_ref());
        let object = table.and_then(|table| table.get(&value));
        object.map_or("it".to_owned(), |entry| names.told_to(line.actor(), entry.object))
    };
    match line.call() {
        "CreateProcess" => text("lpApplicationName").unwrap_or_default(),
        "ExitProcess" => String::new(),
        "CreateFile" => text("lpFileName").unwrap_or_default(),
        "CreatePipe" => "a pipe".to_owned(),
        "MapViewOfFile" => behind("hFileMappingObject"),
        "AssignProcessToJobObject" => format!("{} into {}", behind("hProcess"), behind("hJob")),
        "SetInformationJobObject" => behind("hJob"),
        call if call.starts_with("WaitFor") => behind("hHandle"),
        _ => own.unwrap_or("something".to_owned()),
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
                Fact::Holds(Holding { process: place, from: From::Solution, .. }) => {
                    format!("A handle for {}", process(*place))
                }
                Fact::Holds(Holding { process: place, from: From::Inheritance, .. })
                | Fact::Lacks { process: place, from: From::Inheritance, .. } => {
                    format!("What {} inherits", process(*place))
                }
                Fact::Holds(Holding { process: place, from: From::After, .. }) => {
                    format!("Making way for {}", process(*place))
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
