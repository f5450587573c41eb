//! What need not be drawn, because an implementation never does it?

use super::play::Play;
use crate::kernel::CallSpec;
use crate::testing::strategy::{Given, Knobs};
use crate::testing::system::Request;
use std::collections::{BTreeMap, BTreeSet};

/// What was refused so often, and never done, is not drawn any more.
const REFUSALS: usize = 12;

/// What is done and what is refused: calls, and parameters that can be left out.
#[derive(Default)]
pub(super) struct Offers {
    done: BTreeSet<&'static str>,
    refusals: BTreeMap<&'static str, usize>,
}

impl Offers {
    /// Learns from what came of a program; `true` if there is something new that need not be drawn.
    pub(super) fn learn(&mut self, play: &Play) -> bool {
        let before = self.refused().count();
        play.made.iter().for_each(|request| self.done.extend(parts(request)));
        for part in play.refused.iter().flat_map(parts) {
            *self.refusals.entry(part).or_default() += 1;
        }
        self.refused().count() != before
    }

    fn refused(&self) -> impl Iterator<Item = &'static str> {
        let never = |(part, often): &(&&str, &usize)| **often >= REFUSALS && !self.done.contains(**part);
        self.refusals.iter().filter(never).map(|(part, _)| *part)
    }

    /// The knobs without what is never done.
    pub(super) fn turned(&self, knobs: &Knobs) -> Knobs {
        let (without, params): (Vec<_>, Vec<_>) =
            self.refused().partition(|part| CallSpec::find(part).is_some());
        let given = params.into_iter().map(|param| (param, Given::Never)).collect();
        Knobs { without, given, ..knobs.clone() }
    }
}

/// The call, and its parameters that could have been left out.
fn parts(request: &Request) -> impl Iterator<Item = &'static str> {
    let spec = CallSpec::find(request.call);
    let is_optional = move |name: &&'static str| {
        spec.and_then(|spec| Some(!spec.params[spec.param(name)?].required)).unwrap_or_default()
    };
    let params = request.args.iter().map(|(name, _)| *name).filter(is_optional);
    std::iter::once(request.call).chain(params.collect::<Vec<_>>())
}
