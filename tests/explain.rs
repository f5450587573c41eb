//! Does every row of every table have a page, and is what the pages say true?

use handlelab::explain::{self, Block, Page, PageKind, SIGNS, Subject};
use handlelab::kernel::access::{COMMON_RIGHTS, STANDARD_RIGHTS};
use handlelab::kernel::constants::Constant;
use handlelab::kernel::{CallSpec, ObjectType, Options, Status, Win32Error};
use handlelab::run::{Report, Watch, run};
use handlelab::scenario::diagnostic::Code;
use handlelab::scenario::eye::{self, QUESTIONS};
use handlelab::scenario::keyword::Keyword;
use handlelab::scenario::program::{Action, StatementKind};
use handlelab::scenario::{Document, parser, printer};

/// The page of this kind that a name leads to.
fn page_of(name: &str, kind: PageKind) -> Page {
    let found = explain::find(&[name]);
    let subject = found[0].subjects.iter().find(|subject| subject.kind() == kind && subject.name() == name);
    subject.unwrap_or_else(|| panic!("{name} has no page as {}", kind.in_words())).page()
}

fn text(page: &Page) -> String {
    format!("{} {:?}", page.summary, page.sections)
}

#[test]
fn every_row_of_every_table_has_a_page() {
    for spec in CallSpec::all() {
        let page = page_of(spec.name, PageKind::Call);
        for param in spec.params {
            assert!(text(&page).contains(param.name), "{}: {}", spec.name, param.name);
        }
        for (status, why) in spec.fails {
            assert!(text(&page).contains(status.name()), "{}: {status} {why}", spec.name);
        }
    }
    for of in ObjectType::ALL {
        let page = page_of(of.win32(), PageKind::Type);
        for call in of.spec().calls {
            assert!(text(&page).contains(call.name), "{}: {}", of.win32(), call.name);
        }
        assert_eq!(explain::find(&[of.spec().name])[0].subjects[0].name(), of.win32());
        page_of(of.spec().all_access, PageKind::Right);
        for right in of.spec().rights.iter().chain(of.spec().sets) {
            page_of(right.name, PageKind::Right);
            assert!(text(&page).contains(right.name), "{}: {}", of.win32(), right.name);
        }
    }
    for right in STANDARD_RIGHTS.iter().chain(COMMON_RIGHTS) {
        page_of(right.name, PageKind::Right);
    }
    for constant in Constant::all() {
        assert!(!explain::find(&[constant.name])[0].subjects.is_empty(), "{}", constant.name);
    }
    for (name, ..) in Win32Error::ALL {
        page_of(name, PageKind::Error);
    }
    for status in Status::ALL {
        page_of(status.name(), PageKind::Status);
    }
    for spec in Options::ALL {
        let page = page_of(spec.name, PageKind::Option);
        for (value, _) in spec.values {
            assert!(text(&page).contains(value), "{}: {value}", spec.name);
        }
    }
    for spec in QUESTIONS {
        page_of(spec.name, PageKind::Question);
    }
    page_of(eye::OBJECT, PageKind::Word);
    for keyword in Keyword::ALL {
        page_of(keyword.word(), PageKind::Word);
    }
    for code in Code::ALL {
        page_of(code.name(), PageKind::Mistake);
    }
}

#[test]
fn every_page_says_something_in_sentences() {
    for subject in Subject::all() {
        let page = subject.page();
        let what = format!("{} ({})", page.name, page.kind.in_words());
        assert!(
            page.summary.ends_with(['.', '?', '!']) && page.summary.contains(' '),
            "{what}: {}",
            page.summary
        );
        for section in &page.sections {
            assert!(!section.blocks.is_empty(), "{what}: {}", section.title);
        }
    }
}

#[test]
fn every_name_on_a_page_has_a_page() {
    for subject in Subject::all() {
        for section in subject.page().sections {
            for block in section.blocks {
                let Block::Names { names } = block else { continue };
                for name in names {
                    let found = explain::find(&[&name]);
                    assert!(!found[0].subjects.is_empty(), "{} leads to {name}", subject.name());
                }
            }
        }
    }
}

