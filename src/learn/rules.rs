//! Does an attempt keep to what the exercise allows?

use super::exercise::Exercise;
use super::feedback::{BrokenRule, Rule};
use super::judging::Places;
use crate::kernel::CallSpec;
use crate::scenario::Document;
use crate::scenario::program::{Action, Argument, Program, Statement, StatementKind, Step, Term, VariableId};
use crate::scenario::tree::{ItemKind, Scenario};
use std::collections::HashSet;

/// The student's steps with the calls that they make.
pub(super) fn calls(document: &Document) -> impl Iterator<Item = (&Statement, &'static CallSpec)> {
    let own = document.program.statements.iter().filter(|statement| statement.in_gap);
    own.filter_map(|statement| match &statement.kind {
        StatementKind::Step(step) => match &step.action {
            Action::Call { spec, .. } => Some((statement, *spec)),
            Action::Copy(_) => None,
        },
        StatementKind::Check(_) => None,
    })
}

/// How many steps and checks a gap has.
pub(super) fn statements(gap: &Scenario) -> usize {
    gap.items.iter().filter(|item| matches!(item.kind, ItemKind::Step(_) | ItemKind::Check(_))).count()
}

/// Lines that have no place in a gap.
pub(super) fn only_steps(gap: &Scenario, text: &str, first_line: usize) -> Vec<BrokenRule> {
    let others = gap.items.iter().filter(|item| {
        !matches!(
            item.kind,
            ItemKind::Step(_)
                | ItemKind::Check(_)
                | ItemKind::Comment(_)
                | ItemKind::Narration(_)
                | ItemKind::Blank
        )
    });
    let broken = others.map(|item| {
        let line = text[..item.span.start as usize].matches('\n').count() + first_line;
        let word = item.span.text(text).split_whitespace().next().unwrap_or_default();
        BrokenRule {
            rule: Rule::OnlySteps,
            line,
            sentence: format!("`{word}` is for the exercise to say, not for your steps."),
        }
    });
    broken.collect()
}

/// Calls that may not be used, and variables that may not be set, or not so.
pub(super) fn broken(exercise: &Exercise, document: &Document, places: &Places<'_>) -> Vec<BrokenRule> {
    let mut broken = Vec::new();
    let Some(terms) = &document.program.exercise else { return broken };
    let line = |statement: &Statement| places.line(document, statement.span).unwrap_or_default();
    for (statement, spec) in calls(document) {
        let is_in = |specs: &[&CallSpec]| specs.iter().any(|other| other.name == spec.name);
        if is_in(&terms.forbid) {
            let sentence = format!("{} is forbidden here.", spec.name);
            broken.push(BrokenRule { rule: Rule::Forbid, line: line(statement), sentence });
        } else if !terms.allow.is_empty() && !is_in(&terms.allow) && !is_in(&terms.require) {
            let allowed: Vec<&str> = terms.allow.iter().chain(&terms.require).map(|spec| spec.name).collect();
            let sentence = format!("{} is not among the allowed calls: {}.", spec.name, allowed.join(", "));
            broken.push(BrokenRule { rule: Rule::Allow, line: line(statement), sentence });
        }
    }
    let mut theirs: HashSet<VariableId> = HashSet::new();
    for statement in &document.program.statements {
        if !statement.in_gap {
            theirs.extend(set_by(statement));
            continue;
        }
        for id in set_by(statement).filter(|id| theirs.contains(id)) {
            let variable = document.program.variable(id);
            let process = &document.program.actor(variable.process).name;
            let sentence = format!(
                "`{}` of {process} belongs to the exercise and keeps its value; take another name.",
                variable.name
            );
            broken.push(BrokenRule { rule: Rule::OwnVariable, line: line(statement), sentence });
        }
    }
    broken.extend(by_hand(exercise, document).map(|(statement, id)| {
        let name = full_name(&document.program, id);
        let sentence =
            format!("The exercise asks about {name}; let a call fill it instead of writing its value.");
        BrokenRule { rule: Rule::ByHand, line: line(statement), sentence }
    }));
    broken.sort_by_key(|rule| rule.line);
    broken
}

/// Steps that write a number or a text into a variable of which the exercise speaks: what a call should tell, known in advance.
/// A value that was written down stays so however often it is copied.
fn by_hand<'d>(
    exercise: &'d Exercise,
    document: &'d Document,
) -> impl Iterator<Item = (&'d Statement, VariableId)> {
    let program = &document.program;
    let mut written: HashSet<VariableId> = HashSet::new();
    program.statements.iter().filter(|statement| statement.in_gap).filter_map(move |statement| {
        let StatementKind::Step(Step { action: Action::Copy(term), variable: Some(id), .. }) =
            &statement.kind
        else {
            set_by(statement).for_each(|id| _ = written.remove(&id));
            return None;
        };
        let is_written = match term {
            Term::Variable(from, _) => written.contains(from),
            Term::Call(_) | Term::Pid(_) => false,
            _ => true,
        };
        if !is_written {
            written.remove(id);
            return None;
        }
        written.insert(*id);
        exercise.spoken_of.contains(&full_name(program, *id)).then_some((statement, *id))
    })
}

/// `parent.hEvent`
pub(super) fn full_name(program: &Program, id: VariableId) -> String {
    let variable = program.variable(id);
    format!("{}.{}", program.actor(variable.process).name, variable.name)
}

/// The variables that a statement sets.
fn set_by(statement: &Statement) -> impl Iterator<Item = VariableId> + '_ {
    let step = match &statement.kind {
        StatementKind::Step(step) => Some(step),
        StatementKind::Check(_) => None,
    };
    let args = step.into_iter().flat_map(|step| match &step.action {
        Action::Call { args, .. } => &**args,
        Action::Copy(_) => &[],
    });
    let outs = args.flat_map(|arg| match arg {
        Argument::Out(variables) => variables.as_slice(),
        _ => &[],
    });
    step.and_then(|step| step.variable).into_iter().chain(outs.copied())
}
