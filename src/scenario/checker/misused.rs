//! What is to be said of a call that is written wrongly?

use super::Checker;
use crate::kernel::calls::{CallSpec, Kind, ParamSpec};
use crate::kernel::constants::{Constant, Family};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::span::Span;
use crate::scenario::suggest::closest;
use crate::scenario::tree;

impl Checker<'_> {
    pub(super) fn named(&mut self, spec: &'static CallSpec, name: &tree::Path) -> Option<usize> {
        if let Some(place) = spec.param(&name.text) {
            return Some(place);
        }
        let mut diagnostic = Diagnostic::new(
            Code::UnknownParameter,
            name.span,
            format!("{} has no parameter `{}`", spec.name, name.text),
            "not one of its parameters",
        );
        diagnostic = match closest(&name.text, spec.params.iter().map(|param| param.name)) {
            Some(meant) => diagnostic.help(format!("Did you mean `{meant}`?")),
            None => diagnostic.help(called_like_this(spec)),
        };
        self.report(diagnostic);
        None
    }

    pub(super) fn no_out_parameter(&mut self, spec: &'static CallSpec, span: Span) {
        let message = format!("{} has no out parameter left for this", spec.name);
        let mut diagnostic = Diagnostic::new(Code::TooManyArguments, span, message, "an `&` too many");
        if !spec.params.iter().any(|param| param.kind.is_out()) {
            diagnostic = diagnostic.help(format!("Keep its answer like this: `h = {}(…)`.", spec.name));
        }
        self.report(diagnostic.help(called_like_this(spec)));
    }

    pub(super) fn too_many(&mut self, spec: &'static CallSpec, value: &tree::Expr) {
        let message = format!("{} has no further parameter that can stand here", spec.name);
        let mut diagnostic =
            Diagnostic::new(Code::TooManyArguments, value.span, message, "an argument too many");
        let fields = || spec.params.iter().filter(|param| !param.positional);
        if let Some((param, name)) = fields().find_map(|param| Some((param, flag_of(param, value)?))) {
            diagnostic = diagnostic.help(format!("Write it with its name: `{}: {name}`.", param.name));
        } else if fields().next().is_some() {
            let names: Vec<String> = fields().map(|param| format!("`{}:`", param.name)).collect();
            diagnostic = diagnostic.help(format!("These are given by name: {}.", names.join(", ")));
        }
        self.report(diagnostic.help(called_like_this(spec)));
    }

    pub(super) fn missing(&mut self, spec: &'static CallSpec, missing: &[&ParamSpec], span: Span) {
        let names: Vec<String> = missing.iter().map(|param| format!("`{}`", param.name)).collect();
        let mut diagnostic = Diagnostic::new(
            Code::MissingArgument,
            span,
            format!("{} needs {}", spec.name, names.join(" and ")),
            "not written here",
        );
        for param in missing {
            diagnostic = diagnostic.help(format!("`{}`: {}.", param.name, param.about));
        }
        self.report(diagnostic.help(called_like_this(spec)));
    }

    /// The number of handles, or the length of a buffer, where C has it.
    pub(super) fn count_not_written(&mut self, spec: &'static CallSpec, span: Span) {
        self.report(
            Diagnostic::new(
                Code::TooManyArguments,
                span,
                "an array brings its own count, which is not written",
                "leave this out",
            )
            .help(called_like_this(spec)),
        );
    }

    /// Something else than `&name` in the place of an out parameter.
    pub(super) fn not_a_variable(&mut self, spec: &'static CallSpec, value: &tree::Expr) {
        let brings_length = spec.params.iter().any(|param| matches!(param.kind, Kind::Data | Kind::OutData));
        if !brings_length && spec.params.iter().any(|param| !param.positional) {
            self.too_many(spec, value);
            return;
        }
        let mut diagnostic = Diagnostic::new(
            Code::WrongKind,
            value.span,
            format!("{} fills a variable in this place", spec.name),
            "write `&name`, or NULL",
        );
        if brings_length {
            diagnostic = diagnostic.help("A buffer brings its own length; leave the number out.");
        }
        self.report(diagnostic.help(called_like_this(spec)));
    }

    pub(super) fn unknown_call(&mut self, name: &str, span: Span) {
        let mut diagnostic = Diagnostic::new(
            Code::UnknownCall,
            span,
            format!("there is no call `{name}`"),
            "not a call of this model",
        );
        let base = CallSpec::ENDINGS.iter().find_map(|ending| name.strip_suffix(ending));
        if let Some(base) = base.filter(|base| CallSpec::find(base).is_some()) {
            diagnostic = diagnostic.help(format!("Here it is called `{base}`, without an ending."));
        } else if let Some(meant) = closest(name, CallSpec::all().iter().map(|spec| spec.name)) {
            diagnostic = diagnostic.help(format!("Did you mean `{meant}`?"));
        } else if crate::scenario::eye::find(name).is_some() {
            diagnostic = diagnostic
                .help(format!("`{name}` is a question of the kernel's eye: write `check {name}(…)`."));
        }
        self.report(diagnostic);
    }
}

/// How the call is written, without what is rarely needed.
fn called_like_this(spec: &CallSpec) -> String {
    format!("It is called like this: `{}`.", spec.short_signature())
}

/// The constant's name, if the value is one that the parameter takes.
fn flag_of<'v>(param: &ParamSpec, value: &'v tree::Expr) -> Option<&'v str> {
    let tree::ExprKind::Path(path) = &value.kind else { return None };
    match (param.kind, Constant::find(&path.text)?.family) {
        (Kind::Flags(wanted), Family::Flag(family)) if wanted == family => Some(&path.text),
        _ => None,
    }
}
