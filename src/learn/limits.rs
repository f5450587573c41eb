//! How much may judging one attempt take?
//!
//! Steps, states and bytes are counted, so that the same attempt gets the same verdict on every machine; the clock is only
//! the last resort.

use crate::kernel::waits::WaitKind;
use crate::run::world::World;
use std::mem::size_of;
use std::time::Duration;

/// What judging one attempt may take.
///
/// ```
/// use handlelab::learn::feedback::TroubleKind;
/// use handlelab::learn::{Exercise, Limits, judge_bytes};
///
/// let text = "exercise\n  goal dead(p.h)\nprocess p\np: h = CreateEvent()\nbegin\nend\n";
/// let exercise = Exercise::read(text).expect("an exercise");
/// let limits = Limits { steps: 2, ..Limits::default() };
/// let feedback = judge_bytes(&exercise, exercise.with(&"p: SetEvent(h)\n".repeat(3)).as_bytes(), &limits);
/// assert_eq!(feedback.trouble.map(|trouble| trouble.kind), Some(TroubleKind::TooMuch));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that are read of a submission.
    pub bytes: usize,
    /// Steps and checks in the gap.
    pub steps: usize,
    /// Bytes that files, pipes, blocked writes and variables of the scenario may hold together.
    pub data: usize,
    /// States that are looked at when goals must hold in every order.
    pub states: usize,
    /// Bytes that those states may take.
    pub memory: usize,
    /// Time for everything.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            bytes: 1 << 20,
            steps: 1000,
            data: 16 << 20,
            states: 50_000,
            memory: 256 << 20,
            time: Duration::from_secs(10),
        }
    }
}

impl Limits {
    /// How many states like this one may be looked at.
    pub(super) fn states_like(&self, world: &World) -> usize {
        (self.memory / footprint(world).max(1)).clamp(1, self.states.max(1))
    }
}

/// Bytes that files, pipes, blocked writes and variables hold.
pub(super) fn data(world: &World) -> usize {
    let files = world.kernel.files().iter().map(|node| node.data.len());
    let pipes = world.kernel.pipes.iter().map(|(_, pipe)| pipe.data.len());
    let waits = world.kernel.threads().filter_map(|(_, thread)| thread.wait.as_ref());
    let writes = waits.map(|wait| match &wait.kind {
        WaitKind::Write { rest, .. } => rest.len(),
        _ => 0,
    });
    let texts = world.bindings.iter().map(|binding| match &binding.value {
        crate::run::world::Value::Text(text) => text.len(),
        _ => 0,
    });
    files.chain(pipes).chain(writes).chain(texts).sum()
}

/// About as many bytes as a copy of the world takes.
fn footprint(world: &World) -> usize {
    const HANDLE: usize = 16;
    const OBJECT: usize = 400;
    let tables = world.kernel.processes().filter_map(|(_, record)| record.table.as_ref());
    let handles: usize = tables.map(|table| table.len()).sum();
    data(world)
        + handles * HANDLE
        + world.kernel.objects().len() * OBJECT
        + world.bindings.len() * size_of::<crate::run::world::Binding>()
}
