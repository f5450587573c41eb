//! How is a question of the kernel's eye asked of a real system?
//!
//! By a process that has a handle at hand, through its own table. Whatever no process can see is not asked, with the reason.

use super::stage::{self, Moment, Stage, is_idle};
use super::terms;
use crate::kernel::{ObjectNo, ObjectType};
use crate::scenario::eye::Question;
use crate::scenario::program::{
    ActorId, ObjectRef, Operand, Program, Statement, StatementKind, Term, VariableId,
};
use crate::scenario::tree::BinaryOp;

/// Where a question is asked: behind which statement of which program.
pub(super) struct Eye<'s> {
    pub(super) program: &'s Program,
    pub(super) stage: &'s Stage,
    pub(super) index: usize,
}

/// Why a question is not asked.
type Why = &'static str;

const NO_HANDLE: Why = "no process that could be asked has a handle to it";
const NOBODY: Why = "nobody in that process can be asked now";

impl Eye<'_> {
    /// The condition in C, or why it cannot be asked.
    pub(super) fn condition(&self, term: &Term) -> Result<String, Why> {
        match term {
            Term::Unary(op, inner) => Ok(terms::unary(*op, &self.condition(inner)?)),
            Term::Binary(op @ (BinaryOp::Equal | BinaryOp::NotEqual), left, right) => {
                match (&**left, &**right) {
                    (Term::Text(text), other) | (other, Term::Text(text)) => {
                        let same = self.same_text(other, text)?;
                        Ok(if *op == BinaryOp::Equal { same } else { format!("!{same}") })
                    }
                    (left, right) => Ok(terms::binary(*op, &self.condition(left)?, &self.condition(right)?)),
                }
            }
            Term::Binary(op, left, right) => {
                Ok(terms::binary(*op, &self.condition(left)?, &self.condition(right)?))
            }
            Term::Ask(question, operands, _) => self.question(*question, operands),
            Term::Object(_) => Err("Windows does not tell who owns a mutex"),
            other => terms::value(self.program, other).ok_or("there is no such value"),
        }
    }

    fn same_text(&self, term: &Term, text: &str) -> Result<String, Why> {
        match term {
            Term::Variable(id, _) => {
                let variable = terms::variable(self.program, *id);
                Ok(format!("!strcmp(T({variable}), {})", terms::text(text)))
            }
            Term::Ask(Question::Type, operands, _) => {
                let (actor, value) = self.at_hand(object(operands, 0)?)?;
                let all = ObjectType::ALL.iter().map(|kind| kind.spec());
                let native =
                    all.filter(|spec| spec.win32 == text).map(|spec| spec.name).next().unwrap_or(text);
                Ok(format!("is_type({actor}, {value}, {})", terms::text(native)))
            }
            _ => Err("texts are compared with variables only"),
        }
    }

    fn question(&self, question: Question, operands: &[Operand]) -> Result<String, Why> {
        let actor = |place: usize| match operands.get(place) {
            Some(Operand::Actor(id)) => Ok(*id),
            _ => Err("there is no such process"),
        };
        match question {
            Question::Handles => {
                let object = object(operands, 0)?;
                let no = self.number_of(object).ok_or(NO_HANDLE)?;
                let kind = self.moment().state.object(no).map(|state| state.object_type);
                if matches!(kind, Some(ObjectType::Process | ObjectType::Thread)) {
                    return Err("Windows has handles of its own to processes and threads");
                }
                let (actor, value) = self.at_hand(object)?;
                Ok(format!("ask({actor}, HANDLES, {value}, 0)"))
            }
            Question::Valid => self.entry(actor(0)?, operands, "VALID"),
            Question::Access => self.entry(actor(0)?, operands, "ACCESS"),
            Question::Inherits => self.entry(actor(0)?, operands, "INHERITS"),
            Question::Protected => self.entry(actor(0)?, operands, "PROTECTED"),
            Question::SameObject => self.same_object(object(operands, 0)?, object(operands, 1)?),
            Question::Running => Ok(self.is_running(actor(0)?)),
            Question::Exited => Ok(format!("!{}", self.is_running(actor(0)?))),
            Question::ExitCode => self.exit_code(actor(0)?),
            Question::Blocked => self.is_blocked(actor(0)?),
            Question::Named => match operands {
                [Operand::Object(ObjectRef::Name(name))] => Ok(format!("is_named({})", terms::text(name))),
                _ => Err("there is no such name"),
            },
            Question::ParentPid => Err("Win32 has no call that tells who the creator was"),
            Question::Pointers => Err("Windows keeps more references than it tells of"),
            Question::Alive | Question::Dead => Err("without a handle nobody can see an object"),
            Question::OpenHandles => Err("a real process has more handles open"),
            Question::Signaled => Err("to look at the state would take the signal"),
            Question::Count | Question::Owner => Err("Win32 has no call that tells it"),
            Question::Type => Err("types are compared with texts only"),
        }
    }

    fn entry(&self, process: ActorId, operands: &[Operand], question: &str) -> Result<String, Why> {
        let Some(Operand::Value(value)) = operands.get(1) else { return Err(NO_HANDLE) };
        let value = terms::value(self.program, value).ok_or(NO_HANDLE)?;
        let actor = self.somebody_in(process).ok_or(NOBODY)?;
        Ok(format!("ask({}, {question}, {value}, 0)", terms::actor(self.program, actor)))
    }

    fn is_running(&self, actor: ActorId) -> String {
        let is_thread = i32::from(self.program.actor(actor).thread.is_some());
        format!("is_running({}, {is_thread})", terms::actor(self.program, actor))
    }

    /// A wait whose time will be over is not waited for at all (rule 25 of the language).
    fn is_blocked(&self, actor: ActorId) -> Result<String, Why> {
        let earlier = self.program.statements.iter().zip(&self.stage.moments).take(self.index);
        let own = |statement: &Statement| matches!(&statement.kind, StatementKind::Step(step) if step.actor == actor);
        let last = earlier.filter(|(statement, _)| own(statement)).map(|(_, moment)| moment).next_back();
        if last.is_some_and(|moment| moment.times_out) && !is_idle(self.program, self.moment(), actor) {
            return Err("a wait whose time will be over is cut short");
        }
        let limit = if is_idle(self.program, self.moment(), actor) { "LIMIT" } else { "GLANCE" };
        Ok(format!("is_blocked({}, {limit})", terms::actor(self.program, actor)))
    }

    fn exit_code(&self, actor: ActorId) -> Result<String, Why> {
        let who = self.program.actor(actor);
        let exists = self.moment().state.processes.iter().any(|process| process.name == who.name);
        if who.thread.is_some() || !exists {
            return Err(NO_HANDLE);
        }
        Ok(format!("exit_code({})", terms::actor(self.program, actor)))
    }

    fn same_object(&self, first: &ObjectRef, second: &ObjectRef) -> Result<String, Why> {
        for (actor, value) in self.all_at_hand(first) {
            for (other, other_value) in self.all_at_hand(second) {
                if actor == other {
                    return Ok(format!("ask({actor}, SAME, {value}, {other_value})"));
                }
            }
        }
        Err("no process that could be asked has handles to both")
    }

    /// A process with a handle to the object: who is asked, and the handle's value in C.
    fn at_hand(&self, object: &ObjectRef) -> Result<(String, String), Why> {
        self.all_at_hand(object).into_iter().next().ok_or(NO_HANDLE)
    }

    fn all_at_hand(&self, object: &ObjectRef) -> Vec<(String, String)> {
        if let ObjectRef::At(process, value) = object {
            let found = self.somebody_in(*process).zip(terms::value(self.program, value));
            return found
                .map(|(actor, value)| (terms::actor(self.program, actor), value))
                .into_iter()
                .collect();
        }
        let mut variables: Vec<VariableId> = self.moment().bindings.keys().copied().collect();
        variables.sort();
        if let ObjectRef::Variable(own) = object {
            variables.retain(|id| id != own);
            variables.insert(0, *own);
        }
        let processes = self.program.actors.iter().enumerate().filter(|(_, actor)| actor.thread.is_none());
        let processes: Vec<ActorId> = processes.map(|(place, _)| ActorId(place as u32)).collect();
        let mut found = Vec::new();
        for variable in variables {
            for process in &processes {
                if self.names_it(*process, variable, object)
                    && let Some(actor) = self.somebody_in(*process)
                {
                    let value = format!("V({})", terms::variable(self.program, variable));
                    found.push((terms::actor(self.program, actor), value));
                }
            }
        }
        found
    }

    /// Does the variable's value name the object in this process, and not just by chance? By chance means: in one of the two
    /// runs only.
    fn names_it(&self, process: ActorId, variable: VariableId, object: &ObjectRef) -> bool {
        let Some(Some(other)) = self.stage.shifted.get(self.index) else { return false };
        [self.moment(), other].iter().all(|moment| {
            let Some((value, _)) = moment.bindings.get(&variable) else { return false };
            let Some(table) = stage::table(self.program, moment, process) else { return false };
            if moment.stale.contains(&(variable, table.object)) {
                return false;
            }
            let row = stage::row(self.program, moment, process, *value);
            row.is_some_and(|row| number_in(self.program, moment, object) == Some(row.object))
        })
    }

    fn number_of(&self, object: &ObjectRef) -> Option<ObjectNo> {
        match object {
            ObjectRef::At(process, value) => {
                let Term::Variable(id, _) = &**value else { return None };
                let (value, _) = self.moment().bindings.get(id)?;
                stage::row(self.program, self.moment(), *process, *value).map(|row| row.object)
            }
            other => number_in(self.program, self.moment(), other),
        }
    }

    fn somebody_in(&self, process: ActorId) -> Option<ActorId> {
        let members = self.program.actors.iter().enumerate().filter(|(_, actor)| actor.process == process);
        let mut members = members.map(|(place, _)| ActorId(place as u32));
        members.find(|actor| is_idle(self.program, self.moment(), *actor))
    }

    fn moment(&self) -> &Moment {
        &self.stage.moments[self.index]
    }
}

fn object(operands: &[Operand], place: usize) -> Result<&ObjectRef, Why> {
    match operands.get(place) {
        Some(Operand::Object(object)) => Ok(object),
        _ => Err(NO_HANDLE),
    }
}

fn number_in(program: &Program, moment: &Moment, object: &ObjectRef) -> Option<ObjectNo> {
    match object {
        ObjectRef::Variable(id) => moment.bindings.get(id)?.1,
        ObjectRef::Name(name) => {
            let same = |state: &&crate::run::trace::ObjectState| {
                state.named && state.name.as_deref() == Some(name.as_str())
            };
            moment.state.objects.iter().find(same).map(|state| state.object)
        }
        ObjectRef::Actor(id) => {
            let name = &program.actor(*id).name;
            moment.state.processes.iter().rev().find(|state| state.name == *name).map(|state| state.object)
        }
        ObjectRef::At(..) => None,
    }
}
