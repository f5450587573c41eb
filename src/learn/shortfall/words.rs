//! What are the things called of which a shortfall speaks?

use super::Look;
use crate::kernel::{Handle, HandleEntry, ObjectId, ProcessId, Reference};
use crate::run::world::Value;
use crate::scenario::program::{ActorId, ObjectRef, Term, VariableId};

impl Look<'_> {
    /// `parent.hEvent`
    pub(super) fn variable(&self, id: VariableId) -> String {
        let variable = self.program.variable(id);
        format!("{}.{}", self.actor(variable.process), variable.name)
    }

    pub(super) fn actor(&self, id: ActorId) -> &str {
        &self.program.actor(id).name
    }

    /// How the goal speaks of an object: `parent.hEvent`, `"Ready"`, `child`.
    pub(super) fn said(&self, object: &ObjectRef) -> String {
        match object {
            ObjectRef::Variable(id) => format!("`{}`", self.variable(*id)),
            ObjectRef::Name(name) => format!("{name:?}"),
            ObjectRef::Actor(id) => format!("`{}`", self.actor(*id)),
            ObjectRef::At(process, value) => {
                format!("what {} is in {}", self.value(value), self.actor(*process))
            }
        }
    }

    /// How the goal speaks of a value.
    pub(super) fn value(&self, term: &Term) -> String {
        match (term, self.world.eval(term, None)) {
            (Term::Variable(id, _), _) => format!("`{}`", self.variable(*id)),
            (_, Value::Number(number)) => Handle(number).to_string(),
            _ => "this value".to_owned(),
        }
    }

    /// An object as the reader knows it: `the Event "Ready"`, `the process child`, `an Event`.
    pub(super) fn object(&self, id: ObjectId) -> String {
        let kernel = &self.world.kernel;
        let Some(object) = kernel.objects().get(id) else { return "an object that is gone".to_owned() };
        let word = object.object_type().win32();
        match (&object.header.name, kernel.label_of(id)) {
            (Some(name), _) => format!("the {word} {:?}", name.as_str()),
            (None, Some(label)) => format!("the {} {label}", word.to_lowercase()),
            (None, None) => self.named_by_variable(id).map_or_else(
                || format!("{} {word}", article(word)),
                |variable| format!("the {word} of `{variable}`"),
            ),
        }
    }

    /// The first variable that named an object when it got its value.
    fn named_by_variable(&self, id: ObjectId) -> Option<String> {
        let place = self.world.bindings.iter().position(|binding| binding.object == Some(id))?;
        Some(self.variable(VariableId(place as u32)))
    }

    /// The name of a process of the world.
    pub(super) fn process(&self, id: ProcessId) -> String {
        self.world.kernel.process(id).map_or_else(String::new, |record| record.name.to_string())
    }

    /// Every handle to an object: whose it is, and its value.
    pub(super) fn holders(&self, object: ObjectId) -> Vec<(ProcessId, Handle, HandleEntry)> {
        let mut processes: Vec<_> = self.world.kernel.processes().collect();
        processes.sort_by_key(|(_, record)| record.no);
        let tables = processes.into_iter().filter_map(|(id, record)| Some((id, record.table.as_ref()?)));
        let entries =
            tables.flat_map(|(id, table)| table.iter().map(move |(handle, entry)| (id, handle, *entry)));
        entries.filter(|(_, _, entry)| entry.object == object).collect()
    }

    /// The same in words: `parent 0x4 (hEvent) and child 0x8`.
    pub(super) fn holders_in_words(&self, object: ObjectId) -> String {
        let holders = self.holders(object).into_iter().map(|(process, handle, _)| {
            let variable = self.variable_with(process, handle, object);
            let variable = variable.map(|name| format!(" ({name})")).unwrap_or_default();
            format!("{} {handle}{variable}", self.process(process))
        });
        list(holders.collect())
    }

    /// The variable that holds a handle, as whoever has the handle would call it.
    fn variable_with(&self, process: ProcessId, handle: Handle, object: ObjectId) -> Option<String> {
        let mut bindings = self.world.bindings.iter().enumerate();
        let (place, _) = bindings.find(|(place, binding)| {
            let owner = self.program.variables[*place].process;
            let own = self.world.living(owner).is_some_and(|living| living.process == process);
            own && binding.object == Some(object) && binding.value == Value::Number(handle.0)
        })?;
        Some(self.program.variables[place].name.to_string())
    }

    /// What refers to an object besides handles. Its name goes with the last of them and keeps nothing by itself.
    pub(super) fn other_references(&self, object: ObjectId) -> Vec<String> {
        let kernel = &self.world.kernel;
        let name = |no| {
            let found = kernel.objects().iter().find(|(_, object)| object.header.no == no);
            found
                .and_then(|(id, _)| kernel.label_of(id))
                .map_or_else(|| "somebody".to_owned(), |name| name.to_string())
        };
        let references = kernel.references().filter(|(id, _)| *id == object);
        references
            .filter_map(|(_, reference)| match reference {
                Reference::Handle => None,
                Reference::Name => Some(ITS_NAME.to_owned()),
                Reference::Running => Some("it still runs".to_owned()),
                Reference::ThreadOf(thread) => Some(format!("its thread {}", name(thread))),
                Reference::Wait(thread) => Some(format!("{} waits for it", name(thread))),
                Reference::View(process) => Some(format!("{} has a view of it", name(process))),
                Reference::Section(_) => Some("a file mapping is made of it".to_owned()),
                Reference::Job(process) => Some(format!("{} is in the job", name(process))),
            })
            .collect()
    }
}

/// The reference of a name.
pub(super) const ITS_NAME: &str = "its name";

/// `a Mutex`, `an Event`.
pub(super) fn article(word: &str) -> &'static str {
    if word.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" }
}

/// `a`, `a and b`, `a, b and c`; of many the first few.
pub(super) fn list(mut words: Vec<String>) -> String {
    const MOST: usize = 6;
    if words.len() > MOST + 1 {
        let more = words.len() - MOST;
        words.truncate(MOST);
        words.push(format!("{more} more"));
    }
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
