//! Which object of one run is which of another?
//!
//! Numbers and handle values are accidents of the order. Two runs call the same what has the same type and the same name
//! or label, or was held by the same variable, or was made by the same process as its nth of that type.

use super::Scene;
use crate::kernel::{ObjectNo, ObjectType};
use crate::run::history::ObjectLife;
use std::collections::{BTreeMap, BTreeSet, HashMap};

type Key = (ObjectType, String);

/// Pairs the objects of two moments; within one run an object is itself.
pub(super) fn pairs(old: &Scene, new: &Scene) -> BTreeMap<ObjectNo, ObjectNo> {
    if std::ptr::eq(old.trace, new.trace) {
        return living(new)
            .into_iter()
            .filter(|no| old.state().object(*no).is_some())
            .map(|no| (no, no))
            .collect();
    }
    let mut pairs = BTreeMap::new();
    for keys in [named, held, made] {
        let taken: BTreeSet<ObjectNo> = pairs.values().copied().collect();
        let mut free: HashMap<Key, Vec<ObjectNo>> = HashMap::new();
        for (no, key) in keys(new).into_iter().rev().filter(|(no, _)| !taken.contains(no)) {
            free.entry(key).or_default().push(no);
        }
        for (no, key) in keys(old) {
            if !pairs.contains_key(&no)
                && let Some(other) = free.get_mut(&key).and_then(Vec::pop)
            {
                pairs.insert(no, other);
            }
        }
    }
    pairs
}

fn living(scene: &Scene) -> Vec<ObjectNo> {
    scene.state().objects.iter().map(|object| object.object).collect()
}

fn lives<'s>(scene: &'s Scene) -> impl Iterator<Item = (ObjectNo, &'s ObjectLife)> {
    living(scene).into_iter().filter_map(|no| Some((no, scene.history.objects.get(&no)?)))
}

fn named(scene: &Scene) -> Vec<(ObjectNo, Key)> {
    let name = |life: &ObjectLife| life.name.clone().or_else(|| life.label.as_ref().map(ToString::to_string));
    lives(scene).filter_map(|(no, life)| Some((no, (life.object_type, name(life)?)))).collect()
}

/// By the first variable that ever held it.
fn held(scene: &Scene) -> Vec<(ObjectNo, Key)> {
    let mut first: HashMap<ObjectNo, &str> = HashMap::new();
    for assignment in scene.history.assignments.iter().filter(|held| held.moment <= scene.moment) {
        if let Some(object) = assignment.object {
            first.entry(object).or_insert(&assignment.variable);
        }
    }
    let variable = |no| first.get(&no).map(|name| (*name).to_owned());
    lives(scene).filter_map(|(no, life)| Some((no, (life.object_type, variable(no)?)))).collect()
}

/// By its maker and how many of its type the maker had made before.
fn made(scene: &Scene) -> Vec<(ObjectNo, Key)> {
    let mut counts: HashMap<(ObjectType, String), u32> = HashMap::new();
    let mut keys = Vec::new();
    for (no, life) in &scene.history.objects {
        let maker = scene.trace.steps.get(life.created).and_then(|step| step.actor.clone());
        let maker = maker.map(String::from).unwrap_or_default();
        let count = counts.entry((life.object_type, maker.clone())).or_default();
        *count += 1;
        if scene.state().object(*no).is_some() {
            keys.push((*no, (life.object_type, format!("{maker} {count}"))));
        }
    }
    keys
}
