//! Which moves are enough to see every end and every verdict?
//!
//! Two moves that do not depend on each other lead to the same whichever comes first, so one of the two orders is enough. What
//! each move depends on is learned by watching it: all that it ever looked at and changed. In a state it is enough to take the
//! moves of a few, if nothing that the others may still do depends on these moves (a stubborn set). What is learned on the way
//! makes the sets of earlier states too small sometimes; then everything is begun again with what is known by then, until
//! nothing new is learned.

use super::model::{Model, mentioned};
use super::moves::{Move, Returned, State};
use crate::kernel::footprint::Place;
use crate::kernel::touched::Touched;
use crate::scenario::program::ActorId;
use std::collections::HashMap;

/// Something that moves look at and change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Spot {
    Kernel(Place),
    Variable(u32),
    /// Whether somebody has been created, and has ended.
    Actor(ActorId),
    /// Whether an end has been ordered.
    Ending(ActorId, bool),
}

/// Something that happens, whatever the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// The step at a place of the program.
    Step(usize),
    End(ActorId, bool),
    Timeout(ActorId),
    /// What the `always` conditions look at.
    Always,
    /// Somebody can act again.
    Wake(ActorId),
    /// An end is ordered.
    Order(ActorId, bool),
    /// A timer or a timeout changes.
    Clock,
}

/// What an event was seen to look at and change.
pub(super) struct Observed {
    event: Event,
    spots: Vec<(Spot, bool, bool)>,
}

/// A set of spots, by number.
#[derive(Clone, Debug, Default)]
struct Spots(Vec<u64>);

impl Spots {
    fn insert(&mut self, number: usize) -> bool {
        if self.0.len() <= number / 64 {
            self.0.resize(number / 64 + 1, 0);
        }
        let (word, bit) = (&mut self.0[number / 64], 1 << (number % 64));
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    fn meets(&self, other: &Spots) -> bool {
        self.0.iter().zip(&other.0).any(|(one, other)| one & other != 0)
    }
}

#[derive(Clone, Debug, Default)]
struct Learned {
    reads: Spots,
    writes: Spots,
    /// Those of `writes` that mind another write.
    ordered_writes: Spots,
}

impl Learned {
    fn conflicts(&self, other: &Learned) -> bool {
        self.writes.meets(&other.reads)
            || self.reads.meets(&other.writes)
            || self.ordered_writes.meets(&other.ordered_writes)
    }
}

/// What has been learned so far, and what follows from it.
pub(super) struct Dependence {
    numbers: HashMap<Spot, usize>,
    learned: Vec<Learned>,
    steps: usize,
    actors: usize,
    /// For each event and actor: behind the last place of the actor's steps that conflicts with it.
    last: Vec<Vec<usize>>,
    /// For each event and each end or timeout: does it conflict?
    others: Vec<Vec<bool>>,
    /// Something was learned since these two were made.
    stale: bool,
}

/// Who can make moves: the actors, then the ends of processes and threads, then the timeouts.
type Mover = usize;

impl Dependence {
    pub(super) fn new(model: &Model<'_>) -> Dependence {
        let (steps, actors) = (model.program().statements.len(), model.program().actors.len());
        let mut dependence = Dependence {
            numbers: HashMap::new(),
            learned: vec![Learned::default(); steps + 6 * actors + 2],
            steps,
            actors,
            last: Vec::new(),
            others: Vec::new(),
            stale: true,
        };
        dependence.note(Event::Clock, Spot::Kernel(Place::Clock), true, false);
        for actor in (0..actors).map(|actor| ActorId(actor as u32)) {
            for process in [false, true] {
                dependence.note(Event::Order(actor, process), Spot::Ending(actor, process), true, false);
            }
        }
        for condition in &model.program().always {
            let (variables, actors) = mentioned(&condition.term);
            for id in variables {
                dependence.note(Event::Always, Spot::Variable(id.0), true, false);
            }
            for actor in actors {
                dependence.note(Event::Always, Spot::Actor(actor), true, false);
            }
        }
        dependence
    }

    fn number(&self, event: Event) -> usize {
        let (steps, actors) = (self.steps, self.actors);
        let of = |actor: ActorId, process: bool| 2 * actor.0 as usize + usize::from(process);
        match event {
            Event::Step(index) => index,
            Event::End(actor, process) => steps + of(actor, process),
            Event::Timeout(actor) => steps + 2 * actors + actor.0 as usize,
            Event::Wake(actor) => steps + 3 * actors + actor.0 as usize,
            Event::Order(actor, process) => steps + 4 * actors + of(actor, process),
            Event::Always => steps + 6 * actors,
            Event::Clock => steps + 6 * actors + 1,
        }
    }

