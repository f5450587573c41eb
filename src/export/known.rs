//! Where does Wine answer otherwise than Windows?
//!
//! The model follows Windows. Each row of `known.json` is one thing that Wine does not do as Windows does, with the fact that
//! says what Windows does, where that is known from, and every place in the scenarios where it shows.
//!
//! ```
//! use handlelab::export::known;
//!
//! let known = known::all().expect("the table can be read");
//! assert!(!known.is_empty());
//! ```

use serde::Deserialize;
use std::sync::LazyLock;

/// The judge that the table is about, as it calls itself. Another version may have mended some of it.
pub const JUDGE: &str = "wine-8.0";

/// A known difference.
///
/// ```
/// use handlelab::export::known::{about, all, short};
///
/// let known = all()?;
/// let place = &known[0].places[0];
/// let path = format!("course/scenarios/{}", place.file);
/// assert_eq!(short(&path), place.file);
/// let step = known[0].steps_in(&path).next().expect("it shows somewhere");
/// assert!(about(known, &path, step).is_some_and(|row| !row.source.is_empty()));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Known {
    /// The row of the facts.
    pub fact: String,
    /// What Windows does, and what Wine does instead.
    pub about: String,
    /// Where it is known from what Windows does.
    pub source: String,
    /// Where it shows.
    pub places: Vec<Place>,
}

/// Statements of a scenario, counted from 1, whose answers differ.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Place {
    /// The scenario's path below `scenarios`.
    pub file: String,
    /// Where the difference itself shows.
    pub steps: Vec<usize>,
    /// Where it has consequences: another answer before has left another state behind.
    #[serde(default)]
    pub then: Vec<usize>,
}

static ALL: LazyLock<Result<Vec<Known>, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("known.json")).map_err(|error| error.to_string()));

/// Every known difference.
///
/// # Errors
/// The table cannot be read.
pub fn all() -> Result<&'static [Known], &'static str> {
    ALL.as_deref().map_err(String::as_str)
}

/// The row of a table that is about this statement of a file.
pub fn about<'k>(known: &'k [Known], path: &str, step: usize) -> Option<&'k Known> {
    known.iter().find(|known| known.steps_in(path).any(|place| place == step))
}

/// A scenario's path below the folder `scenarios`, if it stands in one.
pub fn short(path: &str) -> String {
    let path = path.replace('\\', "/");
    match path.rsplit_once("scenarios/") {
        Some((_, short)) => short.to_owned(),
        None => path,
    }
}

impl Known {
    /// The statements of a file in which it shows, or has consequences.
    pub fn steps_in(&self, path: &str) -> impl Iterator<Item = usize> + use<'_> {
        let short = short(path);
        let places = self.places.iter().filter(move |place| place.file == short);
        places.flat_map(|place| place.steps.iter().chain(&place.then).copied())
    }
}
