//! Does exploring find what is there?

use super::*;
use crate::run::{Watch, run};
use crate::scenario::Document;
use plain::Plain;
use std::collections::BTreeMap;

mod notes;
mod plain;
mod reduced;

fn read(source: &str) -> Document {
    Document::read(source).unwrap()
}

fn explored(source: &str) -> Exploration {
    explore(&read(source), Limits::default())
}

fn fact<'e>(found: &'e Exploration, text: &str) -> &'e Fact {
    found.facts.iter().find(|fact| fact.text.contains(text)).unwrap()
}

/// The search finds what following every order by itself finds.
fn agrees(source: &str) -> Exploration {
    let document = read(source);
    let plain = Plain::of(&document);
    let found = explore(&document, Limits::default());
    assert_eq!(found.mistake, None);
    assert_eq!(found.stopped, None);
    assert_eq!(found.orders, Count(plain.orders));
    assert_eq!(found.states, plain.states.len());
    assert_eq!(found.longest, plain.longest);
    let ends: BTreeMap<String, u128> =
        found.ends.iter().map(|end| (format!("{:?} {:?}", end.actors, end.objects), end.orders.0)).collect();
    assert_eq!(ends, plain.ends);
    for fact in found.facts.iter().filter(|fact| fact.kind == FactKind::Expectation) {
        let (met, missed) = plain.expectations.get(&fact.line).copied().unwrap_or_default();
        match fact.often {
            Often::Always => assert!(met && !missed, "{fact:?}"),
            Often::Sometimes => assert!(met, "{fact:?}"),
            Often::Never => assert!(!met, "{fact:?}"),
            Often::Undecided => panic!("{fact:?}"),
        }
    }
    found
}

fn independent(actors: usize, steps: usize) -> String {
    let names: Vec<String> = (0..actors).map(|actor| format!("p{actor}")).collect();
    let mut source = format!("process {}\n", names.join(", "));
    for step in 0..steps {
        for name in &names {
            source.push_str(&format!("{name}: h{step} = CreateEvent()  => HANDLE\n"));
        }
    }
    source
}

#[test]
fn independent_steps_give_as_many_orders_and_states_as_the_formulas_say() {
    let mut orders = 1;
    for n in 1..=8 {
        orders = orders * (2 * (2 * n - 1)) / n;
        let found = explored(&independent(2, n as usize));
        assert_eq!(found.orders, Count(orders), "C(2n, n) orders for n = {n}");
        assert_eq!(found.states as u128, (n + 1) * (n + 1));
        assert_eq!(found.ends.len(), 1);
        assert!(!found.is_broken());
    }
    let found = explored(&independent(4, 4));
    assert_eq!(found.orders, Count(63_063_000), "16! / 4!^4");
    assert_eq!(found.states, 625, "5^4");
}

#[test]
fn the_search_finds_what_following_every_order_finds() {
    agrees(&independent(3, 2));
    for source in SOURCES {
        agrees(source);
    }
}

/// Small scenarios with every kind of move.
const SOURCES: [&str; 14] =
    [RACE, LOCKS, LATE, TIMEOUT, TIMER, TOLD, PIPE, INHERITED, SUSPENDED, PATIENT, COUNTS, FILES, IDS, HELD];

const RACE: &str = "process parent\nparent: hEvent = CreateEvent(lpName: \"Ready\")  => HANDLE\n\
    parent: CreateProcess(\"child\", &pi)  => TRUE\nchild: hMine = OpenEvent(SYNCHRONIZE, FALSE, \"Ready\")  => HANDLE\n\
    parent: CloseHandle(hEvent)  => TRUE\nalways handles(\"Ready\") <= 2\nfinally dead(parent.hEvent)\n";

#[test]
fn a_child_that_looks_too_late_finds_nothing() {
    let found = explored(RACE);
    assert_eq!((found.orders, found.states), (Count(2), 7));
    let open = fact(&found, "OpenEvent");
    assert_eq!(open.often, Often::Sometimes);
    assert_eq!(open.found.as_deref(), Some("NULL ERROR_FILE_NOT_FOUND"));
    let bad = open.bad.as_ref().unwrap();
    assert!(bad.scenario.contains("=> NULL ERROR_FILE_NOT_FOUND"), "{}", bad.scenario);
    let always = fact(&found, "<= 2");
    assert_eq!((always.often, always.broken), (Often::Always, false));
    let finally = fact(&found, "dead(");
    assert_eq!((finally.often, finally.broken), (Often::Sometimes, true));
}

