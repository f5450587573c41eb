//! How are all the orders of a scenario shown?

use super::json::Unreadable;
use super::markup::{Markup, Role};
use super::story::wrap;
use crate::explore::{Count, End, EndObject, Exploration, Fact, FactKind, Fate, Often, Stopped, Witness};
use serde::Serialize;

/// The version of the JSON format. It grows when a field changes its meaning or goes; new fields may come at any time.
const VERSION: u32 = 1;

/// What was found in one file.
#[derive(Clone, Debug, Serialize)]
pub struct Explored {
    /// The file, as it was named.
    pub file: String,
    /// The scenario's title.
    pub title: Option<String>,
    /// What was found.
    #[serde(flatten)]
    pub found: Exploration,
}

/// Several explorations as one JSON object:
/// `{"format": "handlelab explorations", "version": 1, "explorations": [...], "unreadable": [...]}`.
///
/// # Errors
/// Never for what exploring gives; the serializer's own type says otherwise.
pub fn json(explorations: &[Explored], unreadable: &[Unreadable]) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Explorations<'e> {
        format: &'static str,
        version: u32,
        explorations: &'e [Explored],
        unreadable: &'e [Unreadable],
    }
    let format = "handlelab explorations";
    serde_json::to_string_pretty(&Explorations { format, version: VERSION, explorations, unreadable })
}

/// Tells what was found in one file, in lines of `width` columns.
pub fn text(explored: &Explored, width: usize) -> Markup {
    let mut out = Markup::default();
    let Explored { file, title, found } = explored;
    out.push(Role::Strong, title.as_deref().unwrap_or("A scenario without a title")).line();
    out.push(Role::Faint, file).line();
    if found.unsolved {
        out.push(Role::Plain, "An exercise that nobody has solved yet: there are no orders to look at.")
            .line();
        return out;
    }
    out.push(Role::Plain, size(found)).line();
    match found.stopped {
        Some(Stopped::States) => stopped("more states than --limit-states allows", &mut out),
        Some(Stopped::Time) => stopped("the time of --limit-time", &mut out),
        None => {}
    }
    out.line();
    for fact in &found.facts {
        tell_fact(fact, file, width, &mut out);
    }
    if !found.ends.is_empty() {
        out.line();
    }
    for end in &found.ends {
        tell_end(end, found.orders, &mut out);
    }
    out
}

fn stopped(why: &str, out: &mut Markup) {
    out.push(Role::Bad, format!("Not everything was seen: {why}, came first.")).line();
}

/// How large the space of orders is.
pub fn size(found: &Exploration) -> String {
    let orders =
        if found.orders == Count::ONE { "1 order".to_owned() } else { format!("{} orders", found.orders) };
    let so_far = if found.stopped.is_some() { " so far" } else { "" };
    let states = if found.states == 1 { "state" } else { "states" };
    let moves = if found.longest == 1 { "move" } else { "moves" };
    format!("{orders}{so_far}, {} {states}, at most {} {moves} in an order", found.states, found.longest)
}

fn tell_fact(fact: &Fact, file: &str, width: usize, out: &mut Markup) {
    let (word, role) = match fact.often {
        Often::Always => ("Always", Role::Good),
        Often::Sometimes => ("Sometimes", Role::Bad),
        Often::Never => ("Never", Role::Bad),
        Often::Undecided if fact.broken => ("Broken", Role::Bad),
        Often::Undecided => ("So far", Role::Plain),
    };
    let keyword = match fact.kind {
        FactKind::Expectation => "",
        FactKind::Always => "always ",
        FactKind::Finally => "finally ",
        FactKind::Goal => "goal ",
    };
    for (i, line) in
        wrap(&format!("{keyword}{}", fact.text), width.saturating_sub(11)).into_iter().enumerate()
    {
        if i == 0 {
            out.push(role, format!("{word:<11}")).push(Role::Strong, line).line();
        } else {
            out.push(Role::Strong, format!("           {line}")).line();
        }
    }
    if let Some(found) = &fact.found {
        out.push(Role::Bad, format!("           found {found}")).line();
        out.push(Role::Faint, format!("           at    {file}:{}", fact.line)).line();
    }
    if fact.left_out > Count(0) {
        let text = format!("           in {} the step does not happen", orders(fact.left_out));
        out.push(Role::Plain, text).line();
    }
    for (what, witness) in [("It holds", &fact.good), ("It does not hold", &fact.bad)] {
        if let Some(witness) = witness {
            tell_witness(what, witness, out);
        }
    }
}

fn orders(count: Count) -> String {
    if count == Count::ONE { "1 order".to_owned() } else { format!("{count} orders") }
}

fn tell_witness(what: &str, witness: &Witness, out: &mut Markup) {
    let replay = if witness.replays { "`run` replays it" } else { "`run` cannot replay it as it stands" };
    out.push(Role::Plain, format!("  {what}, for example, in this order ({replay}):")).line();
    for line in witness.scenario.lines() {
        if line.is_empty() {
            out.line();
        } else {
            out.push(Role::Story, format!("    {line}")).line();
        }
    }
    out.line();
}

fn tell_end(end: &End, all: Count, out: &mut Markup) {
    let share = if end.orders == all { "All orders".to_owned() } else { orders(end.orders) };
    let verb = if end.orders == Count::ONE && end.orders != all { "ends" } else { "end" };
    let (how, role) =
        if end.deadlock { (" with somebody who waits for ever", Role::Bad) } else { ("", Role::Strong) };
    out.push(role, format!("{share} {verb}{how}:")).line();
    for actor in &end.actors {
        let fate = match &actor.fate {
            Fate::Done => "has taken all its steps".to_owned(),
            Fate::Ended { code, left: None } => format!("has ended with {code}"),
            Fate::Ended { code, left: Some(line) } => format!("has ended with {code}, before line {line}"),
            Fate::Waits { line } => format!("waits in line {line}"),
            Fate::Suspended { next: None } => "is suspended".to_owned(),
            Fate::Suspended { next: Some(line) } => format!("is suspended, before line {line}"),
            Fate::NotTold { line } => format!("cannot take line {line}: nobody tells it what it needs"),
            Fate::NeverCreated => "was never created".to_owned(),
        };
        out.push(Role::Plain, format!("  {} {fate}", actor.name)).line();
    }
    for object in &end.objects {
        out.push(Role::Faint, format!("  {}", tell_object(object))).line();
    }
}

fn tell_object(object: &EndObject) -> String {
    let name = object.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let made = object.line.map(|line| format!(" of line {line}")).unwrap_or_default();
    let state = if object.state.is_empty() { String::new() } else { format!(", {}", object.state) };
    let plural =
        |count: u32, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
    format!(
        "{}{name}{made}: {}, {}{state}",
        object.object_type.win32(),
        plural(object.handles, "handle"),
        plural(object.pointers, "reference")
    )
}
