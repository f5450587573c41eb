//! What is still held, by whom, and which line opened it?
//!
//! A file has no loops, so lines with the same text by the same actor count as one place. A handle that was moved away is
//! closed, and a process that has ended holds nothing.
//!
//! ```
//! use handlelab::run::{history::History, record};
//! use handlelab::scenario::Document;
//! use handlelab::view::leaks::leaks;
//!
//! let document = Document::read("process p\np: h = CreateEvent()\n").expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! let history = History::of(&trace);
//! let (told, handles) = leaks(&trace, &history, history.moment(None), 80);
//! assert_eq!(handles, 1);
//! assert!(told.plain().contains("Event"));
//! ```

use super::effects::count;
use super::markup::{Markup, Role};
use super::story::wrap;
use crate::kernel::ObjectNo;
use crate::kernel::effects::{CloseReason, OpenReason};
use crate::run::history::{History, Moment};
use crate::run::trace::Trace;
use std::collections::BTreeMap;

/// A place that opens this many handles which stay open deserves a word.
const MANY: usize = 4;
/// No more handles of one place are listed.
const MOST_LISTED: usize = 8;

/// What one place of the file opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// The text of its lines, without what they expect.
    pub text: String,
    /// Its lines.
    pub lines: Vec<u32>,
    /// The entries that are still in a table: indices into [`History::handles`].
    pub held: Vec<usize>,
    /// How many were closed by a call, be it as the source of a duplicate; those that a child inherited do not count.
    pub closed: usize,
    /// How many were closed because their process ended; the same holds.
    pub ended: usize,
}

/// The places that opened what is held at a moment, in order of the file.
///
/// ```
/// use handlelab::run::{history::History, record};
/// use handlelab::scenario::Document;
/// use handlelab::view::leaks::held;
///
/// let text = "process p\np: h = CreateEvent()\np: h = CreateEvent()\np: CloseHandle(h)\n";
/// let (_, trace) = record("a.hlab", &Document::read(text).expect("it can be read"));
/// let history = History::of(&trace);
/// let places = held(&trace, &history, history.moment(None));
/// assert_eq!((places.len(), places[0].lines.as_slice()), (1, &[2, 3][..]), "lines with the same text are one place");
/// assert_eq!((places[0].held.len(), places[0].closed), (1, 1));
/// ```
pub fn held(trace: &Trace, history: &History, moment: Moment) -> Vec<Opened> {
    let mut places: BTreeMap<String, Opened> = BTreeMap::new();
    for (index, life) in history.handles.iter().enumerate().filter(|(_, life)| life.opened <= moment) {
        let Some(step) = trace.steps.get(life.opened) else { continue };
        let text = step.text.split("=>").next().unwrap_or_default().trim_end();
        let place = places.entry(text.to_owned()).or_default();
        place.text = text.to_owned();
        if place.lines.last() != Some(&step.line) {
            place.lines.push(step.line);
        }
        let inherited = matches!(life.reason, OpenReason::Inherit { .. });
        match life.closed.filter(|(closed, _)| *closed <= moment) {
            None => place.held.push(index),
            Some(_) if inherited => {}
            Some((_, CloseReason::Exit)) => place.ended += 1,
            Some((_, CloseReason::Close | CloseReason::CloseSource)) => place.closed += 1,
        }
    }
    let mut places: Vec<Opened> = places.into_values().filter(|place| !place.held.is_empty()).collect();
    places.sort_by(|one, other| one.lines.cmp(&other.lines));
    places
}

