//! What is to be said of a call that is written wrongly?

use super::Checker;
use crate::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::constants::{Constant, Family};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::span::Span;
use crate::scenario::suggest::closest;
use crate::scenario::tree::{self, Arg, ExprKind, ItemKind};

impl Checker<'_> {
    pub(super) fn named(&mut self, spec: &'static CallSpec, name: &tree::Path) -> Option<usize> {
        if let Some(place) = spec.param(&name.text) {
            return Some(place);
        }
        let message = format!("{} has no parameter `{}`", spec.name, name.text);
        let diagnostic =
            Diagnostic::new(Code::UnknownParameter, name.span, message, "not one of its parameters");
        self.report(match closest(&name.text, spec.params.iter().map(|param| param.name)) {
            Some(meant) => diagnostic.help(format!("Did you mean `{meant}`?")),
            None => diagnostic.help(called_like_this(spec)),
        });
        None
    }

    pub(super) fn missing(&mut self, spec: &'static CallSpec, missing: &[&ParamSpec], span: Span) {
        let names: Vec<String> = missing.iter().map(|param| format!("`{}`", param.name)).collect();
        let message = format!("{} needs {}", spec.name, names.join(" and "));
        let mut diagnostic = Diagnostic::new(Code::MissingArgument, span, message, "not written here");
        for param in missing {
            diagnostic = diagnostic.help(format!("`{}`: {}.", param.name, param.about));
        }
        self.report(diagnostic.help(called_like_this(spec)));
    }

    pub(super) fn given_twice(&mut self, param: &ParamSpec, arg: &Arg, first: &Arg) {
        let message = format!("`{}` is given twice", param.name);
        let mut diagnostic = Diagnostic::new(Code::Twice, arg.value.span, message, "the second time")
            .also(first.value.span, "the first time")
            .help("Leave one of the two out.");
        if first.name.is_none() {
            diagnostic = diagnostic.help(format!(
                "An argument without a name is for the next parameter in order, here for `{}`.",
                param.name
            ));
        }
        self.report(diagnostic);
    }

    /// An argument without a name that finds no place, or stands in that of another one (`place`).
    pub(super) fn misplaced(
        &mut self,
        spec: &'static CallSpec,
        place: Option<usize>,
        value: &tree::Expr,
        next: usize,
    ) {
        match (place.map(|place| spec.params[place].kind), &value.kind) {
            (Some(Kind::Handles { .. }), _) => self.count_not_written(spec, value.span),
            (Some(_), _) => self.not_a_variable(spec, value),
            (None, ExprKind::Out(path)) => self.no_out_parameter(spec, &path.text, value.span, next),
            (None, _) => self.too_many(spec, value),
        }
    }

    fn no_out_parameter(&mut self, spec: &'static CallSpec, variable: &str, span: Span, next: usize) {
        let fills_something = spec.params.iter().any(|param| param.kind.is_out());
        let left = if fills_something { " left for this" } else { "" };
        let message = format!("{} has no out parameter{left}", spec.name);
        let mut diagnostic = Diagnostic::new(Code::TooManyArguments, span, message, "an `&` too many");
        let gives_a_handle = matches!(spec.returns, Returns::Handle | Returns::FileHandle);
        let kept = step_around(self.tree, span).is_some_and(|step| step.variable.is_some());
        if gives_a_handle && !fills_something && !kept {
            diagnostic =
                diagnostic.help(format!("Keep its answer like this: `{variable} = {}(…)`.", spec.name));
        }
        match spec.params.iter().skip(next).find(|param| param.positional) {
            Some(ParamSpec { kind: Kind::Structure, name, .. }) => {
                if let Some(fields) = by_name(spec) {
                    diagnostic =
                        diagnostic.help(format!("If `{name}` is meant, write NULL in its place. {fields}"));
                }
            }
            Some(_) if !fills_something => {
                diagnostic =
                    diagnostic.help(format!("If the value of `{variable}` is meant, leave the `&` out."));
            }
            _ => {}
        }
        self.report(diagnostic.help(called_like_this(spec)));
    }

    fn too_many(&mut self, spec: &'static CallSpec, value: &tree::Expr) {
        let message = format!("{} has no further parameter that can stand here", spec.name);
        let mut diagnostic =
            Diagnostic::new(Code::TooManyArguments, value.span, message, "an argument too many");
        let mut fields = spec.params.iter().filter(|param| !param.positional);
        if let Some(meant) = fields.find_map(|param| written_by_name(param, value)) {
            diagnostic = diagnostic.help(meant);
        } else if let Some(fields) = by_name(spec) {
            diagnostic = diagnostic.help(fields);
        }
        self.report(diagnostic.help(called_like_this(spec)));
    }

    /// The number of handles, or the length of a buffer, where C has it.
    fn count_not_written(&mut self, spec: &'static CallSpec, span: Span) {
        let message = "an array brings its own count, which is not written";
        self.report(
            Diagnostic::new(Code::TooManyArguments, span, message, "leave this out")
                .help(called_like_this(spec)),
        );
    }

    /// Something else than `&name` in the place of an out parameter.
    pub(super) fn not_a_variable(&mut self, spec: &'static CallSpec, value: &tree::Expr) {
        let is_variable = matches!(&value.kind, ExprKind::Path(path) if Constant::find(&path.text).is_none());
        let brings_length = spec.params.iter().any(|param| matches!(param.kind, Kind::Data | Kind::OutData));
        if !is_variable && !brings_length && spec.params.iter().any(|param| !param.positional) {
            self.too_many(spec, value);
            return;
        }
        let message = format!("{} fills a variable in this place", spec.name);
        let mut diagnostic = Diagnostic::new(Code::WrongKind, value.span, message, "write `&name`, or NULL");
        match &value.kind {
            ExprKind::Path(path) if is_variable => {
                diagnostic = diagnostic.help(format!("Write `&{}`: the call fills it.", path.text));
            }
            ExprKind::Number(_) if brings_length => {
                diagnostic = diagnostic.help("A buffer brings its own length; leave the number out.");
            }
            _ => {}
        }
        self.report(diagnostic.help(called_like_this(spec)));
    }

    /// Something in the place of a structure.
    pub(super) fn structure_in_its_place(
        &mut self,
        spec: &'static CallSpec,
        param: &ParamSpec,
        value: &tree::Expr,
    ) {
        let message = format!("`{}` can only be NULL here", param.name);
        let label = "a structure is not written in its place";
        let meant = spec.params.iter().find_map(|param| written_by_name(param, value));
        let help = match (meant, by_name(spec)) {
            (Some(meant), _) => meant,
            (None, Some(fields)) => format!("Write NULL here. {fields}"),
            (None, None) => "Write NULL, or leave it out.".to_owned(),
        };
        self.report(Diagnostic::new(Code::WrongKind, value.span, message, label).help(help));
    }

    /// Reports an argument that took another's place, if its value is one that a missing parameter takes.
    pub(super) fn blames_a_stray_one<'a>(
        &mut self,
        spec: &'static CallSpec,
        missing: &[&ParamSpec],
        placed: impl Iterator<Item = (&'a Arg, &'a usize)>,
    ) -> bool {
        let mut unnamed = placed.filter(|(arg, _)| arg.name.is_none());
        let stray = unnamed.find_map(|(arg, place)| {
            let taken = &spec.params[*place];
            let fits = flag_of(taken, &arg.value).is_some();
            let meant = missing.iter().find_map(|param| written_by_name(param, &arg.value));
            meant.filter(|_| !fits).map(|meant| (arg.value.span, taken.name, meant))
        });
        let Some((span, taken, meant)) = stray else { return false };
        let message = format!("this stands in the place of `{taken}`");
        let diagnostic = Diagnostic::new(Code::WrongKind, span, message, "it is for another parameter");
        self.report(diagnostic.help(meant).help(called_like_this(spec)));
        true
    }
}

