//! Which programs suit a system whose clock never stands still?

use crate::kernel::Options;
use crate::testing::program::{Action, Operand, Program};

const HOUR: u64 = 3_600_000;
/// Where Windows is not settled, the model does what the judge does: then more can be asked.
const CHOICES: &[(&str, &str)] = &[
    ("list_bad_handle", "skipped"),
    ("list_twice", "accepted"),
    ("parent_pseudo", "accepted"),
    ("dup_maximum_allowed", "granted"),
];

/// The same program for a system whose clock never stands still: what takes time takes none, or longer than anything else.
///
/// ```
/// use handlelab::export::agent::{choices, unhurried};
/// use handlelab::testing::program::{Action, Operand, Program, Step};
///
/// let sleep = Action::Call { call: "Sleep", args: vec![("dwMilliseconds", Operand::Number(500))], keep: None };
/// let program = Program { steps: vec![Step { actor: (0, 0), instead: false, action: sleep }], ..Program::default() };
/// let unhurried = unhurried(program);
/// let Action::Call { args, .. } = &unhurried.steps[0].action else { panic!("a call") };
/// assert_eq!(args[0].1, Operand::Number(1), "nobody sleeps for long");
/// assert_eq!(unhurried.options, choices());
/// ```
pub fn unhurried(mut program: Program) -> Program {
    program.options = choices();
    for step in &mut program.steps {
        let Action::Call { call, args, .. } = &mut step.action else { continue };
        for (param, operand) in args {
            if let Operand::Number(number) = operand {
                *number = stretched(call, param, *number);
            }
        }
    }
    program
}

/// What stands for a number of a call: a time that passes at once, or never as long as anybody looks.
pub(super) fn stretched(call: &str, param: &str, number: u64) -> u64 {
    match (call, param, number) {
        ("Sleep", _, 1..0xFFFF_FFFF) => 1,
        (_, "dwMilliseconds", 1..0xFFFF_FFFF) => HOUR,
        (_, "lPeriod", 1..0x7FFF_FFFF) => HOUR,
        (_, "lpDueTime", due) if (due as i64) < -1 => (-10_000 * HOUR as i64) as u64,
        (_, "lpDueTime", _) => 0,
        (.., same) => same,
    }
}

/// Where Windows is not settled, what the judge does.
pub fn choices() -> Options {
    let mut options = Options::default();
    for (name, value) in CHOICES {
        options.set(name, value);
    }
    options
}
