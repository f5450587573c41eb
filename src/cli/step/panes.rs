//! What stands in each part of the screen?

use super::line::Line;
use super::play::{Place, Play};
use handlelab::kernel::ObjectNo;
use handlelab::run::history::{HandleLife, Moment};
use handlelab::run::trace::{ObjectState, StepKind, TraceStep, Verdict};
use handlelab::view::markup::Role;
use handlelab::view::misuse::called;
use handlelab::view::story::wrap;
use std::collections::HashMap;

/// The lines of the scenario around the one that has just run.
pub(super) fn source(play: &Play, moment: Moment, height: usize) -> Vec<Line> {
    let step = play.step(moment);
    let now = step.filter(|step| matches!(step.kind, StepKind::Step | StepKind::Check)).map(|step| step.line);
    let at = match step {
        Some(step) if step.kind == StepKind::End => play.source.len(),
        _ => now.unwrap_or(1) as usize,
    };
    let from = at.saturating_sub(height / 2 + 1).min(play.source.len().saturating_sub(height));
    let shown = play.source.iter().enumerate().skip(from).take(height);
    shown
        .map(|(index, text)| {
            let number = index as u32 + 1;
            // What is expected stands far to the right in a file; here there is no room for that.
            let text = match text.split_once("=>") {
                Some((call, answer)) => format!("{} =>{answer}", call.trim_end()),
                None => text.clone(),
            };
            let role = match text.trim_start() {
                _ if Some(number) == now => Role::Strong,
                start if start.starts_with("///") => Role::Story,
                start if start.starts_with("//") => Role::Faint,
                _ => Role::Plain,
            };
            let mark = match () {
                () if Some(number) == now => ">",
                () if play.is_misused(number) => "!",
                () => " ",
            };
            Line::of(Role::Strong, mark).and(Role::Faint, format!("{number:>4} ")).and(role, text)
        })
        .collect()
}

/// What was told, called and answered, and what changed.
pub(super) fn step(play: &Play, moment: Moment, width: usize) -> Vec<Line> {
    let Some(step) = play.step(moment) else { return Vec::new() };
    let mut lines = Vec::new();
    let mut add = |role, text: &str, indent: &str| {
        lines.extend(
            wrap(text, width.saturating_sub(indent.len()).max(10))
                .into_iter()
                .map(|line| Line::of(role, format!("{indent}{line}"))),
        );
    };
    add(Role::Story, &step.narration.join(" "), "");
    match step.kind {
        StepKind::Start => add(Role::Strong, "Before the first line", ""),
        StepKind::End => add(Role::Strong, "The file is over", ""),
        StepKind::Step | StepKind::Check => {
            let text = step.text.split_once("=>").map_or(step.text.as_str(), |(call, _)| call.trim_end());
            add(Role::Strong, text, "");
        }
    }
    let (role, answer) = answer(step);
    add(role, &answer, "  ");
    for returned in &step.returned {
        let answer = returned.answer.as_ref().map_or("no answer: it ended", |answer| &answer.text);
        add(
            Role::Plain,
            &format!("{}, waiting since line {} => {answer}", returned.actor, returned.line),
            "  ",
        );
    }
    for broken in &step.broken {
        let text = format!("FAIL {} {}: found {}", broken.kind, broken.expected, broken.found);
        add(Role::Bad, &text, "  ");
    }
    for misuse in play.misuses(step) {
        add(Role::Gone, &format!("! {}: {}", called(misuse), misuse.what), "  ");
        add(Role::Faint, &format!("help: {}", misuse.advice), "    ");
    }
    for change in &play.changes[moment] {
        for (role, text) in change.pieces() {
            add(role, text, "  ");
        }
    }
    lines
}

fn answer(step: &TraceStep) -> (Role, String) {
    match (&step.verdict, &step.answer) {
        (Verdict::Missed { expected, found }, _) => {
            (Role::Bad, format!("FAIL expected {expected}, found {found}"))
        }
        _ if step.blocked => (Role::Strong, "it waits".to_owned()),
        (Verdict::Met, None) => (Role::Good, "ok it holds".to_owned()),
        (Verdict::Met, Some(answer)) => (Role::Good, format!("ok => {}", answer.text)),
        (_, Some(answer)) if !answer.text.is_empty() => (Role::Plain, format!("=> {}", answer.text)),
        _ => (Role::Plain, String::new()),
    }
}

/// A handle table for each process.
pub(super) fn tables(play: &Play, place: &Place, width: usize) -> Vec<Line> {
    let moment = place.moment;
    let Some(step) = play.step(moment) else { return Vec::new() };
    let holders = play.history.holders(moment);
    let mut tables: HashMap<ObjectNo, Vec<(usize, &HandleLife)>> = HashMap::new();
    for (index, life) in play.history.handles.iter().enumerate() {
        let going = life.closed.is_some_and(|(closed, _)| closed == moment) && life.opened < moment;
        if life.is_open_at(moment) || going {
            tables.entry(life.process).or_default().push((index, life));
        }
    }
    let mut lines = Vec::new();
    for process in &step.state.processes {
        let about = match process.exit_code {
            Some(code) => format!("  ended with {code}"),
            None => format!("  pid {}", process.pid),
        };
        lines.push(Line::of(Role::Strong, &process.name).and(Role::Faint, about));
        let mut rows = tables.remove(&process.object).unwrap_or_default();
        rows.sort_by_key(|(index, life)| (life.handle, *index));
        if rows.is_empty() {
            lines.push(Line::of(Role::Faint, "  no handles"));
        }
        let held =
            |index: &usize| holders.get(index).map(|names| own(names, &process.name)).unwrap_or_default();
        let longest = rows.iter().map(|(index, _)| held(index).chars().count()).max();
        let held_width = longest.unwrap_or(0).min(MOST_HELD).min(width / 3);
        for (index, life) in rows {
            lines.push(row(play, place, life, (&held(&index), held_width), width));
        }
    }
    lines
}

