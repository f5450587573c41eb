//! What did the student write between `begin` and `end`?
//!
//! Only that is taken from what was handed in, whatever became of the lines around it. Where a marker is damaged or missing,
//! the exercise's own lines show where the gap must have been.
//!
//! ```
//! use handlelab::learn::gap::Gap;
//! use handlelab::learn::{Exercise, Limits, judge};
//!
//! let text = "exercise\n  task \"Close it.\"\n  goal dead(p.h)\nprocess p\np: h = CreateEvent() => HANDLE\nbegin\np: CloseHandle(h)\nend\n";
//! let exercise = Exercise::read(text).expect("an exercise");
//! let gap = Gap::find("p: CloseHandle(h)\n", &exercise);
//! assert!(judge(&exercise, &gap, &Limits::default()).is_solved());
//! ```

use super::exercise::Exercise;

/// The student's lines.
///
/// ```
/// use handlelab::learn::{Exercise, gap::Gap};
///
/// let text = "exercise\n  goal dead(p.h)\nprocess p\np: h = CreateEvent()\nbegin\nend\n";
/// let exercise = Exercise::read(text).expect("an exercise");
/// let gap = Gap::find(&exercise.with("p: CloseHandle(h)\n").replace("begin\n", ""), &exercise);
/// assert_eq!((gap.text.as_str(), gap.first_line), ("p: CloseHandle(h)\n", 5));
/// assert!(gap.remarks[0].contains("`begin` is missing"), "the student is told what was mended");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gap {
    /// Their text; every line ends with a line's end. As many lines as in the student's file, so that places fit.
    pub text: String,
    /// The line of the student's file in which they start, counted from 1.
    pub first_line: usize,
    /// What had to be mended to find them, in sentences.
    pub remarks: Vec<String>,
}

