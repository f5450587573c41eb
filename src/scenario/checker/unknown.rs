//! What is to be said of a name that means nothing here?
//!
//! Either it is misspelled, or it belongs to somebody else, or it gets its meaning only on a later line.

use super::Checker;
use crate::kernel::constants::Constant;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::ActorId;
use crate::scenario::span::Span;
use crate::scenario::suggest::closest;
use crate::scenario::tree::{self, ExprKind, ItemKind};
use smol_str::SmolStr;

impl Checker<'_> {
    /// A name in a step that means nothing.
    pub(super) fn unknown_value(&mut self, text: &str, process: ActorId, span: Span) {
        let actor = self.program.actor(process).name.clone();
        let mut diagnostic = Diagnostic::new(
            Code::UnknownVariable,
            span,
            format!("{actor} has no variable `{text}`, and it is no constant either"),
            "it has no value here",
        );
        let own = self.variables_of(process);
        let others: Vec<String> = self
            .program
            .variables
            .iter()
            .filter(|variable| variable.name == text && variable.process != process)
            .map(|variable| format!("{}.{}", self.program.actor(variable.process).name, variable.name))
            .collect();
        let fields: Vec<&SmolStr> = own.iter().filter(|name| name.starts_with(&format!("{text}."))).collect();
        if let Some(other) = others.first() {
            diagnostic = diagnostic.help(format!("Variables belong to one process. Did you mean `{other}`?"));
        } else if let Some(field) = fields.first() {
            diagnostic = diagnostic
                .help(format!("`{text}` is a structure; name one of its fields, such as `{field}`."));
        } else if let Some(line) = self.assigned_later(&actor, text) {
            diagnostic = diagnostic.also(line, "it gets its value only here");
        } else {
            let names = own.iter().map(SmolStr::as_str);
            let constants = Constant::all().iter().map(|constant| constant.name);
            let actors = self.names.actors.keys().map(SmolStr::as_str);
            if let Some(meant) = closest(text, names.chain(constants).chain(actors)) {
                diagnostic = diagnostic.help(format!("Did you mean `{meant}`?"));
            } else {
                diagnostic = diagnostic.help(format!(
                    "Give it a value first: `{actor}: {text} = …`, or `&{text}` as an out parameter."
                ));
            }
        }
        self.report(diagnostic);
    }

    /// A bare name in a check that is neither process nor constant.
    pub(super) fn unknown_bare(&mut self, text: &str, span: Span) {
        let mut diagnostic = Diagnostic::new(
            Code::UnknownName,
            span,
            format!("`{text}` is neither a process nor a constant"),
            "the kernel's eye does not know it",
        );
        let owners: Vec<String> = self
            .program
            .variables
            .iter()
            .filter(|variable| variable.name == text)
            .map(|variable| format!("`{}.{text}`", self.program.actor(variable.process).name))
            .collect();
        if !owners.is_empty() {
            diagnostic = diagnostic
                .help(format!("Here a variable is written with its process: {}.", owners.join(" or ")));
        } else {
            let constants = Constant::all().iter().map(|constant| constant.name);
            let actors = self.names.actors.keys().map(SmolStr::as_str);
            if let Some(meant) = closest(text, actors.chain(constants)) {
                diagnostic = diagnostic.help(format!("Did you mean `{meant}`?"));
            }
        }
        self.report(diagnostic);
    }

    pub(super) fn no_such_variable(&mut self, owner: ActorId, name: &str, span: Span) {
        let actor = self.program.actor(owner).name.clone();
        let mut diagnostic = Diagnostic::new(
            Code::UnknownVariable,
            span,
            format!("{actor} has no variable `{name}` by now"),
            "it has no value here",
        );
        let own = self.variables_of(owner);
        let fields: Vec<&SmolStr> =
            own.iter().filter(|other| other.starts_with(&format!("{name}."))).collect();
        if let Some(line) = self.assigned_later(&actor, name) {
            diagnostic = diagnostic.also(line, "it gets its value only here");
        } else if let Some(field) = fields.first() {
            diagnostic = diagnostic
                .help(format!("`{name}` is a structure; name one of its fields, such as `{actor}.{field}`."));
        } else if let Some(meant) = closest(name, own.iter().map(SmolStr::as_str)) {
            diagnostic = diagnostic.help(format!("Did you mean `{actor}.{meant}`?"));
        } else if own.is_empty() {
            diagnostic = diagnostic.help(format!("{actor} has no variables at all by now."));
        } else {
            diagnostic = diagnostic.help(format!("{actor} has: {}.", own.join(", ")));
        }
        self.report(diagnostic);
    }

    pub(super) fn unknown_actor(&mut self, text: &str, span: Span) {
        if self.names.is_excused_actor(text) {
            return;
        }
        let (what, name) = match text.split_once('.') {
            Some((process, thread)) if self.names.actors.contains_key(process) => ("thread", thread),
            _ => ("process", text),
        };
        let mut diagnostic = Diagnostic::new(
            Code::UnknownActor,
            span,
            format!("there is no {what} `{text}` by now"),
            format!("no {what} of this name"),
        );
        if let Some(line) = self.created_later(name) {
            diagnostic = diagnostic
                .also(line, "it is created only here")
                .help("A process exists from the line on that creates it.");
        } else if let Some(meant) = closest(text, self.names.actors.keys().map(SmolStr::as_str)) {
            diagnostic = diagnostic.help(format!("Did you mean `{meant}`?"));
        } else if what == "thread" {
            diagnostic = diagnostic.help(format!("A thread is created with `CreateThread(\"{name}\")`."));
        } else {
            diagnostic = diagnostic.help(format!(
                "A process that exists from the start has a line `process {name}`; others are created with CreateProcess."
            ));
        }
        self.report(diagnostic);
    }

    fn variables_of(&self, process: ActorId) -> Vec<SmolStr> {
        let own = self.program.variables.iter().enumerate();
        let set = own.filter(|(i, variable)| variable.process == process && self.names.set[*i]);
        set.map(|(_, variable)| variable.name.clone()).collect()
    }

    /// Where a later line of the file assigns the variable. Only asked when something is wrong.
    fn assigned_later(&self, actor: &str, name: &str) -> Option<Span> {
        let base = name.split('.').next().unwrap_or(name);
        self.tree.items.iter().find_map(|item| {
            let ItemKind::Step(step) = &item.kind else { return None };
            if step.actor.text.split('.').next() != Some(actor) {
                return None;
            }
            let outs = match &step.action {
                tree::Action::Call(call) => call.args.as_slice(),
                tree::Action::Copy(_) => &[],
            };
            let out =
                outs.iter().any(|arg| matches!(&arg.value.kind, ExprKind::Out(path) if path.text == base));
            let assigned = step.variable.as_ref().is_some_and(|variable| variable.text == base);
            (out || assigned).then_some(item.span)
        })
    }

    /// Where a later line of the file creates the process or thread.
    fn created_later(&self, name: &str) -> Option<Span> {
        self.tree.items.iter().find_map(|item| match &item.kind {
            ItemKind::Process(names) if names.iter().any(|found| found.text == name) => Some(item.span),
            ItemKind::Step(tree::Step { action: tree::Action::Call(call), .. }) => call
                .args
                .iter()
                .any(|arg| matches!(&arg.value.kind, ExprKind::Text(text) if text.value == name))
                .then_some(item.span)
                .filter(|_| call.name.text.starts_with("Create")),
            _ => None,
        })
    }
}