/// Two locks, taken in two orders.
const LOCKS: &str = "process p, q\np: a = CreateMutex(lpName: \"A\")  => HANDLE\np: b = CreateMutex(lpName: \"B\")  => HANDLE\n\
    q: a = OpenMutex(SYNCHRONIZE, FALSE, \"A\")\nq: b = OpenMutex(SYNCHRONIZE, FALSE, \"B\")\n\
    p: WaitForSingleObject(a, INFINITE)  => WAIT_OBJECT_0\nq: WaitForSingleObject(b, INFINITE)\n\
    p: WaitForSingleObject(b, INFINITE)  => WAIT_OBJECT_0\nq: WaitForSingleObject(a, INFINITE)\n\
    p: ReleaseMutex(b)\np: ReleaseMutex(a)\nq: ReleaseMutex(a)\nq: ReleaseMutex(b)\n\
    finally !blocked(p)\n";

#[test]
fn two_locks_in_two_orders_are_a_deadlock_in_some() {
    let found = explored(LOCKS);
    let both =
        |end: &&End| end.actors.iter().filter(|actor| matches!(actor.fate, Fate::Waits { .. })).count() == 2;
    assert!(found.ends.iter().any(|end| both(&end) && end.deadlock));
    let finally = fact(&found, "!blocked");
    assert_eq!(finally.often, Often::Sometimes);
    let bad = finally.bad.as_ref().unwrap();
    assert!(bad.replays, "{}", bad.scenario);
    let good = finally.good.as_ref().unwrap();
    assert!(good.replays, "{}", good.scenario);
    let wait = fact(&found, "p: WaitForSingleObject(b");
    assert_eq!(wait.found.as_deref(), Some("no answer: it waits for ever"));
}

/// The child may act before its end comes.
const LATE: &str = "process parent\nparent: CreateProcess(\"child\", &pi)  => TRUE\n\
    child: h = CreateEvent()  => HANDLE\nparent: TerminateProcess(pi.hProcess, 7)  => TRUE\n\
    parent: GetExitCodeProcess(pi.hProcess, &code)  => TRUE\nparent: x = code  => 7\n\
    finally exit_code(child) == 7\n";

#[test]
fn the_end_of_another_process_may_come_later() {
    let found = explored(LATE);
    let code = fact(&found, "x = code");
    assert_eq!(code.often, Often::Sometimes);
    assert_eq!(code.found.as_deref(), Some("259"));
    let late = code.bad.as_ref().unwrap();
    assert!(late.replays && late.scenario.contains("option ends = while_sleeping"), "{}", late.scenario);
    assert!(code.good.as_ref().unwrap().replays);
    assert_eq!(fact(&found, "exit_code").often, Often::Always);
    let event = fact(&found, "CreateEvent");
    assert_eq!((event.often, event.broken), (Often::Always, false), "where it happens, it holds");
    assert!(event.left_out > Count(0));
}

const TIMEOUT: &str = "process p\np: h = CreateEvent()  => HANDLE\np: hThread = CreateThread(\"worker\")\n\
    p: WaitForSingleObject(h, 100)  => WAIT_OBJECT_0\np.worker: SetEvent(h)  => TRUE\np.worker: SetEvent(h)\n\
    p: CloseHandle(h)  => TRUE\n";

#[test]
fn a_timeout_may_pass_before_help_comes() {
    let found = explored(TIMEOUT);
    let wait = fact(&found, "WaitForSingleObject");
    assert_eq!(wait.often, Often::Sometimes);
    assert_eq!(wait.found.as_deref(), Some("WAIT_TIMEOUT"));
    assert!(wait.bad.as_ref().unwrap().replays, "{}", wait.bad.as_ref().unwrap().scenario);
}

/// A thread that waits without a timeout, for something that comes by itself.
const TIMER: &str = "process p\np: h = CreateWaitableTimer()  => HANDLE\np: SetWaitableTimer(h, -100000)  => TRUE\n\
    p: hThread = CreateThread(\"worker\")  => HANDLE\np.worker: WaitForSingleObject(h, INFINITE)  => WAIT_OBJECT_0\n\
    p: CancelWaitableTimer(h)  => TRUE\n";

#[test]
fn a_timer_comes_before_or_after_it_is_cancelled() {
    let found = explored(TIMER);
    let wait = fact(&found, "WaitForSingleObject");
    assert_eq!(wait.often, Often::Sometimes);
    assert_eq!(wait.found.as_deref(), Some("no answer: it waits for ever"));
    assert!(wait.good.as_ref().unwrap().replays, "{}", wait.good.as_ref().unwrap().scenario);
    assert!(wait.bad.as_ref().unwrap().replays, "{}", wait.bad.as_ref().unwrap().scenario);
}

/// The value of a variable that is set again.
const TOLD: &str = "process p, q\np: h = CreateEvent()  => 0x4\nq: x = p.h  => 0x4\np: h = CreateEvent()  => 0x8\n\
    q: y = p.h  => 0x8\nfinally q.x == 4 && q.y == 8\n";

