//! Does a call exist, and do its arguments fit its parameters?

use super::Checker;
use super::misused::{by_name, called_like_this, text_for_another};
use super::placing::is_null;
use super::taken::{how_written, taken};
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
    /// A call, and what it is called in the kernel's table, if it is there.
    pub(super) fn call(
        &mut self,
        process: ActorId,
        spec: Option<&'static CallSpec>,
        call: &tree::Call,
    ) -> Option<LoweredCall> {
        let Some(spec) = spec else {
            self.unknown_call(&call.name.text, call.name.span);
            return None;
        };
        let placed = self.place(process, spec, call)?;
        let behind_the_last = placed.iter().max().map_or(0, |last| last + 1);
        let mut args: Box<[Argument]> = (0..behind_the_last).map(|_| Argument::Absent).collect();
        let (mut creates, mut assigns, mut good) = (None, Vec::new(), true);
        for (arg, &place) in call.args.iter().zip(&placed) {
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
        self.places = placed;
        good.then_some(LoweredCall { action: Action::Call { spec, args, creates }, assigns })
    }

    /// What an argument means as the value of a parameter.
    pub(super) fn argument(
        &mut self,
        process: ActorId,
        spec: &'static CallSpec,
        param: &ParamSpec,
        value: &tree::Expr,
    ) -> Option<Argument> {
        match param.kind {
            Kind::NewProcess | Kind::NewThread => self.new_name(spec, param, value),
            Kind::ObjectName | Kind::FileName | Kind::Data => self.text(process, param, value),
            Kind::Handles { .. } => self.list(process, spec, param, value),
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
                let before = self.diagnostics.len();
                let expected = format_args!("`{}` takes {}", param.name, taken(param.kind));
                let number = self.number(value, Scope::Step(process), expected);
                self.say_more(before, spec, param, value);
                number.map(Argument::Value)
            }
        }
    }

    /// Adds what the call says of its parameter to a mistake that has been reported since there were `before`.
    fn say_more(&mut self, before: usize, spec: &'static CallSpec, param: &ParamSpec, value: &tree::Expr) {
        let Some(diagnostic) = self
            .diagnostics
            .get_mut(before..)
            .and_then(<[_]>::first_mut)
            .filter(|d| d.code == Code::WrongKind)
        else {
            return;
        };
        if let (ExprKind::Text(text), Some(how)) = (&value.kind, how_written(param.kind)) {
            let for_another = text_for_another(self.tree, spec, value.span);
            let meant = |name| format!("If it is meant for `{name}`, write `{name}: {}`.", text.written);
            diagnostic.help = vec![for_another.map_or(how, meant)];
        }
        diagnostic.help.push(called_like_this(spec));
    }

    fn new_name(
        &mut self,
        spec: &'static CallSpec,
        param: &ParamSpec,
        value: &tree::Expr,
    ) -> Option<Argument> {
        if let ExprKind::Text(text) = &value.kind {
            return Some(Argument::Value(Term::Text(text.value.as_str().into())));
        }
        let (what, example) = match param.kind {
            Kind::NewProcess => ("process", "CreateProcess(\"child\", &pi)"),
            _ => ("thread", "CreateThread(\"worker\")"),
        };
        let message = format!("the name of the new {what} is expected here");
        let mut diagnostic =
            Diagnostic::new(Code::WrongKind, value.span, message, "this is no name in quotes")
                .help(format!("Later lines call the new {what} by this name: `{example}`."));
        if let Some(fields) = by_name(spec) {
            diagnostic = diagnostic.help(fields);
        }
        self.report(diagnostic);
        None
    }

    fn text(&mut self, process: ActorId, param: &ParamSpec, value: &tree::Expr) -> Option<Argument> {
        let before = self.diagnostics.len();
        let Some((term, found)) = self.term(value, Scope::Step(process)) else {
            self.suggest_quotes(before, value);
            return None;
        };
        match (&term, found) {
            (Term::Number(0, _), _) if param.kind != Kind::FileName => Some(Argument::Absent),
            (_, TermType::Text | TermType::Anything) => Some(Argument::Value(term)),
            _ => {
                let name = param.name;
                self.report(
                    Diagnostic::new(
                        Code::WrongKind,
                        value.span,
                        format!("`{name}` takes {} in quotes", taken(param.kind)),
                        format!("this is {}", describe(found)),
                    )
                    .help(format!("`{name}`: {}.", param.about)),
                );
                None
            }
        }
    }

    /// Where a text is expected, an unknown name is most probably one without its quotes.
    fn suggest_quotes(&mut self, before: usize, value: &tree::Expr) {
        if let (ExprKind::Path(path), Some(diagnostic)) = (&value.kind, self.diagnostics.get_mut(before))
            && diagnostic.code == Code::UnknownVariable
        {
            diagnostic.help.insert(0, format!("A text stands in quotes: `\"{}\"`.", path.text));
        }
    }

    fn list(
        &mut self,
        process: ActorId,
        spec: &'static CallSpec,
        param: &ParamSpec,
        value: &tree::Expr,
    ) -> Option<Argument> {
        let ExprKind::List(items) = &value.kind else {
            self.report(
                Diagnostic::new(
                    Code::WrongKind,
                    value.span,
                    format!("`{}` takes {}", param.name, taken(param.kind)),
                    "not a list",
                )
                .help("Handles stand in brackets: `[h1, h2]`. Their number is not written."),
            );
            return None;
        };
        let mut handle = |item| {
            let before = self.diagnostics.len();
            let number = self.number(item, Scope::Step(process), format_args!("a handle is expected here"));
            self.say_more(before, spec, param, item);
            number
        };
        let terms: Vec<Option<Term>> = items.iter().map(&mut handle).collect();
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
        self.structure_in_its_place(spec, param, value);
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
        if let Some((_, name)) = path.text.rsplit_once('.') {
            let message = "a variable of the calling process is expected here";
            self.report(
                Diagnostic::new(Code::WrongKind, path.span, message, "a name with a dot").help(format!(
                    "Write `&{name}`: a call fills variables of the process that makes it; others read them as \
                     `process.{name}`."
                )),
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
