//! How are all the orders of a scenario shown?
//!
//! ```
//! use handlelab::explore::{Limits, explore};
//! use handlelab::scenario::Document;
//! use handlelab::view::explore::size;
//!
//! let document = Document::read("process p, q\np: CreateEvent()\nq: CreateEvent()\n").expect("it can be read");
//! assert!(size(&explore(&document, Limits::default())).starts_with("2 orders"));
//! ```

use super::json::Unreadable;
use super::markup::{Markup, Role};
use super::story::wrap;
use crate::explore::{Count, End, EndObject, Exploration, Fact, FactKind, Fate, Often, Stopped, Witness};
use crate::scenario::exchange::in_escapes;
use serde::Serialize;

/// The version of the JSON format. It grows when a field changes its meaning or goes; new fields may come at any time.
const VERSION: u32 = 1;

/// What was found in one file.
///
/// ```
/// use handlelab::explore::{Limits, explore};
/// use handlelab::scenario::Document;
/// use handlelab::view::explore::{Explored, json, text};
///
/// let read = "process p, q\np: h = CreateMutex(bInitialOwner: TRUE, lpName: \"M\") => HANDLE\n\
///             q: h = OpenMutex(SYNCHRONIZE, FALSE, \"M\") => HANDLE\n";
/// let found = explore(&Document::read(read).expect("it can be read"), Limits::default());
/// let explored = Explored { file: "m.hlab".to_owned(), title: None, found };
/// assert!(text(&explored, 80).plain().contains("ERROR_FILE_NOT_FOUND"), "q may come first");
/// assert!(json(&[explored], &[])?.contains("\"handlelab explorations\""));
/// # Ok::<(), serde_json::Error>(())
/// ```
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
/// `{"format": "handlelab explorations", "version": 1, "explorations": [...], "unreadable": [...]}`. Each exploration is an
/// [`Exploration`] with `file` and `title`. Numbers of orders are strings, because they can be larger than 2^53; where
/// `counted` is false they say how many there are at least.
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
        .map(|json| in_escapes(&json))
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
    let (role, covered) = match found.stopped {
        Some(Stopped::States) => (Role::Bad, not_all_seen("--limit-states", found)),
        Some(Stopped::Time) => (Role::Bad, not_all_seen("--limit-time", found)),
        None if found.counted => (Role::Plain, String::new()),
        None => (Role::Plain, not_counted(found)),
    };
    for line in wrap(&covered, width).into_iter().filter(|line| !line.is_empty()) {
        out.push(role, line).line();
    }
    out.line();
    for fact in &found.facts {
        tell_fact(fact, file, found.counted, width, &mut out);
    }
    if !found.ends.is_empty() {
        out.line();
    }
    for end in &found.ends {
        tell_end(end, found, &mut out);
    }
    out
}

fn not_all_seen(limit: &str, found: &Exploration) -> String {
    let moves = if found.longest == 1 { "move".to_owned() } else { format!("{} moves", found.longest) };
    format!(
        "Not everything was seen: {limit} came first. Whatever can happen in the first {moves} of any order is covered."
    )
}

fn not_counted(found: &Exploration) -> String {
    format!(
        "Every verdict and every end is certain: {} were enough, because independent steps come to the same in either \
         order. Not all orders were counted, and a shorter example may exist.",
        states(found.judged)
    )
}

fn states(states: usize) -> String {
    if states == 1 { "1 state".to_owned() } else { format!("{states} states") }
}

/// How large the space of orders is.
pub fn size(found: &Exploration) -> String {
    let states = states(found.states);
    if found.stopped.is_some() {
        return format!("stopped after {states}");
    }
    if !found.counted {
        return format!("at least {} and {states}", orders(found.orders));
    }
    let moves = if found.longest == 1 { "move" } else { "moves" };
    format!("{}, {states}, at most {} {moves} in an order", orders(found.orders), found.longest)
}

fn tell_fact(fact: &Fact, file: &str, counted: bool, width: usize, out: &mut Markup) {
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
        let at_least = if counted { "" } else { "at least " };
        let text = format!("           in {at_least}{} the step does not happen", orders(fact.left_out));
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

fn tell_end(end: &End, found: &Exploration, out: &mut Markup) {
    let all = found.ends.len() == 1 && found.stopped.is_none();
    let share = match (all, found.counted) {
        (true, _) => "All orders".to_owned(),
        (false, true) => orders(end.orders),
        (false, false) => format!("At least {}", orders(end.orders)),
    };
    let verb = if end.orders == Count::ONE && !all { "ends" } else { "end" };
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
