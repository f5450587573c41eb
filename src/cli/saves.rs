//! Which files have been saved since the last look?
//!
//! By looking again and again, not by asking the system to tell: that works on every disk (network, USB stick, container),
//! and whatever way an editor saves: into the file, by putting another in its place, or by emptying it first.

use super::files;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// A file that is gone is waited for so long: an editor may be putting another in its place.
const PATIENCE: Duration = Duration::from_millis(300);
/// A file that is empty is waited for so long: an editor may be about to write it.
const PATIENCE_WITH_EMPTY_FILES: Duration = Duration::from_millis(50);
/// The times of files on some disks are only as exact as this; what is younger is compared by its contents too.
const COARSEST_TIME: Duration = Duration::from_secs(3);

/// The files that some paths mean, as they were last seen.
pub(super) struct Saves {
    paths: Vec<PathBuf>,
    seen: BTreeMap<PathBuf, Seen>,
}

/// What was found in one look.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Files that are new or were saved, and have come to rest.
    pub(super) saved: Vec<PathBuf>,
    /// Files that are gone.
    pub(super) gone: Vec<PathBuf>,
    /// Something is going on: it is worth looking again soon.
    pub(super) unsettled: bool,
}

/// A file as it was last seen.
#[derive(Default)]
struct Seen {
    /// What was reported last; nothing, if it was gone or never there.
    reported: Option<Stamp>,
    /// What has been seen since, not yet reported, and since when it has been so.
    pending: Option<(Option<Stamp>, Instant)>,
}

/// Two saves of a file have different stamps, unless the disk's times are coarse.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    identity: u64,
    /// Of the contents, for a young file.
    contents: u64,
}

impl Saves {
    /// The files behind `paths` as they are now.
    pub(super) fn of(paths: &[PathBuf]) -> Saves {
        let (present, _) = files::collect(paths);
        let seen = present.into_iter().map(|path| {
            let reported = Stamp::of(&path, None);
            (path, Seen { reported, pending: None })
        });
        Saves { paths: paths.to_vec(), seen: seen.collect() }
    }

    /// Looks at all files.
    pub(super) fn look(&mut self, now: Instant) -> Found {
        let (present, _) = files::collect(&self.paths);
        let known: BTreeSet<PathBuf> = self.seen.keys().cloned().chain(present).collect();
        let mut found = Found::default();
        for path in known {
            let seen = self.seen.entry(path.clone()).or_default();
            let stamp = Stamp::of(&path, seen.reported.as_ref());
            if stamp == seen.reported {
                seen.pending = None;
                continue;
            }
            let since = match &seen.pending {
                Some((pending, since)) if *pending == stamp => *since,
                _ => now,
            };
            seen.pending = Some((stamp.clone(), since));
            let patience = match &stamp {
                None => PATIENCE,
                Some(stamp) if stamp.length == 0 => PATIENCE_WITH_EMPTY_FILES,
                Some(_) => Duration::ZERO,
            };
            // At rest is what two looks found alike.
            let at_rest = since < now && now.duration_since(since) >= patience;
            if !at_rest {
                found.unsettled = true;
                continue;
            }
            match &stamp {
                Some(_) => found.saved.push(path),
                None => found.gone.push(path),
            }
            *seen = Seen { reported: stamp, pending: None };
        }
        found
    }

    /// How many files there are.
    pub(super) fn count(&self) -> usize {
        self.seen.values().filter(|seen| seen.reported.is_some()).count()
    }
}

impl Stamp {
    /// The stamp of a file; nothing, if there is none. `before` is its last one.
    fn of(path: &Path, before: Option<&Stamp>) -> Option<Stamp> {
        let metadata = fs::metadata(path).ok().filter(Metadata::is_file)?;
        let mut stamp = Stamp {
            modified: metadata.modified().ok(),
            length: metadata.len(),
            identity: identity(&metadata),
            contents: 0,
        };
        if stamp.is_young() {
            stamp.contents = contents(path);
        } else if let Some(before) = before {
            // It has grown old, and its contents are not looked at any more.
            stamp.contents = before.contents;
        }
        Some(stamp)
    }

    fn is_young(&self) -> bool {
        let Some(modified) = self.modified else { return true };
        let age = SystemTime::now().duration_since(modified).unwrap_or_else(|ahead| ahead.duration());
        age < COARSEST_TIME
    }
}

