//! Views, pages and comparisons of whatever there is, at any moment and of any width.

use super::config;
use handlelab::explain::{Subject, find};
use handlelab::export::{c, compare::compare};
use handlelab::kernel::ObjectNo;
use handlelab::learn::predict::{Which, between, questions};
use handlelab::run::history::History;
use handlelab::run::{misuse, record};
use handlelab::scenario::{Document, checker, exchange, parser, printer};
use handlelab::testing::strategy::programs;
use handlelab::view::leaks::leaks;
use handlelab::view::story::wrap;
use handlelab::view::why::why;
use handlelab::view::{Run, VIEWS, page};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use serde_json::Value;

#[test]
fn any_moment_and_any_width_can_be_shown() {
    let given = (programs(0..25), 0..40usize, 0..12u32, 0..200usize, vec(any::<Index>(), 0..4));
    let result = TestRunner::new(config(60)).run(&given, |(program, moment, object, width, taken)| {
        let text = program.text("A program");
        let document = Document::read(text.as_str()).expect("every program is a scenario");
        let (_, mut trace) = record("a.hlab", &document);
        // A trace is plain data, and whoever has one may have taken something out of it.
        for index in taken {
            if !trace.steps.is_empty() {
                trace.steps.remove(index.index(trace.steps.len()));
            }
        }
        let history = History::of(&trace);
        let moment = if moment > 30 { usize::MAX } else { moment };
        let object = ObjectNo(if object > 10 { u32::MAX } else { object });
        let run = Run { source: &text, trace: &trace, history: &history, moment };
        for view in VIEWS {
            let _ = (view.render)(&run);
            let _ = (view.render)(&Run { source: "", ..run });
        }
        let _ = (why(&trace, &history, object, moment, width), leaks(&trace, &history, moment, width));
        let _ = (misuse::find(&trace), history.place(moment), history.line(moment), history.holders(moment));
        let _ = (questions(&document, &trace, &history, Which::All, 7), between(&document, &trace, u64::MAX));
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

#[test]
fn anything_can_be_looked_up_and_wrapped() {
    let given = (vec(".{0,12}", 0..4), ".{0,200}", 0..100usize);
    let result = TestRunner::new(config(300)).run(&given, |(words, text, width)| {
        for subject in find(&words).into_iter().flat_map(|found| found.subjects) {
            let _ = page::page(&subject.page(), width);
        }
        let _ = wrap(&text, width);
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    for subject in Subject::all() {
        (0..3).for_each(|width| drop(page::page(&subject.page(), width)));
    }
}

#[test]
fn anything_may_come_back_from_an_exported_program() {
    let lines = vec(
        prop_oneof![
            ".{0,40}",
            any::<u64>().prop_map(|step| format!("{{\"step\":{step},\"answer\":{step},\"error\":-1}}")),
            Just("{\"step\":1,\"answer\":[],\"error\":{}}".to_owned()),
            Just("{\"verdict\":7}".to_owned()),
        ],
        0..8,
    );
    let result = TestRunner::new(config(60)).run(&(programs(0..10), lines), |(program, lines)| {
        let document = Document::read(program.text("A program")).expect("every program is a scenario");
        let _ = (c(&document), compare(&document, &lines.join("\n")));
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

/// Puts something else into the place of one value of a document.
fn disturb(value: &mut Value, place: &mut usize, with: &Value) {
    if *place == 0 {
        *value = with.clone();
    }
    *place = place.wrapping_sub(1);
    match value {
        Value::Array(all) => all.iter_mut().for_each(|value| disturb(value, place, with)),
        Value::Object(all) => all.values_mut().for_each(|value| disturb(value, place, with)),
        _ => {}
    }
}

#[test]
fn a_tree_made_by_hand_is_printed_and_checked() {
    let odd = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        Just(Value::from(1e300)),
        ".{0,12}".prop_map(Value::from),
        Just(Value::from("a.b.c")),
        Just(Value::from("\"\n//")),
        Just(Value::from(Vec::<u8>::new())),
    ];
    let mut read = 0;
    let cell = std::cell::Cell::new(0);
    let result =
        TestRunner::new(config(600)).run(&(programs(0..6), odd, 0..300usize), |(program, odd, place)| {
            let json = exchange::to_json(&program.scenario("A \u{7f} program")).expect("it can be written");
            let mut value: Value = serde_json::from_str(&json).expect("it is JSON");
            disturb(&mut value, &mut { place }, &odd);
            if let Ok(tree) = exchange::from_json(&value.to_string()) {
                cell.set(cell.get() + 1);
                let _ = checker::check(&tree);
                let text = printer::print(&tree);
                let _ = parser::parse(&text);
                let _ = Document::read(text);
            }
            Ok(())
        });
    read += cell.get();
    assert!(result.is_ok(), "{}", result.unwrap_err());
    assert!(read > 30, "only {read} trees could be read");
}
