//! What does an expression mean, and does it fit where it stands?

use super::Checker;
use super::names::Named;
use crate::kernel::calls::CallSpec;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::eye::{self, OperandKind, QUESTIONS, TermType};
use crate::scenario::program::{ActorId, ObjectRef, Operand, Term};
use crate::scenario::suggest::closest;
use crate::scenario::tree::{BinaryOp, Expr, ExprKind, UnaryOp};

/// From where an expression is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// A step of this process.
    Step(ActorId),
    /// The kernel's eye, at a point of the file.
    Eye,
    /// The kernel's eye, at any time: variables need have no value yet (rule 17).
    EyeAtAnyTime,
}

impl Scope {
    fn process(self) -> Option<ActorId> {
        match self {
            Scope::Step(process) => Some(process),
            Scope::Eye | Scope::EyeAtAnyTime => None,
        }
    }

    fn any_time(self) -> bool {
        self == Scope::EyeAtAnyTime
    }
}

impl Checker<'_> {
    /// An expression that is a number or a text.
    pub(super) fn value(&mut self, expr: &Expr, scope: Scope) -> Option<Term> {
        self.term(expr, scope).map(|(term, _)| term)
    }

    /// An expression that is a number.
    pub(super) fn number(&mut self, expr: &Expr, scope: Scope, expected: &str) -> Option<Term> {
        let (term, found) = self.term(expr, scope)?;
        if matches!(found, TermType::Number | TermType::Anything) {
            return Some(term);
        }
        self.wrong_kind(expr, expected, found);
        None
    }

    /// An expression that is true or false.
    pub(super) fn truth(&mut self, expr: &Expr, scope: Scope) -> Option<Term> {
        let (term, found) = self.term(expr, scope)?;
        if found == TermType::Truth {
            return Some(term);
        }
        let message = "a check needs something that is true or false";
        self.report(
            Diagnostic::new(Code::WrongKind, expr.span, message, format!("this is {}", describe(found)))
                .help("Compare it with something, such as `handles(parent.hEvent) == 1`."),
        );
        None
    }

    pub(super) fn wrong_kind(&mut self, expr: &Expr, expected: &str, found: TermType) {
        self.report(Diagnostic::new(
            Code::WrongKind,
            expr.span,
            format!("{expected} is expected here"),
            format!("this is {}", describe(found)),
        ));
    }

    pub(super) fn term(&mut self, expr: &Expr, scope: Scope) -> Option<(Term, TermType)> {
        match &expr.kind {
            ExprKind::Number(number) => Some((Term::Number(number.value), TermType::Number)),
            ExprKind::Text(text) => Some((Term::Text(text.value.as_str().into()), TermType::Text)),
            ExprKind::Group(inner) => self.term(inner, scope),
            ExprKind::Path(path) => {
                match self.resolve(path, scope.process(), scope.any_time())? {
                    Named::Variable(id) => Some((Term::Variable(id, path.span), TermType::Anything)),
                    Named::Pid(id) => Some((Term::Pid(id), TermType::Number)),
                    Named::Constant(constant) => Some((Term::Number(constant.value), TermType::Number)),
                    Named::Actor(id) if scope.process().is_none() => {
                        Some((Term::Object(ObjectRef::Actor(id)), TermType::Object))
                    }
                    Named::Actor(_) => {
                        let name = &path.text;
                        self.report(
                        Diagnostic::new(
                            Code::WrongKind,
                            expr.span,
                            format!("`{name}` is a process or thread, not a value"),
                            "a value is expected here",
                        )
                        .help(format!("Its id is `{name}.pid`; a handle to it comes from OpenProcess or CreateProcess.")),
                    );
                        None
                    }
                }
            }
            ExprKind::Apply(name, args) if scope.process().is_some() => {
                self.call_in_expression(&name.text, args, expr)
            }
            ExprKind::Apply(..) => self.question(expr, scope),
            ExprKind::List(_) => {
                self.report(
                    Diagnostic::new(Code::WrongKind, expr.span, "a list has no place here", "a list").help(
                        "Lists of handles are arguments of WaitForMultipleObjects and of `handleList:`.",
                    ),
                );
                None
            }
            ExprKind::Out(_) => {
                self.report(
                    Diagnostic::new(Code::WrongKind, expr.span, "`&` has no place here", "an out parameter")
                        .help("`&name` stands alone, as the argument that a call fills."),
                );
                None
            }
            ExprKind::Unary(op, inner) => self.unary(*op, inner, scope),
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right, expr, scope),
        }
    }

    fn unary(&mut self, op: UnaryOp, inner: &Expr, scope: Scope) -> Option<(Term, TermType)> {
        let (term, result) = match op {
            UnaryOp::Not if scope.process().is_none() => (self.truth(inner, scope)?, TermType::Truth),
            UnaryOp::Not => {
                self.report(
                    Diagnostic::new(Code::WrongKind, inner.span, "`!` has no place in a step", "a number")
                        .help("`~` turns the bits of a number around; `!` belongs into checks."),
                );
                return None;
            }
            UnaryOp::Complement | UnaryOp::Minus => {
                (self.number(inner, scope, "a number")?, TermType::Number)
            }
        };
        Some((Term::Unary(op, Box::new(term)), result))
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        whole: &Expr,
        scope: Scope,
    ) -> Option<(Term, TermType)> {
        let arithmetic = matches!(op, BinaryOp::BitOr | BinaryOp::BitAnd | BinaryOp::Plus | BinaryOp::Minus);
        if !arithmetic && scope.process().is_some() {
            self.report(
                Diagnostic::new(
                    Code::WrongKind,
                    whole.span,
                    format!("`{}` has no place in a step", op.symbol()),
                    "a comparison",
                )
                .help("Compare in a `check` on a line of its own."),
            );
            return None;
        }
        let (left_term, right_term, result) = match op {
            BinaryOp::Or | BinaryOp::And => {
                let (left, right) = (self.truth(left, scope), self.truth(right, scope));
                (left?, right?, TermType::Truth)
            }
            _ if arithmetic => {
                let (left, right) =
                    (self.number(left, scope, "a number"), self.number(right, scope, "a number"));
                (left?, right?, TermType::Number)
            }
            _ => {
                let (left_term, right_term) = (self.term(left, scope), self.term(right, scope));
                let ((left_term, left_type), (right_term, right_type)) = (left_term?, right_term?);
                let ordered = !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
                if !comparable(left_type, right_type, ordered) {
                    self.report(
                        Diagnostic::new(
                            Code::WrongKind,
                            right.span,
                            format!(
                                "{} and {} cannot be compared",
                                describe(left_type),
                                describe(right_type)
                            ),
                            format!("this is {}", describe(right_type)),
                        )
                        .also(left.span, format!("this is {}", describe(left_type))),
                    );
                    return None;
                }
                (left_term, right_term, TermType::Truth)
            }
        };
        Some((Term::Binary(op, Box::new(left_term), Box::new(right_term)), result))
    }

    /// `GetCurrentProcess()` and its like may stand inside a step.
    fn call_in_expression(&mut self, name: &str, args: &[Expr], expr: &Expr) -> Option<(Term, TermType)> {
        match CallSpec::find(name) {
            Some(spec) if spec.only_tells() => {
                if args.is_empty() {
                    return Some((Term::Call(spec), TermType::Number));
                }
                self.report(Diagnostic::new(
                    Code::TooManyArguments,
                    expr.span,
                    format!("{name} takes no arguments"),
                    "nothing between the parentheses",
                ));
            }
            Some(spec) => self.report(
                Diagnostic::new(
                    Code::NestedCall,
                    expr.span,
                    format!("{} needs a step of its own", spec.name),
                    "a call inside a call",
                )
                .help(format!("Write `h = {}(…)` on a line before and use `h` here.", spec.name)),
            ),
            None => self.unknown_call(name, expr.span),
        }
        None
    }

    fn question(&mut self, expr: &Expr, scope: Scope) -> Option<(Term, TermType)> {
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
                    "",
                )
                .help(format!("`{}` tells {}", spec.name, spec.about)),
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
            OperandKind::Value => self.number(expr, scope, "a handle value").map(Operand::Value),
            OperandKind::Name => match &expr.kind {
                ExprKind::Text(text) => Some(Operand::Object(ObjectRef::Name(text.value.as_str().into()))),
                _ => {
                    self.wrong_kind(expr, "a name in quotes", TermType::Anything);
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
                let [process, value] = args.as_slice() else {
                    self.report(Diagnostic::new(
                        Code::WrongCount,
                        expr.span,
                        "`object` takes a process and a handle value",
                        "",
                    ));
                    return None;
                };
                let (process, value) = (self.process(process), self.number(value, scope, "a handle value"));
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

fn comparable(left: TermType, right: TermType, ordered: bool) -> bool {
    use TermType::{Anything, Number, Object, Text, Truth};
    match (left, right) {
        (Object, Object | Number) | (Number, Object) => !ordered,
        (Object, _) | (_, Object) => false,
        (Anything, _) | (_, Anything) => true,
        (Truth, Number) | (Number, Truth) | (Truth, Truth) => !ordered,
        (Number, Number) => true,
        (Text, Text) => !ordered,
        _ => false,
    }
}

/// A type in words.
pub(super) fn describe(found: TermType) -> &'static str {
    match found {
        TermType::Number => "a number",
        TermType::Text => "a text",
        TermType::Truth => "something true or false",
        TermType::Object => "a process or thread",
        TermType::Anything => "a variable's value",
    }
}
