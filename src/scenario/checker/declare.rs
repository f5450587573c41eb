//! May a process, a thread or a variable have this name?

use super::Checker;
use super::names::{PID, base};
use crate::kernel::constants::Constant;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::keyword::Keyword;
use crate::scenario::program::{Actor, ActorId, Variable, VariableId};
use crate::scenario::span::Span;
use crate::scenario::tree;
use smol_str::format_smolstr;

impl Checker<'_> {
    /// `process name`
    pub(super) fn declare_process(&mut self, name: &tree::Name) {
        if self.names.actors.contains_key(&name.text) {
            let first = self.names.declared_at[self.names.actors[&name.text].0 as usize];
            self.report(
                Diagnostic::new(
                    Code::NameTaken,
                    name.span,
                    format!("there is a process `{}` already", name.text),
                    "the same name again",
                )
                .also(first, "the first one")
                .help("Leave one of them out, or give the second process a name of its own."),
            );
            return;
        }
        if self.may_act(&name.text, None, name.span) {
            self.add_actor(&name.text, None, name.span, true);
        }
    }

    /// The process or thread that a call creates. A second call may try the same name again.
    pub(super) fn declare_created(
        &mut self,
        name: &str,
        span: Span,
        thread_of: Option<ActorId>,
    ) -> Option<ActorId> {
        if !is_name(name) {
            self.bad_name(name, span, thread_of);
            return None;
        }
        let full = match thread_of {
            Some(process) => format_smolstr!("{}.{name}", self.program.actor(process).name),
            None => name.into(),
        };
        if let Some(&id) = self.names.actors.get(&full) {
            if !self.program.actor(id).from_start {
                return Some(id);
            }
            let first = self.names.declared_at[id.0 as usize];
            self.report(
                Diagnostic::new(
                    Code::NameTaken,
                    span,
                    format!("there is a process `{name}` already"),
                    "the same name",
                )
                .also(first, "it exists from the start")
                .help("A process that is created gets no `process` line of its own."),
            );
            return None;
        }
        self.may_act(name, thread_of, span).then(|| self.add_actor(name, thread_of, span, false))
    }

    /// Somebody whom only a step can create that a student has yet to write in the gap (rule 17): never there until then.
    pub(super) fn created_in_gap(&mut self, path: &str, span: Span) -> Option<ActorId> {
        let (process, name) = match path.split_once('.') {
            Some((process, thread)) => (Some(*self.names.actors.get(process)?), thread),
            None => (None, path),
        };
        let is_free = is_name(name)
            && Keyword::of(name).is_none()
            && name != PID
            && Constant::find(name).is_none()
            && !self.names.actors.contains_key(path)
            && !self.names.variable_names.contains(&(process, name.into()));
        (is_free && self.gap_may_set(false)).then(|| self.add_actor(name, process, span, false))
    }

    /// May a process be called so, or a thread of `thread_of`?
    fn may_act(&mut self, name: &str, thread_of: Option<ActorId>, span: Span) -> bool {
        if !self.names.variable_names.contains(&(thread_of, name.into())) {
            return self.may_name(name, span);
        }
        let message = format!("`{name}` is the name of a variable");
        self.report(
            Diagnostic::new(Code::NameTaken, span, message, "a process or thread needs another name").help(format!(
                "Processes, threads and variables never share a name; call the variable `h{}`, for example.",
                capital(name)
            )),
        );
        false
    }

    fn bad_name(&mut self, name: &str, span: Span, thread_of: Option<ActorId>) {
        let message = format!("{name:?} cannot be the name of a process or thread");
        let label = "a letter first, then letters, digits and _ only";
        let diagnostic = Diagnostic::new(Code::BadName, span, message, label);
        let (what, owner, example) = match thread_of {
            Some(process) => ("thread", format!("{}.", self.program.actor(process).name), "worker"),
            None => ("process", String::new(), "child"),
        };
        let stem = name.strip_suffix(".exe").unwrap_or(name).replace([' ', '-', '.'], "_");
        let stem = if is_name(&stem) { &stem } else { example };
        self.report(diagnostic.help(format!(
            "Later lines call the new {what} by its name: write `\"{stem}\"`, and below `{owner}{stem}: CloseHandle(h)`."
        )));
    }

    fn add_actor(&mut self, name: &str, thread_of: Option<ActorId>, span: Span, from_start: bool) -> ActorId {
        let id = ActorId(self.program.actors.len() as u32);
        let (full, process, thread) = match thread_of {
            Some(process) => {
                (format_smolstr!("{}.{name}", self.program.actor(process).name), process, Some(name.into()))
            }
            None => (name.into(), id, None),
        };
        self.names.actors.insert(full.clone(), id);
        self.names.declared_at.push(span);
        self.program.actors.push(Actor { name: full, process, thread, from_start });
        id
    }

    fn may_name(&mut self, name: &str, span: Span) -> bool {
        if Keyword::of(name).is_some() || name == PID {
            self.report(
                Diagnostic::new(
                    Code::ReservedWord,
                    span,
                    format!("`{name}` is a word of the language"),
                    "it cannot be a name",
                )
                .help(format!("Choose another name, such as `{name}1`.")),
            );
            return false;
        }
        if Constant::find(name).is_some() {
            self.report(
                Diagnostic::new(
                    Code::ReservedWord,
                    span,
                    format!("`{name}` is a constant of Win32"),
                    "it has a value already",
                )
                .help("Choose another name; names of your own usually have small letters."),
            );
            return false;
        }
        true
    }

    /// The variable that is about to be assigned.
    pub(super) fn variable_to_set(&mut self, process: ActorId, name: &str, span: Span) -> Option<VariableId> {
        if let Some(id) = self.names.variable(process, name) {
            return Some(id);
        }
        let base = base(name);
        let thread = format_smolstr!("{}.{base}", self.program.actor(process).name);
        let taken = self.names.actors.get(base).or_else(|| self.names.actors.get(&thread)).copied();
        if let Some(taken) = taken {
            let first = self.names.declared_at[taken.0 as usize];
            self.report(
                Diagnostic::new(
                    Code::NameTaken,
                    span,
                    format!("`{base}` is the name of a process or thread"),
                    "a variable needs another name",
                )
                .also(first, "named here")
                .help(format!("For example: `h{}`.", capital(base))),
            );
            return None;
        }
        self.may_name(base, span).then(|| self.add_variable(process, name))
    }

    pub(super) fn add_variable(&mut self, process: ActorId, name: &str) -> VariableId {
        let id = VariableId(self.program.variables.len() as u32);
        self.names.add_variable(process, name.into(), id);
        self.names.variable_names.insert((Some(process), base(name).into()));
        self.names.variable_names.insert((None, base(name).into()));
        self.names.set.push(false);
        self.program.variables.push(Variable { process, name: name.into() });
        id
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
