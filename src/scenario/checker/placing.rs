//! Which parameter is each argument for?
//!
//! `&x` fills the next out parameter that is free, a named argument says itself where it belongs, and any other takes the
//! next place in order.

use super::Checker;
use crate::kernel::calls::{CallSpec, Kind, ParamSpec};
use crate::scenario::program::ActorId;
use crate::scenario::tree::{self, Arg, ExprKind};

impl Checker<'_> {
    /// The place of each argument's parameter in the call's description. Whoever gives the list back to [`Checker::places`]
    /// saves the next call from asking for memory.
    pub(super) fn place(
        &mut self,
        process: ActorId,
        spec: &'static CallSpec,
        call: &tree::Call,
    ) -> Option<Vec<usize>> {
        let mut places = std::mem::take(&mut self.places);
        places.clear();
        let (mut taken, mut next) = (0u64, 0);
        for (index, arg) in call.args.iter().enumerate() {
            let place = match &arg.name {
                Some(name) => self.named(spec, name)?,
                None => {
                    let free = free_place(spec, &arg.value.kind, taken, next);
                    let behind = call.args.get(index + 1).map(|arg| &arg.value.kind);
                    if !free.is_some_and(|place| could_be_for(spec.params[place].kind, &arg.value, behind)) {
                        let earlier = call.args.iter().zip(&places);
                        if !self.blames_an_earlier_one(process, spec, earlier) {
                            self.misplaced(spec, free, &arg.value, next);
                        }
                        return None;
                    }
                    let place = free?;
                    next = place + 1;
                    place
                }
            };
            if let Some(first) = places.iter().position(|taken| *taken == place) {
                self.given_twice(&spec.params[place], arg, &call.args[first]);
                return None;
            }
            taken |= 1 << place;
            places.push(place);
        }
        let params = spec.params.iter().enumerate();
        let missing: Vec<&ParamSpec> = params
            .filter(|(place, param)| param.required && taken & (1 << place) == 0)
            .map(|(_, param)| param)
            .collect();
        if missing.is_empty() {
            return Some(places);
        }
        if !self.blames_a_stray_one(spec, &missing, call.args.iter().zip(&places)) {
            self.missing(spec, &missing, call.name.span);
        }
        None
    }

    /// When an argument finds no place, often one in front of it is the one too many, and has taken a place that it does
    /// not fit.
    fn blames_an_earlier_one<'a>(
        &mut self,
        process: ActorId,
        spec: &'static CallSpec,
        earlier: impl Iterator<Item = (&'a Arg, &'a usize)>,
    ) -> bool {
        let before = self.said();
        for (arg, place) in earlier {
            if arg.name.is_none() && !matches!(arg.value.kind, ExprKind::Out(_)) {
                self.argument(process, spec, &spec.params[*place], &arg.value);
                if self.said() > before {
                    return true;
                }
            }
        }
        false
    }
}

/// The place that an argument without a name takes.
fn free_place(spec: &CallSpec, value: &ExprKind, taken: u64, next: usize) -> Option<usize> {
    let is_out = matches!(value, ExprKind::Out(_));
    let mut free = (0..spec.params.len()).filter(|place| taken & (1 << place) == 0);
    free.find(|place| {
        let param = &spec.params[*place];
        if is_out { param.kind.is_out() } else { param.positional && *place >= next }
    })
}

/// Is the argument in its place, as far as one sees without knowing its value? C writes the number of handles in front of
/// the array, and a buffer's length behind it; here neither is written.
fn could_be_for(kind: Kind, value: &tree::Expr, behind: Option<&ExprKind>) -> bool {
    match (kind, &value.kind) {
        (Kind::Handles { .. }, ExprKind::Number(_)) => !matches!(behind, Some(ExprKind::List(_))),
        (_, ExprKind::Out(_)) => true,
        (kind, _) => !kind.is_out() || is_null(value),
    }
}

/// NULL, or 0 where a pointer stands.
pub(super) fn is_null(value: &tree::Expr) -> bool {
    match &value.kind {
        ExprKind::Path(path) => path.text == "NULL",
        ExprKind::Number(number) => number.value == 0,
        _ => false,
    }
}
