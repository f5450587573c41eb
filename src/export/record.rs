//! What did a real system answer when it was last asked?
//!
//! The record is kept beside the scenarios, so that what is told of them can be checked where no judge is at hand.
//!
//! ```
//! use handlelab::export::record::{Heard, Record};
//!
//! let old = Record::read(r#"{"judge": "wine-8.0", "files": {"a.hlab": {"compared": 12}}}"#)?;
//! let heard = Heard { compared: 12, not_asked: 3, differs: vec![4, 5] };
//! assert_eq!(heard.in_words(), "12 compared, 3 not asked, different in step 4, 5");
//! let later = Record { judge: "wine-9.0".to_owned(), files: [("a.hlab".to_owned(), heard)].into() };
//! assert_eq!(Record::read(&old.with(&later).text()), Ok(later), "what was heard last counts");
//! # Ok::<(), String>(())
//! ```

use super::compare::Comparison;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a judge answered, file by file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The judge, as it calls itself.
    pub judge: String,
    /// What was heard of each scenario, by its path below `scenarios`.
    pub files: BTreeMap<String, Heard>,
}

/// What was heard of one scenario.
///
/// ```
/// use handlelab::export::{compare::compare, record::Heard};
/// use handlelab::scenario::Document;
///
/// let document = Document::read("process p\np: CreateEvent() => HANDLE\n").expect("it can be read");
/// let heard = Heard::of(&compare(&document, ""));
/// assert_eq!(heard.in_words(), "2 compared, 0 not asked, different in step 1");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heard {
    /// How many answers, out values and checks were compared.
    pub compared: usize,
    /// How many statements could not be asked.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub not_asked: usize,
    /// The statements, counted from 1, in which something differed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differs: Vec<usize>,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Record {
    /// Reads a record.
    ///
    /// # Errors
    /// It is no record.
    pub fn read(text: &str) -> Result<Record, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// This record with what was heard later.
    #[must_use]
    pub fn with(&self, later: &Record) -> Record {
        let mut both = self.clone();
        both.judge.clone_from(&later.judge);
        both.files.extend(later.files.clone());
        both
    }

    /// The record as text, one line for each file, so that a difference between two can be read.
    pub fn text(&self) -> String {
        let quoted = |value: &str| serde_json::Value::from(value).to_string();
        let lines: Vec<String> = self
            .files
            .iter()
            .map(|(file, heard)| {
                let heard = serde_json::to_string(heard).unwrap_or_default();
                format!("    {}: {heard}", quoted(file))
            })
            .collect();
        format!(
            "{{\n  \"judge\": {},\n  \"files\": {{\n{}\n  }}\n}}\n",
            quoted(&self.judge),
            lines.join(",\n")
        )
    }
}

impl Heard {
    /// What a comparison found.
    pub fn of(comparison: &Comparison) -> Heard {
        let mut differs: Vec<usize> =
            comparison.differences.iter().map(|difference| difference.step).collect();
        differs.dedup();
        Heard { compared: comparison.compared, not_asked: comparison.not_asked, differs }
    }

    /// `12 compared, 3 not asked, different in step 4, 5`.
    pub fn in_words(&self) -> String {
        let mut words = format!("{} compared, {} not asked", self.compared, self.not_asked);
        if !self.differs.is_empty() {
            let steps: Vec<String> = self.differs.iter().map(ToString::to_string).collect();
            words += &format!(", different in step {}", steps.join(", "));
        }
        words
    }
}
