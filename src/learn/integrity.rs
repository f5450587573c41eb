//! Is everybody still there whom the exercise needs?
//!
//! Ending a process closes all its handles, frees its mutexes and silences its steps: many a goal would be reached that way.
//! Whoever the exercise brought along goes on living, unless it asks for an end.

use super::exercise::Exercise;
use super::feedback::{BrokenRule, Rule};
use super::running::Seen;
use crate::run::world::World;
use crate::scenario::Document;
use crate::scenario::eye::Question;
use crate::scenario::program::{ActorId, Condition, ObjectRef, Operand, Program, StatementKind, Term};

/// Calls whose purpose is an end. An exercise that names one of them wants somebody to end.
const ENDING: &[&str] =
    &["ExitProcess", "TerminateProcess", "ExitThread", "TerminateThread", "TerminateJobObject"];

/// Processes and threads of the exercise that ended by what the student did.
pub(super) fn broken(exercise: &Exercise, document: &Document, seen: &Seen) -> Vec<BrokenRule> {
    let program = &document.program;
    let Some(end) = &seen.end else { return Vec::new() };
    let ends_anyway = |id| exercise.untouched.as_ref().is_some_and(|untouched| has_ended(untouched, id));
    let terms = exercise.terms();
    if terms.allow.iter().chain(&terms.require).any(|spec| ENDING.contains(&spec.name)) {
        return Vec::new();
    }
    let own = exercise.document.program.actors.iter().enumerate().filter(|(place, actor)| {
        let id = ActorId(*place as u32);
        let here = program.actors.iter().position(|other| other.name == actor.name);
        let ended = here.is_some_and(|here| has_ended(end, ActorId(here as u32)));
        let asked = here.is_some_and(|here| is_asked_of(program, ActorId(here as u32)));
        ended && !ends_anyway(id) && !asked
    });
    own.map(|(_, actor)| BrokenRule {
        rule: Rule::MustLive,
        line: 0,
        sentence: format!("{} has ended by your steps; the task does not ask for that.", actor.name),
    })
    .collect()
}

fn has_ended(world: &World, actor: ActorId) -> bool {
    world.living(actor).is_some_and(|living| living.exit_code.is_some())
}

/// Does the exercise itself ask whether somebody lives?
fn is_asked_of(program: &Program, actor: ActorId) -> bool {
    let terms = program.exercise.iter().flat_map(|terms| terms.goals.iter().chain(&terms.hidden));
    let checks = program.statements.iter().filter(|statement| !statement.in_gap);
    let checks = checks.filter_map(|statement| match &statement.kind {
        StatementKind::Check(condition) => Some(condition),
        StatementKind::Step(_) => None,
    });
    let all = terms.chain(checks).chain(&program.always).chain(&program.finally);
    all.into_iter().any(|Condition { term, .. }| asks(term, actor))
}

fn asks(term: &Term, actor: ActorId) -> bool {
    match term {
        Term::Unary(_, inner) => asks(inner, actor),
        Term::Binary(_, left, right) => asks(left, actor) || asks(right, actor),
        Term::Ask(question, operands, _) => {
            let about_life = matches!(
                question,
                Question::Running
                    | Question::Exited
                    | Question::ExitCode
                    | Question::Alive
                    | Question::Dead
                    | Question::Signaled
            );
            about_life
                && operands.iter().any(|operand| match operand {
                    Operand::Actor(id) | Operand::Object(ObjectRef::Actor(id)) => *id == actor,
                    _ => false,
                })
        }
        _ => false,
    }
}
