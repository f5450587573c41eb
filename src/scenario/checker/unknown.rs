//! What is to be said of a name that means nothing here?
//!
//! Either it is misspelled, or it belongs to somebody else, or it gets its meaning only on a later line.

use super::Checker;
use crate::kernel::calls::CallSpec;
use crate::kernel::constants::Constant;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::keyword::Keyword;
use crate::scenario::program::ActorId;
use crate::scenario::span::Span;
use crate::scenario::suggest::closest;
use crate::scenario::tree::{self, ExprKind, ItemKind};
use smol_str::SmolStr;

/// Longer lists of names help nobody.
const MOST_NAMES: usize = 8;

impl Checker<'_> {
    /// A name in a step that means nothing.
    pub(super) fn unknown_value(&mut self, text: &str, process: ActorId, span: Span) {
        if self.names.is_excused(process, text) || self.names.is_excused_actor(text) || self.is_full() {
            return;
        }
        let actor = self.program.actor(process).name.clone();
        let message = format!("{actor} has no variable `{text}`, and it is no constant either");
        let diagnostic = Diagnostic::new(Code::UnknownVariable, span, message, "it has no value here");
        let constants = Constant::all().iter().map(|constant| constant.name);
        let actors = self.names.actors.keys().map(SmolStr::as_str);
        let own = self.variables_of(process);
        let names = own.iter().map(SmolStr::as_str).chain(constants).chain(actors);
        let diagnostic = if CallSpec::find(text).is_some() {
            diagnostic.help(format!("A call has parentheses, even if nothing stands in them: `{text}()`."))
        } else if let Some(other) = self.owner_of(text) {
            diagnostic.help(format!("Variables belong to one process. Did you mean `{other}`?"))
        } else {
            match self.known_variable(diagnostic, process, text, "", span) {
                Ok(explained) => explained,
                Err(diagnostic) => match (closest(text, names), text.split_once('.')) {
                    (Some(meant), _) => diagnostic.help(format!("Did you mean `{meant}`?")),
                    (None, Some((structure, _))) => diagnostic.help(format!(
                        "Let a call fill `{structure}` first: `{actor}: CreateProcess(\"child\", &{structure})`."
                    )),
                    (None, None) => diagnostic.help(format!(
                        "Give it a value first: `{actor}: {text} = …`, or `&{text}` as an out parameter."
                    )),
                },
            }
        };
        self.report(diagnostic);
        self.names.excuse_variable(process, text);
    }

    /// A bare name in a check that is neither process nor constant.
    pub(super) fn unknown_bare(&mut self, text: &str, span: Span) {
        if self.names.is_excused_actor(text) || self.is_full() {
            return;
        }
        let message = format!("`{text}` is neither a process nor a constant");
        let diagnostic =
            Diagnostic::new(Code::UnknownName, span, message, "the kernel's eye does not know it");
        let constants = Constant::all().iter().map(|constant| constant.name);
        let actors = self.names.actors.keys().map(SmolStr::as_str);
        let diagnostic = if let Some(owned) = self.owner_of(text) {
            diagnostic.help(format!("Here a variable is written with its process: `{owned}`."))
        } else if let Some(thread) = self.thread_called(text) {
            diagnostic.help(format!("A thread is written with its process: `{thread}`."))
        } else if let Some(meant) = closest(text, actors.chain(constants)) {
            diagnostic.help(format!("Did you mean `{meant}`?"))
        } else {
            diagnostic
                .help(format!("A text stands in quotes: `\"{text}\"`."))
                .help("A variable is written with its process: `parent.hEvent`.")
        };
        self.report(diagnostic);
    }

    /// A variable of a process that is there, but has no such variable.
    pub(super) fn no_such_variable(&mut self, owner: ActorId, name: &str, span: Span) {
        if self.names.is_excused(owner, name) || self.is_full() {
            return;
        }
        let actor = self.program.actor(owner).name.clone();
        let message = format!("{actor} has no variable `{name}`");
        let diagnostic = Diagnostic::new(Code::UnknownVariable, span, message, "it has no value here");
        let own = self.variables_of(owner);
        let diagnostic = match self.known_variable(diagnostic, owner, name, &format!("{actor}."), span) {
            Ok(explained) => explained,
            Err(diagnostic) => match closest(name, own.iter().map(SmolStr::as_str)) {
                Some(meant) => diagnostic.help(format!("Did you mean `{actor}.{meant}`?")),
                None if own.is_empty() => {
                    diagnostic.help(format!("No line above this one gives {actor} a variable."))
                }
                None => diagnostic.help(format!("{actor} has {}.", listed(own.iter().map(SmolStr::as_str)))),
            },
        };
        self.report(diagnostic);
        self.names.excuse_variable(owner, name);
    }

    /// Adds what is known of a variable without a value: it is a structure, or gets its value later. `prefix` stands in
    /// front of the variables of `owner` here.
    fn known_variable(
        &self,
        diagnostic: Diagnostic,
        owner: ActorId,
        name: &str,
        prefix: &str,
        span: Span,
    ) -> Result<Diagnostic, Diagnostic> {
        let own = self.variables_of(owner);
        let (base, field) = name.split_once('.').unwrap_or((name, ""));
        let fields: Vec<&str> =
            own.iter().filter_map(|other| other.strip_prefix(base)?.strip_prefix('.')).collect();
        if let (Some(first), "") = (fields.first(), field) {
            let example = format!("{prefix}{base}.{first}");
            return Ok(diagnostic
                .help(format!("`{base}` is a structure; name one of its fields, such as `{example}`.")));
        }
        if !fields.is_empty() {
            return Ok(match closest(field, fields.iter().copied()) {
                Some(meant) => diagnostic.help(format!("Did you mean `{prefix}{base}.{meant}`?")),
                None => diagnostic.help(format!("`{base}` has {}.", listed(fields.into_iter()))),
            });
        }
        match self.assigned_later(&self.program.actor(owner).name, base, span) {
            Some(line) => Ok(diagnostic
                .also(line, "it gets its value only here")
                .help("Move this line below the one that gives it its value.")),
            None => Err(diagnostic),
        }
    }

    /// A process or thread that is not there at this point.
    pub(super) fn unknown_actor(&mut self, text: &str, span: Span) {
        if self.names.is_excused_actor(text) || self.is_full() {
            return;
        }
        let (what, text, name, span) = match text.split_once('.') {
            Some((process, thread)) if self.names.actors.contains_key(process) => {
                ("thread", text, thread, span)
            }
            // Without the process there is no thread of it either.
            Some((process, _)) => {
                let start = span.start as usize;
                ("process", process, process, Span::new(start, start + process.len()))
            }
            None => ("process", text, text, span),
        };
        let message = format!("there is no {what} `{text}` at this point");
        let diagnostic =
            Diagnostic::new(Code::UnknownActor, span, message, format!("no {what} of this name"));
        let there = self.names.actors.keys().map(SmolStr::as_str);
        let diagnostic = if let Some(keyword) = Keyword::of(text) {
            diagnostic.help(format!(
                "`{text}` is a keyword, behind which no colon stands: `{}`.",
                keyword.example()
            ))
        } else if let Some(line) = self.created_later(name, span) {
            diagnostic
                .also(line, "it is created only here")
                .help(format!("Move this line below the one that creates the {what}."))
        } else if let Some(thread) = self.thread_called(text) {
            diagnostic.help(format!("A thread is written with its process: `{thread}`."))
        } else if let Some(meant) = closest(text, there) {
            diagnostic.help(format!("Did you mean `{meant}`?"))
        } else if what == "thread" {
            diagnostic.help(format!("A thread is created on a line above, by `CreateThread(\"{name}\")`."))
        } else {
            let mut there: Vec<&str> = self.names.actors.keys().map(SmolStr::as_str).collect();
            there.sort_unstable();
            let help = format!(
                "A process that exists from the start has a line `process {name}`; others are created with CreateProcess."
            );
            match there.as_slice() {
                [] => diagnostic.help(help),
                _ => diagnostic
                    .help(help)
                    .help(format!("The processes and threads at this point: {}.", listed(there.into_iter()))),
            }
        };
        self.report(diagnostic);
        self.names.excuse_actor(text);
    }

    /// The first variable of this name that anybody has, or would have but for a mistake, with its process in front.
    fn owner_of(&self, name: &str) -> Option<String> {
        let mut variables = self.program.variables.iter().enumerate();
        let set = variables.find(|(i, variable)| variable.name == name && self.names.set[*i]);
        let owner = match set {
            Some((_, variable)) => variable.process,
            None => self.names.excused_owner(name)?,
        };
        Some(format!("{}.{name}", self.program.actor(owner).name))
    }

    /// The first thread of this name that any process has, with its process in front.
    fn thread_called(&self, name: &str) -> Option<&str> {
        let mut actors = self.program.actors.iter();
        actors.find(|actor| actor.thread.as_deref() == Some(name)).map(|actor| actor.name.as_str())
    }

    fn variables_of(&self, process: ActorId) -> Vec<SmolStr> {
        let own = self.program.variables.iter().enumerate();
        let set = own.filter(|(i, variable)| variable.process == process && self.names.set[*i]);
        set.map(|(_, variable)| variable.name.clone()).collect()
    }

    /// Where a line behind `span` assigns the variable. Only asked when something is wrong.
    fn assigned_later(&self, actor: &str, name: &str, span: Span) -> Option<Span> {
        self.tree.items.iter().filter(|item| item.span.start >= span.end).find_map(|item| {
            let ItemKind::Step(step) = &item.kind else { return None };
            if step.actor.text.split('.').next() != Some(actor) {
                return None;
            }
            let outs = match &step.action {
                tree::Action::Call(call) => &*call.args,
                tree::Action::Copy(_) => &[],
            };
            let out =
                outs.iter().any(|arg| matches!(&arg.value.kind, ExprKind::Out(path) if path.text == name));
            let assigned = step.variable.as_ref().is_some_and(|variable| variable.text == name);
            (out || assigned).then_some(item.span)
        })
    }

    /// Where a line behind `span` creates the process or thread.
    fn created_later(&self, name: &str, span: Span) -> Option<Span> {
        self.tree.items.iter().filter(|item| item.span.start >= span.end).find_map(|item| match &item.kind {
            ItemKind::Process(names) if names.iter().any(|found| found.text == name) => Some(item.span),
            ItemKind::Step(tree::Step { action: tree::Action::Call(call), .. }) => call
                .args
                .iter()
                .any(|arg| matches!(&arg.value.kind, ExprKind::Text(text) if text.value == name))
                .then_some(item.span)
                .filter(|_| matches!(call.name.text.as_str(), "CreateProcess" | "CreateThread")),
            _ => None,
        })
    }
}

/// Names in a row, as far as they help.
pub(super) fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.len() > MOST_NAMES {
        names.truncate(MOST_NAMES);
        names.push("…".to_owned());
    }
    names.join(", ")
}
