//! Is a course fit to be given out?
//!
//! Its exercises are checked like all others; here is what makes a course of them.

use super::contents::{self, Course, exercise_file, prediction_file, solution_file};
use super::seat;
use crate::cli::files;
use handlelab::learn::exercise::is_solution;
use handlelab::learn::predict::{Which, questions};
use handlelab::run::history::History;
use handlelab::run::record;
use handlelab::scenario::Document;
use std::fs;
use std::path::Path;

/// Is a folder a course?
pub(in crate::cli) fn is_course(folder: &Path) -> bool {
    folder.join(contents::FILE).is_file()
}

/// What was found in a course.
pub(in crate::cli) struct Found {
    pub(in crate::cli) steps: usize,
    /// What has to be mended.
    pub(in crate::cli) complaints: Vec<String>,
    /// Steps in which there is nothing to predict. That may be meant.
    pub(in crate::cli) without_prediction: Vec<String>,
}

/// Looks at a course; or says why it cannot be read.
pub(in crate::cli) fn check(folder: &Path, width: usize) -> Result<Found, Vec<String>> {
    let course = seat::in_folder(folder, width)?;
    let (mut complaints, mut without_prediction) = (Vec::new(), Vec::new());
    for step in &course.steps {
        let file = prediction_file(&step.name);
        match &step.prediction {
            Some(source) => {
                complaints.extend(of_prediction(source).map(|complaint| format!("{file} {complaint}")))
            }
            None => without_prediction.push(step.name.clone()),
        }
        if step.solution.is_none() {
            complaints.push(format!(
                "{} has no solution: {} is not there.",
                step.name,
                solution_file(&step.name)
            ));
        }
    }
    complaints.extend(
        strangers(folder, &course).into_iter().map(|file| {
            format!("{file} belongs to no step: {} names none that is called so.", contents::FILE)
        }),
    );
    Ok(Found { steps: course.steps.len(), complaints, without_prediction })
}

/// What is wrong with a prediction.
fn of_prediction(source: &str) -> Option<String> {
    let document = match Document::read(source) {
        Ok(document) => document,
        Err(mistakes) => {
            let first = mistakes.first().map(|mistake| mistake.message.clone()).unwrap_or_default();
            return Some(format!("cannot be read: {first}."));
        }
    };
    let (report, trace) = record("", &document);
    if !report.is_good() {
        return Some("does not hold when it runs.".to_owned());
    }
    let asked = questions(&document, &trace, &History::of(&trace), Which::Marked, 0);
    asked.is_empty().then(|| "asks nothing: mark steps with `=> ?`.".to_owned())
}

/// Files that look like a step's and are none's.
fn strangers(folder: &Path, course: &Course) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "hlab"))
        .filter_map(|path| {
            // Further solutions belong to the first one.
            let name = path.file_name()?.to_string_lossy().into_owned();
            let first = name.split_once(".solution-").map(|(step, _)| solution_file(step));
            Some(if is_solution(&path) { first.unwrap_or(name) } else { name })
        })
        .collect();
    files.sort();
    files.dedup();
    let own = |file: &String| {
        course.steps.iter().any(|step| {
            [exercise_file(&step.name), prediction_file(&step.name), solution_file(&step.name)].contains(file)
        })
    };
    files.retain(|file| !own(file));
    files.iter().map(|file| files::shown(Path::new(file))).collect()
}
