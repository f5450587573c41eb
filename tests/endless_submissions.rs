//! Submissions without end: whatever is handed in is judged in bounded time and memory.

#[path = "common/attempt.rs"]
mod attempt;

use attempt::{EXERCISE, MOVE, exercise, filled, handed_in, points};
use handlelab::learn::feedback::{Finding, ShortfallKind, TroubleKind};
use handlelab::learn::{Limits, judge_bytes};

#[test]
fn very_many_processes_in_every_order_end_in_time_and_are_not_called_wrong() {
    let source = "exercise\n  task \"t\"\n  every order\n  goal alive(p.h)\nprocess p\np: h = CreateEvent()\nbegin\nend\n";
    let worker = |number: usize| {
        format!("p: CreateProcess(\"q{number}\", &pi{number})\nq{number}: g = CreateEvent()\n")
    };
    let gap: String = (0..300).map(worker).collect();
    let submission = source.replace("end\n", &format!("{gap}end\n"));
    let limits = Limits { time: std::time::Duration::from_millis(200), ..Limits::default() };
    let started = std::time::Instant::now();
    let found = judge_bytes(&exercise(source), submission.as_bytes(), &limits);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    assert!(!found.is_solved());
    let undecided = |finding: &Finding| {
        finding.order.is_none() && finding.shortfalls.iter().all(|lack| lack.kind == ShortfallKind::Undecided)
    };
    assert!(found.trouble.is_some() || found.findings.iter().all(undecided), "{found:?}");
}

/// What judging makes of it, within two limits: it must take no longer than this, and give no point.
fn is_worth_nothing(gap: &str, kind: TroubleKind) {
    let started = std::time::Instant::now();
    let found = filled(gap);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    assert_eq!(points(&found), 0);
    assert_eq!(found.trouble.map(|trouble| trouble.kind), Some(kind));
}

#[test]
fn endless_steps_endless_files_and_endless_nesting_are_cut() {
    is_worth_nothing(&"parent: x = 4\n".repeat(1001), TroubleKind::TooMuch);
    is_worth_nothing(&format!("parent: x = {}4", "(".repeat(300_000)), TroubleKind::Mistakes);
    is_worth_nothing(&"parent: x\n".repeat(50_000), TroubleKind::Mistakes);
    let huge = judge_bytes(&exercise(EXERCISE), &vec![b' '; (1 << 20) + 1], &Limits::default());
    assert_eq!(huge.trouble.unwrap().kind, TroubleKind::TooMuch);
}

#[test]
fn a_file_that_doubles_with_every_step_is_cut() {
    let source = "exercise\n  task \"t\"\n  goal dead(p.h)\nprocess p\np: h = CreateEvent()\nbegin\nend\n";
    let create = "p: f = CreateFile(\"a\", GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS)\np: WriteFile(f, \"0123456789\")\n";
    let double = "p: g = CreateFile(\"a\", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING)\np: ReadFile(g, &d)\np: WriteFile(f, d)\n";
    let found = handed_in(source, &format!("{create}{}p: CloseHandle(h)", double.repeat(60)));
    assert_eq!(found.trouble.unwrap().kind, TroubleKind::TooMuch);
    let small = handed_in(source, &format!("{create}{}p: CloseHandle(h)", double.repeat(3)));
    assert!(small.is_solved(), "{small:?}");
}

#[test]
fn what_is_in_pipes_and_in_writes_that_wait_is_cut_too() {
    let source = "exercise\n  task \"t\"\n  goal dead(p.h)\nprocess p\np: h = CreateEvent()\nbegin\nend\n";
    let wide = |number: usize| format!("p: CreatePipe(&r{number}, &w{number}, nSize: 4294967295)\n");
    let first = format!("{}p: WriteFile(w0, \"0123456789\")\np: ReadFile(r0, &d)\n", wide(0));
    let double = "p: WriteFile(w0, d)\np: WriteFile(w0, d)\np: ReadFile(r0, &d)\n".repeat(16);
    let pipes: String =
        (1..400).map(|number| format!("{}p: WriteFile(w{number}, d)\n", wide(number))).collect();
    let narrow = "p: CreatePipe(&r, &w, nSize: 1)\n";
    let thread = |number: usize| format!("p: CreateThread(\"t{number}\")\np.t{number}: WriteFile(w, d)\n");
    let waits: String = (1..400).map(thread).collect();
    for more in [pipes, format!("{narrow}{waits}")] {
        let found = handed_in(source, &format!("{first}{double}{more}p: CloseHandle(h)"));
        let told = found.trouble.map(|trouble| (trouble.kind, trouble.sentence));
        let sentence = "Your steps fill files, pipes or variables with more data than an exercise may have.";
        assert_eq!(told, Some((TroubleKind::TooMuch, sentence.to_owned())));
    }
}

#[test]
fn too_many_orders_are_no_proof() {
    // Each process finds other counts, so that no order says anything of another.
    let worker = |number: usize| {
        let step = format!("q{number}: ReleaseSemaphore(p.hShared, 1, &before)\n");
        format!("p: CreateProcess(\"q{number}\", bInheritHandles: TRUE, &pi{number})\n{}", step.repeat(4))
    };
    let gap: String = (0..4).map(worker).collect();
    let source = "exercise\n  task \"t\"\n  every order\n  goal dead(p.h)\nprocess p\np: h = CreateEvent()\n\
                  p: hShared = CreateSemaphore(NULL, 0, 99, bInheritHandle: TRUE)\nbegin\nend\n";
    let limits = Limits { states: 100, ..Limits::default() };
    let submission = source.replace("end\n", &format!("{gap}p: CloseHandle(h)\nend\n"));
    let found = judge_bytes(&exercise(source), submission.as_bytes(), &limits);
    assert_eq!(found.findings[0].shortfalls[0].kind, ShortfallKind::Undecided, "{found:?}");
    assert!(!found.is_solved());
}

#[test]
fn whatever_the_bytes_are_there_is_a_verdict() {
    let exercise = exercise(EXERCISE);
    let solved = EXERCISE.replace("begin\nend\n", &format!("begin\n{MOVE}\nend\n"));
    let words = [
        "begin", "end", "\n", "parent", "(", ")", "=>", "\"", "//", "goal", "&", "\u{0}", "hEvent",
        "exercise",
    ];
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..3000 {
        let mut bytes = solved.clone().into_bytes();
        for _ in 0..random.usize(1..6) {
            let at = random.usize(0..bytes.len());
            match random.u8(0..4) {
                0 => bytes[at] = random.u8(..),
                1 => _ = bytes.drain(at..(at + random.usize(1..60)).min(bytes.len())),
                2 => _ = bytes.splice(at..at, random.choice(words).unwrap().bytes()),
                _ => bytes.truncate(at.max(1)),
            }
            if bytes.is_empty() {
                bytes.push(b'x');
            }
        }
        let found = judge_bytes(&exercise, &bytes, &Limits::default());
        assert!(found.score().points <= found.score().of && found.score().of == 5);
        let json = serde_json::to_string(&found).unwrap();
        assert!(!json.contains("inherits"), "{}", String::from_utf8_lossy(&bytes));
        assert!(found.trouble.is_some() || found.findings.len() == 5, "{found:?}");
    }
}
