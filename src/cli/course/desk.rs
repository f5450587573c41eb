//! Where does somebody work through a course?
//!
//! In a folder with the exercises, which they edit, and the file of their progress. Nothing that is there already is ever
//! written over.

use super::contents::{Course, exercise_file};
use super::progress::{self, Deed, Progress};
use crate::cli::files;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

/// The folder that is made when none is named.
pub(super) const FOLDER: &str = "handlelab-course";
/// Lets git merge two copies of the progress by itself: the lines of both count.
const GIT_ATTRIBUTES: (&str, &str) = (".gitattributes", "handlelab-progress.txt merge=union\n");
/// No progress is larger.
const LARGEST: u64 = 1 << 20;

/// A folder with exercises, and what has been done there.
pub(super) struct Desk {
    pub(super) folder: PathBuf,
    pub(super) progress: Progress,
}

/// What was laid out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct LaidOut {
    pub(super) written: usize,
    pub(super) kept: usize,
}

/// The desk here: in this folder, in the one that is usually made in it, in the only other one in it that is a desk, or in
/// one above it.
pub(super) fn find() -> Option<PathBuf> {
    let above = std::env::current_dir().map_or(0, |here| here.components().count());
    let mut above = (1..above).map(|steps| (0..steps).map(|_| Component::ParentDir).collect::<PathBuf>());
    let usual = [PathBuf::new(), PathBuf::from(FOLDER)];
    usual
        .into_iter()
        .find(|folder| is_desk(folder))
        .or_else(only_desk_within)
        .or_else(|| above.find(|folder| is_desk(folder)))
}

fn is_desk(folder: &Path) -> bool {
    folder.join(progress::FILE).is_file()
}

/// The one folder in this one that is a desk; nothing, if there are several.
fn only_desk_within() -> Option<PathBuf> {
    let folders = fs::read_dir(".").ok()?.filter_map(|entry| Some(PathBuf::from(entry.ok()?.file_name())));
    let mut desks = folders.filter(|folder| is_desk(folder));
    desks.next().filter(|_| desks.next().is_none())
}

impl Desk {
    /// The desk in a folder, or what is wrong with its progress.
    pub(super) fn open(folder: PathBuf) -> Result<Desk, Vec<String>> {
        let path = folder.join(progress::FILE);
        let shown = files::shown(&path);
        let text = text(&path).map_err(|error| vec![format!("error: cannot read {shown}: {error}")])?;
        let progress = Progress::read(&text).map_err(|complaints| {
            let told = complaints.into_iter().map(|(line, complaint)| format!("{shown}:{line}: {complaint}"));
            let help = "Mend or delete these lines; all others keep what you have done.";
            told.chain([help.to_owned()]).collect::<Vec<String>>()
        })?;
        Ok(Desk { folder, progress })
    }

    /// The file of the progress.
    pub(super) fn progress_file(&self) -> PathBuf {
        self.folder.join(progress::FILE)
    }

    /// The file in which somebody writes the steps of an exercise.
    pub(super) fn exercise(&self, step: &str) -> PathBuf {
        self.folder.join(exercise_file(step))
    }

    /// Writes down that something was done, if that is not known yet.
    pub(super) fn note(&mut self, step: &str, deed: Deed) -> io::Result<()> {
        if self.progress.has(step, deed) {
            return Ok(());
        }
        // Somebody may have written into the file meanwhile, by hand or by the same command in another window.
        let path = self.progress_file();
        let new = progress::with(&text(&path)?, &deed.line(step));
        files::write(&path, &new)?;
        if let Ok(progress) = Progress::read(&new) {
            self.progress = progress;
        }
        Ok(())
    }
}

/// Lays out what is not there yet: the exercises as students get them, and the file of the progress. `from` is the folder of
/// the course, if it is not the built-in one.
pub(super) fn lay_out(folder: &Path, course: &Course, from: Option<&Path>) -> io::Result<LaidOut> {
    if !folder.as_os_str().is_empty() {
        fs::create_dir_all(folder)?;
    }
    let mut laid_out = LaidOut::default();
    for step in &course.steps {
        let is_new = create(&folder.join(exercise_file(&step.name)), &step.handout())?;
        *(if is_new { &mut laid_out.written } else { &mut laid_out.kept }) += 1;
    }
    let mut beginning = progress::BEGINNING.to_owned();
    if let Some(from) = from {
        beginning.push_str(&format!("course {}\n", towards(folder, from)?));
    }
    create(&folder.join(GIT_ATTRIBUTES.0), GIT_ATTRIBUTES.1)?;
    create(&folder.join(progress::FILE), &beginning)?;
    Ok(laid_out)
}

/// Writes a file that is not there yet; tells whether it was so.
fn create(path: &Path, text: &str) -> io::Result<bool> {
    match File::create_new(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

fn text(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::other("it is no text in UTF-8"))
}

/// The way from one folder to another, so that it still leads there when both are moved together.
fn towards(from: &Path, to: &Path) -> io::Result<String> {
    let here = if from.as_os_str().is_empty() { Path::new(".") } else { from };
    let (from, to) = (fs::canonicalize(here)?, fs::canonicalize(to)?);
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (from.components().collect(), to.components().collect());
    let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    if common == 0 {
        return Ok(to.iter().collect::<PathBuf>().display().to_string());
    }
    let up = from[common..].iter().map(|_| "..".to_owned());
    let down = to[common..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    let way: Vec<String> = up.chain(down).collect();
    Ok(if way.is_empty() { ".".to_owned() } else { way.join("/") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_a_course_is_told_from_where_one_works() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("a/desk")).unwrap();
        fs::create_dir_all(path("b/course")).unwrap();
        for (from, to, way) in
            [("a/desk", "b/course", "../../b/course"), ("a", "a/desk", "desk"), ("a", "a", ".")]
        {
            assert_eq!(towards(&path(from), &path(to)).unwrap(), way);
        }
    }

    #[test]
    fn a_desk_is_laid_out_once_and_what_was_done_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let course = super::super::builtin::course().unwrap_or_else(|_| panic!());
        let all = course.steps.len();
        let laid_out = lay_out(folder.path(), &course, None).unwrap();
        assert_eq!(laid_out, LaidOut { written: all, kept: 0 });
        let mut desk = Desk::open(folder.path().to_owned()).unwrap_or_else(|_| panic!());
        desk.note("02-closing", Deed::Solved).unwrap();
        fs::write(desk.exercise("02-closing"), "mine").unwrap();
        fs::remove_file(desk.exercise("03-two-handles")).unwrap();
        assert_eq!(lay_out(folder.path(), &course, None).unwrap(), LaidOut { written: 1, kept: all - 1 });
        assert_eq!(fs::read_to_string(desk.exercise("02-closing")).unwrap(), "mine");
        let again = Desk::open(folder.path().to_owned()).unwrap_or_else(|_| panic!());
        assert!(again.progress.has("02-closing", Deed::Solved) && desk.progress == again.progress);
    }

    #[test]
    fn what_is_noted_keeps_what_somebody_else_wrote_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(progress::FILE);
        fs::write(&path, "solved a").unwrap();
        let mut desk = Desk::open(folder.path().to_owned()).unwrap_or_else(|_| panic!());
        fs::write(&path, "solved a\npredicted b\n").unwrap();
        desk.note("c", Deed::Hint(1)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "solved a\npredicted b\nhint 1 c\n");
        assert!(desk.progress.has("b", Deed::Predicted));
    }
}
