//! Why is an object alive, or what ended it?
//!
//! ```
//! use handlelab::run::{history::History, record};
//! use handlelab::scenario::Document;
//! use handlelab::view::why::{find, why};
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\n";
//! let document = Document::read(text).expect("it can be read");
//! let (_, trace) = record("a.hlab", &document);
//! let history = History::of(&trace);
//! let at = history.moment(Some(2));
//! let event = find(&history, "p.h", at).expect("it is called so");
//! assert!(why(&trace, &history, event, at, 80).plain().contains("is alive"));
//! ```

mod find;
pub mod freeing;
mod pedigree;

pub use find::{Unknown, find};

use super::effects::count;
use super::markup::{Markup, Role};
use super::story::wrap;
use crate::kernel::effects::CloseReason;
use crate::kernel::{Effect, Handle, ObjectNo, Reference};
use crate::run::history::{History, Moment, ObjectLife};
use crate::run::trace::{HandleRow, Snapshot, StepKind, Trace};
use freeing::{Act, Freeing};

/// Everything that keeps an object alive at a moment, where each handle came from, and what would free it; for one that
/// has gone, what ended it.
pub fn why(trace: &Trace, history: &History, object: ObjectNo, moment: Moment, width: usize) -> Markup {
    let (Some(life), Some(step)) = (history.objects.get(&object), trace.steps.get(moment)) else {
        return Markup::default();
    };
    let width = width.clamp(40, 200);
    let page = Page { trace, history, object, moment, width, life, state: &step.state };
    let mut out = Markup::default();
    if life.is_alive_at(moment) {
        page.alive(&mut out)
    } else {
        page.gone(&mut out)
    }
    out
}

struct Page<'t> {
    trace: &'t Trace,
    history: &'t History,
    object: ObjectNo,
    moment: Moment,
    width: usize,
    life: &'t ObjectLife,
    state: &'t Snapshot,
}