    fn note(&mut self, event: Event, spot: Spot, read: bool, written: bool) {
        let next = self.numbers.len();
        let number = *self.numbers.entry(spot).or_insert(next);
        let event = self.number(event);
        let learned = &mut self.learned[event];
        let mut new = read && learned.reads.insert(number);
        if written {
            new |= learned.writes.insert(number);
            // Two that each add something new to a set do not mind the other.
            if !matches!(spot, Spot::Kernel(Place::Set(_))) {
                learned.ordered_writes.insert(number);
            }
        }
        self.stale |= new;
    }

    /// Learns from what was observed.
    pub(super) fn learn(&mut self, observed: Vec<Observed>) {
        for Observed { event, spots } in observed {
            for (spot, read, written) in spots {
                self.note(event, spot, read, written);
            }
        }
    }

    /// Draws the conclusions; says whether they are others than before.
    pub(super) fn conclude(&mut self, model: &Model<'_>) -> bool {
        if !std::mem::take(&mut self.stale) {
            return false;
        }
        let conflict = |one: usize, other: usize| self.learned[one].conflicts(&self.learned[other]);
        let events = self.learned.len();
        let last_of = |event: usize, steps: &[usize]| {
            steps.iter().rposition(|step| conflict(event, *step)).map_or(0, |place| place + 1)
        };
        let last: Vec<Vec<usize>> = (0..events)
            .map(|event| model.steps.iter().map(|steps| last_of(event, steps)).collect())
            .collect();
        let others = self.steps..self.steps + 3 * self.actors;
        let others: Vec<Vec<bool>> =
            (0..events).map(|event| others.clone().map(|other| conflict(event, other)).collect()).collect();
        let changed = last != self.last || others != self.others;
        (self.last, self.others) = (last, others);
        changed
    }

    /// Those of the possible moves that are enough.
    pub(super) fn enough(&self, model: &Model<'_>, state: &State, moves: Vec<Move>) -> Vec<Move> {
        let movers: Vec<Mover> = moves.iter().map(|what| self.mover(*what)).collect();
        let events: Vec<usize> = moves.iter().map(|what| self.number(event(model, state, *what))).collect();
        let mut best: Option<Vec<bool>> = None;
        for seed in 0..moves.len() {
            let chosen = self.closure(model, state, &movers, &events, movers[seed]);
            let size = |chosen: &[bool]| chosen.iter().filter(|chosen| **chosen).count();
            if size(&chosen) < best.as_ref().map_or(moves.len(), |best| size(best))
                && self.is_hidden(&events, &chosen)
            {
                best = Some(chosen);
            }
        }
        match best {
            Some(chosen) => {
                moves.into_iter().zip(chosen).filter(|(_, chosen)| *chosen).map(|(what, _)| what).collect()
            }
            None => moves,
        }
    }

    /// Does no `always` see any of these moves?
    fn is_hidden(&self, events: &[usize], chosen: &[bool]) -> bool {
        let always = &self.learned[self.number(Event::Always)];
        let mut chosen = events.iter().zip(chosen).filter(|(_, chosen)| **chosen);
        chosen.all(|(event, _)| !self.learned[*event].writes.meets(&always.reads))
    }

    fn mover(&self, what: Move) -> Mover {
        match what {
            Move::Step(actor) => actor.0 as usize,
            Move::End { actor, process, .. } => self.actors + 2 * actor.0 as usize + usize::from(process),
            Move::Timeout(actor) => 3 * self.actors + actor.0 as usize,
        }
    }

    /// The moves of everybody who must be taken along when one is.
    fn closure(
        &self,
        model: &Model<'_>,
        state: &State,
        movers: &[Mover],
        events: &[usize],
        seed: Mover,
    ) -> Vec<bool> {
        let mut inside = vec![false; 4 * self.actors];
        let mut to_do = vec![seed];
        inside[seed] = true;
        while let Some(mover) = to_do.pop() {
            let mut take = |other: Mover| {
                if !std::mem::replace(&mut inside[other], true) {
                    to_do.push(other);
                }
            };
            let mut can_move = false;
            for (event, _) in events.iter().zip(movers).filter(|(_, other)| **other == mover) {
                can_move = true;
                self.all_that_conflict(state, *event, &mut take);
            }
            if !can_move {
                self.all_that_enable(model, state, mover, &mut take);
            }
        }
        movers.iter().map(|mover| inside[*mover]).collect()
    }

    /// Everybody whose moves, now or later, may conflict with an event.
    fn all_that_conflict(&self, state: &State, event: usize, take: &mut dyn FnMut(Mover)) {
        for (actor, next) in state.next.iter().enumerate() {
            if self.last[event][actor] > *next {
                take(actor);
            }
        }
        for (other, conflicts) in self.others[event].iter().enumerate() {
            if *conflicts {
                take(self.actors + other);
            }
        }
    }

