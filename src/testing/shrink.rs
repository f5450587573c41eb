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
