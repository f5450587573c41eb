//! What is wrong with a process or thread?

use super::words::list;
use super::{Compared, Look, Shortfall, ShortfallKind};
use crate::scenario::program::Operand;
use crate::scenario::tree::BinaryOp;

impl Look<'_> {
    /// Somebody should run, or should have ended.
    pub(super) fn running(&self, operand: &Operand, running: bool) -> Option<Shortfall> {
        let Operand::Actor(id) = operand else { return None };
        let name = self.actor(*id);
        let sentence = match self.world.living(*id).map(|living| living.exit_code) {
            None => format!("{name} has not been created."),
            Some(None) if !running => format!("{name} still runs."),
            Some(Some(code)) if running => format!("{name} has ended, with the exit code {code}."),
            Some(_) => return None,
        };
        Some(Shortfall::new(ShortfallKind::Actor, sentence))
    }

    pub(super) fn blocked(&self, operand: &Operand, wanted: bool) -> Option<Shortfall> {
        let Operand::Actor(id) = operand else { return None };
        let name = self.actor(*id);
        let sentence = match self.world.living(*id).map(|living| living.exit_code) {
            None => format!("{name} has not been created."),
            Some(Some(_)) => format!("{name} has ended."),
            Some(None) if wanted => format!("{name} does not wait."),
            Some(None) => format!("{name} still waits."),
        };
        Some(Shortfall::new(ShortfallKind::Actor, sentence))
    }

    pub(super) fn exit_code(&self, operand: &Operand, compared: Compared) -> Option<Shortfall> {
        let Operand::Actor(id) = operand else { return None };
        let name = self.actor(*id);
        let sentence = match self.world.living(*id).map(|living| living.exit_code) {
            None => format!("{name} has not been created."),
            Some(None) => format!("{name} still runs."),
            Some(Some(code)) if compared.op == BinaryOp::Equal => {
                format!("{name} has ended with {code}, not with {}.", compared.wanted)
            }
            Some(Some(code)) => format!("{name} has ended with {code}."),
        };
        Some(Shortfall::new(ShortfallKind::Actor, sentence))
    }

    pub(super) fn open_handles(&self, operand: &Operand, compared: Compared) -> Option<Shortfall> {
        let Operand::Actor(id) = operand else { return None };
        let name = self.actor(*id);
        let table = self.world.living(*id).and_then(|living| {
            let record = self.world.kernel.process(living.process)?;
            record.table.as_ref()
        });
        let Some(table) = table else {
            let sentence = format!("{name} does not run, and so it has no handles.");
            return Some(Shortfall::new(ShortfallKind::Actor, sentence));
        };
        let handles =
            table.iter().map(|(handle, entry)| format!("{handle} to {}", self.object(entry.object)));
        let off = compared.difference().map(|difference| format!(", {difference}")).unwrap_or_default();
        let sentence = match compared.found {
            0 => format!("{name} has no open handle{off}."),
            1 => format!("{name} has 1 open handle{off}: {}.", list(handles.collect())),
            found => format!("{name} has {found} open handles{off}: {}.", list(handles.collect())),
        };
        Some(Shortfall::new(ShortfallKind::Count, sentence))
    }
}
