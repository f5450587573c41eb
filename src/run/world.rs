//! What is there at one moment of a run, and what does an expression say of it?
//!
//! ```
//! use handlelab::kernel::Log;
//! use handlelab::run::world::{Living, World};
//! use handlelab::scenario::Document;
//! use handlelab::scenario::program::ActorId;
//!
//! let document = Document::read("process p, q\np: h = CreateEvent()\n").expect("it can be read");
//! let world = World::new(&document.program, &mut Log::quiet());
//! let [p, q] = [0, 1].map(|number| world.living(ActorId(number)).expect("it is there from the start"));
//! assert_eq!(world.actor_of(q.thread), Some(ActorId(1)));
//! assert_eq!(Living::find(&world.kernel, p.object), Some(p), "a process is found with its first thread");
//! ```

use crate::kernel::objects::mutant::Mutant;
use crate::kernel::objects::semaphore::Semaphore;
use crate::kernel::objects::thread::STILL_ACTIVE;
use crate::kernel::{Answer, Handle, HandleEntry, Kernel, Log, ObjectId, ObjectNo, ProcessId, ThreadId};
use crate::scenario::eye::Question;
use crate::scenario::program::{ActorId, ObjectRef, Operand, Program, Term, VariableId};
use crate::scenario::tree::{BinaryOp, UnaryOp};
use smol_str::SmolStr;

/// What a variable or an expression holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Value {
    /// Nothing yet.
    #[default]
    Nothing,
    /// A number; truth is 1 or 0.
    Number(u64),
    /// A text.
    Text(SmolStr),
    /// An object, or none: what `owner()` answers.
    Object(Option<ObjectId>),
}

impl Value {
    /// The value as a number; whatever is no number counts as 0.
    fn number(&self) -> u64 {
        match self {
            Value::Number(number) => *number,
            Value::Nothing | Value::Text(_) | Value::Object(_) => 0,
        }
    }
}

/// What a variable holds, and the object that it named when it got its value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Binding {
    /// The value.
    pub value: Value,
    /// The object.
    pub object: Option<ObjectId>,
    /// Its number, which outlasts the object here.
    pub no: Option<ObjectNo>,
}

/// A process or thread of the scenario that has been created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Living {
    /// The process.
    pub process: ProcessId,
    /// The thread; of a process the first one.
    pub thread: ThreadId,
    /// Its object: of a process the process object, of a further thread the thread object.
    pub object: ObjectId,
    /// The thread's object.
    pub thread_object: ObjectId,
    /// The number of its object, which outlasts the object here.
    pub no: ObjectNo,
    /// The process's id, which outlasts the process here.
    pub pid: u32,
    /// Its exit code, which outlasts the object here.
    pub exit_code: Option<u32>,
}

impl Living {
    /// A process (with its first thread) or a thread, by its object.
    pub fn find(kernel: &Kernel, object: ObjectId) -> Option<Living> {
        let (process, thread) = match (kernel.process_of(object), kernel.thread_id(object)) {
            (Some(record), _) => (kernel.thread(*record.threads.first()?)?.process, *record.threads.first()?),
            (None, Some(thread)) => (kernel.thread(thread)?.process, thread),
            (None, None) => return None,
        };
        let pid = kernel.process(process)?.pid;
        let thread_object = kernel.thread(thread)?.object;
        let no = kernel.objects().number(object)?;
        Some(Living { process, thread, object, thread_object, no, pid, exit_code: None })
    }
}

/// The world of a scenario: the kernel, who lives in it, and what the variables hold.
///
/// ```
/// use handlelab::kernel::Log;
/// use handlelab::run::world::{Value, World};
/// use handlelab::scenario::Document;
/// use handlelab::scenario::program::VariableId;
///
/// let text = "process p\nalways open_handles(p) == 0\nalways exited(p)\np: h = CreateEvent()\n";
/// let program = Document::read(text).expect("it can be read").program;
/// let world = World::new(&program, &mut Log::quiet());
/// assert!(world.holds(&program.always[0].term) && !world.holds(&program.always[1].term));
/// assert_eq!(world.eval(&program.always[1].term, None), Value::Number(0), "truth is a number");
/// assert_eq!(world.binding(VariableId(0)).value, Value::Nothing, "nobody has set p.h so far");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    /// The kernel.
    pub kernel: Kernel,
    /// By [`ActorId`].
    pub actors: Vec<Option<Living>>,
    /// By [`VariableId`].
    pub bindings: Vec<Binding>,
}

