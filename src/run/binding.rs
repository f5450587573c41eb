//! How do values get from variables into a call, and from its answer into variables?

use super::runner::{Done, Runner};
use super::trace::{AnswerRecord, Assigned};
use super::world::{Binding, Living, Value};
use super::{judge, words};
use crate::kernel::calls::Kind;
use crate::kernel::{Answer, Arg, CallSpec, Handle, Out, OutValue, Win32Error};
use crate::scenario::Span;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::{Action, Argument, Step, Term, VariableId};

impl<'d> Runner<'d, '_> {
    pub(super) fn copy(&mut self, step: &Step, living: Living, term: &Term) -> Done {
        let value = self.world.eval(term, Some(living));
        let object = match term {
            Term::Variable(id, _) => self.world.binding(*id).object,
            _ => match &value {
                Value::Number(number) => {
                    let handle = Handle(*number);
                    self.world.kernel.resolve(living.process, living.thread, handle).map(|(object, _)| object)
                }
                _ => None,
            },
        };
        let verdict = judge::copied(&self.document.source, &value, step.expect.as_ref());
        let text = match (&value, object) {
            (Value::Number(number), Some(_)) => Handle(*number).to_string(),
            _ => judge::plain(&value),
        };
        let assigned =
            step.variable.map(|id| self.assign(id, Binding { value, object })).into_iter().collect();
        let answer = AnswerRecord {
            text,
            expectation: String::new(),
            value: 0,
            succeeded: true,
            status: None,
            error: None,
            assigned,
        };
        Done { answer: Some(answer), blocked: false, verdict }
    }

    pub(super) fn arguments(
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
                    Arg::List(terms.iter().map(|term| self.world.number(term, Some(living))).collect())
                }
                Argument::Value(term) => match (self.world.eval(term, Some(living)), wants_text) {
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

    /// Assigns and judges what a call gave back, at once or after it had blocked.
    pub(super) fn returned(&mut self, step: &'d Step, spec: &'static CallSpec, answer: &Answer) -> Done {
        let mut assigned = Vec::new();
        if let Some(id) = step.variable {
            let binding = Binding { value: Value::Number(answer.value), object: answer.object };
            assigned.push(self.assign(id, binding));
        }
        if let Action::Call { args, .. } = &step.action {
            for Out { param, value } in &answer.outs {
                if let Some(Argument::Out(variables)) = args.get(*param as usize) {
                    self.assign_out(variables, value, &mut assigned);
                }
            }
        }
        let thread = self.world.living(step.actor).and_then(|living| self.world.kernel.thread(living.thread));
        let last_error = thread.map_or(Win32Error::SUCCESS, |thread| thread.last_error);
        let verdict = judge::answer(&self.document.source, spec, answer, last_error, step.expect.as_ref());
        let record = AnswerRecord {
            text: words::answer(spec, answer),
            expectation: words::expectation(spec, answer),
            value: answer.value,
            succeeded: answer.succeeded,
            status: Some(answer.status.name()),
            error: answer.error.map(|error| error.to_string()),
            assigned,
        };
        Done { answer: Some(record), blocked: false, verdict }
    }

    pub(super) fn assign_out(
        &mut self,
        variables: &[VariableId],
        value: &OutValue,
        assigned: &mut Vec<Assigned>,
    ) {
        match value {
            OutValue::Record(fields) => {
                for (id, (number, object)) in variables.iter().zip(fields) {
                    assigned
                        .push(self.assign(*id, Binding { value: Value::Number(*number), object: *object }));
                }
            }
            single => {
                let binding = match single {
                    OutValue::Number(number) => Binding { value: Value::Number(*number), object: None },
                    OutValue::Handle(handle, object) => {
                        Binding { value: Value::Number(handle.0), object: *object }
                    }
                    OutValue::Text(text) => Binding { value: Value::Text(text.clone()), object: None },
                    OutValue::Record(_) => return,
                };
                assigned.extend(variables.first().map(|id| self.assign(*id, binding)));
            }
        }
    }

    pub(super) fn assign(&mut self, id: VariableId, binding: Binding) -> Assigned {
        let value = match (&binding.value, binding.object) {
            (Value::Number(number), Some(_)) => Handle(*number).to_string(),
            (value, _) => judge::plain(value),
        };
        let object =
            binding.object.and_then(|id| self.world.kernel.objects().header(id)).map(|header| header.no);
        self.world.bindings[id.0 as usize] = binding;
        Assigned { variable: self.program.variable(id).name.clone(), value, object }
    }
}
