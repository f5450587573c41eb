//! From which handle did each handle to an object come?

use crate::kernel::ObjectNo;
use crate::kernel::effects::{CloseReason, OpenReason};
use crate::run::history::{HandleLife, History, Moment};
use std::collections::HashMap;

/// One handle in the tree.
pub(super) struct Branch {
    /// Is it open still?
    pub(super) open: bool,
    /// What of the tree stands in front of it.
    pub(super) lead: String,
    /// What of the tree stands in front of a second line about it.
    pub(super) below: String,
    /// What became of it.
    pub(super) text: String,
}

/// The handles to an object that were opened up to a moment, from the top of their tree to its foot.
pub(super) fn pedigree(history: &History, object: ObjectNo, moment: Moment) -> Vec<Branch> {
    let mut children: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
    for (index, life) in history.handles.iter().enumerate() {
        if life.object == object && life.opened <= moment {
            children.entry(life.source).or_default().push(index);
        }
    }
    let mut lines = Vec::new();
    // Sources are older than what came from them, so there is no way back; chains may be as long as the run.
    let roots = children.get(&None).into_iter().flatten().rev();
    let mut stack: Vec<(usize, String, String)> =
        roots.map(|root| (*root, String::new(), String::new())).collect();
    while let Some((index, lead, below)) = stack.pop() {
        let life = &history.handles[index];
        let own = children.get(&Some(index)).map(Vec::as_slice).unwrap_or_default();
        let trunk = if own.is_empty() { "" } else { "│" };
        lines.push(Branch {
            open: life.is_open_at(moment),
            lead,
            below: format!("{below}{trunk}"),
            text: tell(history, life, moment),
        });
        for (place, child) in own.iter().enumerate().rev() {
            let last = place + 1 == own.len();
            let (branch, trunk) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            stack.push((*child, format!("{below}{branch}"), format!("{below}{trunk}")));
        }
    }
    lines
}

fn tell(history: &History, life: &HandleLife, moment: Moment) -> String {
    let process = history.actor(life.process);
    let how = match &life.reason {
        OpenReason::Create => "created with the object".to_owned(),
        OpenReason::Open => "opened by name or id".to_owned(),
        OpenReason::Duplicate { process, handle } => {
            format!("duplicated from {} {handle}", history.actor(*process))
        }
        OpenReason::Inherit { process } => format!("inherited from {}", history.actor(*process)),
    };
    let opened = history.place(life.opened);
    let end = match life.closed.filter(|(closed, _)| *closed <= moment) {
        None => "open".to_owned(),
        Some((closed, reason)) => {
            let how = match reason {
                CloseReason::Close => "closed",
                CloseReason::CloseSource => "closed as the source",
                CloseReason::Exit => "closed at exit",
            };
            format!("{how} at {}", history.place(closed))
        }
    };
    format!("{process} {}  {how} at {opened}: {end}", life.handle)
}