impl Page<'_> {
    fn alive(&self, out: &mut Markup) {
        let Some(found) = self.state.object(self.object) else { return };
        let called = self.history.called(self.object);
        self.told(Role::Strong, "", &format!("{called} is alive {}", self.behind()), out);
        let handles = count(found.handle_count, "handle");
        let references = count(found.pointer_count, "reference");
        let state = if found.state.is_empty() { String::new() } else { format!("; state: {}", found.state) };
        self.told(Role::Plain, "  ", &format!("{handles}, {references} in all{state}"), out);
        if self.life.name.is_some() && !found.named {
            let lost = "its name has gone with its last handle: nobody can open it any more";
            self.told(Role::Gone, "  ", lost, out);
        }
        self.handles(out);
        self.others(&found.references, out);
        self.pedigree(out);
        self.freeing(out);
    }

    fn behind(&self) -> String {
        match self.trace.steps.get(self.moment).map(|step| step.kind) {
            Some(StepKind::Start | StepKind::End) | None => format!("at {}", self.place(self.moment)),
            Some(StepKind::Step | StepKind::Check) => format!("behind {}", self.place(self.moment)),
        }
    }

    fn place(&self, moment: Moment) -> String {
        self.history.place(moment)
    }

    fn handles(&self, out: &mut Markup) {
        let holders = self.history.holders(self.moment);
        let mut rows: Vec<(String, &HandleRow, String)> = Vec::new();
        for process in &self.state.processes {
            for row in process.handles.iter().filter(|row| row.object == self.object) {
                let entry = self.history.entry_at(process.object, row.handle, self.moment);
                let held = entry.and_then(|entry| holders.get(&entry)).map(|names| names.join(", "));
                rows.push((format!("{} {}", process.name, row.handle), row, held.unwrap_or_default()));
            }
        }
        if rows.is_empty() {
            return;
        }
        out.line().push(Role::Strong, "Handles").line();
        let width = rows.iter().map(|(who, ..)| who.chars().count()).max().unwrap_or_default();
        for (who, row, held) in rows {
            let held = if held.is_empty() { "in no variable".to_owned() } else { format!("in {held}") };
            let mut flags = String::new();
            if row.inherit {
                flags.push_str(", inheritable");
            }
            if row.protect_from_close {
                flags.push_str(", protected from closing");
            }
            let access = if row.access == "0" { "no right at all" } else { &row.access };
            out.push(Role::Plain, format!("  {who:<width$}  {held}")).line();
            for line in wrap(&format!("{access}{flags}"), self.width.saturating_sub(width + 4)) {
                out.push(Role::Faint, format!("  {:<width$}  {line}", "")).line();
            }
        }
    }

    /// The references that are no handles.
    fn others(&self, references: &[Reference], out: &mut Markup) {
        if references.is_empty() {
            return;
        }
        out.line().push(Role::Strong, "References that are no handles").line();
        for reference in references {
            self.told(Role::Plain, "  ", &self.reference(*reference), out);
        }
    }

    fn reference(&self, reference: Reference) -> String {
        let actor = |no| self.history.actor(no);
        match reference {
            Reference::Handle => "a handle".to_owned(),
            Reference::Running => "it runs: whatever runs keeps its own object".to_owned(),
            Reference::ThreadOf(thread) => {
                format!("{} is a thread of it and keeps its process", self.history.called(thread))
            }
            Reference::Wait(thread) => {
                let since = self.blocked_since(thread);
                format!("{} waits for it{since}", actor(thread))
            }
            Reference::Name => "its name in the directory".to_owned(),
            Reference::View(process) => format!("{} has a view of it mapped", actor(process)),
            Reference::Section(section) => format!("{} is a mapping of it", self.history.called(section)),
            Reference::Job(process) => format!("{} runs in this job", actor(process)),
        }
    }

    fn blocked_since(&self, thread: ObjectNo) -> String {
        let blocks =
            |effect: &Effect| matches!(effect, Effect::ThreadBlocked { thread: who, .. } if *who == thread);
        let since = self.trace.steps[..=self.moment].iter().rposition(|step| step.effects.iter().any(blocks));
        since.map(|moment| format!(" since {}", self.place(moment))).unwrap_or_default()
    }

    fn pedigree(&self, out: &mut Markup) {
        let lines = pedigree::pedigree(self.history, self.object, self.moment);
        if lines.is_empty() {
            return;
        }
        out.line().push(Role::Strong, "Where its handles came from").line();
        for line in lines {
            let role = if line.open { Role::Plain } else { Role::Faint };
            let (lead, hang) = (format!("  {}", line.lead), format!("  {}    ", line.below));
            self.hanging(role, &lead, &hang, &line.text, out);
        }
    }

    fn freeing(&self, out: &mut Markup) {
        let Freeing { acts, shorter } = freeing::freeing(self.object, self.state, self.history, self.moment);
        if acts.is_empty() {
            return;
        }
        let all = if acts.len() == 1 { "This would free it" } else { "All of these together would free it" };
        out.line().push(Role::Strong, all).line();
        for act in &acts {
            self.told(Role::Plain, "  ", &self.act(*act), out);
        }
        for (process, number) in shorter {
            let process = self.history.actor(process);
            self.told(Role::Faint, "  ", &format!("or, for {number} of them at once: {process} ends"), out);
        }
    }

    fn act(&self, act: Act) -> String {
        let actor = |no| self.history.actor(no);
        match act {
            Act::Close(process, handle) => {
                let entry = self.history.entry_at(process, handle, self.moment);
                let opened = entry.map(|entry| {
                    let life = &self.history.handles[entry];
                    let other = if life.object == self.object {
                        String::new()
                    } else {
                        format!(", which keeps {}", self.history.called(life.object))
                    };
                    format!("   opened at {}{other}", self.place(life.opened))
                });
                let closing = self.closing(process, handle);
                let protected = if self.is_protected(process, handle) {
                    "; it is protected: clear HANDLE_FLAG_PROTECT_FROM_CLOSE first"
                } else {
                    ""
                };
                let opened = opened.unwrap_or_default();
                format!("{}: CloseHandle({closing}){opened}{protected}", actor(process))
            }
            Act::End(who) => format!("{} ends", self.history.called(who)),
            Act::Unmap(process, section) => {
                format!("{} unmaps its view of {}", actor(process), self.history.called(section))
            }
            Act::StopWaiting(thread) => format!("the wait of {} ends{}", actor(thread), self.since(thread)),
            Act::MakeTemporary(object) => format!(
                "somebody opens {} by its name, makes it temporary and closes it: it is permanent",
                self.history.called(object)
            ),
        }
    }

    fn is_protected(&self, process: ObjectNo, handle: Handle) -> bool {
        let mut processes = self.state.processes.iter();
        let found = processes.find(|found| found.object == process);
        found.is_some_and(|found| {
            found.handles.iter().any(|row| row.handle == handle && row.protect_from_close)
        })
    }

    fn since(&self, thread: ObjectNo) -> String {
        let since = self.blocked_since(thread);
        if since.is_empty() { since } else { format!(" (it waits{since})") }
    }

    /// The variable of the process itself that holds the handle, or the value.
    fn closing(&self, process: ObjectNo, handle: Handle) -> String {
        let name = format!("{}.", self.history.actor(process));
        let entry = self.history.entry_at(process, handle, self.moment);
        let holders = self.history.holders(self.moment);
        let own =
            entry.and_then(|entry| holders.get(&entry)?.iter().find_map(|held| held.strip_prefix(&name)));
        own.map_or_else(|| handle.to_string(), str::to_owned)
    }

    fn gone(&self, out: &mut Markup) {
        let called = self.history.called(self.object);
        if self.life.created > self.moment {
            let created = self.place(self.life.created);
            let text = format!("{called} is not there yet; it is created at {created}");
            self.told(Role::Strong, "", &text, out);
            return;
        }
        let deleted = self.life.deleted.unwrap_or(self.moment);
        self.told(Role::Strong, "", &format!("{called} ended at {}", self.place(deleted)), out);
        if let Some(step) = self.trace.steps.get(deleted).filter(|step| !step.text.is_empty()) {
            self.told(Role::Plain, "  ", &step.text, out);
        }
        let straw = last_straw(self.trace, self.history, self.object, deleted);
        self.told(Role::Plain, "  ", &straw, out);
        self.pedigree(out);
    }

    /// A line; what has no room in it stands below, further in.
    fn told(&self, role: Role, lead: &str, text: &str, out: &mut Markup) {
        self.hanging(role, lead, &format!("{lead}    "), text, out);
    }

    fn hanging(&self, role: Role, lead: &str, hang: &str, text: &str, out: &mut Markup) {
        let columns = |text: &str| text.chars().count();
        if columns(lead) + columns(text) <= self.width {
            out.push(role, format!("{lead}{text}")).line();
            return;
        }
        // Deep in a tree there may be no room at all.
        let room = self.width.saturating_sub(columns(hang)).max(20);
        for (at, line) in wrap(text, room).into_iter().enumerate() {
            out.push(role, format!("{}{line}", if at == 0 { lead } else { hang })).line();
        }
    }
}

