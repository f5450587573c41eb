//! How does a system play beside the simulator, call by call?
//!
//! The system is asked first: what it does not offer, the simulator does not do either, so the two stay together. Then the
//! answers are compared, and then everything that can be seen through open handles.

use super::look::Told;
use super::offer;
use super::scene::Footing;
use super::unlike::{self, Aspect, Unlike};
use super::values::{New, Values};
use crate::kernel::{CallSpec, Options};
use crate::testing::foresight::Foresight;
use crate::testing::handle_system::{HandleSystem, Outcome, Part, Returned, Thread};
use crate::testing::picture::Picture;
use crate::testing::program::process_name;
use crate::testing::system::{Fate, Filled, Happening, KernelSystem, Reply, Request, System};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What became of a step.
pub(super) enum Played {
    /// Both have done it; this is what the simulator did, and in what the other is unlike it.
    Done(Happening, Footing, Vec<Unlike>),
    /// Neither has done it, because this is not offered, or cannot be asked.
    Left(String),
    /// Neither has done it, because the system is known to do something else than Windows.
    Known(String),
}

/// A system beside the simulator.
pub(super) struct Duet<S> {
    pub(super) simulator: KernelSystem,
    pub(super) system: S,
    pub(super) values: Values,
    /// What there is in the simulator.
    pub(super) picture: Picture,
    /// The processes in the order in which they came to be, each with its threads, by the numbers of their objects.
    pub(super) cast: Vec<(u32, Vec<u32>)>,
    /// Which object here is which there.
    pub(super) objects: BTreeMap<u32, u64>,
    /// The calls in which threads wait.
    waiting: BTreeMap<u32, (&'static CallSpec, Request)>,
    /// What the handles told when they were asked.
    pub(super) told: Told,
    /// Where a fact stands: its file, and the statements of the next call and of what is checked behind it.
    pub(super) scenario: Option<(String, RangeInclusive<usize>)>,
}

impl<S: HandleSystem> Duet<S> {
    /// The two before the first call, with as many processes as there shall be at most and as the system offers.
    pub(super) fn new(mut system: S, options: Options, processes: usize) -> Duet<S> {
        let mut simulator = KernelSystem::new(options);
        let mut cast = Vec::new();
        for number in 0..processes {
            if number > 0 && system.start_process().is_err() {
                break;
            }
            let (process, thread) = simulator.start_process(&process_name(number as u8));
            cast.push((process, vec![thread]));
        }
        let parts = Part::ALL.iter().copied().filter(|part| system.offers(*part)).collect();
        let values = Values::new(parts, cast.iter().map(|(process, _)| *process));
        let picture = simulator.picture();
        let (objects, waiting, told, scenario) = Default::default();
        Duet { simulator, system, values, picture, cast, objects, waiting, told, scenario }
    }

    /// A process and its thread by the number of the thread's object.
    fn thread(&self, number: u32) -> Option<(u32, Thread)> {
        self.cast.iter().enumerate().find_map(|(process, (object, threads))| {
            let thread = threads.iter().position(|thread| *thread == number)?;
            Some((*object, Thread { process: process as u32, thread: thread as u32 }))
        })
    }

