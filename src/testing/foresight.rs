//! What will Windows do with the next call?
//!
//! Most implementations need not ask: they answer, and the suite compares. Two kinds of them want to know beforehand. One is
//! known to differ from Windows in places and says so ([`HandleSystem::differs`](super::handle_system::HandleSystem::differs)).
//! The other is a real system, whose time never stands still: there nobody can see that a call waits for ever, only that it
//! has not returned so far, and how long is long enough depends on what is expected
//! ([`HandleSystem::foresee`](super::handle_system::HandleSystem::foresee)).
//!
//! An implementation that is known to ignore one call:
//!
//! ```
//! use handlelab::testing::conformance::Suite;
//! use handlelab::testing::foresight::Foresight;
//! # use handlelab::testing::handle_system::{About, Answer, Duplicate, HandleSystem, Refusal};
//! # use handlelab::testing::simulator::Simulator;
//! # #[derive(Default)]
//! # struct MyTable(Simulator);
//!
//! impl HandleSystem for MyTable {
//!     fn close(&mut self, process: u32, handle: u64) -> Answer<()> {
//!         // Closing a pseudohandle is an error here.
//!         if handle == u64::MAX { Err(Refusal::INVALID_HANDLE) } else { self.0.close(process, handle) }
//!     }
//!
//!     fn differs(&mut self, next: &Foresight<'_>) -> Option<String> {
//!         let closes = next.request().call == "CloseHandle" && next.request().number("hObject") == u64::MAX;
//!         closes.then(|| "Pseudohandles cannot be closed here.".to_owned())
//!     }
//! #   fn create(&mut self, process: u32, inherit: bool) -> Answer<u64> {
//! #       self.0.create(process, inherit)
//! #   }
//! #   fn duplicate(&mut self, process: u32, source: u64, how: Duplicate) -> Answer<u64> {
//! #       self.0.duplicate(process, source, how)
//! #   }
//! #   fn query(&mut self, process: u32, handle: u64) -> Answer<About> {
//! #       self.0.query(process, handle)
//! #   }
//! #   fn offers(&self, _: handlelab::testing::handle_system::Part) -> bool {
//! #       true
//! #   }
//! }
//!
//! let report = Suite::new().property("pseudohandles_need_no_entry", MyTable::default);
//! assert!(report.is_good() && report.known.contains_key("Pseudohandles cannot be closed here."), "{report}");
//! ```

use super::handle_system::Thread;
use super::picture::{Picture, ThreadView};
use super::system::{Happening, KernelSystem, Request, System};
use std::cell::OnceCell;
use std::ops::RangeInclusive;

/// The next call, and what the simulator makes of it. The simulator is only asked when somebody wants to know.
pub struct Foresight<'f> {
    pub(super) simulator: &'f KernelSystem,
    pub(super) before: &'f Picture,
    pub(super) cast: &'f [(u32, Vec<u32>)],
    pub(super) number: u32,
    pub(super) caller: Thread,
    pub(super) request: &'f Request,
    pub(super) scenario: Option<(&'f str, RangeInclusive<usize>)>,
    pub(super) coming: OnceCell<(Happening, Picture)>,
}

/// What a thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Doing {
    /// It can make a call.
    Acts,
    /// It waits.
    Waits,
    /// It is suspended.
    Suspended,
    /// It has ended.
    Ended,
}

impl Foresight<'_> {
    /// Who makes the call.
    pub fn caller(&self) -> Thread {
        self.caller
    }

    /// The number of the caller's object in the pictures.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The call, with the simulator's values.
    pub fn request(&self) -> &Request {
        self.request
    }

    /// For a call of a fact: the file below `scenarios/facts`, without its ending, and the statements of the call and of what
    /// is checked behind it, counted from 1.
    pub fn scenario(&self) -> Option<(&str, RangeInclusive<usize>)> {
        self.scenario.clone()
    }

    /// The process whose object has this number in the pictures.
    pub fn process_of(&self, object: u32) -> Option<u32> {
        self.cast.iter().position(|(process, _)| *process == object).map(|place| place as u32)
    }

    /// What there is before the call.
    pub fn before(&self) -> &Picture {
        self.before
    }

    /// What there will be behind it.
    pub fn after(&self) -> &Picture {
        &self.coming().1
    }

    /// What will become of it.
    pub fn happening(&self) -> &Happening {
        &self.coming().0
    }

    /// What each thread will be doing behind the call. Threads that the call creates have the next numbers.
    pub fn threads(&self) -> Vec<(Thread, Doing)> {
        let (before, after) = (&self.before.threads, &self.after().threads);
        let mut threads = Vec::new();
        let mut met = Vec::new();
        for (process, (object, known)) in self.cast.iter().enumerate() {
            let new =
                after.iter().filter(|(number, view)| view.process == *object && !known.contains(number));
            for (thread, number) in known.iter().chain(new.map(|(number, _)| number)).enumerate() {
                let doing = after.get(number).map_or(Doing::Ended, doing);
                threads.push((Thread { process: process as u32, thread: thread as u32 }, doing));
                met.push(*number);
            }
        }
        // The first thread of a new process.
        for (number, view) in after.iter().filter(|(number, _)| !before.contains_key(number)) {
            if !met.contains(number) {
                threads.push((Thread { process: self.cast.len() as u32, thread: 0 }, doing(view)));
            }
        }
        threads
    }

    fn coming(&self) -> &(Happening, Picture) {
        self.coming.get_or_init(|| {
            let mut simulator = self.simulator.clone();
            let happening = simulator.call(self.number, self.request);
            let picture = simulator.picture();
            (happening, picture)
        })
    }
}

fn doing(view: &ThreadView) -> Doing {
    match view {
        ThreadView { exit_code: Some(_), .. } => Doing::Ended,
        ThreadView { waits_for: Some(_), .. } => Doing::Waits,
        ThreadView { suspend_count: 1.., .. } => Doing::Suspended,
        _ => Doing::Acts,
    }
}
