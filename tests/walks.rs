//! What `handlelab fuzz` promises: it finds what is wrong, makes it small, and the same seed gives the same bytes.

#[path = "common/command.rs"]
mod command;

use command::handlelab;
use handlelab::kernel::{Arg, Options};
use handlelab::run::{Watch, run};
use handlelab::scenario::Document;
use handlelab::testing::picture::Picture;
use handlelab::testing::system::{Happening, KernelSystem, Request, System};
use handlelab::testing::walk::{Finding, Walks};
use tempfile::TempDir;

const WALKS: Walks = Walks { seed: 3, calls: 80 };

/// A kernel with something wrong in it.
struct Wrong {
    kernel: KernelSystem,
    what: What,
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    Nothing,
    /// Copies of handles are never inheritable.
    LosesTheFlag,
    /// It falls over when a semaphore is released.
    Panics,
    /// It complains when there are more than twelve objects.
    Complains,
}

impl System for Wrong {
    fn start_process(&mut self, name: &str) -> (u32, u32) {
        self.kernel.start_process(name)
    }

    fn can_run(&self, thread: u32) -> bool {
        self.kernel.can_run(thread)
    }

    fn call(&mut self, thread: u32, request: &Request) -> Happening {
        let mut request = request.clone();
        if self.what == What::LosesTheFlag && request.call == "DuplicateHandle" {
            request.args.retain(|(param, _)| *param != "bInheritHandle");
            request.args.push(("bInheritHandle", Arg::Number(0)));
        }
        assert!(self.what != What::Panics || request.call != "ReleaseSemaphore", "nobody can release");
        self.kernel.call(thread, &request)
    }

    fn tell(&self, thread: u32, call: &str) -> Option<u64> {
        self.kernel.tell(thread, call)
    }

    fn threads_of(&self, process: u32) -> Vec<u32> {
        self.kernel.threads_of(process)
    }

    fn process_id(&self, process: u32) -> Option<u32> {
        self.kernel.process_id(process)
    }

    fn object_at(&self, process: u32, value: u64) -> Option<u32> {
        self.kernel.object_at(process, value)
    }

    fn picture(&self) -> Picture {
        self.kernel.picture()
    }

    fn fault(&self) -> Option<String> {
        let many = self.what == What::Complains && self.kernel.picture().objects.len() > 12;
        many.then(|| "too many objects".to_owned())
    }
}

fn found(what: What) -> Finding {
    let (walked, finding) =
        WALKS.go(0..200, &|options: Options| Wrong { kernel: KernelSystem::new(options), what });
    let finding = finding.expect("what is wrong is found");
    assert_eq!(walked.walks, finding.walk + 1, "no walk behind the first finding is counted");
    finding
}

#[test]
fn a_wrong_answer_is_found_and_made_small() {
    let finding = found(What::LosesTheFlag);
    assert!(finding.program.steps.len() <= 3, "{:#?}", finding.program);
    assert!(finding.what.contains("DuplicateHandle"), "{}", finding.what);
}

#[test]
fn a_panic_is_a_finding() {
    let finding = found(What::Panics);
    assert!(finding.what.contains("nobody can release"), "{}", finding.what);
    assert!(finding.program.steps.len() <= 3, "{:#?}", finding.program);
}

#[test]
fn what_a_system_finds_wrong_with_itself_is_a_finding() {
    let finding = found(What::Complains);
    assert!(finding.what.contains("too many objects"), "{}", finding.what);
    assert!(finding.program.steps.len() <= 10, "each step makes an object: {:#?}", finding.program);
}

#[test]
fn a_finding_is_a_scenario_that_says_what_is_right() {
    let text = || found(What::LosesTheFlag).scenario("A finding", &["Found by a test"]);
    let first = text();
    assert!(first.starts_with("// Found by a test\n"), "{first}");
    let document = Document::read(first.as_str()).unwrap();
    assert!(run(&document, Watch::Quietly).is_good(), "the kernel does it right:\n{first}");
    assert_eq!(first, text(), "the same seed finds the same");
}

#[test]
fn walks_are_long_and_the_same_however_they_are_gone() {
    let go = |numbers| {
        WALKS.go(numbers, &|options| Wrong { kernel: KernelSystem::new(options), what: What::Nothing })
    };
    let (all, finding) = go(0..12);
    assert_eq!(finding, None);
    assert!(all.walks == 12 && all.calls > 12 * 80 * 8 / 10, "{all:?}");
    assert!(all.refused > all.calls / 10 && all.refused < all.calls / 2, "{all:?}");
    let mut parts = go(0..5).0;
    parts.add(go(5..12).0);
    assert_eq!(all, parts);
    assert_eq!(WALKS.walk(4), WALKS.walk(4));
    assert_ne!(WALKS.walk(4), WALKS.walk(5));
}

#[test]
fn the_command_gives_the_same_bytes_for_the_same_seed() {
    let folder = TempDir::new().unwrap();
    let fuzz = |args: &[&str]| handlelab(folder.path(), &[&["fuzz", "--calls", "40"], args].concat());
    let (code, out, err) = fuzz(&["--seed", "11", "--walks", "8"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("seed 11, walks of up to 40 calls\n8 walks, "), "{out}");
    assert_eq!(out, fuzz(&["--seed", "11", "--walks", "8"]).1);
    let fresh = fuzz(&["--walks", "1"]).1;
    let seed = fresh.strip_prefix("seed ").and_then(|rest| rest.split(',').next()).unwrap().to_owned();
    assert_eq!(fuzz(&["--walks", "1", "--seed", &seed]).1, fresh, "a fresh seed is shown, and can be given");
    assert_eq!(fuzz(&["--time", "0"]).0, 0);
    assert_eq!(fuzz(&["--time", "1", "--walks", "1"]).0, 2, "one of the two");
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing is saved where nothing is found"
    );
}
