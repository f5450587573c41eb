//! Does every way through a run show what the trace says?

use crate::browser::Browser;
use crate::stage::{Play, lessons, look};
use handlelab::kernel::{Effect, ObjectNo};
use serde_json::{Value, json};

const FORGOTTEN: &str = "scenarios/lessons/programs/66-wrong-forgotten-close.hlab";
const COUNTED: &str = "scenarios/lessons/counts/22-name-goes-with-last-handle.hlab";

/// Forward with keys, back with the button.
pub(crate) fn every_lesson(browser: &mut Browser) {
    for lesson in lessons() {
        let play = Play::lesson(&lesson);
        play.open(browser);
        play.is_at(0, browser);
        for moment in 1..=play.last() {
            browser.press("ArrowRight");
            let seen = play.is_at(moment, browser);
            assert_eq!(seen["arrows"], seen["dangling"], "{lesson}: every entry has its arrow");
        }
        browser.press("ArrowRight");
        for moment in (0..play.last()).rev() {
            browser.press("ArrowLeft");
            play.is_at(moment, browser);
        }
    }
}

/// The tables and counts alone: what is marked as new inside a step may not be so beside it.
fn picture(seen: &Value) -> Value {
    json!({"lanes": seen["lanes"], "objects": seen["objects"]})
}

/// Before anything has happened inside a step all is as it was; when all has happened it is as it will be.
pub(crate) fn inside(browser: &mut Browser) {
    let mut closes = 0;
    for lesson in ["scenarios/tour/first.hlab", COUNTED, FORGOTTEN] {
        let play = Play::lesson(lesson);
        play.open(browser);
        let mut before = picture(&look(browser));
        for moment in 1..=play.last() {
            browser.press("ArrowRight");
            let whole = picture(&look(browser));
            let things = browser.evaluate("document.querySelector('#inside').hidden") == false;
            if things {
                browser.press("i");
                let count =
                    browser.evaluate("document.querySelectorAll('#inside li').length").as_u64().unwrap();
                let words = browser.evaluate("document.querySelector('#inside ol').textContent");
                if play.trace.steps[moment]
                    .effects
                    .iter()
                    .any(|effect| matches!(effect, Effect::HandleClosed { .. }))
                {
                    let words = words.as_str().unwrap();
                    assert!(
                        words.contains("is removed from") && words.contains("handle count of"),
                        "{words}"
                    );
                    closes += 1;
                }
                for _ in 0..count {
                    browser.press(",");
                }
                assert_eq!(
                    without_lives(picture(&look(browser))),
                    without_lives(before),
                    "{lesson}: before step {moment}"
                );
                for _ in 0..count {
                    browser.press(".");
                }
                assert_eq!(picture(&look(browser)), whole, "{lesson}: behind step {moment}");
                browser.press("i");
            }
            before = whole;
        }
    }
    assert!(closes > 8, "{closes} closes were taken apart");
}

/// Each thing inside a close, with what the object's card says in the middle of it.
const SUB_STEPS: &[(&str, &str)] = &[
    ("− entry 0x4 is removed from child’s table: closed", "handles 1, references 2"),
    ("↓ handle count of Event #3 \"Ready\": 1 → 0", "handles 0 (was 1), references 2"),
    (
        "− the name \"Ready\" goes from the directory: that was the last handle",
        "handles 0 (was 1), references 2, its name is gone",
    ),
    (
        "↓ pointer count of Event #3 \"Ready\": 2 → 1",
        "handles 0 (was 1), references 1 (was 2), its name is gone",
    ),
    (
        "↓ pointer count of Event #3 \"Ready\": 1 → 0",
        "handles 0 (was 1), references 0 (was 2), its name is gone",
    ),
    (
        "✕ Event #3 \"Ready\" is deleted: nothing refers to it any more",
        "handles 0 (was 1), references 0 (was 2), deleted",
    ),
];

pub(crate) fn sub_steps(browser: &mut Browser) {
    Play::lesson(COUNTED).open(browser);
    browser.click("#source li:nth-child(18)");
    for (number, (thing, card)) in SUB_STEPS.iter().enumerate() {
        browser.press(".");
        assert_eq!(browser.evaluate("document.querySelector('#inside li.now').textContent"), *thing);
        let seen = browser.evaluate(
            "(() => { const card = document.querySelector('.object[data-object=\"3\"]'); \
             const words = [...card.querySelectorAll('.counts > span')].map((count) => count.textContent); \
             if (card.textContent.includes('its name is gone')) words.push('its name is gone'); \
             if (card.classList.contains('gone')) words.push('deleted'); return words.join(', '); })()",
        );
        assert_eq!(seen, *card, "{thing}");
        let said = look(browser)["said"].as_str().unwrap().to_owned();
        assert_eq!(said, format!("{} of 6: {}", number + 1, thing.split_once(' ').unwrap().1));
    }
    browser.press(",");
    assert_eq!(browser.evaluate("document.querySelector('#inside li.now').textContent"), SUB_STEPS[4].0);
}

