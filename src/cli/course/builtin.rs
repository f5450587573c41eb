//! Which course does everybody have?
//!
//! The one in scenarios/course, carried inside the command.

use super::contents::{Course, Mistake, read};

/// The text of its TOML file.
pub(super) const CONTENTS: &str = include_str!("../../../scenarios/course/course.toml");

/// Files of the course by their names.
macro_rules! files {
    ($($name:literal,)*) => {
        &[$(
            (concat!($name, ".hlab"), include_str!(concat!("../../../scenarios/course/", $name, ".hlab"))),
            (
                concat!($name, ".predict.hlab"),
                include_str!(concat!("../../../scenarios/course/", $name, ".predict.hlab")),
            ),
            (
                concat!($name, ".solution.hlab"),
                include_str!(concat!("../../../scenarios/course/", $name, ".solution.hlab")),
            ),
        )*]
    };
}

const FILES: &[(&str, &str)] = files! {
    "01-one-object",
    "02-closing",
    "03-two-handles",
    "04-values-come-again",
    "05-names",
    "06-the-name-goes-first",
    "07-rights",
    "08-generic-rights",
    "09-waiting",
    "10-mutex",
    "11-abandoned",
    "12-semaphore",
    "13-processes",
    "14-has-it-ended",
    "15-zombies",
    "16-duplicate",
    "17-same-access",
    "18-into-the-child",
    "19-fetching",
    "20-three-processes",
    "21-closing-the-source",
    "22-pseudohandles",
    "23-inheritance",
    "24-the-flag",
    "25-told-values",
    "26-protected",
    "27-end-of-a-pipe",
    "28-redirected",
    "29-handle-list",
    "30-views",
    "31-jobs",
    "32-closed-twice",
    "33-the-race",
};

/// Reads it; a test holds that nothing in it is wrong.
pub(super) fn course() -> Result<Course, Vec<Mistake>> {
    read(CONTENTS, &|name| {
        Ok(FILES.iter().find(|(file, _)| *file == name).map(|(_, text)| (*text).to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_course_inside_the_command_has_every_step_with_its_three_files() {
        let course = course().unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        assert_eq!(FILES.len(), course.steps.len() * 3);
        assert!(course.steps.len() >= 30);
        assert!(course.steps.iter().all(|step| step.prediction.is_some() && step.solution.is_some()));
    }
}
