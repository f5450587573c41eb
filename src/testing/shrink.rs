//! How does a program that shows something become as small as possible?

use super::conformance::Rehearsal;
use super::program::{Program, Step};
use crate::kernel::Options;

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

/// A program that shows the same with the options of Windows and without any step that is not needed for it. First many
/// steps are left out at once, then fewer, then single ones, again and again until each is needed: what one step needed may
/// be needless in the end.
pub fn smallest(program: Program, shows: &dyn Fn(&Program) -> bool) -> Program {
    let plain = Program { options: Options::default(), ..program.clone() };
    let mut smallest = if shows(&plain) { plain } else { program };
    let mut chunk = smallest.steps.len() / 2;
    while chunk > 1 {
        smallest = without(smallest, chunk, shows);
        chunk /= 2;
    }
    loop {
        let before = smallest.steps.len();
        smallest = without(smallest, 1, shows);
        if smallest.steps.len() == before {
            return smallest;
        }
    }
}

/// Goes over the steps once, last ones first, and leaves out every so many that are not needed.
fn without(mut program: Program, chunk: usize, shows: &dyn Fn(&Program) -> bool) -> Program {
    let mut end = program.steps.len();
    while end > 0 {
        let start = end.saturating_sub(chunk);
        let mut shorter = program.clone();
        shorter.steps.drain(start..end);
        if shows(&shorter) {
            program = shorter;
        }
        end = start;
    }
    program
}
