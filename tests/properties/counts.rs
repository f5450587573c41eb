//! Promise: the two counts, the names and the values are what a recount of all tables says, after every call.

use crate::harness::try_programs;
use crate::testing::picture::{Picture, State};
use crate::testing::program::Program;
use crate::testing::system::{KernelSystem, System};

/// How many entries point at an object, over all tables.
fn handles(picture: &Picture, object: u32) -> u32 {
    let tables = picture.processes.values().filter_map(|process| process.table.as_ref());
    tables.flat_map(|table| table.values()).filter(|entry| entry.object == object).count() as u32
}

/// How many references to an object there are that are no handles.
fn others(picture: &Picture, object: u32) -> u32 {
    let mut found = Vec::new();
    for (number, process) in &picture.processes {
        found.extend(process.exit_code.is_none().then_some(*number));
        found.extend(process.views.iter().map(|(_, _, section)| *section));
    }
    for (number, thread) in &picture.threads {
        found.extend(thread.exit_code.is_none().then_some(*number));
        found.push(thread.process);
        found.extend(thread.waits_for.iter().flat_map(|(objects, _)| objects));
    }
    for (number, view) in &picture.objects {
        match &view.state {
            State::Section { file: Some(file), .. } => found.push(*file),
            State::Job { members, .. } => found.extend(members.iter().map(|_| *number)),
            _ => {}
        }
    }
    found.extend(picture.names.values());
    found.iter().filter(|target| **target == object).count() as u32
}

/// Looks at the kernel after every call of a program.
fn always(program: &Program, holds: impl Fn(&Picture) -> Result<(), String>) -> Result<(), String> {
    let mut result = Ok(());
    program.run(&mut KernelSystem::new(program.options), |deed, _, _, system| {
        if result.is_ok() {
            result = holds(&system.picture()).map_err(|what| format!("{}\n  {what}", deed.in_words()));
        }
    });
    result
}

#[test]
fn the_handle_count_is_the_number_of_entries_over_all_tables() {
    try_programs("the_handle_count_is_the_number_of_entries_over_all_tables", 256, 60, |program| {
        always(program, |picture| {
            for (number, object) in &picture.objects {
                let entries = handles(picture, *number);
                if object.handles != entries {
                    return Err(format!("#{number} counts {} handles, {entries} entries", object.handles));
                }
            }
            Ok(())
        })
    });
}

#[test]
fn the_pointer_count_is_the_handles_and_every_other_reference() {
    try_programs("the_pointer_count_is_the_handles_and_every_other_reference", 256, 60, |program| {
        always(program, |picture| {
            for (number, object) in &picture.objects {
                let all = handles(picture, *number) + others(picture, *number);
                if object.pointers != all {
                    return Err(format!("#{number} counts {} pointers, there are {all}", object.pointers));
                }
                if all == 0 {
                    return Err(format!("#{number} lives though nothing refers to it"));
                }
            }
            Ok(())
        })
    });
}

#[test]
fn nothing_refers_to_an_object_that_has_died() {
    try_programs("nothing_refers_to_an_object_that_has_died", 128, 60, |program| {
        always(program, |picture| {
            let tables = picture.processes.values().filter_map(|process| process.table.as_ref());
            let entries = tables.flat_map(|table| table.values()).map(|entry| entry.object);
            let waits = picture.threads.values().filter_map(|thread| thread.waits_for.as_ref());
            let waited = waits.flat_map(|(objects, _)| objects).copied();
            let of_threads = picture.threads.values().map(|thread| thread.process);
            let mut all = entries.chain(waited).chain(of_threads).chain(picture.names.values().copied());
            match all.find(|object| !picture.objects.contains_key(object)) {
                Some(object) => Err(format!("something refers to #{object}, which is no more")),
                None => Ok(()),
            }
        })
    });
}

#[test]
fn a_name_is_found_exactly_while_a_handle_exists() {
    try_programs("a_name_is_found_exactly_while_a_handle_exists", 256, 60, |program| {
        always(program, |picture| {
            for (name, object) in &picture.names {
                let view = picture.objects.get(object).ok_or(format!("{name:?} finds nothing that lives"))?;
                if view.name.as_ref() != Some(name) {
                    return Err(format!("{name:?} finds #{object}, which is called {:?}", view.name));
                }
                if handles(picture, *object) == 0 && !view.permanent {
                    return Err(format!("{name:?} finds #{object}, which has no handle"));
                }
            }
            for (number, view) in &picture.objects {
                if let Some(name) = view.name.as_ref().filter(|name| picture.names.get(*name) != Some(number))
                {
                    return Err(format!("#{number} is called {name:?}, but is not found by it"));
                }
            }
            Ok(())
        })
    });
}

#[test]
fn values_are_multiples_of_four_and_never_the_first_of_a_page() {
    try_programs("values_are_multiples_of_four_and_never_the_first_of_a_page", 128, 60, |program| {
        always(program, |picture| {
            let tables = picture.processes.values().filter_map(|process| process.table.as_ref());
            match tables.flat_map(|table| table.keys()).find(|value| *value % 4 != 0 || *value % 0x400 == 0) {
                Some(value) => Err(format!("{value:#x} is no value for a handle")),
                None => Ok(()),
            }
        })
    });
}

#[test]
fn the_kernel_finds_nothing_wrong_with_itself() {
    try_programs("the_kernel_finds_nothing_wrong_with_itself", 256, 60, |program| {
        let mut result = Ok(());
        program.run(&mut KernelSystem::new(program.options), |deed, _, _, system| {
            let found = system.kernel.violations();
            if result.is_ok() && !found.is_empty() {
                result = Err(format!("{}\n  {found:?}", deed.in_words()));
            }
        });
        result
    });
}
