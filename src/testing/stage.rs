//! Who is there while a program runs, and what do the variables hold?
//!
//! A [`Stage`] turns abstract steps into [`Deed`]s: somebody in particular who can act, a call with values, and the line
//! that says the same in the language of scenarios. What a call answered is noted, so that later steps find it.

use super::program::{
    Action, FROM_START, Kind, Operand, PROCESSES, Program, Source, Step, THREADS, VARIABLES, Variable, Whose,
};
use super::program::{process_name, thread_name};
use super::system::{Fate, Filled, Happening, Reply, Request, System};
use super::wording;
use crate::kernel::{Arg, CallSpec};
use crate::scenario::printer;
use crate::scenario::tree::{self, Expr, Item, ItemKind, Scenario};

const CURRENT_PROCESS: &str = "GetCurrentProcess";

/// What is going on while a program runs.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    cast: Vec<Living>,
    bindings: Vec<Binding>,
}

/// A thread of the program that has been created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Living {
    /// Its place in the program: the process and the thread.
    pub place: (u8, u8),
    /// The number of the process's object.
    pub process: u32,
    /// The number of the thread's object.
    pub thread: u32,
    /// The process's id.
    pub pid: u32,
}

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Whose it is.
    pub process: u8,
    /// Which it is.
    pub variable: Variable,
    /// The value.
    pub value: u64,
    /// The object that the value named when it was assigned.
    pub object: Option<u32>,
}

/// A step that can be done.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Who does it.
    pub actor: Living,
    /// The same as a line of a scenario, without an expectation.
    pub line: tree::Step,
    /// What is done.
    pub act: Act,
}

/// What a deed does.
#[derive(Clone, Debug)]
pub enum Act {
    /// A call.
    Call {
        /// The call with its values.
        request: Request,
        /// Which variable keeps the answer.
        keep: Option<Variable>,
        /// Which variables its out parameters fill.
        outs: Vec<(&'static str, Variable)>,
        /// The place of the process or thread that it creates.
        creates: Option<(u8, u8)>,
    },
    /// A value is copied.
    Copy(Binding),
}

impl Deed {
    /// The call with its values, if it is one.
    pub fn request(&self) -> Option<&Request> {
        match &self.act {
            Act::Call { request, .. } => Some(request),
            Act::Copy(_) => None,
        }
    }

    /// The deed as a line of a scenario.
    pub fn in_words(&self) -> String {
        let item = Item::new(ItemKind::Step(self.line.clone()));
        printer::print(&Scenario { items: vec![item] }).trim_end().to_owned()
    }
}

impl Stage {
    /// The stage before the first step; the processes that exist from the start are started in the system.
    pub fn new(system: &mut impl System) -> Stage {
        let mut stage = Stage::default();
        for place in 0..FROM_START {
            let (process, thread) = system.start_process(&process_name(place));
            let pid = system.process_id(process).unwrap_or_default();
            stage.cast.push(Living { place: (place, 0), process, thread, pid });
        }
        stage
    }

    /// Everybody who was created, in order.
    pub fn cast(&self) -> &[Living] {
        &self.cast
    }

    /// Every variable that has a value.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// What a step means now; `None` if nobody can do it.
    pub fn resolve(&self, system: &impl System, step: &Step) -> Option<Deed> {
        let actor = self.actor(system, step)?;
        let path = tree::Path::new(thread_name(actor.place.0, actor.place.1));
        let line = |variable: Option<Variable>, action| {
            let variable = variable.map(|variable| tree::Name::new(variable.name()));
            tree::Step { actor: path, variable, action, expect: None }
        };
        match &step.action {
            Action::Copy { to, from } => {
                let from = self.value(system, actor, actor.process, from);
                let own =
                    Binding { process: actor.place.0, variable: *to, value: from.value, object: from.object };
                let known = self.binding(actor.place.0, *to);
                if known == Some(&own) || from.binding.is_none() {
                    return None;
                }
                Some(Deed {
                    actor,
                    line: line(Some(*to), tree::Action::Copy(from.expr)),
                    act: Act::Copy(own),
                })
            }
            Action::Call { call, args, keep } => {
                let spec = CallSpec::find(call)?;
                let mut request = Request { call: spec.name, args: Vec::new() };
                let (mut written, mut outs, mut creates) = (Vec::new(), Vec::new(), None);
                for (param, operand) in args {
                    let param = &spec.params[spec.param(param)?];
                    let (arg, expr) = match operand {
                        Operand::Number(number) => {
                            (Arg::Number(*number), wording::number(param.kind, *number))
                        }
                        Operand::Text(text) => (Arg::Text((*text).into()), wording::text(text)),
                        Operand::Value(source) => {
                            let home = home(system, actor, &request, param.name);
                            let from = self.value(system, actor, home, source);
                            (Arg::Number(from.value), from.expr)
                        }
                        Operand::Values(sources) => {
                            let values =
                                sources.iter().map(|source| self.value(system, actor, actor.process, source));
                            let (numbers, exprs) = values.map(|from| (from.value, from.expr)).unzip();
                            (Arg::List(numbers), wording::list(exprs))
                        }
                        Operand::ProcessId(place) => {
                            let living = self.process_at(*place)?;
                            let path = format!("{}.pid", process_name(living.place.0));
                            (Arg::Number(living.pid.into()), wording::path(path))
                        }
                        Operand::NewProcess(place) => {
                            let place = self.free_process(*place)?;
                            creates = Some((place, 0));
                            (Arg::Text(process_name(place).into()), wording::text(&process_name(place)))
                        }
                        Operand::NewThread(thread) => {
                            let thread = self.free_thread(actor.place.0, *thread)?;
                            creates = Some((actor.place.0, thread));
                            let name = format!("t{thread}");
                            (Arg::Text(name.as_str().into()), wording::text(&name))
                        }
                        Operand::Out(variable) => {
                            outs.push((param.name, *variable));
                            (Arg::Out, wording::out(variable.out_name()))
                        }
                    };
                    request.args.push((param.name, arg));
                    written.push((param.name, expr));
                }
                let action = tree::Action::Call(wording::call(spec, &written));
                Some(Deed {
                    actor,
                    line: line(*keep, action),
                    act: Act::Call { request, keep: *keep, outs, creates },
                })
            }
        }
    }

