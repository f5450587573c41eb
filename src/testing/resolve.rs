//! What does an abstract step mean now?
//!
//! A step becomes a [`Deed`]: somebody in particular who can act, a call with values, and the line that says the same in
//! the language of scenarios. What is meant may not be there: then the next best is taken, or nobody does the step.

use super::program::{
    Action, Kind, NAMES, Operand, PROCESSES, Source, Step, THREADS, VARIABLES, Variable, Whose,
};
use super::program::{process_name, thread_name};
use super::stage::{Act, Binding, Deed, Living, Stage};
use super::system::{Request, System};
use super::wording;
use crate::kernel::calls::Kind as ParamKind;
use crate::kernel::{Arg, CallSpec};
use crate::scenario::tree::{self, Expr};

const CURRENT_PROCESS: &str = "GetCurrentProcess";
/// Parameters whose values are looked up in the table of another process, which a parameter before them names.
const FROM_ELSEWHERE: &[&str] = &["hSourceHandle", "SourceHandle"];

/// A value that was found.
struct Taken {
    value: u64,
    object: Option<u32>,
    expr: Expr,
    binding: Option<Binding>,
}

/// An operand, as a value and as it is written.
struct Resolved {
    arg: Arg,
    expr: Expr,
    creates: Option<(u8, u8)>,
}

impl Resolved {
    fn new(arg: Arg, expr: Expr) -> Resolved {
        Resolved { arg, expr, creates: None }
    }
}

