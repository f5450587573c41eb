//! Promise: who reads nothing but the effects knows every table, every count, every name and every death.

// A guard that changes what is known would hide the change.
#![allow(clippy::collapsible_match)]

use crate::harness::try_programs;
use crate::testing::picture::EntryView;
use crate::testing::program::Program;
use crate::testing::system::{KernelSystem, System};
use handlelab::kernel::Effect;
use handlelab::kernel::effects::CloseReason;
use std::collections::BTreeMap;

/// What is known from effects alone.
#[derive(Default)]
struct Known {
    /// The counts of every object that lives.
    objects: BTreeMap<u32, (u32, u32)>,
    tables: BTreeMap<u32, BTreeMap<u64, EntryView>>,
    names: BTreeMap<String, u32>,
    dead: Vec<u32>,
    /// An object that has just lost its last reference, and so must die now.
    dying: Option<u32>,
    /// An object whose handle is being moved: it is counted for the new handle before the old one is closed.
    moving: Option<u32>,
}

impl Known {
    fn learn(&mut self, effect: &Effect) -> Result<(), String> {
        match (self.dying.take(), effect) {
            (Some(number), Effect::ObjectDeleted { object }) if object.0 == number => {
                self.objects.remove(&number);
                self.dead.push(number);
                return Ok(());
            }
            (Some(number), _) => return Err(format!("#{number} lost its last reference, but lives on")),
            (None, Effect::ObjectDeleted { object }) => {
                return Err(format!("{object} died though something refers to it"));
            }
            _ => {}
        }
        match effect {
            Effect::ObjectCreated { object, .. } => {
                if self.dead.contains(&object.0) || self.objects.insert(object.0, (0, 0)).is_some() {
                    return Err(format!("{object} was there already"));
                }
            }
            Effect::HandleOpened {
                process,
                handle,
                object,
                granted_access,
                attributes,
                handle_count,
                pointer_count,
                ..
            } => {
                let entry = EntryView {
                    object: object.0,
                    access: granted_access.0,
                    inherit: attributes.inherit,
                    protect: attributes.protect_from_close,
                };
                if self.tables.entry(process.0).or_default().insert(handle.0, entry).is_some() {
                    return Err(format!("{handle} is held twice in {process}"));
                }
                self.moving = None;
                self.count(object.0, 1, 1, (*handle_count, *pointer_count))?;
            }
            Effect::HandleClosed { process, handle, object, reason, handle_count } => {
                let entry = self.tables.entry(process.0).or_default().remove(&handle.0);
                if entry.map(|entry| entry.object) != Some(object.0) {
                    return Err(format!("{handle} of {process} did not name {object}"));
                }
                let (handles, _) = self.told(object.0);
                let is_moved = *reason == CloseReason::CloseSource && *handle_count == handles;
                self.moving = is_moved.then_some(object.0);
                let (_, pointers) = self.told(object.0);
                self.count(object.0, -1, 0, (*handle_count, pointers))?;
            }
            Effect::HandleChanged { process, handle, attributes } => {
                let table = self.tables.entry(process.0).or_default();
                let entry = table.get_mut(&handle.0).ok_or(format!("{process} has no {handle}"))?;
                entry.inherit = attributes.inherit;
                entry.protect = attributes.protect_from_close;
            }
            Effect::ReferenceTaken { object, pointer_count, .. } => {
                let (handles, _) = self.told(object.0);
                self.count(object.0, 0, 1, (handles, *pointer_count))?;
            }
            Effect::ReferenceDropped { object, pointer_count, .. } => {
                let (handles, _) = self.told(object.0);
                self.count(object.0, 0, -1, (handles, *pointer_count))?;
                self.dying = (*pointer_count == 0).then_some(object.0);
            }
            Effect::NameAdded { object, name } => {
                if self.names.insert(name.to_string(), object.0).is_some() {
                    return Err(format!("{name:?} was given twice"));
                }
            }
            Effect::NameRemoved { object, name } => {
                if self.names.remove(name.as_str()) != Some(object.0) {
                    return Err(format!("{name:?} was not the name of {object}"));
                }
            }
            Effect::ProcessExited { process, .. } => {
                if self.tables.remove(&process.0).is_some_and(|table| !table.is_empty()) {
                    return Err(format!("{process} ended with open handles"));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Counts, and compares with what the kernel says that the counts are now.
    fn count(&mut self, object: u32, handles: i32, pointers: i32, told: (u32, u32)) -> Result<(), String> {
        let counts = self.objects.get_mut(&object).ok_or(format!("#{object} does not exist"))?;
        let own = (counts.0.checked_add_signed(handles), counts.1.checked_add_signed(pointers));
        let (Some(handles), Some(pointers)) = own else {
            return Err(format!("a count of #{object} is below 0"));
        };
        *counts = (handles, pointers);
        if self.told(object) != told {
            return Err(format!("#{object} has the counts {:?}, told are {told:?}", self.told(object)));
        }
        Ok(())
    }

    /// The counts that the kernel must tell.
    fn told(&self, object: u32) -> (u32, u32) {
        let held = u32::from(self.moving == Some(object));
        self.objects.get(&object).map_or((0, 0), |(handles, pointers)| (handles + held, pointers + held))
    }

    fn compare(&self, system: &KernelSystem) -> Result<(), String> {
        let picture = system.picture();
        let objects = picture.objects.iter().map(|(number, view)| (*number, (view.handles, view.pointers)));
        let tables =
            picture.processes.iter().filter_map(|(number, process)| Some((*number, process.table.clone()?)));
        let known = self.tables.clone().into_iter().filter(|(_, table)| !table.is_empty());
        let same = [
            (objects.collect::<BTreeMap<_, _>>() == self.objects, "objects"),
            (tables.filter(|(_, table)| !table.is_empty()).eq(known), "tables"),
            (picture.names == self.names, "names"),
            (self.dying.is_none(), "deaths"),
        ];
        match same.iter().find(|(same, _)| !same) {
            Some((_, what)) => Err(format!("the {what} are not what the effects say")),
            None => Ok(()),
        }
    }
}

fn effects_tell_everything(program: &Program) -> Result<(), String> {
    let (mut known, mut result) = (Known::default(), Ok(()));
    let mut system = KernelSystem::new(program.options);
    let mut step = |system: &mut KernelSystem, line: String| {
        let effects = system.log.take_effects();
        let learned = effects.iter().try_for_each(|effect| known.learn(effect));
        learned.and_then(|()| known.compare(system)).map_err(|what| format!("{line}\n  {what}"))
    };
    let mut stage = crate::testing::stage::Stage::new(&mut system);
    step(&mut system, "at the start".to_owned())?;
    for one in &program.steps {
        let Some(deed) = stage.resolve(&system, one) else { continue };
        let Some(request) = deed.request() else { continue };
        let happening = system.call(deed.actor.thread, request);
        stage.note(&system, &deed, &happening);
        result = result.and_then(|()| step(&mut system, deed.in_words()));
    }
    result
}

#[test]
fn objects_die_exactly_when_their_last_reference_goes_and_effects_tell_it() {
    let name = "objects_die_exactly_when_their_last_reference_goes_and_effects_tell_it";
    try_programs(name, 500, 60, effects_tell_everything);
}
