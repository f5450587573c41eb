//! What every view shows of the project's own lessons.
//!
//! The texts stand under `tests/views/`. Run with `HANDLELAB_BLESS=1` to write them anew, and read the difference.

use handlelab::run::history::History;
use handlelab::run::record;
use handlelab::run::trace::Trace;
use handlelab::scenario::Document;
use handlelab::view::diff::{Scene, diff};
use handlelab::view::{Run, VIEWS, leaks, why};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn trace_of(path: &str) -> Trace {
    let source = fs::read_to_string(root().join(path)).unwrap();
    record(path, &Document::read(source).unwrap()).1
}

fn golden(name: &str, found: &str) {
    let path = root().join("tests/views").join(name);
    if std::env::var_os("HANDLELAB_BLESS").is_some() {
        fs::write(&path, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(found, expected, "{name} has changed; HANDLELAB_BLESS=1 writes it anew");
}

fn lessons() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("scenarios")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "broken") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|ending| ending == "hlab") {
                files.push(path);
            }
        }
    }
    assert!(files.len() > 50);
    files
}

const FORGOTTEN: &str = "scenarios/lessons/programs/66-wrong-forgotten-close.hlab";

fn why_page(path: &str, object: &str, line: Option<u32>) -> String {
    let trace = trace_of(path);
    let history = History::of(&trace);
    let moment = history.moment(line);
    let object = why::find(&history, object, moment).unwrap();
    why::why(&trace, &history, object, moment, 80).plain()
}

#[test]
fn why_names_the_line_whose_handle_was_forgotten() {
    let page = why_page(FORGOTTEN, "hOut1", Some(29));
    assert!(page.contains("grepMP: CloseHandle(hOut1)   opened at line 6"), "{page}");
    golden("why-forgotten-close.txt", &page);
}

#[test]
fn why_tells_a_wait_that_keeps_an_object_without_handles() {
    golden(
        "why-wait.txt",
        &why_page("scenarios/lessons/counts/23-wait-holds-a-pointer.hlab", "Go", Some(22)),
    );
    golden(
        "why-wait-over.txt",
        &why_page("scenarios/lessons/counts/23-wait-holds-a-pointer.hlab", "Go", None),
    );
}

#[test]
fn the_lives_agree_with_every_state_of_every_lesson() {
    for path in lessons() {
        let document = Document::read(fs::read_to_string(&path).unwrap()).unwrap();
        let (_, trace) = record(path.display().to_string(), &document);
        let history = History::of(&trace);
        for (moment, step) in trace.steps.iter().enumerate() {
            let rows: usize = step.state.processes.iter().map(|process| process.handles.len()).sum();
            let open = history.handles.iter().filter(|life| life.is_open_at(moment));
            assert_eq!(open.count(), rows, "{}: handles behind step {}", path.display(), step.number);
            for process in &step.state.processes {
                for row in &process.handles {
                    let entry = history.entry_at(process.object, row.handle, moment).unwrap();
                    assert_eq!(history.handles[entry].object, row.object);
                }
            }
            let living = history.objects.iter().filter(|(_, life)| life.is_alive_at(moment));
            let living: Vec<_> = living.map(|(no, _)| *no).collect();
            let objects: Vec<_> = step.state.objects.iter().map(|object| object.object).collect();
            assert_eq!(living, objects, "{}: objects behind step {}", path.display(), step.number);
            for no in objects {
                let freeing = why::freeing::freeing(no, &step.state, &history, moment);
                assert!(!freeing.acts.is_empty(), "{}: nothing would free {no}", path.display());
            }
        }
    }
}

#[test]
fn every_inherited_or_duplicated_handle_has_a_source() {
    use handlelab::kernel::effects::OpenReason;
    let mut derived = 0;
    for path in lessons() {
        let trace = trace_of(path.strip_prefix(root()).unwrap().to_str().unwrap());
        let history = History::of(&trace);
        for life in &history.handles {
            if matches!(life.reason, OpenReason::Inherit { .. }) {
                derived += 1;
                assert!(life.source.is_some(), "{}: {life:?}", path.display());
            }
        }
    }
    assert!(derived > 20);
}

#[test]
fn leaks_name_the_line_whose_handle_was_forgotten() {
    let trace = trace_of(FORGOTTEN);
    let history = History::of(&trace);
    let (markup, _) = leaks::leaks(&trace, &history, history.moment(Some(29)), 80);
    let page = markup.plain();
    assert!(page.contains("line 6\n  grepMP: hOut1 = CreateFile(\"match1.tmp\""), "{page}");
    golden("leaks-before-the-close.txt", &page);
    let (markup, _) = leaks::leaks(&trace, &history, history.moment(None), 80);
    golden("leaks-at-the-end.txt", &markup.plain());
}

#[test]
fn diff_shows_what_one_missing_close_changes() {
    let (right, wrong) = (trace_of("scenarios/lessons/programs/65-grepmp.hlab"), trace_of(FORGOTTEN));
    let (one, other) = (History::of(&right), History::of(&wrong));
    let old = Scene { trace: &right, history: &one, moment: one.moment(None) };
    let new = Scene { trace: &wrong, history: &other, moment: other.moment(None) };
    golden("diff-two-programs.txt", &diff(&old, &new).plain());
    let at = |line| Scene { trace: &wrong, history: &other, moment: other.moment(Some(line)) };
    golden("diff-one-program.txt", &diff(&at(8), &at(13)).plain());
}

