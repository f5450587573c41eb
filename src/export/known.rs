//! Where does Wine answer otherwise than Windows?
//!
//! The model follows Windows. Each row of `known.json` is a place in a scenario where Wine does not, with the fact that says
//! what Windows does, and where that is known from.

use serde::Deserialize;
use std::sync::LazyLock;

/// A known difference.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The end of the scenario's path.
    pub file: String,
    /// The statements, counted from 1, whose answers differ.
    pub steps: Vec<usize>,
    /// The row of the facts.
    pub fact: String,
    /// What Windows does, and what Wine does instead.
    pub about: String,
    /// Where it is known from what Windows does.
    pub source: String,
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

impl Known {
    /// Is it about this statement of this file?
    pub fn is_about(&self, path: &str, step: usize) -> bool {
        self.is_of(path) && self.steps.contains(&step)
    }

    /// Is it about this file?
    pub fn is_of(&self, path: &str) -> bool {
        path.replace('\\', "/").ends_with(&self.file)
    }
}
