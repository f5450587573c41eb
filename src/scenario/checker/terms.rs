//! What does an expression mean, and does it fit where it stands?

use super::Checker;
use super::names::Named;
use crate::kernel::calls::CallSpec;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::eye::TermType;
use crate::scenario::program::{ActorId, ObjectRef, Term};
use crate::scenario::tree::{self, BinaryOp, Expr, ExprKind, UnaryOp};
use std::fmt;

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

    pub(super) fn any_time(self) -> bool {
        self == Scope::EyeAtAnyTime
    }
}

impl Checker<'_> {
    /// An expression that is a number or a text.
    pub(super) fn value(&mut self, expr: &Expr, scope: Scope) -> Option<Term> {
        self.term(expr, scope).map(|(term, _)| term)
    }

    /// An expression that is a number.
    pub(super) fn number(&mut self, expr: &Expr, scope: Scope, expected: fmt::Arguments<'_>) -> Option<Term> {
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

    fn wrong_kind(&mut self, expr: &Expr, expected: fmt::Arguments<'_>, found: TermType) {
        let message = expected.to_string();
        let label = format!("this is {}", describe(found));
        self.report(Diagnostic::new(Code::WrongKind, expr.span, message, label).help(match found {
            TermType::Text => "Numbers, constants and variables stand without quotes.",
            TermType::Truth => "What is true or false is no number; facts are joined by `&&` and `||`.",
            TermType::Object => "A process or thread is no number; its id is written `child.pid`.",
            TermType::Number | TermType::Anything => "A text stands in quotes: `\"Ready\"`.",
        }));
    }

    pub(super) fn term(&mut self, expr: &Expr, scope: Scope) -> Option<(Term, TermType)> {
        match &expr.kind {
            ExprKind::Number(number) => Some((Term::Number(number.value, None), TermType::Number)),
            ExprKind::Text(text) => Some((Term::Text(text.value.as_str().into()), TermType::Text)),
            ExprKind::Group(inner) => self.term(inner, scope),
            ExprKind::Path(path) => {
                match self.resolve(path, scope.process(), scope.any_time())? {
                    Named::Variable(id) => Some((Term::Variable(id, path.span), TermType::Anything)),
                    Named::Pid(id) => Some((Term::Pid(id), TermType::Number)),
                    Named::Constant(constant) => {
                        Some((Term::Number(constant.value, Some(constant.name)), TermType::Number))
                    }
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
            ExprKind::Apply(name, args) => match scope.process() {
                Some(process) => self.call_in_expression(process, name, args, expr),
                None => self.question(expr, scope),
            },
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
                    Diagnostic::new(
                        Code::WrongKind,
                        inner.span,
                        "`!` has no place in a step",
                        "behind a `!`",
                    )
                    .help("`~` inverts the bits of a number; `!` belongs in checks."),
                );
                return None;
            }
            UnaryOp::Complement | UnaryOp::Minus => {
                (self.number(inner, scope, format_args!("a number is expected here"))?, TermType::Number)
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
                let (left, right) = (
                    self.number(left, scope, format_args!("a number is expected here")),
                    self.number(right, scope, format_args!("a number is expected here")),
                );
                (left?, right?, TermType::Number)
            }
            _ => {
                let (left_term, right_term) = (self.term(left, scope), self.term(right, scope));
                let ((left_term, left_type), (right_term, right_type)) = (left_term?, right_term?);
                let ordered = !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
                if !comparable(left_type, right_type, ordered) {
                    self.incomparable((left, left_type), (right, right_type));
                    return None;
                }
                (left_term, right_term, TermType::Truth)
            }
        };
        Some((Term::Binary(op, Box::new(left_term), Box::new(right_term)), result))
    }

    fn incomparable(&mut self, (left, left_type): (&Expr, TermType), (right, right_type): (&Expr, TermType)) {
        use TermType::{Object, Text, Truth};
        let (one, other) = (describe(left_type), describe(right_type));
        let message = match (left_type, right_type) {
            (Text, Text) => "texts are not compared by size".to_owned(),
            (Truth, Truth) => "what is true or false is not compared by size".to_owned(),
            (Object, Object) => "processes and threads are not compared by size".to_owned(),
            _ => format!("{one} and {other} cannot be compared"),
        };
        let help = match (left_type, right_type) {
            (Object, _) | (_, Object) => {
                "A process or thread is compared by `==` or `!=` with another one, or with NULL."
            }
            (Text, Text) => "Texts are compared by `==` or `!=`.",
            (Text, Truth) | (Truth, Text) => {
                "What is true or false stands alone, or is compared with TRUE or FALSE."
            }
            (Text, _) | (_, Text) => {
                "A text stands in quotes, a number without: `type(parent.h) == \"Event\"`."
            }
            (Truth, _) | (_, Truth) => {
                "Join two comparisons by `&&`: `1 <= handles(parent.h) && handles(parent.h) <= 2`."
            }
            _ => "Compare numbers with numbers and texts with texts.",
        };
        self.report(
            Diagnostic::new(Code::WrongKind, right.span, message, format!("this is {other}"))
                .also(left.span, format!("this is {one}"))
                .help(help),
        );
    }

    /// `GetCurrentProcess()` and its like may stand inside a step.
    fn call_in_expression(
        &mut self,
        process: ActorId,
        name: &tree::Name,
        args: &[Expr],
        expr: &Expr,
    ) -> Option<(Term, TermType)> {
        match CallSpec::find(&name.text) {
            Some(spec) if spec.only_tells() => {
                if args.is_empty() {
                    return Some((Term::Call(spec), TermType::Number));
                }
                let message = format!("{} takes no arguments", spec.name);
                self.report(
                    Diagnostic::new(Code::TooManyArguments, expr.span, message, "an argument too many")
                        .help(format!("Write `{}()`.", spec.name)),
                );
            }
            Some(spec) => self.report(
                Diagnostic::new(
                    Code::NestedCall,
                    expr.span,
                    format!("{} needs a step of its own", spec.name),
                    "a call inside a call",
                )
                .help(format!(
                    "Write `{}: h = {}(…)` on the line above, and `h` here.",
                    self.program.actor(process).name,
                    spec.name
                )),
            ),
            None => match args {
                [Expr { kind: ExprKind::Text(text), .. }] => self.text_in_call(name, &text.written),
                _ => self.unknown_call(&name.text, name.span),
            },
        }
        None
    }

    /// `TEXT("Ready")`, as C programs write it.
    fn text_in_call(&mut self, name: &tree::Name, text: &str) {
        self.report(
            Diagnostic::new(
                Code::UnknownCall,
                name.span,
                format!("there is no call `{}`", name.text),
                "not a call of this model",
            )
            .help(format!("A text stands alone: `{text}`.")),
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
