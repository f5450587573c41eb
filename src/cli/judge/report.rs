//! What does the judge tell of what it heard?

use super::files;
use handlelab::export::compare::{Comparison, Difference};
use handlelab::export::known::{self, Known};
use handlelab::export::record::{Heard, Record};
use handlelab::view::markup::{Markup, Role};
use std::path::Path;

/// Counts what was heard, and writes a line for each file.
pub(super) struct Report<'k> {
    known: &'k [Known],
    quiet: bool,
    of: usize,
    files: usize,
    failed: usize,
    compared: usize,
    not_asked: usize,
    differences: usize,
    stale: usize,
    otherwise: usize,
    record: Record,
}

impl<'k> Report<'k> {
    pub(super) fn new(known: &'k [Known], judge: String, quiet: bool, of: usize) -> Report<'k> {
        let record = Record { judge, ..Record::default() };
        let (files, failed, compared, not_asked, differences, stale, otherwise) = Default::default();
        Report { known, quiet, of, files, failed, compared, not_asked, differences, stale, otherwise, record }
    }

    pub(super) fn opening(&self, workers: usize) -> Markup {
        let mut out = Markup::default();
        let files = if self.of == 1 { "file is" } else { "files are" };
        let text = format!("{} {files} judged by {}, {workers} at a time", self.of, self.record.judge);
        out.push(Role::Faint, text).line();
        out
    }

    /// One line for the file, and two for each answer that differs.
    pub(super) fn file(&mut self, path: &Path, found: Result<Comparison, String>) -> Markup {
        let mut out = Markup::default();
        self.files += 1;
        let (shown, count) = (files::shown(path), format!("{:>3}/{}", self.files, self.of));
        let comparison = match found {
            Ok(comparison) => comparison,
            Err(complaint) => {
                self.failed += 1;
                out.push(Role::Bad, format!("{count} FAILED   {shown}: {complaint}")).line();
                return out;
            }
        };
        let about = |difference: &Difference| known::about(self.known, &shown, difference.step);
        let new = comparison.differences.iter().filter(|difference| about(difference).is_none()).count();
        let expected = comparison.differences.len() - new;
        let stale = self.stale_steps(&shown, &comparison);
        let Comparison { compared, not_asked, .. } = comparison;
        if !self.quiet || new > 0 || !stale.is_empty() {
            let (role, word) = if new > 0 { (Role::Bad, "DIFFERS") } else { (Role::Good, "ok") };
            let more = if expected > 0 { format!(", {expected} known differences") } else { String::new() };
            let counts = format!("{compared} answers compared, {not_asked} not asked{more}");
            out.push(role, format!("{count} {word:<8} {shown} ({counts})")).line();
        }
        for difference in comparison.differences.iter().filter(|one| !self.quiet || about(one).is_none()) {
            self.difference(difference, about(difference), &mut out);
        }
        for (step, known) in &stale {
            let fact = &known.fact;
            let text = format!("  stale: step {step} no longer differs; the table says so for fact {fact}");
            out.push(Role::Bad, text).line();
        }
        self.compared += compared;
        self.not_asked += not_asked;
        self.differences += expected;
        self.failed += usize::from(new > 0);
        self.stale += stale.len();
        self.record.files.insert(known::short(&shown), Heard::of(&comparison));
        out
    }

    fn difference(&self, difference: &Difference, known: Option<&Known>, out: &mut Markup) {
        let (role, note) = match known {
            Some(known) => (Role::Faint, format!("known, fact {}: {}", known.fact, known.about)),
            None if difference.facts.is_empty() => (Role::Strong, String::new()),
            None => (Role::Strong, format!("facts {}", difference.facts)),
        };
        let Difference { step, text, what, simulator, judge, .. } = difference;
        out.push(role, format!("  step {step}: {text}")).line();
        out.push(role, format!("    {what}: simulator {simulator}, judge {judge}  {note}")).line();
    }

    /// Places of the table in this file that do not differ any more.
    fn stale_steps(&self, path: &str, comparison: &Comparison) -> Vec<(usize, &'k Known)> {
        let places = self.known.iter().flat_map(|known| known.steps_in(path).map(move |step| (step, known)));
        let differs = |step: usize| comparison.differences.iter().any(|difference| difference.step == step);
        places.filter(|(step, _)| !differs(*step)).collect()
    }

    /// What was heard now.
    pub(super) fn record(&self) -> Record {
        self.record.clone()
    }

    /// Where the record tells otherwise.
    pub(super) fn hold_against(&mut self, before: &Record) -> Markup {
        let mut out = Markup::default();
        if before.judge != self.record.judge {
            let text = format!("the record is of {}, this is {}", before.judge, self.record.judge);
            out.push(Role::Faint, format!("{text}: they are not held against each other")).line();
            return out;
        }
        for (file, now) in &self.record.files {
            let before = before.files.get(file);
            if before != Some(now) {
                self.otherwise += 1;
                let before = before.map_or("nothing".to_owned(), Heard::in_words);
                let text = format!("{file}: the record tells {before}, heard {}", now.in_words());
                out.push(Role::Bad, text).line();
            }
        }
        out
    }

    /// The last line.
    pub(super) fn total(&self) -> Markup {
        let Report { files, failed, compared, not_asked, differences, stale, otherwise, .. } = self;
        let mut out = Markup::default();
        let role = if self.is_good() { Role::Good } else { Role::Bad };
        let mut text = format!(
            "{files} {}, {compared} answers compared, {not_asked} not asked, {differences} known differences: {failed} failed",
            if *files == 1 { "file" } else { "files" }
        );
        if *stale > 0 {
            text += &format!(", {stale} stale places in the table");
            if !self.is_of_the_table() {
                text += &format!(" (it is about {}: they do not count)", known::JUDGE);
            }
        }
        if *otherwise > 0 {
            text += &format!(", {otherwise} not as on record");
        }
        out.push(role, text).line();
        out
    }

    /// The table is about one version of Wine. Another may have mended some of it.
    fn is_of_the_table(&self) -> bool {
        self.record.judge == known::JUDGE
    }

    /// Is everything as it should be?
    pub(super) fn is_good(&self) -> bool {
        self.failed == 0 && self.otherwise == 0 && (self.stale == 0 || !self.is_of_the_table())
    }
}