/// A process or object that died in the step before has left the picture when the next one begins.
fn without_lives(picture: Value) -> Value {
    let lanes = picture["lanes"].as_array().unwrap().iter();
    let lanes = lanes.filter(|lane| lane["ended"] == false).cloned();
    json!({"lanes": lanes.collect::<Vec<_>>(), "objects": picture["objects"]})
}

pub(crate) fn buttons(browser: &mut Browser) {
    let play = Play::lesson(FORGOTTEN);
    play.open(browser);
    browser.click("#forward");
    play.is_at(1, browser);
    browser.click("#last");
    play.is_at(play.last(), browser);
    browser.click("#last");
    browser.click("#back");
    play.is_at(play.last() - 1, browser);
    browser.click("#first");
    play.is_at(0, browser);
    let at = play.trace.steps.iter().position(|step| step.line == 20).unwrap();
    browser.click("#source li:nth-child(20)");
    play.is_at(at, browser);
    browser.click("#slider");
    let middle = look(browser)["slider"].as_u64().unwrap() as usize;
    assert!((8..=12).contains(&middle), "the middle of the slider is step {middle}");
    play.is_at(middle, browser);
    browser.press("End");
    play.is_at(play.last(), browser);
    browser.press("Home");
    play.is_at(0, browser);
}

pub(crate) fn marks(browser: &mut Browser) {
    let play = Play::lesson(FORGOTTEN);
    play.open(browser);
    let at = |line: u32| play.trace.steps.iter().position(|step| step.line == line).unwrap();
    for line in [20, 21, 32] {
        browser.press("d");
        play.is_at(at(line), browser);
    }
    for line in [28, 27] {
        browser.press("F");
        play.is_at(at(line), browser);
    }
    browser.press("D");
    play.is_at(at(21), browser);
    browser.click("#failure");
    play.is_at(at(27), browser);
    let words = browser.evaluate("document.querySelector('#call .answer.failed').textContent");
    assert!(words.as_str().unwrap().starts_with('✗'), "a failure is told by a sign too: {words}");
    browser.click("#death");
    play.is_at(at(32), browser);
    let badge = browser.evaluate("document.querySelector('.object.gone .badge').textContent");
    assert_eq!(badge, "✕ deleted");
    // What failed is a call that had waited, not the one that ended its wait.
    let play = Play::lesson("scenarios/lessons/types/47-pipe.hlab");
    play.open(browser);
    browser.click("#source li:nth-child(25)");
    let seen = play.is_at(play.trace.steps.iter().position(|step| step.line == 25).unwrap(), browser);
    assert_eq!(browser.evaluate("document.querySelector('#call .answer.failed') === null"), true);
    let returned = browser.evaluate("document.querySelector('#returned').textContent");
    let words = "parent, waiting since line 23, gets FALSE ERROR_BROKEN_PIPE";
    assert!(returned.as_str().unwrap().contains(words) && seen["said"].as_str().unwrap().contains(words));
    let thread = browser.evaluate("document.querySelector('.object[data-object=\"2\"] .state').textContent");
    assert_eq!(thread, "running (was waiting)", "what changed is told with what it was");
}

/// Before the first step the page says how to take it, behind the last how it came out.
pub(crate) fn ends(browser: &mut Browser) {
    let told = |browser: &mut Browser| {
        let told = browser.evaluate("document.querySelector('#told').textContent");
        told.as_str().unwrap().to_owned()
    };
    let play = Play::lesson(FORGOTTEN);
    play.open(browser);
    assert!(told(browser).starts_with("Forward, or the right arrow key, takes the first step."));
    browser.press("End");
    let outcome = "Every expectation holds. Still open: 2 handles of grepMP.";
    assert_eq!(told(browser), outcome);
    assert!(look(browser)["said"].as_str().unwrap().ends_with(outcome));
    let source = "process p\np: h = CreateEvent()\np: CloseHandle(h) => FALSE\ncheck alive(p.h)\n";
    Play::of("missed.hlab", source).open(browser);
    browser.press("End");
    assert_eq!(told(browser), "2 expectations do not hold. No handle is left open.");
}

