//! Does `handlelab new` start a scenario that runs, and leave alone what is there?

#[path = "common/command.rs"]
mod command;

use command::handlelab;
use std::fs;

#[test]
fn what_it_starts_runs_green_and_is_in_canonical_form() {
    let folder = tempfile::tempdir().unwrap();
    for (name, file) in
        [("first", "first.hlab"), ("second.hlab", "second.hlab"), ("a/b/third", "a/b/third.hlab")]
    {
        let (code, out, err) = handlelab(folder.path(), &["new", name]);
        assert_eq!((code, err.as_str()), (0, ""), "{name}");
        assert_eq!(out, format!("{file} is written. Run it: handlelab run {file}\n"));
        let (code, out, err) = handlelab(folder.path(), &["run", "--quiet", file]);
        assert_eq!(code, 0, "{name}: {out}{err}");
        let (code, out, err) = handlelab(folder.path(), &["fmt", "--check", file]);
        assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""), "{name}");
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(text.contains(&format!("handlelab run {file}\n")), "{text}");
    }
}

#[test]
fn what_is_there_already_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.hlab"), "process mine\n").unwrap();
    for name in ["mine", "mine.hlab", "./mine"] {
        let (code, out, err) = handlelab(folder.path(), &["new", name]);
        assert_eq!((code, out.as_str()), (2, ""), "{name}");
        assert!(err.contains("mine.hlab is there already"), "{err}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("mine.hlab")).unwrap(), "process mine\n");
}

#[test]
fn what_is_no_name_for_a_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["..", "folder/", ".hlab", ""] {
        let (code, _, err) = handlelab(folder.path(), &["new", name]);
        assert_eq!(code, 2, "{name}: {err}");
    }
    fs::write(folder.path().join("file"), "").unwrap();
    let (code, _, err) = handlelab(folder.path(), &["new", "file/below"]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot write") || err.contains("is there already"), "{err}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was made");
}
