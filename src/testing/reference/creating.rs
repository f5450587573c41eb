//! How are objects made and found by name, and how does their state change?

use super::rights::{self, SYNCHRONIZE};
use super::state::{Body, Mutex, Timer};
use super::{Good, Outcome, Reference, Who};
use crate::kernel::{ObjectType, Status};
use crate::testing::system::Request;

const ALREADY_EXISTS: u32 = 183;
/// EVENT_MODIFY_STATE, SEMAPHORE_MODIFY_STATE and TIMER_MODIFY_STATE
pub(super) const MODIFY_STATE: u32 = 2;

/// A name as the directory keeps it (facts 7.14, 7.18 and 7.19).
fn directory_name(text: &str) -> Result<String, Status> {
    if text.starts_with('\\') {
        return Err(Status::ObjectPathSyntaxBad);
    }
    let rest = text.strip_prefix("Global\\").or(text.strip_prefix("Local\\")).unwrap_or(text);
    if rest.is_empty() || rest.starts_with('\\') {
        return Err(Status::ObjectNameInvalid);
    }
    if rest.contains('\\') {
        return Err(Status::ObjectPathNotFound);
    }
    Ok(if text.starts_with("Global\\") { text.to_owned() } else { rest.to_owned() })
}

impl Reference {
    pub(super) fn create(&mut self, who: Who, r: &Request) -> Outcome {
        let (name, body) = match r.call {
            "CreateEvent" => {
                ("lpName", Body::Event { manual_reset: r.flag("bManualReset"), set: r.flag("bInitialState") })
            }
            "CreateMutex" => ("lpName", Body::Mutex(Mutex::default())),
            "CreateSemaphore" => {
                let (count, maximum) = (r.dword("lInitialCount") as i32, r.dword("lMaximumCount") as i32);
                if maximum <= 0 || !(0..=maximum).contains(&count) {
                    return Err(Status::InvalidParameter.into());
                }
                ("lpName", Body::Semaphore { count, maximum })
            }
            "CreateJobObject" => ("lpName", Body::Job { kill_on_close: false, terminated: false }),
            _ => {
                let timer =
                    Timer { manual_reset: r.flag("bManualReset"), signaled: false, due: None, period: 0 };
                ("lpTimerName", Body::Timer(timer))
            }
        };
        let access = rights::all(body.object_type());
        let made = self.create_or_open(who, r, r.text(name), access, body.object_type(), |_| Ok(body))?;
        if let Some(number) = made.object.filter(|_| r.flag("bInitialOwner") && made.error == Some(0)) {
            self.acquire(number, who.thread);
        }
        Ok(made)
    }

    /// Create*: a new object, or the one that has the name already (facts 7.01 to 7.05).
    pub(super) fn create_or_open(
        &mut self,
        who: Who,
        r: &Request,
        name: Option<&str>,
        access: u32,
        object_type: ObjectType,
        make: impl FnOnce(&Reference) -> Result<Body, Status>,
    ) -> Result<Good, super::Bad> {
        let name = name.filter(|name| !name.is_empty()).map(directory_name).transpose()?;
        let inherit = r.flag("bInheritHandle");
        if let Some(number) = name.as_deref().and_then(|name| self.bearer(name)) {
            if !self.is(number, object_type) {
                return Err(Status::ObjectTypeMismatch.into());
            }
            let value = self.open_handle(who.process, number, access, inherit);
            return Ok(Good { error: Some(ALREADY_EXISTS), ..Good::handle(value, number) });
        }
        let body = make(self)?;
        let number = self.add(body, name);
        let value = self.open_handle(who.process, number, access, inherit);
        Ok(Good { error: Some(0), ..Good::handle(value, number) })
    }

    /// Open*: first the name, then the type, then the rights (facts 7.07 to 7.13).
    pub(super) fn open(&mut self, who: Who, r: &Request) -> Outcome {
        let (object_type, name) = match r.call {
            "OpenEvent" => (ObjectType::Event, "lpName"),
            "OpenMutex" => (ObjectType::Mutant, "lpName"),
            "OpenSemaphore" => (ObjectType::Semaphore, "lpName"),
            "OpenJobObject" => (ObjectType::Job, "lpName"),
            "OpenFileMapping" => (ObjectType::Section, "lpName"),
            _ => (ObjectType::Timer, "lpTimerName"),
        };
        let name = match r.text(name) {
            None => return Err(Status::InvalidParameter.into()),
            // The empty name leads to the directory itself, which is of another type.
            Some("") => return Err(Status::ObjectTypeMismatch.into()),
            Some(name) => directory_name(name)?,
        };
        let number = self.bearer(&name).ok_or(Status::ObjectNameNotFound)?;
        if !self.is(number, object_type) {
            return Err(Status::ObjectTypeMismatch.into());
        }
        // FILE_MAP_COPY is the bit of SECTION_QUERY; alone it means SECTION_MAP_READ.
        let wish = match (object_type, r.dword("dwDesiredAccess")) {
            (ObjectType::Section, 1) => 4,
            (_, wish) => wish,
        };
        let access = rights::opened(object_type, wish)?;
        let value = self.open_handle(who.process, number, access, r.flag("bInheritHandle"));
        Ok(Good::handle(value, number))
    }