impl Stage {
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
                let from = self.value(system, actor, actor.process, from)?;
                let process = actor.place.0;
                let own = Binding { process, variable: *to, value: from.value, object: from.object };
                if self.binding(process, *to) == Some(&own) || from.binding.is_none() {
                    return None;
                }
                let line = line(Some(*to), tree::Action::Copy(from.expr));
                Some(Deed { actor, line, act: Act::Copy(own) })
            }
            Action::Call { call, args, keep } => {
                let spec = CallSpec::find(call)?;
                let mut request = Request { call: spec.name, args: Vec::new() };
                let (mut written, mut outs, mut creates) = (Vec::new(), Vec::new(), None);
                for (param, operand) in args {
                    let param = &spec.params[spec.param(param)?];
                    if let Operand::Out(variable) = operand {
                        outs.push((param.name, *variable));
                    }
                    let home = home(system, actor, &request, param.name);
                    let resolved = self.operand(system, actor, home, param.kind, operand)?;
                    creates = creates.or(resolved.creates);
                    request.args.push((param.name, resolved.arg));
                    written.push((param.name, resolved.expr));
                }
                let line = line(*keep, tree::Action::Call(wording::call(spec, &written)));
                Some(Deed { actor, line, act: Act::Call { request, keep: *keep, outs, creates } })
            }
        }
    }

    fn operand(
        &self,
        system: &impl System,
        actor: Living,
        home: u32,
        kind: ParamKind,
        operand: &Operand,
    ) -> Option<Resolved> {
        Some(match operand {
            Operand::Number(number) => Resolved::new(Arg::Number(*number), wording::number(kind, *number)),
            Operand::Text(text) => Resolved::new(Arg::Text((*text).into()), wording::text(text)),
            Operand::Value(source) => {
                let from = self.value(system, actor, home, source)?;
                Resolved::new(Arg::Number(from.value), from.expr)
            }
            Operand::Values(sources) => {
                let values = sources.iter().filter_map(|source| self.value(system, actor, home, source));
                let (numbers, exprs): (Vec<_>, Vec<_>) = values.map(|from| (from.value, from.expr)).unzip();
                if numbers.is_empty() && !sources.is_empty() {
                    return None;
                }
                Resolved::new(Arg::List(numbers), wording::list(exprs))
            }
            Operand::ProcessId(place) => {
                let living = self.process_at(*place)?;
                let path = format!("{}.pid", process_name(living.place.0));
                Resolved::new(Arg::Number(living.pid.into()), wording::path(path))
            }
            Operand::NewProcess(place) => {
                let place = self.free_process(*place)?;
                let name = process_name(place);
                let resolved = Resolved::new(Arg::Text(name.as_str().into()), wording::text(&name));
                Resolved { creates: Some((place, 0)), ..resolved }
            }
            Operand::NewThread(thread) => {
                let thread = self.free_thread(actor.place.0, *thread)?;
                let name = format!("t{thread}");
                let resolved = Resolved::new(Arg::Text(name.as_str().into()), wording::text(&name));
                Resolved { creates: Some((actor.place.0, thread)), ..resolved }
            }
            Operand::Out(variable) => Resolved::new(Arg::Out, wording::out(variable.out_name())),
        })
    }

    /// Who acts: the one who is meant, or else the next who can; rather one who has the handles that the step is about.
    fn actor(&self, system: &impl System, step: &Step) -> Option<Living> {
        if !step.instead {
            let meant = self.cast.iter().find(|living| living.place == step.actor);
            return meant.filter(|living| system.can_run(living.thread)).copied();
        }
        let (before, from) =
            self.cast.split_at(self.cast.partition_point(|living| living.place < step.actor));
        let mut able = from.iter().chain(before).filter(|living| system.can_run(living.thread));
        let first = able.clone().next();
        able.find(|living| self.is_equipped(system, **living, &step.action)).or(first).copied()
    }

    /// Has the actor an open handle of the right kind wherever the action wants an own one?
    fn is_equipped(&self, system: &impl System, actor: Living, action: &Action) -> bool {
        let Action::Call { args, .. } = action else { return true };
        args.iter().all(|(param, operand)| match operand {
            Operand::Value(source) if !FROM_ELSEWHERE.contains(param) => {
                self.value(system, actor, actor.process, source).is_some()
            }
            _ => true,
        })
    }

    fn process_at(&self, place: u8) -> Option<&Living> {
        let mut places = self.processes_from(place).map(|place| (place, 0));
        places.find_map(|place| self.cast.iter().find(|living| living.place == place))
    }

    /// All processes that the program speaks of or that were created, from one on and round.
    fn processes_from(&self, first: u8) -> impl Iterator<Item = u8> + use<> {
        let last = self.cast.iter().map(|living| living.place.0).max();
        let count = PROCESSES.max(last.map_or(0, |last| last + 1));
        (0..count).map(move |further| (first % count + further) % count)
    }

    fn free_process(&self, wanted: u8) -> Option<u8> {
        let first = (0..PROCESSES).map(|further| (wanted % PROCESSES + further) % PROCESSES);
        first.chain(PROCESSES..NAMES).find(|place| self.is_free((*place, 0)))
    }

    fn free_thread(&self, process: u8, wanted: u8) -> Option<u8> {
        (0..THREADS)
            .map(|further| (wanted % THREADS + further) % THREADS)
            .find(|thread| self.is_free((process, *thread)))
    }

    fn is_free(&self, place: (u8, u8)) -> bool {
        self.cast.iter().all(|living| living.place != place)
    }

    /// What a source gives; nothing, if an open handle is meant and there is none. The value will be looked up in the
    /// table of the process `home`.
    fn value(&self, system: &impl System, actor: Living, home: u32, source: &Source) -> Option<Taken> {
        let plain = |value, expr| Taken { value, object: None, expr, binding: None };
        let telling = |call| Some(plain(system.tell(actor.thread, call)?, wording::telling(call)));
        let (whose, variable, among, plus) = match source {
            Source::Number(number) => return Some(plain(*number, wording::handle(*number))),
            Source::Call(call) => return telling(call),
            Source::Variable { whose, variable, among, plus } => (*whose, *variable, *among, *plus),
        };
        let own = actor.place.0;
        let binding = match whose {
            Whose::Own if variable.kind.is_handle() => {
                let at_home = self.cast.iter().find(|living| living.process == home);
                let first = at_home.map_or(own, |living| living.place.0);
                let Some(open) = self.open_at(system, home, first, variable, among) else {
                    // Nobody needs a handle to mean himself.
                    let is_process = |kind: &Kind| matches!(kind, Kind::Process | Kind::ChildProcess);
                    return if among.iter().all(is_process) { telling(CURRENT_PROCESS) } else { None };
                };
                open
            }
            Whose::Own => {
                let is_usable = |binding: &Binding| binding.process == own || variable.kind != Kind::View;
                self.candidates(own, variable).find(|binding| binding.value != 0 && is_usable(binding))?
            }
            Whose::OpenOrNot | Whose::Other => {
                let first = own + u8::from(whose == Whose::Other);
                match self.candidates(first, variable).next() {
                    Some(binding) => binding,
                    None => return Some(plain(0, wording::handle(0))),
                }
            }
        };
        let name = binding.variable.name();
        let path = match binding.process == own {
            true => name,
            false => format!("{}.{name}", process_name(binding.process)),
        };
        Some(Taken {
            value: binding.value.wrapping_add(plus.into()),
            object: binding.object.filter(|_| plus == 0),
            expr: wording::sum(path, plus),
            binding: Some(*binding),
        })
    }

    /// The variables of a kind: the index that is meant in one process after the other, then the next index.
    fn candidates(&self, first: u8, variable: Variable) -> impl Iterator<Item = &Binding> {
        (0..VARIABLES).flat_map(move |further| {
            let index = (variable.index % VARIABLES + further) % VARIABLES;
            let processes = self.processes_from(first);
            processes.filter_map(move |process| self.binding(process, Variable { index, ..variable }))
        })
    }

    /// The first of them that holds an open handle, or of a kind that would do as well.
    fn open_at(
        &self,
        system: &impl System,
        home: u32,
        first: u8,
        variable: Variable,
        among: &'static [Kind],
    ) -> Option<&Binding> {
        let start = among.iter().position(|kind| *kind == variable.kind).unwrap_or(0);
        let mut kinds = among.iter().cycle().skip(start).take(among.len());
        kinds.find_map(|kind| {
            let mut of_kind = self.candidates(first, Variable { kind: *kind, ..variable });
            // The same value may name something else by now, or in another process.
            let names_it = |binding: &Binding| system.object_at(home, binding.value) == binding.object;
            of_kind.find(|binding| binding.object.is_some() && names_it(binding))
        })
    }
}

/// The process in whose table a value will be looked up.
fn home(system: &impl System, actor: Living, request: &Request, param: &str) -> u32 {
    if !FROM_ELSEWHERE.contains(&param) {
        return actor.process;
    }
    let source_process = request.number("hSourceProcessHandle") | request.number("SourceProcessHandle");
    system.object_at(actor.process, source_process).unwrap_or(actor.process)
}
