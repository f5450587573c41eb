//! How does a step read?

use super::super::tree::{Action, Arg, Call, Expect, Expected, Step};
use super::Printer;

/// Every `=>` of every file stands in one column, 68 characters of the step and a space from the margin, so that the eye
/// runs down the answers, and a step more or less never moves the others. A longer step has one space in front of it.
const LONGEST_ALIGNED: usize = 68;

/// In front of the arguments of a call that stand on lines of their own.
const INDENTATION: &str = "    ";

impl Printer {
    pub(super) fn step(&mut self, step: &Step) {
        self.all(&[&step.actor.text, ": "]);
        if let Some(variable) = &step.variable {
            self.all(&[&variable.text, " = "]);
        }
        match &step.action {
            Action::Call(call) if has_comments(call) => self.long_call(call),
            Action::Call(call) => self.call(call),
            Action::Copy(value) => self.expr(value),
        }
        if let Some(expect) = &step.expect {
            self.expect(expect);
        }
    }

    fn call(&mut self, call: &Call) {
        self.all(&[&call.name.text, "("]);
        for (index, arg) in call.args.iter().enumerate() {
            self.all(&[if index == 0 { "" } else { ", " }]);
            self.arg(arg);
        }
        self.all(&[")"]);
    }

    /// One argument a line, each with its comments.
    fn long_call(&mut self, call: &Call) {
        self.all(&[&call.name.text, "("]);
        self.new_line();
        for (index, arg) in call.args.iter().enumerate() {
            self.comment_lines(&arg.before);
            self.all(&[INDENTATION]);
            self.arg(arg);
            if index + 1 < call.args.len() {
                self.all(&[","]);
            }
            self.trailing_comment(arg.comment.as_deref());
            self.new_line();
        }
        self.comment_lines(&call.comments);
        self.all(&[")"]);
    }

    fn comment_lines(&mut self, comments: &[String]) {
        for comment in comments {
            self.all(&[INDENTATION, "//", comment]);
            self.new_line();
        }
    }

    fn arg(&mut self, arg: &Arg) {
        if let Some(name) = &arg.name {
            self.all(&[&name.text, ": "]);
        }
        self.expr(&arg.value);
    }

    fn expect(&mut self, expect: &Expect) {
        let width = self.out[self.line_start..].chars().count();
        for _ in width..LONGEST_ALIGNED {
            self.out.push(' ');
        }
        self.all(&[" => "]);
        match &expect.value {
            Expected::Unknown => self.all(&["?"]),
            Expected::Value(value) => self.sum(value),
        }
        if let Some(error) = &expect.error {
            self.all(&[" "]);
            self.expr(error);
        }
    }
}

fn has_comments(call: &Call) -> bool {
    !call.comments.is_empty() || call.args.iter().any(|arg| !arg.before.is_empty() || arg.comment.is_some())
}
