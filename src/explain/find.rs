//! Which pages does somebody mean who types these words?
//!
//! Capitals do not matter. A call may have one of its Win32 endings (`SetEventW`), an error or a status may be given by its
//! number (`6`, `0xC0000008`), and the kind of thing may stand in front (`error 6`, `type Process`).

use super::page::PageKind;
use super::subject::Subject;
use crate::kernel::CallSpec;
use crate::scenario::literal;
use crate::scenario::suggest;

/// What became of one name.
#[derive(Clone, Debug)]
pub struct Found {
    /// The name, as it was asked for.
    pub asked: String,
    /// What it means; nothing, if it is unknown.
    pub subjects: Vec<Subject>,
    /// Names like it, if it is unknown; for a number, what else stands for it.
    pub alike: Vec<&'static str>,
}

/// What the words mean, name by name.
///
/// ```
/// use handlelab::explain::find;
///
/// let names: Vec<&str> = find(&["SetEventW", "0xC0000008"]).iter().map(|found| found.subjects[0].name()).collect();
/// assert_eq!(names, ["SetEvent", "STATUS_INVALID_HANDLE"]);
/// let unknown = &find(&["SetEvnt"])[0];
/// assert!(unknown.subjects.is_empty() && unknown.alike.contains(&"SetEvent"));
/// ```
pub fn find<S: AsRef<str>>(words: &[S]) -> Vec<Found> {
    let words: Vec<&str> = words.iter().flat_map(|word| word.as_ref().split_whitespace()).collect();
    match words.as_slice() {
        [first, rest @ ..] if !rest.is_empty() => match qualifier(first) {
            Some(kind) => rest.iter().map(|word| one(word, Some(kind))).collect(),
            None => words.iter().map(|word| one(word, None)).collect(),
        },
        _ => words.iter().map(|word| one(word, None)).collect(),
    }
}

fn qualifier(word: &str) -> Option<PageKind> {
    let named = |kind: &&PageKind| kind.qualifiers().iter().any(|found| found.eq_ignore_ascii_case(word));
    PageKind::ALL.iter().find(named).copied()
}

fn one(asked: &str, kind: Option<PageKind>) -> Found {
    let among = || {
        Subject::all().iter().copied().filter(move |subject| kind.is_none_or(|kind| subject.kind() == kind))
    };
    let found = |subjects: Vec<Subject>, alike| Found { asked: asked.to_owned(), subjects, alike };
    let bare = bare(asked);
    let mut subjects: Vec<Subject> = among().filter(|subject| is_called(*subject, bare)).collect();
    // Whoever writes the capitals right means that one first.
    subjects.sort_by_key(|subject| subject.name() != bare);
    if subjects.is_empty() {
        if let Some(number) = number(bare) {
            let (subjects, others) = by_number(number, among());
            return found(subjects, others);
        }
        subjects = among().filter(|subject| is_spelled(*subject, bare)).collect();
    }
    let alike = if subjects.is_empty() { alike(bare, among()) } else { Vec::new() };
    found(subjects, alike)
}

/// The name without what clings to it when it is copied from a text: `SetEvent(hEvent)`, `ERROR_INVALID_HANDLE,`.
fn bare(asked: &str) -> &str {
    if !asked.contains(|c: char| c.is_alphanumeric()) {
        return asked;
    }
    let name = asked.split('(').find(|part| !part.is_empty()).unwrap_or(asked);
    name.trim_matches(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
}

fn is_called(subject: Subject, name: &str) -> bool {
    let names = [Some(subject.name()), subject.other_name()];
    names.into_iter().flatten().any(|found| found.eq_ignore_ascii_case(name))
}

/// Is it the name in one of the other ways to write it: `SetEventW`, `INVALID_HANDLE`, `HL52`?
fn is_spelled(subject: Subject, name: &str) -> bool {
    let own = subject.name();
    match subject.kind() {
        PageKind::Call => {
            let split = name.get(..own.len()).zip(name.get(own.len()..));
            split.is_some_and(|(start, end)| {
                let is_ending = CallSpec::ENDINGS.iter().any(|ending| ending.eq_ignore_ascii_case(end));
                is_ending && start.eq_ignore_ascii_case(own)
            })
        }
        PageKind::Error | PageKind::Status => {
            own.split_once('_').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(name))
        }
        PageKind::Mistake => {
            let digits =
                name.get(2..).filter(|_| name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("HL")));
            digits.and_then(|digits| digits.parse::<u32>().ok())
                == own.get(2..).and_then(|own| own.parse().ok())
        }
        _ => false,
    }
}

/// A number as people write error numbers: decimal, hexadecimal, or negative as programs print an NTSTATUS.
fn number(written: &str) -> Option<u64> {
    match written.strip_prefix('-') {
        Some(digits) => literal::number(digits).ok().map(u64::wrapping_neg),
        None => literal::number(written).ok(),
    }
}

/// What a number means most probably: an error; else a status or an answer; else whatever has this value. And the rest.
fn by_number(number: u64, among: impl Iterator<Item = Subject>) -> (Vec<Subject>, Vec<&'static str>) {
    // Programs print 32 bits with and without their sign.
    let same = |value: u64| value == number || (number >> 32 == 0xFFFF_FFFF && value == number & 0xFFFF_FFFF);
    let mut all: Vec<Subject> = among.filter(|subject| subject.value().is_some_and(same)).collect();
    let likelihood = |subject: &Subject| match subject.kind() {
        PageKind::Error => 0,
        PageKind::Status | PageKind::Constant if !is_flag(*subject) => 1,
        _ => 2,
    };
    all.sort_by_key(likelihood);
    let Some(best) = all.first().map(likelihood) else { return Default::default() };
    let (subjects, others): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|subject| likelihood(subject) == best);
    (subjects, others.into_iter().map(Subject::name).collect())
}

