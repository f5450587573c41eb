//! What do jobs do? (Facts 2.17, 6.39, 6.40, 8.28, 11.27 and 11.28.)

use super::state::Body;
use super::{Good, Outcome, Reference, Then, Who};
use crate::kernel::{ObjectType, Status};
use crate::testing::system::Request;

const ASSIGN_PROCESS: u32 = 1;
const SET_ATTRIBUTES: u32 = 2;
const QUERY: u32 = 4;
const TERMINATE: u32 = 8;
const KILL_ON_JOB_CLOSE: u32 = 0x2000;
/// PROCESS_SET_QUOTA and PROCESS_TERMINATE
const ASSIGNABLE: u32 = 0x101;
const PROCESS_QUERY_LIMITED: u32 = 0x1000;

impl Reference {
    /// The running processes in a job.
    pub(super) fn members(&self, job: u32) -> Vec<u32> {
        let is_in = |number: &u32| self.process(*number).is_some_and(|process| process.jobs.contains(&job));
        self.living().map(|(number, _)| number).filter(is_in).collect()
    }

    /// The job behind all that are nested in it.
    fn with_nested(&self, job: u32) -> Vec<u32> {
        let mut nested = vec![job];
        for member in self.members(job) {
            let jobs = self.process(member).map(|process| process.jobs.clone()).unwrap_or_default();
            let place = jobs.iter().position(|outer| *outer == job).unwrap_or(jobs.len());
            for inner in &jobs[place..] {
                if !nested.contains(inner) {
                    nested.push(*inner);
                }
            }
        }
        nested.reverse();
        nested
    }

    fn end_members(&mut self, job: u32, code: u32) {
        self.to_end.extend(self.members(job).into_iter().map(|member| (true, member, code)));
    }

    /// A job lost its last handle.
    pub(super) fn job_closed(&mut self, number: u32) {
        if let Body::Job { kill_on_close: true, .. } = self.thing(number).body {
            self.end_members(number, 0);
        }
    }

    pub(super) fn change_job(&mut self, who: Who, r: &Request) -> Outcome {
        let job = Some(ObjectType::Job);
        let process = Some(ObjectType::Process);
        match r.call {
            "AssignProcessToJobObject" => {
                let job = self.object(who, r.number("hJob"), job, ASSIGN_PROCESS)?;
                let number = self.object(who, r.number("hProcess"), process, ASSIGNABLE)?;
                self.assign(job, number)
            }
            "TerminateJobObject" => {
                let job = self.object(who, r.number("hJob"), job, TERMINATE)?;
                for job in self.with_nested(job) {
                    if let Body::Job { terminated, .. } = &mut self.thing_mut(job).body {
                        *terminated = true;
                    }
                    self.react();
                }
                let code = r.dword("uExitCode");
                let (own, others): (Vec<u32>, Vec<u32>) =
                    self.members(job).into_iter().partition(|member| *member == who.process);
                self.to_end.extend(others.into_iter().map(|member| (true, member, code)));
                if own.is_empty() {
                    return Good::done();
                }
                self.end_process_of(who.thread, code);
                Ok(Good { then: Then::End, ..Good::default() })
            }
            "SetInformationJobObject" => {
                let job = self.object(who, r.number("hJob"), job, SET_ATTRIBUTES)?;
                if let Body::Job { kill_on_close, .. } = &mut self.thing_mut(job).body {
                    *kill_on_close = r.dword("LimitFlags") & KILL_ON_JOB_CLOSE != 0;
                }
                Good::done()
            }
            _ => {
                let number = self.object(who, r.number("ProcessHandle"), process, PROCESS_QUERY_LIMITED)?;
                let jobs = self.process(number).map(|process| process.jobs.clone()).unwrap_or_default();
                let is_in = match r.number("JobHandle") {
                    0 => !jobs.is_empty(),
                    value => jobs.contains(&self.object(who, value, job, QUERY)?),
                };
                Good::filled("Result", is_in.into())
            }
        }
    }

    /// A job can be nested into the process's innermost one if everybody in it is in that one too.
    fn assign(&mut self, job: u32, number: u32) -> Outcome {
        let running = self.process(number).filter(|process| process.exit_code.is_none());
        let jobs = running.ok_or(Status::ProcessIsTerminating)?.jobs.clone();
        if jobs.last() == Some(&job) {
            return Good::done();
        }
        if let Some(innermost) = jobs.last() {
            let outer = self.members(*innermost);
            if jobs.contains(&job) || self.members(job).iter().any(|member| !outer.contains(member)) {
                return Err(Status::AccessDenied.into());
            }
        }
        self.process_mut(number).into_iter().for_each(|process| process.jobs.push(job));
        Good::done()
    }
}
