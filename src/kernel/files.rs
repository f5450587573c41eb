//! Which files are on the disk?
//!
//! One flat directory that starts empty. Names ignore case; a name with a directory in it names nothing, for there are no
//! directories.
//!
//! ```
//! use handlelab::kernel::{Arg, CallSpec, Kernel, Log, Options};
//!
//! let (mut kernel, mut log) = (Kernel::new(Options::default()), Log::quiet());
//! let (_, thread) = kernel.start_process("p", &mut log);
//! for path in ["Log.txt", "LOG.TXT"] {
//!     let [read, everybody, open_always] = [0x8000_0000, 7, 4].map(Arg::Number);
//!     let args = [Arg::Text(path.into()), read, everybody, Arg::Absent, open_always];
//!     kernel.call(thread, CallSpec::find("CreateFile").expect("a call"), &args, &mut log);
//! }
//! let files: Vec<_> = kernel.files().iter().map(|node| (node.path.as_str(), node.opens.len())).collect();
//! assert_eq!(files, [("Log.txt", 2)], "one file, two openings of it");
//! ```

use super::access::AccessMask;
use super::ids::{NodeId, ObjectId};
use super::status::Status;
use super::store::Store;
use super::touched::{Notes, slot_of_name};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// FILE_SHARE_READ
const SHARE_READ: u32 = 1;
/// FILE_SHARE_WRITE
const SHARE_WRITE: u32 = 2;
/// FILE_SHARE_DELETE
pub(crate) const SHARE_DELETE: u32 = 4;

/// The kinds of access that share modes are about, and the share flag that permits each (fact 11.19): reading or
/// executing, writing or appending, deleting.
const SHARED_ACCESS: [(AccessMask, u32); 3] = [
    (AccessMask(0x1 | 0x20), SHARE_READ),
    (AccessMask(0x2 | 0x4), SHARE_WRITE),
    (AccessMask::DELETE, SHARE_DELETE),
];

/// A file's contents and who has it open.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    /// Its name as it was first written.
    pub path: SmolStr,
    /// Its contents.
    pub data: Vec<u8>,
    /// The file objects that have it open.
    pub opens: Vec<Open>,
    /// It goes when the last of them is closed.
    pub delete_pending: bool,
}

/// What a file object reserved when it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Open {
    /// The file object.
    pub object: ObjectId,
    /// What it may do.
    pub access: AccessMask,
    /// What it lets others do.
    pub share: u32,
}

/// The files on the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FileSystem {
    nodes: Store<NodeId, Node>,
    names: BTreeMap<String, NodeId>,
    notes: Notes,
}

impl FileSystem {
    /// The file's contents and who has it open.
    pub fn get(&self, node: NodeId) -> Option<&Node> {
        self.nodes.get(node)
    }

    /// The files that have a name, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &Node> {
        self.notes.read_all();
        self.names.values().filter_map(|node| self.nodes.get(*node))
    }

    /// How a name is looked up, if it can be a file's name.
    pub(crate) fn key(path: &str) -> Result<String, Status> {
        let name = path.strip_prefix(".\\").or_else(|| path.strip_prefix("./")).unwrap_or(path);
        if name.contains(['\\', '/', ':']) {
            return Err(Status::ObjectPathNotFound);
        }
        if name.is_empty() {
            return Err(Status::ObjectPathNotFound);
        }
        if name.contains(['<', '>', '"', '|', '?', '*']) || name.chars().any(char::is_control) {
            return Err(Status::ObjectNameInvalid);
        }
        Ok(name.to_lowercase())
    }

    pub(crate) fn find(&self, key: &str) -> Option<NodeId> {
        self.notes.read(slot_of_name(key));
        self.names.get(key).copied()
    }

    /// The names with the files that they name, in alphabetical order.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&str, NodeId)> {
        self.notes.read_all();
        self.names.iter().map(|(key, node)| (key.as_str(), *node))
    }

    /// Does the file still have its name?
    pub(crate) fn is_named(&self, node: NodeId) -> bool {
        self.notes.read_all();
        self.names.values().any(|named| *named == node)
    }

    pub(crate) fn get_mut(&mut self, node: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(node)
    }

    pub(crate) fn create(&mut self, key: String, path: &str) -> NodeId {
        let node = Node { path: path.into(), data: Vec::new(), opens: Vec::new(), delete_pending: false };
        let id = self.nodes.insert(node);
        self.notes.write(slot_of_name(&key));
        self.names.insert(key, id);
        id
    }

    /// Takes the name away; the file itself stays while it is open.
    pub(crate) fn remove_name(&mut self, node: NodeId) -> Option<SmolStr> {
        let key = self.names.iter().find(|(_, id)| **id == node).map(|(key, _)| key.clone())?;
        self.notes.write(slot_of_name(&key));
        self.names.remove(&key);
        // Whether a file has a name is a part of it.
        self.nodes.get_mut(node).map(|node| node.path.clone())
    }

    pub(crate) fn notes(&self) -> [&Notes; 2] {
        [&self.notes, self.nodes.notes()]
    }

    /// Every file, named or not.
    pub(crate) fn ids(&self) -> impl Iterator<Item = NodeId> {
        self.nodes.glance().map(|(id, _)| id)
    }

    /// Every file, named or not, for whoever notes himself what it depends on.
    pub(crate) fn each_node(&self, mut visit: impl FnMut(NodeId, &Node)) {
        self.nodes.glance().for_each(|(id, node)| visit(id, node));
    }

    /// The same of one file.
    pub(crate) fn peek(&self, node: NodeId) -> Option<&Node> {
        self.nodes.peek(node)
    }

    pub(crate) fn remove(&mut self, node: NodeId) {
        self.nodes.remove(node);
    }
}

impl Node {
    /// May somebody open the file who wants `access` and lets others do `share`? Each side must share what the other does.
    pub(crate) fn can_share(&self, access: AccessMask, share: u32) -> bool {
        self.opens.iter().all(|open| {
            SHARED_ACCESS.iter().all(|(kind, flag)| {
                let i_ask = access.intersects(*kind) && open.share & flag == 0 && matters(open.access);
                let they_have = open.access.intersects(*kind) && share & flag == 0 && matters(access);
                !i_ask && !they_have
            })
        })
    }
}

/// An open that only looks at attributes never conflicts (fact 11.20).
fn matters(access: AccessMask) -> bool {
    SHARED_ACCESS.iter().any(|(kind, _)| access.intersects(*kind))
}
