//! How is a step drawn without proptest?
//!
//! The same calls with the same arguments are chosen by dice of one's own. Whoever keeps the dice keeps the steps: nothing
//! here depends on how another crate makes random numbers. What is drawn is tamer than what tests try: nothing is garbage,
//! and what is hostile is a mistake that people make.
//!
//! ```
//! use handlelab::testing::program::Program;
//! use handlelab::testing::strategy::{Dice, Knobs, Subject};
//!
//! /// Dice that everybody can throw again.
//! struct Counting(u32);
//!
//! impl Dice for Counting {
//!     fn below(&mut self, limit: u32) -> u32 {
//!         self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
//!         (self.0 >> 16) % limit
//!     }
//! }
//!
//! let (drawing, mut dice) = (Knobs::about(&[Subject::Events]).drawing(), Counting(1));
//! let steps = (0..10).filter_map(|_| drawing.step(&mut dice)).collect();
//! let program = Program { steps, ..Program::default() };
//! assert!(program.text("Thrown").starts_with("title \"Thrown\""));
//! ```

use super::arguments::{Argument, CURRENT_PROCESS, Choice, own};
use super::calls::Row;
use super::knobs::Knobs;
use crate::testing::program::{Kind, Operand, PROCESSES, Source, Step, THREADS, VARIABLES, Variable, Whose};

/// Something that makes choices.
pub trait Dice {
    /// A number below `limit`, which is at least 1.
    fn below(&mut self, limit: u32) -> u32;
}

/// Steps as some knobs want them, to be drawn one by one.
///
/// ```
/// use handlelab::testing::program::Action;
/// use handlelab::testing::strategy::{Dice, Knobs};
///
/// /// Always the first choice.
/// struct First;
///
/// impl Dice for First {
///     fn below(&mut self, _limit: u32) -> u32 {
///         0
///     }
/// }
///
/// let mut knobs = Knobs::default();
/// knobs.calls = vec![("SetEvent", 1)];
/// let step = knobs.drawing().step(&mut First).expect("there is a call");
/// assert!(step.actor == (0, 0) && matches!(step.action, Action::Call { call: "SetEvent", .. }));
/// ```
#[derive(Clone, Debug)]
pub struct Drawing {
    rows: Vec<Row>,
    processes: u8,
    threads: u8,
    hostile: u32,
}

impl Knobs {
    /// The steps to draw from.
    pub fn drawing(&self) -> Drawing {
        let Knobs { processes, threads, hostile, .. } = *self;
        Drawing { rows: self.rows(), processes, threads, hostile }
    }
}

impl Drawing {
    /// A step; nothing, if there is no call to choose from.
    pub fn step(&self, dice: &mut dyn Dice) -> Option<Step> {
        let process = dice.below(self.processes.clamp(1, PROCESSES).into()) as u8;
        let thread = dice.below(self.threads.clamp(1, THREADS).into()) as u8;
        let all: u32 = self.rows.iter().map(|row| row.weight).sum();
        let mut left = if all > 0 { dice.below(all) } else { 0 };
        let row = self.rows.iter().find(|row| {
            let is_it = left < row.weight;
            left = left.saturating_sub(row.weight);
            is_it
        })?;
        let args = row.args.iter().filter_map(|argument| self.argument(argument, dice)).collect();
        let action = row.action(args, dice.below(VARIABLES.into()) as u8);
        Some(Step { actor: (process, thread), instead: true, action })
    }

    fn argument(&self, argument: &Argument, dice: &mut dyn Dice) -> Option<(&'static str, Operand)> {
        let is_given = argument.percent.is_none_or(|percent| dice.below(100) < percent);
        is_given.then(|| (argument.param, self.operand(&argument.choice, dice)))
    }

    fn operand(&self, choice: &Choice, dice: &mut dyn Dice) -> Operand {
        let number =
            |numbers: &[u64], dice: &mut dyn Dice| Operand::Number(*one_of(numbers, dice).unwrap_or(&0));
        match *choice {
            Choice::Numbers(numbers) => number(numbers, dice),
            Choice::Texts(texts) => Operand::Text(one_of(texts, dice).unwrap_or(&"")),
            Choice::Name(mostly) => Operand::Text(mostly),
            Choice::Out(kind) => Operand::Out(variable(&[kind], dice)),
            Choice::ProcessId => Operand::ProcessId(dice.below(PROCESSES.into()) as u8),
            Choice::ThreadId => {
                let kinds = &[Kind::ThreadId, Kind::ChildThreadId];
                Operand::Value(own(variable(kinds, dice), kinds))
            }
            Choice::NewProcess => Operand::NewProcess(dice.below(PROCESSES.into()) as u8),
            Choice::NewThread => Operand::NewThread(1 + dice.below(u32::from(THREADS) - 1) as u8),
            Choice::Handle(kinds) => Operand::Value(self.handle(kinds, dice)),
            Choice::FirstHandle(kinds) => {
                let kind = *one_of(kinds, dice).unwrap_or(&Kind::Event);
                Operand::Value(own(Variable { kind, index: 0 }, kinds))
            }
            Choice::Handles(kinds, most) => {
                let count = 1 + dice.below(most as u32);
                Operand::Values((0..count).map(|_| self.handle(kinds, dice)).collect())
            }
            Choice::NumberOrHandle(number, weight, kinds) => match dice.below(1 + weight) {
                0 => Operand::Value(Source::Number(number)),
                _ => Operand::Value(self.handle(kinds, dice)),
            },
            Choice::Process => match dice.below(2) {
                0 => Operand::Value(Source::Call(CURRENT_PROCESS)),
                _ => Operand::Value(self.handle(&[Kind::ChildProcess, Kind::Process], dice)),
            },
            Choice::Access => number(&[0x1F_FFFF, 0x10_0000, 2, 0x8000_0000, 0x4000_0000], dice),
            Choice::ObjectAccess => number(&[0x1F_0003, 0x10_0000, 2, 0x10_0002], dice),
            Choice::ProcessAccess => number(&[0x1F_FFFF, 0x40, 0x10_0000, 0x1000], dice),
        }
    }

    /// An open handle; now and then one that was closed, or that means something in another process only.
    fn handle(&self, kinds: &'static [Kind], dice: &mut dyn Dice) -> Source {
        let variable = variable(kinds, dice);
        if self.hostile == 0 || dice.below(100) >= self.hostile {
            return own(variable, kinds);
        }
        let whose = if dice.below(3) == 0 { Whose::Other } else { Whose::OpenOrNot };
        Source::Variable { whose, variable, among: kinds, plus: 0 }
    }
}

fn one_of<'a, T>(all: &'a [T], dice: &mut dyn Dice) -> Option<&'a T> {
    let limit = u32::try_from(all.len()).unwrap_or(u32::MAX).max(1);
    all.get(dice.below(limit) as usize)
}

fn variable(kinds: &[Kind], dice: &mut dyn Dice) -> Variable {
    let kind = *one_of(kinds, dice).unwrap_or(&Kind::Event);
    Variable { kind, index: dice.below(VARIABLES.into()) as u8 }
}
