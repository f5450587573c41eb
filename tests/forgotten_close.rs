//! Program 6-1 of the book, with any one of its closes forgotten: the very line that opened the handle is named.

use handlelab::run::history::History;
use handlelab::run::record;
use handlelab::run::trace::Trace;
use handlelab::scenario::Document;
use handlelab::view::{leaks, why};

const PROGRAM: &str = include_str!("../scenarios/lessons/programs/65-grepmp.hlab");

/// The program with one line made a comment, so that all others keep their numbers, and without what it expects.
fn without(line: usize) -> (Trace, History) {
    let lines = PROGRAM.lines().enumerate().map(|(at, text)| match text {
        _ if at + 1 == line || text.starts_with("check") => "//",
        text => text.split("=>").next().unwrap_or_default(),
    });
    let source: String = lines.map(|text| format!("{text}\n")).collect();
    let (report, trace) = record("65-grepmp.hlab", &Document::read(source).unwrap());
    assert!(report.is_good(), "{report:?}");
    let history = History::of(&trace);
    (trace, history)
}

/// The closes of the program: their lines and the variables.
fn closes() -> Vec<(usize, &'static str)> {
    let with_variable = PROGRAM.lines().enumerate().filter_map(|(at, text)| {
        let (_, rest) = text.split_once("CloseHandle(")?;
        Some((at + 1, rest.split_once(')')?.0)).filter(|_| !text.starts_with("//"))
    });
    with_variable.collect()
}

/// The line that gave a variable its value, the last one in front of another line.
fn opening(variable: &str, before: usize) -> u32 {
    let base = variable.split('.').next().unwrap();
    let gives = [format!(" {base} = "), format!("&{base})")];
    let lines: Vec<&str> = PROGRAM.lines().take(before - 1).collect();
    lines.iter().rposition(|text| gives.iter().any(|given| text.contains(given))).unwrap() as u32 + 1
}

#[test]
fn the_program_closes_everything_itself() {
    let (trace, history) = without(0);
    assert_eq!(leaks::held(&trace, &history, history.moment(None)), []);
    assert_eq!(trace.misuses, []);
    assert_eq!(closes().len(), 12);
}

#[test]
fn leaks_and_why_name_the_line_that_opened_the_handle_whichever_close_is_forgotten() {
    for (line, variable) in closes() {
        let (trace, history) = without(line);
        let end = history.moment(None);
        let opened = opening(variable, line);
        let places = leaks::held(&trace, &history, end);
        let [place] = places.as_slice() else { panic!("line {line}: {places:#?}") };
        assert_eq!((place.lines.as_slice(), place.held.len()), (&[opened][..], 1), "line {line}");
        let (page, number) = leaks::leaks(&trace, &history, end, 100);
        assert_eq!(number, 1);
        assert!(page.plain().contains(&format!("\nline {opened}\n")), "{}", page.plain());

        let life = &history.handles[place.held[0]];
        let page = why::why(&trace, &history, life.object, end, 100).plain();
        let closing = page.split("This would free it\n").nth(1).unwrap();
        assert!(closing.contains("grepMP: CloseHandle("), "{page}");
        assert!(closing.contains(&format!("opened at line {opened}")), "line {line}\n{page}");
    }
}

#[test]
fn a_temporary_file_that_stays_open_gets_into_the_greps_that_follow() {
    let told: Vec<(usize, Vec<String>)> = closes()
        .into_iter()
        .map(|(line, _)| {
            let (trace, _) = without(line);
            let told = trace.misuses.iter();
            (line, told.map(|misuse| format!("{} {}", misuse.line, misuse.class.name())).collect())
        })
        .collect();
    let inherited = told.iter().map(|(line, told)| {
        let strays = told.iter().filter_map(|one| one.strip_suffix(" accidental-inheritance"));
        (*line, strays.collect::<Vec<_>>())
    });
    let inherited: Vec<(usize, Vec<&str>)> = inherited.filter(|(_, strays)| !strays.is_empty()).collect();
    assert_eq!(inherited, [(9, vec!["12", "16"]), (13, vec!["16"])]);
    let forgotten =
        told.iter().filter(|(_, told)| told.iter().any(|one| one.contains("process-information")));
    assert_eq!(forgotten.count(), 6, "hProcess and hThread of three greps");
}