    pub(super) fn change_event(&mut self, who: Who, r: &Request) -> Outcome {
        let number = self.object(who, r.number("hEvent"), Some(ObjectType::Event), MODIFY_STATE)?;
        if r.call != "ResetEvent" {
            self.set_event(number, true);
        }
        if r.call != "SetEvent" {
            self.set_event(number, false);
        }
        Good::done()
    }

    pub(super) fn set_event(&mut self, number: u32, to: bool) {
        if let Body::Event { set, .. } = &mut self.thing_mut(number).body {
            *set = to;
        }
        self.react();
    }

    pub(super) fn release_mutex(&mut self, who: Who, r: &Request) -> Outcome {
        let number = self.object(who, r.number("hMutex"), Some(ObjectType::Mutant), 0)?;
        self.give_back(number, who.thread)?;
        Good::done()
    }

    /// Only the owner can, and the mutex is free when it has done so as often as it took it (facts 8.09 and 8.10).
    pub(super) fn give_back(&mut self, number: u32, thread: u32) -> Result<(), Status> {
        let Body::Mutex(mutex) = &mut self.thing_mut(number).body else {
            return Err(Status::ObjectTypeMismatch);
        };
        if mutex.owner != Some(thread) {
            return Err(Status::MutantNotOwned);
        }
        mutex.recursion -= 1;
        if mutex.recursion == 0 {
            mutex.owner = None;
        }
        self.react();
        Ok(())
    }

    pub(super) fn release_semaphore(&mut self, who: Who, r: &Request) -> Outcome {
        let permits = r.dword("lReleaseCount") as i32;
        if permits <= 0 {
            return Err(Status::InvalidParameter.into());
        }
        let number = self.object(who, r.number("hSemaphore"), Some(ObjectType::Semaphore), MODIFY_STATE)?;
        let before = self.add_permits(number, permits)?;
        if r.given("lpPreviousCount") {
            return Good::filled("lpPreviousCount", before as u64);
        }
        Good::done()
    }

    /// All of them or none (fact 8.17).
    pub(super) fn add_permits(&mut self, number: u32, permits: i32) -> Result<i32, Status> {
        let Body::Semaphore { count, maximum } = &mut self.thing_mut(number).body else {
            return Err(Status::ObjectTypeMismatch);
        };
        let before = *count;
        if i64::from(before) + i64::from(permits) > i64::from(*maximum) {
            return Err(Status::SemaphoreLimitExceeded);
        }
        *count += permits;
        self.react();
        Ok(before)
    }

    /// Would a wait by this thread be satisfied now?
    pub(super) fn is_signaled(&self, number: u32, thread: u32) -> bool {
        match &self.thing(number).body {
            Body::Process(process) => process.table.is_none(),
            Body::Thread(found) => found.exit_code.is_some(),
            Body::Event { set, .. } => *set,
            Body::Mutex(mutex) => mutex.owner.is_none_or(|owner| owner == thread),
            Body::Semaphore { count, .. } => *count > 0,
            Body::Timer(timer) => timer.signaled,
            Body::Job { terminated, .. } => *terminated,
            Body::File(_) | Body::Pipe { .. } | Body::Section { .. } => true,
        }
    }

    /// A wait by this thread was satisfied: it takes what it takes. Was it an abandoned mutex?
    pub(super) fn acquire(&mut self, number: u32, thread: u32) -> bool {
        let moment = self.next_moment();
        match &mut self.thing_mut(number).body {
            Body::Event { manual_reset: false, set } => *set = false,
            Body::Semaphore { count, .. } => *count -= 1,
            Body::Timer(timer) if !timer.manual_reset => timer.signaled = false,
            Body::Mutex(mutex) => {
                if mutex.owner.replace(thread).is_none() {
                    mutex.since = moment;
                }
                mutex.recursion += 1;
                return std::mem::take(&mut mutex.abandoned);
            }
            _ => {}
        }
        false
    }

    /// The first object of SignalObjectAndWait, if it can be signaled with this handle (fact 8.26).
    pub(super) fn signalable(&self, who: Who, value: u64) -> Result<u32, Status> {
        let found = self.look_up(who, value)?;
        let needed = match self.thing(found.object).body {
            Body::Mutex(_) => 0,
            Body::Event { .. } | Body::Semaphore { .. } => MODIFY_STATE,
            _ => return Err(Status::ObjectTypeMismatch),
        };
        if found.access & needed == needed { Ok(found.object) } else { Err(Status::AccessDenied) }
    }

    pub(super) fn signal(&mut self, number: u32, thread: u32) -> Result<(), Status> {
        match self.thing(number).body {
            Body::Mutex(_) => self.give_back(number, thread),
            Body::Semaphore { .. } => self.add_permits(number, 1).map(|_| ()),
            _ => {
                self.set_event(number, true);
                Ok(())
            }
        }
    }

    /// An object that a wait may be for.
    pub(super) fn waitable(&self, who: Who, value: u64) -> Result<u32, Status> {
        self.object(who, value, None, SYNCHRONIZE)
    }
}
