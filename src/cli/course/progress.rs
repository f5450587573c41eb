//! What has somebody done in a course?
//!
//! A small text file says it, a line for each thing done. The lines may stand in any order and more than once, so two copies
//! of the file are merged by keeping the lines of both.

use handlelab::scenario::suggest::closest;
use std::collections::BTreeSet;

/// The name of the file.
pub(super) const FILE: &str = "handlelab-progress.txt";

/// With what the file starts.
pub(super) const BEGINNING: &str = "\
# What you have done in the course, a line for each thing, in any order.
# Two copies of this file are merged by keeping the lines of both.
";

/// The words of the lines, and what they say.
const WORDS: [&str; 7] = ["course", "predicted", "hint", "solved", "shown", "finished", "skipped"];

/// What can be done with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Deed {
    /// Its questions were answered.
    Predicted,
    /// Its hint with this number was shown.
    Hint(usize),
    /// Its exercise was solved.
    Solved,
    /// Its solution was shown before it was solved.
    Shown,
    /// One went on behind it.
    Finished,
    /// One went on without it.
    Skipped,
}

/// What somebody has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// The folder of the course; nothing for the built-in one.
    pub(super) course: Option<String>,
    deeds: BTreeSet<(String, Deed)>,
    /// The lines that a merge has left over between the others. They say nothing.
    pub(super) merge_marks: Vec<usize>,
}

impl Progress {
    /// Reads the file's text; what is wrong with it comes with the lines' numbers.
    pub(super) fn read(text: &str) -> Result<Progress, Vec<(usize, String)>> {
        let (mut progress, mut complaints) = (Progress::default(), Vec::new());
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            if is_merge_mark(line) {
                progress.merge_marks.push(number);
            } else if let Err(complaint) = progress.read_line(line.trim()) {
                complaints.push((number, complaint));
            }
        }
        if complaints.is_empty() { Ok(progress) } else { Err(complaints) }
    }

    fn read_line(&mut self, line: &str) -> Result<(), String> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        if rest.is_empty() && WORDS.contains(&word) {
            return Err(format!("`{word}` of what? A step's name is missing"));
        }
        let deed = match word {
            "course" => return self.read_course(rest),
            "hint" => {
                let (number, step) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                return match number.parse() {
                    Ok(number) if !step.trim().is_empty() => {
                        self.add(step.trim(), Deed::Hint(number));
                        Ok(())
                    }
                    _ => Err("a hint has its number and the step's name: `hint 1 02-closing`".to_owned()),
                };
            }
            "predicted" => Deed::Predicted,
            "solved" => Deed::Solved,
            "shown" => Deed::Shown,
            "finished" => Deed::Finished,
            "skipped" => Deed::Skipped,
            _ => {
                return Err(match closest(word, WORDS) {
                    Some(meant) => format!("`{word}` says nothing here. Did you mean `{meant}`?"),
                    None => {
                        format!("`{word}` says nothing here. A line starts with one of {}", WORDS.join(", "))
                    }
                });
            }
        };
        self.add(rest, deed);
        Ok(())
    }

    fn read_course(&mut self, folder: &str) -> Result<(), String> {
        match self.course.replace(folder.to_owned()) {
            Some(other) if other != folder => {
                Err(format!("another line says that the course is in {other}. Keep the one that is right"))
            }
            _ => Ok(()),
        }
    }

    fn add(&mut self, step: &str, deed: Deed) {
        self.deeds.insert((step.to_owned(), deed));
    }

    /// Has this been done?
    pub(super) fn has(&self, step: &str, deed: Deed) -> bool {
        self.deeds.contains(&(step.to_owned(), deed))
    }

    /// How many hints of a step were shown.
    pub(super) fn hints(&self, step: &str) -> usize {
        let of_step = self.deeds.iter().filter(|(of, _)| of == step);
        let numbers =
            of_step.filter_map(|(_, deed)| if let Deed::Hint(number) = deed { Some(*number) } else { None });
        numbers.max().unwrap_or(0)
    }

    /// Has one gone on behind a step, or without it?
    pub(super) fn is_behind(&self, step: &str) -> bool {
        self.has(step, Deed::Finished) || self.has(step, Deed::Skipped)
    }

    /// The names of all steps that are spoken of.
    pub(super) fn steps(&self) -> impl Iterator<Item = &str> {
        self.deeds.iter().map(|(step, _)| step.as_str())
    }
}

