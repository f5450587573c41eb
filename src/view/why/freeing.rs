//! What is the least that has to happen before an object goes?
//!
//! ```
//! use handlelab::run::{history::History, record};
//! use handlelab::scenario::Document;
//! use handlelab::view::why::{find, freeing::{Act, freeing}};
//!
//! let text = "process p\np: h = CreateEvent()\n\
//!             p: DuplicateHandle(GetCurrentProcess(), h, GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS)\n";
//! let (_, trace) = record("a.hlab", &Document::read(text).expect("it can be read"));
//! let history = History::of(&trace);
//! let at = history.moment(None);
//! let event = find(&history, "p.h", at).expect("it is called so");
//! let found = freeing(event, &trace.steps[at].state, &history, at);
//! assert!(matches!(found.acts[..], [Act::Close(..), Act::Close(..)]));
//! assert_eq!(found.shorter[0].1, 2, "the end of p closes both");
//! ```

use crate::kernel::{Handle, ObjectNo, ObjectType, Reference};
use crate::run::history::{History, Moment};
use crate::run::trace::Snapshot;
use std::collections::{BTreeMap, BTreeSet};

/// Something that has to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Act {
    /// A process or thread ends.
    End(ObjectNo),
    /// A process closes a handle.
    Close(ObjectNo, Handle),
    /// A process unmaps its view of a file mapping.
    Unmap(ObjectNo, ObjectNo),
    /// A thread's wait ends.
    StopWaiting(ObjectNo),
    /// A permanent object is made temporary again.
    MakeTemporary(ObjectNo),
}

/// What has to happen, and a shorter way if there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Freeing {
    /// One act for each reference, without those that another act brings about anyway.
    pub acts: Vec<Act>,
    /// Processes whose end would do the work of several acts at once, with how many; each could replace those.
    pub shorter: Vec<(ObjectNo, usize)>,
}

/// Works it out from the state at one moment.
pub fn freeing(object: ObjectNo, state: &Snapshot, history: &History, moment: Moment) -> Freeing {
    let mut wanted = Wanted { state, history, moment, acts: BTreeSet::new(), seen: BTreeSet::new() };
    wanted.free(object);
    let Wanted { acts, .. } = wanted;
    let ending: BTreeSet<ObjectNo> =
        acts.iter().filter_map(|act| if let Act::End(who) = act { Some(*who) } else { None }).collect();
    // The end of a process closes its handles, unmaps its views and ends its threads with their waits.
    let comes_anyway = |act: &Act| match act {
        Act::End(who) => process_of(*who, history) != *who && ending.contains(&process_of(*who, history)),
        act => doer(act, history).is_some_and(|process| ending.contains(&process)),
    };
    let acts: Vec<Act> = acts.iter().filter(|act| !comes_anyway(act)).copied().collect();
    let mut by_process: BTreeMap<ObjectNo, usize> = BTreeMap::new();
    for process in acts.iter().filter_map(|act| doer(act, history)) {
        *by_process.entry(process).or_default() += 1;
    }
    let shorter = by_process.into_iter().filter(|(_, number)| *number > 1).collect();
    Freeing { acts, shorter }
}

fn process_of(actor: ObjectNo, history: &History) -> ObjectNo {
    history.objects.get(&actor).and_then(|life| life.process).unwrap_or(actor)
}

/// The process whose end would bring an act about.
fn doer(act: &Act, history: &History) -> Option<ObjectNo> {
    match act {
        Act::Close(process, _) | Act::Unmap(process, _) => Some(*process),
        Act::StopWaiting(thread) => Some(process_of(*thread, history)),
        Act::End(_) | Act::MakeTemporary(_) => None,
    }
}

struct Wanted<'t> {
    state: &'t Snapshot,
    history: &'t History,
    moment: Moment,
    acts: BTreeSet<Act>,
    seen: BTreeSet<ObjectNo>,
}

impl Wanted<'_> {
    fn free(&mut self, object: ObjectNo) {
        if !self.seen.insert(object) {
            return;
        }
        let Some(found) = self.state.object(object) else { return };
        let open = self.history.handles.iter().filter(|life| life.object == object);
        let open = open.filter(|life| life.is_open_at(self.moment));
        self.acts.extend(open.map(|life| Act::Close(life.process, life.handle)));
        let has_handles = found.handle_count > 0;
        for reference in &found.references {
            match *reference {
                Reference::Handle => {}
                // The name of an ordinary object goes with its last handle.
                Reference::Name if has_handles => {}
                Reference::Name => {
                    self.acts.insert(Act::MakeTemporary(object));
                }
                Reference::Running => {
                    self.acts.insert(Act::End(object));
                }
                Reference::Job(process) => {
                    self.acts.insert(Act::End(process));
                }
                Reference::Wait(thread) => {
                    self.acts.insert(Act::StopWaiting(thread));
                }
                Reference::View(process) => {
                    self.acts.insert(Act::Unmap(process, object));
                }
                Reference::Section(other) => self.free(other),
                Reference::ThreadOf(thread) => {
                    // A thread that runs ends with its process, which this object is.
                    if found.object_type == ObjectType::Process {
                        self.free(thread);
                    }
                }
            }
        }
    }
}
