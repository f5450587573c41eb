//! How do values get from variables into a call, and from its answer into variables?

use super::mistakes::{no_number, wrong_value};
use super::world::{Binding, Living, Value, World};
use crate::kernel::calls::Kind;
use crate::kernel::{Answer, Arg, CallSpec, Handle, Out, OutValue};
use crate::scenario::Span;
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::program::{Action, Argument, Step, Term, VariableId};

impl World {
    /// What a step that copies a value puts into its variable.
    pub(crate) fn copied(&self, term: &Term, living: Living, span: Span) -> Result<Binding, Diagnostic> {
        match term {
            Term::Variable(id, _) => return Ok(self.binding(*id).clone()),
            Term::Unary(..) | Term::Binary(..) => {
                let number = self.checked_number(term, living);
                number.map_err(|(place, value)| no_number(place.unwrap_or(span), &value))?;
            }
            _ => {}
        }
        let value = self.eval(term, Some(living));
        let object = match &value {
            Value::Number(number) => {
                let handle = Handle(*number);
                self.kernel.resolve(living.process, living.thread, handle).map(|(object, _)| object)
            }
            _ => None,
        };
        Ok(Binding { value, object, no: None })
    }

    /// The values of a call's arguments.
    pub(crate) fn arguments(
        &self,
        spec: &CallSpec,
        args: &[Argument],
        living: Living,
        span: Span,
    ) -> Result<Vec<Arg>, Diagnostic> {
        let mut values = Vec::with_capacity(spec.params.len());
        for (param, arg) in spec.params.iter().zip(args) {
            let wants_text = matches!(
                param.kind,
                Kind::ObjectName | Kind::FileName | Kind::Data | Kind::NewProcess | Kind::NewThread
            );
            let number = |term: &Term| {
                let number = self.checked_number(term, living);
                number.map_err(|(place, value)| wrong_value(spec, param, place.unwrap_or(span), &value))
            };
            values.push(match arg {
                Argument::Absent => Arg::Absent,
                Argument::Out(_) => Arg::Out,
                Argument::List(terms) => Arg::List(terms.iter().map(number).collect::<Result<_, _>>()?),
                Argument::Value(term) if !wants_text => Arg::Number(number(term)?),
                Argument::Value(term) => match self.eval(term, Some(living)) {
                    Value::Text(text) => Arg::Text(text),
                    Value::Number(0) => Arg::Absent,
                    value => {
                        let place = place_of(term).unwrap_or(span);
                        return Err(wrong_value(spec, param, place, &value));
                    }
                },
            });
        }
        values.resize(spec.params.len(), Arg::Absent);
        Ok(values)
    }

    /// The value of a term as a number, or the variable that holds something else, and what that is.
    fn checked_number(&self, term: &Term, living: Living) -> Result<u64, (Option<Span>, Value)> {
        match term {
            Term::Unary(_, inner) => self.checked_number(inner, living).map(drop)?,
            Term::Binary(_, left, right) => {
                self.checked_number(left, living).and(self.checked_number(right, living)).map(drop)?;
            }
            _ => {}
        }
        match self.eval(term, Some(living)) {
            Value::Number(number) => Ok(number),
            value => Err((place_of(term), value)),
        }
    }

    /// Puts what a call gave back into variables, at once or after it had blocked; gives the variables, in order.
    pub(crate) fn assign_answer(&mut self, step: &Step, answer: &Answer) -> Vec<VariableId> {
        let mut assigned = Vec::new();
        if let Some(id) = step.variable {
            let binding = Binding { value: Value::Number(answer.value), object: answer.object, no: None };
            self.assign(id, binding);
            assigned.push(id);
        }
        let Action::Call { args, .. } = &step.action else { return assigned };
        for Out { param, value } in &answer.outs {
            if let Some(Argument::Out(variables)) = args.get(*param as usize) {
                self.assign_out(variables, value, &mut assigned);
            }
        }
        assigned
    }

    fn assign_out(&mut self, variables: &[VariableId], value: &OutValue, assigned: &mut Vec<VariableId>) {
        let single = match value {
            OutValue::Record(fields) => {
                for (id, (number, object)) in variables.iter().zip(fields) {
                    let binding = Binding { value: Value::Number(*number), object: *object, no: None };
                    self.assign(*id, binding);
                    assigned.push(*id);
                }
                return;
            }
            OutValue::Number(number) => (Value::Number(*number), None),
            OutValue::Handle(handle, object) => (Value::Number(handle.0), *object),
            OutValue::Text(text) => (Value::Text(text.clone()), None),
        };
        if let Some(id) = variables.first() {
            self.assign(*id, Binding { value: single.0, object: single.1, no: None });
            assigned.push(*id);
        }
    }

    /// Gives a variable what it holds from now on.
    pub(crate) fn assign(&mut self, id: VariableId, mut binding: Binding) {
        let number = binding.object.and_then(|object| self.kernel.objects().number(object));
        binding.no = number.or(binding.no);
        self.bindings[id.0 as usize] = binding;
    }
}

/// Where a variable is named.
fn place_of(term: &Term) -> Option<Span> {
    match term {
        Term::Variable(_, span) => Some(*span),
        _ => None,
    }
}
