//! Which processes, threads and variables are there by now?

use super::{Checker, Gap};
use crate::kernel::constants::Constant;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::{Actor, ActorId, Variable, VariableId};
use crate::scenario::span::Span;
use crate::scenario::tree::{self, ExprKind};
use smol_str::{SmolStr, format_smolstr};
use std::collections::{HashMap, HashSet};

/// Words that name nothing else.
const RESERVED: &[&str] = &[
    "handlelab",
    "title",
    "process",
    "option",
    "check",
    "always",
    "finally",
    "exercise",
    "task",
    "allow",
    "forbid",
    "require",
    "limit",
    "hint",
    "goal",
    "begin",
    "end",
    "pid",
];

/// What has a name, in the order of the file.
#[derive(Default)]
pub(super) struct Names {
    pub(super) actors: HashMap<SmolStr, ActorId>,
    variables: HashMap<(ActorId, SmolStr), VariableId>,
    pub(super) set: Vec<bool>,
    declared_at: Vec<Span>,
    /// Variables that a broken step would have assigned, without their fields.
    excused: HashSet<(ActorId, SmolStr)>,
    /// Processes and threads that a broken step would have created, by their own names.
    excused_actors: HashSet<SmolStr>,
}

impl Names {
    pub(super) fn set(&mut self, id: VariableId) {
        self.set[id.0 as usize] = true;
    }

    pub(super) fn excuse_variable(&mut self, process: ActorId, name: &str) {
        self.excused.insert((process, name.into()));
    }

    pub(super) fn excuse_actor(&mut self, name: &str) {
        self.excused_actors.insert(name.into());
    }

    /// Would a broken step have assigned the variable, or the structure whose field it is?
    fn is_excused(&self, process: ActorId, name: &str) -> bool {
        !self.excused.is_empty()
            && self.excused.contains(&(process, name.split('.').next().unwrap_or(name).into()))
    }

    /// Would a broken step have created what the path names, or its process?
    pub(super) fn is_excused_actor(&self, path: &str) -> bool {
        !self.excused_actors.is_empty() && path.split('.').any(|name| self.excused_actors.contains(name))
    }
}

