//! Which misuses of handles does somebody want to see, and which shall fail?

use clap::builder::PossibleValuesParser;
use handlelab::run::misuse::{Class, Misuse};

#[derive(clap::Args, Default)]
pub(super) struct MisuseArgs {
    /// Show misuses of handles as they happen: all, or those of these classes
    ///
    /// `handlelab explain` lists the classes, each with a page.
    #[arg(long, value_name = "CLASS", num_args = 0..=1, require_equals = true, default_missing_value = ALL, value_delimiter = ',', value_parser = classes(true))]
    warn: Vec<String>,

    /// The same, and end with 1 if there is one that the file does not mean
    ///
    /// A file says that it means one with a line above the step: `misuse use-after-close`.
    #[arg(long, value_name = "CLASS", num_args = 0..=1, require_equals = true, default_missing_value = ALL, value_delimiter = ',', value_parser = classes(true))]
    deny: Vec<String>,

    /// Neither show misuses of these classes nor fail for them
    #[arg(long, value_name = "CLASS", value_delimiter = ',', value_parser = classes(false))]
    allow: Vec<String>,
}

const ALL: &str = "all";

fn classes(all: bool) -> PossibleValuesParser {
    let names = Class::ALL.iter().map(|class| class.name());
    PossibleValuesParser::new(all.then_some(ALL).into_iter().chain(names))
}

impl MisuseArgs {
    /// Does anybody want to see misuses at all?
    pub(super) fn any(&self) -> bool {
        !self.warn.is_empty() || !self.deny.is_empty()
    }

    /// The misuses that are wanted, each with whether it is denied. What the file says that it means is denied to nobody.
    pub(super) fn chosen<'m>(&self, misuses: &'m [Misuse]) -> Vec<(&'m Misuse, bool)> {
        let wanted = misuses.iter().filter(|misuse| {
            let named = names(&self.deny, misuse.class) || names(&self.warn, misuse.class);
            named && !names(&self.allow, misuse.class)
        });
        wanted.map(|misuse| (misuse, names(&self.deny, misuse.class) && !misuse.meant)).collect()
    }
}

fn names(chosen: &[String], class: Class) -> bool {
    chosen.iter().any(|name| name == ALL || name == class.name())
}
