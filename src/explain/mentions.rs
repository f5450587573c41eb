//! Which names does a text of a table mention?
//!
//! Texts speak of calls, rights, flags and errors by their full names. That is how pages find each other where no column of a
//! table says so: a parameter whose text says "needs PROCESS_DUP_HANDLE" needs it.

use super::page::PageKind;
use super::subject::Subject;
use crate::kernel::calls::CallSpec;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a text can mention. English has the words of the language too, and speaks of TRUE and NULL all the time.
static BY_NAME: LazyLock<HashMap<&'static str, Subject>> = LazyLock::new(|| {
    let all = Subject::all().iter().copied();
    let names = all.filter(|subject| match subject.kind() {
        PageKind::Call | PageKind::Right | PageKind::Error | PageKind::Status => true,
        PageKind::Constant => subject.name().contains('_'),
        _ => false,
    });
    names.map(|subject| (subject.name(), subject)).collect()
});

/// What the text mentions, in its order, each once.
pub(super) fn mentioned(text: &str) -> Vec<Subject> {
    let mut found: Vec<Subject> = Vec::new();
    for subject in words(text).filter_map(|word| BY_NAME.get(word)) {
        if !found.iter().any(|other| other.name() == subject.name()) {
            found.push(*subject);
        }
    }
    found
}

/// Does the text mention the name?
pub(super) fn mentions(text: &str, name: &str) -> bool {
    words(text).any(|word| word == name)
}

/// All that the table says of a call.
pub(super) fn texts_of(spec: &'static CallSpec) -> impl Iterator<Item = &'static str> {
    let params = spec.params.iter().map(|param| param.about);
    let fails = spec.fails.iter().map(|(_, why)| *why);
    std::iter::once(spec.about).chain(params).chain(fails)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&'static str> {
        mentioned(text).into_iter().map(Subject::name).collect()
    }

    #[test]
    fn full_names_are_found_and_each_once() {
        assert_eq!(
            names("needs SYNCHRONIZE (SYNCHRONIZE!), see CloseHandle"),
            ["SYNCHRONIZE", "CloseHandle"]
        );
    }

    #[test]
    fn english_words_and_parts_of_names_are_no_names() {
        assert_eq!(names("the process ends; TRUE: check its type, NULL, MY_SYNCHRONIZE"), Vec::<&str>::new());
    }
}
