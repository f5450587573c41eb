//! Which steps could somebody plausibly try?
//!
//! Those calls that the exercise allows, by everybody in it, with every handle that somebody has, and with the rights, flags,
//! numbers and names that its own lines and its solutions speak of.

use super::super::exercise::Exercise;
use super::super::gap::Gap;
use crate::kernel::Object;
use crate::kernel::calls::{CallSpec, Kind, ParamSpec, Returns};
use crate::kernel::constants::{Constant, Family};
use crate::kernel::objects::ObjectType;
use crate::run::world::{Value, World};
use crate::scenario::parser;
use crate::scenario::program::{ActorId, Program, VariableId};
use crate::scenario::tree::{Action, BinaryOp, Call, Clause, Expr, ExprKind, ItemKind, Scenario};
use std::collections::{BTreeMap, BTreeSet};

/// More ways to write one call than these are not tried.
const MOST_OF_A_CALL: usize = 20_000;

/// What steps are made of.
pub(super) struct Vocabulary<'v> {
    program: &'v Program,
    calls: Vec<&'static CallSpec>,
    handles: Vec<Known>,
    /// Variables that the exercise speaks of and nobody but the gap sets.
    wanted: Vec<(ActorId, String)>,
    masks: BTreeSet<String>,
    texts: BTreeSet<String>,
    /// By call, what solutions write as arguments, and up to which parameter.
    constants: BTreeMap<String, BTreeSet<String>>,
    used: BTreeMap<String, usize>,
    /// Was something left out because there is too much of it?
    pub(super) cut: bool,
}

/// A variable that may hold a handle.
struct Known {
    process: ActorId,
    name: String,
    of: Option<ObjectType>,
}

