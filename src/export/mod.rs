//! How does a scenario become a program for Windows?
//!
//! [`c`] writes one self-contained C file that plays the scenario with real processes and threads, and prints one line of
//! JSON for each step. [`compare`] holds what it printed against what the simulator says.
//!
//! ```
//! let text = "process p\np: h = CreateEvent() => HANDLE\n";
//! let document = handlelab::scenario::Document::read(text).expect("it can be read");
//! assert!(handlelab::export::c(&document).contains("CreateEventA"));
//! ```

#[cfg(feature = "proptest")]
pub mod agent;
mod calls;
pub mod compare;
mod eye;
pub mod known;
pub mod record;
mod stage;
mod step;
mod terms;
mod unasked;

use crate::kernel::calls::Returns;
use crate::kernel::{CallSpec, calls::Kind};
use crate::scenario::Document;
use crate::scenario::program::{
    Action, ActorId, Argument, ExpectedValue, Program, Statement, StatementKind, Step, Term, VariableId,
};
use crate::scenario::tree::ItemKind;
use crate::view::markup::visible;
use eye::Eye;
use stage::{Moment, Stage};

/// The headers that every program reads first. A judge may compile them beforehand.
pub const HEADERS: &str = "\
#define __USE_MINGW_ANSI_STDIO 1
#define _WIN32_WINNT 0x0A00
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
";

/// What the headers of some compilers lack.
const CALLS: &str = include_str!("runtime/calls.h");
/// Starting the program again, as another process or thread.
const CHILDREN: &str = include_str!("runtime/children.h");
/// The memory and the folder that all of a run's processes share.
const SHARED: &str = include_str!("runtime/shared.h");
/// What is the same for every scenario: the actors, and who tells them when.
const STAGE: &str = include_str!("runtime/stage.h");
const CONTROLLER: &str = include_str!("runtime/controller.h");

/// The scenario as a C program.
pub fn c(document: &Document) -> String {
    let stage = Stage::of(document);
    Writer { document, program: &document.program, stage: &stage, out: String::new() }.write()
}

struct Writer<'d> {
    document: &'d Document,
    program: &'d Program,
    stage: &'d Stage,
    out: String,
}

impl Writer<'_> {
    fn write(mut self) -> String {
        let title = self.program.title.clone().unwrap_or_else(|| "A scenario".to_owned());
        self.line(&format!("/* {}", comment(&title)));
        self.line(" *");
        self.line(
            " * Made by `handlelab export c`. Compile it for 64-bit Windows and run it without arguments:",
        );
        self.line(" *     x86_64-w64-mingw32-gcc -Wall -Wextra -o scenario.exe scenario.c");
        self.line(" * It ends with 0 when every answer is as the scenario expects. The story itself is at the end of this file.");
        self.line(" */");
        self.line(HEADERS);
        self.names();
        for part in [CALLS, STAGE, CHILDREN, SHARED, CONTROLLER] {
            self.line(part);
        }
        self.line("/* ---- The story ---- */\n");
        for place in self.processes() {
            self.process(place);
        }
        self.perform();
        self.play();
        self.out
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn processes(&self) -> Vec<ActorId> {
        let processes = self.program.actors.iter().enumerate().filter(|(_, actor)| actor.thread.is_none());
        processes.map(|(place, _)| ActorId(place as u32)).collect()
    }

    fn names(&mut self) {
        let actors = (0..self.program.actors.len()).map(|place| ActorId(place as u32));
        let names: Vec<String> = actors.clone().map(|id| terms::actor(self.program, id)).collect();
        self.line(&format!("enum {{ {}, ACTORS }};", names.join(", ")));
        let processes: Vec<String> =
            actors.map(|id| terms::actor(self.program, self.program.actor(id).process)).collect();
        self.line(&format!("static const int process_of[] = {{ {} }};", processes.join(", ")));
        let ids = (0..self.program.variables.len()).map(|place| VariableId(place as u32));
        let mut variables: Vec<String> = ids.map(|id| terms::variable(self.program, id)).collect();
        variables.push("VARIABLES".to_owned());
        self.line(&format!("enum {{\n    {}\n}};", variables.join(",\n    ")));
        self.line(&format!("#define STEPS {}\n", self.program.statements.len()));
    }

    /// The steps that were taken, with their numbers.
    fn taken(&self) -> impl Iterator<Item = (usize, &Statement, &Moment)> {
        let statements = self.program.statements.iter().zip(&self.stage.moments);
        statements.enumerate().map(|(index, (statement, moment))| (index + 1, statement, moment))
    }

    /// One function for each process, with the steps of all its threads.
    fn process(&mut self, process: ActorId) {
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

    fn perform(&mut self) {
        self.line("static void perform(int actor, int step) {\n    switch (process_of[actor]) {");
        for process in self.processes() {
            let name = terms::word(&self.program.actor(process).name);
            let actor = terms::actor(self.program, process);
            self.line(&format!("    case {actor}:\n        play_{name}(step);\n        break;"));
        }
        self.line("    }\n}\n");
    }

    /// The order of the file, as the controller conducts it.
    fn play(&mut self) {
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
        let (mut expected, mut value, mut error) = ("ANYTHING", 0, None);
        if let Some(expect) = step.expect.as_ref().filter(|_| !private) {
            error = expect.error;
            expected = match expect.value {
                ExpectedValue::Unknown => "ANYTHING",
                ExpectedValue::True => "IS_TRUE",
                ExpectedValue::Handle => "IS_HANDLE",
                ExpectedValue::Address => "IS_ADDRESS",
                ExpectedValue::Number(number) => {
                    value = number;
                    "IS_NUMBER"
                }
            };
        }
        let value = terms::number(value);
        let error = error.map_or("ANY_ERROR".to_owned(), |error| error.to_string());
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
        let outs = stage::outs(self.program, step, spec, args, answer);
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

/// A text that can stand in a C comment.
fn comment(text: &str) -> String {
    let text = visible(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    text.replace("*/", "* /").replace("/*", "/ *")
}
