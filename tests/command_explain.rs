//! Does `handlelab explain` answer a beginner, whatever is typed?

#[path = "common/command.rs"]
mod command;

use command::handlelab;
use std::path::Path;

fn explain(args: &[&str]) -> (i32, String, String) {
    handlelab(Path::new("."), &[&["explain"], args].concat())
}

/// The value of a key, wherever it is in the object.
fn json(args: &[&str]) -> (i32, serde_json::Value) {
    let (code, out, err) = explain(&[&["--format", "json"], args].concat());
    assert_eq!(err, "");
    (code, serde_json::from_str(&out).unwrap())
}

#[test]
fn a_call_is_explained() {
    let (code, out, err) = explain(&["SetEvent"]);
    assert_eq!((code, err.as_str()), (0, ""));
    for text in [
        "SetEvent  a call\n",
        "    SetEvent(hEvent)\n",
        "a handle to an Event, with EVENT_MODIFY_STATE",
        "ERROR_INVALID_HANDLE  hEvent is a handle to something else than an Event\n",
        "STATUS_OBJECT_TYPE_MISMATCH",
        "ERROR_ACCESS_DENIED   the handle hEvent was not granted EVENT_MODIFY_STATE\n",
        "    p: SetEvent(h)  => TRUE\n",
        "ResetEvent",
    ] {
        assert!(out.contains(text), "{text}\n{out}");
    }
}

#[test]
fn the_index_stands_in_columns_and_leads_on() {
    let (code, out, _) = explain(&[]);
    assert_eq!(code, 0);
    assert!(out.contains("\nCalls of Event\n  CreateEvent  OpenEvent"), "{out}");
    assert!(out.ends_with("handlelab explain NAME tells more about each of them.\n"), "{out}");
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
    assert!(out.lines().count() < 300, "{}", out.lines().count());
}

#[test]
fn names_are_found_as_people_write_them() {
    for (words, first_line) in [
        (&["seteventw"][..], "SetEvent  a call"),
        (&["ERROR", "6"], "ERROR_INVALID_HANDLE = 6  an error"),
        (&["0x6"], "ERROR_INVALID_HANDLE = 6  an error"),
        (&["-1073741816"], "STATUS_INVALID_HANDLE = 0xC0000008  an NTSTATUS"),
        (&["check"], "check  a word or sign of the language"),
        (&["=>"], "=>  a word or sign of the language"),
        (&["hl52"], "HL052  a mistake in a file"),
        (&["Mutant"], "Mutex  a type of objects"),
        (&["MUTEX_MODIFY_STATE"], "MUTANT_QUERY_STATE = 0x1  an access right"),
    ] {
        let (code, out, err) = explain(words);
        assert_eq!((code, out.lines().next()), (0, Some(first_line)), "{words:?} {err}");
    }
}

#[test]
fn an_unknown_name_ends_with_2_and_with_those_like_it() {
    let (code, out, err) = explain(&["SetEvnt"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(err, "error: nothing is called `SetEvnt` here\n  Did you mean SetEvent or ResetEvent?\n");
    let (code, _, err) = explain(&["xyzzy\u{1b}[31m"]);
    assert_eq!(code, 2);
    assert!(err.contains("lists everything") && !err.contains('\u{1b}'), "{err}");
    let (code, out, err) = explain(&["SetEvent", "nothing"]);
    assert_eq!(code, 2, "one of two is unknown");
    assert!(out.contains("SetEvent  a call") && err.contains("`nothing`"), "{out}{err}");
}

#[test]
fn programs_get_one_json_object() {
    let (code, found) = json(&["CloseHandle", "ERROR_INVALID_HANDLE"]);
    assert_eq!((code, &found["format"], &found["version"]), (0, &"handlelab explain".into(), &1.into()));
    let [call, error] = found["pages"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!(
        (&call["name"], &call["kind"], &call["value"]),
        (&"CloseHandle".into(), &"call".into(), &().into())
    );
    assert_eq!((&error["kind"], &error["value"]), (&"error".into(), &"0x6".into()));
    let blocks = call["sections"][0]["blocks"].as_array().unwrap();
    assert_eq!((&blocks[0]["kind"], &blocks[0]["text"]), (&"code".into(), &"CloseHandle(hObject)\n".into()));

    let (code, found) = json(&["SetEvnt"]);
    assert_eq!((code, &found["pages"]), (2, &serde_json::json!([])));
    assert_eq!(
        found["unknown"],
        serde_json::json!([{"asked": "SetEvnt", "alike": ["SetEvent", "ResetEvent"]}])
    );

    let (code, found) = json(&[]);
    assert_eq!((code, &found["pages"]), (0, &serde_json::json!([])));
    let groups = found["groups"].as_array().unwrap();
    let events = groups.iter().find(|group| group["title"] == "Calls of Event").unwrap();
    assert_eq!((&events["kind"], &events["names"][0]), (&"call".into(), &"CreateEvent".into()));
}

#[test]
fn mistakes_lead_to_their_pages_once_for_each_kind() {
    let folder = tempfile::tempdir().unwrap();
    let source = "process p\np: SetEvent(h)\np: SetEvent(k)\np: CloseHandel(4)\n";
    std::fs::write(folder.path().join("a.hlab"), source).unwrap();
    for command in ["check", "run", "bless"] {
        let (code, _, err) = handlelab(folder.path(), &[command, "a.hlab"]);
        assert_eq!(code, 2, "{command}: {err}");
        assert_eq!(err.matches("handlelab explain").count(), 1, "{command}: {err}");
        assert!(err.contains("For more: handlelab explain HL052 HL054\n"), "{command}: {err}");
    }
    std::fs::write(folder.path().join("b.hlab"), "process p\np: ExitProcess(0)\np: CloseHandle(4)\n")
        .unwrap();
    let (code, _, err) = handlelab(folder.path(), &["run", "b.hlab"]);
    assert_eq!(code, 2, "a mistake that shows only in the run");
    assert!(err.contains("For more: handlelab explain HL081\n"), "{err}");
    std::fs::write(folder.path().join("c.hlab"), b"\xFF").unwrap();
    let (_, _, err) = handlelab(folder.path(), &["fmt", "c.hlab"]);
    assert!(err.contains("For more: handlelab explain HL001\n"), "{err}");
}
