//! What is a real system not asked, and why?
//!
//! Every restriction is a row of this one table. Some things no program can ask. Others Wine is known to answer otherwise
//! than Windows: those rows name the fact that says what Windows does, and where that is known from; the model follows
//! Windows. A row never hides more than its condition says, and each program counts how often each row applied.

mod creating;
mod duplicating;
mod files;
mod living;
mod using;

use super::mirror::{self, Mirror};
use super::question::Question;
use super::source::MOST_READ;
use crate::kernel::Arg;
use crate::testing::system::Filled;

/// Why a call is not made.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Rule {
    /// What it is called.
    pub name: &'static str,
    /// The rows of the facts that say what Windows does; empty if none does, or if it is about asking alone.
    pub fact: &'static str,
    /// The reason: what Windows does and Wine does not, or why nobody can ask.
    pub about: &'static str,
    /// Where it is known from what Windows does.
    pub source: &'static str,
    applies: fn(&Question<'_>, &Mirror) -> bool,
}

const REACTOS: &str = "ReactOS's code; not seen on Windows";
const RUN_ON_WINDOWS: &str = "ReactOS's test suite, which is run on Windows too";
const INFERRED: &str = "inferred; not seen on Windows";

const DOCUMENTED: &str = "documented by Microsoft";
const TESTED: &str = "Wine's test suite asserts it of Windows";
const LISTS: &str = "programs that were run on Windows, as the facts cite them";

/// What nobody can ask.
const IMPOSSIBLE: &[Rule] = &[
    Rule {
        name: "an unknown value",
        fact: "",
        about: "The model knows a handle that no call told anybody, so nobody knows its real value.",
        source: "",
        applies: |question, mirror| question.line(mirror).is_err(),
    },
    Rule {
        name: "a standard handle that means something else",
        fact: "",
        about: "The value of a standard handle was closed or given again, and values differ from system to system.",
        source: "",
        applies: standard_is_unclear,
    },
    Rule {
        name: "more than an answer can carry",
        fact: "",
        about: "The agent reads no more than an answer has room for.",
        source: "",
        applies: |question, _| {
            let outs = question.reply().map(|reply| reply.outs.as_slice()).unwrap_or_default();
            outs.iter().any(|(_, filled)| matches!(filled, Filled::Text(text) if text.len() > MOST_READ))
        },
    },
];

/// Where Wine is known to do something else, or Windows is not settled.
const DIFFERENCES: [&[Rule]; 5] =
    [duplicating::RULES, creating::RULES, living::RULES, files::RULES, using::RULES];

/// The table. A call is counted for the first row that applies.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    std::iter::once(IMPOSSIBLE).chain(DIFFERENCES).flatten()
}

/// The row because of which a call is not made.
pub(super) fn rule(question: &Question<'_>, mirror: &Mirror) -> Option<&'static Rule> {
    rules().find(|rule| (rule.applies)(question, mirror))
}

/// The row that says that the judge is known to do something else than Windows.
pub(super) fn difference(question: &Question<'_>, mirror: &Mirror) -> Option<&'static Rule> {
    DIFFERENCES.into_iter().flatten().find(|rule| (rule.applies)(question, mirror))
}

fn standard_is_unclear(question: &Question<'_>, mirror: &Mirror) -> bool {
    let own = question.own();
    let is_unclear = |slot| mirror.standard(question.before, own, slot).is_err();
    let sets = question.is(&["SetStdHandle"]);
    let numbers = question.request.args.iter().filter_map(|(name, arg)| match arg {
        Arg::Number(number) if !(sets && *name == "nStdHandle") => Some(*number),
        _ => None,
    });
    numbers.filter_map(mirror::slot).any(is_unclear)
}