    /// Notes what a deed led to.
    pub fn note(&mut self, system: &impl System, deed: &Deed, happening: &Happening) {
        match (&deed.act, &happening.fate) {
            (Act::Copy(binding), _) => self.bind(*binding),
            (Act::Call { keep, outs, creates, .. }, Fate::Returned(reply)) => {
                let process = deed.actor.place.0;
                if let Some(variable) = *keep {
                    self.bind(Binding { process, variable, value: reply.value, object: reply.object });
                }
                for (param, variable) in outs {
                    if let Some(filled) = reply.out(param) {
                        self.fill(process, *variable, filled);
                    }
                }
                if let Some(place) = *creates {
                    self.enter(system, place, deed, reply);
                }
            }
            _ => {}
        }
    }

    fn enter(&mut self, system: &impl System, place: (u8, u8), deed: &Deed, reply: &Reply) {
        let Some(object) = reply.object else { return };
        let (process, thread) = match place.1 {
            0 => (object, system.threads_of(object).first().copied()),
            _ => (deed.actor.process, Some(object)),
        };
        if let (Some(thread), Some(pid)) = (thread, system.process_id(process)) {
            self.cast.push(Living { place, process, thread, pid });
            self.cast.sort_by_key(|living| living.place);
        }
    }

    fn fill(&mut self, process: u8, variable: Variable, filled: &Filled) {
        match filled {
            Filled::Handle(value, object) => {
                self.bind(Binding { process, variable, value: *value, object: *object });
            }
            Filled::Record(fields) => {
                let kinds =
                    [Some(Kind::ChildProcess), Some(Kind::ChildThread), None, Some(Kind::ChildThreadId)];
                for (kind, (value, object)) in kinds.into_iter().zip(fields) {
                    if let Some(kind) = kind {
                        let variable = Variable { kind, ..variable };
                        self.bind(Binding { process, variable, value: *value, object: *object });
                    }
                }
            }
            Filled::Number(number) if variable.kind == Kind::ThreadId => {
                self.bind(Binding { process, variable, value: *number, object: None });
            }
            Filled::Number(_) | Filled::Text(_) => {}
        }
    }

    fn bind(&mut self, binding: Binding) {
        self.bindings.retain(|old| (old.process, old.variable) != (binding.process, binding.variable));
        self.bindings.push(binding);
    }

    fn binding(&self, process: u8, variable: Variable) -> Option<&Binding> {
        self.bindings.iter().find(|binding| (binding.process, binding.variable) == (process, variable))
    }

    /// Who acts: the one who is meant, or the next who can; rather one who has the handles that the step is about.
    fn actor(&self, system: &impl System, step: &Step) -> Option<Living> {
        let (before, from) =
            self.cast.split_at(self.cast.partition_point(|living| living.place < step.actor));
        let mut able = from.iter().chain(before).filter(|living| system.can_run(living.thread));
        let first = able.clone().next();
        able.find(|living| self.is_equipped(system, living, &step.action)).or(first).copied()
    }

    /// Has the actor an open handle of the right kind wherever the action wants an own one?
    fn is_equipped(&self, system: &impl System, actor: &Living, action: &Action) -> bool {
        let Action::Call { args, .. } = action else { return true };
        args.iter().all(|(param, operand)| match operand {
            Operand::Value(Source::Variable { whose: Whose::Own, variable, among, .. })
                if variable.kind.is_handle() && !FROM_ELSEWHERE.contains(param) =>
            {
                let of_kind = |binding: &&Binding| among.contains(&binding.variable.kind);
                let mut own = self.bindings.iter().filter(|binding| binding.process == actor.place.0);
                own.any(|binding| {
                    of_kind(&binding) && system.object_at(actor.process, binding.value).is_some()
                })
            }
            _ => true,
        })
    }

