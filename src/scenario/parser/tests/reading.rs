//! Does every form of the language become the tree that it should?

use super::super::super::tree::{Action, Clause, Expected, Item, ItemKind};
use super::{read, read_item, read_step, shape, shape_of};

fn kinds(source: &str) -> Vec<ItemKind> {
    read(source).items.into_iter().map(|item| item.kind).collect()
}

#[test]
fn an_empty_file_is_an_empty_tree() {
    for source in ["", "\n", "\u{FEFF}", " \t\r\n\n  \n"] {
        assert_eq!(read(source).items, [], "{source:?}");
    }
}

#[test]
fn a_step_has_actor_variable_call_and_expectation() {
    let source = "parent.worker: h = OpenEvent(SYNCHRONIZE, lpName: \"a\") => NULL ERROR_FILE_NOT_FOUND";
    let step = read_step(source);
    assert_eq!(step.actor.text, "parent.worker");
    assert_eq!(step.variable.unwrap().text, "h");
    let Action::Call(call) = step.action else { panic!("a call") };
    assert_eq!(call.name.text, "OpenEvent");
    assert_eq!(call.args[0].name, None);
    assert_eq!(shape(&call.args[0].value), "SYNCHRONIZE");
    assert_eq!(call.args[1].name.as_ref().unwrap().text, "lpName");
    assert_eq!(shape(&call.args[1].value), "a");
    let expect = step.expect.unwrap();
    assert_eq!(expect.span.text(source), "NULL ERROR_FILE_NOT_FOUND");
    assert!(matches!(expect.value, Expected::Value(value) if shape(&value) == "NULL"));
    assert_eq!(shape(&expect.error.unwrap()), "ERROR_FILE_NOT_FOUND");
}

#[test]
fn an_expectation_is_a_question_mark_or_a_sum_and_perhaps_an_error() {
    let expectation = |written: &str| {
        let expect = read_step(&format!("p: F() => {written}")).expect.unwrap();
        let value = match expect.value {
            Expected::Unknown => "?".to_owned(),
            Expected::Value(value) => shape(&value),
        };
        (value, expect.error.map(|error| shape(&error)))
    };
    assert_eq!(expectation("?"), ("?".into(), None));
    assert_eq!(expectation("0x4"), ("4".into(), None));
    assert_eq!(expectation("-1 6"), ("{-1}".into(), Some("6".into())));
    assert_eq!(expectation("WAIT_OBJECT_0 + 1"), ("{WAIT_OBJECT_0 + 1}".into(), None));
    assert_eq!(expectation("? ERROR_X;"), ("?".into(), Some("ERROR_X".into())));
}

#[test]
fn an_action_that_is_more_than_a_call_is_a_copy() {
    let action = |written: &str| match read_step(&format!("p: h = {written}")).action {
        Action::Call(call) => format!("call {}", call.name.text),
        Action::Copy(value) => shape(&value),
    };
    assert_eq!(action("F(1)"), "call F");
    assert_eq!(action("F(1);"), "call F");
    assert_eq!(action("F(1) + 4"), "{F<1> + 4}");
    assert_eq!(action("(F(1))"), "(F<1>)");
    assert_eq!(action("parent.hEvent"), "parent.hEvent");
    assert_eq!(action("~8"), "{~8}");
}

#[test]
fn a_semicolon_may_stand_behind_the_call_and_behind_the_line() {
    for source in ["p: F(); => TRUE", "p: F() => TRUE;", "p: F();", "p: F() ; // c", "check a;"] {
        read_item(source);
    }
}

#[test]
fn nested_fields_are_argument_names() {
    let step = read_step("p: F(lpProcessAttributes . bInheritHandle: TRUE)");
    let Action::Call(call) = step.action else { panic!("a call") };
    assert_eq!(call.args[0].name.as_ref().unwrap().text, "lpProcessAttributes.bInheritHandle");
}

#[test]
fn operators_group_by_precedence_and_to_the_left() {
    assert_eq!(shape_of("a || b && c == d"), "{a || {b && {c == d}}}");
    assert_eq!(shape_of("access(p, h) == A | B"), "{access<p h> == {A | B}}");
    assert_eq!(shape_of("a - b - c"), "{{a - b} - c}");
    assert_eq!(shape_of("a | b & c + 1"), "{a | {b & {c + 1}}}");
    assert_eq!(shape_of("!a == b < c"), "{{!a} == {b < c}}");
    assert_eq!(shape_of("~-8 + 1"), "{{~{-8}} + 1}");
    assert_eq!(shape_of("(a || b) && c"), "{({a || b}) && c}");
    assert_eq!(shape_of("same([a, b.c], &d)"), "same<[a b.c] &d>");
}

