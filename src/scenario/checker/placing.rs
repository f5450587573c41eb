//! Which parameter is each argument for?
//!
//! `&x` fills the next out parameter that is free, a named argument says itself where it belongs, and any other takes the
//! next place in order.

use super::Checker;
use crate::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::ActorId;
use crate::scenario::span::Span;
use crate::scenario::suggest::closest;
use crate::scenario::tree::{self, Arg, ExprKind};

impl Checker<'_> {
    /// The place of each argument's parameter in the call's description.
    pub(super) fn place(
        &mut self,
        process: ActorId,
        spec: &'static CallSpec,
        call: &tree::Call,
    ) -> Option<Vec<usize>> {
        let mut places: Vec<usize> = Vec::with_capacity(call.args.len());
        let (mut taken, mut next) = (0u64, 0);
        for arg in &call.args {
            let is_free = |place: &usize| taken & (1 << place) == 0;
            let out = matches!(arg.value.kind, ExprKind::Out(_));
            let fits = |place: &usize| {
                let param = &spec.params[*place];
                if out { param.kind.is_out() } else { param.positional && *place >= next }
            };
            let place = match &arg.name {
                Some(name) => self.named(spec, name)?,
                None => {
                    let Some(free) = (0..spec.params.len()).filter(is_free).find(fits) else {
                        self.no_place(process, spec, &call.args[..=places.len()], &places, next);
                        return None;
                    };
                    next = free + 1;
                    free
                }
            };
            if let Some(first) = places.iter().position(|taken| *taken == place) {
                self.given_twice(&spec.params[place], arg, &call.args[first]);
                return None;
            }
            taken |= 1 << place;
            places.push(place);
        }
        self.nothing_missing(spec, call, &places).then_some(places)
    }

    fn nothing_missing(&mut self, spec: &'static CallSpec, call: &tree::Call, places: &[usize]) -> bool {
        let params = spec.params.iter().enumerate();
        let missing: Vec<&ParamSpec> = params
            .filter(|(place, param)| param.required && !places.contains(place))
            .map(|(_, param)| param)
            .collect();
        if missing.is_empty() {
            return true;
        }
        let names: Vec<String> = missing.iter().map(|param| format!("`{}`", param.name)).collect();
        let message = format!("{} needs {}", spec.name, names.join(" and "));
        let mut diagnostic =
            Diagnostic::new(Code::MissingArgument, call.name.span, message, "not written here");
        for param in missing {
            diagnostic = diagnostic.help(format!("`{}`: {}.", param.name, param.about));
        }
        self.report(diagnostic.help(called_like(spec)));
        false
    }

    fn named(&mut self, spec: &'static CallSpec, name: &tree::Path) -> Option<usize> {
        if let Some(place) = spec.param(&name.text) {
            return Some(place);
        }
        let message = format!("{} has no parameter `{}`", spec.name, name.text);
        let diagnostic =
            Diagnostic::new(Code::UnknownParameter, name.span, message, "not one of its parameters");
        self.report(match closest(&name.text, spec.params.iter().map(|param| param.name)) {
            Some(meant) => diagnostic.help(format!("Did you mean `{meant}`?")),
            None => diagnostic.help(called_like(spec)),
        });
        None
    }

    fn given_twice(&mut self, param: &ParamSpec, arg: &Arg, first: &Arg) {
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

    /// There is no place for the last of `args`. Often one in front of it is the one too many, and has taken a place that
    /// it does not fit.
    fn no_place(
        &mut self,
        process: ActorId,
        spec: &'static CallSpec,
        args: &[Arg],
        places: &[usize],
        next: usize,
    ) {
        let before = self.diagnostics.len();
        for (arg, place) in args.iter().zip(places) {
            if arg.name.is_none() && !matches!(arg.value.kind, ExprKind::Out(_)) {
                self.argument(process, spec, &spec.params[*place], &arg.value);
                if self.diagnostics.len() > before {
                    return;
                }
            }
        }
        let Some(arg) = args.last() else { return };
        match &arg.value.kind {
            ExprKind::Out(path) => self.no_out_parameter(spec, &path.text, arg.value.span, next),
            _ => self.too_many(spec, arg.value.span),
        }
    }

    fn no_out_parameter(&mut self, spec: &'static CallSpec, variable: &str, span: Span, next: usize) {
        let message = format!("{} has no out parameter left for this", spec.name);
        let mut diagnostic = Diagnostic::new(Code::TooManyArguments, span, message, "an `&` too many");
        let fills_something = spec.params.iter().any(|param| param.kind.is_out());
        let gives_a_handle = matches!(spec.returns, Returns::Handle | Returns::FileHandle);
        let takes_its_place = spec.params.iter().skip(next).find(|param| param.positional);
        if gives_a_handle && !fills_something {
            diagnostic =
                diagnostic.help(format!("Keep its answer like this: `{variable} = {}(…)`.", spec.name));
        }
        match takes_its_place {
            Some(ParamSpec { kind: Kind::Structure, name, .. }) => {
                if let Some(fields) = by_name(spec) {
                    diagnostic =
                        diagnostic.help(format!("If `{name}` is meant, write NULL in its place. {fields}"));
                }
            }
            Some(_) if !fills_something => {
                diagnostic =
                    diagnostic.help(format!("If `{variable}` has a value that is meant, leave the `&` out."));
            }
            _ => {}
        }
        self.report(diagnostic.help(called_like(spec)));
    }

    fn too_many(&mut self, spec: &'static CallSpec, span: Span) {
        let message = format!("{} has no further parameter that can stand here", spec.name);
        let mut diagnostic = Diagnostic::new(Code::TooManyArguments, span, message, "an argument too many");
        if let Some(fields) = by_name(spec) {
            diagnostic = diagnostic.help(fields);
        }
        self.report(diagnostic.help(called_like(spec)));
    }
}

/// How a call is written.
pub(super) fn called_like(spec: &CallSpec) -> String {
    format!("It is called like this: `{}`.", spec.signature())
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
