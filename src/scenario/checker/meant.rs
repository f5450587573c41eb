//! Which misuses does a file mean, and in which step?

use super::Checker;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::misuse::Class;
use crate::scenario::program::MeantMisuse;
use crate::scenario::suggest::closest;
use crate::scenario::tree::Name;

impl Checker<'_> {
    /// `misuse use-after-close`
    pub(super) fn means(&mut self, names: &[Name]) {
        for name in names {
            let Some(class) = Class::find(&name.text) else {
                self.unknown_class(name);
                continue;
            };
            match self.meant.iter().find(|(known, _)| *known == class) {
                None => self.meant.push((class, name.span)),
                Some((_, first)) => {
                    let first = *first;
                    let message = format!("`{}` is said twice about one step", name.text);
                    self.report(
                        Diagnostic::new(Code::Twice, name.span, message, "the same again")
                            .also(first, "the first one")
                            .help("Say it once: it stands for all misuses of this kind in the step."),
                    );
                }
            }
        }
    }

    fn unknown_class(&mut self, name: &Name) {
        let message = format!("there is no kind of misuse `{}`", name.text);
        let diagnostic = Diagnostic::new(Code::UnknownMisuse, name.span, message, "not a kind of misuse");
        let written = name.text.to_lowercase().replace('_', "-");
        let names = || Class::ALL.iter().map(|class| class.name());
        self.report(match closest(&written, names()) {
            Some(meant) => diagnostic.help(format!("Did you mean `{meant}`?")),
            None => diagnostic.help(format!("The kinds are: {}.", names().collect::<Vec<_>>().join(", "))),
        });
    }

    /// The step that is understood now is the one that was meant.
    pub(super) fn meant_here(&mut self) {
        let statement = self.program.statements.len() as u32;
        let meant = self.meant.drain(..).map(|(class, span)| MeantMisuse { statement, class, span });
        self.program.misuses.extend(meant);
    }

    /// Where a step should follow, none does.
    pub(super) fn no_step_follows(&mut self, label: &str) {
        if let Some((class, span)) = self.meant.first().copied() {
            let message = format!("`misuse {}` belongs to the step below it", class.name());
            self.report(
                Diagnostic::new(Code::MisuseOfNothing, span, message, label)
                    .help("Write it directly above the step that misuses the handle."),
            );
        }
        self.meant.clear();
    }
}
