//! Which wrong answers are plausible?

use crate::kernel::calls::{CallSpec, Kind, Returns};
use crate::kernel::{Handle, ObjectType, Status};
use crate::learn::chance::Chance;
use crate::run::trace::ProcessState;
use crate::run::words;

/// A question has no more choices than this.
const MOST: usize = 4;
/// What is answered when a call waits.
pub(super) const WAITS: &str = "it waits";

/// The right answer among some of the wrong ones, in an order that tells nothing. Nothing, if there is no wrong one.
pub(super) fn among(right: &str, wrong: Vec<String>, chance: &mut Chance) -> Option<Vec<String>> {
    let mut choices = vec![right.to_owned()];
    for candidate in wrong {
        if choices.len() < MOST && !choices.contains(&candidate) {
            choices.push(candidate);
        }
    }
    chance.shuffle(&mut choices);
    (choices.len() > 1).then_some(choices)
}

/// What else a call could answer, the likeliest first.
pub(super) fn answers(spec: &CallSpec, right: &str) -> Vec<String> {
    let mut wrong: Vec<String> = successes(spec.returns).iter().map(|word| (*word).to_owned()).collect();
    if let Ok(number) = right.parse::<u64>() {
        wrong.extend([number + 1, number.saturating_sub(1), number + 2].map(|near| near.to_string()));
    }
    let takes_a_handle =
        spec.params.iter().any(|param| matches!(param.kind, Kind::Handle { .. } | Kind::AnyHandle));
    let usual = [Status::InvalidHandle, Status::AccessDenied];
    let usual = usual.into_iter().filter(|_| takes_a_handle);
    for status in usual.chain(spec.fails.iter().map(|(status, _)| *status)) {
        let failure = words::value(spec.returns, spec.returns.failure(status));
        match spec.returns {
            Returns::Status => wrong.push(status.name().to_owned()),
            Returns::Plain | Returns::Nothing => {}
            _ => wrong.push(format!("{failure} {}", status.win32())),
        }
    }
    wrong
}

/// The answers of a call that does what it was asked to.
fn successes(returns: Returns) -> &'static [&'static str] {
    match returns {
        Returns::Bool => &["TRUE"],
        Returns::Handle | Returns::FileHandle => &["HANDLE"],
        Returns::Wait => &["WAIT_OBJECT_0", WAITS, "WAIT_TIMEOUT"],
        Returns::Address => &["ADDRESS"],
        Returns::Status => &["STATUS_SUCCESS"],
        Returns::Number { .. } | Returns::Plain | Returns::Nothing => &[],
    }
}

/// Other values that a new handle in this table could have: its neighbours, and the next one behind the last.
pub(super) fn values(right: Handle, table: &ProcessState) -> Vec<String> {
    let last = table.handles.iter().map(|row| row.handle.0).max().unwrap_or_default();
    let neighbours = [last + 4, right.0 + 4, right.0.saturating_sub(4), right.0 + 8];
    neighbours.into_iter().filter(|value| *value > 0).map(|value| Handle(value).to_string()).collect()
}

/// Other rights to an object of a type.
pub(super) fn rights(of: ObjectType) -> Vec<String> {
    let generic = &of.spec().generic;
    [generic.all, generic.read, generic.write, generic.execute].map(|mask| of.access_in_words(mask)).into()
}

/// Other numbers of handles.
pub(super) fn counts(right: u32, before: u32) -> Vec<String> {
    [before, right + 1, right.saturating_sub(1), right + 2].map(|count| count.to_string()).into()
}
