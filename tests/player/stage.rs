//! What is played, and what a reader ought to see of it?

use crate::browser::Browser;
use handlelab::run::history::History;
use handlelab::run::record;
use handlelab::run::trace::{StepKind, Trace};
use handlelab::scenario::Document;
use handlelab::view::markup::visible;
use handlelab::view::{Run, VIEWS};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const SEEN: &str = include_str!("seen.js");

/// A run with its page on the disk.
pub(crate) struct Play {
    pub(crate) trace: Trace,
    pub(crate) history: History,
    folder: TempDir,
}

impl Play {
    pub(crate) fn of(file: &str, source: &str) -> Play {
        Play::shown_as("html", file, source)
    }

    pub(crate) fn shown_as(view: &str, file: &str, source: &str) -> Play {
        let (_, trace) = record(file, &Document::read(source).unwrap());
        let history = History::of(&trace);
        let moment = history.moment(None);
        let view = VIEWS.iter().find(|found| found.name == view).unwrap();
        let text = (view.render)(&Run { source, trace: &trace, history: &history, moment }).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(format!("play.{}", view.name)), text).unwrap();
        Play { trace, history, folder }
    }

    pub(crate) fn lesson(path: &str) -> Play {
        let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        Play::of(path, &source)
    }

    /// The page or picture.
    pub(crate) fn path(&self) -> PathBuf {
        fs::read_dir(self.folder.path()).unwrap().next().unwrap().unwrap().path()
    }

    pub(crate) fn open(&self, browser: &mut Browser) {
        browser.open(&self.path(), "");
    }

    pub(crate) fn last(&self) -> usize {
        self.trace.steps.len() - 1
    }

    /// What the page must show of the tables and objects at a moment.
    pub(crate) fn expected(&self, moment: usize) -> Value {
        let step = &self.trace.steps[moment];
        let lanes = step.state.processes.iter().map(|process| {
            let rows = process.handles.iter().map(|row| {
                let mut flags = Vec::new();
                flags.extend(row.inherit.then_some("inherit"));
                flags.extend(row.protect_from_close.then_some("protect"));
                let access = if row.access == "0" { "no right at all" } else { &row.access };
                let rights = format!("→ {} · {access}", row.object);
                json!({"handle": row.handle.to_string(), "flags": flags, "rights": rights})
            });
            json!({
                "process": process.object, "name": visible(&process.name), "ended": process.exit_code.is_some(),
                "rows": rows.collect::<Vec<_>>(),
            })
        });
        let objects = step.state.objects.iter().map(|object| {
            json!({
                "object": object.object, "called": visible(&self.history.called(object.object)),
                "handles": object.handle_count, "references": object.pointer_count, "state": visible(&object.state),
            })
        });
        json!({"lanes": lanes.collect::<Vec<_>>(), "objects": objects.collect::<Vec<_>>()})
    }

    /// The page shows this moment, in every part of it.
    pub(crate) fn is_at(&self, moment: usize, browser: &mut Browser) -> Value {
        let seen = look(browser);
        let here = format!("{}, step {moment}", self.trace.file);
        let step = &self.trace.steps[moment];
        assert_eq!(seen["where"], format!("step {moment} of {}", self.last()), "{here}");
        assert_eq!(seen["slider"], moment, "{here}");
        let on_a_line = matches!(step.kind, StepKind::Step | StepKind::Check);
        assert_eq!(seen["line"], if on_a_line { json!([step.line]) } else { json!([]) }, "{here}");
        assert_eq!(seen["missed"].as_array().unwrap().len(), step.failures(), "{here}");
        for (part, expected) in self.expected(moment).as_object().unwrap() {
            // A process whose object goes in this step is shown for the last time.
            let found = seen[part].as_array().unwrap().iter();
            let living = found.filter(|found| {
                let no = found["process"].as_u64();
                no.is_none_or(|no| {
                    step.state.processes.iter().any(|process| u64::from(process.object.0) == no)
                })
            });
            assert_eq!(&living.cloned().collect::<Value>(), expected, "{here}: {part}");
        }
        seen
    }
}

/// What a reader sees now.
pub(crate) fn look(browser: &mut Browser) -> Value {
    browser.evaluate(SEEN)
}

/// All lessons of the project, and the tour.
pub(crate) fn lessons() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("scenarios/lessons"), root.join("scenarios/tour")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "hlab") {
                let path = path.strip_prefix(root).unwrap();
                found.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    assert!(found.len() > 60);
    found
}
