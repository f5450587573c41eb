//! What `why` says would free an object does free it, and nothing of it can be left out.

use handlelab::kernel::{ObjectNo, ObjectType};
use handlelab::run::history::History;
use handlelab::run::record;
use handlelab::run::trace::{Snapshot, Trace};
use handlelab::scenario::Document;
use handlelab::view::why::freeing::{Act, freeing};
use std::fs;
use std::path::{Path, PathBuf};

const MOST_OBJECTS: usize = 24;

fn scenarios() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut found = Vec::new();
    let mut folders = vec![root.join("lessons"), root.join("facts")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "hlab") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn ran(source: &str) -> (Trace, History) {
    let (report, trace) = record("lesson.hlab", &Document::read(source).unwrap());
    assert_eq!(report.mistake, None, "{source}");
    let history = History::of(&trace);
    (trace, history)
}

/// The state behind the last line, before timeouts pass.
fn last(trace: &Trace) -> (usize, &Snapshot) {
    let moment = trace.steps.len() - 2;
    (moment, &trace.steps[moment].state)
}

/// An act as a step; nothing for those that no step by somebody who can act brings about.
fn step(act: Act, history: &History, state: &Snapshot) -> Option<String> {
    let can_act = |no: ObjectNo| {
        let process = history.objects[&no].process.unwrap_or(no);
        let threads = history.objects.iter().filter(|(_, life)| life.process == Some(process));
        let first = threads.map(|(no, _)| *no).min()?;
        let found = state.object(first).filter(|thread| thread.state == "running")?;
        let running = state.processes.iter().any(|one| one.object == process && one.exit_code.is_none());
        (running && found.object_type == ObjectType::Thread).then(|| history.actor(process))
    };
    match act {
        Act::Close(process, handle) => Some(format!("{}: CloseHandle({handle})\n", can_act(process)?)),
        Act::End(who) if history.objects[&who].object_type == ObjectType::Process => {
            Some(format!("{}: ExitProcess(0)\n", can_act(who)?))
        }
        // Not tried here.
        _ => None,
    }
}

fn is_gone(source: &str, object: ObjectNo) -> bool {
    let (trace, history) = ran(source);
    !history.objects[&object].is_alive_at(last(&trace).0)
}

#[test]
fn doing_what_why_says_frees_the_object_and_leaving_anything_out_does_not() {
    let (mut freed, mut several) = (0, 0);
    for path in scenarios() {
        let source = fs::read_to_string(&path).unwrap();
        let (trace, history) = ran(&source);
        let (moment, state) = last(&trace);
        // Some fill whole tables; each of their objects would be freed like the next.
        for object in state.objects.iter().filter(|_| state.objects.len() <= MOST_OBJECTS) {
            let acts = freeing(object.object, state, &history, moment).acts;
            let protected = state.processes.iter().flat_map(|process| &process.handles);
            let protected =
                protected.filter(|row| row.protect_from_close).any(|row| row.object == object.object);
            let steps: Option<Vec<String>> = acts.iter().map(|act| step(*act, &history, state)).collect();
            let Some(mut steps) = steps.filter(|_| !protected) else { continue };
            // Whoever ends closes nothing afterwards.
            steps.sort_by_key(|step| step.contains("ExitProcess"));
            let whole = format!("{source}\n{}", steps.concat());
            assert!(
                is_gone(&whole, object.object),
                "{}: {}\n{steps:#?}",
                path.display(),
                history.called(object.object)
            );
            freed += 1;
            several += usize::from(steps.len() > 1);
            for left_out in 0..steps.len() {
                let rest: String = steps
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| *at != left_out)
                    .map(|(_, step)| step.as_str())
                    .collect();
                assert!(
                    !is_gone(&format!("{source}\n{rest}"), object.object),
                    "{}: {} goes without {}",
                    path.display(),
                    history.called(object.object),
                    steps[left_out]
                );
            }
        }
    }
    println!("{freed} objects, {several} of them by several acts");
    assert!(freed > 300 && several > 150, "{freed} objects, {several} of them by several acts");
}
