//! What does a move look at, and what does it change?
//!
//! Here moves are really made, with the kernel taking notes. What is seen goes to the memory, so that nobody needs to make the
//! same move in the same circumstances again, and to whoever wants to know what depends on what.

use super::dependence::Happening;
use super::memory::{Change, Memory};
use super::model::{Model, mentioned};
use super::moves::{Move, Numbering, Returned, State};
use super::spots::{self, Spot, Values, value};
use crate::kernel::Log;
use crate::kernel::places::{Place, Visit};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::program::ActorId;
use std::collections::BTreeMap;

/// What something that happened was seen to look at and change, by the numbers of spots.
#[derive(Debug)]
pub(super) struct Observed {
    pub(super) happening: Happening,
    pub(super) seen: Vec<Seen>,
}

/// A spot that was looked at or changed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) spot: u32,
    pub(super) read: bool,
    pub(super) written: bool,
}

/// A move that was made.
pub(super) struct Made {
    pub(super) state: Box<State>,
    pub(super) change: u32,
    pub(super) observed: Vec<Observed>,
}

/// What has been touched so far, and what is there now where something was changed.
#[derive(Default)]
struct Touches(BTreeMap<u32, Option<u32>>);

/// The values of a state.
pub(super) fn values(model: &Model<'_>, memory: &mut Memory, state: &State) -> Values {
    let mut touches = Touches::default();
    for visit in state.world.kernel.visits(None) {
        touches.write(memory, state, Spot::Kernel(visit.place), visit.print);
    }
    let actors = (0..model.size().1 as u32).map(ActorId);
    let of_actors = actors.flat_map(|actor| {
        let endings = [false, true].map(|process| Spot::Ending(actor, process));
        [Spot::Progress(actor), Spot::Actor(actor), Spot::Exit(actor)].into_iter().chain(endings)
    });
    let variables = (0..model.program().variables.len() as u32).map(Spot::Variable);
    let slots = model.readers.iter().enumerate();
    let told = slots.flat_map(|(slot, readers)| readers.iter().map(move |reader| Spot::Told(slot, *reader)));
    for spot in of_actors.chain(variables).chain(told) {
        touches.write_own(model, memory, state, spot);
    }
    let longest = touches.0.keys().max().map_or(0, |spot| *spot as usize + 1);
    let mut values = vec![0; longest];
    for (spot, value) in touches.0 {
        values[spot as usize] = value.unwrap_or_default();
    }
    values.into()
}

/// Makes a move, and remembers what comes of it.
///
/// # Errors
/// A mistake of the file that shows only now.
pub(super) fn make(
    model: &Model<'_>,
    memory: &mut Memory,
    before: &State,
    values: &[u32],
    what: Move,
    log: &mut Log,
) -> Result<Made, Diagnostic> {
    // A copy's kernel has no notes yet.
    let mut after = Box::new(before.clone());
    let taken = match what {
        Move::Step(actor) => before.next_step(model, actor),
        Move::End { .. } | Move::Timeout(_) => None,
    };
    let returned = after.make(model, what, Numbering::ByStep, log)?;
    let visits = after.world.kernel.visits(Some(&before.world.kernel));

    let mut touches = Touches::default();
    for visit in &visits {
        let spot = Spot::Kernel(visit.place);
        match visit.touched.written {
            0 => touches.read(memory, spot),
            _ => touches.write(memory, &after, spot, visit.print),
        }
    }
    touches.of_the_step(model, memory, &after, taken, &returned);
    touches.of_everybody(model, memory, before, &after);

    let happening = Happening::of(what, taken);
    let (event, detail) = (happening.number(model), what.code());
    let mut observed = of_new_threads(model, memory, before, &after);
    let seen = seen(model, memory, before, &after, taken, &returned, &visits);
    observed.push(Observed { happening, seen });

    let mut change = Change { writes: Vec::new(), adds: 0, returned };
    for (spot, now) in &touches.0 {
        let old = value(values, *spot);
        if let Some(now) = now.filter(|now| *now != old) {
            change.writes.push((*spot, now));
            change.adds =
                change.adds.wrapping_add(memory.spots.adds(now)).wrapping_sub(memory.spots.adds(old));
        }
    }
    memory.changes.push(change);
    let change = memory.changes.len() as u32 - 1;
    memory.remember(event, detail, touches.0.into_keys().collect(), values, change);
    Ok(Made { state: after, change, observed })
}

