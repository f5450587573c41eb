//! What `handlelab fuzz` promises: it finds what is wrong, makes it small, and the same seed gives the same bytes.

#[path = "common/command.rs"]
mod command;
#[path = "common/wrong.rs"]
mod wrong;

use command::handlelab;
use handlelab::kernel::{Arg, Options};
use handlelab::run::{Watch, run};
use handlelab::scenario::Document;
use handlelab::testing::picture::Picture;
use handlelab::testing::system::{Request, System};
use handlelab::testing::walk::{Finding, Walks};
use tempfile::TempDir;
use wrong::Wrong;

const WALKS: Walks = Walks { seed: 3, calls: 80 };

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

impl What {
    /// The kernel with this in it.
    fn in_kernel(self, options: Options) -> impl System {
        let before = move |request: &mut Request| {
            if self == What::LosesTheFlag && request.call == "DuplicateHandle" {
                request.args.retain(|(param, _)| *param != "bInheritHandle");
                request.args.push(("bInheritHandle", Arg::Number(0)));
            }
            assert!(self != What::Panics || request.call != "ReleaseSemaphore", "nobody can release");
        };
        let fault = move |picture: &Picture| {
            let many = self == What::Complains && picture.objects.len() > 12;
            many.then(|| "too many objects".to_owned())
        };
        Wrong::new(options, before, fault)
    }
}

fn found(what: What) -> Finding {
    let (walked, finding) = WALKS.go(0..200, &|options| what.in_kernel(options));
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
    let go = |numbers| WALKS.go(numbers, &|options| What::Nothing.in_kernel(options));
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
