//! What do the open handles of a system show, beside those of the simulator?

use super::duet::Duet;
use super::unlike::{Aspect, Unlike};
use super::values::Place;
use crate::kernel::Win32Error;
use crate::testing::handle_system::{About, HandleSystem, Refusal};
use crate::testing::picture::EntryView;
use crate::testing::program::process_name;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

impl<S: HandleSystem> Duet<S> {
    /// Looks through every handle that is open, and tries those that have just been closed.
    pub(super) fn look(&mut self, closed: &[Place]) -> Vec<Unlike> {
        let looked = catch_unwind(AssertUnwindSafe(|| {
            let mut unlike = Vec::new();
            for number in 0..self.cast.len() {
                self.look_at_table(number, &mut unlike);
            }
            closed.iter().for_each(|place| unlike.extend(self.look_for_closed(*place)));
            unlike
        }));
        looked.unwrap_or_else(|_| {
            vec![Unlike::new(Aspect::Panic, "query", "an answer".into(), "a panic".into())]
        })
    }

    /// Every open handle of one process, and how many there are.
    fn look_at_table(&mut self, number: usize, unlike: &mut Vec<Unlike>) {
        let process = self.cast[number].0;
        let table = self.picture.processes.get(&process).and_then(|process| process.table.as_ref());
        let Some(table) = table else { return };
        let name = process_name(number as u8);
        for (value, entry) in table {
            let Some(theirs) = self.values.theirs((process, *value)) else { continue };
            let what = format_args!("{value:#x} in {name}");
            match self.system.query(number as u32, theirs) {
                Ok(about) => {
                    let view = self.picture.objects.get(&entry.object);
                    let handles = view.map_or(0, |object| object.handles);
                    let living = |object: &u32| self.picture.objects.contains_key(object);
                    if let Some(theirs) = about.object {
                        unlike.extend(identity(&mut self.objects, &what, entry.object, theirs, living));
                    }
                    self.told.hear(&about);
                    sight(&what, entry, handles, &about, unlike);
                }
                Err(Refusal::NotOffered) => {}
                Err(Refusal::Error(error)) => unlike.push(Unlike::new(
                    Aspect::Lost,
                    format!("query of {what}"),
                    "it is open".to_owned(),
                    Win32Error(error).to_string(),
                )),
            }
        }
        let count = self.system.handle_count(number as u32);
        self.told.0[Tell::OpenHandles as usize] |= count.is_ok();
        if let Some(count) = count.ok().filter(|count| *count as usize != table.len()) {
            let what = format!("how many handles {name} has open");
            let (expected, got) = (table.len().to_string(), count.to_string());
            unlike.push(Unlike::new(Aspect::OpenHandles, what, expected, got));
        }
    }

    /// A handle that has just been closed must name nothing, unless its value was given out again at once.
    fn look_for_closed(&mut self, place: Place) -> Option<Unlike> {
        let number = self.cast.iter().position(|(process, _)| *process == place.0)?;
        let theirs = self.values.last(place)?;
        let table = self.picture.processes.get(&place.0)?.table.as_ref()?;
        let is_open = |value: &u64| self.values.theirs((place.0, *value)) == Some(theirs);
        if table.keys().any(is_open) || self.system.query(number as u32, theirs).is_err() {
            return None;
        }
        let what = format!("query of {:#x} in {}", place.1, process_name(number as u8));
        let expected = "ERROR_INVALID_HANDLE, since it is not open".to_owned();
        Some(Unlike::new(Aspect::Left, what, expected, "it is open".to_owned()))
    }
}

/// The same object must be the same again, and no other one.
fn identity(
    objects: &mut BTreeMap<u32, u64>,
    what: &dyn fmt::Display,
    object: u32,
    theirs: u64,
    is_living: impl Fn(&u32) -> bool,
) -> Option<Unlike> {
    let what = || format!("what {what} names");
    if *objects.entry(object).or_insert(theirs) != theirs {
        let expected = "the same object as before".to_owned();
        return Some(Unlike::new(Aspect::Object, what(), expected, "another one".to_owned()));
    }
    let mut others = objects.iter().filter(|(other, known)| **other != object && **known == theirs);
    if others.any(|(other, _)| is_living(other)) {
        let expected = "an object of its own".to_owned();
        return Some(Unlike::new(
            Aspect::Object,
            what(),
            expected,
            "the object of another handle".to_owned(),
        ));
    }
    None
}

/// What handles can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tell {
    Object,
    Access,
    Inherit,
    Protect,
    HandleCount,
    OpenHandles,
}

impl Tell {
    const ALL: [Tell; 6] =
        [Tell::Object, Tell::Access, Tell::Inherit, Tell::Protect, Tell::HandleCount, Tell::OpenHandles];

    /// In the words of the report.
    pub(super) fn name(self) -> &'static str {
        match self {
            Tell::Object => "which object they name",
            Tell::Access => "their rights",
            Tell::Inherit => "whether they are inheritable",
            Tell::Protect => "whether they are protected",
            Tell::HandleCount => "how many handles their object has",
            Tell::OpenHandles => "how many handles there are in a process",
        }
    }
}

/// Whether any handle has told it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told([bool; Tell::ALL.len()]);

impl Told {
    /// Takes what was told to somebody else.
    pub(super) fn add(&mut self, other: Told) {
        self.0.iter_mut().zip(other.0).for_each(|(told, other)| *told |= other);
    }

    /// Has it been told?
    pub(super) fn is_told(self, tell: Tell) -> bool {
        self.0[tell as usize]
    }

    /// What was told, and what was not.
    pub(super) fn sorted(self) -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
        let (told, untold): (Vec<Tell>, Vec<Tell>) =
            Tell::ALL.into_iter().partition(|tell| self.is_told(*tell));
        (told.into_iter().map(Tell::name).collect(), untold.into_iter().map(Tell::name).collect())
    }

    fn hear(&mut self, about: &About) {
        let About { object, access, inherit, protect, handle_count } = about;
        let tells = [
            object.is_some(),
            access.is_some(),
            inherit.is_some(),
            protect.is_some(),
            handle_count.is_some(),
        ];
        self.0.iter_mut().zip(tells).for_each(|(told, tells)| *told |= tells);
    }
}

/// Holds what a handle says against what the simulator knows of it.
fn sight(what: &dyn fmt::Display, entry: &EntryView, handles: u32, about: &About, unlike: &mut Vec<Unlike>) {
    let truth = |set: bool| if set { "set" } else { "not set" }.to_owned();
    if let Some(access) = about.access.filter(|access| *access != entry.access) {
        let (expected, got) = (format!("{:#x}", entry.access), format!("{access:#x}"));
        unlike.push(Unlike::new(Aspect::Access, format!("the rights of {what}"), expected, got));
    }
    let flags = [
        ("HANDLE_FLAG_INHERIT", entry.inherit, about.inherit),
        ("HANDLE_FLAG_PROTECT_FROM_CLOSE", entry.protect, about.protect),
    ];
    for (name, expected, got) in flags {
        if let Some(got) = got.filter(|got| *got != expected) {
            let what = format!("{name} of {what}");
            unlike.push(Unlike::new(Aspect::Flags, what, truth(expected), truth(got)));
        }
    }
    if let Some(count) = about.handle_count.filter(|count| *count != handles) {
        let what = format!("how many handles the object of {what} has");
        unlike.push(Unlike::new(Aspect::HandleCount, what, handles.to_string(), count.to_string()));
    }
}