#[test]
fn the_lessons_and_the_bugs_misuse_just_these_handles() {
    let mut told = String::new();
    let mut paths = lessons();
    paths.sort();
    for path in paths {
        let path = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        if path.starts_with("scenarios/lessons") || path.starts_with("scenarios/facts/12-bugs") {
            for misuse in trace_of(&path).misuses {
                told.push_str(&format!(
                    "{path}:{} {}\n    {}\n",
                    misuse.line,
                    misuse.class.name(),
                    misuse.what
                ));
            }
        }
    }
    golden("misuses.txt", &told);
}

fn render(view: &str, path: &str, source: &str, line: Option<u32>) -> String {
    let (_, trace) = record(path, &Document::read(source).unwrap());
    let history = History::of(&trace);
    let moment = history.moment(line);
    let found = VIEWS.iter().find(|found| found.name == view).unwrap();
    (found.render)(&Run { source, trace: &trace, history: &history, moment }).unwrap()
}

fn lesson(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap().replace("\r\n", "\n")
}

#[test]
fn graphs_and_pictures_of_a_wait_show_the_tie_that_is_no_handle() {
    let path = "scenarios/lessons/counts/23-wait-holds-a-pointer.hlab";
    for view in ["dot", "mermaid", "svg"] {
        let text = render(view, path, &lesson(path), Some(15));
        assert!(text.contains("waits for"), "{text}");
        golden(&format!("wait.{view}"), &text);
    }
}

#[test]
fn every_view_renders_every_lesson() {
    for path in lessons() {
        let path = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        let source = lesson(&path);
        let unsolved = Document::read(source.as_str()).unwrap().program.is_unsolved();
        for view in VIEWS {
            let text = render(view.name, &path, &source, None);
            assert!(!text.is_empty() && !text.contains('\x1b'), "{} of {path}", view.name);
            if view.name == "html" {
                assert!(text.len() < 200_000, "{path}: {} bytes", text.len());
                assert!(unsolved || data_of(&text)["steps"].as_array().unwrap().len() > 1, "{path}");
            }
        }
    }
}

/// The data of a page, found as a browser would: up to the first `</script`.
fn data_of(page: &str) -> serde_json::Value {
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    let (data, _) = rest.split_once("</script").unwrap();
    serde_json::from_str(data).unwrap()
}

const HOSTILE: &str = "title \"</script><script>alert(1)</script><!-- @data@ @player@ & 'quotes'\"\n\
    process p\n\
    /// </SCRIPT ><img src=x onerror=alert(2)> \u{202e} \"quoted\"\n\
    p: h = CreateEvent(lpName: \"</script><script>alert(3)//\\x1b[2J\")\n\
    p: f = CreateFile(\"<svg onload=alert(4)>\u{202e}\u{2028}\", GENERIC_WRITE, 0, dwCreationDisposition: CREATE_ALWAYS)\n";

#[test]
fn what_looks_like_markup_stays_data_in_the_page() {
    let page = render("html", "<b>&\"file\".hlab", HOSTILE, None);
    let lower = page.to_lowercase();
    assert_eq!(lower.matches("<script").count(), 2, "the data and the player");
    assert_eq!(lower.matches("</script").count(), 2);
    assert_eq!(lower.matches("<!--").count(), 0);
    assert_eq!(lower.matches("<img").count() + lower.matches("<svg onload").count(), 0);
    assert!(!page.contains('\x1b') && !page.contains('\u{202e}') && !page.contains('\u{2028}'));
    assert_eq!(page.matches("innerHTML").count() + page.matches("eval(").count(), 0);
    let data = data_of(&page);
    assert!(data["title"].as_str().unwrap().contains("</script><script>alert(1)</script>"));
    let event = &data["objects"][2]["called"];
    assert_eq!(event, "Event #3 \"</script><script>alert(3)//\u{241b}[2J\"");
}

#[test]
fn what_looks_like_markup_stays_text_in_pictures_and_graphs() {
    let svg = render("svg", "x.hlab", HOSTILE, None);
    assert_eq!(svg.matches("<script").count() + svg.matches("<svg onload").count(), 0, "{svg}");
    let dot = render("dot", "x.hlab", HOSTILE, None);
    assert!(dot.contains("label=\"Event #3 \\\"</script>"), "{dot}");
    let mermaid = render("mermaid", "x.hlab", HOSTILE, None);
    assert_eq!(mermaid.matches("<script").count() + mermaid.matches("<svg").count(), 0, "{mermaid}");
    for text in [svg, dot, mermaid, render("text", "x.hlab", HOSTILE, None)] {
        assert!(!text.contains('\x1b') && !text.contains('\u{202e}'), "{text}");
    }
}

#[test]
fn the_page_asks_for_nothing_from_the_network() {
    let path = FORGOTTEN;
    let page = render("html", path, &lesson(path), None);
    assert!(page.contains("default-src 'none'"));
    for word in ["src=", "@import", "url(http", "fetch(", "XMLHttpRequest", "href="] {
        assert!(!page.contains(word), "{word}");
    }
    let links = page.matches("http").count();
    assert_eq!(links, 2, "the policy's http-equiv and SVG's namespace");
}

#[test]
fn the_page_has_the_deaths_and_failures_of_the_run() {
    let path = FORGOTTEN;
    let data = data_of(&render("html", path, &lesson(path), None));
    let marked = |mark: u64| -> Vec<u64> {
        let steps = data["steps"].as_array().unwrap().iter();
        let with = steps.filter(|step| step["marks"].as_u64().is_some_and(|marks| marks & mark != 0));
        with.map(|step| step["line"].as_u64().unwrap()).collect()
    };
    assert_eq!(marked(1), [20, 21, 32], "two first threads, and the file that was kept open");
    assert_eq!(marked(2), [27, 28], "the sharing violations");
}
