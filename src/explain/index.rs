//! Which names can be looked up?

use super::call;
use super::page::PageKind;
use super::subject::Subject;
use crate::kernel::ObjectType;
use serde::Serialize;

/// Names that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// What they have in common.
    pub title: String,
    /// What each of them is.
    pub kind: PageKind,
    /// The names.
    pub names: Vec<&'static str>,
}

/// Every name that has a page, in groups, those that a beginner needs first at the top.
///
/// ```
/// use handlelab::explain::index;
///
/// let groups = index();
/// let events = groups.iter().find(|group| group.title == "Calls of Event").expect("a group");
/// assert!(events.names.contains(&"SetEvent") && !events.names.contains(&"CloseHandle"));
/// ```
pub fn index() -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for &kind in PageKind::ALL {
        for subject in Subject::all().iter().filter(|subject| subject.kind() == kind) {
            let title = title(*subject);
            match groups.iter_mut().find(|group| group.title == title) {
                Some(group) if group.names.contains(&subject.name()) => {}
                Some(group) => group.names.push(subject.name()),
                None => groups.push(Group { title, kind, names: vec![subject.name()] }),
            }
        }
    }
    groups
}

fn title(subject: Subject) -> String {
    let general = match subject {
        Subject::Call(spec) => return calls_of(call::type_of(spec)),
        Subject::Right(_, Some(of)) => return format!("Rights of {}", of.win32()),
        Subject::Right(_, None) => "Rights of every type, and wishes that become rights",
        Subject::Keyword(_) => "Words that start a line",
        Subject::Sign(_) => "Signs and words inside a line",
        Subject::Type(_) => "Types of objects",
        Subject::Question(_) => "Questions of the kernel's eye, for check",
        Subject::Option(_) => "Options: where versions of Windows differ",
        Subject::Constant(_) => "Flags, answers and other constants",
        Subject::Error(..) => "Errors",
        Subject::Status(_) => "What the kernel says itself",
        Subject::Mistake(_) => "Mistakes in a file",
        Subject::Misuse(_) => "Misuses of handles, which run --warn tells",
    };
    general.to_owned()
}

fn calls_of(of: Option<ObjectType>) -> String {
    of.map_or("Calls for handles of every type".to_owned(), |of| format!("Calls of {}", of.win32()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_has_every_name_and_each_once_in_its_group() {
        let groups = index();
        for subject in Subject::all() {
            let name = subject.name();
            assert!(
                groups.iter().any(|group| group.kind == subject.kind() && group.names.contains(&name)),
                "{name}"
            );
        }
        for Group { title, names, .. } in &groups {
            for (i, name) in names.iter().enumerate() {
                assert!(!names[..i].contains(name), "{name} stands twice under {title}");
            }
        }
    }
}
