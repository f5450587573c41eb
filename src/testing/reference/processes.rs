//! How do processes and threads begin, and what can be asked of them?

use super::rights;
use super::state::{Body, Entry, Process, Table, Thread};
use super::{Good, Outcome, Reference, Who};
use crate::kernel::options::{ListBadHandle, ListTwice, ParentPseudo, PidReuse};
use crate::kernel::{ObjectType, Status};
use crate::testing::system::{Filled, Request};

const CREATE_SUSPENDED: u32 = 4;
const DETACHED_PROCESS: u32 = 8;
const CREATE_PROCESS: u32 = 0x80;
const PROCESS_QUERY_LIMITED: u32 = 0x1000;
const THREAD_QUERY_LIMITED: u32 = 0x800;
const THREAD_SUSPEND_RESUME: u32 = 2;
const MOST_SUSPENSIONS: u32 = 127;
const STILL_ACTIVE: u32 = 259;
const EVERYTHING: u32 = 0x1F_FFFF;
const STANDARD: [&str; 3] = ["hStdInput", "hStdOutput", "hStdError"];

impl Reference {
    fn take_id(&mut self) -> u32 {
        self.free_ids.pop().unwrap_or_else(|| {
            self.next_id += 4;
            self.next_id - 4
        })
    }

    /// The id of a process or thread that died is free (fact 6.19).
    pub(super) fn free_id(&mut self, number: u32) {
        let id = match &self.thing(number).body {
            Body::Process(process) => Some(process.pid),
            Body::Thread(thread) => Some(thread.tid),
            _ => None,
        };
        self.free_ids.extend(id.filter(|_| self.options.pid_reuse == PidReuse::AtOnce));
    }

    /// A process and its first thread.
    pub(super) fn new_process(&mut self, parent_pid: u32, table: Table, suspended: bool) -> (u32, u32) {
        let process = Process {
            pid: self.take_id(),
            parent_pid,
            table: Some(table),
            exit_code: None,
            running: true,
            standard: [0; 3],
            views: Vec::new(),
            jobs: Vec::new(),
        };
        let process = self.add(Body::Process(process), None);
        (process, self.new_thread(process, suspended))
    }

    fn new_thread(&mut self, process: u32, suspended: bool) -> u32 {
        let thread = Thread {
            process,
            tid: self.take_id(),
            exit_code: None,
            running: true,
            last_error: 0,
            suspend_count: suspended.into(),
            wait: None,
        };
        self.add(Body::Thread(thread), None)
    }

    pub(super) fn create_thread(&mut self, who: Who, r: &Request) -> Outcome {
        let thread = self.new_thread(who.process, r.dword("dwCreationFlags") & CREATE_SUSPENDED != 0);
        let value = self.open_handle(who.process, thread, EVERYTHING, r.flag("bInheritHandle"));
        let tid = self.thread(thread).map_or(0, |thread| thread.tid.into());
        let outs = r.given("lpThreadId").then_some(("lpThreadId", Filled::Number(tid)));
        Ok(Good { outs: outs.into_iter().collect(), ..Good::handle(value, thread) })
    }

    /// Facts 5.01 to 5.45.
    pub(super) fn create_process(&mut self, who: Who, r: &Request) -> Outcome {
        let parent = match r.given("parentProcess") {
            true => {
                let is_pseudo = (-6..=-1).contains(&(r.number("parentProcess") as i64));
                if is_pseudo && self.options.parent_pseudo == ParentPseudo::InvalidHandle {
                    return Err(Status::InvalidHandle.into());
                }
                let process = Some(ObjectType::Process);
                self.object(who, r.number("parentProcess"), process, CREATE_PROCESS)?
            }
            false => who.process,
        };
        let entries = self.inherited(parent, r)?;
        let table = Table::inherited(entries, self.options.child_values);
        let (parent_pid, jobs) =
            self.process(parent).map(|parent| (parent.pid, parent.jobs.clone())).unwrap_or_default();
        let suspended = r.dword("dwCreationFlags") & CREATE_SUSPENDED != 0;
        let (child, thread) = self.new_process(parent_pid, table, suspended);
        self.process_mut(child).into_iter().for_each(|child| child.jobs.clone_from(&jobs));
        let standard = self.standard_of_child(who, child, r);
        self.process_mut(child).into_iter().for_each(|child| child.standard = standard);

        let inherits =
            [r.flag("lpProcessAttributes.bInheritHandle"), r.flag("lpThreadAttributes.bInheritHandle")];
        let h_process = self.open_handle(who.process, child, EVERYTHING, inherits[0]);
        let h_thread = self.open_handle(who.process, thread, EVERYTHING, inherits[1]);
        let pid = self.process(child).map_or(0, |child| child.pid.into());
        let tid = self.thread(thread).map_or(0, |thread| thread.tid.into());
        let fields = vec![(h_process, Some(child)), (h_thread, Some(thread)), (pid, None), (tid, None)];
        let out = r.given("lpProcessInformation").then_some(("lpProcessInformation", Filled::Record(fields)));
        Ok(Good { value: 1, object: Some(child), outs: out.into_iter().collect(), ..Good::default() })
    }

