use super::{Asks, Mark, Question, Which, between, questions};
use crate::run::history::History;
use crate::run::record;
use crate::scenario::Document;

fn asked(source: &str, which: Which, seed: u64) -> Vec<Question> {
    let document = Document::read(source).expect("a scenario");
    let (_, trace) = record("test", &document);
    questions(&document, &trace, &History::of(&trace), which, seed)
}

const MARKED: &str = "process p\n\
    p: h = CreateEvent() => HANDLE\n\
    p: CloseHandle(h) => TRUE\n\
    p: SetEvent(h) => ?\n";

#[test]
fn only_marked_steps_are_asked_about_where_there_are_some() {
    let lines: Vec<u32> = asked(MARKED, Which::Marked, 0).iter().map(|question| question.line).collect();
    assert_eq!(lines, [4]);
    assert_eq!(asked(MARKED, Which::All, 0).len(), 3);
}

#[test]
fn every_question_has_its_answer_once_among_its_choices() {
    for seed in 0..50 {
        for question in asked(MARKED, Which::All, seed) {
            let right = question.choices.iter().filter(|choice| **choice == question.answer);
            assert_eq!(right.count(), 1, "{question:?}");
            assert!(question.choices.len() > 1, "{question:?}");
        }
    }
}

#[test]
fn different_seeds_ask_different_things_about_a_step() {
    let source = "process p\np: h = CreateEvent()\np: DuplicateHandle(GetCurrentProcess(), h, GetCurrentProcess(), &d, SYNCHRONIZE)\n";
    let asks: std::collections::HashSet<String> =
        (0..50).map(|seed| format!("{:?}", asked(source, Which::All, seed)[1].asks)).collect();
    assert_eq!(asks.len(), 3, "{asks:?}");
}

#[test]
fn an_answer_is_right_by_its_letter_and_in_its_own_words() {
    let question = asked(MARKED, Which::Marked, 0).remove(0);
    assert_eq!(question.answer, "FALSE ERROR_INVALID_HANDLE");
    assert!(question.is_right(&question.right_letter().to_string()));
    assert!(question.is_right("false,  error_invalid_handle"));
    assert!(question.is_right("=> FALSE ERROR_INVALID_HANDLE"));
    assert!(!question.is_right("TRUE"));
    assert!(!question.is_right("z"));
    assert!(!question.is_right(""));
}

#[test]
fn numbers_and_rights_are_right_however_they_are_written() {
    let question = |asks, answer: &str| Question {
        number: 1,
        moment: 1,
        line: 1,
        asks,
        prompt: String::new(),
        choices: vec![answer.to_owned(), "other".to_owned()],
        answer: answer.to_owned(),
        why: Vec::new(),
    };
    assert!(question(Asks::Value, "0x8").is_right("8"));
    assert!(question(Asks::Count, "2").is_right("0x2"));
    assert!(!question(Asks::Count, "2").is_right("3"));
    let rights = question(Asks::Rights, "EVENT_MODIFY_STATE | SYNCHRONIZE");
    assert!(rights.is_right("synchronize|event_modify_state"));
    assert!(rights.is_right("0x100002"));
    assert!(rights.is_right("modify state, Synchronize"));
    assert_eq!(rights.mark("SYNCHRONIZE"), Mark::Wrong, "some of the rights are not all");
}

#[test]
fn a_choice_is_meant_by_whatever_words_fit_it_alone() {
    let question = |choices: &[&str]| Question {
        number: 1,
        moment: 1,
        line: 1,
        asks: Asks::Answer,
        prompt: String::new(),
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
        answer: choices[0].to_owned(),
        why: Vec::new(),
    };
    let refused = question(&[
        "FALSE ERROR_INVALID_HANDLE",
        "FALSE ERROR_ACCESS_DENIED",
        "TRUE",
        "WAIT_FAILED",
        "HANDLE",
    ]);
    for right in ["invalid handle", "ERROR_INVALID_HANDLE", "false, Invalid_Handle", "a", "A)", "(a)", "a."] {
        assert_eq!(refused.mark(right), Mark::Right, "{right}");
    }
    for wrong in ["access denied", "denied", "true", "handle", "ERROR_NOT_OWNER", "3", "b"] {
        assert_eq!(refused.mark(wrong), Mark::Wrong, "{wrong}");
    }
    for unclear in ["", "  ", "false", "error", "z", "?", "f"] {
        assert_eq!(refused.mark(unclear), Mark::Unclear, "{unclear}");
    }
    let object = question(&["Event #3 (p.hEvent)", "Event #4 (p.hOther)", "none"]);
    for right in ["event #3", "3", "hEvent", "p.hEvent", "#3"] {
        assert_eq!(object.mark(right), Mark::Right, "{right}");
    }
    assert_eq!((object.mark("event"), object.mark("nothing")), (Mark::Unclear, Mark::Wrong));
    let wait = question(&["it waits", "WAIT_TIMEOUT", "WAIT_OBJECT_0"]);
    assert_eq!([wait.mark("Waits"), wait.mark("blocks"), wait.mark("it waits")], [Mark::Right; 3]);
    assert_eq!((wait.mark("wait"), wait.mark("timeout")), (Mark::Unclear, Mark::Wrong));
}

