//! Who is there while a program runs, and what do the variables hold?
//!
//! A [`Stage`] knows who was created and what each call answered, so that later steps find it.
//!
//! ```
//! use handlelab::testing::{strategy::Knobs, system::KernelSystem};
//! use proptest::test_runner::TestRunner;
//!
//! let result = TestRunner::default().run(&Knobs::default().programs(1..20), |program| {
//!     let mut system = KernelSystem::new(program.options);
//!     program.run(&mut system, |deed, happening, stage, _| {
//!         println!("{} -> {:?}; {} variables are set", deed.in_words(), happening.fate, stage.bindings().len());
//!     });
//!     Ok(())
//! });
//! assert!(result.is_ok());
//! ```

use super::program::{FROM_START, Kind, Program, Variable, process_name};
use super::system::{Fate, Filled, Happening, Reply, Request, System};
use crate::scenario::printer;
use crate::scenario::tree::{self, Item, ItemKind, Scenario};

/// What is going on while a program runs.
///
/// ```
/// use handlelab::kernel::Options;
/// use handlelab::testing::program::{Action, Kind, Step, Variable};
/// use handlelab::testing::stage::Stage;
/// use handlelab::testing::system::{KernelSystem, System};
///
/// let mut system = KernelSystem::new(Options::default());
/// let mut stage = Stage::starting(&mut system, 1);
/// let keep = Some(Variable { kind: Kind::Timer, index: 2 });
/// let action = Action::Call { call: "CreateWaitableTimer", args: vec![], keep };
/// let step = Step { actor: (5, 3), instead: true, action };
/// let deed = stage.resolve(&system, &step).expect("somebody else does it");
/// assert_eq!(deed.actor, stage.cast()[0]);
/// let happening = system.call(deed.actor.thread, deed.request().expect("it is a call"));
/// stage.note(&system, &deed, &happening);
/// assert_eq!((stage.bindings()[0].value, stage.bindings()[0].variable.name()), (4, "hTimer2".to_owned()));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Stage {
    pub(super) cast: Vec<Living>,
    pub(super) bindings: Vec<Binding>,
}

/// A thread of the program that has been created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
#[non_exhaustive]
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
///
/// ```
/// use handlelab::kernel::Options;
/// use handlelab::testing::program::{Action, Kind, Operand, Program, Step, Variable};
/// use handlelab::testing::system::KernelSystem;
///
/// let [read, write] = [Kind::ReadEnd, Kind::WriteEnd].map(|kind| Variable { kind, index: 0 });
/// let args = vec![("hReadPipe", Operand::Out(read)), ("hWritePipe", Operand::Out(write))];
/// let action = Action::Call { call: "CreatePipe", args, keep: None };
/// let steps = vec![Step { actor: (0, 0), instead: true, action }];
/// Program { steps, ..Program::default() }.run(&mut KernelSystem::new(Options::default()), |deed, _, _, _| {
///     let filled: Vec<_> = deed.variables().collect();
///     assert_eq!(filled, [(Some("hReadPipe"), read), (Some("hWritePipe"), write)]);
///     assert!(deed.in_words().starts_with("a: CreatePipe("));
/// });
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
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
#[non_exhaustive]
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

    /// The variables that it fills, each with the out parameter that fills it; the answer fills the one without.
    pub fn variables(&self) -> impl Iterator<Item = (Option<&'static str>, Variable)> + '_ {
        let (keep, outs) = match &self.act {
            Act::Call { keep, outs, .. } => (*keep, outs.as_slice()),
            Act::Copy(own) => (Some(own.variable), [].as_slice()),
        };
        let keep = keep.map(|variable| (None, variable));
        keep.into_iter().chain(outs.iter().map(|(param, variable)| (Some(*param), *variable)))
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
        Stage::starting(system, FROM_START)
    }

    /// The same with so many processes from the start.
    pub fn starting(system: &mut impl System, processes: u8) -> Stage {
        let started: Vec<_> =
            (0..processes).map(|place| system.start_process(&process_name(place))).collect();
        Stage::with(system, started)
    }

    /// The stage with these processes, each with its first thread.
    pub(super) fn with(system: &impl System, started: impl IntoIterator<Item = (u32, u32)>) -> Stage {
        let cast = (0..).zip(started).map(|(place, (process, thread))| {
            let pid = system.process_id(process).unwrap_or_default();
            Living { place: (place, 0), process, thread, pid }
        });
        Stage { cast: cast.collect(), bindings: Vec::new() }
    }

    /// Everybody who was created, in order.
    pub fn cast(&self) -> &[Living] {
        &self.cast
    }

    /// Every variable that has a value.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
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

    pub(super) fn binding(&self, process: u8, variable: Variable) -> Option<&Binding> {
        self.bindings.iter().find(|binding| (binding.process, binding.variable) == (process, variable))
    }
}

impl Program {
    /// Runs the program on a system; `watch` sees each deed, what came of it, and the stage behind it.
    pub fn run<S: System>(&self, system: &mut S, watch: impl FnMut(&Deed, &Happening, &Stage, &S)) {
        self.play(system, watch);
    }

    /// The same; gives the stage behind the last step.
    pub(super) fn play<S: System>(
        &self,
        system: &mut S,
        mut watch: impl FnMut(&Deed, &Happening, &Stage, &S),
    ) -> Stage {
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
        stage
    }
}