/// The last reference that went, and how.
pub(super) fn last_straw(trace: &Trace, history: &History, gone: ObjectNo, deleted: Moment) -> String {
    let mut straw = "nothing referred to it any more".to_owned();
    let mut by_handle = String::new();
    for effect in trace.steps.get(deleted).iter().flat_map(|step| &step.effects) {
        match effect {
            Effect::HandleClosed { process, handle, object, reason, .. } if *object == gone => {
                let process = history.actor(*process);
                by_handle = match reason {
                    CloseReason::Close => format!("{process} closed {handle}, its last handle"),
                    CloseReason::CloseSource => {
                        format!(
                            "{process}'s {handle}, its last handle, was closed as the source of a duplicate"
                        )
                    }
                    CloseReason::Exit => {
                        format!("{process} ended, and with its table went {handle}, the last handle")
                    }
                };
                straw.clone_from(&by_handle);
            }
            Effect::ReferenceDropped { object, reference, .. } if *object == gone => {
                straw = match reference {
                    Reference::Handle | Reference::Name if !by_handle.is_empty() => by_handle.clone(),
                    Reference::Running => "it ended, and nothing else referred to it".to_owned(),
                    Reference::Handle => "its last handle went".to_owned(),
                    Reference::Name => "its name went, the last reference".to_owned(),
                    Reference::Wait(thread) => {
                        format!("the wait of {} ended, the last reference", history.actor(*thread))
                    }
                    Reference::ThreadOf(thread) => {
                        format!("{} went, the last reference", history.called(*thread))
                    }
                    Reference::View(process) => {
                        format!("the view of {} went, the last reference", history.actor(*process))
                    }
                    Reference::Section(section) => {
                        format!("{} went, the last reference", history.called(*section))
                    }
                    Reference::Job(process) => {
                        format!("{} ended, the last reference", history.actor(*process))
                    }
                };
            }
            Effect::ObjectDeleted { object } if *object == gone => break,
            _ => {}
        }
    }
    straw
}

#[cfg(test)]
mod tests;
