//! Is the page harmless, readable and quick?

use crate::browser::Browser;
use crate::stage::{Play, lessons, look};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;

const HOSTILE: &str = "title \"</script><script>document.title='executed'</script><!-- <img src=x onerror=alert(1)>\"\n\
    process p\n\
    /// </SCRIPT ><img src=x onerror=\"document.title='executed'\"> \u{202e} 'quoted' & \"quoted\"\n\
    p: h = CreateEvent(lpName: \"</script><svg onload=alert(2)>\\x1b[2J\u{202e}\")\n\
    p: e = CreateEvent(lpName: \"<img src=x onerror=alert(3)>'\\\"&lt;\")\n\
    p: CloseHandle(h) => FALSE\np: ReleaseMutex(e)\n";

/// Nothing opened a dialog, went wrong or became an element.
fn is_harmless(browser: &mut Browser) {
    for event in ["Page.javascriptDialogOpening", "Runtime.exceptionThrown"] {
        assert_eq!(browser.events(event), Vec::<&Value>::new(), "{event}");
    }
    assert_ne!(browser.evaluate("document.title"), "executed");
    assert_eq!(
        browser.evaluate("document.querySelectorAll('img, [onload], [onerror], b:not(li > b)').length"),
        0
    );
}

pub(crate) fn hostile(browser: &mut Browser) {
    let play = Play::of("<script>alert(4)</script>.hlab", HOSTILE);
    play.open(browser);
    for moment in 1..=play.last() {
        browser.press("ArrowRight");
        play.is_at(moment, browser);
        browser.press("i");
        browser.press(".");
        browser.press("i");
        is_harmless(browser);
    }
    browser.press("M");
    let misuse = browser.evaluate("document.querySelector('#misuses').textContent");
    assert!(misuse.as_str().unwrap().contains("names Event #4 \"<img src=x"), "{misuse}");
    for card in [1, 2, 4] {
        browser.click(&format!(".object[data-object=\"{card}\"]"));
        browser.press("Escape");
    }
    browser.command("Page.printToPDF", json!({}));
    is_harmless(browser);
    assert_eq!(browser.evaluate("document.scripts.length"), 2);
    let text = browser.evaluate("document.body.textContent.includes('\\u202e')");
    assert_eq!(text, false, "marks that turn the direction of text are shown as what they are");
    let title = browser.evaluate("document.querySelector('#title').textContent");
    assert!(title.as_str().unwrap().contains("</script><script>document.title"), "{title}");
    let names = browser
        .evaluate("[...document.querySelectorAll('.object .name')].map((name) => name.textContent).join()");
    assert!(names.as_str().unwrap().contains("<img src=x onerror=alert(3)>"), "{names}");
}

pub(crate) fn hostile_picture(browser: &mut Browser) {
    let play = Play::shown_as("svg", "<script>alert(4)</script>.hlab", HOSTILE);
    play.open(browser);
    assert_eq!(browser.events("Page.javascriptDialogOpening"), Vec::<&Value>::new());
    assert_eq!(browser.evaluate("document.documentElement.tagName"), "svg", "it is whole");
    assert_eq!(browser.evaluate("document.querySelectorAll('script, img, [onload], [onerror]').length"), 0);
    let text = browser.evaluate("document.documentElement.textContent");
    assert!(text.as_str().unwrap().contains("\"<img src=x o"), "{text}");
}

pub(crate) fn network(browser: &mut Browser) {
    let play = Play::lesson("scenarios/tour/first.hlab");
    play.open(browser);
    browser.press("End");
    browser.click(".object");
    let asked = browser.events("Network.requestWillBeSent");
    let asked: Vec<&str> = asked.iter().filter_map(|event| event["request"]["url"].as_str()).collect();
    assert_eq!(asked, [format!("file://{}", play.path().display())], "the page itself and nothing else");
    let refused = "fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')";
    assert_eq!(browser.evaluate(refused), "refused");
}

