//! Which processes, threads and variables are there at this point?

use super::{Checker, Gap};
use crate::kernel::constants::Constant;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::{ActorId, VariableId};
use crate::scenario::span::Span;
use crate::scenario::tree::{self, ExprKind};
use foldhash::{HashMap, HashSet};
use smol_str::SmolStr;

/// The word behind a process that stands for its id.
pub(super) const PID: &str = "pid";

/// What has a name, in the order of the file.
#[derive(Default)]
pub(super) struct Names {
    pub(super) actors: HashMap<SmolStr, ActorId>,
    /// By [`ActorId`].
    variables: Vec<HashMap<SmolStr, VariableId>>,
    /// The names of variables (of structures, where they are fields), each with its process and for all of them.
    pub(super) variable_names: HashSet<(Option<ActorId>, SmolStr)>,
    pub(super) set: Vec<bool>,
    pub(super) declared_at: Vec<Span>,
    /// Variables that a broken step would have assigned, or of which enough has been said.
    excused: HashSet<(ActorId, SmolStr)>,
    /// The same for whichever process.
    excused_for_all: HashSet<SmolStr>,
    /// Processes and threads that a broken step would have created, by their own names, or of which enough has been said.
    excused_actors: HashSet<SmolStr>,
}

impl Names {
    /// The variable of a process that has this name.
    pub(super) fn variable(&self, process: ActorId, name: &str) -> Option<VariableId> {
        self.variables.get(process.0 as usize)?.get(name).copied()
    }

    pub(super) fn add_variable(&mut self, process: ActorId, name: SmolStr, id: VariableId) {
        let process = process.0 as usize;
        if process >= self.variables.len() {
            self.variables.resize_with(process + 1, HashMap::default);
        }
        self.variables[process].insert(name, id);
    }

    pub(super) fn set(&mut self, id: VariableId) {
        self.set[id.0 as usize] = true;
    }

    pub(super) fn excuse_variable(&mut self, process: ActorId, name: &str) {
        self.excused.insert((process, base(name).into()));
    }

    pub(super) fn excuse_for_all(&mut self, name: &str) {
        self.excused_for_all.insert(name.into());
    }

    pub(super) fn excuse_actor(&mut self, name: &str) {
        self.excused_actors.insert(name.into());
    }

    /// Would a broken step have assigned the variable, or the structure whose field it is?
    pub(super) fn is_excused(&self, process: ActorId, name: &str) -> bool {
        let name = base(name);
        self.excused_for_all.contains(name) || self.excused.contains(&(process, name.into()))
    }

    /// The first process for which a broken step would have assigned the variable.
    pub(super) fn excused_owner(&self, name: &str) -> Option<ActorId> {
        let mine = self.excused.iter().filter(|(_, excused)| excused == name);
        mine.map(|(owner, _)| *owner).min_by_key(|owner| owner.0)
    }

    /// Would a broken step have created what the path names, or its process?
    pub(super) fn is_excused_actor(&self, path: &str) -> bool {
        !self.excused_actors.is_empty()
            && (self.excused_actors.contains(path)
                || path.split('.').any(|name| self.excused_actors.contains(name)))
    }
}

/// What stands in front of the first dot of a path, and what behind it.
fn split(path: &str) -> Option<(&str, &str)> {
    // Paths are short: looking at each letter takes less than preparing a search.
    let dot = path.bytes().position(|byte| byte == b'.')?;
    Some((&path[..dot], &path[dot + 1..]))
}

/// The variable of which `name` is a field, or `name` itself.
pub(super) fn base(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// A path, understood.
pub(super) enum Named {
    Variable(VariableId),
    Actor(ActorId),
    Pid(ActorId),
    Constant(Constant),
}

impl Checker<'_> {
    /// Who acts.
    pub(super) fn actor(&mut self, path: &tree::Path) -> Option<ActorId> {
        if let Some(&id) = self.names.actors.get(&path.text) {
            return Some(id);
        }
        self.created_in_gap(&path.text, path.span).or_else(|| {
            self.unknown_actor(&path.text, path.span);
            None
        })
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
        if self.is_path_of_variable(&path.text) {
            self.report(
                Diagnostic::new(Code::WrongKind, path.span, "a process is expected here", "this is a variable")
                    .help("Name the process or thread itself, such as `child`; the kernel's eye needs no handle to it."),
            );
            return None;
        }
        self.created_in_gap(&path.text, path.span).or_else(|| {
            self.unknown_actor(&path.text, path.span);
            None
        })
    }

    /// Is this `process.variable`, the variable being one that some line sets?
    fn is_path_of_variable(&self, text: &str) -> bool {
        let Some((first, rest)) = text.split_once('.') else { return false };
        let Some(&owner) = self.names.actors.get(first) else { return false };
        self.names.variable(owner, rest).is_some()
    }

    /// What a path means: for the actor `process`, or for the kernel's eye (`None`).
    pub(super) fn resolve(
        &mut self,
        path: &tree::Path,
        process: Option<ActorId>,
        any_time: bool,
    ) -> Option<Named> {
        // No name means two things, so whatever is found first is meant.
        let text = &path.text;
        if let Some(constant) = Constant::find(text) {
            return Some(Named::Constant(constant));
        }
        if let Some(id) = process.and_then(|process| self.names.variable(process, text)) {
            return self.with_value(id, path, any_time);
        }
        let owned = split(text).and_then(|(first, rest)| Some((*self.names.actors.get(first)?, rest)));
        if let Some((owner, rest)) = owned {
            if rest == PID {
                return Some(Named::Pid(owner));
            }
            if let Some(id) = self.names.variable(owner, rest) {
                return self.with_value(id, path, any_time);
            }
        }
        if let Some(&id) = self.names.actors.get(text) {
            return Some(Named::Actor(id));
        }
        match owned {
            None => self.unknown(path, process, any_time),
            Some((owner, rest)) if self.gap_may_set(any_time) => {
                Some(Named::Variable(self.add_variable(owner, rest)))
            }
            Some((owner, rest)) => {
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
        self.no_such_variable(owner, &name, path.span);
        None
    }

    /// Could a step that a student has yet to write in the gap set a variable, or create somebody, that no other step does
    /// (rule 17)?
    pub(super) fn gap_may_set(&self, any_time: bool) -> bool {
        self.program.exercise.is_some()
            && (self.gap == Gap::Closed || any_time)
            && (self.attempt || !self.program.statements.iter().any(|line| line.in_gap))
    }

    fn unknown(&mut self, path: &tree::Path, process: Option<ActorId>, any_time: bool) -> Option<Named> {
        let text = &path.text;
        let first = base(text);
        if process.is_none() && self.created_in_gap(first, path.span).is_some() {
            return self.resolve(path, process, any_time);
        }
        if let Some(process) = process {
            if self.gap_may_set(any_time) {
                return Some(Named::Variable(self.add_variable(process, text)));
            }
            self.unknown_value(text, process, path.span);
        } else if text.contains('.') {
            let start = path.span.start as usize;
            self.unknown_actor(first, Span::new(start, start + first.len()));
        } else {
            self.unknown_bare(text, path.span);
        }
        None
    }
}
