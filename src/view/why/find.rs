//! Which object does somebody mean who asks for `parent.hEvent`, `"Ready"`, `child` or `#3`?

use crate::kernel::{ObjectNo, ObjectType};
use crate::run::history::{History, Moment, ObjectLife};
use crate::scenario::suggest::closest;

/// Nothing is called so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What is wrong with it.
    pub message: String,
    /// What was probably meant, or what there is.
    pub help: String,
}

/// Finds an object as the kernel's eye would at a moment: what lives is preferred to what has gone, and the younger to the
/// older.
///
/// ```
/// use handlelab::run::{history::History, record};
/// use handlelab::scenario::Document;
/// use handlelab::view::why::find;
///
/// let text = "process p\np: h = CreateEvent(lpName: \"Ready\")\n";
/// let (_, trace) = record("a.hlab", &Document::read(text).expect("it can be read"));
/// let history = History::of(&trace);
/// let at = history.moment(None);
/// for spelled in ["p.h", "\"Ready\"", "#3"] {
///     assert_eq!(history.called(find(&history, spelled, at)?), "Event #3 \"Ready\"");
/// }
/// assert_eq!(find(&history, "#3", 0).map_err(|unknown| unknown.help), Err("It is created at line 2.".to_owned()));
/// # Ok::<(), handlelab::view::why::Unknown>(())
/// ```
///
/// # Errors
/// When nothing is called so up to that moment.
pub fn find(history: &History, spelled: &str, moment: Moment) -> Result<ObjectNo, Unknown> {
    let word = spelled.trim();
    let (word, quoted) = match word.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => (inner, true),
        None => (word, false),
    };
    if !quoted && let Some(number) = word.strip_prefix('#') {
        return by_number(history, number, moment);
    }
    let by_name = || best(history, moment, |life| life.name.as_deref() == Some(word));
    let by_label = || best(history, moment, |life| life.label.as_deref() == Some(word));
    let found = if quoted {
        by_name().or_else(by_label)
    } else {
        match by_variable(history, word, moment) {
            Some(Ok(object)) => Some(object),
            Some(Err(unknown)) => return Err(unknown),
            None => by_label().or_else(by_name),
        }
    };
    found.ok_or_else(|| nobody(history, word, moment))
}

fn by_number(history: &History, number: &str, moment: Moment) -> Result<ObjectNo, Unknown> {
    let no = number.parse().map(ObjectNo).ok();
    let known = no.and_then(|no| Some((no, history.objects.get(&no)?)));
    match known {
        Some((no, life)) if life.created <= moment => Ok(no),
        Some((no, life)) => Err(Unknown {
            message: format!("{} is not there yet", history.called(no)),
            help: format!("It is created at {}.", history.place(life.created)),
        }),
        None => Err(Unknown {
            message: format!("there is no object #{number}"),
            help: match history.objects.last_key_value() {
                Some((last, _)) => format!("The objects of this run are #1 to {last}."),
                None => "This run has no objects.".to_owned(),
            },
        }),
    }
}

/// A variable with its process, or without it when only one process has one of that name.
fn by_variable(history: &History, word: &str, moment: Moment) -> Option<Result<ObjectNo, Unknown>> {
    let variables = history.variables(moment);
    let ending = format!(".{word}");
    let mut owners = variables.iter().filter(|(name, _)| name.ends_with(&ending));
    let assignment = match (variables.get(word), owners.next(), owners.next()) {
        (Some(assignment), ..) => assignment,
        (None, Some((_, assignment)), None) => assignment,
        (None, Some((first, _)), Some((second, _))) => {
            return Some(Err(Unknown {
                message: format!("more than one process has a variable {word}"),
                help: format!("Write `{first}` or `{second}`."),
            }));
        }
        (None, None, _) => return None,
    };
    Some(assignment.object.ok_or_else(|| Unknown {
        message: format!("{} names no object", assignment.variable),
        help: format!(
            "It got its value at {}, and that value is no handle.",
            history.place(assignment.moment)
        ),
    }))
}

fn best(history: &History, moment: Moment, is_it: impl Fn(&ObjectLife) -> bool) -> Option<ObjectNo> {
    let candidates = history.objects.iter().filter(|(_, life)| life.created <= moment && is_it(life));
    candidates
        .max_by_key(|(no, life)| (life.is_alive_at(moment), life.object_type == ObjectType::Process, **no))
        .map(|(no, _)| *no)
}

fn nobody(history: &History, word: &str, moment: Moment) -> Unknown {
    let variables = history.variables(moment);
    let mut known: Vec<&str> =
        variables.iter().filter(|(_, held)| held.object.is_some()).map(|(name, _)| *name).collect();
    let living = history.objects.values().filter(|life| life.created <= moment);
    known.extend(living.flat_map(|life| [life.name.as_deref(), life.label.as_deref()]).flatten());
    let message = format!("nothing is called {word} up to {}", history.place(moment));
    let help = match closest(word, known.iter().copied()) {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None if known.is_empty() => "This run has no objects.".to_owned(),
        None => {
            known.dedup();
            let more = if known.len() > 8 { ", …" } else { "" };
            known.truncate(8);
            format!("There are {}{more}.", known.join(", "))
        }
    };
    Unknown { message, help }
}