#[test]
fn a_word_is_a_keyword_only_at_the_start_of_a_line_without_colon_or_dot() {
    assert!(matches!(read_item("check: CloseHandle(h)").kind, ItemKind::Step(_)));
    assert!(matches!(read_item("end.worker: title = task").kind, ItemKind::Step(_)));
    assert!(matches!(read_item("check end").kind, ItemKind::Check(_)));
}

#[test]
fn every_keyword_line_is_read() {
    let source = "handlelab 1\ntitle \"t\"\nprocess a, b\noption reuse = lifo\noption n = 4\ncheck a\nalways a\n\
                  finally a\nexercise\nbegin\nend";
    let kinds = kinds(source);
    assert_eq!(kinds.len(), 11);
    assert!(matches!(&kinds[0], ItemKind::Version(number) if number.value == 1));
    assert!(matches!(&kinds[1], ItemKind::Title(text) if text.value == "t"));
    assert!(matches!(&kinds[2], ItemKind::Process(names) if names.len() == 2));
    assert!(
        matches!(&kinds[3], ItemKind::Option { name, value } if name.text == "reuse" && value.text == "lifo")
    );
    assert!(matches!(&kinds[4], ItemKind::Option { value, .. } if value.text == "4"));
    assert_eq!(kinds[8..], [ItemKind::Exercise, ItemKind::Begin, ItemKind::End]);
}

#[test]
fn an_exercise_has_clauses_whatever_their_indentation() {
    let source = "exercise\ntask \"t\"\n\n    // c\n  allow A, B\nforbid C\nrequire D\nlimit 2 steps\nlimit 1\nhint \"h\"\ngoal g\nhidden goal g\nevery order";
    let clauses: Vec<_> = kinds(source)
        .into_iter()
        .filter_map(|kind| match kind {
            ItemKind::Clause(clause) => Some(clause),
            _ => None,
        })
        .collect();
    assert_eq!(clauses.len(), 10);
    assert!(matches!(&clauses[0], Clause::Task(text) if text.value == "t"));
    assert!(matches!(&clauses[1], Clause::Allow(names) if names.len() == 2));
    assert!(matches!(&clauses[4], Clause::Limit(number) if number.value == 2));
    assert!(matches!(&clauses[7..], [Clause::Goal(_), Clause::Hidden(_), Clause::EveryOrder]));
}

#[test]
fn comments_narration_and_empty_lines_are_kept() {
    let source = "\n// a  \r\n////\n///  b\n///\n\n\n\ncheck x  // c\n\n";
    let items = read(source).items;
    let expected = [
        ItemKind::Comment(" a".into()),
        ItemKind::Comment("//".into()),
        ItemKind::Narration(" b".into()),
        ItemKind::Narration(String::new()),
        ItemKind::Blank,
    ];
    let kinds: Vec<_> = items.iter().map(|item| item.kind.clone()).collect();
    assert_eq!(kinds[..5], expected);
    assert_eq!(items[5].comment.as_deref(), Some(" c"));
    assert_eq!(items.len(), 6);
}

#[test]
fn a_call_may_go_on_over_lines_and_keeps_the_comments_inside() {
    let source = "p: F( // one\n  // two\n  a, // three\n\n  b // four\n  // five\n  , c: [ // six\n d]\n // seven\n) => TRUE // eight";
    let item = read_item(source);
    assert_eq!(item.comment.as_deref(), Some(" eight"));
    let ItemKind::Step(step) = item.kind else { panic!("a step") };
    let Action::Call(call) = step.action else { panic!("a call") };
    assert_eq!(*call.args[0].before, [" one", " two"]);
    assert_eq!(call.args[0].comment.as_deref(), Some(" three"));
    assert_eq!(call.args[1].comment.as_deref(), Some(" four"));
    assert_eq!(*call.args[2].before, [" five", " six"]);
    assert_eq!(*call.comments, [" seven"]);
}

#[test]
fn comments_inside_other_brackets_move_behind_the_line() {
    let item = read_item("check (a // one\n && b) // two");
    assert_eq!(item.comment.as_deref(), Some(" one // two"));
    let item = read_item("p: h = F(a, // one\n /// two\n b) + 4 // three");
    assert_eq!(item.comment.as_deref(), Some(" one /// two // three"));
}

#[test]
fn a_line_that_looks_like_a_step_may_be_an_argument() {
    let step = read_step("p: F(\nhSource: GetCurrentProcess(),\nhTarget: GetCurrentProcess())");
    let Action::Call(call) = step.action else { panic!("a call") };
    assert_eq!(call.args.len(), 2);
}

#[test]
fn every_item_knows_its_place() {
    let source = "  p: F(); // c\n\n/// n\n";
    let places: Vec<_> =
        read(source).items.iter().map(|item: &Item| item.span.text(source).to_owned()).collect();
    assert_eq!(places, ["p: F();", "\n", "/// n"]);
}
