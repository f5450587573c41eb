//! What does each process do, in C?

use super::stage::{self, Moment};
use super::{Writer, comment, step, terms, unasked};
use crate::kernel::calls::Kind;
use crate::scenario::program::{ActorId, Argument, Statement, StatementKind, Step, Term, VariableId};
use crate::scenario::tree::ItemKind;

impl Writer<'_> {
    /// One function for each process, with the steps of all its threads.
    pub(super) fn process(&mut self, process: ActorId) {
        let mut lines = Vec::new();
        for (number, statement, moment) in self.taken() {
            let StatementKind::Step(step) = &statement.kind else { continue };
            if self.program.actor(step.actor).process != process || moment.is_left_out() {
                continue;
            }
            lines.push(String::new());
            for told in self.narration(statement) {
                lines.push(format!("    /* {} */", comment(told)));
            }
            lines.push(format!("    /* {} */", comment(statement.span.text(&self.document.source))));
            lines.push(format!("    case {number}: {{"));
            for line in self.instructions(number, step, moment) {
                lines.push(format!("        {line}"));
            }
            lines.push("        break;\n    }".to_owned());
        }
        let name = terms::word(&self.program.actor(process).name);
        self.line(&format!("static void play_{name}(int step) {{\n    switch (step) {{"));
        for line in lines {
            self.line(&line);
        }
        self.line("    default:\n        break;\n    }\n}\n");
    }

    /// What the process does in a step: the call, unless a value of another process happens to name something here.
    fn instructions(&self, number: usize, step: &Step, moment: &Moment) -> Vec<String> {
        let before = number.checked_sub(2).map(|before| &self.stage.moments[before]);
        let Some(named) = unasked::without_values(self.program, step, before) else {
            return vec!["/* No call: on this system the number may name something else. */".to_owned()];
        };
        let call = step::lines(self.program, number, &named, moment);
        let foreign = before.map(|before| self.foreign(step, before)).unwrap_or_default();
        let numbers = unasked::values_of(&named).into_iter().map(terms::number);
        let variables = foreign.iter().map(|id| format!("V({})", terms::variable(self.program, *id)));
        let tests: Vec<String> =
            variables.chain(numbers).map(|value| format!("names_something({number}, {value})")).collect();
        if tests.is_empty() {
            return call;
        }
        let mut lines = vec![format!("if ({}) break;", tests.join(" || "))];
        lines.extend(call);
        lines
    }

    /// Variables that the call uses as handles and that do not name their object in this process, because they belong to
    /// another.
    fn foreign(&self, step: &Step, before: &Moment) -> Vec<VariableId> {
        let process = self.program.actor(step.actor).process;
        let Some(table) = stage::table(self.program, before, process) else { return Vec::new() };
        let Some((spec, args)) = step.call() else { return Vec::new() };
        let handles = spec.params.iter().zip(args).filter_map(|(param, arg)| match (param.kind, arg) {
            (Kind::Handle { .. } | Kind::AnyHandle, Argument::Value(Term::Variable(id, _))) => Some(*id),
            _ => None,
        });
        let foreign = handles.filter(|id| {
            before.bindings.get(id).is_some_and(|(value, object)| {
                *value != 0
                    && !crate::kernel::Handle(*value).is_pseudo()
                    && !before.stale.contains(&(*id, table.object))
                    && stage::row(self.program, before, process, *value).map(|row| row.object) != *object
            })
        });
        // The source handle of a duplication belongs to its source process.
        foreign.filter(|_| !spec.name.contains("Duplicate")).collect()
    }

    fn narration(&self, statement: &Statement) -> Vec<&str> {
        let Some(first) = statement.narration else { return Vec::new() };
        let items = self.document.tree.items.get(first as usize..statement.item as usize).unwrap_or_default();
        let told = items.iter().filter_map(|item| match &item.kind {
            ItemKind::Narration(text) => Some(text.as_str()),
            _ => None,
        });
        told.collect()
    }

    pub(super) fn perform(&mut self) {
        self.line("static void perform(int actor, int step) {\n    switch (process_of[actor]) {");
        for process in self.processes() {
            let name = terms::word(&self.program.actor(process).name);
            let actor = terms::actor(self.program, process);
            self.line(&format!("    case {actor}:\n        play_{name}(step);\n        break;"));
        }
        self.line("    }\n}\n");
    }
}
