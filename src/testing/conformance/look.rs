//! What do the open handles of a system show, beside those of the simulator?

use super::duet::Duet;
use super::unlike::{Aspect, Unlike};
use super::values::Place;
use crate::kernel::Win32Error;
use crate::testing::handle_system::{About, HandleSystem, Refusal};
use crate::testing::picture::EntryView;
use crate::testing::program::process_name;
use std::collections::BTreeMap;
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
            let what = format!("{value:#x} in {name}");
            match self.system.query(number as u32, theirs) {
                Ok(about) => {
                    let view = self.picture.objects.get(&entry.object);
                    let handles = view.map_or(0, |object| object.handles);
                    let living = |object: &u32| self.picture.objects.contains_key(object);
                    if let Some(theirs) = about.object {
                        unlike.extend(identity(&mut self.objects, &what, entry.object, theirs, living));
                    }
                    unlike.extend(sight(&what, entry, handles, &about, &mut self.told));
                }
                Err(Refusal::NotOffered) => {
                    self.told.entry("what a handle is").or_insert(false);
                }
                Err(Refusal::Error(error)) => unlike.push(Unlike::new(
                    Aspect::Lost,
                    format!("query of {what}"),
                    "it is open".to_owned(),
                    Win32Error(error).to_string(),
                )),
            }
        }
        let count = self.system.handle_count(number as u32);
        *self.told.entry("how many handles a process has").or_default() |= count.is_ok();
        if let Ok(count) = count {
            let what = format!("open handles of {name}");
            let words = |count: &u32| count.to_string();
            unlike.extend(Unlike::between(Aspect::OpenHandles, &what, table.len() as u32, count, words));
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
    what: &str,
    object: u32,
    theirs: u64,
    is_living: impl Fn(&u32) -> bool,
) -> Option<Unlike> {
    let what = format!("what {what} names");
    if *objects.entry(object).or_insert(theirs) != theirs {
        let expected = "the same object as before".to_owned();
        return Some(Unlike::new(Aspect::Object, what, expected, "another one".to_owned()));
    }
    let mut others = objects.iter().filter(|(other, known)| **other != object && **known == theirs);
    if others.any(|(other, _)| is_living(other)) {
        let expected = "an object of its own".to_owned();
        return Some(Unlike::new(Aspect::Object, what, expected, "the object of another handle".to_owned()));
    }
    None
}

/// Holds what a handle says against what the simulator knows of it.
fn sight(
    what: &str,
    entry: &EntryView,
    handles: u32,
    about: &About,
    told: &mut BTreeMap<&'static str, bool>,
) -> Vec<Unlike> {
    let mut tells = |name, tells: bool| *told.entry(name).or_default() |= tells;
    tells("which object a handle names", about.object.is_some());
    tells("the rights of a handle", about.access.is_some());
    tells("the inherit flag", about.inherit.is_some());
    tells("the protect flag", about.protect.is_some());
    tells("how many handles an object has", about.handle_count.is_some());
    let truth = |set: &bool| if *set { "set" } else { "not set" }.to_owned();
    let access = about.access.and_then(|access| {
        let what = format!("the rights of {what}");
        Unlike::between(Aspect::Access, &what, entry.access, access, |access| format!("{access:#x}"))
    });
    let inherit = about.inherit.and_then(|inherit| {
        let what = format!("HANDLE_FLAG_INHERIT of {what}");
        Unlike::between(Aspect::Flags, &what, entry.inherit, inherit, truth)
    });
    let protect = about.protect.and_then(|protect| {
        let what = format!("HANDLE_FLAG_PROTECT_FROM_CLOSE of {what}");
        Unlike::between(Aspect::Flags, &what, entry.protect, protect, truth)
    });
    let count = about.handle_count.and_then(|count| {
        let what = format!("handles to the object of {what}");
        Unlike::between(Aspect::HandleCount, &what, handles, count, |count| count.to_string())
    });
    [access, inherit, protect, count].into_iter().flatten().collect()
}
