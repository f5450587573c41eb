//! What can happen next, and what comes of it?
//!
//! Three kinds of moves: a thread takes its next step, a pending end of a process or thread happens, or the time passes
//! that ends the wait of a blocked thread.

use super::model::Model;
use crate::kernel::canonical::Sink;
use crate::kernel::effects::Release;
use crate::kernel::options::Ends;
use crate::kernel::prints::print_of;
use crate::kernel::{Answer, Ending, Log, ObjectNo, Outcome};
use crate::run::judge;
use crate::run::trace::Verdict;
use crate::run::world::{Binding, Living, World};
use crate::scenario::Span;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::{Action, ActorId, Step, VariableId};

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Move {
    /// The next step of an actor.
    Step(ActorId),
    /// A pending end of an actor's process, or of its thread alone, with the exit code.
    End {
        /// Who ends.
        actor: ActorId,
        /// Does the whole process end?
        process: bool,
        /// The exit code.
        code: u32,
    },
    /// Time passes until the wait of an actor ends: by its timeout, or by a timer.
    Timeout(ActorId),
}

impl Move {
    /// The exit code of an end.
    pub(super) fn code(self) -> u32 {
        if let Move::End { code, .. } = self { code } else { 0 }
    }
}

/// A moment of an order.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) world: World,
    /// The place of each actor's next step among its steps.
    pub(super) next: Vec<usize>,
    /// The statement in which each actor waits, or waited when it ended.
    pub(super) waiting: Vec<Option<usize>>,
    /// The values that steps have told, of variables that several steps set.
    pub(super) told: Vec<Binding>,
}

/// A call that returned.
pub(super) struct Returned {
    /// Its statement.
    pub(super) index: usize,
    /// What it answered; a copy answers nothing.
    pub(super) answer: Option<Answer>,
    pub(super) verdict: Verdict,
}

#[cfg(test)]
impl Returned {
    /// Is it the same call, and the same answer?
    pub(super) fn is_like(&self, other: &Returned) -> bool {
        let seen = |returned: &Returned| {
            let answer = returned.answer.as_ref();
            answer.map(|answer| (answer.value, answer.succeeded, answer.status, answer.error))
        };
        (self.index, &self.verdict, seen(self)) == (other.index, &other.verdict, seen(other))
    }
}

/// Which numbers the objects get that a step makes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbering {
    /// By the step: they do not depend on the order.
    ByStep,
    /// As they come: like `run` does it.
    ByOrder,
}

/// Where the numbers of objects start that a step makes, and how many there are for a step.
pub(super) const FIRST_NUMBER: u32 = 1000;
pub(super) const NUMBERS_OF_A_STEP: u32 = 8;

impl State {
    pub(super) fn start(model: &Model<'_>, log: &mut Log) -> State {
        let mut world = World::new(model.program(), log);
        // An end is a move of its own here, whatever the file says of when it comes.
        world.kernel.options.ends = Ends::AtOnce;
        world.kernel.note_what_is_touched();
        let actors = world.actors.len();
        State {
            world,
            next: vec![0; actors],
            waiting: vec![None; actors],
            told: vec![Binding::default(); model.readers.len()],
        }
    }

    /// Has nobody taken a step yet?
    pub(super) fn is_start(&self) -> bool {
        self.next.iter().all(|next| *next == 0)
    }

    /// Has the step returned?
    pub(super) fn has_returned(&self, model: &Model<'_>, index: usize) -> bool {
        model.step(index).is_some_and(|step| {
            let actor = step.actor.0 as usize;
            model.facts[index].place < self.next[actor] && self.waiting[actor] != Some(index)
        })
    }

    /// The next step of an actor, if there is one left.
    pub(super) fn next_step(&self, model: &Model<'_>, actor: ActorId) -> Option<usize> {
        model.steps[actor.0 as usize].get(self.next[actor.0 as usize]).copied()
    }

    /// The pending ends, named by actors, so that they mean the same on every way to this state.
    pub(super) fn ends(&self) -> impl Iterator<Item = (Move, Ending)> {
        self.world.kernel.endings_to_come().filter_map(|ending| {
            let of = |found: &dyn Fn(&Living) -> bool| {
                let place = self.world.actors.iter().position(|living| living.as_ref().is_some_and(found))?;
                Some(ActorId(place as u32))
            };
            let what = match ending {
                Ending::Process(id, code) => {
                    let actor = of(&|living| living.process == id && living.object != living.thread_object)?;
                    Move::End { actor, process: true, code }
                }
                Ending::Thread(id, code) => {
                    Move::End { actor: of(&|living| living.thread == id)?, process: false, code }
                }
            };
            Some((what, ending))
        })
    }

