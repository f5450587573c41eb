//! When is each step's turn, and what must come of it?
//!
//! The controller conducts the file in its order.

use super::comparable::outs;
use super::eye::Eye;
use super::stage::{self, Moment};
use super::{Writer, calls, comment, terms, unasked};
use crate::kernel::CallSpec;
use crate::kernel::calls::{Kind, Returns};
use crate::scenario::program::{Action, ActorId, Argument, ExpectedValue, StatementKind, Step, Term};

impl Writer<'_> {
    /// The order of the file, as the controller conducts it.
    pub(super) fn play(&mut self) {
        let mut lines = Vec::new();
        for (place, actor) in self.program.actors.iter().enumerate() {
            if actor.from_start {
                lines.push(format!("    start({});", terms::actor(self.program, ActorId(place as u32))));
            }
        }
        let mut living: Vec<ActorId> = Vec::new();
        for process in self.processes() {
            if self.program.actor(process).from_start {
                living.push(process);
            }
        }
        for (number, statement, moment) in self.taken() {
            lines.push(String::new());
            lines.push(format!("    /* {} */", comment(statement.span.text(&self.document.source))));
            if let Some(why) = moment.unasked.filter(|_| moment.is_left_out()) {
                lines.push(format!("    not_asked({number}, \"{why}\");"));
                continue;
            }
            let told = match &statement.kind {
                StatementKind::Check(condition) => vec![self.check(number, moment, &condition.term)],
                StatementKind::Step(step) => self.step(number, step, moment),
            };
            lines.extend(told.into_iter().map(|line| format!("    {line}")));
            if let StatementKind::Step(Step { action: Action::Call { creates: Some(created), .. }, .. }) =
                &statement.kind
                && self.program.actor(*created).thread.is_none()
            {
                living.push(*created);
            }
            living.retain(|actor| !moment.ended.iter().any(|(gone, _)| gone == actor));
        }
        for (place, _) in self.program.always.iter().chain(&self.program.finally).enumerate() {
            let why = "what must hold always or at the end is not asked";
            lines.push(format!("    not_asked({}, \"{why}\");", self.program.statements.len() + 1 + place));
        }
        lines.push(String::new());
        lines.extend(living.iter().map(|actor| format!("    stop({});", terms::actor(self.program, *actor))));
        self.line("static void play(void) {");
        for line in lines {
            self.line(&line);
        }
        self.out.push_str("}\n");
    }

    fn check(&self, number: usize, moment: &Moment, term: &Term) -> String {
        match (Eye { program: self.program, stage: self.stage, index: number - 1 }).condition(term) {
            Ok(condition) => match moment.unasked {
                None => format!("check({number}, {});", terms::bare(&condition)),
                Some(why) => format!("not_asked({number}, \"{why}\");"),
            },
            Err(why) => format!("not_asked({number}, \"{why}\");"),
        }
    }

    fn step(&self, number: usize, step: &Step, moment: &Moment) -> Vec<String> {
        let actor = terms::actor(self.program, step.actor);
        let mut lines = Vec::new();
        for (gone, is_thread) in &moment.ended {
            let gone = terms::actor(self.program, *gone);
            lines.push(format!("watch({gone}, {});", i32::from(*is_thread)));
        }
        lines.push(format!("go({number}, {actor});"));
        if moment.blocks {
            lines.push(format!("blocks({number}, {actor});"));
        } else if matches!(step.action, Action::Copy(_)) || moment.answer.is_some() {
            lines.extend(self.done(number, step, moment));
        }
        for (gone, _) in &moment.ended {
            lines.push(format!("ended({});", terms::actor(self.program, *gone)));
        }
        for gone in &moment.gone {
            lines.push(format!("vanishes({});", terms::actor(self.program, *gone)));
        }
        for index in &moment.returned {
            if let (StatementKind::Step(step), Some(moment)) =
                (&self.program.statements[*index].kind, self.stage.moments.get(*index))
            {
                lines.extend(self.done(index + 1, step, moment));
            }
        }
        if let Action::Call { creates: Some(created), .. } = &step.action
            && stage::is_idle(self.program, moment, *created)
        {
            lines.push(format!("greet({});", terms::actor(self.program, *created)));
        }
        lines
    }

    /// The answer of a step, with what the file expects of it.
    fn done(&self, number: usize, step: &Step, moment: &Moment) -> Vec<String> {
        if let Some(why) = moment.unasked.filter(|why| *why == unasked::ENDED) {
            return vec![format!("not_asked({number}, \"{why}\");")];
        }
        let actor = terms::actor(self.program, step.actor);
        let call = step.call();
        let private = call.is_none_or(|(spec, _)| calls::is_private(spec.name)) || moment.unasked.is_some();
        let returns = call.map_or(Returns::Plain, |(spec, _)| spec.returns);
        let form = match returns {
            Returns::Handle | Returns::FileHandle | Returns::Address => "OPAQUE_VALUE",
            Returns::Plain => "BITS64",
            _ => "BITS32",
        };
        let (mut expected, mut value, mut error) = ("ANYTHING", "0".to_owned(), "ANY_ERROR".to_owned());
        if let Some(expect) = step.expect.as_ref().filter(|_| !private) {
            error = expect.error.map_or(error, terms::error);
            expected = match expect.value {
                ExpectedValue::Unknown => "ANYTHING",
                ExpectedValue::True => "IS_TRUE",
                ExpectedValue::Handle => "IS_HANDLE",
                ExpectedValue::Address => "IS_ADDRESS",
                ExpectedValue::Number(number) => {
                    value = terms::answer(returns, number);
                    "IS_NUMBER"
                }
            };
        }
        let mut lines = vec![format!("done({number}, {actor}, {form}, {expected}, {value}, {error});")];
        if let Some(why) = moment.unasked {
            lines.push(format!("not_asked({number}, \"{why}\");"));
            return lines;
        }
        if let (Some((spec, args)), Some(answer)) = (call, &moment.answer) {
            lines.extend(self.outs(number, step, spec, args, answer));
        }
        lines
    }

    fn outs(
        &self,
        number: usize,
        step: &Step,
        spec: &CallSpec,
        args: &[Argument],
        answer: &crate::run::trace::AnswerRecord,
    ) -> Vec<String> {
        let outs = outs(self.program, step, spec, args, answer);
        let lines = outs.iter().map(|out| {
            let variable = terms::variable(self.program, out.variable);
            let name = terms::text(&out.name);
            match out.kind {
                Kind::OutHandle => format!("out_handle({number}, {name}, V({variable}));"),
                Kind::OutNumber => format!("out_number({number}, {name}, V({variable}));"),
                _ => format!("out_text({number}, {name}, {variable});"),
            }
        });
        lines.collect()
    }
}
