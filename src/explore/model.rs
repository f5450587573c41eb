//! What must come before what in every order?
//!
//! A thread takes its steps in the order of the file. A step that reads a value which another thread has set comes after the
//! step that set it, by the order of the file, and reads that value: the file says which value is told to whom.

use crate::scenario::Document;
use crate::scenario::program::{
    Action, ActorId, Argument, ObjectRef, Operand, Program, Statement, StatementKind, Step, Term, VariableId,
};
use std::collections::HashMap;

/// A scenario as a partial order of its steps.
pub(super) struct Model<'d> {
    pub(super) document: &'d Document,
    /// The steps of each actor, by [`ActorId`], as places in [`Program::statements`].
    pub(super) steps: Vec<Vec<usize>>,
    /// What each statement needs and tells.
    pub(super) facts: Vec<StepFacts>,
    /// Of each told value the steps that read it.
    pub(super) readers: Vec<Vec<usize>>,
    /// How many processes exist from the start.
    pub(super) first_processes: u32,
}

/// What is known of a step beforehand.
#[derive(Clone, Debug, Default)]
pub(super) struct StepFacts {
    /// Whose step it is.
    pub(super) actor: ActorId,
    /// Its place among the steps of its actor.
    pub(super) place: usize,
    /// Steps of other threads that must have returned before.
    pub(super) after: Vec<usize>,
    /// Variables that several steps set: where this one reads the value that was told to it.
    pub(super) reads: Vec<(VariableId, usize)>,
    /// Variables that several steps set: where this one leaves the value that it tells.
    pub(super) tells: Vec<(VariableId, usize)>,
    /// Variables that it looks at when it is taken, other than told ones.
    pub(super) looks_at: Vec<VariableId>,
    /// Actors for whose ids it asks.
    pub(super) asks: Vec<ActorId>,
    /// Variables that it fills when it returns.
    pub(super) fills: Vec<VariableId>,
    /// Whom it creates.
    pub(super) creates: Option<ActorId>,
}

impl<'d> Model<'d> {
    pub(super) fn new(document: &'d Document) -> Model<'d> {
        let program = &document.program;
        let mut model = Model {
            document,
            steps: vec![Vec::new(); program.actors.len()],
            facts: vec![StepFacts::default(); program.statements.len()],
            readers: Vec::new(),
            first_processes: program.actors.iter().filter(|actor| actor.from_start).count() as u32,
        };
        let often = set_by_several(program);
        let mut last_set: HashMap<VariableId, (usize, ActorId)> = HashMap::new();
        let mut creator: HashMap<ActorId, (usize, ActorId)> = HashMap::new();
        let mut slots: HashMap<(usize, VariableId), usize> = HashMap::new();
        for (index, step) in steps(program) {
            let (mut variables, mut pids) = (Vec::new(), Vec::new());
            each_term(step, &mut |term| match term {
                Term::Variable(id, _) => variables.push(*id),
                Term::Pid(id) => pids.push(*id),
                _ => {}
            });
            let facts = &mut model.facts[index];
            facts.actor = step.actor;
            facts.place = model.steps[step.actor.0 as usize].len();
            model.steps[step.actor.0 as usize].push(index);
            let setters = variables.iter().filter_map(|id| last_set.get(id));
            let needed = setters.chain(pids.iter().filter_map(|id| creator.get(id)));
            facts.after = needed.filter(|(_, actor)| *actor != step.actor).map(|(index, _)| *index).collect();
            facts.after.sort_unstable();
            facts.after.dedup();
            for id in variables.iter().copied().filter(|id| often.contains(id)) {
                let slot = last_set.get(&id).and_then(|(setter, _)| slots.get(&(*setter, id)));
                if let Some(&slot) = slot.filter(|slot| !facts.reads.contains(&(id, **slot))) {
                    facts.reads.push((id, slot));
                    model.readers[slot].push(index);
                }
            }
            variables.retain(|id| !facts.reads.iter().any(|(told, _)| told == id));
            facts.looks_at = variables;
            facts.asks = pids;
            facts.fills = set_by(step);
            for id in set_by(step) {
                last_set.insert(id, (index, step.actor));
                if often.contains(&id) {
                    slots.insert((index, id), model.readers.len());
                    facts.tells.push((id, model.readers.len()));
                    model.readers.push(Vec::new());
                }
            }
            if let Action::Call { creates: Some(created), .. } = &step.action {
                facts.creates = Some(*created);
                creator.insert(*created, (index, step.actor));
            }
        }
        model
    }

    pub(super) fn program(&self) -> &'d Program {
        &self.document.program
    }