impl World {
    /// The world before the first step.
    pub fn new(program: &Program, log: &mut Log) -> World {
        let mut kernel = Kernel::new(program.options);
        let actors = program
            .actors
            .iter()
            .map(|actor| {
                let (process, _) = actor.from_start.then(|| kernel.start_process(&actor.name, log))?;
                Living::find(&kernel, kernel.process(process)?.object)
            })
            .collect();
        World { kernel, actors, bindings: vec![Binding::default(); program.variables.len()] }
    }

    /// Who an actor is, once created.
    pub fn living(&self, id: ActorId) -> Option<Living> {
        self.actors[id.0 as usize]
    }

    /// What a variable holds.
    pub fn binding(&self, id: VariableId) -> &Binding {
        &self.bindings[id.0 as usize]
    }

    /// The value of a term, for a step by `actor` or for the kernel's eye.
    pub fn eval(&self, term: &Term, actor: Option<Living>) -> Value {
        match term {
            Term::Number(number, _) => Value::Number(*number),
            Term::Text(text) => Value::Text(text.clone()),
            Term::Variable(id, _) => self.binding(*id).value.clone(),
            Term::Pid(id) => Value::Number(self.living(*id).map_or(0, |living| living.pid.into())),
            Term::Call(spec) => match actor.and_then(|actor| self.kernel.tell(actor.thread, spec)) {
                Some(number) => Value::Number(number),
                None => Value::Nothing,
            },
            Term::Unary(op, inner) => {
                let value = self.number(inner, actor);
                Value::Number(match op {
                    UnaryOp::Not => u64::from(value == 0),
                    UnaryOp::Complement => !value,
                    UnaryOp::Minus => value.wrapping_neg(),
                })
            }
            Term::Binary(op, left, right) => self.binary(*op, left, right, actor),
            Term::Ask(question, operands, _) => self.ask(*question, operands),
            // Beside `owner()` a process means its first thread.
            Term::Object(ObjectRef::Actor(id)) => {
                Value::Object(self.living(*id).map(|living| living.thread_object))
            }
            Term::Object(object) => Value::Object(self.object(object)),
        }
    }

    /// The value of a term as a number; whatever is no number counts as 0.
    pub fn number(&self, term: &Term, actor: Option<Living>) -> u64 {
        self.eval(term, actor).number()
    }

    /// Is a condition true?
    pub fn holds(&self, term: &Term) -> bool {
        self.number(term, None) != 0
    }

    fn binary(&self, op: BinaryOp, left: &Term, right: &Term, actor: Option<Living>) -> Value {
        let truth = |truth: bool| Value::Number(truth.into());
        // Each side is looked at once: it may hold hundreds of operators itself.
        let (left, right) = (self.eval(left, actor), self.eval(right, actor));
        let (a, b) = (left.number(), right.number());
        match op {
            BinaryOp::Or => truth(a != 0 || b != 0),
            BinaryOp::And => truth(a != 0 && b != 0),
            BinaryOp::Equal => truth(same(&left, &right)),
            BinaryOp::NotEqual => truth(!same(&left, &right)),
            BinaryOp::Less => truth((a as i64) < b as i64),
            BinaryOp::LessOrEqual => truth(a as i64 <= b as i64),
            BinaryOp::Greater => truth(a as i64 > b as i64),
            BinaryOp::GreaterOrEqual => truth(a as i64 >= b as i64),
            BinaryOp::BitOr => Value::Number(a | b),
            BinaryOp::BitAnd => Value::Number(a & b),
            BinaryOp::Plus => Value::Number(a.wrapping_add(b)),
            BinaryOp::Minus => Value::Number(a.wrapping_sub(b)),
        }
    }

    /// The object that is meant; it may be dead.
    pub fn object(&self, object: &ObjectRef) -> Option<ObjectId> {
        match object {
            ObjectRef::Variable(id) => self.binding(*id).object,
            ObjectRef::Name(name) => {
                let name = crate::kernel::ObjectName::parse(name).ok()?;
                self.kernel.names().find(&name)
            }
            ObjectRef::Actor(id) => self.living(*id).map(|living| living.object),
            ObjectRef::At(process, value) => {
                let living = self.living(*process)?;
                let handle = Handle(self.number(value, None));
                self.kernel.resolve(living.process, living.thread, handle).map(|(object, _)| object)
            }
        }
    }