/// The report, and how many handles are held.
pub fn leaks(trace: &Trace, history: &History, moment: Moment, width: usize) -> (Markup, usize) {
    let width = width.clamp(40, 200);
    let places = held(trace, history, moment);
    let number: usize = places.iter().map(|place| place.held.len()).sum();
    let mut out = Markup::default();
    let place = history.place(moment);
    if number == 0 {
        out.push(Role::Good, format!("No handle is held at {place}.")).line();
    } else {
        let are = if number == 1 { "is" } else { "are" };
        let handles = count(number as u32, "handle");
        out.push(Role::Strong, format!("{handles} {are} held at {place}.")).line();
    }
    let holders = history.holders(moment);
    for opened in &places {
        heading(&opened.lines, &opened.text, width, &mut out);
        for entry in opened.held.iter().take(MOST_LISTED) {
            let life = &history.handles[*entry];
            let names = holders.get(entry).map(|names| names.join(", "));
            let held_in =
                names.map_or_else(|| nowhere(history, *entry).to_owned(), |names| format!("in {names}"));
            let (process, object) = (history.actor(life.process), history.called(life.object));
            let how = origin(history, *entry);
            let line = format!("{process} {} -> {object}, {held_in}{how}", life.handle);
            push_wrapped(Role::Plain, &line, width, &mut out);
        }
        if let Some(more @ 1..) = opened.held.len().checked_sub(MOST_LISTED) {
            push_wrapped(Role::Faint, &format!("… and {more} more"), width, &mut out);
        }
        for sign in signs(history, opened) {
            push_wrapped(Role::Bad, &sign, width, &mut out);
        }
    }
    spread(trace, history, moment, width, &mut out);
    (out, number)
}

/// Nobody knows the value any more, or nobody has ever known it.
fn nowhere(history: &History, entry: usize) -> &'static str {
    let kept = history.assignments.iter().any(|held| held.entry == Some(entry));
    if kept { "in no variable any more" } else { "in no variable" }
}

fn heading(lines: &[u32], text: &str, width: usize, out: &mut Markup) {
    let shown: Vec<String> = lines.iter().take(6).map(ToString::to_string).collect();
    let more = if lines.len() > shown.len() { ", …" } else { "" };
    let word = if lines.len() == 1 { "line" } else { "lines" };
    out.line().push(Role::Strong, format!("{word} {}{more}", shown.join(", "))).line();
    for line in wrap(text, width.saturating_sub(2)) {
        out.push(Role::Faint, format!("  {line}")).line();
    }
}

fn push_wrapped(role: Role, text: &str, width: usize, out: &mut Markup) {
    for (at, line) in wrap(text, width.saturating_sub(8)).into_iter().enumerate() {
        let indent = if at == 0 { "    " } else { "        " };
        out.push(role, format!("{indent}{line}")).line();
    }
}

/// Where an inherited or duplicated handle started.
fn origin(history: &History, entry: usize) -> String {
    let mut first = entry;
    while let Some(source) = history.handles[first].source {
        first = source;
    }
    if first == entry {
        return String::new();
    }
    let how = match history.handles[entry].reason {
        OpenReason::Inherit { .. } => "inherited",
        _ => "duplicated",
    };
    let life = &history.handles[first];
    let process = history.actor(life.process);
    format!(", {how}: {process} opened the first at {}", history.place(life.opened))
}

fn signs(history: &History, opened: &Opened) -> Vec<String> {
    let mut signs = Vec::new();
    let own = opened.held.iter().map(|entry| &history.handles[*entry]);
    let held = own.filter(|life| !matches!(life.reason, OpenReason::Inherit { .. })).count();
    let all = held + opened.closed + opened.ended;
    if held >= MANY {
        signs.push(format!("! opens many: {held} of {all} are still held"));
    }
    if opened.closed > 0 && held > 0 {
        let often = if opened.lines.len() > 1 { "sometimes" } else { "partly" };
        signs.push(format!("! {often} closed, {often} not: {} closed, {held} still held", opened.closed));
    }
    signs
}

