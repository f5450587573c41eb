use super::freeing::{Act, freeing};
use super::*;
use crate::run::record;
use crate::scenario::Document;

fn ran(source: &str) -> (Trace, History) {
    let document = Document::read(source).unwrap();
    let (report, trace) = record("test.hlab", &document);
    assert!(report.is_good(), "{report:#?}");
    let history = History::of(&trace);
    (trace, history)
}

fn page(source: &str, object: &str, line: Option<u32>) -> String {
    let (trace, history) = ran(source);
    let moment = history.moment(line);
    let object = find(&history, object, moment).unwrap();
    why(&trace, &history, object, moment, 100).plain()
}

fn complaint(source: &str, object: &str, line: Option<u32>) -> String {
    let (_, history) = ran(source);
    let Unknown { message, help } = find(&history, object, history.moment(line)).unwrap_err();
    format!("{message} / {help}")
}

const FAMILY: &str = "process parent\n\
    parent: hEvent = CreateEvent(bInheritHandle: TRUE, lpName: \"Ready\")\n\
    parent: CreateProcess(\"child\", bInheritHandles: TRUE, &pi)\n\
    child: DuplicateHandle(GetCurrentProcess(), 0x4, GetCurrentProcess(), &hSecond, dwOptions: DUPLICATE_SAME_ACCESS)\n\
    parent: CloseHandle(hEvent)\n";

#[test]
fn a_handle_that_the_source_has_closed_since_keeps_its_pedigree() {
    let page = page(FAMILY, "\"Ready\"", None);
    assert!(page.contains("parent 0x4  created with the object at line 2: closed at line 5"), "{page}");
    assert!(page.contains("└─ child 0x4  inherited from parent at line 3: open"), "{page}");
    assert!(page.contains("   └─ child 0x8  duplicated from child 0x4 at line 4: open"), "{page}");
    assert!(page.contains("child: CloseHandle(hSecond)   opened at line 4"), "{page}");
    assert!(page.contains("or, for 2 of them at once: child ends"), "{page}");
}

#[test]
fn a_value_that_was_told_names_the_tellers_handle_and_no_strangers() {
    let page = page(
        "process parent, guest\n\
        parent: hEvent = CreateEvent(bInheritHandle: TRUE)\n\
        parent: CreateProcess(\"heir\", bInheritHandles: TRUE, &pi)\n\
        guest: told = parent.hEvent\n",
        "parent.hEvent",
        None,
    );
    assert!(page.contains("parent 0x4  in guest.told, parent.hEvent"), "{page}");
    assert!(page.contains("heir 0x4    in no variable"), "{page}");
}

#[test]
fn what_has_no_room_in_a_line_stands_below_it_within_the_tree() {
    let source = format!("{FAMILY}child: CloseHandle(0x4)\n");
    let (trace, history) = ran(&source);
    let moment = history.moment(None);
    let object = find(&history, "Ready", moment).unwrap();
    let page = why(&trace, &history, object, moment, 40).plain();
    assert!(page.lines().all(|line| line.chars().count() <= 40), "{page}");
    let words = "  └─ child 0x4 inherited from\n     │    parent at line 3: closed at\n     │    line 6\n";
    assert!(page.contains(words), "{page}");
}

#[test]
fn a_variable_without_its_process_is_enough_when_only_one_has_it() {
    let (_, history) = ran(FAMILY);
    let end = history.moment(None);
    assert_eq!(find(&history, "hSecond", end), find(&history, "Ready", end));
    assert_eq!(find(&history, "#3", end), find(&history, "parent.hEvent", end));
}

#[test]
fn what_nobody_has_named_yet_is_unknown_with_the_nearest_name() {
    assert_eq!(
        complaint(FAMILY, "parent.hEvnet", None),
        "nothing is called parent.hEvnet up to the end of the file / Did you mean `parent.hEvent`?"
    );
    assert!(complaint(FAMILY, "child.hSecond", Some(3)).starts_with("nothing is called child.hSecond"));
    assert!(complaint(FAMILY, "#99", None).starts_with("there is no object #99"));
    assert_eq!(
        complaint(FAMILY, "#4", Some(2)),
        "Process #4 child is not there yet / It is created at line 3."
    );
}

#[test]
fn a_process_that_runs_and_is_held_needs_its_end_and_the_close() {
    let (trace, history) = ran(FAMILY);
    let end = history.moment(None);
    let child = find(&history, "child", end).unwrap();
    let state = &trace.steps[end].state;
    let parent = find(&history, "parent", end).unwrap();
    let acts = freeing(child, state, &history, end).acts;
    // The handle to the process and the one to its thread, whose object keeps the process.
    assert_eq!(acts, [Act::End(child), Act::Close(parent, Handle(8)), Act::Close(parent, Handle(12))]);
}

#[test]
fn the_end_of_the_only_holder_tells_how_the_object_went() {
    let source = "process p\np: h = CreateEvent()\np: ExitProcess(0)\n";
    let page = page(source, "p.h", None);
    assert!(page.starts_with("Event #3 ended at line 3\n  p: ExitProcess(0)\n"), "{page}");
    assert!(page.contains("p ended, and with its table went 0x4, the last handle"), "{page}");
}

#[test]
fn a_moved_handle_is_told_as_the_source_of_its_duplicate() {
    let source = "process p\np: h = CreateEvent()\n\
        p: DuplicateHandle(GetCurrentProcess(), h, GetCurrentProcess(), &h2, dwOptions: DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE)\n";
    let page = page(source, "p.h", None);
    assert!(
        page.contains("p 0x4  created with the object at line 2: closed as the source at line 3"),
        "{page}"
    );
    assert!(page.contains("This would free it\n  p: CloseHandle(h2)   opened at line 3"), "{page}");
}

#[test]
fn terminal_escapes_in_names_are_shown_as_pictures() {
    let source = "process p\np: h = CreateEvent(lpName: \"a\\x1b[31m\\u202eb\")\n";
    let page = page(source, "p.h", None);
    assert!(!page.contains('\x1b') && !page.contains('\u{202e}'), "{page}");
}
