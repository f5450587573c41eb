//! What happens inside a step, one thing after the other?
//!
//! The player makes its sentences from these; so a thing is no more than a word and two numbers.

use super::super::effects::{Names, tell};
use super::data::Texts;
use crate::kernel::{Effect, Handle, ObjectNo};
use serde::Serialize;
use std::collections::HashMap;

/// One thing: its kind, the entry or object that it is about, and the new count or a text.
#[derive(Serialize)]
pub(super) struct Inner(&'static str, usize, Is);

#[derive(Serialize)]
#[serde(untagged)]
enum Is {
    Nothing,
    Number(usize),
    Text(String),
}

/// Takes effects apart, step by step, and counts the entries of handle tables as the history does.
#[derive(Default)]
pub(super) struct Anatomist {
    entries: HashMap<(ObjectNo, Handle), usize>,
    opened: usize,
}

impl Anatomist {
    pub(super) fn step(&mut self, effects: &[Effect], names: &Names, texts: &mut Texts) -> Vec<Inner> {
        let mut inner = Vec::new();
        for effect in effects {
            self.effect(effect, names, texts, &mut inner);
        }
        inner
    }

    fn effect(&mut self, effect: &Effect, names: &Names, texts: &mut Texts, inner: &mut Vec<Inner>) {
        let mut push = |kind, id: usize, is| inner.push(Inner(kind, id, is));
        let id = |no: &ObjectNo| no.0 as usize;
        let number = |count: &u32| Is::Number(*count as usize);
        match effect {
            Effect::HandleOpened { process, handle, object, handle_count, pointer_count, .. } => {
                self.entries.insert((*process, *handle), self.opened);
                push("entry+", self.opened, Is::Nothing);
                self.opened += 1;
                push("handles", id(object), number(handle_count));
                push("pointers", id(object), number(pointer_count));
            }
            Effect::HandleClosed { process, handle, object, handle_count, .. } => {
                if let Some(entry) = self.entries.get(&(*process, *handle)) {
                    push("entry-", *entry, Is::Nothing);
                }
                push("handles", id(object), number(handle_count));
            }
            Effect::NameAdded { object, name } => {
                push("name+", id(object), Is::Text(super::visible(&name.to_string())));
            }
            Effect::NameRemoved { object, name } => {
                push("name-", id(object), Is::Text(super::visible(&name.to_string())));
            }
            Effect::ObjectCreated { object, .. } => push("object+", id(object), Is::Nothing),
            Effect::ObjectDeleted { object } => push("object-", id(object), Is::Nothing),
            Effect::StateChanged { object, state } => {
                push("state", id(object), Is::Number(texts.place(state)));
            }
            Effect::ReferenceTaken { object, reference, pointer_count }
            | Effect::ReferenceDropped { object, reference, pointer_count } => {
                if *reference != crate::kernel::Reference::Handle {
                    for text in told(effect, names) {
                        push("other", id(object), Is::Text(text));
                    }
                }
                push("pointers", id(object), number(pointer_count));
            }
            Effect::ProcessExited { process, .. } => {
                for text in told(effect, names) {
                    push("exit", id(process), Is::Text(text));
                }
            }
            Effect::HandleChanged { .. }
            | Effect::ProcessStarted { .. }
            | Effect::ThreadStarted { .. }
            | Effect::ThreadExited { .. }
            | Effect::ThreadBlocked { .. }
            | Effect::ThreadReleased { .. }
            | Effect::ThreadSuspended { .. }
            | Effect::MutexAbandoned { .. }
            | Effect::DataMoved { .. }
            | Effect::FileCreated { .. }
            | Effect::FileDeleted { .. }
            | Effect::TimePassed { .. } => {
                for text in told(effect, names) {
                    push("other", 0, Is::Text(text));
                }
            }
        }
    }
}

fn told(effect: &Effect, names: &Names) -> Vec<String> {
    tell(std::slice::from_ref(effect), names).iter().map(|line| line.plain()).collect()
}