/// The richest moment of every lesson, on wide and narrow screens, dark and light, and on paper.
pub(crate) fn screens(browser: &mut Browser) {
    let screens = [(1280, 900, "light"), (1280, 900, "dark"), (390, 844, "light"), (768, 1024, "dark")];
    for lesson in lessons() {
        let play = Play::lesson(&lesson);
        play.open(browser);
        // The moment that shows most: objects, and what happens to them.
        let richest = (0..=play.last()).max_by_key(|moment| {
            let step = &play.trace.steps[*moment];
            let misused = play.trace.misuses.iter().any(|misuse| misuse.step == step.number);
            step.state.objects.len() + step.effects.len() + 9 * usize::from(misused)
        });
        browser.evaluate(&format!(
            "location.hash = ''; document.querySelector('#slider').value = {0}; \
            document.querySelector('#slider').dispatchEvent(new Event('input'))",
            richest.unwrap_or_default()
        ));
        for (width, height, scheme) in screens {
            browser.screen(width, height, scheme, "screen");
            let overflow = browser
                .evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            assert_eq!(overflow, 0, "{lesson}: {width} columns of pixels are enough");
            is_joined(browser, &format!("{lesson}, {width} columns of pixels"));
            keep(browser, &lesson, &format!("{width}-{scheme}"));
        }
        let dark = browser.evaluate("getComputedStyle(document.body).backgroundColor");
        browser.screen(1000, 1400, "light", "print");
        assert_ne!(browser.evaluate("getComputedStyle(document.body).backgroundColor"), dark);
        assert_eq!(browser.evaluate("getComputedStyle(document.querySelector('nav')).display"), "none");
        browser.screen(1280, 900, "light", "screen");
    }
}

/// How far each arrow is from the row and from the card that it joins, and how high the picture is.
const JOINS: &str = "(async () => {
    await new Promise(requestAnimationFrame);
    const beside = (value, from, to) => value < from ? from - value : value > to ? value - to : 0;
    const picture = document.querySelector('#picture');
    const joins = [...document.querySelectorAll('#arrows path[data-handle]')].map((path) => {
        const at = (length) => path.getPointAtLength(length).matrixTransform(path.getScreenCTM());
        const [start, end] = [at(0), at(path.getTotalLength())];
        const row = picture.querySelector(`.row[data-handle=\"${path.dataset.handle}\"]`).getBoundingClientRect();
        const card = picture.querySelector(`.object[data-object=\"${path.dataset.object}\"]`).getBoundingClientRect();
        return Math.max(Math.abs(start.x - row.right), beside(start.y, row.top, row.bottom),
            Math.abs(end.x - card.left), beside(end.y, card.top, card.bottom));
    });
    return { arrows: joins.length, worst: Math.max(0, ...joins), height: picture.getBoundingClientRect().height,
        hidden: getComputedStyle(document.querySelector('#arrows')).display === 'none' };
})()";

/// Every arrow begins at its row and ends at its card.
fn is_joined(browser: &mut Browser, here: &str) -> Value {
    let seen = browser.evaluate(JOINS);
    assert!(seen["worst"].as_f64().unwrap() < 4.0, "{here}: {seen}");
    seen
}

/// A sheet has another width than the screen, and its arrows meet all the same.
pub(crate) fn paper(browser: &mut Browser) {
    let mut many = String::from("process p\n");
    for _ in 0..40 {
        many.push_str("p: CreateEvent()\n");
    }
    let lessons = [
        (Play::lesson("scenarios/lessons/inheritance/05-handle-list.hlab"), true),
        (Play::lesson("scenarios/lessons/types/47-pipe.hlab"), true),
        (Play::of("many.hlab", &many), false),
    ];
    for (play, has_room) in lessons {
        for width in [1280, 390] {
            browser.screen(width, 900, "dark", "screen");
            play.open(browser);
            browser.press("End");
            browser.evaluate("window.dispatchEvent(new Event('beforeprint'))");
            browser.screen(720, 980, "dark", "print");
            let here = format!("{} from {width} columns of pixels", play.trace.file);
            if has_room {
                let seen = is_joined(browser, &here);
                assert!(seen["arrows"].as_u64().unwrap() > 2 && seen["hidden"] == false, "{here}: {seen}");
                assert!(seen["height"].as_f64().unwrap() < 920.0, "{here}: {seen} is on one sheet");
            } else {
                assert_eq!(browser.evaluate(JOINS)["hidden"], true, "{here}: no arrow crosses sheets");
            }
            let paper =
                browser.evaluate("getComputedStyle(document.querySelector('.object')).backgroundColor");
            assert_eq!(paper, "rgb(255, 255, 255)", "{here}: it is light, however dark the screen is");
            let words = browser.evaluate("document.querySelector('#printed').textContent");
            assert!(words.as_str().unwrap().ends_with(&last_words(&play)), "{words}");
            browser.screen(1280, 900, "light", "screen");
            browser.evaluate("window.dispatchEvent(new Event('afterprint'))");
            is_joined(browser, &here);
        }
    }
}