    /// How many steps there are and how many actors.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.program().statements.len(), self.program().actors.len())
    }

    /// The step at a place of the program.
    pub(super) fn step(&self, index: usize) -> Option<&'d Step> {
        step_of(self.program().statements.get(index)?)
    }

    pub(super) fn statement(&self, index: usize) -> &'d Statement {
        &self.program().statements[index]
    }
}

fn step_of(statement: &Statement) -> Option<&Step> {
    match &statement.kind {
        StatementKind::Step(step) => Some(step),
        StatementKind::Check(_) => None,
    }
}

fn steps(program: &Program) -> impl Iterator<Item = (usize, &Step)> {
    program.statements.iter().enumerate().filter_map(|(index, statement)| Some((index, step_of(statement)?)))
}

/// The variables that a step fills, each once.
fn set_by(step: &Step) -> Vec<VariableId> {
    let mut set: Vec<VariableId> = step.variable.into_iter().collect();
    if let Action::Call { args, .. } = &step.action {
        set.extend(args.iter().flat_map(|arg| match arg {
            Argument::Out(variables) => variables.as_slice(),
            _ => &[],
        }));
    }
    set.sort_unstable();
    set.dedup();
    set
}

fn set_by_several(program: &Program) -> Vec<VariableId> {
    let mut all: Vec<VariableId> = steps(program).flat_map(|(_, step)| set_by(step)).collect();
    all.sort_unstable();
    let mut often: Vec<VariableId> =
        all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    often.dedup();
    often
}

fn each_term(step: &Step, visit: &mut dyn FnMut(&Term)) {
    match &step.action {
        Action::Copy(term) => walk(term, visit),
        Action::Call { args, .. } => {
            for arg in args {
                match arg {
                    Argument::Value(term) => walk(term, visit),
                    Argument::List(terms) => terms.iter().for_each(|term| walk(term, visit)),
                    Argument::Absent | Argument::Out(_) => {}
                }
            }
        }
    }
}

/// The variables and actors that a condition speaks of.
pub(super) fn mentioned(term: &Term) -> (Vec<VariableId>, Vec<ActorId>) {
    let mut found = (Vec::new(), Vec::new());
    mention(term, &mut found);
    found
}

fn mention(term: &Term, found: &mut (Vec<VariableId>, Vec<ActorId>)) {
    match term {
        Term::Variable(id, _) => found.0.push(*id),
        Term::Pid(actor) => found.1.push(*actor),
        Term::Unary(_, inner) => mention(inner, found),
        Term::Binary(_, left, right) => {
            mention(left, found);
            mention(right, found);
        }
        Term::Object(object) => mention_object(object, found),
        Term::Ask(_, operands, _) => operands.iter().for_each(|operand| match operand {
            Operand::Object(object) => mention_object(object, found),
            Operand::Actor(actor) => found.1.push(*actor),
            Operand::Value(term) => mention(term, found),
        }),
        Term::Number(..) | Term::Text(_) | Term::Call(_) => {}
    }
}

fn mention_object(object: &ObjectRef, found: &mut (Vec<VariableId>, Vec<ActorId>)) {
    match object {
        ObjectRef::Variable(id) => found.0.push(*id),
        ObjectRef::Actor(actor) => found.1.push(*actor),
        ObjectRef::At(actor, value) => {
            found.1.push(*actor);
            mention(value, found);
        }
        ObjectRef::Name(_) => {}
    }
}

fn walk(term: &Term, visit: &mut dyn FnMut(&Term)) {
    visit(term);
    match term {
        Term::Unary(_, inner) => walk(inner, visit),
        Term::Binary(_, left, right) => {
            walk(left, visit);
            walk(right, visit);
        }
        _ => {}
    }
}