    fn ask(&self, question: Question, operands: &[Operand]) -> Value {
        let object = |place: usize| match operands.get(place) {
            Some(Operand::Object(object)) => self.object(object),
            _ => None,
        };
        let header = |place: usize| object(place).and_then(|id| self.kernel.objects().header(id));
        let truth = |truth: bool| Value::Number(truth.into());
        let objects = self.kernel.objects();
        let count = |count: Option<u32>| Value::Number(count.unwrap_or_default().into());
        match question {
            Question::Handles => count(object(0).map(|id| objects.handle_count(id))),
            Question::Pointers => count(object(0).map(|id| objects.pointer_count(id))),
            Question::Alive => truth(header(0).is_some()),
            Question::Dead => truth(header(0).is_none()),
            Question::Named => truth(header(0).is_some()),
            Question::Type => {
                let found = object(0).and_then(|id| self.kernel.objects().get(id));
                Value::Text(found.map_or("", |object| object.object_type().win32()).into())
            }
            // The eye is no thread: a mutex that somebody owns is not signaled for it.
            Question::Signaled => {
                truth(object(0).is_some_and(|id| self.kernel.is_signaled(id, ThreadId::default())))
            }
            Question::Owner => {
                let mutant = object(0).and_then(|id| self.kernel.objects().body::<Mutant>(id));
                let owner = mutant.and_then(|mutant| self.kernel.thread(mutant.owner?));
                Value::Object(owner.map(|record| record.object))
            }
            Question::Count => {
                let Some(id) = object(0) else { return Value::Number(0) };
                let semaphore = self.kernel.objects().body::<Semaphore>(id).map(|found| found.count as u64);
                let mutant = self.kernel.objects().body::<Mutant>(id).map(|found| found.recursion.into());
                Value::Number(semaphore.or(mutant).unwrap_or_default())
            }
            Question::SameObject => truth(object(0).is_some() && object(0) == object(1)),
            Question::Valid => truth(self.entry(operands).is_some()),
            Question::Access => {
                Value::Number(self.entry(operands).map_or(0, |entry| entry.granted_access.0.into()))
            }
            Question::Inherits => truth(self.entry(operands).is_some_and(|entry| entry.attributes.inherit)),
            Question::Protected => {
                truth(self.entry(operands).is_some_and(|entry| entry.attributes.protect_from_close))
            }
            Question::OpenHandles => {
                let living = self.asked(operands);
                let record = living.and_then(|(living, _)| self.kernel.process(living.process));
                let table = record.and_then(|record| record.table.as_ref());
                Value::Number(table.map_or(0, |table| table.len() as u64))
            }
            Question::ParentPid => {
                let record = self.asked(operands).and_then(|(living, _)| self.kernel.process(living.process));
                Value::Number(record.map_or(0, |record| record.parent_pid.into()))
            }
            Question::Running => truth(self.asked(operands).is_some() && self.exit_code(operands).is_none()),
            Question::Exited => truth(self.asked(operands).is_some() && self.exit_code(operands).is_some()),
            Question::ExitCode => Value::Number(self.exit_code(operands).unwrap_or(STILL_ACTIVE).into()),
            Question::Blocked => {
                let thread = self.asked(operands).and_then(|(living, _)| self.kernel.thread(living.thread));
                truth(thread.is_some_and(|thread| thread.wait.is_some()))
            }
        }
    }

    fn asked(&self, operands: &[Operand]) -> Option<(Living, ActorId)> {
        match operands.first() {
            Some(Operand::Actor(id)) => self.living(*id).map(|living| (living, *id)),
            _ => None,
        }
    }

    fn entry(&self, operands: &[Operand]) -> Option<&HandleEntry> {
        let (living, _) = self.asked(operands)?;
        let Some(Operand::Value(value)) = operands.get(1) else { return None };
        let Value::Number(handle) = self.eval(value, None) else { return None };
        self.kernel.process(living.process)?.table.as_ref()?.get(Handle(handle))
    }

    fn exit_code(&self, operands: &[Operand]) -> Option<u32> {
        self.asked(operands)?.0.exit_code
    }

    /// Notes whom a call has created, if it has.
    pub(crate) fn create(&mut self, created: ActorId, answer: &Answer) {
        self.actors[created.0 as usize] = answer.object.and_then(|object| Living::find(&self.kernel, object));
    }

    /// The actor whose thread this is.
    pub fn actor_of(&self, thread: ThreadId) -> Option<ActorId> {
        let mut actors = self.actors.iter();
        let place = actors.position(|living| living.is_some_and(|living| living.thread == thread))?;
        Some(ActorId(place as u32))
    }

    /// Writes down who has ended.
    pub fn remember_ended(&mut self, ended: &[(ObjectId, u32)]) {
        for (object, exit_code) in ended {
            for living in self.actors.iter_mut().flatten().filter(|living| living.object == *object) {
                living.exit_code = Some(*exit_code);
            }
        }
    }
}

fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Object(object), Value::Number(0)) | (Value::Number(0), Value::Object(object)) => {
            object.is_none()
        }
        (Value::Object(left), Value::Object(right)) => left == right,
        (Value::Nothing, _) | (_, Value::Nothing) => false,
        _ => left == right,
    }
}