impl<'v> Vocabulary<'v> {
    /// Everything that can be said where the gap begins, the world being `world` there.
    pub(super) fn new(exercise: &'v Exercise, world: &World, solutions: &[Gap]) -> Vocabulary<'v> {
        let program = &exercise.document.program;
        let mut words = Vocabulary {
            program,
            calls: Vec::new(),
            handles: Vec::new(),
            wanted: Vec::new(),
            masks: BTreeSet::from(["0".to_owned(), "SYNCHRONIZE".to_owned()]),
            texts: BTreeSet::new(),
            constants: BTreeMap::new(),
            used: BTreeMap::new(),
            cut: false,
        };
        words.learn(&exercise.document.source, &exercise.document.tree);
        for gap in solutions {
            let (tree, _) = parser::parse(&gap.text);
            words.learn(&gap.text, &tree);
            words.learn_solution(&gap.text, &tree);
        }
        words.calls = words.allowed(exercise);
        words.learn_variables(world);
        words
    }

    /// The calls that may be used; those of the solutions where the exercise does not say.
    fn allowed(&self, exercise: &Exercise) -> Vec<&'static CallSpec> {
        let terms = exercise.terms();
        let own: Vec<&'static CallSpec> = match terms.allow.is_empty() {
            true => self.used.keys().filter_map(|name| CallSpec::find(name)).collect(),
            false => terms.allow.clone(),
        };
        let mut all: Vec<&'static CallSpec> = own.into_iter().chain(terms.require.iter().copied()).collect();
        all.retain(|spec| terms.forbid.iter().all(|other| other.name != spec.name));
        all.sort_by_key(|spec| spec.name);
        all.dedup_by_key(|spec| spec.name);
        all
    }

    /// Rights and texts that a file speaks of.
    fn learn(&mut self, source: &str, tree: &Scenario) {
        for item in &tree.items {
            match &item.kind {
                ItemKind::Clause(Clause::Goal(fact) | Clause::Hidden(fact)) | ItemKind::Check(fact) => {
                    self.learn_expr(source, fact);
                }
                ItemKind::Step(step) => {
                    if let Action::Call(call) = &step.action {
                        call.args.iter().for_each(|arg| self.learn_expr(source, &arg.value));
                    }
                }
                _ => {}
            }
        }
    }

    fn learn_expr(&mut self, source: &str, expr: &Expr) {
        if is_mask(expr) {
            self.masks.insert(expr.span.text(source).to_owned());
        }
        match &expr.kind {
            ExprKind::Text(text) => _ = self.texts.insert(text.written.clone()),
            ExprKind::Apply(_, all) | ExprKind::List(all) => {
                all.iter().for_each(|one| self.learn_expr(source, one));
            }
            ExprKind::Group(inner) | ExprKind::Unary(_, inner) => self.learn_expr(source, inner),
            ExprKind::Binary(_, left, right) => {
                self.learn_expr(source, left);
                self.learn_expr(source, right);
            }
            ExprKind::Number(_) | ExprKind::Path(_) | ExprKind::Out(_) => {}
        }
    }

    fn learn_solution(&mut self, source: &str, tree: &Scenario) {
        let calls = tree.items.iter().filter_map(|item| match &item.kind {
            ItemKind::Step(step) => match &step.action {
                Action::Call(call) => Some(call),
                Action::Copy(_) => None,
            },
            _ => None,
        });
        for Call { name, args, .. } in calls {
            let constants = self.constants.entry(name.text.to_string()).or_default();
            let is_constant = |expr: &Expr| constant(expr) || matches!(expr.kind, ExprKind::List(_));
            let written = args.iter().filter(|arg| is_constant(&arg.value));
            constants.extend(written.map(|arg| arg.value.span.text(source).to_owned()));
            let used = self.used.entry(name.text.to_string()).or_default();
            *used = args.len().max(*used);
        }
    }

    /// Variables with handles, and those that are still to be set.
    fn learn_variables(&mut self, world: &World) {
        for (place, variable) in self.program.variables.iter().enumerate() {
            let binding = world.binding(VariableId(place as u32));
            let object = binding.object.and_then(|object| world.kernel.objects().get(object));
            let of = object.map(Object::object_type);
            let name = variable.name.to_string();
            if binding.value == Value::Nothing {
                self.wanted.push((variable.process, name.clone()));
            } else if of.is_none() {
                continue;
            }
            self.handles.push(Known { process: variable.process, name, of });
        }
        let processes = self.program.actors.iter().enumerate().filter(|(_, actor)| actor.thread.is_none());
        for (place, _) in processes {
            self.handles.push(Known { process: ActorId(place as u32), name: FRESH.to_owned(), of: None });
        }
    }

    /// All steps that are worth a try.
    /// As the first step only handles are used that are there already.
    pub(super) fn steps(&mut self, first: bool) -> Vec<String> {
        if first {
            let all = std::mem::take(&mut self.handles);
            let (open, later) = all.into_iter().partition(|known: &Known| known.of.is_some());
            self.handles = open;
            let steps = self.steps(false);
            self.handles.extend(later);
            return steps;
        }
        let mut steps = Vec::new();
        for place in 0..self.program.actors.len() {
            let actor = ActorId(place as u32);
            for spec in self.calls.clone() {
                let calls = self.ways_to_call(actor, spec);
                steps.extend(calls);
            }
            steps.extend(self.copies(actor));
        }
        steps
    }

    fn ways_to_call(&mut self, actor: ActorId, spec: &'static CallSpec) -> Vec<String> {
        let mut calls = vec![String::new()];
        for (place, param) in spec.params.iter().enumerate() {
            let values = self.values(actor, spec, place, param);
            let more = calls.len() * values.len();
            if more > MOST_OF_A_CALL {
                self.cut = true;
            }
            let ways = calls.iter().flat_map(|call| {
                values.iter().map(move |value| match value {
                    None => call.clone(),
                    Some(value) if call.is_empty() => format!("{}: {value}", param.name),
                    Some(value) => format!("{call}, {}: {value}", param.name),
                })
            });
            calls = ways.take(MOST_OF_A_CALL).collect();
        }
        let name = &self.program.actor(actor).name;
        let process = self.program.actor(actor).process;
        let keeps = matches!(
            spec.returns,
            Returns::Handle
                | Returns::FileHandle
                | Returns::Number { .. }
                | Returns::Plain
                | Returns::Address
        );
        let mut variables: Vec<String> = Vec::new();
        if keeps {
            variables.extend(self.fillable(process).iter().map(|name| format!("{name} = ")));
        } else {
            variables.push(String::new());
        }
        let ways = variables.iter().flat_map(|variable| {
            calls.iter().map(move |args| format!("{name}: {variable}{}({args})", spec.name))
        });
        ways.collect()
    }

    /// Telling a value to a variable that the exercise speaks of.
    fn copies(&self, actor: ActorId) -> Vec<String> {
        let Program { actors, .. } = self.program;
        let actor = &actors[actor.0 as usize];
        let own =
            self.wanted.iter().filter(|(process, name)| *process == actor.process && !name.contains('.'));
        own.flat_map(|(process, name)| {
            self.handles
                .iter()
                .map(move |known| format!("{}: {name} = {}", actor.name, self.seen_from(*process, known)))
        })
        .collect()
    }

    /// What may be written for a parameter; `None` for leaving it out.
    fn values(
        &self,
        actor: ActorId,
        spec: &CallSpec,
        place: usize,
        param: &ParamSpec,
    ) -> Vec<Option<String>> {
        let used = self.used.get(spec.name).copied().unwrap_or_default();
        if !param.required && place >= used && !(param.kind.is_out() && used == 0) {
            return vec![None];
        }
        let process = self.program.actor(actor).process;
        let constants = self.constants.get(spec.name);
        let constants = || constants.into_iter().flatten().cloned();
        let mut values: Vec<String> = match param.kind {
            Kind::Handle { .. } | Kind::AnyHandle => self.handle_values(process, param).collect(),
            Kind::Handles { .. } => constants().filter(|text| text.starts_with('[')).collect(),
            Kind::Access(_) => self.masks.iter().cloned().collect(),
            Kind::Flags(family) => {
                let known = Constant::all().iter().filter(|found| found.family == Family::Flag(family));
                let own: Vec<String> = constants().filter(|text| is_flags(text, family)).collect();
                let mut all: Vec<String> = known.take(4).map(|found| found.name.to_owned()).collect();
                if let [one, other] = all.as_slice() {
                    all.push(format!("{one} | {other}"));
                }
                own.into_iter().chain(all).chain(["0".to_owned()]).collect()
            }
            Kind::Bool => vec!["FALSE".to_owned(), "TRUE".to_owned()],
            Kind::Timeout => vec!["0".to_owned(), "INFINITE".to_owned()],
            Kind::Dword | Kind::Long | Kind::Large => {
                let numbers = constants().filter(|text| !text.starts_with(['"', '[']));
                numbers.chain(["0".to_owned(), "1".to_owned()]).collect()
            }
            Kind::ObjectName | Kind::FileName | Kind::Data | Kind::NewProcess | Kind::NewThread => {
                self.texts.iter().cloned().collect()
            }
            Kind::Address | Kind::Structure => Vec::new(),
            Kind::OutNumber | Kind::OutHandle | Kind::OutData | Kind::OutRecord(_) => {
                self.fillable(process).iter().map(|name| format!("&{}", base(name))).collect()
            }
        };
        values.sort();
        values.dedup();
        // What is 0, FALSE or no right need not be left out as well.
        let is_number = matches!(
            param.kind,
            Kind::Access(_)
                | Kind::Flags(_)
                | Kind::Bool
                | Kind::Dword
                | Kind::Long
                | Kind::Large
                | Kind::Timeout
        );
        let left_out = (!param.required && !is_number).then_some(None);
        values.into_iter().map(Some).chain(left_out).collect()
    }

    fn handle_values<'h>(
        &'h self,
        process: ActorId,
        param: &'h ParamSpec,
    ) -> impl Iterator<Item = String> + 'h {
        let of = param.wanted_type();
        let fits = move |known: &&Known| match known.of {
            None => !matches!(of, Some(ObjectType::Process | ObjectType::Thread)),
            own => of.is_none() || own == of,
        };
        let known = self.handles.iter().filter(fits).map(move |known| self.seen_from(process, known));
        let pseudo =
            [(ObjectType::Process, "GetCurrentProcess()"), (ObjectType::Thread, "GetCurrentThread()")];
        let pseudo = pseudo.into_iter().filter(move |(own, _)| of.is_none_or(|of| of == *own));
        let null = param.takes_null().then(|| "NULL".to_owned());
        known.chain(pseudo.map(|(_, call)| call.to_owned())).chain(null)
    }

    /// Variables of a process that a step may fill.
    fn fillable(&self, process: ActorId) -> Vec<String> {
        let own = self.wanted.iter().filter(|(owner, _)| *owner == process);
        own.map(|(_, name)| name.clone()).chain([FRESH.to_owned()]).collect()
    }

    fn seen_from(&self, process: ActorId, known: &Known) -> String {
        if known.process == process {
            return known.name.clone();
        }
        format!("{}.{}", self.program.actor(known.process).name, known.name)
    }
}

/// A variable that no exercise has.
const FRESH: &str = "found";

fn base(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// Is it made of constants and numbers alone?
fn constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::Text(_) => true,
        ExprKind::Path(path) => Constant::find(&path.text).is_some(),
        ExprKind::Group(inner) | ExprKind::Unary(_, inner) => constant(inner),
        ExprKind::Binary(_, left, right) => constant(left) && constant(right),
        ExprKind::Apply(..) | ExprKind::List(_) | ExprKind::Out(_) => false,
    }
}

/// Is it a right, or several?
fn is_mask(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Path(path) => Constant::find(&path.text).is_some_and(|found| found.family == Family::Right),
        ExprKind::Group(inner) => is_mask(inner),
        ExprKind::Binary(BinaryOp::BitOr, left, right) => is_mask(left) && is_mask(right),
        _ => false,
    }
}

/// Is it a flag of this family, or several?
fn is_flags(text: &str, family: &str) -> bool {
    let is_one = |word: &str| {
        let found = Constant::find(word.trim()).map(|found| found.family);
        matches!(found, Some(Family::Flag(name)) if name == family)
    };
    text.split('|').all(is_one)
}