fn is_flag(subject: Subject) -> bool {
    use crate::kernel::constants::Family;
    matches!(subject, Subject::Constant(constant) if matches!(constant.family, Family::Flag(_)))
}

/// No list of suggestions is longer.
const MOST_ALIKE: usize = 8;

/// The names that somebody may have meant: first slips of the pen, then names that have the word in them.
fn alike(word: &str, among: impl Iterator<Item = Subject>) -> Vec<&'static str> {
    let names: Vec<&'static str> = among.map(Subject::name).collect();
    let mut found = suggest::alike(word, names.iter().copied());
    let lower = word.to_lowercase();
    if lower.chars().count() >= 3 {
        let mut inside: Vec<&'static str> =
            names.into_iter().filter(|name| name.to_lowercase().contains(&lower)).collect();
        inside.sort_by_key(|name| name.len());
        found.extend(inside);
    }
    let mut seen: Vec<&'static str> = Vec::new();
    for name in found {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen.truncate(MOST_ALIKE);
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(words: &[&str]) -> Vec<(PageKind, &'static str)> {
        let found = find(words).into_iter().flat_map(|found| found.subjects);
        found.map(|subject| (subject.kind(), subject.name())).collect()
    }

    #[test]
    fn capitals_do_not_matter_but_whoever_writes_them_right_comes_first() {
        assert_eq!(names(&["setevent"]), [(PageKind::Call, "SetEvent")]);
        assert_eq!(names(&["process"]), [(PageKind::Word, "process"), (PageKind::Type, "Process")]);
        assert_eq!(names(&["Process"]), [(PageKind::Type, "Process"), (PageKind::Word, "process")]);
    }

    #[test]
    fn a_call_is_found_with_its_win32_endings_and_with_what_clings_to_it() {
        for written in
            ["SetEventW", "seteventex", "SetEventExA", "SetEvent()", "SetEvent(hEvent)", "`SetEvent`,"]
        {
            assert_eq!(names(&[written]), [(PageKind::Call, "SetEvent")], "{written}");
        }
    }

    #[test]
    fn errors_and_statuses_are_found_by_their_numbers() {
        for words in [&["6"][..], &["0x6"], &["ERROR", "6"], &["ERROR 6"], &["error", "invalid_handle"]] {
            assert_eq!(names(words), [(PageKind::Error, "ERROR_INVALID_HANDLE")], "{words:?}");
        }
        for word in ["0xC0000008", "-1073741816", "0xFFFFFFFFC0000008", "3221225480"] {
            assert_eq!(names(&[word]), [(PageKind::Status, "STATUS_INVALID_HANDLE")], "{word}");
        }
        assert_eq!(
            names(&["INVALID_HANDLE"]),
            [(PageKind::Error, "ERROR_INVALID_HANDLE"), (PageKind::Status, "STATUS_INVALID_HANDLE")]
        );
    }

    #[test]
    fn a_number_that_is_no_error_is_a_status_or_an_answer_or_whatever_has_it() {
        assert_eq!(
            names(&["259"]),
            [(PageKind::Constant, "STILL_ACTIVE"), (PageKind::Status, "STATUS_PENDING")]
        );
        assert!(names(&["0x1F0003"]).contains(&(PageKind::Right, "EVENT_ALL_ACCESS")));
        let five = &find(&["5"])[0];
        assert!(five.alike.contains(&"TRUNCATE_EXISTING"), "{five:?}");
    }

    #[test]
    fn codes_are_found_however_many_zeros_they_have() {
        for word in ["HL052", "hl52", "Hl0052"] {
            assert_eq!(names(&[word]), [(PageKind::Mistake, "HL052")], "{word}");
        }
        assert_eq!(names(&["HLx"]), []);
    }

    #[test]
    fn a_kind_in_front_chooses_and_several_names_are_found_one_by_one() {
        assert_eq!(names(&["type", "process"]), [(PageKind::Type, "Process")]);
        assert_eq!(names(&["option", "reuse"]), [(PageKind::Option, "reuse")]);
        assert_eq!(names(&["check", "handles"]), [(PageKind::Question, "handles")]);
        assert_eq!(names(&["SetEvent", "check"]), [(PageKind::Call, "SetEvent"), (PageKind::Word, "check")]);
    }

    #[test]
    fn signs_are_names_too() {
        for sign in ["=>", "///", "?", "&"] {
            assert_eq!(names(&[sign]), [(PageKind::Word, sign)]);
        }
    }

    #[test]
    fn for_an_unknown_name_those_like_it_are_listed_the_nearest_first() {
        let found = &find(&["CreateMuetx"])[0];
        assert!(found.subjects.is_empty());
        assert_eq!(found.alike[0], "CreateMutex");
        let found = &find(&["duplicate"])[0];
        assert!(
            found.alike.contains(&"DuplicateHandle") && found.alike.contains(&"DUPLICATE_SAME_ACCESS"),
            "{found:?}"
        );
        assert!(find(&["xyzzy"])[0].alike.is_empty());
        let long = "x".repeat(100_000);
        assert!(find(&[long])[0].alike.is_empty());
    }
}