#[test]
fn a_value_that_was_told_stays_what_it_was() {
    let found = explored(TOLD);
    assert_eq!(found.orders, Count(2), "the second event may come before or after the first is told");
    assert!(!found.is_broken(), "{:?}", found.facts);
}

const PIPE: &str = "process p\np: CreatePipe(&hRead, &hWrite, bInheritHandle: TRUE)  => TRUE\n\
    p: CreateProcess(\"child\", bInheritHandles: TRUE, &pi)  => TRUE\nchild: WriteFile(p.hWrite, \"one\")  => TRUE\n\
    child: CloseHandle(p.hWrite)\np: CloseHandle(hWrite)\np: ReadFile(hRead, &data)  => TRUE\n\
    p: ReadFile(hRead, &more)  => FALSE ERROR_BROKEN_PIPE\nchild: ExitProcess(0)\nfinally p.data == \"one\"\n";

#[test]
fn a_reader_gets_all_and_then_the_end_in_every_order() {
    let found = explored(PIPE);
    assert!(!found.is_broken(), "{:?}", found.facts);
    assert!(found.orders > Count(10));
}

const SUSPENDED: &str = "process p\np: CreateProcess(\"child\", dwCreationFlags: CREATE_SUSPENDED, &pi)  => TRUE\n\
    p: h = CreateEvent()  => HANDLE\np: ResumeThread(pi.hThread)  => 1\nchild: h = CreateMutex(bInitialOwner: TRUE)  => HANDLE\n\
    p: SuspendThread(pi.hThread)  => 0\nchild: CloseHandle(h)  => TRUE\n";

#[test]
fn a_suspended_thread_takes_no_step() {
    let found = explored(SUSPENDED);
    assert!(!found.is_broken(), "{:?}", found.facts);
    assert_eq!(found.orders, Count(3), "suspended before its first step, between the two, or after both");
    let left =
        |end: &&End| end.actors.iter().any(|actor| matches!(actor.fate, Fate::Suspended { next: Some(_) }));
    assert_eq!(found.ends.iter().filter(left).count(), 2);
}

/// A timeout that most orders never see, since the end comes first.
const PATIENT: &str = "process p\np: CreateProcess(\"child\", &pi)  => TRUE\np: h = CreateEvent(lpName: \"E\")  => HANDLE\n\
    p: DuplicateHandle(GetCurrentProcess(), h, pi.hProcess, &own, 0, FALSE, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE)\n\
    child: ExitProcess(0)\np: WaitForSingleObject(pi.hProcess, 5000)\np: again = OpenEvent(SYNCHRONIZE, FALSE, \"E\")\n";

/// What counts is asked while it changes.
const COUNTS: &str = "process p, q\np: h = CreateEvent(lpName: \"E\")\nq: h = OpenEvent(SYNCHRONIZE, FALSE, \"E\")\n\
    q: again = OpenEvent(SYNCHRONIZE, FALSE, \"E\")\np: CloseHandle(h)\nq: CloseHandle(h)\nq: CloseHandle(again)\n\
    always handles(p.h) <= 2\nfinally dead(p.h)\n";

/// One thread creates a child while another makes a handle inheritable and takes that back.
const INHERITED: &str = "process p\np: h = CreateEvent(bManualReset: TRUE)  => HANDLE\np: hThread = CreateThread(\"worker\")\n\
    p: SetHandleInformation(h, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT)  => TRUE\n\
    p.worker: CreateProcess(\"child\", bInheritHandles: TRUE, &pi)  => TRUE\n\
    child: SetEvent(p.h)  => TRUE\n\
    p: SetHandleInformation(h, HANDLE_FLAG_INHERIT, 0)  => TRUE\n";

#[test]
fn a_child_inherits_what_is_inheritable_at_that_moment() {
    let found = explored(INHERITED);
    let set = fact(&found, "SetEvent");
    assert_eq!(set.often, Often::Sometimes);
    assert_eq!(set.found.as_deref(), Some("FALSE ERROR_INVALID_HANDLE"));
    assert!(set.good.as_ref().unwrap().replays && set.bad.as_ref().unwrap().replays);
}

#[test]
fn what_is_printed_is_the_same_every_time() {
    for source in [RACE, LOCKS, LATE, TIMEOUT, INHERITED] {
        let json = |found: Exploration| serde_json::to_string(&found).unwrap();
        assert_eq!(json(explored(source)), json(explored(source)));
    }
}

#[test]
fn a_witness_that_replays_holds_where_nothing_but_its_own_line_is_broken() {
    for source in [RACE, LOCKS, TIMEOUT, INHERITED] {
        for fact in explored(source).facts {
            for witness in fact.good.iter().chain(&fact.bad).filter(|witness| witness.replays) {
                let report = run(&read(&witness.scenario), Watch::Quietly);
                assert_eq!(report.failures, [], "{}", witness.scenario);
            }
        }
    }
}

