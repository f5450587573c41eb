//! How is a call made on the real system, and what came of it?

use super::{ANSWER, GLANCE, Real};
use crate::export::agent::mirror::NOTHING;
use crate::export::agent::unhurried::stretched;
use crate::export::agent::wire::{self, Heard, Lost, Wire};
use crate::kernel::calls::{Kind, Returns};
use crate::kernel::{Arg, CallSpec};
use crate::testing::foresight::Doing;
use crate::testing::handle_system::{self, Answer, Outcome, Refusal, Returned, Thread};
use crate::testing::system::{Filled, Request};
use std::fmt::Write;

/// What leaves something behind in a process when its handles are closed.
const MARKING: &[&str] = &["CreateThread", "MapViewOfFile", "SetStdHandle"];

impl<W: Wire> Real<'_, W> {
    /// Has a call made, and waits for everything that must follow from it.
    pub(super) fn make(&mut self, thread: Thread, request: &Request) -> Result<Answer<Outcome>, Lost> {
        let found = (CallSpec::find(request.call), self.place(thread), self.somebody(thread));
        let (Some(spec), Some(place), Some(caller)) = found else { return Ok(Err(Refusal::NotOffered)) };
        let last_error = caller.last_error;
        let Some(line) = self.line(thread, spec, request) else { return Ok(Err(Refusal::NotOffered)) };
        if MARKING.contains(&request.call) {
            self.processes[thread.process as usize].marked = true;
        }
        if request.call == "AssignProcessToJobObject" {
            self.processes.iter_mut().for_each(|process| process.marked = true);
        }
        self.sights.clear();
        self.looked.clear();
        let ends = self.watch()?;
        let moved = self.moved(thread, request);
        if let Some((source, _)) = moved {
            self.keep(source)?;
        }
        let limit = match self.plan.doing(thread) {
            Doing::Acts => ANSWER,
            Doing::Waits => GLANCE,
            Doing::Suspended | Doing::Ended => 0,
        };
        let heard = wire::call(self.wire()?, place, limit, last_error, &line)?;
        if ends {
            wire::command(self.wire()?, &format!("ended {ANSWER}"), "running")?;
        }
        let foreseen = self.plan.doing(thread);
        let new = self.go_on()?;
        if let Some(new) = new {
            self.inherit(self.plan.parent, new)?;
        }
        let outcome = match heard {
            Heard::Answered(answer) => {
                let returned = returned(spec, &answer);
                self.learn(thread, spec, &returned);
                if let Some((_, object)) = moved {
                    self.follow(object, &returned)?;
                }
                if let Some(caller) = self.somebody(thread) {
                    (caller.doing, caller.last_error) = (foreseen, returned.error);
                }
                if self.plan.waits_briefly {
                    self.released.push((thread, returned));
                    Outcome::Blocked
                } else {
                    Outcome::Returned(returned)
                }
            }
            Heard::Waits if foreseen == Doing::Ended => Outcome::Ended,
            Heard::Waits => {
                if let Some(caller) = self.somebody(thread) {
                    (caller.doing, caller.pending) = (Doing::Waits, Some(spec));
                }
                Outcome::Blocked
            }
        };
        for process in 0..self.processes.len() {
            self.settle(process as u32)?;
        }
        self.hear(thread)?;
        Ok(Ok(outcome))
    }

    /// Hears whoever waited and goes on.
    fn hear(&mut self, caller: Thread) -> Result<(), Lost> {
        let mut waiting = Vec::new();
        for (process, all) in (0..).zip(&mut self.processes) {
            for (thread, somebody) in (0..).zip(&mut all.threads) {
                if somebody.doing == Doing::Ended {
                    somebody.pending = None;
                }
                if let Some(spec) = somebody.pending {
                    waiting.push((Thread { process, thread }, somebody.doing, spec));
                }
            }
        }
        for (thread, doing, spec) in waiting.into_iter().filter(|(thread, ..)| *thread != caller) {
            let Some(place) = self.place(thread) else { continue };
            let limit = if doing == Doing::Acts { ANSWER } else { 0 };
            match wire::hear(self.wire()?, place, limit)? {
                Heard::Waits => {
                    self.somebody(thread).into_iter().for_each(|somebody| somebody.doing = Doing::Waits);
                }
                Heard::Answered(answer) => {
                    let returned = returned(spec, &answer);
                    self.learn(thread, spec, &returned);
                    if let Some(somebody) = self.somebody(thread) {
                        (somebody.pending, somebody.last_error) = (None, returned.error);
                    }
                    self.released.push((thread, returned));
                }
            }
        }
        Ok(())
    }

    /// The call as it is said to the agent; nothing, if that cannot be said.
    fn line(&self, caller: Thread, spec: &CallSpec, request: &Request) -> Option<String> {
        let mut line = request.call.to_owned();
        for (name, arg) in &request.args {
            let kind = spec.params[spec.param(name)?].kind;
            let home = match *name {
                "hSourceHandle" | "SourceHandle" => self.plan.source,
                "handleList" => self.plan.parent,
                _ => caller.process,
            };
            let _ = write!(line, " {name}=");
            let _ = match (kind, arg) {
                (Kind::NewProcess, _) => write!(line, "{:x}", self.new_process()?),
                (Kind::NewThread, _) => write!(line, "{:x}", self.new_thread(caller.process)?),
                (Kind::Handle { .. } | Kind::AnyHandle, Arg::Number(value)) => {
                    write!(line, "{:x}", self.strange(home, *value))
                }
                (_, Arg::Number(1..0xFFFF_FFFF)) if request.call == "Sleep" => return None,
                (_, Arg::Number(number)) => write!(line, "{:x}", stretched(request.call, name, *number)),
                (_, Arg::Text(text)) => text.bytes().try_for_each(|byte| write!(line, "{byte:02x}")),
                (_, Arg::List(values)) => {
                    let values = values.iter().map(|value| format!("{:x}", self.strange(home, *value)));
                    write!(line, "{}", values.collect::<Vec<_>>().join(","))
                }
                (_, Arg::Out | Arg::Absent) => Ok(()),
            };
        }
        Some(line)
    }

    /// A value, unless the process has it open for itself: nobody was given that one, so another that names nothing does.
    pub(super) fn strange(&self, process: u32, value: u64) -> u64 {
        let own = self.processes.get(process as usize).and_then(|process| process.own.as_ref());
        match own {
            Some(own) if own.contains(&(value & !3)) => NOTHING | value & 3,
            _ => value,
        }
    }

    /// The source of a duplication that closes it, with its object: behind the call nobody can see what it named.
    fn moved(&self, caller: Thread, request: &Request) -> Option<((u32, u64), Option<u64>)> {
        let source = ["hSourceHandle", "SourceHandle"].into_iter().find(|param| request.given(param))?;
        let closes = (request.dword("dwOptions") | request.dword("Options")) & 1 != 0;
        let home = if self.plan.caller() == Some(caller) { self.plan.source } else { caller.process };
        let source = (home, request.number(source) & !3);
        let object = self.known.get(&source).filter(|_| closes)?;
        Some((source, *object))
    }

    /// Learns which handles a call gave to whom.
    fn learn(&mut self, caller: Thread, spec: &CallSpec, returned: &Returned) {
        let own = caller.process;
        let gives = match spec.returns {
            Returns::Handle => returned.value != 0,
            Returns::FileHandle => returned.value != u64::MAX,
            _ => false,
        };
        if gives && spec.name != "GetStdHandle" {
            self.known.insert((own, returned.value), None);
        }
        for (param, filled) in &returned.outs {
            let owner = if param.contains("Target") { self.plan.target } else { own };
            match filled {
                Filled::Handle(value, _) if *value != 0 && *value != UNWRITTEN => {
                    self.known.insert((owner, *value), None);
                }
                Filled::Record(fields) => {
                    let handles = fields.iter().take(2).filter(|(value, _)| *value != 0);
                    self.known.extend(handles.map(|(value, _)| ((own, *value), None)));
                }
                _ => {}
            }
        }
    }
}

/// What stands where a call should have written something.
const UNWRITTEN: u64 = 0xCCCC_CCCC_CCCC_CCCC;

/// An answer of the agent, as implementations give it.
fn returned(spec: &CallSpec, answer: &wire::Answer) -> handle_system::Returned {
    let outs = spec.params.iter().filter_map(|param| {
        let written = answer.out(param.name)?;
        let numbers = answer.numbers(param.name);
        let first = numbers.first().copied().unwrap_or_default();
        let filled = match param.kind {
            Kind::OutHandle => Filled::Handle(first, None),
            Kind::OutData => Filled::Text(text(written)),
            Kind::OutRecord(_) => Filled::Record(numbers.into_iter().map(|number| (number, None)).collect()),
            _ => Filled::Number(first),
        };
        Some((param.name, filled))
    });
    Returned { value: answer.value, error: answer.error, outs: outs.collect() }
}

/// What hexadecimal digits say.
fn text(digits: &str) -> String {
    let bytes: Vec<u8> = digits
        .as_bytes()
        .chunks(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}