/// Looks whether each `always` holds, and remembers it.
pub(super) fn judge_always(
    model: &Model<'_>,
    memory: &mut Memory,
    state: &State,
    values: &[u32],
) -> (u32, Observed) {
    let state = state.clone();
    let mut holds = Vec::new();
    let mut touches = Touches::default();
    for condition in &model.program().always {
        holds.push(state.world.holds(&condition.term));
        let (variables, actors) = mentioned(&condition.term);
        variables.iter().for_each(|id| touches.read(memory, Spot::Variable(id.0)));
        for actor in actors {
            touches.read(memory, Spot::Actor(actor));
            touches.read(memory, Spot::Exit(actor));
        }
    }
    // Only what was read counts: nothing changes.
    for visit in state.world.kernel.visits(Some(&state.world.kernel)) {
        touches.read(memory, Spot::Kernel(visit.place));
    }
    let spots: Vec<u32> = touches.0.into_keys().collect();
    let seen = spots.iter().map(|spot| Seen { spot: *spot, read: true, written: false }).collect();
    memory.holds.push(holds);
    let found = memory.holds.len() as u32 - 1;
    memory.remember(Happening::Always.number(model), 0, spots, values, found);
    (found, Observed { happening: Happening::Always, seen })
}

impl Touches {
    fn read(&mut self, memory: &mut Memory, spot: Spot) {
        self.0.entry(memory.spots.number(spot)).or_default();
    }

    fn write(&mut self, memory: &mut Memory, after: &State, spot: Spot, print: u128) {
        let value = memory.spots.value(after, spot, print);
        self.0.insert(memory.spots.number(spot), Some(value));
    }

    fn write_own(&mut self, model: &Model<'_>, memory: &mut Memory, after: &State, spot: Spot) {
        let print = spots::print(model, after, spot);
        self.write(memory, after, spot, print);
    }

    /// What a step says of itself, and what the calls that returned fill.
    fn of_the_step(
        &mut self,
        model: &Model<'_>,
        memory: &mut Memory,
        after: &State,
        taken: Option<usize>,
        returned: &[Returned],
    ) {
        if let Some(facts) = taken.map(|index| &model.facts[index]) {
            facts.looks_at.iter().for_each(|id| self.read(memory, Spot::Variable(id.0)));
            facts.asks.iter().chain(&facts.creates).for_each(|actor| self.read(memory, Spot::Actor(*actor)));
        }
        for index in returned.iter().map(|returned| returned.index) {
            let facts = &model.facts[index];
            for id in &facts.fills {
                self.write_own(model, memory, after, Spot::Variable(id.0));
            }
            for (_, slot) in &facts.tells {
                for reader in &model.readers[*slot] {
                    self.write_own(model, memory, after, Spot::Told(*slot, *reader));
                }
            }
        }
        for index in returned.iter().map(|returned| returned.index).chain(taken) {
            for (_, slot) in &model.facts[index].reads {
                self.write_own(model, memory, after, Spot::Told(*slot, index));
            }
        }
    }

