//! How does a program become a scenario that replays it?
//!
//! The reference runs the program; each line expects what the reference answered, and checks at the end say what the
//! reference is left with. Run by the kernel, such a scenario holds exactly as far as the two agree.

use super::picture::{Picture, State};
use super::program::{FROM_START, Program, process_name, thread_name};
use super::reference::Reference;
use super::stage::{Deed, Stage};
use super::system::{Fate, Filled, Happening, Reply, System};
use super::wording;
use crate::kernel::{CallSpec, Options};
use crate::scenario::printer;
use crate::scenario::tree::{BinaryOp, Expr, Item, ItemKind, Name, Scenario, Text};
use std::collections::HashMap;

impl Program {
    /// The program as a scenario that expects what the [`Reference`] answers.
    pub fn scenario(&self, title: &str) -> Scenario {
        let mut script = Script::default();
        script.line(ItemKind::Title(Text::new(title)));
        script.line(ItemKind::Blank);
        script.opening(FROM_START, &self.options);
        let mut reference = Reference::new(self.options);
        let mut last = None;
        self.run(&mut reference, |deed, happening, stage, reference| {
            script.step(deed, happening);
            script.remember_names(deed);
            last = Some((stage.clone(), reference.picture()));
        });
        if let Some((stage, picture)) = last {
            script.line(ItemKind::Blank);
            script.line(ItemKind::Comment(" What must be left.".to_owned()));
            script.objects(&stage, &picture);
            script.processes(&stage, &picture);
            script.names(&picture);
        }
        Scenario { items: script.items }
    }

    /// The same as text.
    pub fn text(&self, title: &str) -> String {
        printer::print(&self.scenario(title))
    }
}

/// What was done and what came of it as a scenario, with comments on top.
pub(super) fn plainly(
    title: &str,
    comments: &[String],
    options: &Options,
    processes: u8,
    done: &[(Deed, Happening)],
) -> Scenario {
    let mut script = Script::default();
    for comment in comments.iter().flat_map(|comment| comment.lines()) {
        script.line(ItemKind::Comment(format!(" {}", comment.trim_end())));
    }
    script.line(ItemKind::Title(Text::new(title)));
    script.line(ItemKind::Blank);
    script.opening(processes, options);
    done.iter().for_each(|(deed, happening)| script.step(deed, happening));
    Scenario { items: script.items }
}

#[derive(Default)]
struct Script {
    items: Vec<Item>,
    /// Where the step stands in which a thread waits.
    waiting: HashMap<u32, usize>,
    /// The names that were used for objects.
    used: Vec<String>,
}

impl Script {
    fn line(&mut self, kind: ItemKind) {
        self.items.push(Item::new(kind));
    }

    /// The processes that exist from the start, and the options that were chosen.
    fn opening(&mut self, processes: u8, options: &Options) {
        self.line(ItemKind::Process(
            (0..processes).map(|process| Name::new(process_name(process))).collect(),
        ));
        for (name, value) in options.chosen() {
            self.line(ItemKind::Option { name: Name::new(name), value: Name::new(value) });
        }
        self.line(ItemKind::Blank);
    }

    fn check(&mut self, fact: Expr) {
        self.line(ItemKind::Check(fact));
    }

    fn step(&mut self, deed: &Deed, happening: &Happening) {
        let index = self.items.len();
        self.line(ItemKind::Step(deed.line.clone()));
        match &happening.fate {
            Fate::Returned(reply) => {
                self.expect(index, deed.request().map(|request| request.call), reply);
                // A thread that goes on now may fill the same variables.
                if happening.released.is_empty() {
                    self.look_at_outs(deed, reply);
                }
            }
            Fate::Blocked => {
                self.waiting.insert(deed.actor.thread, index);
            }
            Fate::Ended | Fate::Refused | Fate::NoCall => {}
        }
        for (thread, reply) in &happening.released {
            if let Some(index) = self.waiting.remove(thread) {
                let call = match &self.items[index].kind {
                    ItemKind::Step(step) => called(step),
                    _ => None,
                };
                self.expect(index, call, reply);
            }
        }
    }

    fn expect(&mut self, index: usize, call: Option<&'static str>, reply: &Reply) {
        if let (Some(spec), ItemKind::Step(step)) =
            (call.and_then(CallSpec::find), &mut self.items[index].kind)
        {
            step.expect = wording::expected(spec, reply);
        }
    }

    /// Numbers and data that a call wrote to variables that nobody uses later.
    fn look_at_outs(&mut self, deed: &Deed, reply: &Reply) {
        let super::stage::Act::Call { outs, .. } = &deed.act else { return };
        for (param, variable) in outs {
            let path = wording::path(format!("{}.{}", process_name(deed.actor.place.0), variable.name()));
            match reply.out(param) {
                Some(Filled::Number(number)) => self.check(equal(path, wording::decimal(*number))),
                Some(Filled::Text(text)) => self.check(equal(path, wording::text(text))),
                _ => {}
            }
        }
    }