    fn process_at(&self, place: u8) -> Option<&Living> {
        let mut places = (0..PROCESSES).map(|further| ((place + further) % PROCESSES, 0));
        places.find_map(|place| self.cast.iter().find(|living| living.place == place))
    }

    fn free_process(&self, wanted: u8) -> Option<u8> {
        (0..PROCESSES).map(|further| (wanted + further) % PROCESSES).find(|place| self.is_free((*place, 0)))
    }

    fn free_thread(&self, process: u8, wanted: u8) -> Option<u8> {
        (0..THREADS)
            .map(|further| (wanted + further) % THREADS)
            .find(|thread| self.is_free((process, *thread)))
    }

    fn is_free(&self, place: (u8, u8)) -> bool {
        self.cast.iter().all(|living| living.place != place)
    }

    /// What a source gives. The value will be looked up in the table of the process `home`.
    fn value(&self, system: &impl System, actor: Living, home: u32, source: &Source) -> Taken {
        let plain = |value, expr| Taken { value, object: None, expr, binding: None };
        match source {
            Source::Number(number) => plain(*number, wording::handle(*number)),
            Source::Call(call) => {
                plain(system.tell(actor.thread, call).unwrap_or_default(), wording::telling(call))
            }
            Source::Variable { whose, variable, among, plus } => {
                let Some(binding) = self.nearest(system, actor, home, (*whose, *variable, among)) else {
                    // Nobody needs a handle to mean himself.
                    let is_process = matches!(variable.kind, Kind::Process | Kind::ChildProcess);
                    let own = system.tell(actor.thread, CURRENT_PROCESS).filter(|_| is_process);
                    return own.map_or_else(
                        || plain(0, wording::handle(0)),
                        |value| plain(value, wording::telling(CURRENT_PROCESS)),
                    );
                };
                let name = binding.variable.name();
                let path = match binding.process == actor.place.0 {
                    true => name,
                    false => format!("{}.{name}", process_name(binding.process)),
                };
                Taken {
                    value: binding.value.wrapping_add((*plus).into()),
                    object: binding.object.filter(|_| *plus == 0),
                    expr: wording::sum(path, *plus),
                    binding: Some(*binding),
                }
            }
        }
    }

    /// The variable that is meant, or the next best one of its kind: of another process, or with another index.
    fn nearest(
        &self,
        system: &impl System,
        actor: Living,
        home: u32,
        (whose, variable, among): (Whose, Variable, &'static [Kind]),
    ) -> Option<&Binding> {
        let at_home = self.cast.iter().find(|living| living.process == home);
        let first = match whose {
            Whose::Own => at_home.map_or(actor.place.0, |living| living.place.0),
            Whose::OpenOrNot => actor.place.0,
            Whose::Other => actor.place.0 + 1,
        };
        let of_kind = move |kind| {
            (0..VARIABLES).flat_map(move |further| {
                let index = (variable.index + further) % VARIABLES;
                let processes = (0..PROCESSES).map(move |further| (first + further) % PROCESSES);
                processes.filter_map(move |process| self.binding(process, Variable { kind, index }))
            })
        };
        let is_open = |binding: &&Binding| {
            binding.variable.kind.is_handle() && system.object_at(home, binding.value).is_some()
        };
        let kinds =
            among.iter().cycle().skip(among.iter().position(|kind| *kind == variable.kind).unwrap_or(0));
        let mut open = kinds.take(among.len()).filter_map(|kind| of_kind(*kind).find(is_open));
        let open = if whose == Whose::Own { open.next() } else { None };
        open.or_else(|| of_kind(variable.kind).next())
    }
}

/// Parameters whose values are looked up in the table of another process, which a parameter before them names.
const FROM_ELSEWHERE: &[&str] = &["hSourceHandle", "SourceHandle"];

/// The process in whose table a value will be looked up.
fn home(system: &impl System, actor: Living, request: &Request, param: &str) -> u32 {
    if !FROM_ELSEWHERE.contains(&param) {
        return actor.process;
    }
    let source_process = request.number("hSourceProcessHandle") | request.number("SourceProcessHandle");
    system.object_at(actor.process, source_process).unwrap_or(actor.process)
}

/// A value that was found.
struct Taken {
    value: u64,
    object: Option<u32>,
    expr: Expr,
    binding: Option<Binding>,
}

impl Program {
    /// Runs the program on a system; `watch` sees each deed, what came of it, and the stage behind it.
    pub fn run<S: System>(&self, system: &mut S, mut watch: impl FnMut(&Deed, &Happening, &Stage, &S)) {
        let mut stage = Stage::new(system);
        for step in &self.steps {
            let Some(deed) = stage.resolve(system, step) else { continue };
            let happening = match &deed.act {
                Act::Call { request, .. } => system.call(deed.actor.thread, request),
                Act::Copy(_) => Happening { fate: Fate::NoCall, released: Vec::new() },
            };
            stage.note(system, &deed, &happening);
            watch(&deed, &happening, &stage, system);
        }
    }
}