    /// The entries that a child gets: the flagged ones, if handles are inherited at all; of these the listed ones, if
    /// there is a list.
    fn inherited(&self, parent: u32, r: &Request) -> Result<Vec<Entry>, Status> {
        let table = self.process(parent).and_then(|parent| parent.table.as_ref());
        let table = table.ok_or(Status::ProcessIsTerminating)?;
        let inherit = r.flag("bInheritHandles");
        let Some(list) = r.list("handleList") else {
            let flagged = table.entries.iter().filter(|entry| inherit && entry.inherit);
            return Ok(flagged.copied().collect());
        };
        if list.is_empty() {
            return Err(Status::InfoLengthMismatch);
        }
        if !inherit {
            return Err(Status::InvalidParameter);
        }
        if list.contains(&0) {
            return Ok(Vec::new());
        }
        let mut listed: Vec<Entry> = Vec::new();
        for value in list {
            let is_pseudo = (-6..=-1).contains(&(*value as i64));
            match table.find(*value) {
                None if !is_pseudo && self.options.list_bad_handle == ListBadHandle::Skipped => {}
                None => return Err(Status::InvalidParameter),
                Some(entry) if !entry.inherit => return Err(Status::InvalidParameter),
                Some(entry) if listed.iter().any(|other| other.value == entry.value) => {
                    if self.options.list_twice == ListTwice::Fails {
                        return Err(Status::InvalidParameter);
                    }
                }
                Some(entry) => listed.push(entry),
            }
        }
        Ok(listed)
    }

    /// Facts 5.18 to 5.24.
    fn standard_of_child(&mut self, who: Who, child: u32, r: &Request) -> [u64; 3] {
        let inherit = r.flag("bInheritHandles");
        let own = self.process(who.process).map_or([0; 3], |process| process.standard);
        if STANDARD.iter().any(|param| r.given(param)) {
            return if inherit { STANDARD.map(|param| r.number(param)) } else { [0; 3] };
        }
        if r.dword("dwCreationFlags") & DETACHED_PROCESS != 0 {
            return [0; 3];
        }
        if inherit && !r.given("handleList") {
            return own;
        }
        own.map(|value| {
            let table = self.process(who.process).and_then(|process| process.table.as_ref());
            let entry = table.and_then(|table| table.find(value));
            entry.map_or(0, |entry| self.open_handle(child, entry.object, entry.access, entry.inherit))
        })
    }

    /// OpenProcess and OpenThread: dead ones are not found, ended ones are (facts 1.21, 6.15 to 6.18).
    pub(super) fn open_by_id(&mut self, who: Who, r: &Request) -> Outcome {
        let is_process = r.call == "OpenProcess";
        // The two lowest bits of an id do not count, as in a handle.
        let id = r.dword(if is_process { "dwProcessId" } else { "dwThreadId" }) & !3;
        if is_process && id == 4 {
            return Err(Status::AccessDenied.into());
        }
        let mut found = self.living().filter(|(_, thing)| match &thing.body {
            Body::Process(process) => is_process && process.pid == id,
            Body::Thread(thread) => !is_process && thread.tid == id,
            _ => false,
        });
        let number = found.next().map(|(number, _)| number).ok_or(Status::InvalidCid)?;
        drop(found);
        let object_type = if is_process { ObjectType::Process } else { ObjectType::Thread };
        let access = rights::opened(object_type, r.dword("dwDesiredAccess"))?;
        let value = self.open_handle(who.process, number, access, r.flag("bInheritHandle"));
        Ok(Good::handle(value, number))
    }

    pub(super) fn ask_process(&mut self, who: Who, r: &Request) -> Outcome {
        let value = r.number(if r.call == "GetProcessId" { "Process" } else { "hProcess" });
        let number = self.object(who, value, Some(ObjectType::Process), PROCESS_QUERY_LIMITED)?;
        let process = self.process(number).ok_or(Status::ObjectTypeMismatch)?;
        match r.call {
            "GetProcessId" => Good::number(process.pid.into()),
            "GetExitCodeProcess" => {
                Good::filled("lpExitCode", process.exit_code.unwrap_or(STILL_ACTIVE).into())
            }
            _ => {
                let count = process.table.as_ref().map_or(0, |table| table.entries.len());
                Good::filled("pdwHandleCount", count as u64)
            }
        }
    }

    pub(super) fn ask_thread(&mut self, who: Who, r: &Request) -> Outcome {
        let asks = r.call == "GetExitCodeThread";
        let needed = if asks { THREAD_QUERY_LIMITED } else { THREAD_SUSPEND_RESUME };
        let number = self.object(who, r.number("hThread"), Some(ObjectType::Thread), needed)?;
        let thread = self.thread_mut(number).ok_or(Status::ObjectTypeMismatch)?;
        if asks {
            return Good::filled("lpExitCode", thread.exit_code.unwrap_or(STILL_ACTIVE).into());
        }
        let before = thread.suspend_count;
        if r.call == "SuspendThread" {
            if thread.exit_code.is_some() {
                return Err(Status::ThreadIsTerminating.into());
            }
            if before == MOST_SUSPENSIONS {
                return Err(Status::SuspendCountExceeded.into());
            }
            thread.suspend_count += 1;
        } else {
            thread.suspend_count = before.saturating_sub(1);
            self.give_up_if_overdue(number);
        }
        Good::number(before.into())
    }
}
