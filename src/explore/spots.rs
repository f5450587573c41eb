//! Of what does a state consist?
//!
//! Of spots, each with a number: the places of the kernel, the variables, and how far everybody has come. What is at a spot
//! has a number too, so a state is a list of numbers; and the number by which the state is known is the sum of what each spot
//! adds to it. Two states that differ have the same sum with a chance of about n² / 2¹²⁸ for n states.

use super::model::Model;
use super::moves::State;
use crate::kernel::canonical::Sink;
use crate::kernel::places::Place;
use crate::kernel::prints::print_of;
use crate::run::world::Binding;
use crate::scenario::program::ActorId;
use std::collections::HashMap;

/// Something that moves look at and change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Spot {
    Kernel(Place),
    /// Which step an actor takes next, and in which it waits.
    Progress(ActorId),
    /// Whether somebody has been created.
    Actor(ActorId),
    /// The exit codes of the ends that are pending for a process, or for a thread alone.
    Ending(ActorId, bool),
    /// With which code somebody has ended.
    Exit(ActorId),
    Variable(u32),
    /// What was told to a step that has not read it yet, by its place in the program.
    Told(usize, usize),
}

/// What must be known of what is at a spot to see what can happen next.
#[derive(Clone, Debug, Default)]
pub(super) enum Known {
    #[default]
    Nothing,
    Progress {
        next: usize,
        waiting: Option<usize>,
    },
    /// The spot of an actor's thread.
    Actor(u32),
    Thread(Standing),
    /// An object that will change by itself.
    Due,
    Ending(Vec<u32>),
}

/// Can a thread act, and what can end its wait?
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub(super) can_run: bool,
    /// It waits, is not suspended, and gives up at some time.
    pub(super) gives_up: bool,
    /// The spots of the objects for which it waits, if it is not suspended.
    pub(super) waits_for: Vec<u32>,
}

/// A state as a list of what is at each spot; what is missing at its end is 0.
pub(super) type Values = Box<[u32]>;

/// The numbers of spots and of what has been seen there; 0 is nothing.
pub(super) struct Spots {
    numbers: HashMap<Spot, u32>,
    only_grow: Vec<bool>,
    /// Those that belong to no end, and can be forgotten when nobody will look at them any more.
    mortal: Vec<u32>,
    values: HashMap<(u32, u128), u32>,
    adds: Vec<u128>,
    known: Vec<Known>,
    actors: u32,
}

impl Spots {
    pub(super) fn new(actors: usize) -> Spots {
        let mut spots = Spots {
            numbers: HashMap::new(),
            only_grow: Vec::new(),
            mortal: Vec::new(),
            values: HashMap::new(),
            adds: vec![0],
            known: vec![Known::Nothing],
            actors: actors as u32,
        };
        let all = || (0..actors as u32).map(ActorId);
        all().for_each(|actor| _ = spots.number(Spot::Progress(actor)));
        all().for_each(|actor| _ = spots.number(Spot::Actor(actor)));
        all().for_each(|actor| {
            spots.number(Spot::Ending(actor, false));
            spots.number(Spot::Ending(actor, true));
        });
        spots
    }

    /// The number of a spot.
    pub(super) fn number(&mut self, spot: Spot) -> u32 {
        let next = self.numbers.len() as u32;
        *self.numbers.entry(spot).or_insert_with(|| {
            self.only_grow.push(matches!(spot, Spot::Kernel(place) if place.only_grows()));
            if matches!(spot, Spot::Variable(_) | Spot::Kernel(Place::LastError(_))) {
                self.mortal.push(next);
            }
            next
        })
    }

    /// The spots that can be forgotten.
    pub(super) fn mortal(&self) -> impl Iterator<Item = u32> {
        self.mortal.iter().copied()
    }

    /// Do two that write there without looking come to the same in either order?
    pub(super) fn only_grows(&self, spot: u32) -> bool {
        self.only_grow[spot as usize]
    }

    /// What an actor's spots hold, which are the first ones.
    pub(super) fn progress(&self, values: &[u32], actor: usize) -> (usize, Option<usize>) {
        match self.known_at(values, actor as u32) {
            Known::Progress { next, waiting } => (*next, *waiting),
            _ => (0, None),
        }
    }

    /// How an actor's thread stands, if there is the actor and its thread.
    pub(super) fn standing(&self, values: &[u32], actor: usize) -> Option<&Standing> {
        let Known::Actor(thread) = self.known_at(values, self.actors + actor as u32) else { return None };
        match self.known_at(values, *thread) {
            Known::Thread(standing) => Some(standing),
            _ => None,
        }
    }

    pub(super) fn is_living(&self, values: &[u32], actor: usize) -> bool {
        value(values, self.actors + actor as u32) != 0
    }

    /// The exit codes of an actor's pending ends.
    pub(super) fn endings(&self, values: &[u32], actor: usize, process: bool) -> &[u32] {
        match self.known_at(values, 2 * self.actors + 2 * actor as u32 + u32::from(process)) {
            Known::Ending(codes) => codes,
            _ => &[],
        }
    }

