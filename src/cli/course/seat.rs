//! Which course is it, and how far has whoever sits there come?

use super::builtin;
use super::contents::{self, Course, Mistake, Step};
use super::desk::{self, Desk};
use super::progress::{self, Deed};
use crate::cli::terminal::Terminal;
use crate::cli::{diagnostics, files};
use handlelab::scenario::suggest::closest;
use std::io;
use std::path::{Path, PathBuf};

/// A course and, if somebody has started it here, their desk.
pub(super) struct Seat {
    pub(super) course: Course,
    /// The course's folder; nothing for the built-in one.
    pub(super) from: Option<PathBuf>,
    pub(super) desk: Option<Desk>,
}

impl Seat {
    /// The seat in the current folder; nothing if something there cannot be read, which is told then.
    pub(super) fn take(from: Option<&Path>, terminal: &mut Terminal) -> io::Result<Option<Seat>> {
        Seat::at(desk::find(), from, terminal)
    }

    /// The seat at a desk.
    pub(super) fn at(
        folder: Option<PathBuf>,
        from: Option<&Path>,
        terminal: &mut Terminal,
    ) -> io::Result<Option<Seat>> {
        let desk = match folder.map(Desk::open).transpose() {
            Ok(desk) => desk,
            Err(complaints) => {
                for complaint in complaints {
                    terminal.complain(&complaint)?;
                }
                return Ok(None);
            }
        };
        let remembered =
            desk.as_ref().and_then(|desk| Some(desk.folder.join(desk.progress.course.as_ref()?)));
        let from = from.map(Path::to_owned).or(remembered);
        let course = match &from {
            Some(folder) => in_folder(folder, terminal.width()),
            None => builtin::course().map_err(|mistakes| {
                drawn("the built-in course", builtin::CONTENTS, &mistakes, terminal.width())
            }),
        };
        let course = match course {
            Ok(course) => course,
            Err(complaints) => {
                for complaint in complaints {
                    terminal.complain(&format!("{complaint}\n"))?;
                }
                return Ok(None);
            }
        };
        let seat = Seat { course, from, desk };
        seat.tell_remarks(terminal)?;
        Ok(Some(seat))
    }

    /// What is odd about the progress, and harmless.
    fn tell_remarks(&self, terminal: &mut Terminal) -> io::Result<()> {
        let Some(desk) = &self.desk else { return Ok(()) };
        let file = files::shown(&desk.progress_file());
        if let Some(line) = desk.progress.merge_marks.first() {
            terminal.complain(&format!(
                "{file}:{line}: a merge has left its marks here. The lines of both sides count; the marks say nothing and may \
                 be deleted."
            ))?;
        }
        let names = || self.course.steps.iter().map(|step| step.name.as_str());
        let mut told: Option<&str> = None;
        for name in desk.progress.steps().filter(|name| !names().any(|own| own == *name)) {
            if told.replace(name) != Some(name) {
                let meant =
                    closest(name, names()).map(|meant| format!(" Did you mean {meant}?")).unwrap_or_default();
                terminal.complain(&format!(
                    "{file}: the course has no step {name}, so that line says nothing.{meant}"
                ))?;
            }
        }
        Ok(())
    }

    /// The first step that is not behind; nothing, if all are.
    pub(super) fn current(&self) -> Option<usize> {
        self.course.steps.iter().position(|step| !self.is_behind(step))
    }

    /// The step that is meant by its number, its name or what is behind the number in its name.
    pub(super) fn find(&self, word: &str) -> Result<usize, String> {
        let steps = &self.course.steps;
        if let Ok(number) = word.parse::<usize>()
            && (1..=steps.len()).contains(&number)
        {
            return Ok(number - 1);
        }
        let word = word.strip_suffix(".hlab").unwrap_or(word);
        let short = |name: &str| name.split_once('-').map_or(name.to_owned(), |(_, short)| short.to_owned());
        let is = |step: &Step| step.name == word || short(&step.name) == word;
        steps.iter().position(is).ok_or_else(|| {
            let names = steps.iter().map(|step| step.name.as_str());
            let shorts: Vec<String> = steps.iter().map(|step| short(&step.name)).collect();
            let meant = closest(word, names.chain(shorts.iter().map(String::as_str)));
            let help = match meant {
                Some(meant) => format!("Did you mean {meant}?"),
                None => format!(
                    "The steps have the numbers 1 to {} and names: handlelab course list",
                    steps.len()
                ),
            };
            format!("error: the course has no step {word}. {help}")
        })
    }

    /// Has this been done?
    pub(super) fn has(&self, step: &Step, deed: Deed) -> bool {
        self.desk.as_ref().is_some_and(|desk| desk.progress.has(&step.name, deed))
    }

    fn is_behind(&self, step: &Step) -> bool {
        self.desk.as_ref().is_some_and(|desk| desk.progress.is_behind(&step.name))
    }

    /// Writes down that something was done, if there is a desk.
    pub(super) fn note(&mut self, step: usize, deed: Deed) -> io::Result<()> {
        match (&mut self.desk, self.course.steps.get(step)) {
            (Some(desk), Some(step)) => desk.note(&step.name, deed).map_err(|error| {
                let path = files::shown(&desk.folder.join(progress::FILE));
                io::Error::new(error.kind(), format!("{path}: {error}"))
            }),
            _ => Ok(()),
        }
    }

    /// A file of the course, as it is shown.
    pub(super) fn shown(&self, file: &str) -> PathBuf {
        self.from.as_ref().map_or_else(|| PathBuf::from(file), |folder| folder.join(file))
    }
}

/// The course in a folder, or what is wrong with its file.
pub(super) fn in_folder(folder: &Path, width: usize) -> Result<Course, Vec<String>> {
    let path = folder.join(contents::FILE);
    let shown = files::shown(&path);
    let text = match files::plain_text(&path) {
        Ok(Some(text)) => text,
        Ok(None) => {
            let folder = files::shown(folder);
            return Err(vec![format!("error: {folder} is no course: it has no file {}", contents::FILE)]);
        }
        Err(why) => return Err(vec![format!("error: cannot read {shown}: {why}")]),
    };
    let beside = |name: &str| files::plain_text(&folder.join(name));
    contents::read(&text, &beside).map_err(|mistakes| drawn(&shown, &text, &mistakes, width))
}

fn drawn(path: &str, text: &str, mistakes: &[Mistake], width: usize) -> Vec<String> {
    let draw = |mistake: &Mistake| {
        diagnostics::in_text(path, text, mistake.span.clone(), &mistake.message, &mistake.help, width)
    };
    mistakes.iter().map(draw).collect()
}