pub(crate) fn why(browser: &mut Browser) {
    let play = Play::lesson(FORGOTTEN);
    play.open(browser);
    browser.press("End");
    for _ in 0..8 {
        browser.press("ArrowLeft");
    }
    // From one thing to the next until the file that is still open has the focus.
    let focused =
        "document.activeElement.classList.contains('object') ? document.activeElement.textContent : ''";
    let found = (0..40).any(|_| {
        browser.press("Tab");
        browser.evaluate(focused).as_str().unwrap().starts_with("File #3")
    });
    assert!(found, "every object can be reached with Tab");
    let stressed = browser.evaluate("document.querySelectorAll('#arrows .stressed:not(.gone)').length");
    browser.press("Enter");
    let words =
        browser.evaluate("document.activeElement.id + ': ' + document.querySelector('#why').textContent");
    let words = words.as_str().unwrap();
    assert!(words.starts_with("why-title: "), "the focus is where the answer is: {words}");
    assert!(words.contains("Why is File #3 match1.tmp alive?"), "{words}");
    assert!(words.contains("grepMP: CloseHandle(hOut1) opened at line 6"), "{words}");
    let moment = look(browser)["slider"].as_u64().unwrap() as usize;
    let held = play.trace.steps[moment].state.object(ObjectNo(3)).unwrap().handle_count;
    assert_eq!(browser.evaluate("document.querySelectorAll('#arrows .chosen:not(.gone)').length"), held);
    assert_eq!(stressed, held, "what has the focus shows its arrows before it is chosen");
    browser.press("Escape");
    assert_eq!(browser.evaluate("document.querySelector('#why').hidden"), true);
    assert!(browser.evaluate(focused).as_str().unwrap().starts_with("File #3"), "and back again");
    browser.click(".object[data-object=\"4\"]");
    let title = browser.evaluate("document.querySelector('#why-title').textContent");
    assert_eq!(title, "Why is Process #4 grep1 alive?");
}

pub(crate) fn misuses(browser: &mut Browser) {
    let source = "process p\np: h = CreateEvent()\np: CloseHandle(h)\np: SetEvent(h)\nmisuse use-after-close\np: CloseHandle(h)\n";
    let play = Play::of("misused.hlab", source);
    play.open(browser);
    assert_eq!(
        browser.evaluate("document.querySelector('#source li.misused > span').title"),
        "use-after-close"
    );
    for (line, called) in [(4, "use-after-close"), (6, "use-after-close, meant")] {
        browser.press("m");
        let seen = play.is_at(play.trace.steps.iter().position(|step| step.line == line).unwrap(), browser);
        let text = browser.evaluate("document.querySelector('#misuses').textContent");
        let text = text.as_str().unwrap();
        assert!(text.contains(&format!(" {called} h (0x4) was closed at line 3")), "{text}");
        assert!(text.contains("Close a handle once"), "what to do is told too: {text}");
        let said = seen["said"].as_str().unwrap();
        assert!(said.contains(&format!("Misuse, {called}: h (0x4) was closed at line 3")), "{said}");
    }
    browser.press("M");
    browser.click("#misuse");
    assert_eq!(look(browser)["line"], json!([6]));
    Play::lesson(COUNTED).open(browser);
    assert_eq!(
        browser.evaluate("document.querySelector('#misuse').hidden"),
        true,
        "a run without any has no button"
    );
}

pub(crate) fn said(browser: &mut Browser) {
    let play = Play::lesson(COUNTED);
    play.open(browser);
    assert_eq!(browser.evaluate("document.querySelector('#said').getAttribute('aria-live')"), "polite");
    for moment in 1..play.last() {
        browser.press("ArrowRight");
        let said = look(browser)["said"].as_str().unwrap().to_owned();
        let step = &play.trace.steps[moment];
        assert!(said.starts_with(&format!("Line {}: ", step.line)), "{said}");
        if let Some(answer) = &step.answer {
            assert!(said.contains(&answer.text), "{said}");
        }
        for effect in &step.effects {
            if let Effect::NameRemoved { name, .. } = effect {
                assert!(
                    said.contains(&format!("the name \"{name}\" is gone with the last handle")),
                    "{said}"
                );
            }
        }
    }
}