    /// Will the object at a spot change by itself?
    pub(super) fn is_due(&self, values: &[u32], spot: u32) -> bool {
        matches!(self.known_at(values, spot), Known::Due)
    }

    fn known_at(&self, values: &[u32], spot: u32) -> &Known {
        &self.known[value(values, spot) as usize]
    }

    /// What a value adds to the number of a state.
    pub(super) fn adds(&self, value: u32) -> u128 {
        self.adds[value as usize]
    }

    /// The number of what is at a spot of a state; `print` is 0 if there is nothing.
    pub(super) fn value(&mut self, state: &State, spot: Spot, print: u128) -> u32 {
        if print == 0 {
            return 0;
        }
        let number = self.number(spot);
        if let Some(value) = self.values.get(&(number, print)) {
            return *value;
        }
        let known = self.what_to_know(state, spot);
        let value = self.adds.len() as u32;
        self.values.insert((number, print), value);
        let mut bytes = Vec::with_capacity(64);
        Sink::new(&state.world.kernel, &mut bytes).plain((spot, print));
        self.adds.push(print_of(&bytes));
        self.known.push(known);
        value
    }

    fn what_to_know(&mut self, state: &State, spot: Spot) -> Known {
        let kernel = &state.world.kernel;
        match spot {
            Spot::Progress(actor) => {
                let actor = actor.0 as usize;
                Known::Progress { next: state.next[actor], waiting: state.waiting[actor] }
            }
            Spot::Actor(actor) => {
                let living = state.world.living(actor);
                match living.and_then(|living| kernel.thread(living.thread)) {
                    Some(record) => Known::Actor(self.number(Spot::Kernel(Place::Thread(record.no)))),
                    None => Known::Nothing,
                }
            }
            Spot::Ending(actor, process) => Known::Ending(codes(state, actor, process)),
            Spot::Kernel(Place::Thread(no)) => {
                let Some((id, record)) = kernel.threads.glance().find(|(_, record)| record.no == no) else {
                    return Known::Nothing;
                };
                let wait = record.wait.as_ref().filter(|_| record.suspend_count == 0);
                let objects = wait.map(|wait| wait.objects.clone()).unwrap_or_default();
                let numbers = objects.into_iter().filter_map(|id| kernel.objects().number(id));
                let waits_for = numbers.map(|no| self.number(Spot::Kernel(Place::Object(no)))).collect();
                Known::Thread(Standing {
                    can_run: kernel.can_run(id).is_ok(),
                    gives_up: wait.is_some_and(|wait| wait.deadline.is_some()),
                    waits_for,
                })
            }
            Spot::Kernel(Place::Object(no)) => {
                let object = kernel.objects().glance().find(|(_, object)| object.header.no == no);
                let due = object.is_some_and(|(_, object)| object.body.due().is_some());
                if due { Known::Due } else { Known::Nothing }
            }
            _ => Known::Nothing,
        }
    }
}

/// What is at a spot of a state.
#[inline]
pub(super) fn value(values: &[u32], spot: u32) -> u32 {
    values.get(spot as usize).copied().unwrap_or_default()
}

/// The exit codes of the ends that are pending for an actor.
pub(super) fn codes(state: &State, actor: ActorId, process: bool) -> Vec<u32> {
    use super::moves::Move;
    let mut codes: Vec<u32> = state
        .ends()
        .filter_map(|(what, _)| match what {
            Move::End { actor: of, process: whole, code } if (of, whole) == (actor, process) => Some(code),
            _ => None,
        })
        .collect();
    codes.sort_unstable();
    codes
}

/// The number of what is at a spot that is none of the kernel's; 0 if there is nothing.
pub(super) fn print(model: &Model<'_>, state: &State, spot: Spot) -> u128 {
    let mut bytes = Vec::with_capacity(64);
    let mut to = Sink::new(&state.world.kernel, &mut bytes);
    let mut binding = |binding: &Binding| {
        if *binding != Binding::default() {
            to.plain((&binding.value, binding.no));
        }
    };
    match spot {
        Spot::Variable(id) => binding(&state.world.bindings[id as usize]),
        Spot::Told(slot, reader) if !state.has_returned(model, reader) => binding(&state.told[slot]),
        Spot::Told(..) | Spot::Kernel(_) => {}
        Spot::Progress(actor) => {
            let actor = actor.0 as usize;
            to.plain((state.next[actor], state.waiting[actor]));
        }
        Spot::Actor(actor) => {
            if let Some(living) = state.world.living(actor) {
                to.plain((living.no, living.pid));
            }
        }
        Spot::Exit(actor) => {
            if let Some(code) = state.world.living(actor).and_then(|living| living.exit_code) {
                to.plain(code);
            }
        }
        Spot::Ending(actor, process) => {
            let codes = codes(state, actor, process);
            if !codes.is_empty() {
                to.plain(codes);
            }
        }
    }
    if bytes.is_empty() { 0 } else { print_of(&bytes) }
}
