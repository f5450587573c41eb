//! Which moves are enough to see every end and every verdict?
//!
//! Two moves that do not depend on each other lead to the same whichever comes first, so one of the two orders is enough. What
//! each move depends on is learned by watching it: all that it ever looked at and changed. In a state it is enough to take the
//! moves of a few, if nothing that the others may still do depends on these moves (a stubborn set). What is learned on the way
//! makes the sets of earlier states too small sometimes; then everything is begun again with what is known by then, until
//! nothing new is learned.

use super::memory::Memory;
use super::model::{Model, mentioned};
use super::moves::Move;
use super::sight::Sight;
use super::spots::{Spot, Spots as AllSpots};
use super::verdicts::judged_at_end;
use super::watch::{Observed, Seen};
use crate::kernel::places::Place;
use crate::scenario::program::ActorId;

/// Something that happens, whatever the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happening {
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

impl Happening {
    /// A move; `taken` is the step that it takes.
    pub(super) fn of(what: Move, taken: Option<usize>) -> Happening {
        match what {
            Move::Step(_) => Happening::Step(taken.unwrap_or_default()),
            Move::End { actor, process, .. } => Happening::End(actor, process),
            Move::Timeout(actor) => Happening::Timeout(actor),
        }
    }

    /// How many numbers there are.
    pub(super) fn count(model: &Model<'_>) -> usize {
        let (steps, actors) = model.size();
        steps + 6 * actors + 2
    }

    /// Its number.
    pub(super) fn number(self, model: &Model<'_>) -> usize {
        let (steps, actors) = model.size();
        let of = |actor: ActorId, process: bool| 2 * actor.0 as usize + usize::from(process);
        match self {
            Happening::Step(index) => index,
            Happening::End(actor, process) => steps + of(actor, process),
            Happening::Timeout(actor) => steps + 2 * actors + actor.0 as usize,
            Happening::Wake(actor) => steps + 3 * actors + actor.0 as usize,
            Happening::Order(actor, process) => steps + 4 * actors + of(actor, process),
            Happening::Always => steps + 6 * actors,
            Happening::Clock => steps + 6 * actors + 1,
        }
    }
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

    fn contains(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|word| word & 1 << (number % 64) != 0)
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
    learned: Vec<Learned>,
    steps: usize,
    actors: usize,
    /// For each event and actor: behind the last place of the actor's steps that conflicts with it.
    last: Vec<Vec<usize>>,
    /// For each event and each end or timeout: does it conflict?
    others: Vec<Vec<bool>>,
    /// The spots that are forgotten as soon as nobody will look at them any more, with the last steps that look.
    mortal: Vec<(u32, Vec<(usize, usize)>)>,
    /// Those that are never forgotten.
    immortal: Vec<u32>,
    /// Something was learned since these were made.
    stale: bool,
}

/// Who can make moves: the actors, then the ends of processes and threads, then the timeouts.
type Mover = usize;

impl Dependence {
    pub(super) fn new(model: &Model<'_>, memory: &mut Memory) -> Dependence {
        let (steps, actors) = model.size();
        let learned = vec![Learned::default(); Happening::count(model)];
        let mut dependence = Dependence {
            learned,
            steps,
            actors,
            last: Vec::new(),
            others: Vec::new(),
            mortal: Vec::new(),
            immortal: Vec::new(),
            stale: true,
        };
        let mut reads = vec![(Happening::Clock, Spot::Kernel(Place::Clock))];
        for actor in (0..actors as u32).map(ActorId) {
            reads.push((Happening::Timeout(actor), Spot::Kernel(Place::Clock)));
            for process in [false, true] {
                reads.push((Happening::Order(actor, process), Spot::Ending(actor, process)));
            }
        }
        for condition in &model.program().always {
            let (variables, actors) = mentioned(&condition.term);
            reads.extend(variables.iter().map(|id| (Happening::Always, Spot::Variable(id.0))));
            let actors = actors.into_iter().flat_map(|actor| [Spot::Actor(actor), Spot::Exit(actor)]);
            reads.extend(actors.map(|spot| (Happening::Always, spot)));
        }
        for (_, condition) in judged_at_end(model.program()) {
            let variables = mentioned(&condition.term).0;
            let spots = variables.into_iter().map(|id| memory.spots.number(Spot::Variable(id.0)));
            dependence.immortal.extend(spots);
        }
        for (happening, spot) in reads {
            let seen = Seen { spot: memory.spots.number(spot), read: true, written: false };
            dependence.note(happening.number(model), seen, &memory.spots);
        }
        dependence
    }

    fn note(&mut self, event: usize, seen: Seen, spots: &AllSpots) {
        let Seen { spot, read, written } = seen;
        let learned = &mut self.learned[event];
        let mut new = read && learned.reads.insert(spot as usize);
        if written {
            new |= learned.writes.insert(spot as usize);
            if !spots.only_grows(spot) {
                learned.ordered_writes.insert(spot as usize);
            }
        }
        self.stale |= new;
    }

