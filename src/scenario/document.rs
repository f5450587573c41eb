//! A scenario from its text to its meaning, in one go.

use super::checker;
use super::diagnostic::{Code, Diagnostic};
use super::parser;
use super::program::Program;
use super::tree::Scenario;
use std::collections::HashSet;

/// A scenario that has been read and understood.
///
/// ```
/// use handlelab::scenario::Document;
///
/// let document = Document::read("process p\np: h = CreateEvent() => HANDLE\n").expect("it can be read");
/// assert_eq!(document.program.actors[0].name, "p");
///
/// let mistakes = Document::read("process p\np: CloseHandle(g)\n").expect_err("g has no value");
/// assert_eq!(mistakes[0].code.name(), "HL052");
/// ```
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
    /// Everything that is wrong with it, in the order of the text. Beside lines that cannot be read, only such mistakes are
    /// told as those lines cannot have caused.
    pub fn read(source: impl Into<String>) -> Result<Document, Vec<Diagnostic>> {
        let source = source.into();
        let (tree, mistakes) = parser::parse(&source);
        if !mistakes.is_empty() {
            return Err(with_others(mistakes, &source, &tree));
        }
        let program = checker::check(&tree)?;
        Ok(Document { source, tree, program })
    }
}

/// The lines that cannot be read, and what is wrong with other lines whatever those may say.
fn with_others(mistakes: Vec<Diagnostic>, source: &str, tree: &Scenario) -> Vec<Diagnostic> {
    if mistakes.iter().any(|mistake| mistake.code == Code::TooManyMistakes) {
        return mistakes;
    }
    let Err(others) = checker::check(tree) else { return mistakes };
    let line_of = |mistake: &Diagnostic| {
        source.get(..mistake.span().start as usize).and_then(|before| before.rfind('\n'))
    };
    let unreadable: HashSet<Option<usize>> = mistakes.iter().map(line_of).collect();
    let mut all = mistakes;
    all.extend(
        others.into_iter().filter(|other| {
            !other.code.may_follow_from_another_line() && !unreadable.contains(&line_of(other))
        }),
    );
    all.sort_by_key(|diagnostic| diagnostic.span().start);
    all
}

#[cfg(test)]
mod tests {
    use super::Document;

    fn codes(source: &str) -> Vec<&'static str> {
        let diagnostics = Document::read(source).expect_err("mistakes");
        diagnostics.iter().map(|diagnostic| diagnostic.code.name()).collect()
    }

    #[test]
    fn beside_a_line_that_cannot_be_read_wrong_calls_are_told_too() {
        let source = "process p\np: SetEvnt(4)\np: HANDLE h = CreateEvent()\np: SetEvent()\n";
        assert_eq!(codes(source), ["HL054", "HL014", "HL056"]);
    }

    #[test]
    fn what_a_line_that_cannot_be_read_may_have_given_is_not_missed() {
        let source = "process p\np: HANDLE h = CreateEvent()\np: SetEvent(h)\ncheck handles(p.h) == 1\n";
        assert_eq!(codes(source), ["HL014"]);
    }
}
