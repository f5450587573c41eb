//! Does a call exist, and do its arguments fit its parameters?

use super::Checker;
use super::terms::{Scope, describe};
use crate::kernel::calls::{CallSpec, Kind, ParamSpec};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::eye::TermType;
use crate::scenario::program::{Action, ActorId, Argument, Term, VariableId};
use crate::scenario::tree::{self, ExprKind};
use smol_str::format_smolstr;

/// A call, understood.
pub(super) struct LoweredCall {
    pub(super) action: Action,
    /// The variables that have a value afterwards.
    pub(super) assigns: Vec<VariableId>,
}

impl Checker<'_> {
    pub(super) fn call(&mut self, process: ActorId, call: &tree::Call) -> Option<LoweredCall> {
        let Some(spec) = CallSpec::find(&call.name.text) else {
            self.unknown_call(&call.name.text, call.name.span);
            return None;
        };
        let placed = self.place(spec, call)?;
        let mut args: Vec<Argument> = spec.params.iter().map(|_| Argument::Absent).collect();
        let (mut creates, mut assigns, mut good) = (None, Vec::new(), true);
        for (arg, place) in call.args.iter().zip(placed) {
            let param = &spec.params[place];
            if let (Kind::NewProcess | Kind::NewThread, ExprKind::Text(text)) = (param.kind, &arg.value.kind)
            {
                let thread_of = (param.kind == Kind::NewThread).then_some(process);
                creates = self.declare_created(&text.value, arg.value.span, thread_of);
                good &= creates.is_some();
            }
            match self.argument(process, spec, param, &arg.value) {
                Some(argument) => {
                    if let Argument::Out(variables) = &argument {
                        assigns.extend(variables);
                    }
                    args[place] = argument;
                }
                None => good = false,
            }
        }
        good.then_some(LoweredCall { action: Action::Call { spec, args, creates }, assigns })
    }

    /// Which parameter each argument is for.
    fn place(&mut self, spec: &'static CallSpec, call: &tree::Call) -> Option<Vec<usize>> {
        let mut places: Vec<usize> = Vec::with_capacity(call.args.len());
        let (mut taken, mut next, mut good) = (0u64, 0, true);
        for (index, arg) in call.args.iter().enumerate() {
            let place = if let Some(name) = &arg.name {
                self.named(spec, name)
            } else if matches!(arg.value.kind, ExprKind::Out(_)) {
                let free =
                    (0..spec.params.len()).find(|i| spec.params[*i].kind.is_out() && taken & (1 << i) == 0);
                if free.is_none() {
                    self.no_out_parameter(spec, arg.value.span);
                }
                free.inspect(|place| next = place + 1)
            } else {
                let free =
                    (next..spec.params.len()).find(|i| spec.params[*i].positional && taken & (1 << i) == 0);
                let behind = call.args.get(index + 1).map(|arg| &arg.value.kind);
                match free.map(|place| spec.params[place].kind) {
                    None => self.too_many(spec, &arg.value),
                    Some(kind) if brings_its_count(kind, &arg.value.kind, behind) => {
                        self.count_not_written(spec, arg.value.span);
                        good = false;
                    }
                    Some(kind) if kind.is_out() && !is_null(&arg.value) => {
                        self.not_a_variable(spec, &arg.value);
                        good = false;
                    }
                    Some(_) => {}
                }
                free.filter(|_| good).inspect(|place| next = place + 1)
            };
            let Some(place) = place else {
                // Where one stands in a wrong place, those behind it cannot be placed either.
                good = false;
                break;
            };
            if taken & (1 << place) != 0 {
                let name = spec.params[place].name;
                self.report(Diagnostic::new(
                    Code::Twice,
                    arg.value.span,
                    format!("`{name}` is given twice"),
                    "the second time",
                ));
                good = false;
            }
            taken |= 1 << place;
            places.push(place);
        }
        if !good {
            return None;
        }
        let missing: Vec<&ParamSpec> = spec
            .params
            .iter()
            .enumerate()
            .filter(|(i, param)| param.required && taken & (1 << i) == 0)
            .map(|(_, param)| param)
            .collect();
        if missing.is_empty() {
            return Some(places);
        }
        self.missing(spec, &missing, call.name.span);
        None
    }

    fn argument(
        &mut self,
        process: ActorId,
        spec: &'static CallSpec,
        param: &ParamSpec,
        value: &tree::Expr,
    ) -> Option<Argument> {
        match param.kind {
            Kind::NewProcess | Kind::NewThread => self.new_name(param, value),
            Kind::ObjectName | Kind::FileName | Kind::Data => self.text(process, param, value),
            Kind::Handles { .. } => self.list(process, param, value),
            Kind::Structure => self.structure(spec, param, value),
            Kind::OutNumber | Kind::OutHandle | Kind::OutData | Kind::OutRecord(_) => {
                self.out(process, spec, param, value)
            }
            Kind::Handle { .. }
            | Kind::AnyHandle
            | Kind::Access(_)
            | Kind::Flags(_)
            | Kind::Dword
            | Kind::Long
            | Kind::Large
            | Kind::Bool
            | Kind::Timeout
            | Kind::Address => {
                let expected = format!("{} (`{}`)", kind_in_words(param.kind), param.name);
                self.number(value, Scope::Step(process), &expected).map(Argument::Value)
            }
        }
    }

    fn new_name(&mut self, param: &ParamSpec, value: &tree::Expr) -> Option<Argument> {
        if let ExprKind::Text(text) = &value.kind {
            return Some(Argument::Value(Term::Text(text.value.as_str().into())));
        }
        let what = if param.kind == Kind::NewProcess { "process" } else { "thread" };
        self.report(
            Diagnostic::new(
                Code::WrongKind,
                value.span,
                format!("the name of the new {what} is expected here"),
                "a name in quotes",
            )
            .help(format!("Later lines call it by this name: `Create{}(\"worker\", …)`.", capital(what))),
        );
        None
    }

    fn text(&mut self, process: ActorId, param: &ParamSpec, value: &tree::Expr) -> Option<Argument> {
        let (term, found) = self.term(value, Scope::Step(process))?;
        match (&term, found) {
            (Term::Number(0), _) if param.kind != Kind::FileName => Some(Argument::Absent),
            (_, TermType::Text | TermType::Anything) => Some(Argument::Value(term)),
            _ => {
                let name = param.name;
                self.report(
                    Diagnostic::new(
                        Code::WrongKind,
                        value.span,
                        format!("a text in quotes is expected here (`{name}`)"),
                        format!("this is {}", describe(found)),
                    )
                    .help(format!("`{name}`: {}.", param.about)),
                );
                None
            }
        }
    }

    fn list(&mut self, process: ActorId, param: &ParamSpec, value: &tree::Expr) -> Option<Argument> {
        let ExprKind::List(items) = &value.kind else {
            self.report(
                Diagnostic::new(
                    Code::WrongKind,
                    value.span,
                    format!("a list of handles is expected here (`{}`)", param.name),
                    "not a list",
                )
                .help("Handles stand in brackets: `[h1, h2]`. Their number need not be written."),
            );
            return None;
        };
        let terms: Vec<Option<Term>> =
            items.iter().map(|item| self.number(item, Scope::Step(process), "a handle")).collect();
        terms.into_iter().collect::<Option<Vec<Term>>>().map(Argument::List)
    }

    fn structure(
        &mut self,
        spec: &'static CallSpec,
        param: &ParamSpec,
        value: &tree::Expr,
    ) -> Option<Argument> {
        if is_null(value) {
            return Some(Argument::Absent);
        }
        let fields: Vec<String> = spec
            .params
            .iter()
            .filter(|param| !param.positional)
            .map(|param| format!("`{}:`", param.name))
            .collect();
        let mut diagnostic = Diagnostic::new(
            Code::WrongKind,
            value.span,
            format!("`{}` can only be NULL here", param.name),
            "a structure is not written in its place",
        );
        if !fields.is_empty() {
            diagnostic =
                diagnostic.help(format!("Its fields are given by name instead: {}.", fields.join(", ")));
        }
        self.report(diagnostic);
        None
    }

    fn out(
        &mut self,
        process: ActorId,
        spec: &'static CallSpec,
        param: &ParamSpec,
        value: &tree::Expr,
    ) -> Option<Argument> {
        let path = match &value.kind {
            ExprKind::Out(path) => path,
            _ if is_null(value) => return Some(Argument::Absent),
            _ => {
                self.not_a_variable(spec, value);
                return None;
            }
        };
        if path.text.contains('.') {
            self.report(
                Diagnostic::new(Code::WrongKind, path.span, "a variable of the own process is expected here", "a path")
                    .help("A call fills variables of the process that makes it; others read them as `process.variable`."),
            );
            return None;
        }
        let ids = match param.kind {
            Kind::OutRecord(fields) => {
                let names = fields.iter().map(|field| format_smolstr!("{}.{field}", path.text));
                names.map(|name| self.variable_to_set(process, &name, path.span)).collect::<Option<Vec<_>>>()
            }
            _ => self.variable_to_set(process, &path.text, path.span).map(|id| vec![id]),
        };
        ids.map(Argument::Out)
    }
}

/// NULL, or 0 where a pointer stands.
fn is_null(value: &tree::Expr) -> bool {
    match &value.kind {
        ExprKind::Path(path) => path.text == "NULL",
        ExprKind::Number(number) => number.value == 0,
        _ => false,
    }
}

/// C writes the number of handles in front of the array, and a buffer's length behind it; here neither is written.
fn brings_its_count(kind: Kind, value: &ExprKind, behind: Option<&ExprKind>) -> bool {
    matches!((kind, value, behind), (Kind::Handles { .. }, ExprKind::Number(_), Some(ExprKind::List(_))))
}

fn kind_in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Handle { .. } | Kind::AnyHandle => "a handle",
        Kind::Access(_) => "access rights",
        Kind::Bool => "TRUE or FALSE",
        Kind::Timeout => "a time in milliseconds",
        Kind::Flags(_) => "flags",
        _ => "a number",
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
