//! Does the page say of every object at every step why it is alive, in the words of `handlelab why`?

use crate::browser::Browser;
use crate::stage::Play;
use handlelab::kernel::ObjectNo;
use handlelab::view::why::why;
use serde_json::Value;
use std::collections::BTreeMap;

const LESSONS: &[&str] = &[
    "scenarios/tour/first.hlab",
    "scenarios/lessons/programs/66-wrong-forgotten-close.hlab",
    "scenarios/lessons/counts/22-name-goes-with-last-handle.hlab",
    "scenarios/lessons/counts/23-wait-holds-a-pointer.hlab",
    "scenarios/lessons/inheritance/04-protect-from-close.hlab",
    "scenarios/lessons/inheritance/07-wrong-inherits-too-much.hlab",
    "scenarios/lessons/options/48-moving.hlab",
];

/// What keeps objects beside handles: waits, views, jobs, threads, permanent names.
const OTHERS: &str = "option create_permanent_privilege = yes
process p
p: hEvent = CreateEvent(lpName: \"Ready\")
p: CreateProcess(\"q\", &pi)
p: hThread = CreateThread(\"waiter\")
q: h = OpenEvent(SYNCHRONIZE, FALSE, \"Ready\")
q: WaitForSingleObject(h, 5)
p.waiter: WaitForMultipleObjects([hEvent, pi.hProcess], TRUE, INFINITE)
p: hFile = CreateFile(\"data\", GENERIC_READ | GENERIC_WRITE, dwCreationDisposition: CREATE_NEW)
p: hMap = CreateFileMapping(hFile, flProtect: PAGE_READWRITE, dwMaximumSizeLow: 4096)
p: CloseHandle(hFile)
p: view = MapViewOfFile(hMap, FILE_MAP_WRITE, 0, 0, 0)
p: CloseHandle(hMap)
p: hJob = CreateJobObject()
p: AssignProcessToJobObject(hJob, pi.hProcess)
p: CloseHandle(hJob)
q: WaitForSingleObject(h, 5)
p: DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), pi.hProcess, &hNone, 0, TRUE, 0)
p: TerminateThread(hThread, 1)
p: CloseHandle(hEvent)
p: TerminateProcess(pi.hProcess, 2)
p: UnmapViewOfFile(view)
p: hStays = CreateMutex(lpName: \"Stays\")
p: NtMakePermanentObject(hStays)
p: CloseHandle(hStays)
";

/// Each of them must have been compared somewhere.
const REASONS: &[&str] = &[
    "waits for it since line",
    "has a view of it mapped",
    "is a mapping of it",
    "runs in this job",
    "is a thread of it",
    "it runs:",
    "its name in the directory",
    "it is permanent",
    "it is protected",
    "which keeps",
    "of them at once",
    "its name has gone with its last handle",
    "the last reference",
    "with its table went",
    "is not there yet",
    "duplicated from",
    "inherited from",
    "opened by name or id",
];

/// A page in words: its title, what stands below it, and its sections.
#[derive(Debug, PartialEq)]
struct Told {
    title: String,
    lead: String,
    sections: BTreeMap<String, String>,
}

fn words(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| !["├─", "└─", "│"].contains(word));
    words.collect::<Vec<_>>().join(" ")
}

/// What the command says, in the form of the page.
fn expected(play: &Play, object: ObjectNo, moment: usize) -> Told {
    let text = why(&play.trace, &play.history, object, moment, 200).plain();
    let (head, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
    let (title, lead) = head.split_once('\n').unwrap_or((head, ""));
    let alive = title.contains(" is alive ");
    let title =
        if alive { format!("Why is {} alive?", play.history.called(object)) } else { title.to_owned() };
    // The line of the step in which an object ended stands elsewhere on the page.
    let lead = if alive { lead } else { lead.lines().last().unwrap_or_default() };
    let sections = rest.split("\n\n").filter(|block| !block.is_empty());
    let sections = sections.map(|block| {
        let (title, items) = block.split_once('\n').unwrap();
        (title.to_owned(), words(items))
    });
    Told { title, lead: words(lead), sections: sections.collect() }
}

/// What the page says of an object at every moment of the run.
fn told(browser: &mut Browser, object: ObjectNo, created: usize) -> Vec<Told> {
    let walk = WALK.replace("OBJECT", &object.0.to_string()).replace("CREATED", &created.to_string());
    let pages = browser.evaluate(&walk);
    let text = |value: &Value| words(value.as_str().unwrap_or_default());
    let page = |page: &Value| Told {
        title: text(&page["title"]),
        lead: text(&page["lead"]),
        sections: page["sections"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(title, items)| (title.clone(), text(items)))
            .collect(),
    };
    pages.as_array().unwrap().iter().map(page).collect()
}

const WALK: &str = "(() => {
    const object = OBJECT, created = CREATED;
    const slider = document.querySelector('#slider'), pages = [];
    const go = (moment) => { slider.value = moment; slider.dispatchEvent(new Event('input')); };
    const own = (item) => [...item.childNodes].filter((node) => node.nodeName !== 'UL').map((node) => node.textContent).join('');
    go(created);
    document.querySelector(`.object[data-object=\"${object}\"]`).click();
    for (let moment = 0; moment <= Number(slider.max); moment += 1) {
        go(moment);
        const box = document.querySelector('#why > div'), sections = {};
        for (const list of box.querySelectorAll(':scope > ul')) {
            sections[list.previousSibling.textContent] = [...list.querySelectorAll('li')].map(own).join(' ');
        }
        const lead = [...box.querySelectorAll('p')].map((line) => line.textContent).join(' ');
        pages.push({ title: document.querySelector('#why-title').textContent, lead, sections });
    }
    document.querySelector('#why-close').click();
    return pages;
})()";

pub(crate) fn everywhere(browser: &mut Browser) {
    let sources = LESSONS.iter().map(|lesson| Play::lesson(lesson));
    let plays: Vec<Play> = sources.chain([Play::of("others.hlab", OTHERS)]).collect();
    let (mut compared, mut all) = (0, String::new());
    for play in &plays {
        play.open(browser);
        for (object, life) in &play.history.objects {
            // What comes and goes within one step has no card.
            if life.deleted == Some(life.created) {
                continue;
            }
            for (moment, page) in told(browser, *object, life.created).into_iter().enumerate() {
                let here = format!("{}, {object} at step {moment}", play.trace.file);
                assert_eq!(page, expected(play, *object, moment), "{here}");
                all += &format!("{page:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 800, "{compared} pages were compared");
    for reason in REASONS {
        assert!(all.contains(reason), "no page says: {reason}");
    }
}
