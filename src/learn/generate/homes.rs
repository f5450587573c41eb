//! In whose table does the value of a variable mean what it meant when it was set?
//!
//! A handle's value is at home in the process that opened it, or in the one into which it was duplicated, and in the children
//! that inherited it. Anywhere else it means nothing, or something else by chance.

use super::play::{Line, Play};
use crate::testing::program::Variable;
use crate::testing::stage::Act;
use crate::testing::system::Request;

impl Play {
    /// The place of the line that set a variable last.
    pub(super) fn set_at(&self, process: u8, variable: Variable) -> Option<usize> {
        self.lines.iter().rposition(|line| {
            line.actor() == process && line.variables().any(|(_, own)| own.out_name() == variable.out_name())
        })
    }

    /// The process where a variable's value is at home, and those that inherited it, each with the place of the line that
    /// created it.
    pub(super) fn homes(&self, process: u8, variable: Variable) -> Option<(u8, Vec<(u8, usize)>)> {
        let set_at = self.set_at(process, variable)?;
        let line = &self.lines[set_at];
        let home = match line.request() {
            Some(request) if request.call == "DuplicateHandle" => {
                self.process_behind(line, request, "hTargetProcessHandle")?
            }
            _ => process,
        };
        let binding = self
            .stage
            .bindings()
            .iter()
            .find(|binding| (binding.process, binding.variable) == (process, variable))?;
        let heirs = self.lines.iter().enumerate().skip(set_at + 1).filter_map(|(place, line)| {
            let created = line.created().filter(|_| line.actor() == home)?;
            let living = self.stage.cast().iter().find(|living| living.place == (created, 0))?;
            let table = line.behind.processes.get(&living.process)?.table.as_ref()?;
            // What a child could have inherited counts as well: it lacks it.
            let inherits = line.request().is_some_and(|request| request.flag("bInheritHandles"));
            let has = table.get(&binding.value).is_some_and(|entry| Some(entry.object) == binding.object);
            (has || inherits).then_some((created, place))
        });
        Some((home, heirs.collect()))
    }

    /// Is a variable's value at home there?
    pub(super) fn is_at_home(&self, process: u8, variable: Variable, place: u8) -> bool {
        self.homes(process, variable)
            .is_some_and(|(home, heirs)| home == place || heirs.iter().any(|(heir, _)| *heir == place))
    }

    /// The process that a handle to a process means, in a line that was done.
    fn process_behind(&self, line: &Line, request: &Request, param: &str) -> Option<u8> {
        let value = request.number(param);
        if value == u64::MAX {
            return Some(line.actor());
        }
        let table = line.behind.processes.get(&line.deed.actor.process)?.table.as_ref()?;
        let object = table.get(&value)?.object;
        self.stage.cast().iter().find(|living| living.process == object).map(|living| living.place.0)
    }
}

impl Line {
    /// The process that it creates.
    pub(super) fn created(&self) -> Option<u8> {
        match &self.deed.act {
            Act::Call { creates: Some((place, 0)), .. }
                if self.reply().is_some_and(|reply| reply.succeeded()) =>
            {
                Some(*place)
            }
            _ => None,
        }
    }
}