    /// One thread makes one call.
    pub(super) fn step(&mut self, thread: u32, request: &Request) -> Played {
        let found = (CallSpec::find(request.call), self.thread(thread));
        let (Some(spec), Some((own, who))) = found else { return Played::Left(request.call.to_owned()) };
        if let Some(left) = self.is_left(request) {
            return Played::Left(left.to_owned());
        }
        let named = |param: &str| match request.number(param) {
            0 | u64::MAX => own,
            value => self.simulator.object_at(own, value).unwrap_or(own),
        };
        let home =
            named(if spec.name.starts_with("Nt") { "SourceProcessHandle" } else { "hSourceProcessHandle" });
        let target =
            named(if spec.name.starts_with("Nt") { "TargetProcessHandle" } else { "hTargetProcessHandle" });
        let parent = named("parentProcess");
        let was_open = |process, value| self.values.was_open(process, value);
        let footing = Footing::new(request, &self.picture, home, was_open);
        let asked = match self.values.request(&self.picture, (own, home, parent), spec, request) {
            Ok(asked) => asked,
            Err(why) => return Played::Left(why.to_owned()),
        };
        let of = self.cast.iter().position(|(process, _)| {
            self.simulator.process_id(*process).map(u64::from) == Some(request.number("dwProcessId"))
        });
        let next = Foresight {
            simulator: &self.simulator,
            before: &self.picture,
            cast: &self.cast,
            number: thread,
            caller: who,
            request,
            scenario: self.scenario.as_ref().map(|(file, statements)| (file.as_str(), statements.clone())),
            coming: OnceCell::new(),
        };
        let system = &mut self.system;
        let heard = catch_unwind(AssertUnwindSafe(|| {
            if let Some(known) = system.differs(&next) {
                return Err(Played::Known(known));
            }
            system.foresee(&next);
            match offer::ask(system, who, spec, &asked, of.map(|of| of as u32)) {
                Ok(outcome) => Ok((outcome, system.released())),
                Err(_) => Err(Played::Left(label(request))),
            }
        }));
        let (outcome, released) = match heard {
            Ok(Err(left)) => return left,
            Ok(Ok((outcome, released))) => (Some(outcome), released),
            Err(_) => (None, Vec::new()),
        };
        let happening = self.simulator.call(thread, request);
        self.picture = self.simulator.picture();
        self.meet();
        let mut unlike = Vec::new();
        let returned = match (&happening.fate, outcome) {
            (_, None) => {
                unlike.push(Unlike::new(Aspect::Panic, "the call", "an answer".into(), "a panic".into()));
                return Played::Done(happening, footing, unlike);
            }
            (Fate::Returned(reply), Some(Outcome::Returned(returned))) => {
                let wanted = |param: &str| request.given(param);
                unlike.extend(unlike::answer(spec, wanted, reply, &returned, self.shows_values()));
                Some((reply, returned))
            }
            (Fate::Blocked, Some(Outcome::Blocked)) => {
                self.waiting.insert(thread, (spec, request.clone()));
                None
            }
            (Fate::Ended, Some(Outcome::Ended)) => None,
            (fate, Some(outcome)) => {
                let words = (self.fate_in_words(spec, fate), self.outcome_in_words(spec, &outcome));
                unlike.push(Unlike::new(Aspect::Outcome, "the call", words.0, words.1));
                None
            }
        };
        // Where the answers differ, nobody knows what a look would compare.
        if unlike.is_empty() {
            let new = returned.map(|(reply, returned)| self.new_handles(spec, reply, &returned, own, target));
            let (closed, wrong) = self.values.learn(&self.picture, &new.unwrap_or_default(), parent);
            unlike.extend(wrong);
            unlike.extend(self.releases(&happening.released, &released));
            unlike.extend(self.look(&closed));
        }
        Played::Done(happening, footing, unlike)
    }

    /// Would a call change nothing that later calls are given: no table, nobody's life, nobody's wait?
    pub(super) fn can_do_without(&self, thread: u32, request: &Request) -> bool {
        let mut other = self.simulator.clone();
        let happening = other.call(thread, request);
        let tables = |picture: &Picture| {
            let tables = picture.processes.iter().map(|(number, process)| (*number, process.table.clone()));
            tables.collect::<Vec<_>>()
        };
        let returned = matches!(happening.fate, Fate::Returned(_)) && happening.released.is_empty();
        returned && tables(&self.picture) == tables(&other.picture())
    }

    fn shows_values(&self) -> bool {
        self.values.parts.contains(&Part::WindowsValues)
    }

    /// Why a call is not asked, whatever the system offers.
    fn is_left(&self, request: &Request) -> Option<&'static str> {
        let duplicates = matches!(request.call, "DuplicateHandle" | "NtDuplicateObject");
        let options = request.dword("dwOptions") | request.dword("Options");
        if duplicates && options & 2 == 0 && !self.values.parts.contains(&Part::Rights) {
            return Some(Part::Rights.name());
        }
        // Nobody could ask for the same thing there: ids are chosen freely.
        request.given("dwThreadId").then_some("ids of threads")
    }

    /// Gets to know processes and threads that have come to be.
    fn meet(&mut self) {
        for process in self.picture.processes.keys() {
            if self.cast.iter().all(|(known, _)| known != process) {
                self.cast.push((*process, Vec::new()));
            }
        }
        for (thread, view) in &self.picture.threads {
            if let Some((_, threads)) = self.cast.iter_mut().find(|(process, _)| *process == view.process)
                && !threads.contains(thread)
            {
                threads.push(*thread);
            }
        }
    }