    /// The ends that were ordered for an actor's process, or for its thread alone, whether they will still end anybody or not.
    pub(super) fn ends_ordered(&self, actor: ActorId, process: bool) -> Vec<u32> {
        let Some(living) = self.world.living(actor) else { return Vec::new() };
        let is_whole = living.object != living.thread_object;
        let ordered = self.world.kernel.endings().iter().filter_map(|ending| match *ending {
            Ending::Process(id, code) => (process && is_whole && id == living.process).then_some(code),
            Ending::Thread(id, code) => (!process && id == living.thread).then_some(code),
        });
        let mut codes: Vec<u32> = ordered.collect();
        codes.sort_unstable();
        codes
    }

    /// Has an actor's process ended, or its thread?
    pub(super) fn has_ended(&self, actor: ActorId, process: bool) -> bool {
        let Some(living) = self.world.living(actor) else { return false };
        let kernel = &self.world.kernel;
        if process {
            kernel.process(living.process).is_none_or(|record| record.exit_code.is_some())
        } else {
            kernel.thread(living.thread).is_none_or(|record| record.exit_code.is_some())
        }
    }

    /// Everything that can happen next: ends first, then steps in the order of the file, then timeouts.
    pub(super) fn moves(&self, model: &Model<'_>) -> Vec<Move> {
        let mut moves: Vec<Move> = self.ends().map(|(what, _)| what).collect();
        let mut steps: Vec<(usize, ActorId)> = Vec::new();
        let mut timeouts = Vec::new();
        for (place, living) in self.world.actors.iter().enumerate() {
            let (actor, Some(living)) = (ActorId(place as u32), living) else { continue };
            if self.world.kernel.wait_change(living.thread).is_some() {
                timeouts.push(Move::Timeout(actor));
            }
            let Some(index) = self.next_step(model, actor) else { continue };
            let may = self.world.kernel.can_run(living.thread).is_ok()
                && model.facts[index].after.iter().all(|other| self.has_returned(model, *other));
            if may {
                steps.push((index, actor));
            }
        }
        steps.sort_unstable_by_key(|(index, _)| *index);
        moves.extend(steps.into_iter().map(|(_, actor)| Move::Step(actor)));
        moves.extend(timeouts);
        moves
    }

    /// Lets a move happen; gives the calls that returned with it.
    ///
    /// # Errors
    /// A mistake of the file that shows only now.
    pub(super) fn make(
        &mut self,
        model: &Model<'_>,
        what: Move,
        numbering: Numbering,
        log: &mut Log,
    ) -> Result<Vec<Returned>, Diagnostic> {
        let mut returned = Vec::new();
        match what {
            Move::End { actor, process, code } => {
                if let Some(living) = self.world.living(actor) {
                    let ending = match process {
                        true => Ending::Process(living.process, code),
                        false => Ending::Thread(living.thread, code),
                    };
                    self.world.kernel.end(ending, log);
                }
            }
            Move::Timeout(actor) => {
                if let Some(living) = self.world.living(actor) {
                    self.world.kernel.pass_wait(living.thread, log);
                }
            }
            Move::Step(actor) => self.take_step(model, actor, numbering, log, &mut returned)?,
        }
        self.world.remember_ended(&log.take_ended());
        for Release { thread, answer } in log.take_released() {
            let Some(actor) = self.world.actor_of(thread) else { continue };
            let Some(index) = self.waiting[actor.0 as usize].take() else { continue };
            if let Some(step) = model.step(index) {
                returned.push(self.returned(model, index, step, answer));
            }
        }
        Ok(returned)
    }