fn last_words(play: &Play) -> String {
    let state = &play.trace.steps[play.last()].state;
    let held = state.processes.iter().filter(|process| !process.handles.is_empty());
    let held: Vec<String> = held
        .map(|process| {
            let plural = if process.handles.len() == 1 { "" } else { "s" };
            format!("{} handle{plural} of {}", process.handles.len(), process.name)
        })
        .collect();
    format!("The file is over. Every expectation holds. Still open: {}.", held.join(", "))
}

/// Keeps a picture of the page if somebody wants to look.
fn keep(browser: &mut Browser, lesson: &str, how: &str) {
    let Some(folder) = std::env::var_os("HANDLELAB_SHOTS").map(PathBuf::from) else { return };
    let picture = browser.command("Page.captureScreenshot", json!({"format": "png"}));
    let name = lesson.rsplit('/').next().unwrap().trim_end_matches(".hlab");
    std::fs::write(folder.join(format!("{name}-{how}.b64")), picture["data"].as_str().unwrap()).unwrap();
}

/// Milliseconds that an action takes up to the next picture on the screen, one after the other.
fn times(browser: &mut Browser, action: &str, rounds: usize) -> Vec<f64> {
    let script = format!(
        "(async () => {{ const times = []; for (let round = 0; round < {rounds}; round += 1) {{ \
         const start = performance.now(); {action}; document.body.getBoundingClientRect(); times.push(performance.now() - start); \
         await new Promise(requestAnimationFrame); }} return times; }})()"
    );
    let mut times: Vec<f64> =
        browser.evaluate(&script).as_array().unwrap().iter().map(|time| time.as_f64().unwrap()).collect();
    times.sort_by(f64::total_cmp);
    times
}

const STEP: &str = "document.querySelector('#forward').click()";
const JUMP: &str = "{ const slider = document.querySelector('#slider'); slider.value = Math.abs(Math.sin(round + 1)) * slider.max; \
    slider.dispatchEvent(new Event('input')); }";

pub(crate) fn fluid(browser: &mut Browser) {
    let mut busy =
        String::from("title \"Many steps\"\nprocess parent, child\nparent: m = CreateMutex(lpName: \"m\")\n");
    let mut leaking = String::from("title \"Many handles\"\nprocess parent\n");
    for round in 0..2_500 {
        let at = round % 40;
        let _ = write!(
            busy,
            "parent: e{at} = CreateEvent()\nparent: SetEvent(e{at})\nparent: d = CreateSemaphore(NULL, 0, 1)\nparent: CloseHandle(d)\n"
        );
    }
    for _ in 0..2_000 {
        leaking.push_str("parent: e = CreateEvent()\n");
    }
    for (what, source) in [("busy", busy), ("leaking", leaking)] {
        let play = Play::of("many.hlab", &source);
        let size = std::fs::metadata(play.path()).unwrap().len() / 1024;
        let start = std::time::Instant::now();
        play.open(browser);
        let load = start.elapsed();
        let (step, jump) = (times(browser, STEP, 60), times(browser, JUMP, 60));
        browser.press("End");
        assert_eq!(look(browser)["slider"], play.last(), "{what}");
        eprintln!(
            "{what}: {} steps, {size} KiB, there in {load:.1?}; a step {:.1} ms (worst {:.1}), a jump {:.1} ms (worst {:.1})",
            play.last(),
            step[30],
            step[59],
            jump[30],
            jump[59]
        );
        // The quicker half: a machine that does other things as well makes some steps slow.
        assert!(step[15] < 100.0 && jump[15] < 150.0, "{what}: {step:?} {jump:?}");
    }
}
