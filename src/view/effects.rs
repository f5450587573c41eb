//! How is a change told?
//!
//! ```
//! use handlelab::view::effects::count;
//!
//! assert_eq!(count(1, "handle"), "1 handle");
//! assert_eq!(count(2, "handle"), "2 handles");
//! ```

use super::markup::{Markup, Role};
use crate::kernel::effects::{CloseReason, OpenReason, Transfer};
use crate::kernel::{Effect, ObjectNo, Reference};
use crate::run::trace::{ObjectState, Snapshot, TraceStep};
use std::collections::HashMap;

/// What readers call the objects that were ever there: `Event #3 "Ready"`.
///
/// ```
/// use handlelab::kernel::ObjectNo;
/// use handlelab::run::record;
/// use handlelab::scenario::Document;
/// use handlelab::view::effects::Names;
///
/// let text = "process p\np: h = CreateEvent(lpName: \"Ready\")\np: CloseHandle(h)\n";
/// let (_, trace) = record("a.hlab", &Document::read(text).expect("it can be read"));
/// let mut names = Names::default();
/// trace.steps.iter().for_each(|step| names.learn_step(step));
/// assert_eq!(names.object(ObjectNo(3)), "Event #3 \"Ready\"", "what has gone is still called so");
/// assert_eq!((names.process(ObjectNo(1)), names.thread(ObjectNo(2))), ("p".to_owned(), "p".to_owned()));
/// assert_eq!(names.object(ObjectNo(9)), "object #9");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Names {
    known: Snapshot,
    names: HashMap<ObjectNo, String>,
    processes: HashMap<ObjectNo, String>,
}

impl Names {
    /// Learns the objects of a state.
    pub fn learn(&mut self, state: &Snapshot) {
        for object in state.objects.news(&self.known.objects) {
            self.names.insert(object.object, describe(object));
        }
        for process in state.processes.news(&self.known.processes) {
            self.processes.insert(process.object, process.name.to_string());
        }
        self.known = state.clone();
    }

    /// Learns what came and went within one step.
    pub fn learn_step(&mut self, step: &TraceStep) {
        for effect in &step.effects {
            if let Effect::ObjectCreated { object, object_type, label } = effect {
                let label = label.as_ref().map(|label| format!(" {label}")).unwrap_or_default();
                self.names.insert(*object, format!("{} {object}{label}", object_type.win32()));
                if let Some(label) = label.strip_prefix(' ').filter(|_| object_type.win32() == "Process") {
                    self.processes.insert(*object, label.to_owned());
                }
            }
        }
        self.learn(&step.state);
    }

    /// What an object is called.
    pub fn object(&self, no: ObjectNo) -> String {
        self.names.get(&no).cloned().unwrap_or_else(|| format!("object {no}"))
    }

    /// What a process is called.
    pub fn process(&self, no: ObjectNo) -> String {
        self.processes.get(&no).cloned().unwrap_or_else(|| format!("process {no}"))
    }

    /// What a thread is called: like its process if it is the first.
    pub fn thread(&self, no: ObjectNo) -> String {
        let name = self.object(no);
        name.split_once(&format!("{no} ")).map_or(name.clone(), |(_, label)| label.to_owned())
    }
}

fn describe(object: &ObjectState) -> String {
    let name = match (&object.name, object.named) {
        (Some(name), true) => format!(" \"{name}\""),
        (Some(name), false) => format!(" {name}"),
        (None, _) => String::new(),
    };
    format!("{} {}{name}", object.object_type.win32(), object.object)
}

