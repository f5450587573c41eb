//! Which value of the tested system stands for which of the simulator's?
//!
//! The two may choose their values differently. What they have in common is who was given what: the handle that a step got
//! here is the handle that the same step got there.

use super::unlike::{Aspect, Unlike};
use crate::kernel::calls::Kind;
use crate::kernel::{Arg, CallSpec};
use crate::testing::handle_system::Part;
use crate::testing::picture::Picture;
use crate::testing::system::Request;
use std::collections::{BTreeMap, BTreeSet};

/// A value of the simulator in a process, which goes by the number of its object.
pub(super) type Place = (u32, u64);

/// -6 and everything above it names no entry of a table, but stands for something.
pub(super) const FIRST_SPECIAL: u64 = u64::MAX - 5;

/// What a call's new handles are, side by side.
pub(super) struct New {
    pub(super) place: Place,
    pub(super) theirs: u64,
}

/// The values of both sides.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// The handles that are open.
    open: BTreeMap<Place, u64>,
    /// What has been open at some time, with the last value there.
    known: BTreeMap<Place, u64>,
    /// Addresses.
    addresses: BTreeMap<Place, u64>,
    /// The processes that have been seen.
    met: BTreeSet<u32>,
    /// The parts that the system offers.
    pub(super) parts: BTreeSet<Part>,
}

impl Values {
    /// Before the first call: the processes that exist have no handles.
    pub(super) fn new(parts: BTreeSet<Part>, processes: impl Iterator<Item = u32>) -> Values {
        Values { parts, met: processes.collect(), ..Values::default() }
    }

    /// The value there of an open handle here.
    pub(super) fn theirs(&self, place: Place) -> Option<u64> {
        self.open.get(&place).copied()
    }

    /// The last value there of a handle that has been open here.
    pub(super) fn last(&self, place: Place) -> Option<u64> {
        self.known.get(&place).copied()
    }

    /// Has a value been a handle of a process, or of any?
    pub(super) fn was_open(&self, process: Option<u32>, value: u64) -> bool {
        let is_it =
            |(owner, known): &Place| *known == value && process.is_none_or(|process| process == *owner);
        self.known.keys().any(is_it)
    }

    pub(super) fn note_address(&mut self, place: Place, theirs: u64) {
        self.addresses.insert(place, theirs);
    }

    fn offers(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    /// A handle as the system knows it; or why it cannot be asked about it.
    fn handle(&self, tables: &Picture, process: u32, value: u64) -> Result<u64, &'static str> {
        if value == 0 {
            return Ok(0);
        }
        if value >= FIRST_SPECIAL {
            return if self.offers(Part::Pseudohandles) {
                Ok(value)
            } else {
                Err(Part::Pseudohandles.name())
            };
        }
        if self.offers(Part::WindowsValues) {
            return Ok(value);
        }
        let place = (process, value & !3);
        let tag = value & 3;
        let table = tables.processes.get(&process).and_then(|process| process.table.as_ref());
        if table.is_some_and(|table| table.contains_key(&place.1)) {
            return match self.open.get(&place) {
                Some(theirs) if tag == 0 => Ok(*theirs),
                Some(_) => Err(Part::WindowsValues.name()),
                None => Err("handles that nobody is told of"),
            };
        }
        // It is not open: then it may not be open there by chance.
        let elsewhere = self.known.iter().find(|((_, known), _)| *known == place.1);
        let theirs =
            self.known.get(&place).or(elsewhere.map(|(_, theirs)| theirs)).map_or(value, |theirs| *theirs);
        let mut all = self.open.iter().filter(|((owner, _), _)| *owner == process);
        if all.any(|(_, open)| *open == theirs) {
            return Err(Part::WindowsValues.name());
        }
        Ok(theirs)
    }

    /// A call as the system knows it; or why it cannot be asked. `home` is the process whose table holds the source of a
    /// duplication, `parent` the one that a new process inherits from.
    pub(super) fn request(
        &self,
        tables: &Picture,
        (process, home, parent): (u32, u32, u32),
        spec: &CallSpec,
        request: &Request,
    ) -> Result<Request, &'static str> {
        let mut args = Vec::with_capacity(request.args.len());
        for (name, arg) in &request.args {
            let kind = spec.param(name).map_or(Kind::Dword, |place| spec.params[place].kind);
            let own = match *name {
                "hSourceHandle" | "SourceHandle" => home,
                "handleList" => parent,
                _ => process,
            };
            let is_process = matches!(
                *name,
                "hSourceProcessHandle"
                    | "hTargetProcessHandle"
                    | "SourceProcessHandle"
                    | "TargetProcessHandle"
            );
            let arg = match (kind, arg) {
                // GetCurrentProcess() as one of the processes of a duplication is a word, not a handle.
                (Kind::Handle { .. } | Kind::AnyHandle, Arg::Number(u64::MAX)) if is_process => arg.clone(),
                (Kind::Handle { .. } | Kind::AnyHandle, Arg::Number(value)) => {
                    Arg::Number(self.handle(tables, own, *value)?)
                }
                (Kind::Handles { .. }, Arg::List(values)) => {
                    let all = values.iter().map(|value| self.handle(tables, own, *value));
                    Arg::List(all.collect::<Result<_, _>>()?)
                }
                (Kind::Address, Arg::Number(value)) if *value != 0 => Arg::Number(
                    *self.addresses.get(&(process, *value)).ok_or("addresses that were not given")?,
                ),
                _ => arg.clone(),
            };
            args.push((*name, arg));
        }
        Ok(Request { call: request.call, args })
    }

    /// Learns what a call has opened and closed. `parent` is the process whose table a new process got its handles from.
    /// Says which handles have been closed, and what is wrong with the new values.
    pub(super) fn learn(&mut self, tables: &Picture, new: &[New], parent: u32) -> (Vec<Place>, Vec<Unlike>) {
        let mut open = BTreeMap::new();
        let mut wrong = Vec::new();
        for (process, view) in &tables.processes {
            let Some(table) = &view.table else { continue };
            for value in table.keys() {
                let place = (*process, *value);
                let told = new.iter().find(|new| new.place == place).map(|new| new.theirs);
                let kept = self.open.get(&place).copied();
                let inherited =
                    || self.open.get(&(parent, *value)).filter(|_| !self.met.contains(process)).copied();
                let Some(theirs) = told.or(kept).or_else(inherited) else { continue };
                open.insert(place, theirs);
                self.known.insert(place, theirs);
            }
        }
        for new in new {
            let twice = open.iter().any(|(place, theirs)| {
                place.0 == new.place.0 && *place != new.place && *theirs == new.theirs
            });
            if twice {
                let expected = "a value that names nothing else in its process".to_owned();
                let found = format!("{:#x}, which is open already", new.theirs);
                wrong.push(Unlike::new(Aspect::Unique, "the new handle", expected, found));
            }
        }
        let runs =
            |place: &&Place| tables.processes.get(&place.0).is_some_and(|process| process.table.is_some());
        let mut closed: Vec<Place> =
            self.open.keys().filter(|place| !open.contains_key(place)).filter(runs).copied().collect();
        // What a new process did not inherit names nothing there.
        for child in tables.processes.keys().filter(|process| !self.met.contains(process)) {
            let parents = self.open.iter().filter(|((owner, _), _)| *owner == parent);
            for ((_, value), theirs) in
                parents.filter(|((_, value), _)| !open.contains_key(&(*child, *value)))
            {
                closed.push((*child, *value));
                self.known.insert((*child, *value), *theirs);
            }
        }
        self.met.extend(tables.processes.keys());
        self.open = open;
        (closed, wrong)
    }
}
