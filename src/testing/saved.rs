//! How is a failing case kept, so that it can be read, run and tried again?
//!
//! ```
//! use handlelab::run::{Watch, run};
//! use handlelab::scenario::Document;
//! use handlelab::testing::{saved::save, walk::Walks};
//!
//! let walk = Walks { seed: 2, calls: 6 }.walk(0);
//! let folder = std::env::temp_dir().join("handlelab-kept");
//! let file = save(&folder, "walk-2-0", &walk.text("A walk that was kept"))?;
//! let document = Document::read(std::fs::read_to_string(&file)?).expect("it can be read");
//! assert!(run(&document, Watch::Quietly).is_good());
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), std::io::Error>(())
//! ```

use std::path::{Path, PathBuf};
use std::{fs, io};

/// Saves a scenario as `NAME.hlab` in a folder, which is created if it is not there. What stands in a name that no file
/// should have becomes `_`. Gives the file.
///
/// ```
/// use handlelab::testing::{program::Program, saved::save};
///
/// let program = Program::default();
/// let folder = std::env::temp_dir().join("handlelab-saved");
/// let file = save(&folder, "does nothing", &program.text("A program that does nothing"))?;
/// assert!(file.ends_with("does_nothing.hlab"));
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// If the folder or the file cannot be written.
pub fn save(folder: &Path, name: &str, scenario: &str) -> io::Result<PathBuf> {
    let plain = |letter: char| if letter.is_alphanumeric() || letter == '-' { letter } else { '_' };
    fs::create_dir_all(folder)?;
    let file = folder.join(format!("{}.hlab", name.chars().map(plain).collect::<String>()));
    fs::write(&file, scenario)?;
    Ok(file)
}