    /// The handles that a call gave, side by side; addresses are noted at once.
    fn new_handles(
        &mut self,
        spec: &CallSpec,
        reply: &Reply,
        returned: &Returned,
        own: u32,
        target: u32,
    ) -> Vec<New> {
        use crate::kernel::calls::Returns;
        let mut new = Vec::new();
        match spec.returns {
            Returns::Handle | Returns::FileHandle if reply.succeeded() => {
                new.push(New { place: (own, reply.value), theirs: returned.value });
            }
            Returns::Address if reply.succeeded() => {
                self.values.note_address((own, reply.value), returned.value);
            }
            _ => {}
        }
        for (param, filled) in &reply.outs {
            let theirs = returned.outs.iter().find(|(name, _)| name == param).map(|(_, filled)| filled);
            let owner = if matches!(*param, "lpTargetHandle" | "TargetHandle") { target } else { own };
            match (filled, theirs) {
                (Filled::Handle(value, _), Some(Filled::Handle(theirs, _))) => {
                    new.push(New { place: (owner, *value), theirs: *theirs });
                }
                (Filled::Record(fields), Some(Filled::Record(all))) => {
                    let both = fields.iter().zip(all).take(2);
                    new.extend(
                        both.map(|((value, _), (theirs, _))| New { place: (owner, *value), theirs: *theirs }),
                    );
                }
                _ => {}
            }
        }
        new
    }

    fn fate_in_words(&self, spec: &CallSpec, fate: &Fate) -> String {
        match fate {
            Fate::Returned(reply) => self.reply_in_words(spec, reply),
            Fate::Blocked => "it waits".to_owned(),
            Fate::Ended => "its thread ends".to_owned(),
            Fate::Refused | Fate::NoCall => "nothing".to_owned(),
        }
    }

    fn reply_in_words(&self, spec: &CallSpec, reply: &Reply) -> String {
        unlike::in_words(spec.returns, reply.value, reply.error.unwrap_or_default(), self.shows_values())
    }

    fn returned_in_words(&self, spec: &CallSpec, returned: &Returned) -> String {
        unlike::in_words(spec.returns, returned.value, returned.error, self.shows_values())
    }

    fn outcome_in_words(&self, spec: &CallSpec, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Returned(returned) => self.returned_in_words(spec, returned),
            Outcome::Blocked => "it waits".to_owned(),
            Outcome::Ended => "its thread ends".to_owned(),
        }
    }

    /// Those who went on must be the same, with the same answers.
    fn releases(&mut self, expected: &[(u32, Reply)], got: &[(Thread, Returned)]) -> Vec<Unlike> {
        let mut unlike = Vec::new();
        for (thread, reply) in expected {
            let found = (self.waiting.remove(thread), self.thread(*thread));
            let (Some((spec, request)), Some((_, who))) = found else { continue };
            let what = format!("the waiting {}", spec.name);
            match got.iter().find(|(thread, _)| *thread == who) {
                None => {
                    let expected = format!("goes on: {}", self.reply_in_words(spec, reply));
                    unlike.push(Unlike::new(Aspect::Released, what, expected, "it waits on".to_owned()));
                }
                Some((_, returned)) => {
                    let wanted = |param: &str| request.given(param);
                    let of_answer = unlike::answer(spec, wanted, reply, returned, self.shows_values());
                    unlike.extend(of_answer.into_iter().map(|one| Unlike { what: what.clone(), ..one }));
                }
            }
        }
        for (who, returned) in got {
            let waits =
                |(thread, _): &(&u32, _)| self.thread(**thread).is_some_and(|(_, other)| other == *who);
            if let Some((_, (spec, _))) = self.waiting.iter().find(waits) {
                let got = format!("goes on: {}", self.returned_in_words(spec, returned));
                let what = format!("the waiting {}", spec.name);
                unlike.push(Unlike::new(Aspect::Released, what, "it waits on".to_owned(), got));
            }
        }
        unlike
    }
}

/// What a call that is not offered is called in the report.
fn label(request: &Request) -> String {
    let named = request.text("lpName").or(request.text("lpTimerName")).is_some();
    // An id that is no process's cannot be said there.
    let meaning = if request.call == "OpenProcess" { " of an id that is no process's" } else { "" };
    format!("{}{meaning}{}", request.call, if named { " with a name" } else { "" })
}