impl Gap {
    /// Finds the student's lines in what they handed in.
    pub fn find(submission: &str, exercise: &Exercise) -> Gap {
        let lines: Vec<&str> = submission.lines().collect();
        let mut remarks = Vec::new();
        let begins = places(&lines, Marker::Begin, &mut remarks);
        let ends = places(&lines, Marker::End, &mut remarks);
        let start = match begins.first() {
            Some(line) => line + 1,
            None => behind_the_beginning(&lines, exercise),
        };
        let end = match ends.last().filter(|end| **end >= start) {
            Some(line) => *line,
            None => before_the_rest(&lines, start, exercise),
        };
        if begins.is_empty() || ends.last().is_none_or(|end| *end < start) {
            let missing = match (begins.is_empty(), ends.is_empty()) {
                (true, true) => "`begin` and `end` are",
                (true, false) => "`begin` is",
                (false, _) => "`end` is",
            };
            remarks.push(format!(
                "The line {missing} missing where it belongs. {}",
                if end > start {
                    format!("Lines {} to {end} are taken as your steps.", start + 1)
                } else {
                    "No steps of yours were found.".to_owned()
                }
            ));
        }
        if begins.len() > 1 || ends.len() > 1 {
            remarks.push(format!(
                "There is more than one `begin` or `end`. Lines {} to {end}, from the first `begin` to the last `end`, are \
                 taken as your steps.",
                start + 1
            ));
        }
        let mut text = String::new();
        for (index, line) in lines.iter().enumerate().take(end).skip(start) {
            // What is no step of the student's leaves an empty line, so that the others keep their numbers.
            if !begins.contains(&index) && !ends.contains(&index) {
                text.push_str(line);
            }
            text.push('\n');
        }
        Gap { text, first_line: start + 1, remarks }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Marker {
    Begin,
    End,
}

/// Where lines stand that are, or were, this marker.
fn places(lines: &[&str], marker: Marker, remarks: &mut Vec<String>) -> Vec<usize> {
    let word = if marker == Marker::Begin { "begin" } else { "end" };
    let exact: Vec<usize> = (0..lines.len()).filter(|line| code(lines[*line]) == word).collect();
    if !exact.is_empty() {
        return exact;
    }
    let damaged: Vec<usize> = (0..lines.len()).filter(|line| is_damaged(lines[*line], word)).collect();
    if let [line] = damaged[..] {
        remarks.push(format!("Line {} is read as `{word}`; leave that line as it was.", line + 1));
        return damaged;
    }
    Vec::new()
}

/// A line without its comment and the blanks around it.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default().trim().trim_end_matches(';').trim_end()
}

/// `Begin`, `begin:`, `// begin`, `{begin}`: the word alone, whatever stands around it.
fn is_damaged(line: &str, word: &str) -> bool {
    line.trim_matches(|c: char| !c.is_alphanumeric()).eq_ignore_ascii_case(word)
}

/// The line behind the exercise's own lines in front of the gap, as many of them as are still there.
fn behind_the_beginning(lines: &[&str], exercise: &Exercise) -> usize {
    let before = exercise.document.source[..exercise.gap].lines().map(code).filter(|line| !line.is_empty());
    let own: Vec<&str> = before.filter(|line| *line != "begin").collect();
    let is_own = |line: &&str| own.iter().any(|own| same(own, line));
    lines.iter().take_while(|line| code(line).is_empty() || is_own(line)).count()
}

/// The first of the exercise's own lines behind the gap, as many of them as are still there.
fn before_the_rest(lines: &[&str], start: usize, exercise: &Exercise) -> usize {
    let behind = exercise.document.source[exercise.gap..].lines().map(code).filter(|line| !line.is_empty());
    let own: Vec<&str> = behind.filter(|line| *line != "end").collect();
    let is_own = |line: &&&str| code(line).is_empty() || own.iter().any(|own| same(own, line));
    let rest = lines.iter().skip(start).rev().take_while(is_own).count();
    lines.len() - rest
}

/// Are two lines the same but for their layout and comments?
fn same(one: &str, other: &str) -> bool {
    let letters = |line: &'_ str| code(line).chars().filter(|c| !c.is_whitespace()).collect::<String>();
    letters(one) == letters(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXERCISE: &str = "exercise\n  task \"t\"\n  goal dead(p.h)\nprocess p\np: h = CreateEvent()\nbegin\nend\np: g = CreateMutex()\n";

    fn found(submission: &str) -> (String, usize, usize) {
        let exercise = Exercise::read(EXERCISE).unwrap();
        let gap = Gap::find(submission, &exercise);
        (gap.text, gap.first_line, gap.remarks.len())
    }

    #[test]
    fn what_stands_between_begin_and_end_is_taken_and_nothing_else() {
        let submission = "process other\nbegin // mine\np: CloseHandle(h)\n\n  end\np: ExitProcess(0)\n";
        assert_eq!(found(submission), ("p: CloseHandle(h)\n\n".to_owned(), 3, 0));
        assert_eq!(found(EXERCISE), (String::new(), 7, 0));
    }

    #[test]
    fn a_damaged_marker_is_recognised_and_told() {
        for (begin, end) in [("Begin", "end"), ("begin:", "END"), ("// begin", "{end}")] {
            let (text, line, remarks) = found(&format!("x\n{begin}\np: CloseHandle(h)\n{end}\n"));
            assert_eq!((text.as_str(), line), ("p: CloseHandle(h)\n", 3), "{begin}");
            assert!(remarks > 0);
        }
    }

    #[test]
    fn without_markers_the_lines_of_the_exercise_show_the_gap() {
        let whole = EXERCISE.replace("begin\nend\n", "p: CloseHandle(h)\n");
        assert_eq!(found(&whole), ("p: CloseHandle(h)\n".to_owned(), 6, 1));
        assert_eq!(found("p: CloseHandle(h)\n"), ("p: CloseHandle(h)\n".to_owned(), 1, 1));
        let without_end = EXERCISE.replace("end\n", "p: CloseHandle(h)\n");
        assert_eq!(found(&without_end), ("p: CloseHandle(h)\n".to_owned(), 7, 1));
        let without_begin = EXERCISE.replace("begin\n", "p: CloseHandle(h)\n");
        assert_eq!(found(&without_begin), ("p: CloseHandle(h)\n".to_owned(), 6, 1));
    }

    #[test]
    fn a_second_gap_belongs_to_the_first_and_lines_keep_their_numbers() {
        let submission = "begin\np: a = 1\nend\nbegin\np: b = 2\nend\n";
        assert_eq!(found(submission), ("p: a = 1\n\n\np: b = 2\n".to_owned(), 2, 1));
    }

    #[test]
    fn nothing_is_found_in_nothing() {
        assert_eq!(found(""), (String::new(), 1, 1));
        assert_eq!(found("end\nbegin\n").0, "");
    }
}