/// Handles that went into more than one child, closed or not: the way in which a file stays locked although its owner
/// has closed it.
fn spread(trace: &Trace, history: &History, moment: Moment, width: usize, out: &mut Markup) {
    let mut heirs: BTreeMap<usize, Vec<(ObjectNo, Moment)>> = BTreeMap::new();
    for life in history.handles.iter().filter(|life| life.opened <= moment) {
        if let (OpenReason::Inherit { .. }, Some(source)) = (&life.reason, life.source) {
            heirs.entry(source).or_default().push((life.process, life.opened));
        }
    }
    heirs.retain(|_, heirs| heirs.len() > 1);
    if heirs.is_empty() {
        return;
    }
    out.line().push(Role::Strong, "Inherited by more than one child. Was that meant?").line();
    for (source, heirs) in heirs {
        let life = &history.handles[source];
        let Some(step) = trace.steps.get(life.opened) else { continue };
        let text = step.text.split("=>").next().unwrap_or_default().trim_end();
        heading(&[step.line], text, width, out);
        let heirs: Vec<String> = heirs
            .iter()
            .map(|(heir, when)| format!("{} at {}", history.actor(*heir), history.place(*when)))
            .collect();
        let (process, object) = (history.actor(life.process), history.called(life.object));
        let line = format!("{process} {} -> {object} went into {}", life.handle, heirs.join(" and "));
        push_wrapped(Role::Plain, &line, width, out);
        let end = match life.closed.filter(|(closed, _)| *closed <= moment) {
            Some((closed, _)) => format!("{process} closed its own at {}", history.place(closed)),
            None => format!("{process} holds its own still"),
        };
        push_wrapped(Role::Plain, &end, width, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::record;
    use crate::scenario::Document;

    fn report(source: &str, line: Option<u32>) -> (String, usize) {
        let (run, trace) = record("test.hlab", &Document::read(source).unwrap());
        assert!(run.is_good(), "{run:#?}");
        let history = History::of(&trace);
        let (markup, number) = leaks(&trace, &history, history.moment(line), 100);
        (markup.plain(), number)
    }

    #[test]
    fn whoever_closes_everything_holds_nothing() {
        let (text, number) = report("process p\np: h = CreateEvent()\np: CloseHandle(h)\n", None);
        assert_eq!((text.as_str(), number), ("No handle is held at the end of the file.\n", 0));
    }

    #[test]
    fn a_process_that_has_ended_holds_nothing() {
        assert_eq!(report("process p\np: h = CreateEvent()\np: ExitProcess(0)\n", None).1, 0);
    }

    #[test]
    fn a_handle_that_was_moved_away_is_held_by_its_new_owner_only() {
        let source = "process p\np: CreateProcess(\"q\", &pi)\np: h = CreateEvent()\n\
            p: DuplicateHandle(GetCurrentProcess(), h, pi.hProcess, &h2, dwOptions: DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE)\n\
            p: CloseHandle(pi.hProcess)\np: CloseHandle(pi.hThread)\n";
        let (text, number) = report(source, None);
        assert_eq!(number, 1);
        assert!(text.contains("line 4\n"), "{text}");
        assert!(
            text.contains("q 0x4 -> Event #5, in p.h2, duplicated: p opened the first at line 3"),
            "{text}"
        );
        assert!(!text.contains("p 0xc"), "{text}");
    }

    #[test]
    fn a_value_that_was_overwritten_is_told_from_one_that_was_never_kept() {
        let (text, _) =
            report("process p\np: h = CreateEvent()\np: h = CreateMutex()\np: CreateEvent()\n", None);
        assert!(text.contains("p 0x4 -> Event #3, in no variable any more\n"), "{text}");
        assert!(text.contains("p 0xc -> Event #5, in no variable\n"), "{text}");
    }

    #[test]
    fn a_line_that_opens_two_handles_of_which_one_is_closed_is_marked() {
        let source = "process p\np: CreateProcess(\"q\", &pi)\np: CloseHandle(pi.hThread)\n";
        let (text, number) = report(source, None);
        assert_eq!(number, 1);
        assert!(text.contains("line 2\n") && text.contains("in p.pi.hProcess"), "{text}");
        assert!(text.contains("! partly closed, partly not: 1 closed, 1 still held"), "{text}");
    }

    #[test]
    fn what_a_child_inherited_and_closed_says_nothing_of_the_line_that_created_it() {
        let source = "process p\np: h = CreateEvent(bInheritHandle: TRUE)\np: CreateProcess(\"q\", bInheritHandles: TRUE)\n\
            q: CloseHandle(p.h)\n";
        assert!(!report(source, None).0.contains('!'));
    }

    #[test]
    fn a_place_that_closes_sometimes_and_one_that_opens_many_are_marked() {
        let mut source = "process p\n".to_owned();
        for turn in 0..6 {
            source.push_str("p: h = CreateEvent()\n");
            if turn == 3 {
                source.push_str("p: CloseHandle(h)\n");
            }
        }
        let (text, number) = report(&source, None);
        assert_eq!(number, 5);
        assert!(text.contains("lines 2, 3, 4, 5, 7, 8\n"), "{text}");
        assert!(text.contains("! opens many: 5 of 6 are still held"), "{text}");
        assert!(text.contains("! sometimes closed, sometimes not: 1 closed, 5 still held"), "{text}");
        assert!(text.contains("p 0x4 -> Event #3, in no variable any more"), "{text}");
    }
}
