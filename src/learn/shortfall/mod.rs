//! Why is a goal not met, and by how little?
//!
//! A goal is taken apart into the facts that it joins; of each that is not so, the difference to what is there is told:
//! which right is missing, how many handles too many and whose, which other process has the handle.

mod actors;
mod handles;
mod objects;
mod words;

use super::feedback::{Shortfall, ShortfallKind};
use crate::kernel::Handle;
use crate::run::judge;
use crate::run::trace::Verdict;
use crate::run::world::{Value, World};
use crate::scenario::Document;
use crate::scenario::eye::Question;
use crate::scenario::program::{Condition, Operand, Program, Term, VariableId};
use crate::scenario::tree::{BinaryOp, UnaryOp};

/// What is missing for a goal that is not met.
pub(super) fn of(document: &Document, world: &World, goal: &Condition) -> Vec<Shortfall> {
    let look = Look { program: &document.program, world };
    let mut found = Vec::new();
    look.at(&goal.term, true, &mut found);
    if found.is_empty()
        && let Verdict::Missed { found: seen, .. } = judge::condition(world, &document.source, goal)
    {
        found.push(Shortfall::new(ShortfallKind::Other, format!("Now {seen}.")));
    }
    found.dedup();
    found
}

/// The end of an attempt, looked at for what is missing.
#[derive(Clone, Copy)]
struct Look<'l> {
    program: &'l Program,
    world: &'l World,
}

/// A comparison with a number.
#[derive(Clone, Copy)]
struct Compared {
    found: u64,
    op: BinaryOp,
    wanted: u64,
}

impl Look<'_> {
    /// Tells why a term is not as it is wanted; nothing if there is no better word than what was seen.
    fn at(&self, term: &Term, wanted: bool, found: &mut Vec<Shortfall>) {
        if self.world.holds(term) == wanted {
            return;
        }
        match term {
            Term::Unary(UnaryOp::Not, inner) => self.at(inner, !wanted, found),
            Term::Binary(BinaryOp::And, left, right) if wanted => {
                self.at(left, true, found);
                self.at(right, true, found);
            }
            Term::Binary(BinaryOp::Or, left, right) if !wanted => {
                self.at(left, false, found);
                self.at(right, false, found);
            }
            Term::Binary(op, left, right) => {
                let op = if wanted { *op } else { opposite(*op) };
                let told = self.comparison(op, left, right);
                found.extend(told.or_else(|| self.comparison(turned(op), right, left)));
            }
            Term::Ask(question, operands, _) => found.extend(self.truth(*question, operands, wanted)),
            _ => {}
        }
    }

    fn comparison(&self, op: BinaryOp, left: &Term, right: &Term) -> Option<Shortfall> {
        let wanted = self.world.eval(right, None);
        match (left, wanted) {
            (Term::Ask(Question::Access, operands, _), Value::Number(wanted)) => {
                self.rights(operands, u64::MAX, op, wanted)
            }
            (Term::Binary(BinaryOp::BitAnd, masked, mask), Value::Number(wanted)) => {
                let Term::Ask(Question::Access, operands, _) = &**masked else { return None };
                self.rights(operands, self.world.number(mask, None), op, wanted)
            }
            (Term::Variable(id, _), wanted) => Some(self.variable_value(*id, op, &wanted)),
            (Term::Ask(Question::Type, operands, _), Value::Text(wanted)) => {
                self.object_type(operands, op, &wanted)
            }
            (Term::Ask(Question::Owner, operands, _), wanted) => self.owner(operands, op, &wanted),
            (Term::Ask(question, operands, _), Value::Number(wanted)) => {
                let found = self.world.number(left, None);
                self.number(*question, operands, Compared { found, op, wanted })
            }
            _ => None,
        }
    }

    fn variable_value(&self, id: VariableId, op: BinaryOp, wanted: &Value) -> Shortfall {
        let binding = self.world.binding(id);
        if binding.value == Value::Nothing {
            return self.no_value(id);
        }
        let words = |value: &Value| match value {
            Value::Number(number) if binding.object.is_some() => Handle(*number).to_string(),
            value => judge::plain(value),
        };
        let not = match op {
            BinaryOp::Equal => format!(", not {}", words(wanted)),
            _ => String::new(),
        };
        let sentence = format!("`{}` is {}{not}.", self.variable(id), words(&binding.value));
        Shortfall::new(ShortfallKind::Value, sentence)
    }

    fn number(&self, question: Question, operands: &[Operand], compared: Compared) -> Option<Shortfall> {
        match question {
            Question::Handles | Question::Pointers | Question::Count => {
                self.count(question, operands.first()?, compared)
            }
            Question::OpenHandles => self.open_handles(operands.first()?, compared),
            Question::ExitCode => self.exit_code(operands.first()?, compared),
            Question::ParentPid => None,
            // `valid(...) == TRUE`
            _ => {
                let wanted = (compared.op == BinaryOp::Equal) == (compared.wanted != 0);
                self.truth(question, operands, wanted)
            }
        }
    }

    fn truth(&self, question: Question, operands: &[Operand], wanted: bool) -> Option<Shortfall> {
        match question {
            Question::Valid => self.valid(operands, wanted),
            Question::Inherits | Question::Protected => self.flag(question, operands, wanted),
            Question::Alive | Question::Dead => {
                self.life(operands.first()?, wanted == (question == Question::Alive))
            }
            Question::Named => self.named(operands.first()?, wanted),
            Question::Signaled => self.signaled(operands.first()?, wanted),
            Question::SameObject => self.same_object(operands, wanted),
            Question::Running | Question::Exited => {
                self.running(operands.first()?, wanted == (question == Question::Running))
            }
            Question::Blocked => self.blocked(operands.first()?, wanted),
            _ => None,
        }
    }
}

impl Compared {
    /// How far the number is from where it should be: `one too many`, `2 too few`.
    fn difference(self) -> Option<String> {
        let Compared { found, op, wanted } = self;
        let (found, wanted) = (i128::from(found as i64), i128::from(wanted as i64));
        let nearest = match op {
            BinaryOp::Equal | BinaryOp::LessOrEqual | BinaryOp::GreaterOrEqual => wanted,
            BinaryOp::Less => wanted - 1,
            BinaryOp::Greater => wanted + 1,
            _ => return None,
        };
        let off = (found - nearest).unsigned_abs();
        let number = if off == 1 { "one".to_owned() } else { off.to_string() };
        Some(format!("{number} too {}", if found > nearest { "many" } else { "few" }))
    }
}

/// The comparison that is true where this one is false.
fn opposite(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Equal => BinaryOp::NotEqual,
        BinaryOp::NotEqual => BinaryOp::Equal,
        BinaryOp::Less => BinaryOp::GreaterOrEqual,
        BinaryOp::LessOrEqual => BinaryOp::Greater,
        BinaryOp::Greater => BinaryOp::LessOrEqual,
        BinaryOp::GreaterOrEqual => BinaryOp::Less,
        op => op,
    }
}

/// The same comparison with its sides exchanged.
fn turned(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Less => BinaryOp::Greater,
        BinaryOp::LessOrEqual => BinaryOp::GreaterOrEqual,
        BinaryOp::Greater => BinaryOp::Less,
        BinaryOp::GreaterOrEqual => BinaryOp::LessOrEqual,
        op => op,
    }
}

#[cfg(test)]
mod tests;
