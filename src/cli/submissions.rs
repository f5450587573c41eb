//! What was handed in, and by whom?

use super::files;
use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What somebody handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Submission {
    /// The name of the file without its ending; in a folder of folders that of the student's folder.
    pub(super) name: String,
    /// The file, or why there is none.
    pub(super) file: Result<PathBuf, String>,
}

/// A student's folder with more files than this, of which none is called like the exercise, is not searched further.
const MOST_FILES: usize = 20;

/// The submissions that paths mean. A folder has a file for each student, or a folder for each, in which the file is that with
/// the exercise's name, or the only one.
pub(super) fn collect(paths: &[PathBuf], exercise: &Path) -> (Vec<Submission>, Vec<String>) {
    let (mut found, mut complaints) = (Vec::new(), Vec::new());
    for path in paths {
        if !path.is_dir() {
            found.push(Submission { name: name_of(path), file: Ok(path.clone()) });
            continue;
        }
        let before = found.len();
        match entries(path) {
            Ok(entries) => entries.iter().for_each(|entry| of_entry(entry, exercise, &mut found)),
            Err(error) => complaints.push(format!("cannot search {}: {error}", files::shown(path))),
        }
        if found.len() == before {
            complaints.push(format!("no submissions in {}", files::shown(path)));
        }
    }
    tell_apart(&mut found);
    (found, complaints)
}

/// Where several have the same name, each is called by its whole path.
fn tell_apart(found: &mut [Submission]) {
    let mut often: HashMap<String, usize> = HashMap::new();
    for one in found.iter() {
        *often.entry(one.name.to_lowercase()).or_default() += 1;
    }
    for one in found.iter_mut().filter(|one| often[&one.name.to_lowercase()] > 1) {
        one.name = one.file.as_ref().map_or_else(|_| one.name.clone(), |file| files::shown(file));
    }
}

fn of_entry(entry: &Path, exercise: &Path, found: &mut Vec<Submission>) {
    if !entry.is_dir() {
        if is_scenario(entry) {
            found.push(Submission { name: name_of(entry), file: Ok(entry.to_owned()) });
        }
        return;
    }
    let student = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // A link to a folder may lead back to where it stands.
    if entry.is_symlink() || student.starts_with('.') {
        return;
    }
    let (all, _) = files::collect(&[entry.to_owned()]);
    let named = all.iter().find(|file| file.file_name() == exercise.file_name());
    let one = |file| Submission { name: student.clone(), file };
    match (named, all.as_slice()) {
        (Some(file), _) => found.push(one(Ok(file.clone()))),
        (None, []) => found.push(one(Err("Nothing was handed in.".to_owned()))),
        (None, [file]) => found.push(one(Ok(file.clone()))),
        (None, several) if several.len() > MOST_FILES => {
            let wanted = exercise.file_name().unwrap_or_default().to_string_lossy();
            found.push(one(Err(format!("There are {} files, and none is called {wanted}.", several.len()))));
        }
        (None, several) => {
            found.extend(several.iter().map(|file| Submission {
                name: format!("{student}/{}", name_of(file)),
                file: Ok(file.clone()),
            }))
        }
    }
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut entries = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    entries.sort();
    Ok(entries)
}

fn is_scenario(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("hlab"))
}

fn name_of(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

impl Submission {
    /// At most one byte more than `most`: enough to see that it is too large.
    pub(super) fn read(&self, most: usize) -> Result<Vec<u8>, String> {
        let path = self.file.as_ref().map_err(Clone::clone)?;
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => format!("There is no file {}.", files::shown(path)),
            _ => format!("The file {} cannot be read: {error}.", files::shown(path)),
        };
        let mut bytes = Vec::new();
        // A device or a pipe may never end, or never begin.
        if !fs::metadata(path).map_err(failed)?.is_file() {
            return Err(format!("{} is no file.", files::shown(path)));
        }
        // A link may lead to what its author can only name: the solution, or somebody else's work.
        if path.is_symlink() {
            return Err(format!("{} is a link. Hand in the file itself.", files::shown(path)));
        }
        let file = fs::File::open(path).map_err(failed)?;
        file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }
}