/// A path, understood.
pub(super) enum Named {
    Variable(VariableId),
    Actor(ActorId),
    Pid(ActorId),
    Constant(Constant),
}

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
                .also(first, "the first one"),
            );
            return;
        }
        if self.may_name(&name.text, name.span) {
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
        let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_name {
            self.report(
                Diagnostic::new(
                    Code::BadName,
                    span,
                    format!("{name:?} cannot be the name of a process or thread"),
                    "letters, digits and _ only",
                )
                .help("Later lines call the new process or thread by this name: `child: SetEvent(h)`."),
            );
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
        self.may_name(name, span).then(|| self.add_actor(name, thread_of, span, false))
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
        if RESERVED.contains(&name) {
            self.report(
                Diagnostic::new(
                    Code::ReservedWord,
                    span,
                    format!("`{name}` is a word of the language"),
                    "it cannot be a name",
                )
                .help("Choose another name."),
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
                .help("Choose another name."),
            );
            return false;
        }
        true
    }

    /// The variable that is about to be assigned.
    pub(super) fn variable_to_set(&mut self, process: ActorId, name: &str, span: Span) -> Option<VariableId> {
        if let Some(&id) = self.names.variables.get(&(process, SmolStr::from(name))) {
            return Some(id);
        }
        let base = name.split('.').next().unwrap_or(name);
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
                .also(first, "named here"),
            );
            return None;
        }
        self.may_name(base, span).then(|| self.add_variable(process, name))
    }

    fn add_variable(&mut self, process: ActorId, name: &str) -> VariableId {
        let id = VariableId(self.program.variables.len() as u32);
        self.names.variables.insert((process, name.into()), id);
        self.names.set.push(false);
        self.program.variables.push(Variable { process, name: name.into() });
        id
    }

    /// Who acts.
    pub(super) fn actor(&mut self, path: &tree::Path) -> Option<ActorId> {
        if let Some(&id) = self.names.actors.get(&path.text) {
            return Some(id);
        }
        self.unknown_actor(&path.text, path.span);
        None
    }

    /// A process by its name.
    pub(super) fn process(&mut self, expr: &tree::Expr) -> Option<ActorId> {
        let id = self.actor_operand(expr)?;
        if self.program.actor(id).thread.is_none() {
            return Some(id);
        }
        self.report(
            Diagnostic::new(Code::WrongKind, expr.span, "a process is expected here", "this is a thread")
                .help("All threads of a process share its handle table: name the process."),
        );
        None
    }

    /// A process or thread by its name.
    pub(super) fn actor_operand(&mut self, expr: &tree::Expr) -> Option<ActorId> {
        let ExprKind::Path(path) = &expr.kind else {
            self.report(
                Diagnostic::new(Code::WrongKind, expr.span, "a process is expected here", "this is no name")
                    .help("Write the name of a process, such as `child`, or of a thread, such as `child.worker`."),
            );
            return None;
        };
        if let Some(&id) = self.names.actors.get(&path.text) {
            return Some(id);
        }
        self.unknown_actor(&path.text, path.span);
        None
    }

    /// What a path means: for the actor `process`, or for the kernel's eye (`None`).
    pub(super) fn resolve(
        &mut self,
        path: &tree::Path,
        process: Option<ActorId>,
        any_time: bool,
    ) -> Option<Named> {
        let text = &path.text;
        if let Some(process) = process
            && let Some(&id) = self.names.variables.get(&(process, text.clone()))
        {
            return self.with_value(id, path, any_time);
        }
        if let Some(&id) = self.names.actors.get(text) {
            return Some(Named::Actor(id));
        }
        let Some((first, rest)) = text.split_once('.') else {
            if let Some(constant) = Constant::find(text) {
                return Some(Named::Constant(constant));
            }
            return self.unknown(path, process, any_time);
        };
        let Some(&owner) = self.names.actors.get(first) else { return self.unknown(path, process, any_time) };
        if rest == "pid" {
            return Some(Named::Pid(owner));
        }
        match self.names.variables.get(&(owner, SmolStr::from(rest))) {
            Some(&id) => self.with_value(id, path, any_time),
            None if self.gap_may_set(any_time) => Some(Named::Variable(self.add_variable(owner, rest))),
            None if self.names.is_excused(owner, rest) => None,
            None => {
                self.no_such_variable(owner, rest, path.span);
                None
            }
        }
    }

    fn with_value(&mut self, id: VariableId, path: &tree::Path, any_time: bool) -> Option<Named> {
        if any_time || self.names.set[id.0 as usize] || self.gap_may_set(any_time) {
            return Some(Named::Variable(id));
        }
        let variable = self.program.variable(id);
        let (owner, name) = (variable.process, variable.name.clone());
        if self.names.is_excused(owner, &name) {
            return None;
        }
        self.no_such_variable(owner, &name, path.span);
        None
    }

    /// Could a step that a student has yet to write in the gap set a variable that nobody else sets (rule 17)?
    fn gap_may_set(&self, any_time: bool) -> bool {
        let empty_gap =
            self.program.exercise.is_some() && !self.program.statements.iter().any(|line| line.in_gap);
        empty_gap && (self.gap == Gap::Closed || any_time)
    }

    fn unknown(&mut self, path: &tree::Path, process: Option<ActorId>, any_time: bool) -> Option<Named> {
        let text = &path.text;
        let first = text.split('.').next().unwrap_or(text);
        if let Some(process) = process {
            if self.names.is_excused(process, text) || self.names.is_excused_actor(text) {
                return None;
            }
            if self.gap_may_set(any_time) {
                return Some(Named::Variable(self.add_variable(process, text)));
            }
            self.unknown_value(text, process, path.span);
        } else if text.contains('.') {
            self.unknown_actor(first, path.span);
        } else {
            self.unknown_bare(text, path.span);
        }
        None
    }
}
