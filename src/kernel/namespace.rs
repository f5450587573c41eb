//! Which object does a name name?
//!
//! Events, mutexes, semaphores, timers, jobs and file mappings share one namespace per session (fact 7.17). Names are
//! case-sensitive for the Win32 calls (fact 7.14).

use super::ids::ObjectId;
use super::status::Status;
use super::touched::{Notes, slot_of_name};
use serde::Serialize;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::fmt;

/// A name in the directory: `Ready` (which is `Local\Ready`) or `Global\Ready`.
///
/// ```
/// use handlelab::kernel::ObjectName;
///
/// let [plain, local, global] = ["Ready", r"Local\Ready", r"Global\Ready"].map(ObjectName::parse);
/// assert_eq!(plain, local, "a name is local");
/// assert_ne!(plain, global);
/// assert!(ObjectName::parse(r"a\b").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ObjectName(SmolStr);

impl ObjectName {
    /// Reads a name as Win32 takes it. Apart from the two prefixes it holds no backslash (facts 7.18 and 7.19).
    pub fn parse(name: &str) -> Result<ObjectName, Status> {
        if name.starts_with('\\') {
            return Err(Status::ObjectPathSyntaxBad);
        }
        let (global, rest) = match (name.strip_prefix("Global\\"), name.strip_prefix("Local\\")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => (false, name),
        };
        if rest.is_empty() || rest.starts_with('\\') {
            return Err(Status::ObjectNameInvalid);
        }
        if rest.contains('\\') {
            return Err(Status::ObjectPathNotFound);
        }
        Ok(ObjectName(if global { name.into() } else { rest.into() }))
    }

    /// The name without a `Local\` in front.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The names of one session.
///
/// ```
/// use handlelab::kernel::{Arg, CallSpec, Kernel, Log, ObjectName, Options};
///
/// let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
/// let (_, thread) = kernel.start_process("p", &mut log);
/// let args = [Arg::Absent, Arg::Absent, Arg::Absent, Arg::Text("Ready".into())];
/// kernel.call(thread, CallSpec::find("CreateEvent").expect("a call"), &args, &mut log);
/// let name = ObjectName::parse("Ready").expect("a name");
/// assert!(kernel.names().find(&name).is_some());
/// kernel.call(thread, CallSpec::find("CloseHandle").expect("a call"), &[Arg::Number(4)], &mut log);
/// assert!(kernel.names().iter().next().is_none(), "the name goes with the last handle");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Directory {
    names: BTreeMap<ObjectName, ObjectId>,
    notes: Notes,
}

impl Directory {
    /// The object with this name.
    pub fn find(&self, name: &ObjectName) -> Option<ObjectId> {
        self.notes.read(slot_of_name(name.as_str()));
        self.names.get(name).copied()
    }

    /// All names, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&ObjectName, ObjectId)> {
        self.notes.read_all();
        self.names.iter().map(|(name, id)| (name, *id))
    }

    pub(crate) fn notes(&self) -> &Notes {
        &self.notes
    }

    pub(crate) fn insert(&mut self, name: ObjectName, id: ObjectId) {
        self.notes.write(slot_of_name(name.as_str()));
        self.names.insert(name, id);
    }

    pub(crate) fn remove(&mut self, name: &ObjectName) {
        self.notes.write(slot_of_name(name.as_str()));
        self.names.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_is_the_default_and_global_is_apart() {
        assert_eq!(ObjectName::parse("Local\\Ready"), ObjectName::parse("Ready"));
        assert_ne!(ObjectName::parse("Global\\Ready"), ObjectName::parse("Ready"));
        assert_ne!(ObjectName::parse("ready"), ObjectName::parse("Ready"));
    }

    #[test]
    fn other_backslashes_name_a_directory_that_is_not_there() {
        assert_eq!(ObjectName::parse("a\\b"), Err(Status::ObjectPathNotFound));
        assert_eq!(ObjectName::parse("Global\\a\\b"), Err(Status::ObjectPathNotFound));
    }

    #[test]
    fn a_path_from_the_root_and_an_empty_component_are_malformed() {
        assert_eq!(ObjectName::parse("\\a"), Err(Status::ObjectPathSyntaxBad));
        assert_eq!(ObjectName::parse("Global\\"), Err(Status::ObjectNameInvalid));
        assert_eq!(ObjectName::parse("Global\\\\a"), Err(Status::ObjectNameInvalid));
    }
}
