//! What must hold for every input whatever?

use crate::{diagnostics, upstairs};
use handlelab::run::bless::bless;
use handlelab::run::trace::Trace;
use handlelab::run::{Report, Watch, record, run};
use handlelab::scenario::diagnostic::Diagnostic;
use handlelab::scenario::{Document, Span, checker, exchange, parser, printer, source};
use handlelab::view::{json, markup, misuse, story::Story};

/// How far an input came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reached {
    /// It is no text.
    Bytes,
    /// It is a text with mistakes, which start at these bytes.
    Mistakes(Vec<usize>),
    /// It ran, through so many steps.
    Run(usize),
}

/// Takes an input through all floors; panics where a promise is broken.
pub(crate) fn keep(bytes: &[u8]) -> Reached {
    let text = match source::text_of(bytes) {
        Ok(text) => text,
        Err(mistake) => {
            drawn("", &mistake);
            return Reached::Bytes;
        }
    };
    if let Ok(tree) = exchange::from_json(text) {
        parser::parse(&printer::print(&tree));
    }
    let (tree, mistakes) = parser::parse(text);
    let printed = printer::print(&tree);
    if !mistakes.is_empty() {
        return told(text, &mistakes);
    }
    let (again, mistakes) = parser::parse(&printed);
    assert_eq!(mistakes, [], "what is printed is read without mistakes:\n{printed}");
    assert_eq!(printer::print(&again), printed, "printing twice is printing once");
    assert!(again.without_places() == tree.clone().without_places(), "printing keeps the tree:\n{printed}");
    match exchange::from_json(&exchange::to_json(&tree).expect("a tree can be written as JSON")) {
        Ok(exchanged) => assert!(exchanged == tree.clone().without_places(), "exchanging keeps the tree"),
        Err(refused) => assert_eq!(refused.message, "recursion limit exceeded"),
    }
    match checker::check(&tree) {
        Err(mistakes) => told(text, &mistakes),
        Ok(_) => ran(text),
    }
}

fn told(text: &str, mistakes: &[Diagnostic]) -> Reached {
    assert!(mistakes.len() <= 101, "{} mistakes are shown", mistakes.len());
    for mistake in mistakes {
        drawn(text, mistake);
    }
    harmless(&diagnostics::more(mistakes));
    Reached::Mistakes(mistakes.iter().map(|mistake| mistake.span().start as usize).collect())
}

/// No course's file is larger.
const LARGEST_COURSE: usize = 20_000;

/// A diagnostic has its places in the text, and can be drawn at any width without a control character.
fn drawn(text: &str, mistake: &Diagnostic) {
    assert!(!mistake.message.is_empty(), "{mistake:?} says something");
    assert!(!mistake.labels.is_empty(), "{mistake:?} has a place");
    if !text.is_empty() {
        mistake.labels.iter().for_each(|label| lies_inside(text, label.span));
    }
    for width in [0, 80] {
        let drawn = diagnostics::render("fuzz.hlab", text, mistake, width);
        harmless(&anstream::adapter::strip_str(&drawn).to_string());
        if text.len() > LARGEST_COURSE {
            continue;
        }
        let at = mistake.span().start as usize..mistake.span().end as usize;
        let help = mistake.help.join(" ");
        let in_text = diagnostics::in_text("course.toml", text, at, &mistake.message, &help, width);
        harmless(&anstream::adapter::strip_str(&in_text).to_string());
    }
    let (line, column) = diagnostics::place(text, mistake.span());
    assert!(line >= 1 && column >= 1);
}

fn lies_inside(text: &str, span: Span) {
    let place = span.start as usize..span.end as usize;
    assert!(text.get(place).is_some(), "{span:?} is a place in the text, on boundaries of characters");
}

/// What is shown cannot play with a terminal: no control characters, nothing that turns the direction of text.
pub(crate) fn harmless(shown: &str) {
    let odd =
        shown.chars().find(|c| *c != '\n' && markup::visible(c.encode_utf8(&mut [0; 4])) != c.to_string());
    assert_eq!(odd, None, "no control character is shown: {shown:?}");
}

fn ran(text: &str) -> Reached {
    let Ok(document) = Document::read(text) else { panic!("what the checker accepts is a document") };
    let (report, trace) = record("fuzz.hlab", &document);
    let quiet = run(&document, Watch::Quietly);
    assert_eq!(format!("{report:?}"), format!("{quiet:?}"), "who watches changes nothing");
    for broken in &report.broken {
        assert_ne!(broken.kind, "invariant", "{}", broken.found);
    }
    for (span, _) in &report.failures {
        lies_inside(text, *span);
    }
    if let Some(mistake) = &report.mistake {
        drawn(text, mistake);
    }
    blessed(&document);
    as_text(&document, &report, &trace);
    if trace.steps.iter().map(|step| step.state.objects.len()).sum::<usize>() <= MOST_OBJECTS {
        as_json(&trace);
        if trace.steps.len() % UPSTAIRS == 0 {
            upstairs::keep(&document, &trace);
        }
    }
    match &report.mistake {
        Some(mistake) => Reached::Mistakes(vec![mistake.span().start as usize]),
        None => Reached::Run(report.statements),
    }
}

/// What is written down as the answers is what comes: blessing again changes nothing.
fn blessed(document: &Document) {
    let once = bless(document, true);
    let Ok(again) = Document::read(once.text.as_str()) else {
        panic!("a blessed file is read:\n{}", once.text)
    };
    assert_eq!(bless(&again, true).changes, [], "blessing twice is blessing once:\n{}", once.text);
}

fn as_text(document: &Document, report: &Report, trace: &Trace) {
    let program = &document.program;
    let mut story = Story::new("fuzz.hlab", 80);
    harmless(&story.heading(program.title.as_deref(), &program.options.chosen()).plain());
    for step in &trace.steps {
        harmless(&story.step(step).plain());
    }
    for found in &trace.misuses {
        assert!(trace.steps.iter().any(|step| step.number == found.step && step.line == found.line));
        harmless(&misuse::below(found, false, 80).plain());
        harmless(&misuse::alone("fuzz.hlab", found, 40).plain());
    }
    assert!(report.unsolved || trace.steps.len() > report.statements, "every step is told, and the start");
}

/// One run in so many is taken to the upper floors, which take their time.
const UPSTAIRS: usize = 5;

/// Every step is written with the whole state behind it: runs with more objects than this, all steps taken together, are
/// megabytes of JSON, which takes its time and teaches nothing new.
const MOST_OBJECTS: usize = 4000;

fn as_json(trace: &Trace) {
    let written =
        json::traces(std::slice::from_ref(trace), &[], false).expect("a trace can be written as JSON");
    let read: serde_json::Value = serde_json::from_str(&written).expect("what is written is JSON");
    assert_eq!(read["runs"][0]["steps"].as_array().map(Vec::len), Some(trace.steps.len()));
}