    fn take_step(
        &mut self,
        model: &Model<'_>,
        actor: ActorId,
        numbering: Numbering,
        log: &mut Log,
        returned: &mut Vec<Returned>,
    ) -> Result<(), Diagnostic> {
        let index = self.next_step(model, actor);
        let found = index.and_then(|index| Some((index, model.step(index)?, self.world.living(actor)?)));
        let Some((index, step, living)) = found else { return Ok(()) };
        let span = model.statement(index).span;
        self.next[actor.0 as usize] += 1;
        let (spec, args, creates) = match &step.action {
            Action::Copy(term) => {
                let binding = self.as_told(model, index, |world| world.copied(term, living, span))?;
                let verdict = judge::copied(&model.document.source, &binding.value, step.expect.as_ref());
                if let Some(id) = step.variable {
                    self.world.assign(id, binding);
                }
                self.tell(model, index);
                returned.push(Returned { index, answer: None, verdict });
                return Ok(());
            }
            Action::Call { spec, args, creates } => (*spec, args, *creates),
        };
        if creates.is_some_and(|created| self.world.living(created).is_some()) {
            return Err(created_twice(span));
        }
        let values = self.as_told(model, index, |world| world.arguments(spec, args, living, span))?;
        if numbering == Numbering::ByStep {
            let first = NUMBERS_OF_A_STEP * index as u32;
            let no = ObjectNo(FIRST_NUMBER + 2 * model.first_processes + first);
            self.world
                .kernel
                .number_from(no, FIRST_NUMBER + NUMBERS_OF_A_STEP * model.first_processes + first);
        }
        match self.world.kernel.call(living.thread, spec, &values, log) {
            Outcome::Returned(answer) => {
                if let Some(created) = creates {
                    self.world.create(created, &answer);
                }
                returned.push(self.returned(model, index, step, answer));
            }
            Outcome::Blocked => self.waiting[actor.0 as usize] = Some(index),
            Outcome::Ended => {
                if let Some(expect) = &step.expect {
                    return Err(no_answer(spec.name, expect.span));
                }
            }
            Outcome::CannotRun(_) => {}
        }
        Ok(())
    }

    fn returned(&mut self, model: &Model<'_>, index: usize, step: &Step, answer: Answer) -> Returned {
        self.world.assign_answer(step, &answer);
        self.tell(model, index);
        let verdict = match &step.action {
            Action::Call { spec, .. } => {
                judge::step(&self.world, &model.document.source, step, spec, &answer)
            }
            Action::Copy(_) => Verdict::None,
        };
        Returned { index, answer: Some(answer), verdict }
    }

    /// Looks at the world with the values that were told to a step.
    fn as_told<R>(&mut self, model: &Model<'_>, index: usize, look: impl FnOnce(&World) -> R) -> R {
        let reads = &model.facts[index].reads;
        self.swap(reads);
        let seen = look(&self.world);
        self.swap(reads);
        seen
    }

    fn swap(&mut self, reads: &[(VariableId, usize)]) {
        for (id, slot) in reads {
            std::mem::swap(&mut self.world.bindings[id.0 as usize], &mut self.told[*slot]);
        }
    }

    fn tell(&mut self, model: &Model<'_>, index: usize) {
        for (id, slot) in &model.facts[index].tells {
            self.told[*slot] = self.world.binding(*id).clone();
        }
    }

    /// A number for the state, the same for all orders that lead to it.
    pub(super) fn fingerprint(&self, model: &Model<'_>) -> u128 {
        let mut bytes = Vec::with_capacity(512);
        let mut to = Sink::new(&self.world.kernel, &mut bytes);
        to.plain((u8::MAX, &self.next, &self.waiting));
        for living in &self.world.actors {
            to.plain(living.map(|living| (living.no, living.pid, living.exit_code)));
        }
        for binding in &self.world.bindings {
            to.plain((&binding.value, binding.no));
        }
        for (binding, readers) in self.told.iter().zip(&model.readers) {
            if readers.iter().any(|reader| !self.has_returned(model, *reader)) {
                to.plain((&binding.value, binding.no));
            }
        }
        self.world.kernel.fingerprint().wrapping_add(print_of(&bytes))
    }
}

fn created_twice(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NameInUse, span, "this process or thread has been created already", "a second one")
        .help("Give the new one a name of its own; the first keeps its name even after its end.")
}

fn no_answer(call: &str, span: Span) -> Diagnostic {
    let message = format!("{call} ends its own thread here and gives no answer");
    Diagnostic::new(Code::NoAnswer, span, message, "there is nothing to expect")
        .help("Leave the expectation out.")
}