#[test]
fn a_limit_that_comes_first_leaves_open_what_was_not_seen() {
    let limits = Limits { states: 10, reduce: false, ..Limits::default() };
    let found = explore(&read(&independent(3, 3)), limits);
    assert_eq!(found.stopped, Some(Stopped::States));
    assert!(!found.is_broken());
    assert!(found.facts.iter().all(|fact| fact.often == Often::Undecided));
}

#[test]
fn a_step_that_happens_in_no_order_is_broken() {
    let found = explored(
        "process p, q\np: h = CreateEvent()  => HANDLE\np: WaitForSingleObject(h, INFINITE)\np: CloseHandle(h)  => TRUE\n",
    );
    let close = fact(&found, "CloseHandle");
    assert_eq!((close.often, close.broken), (Often::Never, true));
    assert_eq!(close.left_out, Count(1));
}

#[test]
fn the_goal_of_an_exercise_must_be_reached_in_every_order() {
    let found = explored(
        "exercise\n  task \"Set it.\"\n  goal signaled(p.h)\nprocess p, q\np: h = CreateEvent(lpName: \"E\")  => HANDLE\n\
         q: Sleep(5)\nbegin\nq: h = OpenEvent(EVENT_MODIFY_STATE, FALSE, \"E\")\nq: SetEvent(h)\nend\n",
    );
    let goal = fact(&found, "signaled");
    assert_eq!((goal.kind, goal.often), (FactKind::Goal, Often::Sometimes));
    let (good, bad) = (goal.good.as_ref().unwrap(), goal.bad.as_ref().unwrap());
    assert!(good.replays && bad.replays);
    assert_eq!(run(&read(&good.scenario), Watch::Quietly).failure_count(), 0);
    assert_eq!(run(&read(&bad.scenario), Watch::Quietly).failure_count(), 1);
}

#[test]
fn a_number_of_orders_that_is_too_large_is_said_to_be() {
    let mut count = Count(u128::MAX - 1);
    count.add(Count(5));
    assert_eq!(count.to_string(), "at least 2^128 - 1");
}

#[test]
fn what_is_found_does_not_depend_on_the_number_of_threads() {
    for source in [RACE, LOCKS, LATE, TIMEOUT, INHERITED, &independent(4, 5)] {
        for (reduce, count) in [(false, true), (true, false), (true, true)] {
            let document = read(source);
            let json = |threads| {
                let found = explore(&document, Limits { threads, reduce, count, ..Limits::default() });
                serde_json::to_string(&found).unwrap()
            };
            assert_eq!(json(1), json(3), "{source}");
        }
    }
}

#[test]
fn the_order_of_independent_steps_is_left_out() {
    let enough = Limits { count: false, ..Limits::default() };
    let found = explore(&read(&independent(4, 4)), enough);
    assert_eq!((found.judged, found.counted), (17, false), "one order of sixteen steps is enough");
    assert!(found.facts.iter().all(|fact| fact.often == Often::Always));
    let found = explore(&read(&independent(4, 4)), Limits::default());
    assert_eq!((found.judged, found.states, found.counted), (17, 625, true));
}

/// Two processes with one file.
const FILES: &str = "process p, q\n\
    p: h = CreateFile(\"a.tmp\", GENERIC_READ | GENERIC_WRITE, 7, dwCreationDisposition: OPEN_ALWAYS)\n\
    p: m = CreateFileMapping(h, NULL, PAGE_READWRITE, 0, 4096)\np: CloseHandle(h)\np: CloseHandle(m)\n\
    q: h = CreateFile(\"a.tmp\", GENERIC_WRITE, 7, dwCreationDisposition: CREATE_ALWAYS)\nq: DeleteFile(\"a.tmp\")\n\
    q: CloseHandle(h)\n";

/// Ids that are given again, asked for at any time.
const IDS: &str = "option pid_reuse = at_once\nprocess p, q\np: CreateProcess(\"one\", &pi)  => TRUE\n\
    p: CloseHandle(pi.hThread)\np: CloseHandle(pi.hProcess)\none: ExitProcess(0)\nq: CreateProcess(\"two\", &pi)\n\
    p: h = OpenProcess(SYNCHRONIZE, FALSE, 1008)\np: t = OpenThread(SYNCHRONIZE, FALSE, 1012)\nq: CloseHandle(NULL)\n\
    q: e = GetLastError()\n";

/// A pipe that is gone while a suspended call still keeps one of its ends.
const HELD: &str = "process p, q\np: CreatePipe(&r, &w, NULL, 4)  => TRUE\np: hT = CreateThread(\"t\")  => HANDLE\n\
    p.t: WriteFile(w, \"123456\")\np: SuspendThread(hT)\np: CloseHandle(w)\np: CloseHandle(r)\nq: h = CreateEvent()  => HANDLE\n";