#[test]
fn what_a_refusal_does_not_show_is_said() {
    let why = |source: &str| asked(source, Which::Marked, 0).remove(0).why;
    assert_eq!(why(MARKED), ["h (0x4) was closed at line 3 and names nothing any more."]);
    let lacking = "process p\np: h = CreateEvent(lpName: \"E\")\np: w = OpenEvent(SYNCHRONIZE, FALSE, \"E\")\n\
        p: SetEvent(w) => ?\n";
    assert_eq!(why(lacking), ["w (0x8) has SYNCHRONIZE; SetEvent needs EVENT_MODIFY_STATE."]);
    let described = "process p\np: h = CreateSemaphore(NULL, 1, 1)\np: ReleaseSemaphore(h, 1) => ?\n";
    assert_eq!(why(described).len(), 1);
    assert!(why(described)[0].starts_with("ERROR_TOO_MANY_POSTS means: "), "{:?}", why(described));
    let waiting = "process p\np: h = CreateEvent()\np: WaitForSingleObject(h, 0) => ?\n";
    assert_eq!(why(waiting), ["Event #3 was: not signaled."]);
    let works = "process p\np: h = CreateEvent() => ?\n";
    assert!(why(works).is_empty());
}

#[test]
fn what_dies_is_asked_only_where_something_could_and_not_of_those_who_run_if_there_are_others() {
    let source =
        "process p\np: a = CreateEvent()\np: b = CreateEvent()\np: c = CreateEvent()\np: CloseHandle(a)\n";
    let mut deaths = (0..50).flat_map(|seed| asked(source, Which::All, seed));
    let death = deaths.find(|question| question.asks == Asks::Death).expect("a question about a death");
    assert_eq!(death.choices.len(), 4);
    assert!(death.choices.iter().all(|choice| choice.starts_with("Event") || choice == "none"), "{death:?}");
    let woken = "process p\np: CreatePipe(&r, &w)\np: CreateThread(\"t\")\np.t: ReadFile(r, &d)\np: WriteFile(w, \"x\")\n";
    let mut asked_about = (0..50).flat_map(|seed| asked(woken, Which::All, seed));
    assert!(asked_about.all(|question| question.line != 5 || question.asks != Asks::Death));
}

#[test]
fn a_wait_that_blocks_is_told_from_one_that_times_out() {
    let source = "process p\np: h = CreateEvent()\np: WaitForSingleObject(h, INFINITE) => ?\n";
    assert_eq!(asked(source, Which::Marked, 0)[0].answer, "it waits");
}

#[test]
fn the_call_between_two_states_is_the_only_choice_that_leads_there() {
    let source =
        "process p\np: a = CreateEvent()\np: b = CreateEvent()\np: CloseHandle(a)\np: CloseHandle(b)\n";
    let document = Document::read(source).expect("a scenario");
    let (_, trace) = record("test", &document);
    let questions = between(&document, &trace, 0);
    let closing = questions.iter().find(|question| question.line == 4).expect("a question about line 4");
    assert_eq!(closing.answer, "p: CloseHandle(a)");
    assert!(closing.choices.contains(&"p: CloseHandle(b)".to_owned()), "{:?}", closing.choices);
    assert!(!closing.choices.contains(&"p: a = CreateEvent()".to_owned()) || closing.choices.len() > 1);
}

#[test]
fn the_calls_that_are_not_it_resemble_it() {
    let source = "process p\np: h = CreateEvent()\np: CreateProcess(\"q\", &pi)\np: k = CreateEvent(bInheritHandle: TRUE)\n\
        p: CreateProcess(\"r\", &pi2)\n";
    let document = Document::read(source).expect("a scenario");
    let (_, trace) = record("test", &document);
    let choices = |line| -> Vec<String> {
        let all = between(&document, &trace, 0);
        all.into_iter().find(|question| question.line == line).expect("a question").choices
    };
    for other in ["p: h = CreateMutex()", "p: h = CreateEvent(bInheritHandle: TRUE)"] {
        assert!(choices(2).contains(&other.to_owned()), "{:?}", choices(2));
    }
    let inherits = "p: CreateProcess(\"r\", bInheritHandles: TRUE, &pi2)".to_owned();
    assert!(choices(5).contains(&inherits), "{:?}", choices(5));
    let all_the_same = inherits.replace("\"r\"", "\"q\"").replace("pi2", "pi");
    assert!(!choices(3).contains(&all_the_same), "nothing is there to be inherited: {:?}", choices(3));
}