impl Deed {
    /// The line that says so of a step.
    pub(super) fn line(self, step: &str) -> String {
        match self {
            Deed::Predicted => format!("predicted {step}"),
            Deed::Hint(number) => format!("hint {number} {step}"),
            Deed::Solved => format!("solved {step}"),
            Deed::Shown => format!("shown {step}"),
            Deed::Finished => format!("finished {step}"),
            Deed::Skipped => format!("skipped {step}"),
        }
    }
}

/// A text of the file with one more line, without what a merge has left over in it.
pub(super) fn with(text: &str, line: &str) -> String {
    let kept = text.lines().filter(|line| !is_merge_mark(line));
    kept.chain([line]).map(|line| format!("{line}\n")).collect()
}

fn is_merge_mark(line: &str) -> bool {
    let is = |mark: &str| line == mark || line.strip_prefix(mark).is_some_and(|rest| rest.starts_with(' '));
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].into_iter().any(is)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: [&str; 5] = ["course ../ours", "predicted a", "hint 2 a", "  solved\ta ", "# a comment"];

    #[test]
    fn lines_say_the_same_in_any_order_and_when_they_stand_there_twice() {
        let forward = Progress::read(&LINES.join("\n")).unwrap();
        let backward: Vec<&str> = LINES.iter().rev().chain(&LINES).copied().collect();
        assert_eq!(Progress::read(&backward.join("\r\n")), Ok(forward.clone()));
        assert_eq!((forward.course.as_deref(), forward.hints("a")), (Some("../ours"), 2));
        assert!(forward.has("a", Deed::Solved) && !forward.is_behind("a") && !forward.has("b", Deed::Solved));
    }

    #[test]
    fn the_lines_of_both_sides_of_a_merge_count_and_its_marks_go_with_the_next_line() {
        let text = "solved a\n<<<<<<< HEAD\nsolved b\n||||||| base\n=======\nsolved c\n>>>>>>> theirs\n";
        let progress = Progress::read(text).unwrap();
        assert_eq!(progress.merge_marks, [2, 4, 5, 7]);
        assert!(["a", "b", "c"].iter().all(|step| progress.has(step, Deed::Solved)));
        assert_eq!(with(text, &Deed::Hint(1).line("d")), "solved a\nsolved b\nsolved c\nhint 1 d\n");
    }

    #[test]
    fn what_is_written_is_read() {
        for deed in [Deed::Predicted, Deed::Hint(3), Deed::Solved, Deed::Shown, Deed::Finished, Deed::Skipped]
        {
            let progress = Progress::read(&with(BEGINNING, &deed.line("05-names"))).unwrap();
            assert!(progress.has("05-names", deed) && progress.steps().eq(["05-names"]), "{deed:?}");
        }
    }

    #[test]
    fn a_line_that_says_nothing_is_told_with_its_number() {
        for (line, complaint) in [
            ("solvd a", "Did you mean `solved`?"),
            ("what is this", "A line starts with one of"),
            ("solved", "A step's name is missing"),
            ("hint a", "a hint has its number"),
            ("course elsewhere", "another line says that the course is in ../ours"),
        ] {
            let found = Progress::read(&format!("course ../ours\n\n{line}\n")).unwrap_err();
            assert_eq!(found.len(), 1);
            assert!(found[0].0 == 3 && found[0].1.contains(complaint), "{line}: {found:?}");
        }
    }
}