/// A number of things: `1 handle`, `2 handles`.
pub fn count(number: u32, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// The changes of a step, a line each, without what another line tells already.
///
/// ```
/// use handlelab::run::record;
/// use handlelab::scenario::Document;
/// use handlelab::view::effects::{Names, tell};
///
/// let (_, trace) = record("a.hlab", &Document::read("process p\np: CreateMutex()\n").expect("it can be read"));
/// let mut names = Names::default();
/// trace.steps.iter().for_each(|step| names.learn_step(step));
/// let lines: Vec<String> = tell(&trace.steps[1].effects, &names).iter().map(|line| line.plain()).collect();
/// assert_eq!(lines[0], "+ Mutex #3 is created");
/// ```
pub fn tell(effects: &[Effect], names: &Names) -> Vec<Markup> {
    let mut lines = Vec::new();
    let mut handles_left = 0;
    for effect in effects {
        match effect {
            Effect::HandleClosed { handle_count, .. } => handles_left = *handle_count,
            // A handle that went took its reference with it; only what is left beside handles is news.
            Effect::ReferenceDropped { reference: Reference::Handle, pointer_count, .. }
                if *pointer_count == handles_left =>
            {
                continue;
            }
            _ => {}
        }
        if let Some((sign, role, text)) = sentence(effect, names) {
            let mut line = Markup::default();
            line.push(role, format!("{sign} {text}"));
            lines.push(line);
        }
    }
    lines
}

/// A change as a sign, its role and a sentence.
fn sentence(effect: &Effect, names: &Names) -> Option<(&'static str, Role, String)> {
    Some(match effect {
        Effect::ObjectCreated { object, .. } => {
            ("+", Role::New, format!("{} is created", names.object(*object)))
        }
        Effect::NameAdded { name, .. } => ("+", Role::New, format!("the name \"{name}\" is taken")),
        Effect::NameRemoved { name, .. } => {
            ("-", Role::Gone, format!("the name \"{name}\" is gone with the last handle"))
        }
        Effect::HandleOpened { process, handle, object, reason, handle_count, .. } => {
            let how = match reason {
                OpenReason::Create | OpenReason::Open => String::new(),
                OpenReason::Duplicate { process, handle } => {
                    format!(", duplicated from {} {handle}", names.process(*process))
                }
                OpenReason::Inherit { process } => format!(", inherited from {}", names.process(*process)),
            };
            let process = names.process(*process);
            let counted = count(*handle_count, "handle");
            ("+", Role::New, format!("{process} {handle} -> {}{how} ({counted})", names.object(*object)))
        }
        Effect::HandleClosed { process, handle, object, reason, handle_count } => {
            let why = match reason {
                CloseReason::Close => "closed",
                CloseReason::CloseSource => "closed as the source",
                CloseReason::Exit => "closed at exit",
            };
            let left = count(*handle_count, "handle");
            let process = names.process(*process);
            ("-", Role::Gone, format!("{process} {handle} -> {} {why} ({left} left)", names.object(*object)))
        }
        Effect::HandleChanged { process, handle, attributes } => {
            let inherit = if attributes.inherit { "inheritable" } else { "not inheritable" };
            let protect = if attributes.protect_from_close { ", protected from closing" } else { "" };
            ("~", Role::Plain, format!("{} {handle} is {inherit}{protect}", names.process(*process)))
        }
        Effect::ReferenceTaken { object, reference, pointer_count } => {
            let by = reference_by(*reference, names)?;
            let counted = count(*pointer_count, "reference");
            ("+", Role::Faint, format!("{by} {} ({counted})", names.object(*object)))
        }
        Effect::ReferenceDropped { object, reference: Reference::Handle, pointer_count }
            if *pointer_count > 0 =>
        {
            let left = count(*pointer_count, "reference");
            ("-", Role::Faint, format!("{} lives on: {left} left", names.object(*object)))
        }
        Effect::ReferenceDropped { object, reference, pointer_count } => {
            let by = reference_by(*reference, names)?;
            let left = count(*pointer_count, "reference");
            ("-", Role::Faint, format!("no longer: {by} {} ({left} left)", names.object(*object)))
        }
        Effect::ObjectDeleted { object } => {
            ("x", Role::Gone, format!("{} is destroyed", names.object(*object)))
        }
        Effect::StateChanged { object, state } => {
            ("~", Role::Plain, format!("{} is now: {state}", names.object(*object)))
        }
        Effect::ProcessStarted { process, pid } => {
            ("+", Role::New, format!("process {} runs, id {pid}", names.process(*process)))
        }
        Effect::ProcessExited { process, exit_code } => {
            ("x", Role::Gone, format!("process {} has ended with {exit_code}", names.process(*process)))
        }
        Effect::ThreadStarted { .. } => return None,
        Effect::ThreadExited { thread, exit_code } => {
            ("x", Role::Faint, format!("thread {} has ended with {exit_code}", names.thread(*thread)))
        }
        Effect::ThreadBlocked { thread, objects } if objects.is_empty() => {
            (".", Role::Strong, format!("{} sleeps", names.thread(*thread)))
        }
        Effect::ThreadBlocked { thread, objects } => {
            let objects: Vec<String> = objects.iter().map(|object| names.object(*object)).collect();
            (".", Role::Strong, format!("{} waits for {}", names.thread(*thread), objects.join(" and ")))
        }
        Effect::ThreadReleased { thread } => {
            (">", Role::Strong, format!("{} goes on", names.thread(*thread)))
        }
        Effect::ThreadSuspended { thread, suspend_count } => (
            "~",
            Role::Plain,
            format!("{} is suspended {}", names.thread(*thread), count(*suspend_count, "time")),
        ),
        Effect::MutexAbandoned { object, thread } => {
            let text = format!("{} is abandoned by {}", names.object(*object), names.thread(*thread));
            ("~", Role::Gone, text)
        }
        Effect::DataMoved { object, how, bytes } => {
            let how = match how {
                Transfer::Read => "read from",
                Transfer::Written => "written to",
            };
            ("~", Role::Plain, format!("{} {how} {}", count(*bytes, "byte"), names.object(*object)))
        }
        Effect::FileCreated { path } => ("+", Role::New, format!("the file {path} is created on the disk")),
        Effect::FileDeleted { path } => ("-", Role::Gone, format!("the file {path} is gone from the disk")),
        Effect::TimePassed { now } => ("~", Role::Plain, format!("the clock shows {now} ms")),
    })
}

fn reference_by(reference: Reference, names: &Names) -> Option<String> {
    match reference {
        Reference::Wait(thread) => Some(format!("{}'s wait refers to", names.thread(thread))),
        Reference::View(process) => Some(format!("{}'s view refers to", names.process(process))),
        Reference::Section(section) => Some(format!("{} refers to", names.object(section))),
        Reference::Job(process) => Some(format!("{} runs in", names.process(process))),
        Reference::Handle | Reference::Running | Reference::ThreadOf(_) | Reference::Name => None,
    }
}