    /// What has become of everybody.
    fn of_everybody(&mut self, model: &Model<'_>, memory: &mut Memory, before: &State, after: &State) {
        let (_, actors) = model.size();
        for (place, actor) in (0..actors).map(|place| (place, ActorId(place as u32))) {
            let mut changed = |this: &mut Touches, spot| this.write_own(model, memory, after, spot);
            if (before.next[place], before.waiting[place]) != (after.next[place], after.waiting[place]) {
                changed(self, Spot::Progress(actor));
            }
            let (was, is) = (before.world.living(actor), after.world.living(actor));
            if was.map(|living| living.no) != is.map(|living| living.no) {
                changed(self, Spot::Actor(actor));
            }
            if was.and_then(|living| living.exit_code) != is.and_then(|living| living.exit_code) {
                changed(self, Spot::Exit(actor));
            }
            // An end that is ordered once more changes nothing, but would, were it the first; and whoever has ended has no
            // ends to come, whether there were any or not.
            for process in [false, true] {
                if before.ends_ordered(actor, process) != after.ends_ordered(actor, process)
                    || before.has_ended(actor, process) != after.has_ended(actor, process)
                {
                    changed(self, Spot::Ending(actor, process));
                }
            }
        }
    }
}

/// What others are told of a move, who want to know what depends on what: how far everybody has come is not part of that.
fn seen(
    model: &Model<'_>,
    memory: &mut Memory,
    before: &State,
    after: &State,
    taken: Option<usize>,
    returned: &[Returned],
    visits: &[Visit],
) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut see = |spot, read, written| {
        seen.push(Seen { spot: memory.spots.number(spot), read, written });
    };
    for Visit { place, touched, new, .. } in visits {
        let (read, written) = (touched.read != 0, touched.written != 0 && !new);
        if read || written {
            see(Spot::Kernel(*place), read, written);
        }
    }
    if let Some(facts) = taken.map(|index| &model.facts[index]) {
        facts.looks_at.iter().for_each(|id| see(Spot::Variable(id.0), true, false));
        facts.asks.iter().for_each(|actor| see(Spot::Actor(*actor), true, false));
        facts.creates.iter().for_each(|actor| see(Spot::Actor(*actor), false, true));
    }
    let filled = returned.iter().flat_map(|returned| &model.facts[returned.index].fills);
    filled.for_each(|id| see(Spot::Variable(id.0), false, true));
    let old: Vec<Move> = before.ends().map(|(what, _)| what).collect();
    for (what, _) in after.ends().filter(|(what, _)| !old.contains(what)) {
        if let Move::End { actor, process, .. } = what {
            see(Spot::Ending(actor, process), false, true);
        }
    }
    for (place, living) in after.world.actors.iter().enumerate() {
        let (actor, was) = (ActorId(place as u32), before.world.actors[place]);
        let code = |living: Option<crate::run::world::Living>| living.and_then(|living| living.exit_code);
        if living.is_some() != was.is_some() {
            see(Spot::Actor(actor), false, true);
        }
        if code(*living) != code(was) {
            see(Spot::Exit(actor), false, true);
        }
    }
    seen
}

/// Whether somebody can act is looked at before each of his steps, and before his end and his timeouts too: what makes one of
/// these impossible depends on it, even if nobody has ever seen it happen.
fn of_new_threads(model: &Model<'_>, memory: &mut Memory, before: &State, after: &State) -> Vec<Observed> {
    let mut all = Vec::new();
    for (place, living) in after.world.actors.iter().enumerate() {
        let (actor, Some(living)) = (ActorId(place as u32), living) else { continue };
        let is_new = before.world.living(actor).is_none() || before.is_start();
        let Some(record) = after.world.kernel.thread(living.thread).filter(|_| is_new) else { continue };
        let places = [Place::Thread(record.no), Place::Process(living.no)];
        let [thread, process] = places.map(|place| {
            let spot = memory.spots.number(Spot::Kernel(place));
            Seen { spot, read: true, written: false }
        });
        let steps = model.steps[place].iter().map(|index| Happening::Step(*index));
        let others = [Happening::Wake(actor), Happening::Timeout(actor), Happening::End(actor, false)];
        for happening in steps.chain(others) {
            all.push(Observed { happening, seen: vec![thread] });
        }
        all.push(Observed { happening: Happening::End(actor, true), seen: vec![thread, process] });
    }
    all
}