    /// Learns from what was observed.
    pub(super) fn learn(&mut self, model: &Model<'_>, memory: &Memory, observed: Vec<Observed>) {
        for Observed { happening, seen } in observed {
            seen.into_iter().for_each(|seen| self.note(happening.number(model), seen, &memory.spots));
        }
    }

    /// Draws the conclusions; says whether they are others than before.
    pub(super) fn conclude(&mut self, model: &Model<'_>, memory: &Memory) -> bool {
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
        let mortal: Vec<_> = memory.spots.mortal().filter_map(|spot| self.last_looks(model, spot)).collect();
        let changed = last != self.last || others != self.others || mortal != self.mortal;
        (self.last, self.others, self.mortal) = (last, others, mortal);
        changed
    }

    /// The last steps that look at a spot, if only steps do.
    fn last_looks(&self, model: &Model<'_>, spot: u32) -> Option<(u32, Vec<(usize, usize)>)> {
        let looks = |event: &usize| self.learned[*event].reads.contains(spot as usize);
        if self.immortal.contains(&spot) || (self.steps..self.learned.len()).any(|event| looks(&event)) {
            return None;
        }
        let steps = model.steps.iter().enumerate();
        let last = steps.filter_map(|(actor, steps)| Some((actor, steps.iter().rposition(looks)?)));
        Some((spot, last.collect()))
    }

    /// Forgets what is at spots at which nobody will look any more: two states that differ there only are one.
    pub(super) fn forget(&self, memory: &Memory, values: &mut [u32], print: &mut u128) {
        for (spot, looks) in &self.mortal {
            let Some(value) = values.get(*spot as usize).copied().filter(|value| *value != 0) else {
                continue;
            };
            if looks.iter().all(|(actor, place)| memory.spots.progress(values, *actor).0 > *place) {
                *print = print.wrapping_sub(memory.spots.adds(value));
                values[*spot as usize] = 0;
            }
        }
    }

    /// Leaves only those of the possible moves that are enough.
    pub(super) fn reduce(&self, model: &Model<'_>, sight: &mut Sight) {
        let moves = &sight.moves;
        let movers: Vec<Mover> = moves.iter().map(|what| self.mover(*what)).collect();
        let events: Vec<usize> =
            moves.iter().map(|what| sight.happening(model, *what).number(model)).collect();
        let mut best: Option<Vec<bool>> = None;
        for seed in 0..moves.len() {
            let chosen = self.closure(model, sight, &movers, &events, movers[seed]);
            let size = |chosen: &[bool]| chosen.iter().filter(|chosen| **chosen).count();
            if size(&chosen) < best.as_ref().map_or(moves.len(), |best| size(best))
                && self.is_hidden(model, &events, &chosen)
            {
                let is_least = size(&chosen) == 1;
                best = Some(chosen);
                if is_least {
                    break;
                }
            }
        }
        if let Some(chosen) = best {
            let mut chosen = chosen.into_iter();
            sight.moves.retain(|_| chosen.next().unwrap_or(true));
        }
    }

    /// Does no `always` see any of these moves?
    fn is_hidden(&self, model: &Model<'_>, events: &[usize], chosen: &[bool]) -> bool {
        let always = &self.learned[Happening::Always.number(model)];
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
        sight: &Sight,
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
                self.all_that_conflict(sight, *event, &mut take);
            }
            if !can_move {
                self.all_that_enable(model, sight, mover, &mut take);
            }
        }
        movers.iter().map(|mover| inside[*mover]).collect()
    }

    /// Everybody whose moves, now or later, may conflict with an event.
    fn all_that_conflict(&self, sight: &Sight, event: usize, take: &mut dyn FnMut(Mover)) {
        for (actor, next) in sight.next.iter().enumerate() {
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
    fn all_that_enable(&self, model: &Model<'_>, sight: &Sight, mover: Mover, take: &mut dyn FnMut(Mover)) {
        let actor = ActorId((mover % self.actors.max(1)) as u32);
        if mover >= 3 * self.actors {
            // A timeout: its thread must begin to wait, or a timer must be set that it waits for.
            take(actor.0 as usize);
            self.all_that_conflict(sight, Happening::Wake(actor).number(model), take);
            return self.all_that_conflict(sight, Happening::Clock.number(model), take);
        }
        if mover >= self.actors {
            let (actor, process) = ((mover - self.actors) / 2, (mover - self.actors) % 2 == 1);
            let event = Happening::Order(ActorId(actor as u32), process);
            return self.all_that_conflict(sight, event.number(model), take);
        }
        if !sight.living[actor.0 as usize] {
            let creators = model.facts.iter().enumerate().filter(|(_, facts)| facts.creates == Some(actor));
            creators.filter_map(|(index, _)| model.step(index)).for_each(|step| take(step.actor.0 as usize));
            return;
        }
        let Some(next) = sight.next_step(model, actor) else { return };
        let mut missing = model.facts[next].after.iter().filter(|index| !sight.has_returned(model, **index));
        match missing.next().and_then(|index| model.step(*index)) {
            Some(step) => take(step.actor.0 as usize),
            None => self.all_that_conflict(sight, Happening::Wake(actor).number(model), take),
        }
    }
}
