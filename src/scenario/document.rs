//! A scenario from its text to its meaning, in one go.

use super::checker;
use super::diagnostic::Diagnostic;
use super::parser;
use super::program::Program;
use super::tree::Scenario;

/// A scenario that has been read and understood.
#[derive(Clone, Debug)]
pub struct Document {
    /// The text.
    pub source: String,
    /// What it says.
    pub tree: Scenario,
    /// What it means.
    pub program: Program,
}

impl Document {
    /// Reads a text.
    ///
    /// # Errors
    /// Everything that is wrong with it: first what cannot be read, and only if there is nothing of that, what makes no
    /// sense.
    pub fn read(source: impl Into<String>) -> Result<Document, Vec<Diagnostic>> {
        let source = source.into();
        let (tree, mistakes) = parser::parse(&source);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let program = checker::check(&tree)?;
        Ok(Document { source, tree, program })
    }
}
