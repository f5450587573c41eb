//! How does a program that shows something become as small as possible?
//!
//! ```
//! use handlelab::testing::{program::Program, shrink::smallest, system::KernelSystem, walk::Walks};
//!
//! /// Does the program close something?
//! fn closes(program: &Program) -> bool {
//!     let mut closed = false;
//!     let mut system = KernelSystem::new(program.options);
//!     program.run(&mut system, |deed, _, _, _| closed |= deed.request().is_some_and(|call| call.call == "CloseHandle"));
//!     closed
//! }
//!
//! let walk = (0..100).map(|number| Walks { seed: 1, calls: 60 }.walk(number)).find(closes).expect("one that closes");
//! assert_eq!(smallest(walk, &closes).steps.len(), 1);
//! ```

use super::program::{Program, Step};
use super::rehearsal::Rehearsal;
use crate::kernel::Options;
use std::convert::Infallible;

/// The same program with everybody named who acts in fact, and without what nobody does.
///
/// ```
/// use handlelab::testing::program::{Action, Program, Step};
/// use handlelab::testing::shrink::pinned;
///
/// let action = Action::Call { call: "CreateEvent", args: vec![], keep: None };
/// let by_somebody = Step { actor: (5, 0), instead: true, action };
/// let by_nobody = Step { instead: false, ..by_somebody.clone() };
/// let program = pinned(&Program { steps: vec![by_somebody, by_nobody], ..Program::default() });
/// assert_eq!(program.steps.len(), 1, "there is no sixth process, and only one step may be done by another");
/// assert!(program.steps[0].actor.0 < 2);
/// ```
pub fn pinned(program: &Program) -> Program {
    let mut rehearsal = Rehearsal::new(program.options);
    let mut steps = Vec::new();
    for step in &program.steps {
        rehearsal.step(step);
        steps.extend(
            rehearsal.last.as_ref().map(|(deed, _)| Step { actor: deed.actor.place, ..step.clone() }),
        );
    }
    Program { steps, ..*program }
}

/// A program that shows the same with the options of Windows and without any step that is not needed for it.
pub fn smallest(program: Program, shows: &dyn Fn(&Program) -> bool) -> Program {
    let plain = Program { options: Options::default(), ..program.clone() };
    let program = if shows(&plain) { plain } else { program };
    let Ok(smallest) = needed(program, &mut |shorter| Ok::<bool, Infallible>(shows(shorter)));
    smallest
}

/// The program without any step that is not needed: it still `shows` what it showed. First many steps are left out at once,
/// then fewer, then single ones, again and again until each is needed: what one step needed may be needless in the end.
///
/// ```
/// use handlelab::testing::program::{Action, Program, Step};
/// use handlelab::testing::shrink::needed;
///
/// let step = |call| Step { actor: (0, 0), instead: true, action: Action::Call { call, args: vec![], keep: None } };
/// let steps = ["CreateEvent", "CreateMutex", "CreateEvent"].map(step).into();
/// let mut asked = 0;
/// let shows = &mut |shorter: &Program| {
///     asked += 1;
///     if asked > 100 { Err("it takes too long") } else { Ok(shorter.steps.contains(&step("CreateMutex"))) }
/// };
/// let left = needed(Program { steps, ..Program::default() }, shows);
/// assert_eq!(left.map(|program| program.steps), Ok(vec![step("CreateMutex")]));
/// ```
///
/// # Errors
/// What `shows` says when it cannot tell any more.
pub fn needed<E>(program: Program, shows: &mut dyn FnMut(&Program) -> Result<bool, E>) -> Result<Program, E> {
    let mut smallest = program;
    let mut chunk = smallest.steps.len() / 2;
    while chunk > 1 {
        smallest = without(smallest, chunk, shows)?;
        chunk /= 2;
    }
    loop {
        let before = smallest.steps.len();
        smallest = without(smallest, 1, shows)?;
        if smallest.steps.len() == before {
            return Ok(smallest);
        }
    }
}

/// Goes over the steps once, last ones first, and leaves out every so many that are not needed.
fn without<E>(
    mut program: Program,
    chunk: usize,
    shows: &mut dyn FnMut(&Program) -> Result<bool, E>,
) -> Result<Program, E> {
    let mut end = program.steps.len();
    while end > 0 {
        let start = end.saturating_sub(chunk);
        let mut shorter = program.clone();
        shorter.steps.drain(start..end);
        if shows(&shorter)? {
            program = shorter;
        }
        end = start;
    }
    Ok(program)
}
