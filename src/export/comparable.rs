//! What of an answer is the same on every system?

use super::calls::is_private;
use super::stage::Moment;
use crate::kernel::CallSpec;
use crate::kernel::calls::{Kind, Returns};
use crate::kernel::constants::Constant;
use crate::run::trace::AnswerRecord;
use crate::scenario::Document;
use crate::scenario::program::{Argument, Program, StatementKind, Step, VariableId};

/// What of an outcome can be compared between two systems, as words and values.
pub(super) fn comparable(document: &Document, index: usize, moment: &Moment) -> Vec<(String, String)> {
    let StatementKind::Step(step) = &document.program.statements[index].kind else { return Vec::new() };
    let (Some(answer), Some((spec, args))) = (&moment.answer, step.call()) else { return Vec::new() };
    let mut found = Vec::new();
    if !is_private(spec.name) {
        found.push(("answer".to_owned(), in_form(spec.returns, answer.value)));
    }
    if let Some(error) = &answer.error
        && spec.returns != Returns::Status
    {
        let number = Constant::find(error).map(|constant| constant.value.to_string());
        found.push(("error".to_owned(), number.unwrap_or_else(|| error.clone())));
    }
    for out in outs(&document.program, step, spec, args, answer) {
        found.push((out.name.to_string(), out.value));
    }
    found
}

/// An out value that can be compared.
pub(super) struct OutCompared {
    pub(super) variable: VariableId,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) value: String,
}

/// The out values that the call filled and that can be compared.
pub(super) fn outs(
    program: &Program,
    step: &Step,
    spec: &CallSpec,
    args: &[Argument],
    answer: &AnswerRecord,
) -> Vec<OutCompared> {
    let mut found = Vec::new();
    for (param, arg) in spec.params.iter().zip(args) {
        let Argument::Out(variables) = arg else { continue };
        for (place, id) in variables.iter().enumerate() {
            let variable = program.variable(*id);
            let kind = match param.kind {
                Kind::OutRecord(fields) if fields[place].starts_with("dw") => continue,
                Kind::OutRecord(_) => Kind::OutHandle,
                kind => kind,
            };
            let assigned = answer.assigned.iter().rev().find(|assigned| assigned.variable == variable.name);
            let Some(assigned) = assigned.filter(|_| !is_private(param.name)) else { continue };
            if step.variable == Some(*id) {
                continue;
            }
            let value = match kind {
                Kind::OutHandle => in_form(Returns::Handle, number(&assigned.value)),
                Kind::OutNumber => number(&assigned.value).to_string(),
                _ => assigned.value.trim_matches('"').to_owned(),
            };
            found.push(OutCompared { variable: *id, name: variable.name.to_string(), kind, value });
        }
    }
    found
}

/// A returned value as both systems can write it.
pub(super) fn in_form(returns: Returns, value: u64) -> String {
    match returns {
        Returns::Handle | Returns::FileHandle | Returns::Address => match value {
            0 => "0".to_owned(),
            u64::MAX => "-1".to_owned(),
            _ => "HANDLE".to_owned(),
        },
        Returns::Bool => u64::from(value != 0).to_string(),
        Returns::Plain => value.to_string(),
        _ => (value as u32).to_string(),
    }
}

/// The number that a value of a trace stands for.
pub(super) fn number(text: &str) -> u64 {
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).unwrap_or_default(),
        None => text.parse::<i64>().unwrap_or_default() as u64,
    }
}