    fn remember_names(&mut self, deed: &Deed) {
        let Some(request) = deed.request() else { return };
        let name = request.text("lpName").or(request.text("lpTimerName"));
        self.used.extend(name.map(ToOwned::to_owned));
    }

    /// What must be true of the objects that variables name.
    fn objects(&mut self, stage: &Stage, picture: &Picture) {
        let mut seen = Vec::new();
        for binding in stage.bindings() {
            let Some(object) = binding.object.filter(|object| !seen.contains(object)) else { continue };
            seen.push(object);
            let path =
                || wording::path(format!("{}.{}", process_name(binding.process), binding.variable.name()));
            let ask = |question| wording::apply(question, vec![path()]);
            let Some(view) = picture.objects.get(&object) else {
                self.check(ask("dead"));
                continue;
            };
            let handles = equal(ask("handles"), wording::decimal(view.handles.into()));
            let pointers = equal(ask("pointers"), wording::decimal(view.pointers.into()));
            self.check(and(handles, pointers));
            match &view.state {
                State::Event { set: signaled, .. } | State::Timer { signaled, .. } => {
                    self.check(wording::unless(!signaled, ask("signaled")));
                }
                State::Semaphore { count, .. } => {
                    self.check(equal(ask("count"), wording::decimal(*count as u64)));
                }
                State::Mutex { owner, recursion, .. } => {
                    let owner = owner.and_then(|owner| actor_of(stage, owner));
                    let owner = wording::path(owner.unwrap_or("NULL".to_owned()));
                    let count = equal(ask("count"), wording::decimal((*recursion).into()));
                    self.check(and(equal(ask("owner"), owner), count));
                }
                _ => {}
            }
        }
    }

    /// What must be true of the processes and their tables.
    fn processes(&mut self, stage: &Stage, picture: &Picture) {
        for living in stage.cast() {
            let name = thread_name(living.place.0, living.place.1);
            let ask = |question| wording::apply(question, vec![wording::path(&name)]);
            if let Some(thread) = picture.threads.get(&living.thread) {
                self.check(wording::unless(thread.waits_for.is_none(), ask("blocked")));
            }
            let Some(process) = picture.processes.get(&living.process).filter(|_| living.place.1 == 0) else {
                continue;
            };
            match process.exit_code {
                Some(code) => self.check(equal(ask("exit_code"), wording::decimal(code.into()))),
                None => self.check(ask("running")),
            }
            let entries = process.table.iter().flatten();
            self.check(equal(ask("open_handles"), wording::decimal(entries.clone().count() as u64)));
            for (value, entry) in entries {
                let at = |question| {
                    wording::apply(question, vec![wording::path(&name), wording::hexadecimal(*value)])
                };
                let access = equal(at("access"), wording::hexadecimal(entry.access.into()));
                let inherit = wording::unless(!entry.inherit, at("inherits"));
                let protect = wording::unless(!entry.protect, at("protected"));
                let mut fact = and(and(access, inherit), protect);
                if let Some(binding) =
                    stage.bindings().iter().find(|binding| binding.object == Some(entry.object))
                {
                    let known = format!("{}.{}", process_name(binding.process), binding.variable.name());
                    let same = wording::apply("same_object", vec![at("object"), wording::path(known)]);
                    fact = and(fact, same);
                }
                self.check(fact);
            }
        }
    }

    fn names(&mut self, picture: &Picture) {
        let mut used = std::mem::take(&mut self.used);
        used.sort();
        used.dedup();
        for name in used {
            let local = name.strip_prefix("Local\\").unwrap_or(&name);
            let found = picture.names.contains_key(local);
            self.check(wording::unless(!found, wording::apply("named", vec![wording::text(&name)])));
        }
    }
}

fn equal(left: Expr, right: Expr) -> Expr {
    wording::binary(BinaryOp::Equal, left, right)
}

fn and(left: Expr, right: Expr) -> Expr {
    wording::binary(BinaryOp::And, left, right)
}

/// What the thread with this number is called.
fn actor_of(stage: &Stage, thread: u32) -> Option<String> {
    let living = stage.cast().iter().find(|living| living.thread == thread)?;
    Some(thread_name(living.place.0, living.place.1))
}

/// The call of a step.
fn called(step: &crate::scenario::tree::Step) -> Option<&'static str> {
    match &step.action {
        crate::scenario::tree::Action::Call(call) => CallSpec::find(&call.name.text).map(|spec| spec.name),
        crate::scenario::tree::Action::Copy(_) => None,
    }
}