fn contents(path: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(&fs::read(path).unwrap_or_default());
    hasher.finish()
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> u64 {
    let created = metadata.created().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    created.map_or(0, |time| time.as_nanos() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder that is watched, and a clock that is moved by hand.
    struct Desk {
        folder: tempfile::TempDir,
        saves: Saves,
        now: Instant,
    }

    impl Desk {
        fn new() -> Desk {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("a.hlab"), "process a\n").unwrap();
            fs::write(folder.path().join("b.hlab"), "process b\n").unwrap();
            let saves = Saves::of(&[folder.path().to_owned()]);
            Desk { folder, saves, now: Instant::now() }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn look(&mut self, later: u64) -> Found {
            self.now += Duration::from_millis(later);
            self.saves.look(self.now)
        }

        /// What two looks find that are shortly after one another.
        fn names_saved(&mut self) -> Vec<String> {
            let mut saved = self.look(10).saved;
            saved.extend(self.look(10).saved);
            saved.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
        }
    }

    #[test]
    fn a_file_that_is_saved_is_found_once_and_the_others_are_not() {
        let mut desk = Desk::new();
        assert_eq!(desk.names_saved(), Vec::<String>::new());
        fs::write(desk.path("b.hlab"), "process c\n").unwrap();
        assert_eq!(desk.names_saved(), ["b.hlab"], "although it is as long as before");
        assert_eq!(desk.names_saved(), Vec::<String>::new());
    }

    #[test]
    fn a_file_that_is_put_in_the_place_of_another_is_found() {
        let mut desk = Desk::new();
        fs::write(desk.path("a.tmp"), "process other\n").unwrap();
        fs::rename(desk.path("a.tmp"), desk.path("a.hlab")).unwrap();
        assert_eq!(desk.names_saved(), ["a.hlab"]);
    }

    #[test]
    fn a_file_that_disappears_for_a_moment_is_not_gone() {
        let mut desk = Desk::new();
        fs::rename(desk.path("a.hlab"), desk.path("a.bak")).unwrap();
        assert!(desk.look(10).unsettled);
        assert_eq!(desk.look(100), Found { unsettled: true, ..Found::default() });
        fs::write(desk.path("a.hlab"), "process again\n").unwrap();
        assert_eq!(desk.names_saved(), ["a.hlab"]);
    }

    #[test]
    fn a_file_that_stays_away_is_gone_and_is_found_when_it_returns() {
        let mut desk = Desk::new();
        fs::remove_file(desk.path("a.hlab")).unwrap();
        assert!(desk.look(10).gone.is_empty());
        assert_eq!(desk.look(400).gone, [desk.path("a.hlab")]);
        assert_eq!(desk.look(400), Found::default(), "and that is said once");
        assert_eq!(desk.saves.count(), 1);
        fs::write(desk.path("a.hlab"), "process a\n").unwrap();
        assert_eq!(desk.names_saved(), ["a.hlab"]);
    }

    #[test]
    fn a_file_that_is_empty_for_a_moment_is_waited_for() {
        let mut desk = Desk::new();
        fs::write(desk.path("a.hlab"), "").unwrap();
        assert_eq!(desk.names_saved(), Vec::<String>::new());
        fs::write(desk.path("a.hlab"), "process full\n").unwrap();
        assert_eq!(desk.names_saved(), ["a.hlab"]);
        fs::write(desk.path("a.hlab"), "").unwrap();
        desk.look(10);
        assert_eq!(
            desk.look(100).saved,
            [desk.path("a.hlab")],
            "but if it stays empty, that is what was saved"
        );
    }

    #[test]
    fn a_file_that_is_new_in_a_folder_is_found_and_one_that_is_no_scenario_is_not() {
        let mut desk = Desk::new();
        fs::create_dir(desk.path("more")).unwrap();
        fs::write(desk.path("more/c.hlab"), "process c\n").unwrap();
        fs::write(desk.path("more/notes.txt"), "no scenario\n").unwrap();
        assert_eq!(desk.names_saved(), ["c.hlab"]);
    }

    #[test]
    fn what_is_still_being_written_is_left_until_it_rests() {
        let mut desk = Desk::new();
        for length in 1..5 {
            fs::write(desk.path("a.hlab"), "x".repeat(length)).unwrap();
            let found = desk.look(10);
            assert!(found.unsettled && found.saved.is_empty());
        }
        assert_eq!(desk.look(10).saved, [desk.path("a.hlab")]);
    }

    #[test]
    fn a_file_that_only_grows_old_has_not_been_saved() {
        let mut desk = Desk::new();
        let old = SystemTime::now() - Duration::from_secs(10);
        fs::File::options().write(true).open(desk.path("a.hlab")).unwrap().set_modified(old).unwrap();
        assert_eq!(desk.names_saved(), ["a.hlab"], "its time was changed");
        assert_eq!(desk.names_saved(), Vec::<String>::new());
    }
}
