//! What is the kernel's eye asked, and about what?

use super::Checker;
use super::names::Named;
use super::terms::Scope;
use crate::kernel::calls::CallSpec;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::eye::{self, OperandKind, QUESTIONS, QuestionSpec, TermType};
use crate::scenario::program::{ObjectRef, Operand, Term};
use crate::scenario::suggest::closest;
use crate::scenario::tree::{Expr, ExprKind};

impl Checker<'_> {
    /// A question with its operands.
    pub(super) fn question(&mut self, expr: &Expr, scope: Scope) -> Option<(Term, TermType)> {
        let ExprKind::Apply(name, args) = &expr.kind else { return None };
        let Some(spec) = eye::find(&name.text) else {
            let mut diagnostic = Diagnostic::new(
                Code::UnknownQuestion,
                name.span,
                format!("the kernel's eye has no question `{}`", name.text),
                "not a question",
            );
            let names = QUESTIONS.iter().map(|spec| spec.name);
            if CallSpec::find(&name.text).is_some() {
                diagnostic = diagnostic
                    .help("A check makes no calls. Make the call in a step and check what came of it.");
            } else if name.text == eye::OBJECT {
                diagnostic = diagnostic
                    .help("`object(PROCESS, value)` stands inside a question, such as `alive(object(child, parent.h))`.");
            } else if let Some(meant) = closest(&name.text, names.clone()) {
                diagnostic = diagnostic.help(format!("Did you mean `{meant}`?"));
            } else {
                diagnostic =
                    diagnostic.help(format!("The questions are: {}.", names.collect::<Vec<_>>().join(", ")));
            }
            self.report(diagnostic);
            return None;
        };
        if spec.operands.len() != args.len() {
            let wanted = spec.operands.len();
            let plural = if wanted == 1 { "" } else { "s" };
            self.report(
                Diagnostic::new(
                    Code::WrongCount,
                    expr.span,
                    format!("`{}` takes {wanted} argument{plural}, not {}", spec.name, args.len()),
                    given(args),
                )
                .help(format!("It is asked like this: `{}`.", asked_like(spec)))
                .help(format!(
                    "`{}`: {}{}",
                    spec.name,
                    spec.about,
                    if spec.about.ends_with('?') { "" } else { "." }
                )),
            );
            return None;
        }
        let operands: Vec<Option<Operand>> =
            spec.operands.iter().zip(args).map(|(kind, arg)| self.operand(*kind, arg, scope)).collect();
        let operands: Option<Vec<Operand>> = operands.into_iter().collect();
        Some((Term::Ask(spec.question, operands?, expr.span), spec.answers))
    }

    fn operand(&mut self, kind: OperandKind, expr: &Expr, scope: Scope) -> Option<Operand> {
        match kind {
            OperandKind::Object => self.object(expr, scope).map(Operand::Object),
            OperandKind::Process => self.process(expr).map(Operand::Actor),
            OperandKind::Actor => self.actor_operand(expr).map(Operand::Actor),
            OperandKind::Value => {
                self.number(expr, scope, format_args!("a handle value is expected here")).map(Operand::Value)
            }
            OperandKind::Name => match &expr.kind {
                ExprKind::Text(text) => Some(Operand::Object(ObjectRef::Name(text.value.as_str().into()))),
                _ => {
                    let message = "an object's name in quotes is expected here";
                    self.report(Diagnostic::new(Code::WrongKind, expr.span, message, "this is no name in quotes").help(
                        "Write the name that the object was created with, `named(\"Ready\")`; `alive(parent.hEvent)` asks \
                         about the object of a variable.",
                    ));
                    None
                }
            },
        }
    }

    fn object(&mut self, expr: &Expr, scope: Scope) -> Option<ObjectRef> {
        match &expr.kind {
            ExprKind::Group(inner) => self.object(inner, scope),
            ExprKind::Text(text) => Some(ObjectRef::Name(text.value.as_str().into())),
            ExprKind::Path(path) => match self.resolve(path, None, scope.any_time())? {
                Named::Variable(id) => Some(ObjectRef::Variable(id)),
                Named::Actor(id) => Some(ObjectRef::Actor(id)),
                Named::Pid(_) | Named::Constant(_) => {
                    self.not_an_object(expr);
                    None
                }
            },
            ExprKind::Apply(name, args) if name.text == eye::OBJECT => {
                let [process, value] = &**args else {
                    self.report(
                        Diagnostic::new(
                            Code::WrongCount,
                            expr.span,
                            "`object` takes a process and a handle value",
                            given(args),
                        )
                        .help(
                            "It stands inside a question, like this: `alive(object(child, parent.hEvent))`.",
                        ),
                    );
                    return None;
                };
                let (process, value) = (
                    self.process(process),
                    self.number(value, scope, format_args!("a handle value is expected here")),
                );
                Some(ObjectRef::At(process?, Box::new(value?)))
            }
            _ => {
                self.not_an_object(expr);
                None
            }
        }
    }

    fn not_an_object(&mut self, expr: &Expr) {
        self.report(
            Diagnostic::new(Code::WrongKind, expr.span, "an object is expected here", "this names no object").help(
                "An object is a variable (`parent.hEvent`), a name (`\"Ready\"`), a process or thread (`child`), or \
                 `object(child, parent.hEvent)`: what a value names in child's table.",
            ),
        );
    }
}

/// How many arguments there are, beside how many there should be.
fn given(args: &[Expr]) -> String {
    match args.len() {
        1 => "1 argument is given".to_owned(),
        several => format!("{several} arguments are given"),
    }
}

/// How a question is written: `valid(PROCESS, value)`.
fn asked_like(spec: &QuestionSpec) -> String {
    let operand = |kind: &OperandKind| match kind {
        OperandKind::Object => "OBJECT",
        OperandKind::Process | OperandKind::Actor => "PROCESS",
        OperandKind::Value => "value",
        OperandKind::Name => "\"name\"",
    };
    let operands: Vec<&str> = spec.operands.iter().map(operand).collect();
    format!("{}({})", spec.name, operands.join(", "))
}