/// The variables that hold a handle; in its own table a variable needs no process in front.
fn own(names: &[&str], process: &str) -> String {
    let own = |name: &&str| {
        let rest = name.strip_prefix(process).and_then(|rest| rest.strip_prefix('.'));
        rest.unwrap_or(name).to_owned()
    };
    names.iter().map(own).collect::<Vec<_>>().join(", ")
}

fn row(play: &Play, place: &Place, life: &HandleLife, held: (&str, usize), width: usize) -> Line {
    let (held, held_width) = held;
    let moment = place.moment;
    let gone = !life.is_open_at(moment);
    let changed = life.attributes.iter().any(|(when, _)| *when == moment);
    let (sign, role) = match () {
        () if gone => ("-", Role::Gone),
        () if life.opened == moment && moment > 0 => ("+", Role::New),
        () if changed && moment > 0 => ("~", Role::Strong),
        () => (" ", Role::Plain),
    };
    let flags = life.attributes.iter().rfind(|(when, _)| *when <= moment).map(|(_, flags)| *flags);
    let flag = |is: bool, word| if is { word } else { "" };
    let flags = flags.map_or(String::new(), |flags| {
        format!("{}{}", flag(flags.inherit, " inherit"), flag(flags.protect_from_close, " protect"))
    });
    let object = play.history.objects.get(&life.object);
    let access =
        object.map(|object| object.object_type.access_in_words(life.granted_access)).unwrap_or_default();
    let arrow = if place.chosen == Some(life.object) { Role::Strong } else { Role::Faint };
    let front = Line::of(role, format!("{sign} {:<6}", life.handle.to_string())).and(role, held);
    let behind = Line::of(arrow, format!(" {:<4}", life.object.to_string())).and(role, access);
    let room = width.saturating_sub(8 + held_width + flags.len());
    front.beside(8 + held_width, behind.fit(room).and(Role::Plain, flags))
}

/// The columns of both counts.
const COUNTS: usize = 10;
/// At least so much of an object's state is shown.
const LEAST_STATE: usize = 8;
/// Variables get no more columns than this.
const MOST_HELD: usize = 18;

/// Every object with both counts.
pub(super) fn objects(play: &Play, place: &Place, width: usize) -> Vec<Line> {
    let Some(step) = play.step(place.moment) else { return Vec::new() };
    let before = play.before(place.moment);
    let longest = step.state.objects.iter().map(|object| named(play, object.object).chars().count()).max();
    let name_width = longest.unwrap_or(0).min(width.saturating_sub(3 + COUNTS + LEAST_STATE)).max(8);
    let heading = |text: &str| Line::of(Role::Faint, text);
    let mut lines = vec![heading("  object").beside(3 + name_width, heading("hnd  ref  state"))];
    let cells = |object: &ObjectState| {
        let was = before.and_then(|before| before.object(object.object));
        let (sign, role) = match was {
            _ if place.moment == 0 => (" ", Role::Plain),
            None => ("+", Role::New),
            Some(was) if was != object => ("~", Role::Strong),
            Some(_) => (" ", Role::Plain),
        };
        let role = if place.chosen == Some(object.object) { Role::Good } else { role };
        let moved = |old: u32, new: u32| if old == new { new.to_string() } else { format!("{old}>{new}") };
        let (handles, pointers) = (object.handle_count, object.pointer_count);
        let (old_handles, old_pointers) =
            was.map_or((handles, pointers), |was| (was.handle_count, was.pointer_count));
        let chosen = if place.chosen == Some(object.object) { ">" } else { sign };
        let counts = format!("{:<4} {:<4} ", moved(old_handles, handles), moved(old_pointers, pointers));
        let name = Line::of(role, format!("{chosen} {}", named(play, object.object))).fit(2 + name_width);
        name.beside(3 + name_width, Line::of(role, counts).and(role, &object.state))
    };
    let deleted = |object: &ObjectState| {
        let name = Line::of(Role::Gone, format!("x {}", named(play, object.object))).fit(2 + name_width);
        name.beside(3 + name_width, Line::of(Role::Gone, "deleted"))
    };
    let living = step.state.objects.iter().map(|object| (object.object, cells(object)));
    let gone = before.iter().flat_map(|before| &before.objects);
    let gone = gone.filter(|object| step.state.object(object.object).is_none());
    let mut all: Vec<_> = living.chain(gone.map(|object| (object.object, deleted(object)))).collect();
    all.sort_by_key(|(no, _)| *no);
    lines.extend(all.into_iter().map(|(_, line)| line));
    lines
}

/// The number first: it is what the tables point with.
fn named(play: &Play, no: ObjectNo) -> String {
    let called = play.history.called(no);
    called.replacen(&format!(" {no}"), "", 1).trim().split_once(' ').map_or_else(
        || format!("{no} {}", called.split(' ').next().unwrap_or_default()),
        |(kind, name)| format!("{no} {kind} {name}"),
    )
}