/// The parameter of the same call for which a text at `place` was meant that its own parameter does not take.
pub(super) fn text_for_another(tree: &tree::Scenario, spec: &CallSpec, place: Span) -> Option<&'static str> {
    let tree::Action::Call(call) = &step_around(tree, place)?.action else { return None };
    let here = call.args.iter().find(|arg| arg.value.span == place)?;
    let meant = spec
        .params
        .iter()
        .find(|param| matches!(param.kind, Kind::ObjectName | Kind::FileName | Kind::Data))?;
    let is_taken = call.args.iter().any(|arg| {
        let text = matches!(arg.value.kind, ExprKind::Text(_)) && arg.value.span != place;
        text || arg.name.as_ref().is_some_and(|name| name.text == meant.name)
    });
    (here.name.is_none() && !is_taken).then_some(meant.name)
}

/// The step in which something stands.
fn step_around(tree: &tree::Scenario, place: Span) -> Option<&tree::Step> {
    let behind = tree.items.partition_point(|item| item.span.end <= place.start);
    match &tree.items.get(behind)?.kind {
        ItemKind::Step(step) => Some(step),
        _ => None,
    }
}

/// How the call is written, without what is rarely needed.
pub(super) fn called_like_this(spec: &CallSpec) -> String {
    format!("It is called like this: `{}`.", spec.short_signature())
}

/// Which of its parameters can only be given by name, if some can.
pub(super) fn by_name(spec: &CallSpec) -> Option<String> {
    let fields = spec.params.iter().filter(|param| !param.positional);
    let names: Vec<String> = fields.map(|param| format!("`{}:`", param.name)).collect();
    match names.as_slice() {
        [] => None,
        [name] => Some(format!("{name} is given by its name.")),
        _ => Some(format!("These are given by name: {}.", names.join(", "))),
    }
}

/// The advice to give the value's parameter by its name, if the value is one that the parameter takes.
fn written_by_name(param: &ParamSpec, value: &tree::Expr) -> Option<String> {
    let written = match (param.kind, &value.kind) {
        (Kind::ObjectName, ExprKind::Text(text)) => text.written.as_str(),
        (Kind::Bool, ExprKind::Path(path)) if matches!(path.text.as_str(), "TRUE" | "FALSE") => &path.text,
        _ => flag_of(param, value)?,
    };
    Some(format!("Write it with its name: `{}: {written}`.", param.name))
}

/// The constant's name, if the value is one that the parameter takes.
fn flag_of<'v>(param: &ParamSpec, value: &'v tree::Expr) -> Option<&'v str> {
    let ExprKind::Path(path) = &value.kind else { return None };
    match (param.kind, Constant::find(&path.text)?.family) {
        (Kind::Flags(wanted), Family::Flag(family)) if wanted == family => Some(&path.text),
        _ => None,
    }
}
