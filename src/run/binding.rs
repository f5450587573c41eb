//! How do values get from variables into a call, and from its answer into variables?

use super::judge;
use super::world::{Binding, Living, Value, World};
use crate::kernel::calls::Kind;
use crate::kernel::{Answer, Arg, CallSpec, Handle, Out, OutValue};
use crate::scenario::Span;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::{Action, Argument, Step, Term, VariableId};

impl World {
    /// What a step that copies a value puts into its variable.
    pub(crate) fn copied(&self, term: &Term, living: Living) -> Binding {
        if let Term::Variable(id, _) = term {
            return self.binding(*id).clone();
        }
        let value = self.eval(term, Some(living));
        let object = match &value {
            Value::Number(number) => {
                let handle = Handle(*number);
                self.kernel.resolve(living.process, living.thread, handle).map(|(object, _)| object)
            }
            _ => None,
        };
        Binding { value, object, no: None }
    }

    /// The values of a call's arguments.
    pub(crate) fn arguments(
        &self,
        spec: &CallSpec,
        args: &[Argument],
        living: Living,
        span: Span,
    ) -> Result<Vec<Arg>, Diagnostic> {
        let mut values = Vec::with_capacity(args.len());
        for (param, arg) in spec.params.iter().zip(args) {
            let wants_text = matches!(
                param.kind,
                Kind::ObjectName | Kind::FileName | Kind::Data | Kind::NewProcess | Kind::NewThread
            );
            values.push(match arg {
                Argument::Absent => Arg::Absent,
                Argument::Out(_) => Arg::Out,
                Argument::List(terms) => {
                    Arg::List(terms.iter().map(|term| self.number(term, Some(living))).collect())
                }
                Argument::Value(term) => match (self.eval(term, Some(living)), wants_text) {
                    (Value::Number(number), false) => Arg::Number(number),
                    (Value::Text(text), true) => Arg::Text(text),
                    (Value::Number(0), true) => Arg::Absent,
                    (value, _) => {
                        let name = param.name;
                        let wanted = if wants_text { "a text" } else { "a number" };
                        return Err(Diagnostic::new(
                            Code::WrongValue,
                            span,
                            format!("`{name}` needs {wanted}"),
                            format!("the variable holds {}", judge::plain(&value)),
                        ));
                    }
                },
            });
        }
        Ok(values)
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
        let header = binding.object.and_then(|object| self.kernel.objects().header(object));
        binding.no = header.map(|header| header.no).or(binding.no);
        self.bindings[id.0 as usize] = binding;
    }
}
