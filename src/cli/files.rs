//! Which files does a path mean, and what is in them?

use super::diagnostics;
use super::terminal::Terminal;
use handlelab::run::record;
use handlelab::run::trace::Trace;
use handlelab::scenario::Document;
use handlelab::scenario::diagnostic::Diagnostic;
use handlelab::scenario::source::{LARGEST, text_of};
use handlelab::view::json::Mistake;
use handlelab::view::markup::visible;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The ending of scenario files.
const ENDING: &str = "hlab";
/// A folder of files that are wrong on purpose; it is entered only when it is named itself.
const BROKEN: &str = "broken";

/// A path as it may be shown: no control character in it comes through.
pub(super) fn shown(path: &Path) -> String {
    visible(&path.display().to_string())
}

/// The files that the paths mean, in alphabetical order within each folder; complaints about those that mean none.
pub(super) fn collect(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<String>) {
    let (mut files, mut complaints) = (Vec::new(), Vec::new());
    for path in paths {
        if path.is_dir() {
            let before = files.len();
            if let Err(error) = search(path, &mut files) {
                complaints.push(format!("cannot search {}: {error}", shown(path)));
            } else if files.len() == before {
                complaints.push(format!("no .{ENDING} files in {}", shown(path)));
            }
        } else {
            files.push(path.clone());
        }
    }
    (files, complaints)
}

fn search(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?;
    entries.sort();
    for path in entries {
        // A link to a folder may lead back to where it stands.
        if path.is_dir() && path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != BROKEN && !name.to_string_lossy().starts_with('.'))
            {
                search(&path, files)?;
            }
        } else if path.extension().is_some_and(|ending| ending == ENDING) {
            files.push(path);
        }
    }
    Ok(())
}

/// A file's text, or what is to be said instead.
pub(super) fn text(path: &Path, terminal: &Terminal) -> Result<String, String> {
    let shown = shown(path);
    let bytes = read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("error: there is no file {shown}"),
        _ => format!("error: cannot read {shown}: {error}"),
    })?;
    match text_of(&bytes) {
        Ok(_) => String::from_utf8(bytes).map_err(|error| format!("error: cannot read {shown}: {error}")),
        Err(diagnostic) => Err(draw(path, "", &[diagnostic], terminal).join("\n\n")),
    }
}

/// The text of a file that need not be there, or why it cannot be read.
pub(super) fn plain_text(path: &Path) -> Result<Option<String>, String> {
    match read(path) {
        Ok(bytes) => match text_of(&bytes) {
            Ok(text) => Ok(Some(text.to_owned())),
            Err(diagnostic) => Err(diagnostic.message),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Reads at most one byte more than a scenario may have: enough to see that it is too large.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Why a file cannot be read as a scenario: drawn for people, and as data.
pub(super) struct Unreadable {
    pub(super) drawn: Vec<String>,
    pub(super) mistakes: Vec<Mistake>,
}

/// A scenario that has been read, or everything that is wrong with it.
pub(super) fn document(path: &Path, terminal: &Terminal) -> Result<Document, Unreadable> {
    let source = text(path, terminal).map_err(|complaint| Unreadable {
        mistakes: vec![Mistake {
            code: None,
            line: 0,
            column: 0,
            message: complaint.clone(),
            help: Vec::new(),
        }],
        drawn: vec![complaint],
    })?;
    Document::read(source.as_str()).map_err(|diagnostics| Unreadable {
        drawn: draw(path, &source, &diagnostics, terminal),
        mistakes: diagnostics.iter().map(|diagnostic| mistake(&source, diagnostic)).collect(),
    })
}

fn mistake(source: &str, diagnostic: &Diagnostic) -> Mistake {
    let (line, column) = diagnostics::place(source, diagnostic.span());
    let (message, help) = (diagnostic.message.clone(), diagnostic.help.clone());
    Mistake { code: Some(diagnostic.code.name()), line, column, message, help }
}

/// The run of a scenario, or nothing when there is none to look at; then the reasons have been told. A mistake that showed
/// only in the run is told too, and what came before it is the run.
pub(super) fn trace(path: &Path, terminal: &mut Terminal) -> io::Result<Option<Trace>> {
    Ok(ran(path, terminal)?.map(|(_, trace)| trace))
}

/// The same with what was read.
pub(super) fn ran(path: &Path, terminal: &mut Terminal) -> io::Result<Option<(Document, Trace)>> {
    let document = match document(path, terminal) {
        Ok(document) => document,
        Err(unreadable) => {
            for complaint in unreadable.drawn {
                terminal.complain(&format!("{complaint}\n"))?;
            }
            return Ok(None);
        }
    };
    let (report, trace) = record(path.display().to_string(), &document);
    if let Some(mistake) = &report.mistake {
        for drawn in draw(path, &document.source, std::slice::from_ref(mistake), terminal) {
            terminal.complain(&format!("{drawn}\n"))?;
        }
    }
    if report.unsolved {
        let path = shown(path);
        terminal.complain(&format!(
            "error: {path} is an exercise that nobody has solved; there is no run to look at"
        ))?;
        return Ok(None);
    }
    Ok(Some((document, trace)))
}

/// Draws diagnostics; the last line says where to read more.
pub(super) fn draw(
    path: &Path,
    source: &str,
    diagnostics: &[Diagnostic],
    terminal: &Terminal,
) -> Vec<String> {
    let path = path.display().to_string();
    let draw = |diagnostic| diagnostics::render(&path, source, diagnostic, terminal.width());
    diagnostics.iter().map(draw).chain([diagnostics::more(diagnostics)]).collect()
}

/// Writes the new text of a file beside it and puts it into its place in one move, so that the file is never half written.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    put(&path, text, Some(permissions))
}

/// Writes a file, whether or not it is there already, in one move.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    if path.exists() { replace(path, text) } else { put(path, text, None) }
}

/// A file beside others, which whoever may read those may read too.
#[cfg(unix)]
fn new_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

#[cfg(not(unix))]
fn new_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::NamedTempFile::new_in(folder)
}

fn put(path: &Path, text: &str, permissions: Option<fs::Permissions>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = new_file(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    if let Some(permissions) = permissions {
        fs::set_permissions(file.path(), permissions)?;
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
