//! Is an exercise well formed?

use super::{Checker, Gap, Later};
use crate::kernel::CallSpec;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::program::Exercise;
use crate::scenario::span::Span;
use crate::scenario::tree::{Clause, Name};

impl<'t> Checker<'t> {
    pub(super) fn exercise(&mut self, span: Span) {
        if let Some(first) = self.exercise {
            self.report(
                Diagnostic::new(Code::Twice, span, "the file has an exercise already", "a second one")
                    .also(first, "the first one")
                    .help("Write the second one into a file of its own."),
            );
            return;
        }
        self.exercise = Some(span);
        self.program.exercise = Some(Exercise::default());
    }

    pub(super) fn exercise_mut(&mut self) -> &mut Exercise {
        self.program.exercise.get_or_insert_default()
    }

    pub(super) fn clause(&mut self, span: Span, clause: &'t Clause) {
        match clause {
            Clause::Task(text) => {
                if let Some(first) = self.task.replace(span) {
                    self.report(
                        Diagnostic::new(Code::Twice, span, "the exercise has a task already", "a second one")
                            .also(first, "the first one")
                            .help("Put both into one text; a `hint` can say more."),
                    );
                }
                self.exercise_mut().task = text.value.clone();
            }
            Clause::Allow(names) => {
                let calls = self.calls(names);
                self.exercise_mut().allow.extend(calls);
            }
            Clause::Forbid(names) => {
                let calls = self.calls(names);
                self.exercise_mut().forbid.extend(calls);
            }
            Clause::Require(names) => {
                let calls = self.calls(names);
                self.exercise_mut().require.extend(calls);
            }
            Clause::Limit(number) => match u32::try_from(number.value) {
                Ok(limit) => self.exercise_mut().limit = Some(limit),
                Err(_) => self.report(
                    Diagnostic::new(
                        Code::BadNumber,
                        number.span,
                        "no exercise needs so many steps",
                        "a smaller number is expected",
                    )
                    .help("For example: `limit 4 steps`."),
                ),
            },
            Clause::Hint(text) => self.exercise_mut().hints.push(text.value.clone()),
            Clause::Goal(expr) => self.later.push((Later::Goal, expr)),
            Clause::Hidden(expr) => self.later.push((Later::Hidden, expr)),
            Clause::EveryOrder => self.exercise_mut().every_order = true,
        }
    }

    fn calls(&mut self, names: &[Name]) -> Vec<&'static CallSpec> {
        let mut calls = Vec::new();
        for name in names {
            match CallSpec::find(&name.text) {
                Some(spec) => calls.push(spec),
                None => self.unknown_call(&name.text, name.span),
            }
        }
        calls
    }

    pub(super) fn begin(&mut self, span: Span) {
        if self.program.exercise.is_none() {
            self.report(
                Diagnostic::new(
                    Code::GapMisplaced,
                    span,
                    "`begin` opens the gap of an exercise",
                    "there is no exercise",
                )
                .help("Write a line `exercise` and a `task` at the top of the file, or delete `begin` and `end`."),
            );
        }
        match self.gap {
            Gap::None => self.gap = Gap::Open(span),
            Gap::Open(_) | Gap::Closed => {
                self.second_gap = true;
                self.report(
                    Diagnostic::new(Code::GapMisplaced, span, "an exercise has one gap", "a second `begin`")
                        .help(
                            "Leave one `begin` and one `end`; all steps of the student stand between them.",
                        ),
                );
            }
        }
    }

    pub(super) fn end(&mut self, span: Span) {
        if matches!(self.gap, Gap::Open(_)) {
            self.gap = Gap::Closed;
            return;
        }
        if std::mem::take(&mut self.second_gap) {
            return;
        }
        let message = "`end` closes a gap that `begin` opened";
        self.report(
            Diagnostic::new(Code::GapMisplaced, span, message, "no gap is open here")
                .help("Delete it, or write `begin` on a line above, where the student's steps start."),
        );
    }

    pub(super) fn check_exercise(&mut self) {
        match self.gap {
            Gap::Open(span) => self.report(
                Diagnostic::new(Code::GapMisplaced, span, "the gap is never closed", "opened here")
                    .help("Write `end` on a line of its own behind the gap."),
            ),
            Gap::None if self.program.exercise.is_some() => self.report(
                Diagnostic::new(
                    Code::GapMisplaced,
                    self.exercise.unwrap_or_default(),
                    "the exercise has no gap for the student to fill",
                    "no `begin` in the file",
                )
                .help("Write `begin` and `end` on lines of their own where the student's steps go."),
            ),
            Gap::None | Gap::Closed => {}
        }
    }
}
