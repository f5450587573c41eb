//! Promise: the state of every object is told in the words that fit it, and two systems that differ in anything that can
//! matter later have different fingerprints.

use handlelab::kernel::{Answer, CallSpec};
use handlelab::run::umpire::{Point, Umpire};
use handlelab::run::{Watch, run, world::World};
use handlelab::scenario::Document;
use handlelab::scenario::diagnostic::Diagnostic;

/// Keeps the world behind the last step, before the time of those that still wait passes.
#[derive(Default)]
struct Last(Option<World>, Vec<(&'static str, Answer)>);

impl Umpire for Last {
    fn see(&mut self, at: Point, world: &World) -> bool {
        if at != Point::End {
            self.0 = Some(world.clone());
        }
        true
    }

    fn answered(&mut self, _: usize, call: &'static CallSpec, answer: &Answer) {
        self.1.push((call.name, answer.clone()));
    }

    fn pass_over(&mut self, _: usize, _: &Diagnostic) -> bool {
        false
    }
}

fn follow(steps: &str) -> Last {
    let text = format!("process p, q\n{steps}");
    let document = Document::read(text.as_str()).unwrap_or_else(|mistakes| panic!("{text}\n{mistakes:#?}"));
    let mut last = Last::default();
    let report = run(&document, Watch::World(&mut last));
    assert!(report.is_good(), "{text}\n{:#?}\n{:#?}", report.failures, report.mistake);
    last
}

fn world(steps: &str) -> World {
    follow(steps).0.expect("there was a step")
}

/// The label and the state of what p's first handle names.
#[track_caller]
fn is_told(steps: &str, label: Option<&str>, state: &str) {
    let kernel = world(steps).kernel;
    let (_, p) = kernel.processes().find(|(_, record)| record.name == "p").expect("p is there");
    let (_, entry) = p.table.as_ref().and_then(|table| table.iter().next()).expect("p has a handle");
    assert_eq!(kernel.state_of(entry.object), state, "{steps}");
    assert_eq!(kernel.label_of(entry.object).as_deref(), label, "{steps}");
}

#[test]
fn the_state_of_every_object_is_told_in_words() {
    is_told("p: CreateEvent()\n", None, "not signaled");
    is_told("p: CreateEvent(bInitialState: TRUE)\n", None, "signaled");
    is_told("p: CreateSemaphore(NULL, 2, 3)\n", None, "count 2");
    is_told("p: CreateMutex()\n", None, "free");
    is_told("p: m = CreateMutex(NULL, TRUE)\n", None, "owned by p");
    is_told("p: m = CreateMutex(NULL, TRUE)\np: WaitForSingleObject(m, 0)\n", None, "owned by p, 2 times");
    is_told(
        "p: CreateMutex(NULL, FALSE, \"M\")\nq: m = CreateMutex(NULL, FALSE, \"M\")\nq: WaitForSingleObject(m, 0)\nq: ExitProcess(0)\n",
        None,
        "free, abandoned",
    );
    is_told("p: CreateWaitableTimer()\n", None, "not set");
    is_told("p: t = CreateWaitableTimer()\np: SetWaitableTimer(t, -50000)\n", None, "due at 5 ms");
    is_told("p: t = CreateWaitableTimer()\np: SetWaitableTimer(t, -50000)\np: Sleep(5)\n", None, "signaled");
    is_told("p: CreateJobObject()\n", None, "0 running");
    is_told(
        "p: j = CreateJobObject()\np: AssignProcessToJobObject(j, GetCurrentProcess())\n\
         p: SetInformationJobObject(j, LimitFlags: JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE)\n",
        None,
        "1 running, ends them with its last handle",
    );
    is_told("p: j = CreateJobObject()\np: TerminateJobObject(j, 1)\n", None, "signaled, 0 running");
    let file = "p: h = CreateFile(\"a.txt\", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS)\n";
    is_told(file, Some("a.txt"), "at byte 0");
    is_told(&format!("{file}p: WriteFile(h, \"abc\")\n"), Some("a.txt"), "at byte 3");
    let pipe = "p: CreatePipe(&in, &out)\np: WriteFile(out, \"ab\")\n";
    is_told(pipe, Some("read end of a pipe"), "2 bytes inside");
    is_told(&format!("{pipe}p: CloseHandle(in)\n"), Some("write end of a pipe"), "2 bytes inside");
    let thread = "p: t = CreateThread(\"w\")\n";
    is_told(thread, Some("p.w"), "running");
    is_told(&format!("{thread}p: SuspendThread(t)\n"), Some("p.w"), "suspended");
    is_told(
        &format!("{thread}p: h = CreateEvent()\np.w: WaitForSingleObject(h, 9)\n"),
        Some("p.w"),
        "waiting",
    );
    is_told(&format!("{thread}p.w: ExitThread(7)\n"), Some("p.w"), "ended with 7");
    is_told(&format!("{thread}p: TerminateThread(t, 8)\n"), Some("p.w"), "ended with 8");
    let child = "p: CreateProcess(\"c\", &pi)\n";
    is_told(child, Some("c"), "running");
    is_told(&format!("{child}c: ExitProcess(3)\n"), Some("c"), "ended with 3");
    is_told("p: h = CreateProcess(\"c\", &pi)\np: CloseHandle(pi.hProcess)\n", Some("c"), "running");
}

/// Whatever differs between two systems, and how each comes to be, behind steps that both share.
const DIFFERENCES: &[(&str, &str, &str, &str)] = &[
    (
        "the rights of a handle",
        "",
        "p: OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, q.pid)\n",
        "p: OpenProcess(PROCESS_VM_READ, FALSE, q.pid)\n",
    ),
    (
        "the object of a handle",
        "p: a = CreateEvent()\np: b = CreateEvent()\n",
        "p: DuplicateHandle(GetCurrentProcess(), a, GetCurrentProcess(), &c, 0, FALSE, DUPLICATE_SAME_ACCESS)\n",
        "p: DuplicateHandle(GetCurrentProcess(), b, GetCurrentProcess(), &c, 0, FALSE, DUPLICATE_SAME_ACCESS)\n",
    ),
    ("whether a handle is inheritable", "", "p: CreateEvent(bInheritHandle: TRUE)\n", "p: CreateEvent()\n"),
    (
        "the value of a handle",
        "p: a = CreateEvent()\np: b = CreateEvent()\n",
        "p: CloseHandle(a)\np: CreateMutex()\n",
        "p: CloseHandle(b)\np: CreateMutex()\n",
    ),
    (
        "which value comes next",
        "p: a = CreateEvent()\np: b = CreateEvent()\n",
        "p: CloseHandle(a)\np: CloseHandle(b)\n",
        "p: CloseHandle(b)\np: CloseHandle(a)\n",
    ),
    ("whose table a handle is in", "", "p: CreateEvent()\n", "q: CreateEvent()\n"),
    ("the name of an object", "", "p: CreateEvent(lpName: \"A\")\n", "p: CreateEvent(lpName: \"B\")\n"),
    ("whether an event is set", "", "p: CreateEvent()\n", "p: CreateEvent(bInitialState: TRUE)\n"),
    ("whether an event resets itself", "", "p: CreateEvent()\n", "p: CreateEvent(bManualReset: TRUE)\n"),
    (
        "the permits of a semaphore",
        "",
        "p: CreateSemaphore(NULL, 1, 2)\n",
        "p: CreateSemaphore(NULL, 2, 2)\n",
    ),
    (
        "how many permits a semaphore can have",
        "",
        "p: CreateSemaphore(NULL, 1, 2)\n",
        "p: CreateSemaphore(NULL, 1, 3)\n",
    ),
    (
        "who owns a mutex",
        "p: m = CreateMutex(NULL, FALSE, \"M\")\nq: n = CreateMutex(NULL, FALSE, \"M\")\np: SetLastError(0)\nq: SetLastError(0)\n",
        "p: WaitForSingleObject(m, 0)\n",
        "q: WaitForSingleObject(n, 0)\n",
    ),
    ("how often a mutex is owned", "p: m = CreateMutex(NULL, TRUE)\n", "", "p: WaitForSingleObject(m, 0)\n"),
    (
        "whether a mutex was abandoned",
        "p: t = CreateThread(\"w\")\np: m = CreateMutex()\np.w: WaitForSingleObject(m, 0)\n",
        "p.w: ExitThread(0)\n",
        "p.w: ReleaseMutex(m)\np.w: ExitThread(0)\n",
    ),
    (
        "when a timer is due",
        "p: t = CreateWaitableTimer()\n",
        "p: SetWaitableTimer(t, -50000)\n",
        "p: SetWaitableTimer(t, -60000)\n",
    ),
    (
        "the size of a section",
        "",
        "p: CreateFileMapping(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096)\n",
        "p: CreateFileMapping(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 8192)\n",
    ),
    (
        "the file of a section",
        "p: a = CreateFile(\"a.txt\", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS)\np: b = CreateFile(\"b.txt\", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS)\np: WriteFile(a, \"x\")\np: WriteFile(b, \"x\")\n",
        "p: CreateFileMapping(a, NULL, PAGE_READONLY, 0, 0)\n",
        "p: CreateFileMapping(b, NULL, PAGE_READONLY, 0, 0)\n",
    ),
    (
        "the views of a section",
        "p: s = CreateFileMapping(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 0x20000)\n",
        "p: MapViewOfFile(s, FILE_MAP_READ, 0, 0, 0x10000)\n",
        "p: MapViewOfFile(s, FILE_MAP_READ, 0, 0, 0x20000)\n",
    ),
    (
        "what is in a file",
        "",
        "p: a = CreateFile(\"a.txt\", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS)\np: WriteFile(a, \"x\")\np: CloseHandle(a)\n",
        "p: a = CreateFile(\"a.txt\", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS)\np: WriteFile(a, \"y\")\np: CloseHandle(a)\n",
    ),
    (
        "the name of a file",
        "",
        "p: CreateFile(\"a.txt\", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS)\n",
        "p: CreateFile(\"b.txt\", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS)\n",
    ),
    (
        "which of two openings shares",
        "",
        "p: CreateFile(\"a.txt\", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS)\n",
        "p: CreateFile(\"a.txt\", GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS)\n",
    ),
    (
        "what is in a pipe",
        "p: CreatePipe(&in, &out)\n",
        "p: WriteFile(out, \"a\")\n",
        "p: WriteFile(out, \"b\")\n",
    ),
    (
        "the jobs of a process",
        "p: j = CreateJobObject()\np: k = CreateJobObject()\n",
        "p: AssignProcessToJobObject(j, GetCurrentProcess())\n",
        "p: AssignProcessToJobObject(k, GetCurrentProcess())\n",
    ),
    (
        "what a job does at its end",
        "p: j = CreateJobObject()\n",
        "",
        "p: SetInformationJobObject(j, LimitFlags: JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE)\n",
    ),
    (
        "which thread is suspended",
        "p: a = CreateThread(\"one\")\np: b = CreateThread(\"two\")\n",
        "p: SuspendThread(a)\n",
        "p: SuspendThread(b)\n",
    ),
    (
        "how often a thread is suspended",
        "p: a = CreateThread(\"one\")\np: SuspendThread(a)\n",
        "",
        "p: SuspendThread(a)\n",
    ),
    (
        "what a thread waits for",
        "p: a = CreateEvent()\np: b = CreateEvent()\np: CreateThread(\"w\")\n",
        "p.w: WaitForSingleObject(a, INFINITE)\n",
        "p.w: WaitForSingleObject(b, INFINITE)\n",
    ),
    (
        "how long a thread waits",
        "p: h = CreateEvent()\np: CreateThread(\"w\")\n",
        "p.w: WaitForSingleObject(h, 5)\n",
        "p.w: WaitForSingleObject(h, 6)\n",
    ),
    (
        "the exit code of a process",
        "p: CreateProcess(\"c\", &pi)\n",
        "c: ExitProcess(1)\n",
        "c: ExitProcess(2)\n",
    ),
    ("who has ended", "p: CreateProcess(\"c\", &pi)\n", "", "c: ExitProcess(1)\n"),
    (
        "a standard handle",
        "",
        "p: SetStdHandle(STD_INPUT_HANDLE, 4)\n",
        "p: SetStdHandle(STD_OUTPUT_HANDLE, 4)\n",
    ),
    ("the last error", "", "p: SetLastError(1)\n", "p: SetLastError(2)\n"),
    ("the time", "", "p: Sleep(1)\n", "p: Sleep(2)\n"),
];

#[test]
fn systems_that_differ_have_different_fingerprints() {
    for (what, shared, one, other) in DIFFERENCES {
        let fingerprint = |own: &str| world(&format!("{shared}{own}")).kernel.fingerprint();
        assert_eq!(fingerprint(one), fingerprint(one), "{what}: the same twice");
        assert_ne!(fingerprint(one), fingerprint(other), "{what}");
    }
}

#[test]
fn a_wait_whose_time_is_over_says_so_in_its_status() {
    let heard = follow("p: h = CreateEvent()\np: WaitForSingleObject(h, 0)\n").1;
    assert_eq!(heard.last().map(|(_, answer)| answer.status.name()), Some("STATUS_TIMEOUT"));
}
