//! What cannot a real system be asked?
//!
//! The numbers of handles, which differ from system to system, and what a scenario has Windows be with its options. A
//! statement that depends on one of these is played all the same where that leaves the rest as it should be.

use super::stage::{self, Moment, is_idle};
use crate::kernel::calls::Kind;
use crate::kernel::{CallSpec, Handle};
use crate::scenario::program::{
    Action, ActorId, Argument, ObjectRef, Operand, Program, Statement, StatementKind, Step, Term, VariableId,
};
use crate::scenario::{Document, Span};

/// Why it is not asked: a process has other values on another system.
pub(super) const VALUES: &str = "it depends on handle values";
/// Why it is not asked: the file chooses another Windows.
pub(super) const OPTIONS: &str = "it depends on an option that the file chooses";

/// Why it is not asked: the answer comes in the moment in which the thread that would tell it ends.
pub(super) const ENDED: &str = "who ends at once cannot tell the answer";
/// Why it is not asked, nor played: the clock of a real system cannot be moved on.
pub(super) const CLOCK: &str = "it would take too long";
/// Milliseconds that a program may sleep.
const LONGEST_SLEEP: u64 = 2000;

/// The first statement that takes too long on a real system.
pub(super) fn first_long_sleep(program: &Program) -> Option<usize> {
    program.statements.iter().position(|statement| match &statement.kind {
        StatementKind::Step(Step { action: Action::Call { spec, args, .. }, .. }) if spec.name == "Sleep" => {
            matches!(args.first(), Some(Argument::Value(Term::Number(time, _))) if *time > LONGEST_SLEEP)
        }
        _ => false,
    })
}

/// A number that may well be a handle: not NULL, not a pseudohandle, and not far beyond any table.
fn may_be_a_handle(value: u64) -> bool {
    value != 0 && !Handle(value).is_pseudo() && value < 0x10000
}

/// Does the statement itself write a handle as a number? A number that names nothing may be tried.
pub(super) fn names_a_value(program: &Program, index: usize, before: Option<&Moment>) -> bool {
    match &program.statements[index].kind {
        StatementKind::Check(condition) => asks_by_value(&condition.term),
        StatementKind::Step(step) => {
            let process = program.actor(step.actor).process;
            let names = |value: &u64| {
                before.is_some_and(|moment| stage::row(program, moment, process, *value).is_some())
            };
            values_of(step).iter().any(names)
        }
    }
}

fn is_value(term: &Term) -> bool {
    matches!(term, Term::Number(value, _) if may_be_a_handle(*value))
}

fn asks_by_value(term: &Term) -> bool {
    match term {
        Term::Unary(_, inner) => asks_by_value(inner),
        Term::Binary(_, left, right) => asks_by_value(left) || asks_by_value(right),
        Term::Ask(_, operands, _) => operands.iter().any(|operand| match operand {
            Operand::Object(ObjectRef::At(_, value)) => is_value(value),
            Operand::Value(value) => is_value(value),
            _ => false,
        }),
        _ => false,
    }
}

/// The handles that a step writes as numbers.
pub(super) fn values_of(step: &Step) -> Vec<u64> {
    let Some((spec, args)) = step.call() else { return Vec::new() };
    let number = |term: &Term| match term {
        Term::Number(value, _) if may_be_a_handle(*value) => Some(*value),
        _ => None,
    };
    let mut values = Vec::new();
    for (param, arg) in spec.params.iter().zip(args) {
        match (param.kind, arg) {
            (Kind::Handle { .. } | Kind::AnyHandle, Argument::Value(term)) => values.extend(number(term)),
            (Kind::Handles { .. }, Argument::List(list)) => values.extend(list.iter().filter_map(number)),
            _ => {}
        }
    }
    values
}

/// The step with variables in the place of numbers that name something, so that it does to a real system what it does here.
/// Nothing, if no variable holds one of them: then the step had better not be played.
pub(super) fn without_values(program: &Program, step: &Step, before: Option<&Moment>) -> Option<Step> {
    let mut named = step.clone();
    if values_of(step).is_empty() {
        return Some(named);
    }
    let (Some(moment), Action::Call { spec, args, .. }) = (before, &mut named.action) else {
        return Some(named);
    };
    for (param, arg) in spec.params.iter().zip(args.iter_mut()) {
        match (param.kind, arg) {
            (Kind::Handle { .. } | Kind::AnyHandle, Argument::Value(term)) => {
                name(program, moment, step.actor, term)?;
            }
            (Kind::Handles { .. }, Argument::List(list)) => {
                for term in list {
                    name(program, moment, step.actor, term)?;
                }
            }
            _ => {}
        }
    }
    Some(named)
}

/// Puts a variable into the place of a number.
fn name(program: &Program, moment: &Moment, actor: ActorId, term: &mut Term) -> Option<()> {
    let Term::Number(value, _) = *term else { return Some(()) };
    if !may_be_a_handle(value) {
        return Some(());
    }
    let process = program.actor(actor).process;
    let table = stage::table(program, moment, process)?;
    let Some(object) = stage::row(program, moment, process, value).map(|row| row.object) else {
        return Some(());
    };
    let holds = |id: &VariableId| {
        moment.bindings.get(id) == Some(&(value, Some(object)))
            && !moment.stale.contains(&(*id, table.object))
    };
    let found = (0..program.variables.len()).map(|place| VariableId(place as u32)).find(holds)?;
    *term = Term::Variable(found, Span::default());
    Some(())
}

/// The same scenario, in which every process first opens some events of its own, each another number of them.
pub(super) fn with_more_handles(document: &Document, moments: &[Moment]) -> (Document, Vec<Option<usize>>) {
    let program = &document.program;
    let (mut statements, mut origins) = (Vec::new(), Vec::new());
    let fill = |actor: usize, statements: &mut Vec<Statement>, origins: &mut Vec<Option<usize>>| {
        let Some(spec) = CallSpec::find("CreateEvent") else { return };
        for _ in 0..5 + 3 * actor {
            let action = Action::Call { spec, args: Box::default(), creates: None };
            let step = Step { actor: ActorId(actor as u32), variable: None, action, expect: None };
            statements.push(Statement {
                kind: StatementKind::Step(step),
                span: Span::default(),
                item: 0,
                narration: None,
                in_gap: false,
            });
            origins.push(None);
        }
    };
    for (place, _) in program.actors.iter().enumerate().filter(|(_, actor)| actor.from_start) {
        fill(place, &mut statements, &mut origins);
    }
    for (index, statement) in program.statements.iter().enumerate() {
        statements.push(statement.clone());
        origins.push(Some(index));
        if let StatementKind::Step(Step { action: Action::Call { creates: Some(actor), .. }, .. }) =
            &statement.kind
            && program.actor(*actor).thread.is_none()
            && moments.get(index).is_some_and(|moment| is_idle(program, moment, *actor))
        {
            fill(actor.0 as usize, &mut statements, &mut origins);
        }
    }
    let mut other = document.clone();
    other.program.statements = statements;
    (other, origins)
}
