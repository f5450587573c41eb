//! Which handle values was a step given, and from which variables?

use super::runner::Runner;
use super::trace::Given;
use super::world::Value;
use crate::kernel::{Arg, CallSpec, Handle};
use crate::scenario::program::{Argument, Program, Term};

impl Runner<'_, '_> {
    /// The handles among a call's arguments; nothing when nobody watches.
    pub(super) fn given(&self, spec: &'static CallSpec, args: &[Argument], values: &[Arg]) -> Vec<Given> {
        if !self.is_watched() {
            return Vec::new();
        }
        let handles =
            spec.params.iter().zip(args).zip(values).filter(|((param, _), _)| param.takes_handles());
        let mut given = Vec::new();
        for ((param, arg), value) in handles {
            match (arg, value) {
                (Argument::Value(term), Arg::Number(number)) => {
                    given.push(self.one(param.name, term, *number));
                }
                (Argument::List(terms), Arg::List(numbers)) => {
                    let each = terms.iter().zip(numbers);
                    given.extend(each.map(|(term, number)| self.one(param.name, term, *number)));
                }
                _ => {}
            }
        }
        given
    }

    /// The value that a copy is made of, if it is a number.
    pub(super) fn given_to_copy(&self, term: &Term, value: &Value) -> Vec<Given> {
        match value {
            Value::Number(number) if self.is_watched() => vec![self.one("", term, *number)],
            _ => Vec::new(),
        }
    }

    fn one(&self, param: &'static str, term: &Term, number: u64) -> Given {
        Given { param, value: Handle(number), variable: variable(self.program, term) }
    }
}

fn variable(program: &Program, term: &Term) -> Option<String> {
    let Term::Variable(id, _) = term else { return None };
    let variable = program.variable(*id);
    Some(format!("{}.{}", program.actor(variable.process).name, variable.name))
}
