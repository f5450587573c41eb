//! Promise: who reads the JSON of a run can rebuild the whole state of every step from the first one and the changes, and a
//! step that changes little is written in little room.

use handlelab::run::record;
use handlelab::scenario::Document;
use handlelab::view::json::traces;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn run(name: &str, source: &str, full: bool) -> String {
    let (_, trace) = record(name, &Document::read(source).unwrap());
    traces(&[trace], &[], full).unwrap()
}

fn steps(json: &str) -> Vec<Value> {
    let json: Value = serde_json::from_str(json).unwrap();
    json["runs"][0]["steps"].as_array().unwrap().clone()
}

fn rows(list: &Value) -> Vec<Value> {
    list.as_array().cloned().unwrap_or_default()
}

/// Takes rows away and puts others in their places, sorted by key, as anybody would who reads the description.
fn change_rows(list: &mut Value, gone: &[Value], new: Vec<Value>, key: &str) {
    let mut all = rows(list);
    all.retain(|row| !gone.contains(&row[key]));
    for row in new {
        match all.iter_mut().find(|old| old[key] == row[key]) {
            Some(old) => *old = row,
            None => all.push(row),
        }
    }
    all.sort_by_key(|row| row[key].as_u64());
    *list = Value::from(all);
}

fn apply(state: &mut Value, change: &Value) {
    if let Some(now) = change.get("now") {
        state["now"] = now.clone();
    }
    if let Some(files) = change.get("files") {
        state["files"] = files.clone();
    }
    change_rows(&mut state["objects"], &rows(&change["objects_gone"]), rows(&change["objects"]), "object");
    let mut processes = rows(&change["processes"]);
    for process in &mut processes {
        let known = rows(&state["processes"]).into_iter().find(|known| known["object"] == process["object"]);
        process["handles"] = known.map_or(json!([]), |known| known["handles"].clone());
    }
    change_rows(&mut state["processes"], &rows(&change["processes_gone"]), processes, "object");
    for process in state["processes"].as_array_mut().unwrap() {
        let own = |row: &Value| row["process"] == process["object"];
        let gone: Vec<Value> =
            rows(&change["handles_gone"]).into_iter().filter(own).map(|row| row["handle"].clone()).collect();
        let mut new: Vec<Value> = rows(&change["handles"]).into_iter().filter(own).collect();
        for row in &mut new {
            row.as_object_mut().unwrap().remove("process");
        }
        change_rows(&mut process["handles"], &gone, new, "handle");
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "hlab") {
            files.push(path);
        }
    }
}

#[test]
fn the_first_state_and_the_changes_give_every_state() {
    let mut files = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    for folder in [
        "lessons/programs",
        "lessons/inheritance",
        "lessons/ipc",
        "lessons/options",
        "lessons/types",
        "regressions",
    ] {
        collect(&root.join(folder), &mut files);
    }
    let mut rebuilt = 0;
    for path in files {
        let name = path.display().to_string();
        let source = fs::read_to_string(&path).unwrap();
        let (short, full) = (steps(&run(&name, &source, false)), steps(&run(&name, &source, true)));
        let mut state = short.first().map(|step| step["state"].clone()).unwrap_or_default();
        for (short, full) in short.iter().zip(&full) {
            apply(&mut state, short.get("change").unwrap_or(&json!({})));
            assert_eq!(state, full["state"], "{name}, step {}", full["number"]);
            assert!(
                short["number"] == 0 || short.get("state").is_none(),
                "{name}: only the first has a state"
            );
            rebuilt += 1;
        }
        assert_eq!(short.len(), full.len());
    }
    assert!(rebuilt > 300, "{rebuilt} states were rebuilt");
}

/// One more handle with every step, and none closed.
fn leaking(steps: usize) -> String {
    format!("process p\n{}", "p: h = CreateEvent()\n".repeat(steps))
}

#[test]
fn a_run_of_twice_the_length_takes_twice_the_room() {
    let [short, long] = [250, 500].map(|steps| run("leaking", &leaking(steps), false).len());
    assert!(long < short * 21 / 10, "{short} and {long} bytes");
    let full = run("leaking", &leaking(250), true).len();
    assert!(full > short * 10, "{full} bytes in full, {short} without what stays the same");
}
