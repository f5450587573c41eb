//! What is in a course?
//!
//! Its steps in their order, as one TOML file says it, each with a text, an exercise, and mostly a prediction and a solution in
//! files beside it.

use handlelab::learn::Exercise;
use handlelab::scenario::parser;
use handlelab::scenario::suggest::closest;
use handlelab::scenario::tree::ItemKind;
use serde::Deserialize;
use std::collections::HashSet;
use std::ops::Range;
use toml::Spanned;

/// The file that makes a folder a course.
pub(in crate::cli) const FILE: &str = "course.toml";

/// A course.
pub(super) struct Course {
    pub(super) title: String,
    pub(super) about: String,
    pub(super) steps: Vec<Step>,
}

/// A step of it.
pub(super) struct Step {
    /// Its files' name, without what is behind the first dot.
    pub(super) name: String,
    /// The title of its exercise.
    pub(super) title: String,
    /// What is to be read first.
    pub(super) text: String,
    /// The exercise as the instructor has it.
    pub(super) exercise: String,
    /// A scenario with `=> ?` where something is to be predicted.
    pub(super) prediction: Option<String>,
    /// A solution of the exercise.
    pub(super) solution: Option<String>,
}

impl Step {
    /// The exercise as students get it. What cannot be read stays as it is.
    pub(super) fn handout(&self) -> String {
        Exercise::read(&self.exercise).map_or_else(|_| self.exercise.clone(), |exercise| exercise.handout())
    }
}

/// Something in the TOML file that has to be mended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    /// Its bytes.
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
}

/// A file beside the TOML file, by its name: its text; nothing, if it is not there; or why it cannot be read.
pub(super) type Beside<'b> = dyn Fn(&str) -> Result<Option<String>, String> + 'b;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    title: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    step: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: Spanned<String>,
    text: Spanned<String>,
}

/// The three files of a step.
pub(super) fn exercise_file(name: &str) -> String {
    format!("{name}.hlab")
}

pub(super) fn prediction_file(name: &str) -> String {
    format!("{name}.predict.hlab")
}

pub(super) fn solution_file(name: &str) -> String {
    format!("{name}.solution.hlab")
}

/// Reads a course.
pub(super) fn read(contents: &str, beside: &Beside<'_>) -> Result<Course, Vec<Mistake>> {
    let rows: Contents = toml::from_str(contents).map_err(|error| vec![unreadable(&error)])?;
    let mut reading = Reading { beside, taken: HashSet::new(), mistakes: Vec::new() };
    if rows.step.is_empty() {
        let first_line = 0..contents.lines().next().unwrap_or_default().len();
        reading.complain(
            first_line,
            "the course has no step",
            "Write `[[step]]`, and below it its `name` and its `text`.",
        );
    }
    let steps: Vec<Step> = rows.step.into_iter().filter_map(|row| reading.step(row)).collect();
    if reading.mistakes.is_empty() {
        Ok(Course { title: rows.title, about: rows.about, steps })
    } else {
        Err(reading.mistakes)
    }
}

fn unreadable(error: &toml::de::Error) -> Mistake {
    let message = error.message().lines().next().unwrap_or("this is no TOML").to_owned();
    let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
    let meant = unknown.and_then(|(name, _)| closest(name, ["title", "about", "step", "name", "text"]));
    let help = match meant {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => "A course has a `title`, and for each step `[[step]]`, a `name` and a `text`.".to_owned(),
    };
    Mistake { span: error.span().unwrap_or_default(), message, help }
}

/// What is known while the steps are read.
struct Reading<'r> {
    beside: &'r Beside<'r>,
    /// The names so far in small letters, as some disks see them.
    taken: HashSet<String>,
    mistakes: Vec<Mistake>,
}

