//! Is everything noted that a move looks at and changes?

use crate::explore::dependence::Happening;
use crate::explore::memory::Memory;
use crate::explore::model::Model;
use crate::explore::moves::{Move, Numbering, State};
use crate::explore::spots::Values;
use crate::explore::watch;
use crate::kernel::Log;
use crate::kernel::places::deaf::{self, Note};
use crate::scenario::Document;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Follows the orders of a scenario, so many states of them, and gives the first move that does something else than is
/// remembered of it, or changes something that is not noted.
fn forgotten(document: &Document, most: usize) -> Option<String> {
    let model = Model::new(document);
    let mut memory = Memory::new(model.size().1, Happening::count(&model));
    let mut log = Log::quiet();
    let mut states = vec![State::start(&model, &mut log)];
    let mut seen: HashSet<u128> = HashSet::new();
    let mut at = 0;
    while let Some(state) = states.get(at).cloned().filter(|_| states.len() < most) {
        at += 1;
        let values = watch::values(&model, &mut memory, &state);
        if !always_is_as_remembered(&model, &mut memory, &state, &values) {
            return Some("always".to_owned());
        }
        for what in state.moves(&model) {
            let taken = match what {
                Move::Step(actor) => state.next_step(&model, actor),
                Move::End { .. } | Move::Timeout(_) => None,
            };
            let event = Happening::of(what, taken).number(&model);
            let mut after = state.clone();
            let Ok(returned) = after.make(&model, what, Numbering::ByStep, &mut log) else { return None };
            let expected = watch::values(&model, &mut memory, &after);
            let known = memory.look_up(event, what.code(), &values, &mut Vec::new());
            let change = match known {
                Some(change) => change,
                None => watch::make(&model, &mut memory, &state, &values, what, &mut log).ok()?.change,
            };
            let found = &memory.changes[change as usize].returned;
            let same_answers = found.len() == returned.len()
                && found.iter().zip(&returned).all(|(one, other)| one.is_like(other));
            if !same_answers || !are_same(&memory.after(&values, change), &expected) {
                return Some(format!("{what:?} after {:?}", state.next));
            }
            if seen.insert(after.fingerprint(&model)) {
                states.push(after);
            }
        }
    }
    None
}

/// Do the `always` hold that are remembered to hold where they see the same?
fn always_is_as_remembered(model: &Model<'_>, memory: &mut Memory, state: &State, values: &Values) -> bool {
    let found = memory.look_up(Happening::Always.number(model), 0, values, &mut Vec::new());
    let found = found.unwrap_or_else(|| watch::judge_always(model, memory, state, values).0);
    let always = model.program().always.iter();
    always
        .map(|condition| state.world.holds(&condition.term))
        .eq(memory.holds[found as usize].iter().copied())
}

fn are_same(one: &Values, other: &Values) -> bool {
    let longest = one.len().max(other.len());
    let at = |values: &Values, spot: usize| values.get(spot).copied().unwrap_or_default();
    (0..longest).all(|spot| at(one, spot) == at(other, spot))
}

fn scenarios(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            scenarios(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "hlab") {
            found.push(path);
        }
    }
    found.sort();
}

/// The scenarios of the repository.
pub(super) fn all() -> Vec<(PathBuf, Document)> {
    let mut paths = Vec::new();
    for folder in ["cases", "lessons", "facts", "golden"] {
        scenarios(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(folder), &mut paths);
    }
    let read = |path: PathBuf| Some((path.clone(), Document::read(fs::read_to_string(path).unwrap()).ok()?));
    paths.into_iter().filter_map(read).collect()
}

#[test]
fn a_move_does_the_same_wherever_it_finds_the_same() {
    for (path, document) in all() {
        assert_eq!(forgotten(&document, 60), None, "{}", path.display());
    }
    for source in super::SOURCES {
        assert_eq!(forgotten(&super::read(source), 400), None, "{source}");
    }
}

#[test]
fn a_kind_of_note_that_is_left_out_is_noticed() {
    let small = super::SOURCES.iter().map(|source| super::read(source));
    let documents: Vec<Document> = small.chain(all().into_iter().map(|(_, document)| document)).collect();
    let is_noticed = |note: Note| {
        deaf::to(Some(note));
        let noticed = documents
            .iter()
            .any(|document| forgotten(document, 40).is_some() || super::reduced::differ(document));
        deaf::to(None);
        noticed
    };
    let unnoticed: Vec<Note> = Note::all().into_iter().filter(|note| !is_noticed(*note)).collect();
    assert_eq!(unnoticed, []);
}