fn run_green(what: &str, source: &str) -> (Document, Report) {
    let document = Document::read(source).unwrap_or_else(|mistakes| panic!("{what}: {mistakes:?}\n{source}"));
    let report = run(&document, Watch::Quietly);
    assert!(report.is_good(), "{what}: {report:?}\n{source}");
    let formatted = printer::print(&parser::parse(source).0);
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&formatted), words(source), "{what} is not written as fmt writes it");
    (document, report)
}

#[test]
fn the_example_of_every_call_makes_it_and_runs_green() {
    for spec in CallSpec::all() {
        let (document, report) = run_green(spec.name, spec.example);
        let made = document.program.statements.iter().any(|statement| match &statement.kind {
            StatementKind::Step(step) => {
                matches!(&step.action, Action::Call { spec: found, .. } if *found == *spec)
            }
            _ => false,
        });
        assert!(made, "the example of {} does not make the call", spec.name);
        let judged = spec.example.contains("=>") || spec.example.contains("check");
        assert!(judged && report.statements > 0, "nothing could fail in the example of {}", spec.name);
    }
}

#[test]
fn every_other_example_is_read_and_runs_green() {
    for sign in SIGNS.iter().filter(|sign| !sign.example.is_empty()) {
        let (document, _) = run_green(sign.name, sign.example);
        assert!(document.source.contains(sign.name), "{} is not in its example", sign.name);
    }
    for subject in Subject::all().iter().filter(|subject| {
        matches!(subject.kind(), PageKind::Question) || matches!(subject, Subject::Keyword(_))
    }) {
        let page = subject.page();
        let example = page.sections.iter().find(|section| section.title == "Example").unwrap();
        let Block::Code { text } = &example.blocks[0] else { panic!("{}", page.name) };
        run_green(&page.name, text);
        assert!(text.contains(&page.name), "{} is not in its example", page.name);
    }
}

#[test]
fn every_fact_that_a_call_or_an_option_cites_is_a_fact() {
    let rows = include_str!("facts/rows.txt");
    let known: Vec<&str> = rows.lines().filter_map(|line| line.split(' ').next()).collect();
    let place = |fact: &str| known.iter().position(|found| *found == fact);
    let are_facts = |cited: &str| match cited.split_once('-') {
        Some((first, last)) => {
            let in_order = place(first).zip(place(last)).is_some_and(|(first, last)| first < last);
            in_order && first.split('.').next() == last.split('.').next()
        }
        None => place(cited).is_some(),
    };
    for subject in Subject::all() {
        let page = subject.page();
        let Some(section) = page.sections.iter().find(|section| section.title == "Facts") else { continue };
        let Block::Text { text } = &section.blocks[0] else { panic!("{}", page.name) };
        for cited in text.split_whitespace() {
            assert!(are_facts(cited), "{} cites {cited}", page.name);
        }
    }
}

#[test]
fn a_right_lists_the_calls_that_need_it_and_an_error_those_that_give_it() {
    let modify = text(&page_of("EVENT_MODIFY_STATE", PageKind::Right));
    assert!(modify.contains("SetEvent") && !modify.contains("OpenProcess"), "{modify}");
    let duplicate = text(&page_of("PROCESS_DUP_HANDLE", PageKind::Right));
    assert!(duplicate.contains("NtDuplicateObject"), "needed although no column says so: {duplicate}");
    let exists = text(&page_of("ERROR_FILE_EXISTS", PageKind::Error));
    assert!(exists.contains("CreateFile"), "{exists}");
    let invalid = text(&page_of("ERROR_INVALID_HANDLE", PageKind::Error));
    for name in ["STATUS_OBJECT_TYPE_MISMATCH", "STATUS_HANDLE_NOT_CLOSABLE", "CloseHandle", "SetEvent"] {
        assert!(invalid.contains(name), "{name}: {invalid}");
    }
}