impl Reading<'_> {
    fn complain(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.mistakes.push(Mistake { span, message: message.into(), help: help.into() });
    }

    fn step(&mut self, row: Row) -> Option<Step> {
        if row.text.get_ref().trim().is_empty() {
            self.complain(
                row.text.span(),
                "the step has no text",
                "Say in a few sentences what the step is about.",
            );
        }
        let (span, name) = (row.name.span(), row.name.into_inner());
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') {
            self.complain(
                span,
                format!("`{name}` cannot be the name of a step"),
                "A name has letters, digits, - and _; the exercise's file is called so, with `.hlab` behind it.",
            );
            return None;
        }
        if !self.taken.insert(name.to_lowercase()) {
            self.complain(
                span,
                format!("another step is called `{name}` too"),
                "Give each step a name of its own, not only in other letter case.",
            );
            return None;
        }
        let prediction = self.file(prediction_file(&name), &span);
        let solution = self.file(solution_file(&name), &span);
        let said = self.mistakes.len();
        let Some(exercise) = self.file(exercise_file(&name), &span) else {
            if self.mistakes.len() == said {
                self.complain(
                    span,
                    format!("there is no file {} beside {FILE}", exercise_file(&name)),
                    "A step is named like the file of its exercise, without `.hlab`.",
                );
            }
            return None;
        };
        let title = title(&exercise).unwrap_or_else(|| name.clone());
        Some(Step { name, title, text: row.text.into_inner(), exercise, prediction, solution })
    }

    fn file(&mut self, name: String, span: &Range<usize>) -> Option<String> {
        match (self.beside)(&name) {
            Ok(text) => text,
            Err(why) => {
                self.complain(span.clone(), format!("{name} cannot be read: {why}"), "Write the file anew.");
                None
            }
        }
    }
}

/// The title of a scenario.
fn title(source: &str) -> Option<String> {
    let (tree, _) = parser::parse(source);
    tree.items.into_iter().find_map(|item| match item.kind {
        ItemKind::Title(title) => Some(title.value),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a course whose folder has the files `a.hlab` and `b.hlab`, each with the part of the text it is about.
    fn wrong(contents: &str) -> Vec<(String, String)> {
        let beside = |name: &str| match name {
            "a.hlab" | "b.hlab" => Ok(Some("title \"A\"\n".to_owned())),
            "bad.hlab" => Err("it is no text".to_owned()),
            _ => Ok(None),
        };
        let mistakes = read(contents, &beside).err().unwrap_or_default();
        mistakes.into_iter().map(|mistake| (contents[mistake.span].to_owned(), mistake.message)).collect()
    }

    #[test]
    fn a_course_has_its_steps_in_their_order_with_the_titles_of_the_exercises() {
        let toml =
            "title = \"T\"\n[[step]]\nname = \"b\"\ntext = \"x\"\n[[step]]\nname = \"a\"\ntext = \"y\"\n";
        let beside = |name: &str| Ok((name != "a.predict.hlab").then(|| format!("title \"of {name}\"\n")));
        let course = read(toml, &beside).unwrap_or_else(|_| panic!());
        let steps: Vec<(&str, &str, bool)> = course
            .steps
            .iter()
            .map(|step| (step.name.as_str(), step.title.as_str(), step.prediction.is_some()))
            .collect();
        assert_eq!(steps, [("b", "of b.hlab", true), ("a", "of a.hlab", false)]);
    }

    #[test]
    fn what_is_wrong_is_told_where_it_stands() {
        for (contents, at, message) in [
            ("title = \"T\n", "", "invalid basic string"),
            ("title = \"T\"\n", "title = \"T\"", "the course has no step"),
            ("titel = \"T\"\n", "titel", "unknown field `titel`"),
            ("title = 3\n", "3", "invalid type: integer `3`, expected a string"),
            ("title = \"T\"\n[[step]]\nname = \"a\"\n", "[[step]]", "missing field `text`"),
            ("title = \"T\"\n[[step]]\nname = \"../a\"\ntext = \"x\"\n", "\"../a\"", "cannot be the name"),
            ("title = \"T\"\n[[step]]\nname = \"c\"\ntext = \"x\"\n", "\"c\"", "there is no file c.hlab"),
            (
                "title = \"T\"\n[[step]]\nname = \"bad\"\ntext = \"x\"\n",
                "\"bad\"",
                "bad.hlab cannot be read: it is no text",
            ),
            ("title = \"T\"\n[[step]]\nname = \"a\"\ntext = \" \"\n", "\" \"", "the step has no text"),
        ] {
            let found = wrong(contents);
            assert_eq!(found.len(), 1, "{contents}: {found:?}");
            assert!(found[0].0.contains(at) && found[0].1.contains(message), "{contents}: {found:?}");
        }
    }

    #[test]
    fn two_steps_of_one_name_are_told() {
        let step = "[[step]]\nname = \"a\"\ntext = \"x\"\n";
        let other = step.replace("\"a\"", "\"A\"");
        let found = wrong(&format!("title = \"T\"\n{step}{other}"));
        assert_eq!(found, [("\"A\"".to_owned(), "another step is called `A` too".to_owned())]);
    }
}