    /// Somebody who cannot move can only do so after one of these has moved.
    fn all_that_enable(&self, model: &Model<'_>, state: &State, mover: Mover, take: &mut dyn FnMut(Mover)) {
        let actor = ActorId((mover % self.actors.max(1)) as u32);
        if mover >= 3 * self.actors {
            // A timeout: its thread must begin to wait, or a timer must be set that it waits for.
            take(actor.0 as usize);
            self.all_that_conflict(state, self.number(Event::Wake(actor)), take);
            return self.all_that_conflict(state, self.number(Event::Clock), take);
        }
        if mover >= self.actors {
            let (actor, process) = ((mover - self.actors) / 2, (mover - self.actors) % 2 == 1);
            let event = Event::Order(ActorId(actor as u32), process);
            return self.all_that_conflict(state, self.number(event), take);
        }
        if state.world.living(actor).is_none() {
            let creators = model.facts.iter().enumerate().filter(|(_, facts)| facts.creates == Some(actor));
            creators.filter_map(|(index, _)| model.step(index)).for_each(|step| take(step.actor.0 as usize));
            return;
        }
        let Some(next) = state.next_step(model, actor) else { return };
        let mut missing = model.facts[next].after.iter().filter(|index| !state.has_returned(model, **index));
        match missing.next().and_then(|index| model.step(*index)) {
            Some(step) => take(step.actor.0 as usize),
            None => self.all_that_conflict(state, self.number(Event::Wake(actor)), take),
        }
    }
}

fn event(model: &Model<'_>, state: &State, what: Move) -> Event {
    match what {
        Move::Step(actor) => Event::Step(state.next_step(model, actor).unwrap_or_default()),
        Move::End { actor, process, .. } => Event::End(actor, process),
        Move::Timeout(actor) => Event::Timeout(actor),
    }
}

impl Observed {
    /// What is to be learned from a move, which led from one state to another.
    pub(super) fn of_move(
        model: &Model<'_>,
        what: Move,
        before: &State,
        after: &State,
        returned: &[Returned],
    ) -> Vec<Observed> {
        let mut moved = Observed { event: event(model, before, what), spots: Vec::new() };
        moved.add_places(before, after);
        if let Event::Step(index) = moved.event {
            let facts = &model.facts[index];
            moved.spots.extend(facts.looks_at.iter().map(|id| (Spot::Variable(id.0), true, false)));
            moved.spots.extend(facts.creates.iter().map(|actor| (Spot::Actor(*actor), false, true)));
        }
        let filled = returned.iter().flat_map(|returned| &model.facts[returned.index].fills);
        moved.spots.extend(filled.map(|id| (Spot::Variable(id.0), false, true)));
        let old: Vec<Move> = before.ends().map(|(what, _)| what).collect();
        for (what, _) in after.ends().filter(|(what, _)| !old.contains(what)) {
            if let Move::End { actor, process, .. } = what {
                moved.spots.push((Spot::Ending(actor, process), false, true));
            }
        }
        let mut all = Vec::new();
        for (place, (living, was)) in after.world.actors.iter().zip(&before.world.actors).enumerate() {
            let (actor, Some(living)) = (ActorId(place as u32), living) else { continue };
            if was.is_none_or(|was| was.exit_code != living.exit_code) {
                moved.spots.push((Spot::Actor(actor), false, true));
            }
            // Whether somebody can act is looked at before each of his steps.
            if let Some(record) =
                after.world.kernel.thread(living.thread).filter(|_| was.is_none() || before.is_start())
            {
                let spots = vec![(Spot::Kernel(Place::Thread(record.no)), true, false)];
                let steps = model.steps[place].iter().map(|index| Event::Step(*index));
                let events = steps.chain([Event::Wake(actor)]);
                all.extend(events.map(|event| Observed { event, spots: spots.clone() }));
            }
        }
        all.push(moved);
        all
    }

    /// What the `always` conditions look at in a state.
    pub(super) fn of_always(model: &Model<'_>, state: &State) -> Option<Observed> {
        if model.program().always.is_empty() {
            return None;
        }
        state.world.kernel.touch_nothing();
        for condition in &model.program().always {
            state.world.holds(&condition.term);
        }
        let mut seen = Observed { event: Event::Always, spots: Vec::new() };
        seen.add_places(state, state);
        Some(seen)
    }

    fn add_places(&mut self, before: &State, after: &State) {
        after.world.kernel.places(&before.world.kernel, &mut |place, Touched { read, written }| {
            self.spots.push((Spot::Kernel(place), read != 0, written != 0));
        });
    }
}
